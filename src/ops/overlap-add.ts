import { dtypeBytes } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { Op } from './op.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';

/** Windows (see `unfold` in view.ts), and the shape that they cover. */
export interface OverlapParams {
  readonly dim: number;
  readonly step: number;
  readonly dilation: number;
  readonly shape: readonly number[];
}

/** y[…, i·step + j·dilation, …] = Σ x[…, i, …, j]: the windows in the last dim added where they lie, in the order of j. */
export const overlapAdd: Op<OverlapParams> = {
  name: 'overlapAdd',
  args: ['input'],
  strided: true,
  infer: ([x], { shape }) => ({ shape, dtype: x.dtype, zeroed: true }),
  forward: ([y], [x], { dim, step, dilation }) => {
    const bytes = dtypeBytes[x.dtype];
    const shape = x.shape.slice(0, -1);
    const size = x.shape.at(-1)!;
    const strides = shape.map((_, d) => (d === dim ? step : 1) * (y.strides[d] ?? 1));
    const windows = { shape, strides: x.strides.slice(0, -1) };
    const meta = stridedMeta([{ shape, strides }, { shape, strides }, windows]);
    const units = shape.reduce((n, count) => n * count, 1);
    for (let j = 0; j < size; j++) {
      const to = y.ptr + j * dilation * (y.strides[dim] ?? 1) * bytes;
      launch(kernels.add, x.dtype, to, to, x.ptr + j * x.strides.at(-1)! * bytes, 1, meta, units, ELEMENTWISE_GRAIN);
    }
  },
  backward: (ctx, dy) => {
    const { dim, step, dilation } = ctx.params;
    const size = ctx.shape(0).at(-1)!;
    // Wider windows of which every `dilation`-th element is taken.
    const windows = dy.unfold(dim, dilation * (size - 1) + 1, step);
    return [dilation === 1 ? windows : windows.slice(-1, 0, null, dilation)];
  },
};
