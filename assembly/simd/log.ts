import { Lanes } from './lanes';

/** Logarithms on lanes. `x = 2^k·m`, `m` in `[√½, √2)`; Source of the series in `s = f / (2 + f)`, `f = m - 1`: fdlibm e_log.c, e_logf.c. */
export class Log {
  /** `log x`, all x (log 0 = -∞, of negative numbers NaN). f32: ≤ 0.9 ulp; f64: ≤ 0.8 ulp. */
  @inline
  static log<T>(x: v128): v128 {
    return sizeof<T>() == 4 ? Log.sum<T>(x, Lanes.splat<T>(0.0)) : log64(x);
  }

  /** `log(1 + x)`, all x. The rounding error of 1 + x goes into the low part. f32: ≤ 0.9 ulp; f64: ≤ 0.8 ulp. */
  @inline
  static log1p<T>(x: v128): v128 {
    return sizeof<T>() == 4 ? Log.plusOne<T>(x) : log1p64(x);
  }

  /**
   * `log(1 + x)` for 0 ≤ x ≤ 1. f32: ≤ 2.5 ulp; f64: ≤ 0.8 ulp.
   *
   * f32: `x·P(x) / Q(x)`, degrees 3 and 3, minimax of the relative error (1e-9).
   */
  @inline
  static log1pOfUnit<T>(x: v128): v128 {
    if (sizeof<T>() == 8) return log1p64(x);
    let p = Lanes.fma<T>(x, Lanes.splat<T>(0.003417281511517208), Lanes.splat<T>(0.23815750526894577));
    p = Lanes.fma<T>(x, p, Lanes.splat<T>(1.0662184231662157));
    p = Lanes.fma<T>(x, p, Lanes.splat<T>(1.0));
    let q = Lanes.fma<T>(x, Lanes.splat<T>(0.07528727730752396), Lanes.splat<T>(0.6879362449633777));
    q = Lanes.fma<T>(x, q, Lanes.splat<T>(1.566218292630486));
    q = Lanes.fma<T>(x, q, Lanes.splat<T>(1.0));
    return v128.div<T>(v128.mul<T>(x, p), q);
  }

  /** `log1p`, inlined for both types. */
  @inline
  static plusOne<T>(x: v128): v128 {
    const one = Lanes.splat<T>(1.0);
    const u = v128.add<T>(x, one);
    const error = v128.bitselect(
      v128.sub<T>(one, v128.sub<T>(u, x)),
      v128.sub<T>(x, v128.sub<T>(u, one)),
      v128.gt<T>(x, one),
    );
    const y = Log.sum<T>(u, v128.div<T>(error, u));
    return v128.bitselect(x, y, v128.eq<T>(x, Lanes.splat<T>(0.0)));
  }

  /** `log(x) + low` with a small low part, which does not touch the results of 0, ∞ and negative numbers. */
  @inline
  static sum<T>(x: v128, low: v128): v128 {
    const subnormal = Log.subnormal<T>(x);
    const bits = Log.bits<T>(x, subnormal);
    const k = Log.exponent<T>(bits, subnormal);
    const m = Log.mantissa<T>(bits);
    const f = v128.sub<T>(m, Lanes.splat<T>(1.0));
    const s = v128.div<T>(f, v128.add<T>(f, Lanes.splat<T>(2.0)));
    const z = v128.mul<T>(s, s);
    const halfSquare = v128.mul<T>(v128.mul<T>(f, f), Lanes.splat<T>(0.5));
    const y = Lanes.fma<T>(
      s,
      v128.add<T>(halfSquare, Log.series<T>(z)),
      Lanes.fma<T>(k, Lanes.splat<T>(sizeof<T>() == 4 ? 9.0580006145e-6 : 1.90821492927058770002e-10), low),
    );
    const high = v128.mul<T>(k, Lanes.splat<T>(sizeof<T>() == 4 ? 0.69313812255859375 : 6.9314718036912381649e-1));
    const finite = v128.add<T>(v128.add<T>(v128.sub<T>(y, halfSquare), f), high);
    const positive = v128.gt<T>(x, Lanes.splat<T>(0.0));
    const regular = v128.and(positive, v128.lt<T>(x, Lanes.splat<T>(Infinity)));
    const edge = v128.bitselect(
      Lanes.splat<T>(-Infinity),
      v128.bitselect(x, Lanes.splat<T>(NaN), positive),
      v128.eq<T>(x, Lanes.splat<T>(0.0)),
    );
    return v128.bitselect(finite, edge, regular);
  }

  /** The lanes that are subnormal (or 0, or negative). */
  @inline
  static subnormal<T>(x: v128): v128 {
    return v128.lt<T>(x, Lanes.splat<T>(sizeof<T>() == 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308));
  }

  /** The bits of x (made normal), moved so that the exponent field changes at √½ instead of at 1. */
  @inline
  static bits<T>(x: v128, subnormal: v128): v128 {
    const scaled = v128.mul<T>(x, Lanes.splat<T>(sizeof<T>() == 4 ? 33554432.0 : 18014398509481984.0));
    const bits = v128.bitselect(scaled, x, subnormal);
    if (sizeof<T>() == 4) return i32x4.add(bits, i32x4.splat(0x3f800000 - 0x3f3504f3));
    return i64x2.add(bits, i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e667f3bcd));
  }

  /** k as a float. */
  @inline
  static exponent<T>(bits: v128, subnormal: v128): v128 {
    if (sizeof<T>() == 4) {
      const k = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(bits, 23), i32x4.splat(127)));
      return f32x4.sub(k, v128.and(subnormal, Lanes.splat<f32>(25.0)));
    }
    // Or'ed into 2^52, a whole number reads as a float.
    const biased = v128.or(i64x2.shr_u(bits, 52), f64x2.splat(4503599627370496.0));
    const k = f64x2.sub(biased, f64x2.splat(4503599627370496.0 + 1023.0));
    return f64x2.sub(k, v128.and(subnormal, f64x2.splat(54.0)));
  }

  /** m. */
  @inline
  static mantissa<T>(bits: v128): v128 {
    if (sizeof<T>() == 4) return i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
    return i64x2.add(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6a09e667f3bcd));
  }

  /** `R(z)`, `log(1 + f) = f - f²/2 + s·(f²/2 + R(s²))`. */
  @inline
  static series<T>(z: v128): v128 {
    if (sizeof<T>() == 4) {
      let r = Lanes.fma<T>(z, Lanes.splat<T>(0.24279078841), Lanes.splat<T>(0.28498786688));
      r = Lanes.fma<T>(z, r, Lanes.splat<T>(0.40000972152));
      return v128.mul<T>(z, Lanes.fma<T>(z, r, Lanes.splat<T>(0.66666662693)));
    }
    let r = Lanes.fma<T>(z, Lanes.splat<T>(1.479819860511658591e-1), Lanes.splat<T>(1.531383769920937332e-1));
    r = Lanes.fma<T>(z, r, Lanes.splat<T>(1.818357216161805012e-1));
    r = Lanes.fma<T>(z, r, Lanes.splat<T>(2.222219843214978396e-1));
    r = Lanes.fma<T>(z, r, Lanes.splat<T>(2.857142874366239149e-1));
    r = Lanes.fma<T>(z, r, Lanes.splat<T>(3.999999999940941908e-1));
    return v128.mul<T>(z, Lanes.fma<T>(z, r, Lanes.splat<T>(6.66666666666673513e-1)));
  }
}

function log64(x: v128): v128 {
  return Log.sum<f64>(x, f64x2.splat(0.0));
}

function log1p64(x: v128): v128 {
  return Log.plusOne<f64>(x);
}
