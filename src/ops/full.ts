import type { DType } from '../core/dtypes.js';
import { checkShape } from '../core/shapes.js';
import { fillElements } from './launches.js';
import type { BackwardContext, Op } from './op.js';
import type { Tensor } from '../tensor/tensor.js';

/** What `full` makes. */
export interface FullParams {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly value: number;
}

/** A tensor of one value: y[…] = value. */
export const full: Op<FullParams> = {
  name: 'full',
  args: [],
  infer: (_, { shape, dtype }) => {
    checkShape('full', shape);
    return { shape, dtype };
  },
  forward: ([y], _, { value }) => fillElements(y, value),
};

/** Zeros in the shape and dtype of input i. */
export function zerosLike<P>(ctx: BackwardContext<P>, i: number): Tensor {
  return ctx.apply(full, [], { shape: ctx.shape(i), dtype: ctx.dtype(i), value: 0 });
}

/** The gradient of an input that the result does not follow. */
export function zeroGradient<P>(ctx: BackwardContext<P>, i: number): Tensor | null {
  return ctx.needs[i] ? zerosLike(ctx, i) : null;
}
