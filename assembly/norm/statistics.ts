// The sums that a batch norm needs over lines of x [N, C, inner], each line read once: what channels make of them is in the op.
import { foldRow } from '../reduce/fold';
import { Sum, SumDeviations, joinLanes, loadPadded } from '../reduce/lanes';

/** Elements between two additions to the total of a line: short enough that float32 keeps its digits. */
const BLOCK: i32 = 1024;

/**
 * mean[u], square[u] = the mean of line u and the sum of its squared deviations from it. Units: lines.
 *
 * @dtypes f32 f64
 */
export function batchNormMoments<T>(mean: usize, square: usize, x: usize, inner: i32, begin: i32, end: i32): void {
  for (let u = <usize>begin; u < <usize>end; u++) {
    const line = x + u * <usize>inner * sizeof<T>();
    const m = joinLanes<T, Sum<T>>(foldRow<T, Sum<T>>(line, inner, <T>0)) / <T>inner;
    store<T>(mean + u * sizeof<T>(), m);
    store<T>(square + u * sizeof<T>(), joinLanes<T, Sum<T>>(foldRow<T, SumDeviations<T>>(line, inner, m)));
  }
}

/**
 * The mean and the biased variance of each channel from those of its N lines, as `moments` gives them.
 * Source: Chan, Golub & LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample variances". Units: channels.
 * @dtypes f32 f64
 */
export function batchNormJoin<T>(
  mean: usize,
  variance: usize,
  means: usize,
  squares: usize,
  N: i32,
  C: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  const step = <usize>C * sizeof<T>();
  for (let c = <usize>begin * sizeof<T>(); c < <usize>end * sizeof<T>(); c += sizeof<T>()) {
    const stop = <usize>N * step + c;
    let sum: f64 = 0;
    for (let at = c; at < stop; at += step) sum += <f64>load<T>(means + at);
    const m = sum / <f64>N;
    let within: f64 = 0;
    let between: f64 = 0;
    for (let at = c; at < stop; at += step) {
      const d = <f64>load<T>(means + at) - m;
      within += <f64>load<T>(squares + at);
      between += d * d;
    }
    store<T>(mean + c, <T>m);
    store<T>(variance + c, <T>((within / <f64>inner + between) / <f64>N));
  }
}

/**
 * sum[u], dot[u] = Σ dy and Σ dy (x − mean[c]) over line u of channel c. Units: lines.
 *
 * @dtypes f32 f64
 */
export function batchNormProducts<T>(
  sum: usize,
  dot: usize,
  dy: usize,
  x: usize,
  mean: usize,
  C: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  for (let u = begin; u < end; u++) {
    const line = <usize>u * <usize>inner * sizeof<T>();
    const m = load<T>(mean + <usize>(u % C) * sizeof<T>());
    const mv = v128.splat<T>(m);
    let sums = v128.splat<T>(0);
    let dots = sums;
    for (let i = 0; i < inner;) {
      let a = v128.splat<T>(0);
      let b = a;
      let c = a;
      let d = a;
      const blockEnd = min(inner, i + BLOCK);
      for (; i + 2 * lanes <= blockEnd; i += 2 * lanes) {
        const at = line + <usize>i * sizeof<T>();
        const g = v128.load(dy + at);
        const h = v128.load(dy + at, 16);
        a = v128.add<T>(a, g);
        b = v128.add<T>(b, h);
        c = v128.add<T>(c, v128.mul<T>(g, v128.sub<T>(v128.load(x + at), mv)));
        d = v128.add<T>(d, v128.mul<T>(h, v128.sub<T>(v128.load(x + at, 16), mv)));
      }
      for (; i < blockEnd; i += lanes) {
        const at = line + <usize>i * sizeof<T>();
        const rest = blockEnd - i;
        const g = rest >= lanes ? v128.load(dy + at) : loadPadded<T>(dy + at, rest, 0);
        const v = rest >= lanes ? v128.load(x + at) : loadPadded<T>(x + at, rest, m);
        a = v128.add<T>(a, g);
        c = v128.add<T>(c, v128.mul<T>(g, v128.sub<T>(v, mv)));
      }
      i = blockEnd;
      sums = v128.add<T>(sums, v128.add<T>(a, b));
      dots = v128.add<T>(dots, v128.add<T>(c, d));
    }
    store<T>(sum + <usize>u * sizeof<T>(), joinLanes<T, Sum<T>>(sums));
    store<T>(dot + <usize>u * sizeof<T>(), joinLanes<T, Sum<T>>(dots));
  }
}
