import { Lane, strip, stripPart } from './micro';

/** Terms of a k-block: two vectors of B by this many terms (12 KiB) stay in L1 beside the rows of A. */
const DEPTH: i32 = 384;

export class Blocks {
  /** The depth of the k-blocks: as few blocks as DEPTH allows, as equal as can be. */
  @inline static depth(k: i32): i32 {
    const blocks = (k + DEPTH - 1) / DEPTH;
    return blocks <= 1 ? k : ((k + blocks - 1) / blocks + 3) & ~3;
  }
}

/** C (m × n at c) = A·B for one block of B, `packed` or with rows `bRow` bytes apart. */
export function block<T>(
  c: usize,
  a: usize,
  b: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: usize,
  aStep: usize,
  bRow: usize,
  packed: bool,
  ldc: usize,
  flags: i32,
  column: usize,
  row: usize,
  tile: i32,
): void {
  const lanes = Lane.count<T>();
  let j = 0;
  // Few rows: tiles four vectors wide, which read whole cache lines of B.
  if (m < 4 && !packed) {
    for (; j + 4 * lanes <= n; j += 4 * lanes) {
      const at = (j as usize) * sizeof<T>();
      strip<T, u32>(c + at, a, b + at, m, k, aRow, aStep, bRow, ldc, flags, column + at, row, tile);
    }
  }
  for (; j < n; j += 2 * lanes) {
    const at = (j as usize) * sizeof<T>();
    let width = n - j;
    if (width > 2 * lanes) width = 2 * lanes;
    const step = packed ? (width as usize) * sizeof<T>() : bRow;
    let p = packed ? b + at * k : b + at;
    if (width == 2 * lanes) {
      strip<T, u16>(c + at, a, p, m, k, aRow, aStep, step, ldc, flags, column + at, row, tile);
      continue;
    }
    let q = at;
    if (width >= lanes) {
      strip<T, u8>(c + q, a, p, m, k, aRow, aStep, step, ldc, flags, column + q, row, tile);
      q += 16;
      p += 16;
      width -= lanes;
    }
    if (width > 0) stripPart<T>(c + q, a, p, m, k, aRow, aStep, step, ldc, flags, column + q, row, width);
  }
}

export class Batch {
  /** The offset, in elements, of operand `which` (0 C, 1 A, 2 B) of matrix `i`; meta is [ndim, (size, strides of C, A, B)…]. */
  @inline static offset(meta: usize, i: i32, which: usize): i32 {
    let offset = 0;
    for (let d = load<i32>(meta) - 1; d >= 0; --d) {
      const at = meta + 4 + (d as usize) * 16;
      const size = load<i32>(at);
      offset += (i % size) * load<i32>(at + 4 + which * 4);
      i /= size;
    }
    return offset;
  }
}
