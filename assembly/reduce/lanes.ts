import { Pow } from '../simd/pow';

/** Loads `count` (< lanes) elements and pads the vector with `pad`, so that a tail runs the same lane code as the body. */
export function loadPadded<T>(p: usize, count: i32, pad: T): v128 {
  let v = v128.splat<T>(pad);
  if (sizeof<T>() == 8) {
    return count > 0 ? v128.replace_lane<T>(v, 0, load<T>(p)) : v;
  } else if (sizeof<T>() == 4) {
    if (count > 0) v = v128.replace_lane<T>(v, 0, load<T>(p));
    if (count > 1) v = v128.replace_lane<T>(v, 1, load<T>(p, 4));
    if (count > 2) v = v128.replace_lane<T>(v, 2, load<T>(p, 8));
    return v;
  } else {
    // Shifts the bytes in from the end of the tail: the first element ends in lane 0, the order does not matter to a fold.
    for (let i = count - 1; i >= 0; i--) {
      v = i8x16.shuffle(v, v, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
      v = v128.replace_lane<T>(v, 0, load<T>(p + i));
    }
    return v;
  }
}

/** Joins the lanes of a vector in a fixed order: halves, quarters, … down to one element. */
export function joinLanes<T, F extends Fold<T>>(v: v128): T {
  const fold = changetype<F>(0);
  v = fold.join(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  if (sizeof<T>() <= 4) v = fold.join(v, i8x16.shuffle(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  if (sizeof<T>() == 1) {
    v = fold.join(v, i8x16.shuffle(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
    v = fold.join(v, i8x16.shuffle(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
  }
  return v128.extract_lane<T>(v, 0);
}

/**
 * A fold of many elements into one: every element goes through `lane` (with `c`, a value of its output such as the mean) and is joined.
 * `pad(c)` is an element that changes nothing, `start` a joined value that changes nothing. A fold defines all four:
 * an inherited method that some other fold overrides would be called through a table.
 */
export abstract class Fold<T> {
  abstract start(): T;
  abstract pad(c: T): T;
  abstract lane(x: v128, c: v128): v128;
  abstract join(a: v128, b: v128): v128;
}

export class Sum<T> extends Fold<T> {
  @inline start(): T {
    return <T>0;
  }
  @inline pad(c: T): T {
    return <T>0;
  }
  @inline lane(x: v128, c: v128): v128 {
    return x;
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.add<T>(a, b);
  }
}

export class SumAbs<T> extends Fold<T> {
  @inline start(): T {
    return <T>0;
  }
  @inline pad(c: T): T {
    return <T>0;
  }
  @inline lane(x: v128, c: v128): v128 {
    return v128.abs<T>(x);
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.add<T>(a, b);
  }
}

export class SumSquares<T> extends Fold<T> {
  @inline start(): T {
    return <T>0;
  }
  @inline pad(c: T): T {
    return <T>0;
  }
  @inline lane(x: v128, c: v128): v128 {
    return v128.mul<T>(x, x);
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.add<T>(a, b);
  }
}

/** The sum of (x − c)²: the second pass of a variance. */
export class SumDeviations<T> extends Fold<T> {
  @inline start(): T {
    return <T>0;
  }
  @inline pad(c: T): T {
    return c;
  }
  @inline lane(x: v128, c: v128): v128 {
    const d = v128.sub<T>(x, c);
    return v128.mul<T>(d, d);
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.add<T>(a, b);
  }
}

export class Prod<T> extends Fold<T> {
  @inline start(): T {
    return <T>1;
  }
  @inline pad(c: T): T {
    return <T>1;
  }
  @inline lane(x: v128, c: v128): v128 {
    return x;
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.mul<T>(a, b);
  }
}

export class Max<T> extends Fold<T> {
  @inline start(): T {
    return isFloat<T>() ? <T>-Infinity : sizeof<T>() == 1 ? <T>0 : <T>i32.MIN_VALUE;
  }
  @inline pad(c: T): T {
    return this.start();
  }
  @inline lane(x: v128, c: v128): v128 {
    return x;
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.max<T>(a, b);
  }
}

export class Min<T> extends Fold<T> {
  @inline start(): T {
    return isFloat<T>() ? <T>Infinity : sizeof<T>() == 1 ? <T>255 : <T>i32.MAX_VALUE;
  }
  @inline pad(c: T): T {
    return this.start();
  }
  @inline lane(x: v128, c: v128): v128 {
    return x;
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.min<T>(a, b);
  }
}

/** The largest magnitude: the ∞-norm. */
export class MaxAbs<T> extends Fold<T> {
  @inline start(): T {
    return <T>0;
  }
  @inline pad(c: T): T {
    return <T>0;
  }
  @inline lane(x: v128, c: v128): v128 {
    return v128.abs<T>(x);
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.max<T>(a, b);
  }
}

/** The smallest magnitude: the −∞-norm. */
export class MinAbs<T> extends Fold<T> {
  @inline start(): T {
    return <T>Infinity;
  }
  @inline pad(c: T): T {
    return <T>Infinity;
  }
  @inline lane(x: v128, c: v128): v128 {
    return v128.abs<T>(x);
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.min<T>(a, b);
  }
}

/** The smallest of bytes that are 0 or 1; of none of them 1. */
export class All<T> extends Fold<T> {
  @inline start(): T {
    return <T>1;
  }
  @inline pad(c: T): T {
    return <T>1;
  }
  @inline lane(x: v128, c: v128): v128 {
    return x;
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.min<T>(a, b);
  }
}

/** The sum of |x|^c: the p-norm before its root. */
export class SumPowers<T> extends Fold<T> {
  @inline start(): T {
    return <T>0;
  }
  @inline pad(c: T): T {
    return c > 0 ? <T>0 : <T>Infinity;
  }
  @inline lane(x: v128, c: v128): v128 {
    return Pow.pow<T>(v128.abs<T>(x), c);
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.add<T>(a, b);
  }
}

/** The number of elements that are not 0. */
export class SumNonzero<T> extends Fold<T> {
  @inline start(): T {
    return <T>0;
  }
  @inline pad(c: T): T {
    return <T>0;
  }
  @inline lane(x: v128, c: v128): v128 {
    return v128.and(v128.ne<T>(x, v128.splat<T>(0)), v128.splat<T>(1));
  }
  @inline join(a: v128, b: v128): v128 {
    return v128.add<T>(a, b);
  }
}
