/**
 * Matrix products without packing: few rows by a B in place, and a plain loop.
 */
import { Batch, Blocks, block } from './block';
import { dotBlock } from './dot';
import { ADD, BIAS_COLUMN, BIAS_ROW } from './micro';

/** Terms of a k-block where vectors run along k: four columns of B (16 KiB) stay in L1, and long sums keep their digits. */
const DOT_DEPTH: i32 = 1024;

/**
 * A few rows of A by a B that is read in place: its columns contiguous along k, as the rows of A are (`dots`: vectors run along k), or its rows
 * contiguous. A unit is `nb` columns of one matrix.
 * @dtypes f32 f64
 */
export function gemmRows<T>(
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
  bCol: i32,
  ldc: i32,
  nb: i32,
  dots: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const nBlocks = (n + nb - 1) / nb;
  const depth = dots ? DOT_DEPTH : Blocks.depth(k);
  const size = sizeof<T>();
  const xRow = (aRow as usize) * size;
  const yRow = (ldc as usize) * size;
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / nBlocks;
    const j = (unit % nBlocks) * nb;
    const y = c + ((Batch.offset(meta, matrix, 0) + j) as usize) * size;
    const x = a + (Batch.offset(meta, matrix, 1) as usize) * size;
    const w = b + ((Batch.offset(meta, matrix, 2) + j * bCol) as usize) * size;
    const columns = min(nb, n - j);
    const column = bias + (j as usize) * size;
    for (let p = 0; p < k; p += depth) {
      const terms = min(depth, k - p);
      let todo = p > 0 ? ADD : flags & ADD;
      if (p + terms >= k) todo |= flags & (BIAS_COLUMN | BIAS_ROW);
      const from = x + ((p * aCol) as usize) * size;
      const by = w + ((p * bRow) as usize) * size;
      if (dots) {
        dotBlock<T>(y, from, by, m, columns, terms, xRow, (bCol as usize) * size, yRow, todo, column, bias);
        continue;
      }
      const step = (aCol as usize) * size;
      const down = (bRow as usize) * size;
      block<T>(y, from, by, m, columns, terms, xRow, step, down, false, yRow, todo, column, bias, 4);
    }
  }
}

/**
 * A plain loop for integers and for products too small to be worth tiles. A unit is one row of one matrix.
 * In float32 each term is rounded once, as the fused multiply-add of native libraries does: small networks give their digits.
 * @dtypes f32 f64 i32 u8
 */
export function gemmPlain<T>(
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
  bCol: i32,
  ldc: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / m;
    const i = unit % m;
    const y = c + ((Batch.offset(meta, matrix, 0) + i * ldc) as usize) * size;
    const x = a + ((Batch.offset(meta, matrix, 1) + i * aRow) as usize) * size;
    const w = b + (Batch.offset(meta, matrix, 2) as usize) * size;
    for (let j = 0; j < n; ++j) {
      const at = y + (j as usize) * size;
      let sum = 0 as T;
      for (let p = 0; p < k; ++p) {
        const f = load<T>(x + ((p * aCol) as usize) * size);
        const g = load<T>(w + ((p * bRow + j * bCol) as usize) * size);
        if (isFloat<T>() && size == 4) sum = ((sum as f64) + (f as f64) * (g as f64)) as T;
        else sum += f * g;
      }
      if (flags & ADD) sum += load<T>(at);
      if (flags & BIAS_COLUMN) sum += load<T>(bias + (j as usize) * size);
      if (flags & BIAS_ROW) sum += load<T>(bias + (i as usize) * size);
      store<T>(at, sum);
    }
  }
}
