import { Exp } from './exp';
import { Lanes } from './lanes';
import { Log } from './log';

/** Powers on lanes, with all the special cases of C99's `pow` (Annex F.9.4.4). */
export class Pow {
  /** `x^y`. f32: ≤ 0.51 ulp, through f64; f64: ≤ 5.2 ulp (the relative error of the log, 2^-57, times y·log x). */
  @inline
  static pow<T>(x: v128, y: v128): v128 {
    return sizeof<T>() == 4 ? pow32(x, y) : pow64(x, y);
  }

  /** What `|x|^y` does not know: the sign of x, and the ones. */
  @inline
  static special<T>(x: v128, y: v128, power: v128): v128 {
    const one = Lanes.splat<T>(1.0);
    const infinity = Lanes.splat<T>(Infinity);
    const a = v128.abs<T>(x);
    const whole = v128.eq<T>(v128.trunc<T>(y), y);
    const halved = v128.mul<T>(y, Lanes.splat<T>(0.5));
    const odd = v128.and(whole, v128.ne<T>(v128.trunc<T>(halved), halved));
    const signed = v128.or(power, v128.and(v128.and(x, odd), Lanes.splat<T>(-0.0)));
    const undefined = v128.andnot(v128.and(v128.lt<T>(x, Lanes.splat<T>(0.0)), v128.lt<T>(a, infinity)), whole);
    const isOne = v128.or(
      v128.or(v128.eq<T>(y, Lanes.splat<T>(0.0)), v128.eq<T>(x, one)),
      v128.and(v128.eq<T>(a, one), v128.eq<T>(v128.abs<T>(y), infinity)),
    );
    return v128.bitselect(one, v128.bitselect(Lanes.splat<T>(NaN), signed, undefined), isOne);
  }

  /** The error of the product `p = a·b`, exactly. Source: T. J. Dekker, Numerische Mathematik 18, 1971. */
  @inline
  static productError(a: v128, b: v128, p: v128): v128 {
    const aHigh = Pow.upper(a);
    const bHigh = Pow.upper(b);
    const aLow = f64x2.sub(a, aHigh);
    const bLow = f64x2.sub(b, bHigh);
    const cross = f64x2.add(f64x2.sub(f64x2.mul(aHigh, bHigh), p), f64x2.mul(aHigh, bLow));
    return f64x2.add(f64x2.add(cross, f64x2.mul(aLow, bHigh)), f64x2.mul(aLow, bLow));
  }

  /** The upper 26 bits of the mantissa. */
  @inline
  static upper(x: v128): v128 {
    return v128.and(x, i64x2.splat(0xfffffffff8000000));
  }
}

function pow32(x: v128, y: v128): v128 {
  const a = f32x4.abs(x);
  const low = power32(a, y);
  const high = power32(i64x2.shuffle(a, a, 1, 1), i64x2.shuffle(y, y, 1, 1));
  return Pow.special<f32>(x, y, i64x2.shuffle(low, high, 0, 2));
}

/** `a^y` of the lower two lanes. */
function power32(a: v128, y: v128): v128 {
  const log = Log.log<f64>(f64x2.promote_low_f32x4(a));
  return f32x4.demote_f64x2_zero(Exp.exp<f64>(f64x2.mul(f64x2.promote_low_f32x4(y), log)));
}

/** The logarithm in two floats, `2s + s·R(s²)` with s in two floats, times y in two floats. */
function pow64(x: v128, y: v128): v128 {
  const a = f64x2.abs(x);
  const subnormal = Log.subnormal<f64>(a);
  const bits = Log.bits<f64>(a, subnormal);
  const k = Log.exponent<f64>(bits, subnormal);
  const m = Log.mantissa<f64>(bits);
  const one = f64x2.splat(1);
  const f = f64x2.sub(m, one);
  const g = f64x2.add(m, one);
  const gLow = f64x2.sub(m, f64x2.sub(g, one));
  const s = f64x2.div(f, g);
  const product = f64x2.mul(s, g);
  const rest = f64x2.sub(f64x2.sub(f, product), f64x2.add(Pow.productError(s, g, product), f64x2.mul(s, gLow)));
  const sLow = f64x2.div(rest, g);
  const twice = f64x2.add(s, s);
  const series = f64x2.mul(s, Log.series<f64>(f64x2.mul(s, s)));
  const shift = f64x2.mul(k, f64x2.splat(6.9314718036912381649e-1));
  const head = f64x2.add(shift, twice);
  const tail = f64x2.add(
    f64x2.sub(twice, f64x2.sub(head, shift)),
    f64x2.add(f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10)), f64x2.add(f64x2.add(sLow, sLow), series)),
  );
  const sum = f64x2.add(head, tail);
  const sumLow = f64x2.sub(tail, f64x2.sub(sum, head));
  // 0 and ∞ have no mantissa; NaN arrives here as well.
  const regular = v128.and(f64x2.gt(a, f64x2.splat(0)), f64x2.lt(a, f64x2.splat(Infinity)));
  const edge = v128.bitselect(f64x2.splat(-Infinity), a, f64x2.eq(a, f64x2.splat(0)));
  const log = v128.bitselect(sum, edge, regular);
  const exponent = f64x2.mul(y, log);
  const low = f64x2.add(Pow.productError(y, log, exponent), f64x2.mul(y, sumLow));
  // Where the result is 0, ∞ or NaN already, the low part is noise.
  const known = v128.and(regular, f64x2.lt(f64x2.abs(exponent), f64x2.splat(1000)));
  return Pow.special<f64>(x, y, Exp.sum<f64>(exponent, v128.and(low, known)));
}
