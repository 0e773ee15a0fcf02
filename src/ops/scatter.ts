import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import { DTypeError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { ofWidth } from './launches.js';
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

/** What becomes of an element that a value meets: it is replaced, or both are joined. */
export type Meeting = 'replace' | 'sum' | 'prod' | 'amax' | 'amin';

/** Work of a slice that is worth a thread, in elements. */
const GRAIN = 8192;

const joins = {
  sum: kernels.scatterAdd,
  prod: kernels.scatterProd,
  amax: kernels.scatterMax,
  amin: kernels.scatterMin,
};

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
  const meta = stridedMeta([y, value, index]);
  const args = [y.ptr, value.ptr, index.ptr, n, size, stride, valueStride, indexStride, meta, lines, grain] as const;
  if (meeting === 'replace') {
    launch(ofWidth(dtype, kernels.scatter1, kernels.scatter4, kernels.scatter8), null, ...args);
  } else if (isFloat(dtype) || dtype === 'int32') {
    launch(joins[meeting], dtype, ...args);
  } else {
    fail(DTypeError, op, `adding is not defined for ${dtype}`);
  }
}
