/** Small things on lanes that every kernel family shares. */
export class Lanes {
  /** `a·b + c`: one rounding in the relaxed build where the machine has FMA, two otherwise. */
  @inline
  static fma<T>(a: v128, b: v128, c: v128): v128 {
    if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
    return v128.add<T>(v128.mul<T>(a, b), c);
  }

  /** A float constant in every lane. */
  @inline
  static splat<T>(x: f64): v128 {
    return sizeof<T>() == 4 ? f32x4.splat(<f32>x) : f64x2.splat(x);
  }

  /** The sum of the lanes: (0 + 2) + (1 + 3), or 0 + 1. */
  @inline
  static sum<T>(x: v128): T {
    if (sizeof<T>() == 8) return <T>(v128.extract_lane<T>(x, 0) + v128.extract_lane<T>(x, 1));
    const pairs = v128.add<T>(x, v128.shuffle<T>(x, x, 2, 3, 0, 1));
    return <T>(v128.extract_lane<T>(pairs, 0) + v128.extract_lane<T>(pairs, 1));
  }

  /** The largest lane; NaN where there is one. */
  @inline
  static max<T>(x: v128): T {
    if (sizeof<T>() == 8) return max<T>(v128.extract_lane<T>(x, 0), v128.extract_lane<T>(x, 1));
    const pairs = v128.max<T>(x, v128.shuffle<T>(x, x, 2, 3, 0, 1));
    return max<T>(v128.extract_lane<T>(pairs, 0), v128.extract_lane<T>(pairs, 1));
  }

  /** The smallest lane; NaN where there is one. */
  @inline
  static min<T>(x: v128): T {
    if (sizeof<T>() == 8) return min<T>(v128.extract_lane<T>(x, 0), v128.extract_lane<T>(x, 1));
    const pairs = v128.min<T>(x, v128.shuffle<T>(x, x, 2, 3, 0, 1));
    return min<T>(v128.extract_lane<T>(pairs, 0), v128.extract_lane<T>(pairs, 1));
  }

  /** The bits of `sign` put on the magnitude of `x`. */
  @inline
  static copysign<T>(x: v128, sign: v128): v128 {
    return v128.bitselect(sign, x, Lanes.splat<T>(-0.0));
  }
}

/** Loads the first `n` (fewer than a vector) elements at `x`; the other lanes hold zeros. */
export function loadPart<T>(x: usize, n: i32): v128 {
  if (sizeof<T>() == 8) return n > 0 ? v128.load_zero<u64>(x) : i64x2(0, 0);
  if (n <= 0) return i64x2(0, 0);
  if (n == 1) return v128.load_zero<u32>(x);
  const pair = v128.load_zero<u64>(x);
  return n == 2 ? pair : v128.load_lane<u32>(x, pair, 2, 8);
}

/** Stores the first `n` (fewer than a vector) lanes at `y`. */
export function storePart<T>(y: usize, v: v128, n: i32): void {
  if (n <= 0) return;
  if (sizeof<T>() == 8) {
    v128.store_lane<u64>(y, v, 0);
    return;
  }
  if (n == 1) {
    v128.store_lane<u32>(y, v, 0);
    return;
  }
  v128.store_lane<u64>(y, v, 0);
  if (n > 2) v128.store_lane<u32>(y, v, 2, 8);
}
