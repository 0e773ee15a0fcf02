import { dtypeBytes } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
import { launch, threadCount } from '../runtime/launch.js';
import { recorder } from '../runtime/recorder.js';
import { scratch } from '../runtime/storage.js';
import type { Storage } from '../runtime/storage.js';
import { tileRows } from '../runtime/tile.js';

/** Bits of the kernels' `flags` (assembly/gemm/micro.ts). */
export const ADD = 1;
export const BIAS_COLUMN = 2;
export const BIAS_ROW = 4;

/** Multiply-adds that make a slice worth a thread (about 2 µs). */
const WORK = 32768;
/** Up to so many multiply-adds a plain loop is faster than tiles. */
export const PLAIN = 512;
/** Rows of A up to which B is not packed, because every element of it would be used too seldom. */
export const FEW_ROWS = 8;
/** Terms of a k-block (assembly/gemm/panel.ts). */
const DEPTH = 256;
/** Columns of a block of B: 256 KiB with a k-block's terms, which L2 holds. */
const COLUMNS = 256;
/** Blocks for each of several threads, so that one which the system holds up does not keep the others waiting … */
const BLOCKS = 4;
/** … where each takes so many multiply-adds: smaller ones pack too much for what they compute … */
const BLOCK_WORK = 128 * WORK;
/** … but so many even there, down to two slices' worth of work: a thread that comes late costs more. */
const LEAST_BLOCKS = 2;
/** Scratch slots, and so slices, at most. */
const SLOTS = 64;

/** A matrix product in memory: C (m × n) = A (m × k) · B (k × n) for every matrix of a batch; strides in elements. */
export interface Product {
  readonly dtype: DType;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly c: number;
  readonly a: number;
  readonly b: number;
  readonly cRow: number;
  readonly cCol: number;
  readonly aRow: number;
  readonly aCol: number;
  readonly bRow: number;
  readonly bCol: number;
  /** The batch, outermost first: size, stride of C, of A, of B. */
  readonly batch: readonly (readonly [number, number, number, number])[];
  /** Address of a bias as long as `flags` tells (BIAS_COLUMN: n, BIAS_ROW: m), or 0. */
  readonly bias: number;
  readonly flags: number;
}

/** Where matrices lie: the last two dims, after batch dims. */
export interface Matrices {
  readonly ptr: number;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** The smallest number of units worth a thread, of which each takes `work` multiply-adds. */
export function grainOf(work: number): number {
  return Math.max(1, Math.ceil(WORK / Math.max(1, work)));
}

/**
 * Runs a matrix product. Which kernel does it depends on sizes and strides alone, and so do the bits.
 *
 * @param panels the address of B from `sharePanels`, or 0
 */
export function multiply(p: Product, panels = 0): void {
  const { dtype, m, n, k, flags } = p;
  let count = 1;
  for (const [size] of p.batch) count *= size;
  if (count * m * n === 0) return;
  if (n === 1 && m > 1 && p.cRow === 1) return multiply(transposed(p));
  const meta = batchMeta(p.batch);
  if (dtype === 'int32' || dtype === 'uint8' || m * n * k <= PLAIN) {
    const grain = grainOf(n * k);
    launch(
      kernels.gemmPlain,
      dtype,
      p.c,
      p.a,
      p.b,
      p.bias,
      m,
      n,
      k,
      p.aRow,
      p.aCol,
      p.bRow,
      p.bCol,
      p.cRow,
      flags,
      meta,
      count * m,
      grain,
    );
    return;
  }
  if (m <= FEW_ROWS && p.cCol === 1) {
    const nb = Math.max(16, Math.ceil(n / 256) * 16);
    const units = count * Math.ceil(n / nb);
    const grain = grainOf(m * nb * k);
    const dots = (p.aCol === 1 || k === 1) && p.bRow === 1 && k >= 16;
    if (dots || p.bCol === 1) {
      const { c, a, b, bias, aRow, aCol, bRow, bCol, cRow } = p;
      launch(
        kernels.gemmRows,
        dtype,
        c,
        a,
        b,
        bias,
        m,
        n,
        k,
        aRow,
        aCol,
        bRow,
        bCol,
        cRow,
        nb,
        Number(dots),
        flags,
        meta,
        units,
        grain,
      );
      return;
    }
  }
  if (swaps(p)) packed(transposed(p), count, 0);
  else packed(p, count, panels);
}

/** Tells whether packed operands are fewer instructions with their roles swapped. */
export function swaps({ m, n, k }: Product): boolean {
  return cost(n, m, k) + DELIVERY * m * n < cost(m, n, k);
}

/** Instructions of a product of packed operands, in about quarters: vectors of C, rows of A packed, columns of B packed. */
function cost(m: number, n: number, k: number): number {
  return (m * Math.ceil(n / 4) * 3 + m * 4 + n) * k;
}

/** Instructions for an element of C whose columns are not contiguous. */
const DELIVERY = 5;

function packed(p: Product, count: number, panels: number): void {
  const { m, n, k } = p;
  const threads = threadCount();
  const work = count * m * n * k;
  const least = Math.min(LEAST_BLOCKS * threads, work / (2 * WORK));
  const wanted = threads === 1 ? 1 : Math.min(BLOCKS * threads, Math.max(least, work / BLOCK_WORK));
  let rows = 1;
  let columns = Math.ceil(n / COLUMNS);
  // What one more cut costs: B is packed again for every block of rows, A (four times as dear) for every block of columns.
  while (count * rows * columns < wanted) {
    if (rows * n <= 4 * columns * m) rows *= 2;
    else columns *= 2;
  }
  const mb = Math.ceil(m / rows / 4) * 4;
  const nb = Math.ceil(n / columns / 8) * 8;
  const units = count * Math.ceil(m / mb) * Math.ceil(n / nb);
  const grain = Math.max(grainOf(mb * nb * k), Math.ceil(units / SLOTS));
  const depth = Math.ceil(k / Math.ceil(k / DEPTH));
  const tile = tileRows();
  const slot = Math.ceil((depth * tile * 16 + ((panels ? 0 : depth) + tile) * nb * dtypeBytes[p.dtype]) / 64) * 64;
  scratch(slot * Math.ceil(units / grain), (ptr) => {
    launch(
      kernels.gemm,
      p.dtype,
      p.c,
      p.a,
      p.b,
      p.bias,
      panels,
      ptr,
      m,
      n,
      k,
      p.aRow,
      p.aCol,
      p.bRow,
      p.bCol,
      p.cRow,
      p.cCol,
      mb,
      nb,
      tile,
      slot,
      grain,
      p.flags,
      batchMeta(p.batch),
      units,
      grain,
    );
  });
}

/** C = A·B as Cᵀ = Bᵀ·Aᵀ. */
function transposed(p: Product): Product {
  const { flags } = p;
  return {
    ...p,
    m: p.n,
    n: p.m,
    a: p.b,
    b: p.a,
    cRow: p.cCol,
    cCol: p.cRow,
    aRow: p.bCol,
    aCol: p.bRow,
    bRow: p.aCol,
    bCol: p.aRow,
    batch: p.batch.map(([size, c, a, b]) => [size, c, b, a]),
    flags: (flags & ADD) | (flags & BIAS_COLUMN ? BIAS_ROW : 0) | (flags & BIAS_ROW ? BIAS_COLUMN : 0),
  };
}

type Batch = Product['batch'];

function batchMeta(batch: Batch): number[] {
  const meta = [batch.length];
  for (const dim of batch) meta.push(dim[0], dim[1], dim[2], dim[3]);
  return meta;
}

/**
 * Runs y[…, m, n] = a[…, m, k] · b[…, k, n] (+ bias), the batch dims of a and b broadcast. Rows of `a` that lie evenly across
 * its batch dims are one tall matrix where all of them meet the same b. `bias` is the address of n numbers, or 0; `source` is what b is a part of.
 */
export function multiplyTensors(y: Matrices, a: Matrices, b: Matrices, bias: number, source: Storage): void {
  const n = y.shape.at(-1)!;
  const k = a.shape.at(-1)!;
  let m = y.shape.at(-2)!;
  let aRow = a.strides.at(-2)!;
  const dims = y.shape.length - 2;
  const batch: (readonly [number, number, number, number])[] = [];
  let cStride = m * n;
  for (let i = dims - 1; i >= 0; i--) {
    const size = y.shape[i]!;
    if (size !== 1) {
      const aStride = broadcastStride(a, i - dims);
      const bStride = broadcastStride(b, i - dims);
      const last = batch[0];
      if (!last && bStride === 0 && cStride === m * n && (aStride === m * aRow || m === 1)) {
        if (m === 1) aRow = aStride;
        m *= size;
      } else if (
        last &&
        last[1] * last[0] === cStride &&
        last[2] * last[0] === aStride &&
        last[3] * last[0] === bStride
      ) {
        batch[0] = [last[0] * size, last[1], last[2], last[3]];
      } else {
        batch.unshift([size, cStride, aStride, bStride]);
      }
    }
    cStride *= size;
  }
  const product: Product = {
    dtype: y.dtype,
    m,
    n,
    k,
    c: y.ptr,
    a: a.ptr,
    b: b.ptr,
    cRow: n,
    cCol: 1,
    aRow,
    aCol: a.strides.at(-1)!,
    bRow: b.strides.at(-2)!,
    bCol: b.strides.at(-1)!,
    batch,
    bias,
    flags: bias ? BIAS_COLUMN : 0,
  };
  if (recorder) recorder.multiply(product, source);
  else multiply(product);
}

/** The stride of dim `dim` (counted from the matrix dims, negative), 0 where it is broadcast. */
function broadcastStride(x: Matrices, dim: number): number {
  const i = x.shape.length - 2 + dim;
  return i < 0 || x.shape[i] === 1 ? 0 : x.strides[i]!;
}
