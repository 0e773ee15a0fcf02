/**
 * Matrix products without packing: few rows by a transposed B, and a plain loop.
 */
import { Batch, Blocks, block } from './block';
import { dotBlock } from './dot';
import { ADD, BIAS_COLUMN, BIAS_ROW } from './micro';

/** Terms of a k-block where vectors run along k: four columns of B (16 KiB) stay in L1, and long sums keep their digits. */
const FEW_DEPTH: i32 = 1024;

/** Few rows by a transposed B (rows of A and columns of B contiguous along k). A unit is `nb` columns of one matrix. */
function few<T>(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: i32,
  bCol: i32,
  ldc: i32,
  nb: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const nBlocks = (n + nb - 1) / nb;
  const size = sizeof<T>();
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / nBlocks;
    const j = (unit % nBlocks) * nb;
    const y = c + ((Batch.offset(meta, matrix, 0) + j) as usize) * size;
    const x = a + (Batch.offset(meta, matrix, 1) as usize) * size;
    const w = b + ((Batch.offset(meta, matrix, 2) + j * bCol) as usize) * size;
    let p = 0;
    do {
      const terms = min(FEW_DEPTH, k - p);
      let todo = p > 0 ? ADD : flags & ADD;
      if (p + terms >= k) todo |= flags & (BIAS_COLUMN | BIAS_ROW);
      const at = (p as usize) * size;
      dotBlock<T>(
        y,
        x + at,
        w + at,
        m,
        min(nb, n - j),
        terms,
        (aRow as usize) * size,
        (bCol as usize) * size,
        (ldc as usize) * size,
        todo,
        bias + (j as usize) * size,
        bias,
      );
      p += terms;
    } while (p < k);
  }
}

/** A few rows by a B whose rows are contiguous, both read in place. A unit is `nb` columns of one matrix. */
function beside<T>(
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
  ldc: i32,
  nb: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const nBlocks = (n + nb - 1) / nb;
  const depth = Blocks.depth(k);
  const size = sizeof<T>();
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / nBlocks;
    const j = (unit % nBlocks) * nb;
    const y = c + ((Batch.offset(meta, matrix, 0) + j) as usize) * size;
    const x = a + (Batch.offset(meta, matrix, 1) as usize) * size;
    const w = b + ((Batch.offset(meta, matrix, 2) + j) as usize) * size;
    for (let p = 0; p < k; p += depth) {
      const terms = min(depth, k - p);
      let todo = p > 0 ? ADD : flags & ADD;
      if (p + terms >= k) todo |= flags & (BIAS_COLUMN | BIAS_ROW);
      block<T>(
        y,
        x + ((p * aCol) as usize) * size,
        w + ((p * bRow) as usize) * size,
        m,
        min(nb, n - j),
        terms,
        (aRow as usize) * size,
        (aCol as usize) * size,
        (bRow as usize) * size,
        false,
        (ldc as usize) * size,
        todo,
        bias + (j as usize) * size,
        bias,
      );
    }
  }
}

/**
 * A plain loop for integers and for products too small to be worth tiles. A unit is one row of one matrix.
 * In float32 each term is rounded once, as the fused multiply-add of native libraries does: small networks give their digits.
 */
function plain<T>(
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

export function gemmRows(
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
  ldc: i32,
  nb: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  beside<f32>(c, a, b, bias, m, n, k, aRow, aCol, bRow, ldc, nb, flags, meta, begin, end);
}

export function gemmRowsF64(
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
  ldc: i32,
  nb: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  beside<f64>(c, a, b, bias, m, n, k, aRow, aCol, bRow, ldc, nb, flags, meta, begin, end);
}

export function gemmFew(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: i32,
  bCol: i32,
  ldc: i32,
  nb: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  few<f32>(c, a, b, bias, m, n, k, aRow, bCol, ldc, nb, flags, meta, begin, end);
}

export function gemmFewF64(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: i32,
  bCol: i32,
  ldc: i32,
  nb: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  few<f64>(c, a, b, bias, m, n, k, aRow, bCol, ldc, nb, flags, meta, begin, end);
}

export function gemmPlain(
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
  plain<f32>(c, a, b, bias, m, n, k, aRow, aCol, bRow, bCol, ldc, flags, meta, begin, end);
}

export function gemmPlainF64(
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
  plain<f64>(c, a, b, bias, m, n, k, aRow, aCol, bRow, bCol, ldc, flags, meta, begin, end);
}

export function gemmPlainI32(
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
  plain<i32>(c, a, b, bias, m, n, k, aRow, aCol, bRow, bCol, ldc, flags, meta, begin, end);
}

export function gemmPlainU8(
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
  plain<u8>(c, a, b, bias, m, n, k, aRow, aCol, bRow, bCol, ldc, flags, meta, begin, end);
}
