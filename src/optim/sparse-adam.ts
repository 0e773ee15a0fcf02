import type { Tensor } from '../tensor/tensor.js';
import { ComposedOptimizer, average, averageSquare } from './composed.js';
import type { ComposedOptions } from './composed.js';
import { stateLike } from './launch.js';
import { checkBetas, checkNotNegative } from './optimizer.js';
import type { ParamGroup, ParamState, Parameters } from './optimizer.js';

/** Options of `SparseAdam`. */
export interface SparseAdamOptions extends ComposedOptions {
  /** Default: 10⁻³. */
  lr: number;
  /** How much is kept of the running averages of the gradient and of its square. Default: [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator. Default: 10⁻⁸. */
  eps: number;
}

const DEFAULTS: SparseAdamOptions = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, maximize: false };

/**
 * Adam that moves only the rows (along dim 0) with a gradient, their running averages included: for embeddings, of which a batch uses few
 * rows. There are no sparse tensors here: a row whose gradient is 0 everywhere counts as one without a gradient.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.SparseAdam.html
 *
 * @example
 * const optimizer = new optim.SparseAdam(embedding.parameters(), { lr: 1e-2 });
 */
export class SparseAdam extends ComposedOptimizer<SparseAdamOptions> {
  /** @throws WasmgradError for no parameters, an option out of range or unknown */
  constructor(params: Parameters<SparseAdamOptions>, options: Partial<SparseAdamOptions> = {}) {
    super('SparseAdam', params, options, DEFAULTS);
  }

  protected override checkGroup({ lr, betas, eps }: SparseAdamOptions): void {
    checkNotNegative('SparseAdam', 'lr', lr);
    checkNotNegative('SparseAdam', 'eps', eps);
    checkBetas('SparseAdam', betas);
  }

  protected override begin(x: Tensor): ParamState {
    return { exp_avg: stateLike(x), exp_avg_sq: stateLike(x) };
  }

  protected override change(
    x: Tensor,
    dx: Tensor,
    state: ParamState,
    { lr, betas, eps }: ParamGroup<SparseAdamOptions>,
    step: number,
  ): void {
    const table = (y: Tensor): Tensor => (y.ndim === 0 ? y.reshape([1]) : y);
    const used = table(dx).ne(0);
    const rows = (used.ndim === 1 ? used : used.flatten(1).any(1)).nonzero().reshape([-1]);
    if (rows.numel === 0) return;
    const of = (y: Tensor): Tensor => table(y).indexSelect(0, rows);
    const d = of(dx);
    const mean = average(of(state['exp_avg']!), d, betas[0]);
    const square = averageSquare(of(state['exp_avg_sq']!), d, betas[1]);
    table(state['exp_avg']!).indexCopy_(0, rows, mean);
    table(state['exp_avg_sq']!).indexCopy_(0, rows, square);
    const rate = (lr * Math.sqrt(1 - betas[1] ** step)) / (1 - betas[0] ** step);
    const moved = of(x).addcdiv_(mean, square.sqrt().add_(eps), { value: -rate });
    table(x).indexCopy_(0, rows, moved);
  }
}
