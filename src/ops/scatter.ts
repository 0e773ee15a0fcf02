import type { DType } from '../core/dtypes.js';
import { dtypeBytes } from '../core/dtypes.js';
import { DTypeError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { stridedMeta } from './strided.js';
import type { Layout } from './strided.js';

/** A layout and where it starts. */
export interface Located extends Layout {
  readonly ptr: number;
}

/** The dim along which indices are read one after the other, and where they lead. */
export interface Steps {
  /** How many indices. */
  readonly n: number;
  /** The size of the dim they index. */
  readonly size: number;
  /** What one step of an index is in the result. */
  readonly stride: number;
  readonly valueStride: number;
  readonly indexStride: number;
}

type Put = typeof kernels.scatter4;

/** What becomes of an element that a value meets: it is replaced, or both are joined. */
export type Meeting = 'replace' | 'sum' | 'prod' | 'amax' | 'amin';

/** Work of a slice that is worth a thread, in elements. */
const GRAIN = 8192;

function setter(dtype: DType): Put {
  const bytes = dtypeBytes[dtype];
  return bytes === 4 ? kernels.scatter4 : bytes === 8 ? kernels.scatter8 : kernels.scatter1;
}

/**
 * @throws DTypeError for dtypes that cannot be joined
 */
function putter(op: string, dtype: DType, meeting: Meeting): Put {
  if (meeting === 'replace') return setter(dtype);
  const [float32, float64, int32] = {
    sum: [kernels.scatterAdd, kernels.scatterAddF64, kernels.scatterAddI32],
    prod: [kernels.scatterProd, kernels.scatterProdF64, kernels.scatterProdI32],
    amax: [kernels.scatterMax, kernels.scatterMaxF64, kernels.scatterMaxI32],
    amin: [kernels.scatterMin, kernels.scatterMinF64, kernels.scatterMinI32],
  }[meeting] as [Put, Put, Put];
  if (dtype === 'float32') return float32;
  if (dtype === 'float64') return float64;
  if (dtype === 'int32') return int32;
  return fail(DTypeError, op, `adding is not defined for ${dtype}`);
}

/**
 * y[line, index[line, i]] = value[line, i], or what `meeting` makes of both. The layouts are those of the lines alone: all dims but the
 * one that `steps` describes. Lines never meet, so they may be shared out to threads.
 */
export function scatterLines(
  op: string,
  dtype: DType,
  meeting: Meeting,
  y: Located,
  value: Located,
  index: Located,
  { n, size, stride, valueStride, indexStride }: Steps,
): void {
  const lines = y.shape.reduce((count, extent) => count * extent, 1);
  // Lines are neighbours in memory more often than not: 16 at least keep vectors and cache lines whole.
  const grain = Math.max(16, Math.ceil(GRAIN / Math.max(n, 1)));
  const put = putter(op, dtype, meeting);
  const meta = stridedMeta([y, value, index]);
  put(y.ptr, value.ptr, index.ptr, n, size, stride, valueStride, indexStride, meta, lines, grain);
}
