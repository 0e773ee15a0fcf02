import { isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, fail, formatShape } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Op, OutSpec, Spec } from './op.js';

type Pair = readonly [number, number];

/** The windows of a pooling; pairs are [height, width]. */
export interface PoolParams {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly ceilMode: boolean;
  /** The name in error messages. */
  readonly name: string;
}

/** The windows of an average pooling. */
export interface AvgPoolParams extends PoolParams {
  readonly countIncludePad: boolean;
  /** What sums are divided by; 0 divides by the count of elements. */
  readonly divisor: number;
}

/** The options of a pooling's gradient, which knows the shape that it wants. */
export interface AvgPoolBackwardParams extends AvgPoolParams {
  readonly shape: readonly number[];
}

/** A given number of windows. */
export interface AdaptivePoolParams {
  readonly size: Pair;
  /** The name in error messages. */
  readonly name: string;
}

/** The options of the gradient of an adaptive pooling, which knows the shape that it wants. */
interface AdaptiveBackwardParams extends AdaptivePoolParams {
  readonly shape: readonly number[];
}

/** Elements of windows that make a slice worth a thread. */
const WORK = 8192;

/** The planes of [..., H, W] and a grain of planes worth a thread. */
function planes(shape: readonly number[], work: number): { units: number; grain: number } {
  return { units: sizeOf(shape.slice(0, -2)), grain: Math.max(1, Math.ceil(WORK / Math.max(1, work))) };
}

function checkInput(name: string, x: Spec): void {
  const spatial = x.shape.slice(1);
  if ((x.shape.length !== 3 && x.shape.length !== 4) || spatial.some((size) => size === 0)) {
    fail(ShapeError, name, 'input must have dims [N, C, H, W] or [C, H, W]', ['input'], [x]);
  }
  if (!isFloat(x.dtype)) fail(DTypeError, name, 'floats wanted', ['input'], [x]);
}

/**
 * The number of windows along one dim: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, or with ⌈⌉ where a last
 * window that starts inside the input or its left padding is to count.
 */
function windows(p: PoolParams, i: 0 | 1, size: number): number {
  const span = size + 2 * p.padding[i] - p.dilation[i] * (p.kernel[i] - 1) - 1;
  if (!p.ceilMode) return Math.floor(span / p.stride[i]) + 1;
  const count = Math.ceil(span / p.stride[i]) + 1;
  return (count - 1) * p.stride[i] >= size + p.padding[i] ? count - 1 : count;
}

function inferPool(x: Spec, p: PoolParams): number[] {
  checkInput(p.name, x);
  for (const i of [0, 1] as const) {
    if (p.padding[i] * 2 > p.dilation[i] * (p.kernel[i] - 1) + 1) {
      fail(
        ShapeError,
        p.name,
        `padding ${formatShape(p.padding)} is more than half of the kernel ${formatShape(p.kernel)}`,
      );
    }
  }
  const [H, W] = x.shape.slice(-2) as [number, number];
  const OH = windows(p, 0, H);
  const OW = windows(p, 1, W);
  if (OH < 1 || OW < 1) fail(ShapeError, p.name, `the kernel ${formatShape(p.kernel)} is too large`, ['input'], [x]);
  return [...x.shape.slice(0, -2), OH, OW];
}

function meta(x: readonly number[], y: readonly number[], p: PoolParams): number[] {
  return [...x.slice(-2), ...y.slice(-2), ...p.kernel, ...p.stride, ...p.padding, ...p.dilation];
}

function withIndices(shape: readonly number[], x: Spec): OutSpec[] {
  return [
    { shape, dtype: x.dtype },
    { shape, dtype: 'int32' },
  ];
}

/** The largest element of each window, and its index within the plane as a second result. */
export const maxPool2d: Op<PoolParams> = {
  name: 'maxPool2d',
  args: ['input'],
  infer: ([x], p) => withIndices(inferPool(x, p), x),
  forward: ([y, indices], [x], p) => {
    const { units, grain } = planes(y.shape, sizeOf(y.shape.slice(-2)) * p.kernel[0] * p.kernel[1]);
    launch(kernels.maxPool2d, x.dtype, y.ptr, indices.ptr, x.ptr, meta(x.shape, y.shape, p), units, grain);
  },
  savesOutputs: [1],
  backward: (ctx, dy) => [ctx.apply(poolScatter, [dy, ctx.output(1)], { shape: ctx.shape(0) })],
};

/** The largest element of each of a given number of windows, and its index within the plane as a second result. */
export const adaptiveMaxPool2d: Op<AdaptivePoolParams> = {
  name: 'adaptiveMaxPool2d',
  args: ['input'],
  infer: ([x], { size, name }) => {
    checkInput(name, x);
    return withIndices([...x.shape.slice(0, -2), ...size], x);
  },
  forward: ([y, indices], [x]) => {
    const [H, W] = x.shape.slice(-2) as [number, number];
    const [OH, OW] = y.shape.slice(-2) as [number, number];
    const { units, grain } = planes(y.shape, H * W);
    launch(kernels.adaptiveMaxPool2d, x.dtype, y.ptr, indices.ptr, x.ptr, H, W, OH, OW, units, grain);
  },
  savesOutputs: [1],
  backward: (ctx, dy) => [ctx.apply(poolScatter, [dy, ctx.output(1)], { shape: ctx.shape(0) })],
};

/** dx = 0, but dx[indices[i]] += dy[i] plane by plane: the gradient of max pooling. */
const poolScatter: Op<{ readonly shape: readonly number[] }> = {
  name: 'poolScatter',
  args: ['dy', 'indices'],
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype }),
  forward: ([dx], [dy, indices]) => {
    const inner = sizeOf(dx.shape.slice(-2));
    const outer = sizeOf(dy.shape.slice(-2));
    const { units, grain } = planes(dx.shape, inner);
    launch(kernels.poolScatter, dx.dtype, dx.ptr, dy.ptr, indices.ptr, inner, outer, units, grain);
  },
  savesInputs: [1],
  backward: (ctx, g) => [ctx.apply(poolGather, [g, ctx.input(1)], undefined), null],
};

/** y[i] = x[indices[i]] plane by plane. */
const poolGather: Op = {
  name: 'poolGather',
  args: ['input', 'indices'],
  infer: ([x, indices]) => ({ shape: indices.shape, dtype: x.dtype }),
  forward: ([y], [x, indices]) => {
    const inner = sizeOf(x.shape.slice(-2));
    const outer = sizeOf(y.shape.slice(-2));
    const { units, grain } = planes(y.shape, outer);
    launch(kernels.poolGather, y.dtype, y.ptr, x.ptr, indices.ptr, inner, outer, units, grain);
  },
  savesInputs: [1],
  backward: (ctx, dy) => [ctx.apply(poolScatter, [dy, ctx.input(1)], { shape: ctx.shape(0) }), null],
};

/** The mean of each window. */
export const avgPool2d: Op<AvgPoolParams> = {
  name: 'avgPool2d',
  args: ['input'],
  infer: ([x], p) => ({ shape: inferPool(x, p), dtype: x.dtype }),
  forward: ([y], [x], p) => {
    const { units, grain } = planes(y.shape, sizeOf(y.shape.slice(-2)) * p.kernel[0] * p.kernel[1]);
    launch(
      kernels.avgPool2d,
      x.dtype,
      y.ptr,
      x.ptr,
      p.countIncludePad ? 1 : 0,
      p.divisor,
      meta(x.shape, y.shape, p),
      units,
      grain,
    );
  },
  backward: (ctx, dy) => [ctx.apply(avgPool2dBackward, [dy], { ...ctx.params, shape: ctx.shape(0) })],
};

/** The gradient of avgPool2d: every element of a window gets its share. */
const avgPool2dBackward: Op<AvgPoolBackwardParams> = {
  name: 'avgPool2dBackward',
  args: ['dy'],
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype }),
  forward: ([dx], [dy], p) => {
    const { units, grain } = planes(dx.shape, sizeOf(dy.shape.slice(-2)) * p.kernel[0] * p.kernel[1]);
    launch(
      kernels.avgPool2dBackward,
      dx.dtype,
      dx.ptr,
      dy.ptr,
      p.countIncludePad ? 1 : 0,
      p.divisor,
      meta(dx.shape, dy.shape, p),
      units,
      grain,
    );
  },
  backward: (ctx, g) => [ctx.apply(avgPool2d, [g], ctx.params)],
};

/** The mean of each of a given number of windows. */
export const adaptiveAvgPool2d: Op<AdaptivePoolParams> = {
  name: 'adaptiveAvgPool2d',
  args: ['input'],
  infer: ([x], { size, name }) => {
    checkInput(name, x);
    return { shape: [...x.shape.slice(0, -2), ...size], dtype: x.dtype };
  },
  forward: ([y], [x]) => {
    const [H, W] = x.shape.slice(-2) as [number, number];
    const [OH, OW] = y.shape.slice(-2) as [number, number];
    const { units, grain } = planes(y.shape, H * W);
    launch(kernels.adaptiveAvgPool2d, x.dtype, y.ptr, x.ptr, H, W, OH, OW, units, grain);
  },
  backward: (ctx, dy) => [ctx.apply(adaptiveAvgPool2dBackward, [dy], { ...ctx.params, shape: ctx.shape(0) })],
};

/** The gradient of adaptiveAvgPool2d. */
const adaptiveAvgPool2dBackward: Op<AdaptiveBackwardParams> = {
  name: 'adaptiveAvgPool2dBackward',
  args: ['dy'],
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype }),
  forward: ([dx], [dy]) => {
    const [H, W] = dx.shape.slice(-2) as [number, number];
    const [OH, OW] = dy.shape.slice(-2) as [number, number];
    const { units, grain } = planes(dx.shape, H * W);
    launch(kernels.adaptiveAvgPool2dBackward, dx.dtype, dx.ptr, dy.ptr, H, W, OH, OW, units, grain);
  },
  backward: (ctx, g): readonly Tensor[] => [ctx.apply(adaptiveAvgPool2d, [g], ctx.params)],
};
