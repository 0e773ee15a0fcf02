// Rows added up by int32 indices. Rows that go to one place are brought together first (a counting sort, which is stable), so that every
// place is written once, by one thread, with its sum in registers. The terms of a sum come in the order of the indices, on any number
// of threads.
import { Index } from './place';
import { Move } from './rows';

/**
 * Sorts n indices: places[starts[row] … starts[row + 1] - 1] are those i, ascending, where index[i] is `row`. `starts` has rows + 1 words.
 * An index out of low … rows-1 is left out, and the first one goes into `found` (see Index.note). One unit.
 */
export function sortSegments(
  starts: usize,
  places: usize,
  index: usize,
  found: usize,
  n: i32,
  low: i32,
  rows: i32,
  begin: i32,
  end: i32,
): void {
  if (begin >= end) return;
  memory.fill(starts, 0, (<usize>rows + 1) << 2);
  for (let i = 0; i < n; ++i) {
    const row = Index.from(index + ((<usize>i) << 2), low, rows);
    if (row < 0) {
      Index.note(found, i, load<i32>(index + ((<usize>i) << 2)));
      continue;
    }
    const count = starts + ((<usize>row) << 2);
    store<i32>(count, load<i32>(count) + 1);
  }
  // Each word becomes the end of its row; the places are then filled from behind, which leaves the row's start.
  let total = 0;
  for (let row = 0; row <= rows; ++row) {
    total += load<i32>(starts + ((<usize>row) << 2));
    store<i32>(starts + ((<usize>row) << 2), total);
  }
  for (let i = n - 1; i >= 0; --i) {
    const row = Index.from(index + ((<usize>i) << 2), low, rows);
    if (row < 0) continue;
    const cell = starts + ((<usize>row) << 2);
    const place = load<i32>(cell) - 1;
    store<i32>(cell, place);
    store<i32>(places + ((<usize>place) << 2), i);
  }
}

class Segment {
  @inline static isEmpty(starts: usize, row: i32): bool {
    const cell = starts + ((<usize>row) << 2);
    return load<i32>(cell) == load<i32>(cell, 4);
  }
}

/** y[row] = Σ of v[places[s]] over the row's segment, or += where `more`, for rows of `width` elements; row `skip` is 0. */
function sums<T>(
  y: usize,
  v: usize,
  starts: usize,
  places: usize,
  width: i32,
  skip: i32,
  more: i32,
  begin: i32,
  end: i32,
): void {
  const bytes = (<usize>width) << alignof<T>();
  const block: usize = 64;
  for (let row = begin; row < end; ++row) {
    const out = y + <usize>row * bytes;
    let first = places + ((<usize>load<i32>(starts + ((<usize>row) << 2))) << 2);
    const last = places + ((<usize>load<i32>(starts + ((<usize>row) << 2), 4)) << 2);
    if (row == skip || first == last) {
      // Neighbours without terms are cleared at once.
      const from = row;
      while (row + 1 < end && (row + 1 == skip || Segment.isEmpty(starts, row + 1))) ++row;
      if (!more) memory.fill(out, 0, <usize>(row + 1 - from) * bytes);
      continue;
    }
    let x = out;
    if (!more) {
      x = v + <usize>load<i32>(first) * bytes;
      first += 4;
      if (first == last) {
        Move.bytes(out, x, <i32>bytes);
        continue;
      }
    }
    let c: usize = 0;
    for (; c + block <= bytes; c += block) {
      let s0 = v128.load(x + c);
      let s1 = v128.load(x + c, 16);
      let s2 = v128.load(x + c, 32);
      let s3 = v128.load(x + c, 48);
      for (let p = first; p < last; p += 4) {
        const from = v + <usize>load<i32>(p) * bytes + c;
        s0 = v128.add<T>(s0, v128.load(from));
        s1 = v128.add<T>(s1, v128.load(from, 16));
        s2 = v128.add<T>(s2, v128.load(from, 32));
        s3 = v128.add<T>(s3, v128.load(from, 48));
      }
      v128.store(out + c, s0);
      v128.store(out + c, s1, 16);
      v128.store(out + c, s2, 32);
      v128.store(out + c, s3, 48);
    }
    for (; c < bytes; c += sizeof<T>()) {
      let sum = load<T>(x + c);
      for (let p = first; p < last; p += 4) sum = <T>(sum + load<T>(v + <usize>load<i32>(p) * bytes + c));
      store<T>(out + c, sum);
    }
  }
}

/**
 * y[row] = Σ v[places[s]], s from starts[row] to starts[row + 1] - 1, or += where `more` is 1; row `skip` (-1: none) is 0.
 * Units: rows of y.
 * @dtypes f32 f64
 */
export function sumSegments<T>(
  y: usize,
  v: usize,
  starts: usize,
  places: usize,
  width: i32,
  skip: i32,
  more: i32,
  begin: i32,
  end: i32,
): void {
  sums<T>(y, v, starts, places, width, skip, more, begin, end);
}
