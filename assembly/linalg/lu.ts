// Gaussian elimination with partial pivoting, and what comes of it. Units are matrices of a batch; each has scratch of its own.
//
// Source: Golub & Van Loan 2013, "Matrix Computations", 4th edition, section 3.4.
import { Log } from '../simd/log';
import { Rows } from './rows';

class LU {
  /** The row from `k` to `m` whose number at `column` has the largest magnitude, or is NaN. Rows are `row` bytes apart. */
  static largestBelow(column: usize, row: usize, k: i32, m: i32): i32 {
    let pivot = k;
    let most = -1.0;
    for (let i = k; i < m; i++) {
      const x = abs(load<f64>(column + <usize>i * row));
      if (x != x) return i;
      if (x > most) {
        most = x;
        pivot = i;
      }
    }
    return pivot;
  }

  /**
   * Eliminates below the diagonal, in `a` [n, n] and in the right-hand sides `b` [n, m] alike. Answers the number (from 1) of the first
   * pivot that is zero, or 0; where `least` is above 0, it takes the place of such pivots. The sign of the permutation goes to `sign`.
   */
  static eliminate(a: usize, b: usize, sign: usize, n: i32, m: i32, least: f64): i32 {
    let info = 0;
    let parity = 1.0;
    const row = (<usize>n) << 3;
    const line = (<usize>m) << 3;
    for (let k = 0; k < n; k++) {
      const pivot = LU.largestBelow(a + ((<usize>k) << 3), row, k, n);
      const top = a + <usize>k * row + ((<usize>k) << 3);
      if (pivot != k) {
        Rows.swap(a + <usize>k * row, a + <usize>pivot * row, n);
        Rows.swap(b + <usize>k * line, b + <usize>pivot * line, m);
        parity = -parity;
      }
      if (load<f64>(top) == 0) {
        if (info == 0) info = k + 1;
        if (least == 0) continue;
        store<f64>(top, least);
      }
      const inverse = load<f64>(top);
      for (let i = k + 1; i < n; i++) {
        const below = a + <usize>i * row + ((<usize>k) << 3);
        const f = load<f64>(below) / inverse;
        if (f == 0) continue;
        Rows.subtract(below + 8, top + 8, f, n - k - 1);
        Rows.subtract(b + <usize>i * line, b + <usize>k * line, f, m);
      }
    }
    store<f64>(sign, parity);
    return info;
  }

  /** x = U⁻¹ x for the upper triangle U of `a`. */
  static substitute(a: usize, x: usize, n: i32, m: i32): void {
    const line = (<usize>m) << 3;
    for (let k = n - 1; k >= 0; k--) {
      const column = a + ((<usize>k) << 3);
      const here = x + <usize>k * line;
      const pivot = load<f64>(column + <usize>k * ((<usize>n) << 3));
      for (let j = 0; j < m; j++) {
        const at = here + ((<usize>j) << 3);
        store<f64>(at, load<f64>(at) / pivot);
      }
      for (let i = 0; i < k; i++)
        Rows.subtract(x + <usize>i * line, here, load<f64>(column + <usize>i * ((<usize>n) << 3)), m);
    }
  }

  /** y = a, or its transpose. */
  static copy(y: usize, a: usize, n: i32, transposed: bool): void {
    if (!transposed) {
      memory.copy(y, a, (<usize>n * <usize>n) << 3);
      return;
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        store<f64>(y + ((<usize>(i * n + j)) << 3), load<f64>(a + ((<usize>(j * n + i)) << 3)));
      }
    }
  }
}

/**
 * x = a⁻¹·b, or (aᵀ)⁻¹·b; info = 0, or the number of the first zero pivot (and x is nothing then).
 * `work` holds n² + 1 numbers a matrix.
 */
export function solveF64(
  x: usize,
  info: usize,
  a: usize,
  b: usize,
  work: usize,
  n: i32,
  m: i32,
  transposed: i32,
  begin: i32,
  end: i32,
): void {
  const square = <usize>n * <usize>n;
  const sides = <usize>n * <usize>m;
  for (let i = begin; i < end; i++) {
    const lu = work + ((<usize>i * (square + 1)) << 3);
    const y = x + ((<usize>i * sides) << 3);
    LU.copy(lu, a + ((<usize>i * square) << 3), n, transposed != 0);
    memory.copy(y, b + ((<usize>i * sides) << 3), sides << 3);
    const failed = LU.eliminate(lu, y, lu + (square << 3), n, m, 0);
    store<i32>(info + ((<usize>i) << 2), failed);
    if (!failed) LU.substitute(lu, y, n, m);
  }
}

/** det a, its sign and log |det a|. `work` holds n² + 1 numbers a matrix. */
export function determinantF64(
  det: usize,
  sign: usize,
  logabs: usize,
  a: usize,
  work: usize,
  n: i32,
  begin: i32,
  end: i32,
): void {
  const square = <usize>n * <usize>n;
  for (let i = begin; i < end; i++) {
    const lu = work + ((<usize>i * (square + 1)) << 3);
    memory.copy(lu, a + ((<usize>i * square) << 3), square << 3);
    LU.eliminate(lu, 0, lu + (square << 3), n, 0, 0);
    let parity = load<f64>(lu + (square << 3));
    let product = parity;
    let sum = 0.0;
    for (let k = 0; k < n; k++) {
      const pivot = load<f64>(lu + ((<usize>(k * (n + 1))) << 3));
      product *= pivot;
      if (pivot < 0) parity = -parity;
      if (pivot == 0) parity = 0;
      sum += f64x2.extract_lane(Log.log<f64>(f64x2.splat(abs(pivot))), 0);
    }
    const at = (<usize>i) << 3;
    store<f64>(det + at, product);
    store<f64>(sign + at, parity);
    store<f64>(logabs + at, sum);
  }
}

/**
 * The cofactors det a · (a⁻¹)ᵀ, also of singular matrices: a zero pivot is replaced by one of the size of a rounding error, which the
 * determinant multiplies again. `work` holds 2 n² + 1 numbers a matrix.
 */
export function cofactorF64(y: usize, a: usize, work: usize, n: i32, begin: i32, end: i32): void {
  const square = <usize>n * <usize>n;
  for (let i = begin; i < end; i++) {
    const lu = work + ((<usize>i * (2 * square + 1)) << 3);
    const inverse = lu + (square << 3);
    const parity = inverse + (square << 3);
    memory.copy(lu, a + ((<usize>i * square) << 3), square << 3);
    const most = Rows.largest(lu, n * n);
    Rows.identity(inverse, n, n);
    LU.eliminate(lu, inverse, parity, n, n, most > 0 ? most * 2.220446049250313e-16 : 2.220446049250313e-16);
    LU.substitute(lu, inverse, n, n);
    let det = load<f64>(parity);
    for (let k = 0; k < n; k++) det *= load<f64>(lu + ((<usize>(k * (n + 1))) << 3));
    const out = y + ((<usize>i * square) << 3);
    LU.copy(out, inverse, n, true);
    Rows.scale(out, det, n * n);
  }
}

/**
 * a = P·L·U of matrices [m, n] with k = min(m, n): `lu` [m, n] holds U and, below the diagonal, L without its ones. Row i was exchanged with
 * row pivots[i] (counted from 1), with itself where `pivoting` is 0. info = 0, or the number of the first zero pivot.
 */
export function luF64(
  lu: usize,
  pivots: usize,
  info: usize,
  a: usize,
  m: i32,
  n: i32,
  pivoting: i32,
  begin: i32,
  end: i32,
): void {
  const size = (<usize>m * <usize>n) << 3;
  const row = (<usize>n) << 3;
  const least = min(m, n);
  for (let unit = begin; unit < end; unit++) {
    const y = lu + <usize>unit * size;
    const exchanged = pivots + ((<usize>unit * <usize>least) << 2);
    let failed = 0;
    memory.copy(y, a + <usize>unit * size, size);
    for (let k = 0; k < least; k++) {
      const column = y + ((<usize>k) << 3);
      const pivot = pivoting ? LU.largestBelow(column, row, k, m) : k;
      store<i32>(exchanged + ((<usize>k) << 2), pivot + 1);
      if (pivot != k) Rows.swap(y + <usize>k * row, y + <usize>pivot * row, n);
      const top = column + <usize>k * row;
      const divisor = load<f64>(top);
      if (divisor == 0) {
        if (failed == 0) failed = k + 1;
        continue;
      }
      for (let i = k + 1; i < m; i++) {
        const below = column + <usize>i * row;
        const f = load<f64>(below) / divisor;
        store<f64>(below, f);
        Rows.subtract(below + 8, top + 8, f, n - k - 1);
      }
    }
    store<i32>(info + ((<usize>unit) << 2), failed);
  }
}

/**
 * y = P·x, or Pᵀ·x, of x [m, n], for the permutation P whose k exchanges of rows are `pivots` (see luF64). Pivots out of range exchange
 * nothing.
 */
export function exchangeRowsF64(
  y: usize,
  x: usize,
  pivots: usize,
  m: i32,
  n: i32,
  k: i32,
  transposed: i32,
  begin: i32,
  end: i32,
): void {
  const size = (<usize>m * <usize>n) << 3;
  const row = (<usize>n) << 3;
  for (let unit = begin; unit < end; unit++) {
    const out = y + <usize>unit * size;
    const exchanged = pivots + ((<usize>unit * <usize>k) << 2);
    memory.copy(out, x + <usize>unit * size, size);
    for (let step = 0; step < k; step++) {
      const i = transposed ? step : k - 1 - step;
      const pivot = load<i32>(exchanged + ((<usize>i) << 2)) - 1;
      if (pivot >= 0 && pivot < m) Rows.swap(out + <usize>i * row, out + <usize>pivot * row, n);
    }
  }
}
