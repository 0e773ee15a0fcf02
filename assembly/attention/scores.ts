import { Lane } from '../gemm/micro';
import { Decay, expSumRow, maxRow } from '../reduce/exp';
import { Sum, joinLanes } from '../reduce/lanes';
import { Exp } from '../simd/exp';
import { BLOCK, BOOL_MASK, CAUSAL, FLOAT_MASK, Layout, MASK } from './layout';

/** Columns of a block of scores, rounded up to whole panels of the matrix product. */
export class Width {
  @inline static of<T>(n: i32): i32 {
    const panel = 2 * Lane.count<T>();
    return (n + panel - 1) & -panel;
  }
}

class Square {
  /** The transpose of a square of one vector by one vector, scaled; steps between rows in bytes. */
  @inline static transpose<T>(d: usize, s: usize, sStep: usize, dStep: usize, scale: v128): void {
    const x0 = v128.mul<T>(v128.load(s), scale);
    const x1 = v128.mul<T>(v128.load(s + sStep), scale);
    if (sizeof<T>() == 8) {
      v128.store(d, v128.shuffle<i64>(x0, x1, 0, 2));
      v128.store(d + dStep, v128.shuffle<i64>(x0, x1, 1, 3));
    } else {
      const x2 = v128.mul<T>(v128.load(s + 2 * sStep), scale);
      const x3 = v128.mul<T>(v128.load(s + 3 * sStep), scale);
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

/**
 * The transpose of n rows of `terms` elements, scaled, as panels of two vectors of columns (the last one filled up with zeros): what
 * a matrix product reads as its packed right side.
 */
export function panelsOf<T>(panels: usize, x: usize, n: i32, terms: i32, row: usize, scale: T): void {
  const lanes = Lane.count<T>();
  const size = sizeof<T>();
  const s = v128.splat<T>(scale);
  const whole = terms - (terms % lanes);
  for (let j = 0; j < n; j += 2 * lanes) {
    for (let half = 0; half < 2; ++half) {
      const first = j + half * lanes;
      const count = min(lanes, n - first);
      let from = x + (first as usize) * row;
      let to = panels + (half as usize) * 16;
      let q = 0;
      if (count == lanes) {
        for (; q < whole; q += lanes) {
          Square.transpose<T>(to, from, row, 32, s);
          from += 16;
          to += (lanes as usize) * 32;
        }
      }
      for (; q < terms; ++q) {
        v128.store(to, v128.splat<T>(0 as T));
        for (let l = 0; l < count; ++l) {
          store<T>(to + (l as usize) * size, (load<T>(from + (l as usize) * row) * scale) as T);
        }
        from += size;
        to += 32;
      }
    }
    panels += (terms as usize) * 32;
  }
}

/** A mask's row on n scores: added, or −∞ where a boolean is false. `step` from column to column in elements. */
function applyMask<T>(s: usize, mask: usize, n: i32, step: i32, bool: bool): void {
  const lanes = Lane.count<T>();
  const size = sizeof<T>();
  let j = 0;
  if (step == 1 && !bool) {
    for (; j + lanes <= n; j += lanes) {
      const at = (j as usize) * size;
      v128.store(s + at, v128.add<T>(v128.load(s + at), v128.load(mask + at)));
    }
  }
  for (; j < n; ++j) {
    const at = s + (j as usize) * size;
    const place = mask + ((j * step) as usize) * (bool ? 1 : size);
    if (!bool) store<T>(at, (load<T>(at) + load<T>(place)) as T);
    else if (!load<u8>(place)) store<T>(at, -Infinity as T);
  }
}

/**
 * Puts mask and causality on a block of scores with `rows` queries from `r0` and `n` keys from `c0`, and −∞ behind the last key up to
 * the block's width. `mask` points at the matrix's mask.
 */
export function limitScores<T>(scores: usize, mask: usize, meta: usize, r0: i32, rows: i32, c0: i32, n: i32): void {
  const flags = Layout.flags(meta);
  const width = Width.of<T>(n);
  const bool = (flags & BOOL_MASK) != 0;
  const masked = flags & (BOOL_MASK | FLOAT_MASK);
  const unit = bool ? 1 : (sizeof<T>() as i32);
  const column = Layout.maskColumn(meta);
  const ends = (flags & CAUSAL) != 0 && c0 + n > r0 + 1;
  if (!masked && !ends && n == width) return;
  for (let r = 0; r < rows; ++r) {
    const s = scores + ((r * BLOCK) as usize) * sizeof<T>();
    if (masked) applyMask<T>(s, mask + ((r0 + r) * Layout.row(meta, MASK) + c0 * column) * unit, n, column, bool);
    const limit = ends ? max(0, min(n, r0 + r + 1 - c0)) : n;
    for (let j = limit; j < width; ++j) store<T>(s + (j as usize) * sizeof<T>(), -Infinity as T);
  }
}

/**
 * One step of the online softmax over a block of scores: they become c·exp(s − m) with m the largest score of the row so far and c the
 * factor of `Decay`. `largest` and `sum` hold each row's m and c·Σ exp; what they summed before, and the row of y, are brought to the new m.
 */
export function onlineSoftmax<T>(
  scores: usize,
  largest: usize,
  sum: usize,
  y: usize,
  yRow: usize,
  rows: i32,
  width: i32,
  Ev: i32,
  first: bool,
): void {
  for (let r = 0; r < rows; ++r) {
    const before = first ? (-Infinity as T) : load<T>(largest);
    const after = max<T>(before, maxRow<T>(scores, width));
    // A row with nothing but −∞ so far sums zeros.
    const shift = after == (-Infinity as T) ? (0 as T) : after;
    let total = expSumRow<T, bool>(scores, scores, width, shift);
    if (!first) {
      if (before != after) {
        const factor = v128.extract_lane<T>(Exp.exp<T>(v128.splat<T>((before - shift) as T)), 0);
        total = (total + load<T>(sum) * factor) as T;
        scaleRow<T>(y, y, Ev, factor);
      } else {
        total = (total + load<T>(sum)) as T;
      }
    }
    store<T>(largest, after);
    store<T>(sum, total);
    scores += (BLOCK as usize) * sizeof<T>();
    largest += sizeof<T>();
    sum += sizeof<T>();
    y += yRow;
  }
}

/** y = x · factor, n contiguous elements. */
function scaleRow<T>(y: usize, x: usize, n: i32, factor: T): void {
  const lanes = Lane.count<T>();
  const f = v128.splat<T>(factor);
  let j = 0;
  for (; j + lanes <= n; j += lanes, y += 16, x += 16) v128.store(y, v128.mul<T>(v128.load(x), f));
  for (; j < n; ++j, y += sizeof<T>(), x += sizeof<T>()) store<T>(y, (load<T>(x) * factor) as T);
}

/** Divides rows by their sums, and writes log Σ exp of their scores. */
export function finishRows<T>(y: usize, yRow: usize, lse: usize, largest: usize, sum: usize, rows: i32, Ev: i32): void {
  for (let r = 0; r < rows; ++r) {
    const at = (r as usize) * sizeof<T>();
    const m = load<T>(largest + at);
    const total = load<T>(sum + at);
    const log = v128.extract_lane<T>(Decay.log<T>(v128.splat<T>(total)), 0);
    store<T>(lse + at, (log + (m == (-Infinity as T) ? (0 as T) : m)) as T);
    scaleRow<T>(y, y, Ev, ((1 as T) / total) as T);
    y += yRow;
  }
}

/** Scores become weights again: p = exp(s − lse). */
export function weightsOf<T>(scores: usize, lse: usize, rows: i32, width: i32): void {
  const bytes = (width as usize) * sizeof<T>();
  const unscale = v128.splat<T>(((1 as T) / Decay.scale<T>()) as T);
  for (let r = 0; r < rows; ++r) {
    const shift = v128.splat<T>(load<T>(lse));
    for (let s = scores, end = scores + bytes; s < end; s += 32) {
      const p0 = Decay.exp<T>(v128.sub<T>(v128.load(s), shift));
      const p1 = Decay.exp<T>(v128.sub<T>(v128.load(s, 16), shift));
      v128.store(s, v128.mul<T>(p0, unscale));
      v128.store(s, v128.mul<T>(p1, unscale), 16);
    }
    scores += (BLOCK as usize) * sizeof<T>();
    lse += sizeof<T>();
  }
}

/**
 * The gradient of the scores in place of that of the weights: ds = p (dp − Σ p dp), where dp is scaled already. The sum is over all keys:
 * where they are more than this block's, it is taken as scale Σ dy y.
 */
export function scoreGradients<T>(
  ds: usize,
  p: usize,
  dy: usize,
  y: usize,
  dyRow: usize,
  yRow: usize,
  rows: i32,
  width: i32,
  Ev: i32,
  scale: T,
  whole: bool,
): void {
  const bytes = (width as usize) * sizeof<T>();
  for (let r = 0; r < rows; ++r) {
    const sum = whole ? dotRows<T>(p, ds, width) : ((dotRows<T>(dy, y, Ev) * scale) as T);
    const delta = v128.splat<T>(sum);
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(ds + at, v128.mul<T>(v128.load(p + at), v128.sub<T>(v128.load(ds + at), delta)));
    }
    ds += (BLOCK as usize) * sizeof<T>();
    p += (BLOCK as usize) * sizeof<T>();
    dy += dyRow;
    y += yRow;
  }
}

function dotRows<T>(a: usize, b: usize, n: i32): T {
  const lanes = Lane.count<T>();
  let acc = v128.splat<T>(0 as T);
  let j = 0;
  for (; j + lanes <= n; j += lanes, a += 16, b += 16) {
    acc = v128.add<T>(acc, v128.mul<T>(v128.load(a), v128.load(b)));
  }
  if (j < n) acc = v128.add<T>(acc, v128.mul<T>(Lane.loadPart<T>(a, n - j), Lane.loadPart<T>(b, n - j)));
  return joinLanes<T, Sum<T>>(acc);
}
