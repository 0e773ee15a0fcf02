import { WasmgradError } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { elements } from '../runtime/tensor-data.js';
import { STEP_GRAIN, Words, stateLike, stepInPlace } from './launch.js';
import { Optimizer, checkNotNegative } from './optimizer.js';
import type { OptimizerOptions, ParamGroup, Parameters } from './optimizer.js';
import type { Tensor } from '../tensor/tensor.js';

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** Default: 10⁻³. */
  lr: number;
  /** Default: 0. */
  momentum: number;
  /** What is kept from the gradient in the momentum buffer is 1 - dampening. Default: 0. */
  dampening: number;
  /** L2 penalty. Default: 0. */
  weightDecay: number;
  /** Default: false. */
  nesterov: boolean;
  /** Climbs instead of descending. Default: false. */
  maximize: boolean;
}

const DEFAULTS: SGDOptions = { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };

/**
 * Stochastic gradient descent: x ← x - lr · d, with d = dx + weightDecay · x and, with momentum, the buffer
 * b ← momentum · b + (1 - dampening) · d in the place of d (d + momentum · b with Nesterov's).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 *
 * @example
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
 */
export class SGD extends Optimizer<SGDOptions> {
  readonly #hyper = new Words<ParamGroup<SGDOptions>>(6);
  readonly #slots = new Words<Tensor>(2);

  /** @throws WasmgradError for no parameters, a negative lr, momentum or weightDecay, Nesterov without momentum, an unknown option */
  constructor(params: Parameters<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super('SGD', params, options, DEFAULTS);
  }

  protected override checkGroup({ lr, momentum, dampening, weightDecay, nesterov }: SGDOptions): void {
    checkNotNegative('SGD', 'lr', lr);
    checkNotNegative('SGD', 'momentum', momentum);
    checkNotNegative('SGD', 'weightDecay', weightDecay);
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new WasmgradError('SGD: nesterov needs a momentum above 0 and no dampening');
    }
  }

  protected override update(group: ParamGroup<SGDOptions>): void {
    const { momentum } = group;
    const hyper = this.#hyper.write(group, () => {
      const { lr, dampening, weightDecay, nesterov, maximize } = group;
      return [lr, group.momentum, dampening, weightDecay, nesterov, maximize];
    });
    for (const param of group.params) {
      const grad = param.ownGrad;
      if (!grad) continue;
      const slots = this.#slots.of(param);
      const buffer = momentum !== 0 ? this.#buffer(param, slots) : param;
      const step = param.dtype === 'float64' ? kernels.sgdStepF64 : kernels.sgdStep;
      kernels.sgdTick(slots.ptr, hyper, 1, 1);
      stepInPlace(param, grad, (x, dx) => step(x.ptr, buffer.ptr, dx.ptr, slots.ptr, hyper, x.numel, STEP_GRAIN));
    }
  }

  /** The momentum buffer of a parameter; slots[0] says whether there is something in it. */
  #buffer(param: Tensor, slots: Tensor): Tensor {
    const buffer = this.state.get(param)?.['momentum_buffer'];
    if (buffer) {
      const counts = elements(slots);
      if (counts[0] === 0) counts[0] = 1;
      return buffer;
    }
    const fresh = stateLike(param);
    elements(slots)[0] = 0;
    this.state.set(param, { momentum_buffer: fresh });
    return fresh;
  }
}
