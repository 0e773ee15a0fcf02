import type { DType } from '../../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { normalizeDim } from '../../core/shapes.js';
import { isFloat } from '../../core/dtypes.js';
import { named } from '../reduce.js';
import { checkDType } from '../tensor.js';
import type { Tensor } from '../tensor.js';
import { svdvals } from './decompose.js';

/** The order of a norm of matrices. */
export type MatrixOrder = 'fro' | 'nuc' | number;

/** Options of `vectorNorm`. */
export interface VectorNormOptions {
  /** Any number, ±Infinity, 0 (counts what is not 0). Default 2. */
  readonly ord?: number;
  /** The dims of the vectors; all elements by default. */
  readonly dim?: number | readonly number[] | null;
  /** Keep the dims with size 1. Default false. */
  readonly keepdim?: boolean;
  /** Cast the input to this dtype first. */
  readonly dtype?: DType | null;
}

/** Options of `matrixNorm`. */
export interface MatrixNormOptions {
  /** 'fro' (default), 'nuc', ±Infinity, ±1 or ±2. */
  readonly ord?: MatrixOrder;
  /** The dims of the matrices. Default [-2, -1]. */
  readonly dim?: readonly number[];
  /** Keep the dims with size 1. Default false. */
  readonly keepdim?: boolean;
  /** Cast the input to this dtype first. */
  readonly dtype?: DType | null;
}

/** Options of `linalg.norm`. */
export interface LinalgNormOptions {
  /** See `vectorNorm` and `matrixNorm`. Default: the 2-norm of all elements. */
  readonly ord?: MatrixOrder | null;
  /** One dim: of vectors; two: of matrices. By default a tensor of one dim is a vector, one of two a matrix. */
  readonly dim?: number | readonly number[] | null;
  /** Keep the dims with size 1. Default false. */
  readonly keepdim?: boolean;
  /** Cast the input to this dtype first. */
  readonly dtype?: DType | null;
}

function floats(op: string, input: Tensor, dtype: DType | null | undefined): Tensor {
  const x = dtype ? input.to(checkDType(op, dtype)) : input;
  if (!isFloat(x.dtype)) fail(DTypeError, op, 'input must be floating point', ['input'], [x]);
  return x;
}

/**
 * The norm of vectors: (Σ |x|ᵖ)^(1/p).
 *
 * Shapes: any → without `dim` (with size 1 there where `keepdim`)
 *
 * @param options `ord` (default 2), `dim` (default all), `keepdim` (default false), `dtype`; the first three also by their places
 * @throws DTypeError where the input is not floating point; IndexError where a dim is out of range
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html
 */
export function vectorNorm(
  input: Tensor,
  ord?: number | VectorNormOptions,
  dim?: number | readonly number[] | null | VectorNormOptions,
  keepdim?: boolean | VectorNormOptions,
  options?: VectorNormOptions,
): Tensor {
  const names = ['ord', 'dim', 'keepdim', 'dtype'] as const;
  const given = named<VectorNormOptions>('vectorNorm', names, [ord, dim, keepdim, options]);
  const p = given.ord ?? 2;
  if (typeof p !== 'number') throw new WasmgradError(`vectorNorm: ord must be a number, got ${String(p)}`);
  return floats('vectorNorm', input, given.dtype).norm(p, given.dim, given.keepdim ?? false);
}

/**
 * The norm of matrices: 'fro' √Σ x², 'nuc' the sum of singular values, ±Infinity the largest (smallest) sum of |x| over a row, ±1 over a column,
 * ±2 the largest (smallest) singular value.
 *
 * Shapes: [..., m, n] → [...] (other dims by `dim`)
 *
 * @param options `ord` (default 'fro'), `dim` (default [-2, -1]), `keepdim` (default false), `dtype`; the first three also by their places
 * @throws WasmgradError for another order; ShapeError where `dim` does not name two dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.matrix_norm.html
 */
export function matrixNorm(
  input: Tensor,
  ord?: MatrixOrder | MatrixNormOptions,
  dim?: readonly number[] | MatrixNormOptions,
  keepdim?: boolean | MatrixNormOptions,
  options?: MatrixNormOptions,
): Tensor {
  const names = ['ord', 'dim', 'keepdim', 'dtype'] as const;
  return matrixNormOf('matrixNorm', input, named<MatrixNormOptions>('matrixNorm', names, [ord, dim, keepdim, options]));
}

function matrixNormOf(op: string, input: Tensor, given: MatrixNormOptions): Tensor {
  const { ord = 'fro', dim = [-2, -1], keepdim = false } = given;
  const x = floats(op, input, given.dtype);
  if (x.ndim < 2) fail(ShapeError, op, 'input must have at least 2 dims', ['input'], [x]);
  const dims = dim.map((d) => normalizeDim(op, d, x.ndim));
  if (dims.length !== 2 || dims[0] === dims[1]) {
    throw new ShapeError(`${op}: dim must name two different dims, got [${dim.join(', ')}]`);
  }
  const [rows, columns] = dims as [number, number];
  if (ord === 'fro') return x.norm(2, [rows, columns], keepdim);
  const small = typeof ord === 'number' && ord < 0;
  const size = Math.abs(Number(ord));
  const kept = (y: Tensor): Tensor =>
    keepdim ? [rows, columns].sort((a, b) => a - b).reduce((z, d) => z.unsqueeze(d), y) : y;
  if (ord === 'nuc' || size === 2) {
    const values = svdvals(x.movedim([rows, columns], [-2, -1]));
    return kept(ord === 'nuc' ? values.sum(-1) : small ? values.amin(-1) : values.amax(-1));
  }
  if (size !== 1 && size !== Infinity) {
    throw new WasmgradError(`${op}: ord must be 'fro', 'nuc', ±Infinity, ±1 or ±2, got ${String(ord)}`);
  }
  const [summed, other] = size === 1 ? [rows, columns] : [columns, rows];
  const sums = x.abs().sum(summed, true);
  return kept((small ? sums.amin(other, true) : sums.amax(other, true)).squeeze([rows, columns]));
}

/**
 * A norm of vectors or of matrices: without `ord` the 2-norm of all elements (or of those over `dim`), else `vectorNorm` over one dim or
 * `matrixNorm` over two.
 *
 * @param options `ord`, `dim`, `keepdim` (default false), `dtype`; the first three also by their places
 * @throws ShapeError for `ord` without `dim` and an input of neither one nor two dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.norm.html
 */
export function norm(
  input: Tensor,
  ord?: MatrixOrder | null | LinalgNormOptions,
  dim?: number | readonly number[] | null | LinalgNormOptions,
  keepdim?: boolean | LinalgNormOptions,
  options?: LinalgNormOptions,
): Tensor {
  const names = ['ord', 'dim', 'keepdim', 'dtype'] as const;
  const given = named<LinalgNormOptions>('norm', names, [ord ?? undefined, dim ?? undefined, keepdim, options]);
  const { ord: order = null, dim: over = null } = given;
  const rest = { keepdim: given.keepdim ?? false, dtype: given.dtype ?? null };
  if (order === null) return vectorNorm(input, { ...rest, dim: over });
  const dims = over === null ? input.shape.map((_, i) => i) : typeof over === 'number' ? [over] : over;
  if (over === null && (dims.length < 1 || dims.length > 2)) {
    fail(ShapeError, 'norm', 'with ord and without dim, input must have 1 or 2 dims', ['input'], [input]);
  }
  if (dims.length === 1) {
    if (typeof order !== 'number') throw new WasmgradError(`norm: '${order}' is no order of a norm of vectors`);
    return vectorNorm(input, { ...rest, ord: order, dim: dims });
  }
  return matrixNormOf('norm', input, { ...rest, ord: order, dim: dims });
}
