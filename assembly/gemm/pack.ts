import { Batch, Blocks } from './block';
import { Lane } from './micro';

/**
 * Copies B into panels: for every k-block, for every 2 vectors of columns, the terms one after another, each
 * with the panel's columns side by side (the last panel is as wide as what is left). k·n elements in all, without padding.
 * A unit is one panel, all k-blocks, of one matrix.
 */
export function pack<T>(
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
  const lanes = Lane.count<T>();
  const perMatrix = (n + 2 * lanes - 1) / (2 * lanes);
  const depth = Blocks.depth(k);
  const size = sizeof<T>();
  const rowStep = (bRow as usize) * size;
  const colStep = (bCol as usize) * size;
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / perMatrix;
    const j = (unit % perMatrix) * 2 * lanes;
    const width = min(2 * lanes, n - j);
    const step = (width as usize) * size;
    const from = b + ((Batch.offset(meta, matrix, 2) + j * bCol) as usize) * size;
    const to = panels + ((matrix * k * n) as usize) * size;
    for (let p = 0; p < k; p += depth) {
      const terms = min(depth, k - p);
      const panel = to + ((p * n + j * terms) as usize) * size;
      const source = from + (p as usize) * rowStep;
      if (width == 2 * lanes && bCol == 1) {
        for (let q = 0; q < terms; ++q) {
          const s = source + (q as usize) * rowStep;
          const d = panel + (q as usize) * step;
          v128.store(d, v128.load(s));
          v128.store(d, v128.load(s, 16), 16);
        }
      } else if (width == 2 * lanes && bRow == 1) {
        transposed<T>(panel, source, terms, colStep);
      } else {
        for (let q = 0; q < terms; ++q) {
          for (let l = 0; l < width; ++l) {
            const s = source + (q as usize) * rowStep + (l as usize) * colStep;
            store<T>(panel + (q as usize) * step + (l as usize) * size, load<T>(s));
          }
        }
      }
    }
  }
}

/** Rows of a unit of packRows: a cache line of a column of A. */
const ROWS: i32 = 16;

/**
 * Copies A (any strides) into rows contiguous along k, m·k elements. Worth it where a column of A is contiguous and n is
 * large: in place, every term would read another cache line. A unit is ROWS rows of one matrix.
 */
export function packRows<T>(
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
  const lanes = Lane.count<T>();
  const perMatrix = (m + ROWS - 1) / ROWS;
  const size = sizeof<T>();
  const step = (aCol as usize) * size;
  const pitch = (k as usize) * size;
  const whole = aRow == 1 ? k - (k % lanes) : 0;
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / perMatrix;
    const first = (unit % perMatrix) * ROWS;
    const count = min(ROWS, m - first);
    const from = a + ((Batch.offset(meta, matrix, 1) + first * aRow) as usize) * size;
    const to = rows + ((matrix * m * k + first * k) as usize) * size;
    const full = count - (count % lanes);
    for (let q = 0; q < whole; q += lanes) {
      for (let i = 0; i < full; i += lanes) {
        const s = from + (q as usize) * step + (i as usize) * size;
        Square.transpose<T>(to + ((i * k + q) as usize) * size, s, step, pitch);
      }
    }
    for (let i = 0; i < count; ++i) {
      for (let q = i < full ? whole : 0; q < k; ++q) {
        const s = from + ((i * aRow) as usize) * size + (q as usize) * step;
        store<T>(to + ((i * k + q) as usize) * size, load<T>(s));
      }
    }
  }
}

class Square {
  /** The transpose of a square of one vector by one vector; steps between rows in bytes. */
  @inline static transpose<T>(d: usize, s: usize, sStep: usize, dStep: usize): void {
    const x0 = v128.load(s);
    const x1 = v128.load(s + sStep);
    if (sizeof<T>() == 8) {
      v128.store(d, v128.shuffle<i64>(x0, x1, 0, 2));
      v128.store(d + dStep, v128.shuffle<i64>(x0, x1, 1, 3));
    } else {
      const x2 = v128.load(s + 2 * sStep);
      const x3 = v128.load(s + 3 * sStep);
      const low0 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5);
      const low1 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5);
      const high0 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
      const high1 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
      v128.store(d, v128.shuffle<i64>(low0, low1, 0, 2));
      v128.store(d + dStep, v128.shuffle<i64>(low0, low1, 1, 3));
      v128.store(d + 2 * dStep, v128.shuffle<i64>(high0, high1, 0, 2));
      v128.store(d + 3 * dStep, v128.shuffle<i64>(high0, high1, 1, 3));
    }
  }
}

/** A full panel from columns that lie contiguous, by squares of one vector. */
function transposed<T>(panel: usize, source: usize, terms: i32, colStep: usize): void {
  const lanes = Lane.count<T>();
  const step = 2 * 16;
  const whole = terms - (terms % lanes);
  for (let half = 0; half < 2; ++half) {
    let s = source + ((half * lanes) as usize) * colStep;
    let d = panel + ((half * 16) as usize);
    for (let q = 0; q < whole; q += lanes) {
      Square.transpose<T>(d, s, colStep, step);
      s += 16;
      d += (lanes as usize) * step;
    }
    for (let q = whole; q < terms; ++q) {
      for (let l = 0; l < lanes; ++l) {
        store<T>(d + (l as usize) * sizeof<T>(), load<T>(s + (l as usize) * colStep));
      }
      s += sizeof<T>();
      d += step;
    }
  }
}
