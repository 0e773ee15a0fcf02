import { Sum, joinLanes, loadPadded } from './lanes';
import { Exp } from '../simd/exp';
import { Lanes, storePart } from '../simd/lanes';
import { Log } from '../simd/log';

/** Elements between two additions to the total of a row: short enough that float32 keeps its digits. */
const BLOCK: i32 = 2048;

/**
 * `SCALE·e^x` for x ≤ 0, as after the largest element was subtracted, with half the work of the whole range. The factor, which a quotient
 * of such terms does not see, makes the polynomial begin with f⁵ and saves a product.
 */
export class Decay {
  /** SCALE in f32; in f64 it is 1. Its product with the rounded 1 / SCALE is 1: one term alone gives exactly 1. */
  @inline static scale<T>(): T {
    return sizeof<T>() == 4 ? <T>753.8790283203125 : <T>1;
  }

  /**
   * f32: 2^(n + f), n whole, |f| ≤ ½, 2^f a minimax polynomial of degree 5 (relative error 2.2e-7 with its rounding). Rounding
   * x·log₂e puts an error of |x|·2^-24 beside it, small against the largest term. Below 2^-126 the result is 0; NaN stays NaN.
   */
  @inline static exp<T>(x: v128): v128 {
    if (sizeof<T>() == 8) return Exp.exp<T>(x);
    const shifter = Lanes.splat<T>(12582912.0 + 127.0);
    const p = v128.mul<T>(v128.pmax<T>(x, Lanes.splat<T>(-88.0)), Lanes.splat<T>(1.4426950408889634));
    const t = v128.add<T>(p, shifter);
    const f = v128.sub<T>(p, v128.sub<T>(t, shifter));
    let y = v128.add<T>(f, Lanes.splat<T>(7.29115104675293));
    y = Lanes.fma<T>(f, y, Lanes.splat<T>(41.845821380615234));
    y = Lanes.fma<T>(f, y, Lanes.splat<T>(181.09864807128906));
    y = Lanes.fma<T>(f, y, Lanes.splat<T>(522.5490112304688));
    y = Lanes.fma<T>(f, y, Lanes.splat<T>(753.8790283203125));
    return v128.mul<T>(y, i32x4.shl(t, 23));
  }

  /** log of a sum of such terms without their factor. */
  @inline static log<T>(sum: v128): v128 {
    return Log.log<T>(sizeof<T>() == 4 ? v128.mul<T>(sum, v128.splat<T>(<T>1 / Decay.scale<T>())) : sum);
  }
}

/** The sum of SCALE·exp(x − shift) over a row, no element of which is above the shift; the terms go to `y` where K is bool. */
export function expSumRow<T, K>(y: usize, x: usize, n: i32, shift: T): T {
  const lanes = <i32>(16 / sizeof<T>());
  const s = v128.splat<T>(shift);
  let total = v128.splat<T>(0);
  for (let i = 0; i < n;) {
    let a = v128.splat<T>(0);
    let b = v128.splat<T>(0);
    const blockEnd = min(n, i + BLOCK);
    for (; i + 2 * lanes <= blockEnd; i += 2 * lanes) {
      const d = Decay.exp<T>(v128.sub<T>(v128.load(x), s));
      const e = Decay.exp<T>(v128.sub<T>(v128.load(x, 16), s));
      if (isBoolean<K>()) {
        v128.store(y, d);
        v128.store(y, e, 16);
        y += 32;
      }
      a = v128.add<T>(a, d);
      b = v128.add<T>(b, e);
      x += 32;
    }
    for (; i < blockEnd; i += lanes) {
      const count = blockEnd - i;
      const v = count >= lanes ? v128.load(x) : loadPadded<T>(x, count, <T>-Infinity);
      const e = Decay.exp<T>(v128.sub<T>(v, s));
      if (isBoolean<K>()) {
        if (count >= lanes) v128.store(y, e);
        else storePart<T>(y, e, count);
        y += 16;
      }
      a = v128.add<T>(a, e);
      x += 16;
    }
    i = blockEnd;
    total = v128.add<T>(total, v128.add<T>(a, b));
  }
  return joinLanes<T, Sum<T>>(total);
}

/** The largest element of a row. A NaN may be passed over: the sum of exponentials shows it. */
export function maxRow<T>(x: usize, n: i32): T {
  const lanes = <i32>(16 / sizeof<T>());
  const start = v128.splat<T>(<T>-Infinity);
  let a = start;
  let b = start;
  let c = start;
  let d = start;
  let i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    a = v128.pmax<T>(a, v128.load(x));
    b = v128.pmax<T>(b, v128.load(x, 16));
    c = v128.pmax<T>(c, v128.load(x, 32));
    d = v128.pmax<T>(d, v128.load(x, 48));
    x += 64;
  }
  for (; i + lanes <= n; i += lanes) {
    a = v128.pmax<T>(a, v128.load(x));
    x += 16;
  }
  if (i < n) b = v128.pmax<T>(b, loadPadded<T>(x, n - i, <T>-Infinity));
  return Lanes.max<T>(v128.pmax<T>(v128.pmax<T>(a, b), v128.pmax<T>(c, d)));
}

/** A vector of columns where W is bool, or one column splatted. */
export class Columns<T, W> {
  /** How many columns there are. */
  @inline count(): i32 {
    return isBoolean<W>() ? <i32>(16 / sizeof<T>()) : 1;
  }
  @inline load(x: usize): v128 {
    return isBoolean<W>() ? v128.load(x) : v128.load_splat<T>(x);
  }
  @inline store(y: usize, v: v128): void {
    if (isBoolean<W>()) v128.store(y, v);
    else store<T>(y, v128.extract_lane<T>(v, 0));
  }
}

/** The largest elements of n rows of columns that lie `stride` bytes apart; as `maxRow`. */
export function maxColumns<T, W>(x: usize, n: i32, stride: usize): v128 {
  const columns = changetype<Columns<T, W>>(0);
  let a = v128.splat<T>(<T>-Infinity);
  let b = a;
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    a = v128.pmax<T>(a, columns.load(x));
    b = v128.pmax<T>(b, columns.load(x + stride));
    x += 2 * stride;
  }
  return v128.pmax<T>(b, i < n ? v128.pmax<T>(a, columns.load(x)) : a);
}

/** The sums of SCALE·exp(x − shift) down columns; the terms go to `y` where K is bool. */
export function expSumColumns<T, W, K>(y: usize, x: usize, n: i32, stride: usize, shift: v128): v128 {
  const columns = changetype<Columns<T, W>>(0);
  let total = v128.splat<T>(0);
  for (let i = 0; i < n;) {
    let a = v128.splat<T>(0);
    let b = v128.splat<T>(0);
    const blockEnd = min(n, i + 64);
    for (; i + 2 <= blockEnd; i += 2) {
      const d = Decay.exp<T>(v128.sub<T>(columns.load(x), shift));
      const e = Decay.exp<T>(v128.sub<T>(columns.load(x + stride), shift));
      if (isBoolean<K>()) {
        columns.store(y, d);
        columns.store(y + stride, e);
        y += 2 * stride;
      }
      a = v128.add<T>(a, d);
      b = v128.add<T>(b, e);
      x += 2 * stride;
    }
    if (i < blockEnd) {
      const d = Decay.exp<T>(v128.sub<T>(columns.load(x), shift));
      if (isBoolean<K>()) columns.store(y, d);
      a = v128.add<T>(a, d);
      i++;
    }
    total = v128.add<T>(total, v128.add<T>(a, b));
  }
  return total;
}
