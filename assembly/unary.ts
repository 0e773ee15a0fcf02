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

export function exp(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Exponential<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function expF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Exponential<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function expm1(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, ExponentialMinusOne<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function expm1F64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, ExponentialMinusOne<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function log(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Logarithm<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function logF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Logarithm<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function log1p(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, LogarithmPlusOne<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function log1pF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, LogarithmPlusOne<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function sin(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Sine<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function sinF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Sine<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function cos(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Cosine<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function cosF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Cosine<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function tanh(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Tanh<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function tanhF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Tanh<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function sigmoid(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Sigmoid<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function sigmoidF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Sigmoid<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function erf(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, ErrorFunction<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function erfF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, ErrorFunction<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function sqrt(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, SquareRoot<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function sqrtF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, SquareRoot<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function rsqrt(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, ReciprocalSquareRoot<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function rsqrtF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, ReciprocalSquareRoot<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function reciprocal(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Reciprocal<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function reciprocalF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Reciprocal<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function square(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Square<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function squareF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Square<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function floor(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Floor<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function floorF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Floor<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function ceil(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Ceil<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function ceilF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Ceil<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function round(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Round<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function roundF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Round<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function trunc(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Trunc<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function truncF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Trunc<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function abs(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Absolute<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function absF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Absolute<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function neg(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Negative<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function negF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Negative<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function absI32(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<i32, i32, Absolute<i32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function negI32(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<i32, i32, Negative<i32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function negU8(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<u8, u8, Negative<u8>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function sign(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Sign<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function signF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Sign<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function signI32(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<i32, i32, Sign<i32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function signU8(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<u8, u8, SignUnsigned<u8>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function clamp(y: usize, x: usize, low: f32, high: f32, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Clamp<f32>>(y, x, f32x4.splat(low), f32x4.splat(high), meta, begin, end);
}

export function clampF64(y: usize, x: usize, low: f64, high: f64, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Clamp<f64>>(y, x, f64x2.splat(low), f64x2.splat(high), meta, begin, end);
}

export function clampI32(y: usize, x: usize, low: i32, high: i32, meta: usize, begin: i32, end: i32): void {
  map1<i32, i32, Clamp<i32>>(y, x, i32x4.splat(low), i32x4.splat(high), meta, begin, end);
}

export function clampU8(y: usize, x: usize, low: i32, high: i32, meta: usize, begin: i32, end: i32): void {
  map1<u8, u8, Clamp<u8>>(y, x, i8x16.splat(<u8>low), i8x16.splat(<u8>high), meta, begin, end);
}
