import { foldRow } from './fold';
import { Max, Sum, joinLanes, loadPadded } from './lanes';
import { Exp } from '../simd/exp';
import { storePart } from '../simd/lanes';

/** Elements between two additions to the total of a row: short enough that float32 keeps its digits. */
const BLOCK: i32 = 1024;

/** The sum of exp(x − shift) over a row; the terms go to `y` where it is not 0. */
export function expSumRow<T>(y: usize, x: usize, n: i32, shift: T): T {
  const lanes = <i32>(16 / sizeof<T>());
  const s = v128.splat<T>(shift);
  let total = v128.splat<T>(0);
  for (let i = 0; i < n;) {
    let acc = v128.splat<T>(0);
    const blockEnd = min(n, i + BLOCK);
    for (; i + lanes <= blockEnd; i += lanes) {
      const at = <usize>i * sizeof<T>();
      const e = Exp.exp<T>(v128.sub<T>(v128.load(x + at), s));
      if (y) v128.store(y + at, e);
      acc = v128.add<T>(acc, e);
    }
    if (i < blockEnd) {
      const at = <usize>i * sizeof<T>();
      const e = Exp.exp<T>(v128.sub<T>(loadPadded<T>(x + at, blockEnd - i, <T>-Infinity), s));
      if (y) storePart<T>(y + at, e, blockEnd - i);
      acc = v128.add<T>(acc, e);
      i = blockEnd;
    }
    total = v128.add<T>(total, acc);
  }
  return joinLanes<T, Sum<T>>(total);
}

/** The largest element of a row; NaN where there is one. */
export function maxRow<T>(x: usize, n: i32): T {
  return joinLanes<T, Max<T>>(foldRow<T, Max<T>>(x, n, <T>0));
}

/** A vector of columns, or one column splatted: which of them is decided once for all rows. */
export class Columns<T> {
  @inline load(x: usize, wide: bool): v128 {
    return wide ? v128.load(x) : v128.load_splat<T>(x);
  }
  @inline store(y: usize, v: v128, wide: bool): void {
    if (wide) v128.store(y, v);
    else store<T>(y, v128.extract_lane<T>(v, 0));
  }
}

/** The largest elements of n rows of columns that lie `stride` bytes apart. */
export function maxColumns<T>(x: usize, n: i32, stride: usize, wide: bool): v128 {
  const columns = changetype<Columns<T>>(0);
  let m = v128.splat<T>(<T>-Infinity);
  for (let i = 0; i < n; i++, x += stride) m = v128.max<T>(m, columns.load(x, wide));
  return m;
}

/** The sums of exp(x − shift) down columns; the terms go to `y` where it is not 0. */
export function expSumColumns<T>(y: usize, x: usize, n: i32, stride: usize, shift: v128, wide: bool): v128 {
  const columns = changetype<Columns<T>>(0);
  let total = v128.splat<T>(0);
  for (let i = 0; i < n;) {
    let acc = v128.splat<T>(0);
    for (const blockEnd = min(n, i + 32); i < blockEnd; i++) {
      const e = Exp.exp<T>(v128.sub<T>(columns.load(x, wide), shift));
      if (y) {
        columns.store(y, e, wide);
        y += stride;
      }
      acc = v128.add<T>(acc, e);
      x += stride;
    }
    total = v128.add<T>(total, acc);
  }
  return total;
}
