import { dtypeBytes } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { grainOf } from './fold.js';
import { full } from './full.js';
import { copyElements } from './launches.js';
import type { BackwardContext, Op } from './op.js';

/** Sorts the rows (the last dim) of x into memory for values and indices. */
function sortRows(y: number, index: number, x: TensorData, descending: boolean): void {
  const n = x.shape.at(-1) ?? 1;
  const rows = n === 0 ? 0 : x.numel / n;
  scratch(x.numel * (dtypeBytes[x.dtype] + 4), (spare) =>
    launch(kernels.sort, x.dtype, y, index, spare, x.ptr, rows, n, Number(descending), rows, grainOf(4 * n)),
  );
}

/** The gradient of elements picked along a dim, as many as there are indices: they add up where they came from. */
export function scatterAddBack<P>(ctx: BackwardContext<P>, dy: Tensor, index: Tensor, dim: number): Tensor {
  const shape = ctx.shape(0);
  if (shape.length === 0) return dy;
  return ctx.apply(full, [], { shape, dtype: ctx.dtype(0), value: 0 }).scatterAdd(dim, index, dy);
}

/** The rows (the last dim) in order, and the indices that put them there; stable, NaN greatest. Of floats and int32. */
export const sort: Op<{ readonly descending: boolean }> = {
  name: 'sort',
  args: ['input'],
  infer: ([x]) => [
    { shape: x.shape, dtype: x.dtype },
    { shape: x.shape, dtype: 'int32' },
  ],
  forward: ([y, index], [x], { descending }) => sortRows(y.ptr, index.ptr, x, descending),
  savesOutputs: [1],
  backward: (ctx, dy) => [scatterAddBack(ctx, dy, ctx.output(1), -1)],
};

/** How many elements come first, in which order. */
export interface TopParams {
  readonly k: number;
  readonly descending: boolean;
}

/** The first k elements of each row (the last dim) in order, and their indices, without a sort of the others. Of floats and int32. */
export const topk: Op<TopParams> = {
  name: 'topk',
  args: ['input'],
  infer: ([x], { k }) => {
    const shape = [...x.shape.slice(0, -1), k];
    return [
      { shape, dtype: x.dtype },
      { shape, dtype: 'int32' },
    ];
  },
  forward: ([y, index], [x], { k, descending }) => {
    const n = x.shape.at(-1)!;
    launch(kernels.topk, x.dtype, y.ptr, index.ptr, x.ptr, n, k, Number(descending), x.numel / n, grainOf(n));
  },
  savesOutputs: [1],
  backward: (ctx, dy) => [scatterAddBack(ctx, dy, ctx.output(1), -1)],
};

/** How values are searched for in sorted rows. */
export interface SearchParams {
  /** Behind equal elements instead of before them. */
  readonly right: boolean;
}

/** Elements that make a slice worth a thread. */
const SEARCH_GRAIN = 512;

/** The places of values in sorted rows (the last dim), or in one row. Of floats and int32. */
export const searchSorted: Op<SearchParams> = {
  name: 'searchSorted',
  args: ['sortedSequence', 'values'],
  infer: ([, values]) => ({ shape: values.shape, dtype: 'int32' }),
  forward: ([y], [x, values], { right }) => {
    const n = x.shape.at(-1)!;
    const each = values.shape.at(-1) ?? 1;
    const step = x.shape.length > 1 ? n : 0;
    launch(
      kernels.searchSorted,
      x.dtype,
      y.ptr,
      values.ptr,
      x.ptr,
      n,
      Math.max(each, 1),
      step,
      Number(right),
      y.numel,
      SEARCH_GRAIN,
    );
  },
};

/** The lower median of a row, or its first NaN. */
export const MEDIAN = -1;
/** The most frequent element of a row, the smallest of those. */
export const MODE = -2;

/** One element of every row (the last dim) by its rank in order, or `MEDIAN`, or `MODE`, and its index. Of floats and int32. */
export const pick: Op<{ readonly rank: number }> = {
  name: 'pick',
  args: ['input'],
  infer: ([x]) => [
    { shape: x.shape.slice(0, -1), dtype: x.dtype },
    { shape: x.shape.slice(0, -1), dtype: 'int32' },
  ],
  forward: ([y, index], [x], { rank }) => {
    const bytes = x.numel * dtypeBytes[x.dtype];
    scratch(bytes + x.numel * 4, (sorted) => {
      const order = sorted + bytes;
      sortRows(sorted, order, x, false);
      const n = x.shape.at(-1) ?? 1;
      launch(kernels.pick, x.dtype, y.ptr, index.ptr, sorted, order, n, rank, y.numel, grainOf(rank === MODE ? n : 1));
    });
  },
  savesOutputs: [1],
  backward: (ctx, dy) => {
    const index = ctx.output(1);
    return [ctx.shape(0).length === 0 ? dy : scatterAddBack(ctx, dy.unsqueeze(-1), index.unsqueeze(-1), -1)];
  },
};

/** An element that was picked of all, as it is; its gradient is shared by the elements equal to it. */
export const sharedByTies: Op = {
  name: 'median',
  args: ['input', 'picked'],
  infer: ([, picked]) => ({ shape: picked.shape, dtype: picked.dtype }),
  forward: ([y], [, picked]) => copyElements(y, picked),
  savesInputs: [0, 1],
  backward: (ctx, dy) => {
    const [x, picked] = [ctx.input(0), ctx.input(1)];
    const tied = x.eq(picked).logicalOr(x.isnan().logicalAnd(picked.isnan())).to(dy.dtype);
    return [tied.mul(dy).div(tied.sum()), null];
  },
};
