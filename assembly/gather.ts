// Reading at places given by int32 indices. A negative index counts from the end where `low` is -size; one below `low` (0: none may be
// negative) or too large reads as nothing, and the first of them is noted on the way, so that the op can throw: no pass of its own
// looks for it.
import { Index } from './place';
import { Move, copyRow } from './rows';
import { dimWord, rowOffset } from './strided';

/**
 * offsets[i] = index[i]·stride, added to what is there when `more` is 1: several index tensors become one list of offsets. The first
 * index out of range goes into `found`.
 * meta is [ndim, then per dim: size, stride of offsets, stride of index].
 */
export function indexOffsets(
  offsets: usize,
  index: usize,
  found: usize,
  size: i32,
  stride: i32,
  more: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const n = dimWord(meta, 3, 1, 0);
  const so = dimWord(meta, 3, 1, 1);
  const si = dimWord(meta, 3, 1, 2);
  for (let i = begin; i < end;) {
    const row = i / n;
    const c = i - row * n;
    let y = offsets + ((rowOffset(meta, 3, row, 1) + c * so) << 2);
    let p = index + ((rowOffset(meta, 3, row, 2) + c * si) << 2);
    const stop = min(end, (row + 1) * n);
    for (; i < stop; ++i, y += so << 2, p += si << 2) {
      const at = Index.from(p, -size, size);
      if (at < 0) Index.note(found, i, load<i32>(p));
      store<i32>(y, at * stride + (more ? load<i32>(y) : 0));
    }
  }
}

/**
 * y[e] = x[e + index[e]·stride]; meta is [ndim, then per dim: size, strides of y, x and index]. The first index out of range goes into
 * `found`.
 */
function gatherStrided<T>(
  y: usize,
  x: usize,
  index: usize,
  found: usize,
  low: i32,
  size: i32,
  stride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const n = dimWord(meta, 4, 1, 0);
  const sy = dimWord(meta, 4, 1, 1);
  const sx = dimWord(meta, 4, 1, 2);
  const si = dimWord(meta, 4, 1, 3);
  for (let i = begin; i < end;) {
    const row = i / n;
    const c = i - row * n;
    const count = min(n - c, end - i);
    let py = y + ((rowOffset(meta, 4, row, 1) + c * sy) << alignof<T>());
    let px = x + ((rowOffset(meta, 4, row, 2) + c * sx) << alignof<T>());
    let pi = index + ((rowOffset(meta, 4, row, 3) + c * si) << 2);
    if (si == 0) {
      const at = Index.from(pi, low, size);
      if (at >= 0) copyRow<T>(py, px + ((at * stride) << alignof<T>()), count, sy, sx);
      else Index.note(found, i, load<i32>(pi));
    } else {
      for (let j = 0; j < count; ++j) {
        const at = Index.from(pi, low, size);
        if (at >= 0) store<T>(py, load<T>(px + ((at * stride) << alignof<T>())));
        else Index.note(found, i + j, load<i32>(pi));
        py += sy << alignof<T>();
        px += sx << alignof<T>();
        pi += si << 2;
      }
    }
    i += count;
  }
}

/**
 * y[i] = x[index[i]] for rows of `bytes` bytes, of which x has `rows`. The first index out of range goes into `found` (see Index.note). Units: rows of y.
 */
export function gatherRows(
  y: usize,
  x: usize,
  index: usize,
  found: usize,
  low: i32,
  rows: i32,
  bytes: i32,
  begin: i32,
  end: i32,
): void {
  for (let i = begin; i < end; ++i) {
    const at = Index.from(index + ((<usize>i) << 2), low, rows);
    if (at >= 0) Move.bytes(y + <usize>i * <usize>bytes, x + <usize>at * <usize>bytes, bytes);
    else Index.note(found, i, load<i32>(index + ((<usize>i) << 2)));
  }
}

/** y[e] = x[e + index[e]·stride] for elements of 1 byte. */
export function gather1(
  y: usize,
  x: usize,
  index: usize,
  found: usize,
  low: i32,
  size: i32,
  stride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  gatherStrided<u8>(y, x, index, found, low, size, stride, meta, begin, end);
}

/** y[e] = x[e + index[e]·stride] for elements of 4 bytes. */
export function gather4(
  y: usize,
  x: usize,
  index: usize,
  found: usize,
  low: i32,
  size: i32,
  stride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  gatherStrided<i32>(y, x, index, found, low, size, stride, meta, begin, end);
}

/** y[e] = x[e + index[e]·stride] for elements of 8 bytes. */
export function gather8(
  y: usize,
  x: usize,
  index: usize,
  found: usize,
  low: i32,
  size: i32,
  stride: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  gatherStrided<i64>(y, x, index, found, low, size, stride, meta, begin, end);
}
