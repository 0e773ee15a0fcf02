// What the steps of recurrent cells have in common.
import { Lanes, loadPart, storePart } from '../simd/lanes';

/** Vectors where W is bool, else the first n lanes of one. */
export class Part<T, W> {
  @inline load(x: usize, n: i32): v128 {
    return isBoolean<W>() ? v128.load(x) : loadPart<T>(x, n);
  }

  @inline store(y: usize, v: v128, n: i32): void {
    if (isBoolean<W>()) v128.store(y, v);
    else storePart<T>(y, v, n);
  }

  /** The sum of two vectors in memory. */
  @inline sum(a: usize, b: usize, n: i32): v128 {
    return v128.add<T>(this.load(a, n), this.load(b, n));
  }
}

export class Curve<T> {
  /** x − x² = the slope of the logistic function where it is x. */
  @inline slope(x: v128): v128 {
    return v128.mul<T>(x, v128.sub<T>(Lanes.splat<T>(1.0), x));
  }

  /** 1 − x² = the slope of tanh where it is x. */
  @inline tanhSlope(x: v128): v128 {
    return v128.sub<T>(Lanes.splat<T>(1.0), v128.mul<T>(x, x));
  }
}
