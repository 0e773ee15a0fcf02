import { isFloat } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { DTypeError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { Tensor } from '../tensor/tensor.js';
import { foldDims, plain, reducedShape, same } from './fold.js';
import type { FoldKernels } from './fold.js';
import type { Op, Spec } from './op.js';
import { cumprod, shifted } from './scan.js';

/** A reduction over `dims` (ascending, not negative); they stay with size 1 where `keepdim`. */
export interface ReduceParams {
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

/** A reduction's result, or gradient, with the reduced dims back at size 1. */
export function withDims(y: Tensor, shape: readonly number[], { dims, keepdim }: ReduceParams): Tensor {
  return keepdim ? y : y.reshape(reducedShape(shape, dims, true));
}

/** The number of elements that each result takes in. */
export function reducedCount(shape: readonly number[], dims: readonly number[]): number {
  return dims.reduce((n, d) => n * shape[d]!, 1);
}

/** @throws DTypeError where the input is not floating point */
export function needFloat(op: string, x: Spec): void {
  if (!isFloat(x.dtype)) fail(DTypeError, op, 'needs a floating point input', ['input'], [x], 'use x.float()');
}

/** The kernels that fold sums of floats or int32. */
export function sums(dtype: DType): FoldKernels {
  if (dtype === 'int32') return same(plain(kernels.sumI32, null));
  return same((y, x, n, inner, chunk, divisor, units, grain) =>
    launch(kernels.sum, dtype, y, x, n, inner, chunk, divisor, units, grain),
  );
}

/** y = Σ x over dims, of floats and int32. */
export const sum: Op<ReduceParams> = {
  name: 'sum',
  args: ['input'],
  infer: ([x], { dims, keepdim }) => ({ shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype }),
  forward: ([y], [x], { dims }) => foldDims(y.ptr, x.ptr, x.shape, dims, sums(x.dtype), x.dtype),
  backward: (ctx, dy) => [withDims(dy, ctx.shape(0), ctx.params).expand(ctx.shape(0))],
};

/** y = Σ x / n over dims, n the number of elements taken in; NaN where that is 0. */
export const mean: Op<ReduceParams> = {
  name: 'mean',
  args: ['input'],
  infer: ([x], { dims, keepdim }) => {
    needFloat('mean', x);
    return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
  },
  forward: ([y], [x], { dims }) =>
    foldDims(y.ptr, x.ptr, x.shape, dims, sums(x.dtype), x.dtype, reducedCount(x.shape, dims)),
  backward: (ctx, dy) => {
    const shape = ctx.shape(0);
    return [withDims(dy.div(reducedCount(shape, ctx.params.dims)), shape, ctx.params).expand(shape)];
  },
};

/** y = Π x over one dim, of floats and int32. The gradient is right where elements are 0: it multiplies all but one element. */
export const prod: Op<{ readonly dim: number; readonly keepdim: boolean }> = {
  name: 'prod',
  args: ['input'],
  infer: ([x], { dim, keepdim }) => ({ shape: reducedShape(x.shape, [dim], keepdim), dtype: x.dtype }),
  forward: ([y], [x], { dim }) => foldDims(y.ptr, x.ptr, x.shape, [dim], same(plain(kernels.prod, x.dtype)), x.dtype),
  savesInputs: [0],
  backward: (ctx, dy) => {
    const { dim, keepdim } = ctx.params;
    const x = ctx.input(0);
    if (x.ndim === 0) return [dy];
    if (x.numel === 0) return [x.mul(0)];
    const upstream = withDims(dy, x.shape, { dims: [dim], keepdim });
    const before = ctx.apply(cumprod, [shifted(ctx, x, dim, 1, 1)], { dim, reverse: false });
    const after = ctx.apply(cumprod, [shifted(ctx, x, dim, -1, 1)], { dim, reverse: true });
    return [upstream.mul(before.mul(after))];
  },
};

/** y = 1 where any element (of bytes 0 and 1) over dims is 1. */
export const any: Op<ReduceParams> = {
  name: 'any',
  args: ['input'],
  infer: ([x], { dims, keepdim }) => ({ shape: reducedShape(x.shape, dims, keepdim), dtype: 'bool' }),
  forward: ([y], [x], { dims }) => foldDims(y.ptr, x.ptr, x.shape, dims, same(plain(kernels.amax, 'bool')), 'bool'),
};

/** y = 1 where all elements (of bytes 0 and 1) over dims are 1. */
export const all: Op<ReduceParams> = {
  name: 'all',
  args: ['input'],
  infer: ([x], { dims, keepdim }) => ({ shape: reducedShape(x.shape, dims, keepdim), dtype: 'bool' }),
  forward: ([y], [x], { dims }) => foldDims(y.ptr, x.ptr, x.shape, dims, same(plain(kernels.allU8, null)), 'bool'),
};
