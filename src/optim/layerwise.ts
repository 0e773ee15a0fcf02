import type { Tensor } from '../tensor/tensor.js';
import { ComposedOptimizer, average, averageSquare } from './composed.js';
import type { ComposedOptions } from './composed.js';
import { stateLike } from './launch.js';
import { checkBetas, checkNotNegative } from './optimizer.js';
import type { ParamGroup, ParamState, Parameters } from './optimizer.js';

/** Options of `LARS`. */
export interface LARSOptions extends ComposedOptions {
  /** Default: 0.1. */
  lr: number;
  /** Default: 0.9. */
  momentum: number;
  /** Default: 0. */
  weightDecay: number;
  /** How far a layer moves, as a part of its norm. Default: 10⁻³. */
  trustCoefficient: number;
  /** Added to the denominator of the layer's rate. Default: 10⁻⁸. */
  eps: number;
}

const LARS_DEFAULTS: LARSOptions = {
  lr: 0.1,
  momentum: 0.9,
  weightDecay: 0,
  trustCoefficient: 1e-3,
  eps: 1e-8,
  maximize: false,
};

/** `ratio` where both norms are above 0, else 1. */
function trusted(ratio: Tensor, a: Tensor, b: Tensor): Tensor {
  return ratio.where(a.gt(0).logicalAnd(b.gt(0)), 1);
}

/**
 * Layer-wise adaptive rate scaling, for large batches: v ← momentum · v + lr · λ · (dx + weightDecay · x), x ← x - v, with the rate
 * λ = trustCoefficient · ‖x‖ / (‖dx‖ + weightDecay · ‖x‖ + eps) of each parameter (1 where ‖x‖ or ‖dx‖ is 0).
 *
 * Source: You, Gitman, Ginsburg 2017, "Large batch training of convolutional networks", algorithm 1.
 */
export class LARS extends ComposedOptimizer<LARSOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<LARSOptions>, options: Partial<LARSOptions> = {}) {
    super('LARS', params, options, LARS_DEFAULTS);
  }

  protected override checkGroup({ lr, momentum, weightDecay, trustCoefficient, eps }: LARSOptions): void {
    for (const [name, value] of Object.entries({ lr, momentum, weightDecay, trustCoefficient, eps })) {
      checkNotNegative('LARS', name, value);
    }
  }

  protected override begin(x: Tensor): ParamState {
    return { momentum_buffer: stateLike(x) };
  }

  /** The rate needs the gradient's own norm: `change` adds the decay. */
  protected override decay(_: Tensor, dx: Tensor): Tensor {
    return dx;
  }

  protected override change(x: Tensor, dx: Tensor, state: ParamState, group: ParamGroup<LARSOptions>): void {
    const { lr, momentum, weightDecay, trustCoefficient, eps } = group;
    const [size, slope] = [x.norm(), dx.norm()];
    const below = slope.add(size, { alpha: weightDecay }).add_(eps);
    const rate = trusted(size.mul(trustCoefficient).div_(below), size, slope);
    const buffer = state['momentum_buffer']!.mul_(momentum);
    buffer.add_(dx.add(x, { alpha: weightDecay }).mul_(rate), { alpha: lr });
    x.sub_(buffer);
  }
}

/** Options of `LAMB`. */
export interface LAMBOptions extends ComposedOptions {
  /** Default: 10⁻³. */
  lr: number;
  /** How much is kept of the running averages of the gradient and of its square. Default: [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default: 10⁻⁶. */
  eps: number;
  /** Default: 0. */
  weightDecay: number;
}

const LAMB_DEFAULTS: LAMBOptions = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-6, weightDecay: 0, maximize: false };

/**
 * LAMB, Adam with layer-wise rates: u = m̂ / (√v̂ + eps) + weightDecay · x, x ← x - lr · ‖x‖ / ‖u‖ · u (the ratio is 1 where ‖x‖ or ‖u‖ is 0).
 *
 * Source: You et al. 2019, "Large batch optimization for deep learning: training BERT in 76 minutes", algorithm 2.
 */
export class LAMB extends ComposedOptimizer<LAMBOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<LAMBOptions>, options: Partial<LAMBOptions> = {}) {
    super('LAMB', params, options, LAMB_DEFAULTS);
  }

  protected override checkGroup({ lr, betas, eps, weightDecay }: LAMBOptions): void {
    checkNotNegative('LAMB', 'lr', lr);
    checkNotNegative('LAMB', 'eps', eps);
    checkBetas('LAMB', betas);
    checkNotNegative('LAMB', 'weightDecay', weightDecay);
  }

  protected override begin(x: Tensor): ParamState {
    return { exp_avg: stateLike(x), exp_avg_sq: stateLike(x) };
  }

  /** The decay is part of the step whose norm counts: `change` adds it. */
  protected override decay(_: Tensor, dx: Tensor): Tensor {
    return dx;
  }

  protected override change(
    x: Tensor,
    dx: Tensor,
    state: ParamState,
    { lr, betas, eps, weightDecay }: ParamGroup<LAMBOptions>,
    step: number,
  ): void {
    const mean = average(state['exp_avg']!, dx, betas[0]).div(1 - betas[0] ** step);
    const square = averageSquare(state['exp_avg_sq']!, dx, betas[1]).div(1 - betas[1] ** step);
    const u = mean.div_(square.sqrt().add_(eps)).add_(x, { alpha: weightDecay });
    const [size, length] = [x.norm(), u.norm()];
    x.add_(u.mul_(trusted(size.div(length), size, length)), { alpha: -lr });
  }
}
