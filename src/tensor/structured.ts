import { isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, checkWhole, fail } from '../core/errors.js';
import { normalizeDim } from '../core/shapes.js';
import { arange, zeros } from './creation.js';
import { cat, meshgrid, roll, stack } from './join.js';
import { checkTensor, commonShape } from './operands.js';
import { checkOptions } from './options.js';
import { argument, named } from './reduce.js';
import type { Named } from './reduce.js';
import type { Tensor } from './tensor.js';

/**
 * The Kronecker product: y[i·p + k, j·q + l] = input[i, j]·other[k, l], in as many dims as the larger has.
 *
 * Shapes: [m, n], [p, q] → [m·p, n·q]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.kron.html
 */
export function kron(input: Tensor, other: Tensor): Tensor {
  checkTensor('kron', 'other', other);
  const n = Math.max(input.ndim, other.ndim);
  const whole = (x: Tensor): number[] => [...Array.from({ length: n - x.ndim }, () => 1), ...x.shape];
  const [a, b] = [whole(input), whole(other)];
  const product = input.reshape(a.flatMap((size) => [size, 1])).mul(other.reshape(b.flatMap((size) => [1, size])));
  return product.reshape(a.map((size, d) => size * b[d]!));
}

/** Options of `cross`. */
export interface CrossOptions {
  /** The dim of the three coordinates. */
  readonly dim?: number | null;
}

/** @internal input × other along a dim. */
export function crossAlong(op: string, input: Tensor, other: Tensor, dim: number): Tensor {
  const shape = commonShape(op, ['input', 'other'], [input, other]);
  const at = normalizeDim(op, dim, shape.length);
  if (shape[at] !== 3) fail(ShapeError, op, `dim ${dim} must have size 3`, ['input', 'other'], [input, other]);
  const [a, b] = [input.expand(shape), other.expand(shape)];
  return roll(a, -1, at)
    .mul(roll(b, -2, at))
    .sub(roll(a, -2, at).mul(roll(b, -1, at)));
}

/**
 * The vector product: y = input × other.
 *
 * Shapes: both broadcast; `dim` has size 3. Default: the first dim of size 3
 *
 * @throws ShapeError where there is no such dim
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.cross.html
 */
export function cross(input: Tensor, other: Tensor, dim?: number | null | CrossOptions): Tensor {
  checkTensor('cross', 'other', other);
  const given = argument<'dim', number | null>('cross', 'dim', dim, null);
  const shape = commonShape('cross', ['input', 'other'], [input, other]);
  const at = given ?? shape.indexOf(3);
  if (at === -1 && given === null) fail(ShapeError, 'cross', 'no dim has size 3', ['input', 'other'], [input, other]);
  return crossAlong('cross', input, other, at);
}

/**
 * The sum of the main diagonal of a matrix.
 *
 * @throws ShapeError where it is no matrix
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.trace.html
 */
export function trace(input: Tensor): Tensor {
  if (input.ndim !== 2) fail(ShapeError, 'trace', 'takes a matrix', ['input'], [input]);
  return input.diagonal().sum();
}

/** The arguments of `diagEmbed` by name. */
export interface DiagEmbedOptions {
  /** Above (positive) or below the main diagonal. Default 0. */
  readonly offset?: number;
  /** Default -2. */
  readonly dim1?: number;
  /** Default -1. */
  readonly dim2?: number;
}

/**
 * Matrices whose diagonals are the last dim of the input; zeros elsewhere.
 *
 * Shapes: [..., n] → [..., n + |offset|, n + |offset|], these two at `dim1` and `dim2`
 *
 * @throws ShapeError where both dims are one
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.diag_embed.html
 */
export function diagEmbed(
  input: Tensor,
  first?: number | DiagEmbedOptions,
  second?: number | DiagEmbedOptions,
  third?: number,
): Tensor {
  const names = ['offset', 'dim1', 'dim2'] as const;
  const { offset = 0, dim1 = -2, dim2 = -1 } = named<DiagEmbedOptions>('diagEmbed', names, [first, second, third]);
  checkWhole('diagEmbed', 'offset', offset);
  if (input.ndim < 1) fail(ShapeError, 'diagEmbed', 'needs at least one dim', ['input'], [input]);
  const rows = normalizeDim('diagEmbed', dim1, input.ndim + 1);
  const columns = normalizeDim('diagEmbed', dim2, input.ndim + 1);
  if (rows === columns) throw new ShapeError(`diagEmbed: needs two different dims, got ${dim1} and ${dim2}`);
  const n = input.shape.at(-1)! + Math.abs(offset);
  let padded = input;
  if (offset !== 0) {
    const gap = zeros([...input.shape.slice(0, -1), Math.abs(offset)], { dtype: input.dtype });
    padded = cat(offset > 0 ? [input, gap] : [gap, input], -1);
  }
  const row = arange(n).unsqueeze(1);
  const matrices = padded
    .unsqueeze(-1)
    .where(row.add(offset).eq(arange(n)), 0)
    .to(input.dtype);
  return matrices.movedim([-2, -1], [rows, columns]);
}

/**
 * Of a vector the matrix with that diagonal, of a matrix its diagonal.
 *
 * @param diagonal above (positive) or below the main one. Default 0
 * @throws ShapeError for more dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.diag.html
 */
export function diag(input: Tensor, diagonal?: Named<'diagonal', number>): Tensor {
  const offset = argument('diag', 'diagonal', diagonal, 0);
  if (input.ndim === 1) return diagEmbed(input, offset);
  if (input.ndim !== 2) fail(ShapeError, 'diag', 'takes a vector or a matrix', ['input'], [input]);
  return input.diagonal(offset).clone();
}

/**
 * The matrix whose diagonal has all elements of the input.
 *
 * @param offset above (positive) or below the main diagonal. Default 0
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.diagflat.html
 */
export function diagflat(input: Tensor, offset?: Named<'offset', number>): Tensor {
  return diagEmbed(input.reshape([input.numel]), argument('diagflat', 'offset', offset, 0));
}

/**
 * Matrices along the diagonal of one, zeros elsewhere. Vectors and numbers count as one row.
 *
 * @throws ShapeError for more than two dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.block_diag.html
 */
export function blockDiag(...tensors: readonly Tensor[]): Tensor {
  if (tensors.length === 0) throw new ShapeError('blockDiag: needs at least one tensor');
  const blocks = tensors.map((x, i) => {
    checkTensor('blockDiag', `tensors[${i}]`, x);
    if (x.ndim > 2) fail(ShapeError, 'blockDiag', `tensors[${i}] has more than two dims`, ['input'], [x]);
    return x.ndim === 2 ? x : x.reshape([1, x.numel]);
  });
  const width = blocks.reduce((n, x) => n + x.shape[1]!, 0);
  let before = 0;
  const rows = blocks.map((x) => {
    const [m, n] = x.shape as [number, number];
    const gap = (size: number): Tensor => zeros([m, size], { dtype: x.dtype });
    const row = cat([gap(before), x, gap(width - before - n)], 1);
    before += n;
    return row;
  });
  return cat(rows);
}

/**
 * All tuples of the elements of vectors, the last one running fastest; of one vector that vector.
 *
 * Shapes: [a], [b], … → [a·b·…, number of vectors]
 *
 * @throws ShapeError where one is no vector
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.cartesian_prod.html
 */
export function cartesianProd(...tensors: readonly Tensor[]): Tensor {
  tensors.forEach((x, i) => {
    checkTensor('cartesianProd', `tensors[${i}]`, x);
    if (x.ndim !== 1) fail(ShapeError, 'cartesianProd', `tensors[${i}] must be a vector`, ['input'], [x]);
  });
  if (tensors.length === 1) return tensors[0]!;
  return stack(
    meshgrid(tensors, { indexing: 'ij' }).map((x) => x.reshape([x.numel])),
    1,
  );
}

/** When `cdist` goes by products of matrices (p = 2): from 26 points on, always, or never. */
export type CdistMode =
  'use_mm_for_euclid_dist_if_necessary' | 'use_mm_for_euclid_dist' | 'donot_use_mm_for_euclid_dist';

/** Options of `cdist`. */
export interface CdistOptions {
  /** The exponent of the norm, from 0 to Infinity. Default 2. */
  readonly p?: number;
  /** Default 'use_mm_for_euclid_dist_if_necessary'. */
  readonly computeMode?: CdistMode;
}

/**
 * The distances between the points of two sets: y[…, i, j] = ‖x1[…, i] − x2[…, j]‖ₚ.
 *
 * Shapes: x1 [..., P, M], x2 [..., R, M], batch dims broadcast → [..., P, R]. The gradient is 0 where a distance is 0.
 *
 * @throws ShapeError where sizes do not fit; WasmgradError for a negative p or an unknown mode
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.cdist.html
 */
export function cdist(x1: Tensor, x2: Tensor, options: number | CdistOptions = {}): Tensor {
  const given = typeof options === 'number' ? { p: options } : options;
  checkOptions('cdist', given, ['p', 'computeMode']);
  const { p = 2, computeMode = 'use_mm_for_euclid_dist_if_necessary' } = given as CdistOptions;
  checkTensor('cdist', 'x2', x2);
  const operands = [x1, x2];
  if (x1.ndim < 2 || x2.ndim < 2) fail(ShapeError, 'cdist', 'both need at least two dims', ['x1', 'x2'], operands);
  if (x1.shape.at(-1) !== x2.shape.at(-1)) fail(ShapeError, 'cdist', 'last sizes differ', ['x1', 'x2'], operands);
  if (!isFloat(x1.dtype) || x1.dtype !== x2.dtype) {
    fail(DTypeError, 'cdist', 'floats of one dtype wanted', ['x1', 'x2'], operands);
  }
  if (!(p >= 0)) throw new WasmgradError(`cdist: p must be at least 0, got ${String(p)}`);
  const modes = ['use_mm_for_euclid_dist_if_necessary', 'use_mm_for_euclid_dist', 'donot_use_mm_for_euclid_dist'];
  if (!modes.includes(computeMode)) {
    throw new WasmgradError(`cdist: computeMode must be one of ${modes.join(', ')}, got '${String(computeMode)}'`);
  }
  const many = x1.shape.at(-2)! > 25 || x2.shape.at(-2)! > 25;
  const byProduct = computeMode === modes[1] || (computeMode === modes[0] && many);
  if (p === 2 && byProduct && x1.shape.at(-1)! > 0) return euclidean(x1, x2);
  return x1.unsqueeze(-2).sub(x2.unsqueeze(-3)).norm(p, -1);
}

/** √(‖a‖² + ‖b‖² − 2 a·b), with a gradient of 0 where that is 0. */
function euclidean(x1: Tensor, x2: Tensor): Tensor {
  const squares = (x: Tensor): Tensor => x.square().sum(-1, true);
  const squared = squares(x1)
    .add(squares(x2).transpose(-2, -1))
    .sub(x1.matmul(x2.transpose(-2, -1)), { alpha: 2 });
  const apart = squared.gt(0);
  return squared.maskedFill(apart.logicalNot(), 1).sqrt().mul(apart.to(x1.dtype));
}
