import { Erf } from './simd/erf';
import { Exp } from './simd/exp';
import { Lanes } from './simd/lanes';
import { Log } from './simd/log';
import { Binary, LongBinary, LongUnary, Unary, ZERO, map1, map2 } from './strided';

/** `max(x, 0)`; NaN stays. */
class Relu<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.pmax<T>(x, Lanes.splat<T>(0.0));
  }
}

/** dy where y (or x) is not ≤ 0. */
class ReluBackward<T> extends Binary {
  @inline
  f(a: v128, b: v128, p: v128, q: v128): v128 {
    return v128.andnot(a, v128.le<T>(b, Lanes.splat<T>(0.0)));
  }
}

/** x where positive, p·x elsewhere. */
class LeakyRelu<T> extends Unary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.bitselect(x, v128.mul<T>(x, p), v128.gt<T>(x, Lanes.splat<T>(0.0)));
  }
}

/** dy where x is positive, p·dy elsewhere. */
class LeakyReluBackward<T> extends Binary {
  @inline
  f(a: v128, b: v128, p: v128, q: v128): v128 {
    return v128.bitselect(a, v128.mul<T>(a, p), v128.gt<T>(b, Lanes.splat<T>(0.0)));
  }
}

/** `dy·(1 - y)·y`. */
class SigmoidBackward<T> extends Binary {
  @inline
  f(a: v128, b: v128, p: v128, q: v128): v128 {
    return v128.mul<T>(v128.mul<T>(a, v128.sub<T>(Lanes.splat<T>(1.0), b)), b);
  }
}

/** `dy·(1 - y²)`. */
class TanhBackward<T> extends Binary {
  @inline
  f(a: v128, b: v128, p: v128, q: v128): v128 {
    return v128.mul<T>(a, v128.sub<T>(Lanes.splat<T>(1.0), v128.mul<T>(b, b)));
  }
}

/** dy where `p ≤ x ≤ q`. */
class ClampBackward<T> extends Binary {
  @inline
  f(a: v128, b: v128, p: v128, q: v128): v128 {
    return v128.and(a, v128.and(v128.ge<T>(b, p), v128.le<T>(b, q)));
  }
}

/** `log(1 + e^(p·x)) / p`, as `max(z, 0) + log1p(e^-|z|)`, which neither overflows nor cancels; x where `p·x > q`. */
class Softplus<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    const z = v128.mul<T>(x, p);
    const tail = Log.log1pOfUnit<T>(Exp.decay<T>(v128.neg<T>(v128.abs<T>(z))));
    const soft = v128.div<T>(v128.add<T>(v128.pmax<T>(z, Lanes.splat<T>(0.0)), tail), p);
    return v128.bitselect(x, soft, v128.gt<T>(z, q));
  }
}

/** `dy·σ(p·x)`; dy where `p·x > q`. */
class SoftplusBackward<T> extends LongBinary {
  @inline
  f(a: v128, b: v128, p: v128, q: v128): v128 {
    const z = v128.mul<T>(b, p);
    return v128.bitselect(a, v128.mul<T>(a, Exp.sigmoid<T>(z)), v128.gt<T>(z, q));
  }
}

/** `x·σ(x)`. */
class Silu<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.div<T>(x, Exp.onePlus<T>(x));
  }
}

/** `dy·s·(1 + x·(1 - s))`, `s = σ(x)`. */
class SiluBackward<T> extends LongBinary {
  @inline
  f(a: v128, b: v128, p: v128, q: v128): v128 {
    const one = Lanes.splat<T>(1.0);
    const s = Exp.sigmoid<T>(b);
    return v128.mul<T>(v128.mul<T>(a, s), Lanes.fma<T>(b, v128.sub<T>(one, s), one));
  }
}

/** x where positive, `p·(e^x - 1)` elsewhere. */
class Elu<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    // A zero added makes -0 positive, as in PyTorch.
    const low = v128.add<T>(v128.mul<T>(p, Exp.expm1<T>(x)), Lanes.splat<T>(0.0));
    return v128.bitselect(x, low, v128.gt<T>(x, Lanes.splat<T>(0.0)));
  }
}

/** `dy·p·e^x` where x is not positive, dy elsewhere (for NaN, too). */
class EluBackward<T> extends LongBinary {
  @inline
  f(a: v128, b: v128, p: v128, q: v128): v128 {
    const slope = v128.mul<T>(v128.mul<T>(a, p), Exp.exp<T>(b));
    return v128.bitselect(slope, a, v128.le<T>(b, Lanes.splat<T>(0.0)));
  }
}

/** `x·Φ(x)` with the normal distribution Φ. */
class Gelu<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.mul<T>(x, Erf.normal<T>(x));
  }
}

/** `dy·(Φ(x) + x·φ(x))` with the density φ of Φ. */
class GeluBackward<T> extends LongBinary {
  @inline
  f(a: v128, b: v128, p: v128, q: v128): v128 {
    return v128.mul<T>(a, Erf.slope<T>(b));
  }
}

/** `x/2·(1 + tanh u) = x·σ(2u)`, `u = √(2/π)·(x + 0.044715·x³)`. */
class GeluTanh<T> extends LongUnary {
  @inline
  f(x: v128, p: v128, q: v128): v128 {
    return v128.mul<T>(x, Exp.sigmoid<T>(v128.mul<T>(x, TwiceU.over<T>(v128.mul<T>(x, x)))));
  }
}

/** `2u / x`, a polynomial in `z = x²`. */
class TwiceU {
  @inline
  static over<T>(z: v128): v128 {
    return Lanes.fma<T>(z, Lanes.splat<T>(0.0713548162726009), Lanes.splat<T>(1.5957691216057308));
  }
}

/** `dy·s·(1 + (1 - s)·2u'·x)`, `s = σ(2u)`. */
class GeluTanhBackward<T> extends LongBinary {
  @inline
  f(a: v128, b: v128, p: v128, q: v128): v128 {
    const one = Lanes.splat<T>(1.0);
    const z = v128.mul<T>(b, b);
    const s = Exp.sigmoid<T>(v128.mul<T>(b, TwiceU.over<T>(z)));
    const slope = Lanes.fma<T>(z, Lanes.splat<T>(0.2140644488178027), Lanes.splat<T>(1.5957691216057308));
    const curve = v128.mul<T>(v128.mul<T>(v128.sub<T>(one, s), slope), b);
    return v128.mul<T>(v128.mul<T>(a, s), v128.add<T>(one, curve));
  }
}

/** @dtypes f32 f64 */
export function relu<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Relu<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function reluBackward<T>(dx: usize, dy: usize, y: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, ReluBackward<T>>(dx, dy, y, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function leakyRelu<T>(y: usize, x: usize, slope: T, meta: usize, begin: i32, end: i32): void {
  map1<T, T, LeakyRelu<T>>(y, x, v128.splat<T>(slope), ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function leakyReluBackward<T>(
  dx: usize,
  dy: usize,
  x: usize,
  slope: T,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  map2<T, T, LeakyReluBackward<T>>(dx, dy, x, v128.splat<T>(slope), ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function sigmoidBackward<T>(dx: usize, dy: usize, y: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, SigmoidBackward<T>>(dx, dy, y, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function tanhBackward<T>(dx: usize, dy: usize, y: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, TanhBackward<T>>(dx, dy, y, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function clampBackward<T>(
  dx: usize,
  dy: usize,
  x: usize,
  low: T,
  high: T,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  map2<T, T, ClampBackward<T>>(dx, dy, x, v128.splat<T>(low), v128.splat<T>(high), meta, begin, end);
}

/** @dtypes f32 f64 */
export function softplus<T>(y: usize, x: usize, beta: T, threshold: T, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Softplus<T>>(y, x, v128.splat<T>(beta), v128.splat<T>(threshold), meta, begin, end);
}

/** @dtypes f32 f64 */
export function softplusBackward<T>(
  dx: usize,
  dy: usize,
  x: usize,
  beta: T,
  threshold: T,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  map2<T, T, SoftplusBackward<T>>(dx, dy, x, v128.splat<T>(beta), v128.splat<T>(threshold), meta, begin, end);
}

/** @dtypes f32 f64 */
export function silu<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Silu<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function siluBackward<T>(dx: usize, dy: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, SiluBackward<T>>(dx, dy, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function elu<T>(y: usize, x: usize, alpha: T, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Elu<T>>(y, x, v128.splat<T>(alpha), ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function eluBackward<T>(dx: usize, dy: usize, x: usize, alpha: T, meta: usize, begin: i32, end: i32): void {
  map2<T, T, EluBackward<T>>(dx, dy, x, v128.splat<T>(alpha), ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function gelu<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, Gelu<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function geluBackward<T>(dx: usize, dy: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, GeluBackward<T>>(dx, dy, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function geluTanh<T>(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<T, T, GeluTanh<T>>(y, x, ZERO, ZERO, meta, begin, end);
}

/** @dtypes f32 f64 */
export function geluBackwardTanh<T>(dx: usize, dy: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map2<T, T, GeluTanhBackward<T>>(dx, dy, x, ZERO, ZERO, meta, begin, end);
}
