import { Lanes } from './lanes';

/**
 * Exponentials on lanes. Errors were measured against float64 (f32, `test/ulp.test.ts`) and 50-digit arithmetic (f64).
 *
 * All of them split `x = n·ln2 + r`, `|r| ≤ ln2 / 2`, with ln2 in two parts, the first short enough for an exact product. The sum
 * t of `x / ln2` and 1.5·2^mantissa rounds to n: its low bits are n (and a bias, where one is added), shifted up they are 2^n.
 */
export class Exp {
  /** 1.5·2^mantissa + `bias`. */
  @inline
  static anchor<T>(bias: f64): v128 {
    return Lanes.splat<T>((sizeof<T>() == 4 ? 12582912.0 : 6755399441055744.0) + bias);
  }

  /** The t of the split. */
  @inline
  static split<T>(x: v128, anchor: v128): v128 {
    return Lanes.fma<T>(x, Lanes.splat<T>(1.4426950408889634), anchor);
  }

  /** `x - n·ln2` (f32). */
  @inline
  static rest<T>(x: v128, n: v128): v128 {
    const high = Lanes.fma<T>(n, Lanes.splat<T>(-0.693145751953125), x);
    return Lanes.fma<T>(n, Lanes.splat<T>(-1.4286067653e-6), high);
  }

  /** `2^(k - bias)` for whole k in the low bits of t. */
  @inline
  static pow2<T>(t: v128): v128 {
    return sizeof<T>() == 4 ? i32x4.shl(t, 23) : i64x2.shl(t, 52);
  }

  /**
   * `e^(x + low - n·ln2) - 1`.
   *
   * f32: Chebyshev interpolation of degree 4 of `(e^r - 1 - r) / r²`.
   * f64: Source: fdlibm e_exp.c, `e^r = 1 + r + r·c / (2 - c)` with c even in r but for its first term.
   */
  @inline
  static reduced<T>(x: v128, low: v128, n: v128): v128 {
    if (sizeof<T>() == 4) {
      const r = Exp.rest<T>(x, n);
      let y = Lanes.fma<T>(r, Lanes.splat<T>(0.0013926184037700295), Lanes.splat<T>(0.008363178931176662));
      y = Lanes.fma<T>(r, y, Lanes.splat<T>(0.041666556149721146));
      y = Lanes.fma<T>(r, y, Lanes.splat<T>(0.16666576266288757));
      y = Lanes.fma<T>(r, y, Lanes.splat<T>(0.5));
      return Lanes.fma<T>(v128.mul<T>(r, r), y, r);
    }
    const high = v128.sub<T>(x, v128.mul<T>(n, Lanes.splat<T>(6.9314718036912381649e-1)));
    const rest = v128.sub<T>(v128.mul<T>(n, Lanes.splat<T>(1.90821492927058770002e-10)), low);
    const r = v128.sub<T>(high, rest);
    const z = v128.mul<T>(r, r);
    let c = Lanes.fma<T>(z, Lanes.splat<T>(4.13813679705723846039e-8), Lanes.splat<T>(-1.6533902205465251539e-6));
    c = Lanes.fma<T>(z, c, Lanes.splat<T>(6.61375632143793436117e-5));
    c = Lanes.fma<T>(z, c, Lanes.splat<T>(-2.77777777770155933842e-3));
    c = Lanes.fma<T>(z, c, Lanes.splat<T>(1.66666666666666019037e-1));
    c = v128.sub<T>(r, v128.mul<T>(z, c));
    const curve = v128.div<T>(v128.mul<T>(r, c), v128.sub<T>(Lanes.splat<T>(2.0), c));
    return v128.add<T>(v128.sub<T>(curve, rest), high);
  }

  /** `e^x`, all x, subnormal results included. f32: ≤ 1.1 ulp; f64: ≤ 0.9 ulp. */
  @inline
  static exp<T>(x: v128): v128 {
    return sizeof<T>() == 4 ? Exp.sum<T>(x, Lanes.splat<T>(0.0)) : exp64(x);
  }

  /** `e^(x + low)` with a small second part (f64 only). */
  @inline
  static sum<T>(x: v128, low: v128): v128 {
    // In this order of arguments pmin and pmax hand on a NaN. Beyond these bounds the result is 0 or infinite.
    x = v128.pmin<T>(x, Lanes.splat<T>(sizeof<T>() == 4 ? 89.0 : 710.0));
    x = v128.pmax<T>(x, Lanes.splat<T>(sizeof<T>() == 4 ? -104.5 : -746.0));
    // Two factors 2^n, as alike as can be: n may lie beyond the exponents of normal numbers. Each has a bias of its own.
    const anchor = Exp.anchor<T>(sizeof<T>() == 4 ? 254.0 : 2046.0);
    const t = Exp.split<T>(x, anchor);
    const y = v128.add<T>(Exp.reduced<T>(x, low, v128.sub<T>(t, anchor)), Lanes.splat<T>(1.0));
    const half = sizeof<T>() == 4 ? i32x4.shr_u(t, 1) : i64x2.shr_u(t, 1);
    const rest = sizeof<T>() == 4 ? i32x4.sub(t, half) : i64x2.sub(t, half);
    return v128.mul<T>(v128.mul<T>(y, Exp.pow2<T>(half)), Exp.pow2<T>(rest));
  }

  /** `e^x` for x ≤ 88: as `exp`, but results below 2^-126 may be 0. f32: ≤ 1.1 ulp where normal. */
  @inline
  static decay<T>(x: v128): v128 {
    if (sizeof<T>() == 8) return exp64(x);
    // At -88, n + 127 is 0, and so is what it becomes as an exponent.
    x = v128.pmax<T>(x, Lanes.splat<T>(-88.0));
    const anchor = Exp.anchor<T>(127.0);
    const t = Exp.split<T>(x, anchor);
    const y = Exp.reduced<T>(x, x, v128.sub<T>(t, anchor));
    return v128.mul<T>(v128.add<T>(y, Lanes.splat<T>(1.0)), Exp.pow2<T>(t));
  }

  /** `e^x - 1`, all x. f32: ≤ 1.7 ulp; f64: ≤ 1.2 ulp. */
  @inline
  static expm1<T>(x: v128): v128 {
    return sizeof<T>() == 4 ? Exp.minusOne<T>(x) : expm164(x);
  }

  /** `expm1`, inlined for both types. */
  @inline
  static minusOne<T>(x: v128): v128 {
    const sign = v128.and(x, Lanes.splat<T>(-0.0));
    x = v128.pmin<T>(x, Lanes.splat<T>(sizeof<T>() == 4 ? 89.0 : 710.0));
    x = v128.pmax<T>(x, Lanes.splat<T>(sizeof<T>() == 4 ? -20.0 : -40.0));
    // Half of 2^n, whose n may be one more than a float holds; the last step doubles.
    const anchor = Exp.anchor<T>(sizeof<T>() == 4 ? 126.0 : 1022.0);
    const t = Exp.split<T>(x, anchor);
    const half = Exp.pow2<T>(t);
    const e = Exp.reduced<T>(x, Lanes.splat<T>(0.0), v128.sub<T>(t, anchor));
    const y = Lanes.fma<T>(half, e, v128.sub<T>(half, Lanes.splat<T>(0.5)));
    return v128.or(v128.add<T>(y, y), sign);
  }

  /** `1 + e^-x`; f32: for x below -88 infinite. */
  @inline
  static onePlus<T>(x: v128): v128 {
    const one = Lanes.splat<T>(1.0);
    x = v128.neg<T>(x);
    if (sizeof<T>() == 8) return v128.add<T>(one, exp64(x));
    // The exponents of these bounds are those of 0 and of infinity.
    x = v128.pmin<T>(v128.pmax<T>(x, Lanes.splat<T>(-88.0)), Lanes.splat<T>(89.0));
    const anchor = Exp.anchor<T>(127.0);
    const t = Exp.split<T>(x, anchor);
    const y = Exp.reduced<T>(x, x, v128.sub<T>(t, anchor));
    return v128.add<T>(one, v128.mul<T>(v128.add<T>(y, one), Exp.pow2<T>(t)));
  }

  /**
   * `1 / (1 + e^-x)`, all x, never above 1. f32: ≤ 2.5 ulp where normal, 0 below -87.7; f64: ≤ 2.0 ulp.
   *
   * f32: with `tanh(r / 2) ≈ b / a = r·(r² + 60) / (12·(r² + 10))` it is `2^n·(a + b) / (2^n·(a + b) + (a - b))`: e^r as a quotient
   * takes half the operations of a polynomial, and the one division does for both.
   */
  @inline
  static sigmoid<T>(x: v128): v128 {
    if (sizeof<T>() == 8) return v128.div<T>(Lanes.splat<T>(1.0), Exp.onePlus<T>(x));
    // Where x is 18 or more the result is 1; at -88, n + 127 is 0, and so is what it becomes as an exponent.
    x = v128.pmin<T>(v128.pmax<T>(x, Lanes.splat<T>(-88.0)), Lanes.splat<T>(18.0));
    const anchor = Exp.anchor<T>(127.0);
    const t = Exp.split<T>(x, anchor);
    const r = Exp.rest<T>(x, v128.sub<T>(t, anchor));
    const z = v128.mul<T>(r, r);
    const a = v128.mul<T>(v128.add<T>(z, Lanes.splat<T>(10.0)), Lanes.splat<T>(12.0));
    const b = v128.mul<T>(v128.add<T>(z, Lanes.splat<T>(60.0)), r);
    const e = v128.mul<T>(v128.add<T>(a, b), Exp.pow2<T>(t));
    return v128.div<T>(e, v128.add<T>(e, v128.sub<T>(a, b)));
  }

  /** `tanh x = -t / (2 + t)` with `t = e^(-2|x|) - 1`, all x, never beyond ±1. f32: ≤ 2.5 ulp; f64: ≤ 2.4 ulp. */
  @inline
  static tanh<T>(x: v128): v128 {
    const t = Exp.belowOne<T>(v128.mul<T>(v128.abs<T>(x), Lanes.splat<T>(-2.0)));
    return Lanes.copysign<T>(v128.div<T>(t, v128.add<T>(t, Lanes.splat<T>(2.0))), x);
  }

  /** `e^x - 1` for x ≤ 0; the sign of 0 is lost. */
  @inline
  static belowOne<T>(x: v128): v128 {
    if (sizeof<T>() == 8) return expm164(x);
    x = v128.pmax<T>(x, Lanes.splat<T>(-20.0));
    const anchor = Exp.anchor<T>(127.0);
    const t = Exp.split<T>(x, anchor);
    const e = Exp.reduced<T>(x, x, v128.sub<T>(t, anchor));
    const scale = Exp.pow2<T>(t);
    return Lanes.fma<T>(scale, e, v128.sub<T>(scale, Lanes.splat<T>(1.0)));
  }
}

function exp64(x: v128): v128 {
  return Exp.sum<f64>(x, f64x2.splat(0.0));
}

function expm164(x: v128): v128 {
  return Exp.minusOne<f64>(x);
}
