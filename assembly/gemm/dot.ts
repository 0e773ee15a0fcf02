/**
 * The matrix product for rows of A and columns of B that both lie contiguous along k (a layer's input by its
 * weights [out, in]), where there are too few rows to pay for packing B: vectors run along k and are summed at the end.
 *
 * The order of an element's sum: lane by lane along k, then the lanes, then the terms that fill no vector.
 */
import { ADD, BIAS_COLUMN, BIAS_ROW, Lane } from './micro';

class Put {
  /** Finishes one element from its vector of sums; `a` and `b` point at the `left` terms that fill no vector. */
  @inline static one<T>(c: usize, x: v128, a: usize, b: usize, left: i32, flags: i32, column: usize, row: usize): void {
    let sum = Lane.sum<T>(x);
    for (let q = 0; q < left; ++q) {
      const at = (q as usize) * sizeof<T>();
      sum = (sum + load<T>(a + at) * load<T>(b + at)) as T;
    }
    if (flags & ADD) sum = (load<T>(c) + sum) as T;
    if (flags & BIAS_COLUMN) sum = (sum + load<T>(column)) as T;
    if (flags & BIAS_ROW) sum = (sum + load<T>(row)) as T;
    store<T>(c, sum);
  }
}

/**
 * R rows by C columns of C (+)= A·Bᵀ over k terms, R and C counted by the size of a type (R 1 or 2, C 1 or 4).
 * Steps between rows are in bytes.
 */
function dotTile<T, R, C>(
  c: usize,
  a: usize,
  b: usize,
  k: i32,
  aRow: usize,
  bRow: usize,
  ldc: usize,
  flags: i32,
  column: usize,
  row: usize,
): void {
  const zero = v128.splat<T>(0 as T);
  const size = sizeof<T>();
  const lanes = Lane.count<T>();
  const left = k % lanes;
  const end = a + ((k - left) as usize) * size;
  let c0 = zero,
    c1 = zero,
    c2 = zero,
    c3 = zero,
    c4 = zero,
    c5 = zero,
    c6 = zero,
    c7 = zero;
  let b1 = b + bRow;
  let b2 = b1 + bRow;
  let b3 = b2 + bRow;
  let a1 = a + aRow;
  while (a < end) {
    const x = v128.load(a);
    const y = sizeof<R>() > 1 ? v128.load(a1) : x;
    let w = v128.load(b);
    c0 = v128.add<T>(c0, v128.mul<T>(x, w));
    if (sizeof<R>() > 1) c4 = v128.add<T>(c4, v128.mul<T>(y, w));
    if (sizeof<C>() > 1) {
      w = v128.load(b1);
      c1 = v128.add<T>(c1, v128.mul<T>(x, w));
      if (sizeof<R>() > 1) c5 = v128.add<T>(c5, v128.mul<T>(y, w));
      w = v128.load(b2);
      c2 = v128.add<T>(c2, v128.mul<T>(x, w));
      if (sizeof<R>() > 1) c6 = v128.add<T>(c6, v128.mul<T>(y, w));
      w = v128.load(b3);
      c3 = v128.add<T>(c3, v128.mul<T>(x, w));
      if (sizeof<R>() > 1) c7 = v128.add<T>(c7, v128.mul<T>(y, w));
      b1 += 16;
      b2 += 16;
      b3 += 16;
    }
    a += 16;
    a1 += 16;
    b += 16;
  }
  Put.one<T>(c, c0, a, b, left, flags, column, row);
  if (sizeof<C>() > 1) {
    Put.one<T>(c + size, c1, a, b1, left, flags, column + size, row);
    Put.one<T>(c + 2 * size, c2, a, b2, left, flags, column + 2 * size, row);
    Put.one<T>(c + 3 * size, c3, a, b3, left, flags, column + 3 * size, row);
  }
  if (sizeof<R>() > 1) {
    c += ldc;
    row += size;
    Put.one<T>(c, c4, a1, b, left, flags, column, row);
    if (sizeof<C>() > 1) {
      Put.one<T>(c + size, c5, a1, b1, left, flags, column + size, row);
      Put.one<T>(c + 2 * size, c6, a1, b2, left, flags, column + 2 * size, row);
      Put.one<T>(c + 3 * size, c7, a1, b3, left, flags, column + 3 * size, row);
    }
  }
}

/** C (m × n at c) = A·Bᵀ, a panel of four rows of B staying in L1 while the rows of A pass by. */
export function dotBlock<T>(
  c: usize,
  a: usize,
  b: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: usize,
  bRow: usize,
  ldc: usize,
  flags: i32,
  column: usize,
  row: usize,
): void {
  for (let j = 0; j < n;) {
    const four = j + 4 <= n;
    let y = c + (j as usize) * sizeof<T>();
    let x = a;
    let r = row;
    const w = b + (j as usize) * bRow;
    const q = column + (j as usize) * sizeof<T>();
    let i = 0;
    for (; i + 2 <= m; i += 2) {
      if (four) dotTile<T, u16, u32>(y, x, w, k, aRow, bRow, ldc, flags, q, r);
      else dotTile<T, u16, u8>(y, x, w, k, aRow, bRow, ldc, flags, q, r);
      y += 2 * ldc;
      x += 2 * aRow;
      r += 2 * sizeof<T>();
    }
    if (i < m) {
      if (four) dotTile<T, u8, u32>(y, x, w, k, aRow, bRow, ldc, flags, q, r);
      else dotTile<T, u8, u8>(y, x, w, k, aRow, bRow, ldc, flags, q, r);
    }
    j += four ? 4 : 1;
  }
}
