import { Exp } from './exp';
import { Lanes } from './lanes';

/** The error function on lanes, and what the normal distribution makes of it. */
export class Erf {
  /**
   * `erf x = 2/√π ∫₀ˣ e^(-t²) dt`, all x. f32: ≤ 1.0 ulp; f64: ≤ 0.8 ulp.
   *
   * f32: up to 475/512 an odd polynomial, beyond it `1 - e^(polynomial)`. Source: N. Juffa, "my_erff",
   * https://stackoverflow.com/a/35148199
   */
  @inline
  static erf<T>(x: v128): v128 {
    if (sizeof<T>() == 8) return erf64(x);
    // erf 4 rounds to 1; in this order pmin hands on a NaN.
    const a = f32x4.pmin(f32x4.abs(x), Lanes.splat<f32>(4));
    const z = f32x4.mul(a, a);
    let s = Lanes.fma<f32>(z, Lanes.splat<f32>(-5.96761703e-4), Lanes.splat<f32>(4.99119423e-3));
    s = Lanes.fma<f32>(z, s, Lanes.splat<f32>(-2.67681349e-2));
    s = Lanes.fma<f32>(z, s, Lanes.splat<f32>(1.12819925e-1));
    s = Lanes.fma<f32>(z, s, Lanes.splat<f32>(-3.76125336e-1));
    s = Lanes.fma<f32>(z, s, Lanes.splat<f32>(1.28379166e-1));
    s = Lanes.fma<f32>(a, s, a);
    let r = Lanes.fma<f32>(a, Lanes.splat<f32>(-1.7285347e-5), Lanes.splat<f32>(3.83197126e-4));
    r = Lanes.fma<f32>(a, r, Lanes.splat<f32>(-3.88396438e-3));
    r = Lanes.fma<f32>(a, r, Lanes.splat<f32>(2.42546219e-2));
    r = Lanes.fma<f32>(a, r, Lanes.splat<f32>(-1.06777877e-1));
    r = Lanes.fma<f32>(a, r, Lanes.splat<f32>(-6.34846687e-1));
    r = Lanes.fma<f32>(a, r, Lanes.splat<f32>(-1.28717512e-1));
    r = Lanes.fma<f32>(a, r, f32x4.neg(a));
    const far = f32x4.sub(Lanes.splat<f32>(1), Exp.decay<f32>(r));
    const y = v128.bitselect(far, s, f32x4.gt(a, Lanes.splat<f32>(0.927734375)));
    return Lanes.copysign<f32>(y, x);
  }

  /**
   * f32: `erf(x/√2) / 2 = x·P(x²) / Q(x²)`, degrees 5 and 5, minimax of the relative error (2.2e-8) up to 5.6, where it
   * rounds to ½. Error ≤ 5 ulp, which is little after ½ is added.
   */
  @inline
  static half(x: v128): v128 {
    x = f32x4.pmax(f32x4.pmin(x, Lanes.splat<f32>(5.6)), Lanes.splat<f32>(-5.6));
    const z = f32x4.mul(x, x);
    let p = Lanes.fma<f32>(z, Lanes.splat<f32>(2.2296734149002746e-8), Lanes.splat<f32>(6.289563146952962e-6));
    p = Lanes.fma<f32>(z, p, Lanes.splat<f32>(0.00016892287601964838));
    p = Lanes.fma<f32>(z, p, Lanes.splat<f32>(0.004677310197388181));
    p = Lanes.fma<f32>(z, p, Lanes.splat<f32>(0.033928601895262964));
    p = Lanes.fma<f32>(z, p, Lanes.splat<f32>(0.39894227188890113));
    let q = Lanes.fma<f32>(z, Lanes.splat<f32>(1.1796208577653593e-6), Lanes.splat<f32>(7.334123475941844e-5));
    q = Lanes.fma<f32>(z, q, Lanes.splat<f32>(0.0018854569715694232));
    q = Lanes.fma<f32>(z, q, Lanes.splat<f32>(0.02867727612002799));
    q = Lanes.fma<f32>(z, q, Lanes.splat<f32>(0.2517127201831977));
    q = Lanes.fma<f32>(z, q, Lanes.splat<f32>(1));
    return f32x4.div(f32x4.mul(x, p), q);
  }

  /** The normal distribution `Φ(x) = (1 + erf(x/√2)) / 2`, all x: never below 0, and 0 from -5.6 down. Absolute error f32: 6e-8; f64: 2e-16. */
  @inline
  static normal<T>(x: v128): v128 {
    if (sizeof<T>() == 8) {
      const erf = erf64(f64x2.mul(x, f64x2.splat(0.7071067811865476)));
      return f64x2.mul(f64x2.add(erf, f64x2.splat(1.0)), f64x2.splat(0.5));
    }
    return f32x4.pmax(f32x4.add(Erf.half(x), Lanes.splat<f32>(0.5)), Lanes.splat<f32>(0));
  }

  /**
   * The slope of `x·Φ(x)`: `Φ(x) + x·φ(x)` with the density φ, all x. Absolute error f32: 2.4e-7; f64: 4e-16.
   *
   * f32: ½ and an odd function, `x·P(x²) / Q(x²)`, degrees 6 and 7, minimax of the absolute error (4e-9) up to 6.
   */
  @inline
  static slope<T>(x: v128): v128 {
    if (sizeof<T>() == 8) {
      const bell = Exp.decay<f64>(f64x2.mul(f64x2.mul(x, x), f64x2.splat(-0.5)));
      return f64x2.add(Erf.normal<f64>(x), f64x2.mul(f64x2.mul(x, bell), f64x2.splat(0.3989422804014327)));
    }
    x = f32x4.pmax(f32x4.pmin(x, Lanes.splat<f32>(6)), Lanes.splat<f32>(-6));
    const z = f32x4.mul(x, x);
    let p = Lanes.fma<f32>(z, Lanes.splat<f32>(1.7028918963653913e-8), Lanes.splat<f32>(9.209629908517354e-7));
    p = Lanes.fma<f32>(z, p, Lanes.splat<f32>(3.409236067436607e-5));
    p = Lanes.fma<f32>(z, p, Lanes.splat<f32>(0.0002021828694707157));
    p = Lanes.fma<f32>(z, p, Lanes.splat<f32>(0.01385850652291806));
    p = Lanes.fma<f32>(z, p, Lanes.splat<f32>(-0.022400903835796085));
    p = Lanes.fma<f32>(z, p, Lanes.splat<f32>(0.7978845322509286));
    let q = Lanes.fma<f32>(z, Lanes.splat<f32>(1.3138587839342834e-9), Lanes.splat<f32>(3.384812379912996e-7));
    q = Lanes.fma<f32>(z, q, Lanes.splat<f32>(1.0301026181411572e-5));
    q = Lanes.fma<f32>(z, q, Lanes.splat<f32>(0.00024518215833594026));
    q = Lanes.fma<f32>(z, q, Lanes.splat<f32>(0.003969978821415881));
    q = Lanes.fma<f32>(z, q, Lanes.splat<f32>(0.04412265292921784));
    q = Lanes.fma<f32>(z, q, Lanes.splat<f32>(0.30525760073775987));
    q = Lanes.fma<f32>(z, q, Lanes.splat<f32>(1));
    return f32x4.add(f32x4.div(f32x4.mul(x, p), q), Lanes.splat<f32>(0.5));
  }
}

function erf64(x: v128): v128 {
  return f64x2(erfScalar(f64x2.extract_lane(x, 0)), erfScalar(f64x2.extract_lane(x, 1)));
}

/** `erf x / x - 1` for |x| < 0.84375. Source of this and the following: fdlibm s_erf.c. */
function erfNear(x: f64): f64 {
  const z = x * x;
  const p =
    1.28379167095512558561e-1 +
    z *
      (-3.2504210724700149937e-1 +
        z * (-2.84817495755985104766e-2 + z * (-5.77027029648944159157e-3 + z * -2.37630166566501626084e-5)));
  const q =
    1.0 +
    z *
      (3.97917223959155352819e-1 +
        z *
          (6.50222499887672944485e-2 +
            z * (5.08130628187576562776e-3 + z * (1.32494738004321644526e-4 + z * -3.9602282787753681232e-6))));
  return p / q;
}

/** `erf a` for 0.84375 ≤ a < 1.25, without its middle, 0.845…. */
function erfMiddle(a: f64): f64 {
  const s = a - 1.0;
  const p =
    -2.36211856075265944077e-3 +
    s *
      (4.14856118683748331666e-1 +
        s *
          (-3.72207876035701323847e-1 +
            s *
              (3.18346619901161753674e-1 +
                s * (-1.10894694282396677476e-1 + s * (3.54783043256182359371e-2 + s * -2.166375594868790843e-3)))));
  const q =
    1.0 +
    s *
      (1.06420880400844228286e-1 +
        s *
          (5.40397917702171048937e-1 +
            s *
              (7.18286544141962662868e-2 +
                s * (1.26171219808761642112e-1 + s * (1.36370839120290507362e-2 + s * 1.1984499846799107417e-2)))));
  return p / q;
}

const MIDDLE: f64 = 8.45062911510467529297e-1;

/** `1 - erf a` for 1.25 ≤ a ≤ 28. */
function erfTail(a: f64): f64 {
  const s = 1.0 / (a * a);
  let p: f64;
  let q: f64;
  if (a < 1.0 / 0.35) {
    p =
      -9.86494403484714822705e-3 +
      s *
        (-6.93858572707181764372e-1 +
          s *
            (-1.05586262253232909814e1 +
              s *
                (-6.23753324503260060396e1 +
                  s *
                    (-1.62396669462573470355e2 +
                      s *
                        (-1.84605092906711035994e2 + s * (-8.12874355063065934246e1 + s * -9.81432934416914548592))))));
    q =
      1.0 +
      s *
        (1.96512716674392571292e1 +
          s *
            (1.376577541435190426e2 +
              s *
                (4.34565877475229228821e2 +
                  s *
                    (6.45387271733267880336e2 +
                      s *
                        (4.29008140027567833386e2 +
                          s *
                            (1.08635005541779435134e2 +
                              s * (6.57024977031928170135 + s * -6.04244152148580987438e-2)))))));
  } else {
    p =
      -9.86494292470009928597e-3 +
      s *
        (-7.99283237680523006574e-1 +
          s *
            (-1.77579549177547519889e1 +
              s *
                (-1.60636384855821916062e2 +
                  s * (-6.37566443368389627722e2 + s * (-1.02509513161107724954e3 + s * -4.83519191608651397019e2)))));
    q =
      1.0 +
      s *
        (3.03380607434824582924e1 +
          s *
            (3.25792512996573918826e2 +
              s *
                (1.53672958608443695994e3 +
                  s *
                    (3.19985821950859553908e3 +
                      s *
                        (2.55305040643316442583e3 + s * (4.74528541206955367215e2 + s * -2.24409524465858183362e1))))));
  }
  // e^(-a²) from a short z² that is exact and the rest.
  const z = reinterpret<f64>(reinterpret<u64>(a) & 0xffffffff00000000);
  const exponent = f64x2(-z * z - 0.5625, (z - a) * (z + a) + p / q);
  const e = Exp.exp<f64>(exponent);
  return (f64x2.extract_lane(e, 0) * f64x2.extract_lane(e, 1)) / a;
}

/** Rational approximations on five intervals. */
function erfScalar(x: f64): f64 {
  const a = abs(x);
  if (a < 0.84375) return x + x * erfNear(x);
  if (a < 1.25) return copysign(MIDDLE + erfMiddle(a), x);
  if (a >= 6.0) return copysign(1.0, x);
  return a == a ? copysign(1.0 - erfTail(a), x) : x;
}

/** `1 - erf x`, all x, without cancellation: ≤ 1 ulp where normal. */
export function erfcScalar(x: f64): f64 {
  const a = abs(x);
  if (a < 0.84375) {
    const y = x * erfNear(x);
    return x < 0.25 ? 1.0 - (x + y) : 0.5 - (x - 0.5 + y);
  }
  if (a < 1.25) return x > 0.0 ? 1.0 - MIDDLE - erfMiddle(a) : 1.0 + (MIDDLE + erfMiddle(a));
  if (a >= 28.0) return x > 0.0 ? 0.0 : 2.0;
  if (a != a) return x;
  return x > 0.0 ? erfTail(a) : 2.0 - erfTail(a);
}
