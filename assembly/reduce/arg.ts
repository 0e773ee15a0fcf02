import { Fold, Max, Min, joinLanes } from './lanes';
import { foldRow } from './fold';

/** Which of two elements an argmax or argmin prefers. The first of equals wins, and the first NaN beats all. */
abstract class Preference<T> {
  abstract better(a: v128, b: v128): v128;
}

class Larger<T> extends Preference<T> {
  @inline better(a: v128, b: v128): v128 {
    return v128.gt<T>(a, b);
  }
}

class Smaller<T> extends Preference<T> {
  @inline better(a: v128, b: v128): v128 {
    return v128.lt<T>(a, b);
  }
}

/** The index of the first element of a row that equals `value`, or that is NaN where `value` is. */
function find<T>(x: usize, n: i32, value: T): i32 {
  const lanes = <i32>(16 / sizeof<T>());
  const v = v128.splat<T>(value);
  const nan = isFloat<T>() && value != value;
  let i = 0;
  for (; i + lanes <= n; i += lanes) {
    const a = v128.load(x + <usize>i * sizeof<T>());
    const found = nan ? v128.ne<T>(a, a) : v128.eq<T>(a, v);
    const bits = sizeof<T>() == 8 ? i64x2.bitmask(found) : i32x4.bitmask(found);
    if (bits) return i + ctz<i32>(bits);
  }
  for (; i < n; i++) {
    const a = load<T>(x + <usize>i * sizeof<T>());
    if (nan ? a != a : a == value) return i;
  }
  return 0;
}

/** Improves the best of one vector of columns by row i; only what changes is written. */
function improve<T, P extends Preference<T>>(y: usize, index: usize, a: v128, i: i32): void {
  const best = v128.load(y);
  const mask = replaces<T, P>(a, best);
  if (!v128.any_true(mask)) return;
  v128.store(y, v128.bitselect(a, best, mask));
  if (sizeof<T>() == 8) {
    const pair = i8x16.shuffle(mask, mask, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11);
    v128.store_lane<u64>(index, v128.bitselect(i32x4.splat(i), v128.load_zero<u64>(index), pair), 0);
  } else {
    v128.store(index, v128.bitselect(i32x4.splat(i), v128.load(index), mask));
  }
}

/** Where a replaces the best so far. A NaN replaces all but an earlier NaN, which nothing replaces: every comparison with it is false. */
function replaces<T, P extends Preference<T>>(a: v128, best: v128): v128 {
  const mask = changetype<P>(0).better(a, best);
  return isFloat<T>() ? v128.or(mask, v128.andnot(v128.ne<T>(a, a), v128.ne<T>(best, best))) : mask;
}

/** The best of `count` adjacent columns and their rows, row by row: x is read in the order in which it lies. */
function columns<T, P extends Preference<T>>(
  y: usize,
  index: usize,
  x: usize,
  n: i32,
  stride: usize,
  first: i32,
  count: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  memory.copy(y, x, <usize>count * sizeof<T>());
  for (let c = 0; c < count; c++) store<i32>(index + ((<usize>c) << 2), first);
  for (let i = 1; i < n; i++) {
    x += stride;
    let c = 0;
    for (; c + lanes <= count; c += lanes) {
      const at = <usize>c * sizeof<T>();
      improve<T, P>(y + at, index + ((<usize>c) << 2), v128.load(x + at), first + i);
    }
    for (; c < count; c++) {
      const at = <usize>c * sizeof<T>();
      const a = load<T>(x + at);
      const mask = replaces<T, P>(v128.splat<T>(a), v128.load_splat<T>(y + at));
      if (!v128.any_true(mask)) continue;
      store<T>(y + at, a);
      store<i32>(index + ((<usize>c) << 2), first + i);
    }
  }
}

/** The best elements y and their indices along the middle dim of x [outer, n, inner], in chunks as in `fold`. n ≥ 1. */
function best<T, F extends Fold<T>, P extends Preference<T>>(
  y: usize,
  index: usize,
  x: usize,
  n: i32,
  inner: i32,
  chunk: i32,
  begin: i32,
  end: i32,
): void {
  const chunks = n > chunk ? (n + chunk - 1) / chunk : 1;
  const stride = <usize>inner * sizeof<T>();
  for (let u = begin; u < end;) {
    const line = u / inner;
    const at = u - line * inner;
    const o = line / chunks;
    const first = (line - o * chunks) * chunk;
    const count = min(chunk, n - first);
    const from = x + (<usize>o * <usize>n + <usize>first) * stride + <usize>at * sizeof<T>();
    const to = y + <usize>u * sizeof<T>();
    const toIndex = index + ((<usize>u) << 2);
    if (inner == 1) {
      const i = find<T>(from, count, joinLanes<T, F>(foldRow<T, F>(from, count, <T>0)));
      store<T>(to, load<T>(from + <usize>i * sizeof<T>()));
      store<i32>(toIndex, first + i);
      u += 1;
    } else {
      const width = min(inner - at, end - u);
      columns<T, P>(to, toIndex, from, count, stride, first, width);
      u += width;
    }
  }
}

/** @dtypes f32 f64 i32 */
export function argmax<T>(
  y: usize,
  index: usize,
  x: usize,
  n: i32,
  inner: i32,
  chunk: i32,
  begin: i32,
  end: i32,
): void {
  best<T, Max<T>, Larger<T>>(y, index, x, n, inner, chunk, begin, end);
}

/** @dtypes f32 f64 i32 */
export function argmin<T>(
  y: usize,
  index: usize,
  x: usize,
  n: i32,
  inner: i32,
  chunk: i32,
  begin: i32,
  end: i32,
): void {
  best<T, Min<T>, Smaller<T>>(y, index, x, n, inner, chunk, begin, end);
}

/** Replaces indices into chunk results, y[i] = from[i's line][y[i]], by the indices that the chunks had found. Units: elements of y [outer, inner]. */
export function argChunks(y: usize, from: usize, chunks: i32, inner: i32, begin: i32, end: i32): void {
  for (let u = begin; u < end; u++) {
    const o = u / inner;
    const at = y + ((<usize>u) << 2);
    const line = o * chunks + load<i32>(at);
    store<i32>(at, load<i32>(from + ((<usize>line * <usize>inner + <usize>(u - o * inner)) << 2)));
  }
}
