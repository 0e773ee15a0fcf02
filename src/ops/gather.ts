import { dtypeBytes } from '../core/dtypes.js';
import { DTypeError, IndexError, ShapeError, fail } from '../core/errors.js';
import { sameShape, sizeOf } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkInside, checkMeanwhile } from './check.js';
import { full } from './full.js';
import { copyElements, ofWidth } from './launches.js';
import type { BackwardContext, Op, Spec } from './op.js';
import { scatterLines } from './scatter.js';
import type { Meeting } from './scatter.js';
import { sumRows, worthSorting } from './segments.js';
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

function outOfRange(name: string, dim: number, size: number): (bad: number) => never {
  return (bad) => {
    throw new IndexError(`${name}: index ${bad} is out of range for dim ${dim} of size ${size}`);
  };
}

/** Looks through all indices before anything is written. @throws IndexError for an index out of range */
export function checkRange(name: string, index: TensorData, dim: number, size: number, negative: boolean): void {
  checkInside(index, negative ? -size : 0, size, outOfRange(name, dim, size));
}

/** Runs a kernel that looks at the indices it reads. @throws IndexError for an index out of range, which it left in `found` */
export function whileChecked(
  name: string,
  index: TensorData,
  dim: number,
  size: number,
  kernel: (found: number) => void,
): void {
  checkMeanwhile(index, outOfRange(name, dim, size), kernel);
}

/** Whether an index along x's first dim picks whole contiguous rows (or elements, where there is one dim): it is the same across the others. */
function picksRows(dim: number, x: TensorData, index: TensorData): boolean {
  if (dim !== 0 || !x.dense || x.shape.length === 0 || index.strides[0] !== 1) return false;
  return index.shape.every((size, d) => d === 0 || (size === x.shape[d] && (size === 1 || index.strides[d] === 0)));
}

/** y[i] = x[index[i]] for contiguous rows, x's first dim, and `n` indices. @throws IndexError for an index out of range */
export function gatherRows(
  name: string,
  y: TensorData,
  x: TensorData,
  index: TensorData,
  { n, negative }: { n: number; negative: boolean },
): void {
  const rows = x.shape[0]!;
  const width = sizeOf(x.shape.slice(1));
  const bytes = width * dtypeBytes[x.dtype];
  const grain = Math.max(1, Math.ceil(ELEMENTWISE_GRAIN / Math.max(width, 1)));
  whileChecked(name, index, 0, rows, (found) =>
    launch(kernels.gatherRows, null, y.ptr, x.ptr, index.ptr, found, negative ? -rows : 0, rows, bytes, n, grain),
  );
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

/** The kernel that gathers elements as large as those of x. */
export function gatherKernel(x: TensorData): typeof kernels.gather4 {
  return ofWidth(x.dtype, kernels.gather1, kernels.gather4, kernels.gather8);
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
    if (picksRows(dim, x, index)) {
      gatherRows(name, y, x, index, { n: index.shape[0]!, negative });
      return;
    }
    const from = { shape: y.shape, strides: x.strides.map((stride, d) => (d === dim ? 0 : stride)) };
    const meta = stridedMeta([y, from, index]);
    const [low, stride] = [negative ? -size : 0, x.strides[dim]!];
    whileChecked(name, index, dim, size, (found) =>
      launch(
        gatherKernel(x),
        null,
        y.ptr,
        x.ptr,
        index.ptr,
        found,
        low,
        size,
        stride,
        meta,
        y.numel,
        ELEMENTWISE_GRAIN,
      ),
    );
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
  forward: ([dx], [dy, index], params) => {
    const rows = { n: index.shape[0] ?? 1, rows: dx.shape[0] ?? 1, width: dx.numel / (dx.shape[0] ?? 1) };
    if (picksRows(params.dim, dy, index) && worthSorting(rows)) {
      sumRows(dx, dy.ptr, index.ptr, { ...rows, more: true, low: params.negative ? -rows.rows : 0 });
    } else scatterInto(params, 'sum', dx, dy, index);
  },
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
