// Uniform numbers, whole numbers, coin flips and permutations from the stream of `mt19937.ts`, draw for draw as PyTorch's CPU kernels.
// Kernels that draw are sequential (units = 1); `state` is the generator's block of memory.
//
// Sources: ATen/core/DistributionsHelper.h, ATen/core/TransformationHelper.h and ATen/native/cpu/DistributionTemplates.h of PyTorch.
import { Twister } from './mt19937';

/** Seeds a generator as PyTorch does, from the low 32 bits of a seed. */
export function randomSeed(state: usize, seed: i32, begin: i32, end: i32): void {
  Twister.seed(state, <u32>seed);
}

/** y = n raw words. */
export function randomWords(y: usize, state: usize, n: i32, begin: i32, end: i32): void {
  for (let i = 0; i < n; i++, y += 4) store<u32>(y, Twister.next(state));
}

// x · scale + shift with one rounding: PyTorch's CPU kernels are compiled with fused multiply-add, and Wasm has none that is certain.
// The sum is rounded to odd in a wider format, which makes the second rounding harmless.
// Source: Boldo & Melquiond 2008, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd".
class Fused {
  /** f64 lanes of p + q, rounded to odd. */
  @inline static addToOdd(p: v128, q: v128): v128 {
    const sum = f64x2.add(p, q);
    const part = f64x2.sub(sum, p);
    const error = f64x2.add(f64x2.sub(p, f64x2.sub(sum, part)), f64x2.sub(q, part));
    const even = i64x2.eq(v128.and(sum, i64x2.splat(1)), i64x2.splat(0));
    const inexact = v128.and(f64x2.ne(error, f64x2.splat(0)), even);
    const step = v128.or(i64x2.shr_s(v128.xor(error, sum), 63), i64x2.splat(1));
    return i64x2.add(sum, v128.and(step, inexact));
  }

  /** Four lanes; the products of f32 numbers are exact in f64. */
  @inline static lanes(x: v128, scale: v128, shift: v128): v128 {
    const low = Fused.addToOdd(f64x2.mul(f64x2.promote_low_f32x4(x), scale), shift);
    const above = v128.shuffle<u32>(x, x, 2, 3, 2, 3);
    const high = Fused.addToOdd(f64x2.mul(f64x2.promote_low_f32x4(above), scale), shift);
    return v128.shuffle<u32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
  }

  @inline static f64(x: f64, scale: f64, shift: f64): f64 {
    const product = x * scale;
    if (Math.abs(scale) > 1e290) return product + shift; // where the split below would overflow
    const xHigh = Fused.high(x);
    const scaleHigh = Fused.high(scale);
    const xLow = x - xHigh;
    const scaleLow = scale - scaleHigh;
    const rest = xLow * scaleLow - (product - xHigh * scaleHigh - xLow * scaleHigh - xHigh * scaleLow);
    const inner = shift + rest;
    const innerError = Fused.error(shift, rest, inner);
    const sum = product + inner;
    const sumError = Fused.error(product, inner, sum);
    let odd = innerError + sumError;
    const lost = Fused.error(innerError, sumError, odd);
    if (lost != 0) {
      const bits = reinterpret<i64>(odd);
      if (!(bits & 1)) odd = reinterpret<f64>(bits + (lost > 0 == odd > 0 ? 1 : -1));
    }
    return sum + odd;
  }

  /** The upper 26 bits of a number (Veltkamp's split). */
  @inline static high(x: f64): f64 {
    const t = x * 134217729.0;
    return t - (t - x);
  }

  /** What a + b lost when it was rounded to sum. */
  @inline static error(a: f64, b: f64, sum: f64): f64 {
    const part = sum - a;
    return a - (sum - part) + (b - part);
  }
}

class Uniform {
  /** Without a shift one product is rounded once as it is. */
  @inline static lanes(words: v128, scale: v128, shift: v128, shifted: bool): v128 {
    const bits = v128.and(words, i32x4.splat(0xffffff));
    const x = f32x4.mul(f32x4.convert_i32x4_s(bits), f32x4.splat(<f32>1.0 / <f32>16777216.0));
    return shifted ? Fused.lanes(x, scale, shift) : f32x4.mul(x, scale);
  }

  @inline static fill(y: usize, state: usize, n: i32, scale: v128, shift: v128, shifted: bool): void {
    let left = <u32>n;
    while (left > 0) {
      const count = min<u32>(Twister.ready(state), left);
      let words = Twister.words(state);
      const stop = y + ((<usize>count) << 2);
      for (; y + 16 <= stop; y += 16, words += 16) {
        v128.store(y, Uniform.lanes(v128.load(words), scale, shift, shifted));
      }
      for (; y < stop; y += 4, words += 4) {
        store<f32>(y, f32x4.extract_lane(Uniform.lanes(v128.load32_zero(words), scale, shift, shifted), 0));
      }
      Twister.skip(state, count);
      left -= count;
    }
  }
}

/** y = n numbers uniform in [from, to), of 24 bits, one word each. */
export function uniform(y: usize, state: usize, n: i32, from: f64, to: f64, begin: i32, end: i32): void {
  const shift = <f32>from;
  const scale = <f32>to - shift;
  if (shift == 0) Uniform.fill(y, state, n, f32x4.splat(scale), f32x4.splat(0), false);
  else Uniform.fill(y, state, n, f64x2.splat(<f64>scale), f64x2.splat(<f64>shift), true);
}

/** y = n numbers uniform in [from, to), of 53 bits, two words each. */
export function uniformF64(y: usize, state: usize, n: i32, from: f64, to: f64, begin: i32, end: i32): void {
  const scale = to - from;
  for (let i = 0; i < n; i++, y += 8) store<f64>(y, Fused.f64(Twister.unit<f64>(state), scale, from));
}

function fillIntegers<T>(y: usize, state: usize, n: i32, base: f64, last: f64, wide: bool): void {
  const range = <u64>last + 1;
  const from = <i64>base;
  if (wide) {
    for (let i = 0; i < n; i++, y += sizeof<T>()) store<T>(y, <T>(from + <i64>(Twister.next64(state) % range)));
  } else if (range <= 0xffffffff) {
    const short = <u32>range;
    for (let i = 0; i < n; i++, y += sizeof<T>()) store<T>(y, <T>(from + <i64>(Twister.next(state) % short)));
  } else {
    for (let i = 0; i < n; i++, y += sizeof<T>()) store<T>(y, <T>(from + <i64>Twister.next(state)));
  }
}

/** y = n whole numbers base + word % (last + 1), in [base, base + last]; two words each where 32 bits do not hold the range. */
export function randomInteger(y: usize, state: usize, n: i32, base: f64, last: f64, begin: i32, end: i32): void {
  fillIntegers<f32>(y, state, n, base, last, last >= 4294967295.0);
}

/** As `randomInteger`. */
export function randomIntegerF64(y: usize, state: usize, n: i32, base: f64, last: f64, begin: i32, end: i32): void {
  fillIntegers<f64>(y, state, n, base, last, last >= 4294967295.0);
}

/** As `randomInteger`, always one word each. */
export function randomIntegerI32(y: usize, state: usize, n: i32, base: f64, last: f64, begin: i32, end: i32): void {
  fillIntegers<i32>(y, state, n, base, last, false);
}

/** As `randomInteger`, always one word each; for uint8 and bool. */
export function randomIntegerU8(y: usize, state: usize, n: i32, base: f64, last: f64, begin: i32, end: i32): void {
  fillIntegers<u8>(y, state, n, base, last, false);
}

/**
 * y = n bytes, 1 with probability p: a uniform number of 53 bits below p, two words each.
 * u · 2^-53 < p is decided on whole numbers, u < ceil(p · 2^53), two lanes at a time.
 */
export function bernoulli(y: usize, state: usize, n: i32, p: f64, begin: i32, end: i32): void {
  const limit = <i64>Math.ceil(p * 9007199254740992.0);
  const limits = i64x2.splat(limit);
  const stop = y + n;
  while (y < stop) {
    const pairs = min<u32>(<u32>(stop - y), Twister.ready(state) >> 1) & ~1;
    if (pairs == 0) {
      store<u8>(y++, u8(<i64>(Twister.next64(state) & 0x1fffffffffffff) < limit));
      continue;
    }
    let words = Twister.words(state);
    for (let i: u32 = 0; i < pairs; i += 2, words += 16, y += 2) {
      const drawn = v128.load(words);
      const bits = v128.and(v128.shuffle<u32>(drawn, drawn, 1, 0, 3, 2), i64x2.splat(0x1fffffffffffff));
      const below = i64x2.lt_s(bits, limits);
      store<u8>(y, (<u8>i64x2.extract_lane(below, 0)) & 1);
      store<u8>(y, (<u8>i64x2.extract_lane(below, 1)) & 1, 1);
    }
    Twister.skip(state, pairs << 1);
  }
}

/** y[i] = 1 with probability p[i], one word each. */
export function bernoulliTensor(y: usize, p: usize, state: usize, n: i32, begin: i32, end: i32): void {
  for (let i = 0; i < n; i++, p += 4) store<u8>(y + i, u8(Twister.unit<f32>(state) < load<f32>(p)));
}

/** y[i] = 1 with probability p[i], two words each. */
export function bernoulliTensorF64(y: usize, p: usize, state: usize, n: i32, begin: i32, end: i32): void {
  for (let i = 0; i < n; i++, p += 8) store<u8>(y + i, u8(Twister.unit<f64>(state) < load<f64>(p)));
}

/** y = a random permutation of 0 … n-1 (Fisher and Yates, from the front). */
export function randperm(y: usize, state: usize, n: i32, begin: i32, end: i32): void {
  // From 2^32 / 20 elements on one word modulo n would be visibly uneven: PyTorch then draws two and builds the permutation inside out.
  if (<u32>n >= 0xffffffff / 20) {
    for (let i = 0; i < n; i++) {
      const here = y + ((<usize>i) << 2);
      const there = y + ((<usize>(Twister.next64(state) % <u64>(i + 1))) << 2);
      store<i32>(here, i);
      store<i32>(here, load<i32>(there));
      store<i32>(there, i);
    }
    return;
  }
  for (let i = 0; i < n; i++) store<i32>(y + ((<usize>i) << 2), i);
  for (let i = 0; i < n - 1; i++, y += 4) {
    const there = y + ((<usize>(Twister.next(state) % <u32>(n - i))) << 2);
    const x = load<i32>(y);
    store<i32>(y, load<i32>(there));
    store<i32>(there, x);
  }
}
