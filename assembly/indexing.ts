// Indices out of range, and where a mask is true.
import { dimWord, rowOffset } from './strided';

/**
 * Finds an index outside of low … high-1: found = [1, the first such index], or [0, 0].
 * One slice does it all (grain = units). meta is [ndim, then per dim: size, stride of index].
 */
export function checkIndex(found: usize, index: usize, low: i32, high: i32, meta: usize, begin: i32, end: i32): void {
  store<i64>(found, 0);
  const n = dimWord(meta, 2, 1, 0);
  const si = dimWord(meta, 2, 1, 1);
  const span = <u32>(high - low);
  for (let i = begin; i < end;) {
    const row = i / n;
    let p = index + ((rowOffset(meta, 2, row, 1) + (i - row * n) * si) << 2);
    const stop = min(end, (row + 1) * n);
    for (; i < stop; ++i, p += si << 2) {
      const at = load<i32>(p);
      if (<u32>(at - low) >= span) {
        store<i32>(found, 1);
        store<i32>(found, at, 4);
        return;
      }
    }
  }
}

/** Elements of a mask counted at a time, the unit of countNonzero and nonzero. */
const CHUNK: i32 = 4096;

/** counts[c] = how many bytes of chunk c of a mask of n bytes are 1. Units: chunks of 4096. */
export function countNonzero(counts: usize, mask: usize, n: i32, begin: i32, end: i32): void {
  for (let chunk = begin; chunk < end; ++chunk) {
    const stop = mask + min(n, (chunk + 1) * CHUNK);
    let p = mask + chunk * CHUNK;
    let sums = i32x4.splat(0);
    for (; p + 16 <= stop; p += 16) {
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(v128.load(p))));
    }
    let count = 0;
    for (; p < stop; ++p) count += <i32>load<u8>(p);
    count += i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1);
    count += i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
    store<i32>(counts + (chunk << 2), count);
  }
}

/** Turns n counts into where each chunk starts, in place; counts[n] = the total. One unit. */
export function prefixCounts(counts: usize, n: i32, begin: i32, end: i32): void {
  if (begin >= end) return;
  let total = 0;
  for (let i = 0; i < n; ++i) {
    const count = load<i32>(counts + (i << 2));
    store<i32>(counts + (i << 2), total);
    total += count;
  }
  store<i32>(counts + (n << 2), total);
}

/** y [count, ndim] = the coordinates of the ones of a mask of n bytes; meta is [ndim, sizes]. Units: chunks. */
export function nonzero(y: usize, mask: usize, starts: usize, n: i32, meta: usize, begin: i32, end: i32): void {
  const ndim = load<i32>(meta);
  for (let chunk = begin; chunk < end; ++chunk) {
    const stop = min(n, (chunk + 1) * CHUNK);
    let p = y + ((load<i32>(starts + (chunk << 2)) * ndim) << 2);
    if (ndim == 1) {
      // Every index is written and a false one overwritten: a branch on a random mask would be mispredicted half the time.
      const last = y + (load<i32>(starts + ((chunk + 1) << 2)) << 2);
      for (let i = chunk * CHUNK; p < last; ++i) {
        store<i32>(p, i);
        p += (<usize>load<u8>(mask + i)) << 2;
      }
      continue;
    }
    const inner = load<i32>(meta + (ndim << 2));
    let i = chunk * CHUNK;
    let row = i / inner;
    for (let c = i - row * inner; i < stop; ++row, c = 0) {
      for (const rowStop = min(stop, i + inner - c); i < rowStop; ++i, ++c) {
        if (load<u8>(mask + i) == 0) continue;
        store<i32>(p + ((ndim - 1) << 2), c);
        let rest = row;
        for (let d = ndim - 2; d > 0; --d) {
          const size = load<i32>(meta + 4 + (d << 2));
          const next = rest / size;
          store<i32>(p + (d << 2), rest - next * size);
          rest = next;
        }
        store<i32>(p, rest);
        p += ndim << 2;
      }
    }
  }
}
