import { Order } from './sort-order';

/** Elements that an insertion sorts before runs are merged. */
const RUN: i32 = 16;

/** Merges the sorted runs [low, middle) and [middle, high) of (y, iy) into (z, iz); of equals the left one comes first. */
function merge<T>(z: usize, iz: usize, y: usize, iy: usize, low: i32, middle: i32, high: i32, descending: i32): void {
  let left = low;
  let right = middle;
  for (let i = low; i < high; i++) {
    const takeRight =
      left >= middle ||
      (right < high &&
        Order.before<T>(load<T>(y + <usize>right * sizeof<T>()), load<T>(y + <usize>left * sizeof<T>()), descending));
    const from = <usize>(takeRight ? right++ : left++);
    store<T>(z + <usize>i * sizeof<T>(), load<T>(y + from * sizeof<T>()));
    store<i32>(iz + ((<usize>i) << 2), load<i32>(iy + (from << 2)));
  }
}

/** Sorts one row stably: (y, iy) holds the values and gets the result, (z, iz) is scratch of the same size. */
function sortRow<T>(y: usize, iy: usize, z: usize, iz: usize, n: i32, descending: i32): void {
  for (let low = 0; low < n; low += RUN) {
    const high = min(n, low + RUN);
    for (let i = low + 1; i < high; i++) {
      const a = load<T>(y + <usize>i * sizeof<T>());
      const ia = load<i32>(iy + ((<usize>i) << 2));
      let j = i - 1;
      for (; j >= low; j--) {
        const b = load<T>(y + <usize>j * sizeof<T>());
        if (!Order.before<T>(a, b, descending)) break;
        store<T>(y + <usize>(j + 1) * sizeof<T>(), b);
        store<i32>(iy + ((<usize>(j + 1)) << 2), load<i32>(iy + ((<usize>j) << 2)));
      }
      store<T>(y + <usize>(j + 1) * sizeof<T>(), a);
      store<i32>(iy + ((<usize>(j + 1)) << 2), ia);
    }
  }
  let from = y;
  let fromIndex = iy;
  let to = z;
  let toIndex = iz;
  for (let width = RUN; width < n; width *= 2) {
    for (let low = 0; low < n; low += 2 * width) {
      merge<T>(to, toIndex, from, fromIndex, low, min(n, low + width), min(n, low + 2 * width), descending);
    }
    const swap = from;
    from = to;
    to = swap;
    const swapIndex = fromIndex;
    fromIndex = toIndex;
    toIndex = swapIndex;
  }
  if (from != y) {
    memory.copy(y, from, <usize>n * sizeof<T>());
    memory.copy(iy, fromIndex, (<usize>n) << 2);
  }
}

/**
 * Sorts every row of x [rows, n] into y and the indices of its elements; scratch: as many bytes as y and index. Units: rows.
 *
 * @dtypes f32 f64 i32
 */
export function sort<T>(
  y: usize,
  index: usize,
  scratch: usize,
  x: usize,
  rows: i32,
  n: i32,
  descending: i32,
  begin: i32,
  end: i32,
): void {
  const scratchIndex = scratch + <usize>rows * <usize>n * sizeof<T>();
  for (let row = begin; row < end; row++) {
    const at = <usize>row * <usize>n;
    memory.copy(y + at * sizeof<T>(), x + at * sizeof<T>(), <usize>n * sizeof<T>());
    for (let i = 0; i < n; i++) store<i32>(index + ((at + <usize>i) << 2), i);
    sortRow<T>(
      y + at * sizeof<T>(),
      index + (at << 2),
      scratch + at * sizeof<T>(),
      scratchIndex + (at << 2),
      n,
      descending,
    );
  }
}

/**
 * Picks one element of every row that `sort` put in order: the middle one (`rank` −1: the lower median, or the first NaN where there is one),
 * the one of rank `rank` ≥ 0, or the most frequent one (`rank` −2: the smallest of those, at its last place).
 * Units: rows.
 * @dtypes f32 f64 i32
 */
export function pick<T>(
  y: usize,
  index: usize,
  sorted: usize,
  order: usize,
  n: i32,
  rank: i32,
  begin: i32,
  end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const values = sorted + <usize>row * <usize>n * sizeof<T>();
    const places = order + ((<usize>row * <usize>n) << 2);
    let at = rank;
    if (rank == -1) {
      at = (n - 1) >> 1;
      const last = load<T>(values + <usize>(n - 1) * sizeof<T>());
      // NaNs are sorted last and stably: the first of them is the first in the row.
      if (last != last) {
        at = n - 1;
        for (; at > 0; at--) {
          const a = load<T>(values + <usize>(at - 1) * sizeof<T>());
          if (a == a) break;
        }
      }
    } else if (rank == -2) {
      let longest = 0;
      let first = 0;
      for (let i = 1; i <= n; i++) {
        if (i < n && load<T>(values + <usize>i * sizeof<T>()) == load<T>(values + <usize>(i - 1) * sizeof<T>()))
          continue;
        if (i - first > longest) {
          longest = i - first;
          at = i - 1;
        }
        first = i;
      }
    }
    store<T>(y + <usize>row * sizeof<T>(), load<T>(values + <usize>at * sizeof<T>()));
    store<i32>(index + ((<usize>row) << 2), load<i32>(places + ((<usize>at) << 2)));
  }
}
