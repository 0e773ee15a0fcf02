import { ShapeError } from '../../core/errors.js';
import { apply, applyMany } from '../../autograd/apply.js';
import * as ops from '../../ops/pool.js';
import { checkOptions } from '../../tensor/options.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { pairOf } from './pair.js';
import type { Size2 } from './pair.js';

/** Options of maximum pooling; `S` is a number, or one per spatial dim. */
export interface MaxPoolOptions<S> {
  /** Default: the kernel size. */
  stride?: S | null;
  /** −∞ on every side, at most half of the kernel. Default 0. */
  padding?: S;
  /** Default 1. */
  dilation?: S;
  /** Whether a last window that reaches beyond the end counts. Default false. */
  ceilMode?: boolean;
  /** Whether to return the indices of the largest elements, too. Default false. */
  returnIndices?: boolean;
}

/** Options of average pooling; `S` is a number, or one per spatial dim. */
export interface AvgPoolOptions<S> {
  /** Default: the kernel size. */
  stride?: S | null;
  /** Zeros on every side, at most half of the kernel. Default 0. */
  padding?: S;
  /** Whether a last window that reaches beyond the end counts. Default false. */
  ceilMode?: boolean;
  /** Whether the zeros count as elements. Default true. */
  countIncludePad?: boolean;
  /** What sums are divided by instead of the count of elements. */
  divisorOverride?: number | null;
}

/** Options of adaptive maximum pooling. */
export interface AdaptiveMaxPoolOptions {
  /** Whether to return the indices of the largest elements, too. Default false. */
  returnIndices?: boolean;
}

/** Options of `maxPool2d`. */
export type MaxPool2dOptions = MaxPoolOptions<Size2>;
/** Options of `avgPool2d`. */
export type AvgPool2dOptions = AvgPoolOptions<Size2>;
/** Options of `adaptiveMaxPool2d`. */
export type AdaptiveMaxPool2dOptions = AdaptiveMaxPoolOptions;

/** @internal The options of maximum pooling. */
export const MAX_POOL_OPTIONS = ['stride', 'padding', 'dilation', 'ceilMode', 'returnIndices'] as const;
/** @internal The options of average pooling over planes and volumes. */
export const AVG_POOL_OPTIONS = ['stride', 'padding', 'ceilMode', 'countIncludePad', 'divisorOverride'] as const;

/**
 * @internal What sums are divided by; 0 where that is the count of elements.
 * @throws ShapeError where it is 0 or no whole number
 */
export function divisorOf(name: string, divisor: number | null | undefined): number {
  if (divisor === null || divisor === undefined) return 0;
  if (Number.isInteger(divisor) && divisor !== 0) return divisor;
  throw new ShapeError(`${name}: divisorOverride must be a whole number other than 0, got ${divisor}`);
}

/** A number of windows for height and width, or one for each; null keeps a size. */
export type OutputSize = number | null | readonly [number | null, number | null];

/**
 * The largest element of each window; NaN wins over any number.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW] with
 * OH = ⌊(H + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1
 *
 * With `returnIndices`, returns `[y, indices]`: the int32 index of each within its plane.
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html
 */
export function maxPool2d(
  x: Tensor,
  kernelSize: Size2,
  options: MaxPool2dOptions & { returnIndices: true },
): [Tensor, Tensor];
export function maxPool2d(x: Tensor, kernelSize: Size2, options?: MaxPool2dOptions & { returnIndices?: false }): Tensor;
export function maxPool2d(x: Tensor, kernelSize: Size2, options?: MaxPool2dOptions): Tensor | [Tensor, Tensor];
export function maxPool2d(
  x: Tensor,
  kernelSize: Size2,
  stride?: Size2,
  padding?: Size2 | MaxPool2dOptions,
  dilation?: Size2 | MaxPool2dOptions,
): Tensor;
export function maxPool2d(
  x: Tensor,
  kernelSize: Size2,
  stride?: Size2 | MaxPool2dOptions,
  padding?: Size2 | MaxPool2dOptions,
  dilation?: Size2 | MaxPool2dOptions,
): Tensor | [Tensor, Tensor] {
  const name = 'maxPool2d';
  const options = named<MaxPool2dOptions>(name, MAX_POOL_OPTIONS, [stride, padding, dilation]);
  const kernel = pairOf(name, 'kernelSize', kernelSize, 1);
  const [y, indices] = applyMany(ops.maxPool2d, [x], {
    kernel,
    stride: pairOf(name, 'stride', options.stride ?? kernel, 1),
    padding: pairOf(name, 'padding', options.padding ?? 0, 0),
    dilation: pairOf(name, 'dilation', options.dilation ?? 1, 1),
    ceilMode: options.ceilMode ?? false,
    name,
  }) as [Tensor, Tensor];
  return options.returnIndices ? [y, indices] : y;
}

/**
 * The mean of each window.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW] with
 * OH = ⌊(H + 2·padding − kernel) / stride⌋ + 1
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html
 */
export function avgPool2d(
  x: Tensor,
  kernelSize: Size2,
  stride?: Size2 | AvgPool2dOptions,
  padding?: Size2 | AvgPool2dOptions,
): Tensor {
  const name = 'avgPool2d';
  const options = named<AvgPool2dOptions>(name, AVG_POOL_OPTIONS, [stride, padding]);
  const kernel = pairOf(name, 'kernelSize', kernelSize, 1);
  return apply(ops.avgPool2d, [x], {
    kernel,
    stride: pairOf(name, 'stride', options.stride ?? kernel, 1),
    padding: pairOf(name, 'padding', options.padding ?? 0, 0),
    dilation: [1, 1],
    ceilMode: options.ceilMode ?? false,
    countIncludePad: options.countIncludePad ?? true,
    divisor: divisorOf(name, options.divisorOverride),
    name,
  });
}

/** The numbers of windows asked for, with null replaced by the input's size. */
function outputSize(name: string, x: Tensor, size: OutputSize): readonly [number, number] {
  const [height, width] = typeof size === 'number' || size === null ? [size, size] : size;
  return pairOf(name, 'outputSize', [height ?? x.shape.at(-2) ?? 0, width ?? x.shape.at(-1) ?? 0], 0);
}

/**
 * The mean of each of a given number of windows: window i of n covers ⌊i·size/n⌋ … ⌈(i + 1)·size/n⌉ − 1.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html
 */
export function adaptiveAvgPool2d(x: Tensor, size: OutputSize): Tensor {
  const name = 'adaptiveAvgPool2d';
  return apply(ops.adaptiveAvgPool2d, [x], { size: outputSize(name, x, size), name });
}

/**
 * The largest element of each of a given number of windows, which lie as in `adaptiveAvgPool2d`.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * With `returnIndices`, returns `[y, indices]`: the int32 index of each within its plane.
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html
 */
export function adaptiveMaxPool2d(
  x: Tensor,
  size: OutputSize,
  options: AdaptiveMaxPool2dOptions & { returnIndices: true },
): [Tensor, Tensor];
export function adaptiveMaxPool2d(
  x: Tensor,
  size: OutputSize,
  options?: AdaptiveMaxPool2dOptions & { returnIndices?: false },
): Tensor;
export function adaptiveMaxPool2d(
  x: Tensor,
  size: OutputSize,
  options?: AdaptiveMaxPool2dOptions,
): Tensor | [Tensor, Tensor];
export function adaptiveMaxPool2d(
  x: Tensor,
  size: OutputSize,
  options: AdaptiveMaxPool2dOptions = {},
): Tensor | [Tensor, Tensor] {
  const name = 'adaptiveMaxPool2d';
  checkOptions(name, options, ['returnIndices']);
  const params = { size: outputSize(name, x, size), name };
  const [y, indices] = applyMany(ops.adaptiveMaxPool2d, [x], params) as [Tensor, Tensor];
  return options.returnIndices ? [y, indices] : y;
}
