import { Order } from './sort-order';

/**
 * y[i] = the first place in a sorted row before which v[i] may stand: behind smaller elements, and behind equal ones where `right` is not 0.
 * `each` values belong to each row of n elements; `step` is what lies between rows, 0 where all values search in one. Units: values.
 * @dtypes f32 f64 i32
 */
export function searchSorted<T>(
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

/** A heap of the best elements so far and their places, the worst of them at its top: of equal ones the last. */
class Heap {
  @inline static value<T>(values: usize, i: i32): T {
    return load<T>(values + <usize>i * sizeof<T>());
  }
  @inline static place(places: usize, i: i32): i32 {
    return load<i32>(places + ((<usize>i) << 2));
  }
  @inline static put<T>(values: usize, places: usize, i: i32, a: T, at: i32): void {
    store<T>(values + <usize>i * sizeof<T>(), a);
    store<i32>(places + ((<usize>i) << 2), at);
  }

  @inline static worse<T>(a: T, at: i32, b: T, bt: i32, descending: i32): bool {
    return Order.before<T>(b, a, descending) || (at > bt && !Order.before<T>(a, b, descending));
  }

  /** Puts an element at the place `i` of a heap of k, below which all is in order, or further down. */
  static sink<T>(values: usize, places: usize, i: i32, k: i32, a: T, at: i32, descending: i32): void {
    for (let child = 2 * i + 1; child < k; child = 2 * i + 1) {
      let b = Heap.value<T>(values, child);
      let bt = Heap.place(places, child);
      if (child + 1 < k) {
        const c = Heap.value<T>(values, child + 1);
        const ct = Heap.place(places, child + 1);
        if (Heap.worse<T>(c, ct, b, bt, descending)) {
          b = c;
          bt = ct;
          child++;
        }
      }
      if (!Heap.worse<T>(b, bt, a, at, descending)) break;
      Heap.put<T>(values, places, i, b, bt);
      i = child;
    }
    Heap.put<T>(values, places, i, a, at);
  }
}

/**
 * The first k elements of every row of x [rows, n] in order, and their indices, as a stable sort would give them: each element is compared with
 * the worst of the k best so far, and a better one takes its place in a heap. 1 ≤ k ≤ n. Units: rows.
 * @dtypes f32 f64 i32
 */
export function topk<T>(y: usize, index: usize, x: usize, n: i32, k: i32, descending: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const from = x + <usize>row * <usize>n * sizeof<T>();
    const values = y + <usize>row * <usize>k * sizeof<T>();
    const places = index + ((<usize>row * <usize>k) << 2);
    for (let i = k - 1; i >= 0; i--) {
      Heap.sink<T>(values, places, i, k, Heap.value<T>(from, i), i, descending);
    }
    let worst = load<T>(values);
    for (let i = k; i < n; i++) {
      const a = Heap.value<T>(from, i);
      if (!Order.before<T>(a, worst, descending)) continue;
      Heap.sink<T>(values, places, 0, k, a, i, descending);
      worst = load<T>(values);
    }
    for (let i = k - 1; i > 0; i--) {
      const a = Heap.value<T>(values, i);
      const at = Heap.place(places, i);
      Heap.put<T>(values, places, i, load<T>(values), load<i32>(places));
      Heap.sink<T>(values, places, 0, i, a, at, descending);
    }
  }
}
