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

export function relu(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Relu<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function reluBackward(dx: usize, dy: usize, y: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, ReluBackward<f32>>(dx, dy, y, ZERO, ZERO, meta, begin, end);
}

export function reluF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Relu<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function reluBackwardF64(dx: usize, dy: usize, y: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, ReluBackward<f64>>(dx, dy, y, ZERO, ZERO, meta, begin, end);
}

export function leakyRelu(y: usize, x: usize, slope: f32, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, LeakyRelu<f32>>(y, x, f32x4.splat(slope), ZERO, meta, begin, end);
}

export function leakyReluBackward(dx: usize, dy: usize, x: usize, slope: f32, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, LeakyReluBackward<f32>>(dx, dy, x, f32x4.splat(slope), ZERO, meta, begin, end);
}

export function leakyReluF64(y: usize, x: usize, slope: f64, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, LeakyRelu<f64>>(y, x, f64x2.splat(slope), ZERO, meta, begin, end);
}

export function leakyReluBackwardF64(
  dx: usize,
  dy: usize,
  x: usize,
  slope: f64,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  map2<f64, f64, LeakyReluBackward<f64>>(dx, dy, x, f64x2.splat(slope), ZERO, meta, begin, end);
}

export function sigmoidBackward(dx: usize, dy: usize, y: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, SigmoidBackward<f32>>(dx, dy, y, ZERO, ZERO, meta, begin, end);
}

export function sigmoidBackwardF64(dx: usize, dy: usize, y: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, SigmoidBackward<f64>>(dx, dy, y, ZERO, ZERO, meta, begin, end);
}

export function tanhBackward(dx: usize, dy: usize, y: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, TanhBackward<f32>>(dx, dy, y, ZERO, ZERO, meta, begin, end);
}

export function tanhBackwardF64(dx: usize, dy: usize, y: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, TanhBackward<f64>>(dx, dy, y, ZERO, ZERO, meta, begin, end);
}

export function clampBackward(
  dx: usize,
  dy: usize,
  x: usize,
  low: f32,
  high: f32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  map2<f32, f32, ClampBackward<f32>>(dx, dy, x, f32x4.splat(low), f32x4.splat(high), meta, begin, end);
}

export function clampBackwardF64(
  dx: usize,
  dy: usize,
  x: usize,
  low: f64,
  high: f64,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  map2<f64, f64, ClampBackward<f64>>(dx, dy, x, f64x2.splat(low), f64x2.splat(high), meta, begin, end);
}

export function softplus(y: usize, x: usize, beta: f32, threshold: f32, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Softplus<f32>>(y, x, f32x4.splat(beta), f32x4.splat(threshold), meta, begin, end);
}

export function softplusBackward(
  dx: usize,
  dy: usize,
  x: usize,
  beta: f32,
  threshold: f32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  map2<f32, f32, SoftplusBackward<f32>>(dx, dy, x, f32x4.splat(beta), f32x4.splat(threshold), meta, begin, end);
}

export function softplusF64(y: usize, x: usize, beta: f64, threshold: f64, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Softplus<f64>>(y, x, f64x2.splat(beta), f64x2.splat(threshold), meta, begin, end);
}

export function softplusBackwardF64(
  dx: usize,
  dy: usize,
  x: usize,
  beta: f64,
  threshold: f64,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  map2<f64, f64, SoftplusBackward<f64>>(dx, dy, x, f64x2.splat(beta), f64x2.splat(threshold), meta, begin, end);
}

export function silu(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Silu<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function siluBackward(dx: usize, dy: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, SiluBackward<f32>>(dx, dy, x, ZERO, ZERO, meta, begin, end);
}

export function siluF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Silu<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function siluBackwardF64(dx: usize, dy: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, SiluBackward<f64>>(dx, dy, x, ZERO, ZERO, meta, begin, end);
}

export function elu(y: usize, x: usize, alpha: f32, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Elu<f32>>(y, x, f32x4.splat(alpha), ZERO, meta, begin, end);
}

export function eluBackward(dx: usize, dy: usize, x: usize, alpha: f32, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, EluBackward<f32>>(dx, dy, x, f32x4.splat(alpha), ZERO, meta, begin, end);
}

export function eluF64(y: usize, x: usize, alpha: f64, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Elu<f64>>(y, x, f64x2.splat(alpha), ZERO, meta, begin, end);
}

export function eluBackwardF64(dx: usize, dy: usize, x: usize, alpha: f64, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, EluBackward<f64>>(dx, dy, x, f64x2.splat(alpha), ZERO, meta, begin, end);
}

export function gelu(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Gelu<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function geluBackward(dx: usize, dy: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, GeluBackward<f32>>(dx, dy, x, ZERO, ZERO, meta, begin, end);
}

export function geluF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, Gelu<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function geluBackwardF64(dx: usize, dy: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, GeluBackward<f64>>(dx, dy, x, ZERO, ZERO, meta, begin, end);
}

export function geluTanh(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, GeluTanh<f32>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function geluBackwardTanh(dx: usize, dy: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, GeluTanhBackward<f32>>(dx, dy, x, ZERO, ZERO, meta, begin, end);
}

export function geluTanhF64(y: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, GeluTanh<f64>>(y, x, ZERO, ZERO, meta, begin, end);
}

export function geluBackwardTanhF64(dx: usize, dy: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, GeluTanhBackward<f64>>(dx, dy, x, ZERO, ZERO, meta, begin, end);
}
