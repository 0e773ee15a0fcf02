import { Lanes } from './simd/lanes';
import { Unary, ZERO, map1 } from './strided';

/** Is NaN. */
class IsNan<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.ne<T>(x, x);
  }
}

/** Is infinite. */
class IsInf<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.eq<T>(v128.abs<T>(x), Lanes.splat<T>(Infinity));
  }
}

/** Is neither infinite nor NaN. */
class IsFinite<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.lt<T>(v128.abs<T>(x), Lanes.splat<T>(Infinity));
  }
}

/** @dtypes f32 f64 */
export function isNan<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, bool, IsNan<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function isInf<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, bool, IsInf<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function isFinite<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, bool, IsFinite<T>>(y, x, ZERO, ZERO, meta, begin, end);
}
