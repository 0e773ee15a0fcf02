import { Exp } from './exp';
import { Log } from './log';
import { Pow } from './pow';
import { Trig } from './trig';

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

  @inline static pow(x: f64, y: f64): f64 {
    return f64x2.extract_lane(Pow.pow<f64>(f64x2.splat(x), f64x2.splat(y)), 0);
  }

  @inline static sin(x: f64): f64 {
    return f64x2.extract_lane(Trig.sin<f64>(f64x2.splat(x)), 0);
  }

  @inline static cos(x: f64): f64 {
    return f64x2.extract_lane(Trig.cos<f64>(f64x2.splat(x)), 0);
  }
}
