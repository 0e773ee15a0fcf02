// Uniform numbers, whole numbers, coin flips and permutations from the stream of `mt19937.ts`, draw for draw as PyTorch's CPU kernels.
// Kernels that draw are sequential (units = 1); `state` is the generator's block of memory.
//
// Sources: ATen/core/DistributionsHelper.h, ATen/core/TransformationHelper.h and ATen/native/cpu/DistributionTemplates.h of PyTorch.
import { Twister } from './mt19937';
import { Fused, Uniform } from './uniform';

/** Seeds a generator as PyTorch does, from the low 32 bits of a seed. */
export function randomSeed(state: usize, seed: i32, begin: i32, end: i32): void {
  Twister.seed(state, <u32>seed);
}

/** y = n raw words. */
export function randomWords(y: usize, state: usize, n: i32, begin: i32, end: i32): void {
  for (let i = 0; i < n; i++, y += 4) store<u32>(y, Twister.next(state));
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

/**
 * y = n whole numbers base + word % (last + 1), in [base, base + last]; two words each where 32 bits do not hold the range.
 *
 * @dtypes f32 f64
 */
export function randomInteger<T>(y: usize, state: usize, n: i32, base: f64, last: f64, begin: i32, end: i32): void {
  fillIntegers<T>(y, state, n, base, last, last >= 4294967295.0);
}

/** As `randomInteger`, always one word each. */
export function randomIntegerI32(y: usize, state: usize, n: i32, base: f64, last: f64, begin: i32, end: i32): void {
  fillIntegers<i32>(y, state, n, base, last, false);
}

/** As `randomInteger`, always one word each; for uint8 and bool. */
export function randomIntegerU8(y: usize, state: usize, n: i32, base: f64, last: f64, begin: i32, end: i32): void {
  fillIntegers<u8>(y, state, n, base, last, false);
}

// u · 2^-53 < p for u of 53 bits, the low 21 of one word above the 32 of the next, decided on whole numbers: u < ceil(p · 2^53).
class Coin {
  /** Four flips from eight words: lanes of ones where the upper bits decide for 1. */
  @inline static lanes(high: v128, limit: v128): v128 {
    return i32x4.lt_s(high, limit);
  }

  @inline static high(words: usize): v128 {
    return v128.and(v128.shuffle<u32>(v128.load(words), v128.load(words, 16), 0, 2, 4, 6), i32x4.splat(0x1fffff));
  }

  @inline static one(high: u32, low: u32, limit: i64): u8 {
    return u8((((<i64>(high & 0x1fffff)) << 32) | (<i64>low)) < limit);
  }
}

/** y = n bytes, 1 with probability p: a uniform number of 53 bits below p, two words each. */
export function bernoulli(y: usize, state: usize, n: i32, p: f64, begin: i32, end: i32): void {
  const limit = <i64>Math.ceil(p * 9007199254740992.0);
  const upper = i32x4.splat(<i32>(limit >> 32));
  const one = i8x16.splat(1);
  const stop = y + n;
  while (y < stop) {
    let pairs = min<u32>(<u32>(stop - y), Twister.ready(state) >> 1);
    if (pairs == 0) {
      const high = Twister.next(state);
      store<u8>(y++, Coin.one(high, Twister.next(state), limit));
      continue;
    }
    let words = Twister.words(state);
    Twister.skip(state, pairs << 1);
    for (; pairs >= 8; pairs -= 8, words += 64, y += 8) {
      const a = Coin.high(words);
      const b = Coin.high(words + 32);
      // The lower words count where the upper bits are equal: once in 2^21 times.
      if (v128.any_true(v128.or(i32x4.eq(a, upper), i32x4.eq(b, upper)))) {
        for (let i: usize = 0; i < 8; i++) {
          store<u8>(y + i, Coin.one(load<u32>(words + (i << 3)), load<u32>(words + (i << 3), 4), limit));
        }
        continue;
      }
      const bits = i16x8.narrow_i32x4_s(Coin.lanes(a, upper), Coin.lanes(b, upper));
      v128.store64_lane(y, v128.and(i8x16.narrow_i16x8_s(bits, bits), one), 0);
    }
    for (; pairs > 0; pairs--, words += 8) {
      store<u8>(y++, Coin.one(load<u32>(words), load<u32>(words, 4), limit));
    }
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

function fillSlopes<T>(y: usize, x: usize, state: usize, n: i32, lower: f64, upper: f64): void {
  for (let i = 0; i < n; i++, x += sizeof<T>(), y += sizeof<T>()) {
    const negative = load<T>(x) <= 0;
    store<T>(y, negative ? <T>Fused.f64(Twister.unit<f64>(state), upper - lower, lower) : 1);
  }
}

/**
 * y[i] = 1 where x[i] is positive or NaN, else a slope uniform in [lower, upper), two words each; only the latter draw.
 *
 * @dtypes f32 f64
 */
export function rreluSlopes<T>(
  y: usize,
  x: usize,
  state: usize,
  n: i32,
  lower: f64,
  upper: f64,
  begin: i32,
  end: i32,
): void {
  fillSlopes<T>(y, x, state, n, lower, upper);
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
