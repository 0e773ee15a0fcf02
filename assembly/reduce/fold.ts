import { Fold, joinLanes, loadPadded } from './lanes';

/** Elements that a row sums straight on; longer rows split in halves, so that the error grows with the logarithm of the length. */
const BLOCK: i32 = 1024;
/** Rows that a column adds up before it passes the sum on to the next of three levels. */
const STEP: i32 = 32;

/** Folds n contiguous elements into a vector of lane-wise results, by halves in an order that n alone decides. */
export function foldRow<T, F extends Fold<T>>(x: usize, n: i32, c: T): v128 {
  const fold = changetype<F>(0);
  if (n > BLOCK) {
    const half = ((n >> 1) + BLOCK - 1) & -BLOCK;
    return fold.join(foldRow<T, F>(x, half, c), foldRow<T, F>(x + <usize>half * sizeof<T>(), n - half, c));
  }
  const lanes = <i32>(16 / sizeof<T>());
  const cv = v128.splat<T>(c);
  const start = v128.splat<T>(fold.start());
  let a0 = start;
  let a1 = start;
  let a2 = start;
  let a3 = start;
  let i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    a0 = fold.join(a0, fold.lane(v128.load(x, 0), cv));
    a1 = fold.join(a1, fold.lane(v128.load(x, 16), cv));
    a2 = fold.join(a2, fold.lane(v128.load(x, 32), cv));
    a3 = fold.join(a3, fold.lane(v128.load(x, 48), cv));
    x += 64;
  }
  for (; i + lanes <= n; i += lanes) {
    a0 = fold.join(a0, fold.lane(v128.load(x), cv));
    x += 16;
  }
  if (i < n) a1 = fold.join(a1, fold.lane(loadPadded<T>(x, n - i, fold.pad(c)), cv));
  return fold.join(fold.join(a0, a1), fold.join(a2, a3));
}

/** Folds one vector of columns over n rows that lie `stride` bytes apart: 32 rows, 32 of those, and all of those. */
export function foldColumn<T, F extends Fold<T>>(x: usize, n: i32, stride: usize, c: v128, splat: bool): v128 {
  const fold = changetype<F>(0);
  const start = v128.splat<T>(fold.start());
  let total = start;
  for (let i = 0; i < n;) {
    let middle = start;
    const middleEnd = min(n, i + STEP * STEP);
    while (i < middleEnd) {
      let acc = start;
      for (const end = min(middleEnd, i + STEP); i < end; i++) {
        acc = fold.join(acc, fold.lane(splat ? v128.load_splat<T>(x) : v128.load(x), c));
        x += stride;
      }
      middle = fold.join(middle, acc);
    }
    total = fold.join(total, middle);
  }
  return total;
}

/** Folds four adjacent vectors of columns, a cache line of float32, in the same order as `foldColumn`; writes them to `y`. */
function foldColumns4<T, F extends Fold<T>>(y: usize, x: usize, n: i32, stride: usize, at: usize): void {
  const fold = changetype<F>(0);
  const start = v128.splat<T>(fold.start());
  const c0 = at ? v128.load(at, 0) : start;
  const c1 = at ? v128.load(at, 16) : start;
  const c2 = at ? v128.load(at, 32) : start;
  const c3 = at ? v128.load(at, 48) : start;
  let t0 = start;
  let t1 = start;
  let t2 = start;
  let t3 = start;
  for (let i = 0; i < n;) {
    let m0 = start;
    let m1 = start;
    let m2 = start;
    let m3 = start;
    const middleEnd = min(n, i + STEP * STEP);
    while (i < middleEnd) {
      let a0 = start;
      let a1 = start;
      let a2 = start;
      let a3 = start;
      for (const end = min(middleEnd, i + STEP); i < end; i++) {
        a0 = fold.join(a0, fold.lane(v128.load(x, 0), c0));
        a1 = fold.join(a1, fold.lane(v128.load(x, 16), c1));
        a2 = fold.join(a2, fold.lane(v128.load(x, 32), c2));
        a3 = fold.join(a3, fold.lane(v128.load(x, 48), c3));
        x += stride;
      }
      m0 = fold.join(m0, a0);
      m1 = fold.join(m1, a1);
      m2 = fold.join(m2, a2);
      m3 = fold.join(m3, a3);
    }
    t0 = fold.join(t0, m0);
    t1 = fold.join(t1, m1);
    t2 = fold.join(t2, m2);
    t3 = fold.join(t3, m3);
  }
  v128.store(y, t0, 0);
  v128.store(y, t1, 16);
  v128.store(y, t2, 32);
  v128.store(y, t3, 48);
}

/**
 * Folds the middle dim of x [outer, n, inner], cut into chunks of at most `chunk`, into y [outer, chunks, inner], divided by `divisor` (floats).
 * `at` is 0 or points to values c [period, inner], of which output o takes line o modulo period. Units: elements of y.
 *
 * A long fold with few results runs twice: chunks in parallel, then the chunks of every result.
 */
export function fold<T, F extends Fold<T>>(
  y: usize,
  x: usize,
  at: usize,
  period: i32,
  n: i32,
  inner: i32,
  chunk: i32,
  divisor: f64,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const chunks = n > chunk ? (n + chunk - 1) / chunk : 1;
  const stride = <usize>inner * sizeof<T>();
  const by = isFloat<T>() ? <T>divisor : <T>1;
  for (let u = begin; u < end;) {
    const line = u / inner;
    const column = u - line * inner;
    const o = line / chunks;
    const first = (line - o * chunks) * chunk;
    const count = min(chunk, n - first);
    const from = x + (<usize>o * <usize>n + <usize>first) * stride + <usize>column * sizeof<T>();
    const to = y + <usize>u * sizeof<T>();
    const c = at ? at + (<usize>(o % period) * <usize>inner + <usize>column) * sizeof<T>() : 0;
    if (inner == 1) {
      const total = joinLanes<T, F>(foldRow<T, F>(from, count, at ? load<T>(c) : <T>0));
      store<T>(to, isFloat<T>() ? total / by : total);
      u += 1;
      continue;
    }
    const width = min(inner - column, end - u);
    if (width >= 4 * lanes) {
      foldColumns4<T, F>(to, from, count, stride, c);
      if (isFloat<T>()) {
        for (let p = to; p < to + 64; p += 16) v128.store(p, v128.div<T>(v128.load(p), v128.splat<T>(by)));
      }
      u += 4 * lanes;
    } else if (width >= lanes) {
      const total = foldColumn<T, F>(from, count, stride, at ? v128.load(c) : i64x2.splat(0), false);
      v128.store(to, isFloat<T>() ? v128.div<T>(total, v128.splat<T>(by)) : total);
      u += lanes;
    } else {
      const total = foldColumn<T, F>(from, count, stride, at ? v128.load_splat<T>(c) : i64x2.splat(0), true);
      const value = v128.extract_lane<T>(total, 0);
      store<T>(to, isFloat<T>() ? value / by : value);
      u += 1;
    }
  }
}
