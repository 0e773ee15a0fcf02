import { Scalar } from './scalar';

/** Beyond it 1 is nothing beside x². */
const LARGE: f64 = 268435456.0;

/** Hyperbolic functions and their inverses, in f64: ≤ 3 ulp. Source of the formulas: fdlibm e_sinh.c, e_cosh.c, s_asinh.c, e_acosh.c, e_atanh.c. */
export class Hyperbolic {
  static sinh(x: f64): f64 {
    const a = abs(x);
    if (a < 22.0) {
      const t = Scalar.expm1(a);
      return copysign(0.5 * (t + t / (t + 1.0)), x);
    }
    return copysign(Hyperbolic.halfExp(a), x);
  }

  static cosh(x: f64): f64 {
    const a = abs(x);
    if (!(a < 22.0)) return Hyperbolic.halfExp(a);
    const t = Scalar.exp(a);
    return 0.5 * t + 0.5 / t;
  }

  /** `e^a / 2`, also where e^a is beyond the largest number. */
  static halfExp(a: f64): f64 {
    const root = Scalar.exp(0.5 * a);
    return 0.5 * root * root;
  }

  static asinh(x: f64): f64 {
    const a = abs(x);
    if (a > LARGE) return copysign(Scalar.log(a) + Math.LN2, x);
    return copysign(Scalar.log1p(a + (a * a) / (1.0 + sqrt(1.0 + a * a))), x);
  }

  static acosh(x: f64): f64 {
    if (x < 1.0) return NaN;
    if (x > LARGE) return Scalar.log(x) + Math.LN2;
    const t = x - 1.0;
    return Scalar.log1p(t + sqrt(2.0 * t + t * t));
  }

  static atanh(x: f64): f64 {
    const a = abs(x);
    return copysign(0.5 * Scalar.log1p((2.0 * a) / (1.0 - a)), x);
  }

  /** `√(a² + b²)` without overflow; infinite where either is, beside NaN, too. */
  static hypot(a: f64, b: f64): f64 {
    a = abs(a);
    b = abs(b);
    if (a == Infinity || b == Infinity) return Infinity;
    const large = max(a, b);
    const small = min(a, b);
    if (large == 0.0) return 0.0;
    const t = small / large;
    return large * sqrt(1.0 + t * t);
  }
}
