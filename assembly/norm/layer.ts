import { foldRow } from '../reduce/fold';
import { Sum, SumDeviations, joinLanes, loadPadded } from '../reduce/lanes';
import { storePart } from '../simd/lanes';

/** Elements between two additions to the total of a row: short enough that float32 keeps its digits. */
const BLOCK: i32 = 1024;

class Normal<T> {
  /** (x − mean) rstd. */
  @inline plain(x: v128, mean: v128, rstd: v128): v128 {
    return v128.mul<T>(v128.sub<T>(x, mean), rstd);
  }

  /** ((x − mean) rstd) w + b. */
  @inline lane(x: v128, mean: v128, rstd: v128, w: v128, b: v128): v128 {
    return v128.add<T>(v128.mul<T>(this.plain(x, mean, rstd), w), b);
  }

  /** rstd (g − a − x̂ b), with g = dy w. */
  @inline gradient(g: v128, x: v128, mean: v128, rstd: v128, a: v128, b: v128): v128 {
    const normal = v128.mul<T>(v128.sub<T>(x, mean), rstd);
    return v128.mul<T>(rstd, v128.sub<T>(v128.sub<T>(g, a), v128.mul<T>(normal, b)));
  }
}

/** dy times the weight where W is bool; else dy. */
class Scaled<T, W> {
  @inline load(dy: usize, weight: usize): v128 {
    const g = v128.load(dy);
    return isBoolean<W>() ? v128.mul<T>(g, v128.load(weight)) : g;
  }

  /** The first `count` elements at most. */
  @inline part(dy: usize, weight: usize, count: i32): v128 {
    const g = loadUpTo<T>(dy, count, 0);
    return isBoolean<W>() ? v128.mul<T>(g, loadUpTo<T>(weight, count, 0)) : g;
  }
}

/** A vector, padded where fewer elements are left. */
function loadUpTo<T>(x: usize, count: i32, pad: T): v128 {
  return count >= <i32>(16 / sizeof<T>()) ? v128.load(x) : loadPadded<T>(x, count, pad);
}

/**
 * Normalises rows of n elements. weight and bias [n] may be 0 (absent). Units: rows.
 *
 * @dtypes f32 f64
 */
export function layerNorm<T>(
  y: usize,
  mean: usize,
  rstd: usize,
  x: usize,
  weight: usize,
  bias: usize,
  n: i32,
  eps: f64,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const normal = changetype<Normal<T>>(0);
  const one = v128.splat<T>(1);
  const zero = v128.splat<T>(0);
  for (let r = begin; r < end; r++) {
    const row = x + <usize>r * <usize>n * sizeof<T>();
    const to = y + <usize>r * <usize>n * sizeof<T>();
    const m = joinLanes<T, Sum<T>>(foldRow<T, Sum<T>>(row, n, <T>0)) / <T>n;
    const variance = joinLanes<T, Sum<T>>(foldRow<T, SumDeviations<T>>(row, n, m)) / <T>n;
    const s = <T>(1.0 / sqrt<f64>(<f64>variance + eps));
    store<T>(mean + <usize>r * sizeof<T>(), m);
    store<T>(rstd + <usize>r * sizeof<T>(), s);
    const mv = v128.splat<T>(m);
    const sv = v128.splat<T>(s);
    let i = 0;
    if (!weight && !bias) {
      for (; i + 4 * lanes <= n; i += 4 * lanes) {
        const from = row + <usize>i * sizeof<T>();
        const at = to + <usize>i * sizeof<T>();
        v128.store(at, normal.plain(v128.load(from), mv, sv));
        v128.store(at, normal.plain(v128.load(from, 16), mv, sv), 16);
        v128.store(at, normal.plain(v128.load(from, 32), mv, sv), 32);
        v128.store(at, normal.plain(v128.load(from, 48), mv, sv), 48);
      }
      for (; i < n; i += lanes) {
        const at = <usize>i * sizeof<T>();
        const v = normal.plain(loadUpTo<T>(row + at, n - i, m), mv, sv);
        if (n - i >= lanes) v128.store(to + at, v);
        else storePart<T>(to + at, v, n - i);
      }
      continue;
    }
    if (weight && bias) {
      for (; i + 4 * lanes <= n; i += 4 * lanes) {
        const from = row + <usize>i * sizeof<T>();
        const w = weight + <usize>i * sizeof<T>();
        const b = bias + <usize>i * sizeof<T>();
        const at = to + <usize>i * sizeof<T>();
        v128.store(at, normal.lane(v128.load(from), mv, sv, v128.load(w), v128.load(b)));
        v128.store(at, normal.lane(v128.load(from, 16), mv, sv, v128.load(w, 16), v128.load(b, 16)), 16);
        v128.store(at, normal.lane(v128.load(from, 32), mv, sv, v128.load(w, 32), v128.load(b, 32)), 32);
        v128.store(at, normal.lane(v128.load(from, 48), mv, sv, v128.load(w, 48), v128.load(b, 48)), 48);
      }
    }
    for (; i + lanes <= n; i += lanes) {
      const at = <usize>i * sizeof<T>();
      const w = weight ? v128.load(weight + at) : one;
      const b = bias ? v128.load(bias + at) : zero;
      v128.store(to + at, normal.lane(v128.load(row + at), mv, sv, w, b));
    }
    if (i < n) {
      const at = <usize>i * sizeof<T>();
      const w = weight ? loadPadded<T>(weight + at, n - i, 1) : one;
      const b = bias ? loadPadded<T>(bias + at, n - i, 0) : zero;
      storePart<T>(to + at, normal.lane(loadPadded<T>(row + at, n - i, m), mv, sv, w, b), n - i);
    }
  }
}

/** dx = rstd (g − mean(g) − x̂ mean(g x̂)), g = dy weight (W is bool) or dy, x̂ = (x − mean) rstd. Units: rows. */
function backward<T, W>(
  dx: usize,
  dy: usize,
  x: usize,
  mean: usize,
  rstd: usize,
  weight: usize,
  n: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const normal = changetype<Normal<T>>(0);
  const scaled = changetype<Scaled<T, W>>(0);
  for (let r = begin; r < end; r++) {
    const row = <usize>r * <usize>n * sizeof<T>();
    const m = load<T>(mean + <usize>r * sizeof<T>());
    const mv = v128.splat<T>(m);
    const sv = v128.load_splat<T>(rstd + <usize>r * sizeof<T>());
    let sum = v128.splat<T>(0);
    let dot = v128.splat<T>(0);
    for (let i = 0; i < n;) {
      let a = v128.splat<T>(0);
      let b = v128.splat<T>(0);
      let c = v128.splat<T>(0);
      let d = v128.splat<T>(0);
      const blockEnd = min(n, i + BLOCK);
      for (; i + 2 * lanes <= blockEnd; i += 2 * lanes) {
        const at = <usize>i * sizeof<T>();
        const g = scaled.load(dy + row + at, weight + at);
        const h = scaled.load(dy + row + at + 16, weight + at + 16);
        a = v128.add<T>(a, g);
        c = v128.add<T>(c, h);
        b = v128.add<T>(b, v128.mul<T>(g, v128.sub<T>(v128.load(x + row + at), mv)));
        d = v128.add<T>(d, v128.mul<T>(h, v128.sub<T>(v128.load(x + row + at, 16), mv)));
      }
      for (; i < blockEnd; i += lanes) {
        const at = <usize>i * sizeof<T>();
        const count = blockEnd - i;
        const g = scaled.part(dy + row + at, weight + at, count);
        a = v128.add<T>(a, g);
        b = v128.add<T>(b, v128.mul<T>(g, v128.sub<T>(loadUpTo<T>(x + row + at, count, m), mv)));
      }
      i = blockEnd;
      sum = v128.add<T>(sum, v128.add<T>(a, c));
      dot = v128.add<T>(dot, v128.add<T>(b, d));
    }
    const av = v128.splat<T>(joinLanes<T, Sum<T>>(sum) / <T>n);
    const bv = v128.mul<T>(v128.splat<T>(joinLanes<T, Sum<T>>(dot) / <T>n), sv);
    let i = 0;
    for (; i + 2 * lanes <= n; i += 2 * lanes) {
      const at = <usize>i * sizeof<T>();
      const g = scaled.load(dy + row + at, weight + at);
      const h = scaled.load(dy + row + at + 16, weight + at + 16);
      const c = normal.gradient(g, v128.load(x + row + at), mv, sv, av, bv);
      const d = normal.gradient(h, v128.load(x + row + at, 16), mv, sv, av, bv);
      v128.store(dx + row + at, c);
      v128.store(dx + row + at, d, 16);
    }
    for (; i < n; i += lanes) {
      const at = <usize>i * sizeof<T>();
      const g = scaled.part(dy + row + at, weight + at, n - i);
      const v = normal.gradient(g, loadUpTo<T>(x + row + at, n - i, m), mv, sv, av, bv);
      if (n - i >= lanes) v128.store(dx + row + at, v);
      else storePart<T>(dx + row + at, v, n - i);
    }
  }
}

/** Columns of partial sums that are kept in registers at a time, in vectors. */
const TILE: i32 = 4;

/** dw and db of TILE vectors of columns, or of one: over `rows` rows of `bytes` bytes. */
function sumColumns<T, W>(
  dw: usize,
  db: usize,
  dy: usize,
  x: usize,
  mean: usize,
  rstd: usize,
  rows: i32,
  bytes: usize,
): void {
  let w0 = v128.splat<T>(0);
  let w1 = w0;
  let w2 = w0;
  let w3 = w0;
  let b0 = w0;
  let b1 = w0;
  let b2 = w0;
  let b3 = w0;
  for (let r = 0; r < rows; r++) {
    const m = v128.load_splat<T>(mean);
    const s = v128.load_splat<T>(rstd);
    const g0 = v128.load(dy);
    b0 = v128.add<T>(b0, g0);
    w0 = v128.add<T>(w0, v128.mul<T>(g0, v128.mul<T>(v128.sub<T>(v128.load(x), m), s)));
    if (isBoolean<W>()) {
      const g1 = v128.load(dy, 16);
      b1 = v128.add<T>(b1, g1);
      w1 = v128.add<T>(w1, v128.mul<T>(g1, v128.mul<T>(v128.sub<T>(v128.load(x, 16), m), s)));
      const g2 = v128.load(dy, 32);
      b2 = v128.add<T>(b2, g2);
      w2 = v128.add<T>(w2, v128.mul<T>(g2, v128.mul<T>(v128.sub<T>(v128.load(x, 32), m), s)));
      const g3 = v128.load(dy, 48);
      b3 = v128.add<T>(b3, g3);
      w3 = v128.add<T>(w3, v128.mul<T>(g3, v128.mul<T>(v128.sub<T>(v128.load(x, 48), m), s)));
    }
    dy += bytes;
    x += bytes;
    mean += sizeof<T>();
    rstd += sizeof<T>();
  }
  v128.store(dw, w0);
  v128.store(db, b0);
  if (isBoolean<W>()) {
    v128.store(dw, w1, 16);
    v128.store(dw, w2, 32);
    v128.store(dw, w3, 48);
    v128.store(db, b1, 16);
    v128.store(db, b2, 32);
    v128.store(db, b3, 48);
  }
}

/** As `sumColumns` for a single column. */
function sumColumn<T>(
  dw: usize,
  db: usize,
  dy: usize,
  x: usize,
  mean: usize,
  rstd: usize,
  rows: i32,
  bytes: usize,
): void {
  let w: T = 0;
  let b: T = 0;
  for (let r: usize = 0; r < <usize>rows; r++) {
    const g = load<T>(dy + r * bytes);
    b += g;
    w += g * ((load<T>(x + r * bytes) - load<T>(mean + r * sizeof<T>())) * load<T>(rstd + r * sizeof<T>()));
  }
  store<T>(dw, w);
  store<T>(db, b);
}

/**
 * Partial sums over chunks of rows: dw [chunks, n] of dy x̂ and db [chunks, n] of dy. Units: elements of dw.
 *
 * @dtypes f32 f64
 */
export function layerNormBackwardParameters<T>(
  dw: usize,
  db: usize,
  dy: usize,
  x: usize,
  mean: usize,
  rstd: usize,
  rows: i32,
  n: i32,
  chunk: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  for (let u = begin; u < end;) {
    const part = u / n;
    const first = u - part * n;
    const count = min(n - first, end - u);
    const last = min(rows, (part + 1) * chunk);
    const rowsHere = last - part * chunk;
    const bytes = <usize>n * sizeof<T>();
    const means = mean + <usize>(part * chunk) * sizeof<T>();
    const rstds = rstd + <usize>(part * chunk) * sizeof<T>();
    const from = <usize>(part * chunk) * bytes + <usize>first * sizeof<T>();
    let i = 0;
    for (let at: usize = 0; i < count; at = <usize>i * sizeof<T>()) {
      const to = <usize>u * sizeof<T>() + at;
      if (i + TILE * lanes <= count) {
        sumColumns<T, bool>(dw + to, db + to, dy + from + at, x + from + at, means, rstds, rowsHere, bytes);
        i += TILE * lanes;
      } else if (i + lanes <= count) {
        sumColumns<T, i32>(dw + to, db + to, dy + from + at, x + from + at, means, rstds, rowsHere, bytes);
        i += lanes;
      } else {
        sumColumn<T>(dw + to, db + to, dy + from + at, x + from + at, means, rstds, rowsHere, bytes);
        i += 1;
      }
    }
    u += count;
  }
}

/** @dtypes f32 f64 */
export function layerNormBackward<T>(
  dx: usize,
  dy: usize,
  x: usize,
  mean: usize,
  rstd: usize,
  weight: usize,
  n: i32,
  begin: i32,
  end: i32,
): void {
  if (weight) backward<T, bool>(dx, dy, x, mean, rstd, weight, n, begin, end);
  else backward<T, i32>(dx, dy, x, mean, rstd, 0, n, begin, end);
}
