/**
 * The register tiles of the matrix product: R rows by C vectors, accumulators in locals.
 *
 * R is counted by the bytes of a class and C by the size of a type (u8 1, u16 2, u32 4), because a generic takes no numbers; every
 * test of them is resolved at compile time. All tiles add the k terms one after another, so they give the same
 * bits and the choice between them is a matter of speed alone.
 *
 * Rates of an L1-resident loop without relaxed SIMD (Node 20, x86-64, k 256, one run; GFLOP/s): 4×8 32.7, 2×16 33.3, 2×12 32.0, 3×16 28.5,
 * 4×12 28.4, 5×8 28.1, 3×12 26.1, 6×8 24.1, 8×4 22.3. Eight accumulators beside four other vectors leave V8 its
 * scratch register; larger tiles spill. Unrolling k by 2 or 4 lost 15 to 30 %. Rows of A read in place through their own
 * pointers are as fast as a packed panel.
 */
import { Lanes } from '../simd/lanes';

/** Bits of `flags`: add to what C holds; add a bias by column; add a bias by row. */
export const ADD = 1;
export const BIAS_COLUMN = 2;
export const BIAS_ROW = 4;

/** Rows of a tile, counted by the bytes of a class: no type has six. */
@unmanaged
export class One {
  rows: u8;
}

@unmanaged
export class Two {
  rows: u16;
}

@unmanaged
export class Four {
  rows: u32;
}

@unmanaged
export class Six {
  rows: u32;
  more: u16;
}

@unmanaged
export class Eight {
  rows: u64;
}

export class Lane {
  /** Elements of a vector. */
  @inline static count<T>(): i32 {
    return 16 / (sizeof<T>() as i32);
  }

  @inline static loadSplat<T>(p: usize): v128 {
    return sizeof<T>() == 8 ? v128.load64_splat(p) : v128.load32_splat(p);
  }

  /** The first `count` elements (fewer than a vector), zeros behind them. */
  @inline static loadPart<T>(p: usize, count: i32): v128 {
    if (sizeof<T>() == 8) return v128.load64_zero(p);
    if (count == 1) return v128.load32_zero(p);
    const low = v128.load64_zero(p);
    return count == 2 ? low : v128.load_lane<u32>(p, low, 2, 8);
  }

  /** Stores the first `count` elements (fewer than a vector). */
  @inline static storePart<T>(p: usize, x: v128, count: i32): void {
    if (sizeof<T>() == 8) {
      v128.store_lane<u64>(p, x, 0);
      return;
    }
    v128.store_lane<u32>(p, x, 0);
    if (count > 1) v128.store_lane<u32>(p, x, 1, 4);
    if (count > 2) v128.store_lane<u32>(p, x, 2, 8);
  }

  /** The sum of the elements, halves first. */
  @inline static sum<T>(x: v128): T {
    const halves = v128.add<T>(x, v128.shuffle<i64>(x, x, 1, 0));
    if (sizeof<T>() == 8) return v128.extract_lane<T>(halves, 0);
    return (v128.extract_lane<T>(halves, 0) + v128.extract_lane<T>(halves, 1)) as T;
  }
}

class Finish {
  /** Adds what the flags ask for to an accumulator. */
  @inline static apply<T>(x: v128, c: v128, flags: i32, column: v128, row: v128): v128 {
    if (flags & ADD) x = v128.add<T>(c, x);
    if (flags & BIAS_COLUMN) x = v128.add<T>(x, column);
    if (flags & BIAS_ROW) x = v128.add<T>(x, row);
    return x;
  }

  @inline static put<T>(c: usize, x: v128, flags: i32, column: usize, row: v128): void {
    if (flags == 0) {
      v128.store(c, x);
      return;
    }
    const bias = flags & BIAS_COLUMN ? v128.load(column) : row;
    v128.store(c, Finish.apply<T>(x, flags & ADD ? v128.load(c) : x, flags, bias, row));
  }

  @inline static putPart<T>(c: usize, x: v128, flags: i32, column: usize, row: v128, count: i32): void {
    const bias = flags & BIAS_COLUMN ? Lane.loadPart<T>(column, count) : row;
    const before = flags & ADD ? Lane.loadPart<T>(c, count) : x;
    Lane.storePart<T>(c, Finish.apply<T>(x, before, flags, bias, row), count);
  }
}

/**
 * A tile of R rows by C vectors: C (+)= A·B over k terms.
 *
 * Steps are in bytes: `aRow` and `aStep` from row to row and from term to term of A, `bStep` from term to term of B,
 * `ldc` from row to row of C. `column` and `row` point at the biases of the tile's first column and row.
 */
export function tile<T, R, C>(
  c: usize,
  a: usize,
  b: usize,
  k: i32,
  aRow: usize,
  aStep: usize,
  bStep: usize,
  ldc: usize,
  flags: i32,
  column: usize,
  row: usize,
): void {
  const zero = v128.splat<T>(0 as T);
  let c00 = zero,
    c01 = zero,
    c02 = zero,
    c03 = zero;
  let c10 = zero,
    c11 = zero,
    c12 = zero,
    c13 = zero;
  let c20 = zero,
    c21 = zero,
    c30 = zero,
    c31 = zero,
    c40 = zero,
    c41 = zero,
    c50 = zero,
    c51 = zero;
  let a1 = a + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let a4 = a3 + aRow;
  let a5 = a4 + aRow;
  for (let p = 0; p < k; ++p) {
    const b0 = v128.load(b);
    const b1 = sizeof<C>() > 1 ? v128.load(b, 16) : b0;
    const b2 = sizeof<C>() > 2 ? v128.load(b, 32) : b0;
    const b3 = sizeof<C>() > 2 ? v128.load(b, 48) : b0;
    let x = Lane.loadSplat<T>(a);
    c00 = Lanes.fma<T>(x, b0, c00);
    if (sizeof<C>() > 1) c01 = Lanes.fma<T>(x, b1, c01);
    if (sizeof<C>() > 2) {
      c02 = Lanes.fma<T>(x, b2, c02);
      c03 = Lanes.fma<T>(x, b3, c03);
    }
    a += aStep;
    if (offsetof<R>() > 1) {
      x = Lane.loadSplat<T>(a1);
      c10 = Lanes.fma<T>(x, b0, c10);
      if (sizeof<C>() > 1) c11 = Lanes.fma<T>(x, b1, c11);
      if (sizeof<C>() > 2) {
        c12 = Lanes.fma<T>(x, b2, c12);
        c13 = Lanes.fma<T>(x, b3, c13);
      }
      a1 += aStep;
    }
    if (offsetof<R>() > 2) {
      x = Lane.loadSplat<T>(a2);
      c20 = Lanes.fma<T>(x, b0, c20);
      if (sizeof<C>() > 1) c21 = Lanes.fma<T>(x, b1, c21);
      a2 += aStep;
      x = Lane.loadSplat<T>(a3);
      c30 = Lanes.fma<T>(x, b0, c30);
      if (sizeof<C>() > 1) c31 = Lanes.fma<T>(x, b1, c31);
      a3 += aStep;
    }
    if (offsetof<R>() > 4) {
      x = Lane.loadSplat<T>(a4);
      c40 = Lanes.fma<T>(x, b0, c40);
      if (sizeof<C>() > 1) c41 = Lanes.fma<T>(x, b1, c41);
      a4 += aStep;
      x = Lane.loadSplat<T>(a5);
      c50 = Lanes.fma<T>(x, b0, c50);
      if (sizeof<C>() > 1) c51 = Lanes.fma<T>(x, b1, c51);
      a5 += aStep;
    }
    b += bStep;
  }
  let bias = flags & BIAS_ROW ? Lane.loadSplat<T>(row) : zero;
  Finish.put<T>(c, c00, flags, column, bias);
  if (sizeof<C>() > 1) Finish.put<T>(c + 16, c01, flags, column + 16, bias);
  if (sizeof<C>() > 2) {
    Finish.put<T>(c + 32, c02, flags, column + 32, bias);
    Finish.put<T>(c + 48, c03, flags, column + 48, bias);
  }
  if (offsetof<R>() > 1) {
    c += ldc;
    if (flags & BIAS_ROW) bias = Lane.loadSplat<T>(row + sizeof<T>());
    Finish.put<T>(c, c10, flags, column, bias);
    if (sizeof<C>() > 1) Finish.put<T>(c + 16, c11, flags, column + 16, bias);
    if (sizeof<C>() > 2) {
      Finish.put<T>(c + 32, c12, flags, column + 32, bias);
      Finish.put<T>(c + 48, c13, flags, column + 48, bias);
    }
  }
  if (offsetof<R>() > 2) {
    c += ldc;
    if (flags & BIAS_ROW) bias = Lane.loadSplat<T>(row + 2 * sizeof<T>());
    Finish.put<T>(c, c20, flags, column, bias);
    if (sizeof<C>() > 1) Finish.put<T>(c + 16, c21, flags, column + 16, bias);
    c += ldc;
    if (flags & BIAS_ROW) bias = Lane.loadSplat<T>(row + 3 * sizeof<T>());
    Finish.put<T>(c, c30, flags, column, bias);
    if (sizeof<C>() > 1) Finish.put<T>(c + 16, c31, flags, column + 16, bias);
  }
  if (offsetof<R>() > 4) {
    c += ldc;
    if (flags & BIAS_ROW) bias = Lane.loadSplat<T>(row + 4 * sizeof<T>());
    Finish.put<T>(c, c40, flags, column, bias);
    if (sizeof<C>() > 1) Finish.put<T>(c + 16, c41, flags, column + 16, bias);
    c += ldc;
    if (flags & BIAS_ROW) bias = Lane.loadSplat<T>(row + 5 * sizeof<T>());
    Finish.put<T>(c, c50, flags, column, bias);
    if (sizeof<C>() > 1) Finish.put<T>(c + 16, c51, flags, column + 16, bias);
  }
}

/** The last `count` columns, fewer than a vector: as `tile` with one partial vector. */
export function tilePart<T, R>(
  c: usize,
  a: usize,
  b: usize,
  k: i32,
  aRow: usize,
  aStep: usize,
  bStep: usize,
  ldc: usize,
  flags: i32,
  column: usize,
  row: usize,
  count: i32,
): void {
  const zero = v128.splat<T>(0 as T);
  let c0 = zero,
    c1 = zero,
    c2 = zero,
    c3 = zero;
  for (let p = 0; p < k; ++p) {
    const x = Lane.loadPart<T>(b, count);
    c0 = Lanes.fma<T>(Lane.loadSplat<T>(a), x, c0);
    if (offsetof<R>() > 1) c1 = Lanes.fma<T>(Lane.loadSplat<T>(a + aRow), x, c1);
    if (offsetof<R>() > 2) {
      c2 = Lanes.fma<T>(Lane.loadSplat<T>(a + 2 * aRow), x, c2);
      c3 = Lanes.fma<T>(Lane.loadSplat<T>(a + 3 * aRow), x, c3);
    }
    a += aStep;
    b += bStep;
  }
  let bias = flags & BIAS_ROW ? Lane.loadSplat<T>(row) : zero;
  Finish.putPart<T>(c, c0, flags, column, bias, count);
  if (offsetof<R>() > 1) {
    if (flags & BIAS_ROW) bias = Lane.loadSplat<T>(row + sizeof<T>());
    Finish.putPart<T>(c + ldc, c1, flags, column, bias, count);
  }
  if (offsetof<R>() > 2) {
    if (flags & BIAS_ROW) bias = Lane.loadSplat<T>(row + 2 * sizeof<T>());
    Finish.putPart<T>(c + 2 * ldc, c2, flags, column, bias, count);
    if (flags & BIAS_ROW) bias = Lane.loadSplat<T>(row + 3 * sizeof<T>());
    Finish.putPart<T>(c + 3 * ldc, c3, flags, column, bias, count);
  }
}

/**
 * A column strip: all `m` rows by C vectors in tiles of 4, 2 and 1 rows (2 and 1 where C is 4 vectors). In the relaxed build, whose products
 * need no register of their own, tiles of 6 come first where the tile of packed products has more than 4 `rows` (src/runtime/tile.ts).
 */
export function strip<T, C>(
  c: usize,
  a: usize,
  b: usize,
  m: i32,
  k: i32,
  aRow: usize,
  aStep: usize,
  bStep: usize,
  ldc: usize,
  flags: i32,
  column: usize,
  row: usize,
  rows: i32,
): void {
  let i = 0;
  if (sizeof<C>() <= 2) {
    if (ASC_FEATURE_RELAXED_SIMD && rows > 4) {
      for (; i + 6 <= m && m - i != 8 && m - i != 9; i += 6) {
        tile<T, Six, C>(c, a, b, k, aRow, aStep, bStep, ldc, flags, column, row);
        c += 6 * ldc;
        a += 6 * aRow;
        row += 6 * sizeof<T>();
      }
    }
    for (; i + 4 <= m; i += 4) {
      tile<T, Four, C>(c, a, b, k, aRow, aStep, bStep, ldc, flags, column, row);
      c += 4 * ldc;
      a += 4 * aRow;
      row += 4 * sizeof<T>();
    }
  }
  for (; i + 2 <= m; i += 2) {
    tile<T, Two, C>(c, a, b, k, aRow, aStep, bStep, ldc, flags, column, row);
    c += 2 * ldc;
    a += 2 * aRow;
    row += 2 * sizeof<T>();
  }
  if (i < m) tile<T, One, C>(c, a, b, k, aRow, aStep, bStep, ldc, flags, column, row);
}

/** As `strip`, for the last `count` columns, fewer than a vector. */
export function stripPart<T>(
  c: usize,
  a: usize,
  b: usize,
  m: i32,
  k: i32,
  aRow: usize,
  aStep: usize,
  bStep: usize,
  ldc: usize,
  flags: i32,
  column: usize,
  row: usize,
  count: i32,
): void {
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    tilePart<T, Four>(c, a, b, k, aRow, aStep, bStep, ldc, flags, column, row, count);
    c += 4 * ldc;
    a += 4 * aRow;
    row += 4 * sizeof<T>();
  }
  for (; i < m; ++i) {
    tilePart<T, One>(c, a, b, k, aRow, aStep, bStep, ldc, flags, column, row, count);
    c += ldc;
    a += aRow;
    row += sizeof<T>();
  }
}
