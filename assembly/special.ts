// Functions that no inner loop of training waits for. They share one loop for each dtype, in which `which` picks the formula of
// an element: a call costs little beside the formulas, and a loop for each of them would cost the module tens of kilobytes.
// All formulas are scalars in f64; an f32 result is theirs, rounded: ≤ 0.6 ulp but where stated in src/tensor/special.ts.
import { digamma, logGamma, polygamma } from './simd/gamma';
import { erfcScalar } from './simd/erf';
import { erfinv } from './simd/erfinv';
import { Hyperbolic } from './simd/hyperbolic';
import { LongBinary, LongUnary, ZERO, map1, map2 } from './strided';

/** In the order of `formulas` in src/ops/special.ts; `order` is that of a polygamma function. */
function formula(which: i32, order: i32, x: f64): f64 {
  switch (which) {
    case 0:
      return Math.atan2(x, sqrt((1.0 - x) * (1.0 + x)));
    case 1:
      return 2.0 * Math.atan2(sqrt(1.0 - x), sqrt(1.0 + x));
    case 2:
      return Math.atan(x);
    case 3:
      return Hyperbolic.sinh(x);
    case 4:
      return Hyperbolic.cosh(x);
    case 5:
      return Hyperbolic.asinh(x);
    case 6:
      return Hyperbolic.acosh(x);
    case 7:
      return Hyperbolic.atanh(x);
    case 8:
      return erfcScalar(x);
    case 9:
      return erfinv(x);
    case 10:
      return logGamma(x);
    case 11:
      return digamma(x);
    default:
      return polygamma(order, x);
  }
}

/** In the order of `formulas2` in src/ops/special.ts. */
function formula2(which: i32, a: f64, b: f64): f64 {
  switch (which) {
    case 0:
      return Math.atan2(a, b);
    case 1:
      return Hyperbolic.hypot(a, b);
    case 2:
      return copysign(a, b);
    default:
      return divisor(a, b);
  }
}

/** The greatest common divisor of whole numbers of 32 bits, by Euclid. */
function divisor(a: f64, b: f64): f64 {
  let x = <i64>abs(a);
  let y = <i64>abs(b);
  while (y != 0) {
    const rest = x % y;
    x = y;
    y = rest;
  }
  return <f64>x;
}

class Special extends LongUnary {
  @inline f(x: v128, p: v128, q: v128): v128 {
    const which = i32x4.extract_lane(p, 0);
    const order = i32x4.extract_lane(q, 0);
    return f32x4(
      <f32>formula(which, order, <f64>f32x4.extract_lane(x, 0)),
      <f32>formula(which, order, <f64>f32x4.extract_lane(x, 1)),
      <f32>formula(which, order, <f64>f32x4.extract_lane(x, 2)),
      <f32>formula(which, order, <f64>f32x4.extract_lane(x, 3)),
    );
  }
}

class SpecialF64 extends LongUnary {
  @inline f(x: v128, p: v128, q: v128): v128 {
    const which = i32x4.extract_lane(p, 0);
    const order = i32x4.extract_lane(q, 0);
    return f64x2(formula(which, order, f64x2.extract_lane(x, 0)), formula(which, order, f64x2.extract_lane(x, 1)));
  }
}

class Special2 extends LongBinary {
  @inline f(a: v128, b: v128, p: v128, _: v128): v128 {
    const which = i32x4.extract_lane(p, 0);
    return f32x4(
      <f32>formula2(which, <f64>f32x4.extract_lane(a, 0), <f64>f32x4.extract_lane(b, 0)),
      <f32>formula2(which, <f64>f32x4.extract_lane(a, 1), <f64>f32x4.extract_lane(b, 1)),
      <f32>formula2(which, <f64>f32x4.extract_lane(a, 2), <f64>f32x4.extract_lane(b, 2)),
      <f32>formula2(which, <f64>f32x4.extract_lane(a, 3), <f64>f32x4.extract_lane(b, 3)),
    );
  }
}

class Special2F64 extends LongBinary {
  @inline f(a: v128, b: v128, p: v128, _: v128): v128 {
    const which = i32x4.extract_lane(p, 0);
    return f64x2(
      formula2(which, f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0)),
      formula2(which, f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)),
    );
  }
}

export function special(y: usize, x: usize, which: i32, order: i32, meta: usize, begin: i32, end: i32): void {
  map1<f32, f32, Special>(y, x, i32x4.splat(which), i32x4.splat(order), meta, begin, end);
}

export function specialF64(y: usize, x: usize, which: i32, order: i32, meta: usize, begin: i32, end: i32): void {
  map1<f64, f64, SpecialF64>(y, x, i32x4.splat(which), i32x4.splat(order), meta, begin, end);
}

export function special2(y: usize, a: usize, b: usize, which: i32, meta: usize, begin: i32, end: i32): void {
  map2<f32, f32, Special2>(y, a, b, i32x4.splat(which), ZERO, meta, begin, end);
}

export function special2F64(y: usize, a: usize, b: usize, which: i32, meta: usize, begin: i32, end: i32): void {
  map2<f64, f64, Special2F64>(y, a, b, i32x4.splat(which), ZERO, meta, begin, end);
}
