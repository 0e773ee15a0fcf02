/**
 * The matrix product C = A·B (+ C) (+ bias), then an activation, for A of any strides and B with rows of unit stride or packed.
 *
 *        nb            nb            A is read in place, four rows at a time (a broadcast load each, so its strides cost
 *      ┌─────┐       ┌─────┐         nothing); a panel of B, 2 vectors wide and one k-block deep, stays in L1 while
 *   mb │ C   │ += mb │ A   │ · k-block of B    the rows of the block pass by.
 *      └─────┘       └─────┘
 *
 * A unit is one block of mb × nb of one matrix of the batch. The terms of an element are added one after another
 * within a k-block and the k-blocks in order, so the bits depend on k alone.
 */
import { Batch, Blocks, block } from './block';
import { ADD, BIAS_COLUMN, BIAS_ROW, RELU } from './micro';
import { pack, packRows } from './pack';

function product<T>(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: i32,
  aCol: i32,
  bRow: i32,
  packed: i32,
  ldc: i32,
  mb: i32,
  nb: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const mBlocks = (m + mb - 1) / mb;
  const nBlocks = (n + nb - 1) / nb;
  const depth = Blocks.depth(k);
  const size = sizeof<T>();
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / (mBlocks * nBlocks);
    const i = ((unit / nBlocks) % mBlocks) * mb;
    const j = (unit % nBlocks) * nb;
    const rows = min(mb, m - i);
    const columns = min(nb, n - j);
    const y = c + ((Batch.offset(meta, matrix, 0) + i * ldc + j) as usize) * size;
    const x = a + ((Batch.offset(meta, matrix, 1) + i * aRow) as usize) * size;
    const w = b + (Batch.offset(meta, matrix, 2) as usize) * size;
    const column = bias + (j as usize) * size;
    const row = bias + (i as usize) * size;
    let p = 0;
    do {
      const terms = min(depth, k - p);
      let todo = p > 0 ? ADD : flags & ADD;
      if (p + terms >= k) todo |= flags & (BIAS_COLUMN | BIAS_ROW | RELU);
      const at = packed ? p * n + j * terms : p * bRow + j;
      block<T>(
        y,
        x + ((p * aCol) as usize) * size,
        w + (at as usize) * size,
        rows,
        columns,
        terms,
        (aRow as usize) * size,
        (aCol as usize) * size,
        (bRow as usize) * size,
        packed != 0,
        (ldc as usize) * size,
        todo,
        column,
        row,
      );
      p += terms;
    } while (p < k);
  }
}

export function gemm(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: i32,
  aCol: i32,
  bRow: i32,
  packed: i32,
  ldc: i32,
  mb: i32,
  nb: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  product<f32>(c, a, b, bias, m, n, k, aRow, aCol, bRow, packed, ldc, mb, nb, flags, meta, begin, end);
}

export function gemmF64(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: i32,
  aCol: i32,
  bRow: i32,
  packed: i32,
  ldc: i32,
  mb: i32,
  nb: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  product<f64>(c, a, b, bias, m, n, k, aRow, aCol, bRow, packed, ldc, mb, nb, flags, meta, begin, end);
}

export function gemmPack(
  panels: usize,
  b: usize,
  n: i32,
  k: i32,
  bRow: i32,
  bCol: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  pack<f32>(panels, b, n, k, bRow, bCol, meta, begin, end);
}

export function gemmPackF64(
  panels: usize,
  b: usize,
  n: i32,
  k: i32,
  bRow: i32,
  bCol: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  pack<f64>(panels, b, n, k, bRow, bCol, meta, begin, end);
}

export function gemmPackRows(
  rows: usize,
  a: usize,
  m: i32,
  k: i32,
  aRow: i32,
  aCol: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  packRows<f32>(rows, a, m, k, aRow, aCol, meta, begin, end);
}

export function gemmPackRowsF64(
  rows: usize,
  a: usize,
  m: i32,
  k: i32,
  aRow: i32,
  aCol: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  packRows<f64>(rows, a, m, k, aRow, aCol, meta, begin, end);
}
