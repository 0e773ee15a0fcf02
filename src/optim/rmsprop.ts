import type { Tensor } from '../tensor/tensor.js';
import { ComposedOptimizer, average, averageSquare } from './composed.js';
import type { ComposedOptions } from './composed.js';
import { stateLike } from './launch.js';
import { checkNotNegative } from './optimizer.js';
import type { ParamGroup, ParamState, Parameters } from './optimizer.js';

/** Options of `RMSprop`. */
export interface RMSpropOptions extends ComposedOptions {
  /** Default: 0.01. */
  lr: number;
  /** How much is kept of the running average of the gradient's square. Default: 0.99. */
  alpha: number;
  /** Default: 10⁻⁸. */
  eps: number;
  weightDecay: number;
  /** Default: 0. */
  momentum: number;
  /** Divides by the deviation of the gradient, not by the root of its square's average. Default: false. */
  centered: boolean;
}

const DEFAULTS: RMSpropOptions = {
  lr: 0.01,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
};

/**
 * RMSprop: x ← x - lr · dx / (√v + eps), v the running average of dx².
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.RMSprop.html;
 * Hinton 2012, "Neural networks for machine learning", lecture 6; Graves 2013 (centered).
 */
export class RMSprop extends ComposedOptimizer<RMSpropOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super('RMSprop', params, options, DEFAULTS);
  }

  protected override checkGroup({ lr, alpha, eps, weightDecay, momentum }: RMSpropOptions): void {
    for (const [name, value] of Object.entries({ lr, alpha, eps, weightDecay, momentum })) {
      checkNotNegative('RMSprop', name, value);
    }
  }

  protected override begin(x: Tensor, { momentum, centered }: ParamGroup<RMSpropOptions>): ParamState {
    return {
      square_avg: stateLike(x),
      ...(momentum > 0 ? { momentum_buffer: stateLike(x) } : {}),
      ...(centered ? { grad_avg: stateLike(x) } : {}),
    };
  }

  protected override change(x: Tensor, dx: Tensor, state: ParamState, group: ParamGroup<RMSpropOptions>): void {
    const { lr, alpha, eps, momentum, centered } = group;
    let square = averageSquare(state['square_avg']!, dx, alpha);
    if (centered) {
      const mean = average((state['grad_avg'] ??= stateLike(x)), dx, alpha);
      square = square.addcmul(mean, mean, { value: -1 });
    }
    const scale = square.sqrt().add_(eps);
    if (momentum > 0) {
      const buffer = (state['momentum_buffer'] ??= stateLike(x));
      x.add_(buffer.mul_(momentum).addcdiv_(dx, scale), { alpha: -lr });
    } else {
      x.addcdiv_(dx, scale, { value: -lr });
    }
  }
}
