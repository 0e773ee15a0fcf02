import type { DType } from '../core/dtypes.js';
import { checkShape } from '../core/shapes.js';
import { fillElements } from './launches.js';
import type { Op } from './op.js';

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
