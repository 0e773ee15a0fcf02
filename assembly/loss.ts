import { loadPart, storePart } from './simd/lanes';
import { Columns, Decay, expSumColumns, expSumRow, maxColumns, maxRow } from './reduce/exp';
import { foldRow } from './reduce/fold';
import { Sum, joinLanes } from './reduce/lanes';

/** The largest element of a position of x [N, C, inner], or of a vector of adjacent ones where W is bool. */
function peakOf<T, W>(x: usize, C: i32, inner: i32): v128 {
  if (!isBoolean<W>() && inner == 1) return v128.splat<T>(maxRow<T>(x, C));
  return maxColumns<T, W>(x, C, <usize>inner * sizeof<T>());
}

/** Σ exp (x − peak) of the same, times the factor of Decay.exp. */
function expSum<T, W>(x: usize, C: i32, inner: i32, peak: v128): v128 {
  if (!isBoolean<W>() && inner == 1) {
    return v128.splat<T>(expSumRow<T, i32>(0, x, C, v128.extract_lane<T>(peak, 0)));
  }
  return expSumColumns<T, W, i32>(0, x, C, <usize>inner * sizeof<T>(), peak);
}

/**
 * The cross entropy of every position of x [N, C, inner] with its label in target [N, inner]:
 * loss = (1 − s) w[t] (l + (m − x[t])) + s / C Σ_c w[c] (l + (m − x[c])), m the largest logit, l = log Σ exp (x − m), which are never
 * added: next to large logits l would round. s is the smoothing, w the class weights (1 where the pointer is 0); 0 where t is `ignore`,
 * NaN where it is no class. `share` gets w[t], or 0 where ignored; `peak` gets m, `total` Σ exp (x − m) with Decay's factor. Units: positions.
 * @dtypes f32 f64
 */
export function crossEntropy<T>(
  loss: usize,
  share: usize,
  peak: usize,
  total: usize,
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
  for (let u = begin; u < end;) {
    const n = u / inner;
    const at = u - n * inner;
    const from = x + (<usize>n * <usize>C * <usize>inner + <usize>at) * sizeof<T>();
    const to = <usize>u * sizeof<T>();
    // The logarithms wait where the losses will stand.
    if (inner > 1 && min(inner - at, end - u) >= lanes) {
      const m = peakOf<T, bool>(from, C, inner);
      const sum = expSum<T, bool>(from, C, inner, m);
      v128.store(peak + to, m);
      v128.store(total + to, sum);
      v128.store(loss + to, Decay.log<T>(sum));
      u += lanes;
    } else {
      const m = peakOf<T, i32>(from, C, inner);
      const sum = expSum<T, i32>(from, C, inner, m);
      store<T>(peak + to, v128.extract_lane<T>(m, 0));
      store<T>(total + to, v128.extract_lane<T>(sum, 0));
      store<T>(loss + to, v128.extract_lane<T>(Decay.log<T>(sum), 0));
      u += 1;
    }
  }
  for (let u = begin; u < end; u++) {
    const n = u / inner;
    const from = x + (<usize>n * <usize>C * <usize>inner + <usize>(u - n * inner)) * sizeof<T>();
    const t = load<i32>(target + ((<usize>u) << 2));
    const l = load<T>(loss + <usize>u * sizeof<T>());
    const m = load<T>(peak + <usize>u * sizeof<T>());
    let value: T = <T>0;
    let w: T = <T>0;
    if (t != ignore) {
      if (<u32>t >= <u32>C) {
        value = <T>NaN;
        w = <T>NaN;
      } else {
        w = weight ? load<T>(weight + <usize>t * sizeof<T>()) : <T>1;
        const nll = w * (l + (m - load<T>(from + <usize>t * <usize>inner * sizeof<T>())));
        value = nll;
        if (smoothing > 0) {
          let all: f64 = 0;
          for (let c = 0; c < C; c++) {
            const term = l + (m - load<T>(from + <usize>c * <usize>inner * sizeof<T>()));
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

/**
 * The mean over `count` positions: total = Σ share, y = Σ loss / total. Units: 1.
 *
 * @dtypes f32 f64
 */
export function crossEntropyMean<T>(
  y: usize,
  total: usize,
  loss: usize,
  share: usize,
  count: i32,
  begin: i32,
  end: i32,
): void {
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

  /** g (m exp(x − peak) − s / C w), m divided by the sum of these exponentials. */
  @inline lane(x: v128, peak: v128, mass: v128, share: v128, g: v128): v128 {
    return v128.mul<T>(g, v128.sub<T>(v128.mul<T>(mass, Decay.exp<T>(v128.sub<T>(x, peak))), share));
  }

  /** The vector with lane k replaced. */
  @inline put(v: v128, k: i32, value: T): v128 {
    if (k == 0) return v128.replace_lane<T>(v, 0, value);
    if (sizeof<T>() == 8) return v128.replace_lane<T>(v, 1, value);
    if (k == 1) return v128.replace_lane<T>(v, 1, value);
    return k == 2 ? put2<T>(v, value) : put3<T>(v, value);
  }
}

function put2<T>(v: v128, value: T): v128 {
  return sizeof<T>() == 4 ? v128.replace_lane<f32>(v, 2, <f32>value) : v;
}

function put3<T>(v: v128, value: T): v128 {
  return sizeof<T>() == 4 ? v128.replace_lane<f32>(v, 3, <f32>value) : v;
}

/** What the lanes of a position's gradient have in common; the positions' own terms are subtracted afterwards. */
function backwardRow<T>(dx: usize, x: usize, weight: usize, C: i32, peak: v128, mass: v128, even: v128, g: v128): void {
  const lanes = <i32>(16 / sizeof<T>());
  const position = changetype<Position<T>>(0);
  let c = 0;
  if (!weight) {
    for (; c + 2 * lanes <= C; c += 2 * lanes) {
      const a = position.lane(v128.load(x), peak, mass, even, g);
      const b = position.lane(v128.load(x, 16), peak, mass, even, g);
      v128.store(dx, a);
      v128.store(dx, b, 16);
      x += 32;
      dx += 32;
    }
  }
  for (; c < C; c += lanes) {
    const p = weight + <usize>c * sizeof<T>();
    const rest = C - c;
    const share = weight ? v128.mul<T>(even, rest >= lanes ? v128.load(p) : loadPart<T>(p, rest)) : even;
    const v = rest >= lanes ? v128.load(x) : loadPart<T>(x, rest);
    const d = position.lane(v, peak, mass, share, g);
    if (rest >= lanes) v128.store(dx, d);
    else storePart<T>(dx, d, rest);
    x += 16;
    dx += 16;
  }
}

/** As `backwardRow`, but lanes are positions (one where W is no bool) whose classes lie `stride` bytes apart. */
function backwardColumns<T, W>(
  dx: usize,
  x: usize,
  weight: usize,
  C: i32,
  stride: usize,
  peak: v128,
  mass: v128,
  even: v128,
  g: v128,
  mask: v128,
): void {
  const position = changetype<Position<T>>(0);
  const columns = changetype<Columns<T, W>>(0);
  for (let c = 0; c < C; c++) {
    const share = weight ? v128.mul<T>(even, v128.load_splat<T>(weight + <usize>c * sizeof<T>())) : even;
    columns.store(dx, v128.and(mask, position.lane(columns.load(x), peak, mass, share, g)));
    x += stride;
    dx += stride;
  }
}

/**
 * dx = g ((a + b) softmax(x) − a [c = t] − s / C w[c]), a = (1 − s) w[t], b = s / C Σ w, g the upstream gradient; 0 at ignored positions.
 * dy holds one element (`dyStride` 0) or one a position (1). Units: positions [N, inner]. Lanes are classes where inner is 1, else positions.
 * @dtypes f32 f64
 */
export function crossEntropyBackward<T>(
  dx: usize,
  dy: usize,
  x: usize,
  peak: usize,
  sum: usize,
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
  const ev = v128.splat<T>(<T>even);
  let shared: f64 = even * <f64>C;
  if (weight && smoothing > 0) {
    shared = 0;
    for (let c = 0; c < C; c++) shared += <f64>load<T>(weight + <usize>c * sizeof<T>());
    shared *= even;
  }
  for (let u = begin; u < end;) {
    const n = u / inner;
    const column = u - n * inner;
    const from = (<usize>n * <usize>C * <usize>inner + <usize>column) * sizeof<T>();
    const wide = inner > 1 && min(inner - column, end - u) >= lanes;
    const count = wide ? lanes : 1;
    let g = v128.splat<T>(0);
    let mass = v128.splat<T>(0);
    let kept = v128.splat<T>(0);
    for (let k = 0; k < count; k++) {
      const t = load<i32>(target + ((<usize>(u + k)) << 2));
      if (t == ignore) continue;
      const m = <T>(
        ((<f64>position.own(t, weight, C, smoothing, ignore) + shared) /
          <f64>load<T>(sum + <usize>(u + k) * sizeof<T>()))
      );
      const upstream = position.upstream(dy, dyStride, total, u + k);
      g = wide ? position.put(g, k, upstream) : v128.splat<T>(upstream);
      mass = wide ? position.put(mass, k, m) : v128.splat<T>(m);
      kept = wide ? position.put(kept, k, <T>1) : v128.splat<T>(1);
    }
    // An ignored position gets zeros even where x holds infinities.
    const mask = v128.ne<T>(kept, v128.splat<T>(0));
    const to = dx + from;
    if (wide) {
      backwardColumns<T, bool>(
        to,
        x + from,
        weight,
        C,
        stride,
        v128.load(peak + <usize>u * sizeof<T>()),
        mass,
        ev,
        g,
        mask,
      );
    } else {
      const l = v128.load_splat<T>(peak + <usize>u * sizeof<T>());
      if (inner > 1) backwardColumns<T, i32>(to, x + from, weight, C, stride, l, mass, ev, g, mask);
      else if (v128.any_true(mask)) backwardRow<T>(to, x + from, weight, C, l, mass, ev, g);
      else memory.fill(to, 0, <usize>C * sizeof<T>());
    }
    for (let k = 0; k < count; k++) {
      const t = load<i32>(target + ((<usize>(u + k)) << 2));
      if (t == ignore || <u32>t >= <u32>C) continue;
      const at = to + <usize>t * stride + <usize>k * sizeof<T>();
      const own = position.own(t, weight, C, smoothing, ignore);
      store<T>(at, load<T>(at) - position.upstream(dy, dyStride, total, u + k) * own);
    }
    u += count;
  }
}
