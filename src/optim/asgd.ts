import { full } from '../tensor/creation.js';
import { WasmgradError } from '../core/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { ComposedOptimizer } from './composed.js';
import type { ComposedOptions } from './composed.js';
import { stateLike } from './launch.js';
import { checkNotNegative } from './optimizer.js';
import type { ParamGroup, ParamState, Parameters } from './optimizer.js';

/** Options of `ASGD`. */
export interface ASGDOptions extends ComposedOptions {
  /** Default: 0.01. */
  lr: number;
  /** Decay term. Default: 10⁻⁴. */
  lambd: number;
  /** Power of the rate's decay. Default: 0.75. */
  alpha: number;
  /** The step at which averaging starts. Default: 10⁶. */
  t0: number;
  weightDecay: number;
}

const ASGD_DEFAULTS: ASGDOptions = { lr: 0.01, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0, maximize: false };

/**
 * Averaged stochastic gradient descent; the average is in the state as `ax`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.ASGD.html;
 * Polyak & Juditsky 1992, "Acceleration of stochastic approximation by averaging".
 */
export class ASGD extends ComposedOptimizer<ASGDOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<ASGDOptions>, options: Partial<ASGDOptions> = {}) {
    super('ASGD', params, options, ASGD_DEFAULTS);
  }

  protected override checkGroup({ lr, weightDecay }: ASGDOptions): void {
    checkNotNegative('ASGD', 'lr', lr);
    checkNotNegative('ASGD', 'weightDecay', weightDecay);
  }

  protected override begin(x: Tensor, { lr }: ParamGroup<ASGDOptions>): ParamState {
    return { eta: full([], lr).keep(), mu: full([], 1).keep(), ax: stateLike(x) };
  }

  protected override change(
    x: Tensor,
    dx: Tensor,
    state: ParamState,
    { lr, lambd, alpha, t0 }: ParamGroup<ASGDOptions>,
    step: number,
  ): void {
    const eta = state['eta']!.item();
    const mu = state['mu']!.item();
    const mean = state['ax']!;
    x.mul_(1 - lambd * eta).add_(dx, { alpha: -eta });
    if (mu === 1) mean.copy_(x);
    else mean.add_(x.sub(mean).mul_(mu));
    state['eta']!.fill_(lr / (1 + lambd * lr * step) ** alpha);
    state['mu']!.fill_(1 / Math.max(1, step - t0));
  }
}

/** Options of `Rprop`. */
export interface RpropOptions extends ComposedOptions {
  /** The first step of every element. Default: 0.01. */
  lr: number;
  /** Factors by which steps shrink and grow. Default: [0.5, 1.2]. */
  etas: readonly [number, number];
  /** The least and the largest step. Default: [10⁻⁶, 50]. */
  stepSizes: readonly [number, number];
}

const RPROP: RpropOptions = { lr: 0.01, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false };

/**
 * Resilient backpropagation: every element has a step of its own, which grows while the gradient keeps its sign.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.Rprop.html;
 * Riedmiller & Braun 1993, "A direct adaptive method for faster backpropagation learning".
 */
export class Rprop extends ComposedOptimizer<RpropOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<RpropOptions>, options: Partial<RpropOptions> = {}) {
    super('Rprop', params, options, RPROP);
  }

  protected override checkGroup({ lr, etas }: RpropOptions): void {
    checkNotNegative('Rprop', 'lr', lr);
    if (!(etas[0] > 0 && etas[0] < 1 && etas[1] > 1)) {
      throw new WasmgradError(`Rprop: etas must be below and above 1, got ${etas[0]} and ${etas[1]}`);
    }
  }

  protected override begin(x: Tensor, { lr }: ParamGroup<RpropOptions>): ParamState {
    return { prev: stateLike(x), step_size: full(x.shape, lr, { dtype: x.dtype }).keep() };
  }

  protected override change(
    x: Tensor,
    dx: Tensor,
    state: ParamState,
    { etas, stepSizes }: ParamGroup<RpropOptions>,
  ): void {
    const agreement = dx.mul(state['prev']!);
    const turned = agreement.lt(0);
    const factor = full(x.shape, 1, { dtype: x.dtype })
      .maskedFill_(agreement.gt(0), etas[1])
      .maskedFill_(turned, etas[0]);
    const size = state['step_size']!.mul_(factor).clamp_(stepSizes[0], stepSizes[1]);
    const d = dx.maskedFill(turned, 0);
    x.addcmul_(d.sign(), size, { value: -1 });
    state['prev']!.copy_(d);
  }
}
