// Numbers of further distributions from the stream of `mt19937.ts`, draw for draw as PyTorch's CPU kernels, in float64 (the op casts).
// Kernels that draw are sequential (units = 1).
//
// Sources: ATen/core/TransformationHelper.h, ATen/native/Distributions.h and Distributions.cpp of PyTorch.
import { BoxMuller } from './box-muller';
import { Twister } from './mt19937';
import { logGamma } from './simd/gamma';
import { Scalar } from './simd/scalar';

/** y = n numbers median + sigma·tan(π(u − ½)). */
export function cauchyF64(y: usize, state: usize, n: i32, median: f64, sigma: f64, begin: i32, end: i32): void {
  for (let i = 0; i < n; i++, y += 8) {
    const angle = Math.PI * (Twister.unit<f64>(state) - 0.5);
    store<f64>(y, median + sigma * (Scalar.sin(angle) / Scalar.cos(angle)));
  }
}

/** y = n numbers ⌈log u / log(1 − p)⌉. */
export function geometricF64(y: usize, state: usize, n: i32, p: f64, begin: i32, end: i32): void {
  const rate = Scalar.log1p(-p);
  for (let i = 0; i < n; i++, y += 8) store<f64>(y, ceil(Scalar.log(Twister.unit<f64>(state)) / rate));
}

/** y = n numbers exp(mean + std·z), z normal, one by one. */
export function logNormalF64(y: usize, state: usize, n: i32, mean: f64, std: f64, begin: i32, end: i32): void {
  for (let i = 0; i < n; i++, y += 8) store<f64>(y, Scalar.exp(BoxMuller.next(state) * std + mean));
}

class Poisson {
  /** Products of uniform numbers until they fall below e^-rate. */
  static small(rate: f64, state: usize): f64 {
    const least = Scalar.exp(-rate);
    let count = 0.0;
    let product = Twister.unit<f64>(state);
    for (; product > least; product *= Twister.unit<f64>(state)) count += 1;
    return count;
  }

  /** Hörmann 1993, "The transformed rejection method for generating Poisson random variables". */
  static large(rate: f64, state: usize): f64 {
    const b = 0.931 + 2.53 * sqrt(rate);
    const a = -0.059 + 0.02483 * b;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    const limit = 0.9277 - 3.6224 / (b - 2);
    const logRate = Scalar.log(rate);
    while (true) {
      const u = Twister.unit<f64>(state) - 0.5;
      const v = Twister.unit<f64>(state);
      const edge = 0.5 - abs(u);
      const k = floor(((2 * a) / edge + b) * u + rate + 0.43);
      if (edge >= 0.07 && v <= limit) return k;
      if (k < 0 || (edge < 0.013 && v > edge)) continue;
      const tail = Scalar.log(v) + Scalar.log(inverseAlpha) - Scalar.log(a / (edge * edge) + b);
      if (tail <= -rate + k * logRate - logGamma(k + 1)) return k;
    }
  }
}

/** y[i] = a number of the Poisson distribution with mean rates[i] ≥ 0. */
export function poissonF64(y: usize, rates: usize, state: usize, n: i32, begin: i32, end: i32): void {
  for (let i = 0; i < n; i++, y += 8, rates += 8) {
    const rate = load<f64>(rates);
    store<f64>(y, rate == 0 ? 0 : rate >= 10 ? Poisson.large(rate, state) : Poisson.small(rate, state));
  }
}

class Gamma {
  /** Marsaglia & Tsang 2000, "A simple method for generating gamma variables"; `third` and `boost` as PyTorch rounds them. */
  static next(shape: f64, state: usize, single: bool): f64 {
    let scale = 1.0;
    let alpha = shape;
    if (alpha < 1) {
      if (alpha == 0) return 0;
      const power = single ? <f64>(<f32>1 / <f32>alpha) : 1 / alpha;
      scale = Scalar.pow(1 - Twister.unit<f64>(state), power);
      alpha = single ? <f64>(<f32>alpha + <f32>1) : alpha + 1;
    }
    const third = <f32>1 / <f32>3;
    const d = single ? <f64>(<f32>alpha - third) : alpha - <f64>third;
    const c = 1 / sqrt(9 * d);
    while (true) {
      let x: f64;
      let y: f64;
      do {
        x = BoxMuller.next(state);
        y = 1 + c * x;
      } while (y <= 0);
      const v = y * y * y;
      const u = 1 - Twister.unit<f64>(state);
      const square = x * x;
      if (u < 1 - <f64>(<f32>0.0331) * square * square) return scale * d * v;
      if (Scalar.log(u) < 0.5 * square + d * (1 - v + Scalar.log(v))) return scale * d * v;
    }
  }
}

/** y[i] = a number of the gamma distribution of shape alpha[i] and rate 1, above 0; `single` for shapes that were float32. */
export function gammaF64(y: usize, alpha: usize, state: usize, n: i32, single: i32, begin: i32, end: i32): void {
  for (let i = 0; i < n; i++, y += 8, alpha += 8) {
    const x = Gamma.next(load<f64>(alpha), state, single != 0);
    store<f64>(y, single ? max(<f64>(<f32>x), 1.1754943508222875e-38) : max(x, 2.2250738585072014e-308));
  }
}

class Binomial {
  /** What Stirling's formula for log k! leaves out: exact up to 9, then a series. */
  static tail(k: f64): f64 {
    const next = k + 1;
    // log √(2π)
    if (k <= 9) return logGamma(next) - (k + 0.5) * Scalar.log(next) + next - 0.9189385332046727;
    const square = next * next;
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / next;
  }

  /** Sums of geometric numbers until they exceed the count. */
  static small(count: f64, p: f64, state: usize, single: bool): f64 {
    let rate = Scalar.log1p(-p);
    if (single) rate = <f64>(<f32>rate);
    let sum = 0.0;
    let successes = 0.0;
    while (true) {
      sum += ceil(Scalar.log(Twister.unit<f64>(state)) / rate);
      if (!(sum <= count)) return successes;
      successes += 1;
    }
  }

  /** Hörmann 1993, "The generation of binomial random variates": transformed rejection; p ≤ ½. `single` as PyTorch rounds. */
  static large(count: f64, p: f64, state: usize, single: bool): f64 {
    const n32 = <f32>count;
    const p32 = <f32>p;
    const mean = single ? <f64>(n32 * p32) : count * p;
    const spread = single ? <f64>sqrt<f32>(n32 * p32 * (<f32>1 - p32)) : sqrt(count * p * (1 - p));
    const b = 1.15 + 2.53 * spread;
    const a = -0.0873 + 0.0248 * b + 0.01 * p;
    const c = mean + 0.5;
    const limit = 0.92 - 4.2 / b;
    const r = single ? <f64>(p32 / (<f32>1 - p32)) : p / (1 - p);
    const alpha = (2.83 + 5.1 / b) * spread;
    const m = single ? <f64>floor<f32>((n32 + <f32>1) * p32) : floor((count + 1) * p);
    while (true) {
      const u = Twister.unit<f64>(state) - 0.5;
      const v = Twister.unit<f64>(state);
      const edge = 0.5 - abs(u);
      const k = floor(((2 * a) / edge + b) * u + c);
      if (k < 0 || k > count) continue;
      if (edge >= 0.07 && v <= limit) return k;
      const bound =
        (m + 0.5) * Scalar.log((m + 1) / (r * (count - m + 1))) +
        (count + 1) * Scalar.log((count - m + 1) / (count - k + 1)) +
        (k + 0.5) * Scalar.log((r * (count - k + 1)) / (k + 1)) +
        Binomial.tail(m) +
        Binomial.tail(count - m) -
        Binomial.tail(k) -
        Binomial.tail(count - k);
      if (Scalar.log((v * alpha) / (a / (edge * edge) + b)) <= bound) return k;
    }
  }

  static next(count: f64, p: f64, state: usize, single: bool): f64 {
    if (p != p) return NaN;
    if (!(count > 0) || p <= 0) return 0;
    if (p >= 1) return count;
    const rare = p <= 0.5 ? p : single ? <f64>(<f32>(1 - p)) : 1 - p;
    const mean = single ? <f64>(<f32>count * <f32>rare) : count * rare;
    const k = mean >= 10 ? Binomial.large(count, rare, state, single) : Binomial.small(count, rare, state, single);
    return p <= 0.5 ? k : count - k;
  }
}

/** y[i] = a number of successes in counts[i] trials of probability p[i]; `single` for operands that were float32. */
export function binomialF64(
  y: usize,
  counts: usize,
  p: usize,
  state: usize,
  n: i32,
  single: i32,
  begin: i32,
  end: i32,
): void {
  for (let i: usize = 0; i < (<usize>n) << 3; i += 8) {
    store<f64>(y + i, Binomial.next(load<f64>(counts + i), load<f64>(p + i), state, single != 0));
  }
}
