import { dtypeBytes } from '../core/dtypes.js';
import { IndexError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { chunkOf, foldDims, grainOf, linesAround, plain, reducedShape, same } from './fold.js';
import type { BackwardContext, Op, Spec } from './op.js';
import { withDims } from './reduce.js';
import type { ReduceParams } from './reduce.js';
import { scatterAddBack } from './sort.js';

/** A reduction over one dim. */
export interface DimParams {
  readonly dim: number;
  readonly keepdim: boolean;
}

/** @throws IndexError where the reduction has no elements to take from */
export function needElements(op: string, x: Spec, dims: readonly number[]): void {
  const empty = dims.find((d) => x.shape[d] === 0);
  if (empty !== undefined) fail(IndexError, op, `dim ${empty} has size 0, which has no such element`, ['input'], [x]);
}

/** The elements that a reduction gave as its result; where that is NaN, the NaNs. */
function ties(x: Tensor, y: Tensor): Tensor {
  return x.eq(y).logicalOr(x.ne(x));
}

function extreme(name: string, kernel: typeof kernels.amax): Op<ReduceParams> {
  return {
    name,
    args: ['input'],
    infer: ([x], { dims, keepdim }) => {
      needElements(name, x, dims);
      return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
    },
    forward: ([y], [x], { dims }) => foldDims(y.ptr, x.ptr, x.shape, dims, same(plain(kernel, x.dtype)), x.dtype),
    savesInputs: [0],
    savesOutputs: [0],
    // Equal elements share the gradient evenly.
    backward: (ctx, dy) => {
      const { dims } = ctx.params;
      const x = ctx.input(0);
      const share = ties(x, withDims(ctx.output(0), x.shape, ctx.params)).to(x.dtype);
      return [share.mul(withDims(dy, x.shape, ctx.params).div(dims.length > 0 ? share.sum(dims, true) : share))];
    },
  };
}

/** y = the largest element over dims; NaN where there is one. */
export const amax: Op<ReduceParams> = extreme('amax', kernels.amax);
/** y = the smallest element over dims; NaN where there is one. */
export const amin: Op<ReduceParams> = extreme('amin', kernels.amin);
/** y = the largest of all elements. */
export const maxOfAll: Op<ReduceParams> = extreme('max', kernels.amax);
/** y = the smallest of all elements. */
export const minOfAll: Op<ReduceParams> = extreme('min', kernels.amin);

type Search = typeof kernels.argmax;

const searches = { max: kernels.argmax, min: kernels.argmin };

function searchDim(kernel: Search, [y, index]: readonly [number, number], x: TensorData, dim: number): void {
  const lines = linesAround(x.shape, dim);
  const { outer, n, inner } = lines;
  const chunk = chunkOf(lines);
  if (chunk >= n) {
    launch(kernel, x.dtype, y, index, x.ptr, n, inner, chunk, outer * inner, grainOf(n, inner > 1));
    return;
  }
  const chunks = Math.ceil(n / chunk);
  const parts = outer * chunks * inner;
  const bytes = dtypeBytes[x.dtype];
  scratch(parts * (bytes + 4), (part) => {
    const partIndex = part + parts * bytes;
    launch(kernel, x.dtype, part, partIndex, x.ptr, n, inner, chunk, parts, grainOf(chunk, inner > 1));
    launch(kernel, x.dtype, y, index, part, chunks, inner, chunks, outer * inner, grainOf(chunks, inner > 1));
    launch(kernels.argChunks, null, index, partIndex, chunks, inner, outer * inner, grainOf(1));
  });
}

/** The gradient goes to where the value came from. */
function back(ctx: BackwardContext<DimParams>, dy: Tensor): Tensor {
  const { dim, keepdim } = ctx.params;
  const index = ctx.output(1);
  return keepdim
    ? scatterAddBack(ctx, dy, index, dim)
    : scatterAddBack(ctx, dy.unsqueeze(dim), index.unsqueeze(dim), dim);
}

function search(name: 'max' | 'min'): Op<DimParams> {
  return {
    name,
    args: ['input'],
    infer: ([x], { dim, keepdim }) => {
      needElements(name, x, [dim]);
      const shape = reducedShape(x.shape, [dim], keepdim);
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: 'int32' },
      ];
    },
    forward: ([y, index], [x], { dim }) => searchDim(searches[name], [y.ptr, index.ptr], x, dim),
    savesOutputs: [1],
    backward: (ctx, dy) => [back(ctx, dy)],
  };
}

/** The largest elements over a dim and their (first) indices, of floats and int32. */
export const max: Op<DimParams> = search('max');
/** The smallest elements over a dim and their (first) indices, of floats and int32. */
export const min: Op<DimParams> = search('min');

function indexOf(name: 'argmax' | 'argmin'): Op<DimParams> {
  return {
    name,
    args: ['input'],
    infer: ([x], { dim, keepdim }) => {
      needElements(name, x, [dim]);
      return { shape: reducedShape(x.shape, [dim], keepdim), dtype: 'int32' };
    },
    forward: ([index], [x], { dim }) => {
      const kernel = searches[name === 'argmax' ? 'max' : 'min'];
      scratch(index.numel * dtypeBytes[x.dtype], (y) => searchDim(kernel, [y, index.ptr], x, dim));
    },
  };
}

/** The index of the first largest element over a dim, of floats and int32. */
export const argmax: Op<DimParams> = indexOf('argmax');
/** The index of the first smallest element over a dim, of floats and int32. */
export const argmin: Op<DimParams> = indexOf('argmin');
