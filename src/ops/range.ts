import type { DType } from '../core/dtypes.js';
import { DTypeError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { Op } from './op.js';
import { ELEMENTWISE_GRAIN } from './strided.js';

/** An arithmetic sequence of `n` numbers. */
export interface RangeParams {
  readonly start: number;
  readonly step: number;
  readonly n: number;
  readonly dtype: DType;
}

/** y[i] = start + i · step. */
export const arange: Op<RangeParams> = {
  name: 'arange',
  args: [],
  infer: (_, { n, dtype }) => {
    if (dtype === 'bool') fail(DTypeError, 'arange', 'is not defined for bool');
    return { shape: [n], dtype };
  },
  forward: ([y], _, { start, step, n, dtype }) => {
    launch(kernels.arange, dtype, y.ptr, start, step, n, ELEMENTWISE_GRAIN);
  },
};

/** `n` numbers from start to end, both included. */
export interface SpaceParams {
  readonly start: number;
  readonly end: number;
  readonly n: number;
  readonly dtype: 'float32' | 'float64' | 'int32';
}

/** y = numbers at equal distances from start to end. */
export const linspace: Op<SpaceParams> = {
  name: 'linspace',
  args: [],
  infer: (_, { n, dtype }) => ({ shape: [n], dtype }),
  forward: ([y], _, { start, end, n, dtype }) => {
    if (dtype === 'int32') launch(kernels.linspaceI32, null, y.ptr, start, end, n, n, ELEMENTWISE_GRAIN);
    else launch(kernels.linspace, dtype, y.ptr, start, end, n, n, ELEMENTWISE_GRAIN);
  },
};
