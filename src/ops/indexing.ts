import { dtypeBytes, isFloat } from '../core/dtypes.js';

import { contiguousStrides, isContiguous, sizeOf } from '../core/shapes.js';
import { I32 } from '../runtime/heap.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { recorder } from '../runtime/recorder.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkIndexType, gatherKernel, gatherRows, whileChecked } from './gather.js';
import { copyElements } from './launches.js';
import type { Op, Spec } from './op.js';
import { scatterLines } from './scatter.js';
import type { Located, Meeting } from './scatter.js';
import { withOperand } from './scalar.js';
import { sumRows, worthSorting } from './segments.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';
import type { Layout } from './strided.js';

/** Which dims are indexed by tensors, in ascending order. The index tensors come broadcast to one shape. */
export interface IndexParams {
  readonly dims: readonly number[];
}

/** As IndexParams, and the shape that was indexed. */
export interface IndexBackwardParams extends IndexParams {
  readonly shape: readonly number[];
}

/** As IndexParams; values are added where `accumulate`; `scalar` takes the place of an absent value. */
export interface IndexPutParams extends IndexParams {
  readonly accumulate: boolean;
  readonly scalar: number;
}

const OFFSETS = 0x7fffffff;

/** Where the index's dims come in the result: at the place of the indexed dims where those are neighbours, else in front. */
function indexPlace(dims: readonly number[]): number {
  const adjacent = dims.every((dim, k) => dim === dims[0]! + k);
  return adjacent ? dims[0]! : 0;
}

/** One word per dim of the result, from those of the dims that are not indexed and those of the index. */
function arrange<T>(dims: readonly number[], rest: readonly T[], index: readonly T[]): T[] {
  const place = indexPlace(dims);
  return [...rest.slice(0, place), ...index, ...rest.slice(place)];
}

function unindexed<T>(dims: readonly number[], of: readonly T[]): T[] {
  return of.filter((_, d) => !dims.includes(d));
}

/** The shape of input[…, indices, …]. */
export function indexedShape(
  dims: readonly number[],
  shape: readonly number[],
  index: readonly number[],
): readonly number[] {
  return arrange(dims, unindexed(dims, shape), index);
}

/** Turns index tensors into one list of offsets into x, in scratch memory. */
function withOffsets(
  name: string,
  x: TensorData,
  indices: readonly TensorData[],
  { dims }: IndexParams,
  use: (offsets: number) => void,
): void {
  const [first] = indices;
  const { shape, numel } = first!;
  scratch(4 * numel, (offsets) => {
    const strides = contiguousStrides(shape);
    indices.forEach((index, k) => {
      const dim = dims[k]!;
      const meta = stridedMeta([{ shape, strides }, index]);
      const [size, stride] = [x.shape[dim]!, x.strides[dim]!];
      const more = k === 0 ? 0 : 1;
      whileChecked(name, index, dim, size, (found) =>
        launch(
          kernels.indexOffsets,
          null,
          offsets,
          index.ptr,
          found,
          size,
          stride,
          more,
          meta,
          numel,
          ELEMENTWISE_GRAIN,
        ),
      );
    });
    use(offsets);
  });
}

/** Whether one contiguous index picks whole contiguous rows (or elements, where there is one dim) of x. */
function byRows({ dims }: IndexParams, x: TensorData, [index]: readonly TensorData[]): boolean {
  return dims.length === 1 && dims[0] === 0 && x.dense && index!.dense;
}

/** y = input[…, indices, …]. */
export const index: Op<IndexParams> = {
  name: 'index',
  args: ['input', 'index'],
  strided: true,
  infer: ([x, ...indices], { dims }) => {
    for (const each of indices) checkIndexType('index', each);
    return { shape: indexedShape(dims, x.shape, indices[0].shape), dtype: x.dtype };
  },
  forward: ([y], [x, ...indices], params) => {
    if (y.numel === 0) return;
    if (byRows(params, x, indices)) {
      gatherRows('index', y, x, indices[0], { n: indices[0].numel, negative: true });
      return;
    }
    withOffsets('index', x, indices, params, (offsets) => {
      const { dims } = params;
      const { shape } = indices[0];
      const rest = unindexed(dims, x.strides);
      const from: Layout = {
        shape: y.shape,
        strides: arrange(
          dims,
          rest,
          shape.map(() => 0),
        ),
      };
      const at: Layout = {
        shape: y.shape,
        strides: arrange(
          dims,
          rest.map(() => 0),
          contiguousStrides(shape),
        ),
      };
      const meta = stridedMeta([y, from, at]);
      launch(gatherKernel(x), null, y.ptr, x.ptr, offsets, 0, 0, OFFSETS, 1, meta, y.numel, ELEMENTWISE_GRAIN);
    });
  },
  savesInputs: [1, 2, 3, 4, 5, 6, 7, 8],
  backward: (ctx, dy) => {
    const indices = ctx.needs.slice(1).map((_, k) => ctx.input(k + 1));
    const dx = ctx.apply(indexBackward, [dy, ...indices], { ...ctx.params, shape: ctx.shape(0) });
    return [dx, ...indices.map(() => null)];
  },
};

/** Writes values at y[…, indices, …]; the value has the shape of what is written. */
function put(
  name: string,
  y: TensorData,
  value: Located,
  indices: readonly TensorData[],
  params: IndexParams,
  meeting: Meeting,
): void {
  const { dims } = params;
  const { shape, numel } = indices[0]!;
  if (sizeOf(value.shape) === 0) return;
  if (meeting === 'sum' && isFloat(y.dtype) && byRows(params, y, indices) && isContiguous(value.shape, value.strides)) {
    const rows = y.shape[0]!;
    const sizes = { n: numel, rows, width: y.numel / rows, more: true, low: -rows };
    if (worthSorting(sizes)) {
      sumRows(y, value.ptr, indices[0]!.ptr, sizes, (sort) => whileChecked(name, indices[0]!, 0, rows, sort));
      return;
    }
  }
  const place = indexPlace(dims);
  const restShape = unindexed(dims, y.shape);
  const none = restShape.map(() => 0);
  withOffsets(name, y, indices, params, (offsets) => {
    const run = (from: Located): void => {
      const stepOf = shape.length === 0 ? 0 : from.strides[place + shape.length - 1]!;
      const rest = [...from.strides.slice(0, place), ...from.strides.slice(place + shape.length)];
      scatterLines(
        name,
        y.dtype,
        meeting,
        { ptr: y.ptr, shape: restShape, strides: unindexed(dims, y.strides) },
        { ptr: from.ptr, shape: restShape, strides: rest },
        { ptr: offsets, shape: restShape, strides: none },
        { n: numel, size: OFFSETS, stride: 1, valueStride: stepOf, indexStride: 1 },
      );
    };
    const steps = value.strides.slice(place, place + shape.length);
    const oneStep = steps.every((step, d) => d === shape.length - 1 || step === steps[d + 1]! * shape[d + 1]!);
    if (oneStep) {
      run(value);
      return;
    }
    scratch(dtypeBytes[y.dtype] * sizeOf(value.shape), (ptr) => {
      const { dtype } = y;
      const copy = {
        ptr,
        shape: value.shape,
        strides: contiguousStrides(value.shape),
        dtype,
        numel: sizeOf(value.shape),
      };
      copyElements(copy, { ...value, ptr: value.ptr, dtype, numel: copy.numel });
      run(copy);
    });
  });
}

/** dx[…, indices, …] += dy, from zeros. */
export const indexBackward: Op<IndexBackwardParams> = {
  name: 'indexBackward',
  args: ['dy', 'index'],
  strided: true,
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype, zeroed: true }),
  forward: ([dx], [dy, ...indices], params) => put('indexBackward', dx, located(dy), indices, params, 'sum'),
  savesInputs: [1, 2, 3, 4, 5, 6, 7, 8],
  backward: (ctx, ddx) => {
    const indices = ctx.needs.slice(1).map((_, k) => ctx.input(k + 1));
    return [ctx.apply(index, [ddx, ...indices], ctx.params), ...indices.map(() => null)];
  },
};

function located({ ptr, shape, strides }: TensorData): Located {
  return { ptr, shape, strides };
}

/** y = input, but y[…, indices, …] = value (or += value, in the order of the indices, where `accumulate`). */
export const indexPut: Op<IndexPutParams> = {
  name: 'indexPut',
  args: ['input', 'value', 'index'],
  strided: true,
  infer: ([x, , ...indices]): Spec => {
    for (const each of indices) checkIndexType('indexPut', each);
    return { shape: x.shape, dtype: x.dtype };
  },
  forward: ([y], [x, value, ...indices]: readonly (TensorData | null)[], params) => {
    const all = indices.filter((each) => each !== null);
    if (y.ptr !== x!.ptr) copyElements(y, x!);
    const shape = indexedShape(params.dims, x!.shape, all[0]!.shape);
    withOperand(value ?? null, y, y.dtype, params.scalar, (from) => {
      const strides = value ? from.strides : shape.map(() => 0);
      put('indexPut', y, { ptr: from.ptr, shape, strides }, all, params, params.accumulate ? 'sum' : 'replace');
    });
  },
  savesInputs: [2, 3, 4, 5, 6, 7, 8, 9],
  backward: (ctx, dy) => {
    const indices = ctx.needs.slice(2).map((_, k) => ctx.input(k + 2));
    const { accumulate } = ctx.params;
    let dx: Tensor | null = null;
    if (ctx.needs[0]) {
      dx = accumulate ? dy : ctx.apply(indexPut, [dy, null, ...indices], { ...ctx.params, scalar: 0 });
    }
    return [dx, ctx.needs[1] ? ctx.apply(index, [dy, ...indices], ctx.params) : null, ...indices.map(() => null)];
  },
};

/** Mask elements counted at a time (CHUNK of assembly/indexing.ts). */
const CHUNK = 4096;

function withCounts(mask: TensorData, use: (counts: number, chunks: number) => void): void {
  const chunks = Math.ceil(mask.numel / CHUNK);
  scratch(4 * (chunks + 1), (counts) => {
    launch(kernels.countNonzero, null, counts, mask.ptr, mask.numel, chunks, 8);
    launch(kernels.prefixCounts, null, counts, chunks, 1, 1);
    use(counts, chunks);
  });
}

/**
 * How many elements of a contiguous bool tensor are true.
 *
 * @throws WasmgradError while a step is recorded
 */
export function countTrue(mask: TensorData): number {
  if (recorder) throw recorder.noSize();
  if (mask.numel === 0) return 0;
  let count = 0;
  withCounts(mask, (counts, chunks) => (count = I32[(counts >> 2) + chunks]!));
  return count;
}

/** y [count, dims] = the coordinates of the true elements of a mask, of which there are `count`. */
export const nonzero: Op<{ readonly count: number }> = {
  name: 'nonzero',
  args: ['input'],
  infer: ([mask], { count }) => ({ shape: [count, mask.shape.length], dtype: 'int32' }),
  forward: ([y], [mask]) => {
    if (y.numel === 0) return;
    withCounts(mask, (counts, chunks) => {
      launch(kernels.nonzero, null, y.ptr, mask.ptr, counts, mask.numel, [mask.shape.length, ...mask.shape], chunks, 8);
    });
  },
};
