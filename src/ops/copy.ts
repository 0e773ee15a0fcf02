import type { DType } from '../core/dtypes.js';
import { dtypeBytes, isFloat, promoteTypes } from '../core/dtypes.js';
import { ShapeError, fail } from '../core/errors.js';
import { normalizeDim } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { zeroGradient } from './full.js';
import { copyElements, fillElements } from './launches.js';
import type { Op } from './op.js';

/** y = input, in new contiguous memory. */
export const clone: Op = {
  name: 'clone',
  args: ['input'],
  strided: true,
  infer: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ([y], [x]) => copyElements(y, x),
  backward: (_, dy) => [dy],
};

/** y = input in another dtype. Between floats it has a gradient. */
export const cast: Op<DType> = {
  name: 'to',
  args: ['input'],
  strided: true,
  infer: ([x], dtype) => ({ shape: x.shape, dtype }),
  forward: ([y], [x]) => copyElements(y, x),
  backward: (ctx, dy) => [isFloat(ctx.dtype(0)) ? dy.to(ctx.dtype(0)) : null],
};

/** In place: input = source, cast to its dtype. */
export const copy: Op = {
  name: 'copy',
  args: ['input', 'source'],
  strided: true,
  infer: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ([y], [, source]) => copyElements(y, source),
  backward: (ctx, dy) => [zeroGradient(ctx, 0), ctx.needs[1] ? dy.to(ctx.dtype(1)) : null],
};

/** In place: input = value. */
export const fill: Op<number> = {
  name: 'fill',
  args: ['input'],
  strided: true,
  infer: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ([y], _, value) => fillElements(y, value),
  backward: (ctx) => [zeroGradient(ctx, 0)],
};

/** Which triangle is kept, from which diagonal on. */
export interface TriangleParams {
  readonly upper: boolean;
  readonly diagonal: number;
}

function triangle(name: string): Op<TriangleParams> {
  return {
    name,
    args: ['input'],
    infer: ([x]) => {
      if (x.shape.length < 2) fail(ShapeError, name, 'needs at least two dims', ['input'], [x]);
      return { shape: x.shape, dtype: x.dtype };
    },
    forward: ([y], [x], { upper, diagonal }) => {
      const m = x.shape.at(-2)!;
      const n = x.shape.at(-1)!;
      if (n === 0) return;
      const rows = x.numel / n;
      const grain = Math.max(1, Math.floor(32768 / n));
      launch(kernels.triangle, null, y.ptr, x.ptr, m, n, diagonal, Number(upper), dtypeBytes[x.dtype], rows, grain);
    },
    backward: (ctx, dy) => [ctx.params.upper ? dy.triu(ctx.params.diagonal) : dy.tril(ctx.params.diagonal)],
  };
}

/** y = input on and below a diagonal of matrices, 0 above it. */
export const tril: Op<TriangleParams> = triangle('tril');

/** y = input on and above a diagonal of matrices, 0 below it. */
export const triu: Op<TriangleParams> = triangle('triu');

/** y = input with the order along some dims reversed. */
export const flip: Op<readonly number[]> = {
  name: 'flip',
  args: ['input'],
  strided: true,
  infer: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ([y], [x], dims) => {
    if (x.numel === 0) return;
    const last = dims.reduce((sum, d) => sum + (x.shape[d]! - 1) * x.strides[d]!, 0);
    const strides = x.strides.map((stride, d) => (dims.includes(d) ? -stride : stride));
    const { shape, dtype, numel } = x;
    copyElements(y, { ptr: x.ptr + last * dtypeBytes[dtype], shape, strides, dtype, numel });
  },
  backward: (ctx, dy) => [dy.flip(ctx.params)],
};

/** A legacy of PyTorch: an empty 1-d tensor joins tensors of any shape. */
function isNothing(shape: readonly number[]): boolean {
  return shape.length === 1 && shape[0] === 0;
}

/** y = the inputs one after the other along a dim. The result has the promoted dtype. */
export const cat: Op<number> = {
  name: 'cat',
  args: [],
  strided: true,
  infer: (inputs, dim) => {
    if (inputs.length === 0) fail(ShapeError, 'cat', 'needs at least one tensor');
    const solid = inputs.filter((x) => !isNothing(x.shape));
    const first = solid[0] ?? inputs[0];
    const names = inputs.map((_, i) => `tensors[${i}]`);
    if (first.shape.length === 0)
      fail(ShapeError, 'cat', 'tensors without dims cannot be joined', names, inputs, 'use stack()');
    const at = normalizeDim('cat', dim, first.shape.length);
    const shape = [...first.shape];
    shape[at] = 0;
    for (const x of solid) {
      const fits = x.shape.length === shape.length && x.shape.every((size, d) => d === at || size === shape[d]);
      if (!fits) fail(ShapeError, 'cat', `sizes differ in a dim other than ${at}`, names, inputs);
      shape[at] += x.shape[at]!;
    }
    return { shape, dtype: inputs.map((x) => x.dtype).reduce(promoteTypes) };
  },
  forward: ([y], inputs, dim) => {
    const at = normalizeDim('cat', dim, y.shape.length);
    let start = 0;
    for (const x of inputs) {
      if (x.numel === 0) continue;
      const ptr = y.ptr + start * y.strides[at]! * dtypeBytes[y.dtype];
      copyElements({ ptr, shape: x.shape, strides: y.strides, dtype: y.dtype, numel: x.numel }, x);
      start += x.shape[at]!;
    }
  },
  backward: (ctx, dy) => {
    const at = normalizeDim('cat', ctx.params, dy.ndim);
    let start = 0;
    return ctx.needs.map((need, i) => {
      const shape = ctx.shape(i);
      if (isNothing(shape) && dy.ndim !== 1) return zeroGradient(ctx, i);
      const dx = need ? dy.narrow(at, start, shape[at]!).to(ctx.dtype(i)) : null;
      start += shape[at]!;
      return dx;
    });
  },
};
