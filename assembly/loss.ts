import { Exp } from './simd/exp';
import { storePart } from './simd/lanes';
import { Log } from './simd/log';
import { Columns, expSumColumns, expSumRow, maxColumns, maxRow } from './reduce/exp';
import { foldRow } from './reduce/fold';
import { Sum, joinLanes, loadPadded } from './reduce/lanes';

/** log Σ exp x of positions u … of x [N, C, inner]: one, or a vector of adjacent ones where `wide`. */
function logSum<T>(x: usize, C: i32, inner: i32, wide: bool): v128 {
  const stride = <usize>inner * sizeof<T>();
  if (inner == 1) {
    const m = maxRow<T>(x, C);
    return v128.add<T>(Log.log<T>(v128.splat<T>(expSumRow<T>(0, x, C, m))), v128.splat<T>(m));
  }
  const m = maxColumns<T>(x, C, stride, wide);
  return v128.add<T>(Log.log<T>(expSumColumns<T>(0, x, C, stride, m, wide)), m);
}

/**
 * The cross entropy of every position of x [N, C, inner] with its label in target [N, inner]:
 * loss = (1 − s) w[t] (lse − x[t]) + s / C Σ_c w[c] (lse − x[c]), s the smoothing, w the class weights (1 where the pointer is 0);
 * 0 where t is `ignore`, NaN where it is no class. `share` gets w[t], or 0 where ignored; `lse` gets log Σ exp x. Units: positions.
 */
function forward<T>(
  loss: usize,
  share: usize,
  lse: usize,
  x: usize,
  target: usize,
  weight: usize,
  C: i32,
  inner: i32,
  smoothing: f64,
  ignore: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const columns = changetype<Columns<T>>(0);
  for (let u = begin; u < end;) {
    const n = u / inner;
    const at = u - n * inner;
    const wide = inner > 1 && min(inner - at, end - u) >= lanes;
    const from = x + (<usize>n * <usize>C * <usize>inner + <usize>at) * sizeof<T>();
    columns.store(lse + <usize>u * sizeof<T>(), logSum<T>(from, C, inner, wide), wide);
    u += wide ? lanes : 1;
  }
  for (let u = begin; u < end; u++) {
    const n = u / inner;
    const from = x + (<usize>n * <usize>C * <usize>inner + <usize>(u - n * inner)) * sizeof<T>();
    const t = load<i32>(target + ((<usize>u) << 2));
    const l = load<T>(lse + <usize>u * sizeof<T>());
    let value: T = <T>0;
    let w: T = <T>0;
    if (t != ignore) {
      if (<u32>t >= <u32>C) {
        value = <T>NaN;
        w = <T>NaN;
      } else {
        w = weight ? load<T>(weight + <usize>t * sizeof<T>()) : <T>1;
        const nll = w * (l - load<T>(from + <usize>t * <usize>inner * sizeof<T>()));
        value = nll;
        if (smoothing > 0) {
          let all: f64 = 0;
          for (let c = 0; c < C; c++) {
            const term = l - load<T>(from + <usize>c * <usize>inner * sizeof<T>());
            all += <f64>(weight ? term * load<T>(weight + <usize>c * sizeof<T>()) : term);
          }
          value = <T>((1.0 - smoothing) * <f64>nll + (smoothing / <f64>C) * all);
        }
      }
    }
    store<T>(loss + <usize>u * sizeof<T>(), value);
    store<T>(share + <usize>u * sizeof<T>(), w);
  }
}

/** The mean over `count` positions: total = Σ share, y = Σ loss / total. Units: 1. */
function mean<T>(y: usize, total: usize, loss: usize, share: usize, count: i32, begin: i32, end: i32): void {
  if (begin >= end) return;
  const all = joinLanes<T, Sum<T>>(foldRow<T, Sum<T>>(share, count, <T>0));
  store<T>(total, all);
  store<T>(y, joinLanes<T, Sum<T>>(foldRow<T, Sum<T>>(loss, count, <T>0)) / all);
}

/** What every position's gradient needs: dy and the target, behind pointers. */
class Position<T> {
  /** dy of position u, divided by the total weight where `total` is not 0. */
  @inline upstream(dy: usize, dyStride: i32, total: usize, u: i32): T {
    const g = load<T>(dy + <usize>u * <usize>dyStride * sizeof<T>());
    return total ? g / load<T>(total) : g;
  }

  /** (1 − s) w[t], 0 where t is ignored, NaN where it is no class. */
  @inline own(t: i32, weight: usize, C: i32, smoothing: f64, ignore: i32): T {
    if (t == ignore) return <T>0;
    if (<u32>t >= <u32>C) return <T>NaN;
    const w = weight ? load<T>(weight + <usize>t * sizeof<T>()) : <T>1;
    return <T>((1.0 - smoothing) * <f64>w);
  }
}

/**
 * dx = g ((a + b) softmax(x) − a [c = t] − s / C w[c]), a = (1 − s) w[t], b = s / C Σ w, g the upstream gradient; 0 at ignored positions.
 * dy holds one element (`dyStride` 0) or one a position (1). Units: positions [N, inner].
 */
function backward<T>(
  dx: usize,
  dy: usize,
  x: usize,
  lse: usize,
  target: usize,
  weight: usize,
  total: usize,
  C: i32,
  inner: i32,
  dyStride: i32,
  smoothing: f64,
  ignore: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const position = changetype<Position<T>>(0);
  const stride = <usize>inner * sizeof<T>();
  const even = smoothing / <f64>C;
  let shared: f64 = even * <f64>C;
  if (weight && smoothing > 0) {
    shared = 0;
    for (let c = 0; c < C; c++) shared += <f64>load<T>(weight + <usize>c * sizeof<T>());
    shared *= even;
  }
  for (let u = begin; u < end; u++) {
    const n = u / inner;
    const from = (<usize>n * <usize>C * <usize>inner + <usize>(u - n * inner)) * sizeof<T>();
    const t = load<i32>(target + ((<usize>u) << 2));
    const ignored = t == ignore;
    const g: T = ignored ? <T>0 : position.upstream(dy, dyStride, total, u);
    const own = position.own(t, weight, C, smoothing, ignore);
    const l = v128.load_splat<T>(lse + <usize>u * sizeof<T>());
    const gv = v128.splat<T>(g);
    const mass = v128.splat<T>(<T>(<f64>own + shared));
    const ev = v128.splat<T>(<T>even);
    const step = inner == 1 ? lanes : 1;
    for (let c = 0; c < C; c += step) {
      const at = from + <usize>c * stride;
      const count = min(step, C - c);
      let e =
        inner == 1
          ? count == lanes
            ? v128.load(x + at)
            : loadPadded<T>(x + at, count, 0)
          : v128.load_splat<T>(x + at);
      e = v128.mul<T>(mass, Exp.exp<T>(v128.sub<T>(e, l)));
      if (smoothing > 0) {
        let w = ev;
        if (weight) {
          const p = weight + <usize>c * sizeof<T>();
          w = v128.mul<T>(ev, count == lanes ? v128.load(p) : loadPadded<T>(p, count, 0));
        }
        e = v128.sub<T>(e, w);
      }
      // An ignored position gets zeros even where x holds infinities.
      e = ignored ? v128.splat<T>(0) : v128.mul<T>(gv, e);
      if (count == lanes) v128.store(dx + at, e);
      else storePart<T>(dx + at, e, count);
    }
    if (!ignored && <u32>t < <u32>C) {
      const at = dx + from + <usize>t * stride;
      store<T>(at, load<T>(at) - g * own);
    }
  }
}

export function crossEntropy(
  loss: usize,
  share: usize,
  lse: usize,
  x: usize,
  target: usize,
  weight: usize,
  C: i32,
  inner: i32,
  smoothing: f64,
  ignore: i32,
  begin: i32,
  end: i32,
): void {
  forward<f32>(loss, share, lse, x, target, weight, C, inner, smoothing, ignore, begin, end);
}

export function crossEntropyF64(
  loss: usize,
  share: usize,
  lse: usize,
  x: usize,
  target: usize,
  weight: usize,
  C: i32,
  inner: i32,
  smoothing: f64,
  ignore: i32,
  begin: i32,
  end: i32,
): void {
  forward<f64>(loss, share, lse, x, target, weight, C, inner, smoothing, ignore, begin, end);
}

export function crossEntropyBackward(
  dx: usize,
  dy: usize,
  x: usize,
  lse: usize,
  target: usize,
  weight: usize,
  total: usize,
  C: i32,
  inner: i32,
  dyStride: i32,
  smoothing: f64,
  ignore: i32,
  begin: i32,
  end: i32,
): void {
  backward<f32>(dx, dy, x, lse, target, weight, total, C, inner, dyStride, smoothing, ignore, begin, end);
}

export function crossEntropyBackwardF64(
  dx: usize,
  dy: usize,
  x: usize,
  lse: usize,
  target: usize,
  weight: usize,
  total: usize,
  C: i32,
  inner: i32,
  dyStride: i32,
  smoothing: f64,
  ignore: i32,
  begin: i32,
  end: i32,
): void {
  backward<f64>(dx, dy, x, lse, target, weight, total, C, inner, dyStride, smoothing, ignore, begin, end);
}

export function crossEntropyMean(
  y: usize,
  total: usize,
  loss: usize,
  share: usize,
  count: i32,
  begin: i32,
  end: i32,
): void {
  mean<f32>(y, total, loss, share, count, begin, end);
}

export function crossEntropyMeanF64(
  y: usize,
  total: usize,
  loss: usize,
  share: usize,
  count: i32,
  begin: i32,
  end: i32,
): void {
  mean<f64>(y, total, loss, share, count, begin, end);
}
