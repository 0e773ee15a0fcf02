import { dtypeBytes } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
import { scratch } from '../runtime/storage.js';

/** Bits of the kernels' `flags` (assembly/gemm/micro.ts). */
export const ADD = 1;
export const BIAS_COLUMN = 2;
export const BIAS_ROW = 4;

/** Multiply-adds that make a slice worth a thread (about 2 µs). */
const WORK = 32768;
/** Up to so many multiply-adds a plain loop is faster than tiles. */
const PLAIN = 512;
/** Rows of A up to which B is not packed, because every element of it would be used too seldom. */
const FEW_ROWS = 64;
/** Rows of B up to this many elements are read in place: they stay in the caches. */
const IN_PLACE = 16384;

/** A matrix product in memory: C (m × n) = A (m × k) · B (k × n) for every matrix of a batch; strides in elements. */
export interface Product {
  readonly dtype: DType;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly c: number;
  readonly a: number;
  readonly b: number;
  /** Row stride of C, whose columns have stride 1. */
  readonly ldc: number;
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

const f32 = {
  tiles: kernels.gemm,
  pack: kernels.gemmPack,
  packRows: kernels.gemmPackRows,
  few: kernels.gemmFew,
  plain: kernels.gemmPlain,
};

const f64 = {
  tiles: kernels.gemmF64,
  pack: kernels.gemmPackF64,
  packRows: kernels.gemmPackRowsF64,
  few: kernels.gemmFewF64,
  plain: kernels.gemmPlainF64,
};

/** Runs a matrix product. Which kernel does it depends on sizes and strides alone, and so do the bits. */
export function multiply(p: Product): void {
  const { dtype, m, n, k } = p;
  let count = 1;
  for (const [size] of p.batch) count *= size;
  if (count * m * n === 0) return;
  if (n === 1 && m > 1 && p.ldc === 1) return multiply(transposed(p));
  const meta = batchMeta(p.batch);
  const grain = (work: number): number => Math.max(1, Math.ceil(WORK / Math.max(1, work)));
  if (dtype === 'int32' || dtype === 'uint8' || m * n * k <= PLAIN) {
    const plain =
      dtype === 'int32'
        ? kernels.gemmPlainI32
        : dtype === 'uint8'
          ? kernels.gemmPlainU8
          : (dtype === 'float64' ? f64 : f32).plain;
    plain(
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
      p.ldc,
      p.flags,
      meta,
      count * m,
      grain(n * k),
    );
    return;
  }
  const kernel = dtype === 'float64' ? f64 : f32;
  if ((p.aCol === 1 || k === 1) && p.bRow === 1 && k >= 16 && (m <= FEW_ROWS || n <= 16)) {
    const nb = Math.max(4, Math.ceil(n / 64) * 4);
    const units = count * Math.ceil(n / nb);
    kernel.few(p.c, p.a, p.b, p.bias, m, n, k, p.aRow, p.bCol, p.ldc, nb, p.flags, meta, units, grain(m * nb * k));
    return;
  }
  const packB = p.bCol !== 1 || (m > FEW_ROWS / 2 && k * n > IN_PLACE);
  const packA = p.aCol !== 1 && m >= 16 && n >= 128 && m * k > IN_PLACE / 4;
  const bytes = dtypeBytes[dtype];
  const aBatch = packA ? packedBatch(p.batch, 2, m * k) : null;
  const bBatch = packB ? packedBatch(p.batch, 3, k * n) : null;
  const aBytes = aBatch ? Math.ceil((aBatch.matrices * m * k * bytes) / 64) * 64 : 0;
  const bBytes = bBatch ? bBatch.matrices * k * n * bytes : 0;
  const run = (rows: number, panels: number): void => {
    const batch = p.batch.map(
      ([size, c, a, b], i) => [size, c, aBatch?.strides[i] ?? a, bBatch?.strides[i] ?? b] as const,
    );
    const { mb, nb } = blocks(m, n, k, count);
    const units = count * Math.ceil(m / mb) * Math.ceil(n / nb);
    const [a, aRow, aCol] = aBatch ? [rows, k, 1] : [p.a, p.aRow, p.aCol];
    if (aBatch) {
      kernel.packRows(rows, p.a, m, k, p.aRow, p.aCol, aBatch.meta, aBatch.matrices * Math.ceil(m / 16), grain(16 * k));
    }
    if (bBatch) {
      const width = 32 / bytes;
      const strips = bBatch.matrices * Math.ceil(n / width);
      kernel.pack(panels, p.b, n, k, p.bRow, p.bCol, bBatch.meta, strips, grain(width * k));
    }
    const b = bBatch ? panels : p.b;
    kernel.tiles(
      p.c,
      a,
      b,
      p.bias,
      m,
      n,
      k,
      aRow,
      aCol,
      p.bRow,
      bBatch ? 1 : 0,
      p.ldc,
      mb,
      nb,
      p.flags,
      batchMeta(batch),
      units,
      grain(mb * nb * k),
    );
  };
  if (aBytes + bBytes === 0) run(0, 0);
  else scratch(aBytes + bBytes, (ptr) => run(ptr, ptr + aBytes));
}

/** C = A·x as Cᵀ = xᵀ·Aᵀ: one row instead of one column. */
function transposed(p: Product): Product {
  const { m, flags } = p;
  return {
    ...p,
    m: 1,
    n: m,
    a: p.b,
    b: p.a,
    ldc: m,
    aRow: p.bCol,
    aCol: p.bRow,
    bRow: p.aCol,
    bCol: p.aRow,
    batch: p.batch.map(([size, c, a, b]) => [size, c, b, a]),
    flags: (flags & ADD) | (flags & BIAS_COLUMN ? BIAS_ROW : 0) | (flags & BIAS_ROW ? BIAS_COLUMN : 0),
  };
}

/** Blocks of C that are large enough for the caches to pay and small enough to keep several threads busy. */
function blocks(m: number, n: number, k: number, count: number): { mb: number; nb: number } {
  let mb = Math.min(64, m);
  let nb = Math.min(256, n);
  const units = (): number => count * Math.ceil(m / mb) * Math.ceil(n / nb);
  while (units() < 16 && mb * nb * k > 4 * WORK && (mb > 16 || nb > 32)) {
    if (nb > 32 && (nb > 2 * mb || mb <= 16)) nb = Math.ceil(nb / 2);
    else mb = Math.ceil(mb / 2);
    nb = Math.ceil(nb / 16) * 16;
    mb = Math.ceil(mb / 4) * 4;
  }
  nb = Math.ceil(Math.ceil(n / Math.ceil(n / nb)) / 16) * 16;
  mb = Math.ceil(Math.ceil(m / Math.ceil(m / mb)) / 4) * 4;
  return { mb, nb };
}

type Batch = Product['batch'];

function batchMeta(batch: Batch): number[] {
  const meta = [batch.length];
  for (const dim of batch) meta.push(dim[0], dim[1], dim[2], dim[3]);
  return meta;
}

/** Where the packed copies of operand `which` lie: one copy where the whole batch shares it, else one a matrix. */
function packedBatch(
  batch: Batch,
  which: 2 | 3,
  numel: number,
): { meta: number[]; strides: number[]; matrices: number } {
  if (batch.every((dim) => dim[which] === 0)) return { meta: [0], strides: batch.map(() => 0), matrices: 1 };
  const strides = new Array<number>(batch.length);
  let matrices = 1;
  for (let i = batch.length - 1; i >= 0; i--) {
    strides[i] = matrices * numel;
    matrices *= batch[i]![0];
  }
  return { meta: batchMeta(batch), strides, matrices };
}

/**
 * Runs y[…, m, n] = a[…, m, k] · b[…, k, n] (+ bias), the batch dims of a and b broadcast. Rows of `a` that lie evenly across
 * its batch dims are one tall matrix where all of them meet the same b. `bias` is the address of n numbers, or 0.
 */
export function multiplyTensors(y: Matrices, a: Matrices, b: Matrices, bias: number): void {
  const n = y.shape.at(-1)!;
  const k = a.shape.at(-1)!;
  let m = y.shape.at(-2)!;
  let aRow = a.strides.at(-2)!;
  const ldc = n;
  const dims = y.shape.length - 2;
  const batch: (readonly [number, number, number, number])[] = [];
  let cStride = m * n;
  for (let i = dims - 1; i >= 0; i--) {
    const size = y.shape[i]!;
    if (size !== 1) {
      const aStride = broadcastStride(a, i - dims);
      const bStride = broadcastStride(b, i - dims);
      const last = batch[0];
      if (!last && bStride === 0 && cStride === m * ldc && (aStride === m * aRow || m === 1)) {
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
  multiply({
    dtype: y.dtype,
    m,
    n,
    k,
    c: y.ptr,
    a: a.ptr,
    b: b.ptr,
    ldc,
    aRow,
    aCol: a.strides.at(-1)!,
    bRow: b.strides.at(-2)!,
    bCol: b.strides.at(-1)!,
    batch,
    bias,
    flags: bias ? BIAS_COLUMN : 0,
  });
}

/** The stride of dim `dim` (counted from the matrix dims, negative), 0 where it is broadcast. */
function broadcastStride(x: Matrices, dim: number): number {
  const i = x.shape.length - 2 + dim;
  return i < 0 || x.shape[i] === 1 ? 0 : x.strides[i]!;
}
