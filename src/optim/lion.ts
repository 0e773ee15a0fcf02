import type { Tensor } from '../tensor/tensor.js';
import { ComposedOptimizer, average } from './composed.js';
import type { ComposedOptions } from './composed.js';
import { stateLike } from './launch.js';
import { checkBetas, checkNotNegative } from './optimizer.js';
import type { ParamGroup, ParamState, Parameters } from './optimizer.js';

/** Options of `Lion`. */
export interface LionOptions extends ComposedOptions {
  /** Default: 10⁻⁴. A good rate is 3 to 10 times smaller than Adam's. */
  lr: number;
  /** How much is kept of the average in the step, and in the average itself. Default: [0.9, 0.99]. */
  betas: readonly [number, number];
  /** Scales the parameter by 1 - lr · weightDecay. Default: 0. */
  weightDecay: number;
}

const DEFAULTS: LionOptions = { lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0, maximize: false };

/**
 * Lion: x ← (1 - lr · weightDecay) · x - lr · sign(beta1 · m + (1 - beta1) · dx), then m ← beta2 · m + (1 - beta2) · dx.
 *
 * Source: Chen et al. 2023, "Symbolic discovery of optimization algorithms", algorithm 2.
 */
export class Lion extends ComposedOptimizer<LionOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<LionOptions>, options: Partial<LionOptions> = {}) {
    super('Lion', params, options, DEFAULTS);
  }

  protected override checkGroup({ lr, betas, weightDecay }: LionOptions): void {
    checkNotNegative('Lion', 'lr', lr);
    checkBetas('Lion', betas);
    checkNotNegative('Lion', 'weightDecay', weightDecay);
  }

  protected override decoupled(): boolean {
    return true;
  }

  protected override begin(x: Tensor): ParamState {
    return { exp_avg: stateLike(x) };
  }

  protected override change(x: Tensor, dx: Tensor, state: ParamState, { lr, betas }: ParamGroup<LionOptions>): void {
    const mean = state['exp_avg']!;
    const direction = mean.mul(betas[0]).add_(dx, { alpha: 1 - betas[0] });
    x.add_(direction.sign_(), { alpha: -lr });
    average(mean, dx, betas[1]);
  }
}
