import { zeros } from '../creation.js';
import { argument, named } from '../reduce.js';
import type { Named } from '../reduce.js';
import type { Tensor } from '../tensor.js';
import * as decompositions from './decompose.js';
import { cholesky as factor, pinv } from './solve.js';

/**
 * The lower triangle L with L·Lᵀ = input, or where `upper` the upper one; `linalg.cholesky` by PyTorch's older name.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.cholesky.html
 */
export function cholesky(input: Tensor, upper?: Named<'upper', boolean>): Tensor {
  return factor(input, { upper: argument('cholesky', 'upper', upper, false) });
}

/**
 * The pseudoinverse; singular values up to rcond times the largest one count as 0. `linalg.pinv` by PyTorch's older name.
 *
 * @param rcond Default 1e-15
 * Source: https://pytorch.org/docs/stable/generated/torch.pinverse.html
 */
export function pinverse(input: Tensor, rcond?: Named<'rcond', number>): Tensor {
  return pinv(input, { rtol: argument('pinverse', 'rcond', rcond, 1e-15) });
}

/**
 * Q with orthonormal columns and R upper triangular, Q·R = input: Q [..., m, k], k = min(m, n), or [..., m, m] without `some`. `linalg.qr` by PyTorch's older
 * name.
 *
 * @param some Default true
 * Source: https://pytorch.org/docs/stable/generated/torch.qr.html
 */
export function qr(input: Tensor, some?: Named<'some', boolean>): [Tensor, Tensor] {
  return decompositions.qr(input, { mode: argument('qr', 'some', some, true) ? 'reduced' : 'complete' });
}

/** The arguments of `svd` by name. */
export interface SvdCall {
  /** Only as many vectors as there are singular values. Default true. */
  readonly some?: boolean;
  /** False: zeros in the place of vectors. Default true. */
  readonly computeUv?: boolean;
}

/**
 * `[U, S, V]` with U·diag(S)·Vᵀ = input. Unlike `linalg.svd` it gives V, not its transpose, and `some` is the default.
 *
 * @param options `some` (true), `computeUv` (true), also by their places
 * Source: https://pytorch.org/docs/stable/generated/torch.svd.html
 */
export function svd(input: Tensor, some?: boolean | SvdCall, computeUv?: boolean | SvdCall): [Tensor, Tensor, Tensor] {
  const given = named<SvdCall>('svd', ['some', 'computeUv'], [some, computeUv]);
  if (!(given.computeUv ?? true)) {
    const values = decompositions.svdvals(input);
    const [m, n] = input.shape.slice(-2) as [number, number];
    const none = (k: number): Tensor => zeros([...input.shape.slice(0, -2), k, k], { dtype: input.dtype });
    return [none(m), values, none(n)];
  }
  const [u, s, vh] = decompositions.svd(input, { fullMatrices: !(given.some ?? true) });
  return [u, s, vh.mT];
}
