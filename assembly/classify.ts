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

export function isNan(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, bool, IsNan<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function isNanF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, bool, IsNan<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function isInf(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, bool, IsInf<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function isInfF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, bool, IsInf<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function isFinite(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, bool, IsFinite<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function isFiniteF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, bool, IsFinite<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}
