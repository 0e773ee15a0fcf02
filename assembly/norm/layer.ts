import { foldRow } from '../reduce/fold';
import { Sum, SumDeviations, joinLanes, loadPadded } from '../reduce/lanes';
import { storePart } from '../simd/lanes';

/** Elements between two additions to the total of a row: short enough that float32 keeps its digits. */
const BLOCK: i32 = 1024;

class Normal<T> {
  /** ((x − mean) rstd) w + b. */
  @inline lane(x: v128, mean: v128, rstd: v128, w: v128, b: v128): v128 {
    return v128.add<T>(v128.mul<T>(v128.mul<T>(v128.sub<T>(x, mean), rstd), w), b);
  }

  /** rstd (g − a − x̂ b), with g = dy w. */
  @inline gradient(g: v128, x: v128, mean: v128, rstd: v128, a: v128, b: v128): v128 {
    const normal = v128.mul<T>(v128.sub<T>(x, mean), rstd);
    return v128.mul<T>(rstd, v128.sub<T>(v128.sub<T>(g, a), v128.mul<T>(normal, b)));
  }
}

/** Normalises rows of n elements. weight and bias [n] may be 0 (absent). Units: rows. */
function forward<T>(
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

/** dx = rstd (g − mean(g) − x̂ mean(g x̂)), g = dy weight, x̂ = (x − mean) rstd. Units: rows. */
function backward<T>(
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
  const one = v128.splat<T>(1);
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
      const blockEnd = min(n, i + BLOCK);
      for (; i + lanes <= blockEnd; i += lanes) {
        const at = <usize>i * sizeof<T>();
        let g = v128.load(dy + row + at);
        if (weight) g = v128.mul<T>(g, v128.load(weight + at));
        a = v128.add<T>(a, g);
        b = v128.add<T>(b, v128.mul<T>(g, v128.sub<T>(v128.load(x + row + at), mv)));
      }
      if (i < blockEnd) {
        const at = <usize>i * sizeof<T>();
        const count = blockEnd - i;
        let g = loadPadded<T>(dy + row + at, count, 0);
        if (weight) g = v128.mul<T>(g, loadPadded<T>(weight + at, count, 0));
        a = v128.add<T>(a, g);
        b = v128.add<T>(b, v128.mul<T>(g, v128.sub<T>(loadPadded<T>(x + row + at, count, m), mv)));
        i = blockEnd;
      }
      sum = v128.add<T>(sum, a);
      dot = v128.add<T>(dot, b);
    }
    const av = v128.splat<T>(joinLanes<T, Sum<T>>(sum) / <T>n);
    const bv = v128.mul<T>(v128.splat<T>(joinLanes<T, Sum<T>>(dot) / <T>n), sv);
    let i = 0;
    for (; i + lanes <= n; i += lanes) {
      const at = <usize>i * sizeof<T>();
      const w = weight ? v128.load(weight + at) : one;
      const g = v128.mul<T>(v128.load(dy + row + at), w);
      v128.store(dx + row + at, normal.gradient(g, v128.load(x + row + at), mv, sv, av, bv));
    }
    if (i < n) {
      const at = <usize>i * sizeof<T>();
      const w = weight ? loadPadded<T>(weight + at, n - i, 0) : one;
      const g = v128.mul<T>(loadPadded<T>(dy + row + at, n - i, 0), w);
      const v = normal.gradient(g, loadPadded<T>(x + row + at, n - i, m), mv, sv, av, bv);
      storePart<T>(dx + row + at, v, n - i);
    }
  }
}

/** Partial sums over chunks of rows: dw [chunks, n] of dy x̂ and db [chunks, n] of dy. Units: elements of dw. */
function parameters<T>(
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
    const toW = dw + <usize>u * sizeof<T>();
    const toB = db + <usize>u * sizeof<T>();
    memory.fill(toW, 0, <usize>count * sizeof<T>());
    memory.fill(toB, 0, <usize>count * sizeof<T>());
    // Row by row, so that x and dy are read in the order in which they lie; the sums stay in the cache.
    for (let r = part * chunk; r < last; r++) {
      const from = (<usize>r * <usize>n + <usize>first) * sizeof<T>();
      const mv = v128.load_splat<T>(mean + <usize>r * sizeof<T>());
      const sv = v128.load_splat<T>(rstd + <usize>r * sizeof<T>());
      let i = 0;
      for (; i + lanes <= count; i += lanes) {
        const at = <usize>i * sizeof<T>();
        const g = v128.load(dy + from + at);
        const normal = v128.mul<T>(v128.sub<T>(v128.load(x + from + at), mv), sv);
        v128.store(toW + at, v128.add<T>(v128.load(toW + at), v128.mul<T>(g, normal)));
        v128.store(toB + at, v128.add<T>(v128.load(toB + at), g));
      }
      if (i < count) {
        const at = <usize>i * sizeof<T>();
        const rest = count - i;
        const g = loadPadded<T>(dy + from + at, rest, 0);
        const normal = v128.mul<T>(v128.sub<T>(loadPadded<T>(x + from + at, rest, 0), mv), sv);
        storePart<T>(toW + at, v128.add<T>(loadPadded<T>(toW + at, rest, 0), v128.mul<T>(g, normal)), rest);
        storePart<T>(toB + at, v128.add<T>(loadPadded<T>(toB + at, rest, 0), g), rest);
      }
    }
    u += count;
  }
}

export function layerNorm(
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
  forward<f32>(y, mean, rstd, x, weight, bias, n, eps, begin, end);
}

export function layerNormF64(
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
  forward<f64>(y, mean, rstd, x, weight, bias, n, eps, begin, end);
}

export function layerNormBackward(
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
  backward<f32>(dx, dy, x, mean, rstd, weight, n, begin, end);
}

export function layerNormBackwardF64(
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
  backward<f64>(dx, dy, x, mean, rstd, weight, n, begin, end);
}

export function layerNormBackwardParameters(
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
  parameters<f32>(dw, db, dy, x, mean, rstd, rows, n, chunk, begin, end);
}

export function layerNormBackwardParametersF64(
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
  parameters<f64>(dw, db, dy, x, mean, rstd, rows, n, chunk, begin, end);
}
