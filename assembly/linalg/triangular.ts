// Triangular systems, Cholesky factors and Householder reflections. Units are matrices of a batch.
//
// Source: Golub & Van Loan 2013, "Matrix Computations", 4th edition, sections 3.1, 4.2 and 5.1; signs as LAPACK's.
import { Rows } from './rows';

/** x = t⁻¹·b for a triangle t of `a`, or of its transpose; with `unit`, the diagonal counts as ones. */
export function solveTriangularF64(
  x: usize,
  a: usize,
  b: usize,
  n: i32,
  m: i32,
  upper: i32,
  transposed: i32,
  unit: i32,
  begin: i32,
  end: i32,
): void {
  const square = <usize>n * <usize>n;
  const sides = <usize>n * <usize>m;
  const row: usize = transposed ? 8 : (<usize>n) << 3;
  const column: usize = transposed ? (<usize>n) << 3 : 8;
  const backward = (upper != 0) != (transposed != 0);
  const line = (<usize>m) << 3;
  for (let i = begin; i < end; i++) {
    const t = a + ((<usize>i * square) << 3);
    const y = x + ((<usize>i * sides) << 3);
    memory.copy(y, b + ((<usize>i * sides) << 3), sides << 3);
    for (let step = 0; step < n; step++) {
      const k = backward ? n - 1 - step : step;
      const here = y + <usize>k * line;
      if (!unit) {
        const pivot = load<f64>(t + <usize>k * (row + column));
        for (let j = 0; j < m; j++) {
          const at = here + ((<usize>j) << 3);
          store<f64>(at, load<f64>(at) / pivot);
        }
      }
      const from = backward ? 0 : k + 1;
      const to = backward ? k : n;
      for (let j = from; j < to; j++) {
        Rows.subtract(y + <usize>j * line, here, load<f64>(t + <usize>j * row + <usize>k * column), m);
      }
    }
  }
}

/** l·lᵀ = a, read from the lower triangle; info = 0, or the number of the first leading minor that is not positive. */
export function choleskyF64(l: usize, info: usize, a: usize, n: i32, begin: i32, end: i32): void {
  const square = <usize>n * <usize>n;
  const row = (<usize>n) << 3;
  for (let unit = begin; unit < end; unit++) {
    const x = a + ((<usize>unit * square) << 3);
    const y = l + ((<usize>unit * square) << 3);
    let failed = 0;
    memory.fill(y, 0, square << 3);
    for (let i = 0; i < n && failed == 0; i++) {
      const here = y + <usize>i * row;
      for (let j = 0; j <= i; j++) {
        const at = (<usize>j) << 3;
        const rest = load<f64>(x + <usize>i * row + at) - Rows.dot(here, y + <usize>j * row, j);
        if (j < i) {
          store<f64>(here + at, rest / load<f64>(y + <usize>j * row + at));
        } else if (rest > 0) {
          store<f64>(here + at, sqrt(rest));
        } else {
          failed = i + 1;
        }
      }
    }
    store<i32>(info + ((<usize>unit) << 2), failed);
  }
}

/**
 * q·r = a [m, n], q [m, columns] with orthonormal columns, r [columns, n] an upper triangle. `work` holds m·n + min(m, n) numbers a
 * matrix; with 0 for q, only r is made.
 */
export function qrF64(
  q: usize,
  r: usize,
  a: usize,
  work: usize,
  m: i32,
  n: i32,
  columns: i32,
  begin: i32,
  end: i32,
): void {
  const size = <usize>m * <usize>n;
  const k = min(m, n);
  const row = (<usize>n) << 3;
  const line = (<usize>columns) << 3;
  for (let unit = begin; unit < end; unit++) {
    const w = work + ((<usize>unit * (size + <usize>k)) << 3);
    const taus = w + (size << 3);
    memory.copy(w, a + ((<usize>unit * size) << 3), size << 3);
    for (let j = 0; j < k; j++) {
      const column = w + ((<usize>j) << 3);
      const top = column + <usize>j * row;
      // Scaled, so that squares neither overflow nor vanish.
      let most = 0.0;
      for (let i = j + 1; i < m; i++) most = max(most, abs(load<f64>(column + <usize>i * row)));
      if (most == 0) {
        store<f64>(taus + ((<usize>j) << 3), 0);
        continue;
      }
      const alpha = load<f64>(top);
      const scale = max(most, abs(alpha));
      let sum = (alpha / scale) * (alpha / scale);
      for (let i = j + 1; i < m; i++) {
        const x = load<f64>(column + <usize>i * row) / scale;
        sum += x * x;
      }
      const beta = (alpha >= 0 ? -scale : scale) * sqrt(sum);
      const tau = (beta - alpha) / beta;
      for (let i = j + 1; i < m; i++) {
        const at = column + <usize>i * row;
        store<f64>(at, load<f64>(at) / (alpha - beta));
      }
      store<f64>(taus + ((<usize>j) << 3), tau);
      store<f64>(top, beta);
      for (let c = j + 1; c < n; c++) {
        const other = w + ((<usize>c) << 3);
        let projection = load<f64>(other + <usize>j * row);
        for (let i = j + 1; i < m; i++) {
          projection += load<f64>(column + <usize>i * row) * load<f64>(other + <usize>i * row);
        }
        projection *= tau;
        store<f64>(other + <usize>j * row, load<f64>(other + <usize>j * row) - projection);
        for (let i = j + 1; i < m; i++) {
          const at = other + <usize>i * row;
          store<f64>(at, load<f64>(at) - projection * load<f64>(column + <usize>i * row));
        }
      }
    }
    const upper = r + ((<usize>unit * <usize>columns * <usize>n) << 3);
    memory.fill(upper, 0, (<usize>columns * <usize>n) << 3);
    for (let i = 0; i < k; i++) {
      const at = (<usize>i * <usize>(n + 1)) << 3;
      memory.copy(upper + at, w + at, (<usize>(n - i)) << 3);
    }
    if (!q) continue;
    const orthonormal = q + ((<usize>unit * <usize>m * <usize>columns) << 3);
    Rows.identity(orthonormal, m, columns);
    for (let j = k - 1; j >= 0; j--) {
      const tau = load<f64>(taus + ((<usize>j) << 3));
      if (tau == 0) continue;
      const column = w + ((<usize>j) << 3);
      for (let c = j; c < columns; c++) {
        const other = orthonormal + ((<usize>c) << 3);
        let projection = load<f64>(other + <usize>j * line);
        for (let i = j + 1; i < m; i++) {
          projection += load<f64>(column + <usize>i * row) * load<f64>(other + <usize>i * line);
        }
        projection *= tau;
        store<f64>(other + <usize>j * line, load<f64>(other + <usize>j * line) - projection);
        for (let i = j + 1; i < m; i++) {
          const at = other + <usize>i * line;
          store<f64>(at, load<f64>(at) - projection * load<f64>(column + <usize>i * row));
        }
      }
    }
  }
}
