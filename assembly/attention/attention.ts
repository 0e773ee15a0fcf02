/**
 * Attention, y = softmax(scale q kᵀ + mask) v, and its gradients by blocks of 64 × 64 scores: the matrix of scores never exists as a
 * whole, and blocks that causality hides are skipped. Source: Dao 2023, "FlashAttention-2".
 *
 * Operands are read and written in place by the strides in meta (layout.ts). Every slice has a slot of scratch memory:
 *
 *   forward    panels of kᵀ, a block of scores, largest scores and sums of the rows
 *   backward   panels of kᵀ and vᵀ, a block of weights, a block of their gradients
 *
 * Blocks are summed in one order wherever units are cut, so the bits depend on shapes alone.
 */
import { block } from '../gemm/block';
import { ADD } from '../gemm/micro';
import { BLOCK, CAUSAL, DK, DQ, DV, DY, K, KEYS, Layout, MASK, Q, QUERIES, V, Y, BOOL_MASK } from './layout';
import { Width, finishRows, limitScores, onlineSoftmax, panelsOf, scoreGradients, weightsOf } from './scores';

class At {
  /** The address of a row of matrix `i` of an operand. */
  @inline static row<T>(base: usize, meta: usize, operand: usize, i: i32, row: i32): usize {
    return base + ((Layout.matrix(meta, operand, i) + row * Layout.row(meta, operand)) as usize) * sizeof<T>();
  }
  @inline static mask<T>(base: usize, meta: usize, i: i32): usize {
    const unit: usize = Layout.flags(meta) & BOOL_MASK ? 1 : sizeof<T>();
    return base + (Layout.matrix(meta, MASK, i) as usize) * unit;
  }
  @inline static step<T>(meta: usize, operand: usize): usize {
    return (Layout.row(meta, operand) as usize) * sizeof<T>();
  }
}

/** c (+)= a · b, where b is packed in panels or has rows `bRow` bytes apart. */
function multiply<T>(
  c: usize,
  a: usize,
  b: usize,
  m: i32,
  n: i32,
  k: i32,
  aRow: usize,
  aStep: usize,
  bRow: usize,
  cRow: usize,
  add: bool,
  tile: i32,
): void {
  block<T>(c, a, b, m, n, k, aRow, aStep, bRow, bRow == 0, cRow, add ? ADD : 0, 0, 0, tile);
}

/**
 * Units: matrix, block of queries.
 *
 * @dtypes f32 f64
 */
export function attention<T>(
  y: usize,
  lse: usize,
  q: usize,
  k: usize,
  v: usize,
  mask: usize,
  scratch: usize,
  tile: i32,
  scale: T,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  const L = Layout.L(meta);
  const S = Layout.S(meta);
  const E = Layout.E(meta);
  const Ev = Layout.Ev(meta);
  const causal = (Layout.flags(meta) & CAUSAL) != 0;
  const yRow = At.step<T>(meta, Y);
  const pitch = (BLOCK as usize) * size;
  const panels = Layout.scratch(meta, scratch, begin);
  const scores = panels + (E as usize) * pitch;
  const largest = scores + (BLOCK as usize) * pitch;
  const sum = largest + pitch;
  const blocks = (L + BLOCK - 1) / BLOCK;
  for (let unit = begin; unit < end; ++unit) {
    const i = unit / blocks;
    const r0 = (unit % blocks) * BLOCK;
    const rows = min(BLOCK, L - r0);
    const to = At.row<T>(y, meta, Y, i, r0);
    const queries = At.row<T>(q, meta, Q, i, r0);
    const last = causal ? min(S, r0 + rows) : S;
    for (let c0 = 0; c0 < last; c0 += BLOCK) {
      const n = min(BLOCK, S - c0);
      const width = Width.of<T>(n);
      panelsOf<T>(panels, At.row<T>(k, meta, K, i, c0), n, E, At.step<T>(meta, K), scale);
      multiply<T>(scores, queries, panels, rows, width, E, At.step<T>(meta, Q), size, 0, pitch, false, tile);
      limitScores<T>(scores, At.mask<T>(mask, meta, i), meta, r0, rows, c0, n);
      onlineSoftmax<T>(scores, largest, sum, to, yRow, rows, width, Ev, c0 == 0);
      const values = At.row<T>(v, meta, V, i, c0);
      multiply<T>(to, scores, values, rows, Ev, n, pitch, size, At.step<T>(meta, V), yRow, c0 > 0, tile);
    }
    finishRows<T>(to, yRow, lse + ((i * L + r0) as usize) * size, largest, sum, rows, Ev);
  }
}

/**
 * Units: matrix (all gradients); or matrix, block of queries (`QUERIES` alone); or matrix, block of keys (`KEYS` alone).
 *
 * @dtypes f32 f64
 */
export function attentionBackward<T>(
  dq: usize,
  dk: usize,
  dv: usize,
  dy: usize,
  q: usize,
  k: usize,
  v: usize,
  mask: usize,
  y: usize,
  lse: usize,
  scratch: usize,
  tile: i32,
  scale: T,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  const L = Layout.L(meta);
  const S = Layout.S(meta);
  const E = Layout.E(meta);
  const Ev = Layout.Ev(meta);
  const flags = Layout.flags(meta);
  const causal = (flags & CAUSAL) != 0;
  const forQueries = (flags & QUERIES) != 0;
  const forKeys = (flags & KEYS) != 0;
  const qRow = At.step<T>(meta, Q);
  const kRow = At.step<T>(meta, K);
  const dyRow = At.step<T>(meta, DY);
  const pitch = (BLOCK as usize) * size;
  const keyPanels = Layout.scratch(meta, scratch, begin);
  const valuePanels = keyPanels + (E as usize) * pitch;
  const weights = valuePanels + (Ev as usize) * pitch;
  const ds = weights + (BLOCK as usize) * pitch;
  const rowBlocks = (L + BLOCK - 1) / BLOCK;
  const columnBlocks = (S + BLOCK - 1) / BLOCK;
  const parts = forQueries && forKeys ? 1 : forQueries ? rowBlocks : columnBlocks;
  for (let unit = begin; unit < end; ++unit) {
    const i = unit / parts;
    const part = unit % parts;
    const oneRow = forQueries && !forKeys;
    const oneColumn = forKeys && !forQueries;
    for (let j = oneColumn ? part : 0, jEnd = oneColumn ? part + 1 : columnBlocks; j < jEnd; ++j) {
      const c0 = j * BLOCK;
      const n = min(BLOCK, S - c0);
      const width = Width.of<T>(n);
      // The first block of queries that sees these keys.
      const seen = causal ? j : 0;
      const from = oneRow ? part : seen;
      const to = oneRow ? part + 1 : rowBlocks;
      if (from < seen) break;
      const keys = At.row<T>(k, meta, K, i, c0);
      panelsOf<T>(keyPanels, keys, n, E, kRow, scale);
      panelsOf<T>(valuePanels, At.row<T>(v, meta, V, i, c0), n, Ev, At.step<T>(meta, V), scale);
      for (let b = from; b < to; ++b) {
        const r0 = b * BLOCK;
        const rows = min(BLOCK, L - r0);
        const queries = At.row<T>(q, meta, Q, i, r0);
        const upstream = At.row<T>(dy, meta, DY, i, r0);
        multiply<T>(weights, queries, keyPanels, rows, width, E, qRow, size, 0, pitch, false, tile);
        limitScores<T>(weights, At.mask<T>(mask, meta, i), meta, r0, rows, c0, n);
        weightsOf<T>(weights, lse + ((i * L + r0) as usize) * size, rows, width);
        if (forKeys) {
          const dvRow = At.step<T>(meta, DV);
          const values = At.row<T>(dv, meta, DV, i, c0);
          multiply<T>(values, weights, upstream, n, Ev, rows, size, pitch, dyRow, dvRow, b > seen, tile);
        }
        multiply<T>(ds, upstream, valuePanels, rows, width, Ev, dyRow, size, 0, pitch, false, tile);
        const result = At.row<T>(y, meta, Y, i, r0);
        const resultRow = At.step<T>(meta, Y);
        const whole = columnBlocks == 1;
        scoreGradients<T>(ds, weights, upstream, result, dyRow, resultRow, rows, width, Ev, scale, whole);
        if (forKeys) {
          const dkRow = At.step<T>(meta, DK);
          multiply<T>(
            At.row<T>(dk, meta, DK, i, c0),
            ds,
            queries,
            n,
            E,
            rows,
            size,
            pitch,
            qRow,
            dkRow,
            b > seen,
            tile,
          );
        }
        if (forQueries) {
          const dqRow = At.step<T>(meta, DQ);
          multiply<T>(At.row<T>(dq, meta, DQ, i, r0), ds, keys, rows, E, n, pitch, size, kRow, dqRow, c0 > 0, tile);
        }
      }
    }
  }
}
