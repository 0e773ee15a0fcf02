import { tensor } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * The columns of x [m, n], m ≥ n, made orthonormal one after the other: the Q of x = QR with a positive diagonal in R.
 * In double precision, and each column twice, so that Q is orthogonal to rounding.
 *
 * Source: Giraud, Langou, Rozložník 2005, "The loss of orthogonality in the Gram–Schmidt orthogonalization process".
 */
export function orthonormalColumns(x: Tensor): Tensor {
  const [m, n] = x.shape as [number, number];
  const columns = Float64Array.from(x.T.toTypedArray());
  for (let j = 0; j < n; j++) {
    const a = columns.subarray(j * m, (j + 1) * m);
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        const q = columns.subarray(k * m, (k + 1) * m);
        const along = product(q, a);
        for (let i = 0; i < m; i++) a[i]! -= along * q[i]!;
      }
    }
    const length = Math.sqrt(product(a, a));
    for (let i = 0; i < m; i++) a[i]! /= length;
  }
  return tensor(columns, { shape: [n, m], dtype: x.dtype }).T;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
