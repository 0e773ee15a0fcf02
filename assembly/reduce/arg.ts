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

/** The best of a vector of columns (or of one, splatted) and its row; the mask lanes are as wide as T, and so are the indices. */
function column<T, P extends Preference<T>>(
  y: usize,
  index: usize,
  x: usize,
  n: i32,
  stride: usize,
  first: i32,
  splat: bool,
): void {
  let best = splat ? v128.load_splat<T>(x) : v128.load(x);
  let where = i64x2.splat(0);
  for (let i = 1; i < n; i++) {
    x += stride;
    const a = splat ? v128.load_splat<T>(x) : v128.load(x);
    let mask = changetype<P>(0).better(a, best);
    // A NaN replaces all but an earlier NaN, which nothing replaces: every comparison with it is false.
    if (isFloat<T>()) mask = v128.or(mask, v128.andnot(v128.ne<T>(a, a), v128.ne<T>(best, best)));
    best = v128.bitselect(a, best, mask);
    where = v128.bitselect(sizeof<T>() == 8 ? i64x2.splat(i) : i32x4.splat(i), where, mask);
  }
  if (sizeof<T>() == 8) {
    store<T>(y, v128.extract_lane<T>(best, 0));
    store<i32>(index, first + <i32>i64x2.extract_lane(where, 0));
    if (splat) return;
    store<T>(y, v128.extract_lane<T>(best, 1), 8);
    store<i32>(index, first + <i32>i64x2.extract_lane(where, 1), 4);
  } else if (splat) {
    store<T>(y, v128.extract_lane<T>(best, 0));
    store<i32>(index, first + i32x4.extract_lane(where, 0));
  } else {
    v128.store(y, best);
    v128.store(index, i32x4.add(where, i32x4.splat(first)));
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
  const lanes = <i32>(16 / sizeof<T>());
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
    } else if (min(inner - at, end - u) >= lanes) {
      column<T, P>(to, toIndex, from, count, stride, first, false);
      u += lanes;
    } else {
      column<T, P>(to, toIndex, from, count, stride, first, true);
      u += 1;
    }
  }
}

export function argmax(y: usize, index: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  best<f32, Max<f32>, Larger<f32>>(y, index, x, n, inner, chunk, begin, end);
}

export function argmaxF64(
  y: usize,
  index: usize,
  x: usize,
  n: i32,
  inner: i32,
  chunk: i32,
  begin: i32,
  end: i32,
): void {
  best<f64, Max<f64>, Larger<f64>>(y, index, x, n, inner, chunk, begin, end);
}

export function argmaxI32(
  y: usize,
  index: usize,
  x: usize,
  n: i32,
  inner: i32,
  chunk: i32,
  begin: i32,
  end: i32,
): void {
  best<i32, Max<i32>, Larger<i32>>(y, index, x, n, inner, chunk, begin, end);
}

export function argmin(y: usize, index: usize, x: usize, n: i32, inner: i32, chunk: i32, begin: i32, end: i32): void {
  best<f32, Min<f32>, Smaller<f32>>(y, index, x, n, inner, chunk, begin, end);
}

export function argminF64(
  y: usize,
  index: usize,
  x: usize,
  n: i32,
  inner: i32,
  chunk: i32,
  begin: i32,
  end: i32,
): void {
  best<f64, Min<f64>, Smaller<f64>>(y, index, x, n, inner, chunk, begin, end);
}

export function argminI32(
  y: usize,
  index: usize,
  x: usize,
  n: i32,
  inner: i32,
  chunk: i32,
  begin: i32,
  end: i32,
): void {
  best<i32, Min<i32>, Smaller<i32>>(y, index, x, n, inner, chunk, begin, end);
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
