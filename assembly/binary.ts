// Elementwise functions of two operands of one dtype, any strides (see strided.ts for meta).
// There is no sub: it is add with a negative alpha. uint8 is computed in int32 and cast back, which is the same modulo 256.
import { Compact } from './compact';
import { FloorDivI32, FmodI32, PowI32, RemainderI32, TruncDivI32 } from './integers';
import { Pow } from './simd/pow';
import { FloorDivFloat, FmodFloat, RemainderFloat } from './remainder';
import { Binary, LongBinary, ZERO, map2 } from './strided';

class Add<T> extends Binary {
  @inline f(a: v128, b: v128, alpha: v128, _: v128): v128 {
    return v128.add<T>(a, v128.mul<T>(b, alpha));
  }
}

class Mul<T> extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return v128.mul<T>(a, b);
  }
}

class Div<T> extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return v128.div<T>(a, b);
  }
}

class TruncDiv<T> extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return v128.trunc<T>(v128.div<T>(a, b));
  }
}

/** NaN where either is, and of 0 and -0 the second: both as PyTorch's vector code, which is x86's max. */
class Maximum<T> extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    if (!isFloat<T>()) return v128.max<T>(a, b);
    return v128.bitselect(a, v128.pmax<T>(b, a), v128.ne<T>(a, a));
  }
}

class Minimum<T> extends Binary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    if (!isFloat<T>()) return v128.min<T>(a, b);
    return v128.bitselect(a, v128.pmin<T>(b, a), v128.ne<T>(a, a));
  }
}

class Power<T> extends LongBinary {
  @inline f(a: v128, b: v128, _p: v128, _q: v128): v128 {
    return Pow.pow<T>(a, b);
  }
}

/**
 * y = a + alpha·b.
 *
 * @dtypes f32 f64
 */
export function add<T>(y: usize, a: usize, b: usize, alpha: T, meta: usize, begin: i32, end: i32): void {
  map2<T, T, Add<T>>(y, a, b, v128.splat<T>(alpha), ZERO, meta, begin, end);
}

/** y = a + alpha·b. */
export function addI32(y: usize, a: usize, b: usize, alpha: i32, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<Add<i32>>>(y, a, b, i32x4.splat(alpha), ZERO, meta, begin, end);
}

/**
 * y = a·b.
 *
 * @dtypes f32 f64
 */
export function mul<T>(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, Mul<T>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a·b. */
export function mulI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<Mul<i32>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a / b. */
export function div(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, Div<f32>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a / b. */
export function divF64(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, Compact<Div<f64>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/**
 * y = a / b, rounded towards 0.
 *
 * @dtypes f32 f64
 */
export function truncDiv<T>(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, Compact<TruncDiv<T>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a / b, rounded towards 0. */
export function truncDivI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<TruncDivI32>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/**
 * y = a / b, rounded down.
 *
 * @dtypes f32 f64
 */
export function floorDiv<T>(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, FloorDivFloat<T>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a / b, rounded down. */
export function floorDivI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<FloorDivI32>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/**
 * The remainder of a / b with the sign of b.
 *
 * @dtypes f32 f64
 */
export function remainder<T>(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, RemainderFloat<T>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** The remainder of a / b with the sign of b. */
export function remainderI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<RemainderI32>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/**
 * The remainder of a / b with the sign of a.
 *
 * @dtypes f32 f64
 */
export function fmod<T>(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, FmodFloat<T>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** The remainder of a / b with the sign of a. */
export function fmodI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<FmodI32>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/**
 * y = a^b.
 *
 * @dtypes f32 f64
 */
export function pow<T>(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, Power<T>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** y = a^b. */
export function powI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, PowI32>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** The larger of a and b; NaN where either is. */
export function maximum(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, Maximum<f32>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** The larger of a and b; NaN where either is. */
export function maximumF64(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, Compact<Maximum<f64>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** The larger of a and b; NaN where either is. */
export function maximumI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<Maximum<i32>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** The smaller of a and b; NaN where either is. */
export function minimum(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, Minimum<f32>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** The smaller of a and b; NaN where either is. */
export function minimumF64(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, Compact<Minimum<f64>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}

/** The smaller of a and b; NaN where either is. */
export function minimumI32(y: usize, a: usize, b: usize, meta: usize, begin: i32, end: i32): void {
  map2<i32, i32, Compact<Minimum<i32>>>(y, a, b, ZERO, ZERO, meta, begin, end);
}
