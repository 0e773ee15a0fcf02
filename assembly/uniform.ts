import { Twister } from './mt19937';

// x · scale + shift with one rounding: PyTorch's CPU kernels are compiled with fused multiply-add, and Wasm has none that is certain.
// The sum is rounded to odd in a wider format, which makes the second rounding harmless.
// Source: Boldo & Melquiond 2008, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd".
export class Fused {
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

export class Uniform {
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
