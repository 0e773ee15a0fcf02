/**
 * The matrix product C = A·B (+ C) (+ bias) for matrices of any strides.
 *
 * A unit is one block of mb × nb of one matrix of the batch. A slice does everything itself, in a scratch slot of its own: for every
 * k-block it packs the block of B (to L2), then a tile's rows of A at a time (to L1), and sweeps over the panels.
 * Packing B costs about 1.5/mb and packing A 5/nb of the arithmetic, so threads need not wait for each other.
 *
 *   slot:  ┌ A: rows × k-block, each element a vector ┬ C: rows × nb ┬ B: panels of 2 vectors × k-block ┐
 *
 * `tile` is the number of these rows: 4, 6 or 8. What a block has left goes by smaller tiles. All tiles are two vectors wide, so B is packed
 * alike for all of them.
 *
 * Where many products share a B, it comes packed as a whole instead (`gemmPack`): k-block after k-block, panel after panel.
 *
 * Columns that do not fill a panel, and all of C where its columns are not contiguous, go by the rows of C in the slot.
 * The terms of an element are added one after another within a k-block and the k-blocks in order, so the bits depend
 * on k alone.
 */
import { Batch } from './block';
import { ADD, BIAS_COLUMN, BIAS_ROW, Eight, Four, Lane, One, Six, Two } from './micro';
import { Depth, deliver, packA, packB, sweep } from './panel';

/** R rows of a block: A packed, all panels, C complete. */
function rows<T, R>(
  c: usize,
  a: usize,
  slot: usize,
  b: usize,
  columns: i32,
  terms: i32,
  aRow: usize,
  aCol: usize,
  cRow: usize,
  cCol: usize,
  pitch: usize,
  flags: i32,
  column: usize,
  row: usize,
): void {
  const lanes = Lane.count<T>();
  const height = offsetof<R>() as i32;
  const strip = slot + offsetof<R>() * 16 * (terms as usize);
  packA<T, R>(slot, a, terms, aRow, aCol);
  let j = 0;
  const bias = flags & (BIAS_COLUMN | BIAS_ROW);
  if (cCol == sizeof<T>()) {
    const full = columns / (2 * lanes);
    sweep<T, R, u16>(c, slot, b, full, terms, cRow, (flags & ADD) != 0);
    j = full * 2 * lanes;
    b += ((terms * j) as usize) * sizeof<T>();
    if (bias) deliver<T>(c, cRow, cCol, c, cRow, height, j, bias, column, row);
    c += (j as usize) * cCol;
    column += (j as usize) * sizeof<T>();
  }
  const left = columns - j;
  if (left == 0) return;
  const panels = left / (2 * lanes);
  const rest = left - panels * 2 * lanes;
  sweep<T, R, u16>(strip, slot, b, panels + i32(rest > lanes), terms, pitch, false);
  if (rest > 0 && rest <= lanes) {
    const at = ((panels * 2 * lanes) as usize) * sizeof<T>();
    sweep<T, R, u8>(strip + at, slot, b + at * terms, 1, terms, pitch, false);
  }
  deliver<T>(c, cRow, cCol, strip, pitch, height, left, flags, column, row);
}

class Panels {
  /** Where the panels of a whole B are of the k-block of `terms` terms from `p` on, from column `j` (a multiple of a panel) on. */
  @inline static offset<T>(n: i32, p: i32, terms: i32, j: i32): usize {
    const width = 2 * Lane.count<T>();
    return ((p * ((n + width - 1) & ~(width - 1)) + terms * j) as usize) * sizeof<T>();
  }
}

/** @dtypes f32 f64 */
export function gemm<T>(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  packed: usize,
  scratch: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: i32,
  aCol: i32,
  bRow: i32,
  bCol: i32,
  cRow: i32,
  cCol: i32,
  mb: i32,
  nb: i32,
  tile: i32,
  slot: i32,
  grain: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const lanes = Lane.count<T>();
  const size = sizeof<T>();
  const mBlocks = (m + mb - 1) / mb;
  const nBlocks = (n + nb - 1) / nb;
  const depth = Depth.of(k);
  const pitch = ((nb + 2 * lanes - 1) & ~(2 * lanes - 1)) * (size as i32);
  const to = scratch + ((begin / grain) as usize) * (slot as usize);
  const xRow = (aRow as usize) * size;
  const xCol = (aCol as usize) * size;
  const yRow = (cRow as usize) * size;
  const yCol = (cCol as usize) * size;
  for (let unit = begin; unit < end;) {
    const matrix = unit / (mBlocks * nBlocks);
    const first = unit % mBlocks;
    const i0 = first * mb;
    const j0 = ((unit / mBlocks) % nBlocks) * nb;
    // Blocks below each other are one: B is packed once for them.
    const below = min(end - unit, mBlocks - first);
    const height = min(below * mb, m - i0);
    const columns = min(nb, n - j0);
    const column = bias + (j0 as usize) * size;
    unit += below;
    for (let p = 0; p < k; p += depth) {
      const terms = min(depth, k - p);
      let panels = packed + Panels.offset<T>(n, p, terms, j0);
      if (!packed) {
        const w = b + ((Batch.offset(meta, matrix, 2) + p * bRow + j0 * bCol) as usize) * size;
        panels = to + ((tile * (terms * 16 + pitch)) as usize);
        packB<T>(panels, w, terms, columns, (bRow as usize) * size, (bCol as usize) * size);
      }
      let todo = p > 0 ? ADD : flags & ADD;
      if (p + terms >= k) todo |= flags & (BIAS_COLUMN | BIAS_ROW);
      let y = c + ((Batch.offset(meta, matrix, 0) + i0 * cRow + j0 * cCol) as usize) * size;
      let x = a + ((Batch.offset(meta, matrix, 1) + i0 * aRow + p * aCol) as usize) * size;
      let row = bias + (i0 as usize) * size;
      let i = 0;
      if (tile == 8) {
        for (; i + 8 <= height; i += 8) {
          rows<T, Eight>(y, x, to, panels, columns, terms, xRow, xCol, yRow, yCol, pitch, todo, column, row);
          y += 8 * yRow;
          x += 8 * xRow;
          row += 8 * size;
        }
      } else if (tile == 6) {
        // Two tiles of four rows are faster than one of six and one of two or three.
        for (; i + 6 <= height && height - i != 8 && height - i != 9; i += 6) {
          rows<T, Six>(y, x, to, panels, columns, terms, xRow, xCol, yRow, yCol, pitch, todo, column, row);
          y += 6 * yRow;
          x += 6 * xRow;
          row += 6 * size;
        }
      }
      for (; i + 4 <= height; i += 4) {
        rows<T, Four>(y, x, to, panels, columns, terms, xRow, xCol, yRow, yCol, pitch, todo, column, row);
        y += 4 * yRow;
        x += 4 * xRow;
        row += 4 * size;
      }
      if (i + 2 <= height) {
        rows<T, Two>(y, x, to, panels, columns, terms, xRow, xCol, yRow, yCol, pitch, todo, column, row);
        y += 2 * yRow;
        x += 2 * xRow;
        row += 2 * size;
        i += 2;
      }
      if (i < height) rows<T, One>(y, x, to, panels, columns, terms, xRow, xCol, yRow, yCol, pitch, todo, column, row);
    }
  }
}

/** Packs a whole B (k × n) for `gemm`. A unit is `nb` columns, a multiple of a panel. */
export function gemmPack(
  packed: usize,
  b: usize,
  n: i32,
  k: i32,
  bRow: i32,
  bCol: i32,
  nb: i32,
  begin: i32,
  end: i32,
): void {
  const depth = Depth.of(k);
  const from = begin * nb;
  const columns = min(end * nb, n) - from;
  for (let p = 0; p < k; p += depth) {
    const terms = min(depth, k - p);
    const to = packed + Panels.offset<f32>(n, p, terms, from);
    packB<f32>(
      to,
      b + ((p * bRow + from * bCol) as usize) * 4,
      terms,
      columns,
      (bRow as usize) * 4,
      (bCol as usize) * 4,
    );
  }
}

/**
 * The inner loops of `gemm` alone, by which `init` times its tiles: 24 rows of C, which all tiles divide, and `panels` panels of B, A and B packed.
 */
export function gemmTile(c: usize, a: usize, b: usize, panels: i32, k: i32, tile: i32, begin: i32, end: i32): void {
  const ldc = (panels as usize) * 32;
  for (let i = begin * 24; i < end * 24; i += tile) {
    const y = c + (i as usize) * ldc;
    if (tile == 8) sweep<f32, Eight, u16>(y, a, b, panels, k, ldc, false);
    else if (tile == 6) sweep<f32, Six, u16>(y, a, b, panels, k, ldc, false);
    else sweep<f32, Four, u16>(y, a, b, panels, k, ldc, false);
  }
}
