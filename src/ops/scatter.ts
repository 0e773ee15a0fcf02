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

/** Work of a slice that is worth a thread, in elements. */
const GRAIN = 8192;

/**
 * @throws DTypeError for dtypes that cannot be added up
 */
function adder(op: string, dtype: DType): Put {
  if (dtype === 'float32') return kernels.scatterAdd;
  if (dtype === 'float64') return kernels.scatterAddF64;
  if (dtype === 'int32') return kernels.scatterAddI32;
  return fail(DTypeError, op, `adding is not defined for ${dtype}`);
}

function setter(dtype: DType): Put {
  const bytes = dtypeBytes[dtype];
  return bytes === 4 ? kernels.scatter4 : bytes === 8 ? kernels.scatter8 : kernels.scatter1;
}

/**
 * y[line, index[line, i]] = value[line, i], or += where `adds`. The layouts are those of the lines alone: all dims but the
 * one that `steps` describes. Lines never meet, so they may be shared out to threads.
 */
export function scatterLines(
  op: string,
  dtype: DType,
  adds: boolean,
  y: Located,
  value: Located,
  index: Located,
  { n, size, stride, valueStride, indexStride }: Steps,
): void {
  const lines = y.shape.reduce((count, extent) => count * extent, 1);
  // Lines are neighbours in memory more often than not: 16 at least keep vectors and cache lines whole.
  const grain = Math.max(16, Math.ceil(GRAIN / Math.max(n, 1)));
  const put = adds ? adder(op, dtype) : setter(dtype);
  const meta = stridedMeta([y, value, index]);
  put(y.ptr, value.ptr, index.ptr, n, size, stride, valueStride, indexStride, meta, lines, grain);
}
