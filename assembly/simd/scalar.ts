import { Exp } from './exp';
import { Log } from './log';

/** The vector formulas on one f64: the special functions need no others, and no tables. */
export class Scalar {
  @inline static exp(x: f64): f64 {
    return f64x2.extract_lane(Exp.exp<f64>(f64x2.splat(x)), 0);
  }

  @inline static expm1(x: f64): f64 {
    return f64x2.extract_lane(Exp.expm1<f64>(f64x2.splat(x)), 0);
  }

  @inline static log(x: f64): f64 {
    return f64x2.extract_lane(Log.log<f64>(f64x2.splat(x)), 0);
  }

  @inline static log1p(x: f64): f64 {
    return f64x2.extract_lane(Log.log1p<f64>(f64x2.splat(x)), 0);
  }
}
