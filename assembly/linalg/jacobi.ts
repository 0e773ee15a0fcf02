// Singular values and eigenvalues of symmetric matrices by Jacobi's rotations: slower than a reduction to bidiagonal form where matrices are
// large, as exact as any, and short. Units are matrices of a batch.
//
// Source: Golub & Van Loan 2013, "Matrix Computations", 4th edition, sections 8.5 and 8.6.3; Demmel & Veselić 1992, "Jacobi's method is
// more accurate than QR".
import { Rows } from './rows';

const EPSILON: f64 = 2.220446049250313e-16;
/** Convergence is quadratic: some 6 to 10 sweeps are usual. */
const SWEEPS = 60;

class Jacobi {
  /** Rotates rows of w [n, m] until they are orthogonal, and rows of v [n, n] with them. */
  static orthogonalize(w: usize, v: usize, m: i32, n: i32): void {
    const row = (<usize>m) << 3;
    const line = (<usize>n) << 3;
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let rotated = false;
      for (let p = 0; p < n - 1; p++) {
        for (let q = p + 1; q < n; q++) {
          const x = w + <usize>p * row;
          const y = w + <usize>q * row;
          const a = Rows.dot(x, x, m);
          const b = Rows.dot(y, y, m);
          const c = Rows.dot(x, y, m);
          if (!(abs(c) > EPSILON * sqrt(a * b))) continue;
          rotated = true;
          const t = Rows.tangent((b - a) / (2 * c));
          const cosine = 1 / sqrt(1 + t * t);
          Rows.rotate(x, y, cosine, cosine * t, m);
          Rows.rotate(v + <usize>p * line, v + <usize>q * line, cosine, cosine * t, n);
        }
      }
      if (!rotated) return;
    }
  }

  /** Makes row r of w [count, m] orthonormal to those before it, from the unit vector with the longest remainder. */
  static complete(w: usize, r: i32, m: i32): void {
    const row = (<usize>m) << 3;
    const x = w + <usize>r * row;
    const enough = (0.5 * <f64>(m - r)) / <f64>m;
    for (let i = 0; i < m; i++) {
      memory.fill(x, 0, row);
      store<f64>(x + ((<usize>i) << 3), 1);
      for (let twice = 0; twice < 2; twice++) {
        for (let j = 0; j < r; j++) {
          const y = w + <usize>j * row;
          Rows.subtract(x, y, Rows.dot(x, y, m), m);
        }
        if (twice == 0 && Rows.dot(x, x, m) < enough) break;
      }
      const square = Rows.dot(x, x, m);
      if (square >= 0.5 * enough) {
        Rows.scale(x, 1 / sqrt(square), m);
        return;
      }
    }
  }

  /**
   * a = Σ s[i]·left[i] ⊗ right[i] for a [m, n], m ≥ n, of the given strides: rows of `left` [count, m] and `right` [n, n] are
   * orthonormal, s descends.
   */
  static decompose(
    left: usize,
    s: usize,
    right: usize,
    a: usize,
    m: i32,
    n: i32,
    rows: i32,
    columns: i32,
    count: i32,
  ): void {
    const row = (<usize>m) << 3;
    const line = (<usize>n) << 3;
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < m; i++) {
        const from = a + ((<usize>(i * rows + j * columns)) << 3);
        store<f64>(left + <usize>j * row + ((<usize>i) << 3), load<f64>(from));
      }
    }
    Rows.identity(right, n, n);
    Jacobi.orthogonalize(left, right, m, n);
    for (let j = 0; j < n; j++) {
      const x = left + <usize>j * row;
      store<f64>(s + ((<usize>j) << 3), sqrt(Rows.dot(x, x, m)));
    }
    for (let j = 0; j < n; j++) {
      let best = j;
      for (let i = j + 1; i < n; i++)
        if (load<f64>(s + ((<usize>i) << 3)) > load<f64>(s + ((<usize>best) << 3))) best = i;
      if (best == j) continue;
      Rows.swap(s + ((<usize>j) << 3), s + ((<usize>best) << 3), 1);
      Rows.swap(left + <usize>j * row, left + <usize>best * row, m);
      Rows.swap(right + <usize>j * line, right + <usize>best * line, n);
    }
    // What is left of a direction that vanishes is rounding errors: another orthonormal one takes its place.
    const least = <f64>m * EPSILON * (n > 0 ? load<f64>(s) : 0);
    for (let j = 0; j < n; j++) {
      const size = load<f64>(s + ((<usize>j) << 3));
      if (size > least) Rows.scale(left + <usize>j * row, 1 / size, m);
      else Jacobi.complete(left, j, m);
    }
    for (let j = n; j < count; j++) Jacobi.complete(left, j, m);
  }
}

/**
 * Singular values and vectors: a = Σ s[i]·left[i] ⊗ right[i]. a has m rows of stride `rows` and n ≤ m columns of stride `columns`;
 * left [count, m], s [n], right [n, n].
 */
export function svdF64(
  left: usize,
  s: usize,
  right: usize,
  a: usize,
  m: i32,
  n: i32,
  rows: i32,
  columns: i32,
  count: i32,
  begin: i32,
  end: i32,
): void {
  for (let i = <usize>begin; i < <usize>end; i++) {
    const u = left + ((i * <usize>count * <usize>m) << 3);
    const v = right + ((i * <usize>n * <usize>n) << 3);
    const x = a + ((i * <usize>m * <usize>n) << 3);
    Jacobi.decompose(u, s + ((i * <usize>n) << 3), v, x, m, n, rows, columns, count);
  }
}

/**
 * The pseudo-inverse Σ right[i] ⊗ left[i] / s[i] over the singular values above max(atol, rtol·s[0]). y has the strides of aᵀ, which are
 * `columns` and `rows`. `work` holds (m + n + 1)·n numbers a matrix.
 */
export function pseudoInverseF64(
  y: usize,
  a: usize,
  work: usize,
  m: i32,
  n: i32,
  rows: i32,
  columns: i32,
  atol: f64,
  rtol: f64,
  begin: i32,
  end: i32,
): void {
  const size = <usize>m * <usize>n;
  // The result is [n, m] in row-major order, or its transpose.
  const stepN = columns == 1 ? m : 1;
  const stepM = columns == 1 ? 1 : n;
  for (let i = <usize>begin; i < <usize>end; i++) {
    const left = work + ((i * <usize>(m + n + 1) * <usize>n) << 3);
    const right = left + (size << 3);
    const s = right + ((<usize>n * <usize>n) << 3);
    Jacobi.decompose(left, s, right, a + ((i * size) << 3), m, n, rows, columns, n);
    const out = y + ((i * size) << 3);
    memory.fill(out, 0, size << 3);
    const least = n > 0 ? max(atol, rtol * load<f64>(s)) : 0;
    for (let k = 0; k < n; k++) {
      const value = load<f64>(s + ((<usize>k) << 3));
      if (!(value > least)) continue;
      for (let p = 0; p < n; p++) {
        const f = load<f64>(right + ((<usize>(k * n + p)) << 3)) / value;
        for (let q = 0; q < m; q++) {
          const at = out + ((<usize>(p * stepN + q * stepM)) << 3);
          store<f64>(at, load<f64>(at) + f * load<f64>(left + ((<usize>(k * m + q)) << 3)));
        }
      }
    }
  }
}

/**
 * Eigenvalues, ascending, and eigenvectors (rows of v) of symmetric matrices, read from the lower triangle.
 * `work` holds n² numbers a matrix.
 */
export function eighF64(w: usize, v: usize, a: usize, work: usize, n: i32, begin: i32, end: i32): void {
  const square = <usize>n * <usize>n;
  const row = (<usize>n) << 3;
  for (let unit = <usize>begin; unit < <usize>end; unit++) {
    const x = work + ((unit * square) << 3);
    const from = a + ((unit * square) << 3);
    const vectors = v + ((unit * square) << 3);
    const values = w + ((unit * <usize>n) << 3);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const at = i >= j ? i * n + j : j * n + i;
        store<f64>(x + ((<usize>(i * n + j)) << 3), load<f64>(from + ((<usize>at) << 3)));
      }
    }
    Rows.identity(vectors, n, n);
    const least = 0.01 * EPSILON * Rows.largest(x, n * n);
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let rotated = false;
      for (let p = 0; p < n - 1; p++) {
        for (let q = p + 1; q < n; q++) {
          const rowP = x + <usize>p * row;
          const rowQ = x + <usize>q * row;
          const a = load<f64>(rowP + ((<usize>p) << 3));
          const b = load<f64>(rowQ + ((<usize>q) << 3));
          const c = load<f64>(rowP + ((<usize>q) << 3));
          if (!(abs(c) > least)) continue;
          rotated = true;
          const t = Rows.tangent((b - a) / (2 * c));
          const cosine = 1 / sqrt(1 + t * t);
          const sine = cosine * t;
          Rows.rotate(rowP, rowQ, cosine, sine, n);
          for (let i = 0; i < n; i++) {
            const here = x + <usize>i * row;
            const left = load<f64>(here + ((<usize>p) << 3));
            const right = load<f64>(here + ((<usize>q) << 3));
            store<f64>(here + ((<usize>p) << 3), cosine * left - sine * right);
            store<f64>(here + ((<usize>q) << 3), sine * left + cosine * right);
          }
          store<f64>(rowP + ((<usize>q) << 3), 0);
          store<f64>(rowQ + ((<usize>p) << 3), 0);
          Rows.rotate(vectors + <usize>p * row, vectors + <usize>q * row, cosine, sine, n);
        }
      }
      if (!rotated) break;
    }
    for (let i = 0; i < n; i++) store<f64>(values + ((<usize>i) << 3), load<f64>(x + ((<usize>(i * (n + 1))) << 3)));
    for (let j = 0; j < n; j++) {
      let best = j;
      for (let i = j + 1; i < n; i++) {
        if (load<f64>(values + ((<usize>i) << 3)) < load<f64>(values + ((<usize>best) << 3))) best = i;
      }
      if (best == j) continue;
      Rows.swap(values + ((<usize>j) << 3), values + ((<usize>best) << 3), 1);
      Rows.swap(vectors + <usize>j * row, vectors + <usize>best * row, n);
    }
  }
}
