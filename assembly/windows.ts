// Windows of poolings: one, four in a row, and four of 2 × 2.

/**
 * The meta of a pooling: [H, W, OH, OW, kernelH, kernelW, strideH, strideW, padH, padW, dilationH, dilationW].
 */
export class Plan {
  @inline static at(meta: usize, i: i32): i32 {
    return load<i32>(meta + ((i * 4) as usize));
  }
}

/** Windows of 2 × 2 side by side, in float32: four at once. The same choices as in `maxForward`, in the same order. */
export class Pairs {
  /** Windows ow … ow+3 of a row of windows; `s` points at the upper row, `index` is the flat index of its first element. */
  @inline static four(y: usize, indices: usize, s: usize, index: i32, W: i32): void {
    const below = s + ((W as usize) << 2);
    const x0 = v128.load(s);
    const x1 = v128.load(s, 16);
    const x2 = v128.load(below);
    const x3 = v128.load(below, 16);
    let at = i32x4.add(i32x4.splat(index), i32x4(0, 2, 4, 6));
    let best = v128.shuffle<i32>(x0, x1, 0, 2, 4, 6);
    let value = v128.shuffle<i32>(x0, x1, 1, 3, 5, 7);
    let wins = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
    best = v128.bitselect(value, best, wins);
    at = i32x4.sub(at, wins);
    let other = i32x4.add(i32x4.splat(index + W), i32x4(0, 2, 4, 6));
    value = v128.shuffle<i32>(x2, x3, 0, 2, 4, 6);
    wins = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
    best = v128.bitselect(value, best, wins);
    at = v128.bitselect(other, at, wins);
    value = v128.shuffle<i32>(x2, x3, 1, 3, 5, 7);
    other = i32x4.add(other, i32x4.splat(1));
    wins = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
    v128.store(y, v128.bitselect(value, best, wins));
    v128.store(indices, v128.bitselect(other, at, wins));
  }
}

/** Four adjacent windows of float32, one or two columns apart, that lie inside the columns of x. `left` is the first column of the first. */
export class Fours {
  /** The elements 0, 1, 2, 3 at p, or 0, 2, 4, 6. */
  @inline static load(p: usize, stride: i32): v128 {
    const a = v128.load(p);
    return stride == 1 ? a : v128.shuffle<i32>(a, v128.load(p, 12), 0, 2, 5, 7);
  }

  /** As `maxForward` for one window. */
  @inline static max(y: usize, indices: usize, from: usize, top: i32, bottom: i32, left: i32, meta: usize): void {
    const W = Plan.at(meta, 1),
      KW = Plan.at(meta, 5),
      strideW = Plan.at(meta, 7),
      dilationH = Plan.at(meta, 10),
      dilationW = Plan.at(meta, 11);
    const apart = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(strideW));
    let best = f32x4.splat(-Infinity);
    let index = i32x4.add(i32x4.splat(top * W + left), apart);
    for (let h = top; h < bottom; h += dilationH) {
      let at = h * W + left;
      for (let k = 0; k < KW; ++k, at += dilationW) {
        const value = Fours.load(from + ((at as usize) << 2), strideW);
        const wins = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
        best = v128.bitselect(value, best, wins);
        index = v128.bitselect(i32x4.add(i32x4.splat(at), apart), index, wins);
      }
    }
    v128.store(y, best);
    v128.store(indices, index);
  }

  /** The sums of the windows' elements, row by row as in `avgForward`. */
  @inline static sum(from: usize, top: i32, bottom: i32, left: i32, meta: usize): v128 {
    const W = Plan.at(meta, 1),
      KW = Plan.at(meta, 5),
      strideW = Plan.at(meta, 7);
    let sum = f32x4.splat(0);
    for (let h = top; h < bottom; ++h) {
      const row = from + (((h * W + left) as usize) << 2);
      for (let k = 0; k < KW; ++k) sum = f32x4.add(sum, Fours.load(row + ((k as usize) << 2), strideW));
    }
    return sum;
  }

  /** The first window of a row that does not begin in the padding. */
  @inline static first(meta: usize): i32 {
    return (Plan.at(meta, 9) + Plan.at(meta, 7) - 1) / Plan.at(meta, 7);
  }

  /** How many windows of a row lie inside the columns of x; 0 where they are not worth vectors. */
  @inline static count(meta: usize): i32 {
    const strideW = Plan.at(meta, 7);
    const room = Plan.at(meta, 1) - 1 - (Plan.at(meta, 5) - 1) * Plan.at(meta, 11) + Plan.at(meta, 9);
    if (room < 0 || strideW > 2) return 0;
    const count = min(Plan.at(meta, 3), room / strideW + 1) - Fours.first(meta);
    return count < 4 ? 0 : count;
  }
}

/** One window of average pooling: the part inside x and what its sum is divided by. */
export class Window {
  @inline static divisor(
    top: i32,
    left: i32,
    bottom: i32,
    right: i32,
    H: i32,
    W: i32,
    padH: i32,
    padW: i32,
    includePad: i32,
    divisor: i32,
  ): i32 {
    if (divisor != 0) return divisor;
    // The window may reach past the padding where ceilMode added one: that part never counts.
    if (includePad) return (min(bottom, H + padH) - top) * (min(right, W + padW) - left);
    return (min(bottom, H) - max(top, 0)) * (min(right, W) - max(left, 0));
  }
}
