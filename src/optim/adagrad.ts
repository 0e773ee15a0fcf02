import { full } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { ComposedOptimizer, averageSquare } from './composed.js';
import type { ComposedOptions } from './composed.js';
import { stateLike } from './launch.js';
import { checkNotNegative } from './optimizer.js';
import type { ParamGroup, ParamState, Parameters } from './optimizer.js';

/** Options of `Adagrad`. */
export interface AdagradOptions extends ComposedOptions {
  /** Default: 0.01. */
  lr: number;
  /** Default: 0. */
  lrDecay: number;
  weightDecay: number;
  /** Default: 0. */
  initialAccumulatorValue: number;
  /** Default: 10⁻¹⁰. */
  eps: number;
}

const ADAGRAD: AdagradOptions = {
  lr: 0.01,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
};

/**
 * Adagrad: x ← x - lr / (1 + (step - 1) · lrDecay) · dx / (√s + eps), s the sum of dx².
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.Adagrad.html;
 * Duchi, Hazan, Singer 2011, "Adaptive subgradient methods for online learning and stochastic optimization".
 */
export class Adagrad extends ComposedOptimizer<AdagradOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super('Adagrad', params, options, ADAGRAD);
  }

  protected override checkGroup(group: AdagradOptions): void {
    const { lr, lrDecay, weightDecay, initialAccumulatorValue, eps } = group;
    for (const [name, value] of Object.entries({ lr, lrDecay, weightDecay, initialAccumulatorValue, eps })) {
      checkNotNegative('Adagrad', name, value);
    }
  }

  protected override begin(x: Tensor, { initialAccumulatorValue }: ParamGroup<AdagradOptions>): ParamState {
    return { sum: full(x.shape, initialAccumulatorValue, { dtype: x.dtype }).keep() };
  }

  protected override change(
    x: Tensor,
    dx: Tensor,
    state: ParamState,
    { lr, lrDecay, eps }: ParamGroup<AdagradOptions>,
    step: number,
  ): void {
    const sum = state['sum']!.addcmul_(dx, dx);
    x.addcdiv_(dx, sum.sqrt().add_(eps), { value: -lr / (1 + (step - 1) * lrDecay) });
  }
}

/** Options of `Adadelta`. */
export interface AdadeltaOptions extends ComposedOptions {
  /** Default: 1. */
  lr: number;
  /** How much is kept of the running averages. Default: 0.9. */
  rho: number;
  /** Default: 10⁻⁶. */
  eps: number;
  weightDecay: number;
}

const ADADELTA: AdadeltaOptions = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false };

/**
 * Adadelta: x ← x - lr · √(u + eps) / √(v + eps) · dx, u and v the running averages of the squares of steps and of dx.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.Adadelta.html;
 * Zeiler 2012, "ADADELTA: an adaptive learning rate method".
 */
export class Adadelta extends ComposedOptimizer<AdadeltaOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    super('Adadelta', params, options, ADADELTA);
  }

  protected override checkGroup({ lr, rho, eps, weightDecay }: AdadeltaOptions): void {
    for (const [name, value] of Object.entries({ lr, eps, weightDecay, rho, '1 - rho': 1 - rho })) {
      checkNotNegative('Adadelta', name, value);
    }
  }

  protected override begin(x: Tensor): ParamState {
    return { square_avg: stateLike(x), acc_delta: stateLike(x) };
  }

  protected override change(
    x: Tensor,
    dx: Tensor,
    state: ParamState,
    { lr, rho, eps }: ParamGroup<AdadeltaOptions>,
  ): void {
    const scale = averageSquare(state['square_avg']!, dx, rho).add(eps).sqrt();
    const delta = state['acc_delta']!.add(eps).sqrt().div_(scale).mul_(dx);
    averageSquare(state['acc_delta']!, delta, rho);
    x.add_(delta, { alpha: -lr });
  }
}
