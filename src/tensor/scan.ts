import { isFloat } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { normalizeDim } from '../core/shapes.js';
import { apply, applyMany } from '../autograd/apply.js';
import type { Op } from '../ops/op.js';
import { needFloat } from '../ops/reduce.js';
import * as ops from '../ops/scan.js';
import type { ScanParams } from '../ops/scan.js';
import { checkTensor } from './operands.js';
import { checkOptions } from './options.js';
import { checkDType } from './tensor.js';
import type { Tensor } from './tensor.js';

/** Options of `cumsum` and `cumprod`. */
export interface ScanOptions {
  /** Cast the input to this dtype first. */
  readonly dtype?: DType | null;
}

function scan(op: Op<ScanParams>, x: Tensor, dim: number, options: ScanOptions): Tensor {
  checkOptions(op.name, options, ['dtype']);
  const at = normalizeDim(op.name, dim, x.ndim);
  const { dtype } = options;
  const given = dtype ? x.to(checkDType(op.name, dtype)) : x;
  // Bytes are computed in int32, which modulo 256 is the same.
  const y = apply(op, [isFloat(given.dtype) ? given : given.to('int32')], { dim: at, reverse: false });
  return dtype ? y.to(dtype) : y;
}

/**
 * The sum so far along a dim: y[i] = x[0] + … + x[i]. Integers and bools give int32.
 *
 * @throws IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.cumsum.html
 */
export function cumsum(x: Tensor, dim: number, options: ScanOptions = {}): Tensor {
  return scan(ops.cumsum, x, dim, options);
}

/**
 * The product so far along a dim: y[i] = x[0] ⋯ x[i]. Integers and bools give int32.
 *
 * @throws IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.cumprod.html
 */
export function cumprod(x: Tensor, dim: number, options: ScanOptions = {}): Tensor {
  return scan(ops.cumprod, x, dim, options);
}

/**
 * The logarithm of the sum of exponentials so far along a dim, without overflow: y[i] = log (e^x[0] + … + e^x[i]).
 *
 * @throws IndexError where the dim is out of range; DTypeError where the input is not floating point
 * Source: https://pytorch.org/docs/stable/generated/torch.logcumsumexp.html
 */
export function logcumsumexp(x: Tensor, dim: number): Tensor {
  checkTensor('logcumsumexp', 'input', x);
  needFloat('logcumsumexp', x);
  return apply(ops.logcumsumexp, [x], { dim: normalizeDim('logcumsumexp', dim, x.ndim), reverse: false });
}

function running(op: Op<{ readonly dim: number }>, x: Tensor, dim: number): [Tensor, Tensor] {
  const at = normalizeDim(op.name, dim, x.ndim);
  const input = isFloat(x.dtype) ? x : x.to('int32');
  const [values, indices] = applyMany(op, [input], { dim: at });
  return [values!.to(x.dtype), indices!];
}

/**
 * The largest element so far along a dim and its index (the last of equals): `[values, indices]`.
 *
 * @throws IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.cummax.html
 */
export function cummax(x: Tensor, dim: number): [Tensor, Tensor] {
  return running(ops.cummax, x, dim);
}

/**
 * The smallest element so far along a dim and its index (the last of equals): `[values, indices]`.
 *
 * @throws IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.cummin.html
 */
export function cummin(x: Tensor, dim: number): [Tensor, Tensor] {
  return running(ops.cummin, x, dim);
}
