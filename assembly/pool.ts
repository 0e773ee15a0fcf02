import { Fours, Pairs, Plan, Window } from './windows';

// Pooling over the planes of [N·C, H, W]. Units are planes, so backward kernels, in which windows overlap, add into
// memory that no other unit touches, in a fixed order.

/**
 * The largest element of each window and its flat index within the plane. A NaN wins over any number, and the last
 * of several; the first of equal numbers wins; padding never does.
 * @dtypes f32 f64
 */
export function maxPool2d<T>(y: usize, indices: usize, x: usize, meta: usize, begin: i32, end: i32): void {
  const size = sizeof<T>();
  const H = Plan.at(meta, 0),
    W = Plan.at(meta, 1),
    OH = Plan.at(meta, 2),
    OW = Plan.at(meta, 3);
  const KH = Plan.at(meta, 4),
    KW = Plan.at(meta, 5),
    strideH = Plan.at(meta, 6),
    strideW = Plan.at(meta, 7);
  const padH = Plan.at(meta, 8),
    padW = Plan.at(meta, 9),
    dilationH = Plan.at(meta, 10),
    dilationW = Plan.at(meta, 11);
  const pairs =
    KH == 2 && KW == 2 && strideH == 2 && strideW == 2 && padH == 0 && padW == 0 && dilationH * dilationW == 1;
  const inPairs = sizeof<T>() == 4 && pairs && OW >= 4 && 2 * OW <= W && 2 * OH <= H;
  const firstFour = Fours.first(meta);
  const fours = sizeof<T>() == 4 ? Fours.count(meta) : 0;
  for (let plane = begin; plane < end; ++plane) {
    const from = x + ((plane * H * W) as usize) * size;
    let to = plane * OH * OW;
    for (let oh = 0; oh < OH; ++oh) {
      if (inPairs) {
        // The last four windows of a row may overlap the four before.
        for (let ow = 0; ow < OW; ow += 4) {
          const first = min(ow, OW - 4);
          const index = 2 * (oh * W + first);
          const at = ((to + first) as usize) << 2;
          Pairs.four(y + at, indices + at, from + ((index as usize) << 2), index, W);
        }
        to += OW;
        continue;
      }
      let top = oh * strideH - padH;
      const bottom = min(top + (KH - 1) * dilationH + 1, H);
      while (top < 0) top += dilationH;
      for (let ow = 0; ow < OW; ++ow) {
        if (fours && ow == firstFour) {
          for (let i = 0; i < fours; i += 4) {
            const first = min(i, fours - 4);
            const at = ((to + first) as usize) << 2;
            Fours.max(y + at, indices + at, from, top, bottom, (ow + first) * strideW - padW, meta);
          }
          to += fours;
          ow += fours - 1;
          continue;
        }
        let left = ow * strideW - padW;
        const right = min(left + (KW - 1) * dilationW + 1, W);
        while (left < 0) left += dilationW;
        let best = -Infinity as T;
        let index = top * W + left;
        for (let h = top; h < bottom; h += dilationH) {
          for (let w = left; w < right; w += dilationW) {
            const at = h * W + w;
            const value = load<T>(from + (at as usize) * size);
            if (value > best || value != value) {
              best = value;
              index = at;
            }
          }
        }
        store<T>(y + (to as usize) * size, best);
        store<i32>(indices + ((to as usize) << 2), index);
        ++to;
      }
    }
  }
}

/**
 * dx from dy by the indices: planes of `inner` elements of x and `outer` of y.
 *
 * @dtypes f32 f64
 */
export function poolScatter<T>(
  dx: usize,
  dy: usize,
  indices: usize,
  inner: i32,
  outer: i32,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  for (let plane = begin; plane < end; ++plane) {
    const to = dx + ((plane * inner) as usize) * size;
    memory.fill(to, 0, (inner as usize) * size);
    for (let i = plane * outer; i < (plane + 1) * outer; ++i) {
      const at = to + (load<i32>(indices + ((i as usize) << 2)) as usize) * size;
      store<T>(at, load<T>(at) + load<T>(dy + (i as usize) * size));
    }
  }
}

/**
 * y[i] = x[indices[i]] plane by plane: the gradient of the gradient of max pooling.
 *
 * @dtypes f32 f64
 */
export function poolGather<T>(y: usize, x: usize, indices: usize, inner: i32, outer: i32, begin: i32, end: i32): void {
  const size = sizeof<T>();
  for (let plane = begin; plane < end; ++plane) {
    const from = x + ((plane * inner) as usize) * size;
    for (let i = plane * outer; i < (plane + 1) * outer; ++i) {
      const at = from + (load<i32>(indices + ((i as usize) << 2)) as usize) * size;
      store<T>(y + (i as usize) * size, load<T>(at));
    }
  }
}

/**
 * The mean of each window; `divisor` other than 0 replaces the count of elements.
 *
 * @dtypes f32 f64
 */
export function avgPool2d<T>(
  y: usize,
  x: usize,
  includePad: i32,
  divisor: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  const H = Plan.at(meta, 0),
    W = Plan.at(meta, 1),
    OH = Plan.at(meta, 2),
    OW = Plan.at(meta, 3);
  const KH = Plan.at(meta, 4),
    KW = Plan.at(meta, 5),
    strideH = Plan.at(meta, 6),
    strideW = Plan.at(meta, 7);
  const padH = Plan.at(meta, 8),
    padW = Plan.at(meta, 9);
  const firstFour = Fours.first(meta);
  const fours = sizeof<T>() == 4 ? Fours.count(meta) : 0;
  for (let plane = begin; plane < end; ++plane) {
    const from = x + ((plane * H * W) as usize) * size;
    let to = y + ((plane * OH * OW) as usize) * size;
    for (let oh = 0; oh < OH; ++oh) {
      const top = oh * strideH - padH;
      for (let ow = 0; ow < OW; ++ow) {
        const left = ow * strideW - padW;
        if (fours && ow == firstFour) {
          const count = Window.divisor(top, left, top + KH, left + KW, H, W, padH, padW, includePad, divisor);
          for (let i = 0; i < fours; i += 4) {
            const first = min(i, fours - 4);
            const sum = Fours.sum(from, max(top, 0), min(top + KH, H), left + first * strideW, meta);
            v128.store(to + ((first as usize) << 2), f32x4.div(sum, f32x4.splat(count as f32)));
          }
          to += (fours as usize) * size;
          ow += fours - 1;
          continue;
        }
        let sum = 0 as T;
        for (let h = max(top, 0); h < min(top + KH, H); ++h) {
          for (let w = max(left, 0); w < min(left + KW, W); ++w) sum += load<T>(from + ((h * W + w) as usize) * size);
        }
        const count = Window.divisor(top, left, top + KH, left + KW, H, W, padH, padW, includePad, divisor);
        store<T>(to, (sum / (count as T)) as T);
        to += size;
      }
    }
  }
}

/** @dtypes f32 f64 */
export function avgPool2dBackward<T>(
  dx: usize,
  dy: usize,
  includePad: i32,
  divisor: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  const H = Plan.at(meta, 0),
    W = Plan.at(meta, 1),
    OH = Plan.at(meta, 2),
    OW = Plan.at(meta, 3);
  const KH = Plan.at(meta, 4),
    KW = Plan.at(meta, 5),
    strideH = Plan.at(meta, 6),
    strideW = Plan.at(meta, 7);
  const padH = Plan.at(meta, 8),
    padW = Plan.at(meta, 9);
  for (let plane = begin; plane < end; ++plane) {
    const to = dx + ((plane * H * W) as usize) * size;
    memory.fill(to, 0, ((H * W) as usize) * size);
    let from = dy + ((plane * OH * OW) as usize) * size;
    for (let oh = 0; oh < OH; ++oh) {
      const top = oh * strideH - padH;
      for (let ow = 0; ow < OW; ++ow) {
        const left = ow * strideW - padW;
        const count = Window.divisor(top, left, top + KH, left + KW, H, W, padH, padW, includePad, divisor);
        const share = (load<T>(from) / (count as T)) as T;
        for (let h = max(top, 0); h < min(top + KH, H); ++h) {
          for (let w = max(left, 0); w < min(left + KW, W); ++w) {
            const at = to + ((h * W + w) as usize) * size;
            store<T>(at, load<T>(at) + share);
          }
        }
        from += size;
      }
    }
  }
}
