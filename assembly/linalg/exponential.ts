// The exponential of a matrix by scaling and squaring. Units are matrices of a batch.
//
// Source: Higham 2008, "Functions of Matrices", section 10.3; the Taylor polynomial instead of Padé's, which needs no solver.
import { Rows } from './rows';

/** With a 1-norm of at most 1/2, the next term is below 2⁻⁵⁴. */
const TERMS = 15;

class Product {
  /** y = f·a·b. */
  static run(y: usize, a: usize, b: usize, f: f64, n: i32): void {
    const row = (<usize>n) << 3;
    memory.fill(y, 0, <usize>n * row);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) {
        const x = load<f64>(a + <usize>i * row + ((<usize>k) << 3));
        Rows.subtract(y + <usize>i * row, b + <usize>k * row, -f * x, n);
      }
    }
  }
}

/** y = eᵃ. `work` holds 3 n² numbers a matrix. */
export function matrixExpF64(y: usize, a: usize, work: usize, n: i32, begin: i32, end: i32): void {
  const square = <usize>n * <usize>n;
  const bytes = square << 3;
  for (let unit = <usize>begin; unit < <usize>end; unit++) {
    const out = y + unit * bytes;
    const x = work + 3 * unit * bytes;
    const power = x + bytes;
    const next = power + bytes;
    memory.copy(x, a + unit * bytes, bytes);
    let norm = 0.0;
    for (let j = 0; j < n; j++) {
      let sum = 0.0;
      for (let i = 0; i < n; i++) sum += abs(load<f64>(x + ((<usize>(i * n + j)) << 3)));
      norm = max(norm, sum);
    }
    let squarings = 0;
    for (; norm > 0.5 && squarings < 1100; squarings++) norm *= 0.5;
    for (let i = 0; i < squarings; i++) Rows.scale(x, 0.5, n * n);
    Rows.identity(out, n, n);
    Rows.identity(power, n, n);
    for (let term = 1; term <= TERMS; term++) {
      Product.run(next, power, x, 1 / <f64>term, n);
      memory.copy(power, next, bytes);
      Rows.subtract(out, power, -1, n * n);
    }
    for (let i = 0; i < squarings; i++) {
      Product.run(next, out, out, 1, n);
      memory.copy(out, next, bytes);
    }
  }
}
