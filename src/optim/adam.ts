import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { once } from '../runtime/recorder.js';
import { TABLE_GRAIN } from '../ops/table.js';
import type { Table } from '../ops/table.js';
import { full } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { FusedOptimizer, stateLike } from './launch.js';
import type { StatePointers } from './launch.js';
import { checkBetas, checkNotNegative } from './optimizer.js';
import type { OptimizerOptions, ParamGroup, Parameters } from './optimizer.js';

/** Options of `AdamW`. */
export interface AdamWOptions extends OptimizerOptions {
  /** Default: 10⁻³. */
  lr: number;
  /** How much is kept of the running averages of the gradient and of its square. Default: [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default: 10⁻⁸. */
  eps: number;
  /** Default: 0.01, and 0 for `Adam`. */
  weightDecay: number;
  /** Divides by the largest average of squares so far. Default: false. */
  amsgrad: boolean;
  /** Climbs instead of descending. Default: false. */
  maximize: boolean;
}

/** Options of `Adam`. */
export interface AdamOptions extends AdamWOptions {
  /** Scales the parameter by 1 - lr · weightDecay instead of adding to the gradient, as `AdamW` does. Default: false. */
  decoupledWeightDecay: boolean;
}

const ADAMW: AdamWOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0.01,
  amsgrad: false,
  maximize: false,
};
const ADAM: AdamOptions = { ...ADAMW, weightDecay: 0, decoupledWeightDecay: false };

abstract class AdamFamily<O extends AdamWOptions> extends FusedOptimizer<O> {
  /** Whether weight decay scales the parameter, instead of being added to the gradient. */
  protected abstract decoupled(group: ParamGroup<O>): boolean;

  protected override checkGroup({ lr, betas, eps, weightDecay }: AdamWOptions): void {
    checkNotNegative(this.name, 'lr', lr);
    checkNotNegative(this.name, 'eps', eps);
    checkBetas(this.name, betas);
    checkNotNegative(this.name, 'weightDecay', weightDecay);
  }

  protected override hyper(group: ParamGroup<O>): readonly (number | boolean)[] {
    const { lr, betas, eps, weightDecay, amsgrad, maximize } = group;
    return [lr, betas[0], betas[1], eps, weightDecay, amsgrad, maximize, this.decoupled(group)];
  }

  protected override point(pointers: StatePointers, param: Tensor, { amsgrad }: ParamGroup<O>): void {
    let state = this.stateOf(param);
    if (!state) {
      state = { step: once(() => full([], 0).keep()), exp_avg: stateLike(param), exp_avg_sq: stateLike(param) };
      this.state.set(param, state);
    }
    pointers[0] = state['exp_avg']!.ptr;
    pointers[1] = state['exp_avg_sq']!.ptr;
    pointers[2] = amsgrad ? (state['max_exp_avg_sq'] ??= stateLike(param)).ptr : 0;
    pointers[3] = state['step']!.ptr;
  }

  protected override launch(hyper: number, table: Table, wide: boolean): void {
    launch(kernels.adamTick, null, table.words, 1, 1);
    launch(kernels.adamStep, wide ? 'float64' : 'float32', hyper, table.words, table.chunks, TABLE_GRAIN);
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
export class Adam extends AdamFamily<AdamOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super('Adam', params, options, ADAM);
  }

  protected override decoupled({ decoupledWeightDecay }: AdamOptions): boolean {
    return decoupledWeightDecay;
  }
}

/**
 * Adam with decoupled weight decay: x is scaled by 1 - lr · weightDecay, and the gradient is left alone.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html;
 * Loshchilov & Hutter 2017, "Decoupled weight decay regularization".
 */
export class AdamW extends AdamFamily<AdamWOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<AdamWOptions>, options: Partial<AdamWOptions> = {}) {
    super('AdamW', params, options, ADAMW);
  }

  protected override decoupled(): boolean {
    return true;
  }
}
