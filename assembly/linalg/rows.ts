/** Rows of float64 numbers. Factorizations work in double precision whatever the tensor's: float32 goes by way of a cast. */
export class Rows {
  /** y −= f·x. */
  @inline static subtract(y: usize, x: usize, f: f64, n: i32): void {
    const factor = f64x2.splat(f);
    let i = 0;
    for (; i + 2 <= n; i += 2) {
      const at = (<usize>i) << 3;
      v128.store(y + at, f64x2.sub(v128.load(y + at), f64x2.mul(factor, v128.load(x + at))));
    }
    if (i < n) {
      const at = (<usize>i) << 3;
      store<f64>(y + at, load<f64>(y + at) - f * load<f64>(x + at));
    }
  }

  @inline static scale(y: usize, f: f64, n: i32): void {
    for (let i = 0; i < n; i++, y += 8) store<f64>(y, load<f64>(y) * f);
  }

  @inline static dot(x: usize, y: usize, n: i32): f64 {
    let sums = f64x2.splat(0);
    let i = 0;
    for (; i + 2 <= n; i += 2) {
      const at = (<usize>i) << 3;
      sums = f64x2.add(sums, f64x2.mul(v128.load(x + at), v128.load(y + at)));
    }
    const sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
    const at = (<usize>i) << 3;
    return i < n ? sum + load<f64>(x + at) * load<f64>(y + at) : sum;
  }

  /** [x, y] = [c·x − s·y, s·x + c·y]. */
  @inline static rotate(x: usize, y: usize, c: f64, s: f64, n: i32): void {
    for (let i = 0; i < n; i++, x += 8, y += 8) {
      const p = load<f64>(x);
      const q = load<f64>(y);
      store<f64>(x, c * p - s * q);
      store<f64>(y, s * p + c * q);
    }
  }

  @inline static swap(x: usize, y: usize, n: i32): void {
    for (let i = 0; i < n; i++, x += 8, y += 8) {
      const p = load<f64>(x);
      store<f64>(x, load<f64>(y));
      store<f64>(y, p);
    }
  }

  /** The largest magnitude. */
  @inline static largest(x: usize, n: i32): f64 {
    let most = 0.0;
    for (let i = 0; i < n; i++) most = max(most, abs(load<f64>(x + ((<usize>i) << 3))));
    return most;
  }

  /** The unit matrix, [m, n]. */
  @inline static identity(y: usize, m: i32, n: i32): void {
    memory.fill(y, 0, (<usize>m * <usize>n) << 3);
    for (let i = 0; i < min(m, n); i++) store<f64>(y + ((<usize>i * <usize>(n + 1)) << 3), 1);
  }

  /** The tangent of the angle that makes two directions independent: the smaller root of t² + 2·zeta·t = 1. */
  @inline static tangent(zeta: f64): f64 {
    return (zeta >= 0 ? 1.0 : -1.0) / (abs(zeta) + sqrt(1 + zeta * zeta));
  }
}
