import { dtypeBytes } from '../core/dtypes.js';
import { DTypeError, IndexError, ShapeError, fail } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkInside } from './check.js';
import { full } from './full.js';
import { copyElements } from './launches.js';
import type { BackwardContext, Op, Spec } from './op.js';
import { scatterLines } from './scatter.js';
import type { Meeting } from './scatter.js';
import { withOperand } from './scalar.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';

/** One dim and the public name under which it is indexed. */
export interface GatherParams {
  readonly name: string;
  readonly dim: number;
  /** Whether negative indices count from the end. */
  readonly negative: boolean;
}

/** As GatherParams, and the shape that was indexed. */
export interface GatherBackwardParams extends GatherParams {
  readonly shape: readonly number[];
}

/** As GatherParams, and the number that takes the place of an absent source. */
export interface ScatterParams extends GatherParams {
  readonly scalar: number;
}

/** @throws DTypeError where indices are not int32 */
export function checkIndexType(name: string, index: Spec): void {
  if (index.dtype !== 'int32') fail(DTypeError, name, 'indices must be int32', ['index'], [index], 'use x.int()');
}

/** @throws IndexError for an index out of range */
export function checkRange(name: string, index: TensorData, dim: number, size: number, negative: boolean): void {
  checkInside(index, negative ? -size : 0, size, (bad) => {
    throw new IndexError(`${name}: index ${bad} is out of range for dim ${dim} of size ${size}`);
  });
}

function checkShapes(name: string, x: Spec, index: Spec, dim: number): void {
  const fits =
    index.shape.length === x.shape.length && index.shape.every((size, d) => d === dim || size <= x.shape[d]!);
  if (fits) return;
  fail(
    ShapeError,
    name,
    `index must have the dims of input and be no larger but in dim ${dim}`,
    ['input', 'index'],
    [x, index],
  );
}

function without(sizes: readonly number[], dim: number): number[] {
  return sizes.filter((_, d) => d !== dim);
}

/** y[…, i, …] = input[…, index[…, i, …], …]. */
export const gather: Op<GatherParams> = {
  name: 'gather',
  args: ['input', 'index'],
  strided: true,
  infer: ([x, index], { name, dim }) => {
    checkIndexType(name, index);
    checkShapes(name, x, index, dim);
    return { shape: index.shape, dtype: x.dtype };
  },
  forward: ([y], [x, index], { name, dim, negative }) => {
    const size = x.shape[dim]!;
    checkRange(name, index, dim, size, negative);
    const bytes = dtypeBytes[x.dtype];
    const kernel = bytes === 4 ? kernels.gather4 : bytes === 8 ? kernels.gather8 : kernels.gather1;
    const from = { shape: y.shape, strides: x.strides.map((stride, d) => (d === dim ? 0 : stride)) };
    kernel(y.ptr, x.ptr, index.ptr, size, x.strides[dim]!, stridedMeta([y, from, index]), y.numel, ELEMENTWISE_GRAIN);
  },
  savesInputs: [1],
  backward: (ctx, dy) => [ctx.apply(gatherBackward, [dy, ctx.input(1)], { ...ctx.params, shape: ctx.shape(0) }), null],
};

/** Runs the scatter kernel along one dim; `value` has at least the index's sizes. */
export function scatterInto(
  { name, dim }: GatherParams,
  meeting: Meeting,
  y: TensorData,
  value: { readonly ptr: number; readonly strides: readonly number[] },
  index: TensorData,
): void {
  const shape = without(index.shape, dim);
  scatterLines(
    name,
    y.dtype,
    meeting,
    { ptr: y.ptr, shape, strides: without(y.strides, dim) },
    { ptr: value.ptr, shape, strides: without(value.strides, dim) },
    { ptr: index.ptr, shape, strides: without(index.strides, dim) },
    {
      n: index.shape[dim]!,
      size: y.shape[dim]!,
      stride: y.strides[dim]!,
      valueStride: value.strides[dim]!,
      indexStride: index.strides[dim]!,
    },
  );
}

/** dx[…, index[…, i, …], …] += dy[…, i, …], from zeros. */
export const gatherBackward: Op<GatherBackwardParams> = {
  name: 'gatherBackward',
  args: ['dy', 'index'],
  strided: true,
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype, zeroed: true }),
  forward: ([dx], [dy, index], params) => scatterInto(params, 'sum', dx, dy, index),
  savesInputs: [1],
  backward: (ctx, ddx) => [ctx.apply(gather, [ddx, ctx.input(1)], ctx.params), null],
};

/** The gradient of a source of which a corner, as large as the index, was read. */
function sourceGradient<P extends GatherParams>(ctx: BackwardContext<P>, dy: Tensor): Tensor {
  const index = ctx.input(1);
  const read = ctx.apply(gather, [dy, index], ctx.params);
  const shape = ctx.shape(2);
  if (sameShape(shape, index.shape)) return read;
  const ds = ctx.apply(full, [], { shape, dtype: ctx.dtype(2), value: 0 });
  index.shape.reduce((part, size, d) => part.narrow(d, 0, size), ds).copy_(read);
  return ds;
}

export function inferScatter([x, index, source]: readonly (Spec | null)[], { name, dim }: GatherParams): Spec {
  checkIndexType(name, index!);
  checkShapes(name, x!, index!, dim);
  if (source) {
    const names = ['input', 'index', 'src'];
    const fits =
      source.shape.length === index!.shape.length && index!.shape.every((size, d) => size <= source.shape[d]!);
    if (!fits) fail(ShapeError, name, 'src must be at least as large as index', names, [x, index, source]);
    if (source.dtype !== x!.dtype) fail(DTypeError, name, 'src must have the dtype of input', names, [x, null, source]);
  }
  return { shape: x!.shape, dtype: x!.dtype };
}

/** y = input, but y[…, index[…, i, …], …] = source[…, i, …]. Of equal indices the last one counts. */
export const scatter: Op<ScatterParams> = {
  name: 'scatter',
  args: ['input', 'index', 'src'],
  strided: true,
  infer: inferScatter,
  forward: ([y], [x, index, source]: readonly (TensorData | null)[], params) => {
    checkRange(params.name, index!, params.dim, x!.shape[params.dim]!, params.negative);
    if (y.ptr !== x!.ptr) copyElements(y, x!);
    withOperand(source ?? null, y, y.dtype, params.scalar, (value) => scatterInto(params, 'replace', y, value, index!));
  },
  savesInputs: [1],
  backward: (ctx, dy) => [
    ctx.needs[0] ? ctx.apply(scatter, [dy, ctx.input(1), null], { ...ctx.params, scalar: 0 }) : null,
    null,
    ctx.needs[2] ? sourceGradient(ctx, dy) : null,
  ],
};

/** y = input, but y[…, index[…, i, …], …] += source[…, i, …], in the order of i. */
export const scatterAdd: Op<GatherParams> = {
  name: 'scatterAdd',
  args: ['input', 'index', 'src'],
  strided: true,
  infer: inferScatter,
  forward: ([y], [x, index, source], params) => {
    checkRange(params.name, index, params.dim, x.shape[params.dim]!, params.negative);
    if (y.ptr !== x.ptr) copyElements(y, x);
    scatterInto(params, 'sum', y, source, index);
  },
  savesInputs: [1],
  backward: (ctx, dy) => [ctx.needs[0] ? dy : null, null, ctx.needs[2] ? sourceGradient(ctx, dy) : null],
};
