import { WasmgradError } from '../../core/errors.js';
import { applyMany } from '../../autograd/apply.js';
import * as ops from '../../ops/linalg/decompose.js';
import type { QrMode } from '../../ops/linalg/decompose.js';
import { argument } from '../reduce.js';
import { checkOptions } from '../options.js';
import type { Tensor } from '../tensor.js';
import { tolerances, wide } from './operands.js';

export type { QrMode };

/** Options of `qr`. */
export interface QrOptions {
  /** 'reduced' (default): q [m, k], r [k, n], k = min(m, n); 'complete': q [m, m], r [m, n]; 'r': no q. */
  readonly mode?: QrMode;
}

/**
 * `[q, r]` with input = q·r, q of orthonormal columns, r an upper triangle, by Householder's reflections with LAPACK's signs.
 *
 * Shapes: [..., m, n] → see `mode`; in mode 'r', q is empty and there is no gradient, nor in mode 'complete' for m > n.
 *
 * @param options `mode` (default 'reduced'), also by its place
 * @throws WasmgradError for an unknown mode; ShapeError for fewer than two dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.qr.html
 */
export function qr(input: Tensor, options: QrMode | QrOptions = {}): [Tensor, Tensor] {
  const mode = argument<'mode', QrMode>('qr', 'mode', options, 'reduced');
  if (!['reduced', 'complete', 'r'].includes(mode)) {
    throw new WasmgradError(`qr: mode must be 'reduced', 'complete' or 'r', got '${String(mode)}'`);
  }
  const [q, r] = applyMany(ops.qr, [wide('qr', input)], mode) as [Tensor, Tensor];
  return [q.to(input.dtype), r.to(input.dtype)];
}

/** Options of `svd`. */
export interface SvdOptions {
  /** Make u [m, m] and vh [n, n] rather than the first min(m, n) columns and rows. Default true. */
  readonly fullMatrices?: boolean;
}

/**
 * `[u, s, vh]` with input = u·diag(s)·vh; s descends. Signs of vectors are free: a loss must not depend on them.
 *
 * Shapes: [..., m, n] → u [..., m, m], s [..., k], vh [..., n, n], k = min(m, n); without `fullMatrices` u [..., m, k], vh [..., k, n]. The gradient takes
 * singular values as different and above 0.
 *
 * @param options `fullMatrices` (default true), also by its place
 * @throws ShapeError for fewer than two dims; DTypeError where the input is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.svd.html
 */
export function svd(input: Tensor, options: boolean | SvdOptions = {}): [Tensor, Tensor, Tensor] {
  const full = argument<'fullMatrices', boolean>('svd', 'fullMatrices', options, true);
  const [u, s, v] = applyMany(ops.svd, [wide('svd', input)], { name: 'svd', full }) as [Tensor, Tensor, Tensor];
  return [u.mT.to(input.dtype), s.to(input.dtype), v.to(input.dtype)];
}

/**
 * The singular values, descending.
 *
 * Shapes: [..., m, n] → [..., min(m, n)]
 *
 * @throws ShapeError for fewer than two dims; DTypeError where the input is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.svdvals.html
 */
export function svdvals(input: Tensor): Tensor {
  const params = { name: 'svdvals', full: false };
  return applyMany(ops.svd, [wide('svdvals', input)], params)[1]!.to(input.dtype);
}

/** Which triangle of a symmetric matrix is read. */
export type Uplo = 'L' | 'U';

/** Options of `eigh` and `eigvalsh`. */
export interface EighOptions {
  /** Default 'L'. */
  readonly UPLO?: Uplo;
}

function symmetric(op: string, input: Tensor, options: Uplo | EighOptions): [Tensor, Tensor] {
  const uplo = argument<'UPLO', Uplo>(op, 'UPLO', options, 'L');
  if (!['L', 'U'].includes(uplo)) throw new WasmgradError(`${op}: UPLO must be 'L' or 'U', got '${String(uplo)}'`);
  const a = wide(op, input);
  return applyMany(ops.eigh, [uplo === 'U' ? a.mT : a], { name: op }) as [Tensor, Tensor];
}

/**
 * `[w, v]`: the eigenvalues of symmetric matrices, ascending, and the matrix of their eigenvectors (columns), input = v·diag(w)·vᵀ. Signs of
 * vectors are free: a loss must not depend on them.
 *
 * Shapes: [..., n, n] → w [..., n], v [..., n, n]. The gradient takes eigenvalues as different.
 *
 * @param options `UPLO`: the triangle that is read (default 'L'), also by its place
 * @throws WasmgradError for an unknown triangle; ShapeError where a matrix is not square
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.eigh.html
 */
export function eigh(input: Tensor, options: Uplo | EighOptions = {}): [Tensor, Tensor] {
  const [w, v] = symmetric('eigh', input, options);
  return [w.to(input.dtype), v.mT.to(input.dtype)];
}

/**
 * The eigenvalues of symmetric matrices, ascending.
 *
 * Shapes: [..., n, n] → [..., n]
 *
 * @param options `UPLO`: the triangle that is read (default 'L'), also by its place
 * @throws WasmgradError for an unknown triangle; ShapeError where a matrix is not square
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.eigvalsh.html
 */
export function eigvalsh(input: Tensor, options: Uplo | EighOptions = {}): Tensor {
  return symmetric('eigvalsh', input, options)[0].to(input.dtype);
}

/** Options of `matrixRank`. */
export interface MatrixRankOptions {
  /** Singular values of at most max(atol, rtol·largest) count as 0. Default 0. */
  readonly atol?: number;
  /** Default max(m, n)·ε where `atol` is not given (or 0), else 0. */
  readonly rtol?: number;
  /** The matrices are symmetric: only their lower triangles are read. Default false. */
  readonly hermitian?: boolean;
}

/**
 * The number of singular values above max(atol, rtol·largest); int32.
 *
 * Shapes: [..., m, n] → [...]
 *
 * @param options `atol`, `rtol` (see `MatrixRankOptions`), `hermitian` (default false)
 * @throws ShapeError for fewer than two dims; DTypeError where the input is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.matrix_rank.html
 */
export function matrixRank(input: Tensor, options: MatrixRankOptions = {}): Tensor {
  checkOptions('matrixRank', options, ['atol', 'rtol', 'hermitian']);
  const a = wide('matrixRank', input).detach();
  const { atol, rtol } = tolerances('matrixRank', input, options);
  const values = options.hermitian ? eigvalsh(a).abs() : svdvals(a);
  if (values.shape.at(-1) === 0) return values.sum(-1).to('int32');
  const least = values.amax(-1, true).mul(rtol).clampMin(atol);
  return values.gt(least).sum(-1);
}
