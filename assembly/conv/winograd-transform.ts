/**
 * The small transforms of Winograd's convolution of 3 × 3 with tiles of 4 × 4 outputs, F(4×4, 3×3): y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A for a
 * tile d of 6 × 6. Source: Lavin and Gray, "Fast algorithms for convolutional neural networks" (2016).
 *
 * The points are 0, ±1/√2, ±√2 and ∞. With them the largest error in float32 is that of a plain sum (measured on normal data: 1.1e-6 of the
 * largest element for 32 channels, 2.6e-6 for 256, direct sums 0.7e-6 and 2.1e-6), with the usual 0, ±1, ±2, ∞ it is
 * 4e-6 and 1.3e-5. Their squares are 1/2 and 2, so most products are by powers of two.
 *
 * Every function takes vectors of four independent tiles and stores its results `step` bytes apart. The factors are read from memory
 * (`factors`, written by a kernel once): one broadcast load each, where a vector constant costs several instructions.
 */
export class Factors {
  /** Bytes of the factors. */
  @inline static bytes(): usize {
    return 32;
  }

  @inline static write(p: usize): void {
    store<f32>(p, 0.5);
    store<f32>(p, 0.7071067811865476, 4);
    store<f32>(p, 1.4142135623730951, 8);
    store<f32>(p, 2.5, 12);
    store<f32>(p, -0.6666666666666666, 16);
    store<f32>(p, 0.16666666666666666, 20);
  }

  @inline static half(p: usize): v128 {
    return v128.load32_splat(p);
  }
  @inline static inner(p: usize): v128 {
    return v128.load32_splat(p, 4);
  }
  @inline static outer(p: usize): v128 {
    return v128.load32_splat(p, 8);
  }
  @inline static middle(p: usize): v128 {
    return v128.load32_splat(p, 12);
  }
  @inline static innerScale(p: usize): v128 {
    return v128.load32_splat(p, 16);
  }
  @inline static outerScale(p: usize): v128 {
    return v128.load32_splat(p, 20);
  }
}

/** Bytes from point to point of U, V or M of so many floats: a line more, so that the 36 do not share cache sets. */
export class Step {
  @inline static of(floats: i32): usize {
    return ((floats as usize) + 16) * 4;
  }
}

export class Transform {
  /** Bᵀ: six inputs to six points. */
  @inline static input(
    d: usize,
    step: usize,
    factors: usize,
    x0: v128,
    x1: v128,
    x2: v128,
    x3: v128,
    x4: v128,
    x5: v128,
  ): void {
    const half = Factors.half(factors);
    const middle = Factors.middle(factors);
    v128.store(d, f32x4.sub(f32x4.add(x0, x4), f32x4.mul(middle, x2)));
    v128.store(d + 5 * step, f32x4.sub(f32x4.add(x1, x5), f32x4.mul(middle, x3)));
    let even = f32x4.sub(x4, f32x4.add(x2, x2));
    let odd = f32x4.mul(Factors.inner(factors), f32x4.sub(x3, f32x4.add(x1, x1)));
    v128.store(d + step, f32x4.add(even, odd));
    v128.store(d + 2 * step, f32x4.sub(even, odd));
    even = f32x4.sub(x4, f32x4.mul(half, x2));
    odd = f32x4.mul(Factors.outer(factors), f32x4.sub(x3, f32x4.mul(half, x1)));
    v128.store(d + 3 * step, f32x4.add(even, odd));
    v128.store(d + 4 * step, f32x4.sub(even, odd));
  }

  /** G for a filter of three (x3 absent) or of four, that is a row of dy: to six points. */
  @inline static filter(
    d: usize,
    step: usize,
    factors: usize,
    four: bool,
    x0: v128,
    x1: v128,
    x2: v128,
    x3: v128,
  ): void {
    const half = Factors.half(factors);
    v128.store(d, x0);
    v128.store(d + 5 * step, four ? x3 : x2);
    let even = f32x4.add(x0, f32x4.mul(half, x2));
    let odd = f32x4.mul(Factors.inner(factors), four ? f32x4.add(x1, f32x4.mul(half, x3)) : x1);
    const inner = Factors.innerScale(factors);
    v128.store(d + step, f32x4.mul(inner, f32x4.add(even, odd)));
    v128.store(d + 2 * step, f32x4.mul(inner, f32x4.sub(even, odd)));
    even = f32x4.add(x0, f32x4.add(x2, x2));
    odd = f32x4.mul(Factors.outer(factors), four ? f32x4.add(x1, f32x4.add(x3, x3)) : x1);
    const outer = Factors.outerScale(factors);
    v128.store(d + 3 * step, f32x4.mul(outer, f32x4.add(even, odd)));
    v128.store(d + 4 * step, f32x4.mul(outer, f32x4.sub(even, odd)));
  }

  /** Aᵀ: six points (at `s`, `from` bytes apart) to four outputs, or to three, those of the gradient of a filter. */
  @inline static output(d: usize, step: usize, factors: usize, four: bool, s: usize, from: usize): void {
    const x1 = v128.load(s + from);
    const x2 = v128.load(s + 2 * from);
    const x3 = v128.load(s + 3 * from);
    const x4 = v128.load(s + 4 * from);
    const inner = f32x4.add(x1, x2);
    const outer = f32x4.add(x3, x4);
    const half = Factors.half(factors);
    const p = f32x4.mul(Factors.inner(factors), f32x4.sub(x1, x2));
    const q = f32x4.mul(Factors.outer(factors), f32x4.sub(x3, x4));
    v128.store(d, f32x4.add(f32x4.add(v128.load(s), inner), outer));
    v128.store(d + step, f32x4.add(p, q));
    const y2 = f32x4.add(f32x4.mul(half, inner), f32x4.add(outer, outer));
    const last = v128.load(s + 5 * from);
    if (four) {
      v128.store(d + 2 * step, y2);
      v128.store(d + 3 * step, f32x4.add(f32x4.add(f32x4.mul(half, p), f32x4.add(q, q)), last));
    } else {
      v128.store(d + 2 * step, f32x4.add(y2, last));
    }
  }
}

export class Quad {
  /** Loads columns of four tiles, the tiles side by side in vectors: `count` columns (4 or 6) of one row to `d`. */
  @inline static columns(d: usize, factors: usize, six: bool, p0: usize, p1: usize, p2: usize, p3: usize): void {
    const x0 = v128.load(p0);
    const x1 = v128.load(p1);
    const x2 = v128.load(p2);
    const x3 = v128.load(p3);
    const low0 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5);
    const low1 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5);
    const high0 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
    const high1 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
    const c0 = v128.shuffle<i64>(low0, low1, 0, 2);
    const c1 = v128.shuffle<i64>(low0, low1, 1, 3);
    const c2 = v128.shuffle<i64>(high0, high1, 0, 2);
    const c3 = v128.shuffle<i64>(high0, high1, 1, 3);
    if (six) {
      const left = v128.load_lane<u64>(p1, v128.load64_zero(p0, 16), 1, 16);
      const right = v128.load_lane<u64>(p3, v128.load64_zero(p2, 16), 1, 16);
      const c4 = v128.shuffle<i32>(left, right, 0, 2, 4, 6);
      const c5 = v128.shuffle<i32>(left, right, 1, 3, 5, 7);
      Transform.input(d, 16, factors, c0, c1, c2, c3, c4, c5);
    } else {
      Transform.filter(d, 16, factors, true, c0, c1, c2, c3);
    }
  }

  /** Bᵀ d B of four tiles of 6 × 6, rows `pitch` bytes apart, to 36 vectors `step` bytes apart; `square` holds 36 vectors meanwhile. */
  static input(
    d: usize,
    step: usize,
    square: usize,
    factors: usize,
    pitch: usize,
    p0: usize,
    p1: usize,
    p2: usize,
    p3: usize,
  ): void {
    for (let at = square; at < square + 576; at += 96) {
      Quad.columns(at, factors, true, p0, p1, p2, p3);
      p0 += pitch;
      p1 += pitch;
      p2 += pitch;
      p3 += pitch;
    }
    for (let at = square; at < square + 96; at += 16) {
      Transform.input(
        d,
        6 * step,
        factors,
        v128.load(at),
        v128.load(at, 96),
        v128.load(at, 192),
        v128.load(at, 288),
        v128.load(at, 384),
        v128.load(at, 480),
      );
      d += step;
    }
  }

  /** The same for tiles of 4 × 4 of dy, with G. */
  static gradient(
    d: usize,
    step: usize,
    square: usize,
    factors: usize,
    pitch: usize,
    p0: usize,
    p1: usize,
    p2: usize,
    p3: usize,
  ): void {
    for (let at = square; at < square + 384; at += 96) {
      Quad.columns(at, factors, false, p0, p1, p2, p3);
      p0 += pitch;
      p1 += pitch;
      p2 += pitch;
      p3 += pitch;
    }
    for (let at = square; at < square + 96; at += 16) {
      Transform.filter(
        d,
        6 * step,
        factors,
        true,
        v128.load(at),
        v128.load(at, 96),
        v128.load(at, 192),
        v128.load(at, 288),
      );
      d += step;
    }
  }
}

export class Square {
  /** Turns four vectors at `s`, one a column, into rows at `d`, with a bias and the activation. */
  @inline static transpose(d: usize, s: usize, bias: v128): void {
    const x0 = v128.load(s);
    const x1 = v128.load(s, 16);
    const x2 = v128.load(s, 32);
    const x3 = v128.load(s, 48);
    const low0 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5);
    const low1 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5);
    const high0 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
    const high1 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
    v128.store(d, f32x4.add(v128.shuffle<i64>(low0, low1, 0, 2), bias));
    v128.store(d + 16, f32x4.add(v128.shuffle<i64>(low0, low1, 1, 3), bias));
    v128.store(d + 32, f32x4.add(v128.shuffle<i64>(high0, high1, 0, 2), bias));
    v128.store(d + 48, f32x4.add(v128.shuffle<i64>(high0, high1, 1, 3), bias));
  }
}
