/**
 * Resampling along one dim by a table: y[o, i, j] = Σ_t weight[t] · x[o, index[t], j] with t from first[i] to first[i + 1] − 1.
 *
 * `taps` holds first[0 … m], then the indices, as int32; `weights` are in the type of the elements. x is [outer, n, inner],
 * y is [outer, m, inner]. A unit is one row of y.
 */
import { Lane } from './gemm/micro';

class Abreast {
  /** The elements at p and one, two … steps behind it as a vector. */
  @inline static load<T>(p: usize, step: usize): v128 {
    if (sizeof<T>() == 8) return v128.load_lane<u64>(p + step, v128.load64_zero(p), 1);
    const x = v128.load_lane<u32>(p + step, v128.load32_zero(p), 1);
    return v128.load_lane<u32>(p + 3 * step, v128.load_lane<u32>(p + 2 * step, x, 2), 3);
  }

  @inline static store<T>(p: usize, x: v128, step: usize): void {
    if (sizeof<T>() == 8) {
      v128.store_lane<u64>(p, x, 0);
      v128.store_lane<u64>(p + step, x, 1);
      return;
    }
    v128.store_lane<u32>(p, x, 0);
    v128.store_lane<u32>(p + step, x, 1);
    v128.store_lane<u32>(p + 2 * step, x, 2);
    v128.store_lane<u32>(p + 3 * step, x, 3);
  }

  /** As many lines of single elements as a vector has lanes. */
  static resample<T>(y: usize, x: usize, taps: usize, indices: usize, weights: usize, n: i32, m: i32): void {
    const size = sizeof<T>();
    let first = load<i32>(taps);
    for (let i = 0; i < m; ++i) {
      const last = load<i32>(taps + ((i as usize) << 2), 4);
      let sum = v128.splat<T>(0 as T);
      for (let t = first; t < last; ++t) {
        const index = load<i32>(indices + ((t as usize) << 2));
        const value = Abreast.load<T>(x + (index as usize) * size, (n as usize) * size);
        const weighted = v128.mul<T>(v128.splat<T>(load<T>(weights + (t as usize) * size)), value);
        sum = t == first ? weighted : v128.add<T>(sum, weighted);
      }
      Abreast.store<T>(y + (i as usize) * size, sum, (m as usize) * size);
      first = last;
    }
  }
}

/** @dtypes f32 f64 */
export function resample<T>(
  y: usize,
  x: usize,
  taps: usize,
  weights: usize,
  n: i32,
  m: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  const lanes = Lane.count<T>();
  const indices = taps + (((m + 1) as usize) << 2);
  let o = begin / m;
  let i = begin - o * m;
  for (let unit = begin; unit < end; ++unit) {
    // Single elements: several lines side by side, each in the same order.
    while (inner == 1 && i == 0 && unit + lanes * m <= end) {
      const to = y + (unit as usize) * size;
      Abreast.resample<T>(to, x + ((o * n) as usize) * size, taps, indices, weights, n, m);
      unit += lanes * m;
      o += lanes;
    }
    if (unit == end) break;
    const from = x + ((o * n * inner) as usize) * size;
    const to = y + ((unit * inner) as usize) * size;
    const first = load<i32>(taps + ((i as usize) << 2));
    const last = load<i32>(taps + ((i as usize) << 2), 4);
    let j = 0;
    for (; j + lanes <= inner; j += lanes) {
      let sum = v128.splat<T>(0 as T);
      for (let t = first; t < last; ++t) {
        const index = load<i32>(indices + ((t as usize) << 2));
        const value = v128.load(from + ((index * inner + j) as usize) * size);
        const weighted = v128.mul<T>(v128.splat<T>(load<T>(weights + (t as usize) * size)), value);
        // The first term as it is: 0 + −0 would lose the sign.
        sum = t == first ? weighted : v128.add<T>(sum, weighted);
      }
      v128.store(to + (j as usize) * size, sum);
    }
    for (; j < inner; ++j) {
      let sum = 0 as T;
      for (let t = first; t < last; ++t) {
        const index = load<i32>(indices + ((t as usize) << 2));
        const value = load<T>(from + ((index * inner + j) as usize) * size);
        const weighted = (load<T>(weights + (t as usize) * size) * value) as T;
        sum = t == first ? weighted : ((sum + weighted) as T);
      }
      store<T>(to + (j as usize) * size, sum);
    }
    if (++i == m) {
      i = 0;
      ++o;
    }
  }
}
