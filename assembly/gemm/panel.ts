/**
 * The matrix product of packed operands: tiles of 8, 6 or 4 (2, 1) rows by 2 (1) vectors that sweep over the columns of a block.
 *
 * A is packed a tile's rows at a time with every element repeated over a vector, B in panels of two vectors. The inner loop is
 * then nothing but loads from fixed offsets, multiplications and additions: V8 computes the address of every broadcast
 * load but the first by an instruction of its own, and where two threads share a core the number of instructions is
 * what counts. Rates of an L1-resident loop in GFLOP/s (x86-64; Node 20 | Node 24 and Chromium, relaxed):
 *
 *   multiply and add in registers, 12 accumulators   31 | 48, 49
 *   4×8 34 | 41, 42;  6×8 27 | 48, 49;  8×8 22 | 35, 39;  5×8 33 | 46, 46;  3×12 33 | 44, 44;  2×16 33 | 42, 42;  4×12 28 | 39, 40
 *
 * Two ports with a latency of four cycles want more than eight products in flight, and 16 registers hold 12 sums, two vectors of B
 * and one of A; a product that is not fused with its addition needs one more. Engines differ (Node 22 spills what Node 24 keeps), so `init` times
 * 4×8, 6×8 and 8×8 (src/runtime/tile.ts). All tiles add the terms of an element one after another, so they give the same bits.
 */
import { ADD, BIAS_COLUMN, BIAS_ROW, Lane } from './micro';
import { Lanes } from '../simd/lanes';
import { Square } from './pack';

/** Terms of a k-block. The rows of A (16 to 32 KiB) stay in L1 while the panels of B (8 KiB each) come from L2. */
const DEPTH: i32 = 256;

export class Depth {
  /** The depth of the k-blocks: as few blocks as DEPTH allows, as equal as can be. */
  @inline static of(k: i32): i32 {
    const blocks = max(1, (k + DEPTH - 1) / DEPTH);
    return (k + blocks - 1) / blocks;
  }
}

/** Packs R rows of A: `terms` terms, every element over a whole vector, the rows of a term side by side. Strides in bytes. */
export function packA<T, R>(to: usize, a: usize, terms: i32, aRow: usize, aCol: usize): void {
  let a1 = a + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let a4 = a3 + aRow;
  let a5 = a4 + aRow;
  let a6 = a5 + aRow;
  let a7 = a6 + aRow;
  const end = to + (terms as usize) * (offsetof<R>() * 16);
  while (to < end) {
    v128.store(to, Lane.loadSplat<T>(a));
    a += aCol;
    if (offsetof<R>() > 1) {
      v128.store(to, Lane.loadSplat<T>(a1), 16);
      a1 += aCol;
    }
    if (offsetof<R>() > 2) {
      v128.store(to, Lane.loadSplat<T>(a2), 32);
      v128.store(to, Lane.loadSplat<T>(a3), 48);
      a2 += aCol;
      a3 += aCol;
    }
    if (offsetof<R>() > 4) {
      v128.store(to, Lane.loadSplat<T>(a4), 64);
      v128.store(to, Lane.loadSplat<T>(a5), 80);
      a4 += aCol;
      a5 += aCol;
    }
    if (offsetof<R>() > 6) {
      v128.store(to, Lane.loadSplat<T>(a6), 96);
      v128.store(to, Lane.loadSplat<T>(a7), 112);
      a6 += aCol;
      a7 += aCol;
    }
    to += offsetof<R>() * 16;
  }
}

/**
 * Packs a block of B in panels of two vectors by `terms` terms, the last one a single vector where no more is needed; what B
 * does not fill is zero. Strides in bytes.
 */
export function packB<T>(to: usize, b: usize, terms: i32, columns: i32, bRow: usize, bCol: usize): void {
  const lanes = Lane.count<T>();
  for (let j = 0; j < columns; j += 2 * lanes) {
    const width = min(2 * lanes, columns - j);
    const step: usize = width > lanes ? 32 : 16;
    const from = b + (j as usize) * bCol;
    const end = to + (terms as usize) * step;
    if (width == 2 * lanes && bCol == sizeof<T>()) {
      let s = from;
      for (let d = to; d < end; d += 32) {
        v128.store(d, v128.load(s));
        v128.store(d, v128.load(s, 16), 16);
        s += bRow;
      }
    } else {
      if (width != 2 * lanes && width != lanes) memory.fill(to, 0, end - to);
      let l = 0;
      if (bRow == sizeof<T>()) {
        for (; l + lanes <= width; l += lanes) {
          Square.columns<T>(to + (l as usize) * sizeof<T>(), from + (l as usize) * bCol, terms, bCol, step);
        }
      }
      for (; l < width; ++l) {
        let s = from + (l as usize) * bCol;
        let d = to + (l as usize) * sizeof<T>();
        for (let q = 0; q < terms; ++q) {
          store<T>(d, load<T>(s));
          s += bRow;
          d += step;
        }
      }
    }
    to = end;
  }
}

/** `panels` panels (C vectors wide) of C = A·B, or C + A·B: R rows over `k` terms, at least one. */
export function sweep<T, R, C>(c: usize, a: usize, b: usize, panels: i32, k: i32, ldc: usize, add: bool): void {
  const zero = v128.splat<T>(0 as T);
  const width = sizeof<C>() * 16;
  const bytes = (k as usize) * width;
  for (; panels > 0; --panels) {
    let c00 = zero,
      c01 = zero,
      c10 = zero,
      c11 = zero,
      c20 = zero,
      c21 = zero,
      c30 = zero,
      c31 = zero,
      c40 = zero,
      c41 = zero,
      c50 = zero,
      c51 = zero,
      c60 = zero,
      c61 = zero,
      c70 = zero,
      c71 = zero;
    let p = a;
    const end = b + bytes;
    // V8 unrolls this loop itself; unrolled by hand it keeps accumulators in memory.
    do {
      const b0 = v128.load(b);
      const b1 = sizeof<C>() > 1 ? v128.load(b, 16) : b0;
      const x0 = v128.load(p);
      c00 = Lanes.fma<T>(x0, b0, c00);
      if (sizeof<C>() > 1) c01 = Lanes.fma<T>(x0, b1, c01);
      if (offsetof<R>() > 1) {
        const x1 = v128.load(p, 16);
        c10 = Lanes.fma<T>(x1, b0, c10);
        if (sizeof<C>() > 1) c11 = Lanes.fma<T>(x1, b1, c11);
      }
      if (offsetof<R>() > 2) {
        const x2 = v128.load(p, 32);
        c20 = Lanes.fma<T>(x2, b0, c20);
        if (sizeof<C>() > 1) c21 = Lanes.fma<T>(x2, b1, c21);
        const x3 = v128.load(p, 48);
        c30 = Lanes.fma<T>(x3, b0, c30);
        if (sizeof<C>() > 1) c31 = Lanes.fma<T>(x3, b1, c31);
      }
      if (offsetof<R>() > 4) {
        const x4 = v128.load(p, 64);
        c40 = Lanes.fma<T>(x4, b0, c40);
        if (sizeof<C>() > 1) c41 = Lanes.fma<T>(x4, b1, c41);
        const x5 = v128.load(p, 80);
        c50 = Lanes.fma<T>(x5, b0, c50);
        if (sizeof<C>() > 1) c51 = Lanes.fma<T>(x5, b1, c51);
      }
      if (offsetof<R>() > 6) {
        const x6 = v128.load(p, 96);
        c60 = Lanes.fma<T>(x6, b0, c60);
        if (sizeof<C>() > 1) c61 = Lanes.fma<T>(x6, b1, c61);
        const x7 = v128.load(p, 112);
        c70 = Lanes.fma<T>(x7, b0, c70);
        if (sizeof<C>() > 1) c71 = Lanes.fma<T>(x7, b1, c71);
      }
      p += offsetof<R>() * 16;
      b += width;
    } while (b < end);
    let y = c;
    if (add) {
      c00 = v128.add<T>(v128.load(y), c00);
      if (sizeof<C>() > 1) c01 = v128.add<T>(v128.load(y, 16), c01);
      if (offsetof<R>() > 1) {
        y += ldc;
        c10 = v128.add<T>(v128.load(y), c10);
        if (sizeof<C>() > 1) c11 = v128.add<T>(v128.load(y, 16), c11);
      }
      if (offsetof<R>() > 2) {
        y += ldc;
        c20 = v128.add<T>(v128.load(y), c20);
        if (sizeof<C>() > 1) c21 = v128.add<T>(v128.load(y, 16), c21);
        y += ldc;
        c30 = v128.add<T>(v128.load(y), c30);
        if (sizeof<C>() > 1) c31 = v128.add<T>(v128.load(y, 16), c31);
      }
      if (offsetof<R>() > 4) {
        y += ldc;
        c40 = v128.add<T>(v128.load(y), c40);
        if (sizeof<C>() > 1) c41 = v128.add<T>(v128.load(y, 16), c41);
        y += ldc;
        c50 = v128.add<T>(v128.load(y), c50);
        if (sizeof<C>() > 1) c51 = v128.add<T>(v128.load(y, 16), c51);
      }
      if (offsetof<R>() > 6) {
        y += ldc;
        c60 = v128.add<T>(v128.load(y), c60);
        if (sizeof<C>() > 1) c61 = v128.add<T>(v128.load(y, 16), c61);
        y += ldc;
        c70 = v128.add<T>(v128.load(y), c70);
        if (sizeof<C>() > 1) c71 = v128.add<T>(v128.load(y, 16), c71);
      }
      y = c;
    }
    v128.store(y, c00);
    if (sizeof<C>() > 1) v128.store(y, c01, 16);
    if (offsetof<R>() > 1) {
      y += ldc;
      v128.store(y, c10);
      if (sizeof<C>() > 1) v128.store(y, c11, 16);
    }
    if (offsetof<R>() > 2) {
      y += ldc;
      v128.store(y, c20);
      if (sizeof<C>() > 1) v128.store(y, c21, 16);
      y += ldc;
      v128.store(y, c30);
      if (sizeof<C>() > 1) v128.store(y, c31, 16);
    }
    if (offsetof<R>() > 4) {
      y += ldc;
      v128.store(y, c40);
      if (sizeof<C>() > 1) v128.store(y, c41, 16);
      y += ldc;
      v128.store(y, c50);
      if (sizeof<C>() > 1) v128.store(y, c51, 16);
    }
    if (offsetof<R>() > 6) {
      y += ldc;
      v128.store(y, c60);
      if (sizeof<C>() > 1) v128.store(y, c61, 16);
      y += ldc;
      v128.store(y, c70);
      if (sizeof<C>() > 1) v128.store(y, c71, 16);
    }
    c += width;
  }
}

class Term {
  @inline static add<T>(x: T, c: usize, column: usize, row: usize, flags: i32): T {
    if (flags & ADD) x = (load<T>(c) + x) as T;
    if (flags & BIAS_COLUMN) x = (x + load<T>(column)) as T;
    if (flags & BIAS_ROW) x = (x + load<T>(row)) as T;
    return x;
  }
}

/**
 * Brings sums from `from` (rows `pitch` bytes apart) to C, with what the flags ask for. Strides in bytes; C may be `from`.
 */
export function deliver<T>(
  c: usize,
  cRow: usize,
  cCol: usize,
  from: usize,
  pitch: usize,
  rows: i32,
  columns: i32,
  flags: i32,
  column: usize,
  row: usize,
): void {
  const size = sizeof<T>();
  const lanes = Lane.count<T>();
  const whole = cCol == size ? columns - (columns % lanes) : 0;
  for (let i = 0; i < rows; ++i) {
    const rowBias = flags & BIAS_ROW ? Lane.loadSplat<T>(row) : v128.splat<T>(0 as T);
    let y = c;
    let s = from;
    let q = column;
    for (const end = s + (whole as usize) * size; s < end; s += 16) {
      let x = v128.load(s);
      if (flags & ADD) x = v128.add<T>(v128.load(y), x);
      if (flags & BIAS_COLUMN) x = v128.add<T>(x, v128.load(q));
      if (flags & BIAS_ROW) x = v128.add<T>(x, rowBias);
      v128.store(y, x);
      y += 16;
      q += 16;
    }
    for (const end = from + (columns as usize) * size; s < end; s += size) {
      store<T>(y, Term.add<T>(load<T>(s), y, q, row, flags));
      y += cCol;
      q += size;
    }
    c += cRow;
    from += pitch;
    row += size;
  }
}
