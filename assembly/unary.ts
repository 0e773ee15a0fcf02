import { Exp } from './simd/exp';
import { Lanes } from './simd/lanes';
import { Log } from './simd/log';
import { Trig } from './simd/trig';
import { Erf } from './simd/erf';
import { LongUnary, Unary, ZERO, map1 } from './strided';

/** `e^x`. */
class Exponential<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return Exp.exp<T>(x);
  }
}

/** `e^x - 1`. */
class ExponentialMinusOne<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return Exp.expm1<T>(x);
  }
}

/** `log x`. */
class Logarithm<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return Log.log<T>(x);
  }
}

/** `log(1 + x)`. */
class LogarithmPlusOne<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return Log.log1p<T>(x);
  }
}

/** `sin x`. */
class Sine<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return Trig.sin<T>(x);
  }
}

/** `cos x`. */
class Cosine<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return Trig.cos<T>(x);
  }
}

/** `tanh x`. */
class Tanh<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return Exp.tanh<T>(x);
  }
}

/** `1 / (1 + e^-x)`. */
class Sigmoid<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return Exp.sigmoid<T>(x);
  }
}

/** `erf x`. */
class ErrorFunction<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return Erf.erf<T>(x);
  }
}

/** `√x`. */
class SquareRoot<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.sqrt<T>(x);
  }
}

/** `1 / √x`. */
class ReciprocalSquareRoot<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.div<T>(Lanes.splat<T>(1.0), v128.sqrt<T>(x));
  }
}

/** `1 / x`. */
class Reciprocal<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.div<T>(Lanes.splat<T>(1.0), x);
  }
}

/** `x²`. */
class Square<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.mul<T>(x, x);
  }
}

/** `⌊x⌋`. */
class Floor<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.floor<T>(x);
  }
}

/** `⌈x⌉`. */
class Ceil<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.ceil<T>(x);
  }
}

/** The nearest whole number; halves go to the even one. */
class Round<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.nearest<T>(x);
  }
}

/** x without its fraction. */
class Trunc<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.trunc<T>(x);
  }
}

/** `|x|`. */
class Absolute<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.abs<T>(x);
  }
}

/** `-x`; wraps for integers. */
class Negative<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.neg<T>(x);
  }
}

/** -1, 0 or 1; 0 for NaN. A mask of integers is -1 itself. */
class Sign<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    const zero = v128.splat<T>(0);
    const negative = v128.lt<T>(x, zero);
    const positive = v128.gt<T>(x, zero);
    if (!isFloat<T>()) return v128.sub<T>(negative, positive);
    const one = Lanes.splat<T>(1.0);
    return v128.sub<T>(v128.and(positive, one), v128.and(negative, one));
  }
}

/** 0 or 1, of bytes. */
class SignUnsigned<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.min<T>(x, v128.splat<T>(1));
  }
}

/** `min(max(x, p), q)`: q where p > q. In this order of arguments pmin and pmax hand on NaN and -0. */
class Clamp<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    if (!isFloat<T>()) return v128.min<T>(v128.max<T>(x, p), q);
    return v128.pmin<T>(v128.pmax<T>(x, p), q);
  }
}

/** @dtypes f32 f64 */
export function exp<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Exponential<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function expm1<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, ExponentialMinusOne<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function log<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Logarithm<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function log1p<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, LogarithmPlusOne<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function sin<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Sine<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function cos<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Cosine<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function tanh<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Tanh<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function sigmoid<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Sigmoid<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function erf<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, ErrorFunction<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function sqrt<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, SquareRoot<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function rsqrt<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, ReciprocalSquareRoot<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function reciprocal<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Reciprocal<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function square<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Square<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function floor<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Floor<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function ceil<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Ceil<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function round<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Round<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function trunc<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Trunc<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 i32 */
export function abs<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Absolute<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 i32 u8 */
export function neg<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Negative<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 i32 */
export function sign<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Sign<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function signU8(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<u8, u8, SignUnsigned<u8>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 i32 */
export function clamp<T>(y: usize, x: usize, low: T, high: T, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Clamp<T>>(y, x, v128.splat<T>(low), v128.splat<T>(high), meta, begin, end);
}

export function clampU8(y: usize, x: usize, low: i32, high: i32, meta: usize, begin: i32, end: i32): void {
  map1<u8, u8, Clamp<u8>>(y, x, i8x16.splat(<u8>low), i8x16.splat(<u8>high), meta, begin, end);
}
