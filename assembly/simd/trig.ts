import { Lanes } from './lanes';

/**
 * Sine and cosine on lanes. `|x| = q·π/2 + r`, `|r| ≤ π/4`: the last two bits of q choose between ±sin r and ±cos r.
 * Beyond 2^16 (f32) or 10^6 (f64) a lane goes alone through a scalar reduction with all the bits of π that it needs.
 */
export class Trig {
  /** `sin x`, all x (infinite: NaN). f32: ≤ 1.6 ulp; f64: ≤ 1.7 ulp. */
  @inline
  static sin<T>(x: v128): v128 {
    return sizeof<T>() == 4 ? sin32(x) : sin64(x);
  }

  /** `cos x`, all x (infinite: NaN). f32: ≤ 1.6 ulp; f64: ≤ 1.7 ulp. */
  @inline
  static cos<T>(x: v128): v128 {
    return sizeof<T>() == 4 ? cos32(x) : cos64(x);
  }

  /** f32: r is computed in f64, where two parts of π/2 suffice. Chebyshev interpolations in r². */
  @inline
  static single(x: v128, cosine: bool): v128 {
    const a = f32x4.abs(x);
    const q = f32x4.nearest(f32x4.mul(a, Lanes.splat<f32>(0.6366197723675814)));
    const r = f32x4.demote_f64x2_zero(Trig.rest(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(q)));
    const upper = f32x4.demote_f64x2_zero(
      Trig.rest(f64x2.promote_low_f32x4(upperHalf(a)), f64x2.promote_low_f32x4(upperHalf(q))),
    );
    const y = i64x2.shuffle(r, upper, 0, 2);
    const z = f32x4.mul(y, y);
    let s = Lanes.fma<f32>(z, Lanes.splat<f32>(-0.000195878412341699), Lanes.splat<f32>(0.008332747966051102));
    s = Lanes.fma<f32>(z, s, Lanes.splat<f32>(-0.166666641831398));
    s = Lanes.fma<f32>(f32x4.mul(z, y), s, y);
    let c = Lanes.fma<f32>(z, Lanes.splat<f32>(2.454789137118496e-5), Lanes.splat<f32>(-0.001388830249197781));
    c = Lanes.fma<f32>(z, c, Lanes.splat<f32>(0.0416666641831398));
    c = Lanes.fma<f32>(f32x4.mul(z, z), c, Lanes.fma<f32>(z, Lanes.splat<f32>(-0.5), Lanes.splat<f32>(1)));
    // Added to 1.5·2^23, q lies in the low bits.
    let quadrant = f32x4.add(q, Lanes.splat<f32>(12582912));
    if (cosine) quadrant = i32x4.add(quadrant, i32x4.splat(1));
    const odd = i32x4.shr_s(i32x4.shl(quadrant, 31), 31);
    let sign = i32x4.shl(i32x4.shr_u(quadrant, 1), 31);
    if (!cosine) sign = v128.xor(sign, v128.and(x, Lanes.splat<f32>(-0.0)));
    const near = v128.xor(v128.bitselect(c, s, odd), sign);
    const far = f32x4.gt(a, Lanes.splat<f32>(65536));
    return v128.any_true(far) ? v128.bitselect(far32(x, far, cosine), near, far) : near;
  }

  /** `a - q·π/2` to about 85 bits: π/2 in two parts, the first of 33 bits. */
  @inline
  static rest(a: v128, q: v128): v128 {
    const r = f64x2.sub(a, f64x2.mul(q, f64x2.splat(1.57079632673412561417)));
    return f64x2.sub(r, f64x2.mul(q, f64x2.splat(6.07710050650619224932e-11)));
  }

  /** f64: r in two parts, from three of π/2 (118 bits). Source: fdlibm e_rem_pio2.c, k_sin.c, k_cos.c. */
  @inline
  static double(x: v128, cosine: bool): v128 {
    const a = f64x2.abs(x);
    const q = f64x2.nearest(f64x2.mul(a, f64x2.splat(0.63661977236758134308)));
    const first = f64x2.sub(a, f64x2.mul(q, f64x2.splat(1.57079632673412561417)));
    const second = f64x2.mul(q, f64x2.splat(6.0771005063039659766e-11));
    const r = f64x2.sub(first, second);
    const third = f64x2.sub(
      f64x2.mul(q, f64x2.splat(2.02226624879595063154e-21)),
      f64x2.sub(f64x2.sub(first, r), second),
    );
    const y = f64x2.sub(r, third);
    const low = f64x2.sub(f64x2.sub(r, y), third);
    const z = f64x2.mul(y, y);
    let s = Lanes.fma<f64>(z, f64x2.splat(1.58969099521155010221e-10), f64x2.splat(-2.50507602534068634195e-8));
    s = Lanes.fma<f64>(z, s, f64x2.splat(2.7557313707070067679e-6));
    s = Lanes.fma<f64>(z, s, f64x2.splat(-1.98412698298579493134e-4));
    s = Lanes.fma<f64>(z, s, f64x2.splat(8.33333333332248946124e-3));
    const v = f64x2.mul(z, y);
    const inner = f64x2.sub(f64x2.mul(z, f64x2.sub(f64x2.mul(f64x2.splat(0.5), low), f64x2.mul(v, s))), low);
    const sine = f64x2.sub(y, f64x2.sub(inner, f64x2.mul(v, f64x2.splat(-1.66666666666666324348e-1))));
    let c = Lanes.fma<f64>(z, f64x2.splat(-1.13596475577881948265e-11), f64x2.splat(2.0875723212981748279e-9));
    c = Lanes.fma<f64>(z, c, f64x2.splat(-2.75573143513906633035e-7));
    c = Lanes.fma<f64>(z, c, f64x2.splat(2.48015872894767294178e-5));
    c = Lanes.fma<f64>(z, c, f64x2.splat(-1.38888888888741095749e-3));
    c = f64x2.mul(z, Lanes.fma<f64>(z, c, f64x2.splat(4.16666666666666019037e-2)));
    const half = f64x2.mul(z, f64x2.splat(0.5));
    const w = f64x2.sub(f64x2.splat(1), half);
    const tail = f64x2.sub(f64x2.mul(z, c), f64x2.mul(y, low));
    const cosineOfRest = f64x2.add(w, f64x2.add(f64x2.sub(f64x2.sub(f64x2.splat(1), w), half), tail));
    let quadrant = f64x2.add(q, f64x2.splat(6755399441055744));
    if (cosine) quadrant = i64x2.add(quadrant, i64x2.splat(1));
    const odd = i64x2.sub(i64x2.splat(0), v128.and(quadrant, i64x2.splat(1)));
    let sign = i64x2.shl(i64x2.shr_u(quadrant, 1), 63);
    if (!cosine) sign = v128.xor(sign, v128.and(x, f64x2.splat(-0.0)));
    const near = v128.xor(v128.bitselect(cosineOfRest, sine, odd), sign);
    const far = f64x2.gt(a, f64x2.splat(1000000));
    return v128.any_true(far) ? v128.bitselect(far64(x, far, cosine), near, far) : near;
  }
}

function upperHalf(x: v128): v128 {
  return i64x2.shuffle(x, x, 1, 1);
}

/** The lanes of `far`, one at a time; the others are undefined. */
function far64(x: v128, far: v128, cosine: bool): v128 {
  let y = x;
  if (i64x2.extract_lane(far, 0)) y = f64x2.replace_lane(y, 0, scalar(f64x2.extract_lane(x, 0), cosine));
  if (i64x2.extract_lane(far, 1)) y = f64x2.replace_lane(y, 1, scalar(f64x2.extract_lane(x, 1), cosine));
  return y;
}

function far32(x: v128, far: v128, cosine: bool): v128 {
  const low = far64(f64x2.promote_low_f32x4(x), i64x2.extend_low_i32x4_s(far), cosine);
  const high = far64(f64x2.promote_low_f32x4(upperHalf(x)), i64x2.extend_high_i32x4_s(far), cosine);
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

function scalar(x: f64, cosine: bool): f64 {
  return cosine ? NativeMath.cos(x) : NativeMath.sin(x);
}

function sin32(x: v128): v128 {
  return Trig.single(x, false);
}

function cos32(x: v128): v128 {
  return Trig.single(x, true);
}

function sin64(x: v128): v128 {
  return Trig.double(x, false);
}

function cos64(x: v128): v128 {
  return Trig.double(x, true);
}
