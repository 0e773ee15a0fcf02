import type { DType } from '../core/dtypes.js';
import { normalizeDim } from '../core/shapes.js';
import { apply } from '../autograd/apply.js';
import * as ops from '../ops/softmax.js';
import { named } from './reduce.js';
import { checkDType } from './tensor.js';
import type { Tensor } from './tensor.js';

/** Options of `softmax` and `logSoftmax`. */
export interface SoftmaxOptions {
  /** The dim along which the results add up to 1. */
  readonly dim?: number;
  /** Cast the input to this dtype first. */
  readonly dtype?: DType | null;
}

function run(
  op: typeof ops.softmax,
  x: Tensor,
  dim: number | SoftmaxOptions | undefined,
  options: SoftmaxOptions | undefined,
): Tensor {
  const given = named<SoftmaxOptions>(op.name, ['dim', 'dtype'], [dim, options]);
  // PyTorch's implicit dim: 0 for 0, 1 and 3 dims, 1 otherwise.
  const at = given.dim ?? (x.ndim === 0 || x.ndim === 1 || x.ndim === 3 ? 0 : 1);
  const input = given.dtype ? x.to(checkDType(op.name, given.dtype)) : x;
  return apply(op, [input], { dim: normalizeDim(op.name, at, x.ndim) });
}

/**
 * y = exp(x) / Σ exp(x) along a dim.
 *
 * Shapes: y as x.
 * @throws DTypeError where the input is not floating point; IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
 */
export function softmax(x: Tensor, dim?: number | SoftmaxOptions, options?: SoftmaxOptions): Tensor {
  return run(ops.softmax, x, dim, options);
}

/**
 * y = x − log Σ exp(x) along a dim: the logarithm of softmax, without its rounding.
 *
 * Shapes: y as x.
 * @throws DTypeError where the input is not floating point; IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html
 */
export function logSoftmax(x: Tensor, dim?: number | SoftmaxOptions, options?: SoftmaxOptions): Tensor {
  return run(ops.logSoftmax, x, dim, options);
}
