import { loadPadded } from '../reduce/lanes';
import { storePart } from '../simd/lanes';

class Batch<T> {
  /** a x + b y + c: the gradient, with a = w rstd, b = −a rstd² mean(dy (x − μ)), c = −a mean(dy). */
  @inline affine(dy: v128, a: v128, x: v128, mean: v128, b: v128, c: v128): v128 {
    return v128.add<T>(v128.add<T>(v128.mul<T>(dy, a), v128.mul<T>(v128.sub<T>(x, mean), b)), c);
  }

  /** (x − mean) scale + shift. */
  @inline normal(x: v128, mean: v128, scale: v128, shift: v128): v128 {
    return v128.add<T>(v128.mul<T>(v128.sub<T>(x, mean), scale), shift);
  }
}

/**
 * y = (x − mean[c]) scale[c] + shift[c] over x [N, C, inner]. Where inner is 1 the channels are the lanes, else a channel's values are splatted.
 * Units: elements.
 * @dtypes f32 f64
 */
export function batchNorm<T>(
  y: usize,
  x: usize,
  mean: usize,
  scale: usize,
  shift: usize,
  C: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const batch = changetype<Batch<T>>(0);
  for (let u = begin; u < end;) {
    const line = u / inner;
    const c = <usize>(line % C) * sizeof<T>();
    const count = inner == 1 ? min(C - (line % C), end - u) : min((line + 1) * inner, end) - u;
    const from = x + <usize>u * sizeof<T>();
    const to = y + <usize>u * sizeof<T>();
    const splat = inner > 1;
    let m = v128.load_splat<T>(mean + c);
    let a = v128.load_splat<T>(scale + c);
    let b = v128.load_splat<T>(shift + c);
    let i = 0;
    for (; i + lanes <= count; i += lanes) {
      const at = <usize>i * sizeof<T>();
      if (!splat) {
        m = v128.load(mean + c + at);
        a = v128.load(scale + c + at);
        b = v128.load(shift + c + at);
      }
      v128.store(to + at, batch.normal(v128.load(from + at), m, a, b));
    }
    if (i < count) {
      const at = <usize>i * sizeof<T>();
      if (!splat) {
        m = loadPadded<T>(mean + c + at, count - i, 0);
        a = loadPadded<T>(scale + c + at, count - i, 0);
        b = loadPadded<T>(shift + c + at, count - i, 0);
      }
      storePart<T>(to + at, batch.normal(loadPadded<T>(from + at, count - i, 0), m, a, b), count - i);
    }
    u += count;
  }
}

/**
 * dx = dy a[c] + (x − mean[c]) b[c] + k[c] over [N, C, inner]. Units: elements.
 *
 * @dtypes f32 f64
 */
export function batchNormBackward<T>(
  dx: usize,
  dy: usize,
  x: usize,
  mean: usize,
  scale: usize,
  slope: usize,
  shift: usize,
  C: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  const lanes = <i32>(16 / sizeof<T>());
  const batch = changetype<Batch<T>>(0);
  for (let u = begin; u < end;) {
    const line = u / inner;
    const c = <usize>(line % C) * sizeof<T>();
    const count = inner == 1 ? min(C - (line % C), end - u) : min((line + 1) * inner, end) - u;
    const from = <usize>u * sizeof<T>();
    const splat = inner > 1;
    let m = v128.load_splat<T>(mean + c);
    let a = v128.load_splat<T>(scale + c);
    let b = v128.load_splat<T>(slope + c);
    let k = v128.load_splat<T>(shift + c);
    let i = 0;
    for (; i + lanes <= count; i += lanes) {
      const at = <usize>i * sizeof<T>();
      if (!splat) {
        m = v128.load(mean + c + at);
        a = v128.load(scale + c + at);
        b = v128.load(slope + c + at);
        k = v128.load(shift + c + at);
      }
      v128.store(dx + from + at, batch.affine(v128.load(dy + from + at), a, v128.load(x + from + at), m, b, k));
    }
    if (i < count) {
      const at = <usize>i * sizeof<T>();
      const rest = count - i;
      if (!splat) {
        m = loadPadded<T>(mean + c + at, rest, 0);
        a = loadPadded<T>(scale + c + at, rest, 0);
        b = loadPadded<T>(slope + c + at, rest, 0);
        k = loadPadded<T>(shift + c + at, rest, 0);
      }
      const g = loadPadded<T>(dy + from + at, rest, 0);
      storePart<T>(dx + from + at, batch.affine(g, a, loadPadded<T>(x + from + at, rest, 0), m, b, k), rest);
    }
    u += count;
  }
}

/**
 * rstd = 1 / sqrt(variance + eps), scale = weight rstd, shift = bias; weight and bias may be 0 (absent). Units: channels.
 *
 * @dtypes f32 f64
 */
export function batchNormScales<T>(
  rstd: usize,
  scale: usize,
  shift: usize,
  variance: usize,
  weight: usize,
  bias: usize,
  eps: f64,
  begin: i32,
  end: i32,
): void {
  for (let c = begin; c < end; c++) {
    const at = <usize>c * sizeof<T>();
    const r = <T>(1.0 / sqrt<f64>(<f64>load<T>(variance + at) + eps));
    store<T>(rstd + at, r);
    store<T>(scale + at, weight ? r * load<T>(weight + at) : r);
    store<T>(shift + at, bias ? load<T>(bias + at) : <T>0);
  }
}

/**
 * What the gradient needs of a channel of `count` elements, from db = Σ dy and dot = Σ dy (x − mean):
 * dw = dot rstd, scale = weight rstd, slope = −scale rstd² dot / count, shift = −scale db / count. Units: channels.
 * @dtypes f32 f64
 */
export function batchNormSlopes<T>(
  dw: usize,
  scale: usize,
  slope: usize,
  shift: usize,
  db: usize,
  dot: usize,
  rstd: usize,
  weight: usize,
  count: f64,
  begin: i32,
  end: i32,
): void {
  for (let c = begin; c < end; c++) {
    const at = <usize>c * sizeof<T>();
    const r = load<T>(rstd + at);
    const d = load<T>(dot + at);
    const a = weight ? r * load<T>(weight + at) : r;
    store<T>(dw + at, d * r);
    store<T>(scale + at, a);
    store<T>(slope + at, -a * r * r * (d / <T>count));
    store<T>(shift + at, -a * (load<T>(db + at) / <T>count));
  }
}

/**
 * running = (1 − m) running + m factor value. m is `momentum`, or 1 / batches (an int32 in memory) where momentum is negative:
 * the cumulative average. Units: channels.
 * @dtypes f32 f64
 */
export function batchNormUpdate<T>(
  running: usize,
  value: usize,
  batches: usize,
  momentum: f64,
  factor: f64,
  begin: i32,
  end: i32,
): void {
  const m = momentum < 0 ? 1.0 / <f64>load<i32>(batches) : momentum;
  for (let c = begin; c < end; c++) {
    const at = <usize>c * sizeof<T>();
    const old = <f64>load<T>(running + at);
    store<T>(running + at, <T>((1.0 - m) * old + m * factor * <f64>load<T>(value + at)));
  }
}
