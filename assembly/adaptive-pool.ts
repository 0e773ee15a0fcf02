/**
 * Pooling into a given number of windows, over the planes of [N·C, H, W]. Units are planes, as in pool.ts.
 */
import { Lane } from './gemm/micro';

/** Adaptive windows: output i of n over `length` inputs covers ⌊i·length/n⌋ … ⌈(i+1)·length/n⌉-1. */
class Adaptive {
  @inline static begin(i: i32, length: i32, n: i32): i32 {
    return (((i as i64) * (length as i64)) / (n as i64)) as i32;
  }

  @inline static end(i: i32, length: i32, n: i32): i32 {
    return ((((i + 1) as i64) * (length as i64) + (n as i64) - 1) / (n as i64)) as i32;
  }
}

/** @dtypes f32 f64 */
export function adaptiveAvgPool2d<T>(y: usize, x: usize, H: i32, W: i32, OH: i32, OW: i32, begin: i32, end: i32): void {
  const size = sizeof<T>();
  for (let plane = begin; plane < end; ++plane) {
    const from = x + ((plane * H * W) as usize) * size;
    let to = y + ((plane * OH * OW) as usize) * size;
    for (let oh = 0; oh < OH; ++oh) {
      const top = Adaptive.begin(oh, H, OH),
        bottom = Adaptive.end(oh, H, OH);
      for (let ow = 0; ow < OW; ++ow) {
        const left = Adaptive.begin(ow, W, OW),
          right = Adaptive.end(ow, W, OW);
        // Rows are summed each for itself, so that a whole plane (global pooling) keeps its digits.
        let sum = 0 as T;
        for (let h = top; h < bottom; ++h) {
          let p = from + ((h * W + left) as usize) * size;
          let vector = v128.splat<T>(0 as T);
          let w = left;
          for (; w + Lane.count<T>() <= right; w += Lane.count<T>()) {
            vector = v128.add<T>(vector, v128.load(p));
            p += 16;
          }
          let row = Lane.sum<T>(vector);
          for (; w < right; ++w) {
            row = (row + load<T>(p)) as T;
            p += size;
          }
          sum = (sum + row) as T;
        }
        store<T>(to, (sum / (((bottom - top) * (right - left)) as T)) as T);
        to += size;
      }
    }
  }
}

/** @dtypes f32 f64 */
export function adaptiveAvgPool2dBackward<T>(
  dx: usize,
  dy: usize,
  H: i32,
  W: i32,
  OH: i32,
  OW: i32,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  for (let plane = begin; plane < end; ++plane) {
    const to = dx + ((plane * H * W) as usize) * size;
    memory.fill(to, 0, ((H * W) as usize) * size);
    let from = dy + ((plane * OH * OW) as usize) * size;
    for (let oh = 0; oh < OH; ++oh) {
      const top = Adaptive.begin(oh, H, OH),
        bottom = Adaptive.end(oh, H, OH);
      for (let ow = 0; ow < OW; ++ow) {
        const left = Adaptive.begin(ow, W, OW),
          right = Adaptive.end(ow, W, OW);
        const share = (load<T>(from) / (((bottom - top) * (right - left)) as T)) as T;
        for (let h = top; h < bottom; ++h) {
          for (let w = left; w < right; ++w) {
            const at = to + ((h * W + w) as usize) * size;
            store<T>(at, load<T>(at) + share);
          }
        }
        from += size;
      }
    }
  }
}

/**
 * The largest element of each adaptive window and its flat index within the plane.
 *
 * @dtypes f32 f64
 */
export function adaptiveMaxPool2d<T>(
  y: usize,
  indices: usize,
  x: usize,
  H: i32,
  W: i32,
  OH: i32,
  OW: i32,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  for (let plane = begin; plane < end; ++plane) {
    const from = x + ((plane * H * W) as usize) * size;
    let to = plane * OH * OW;
    for (let oh = 0; oh < OH; ++oh) {
      const top = Adaptive.begin(oh, H, OH),
        bottom = Adaptive.end(oh, H, OH);
      for (let ow = 0; ow < OW; ++ow) {
        const left = Adaptive.begin(ow, W, OW),
          right = Adaptive.end(ow, W, OW);
        let best = -Infinity as T;
        let index = top * W + left;
        for (let h = top; h < bottom; ++h) {
          for (let w = left; w < right; ++w) {
            const value = load<T>(from + ((h * W + w) as usize) * size);
            if (value > best || value != value) {
              best = value;
              index = h * W + w;
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
