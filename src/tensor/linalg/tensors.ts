import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { normalizeDim, sizeOf } from '../../core/shapes.js';
import { applyMany } from '../../autograd/apply.js';
import * as ops from '../../ops/linalg/solve.js';
import { eye, zeros } from '../creation.js';
import { powersOf } from '../numeric.js';
import { checkTensor } from '../operands.js';
import { checkOptions } from '../options.js';
import { argument, named } from '../reduce.js';
import type { Named } from '../reduce.js';
import type { Tensor } from '../tensor.js';
import { svdvals } from './decompose.js';
import { matrixNorm } from './norms.js';
import type { MatrixOrder } from './norms.js';
import { sameBatch, wide } from './operands.js';
import { inv, solve } from './solve.js';

const ORDERS: readonly (MatrixOrder | null)[] = [null, 2, -2, 'fro', 'nuc', 1, -1, Infinity, -Infinity];

/**
 * How much a matrix enlarges errors: ‖a‖ₚ·‖a⁻¹‖ₚ, for p = 2 the quotient of the largest and the smallest singular value, for −2 its inverse. ∞ for singular
 * matrices.
 *
 * Shapes: [..., n, n] ([..., m, n] for p = ±2) → [...]
 * @param p null (default, as 2), 2, -2, 'fro', 'nuc', 1, -1, Infinity, -Infinity
 * @throws WasmgradError for another p; ShapeError where a matrix is not square; DTypeError where it is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.cond.html
 */
export function cond(input: Tensor, p?: MatrixOrder | Named<'p', MatrixOrder | null> | null): Tensor {
  const order = p === null ? null : argument<'p', MatrixOrder | null>('cond', 'p', p, null);
  if (!ORDERS.includes(order)) {
    throw new WasmgradError(`cond: p must be null, 2, -2, 'fro', 'nuc', 1, -1, Infinity or -Infinity, got ${order}`);
  }
  const a = wide('cond', input);
  const batch = a.shape.slice(0, -2);
  if (a.numel === 0) return zeros(batch, { dtype: input.dtype as 'float32' });
  if (order === null || order === 2 || order === -2) {
    const values = svdvals(a);
    const [largest, smallest] = [values.select(-1, 0), values.select(-1, -1)];
    return (order === -2 ? smallest.div(largest) : largest.div(smallest)).to(input.dtype);
  }
  const unit = eye(a.shape.at(-1)!, { dtype: 'float64' });
  const [inverse, info] = applyMany(ops.solve, sameBatch('cond', a, unit), { name: 'cond', transposed: false }) as [
    Tensor,
    Tensor,
  ];
  const singular = info.ne(0);
  const safe = inverse.maskedFill(singular.unsqueeze(-1).unsqueeze(-1), 0);
  return matrixNorm(a, order).mul(matrixNorm(safe, order)).maskedFill(singular, Infinity).to(input.dtype);
}

/**
 * The inverse of a tensor as a linear map of tensors: x with tensordot(x, input, n) the unit, n = input.ndim − ind.
 *
 * Shapes: [*first, *rest], first of `ind` dims with as many elements as rest → [*rest, *first]
 * @param ind Default 2
 * @throws ShapeError where both parts differ in size; WasmgradError for an `ind` below 1, or where the map is singular
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.tensorinv.html
 */
export function tensorinv(input: Tensor, ind?: Named<'ind', number>): Tensor {
  const at = argument('tensorinv', 'ind', ind, 2);
  checkTensor('tensorinv', 'input', input);
  if (!Number.isInteger(at) || at < 1) throw new WasmgradError(`tensorinv: ind must be above 0, got ${String(at)}`);
  const [first, rest] = [input.shape.slice(0, at), input.shape.slice(at)];
  const n = sizeOf(first);
  if (sizeOf(rest) !== n) {
    fail(ShapeError, 'tensorinv', `the first ${at} dims and the others must have equal sizes`, ['input'], [input]);
  }
  return inv(input.reshape([n, n])).reshape([...rest, ...first]);
}

/** The dims that `tensorsolve` moves. */
export interface TensorsolveOptions {
  /** Dims of a that go to its end first. Default null: none. */
  readonly dims?: readonly number[] | null;
}

/**
 * The solution x of tensordot(a, x, x.ndim) = b.
 *
 * Shapes: a [*b's shape, *rest], rest with as many elements as b → rest
 * @param dims dims of a that go to its end first. Default null: none
 * @throws ShapeError where sizes do not fit; WasmgradError where the map is singular
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.tensorsolve.html
 */
export function tensorsolve(a: Tensor, b: Tensor, dims?: readonly number[] | TensorsolveOptions | null): Tensor {
  checkTensor('tensorsolve', 'input', a);
  checkTensor('tensorsolve', 'other', b);
  const given = Array.isArray(dims) ? { dims: dims as readonly number[] } : ((dims ?? {}) as TensorsolveOptions);
  checkOptions('tensorsolve', given, ['dims']);
  const moved = (given.dims ?? []).map((d) => normalizeDim('tensorsolve', d, a.ndim));
  const order = [...a.shape.keys()].filter((d) => !moved.includes(d));
  const x = moved.length === 0 ? a : a.permute([...order, ...moved]);
  const rest = x.shape.slice(b.ndim);
  const n = sizeOf(rest);
  if (n !== b.numel || n * n !== a.numel) {
    fail(ShapeError, 'tensorsolve', 'sizes do not fit', ['input', 'other'], [a, b]);
  }
  return solve(x.reshape([n, n]), b.reshape([n])).reshape(rest);
}

/** The argument of `linalg.vander` by name. */
export interface LinalgVanderOptions {
  /** How many powers, at least 2. Default: as many as there are elements in the last dim. */
  readonly N?: number | null;
}

/**
 * Powers of the elements in a new last dim: y[…, i, j] = x[…, i]ʲ.
 *
 * Shapes: [..., n] → [..., n, N], N = n by default
 * @param N the number of powers, at least 2
 * @throws ShapeError for fewer than two powers, or a tensor without dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.vander.html
 */
export function vander(x: Tensor, N?: number | LinalgVanderOptions | null): Tensor {
  checkTensor('vander', 'x', x);
  const given = named<LinalgVanderOptions>('vander', ['N'], [N ?? undefined]);
  const n = given.N ?? x.shape.at(-1) ?? 1;
  if (n < 2) throw new ShapeError(`vander: N must be above 1, got ${n}`);
  return powersOf('vander', x, n);
}

/** Which diagonal `linalg.diagonal` takes. */
export interface LinalgDiagonalOptions {
  /** Above (positive) or below the main diagonal. Default 0. */
  readonly offset?: number;
  /** Default -2. */
  readonly dim1?: number;
  /** Default -1. */
  readonly dim2?: number;
}

/**
 * A view of the diagonals of matrices.
 *
 * Shapes: [..., m, n] → [..., k]
 * @param options `offset` (0), `dim1` (-2), `dim2` (-1)
 * @throws IndexError for a dim out of range
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.diagonal.html
 */
export function diagonal(input: Tensor, options: LinalgDiagonalOptions = {}): Tensor {
  checkOptions('linalg.diagonal', options, ['offset', 'dim1', 'dim2']);
  checkTensor('diagonal', 'input', input);
  const { offset = 0, dim1 = -2, dim2 = -1 } = options;
  return input.diagonal(offset, dim1, dim2);
}
