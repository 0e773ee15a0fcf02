import { Order } from './sort-order';

/**
 * y[i] = the first place in a sorted row before which v[i] may stand: behind smaller elements, and behind equal ones where `right` is not 0.
 * `each` values belong to each row of n elements; `step` is what lies between rows, 0 where all values search in one. Units: values.
 */
function search<T>(y: usize, v: usize, x: usize, n: i32, each: i32, step: i32, right: i32, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const value = load<T>(v + <usize>i * sizeof<T>());
    const row = x + <usize>(i / each) * <usize>step * sizeof<T>();
    let low = 0;
    let high = n;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const a = load<T>(row + <usize>middle * sizeof<T>());
      // In this form NaN comes behind everything.
      if (right ? !(a > value) : !(a >= value)) low = middle + 1;
      else high = middle;
    }
    store<i32>(y + ((<usize>i) << 2), low);
  }
}

export function searchSorted(
  y: usize,
  v: usize,
  x: usize,
  n: i32,
  each: i32,
  step: i32,
  right: i32,
  begin: i32,
  end: i32,
): void {
  search<f32>(y, v, x, n, each, step, right, begin, end);
}

export function searchSortedF64(
  y: usize,
  v: usize,
  x: usize,
  n: i32,
  each: i32,
  step: i32,
  right: i32,
  begin: i32,
  end: i32,
): void {
  search<f64>(y, v, x, n, each, step, right, begin, end);
}

export function searchSortedI32(
  y: usize,
  v: usize,
  x: usize,
  n: i32,
  each: i32,
  step: i32,
  right: i32,
  begin: i32,
  end: i32,
): void {
  search<i32>(y, v, x, n, each, step, right, begin, end);
}

/**
 * The first k elements of every row of x [rows, n] in order, and their indices, as a stable sort would give them: each element is compared with
 * the last of the best so far, and only a better one is inserted. 1 ≤ k ≤ n. Units: rows.
 */
function top<T>(y: usize, index: usize, x: usize, n: i32, k: i32, descending: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const from = x + <usize>row * <usize>n * sizeof<T>();
    const best = y + <usize>row * <usize>k * sizeof<T>();
    const places = index + ((<usize>row * <usize>k) << 2);
    let last = load<T>(from);
    for (let i = 0; i < n; i++) {
      const a = load<T>(from + <usize>i * sizeof<T>());
      if (i >= k && !Order.before<T>(a, last, descending)) continue;
      let j = min(i, k - 1) - 1;
      for (; j >= 0; j--) {
        const b = load<T>(best + <usize>j * sizeof<T>());
        if (!Order.before<T>(a, b, descending)) break;
        store<T>(best + <usize>(j + 1) * sizeof<T>(), b);
        store<i32>(places + ((<usize>(j + 1)) << 2), load<i32>(places + ((<usize>j) << 2)));
      }
      store<T>(best + <usize>(j + 1) * sizeof<T>(), a);
      store<i32>(places + ((<usize>(j + 1)) << 2), i);
      last = load<T>(best + <usize>min(i, k - 1) * sizeof<T>());
    }
  }
}

export function topk(y: usize, index: usize, x: usize, n: i32, k: i32, descending: i32, begin: i32, end: i32): void {
  top<f32>(y, index, x, n, k, descending, begin, end);
}

export function topkF64(y: usize, index: usize, x: usize, n: i32, k: i32, descending: i32, begin: i32, end: i32): void {
  top<f64>(y, index, x, n, k, descending, begin, end);
}

export function topkI32(y: usize, index: usize, x: usize, n: i32, k: i32, descending: i32, begin: i32, end: i32): void {
  top<i32>(y, index, x, n, k, descending, begin, end);
}
