import { Lanes } from './lanes';

/**
 * Exponentials on lanes. Errors were measured against float64 (f32) and 50-digit arithmetic (f64) over the whole range.
 *
 * All of them split `x = n·ln2 + r`, `|r| ≤ ln2 / 2`, with ln2 in two parts, the first short enough for an exact product.
 */
export class Exp {
  /** The `n` of the split, as a float. */
  @inline
  static exponent<T>(x: v128): v128 {
    return v128.nearest<T>(v128.mul<T>(x, Lanes.splat<T>(1.4426950408889634)));
  }

  /** `2^n` for whole `n` in the range of normal numbers: added to 1.5·2^mantissa, `n` lies in the low bits. */
  @inline
  static pow2<T>(n: v128): v128 {
    if (sizeof<T>() == 4) return i32x4.shl(v128.add<T>(n, Lanes.splat<T>(12582912.0 + 127.0)), 23);
    return i64x2.shl(v128.add<T>(n, Lanes.splat<T>(6755399441055744.0 + 1023.0)), 52);
  }

  /** `y·2^n` in two steps, for results that are subnormal, or whose `2^n` is too large. */
  @inline
  static scale<T>(y: v128, n: v128): v128 {
    const half = v128.nearest<T>(v128.mul<T>(n, Lanes.splat<T>(0.5)));
    return v128.mul<T>(v128.mul<T>(y, Exp.pow2<T>(half)), Exp.pow2<T>(v128.sub<T>(n, half)));
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
      const r = Lanes.fma<T>(
        n,
        Lanes.splat<T>(-1.4286067653e-6),
        Lanes.fma<T>(n, Lanes.splat<T>(-0.693145751953125), x),
      );
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
    const n = Exp.exponent<T>(x);
    return Exp.scale<T>(v128.add<T>(Exp.reduced<T>(x, low, n), Lanes.splat<T>(1.0)), n);
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
    const n = Exp.exponent<T>(x);
    // Half of 2^n, whose n may be one more than a float holds; the last step doubles.
    const half = Exp.pow2<T>(v128.sub<T>(n, Lanes.splat<T>(1.0)));
    const y = Lanes.fma<T>(half, Exp.reduced<T>(x, Lanes.splat<T>(0.0), n), v128.sub<T>(half, Lanes.splat<T>(0.5)));
    return v128.or(v128.add<T>(y, y), sign);
  }

  /** `1 / (1 + e^-x)`, all x. f32: ≤ 2.4 ulp where normal; f64: ≤ 2.0 ulp. */
  @inline
  static sigmoid<T>(x: v128): v128 {
    const one = Lanes.splat<T>(1.0);
    return v128.div<T>(one, v128.add<T>(one, Exp.exp<T>(v128.neg<T>(x))));
  }

  /** `tanh x = -t / (2 + t)` with `t = e^(-2|x|) - 1`, all x. f32: ≤ 2.5 ulp; f64: ≤ 2.4 ulp. */
  @inline
  static tanh<T>(x: v128): v128 {
    const t = Exp.expm1<T>(v128.mul<T>(v128.abs<T>(x), Lanes.splat<T>(-2.0)));
    return Lanes.copysign<T>(v128.div<T>(t, v128.add<T>(t, Lanes.splat<T>(2.0))), x);
  }
}

function exp64(x: v128): v128 {
  return Exp.sum<f64>(x, f64x2.splat(0.0));
}

function expm164(x: v128): v128 {
  return Exp.minusOne<f64>(x);
}
