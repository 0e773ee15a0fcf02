import * as kernels from '../runtime/kernels.js';
import { once } from '../runtime/recorder.js';
import { full } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { STEP_GRAIN, Words, stateLike, stepInPlace } from './launch.js';
import { Optimizer, checkBetas, checkNotNegative } from './optimizer.js';
import type { OptimizerOptions, ParamGroup, ParamState, Parameters } from './optimizer.js';

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions extends OptimizerOptions {
  /** Default: 10⁻³. */
  lr: number;
  /** How much is kept of the running averages of the gradient and of its square. Default: [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default: 10⁻⁸. */
  eps: number;
  /** Default: 0, and 0.01 for `AdamW`. */
  weightDecay: number;
  /** Divides by the largest average of squares so far. Default: false. */
  amsgrad: boolean;
  /** Climbs instead of descending. Default: false. */
  maximize: boolean;
}

const DEFAULTS: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
};

type Step = typeof kernels.adamStep;

abstract class AdamFamily extends Optimizer<AdamOptions> {
  readonly #hyper = new Words<ParamGroup<AdamOptions>>(7);
  readonly #slots = new Words<Tensor>(2);

  protected override checkGroup({ lr, betas, eps, weightDecay }: AdamOptions): void {
    checkNotNegative(this.name, 'lr', lr);
    checkNotNegative(this.name, 'eps', eps);
    checkBetas(this.name, betas);
    checkNotNegative(this.name, 'weightDecay', weightDecay);
  }

  /** The kernel of a dtype. */
  protected abstract kernel(param: Tensor): Step;

  protected override update(group: ParamGroup<AdamOptions>): void {
    const { amsgrad } = group;
    const hyper = this.#hyper.write(group, () => {
      const { lr, betas, eps, weightDecay, maximize } = group;
      return [lr, betas[0], betas[1], eps, weightDecay, group.amsgrad, maximize];
    });
    for (const param of group.params) {
      const grad = param.ownGrad;
      if (!grad) continue;
      const state = this.#state(param, amsgrad);
      const slots = this.#slots.of(param).ptr;
      const mean = state['exp_avg']!.ptr;
      const square = state['exp_avg_sq']!.ptr;
      const most = amsgrad ? state['max_exp_avg_sq']!.ptr : square;
      const step = this.kernel(param);
      kernels.adamTick(slots, state['step']!.ptr, hyper, 1, 1);
      stepInPlace(param, grad, (x, dx) => step(x.ptr, mean, square, most, dx.ptr, slots, hyper, x.numel, STEP_GRAIN));
    }
  }

  #state(param: Tensor, amsgrad: boolean): ParamState {
    let state = this.state.get(param);
    if (!state) {
      state = { step: once(() => full([], 0).keep()), exp_avg: stateLike(param), exp_avg_sq: stateLike(param) };
      this.state.set(param, state);
    }
    if (amsgrad) state['max_exp_avg_sq'] ??= stateLike(param);
    return state;
  }
}

/**
 * Adam: x ← x - lr · m̂ / (√v̂ + eps), with running averages m of the gradient and v of its square, m̂ and v̂ without their bias
 * towards the zeros they start from. Weight decay is added to the gradient.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.Adam.html;
 * Kingma & Ba 2014, "Adam: a method for stochastic optimization".
 *
 * @example
 * const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
 */
export class Adam extends AdamFamily {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super('Adam', params, options, DEFAULTS);
  }

  protected override kernel(param: Tensor): Step {
    return param.dtype === 'float64' ? kernels.adamStepF64 : kernels.adamStep;
  }
}

/**
 * Adam with decoupled weight decay: x is scaled by 1 - lr · weightDecay, and the gradient is left alone.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html;
 * Loshchilov & Hutter 2017, "Decoupled weight decay regularization".
 */
export class AdamW extends AdamFamily {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super('AdamW', params, options, { ...DEFAULTS, weightDecay: 0.01 });
  }

  protected override kernel(param: Tensor): Step {
    return param.dtype === 'float64' ? kernels.adamwStepF64 : kernels.adamwStep;
  }
}
