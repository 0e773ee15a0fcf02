import { ShapeError, fail } from '../../core/errors.js';
import { apply, applyMany } from '../../autograd/apply.js';
import * as ops from '../../ops/pool.js';
import { checkOptions } from '../../tensor/options.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sizesOf } from './pair.js';
import type { Size1 } from './pair.js';
import { MAX_POOL_OPTIONS } from './pool.js';
import type { AdaptiveMaxPoolOptions, AvgPoolOptions, MaxPoolOptions } from './pool.js';

/** Options of `maxPool1d`. */
export type MaxPool1dOptions = MaxPoolOptions<Size1>;
/** Options of `avgPool1d`. */
export type AvgPool1dOptions = Omit<AvgPoolOptions<Size1>, 'divisorOverride'>;

/** A number of windows; null keeps the size. */
export type OutputSize1 = number | null | readonly [number | null];

/** Sequences as planes of one row. */
function asPlanes(name: string, x: Tensor): Tensor {
  if (x.ndim !== 2 && x.ndim !== 3) {
    fail(ShapeError, name, 'input must have dims [N, C, L] or [C, L]', ['input'], [x]);
  }
  return x.unsqueeze(-2);
}

function row(name: string, what: string, size: Size1, least: number, first: number): readonly [number, number] {
  return [first, sizesOf(name, what, size, least, 1)[0]!];
}

/**
 * The largest element of each window of sequences; NaN wins over any number.
 *
 * Shapes: x [N, C, L] or [C, L] → [N, C, OL] or [C, OL] with
 * OL = ⌊(L + 2·padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1
 *
 * With `returnIndices`, returns `[y, indices]`: the int32 index of each in its sequence.
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.max_pool1d.html
 */
export function maxPool1d(
  x: Tensor,
  kernelSize: Size1,
  options: MaxPool1dOptions & { returnIndices: true },
): [Tensor, Tensor];
export function maxPool1d(x: Tensor, kernelSize: Size1, options?: MaxPool1dOptions & { returnIndices?: false }): Tensor;
export function maxPool1d(x: Tensor, kernelSize: Size1, options?: MaxPool1dOptions): Tensor | [Tensor, Tensor];
export function maxPool1d(
  x: Tensor,
  kernelSize: Size1,
  stride?: Size1,
  padding?: Size1 | MaxPool1dOptions,
  dilation?: Size1 | MaxPool1dOptions,
): Tensor;
export function maxPool1d(
  x: Tensor,
  kernelSize: Size1,
  stride?: Size1 | MaxPool1dOptions,
  padding?: Size1 | MaxPool1dOptions,
  dilation?: Size1 | MaxPool1dOptions,
): Tensor | [Tensor, Tensor] {
  const name = 'maxPool1d';
  const options = named<MaxPool1dOptions>(name, MAX_POOL_OPTIONS, [stride, padding, dilation]);
  const kernel = row(name, 'kernelSize', kernelSize, 1, 1);
  const [y, indices] = applyMany(ops.maxPool2d, [asPlanes(name, x)], {
    kernel,
    stride: row(name, 'stride', options.stride ?? kernel[1], 1, 1),
    padding: row(name, 'padding', options.padding ?? 0, 0, 0),
    dilation: row(name, 'dilation', options.dilation ?? 1, 1, 1),
    ceilMode: options.ceilMode ?? false,
    name,
  }) as [Tensor, Tensor];
  return options.returnIndices ? [y.squeeze(-2), indices.squeeze(-2)] : y.squeeze(-2);
}

/**
 * The mean of each window of sequences.
 *
 * Shapes: x [N, C, L] or [C, L] → [N, C, OL] or [C, OL] with OL = ⌊(L + 2·padding − kernelSize) / stride⌋ + 1
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool1d.html
 */
export function avgPool1d(
  x: Tensor,
  kernelSize: Size1,
  stride?: Size1 | AvgPool1dOptions,
  padding?: Size1 | AvgPool1dOptions,
): Tensor {
  const name = 'avgPool1d';
  const names = ['stride', 'padding', 'ceilMode', 'countIncludePad'] as const;
  const options = named<AvgPool1dOptions>(name, names, [stride, padding]);
  const kernel = row(name, 'kernelSize', kernelSize, 1, 1);
  return apply(ops.avgPool2d, [asPlanes(name, x)], {
    kernel,
    stride: row(name, 'stride', options.stride ?? kernel[1], 1, 1),
    padding: row(name, 'padding', options.padding ?? 0, 0, 0),
    dilation: [1, 1],
    ceilMode: options.ceilMode ?? false,
    countIncludePad: options.countIncludePad ?? true,
    divisor: 0,
    name,
  }).squeeze(-2);
}

function windowsOf(name: string, x: Tensor, size: OutputSize1): readonly [number, number] {
  const [count] = typeof size === 'number' || size === null ? [size] : size;
  return row(name, 'outputSize', count ?? x.shape.at(-1) ?? 0, 0, 1);
}

/**
 * The mean of each of a given number of windows of sequences: window i of n covers ⌊i·L/n⌋ … ⌈(i + 1)·L/n⌉ − 1.
 *
 * Shapes: x [N, C, L] or [C, L] → [N, C, size] or [C, size]
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool1d.html
 */
export function adaptiveAvgPool1d(x: Tensor, size: OutputSize1): Tensor {
  const name = 'adaptiveAvgPool1d';
  return apply(ops.adaptiveAvgPool2d, [asPlanes(name, x)], { size: windowsOf(name, x, size), name }).squeeze(-2);
}

/**
 * The largest element of each of a given number of windows of sequences, which lie as in `adaptiveAvgPool1d`.
 *
 * Shapes: x [N, C, L] or [C, L] → [N, C, size] or [C, size]
 *
 * With `returnIndices`, returns `[y, indices]`: the int32 index of each in its sequence.
 *
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool1d.html
 */
export function adaptiveMaxPool1d(
  x: Tensor,
  size: OutputSize1,
  options: AdaptiveMaxPoolOptions & { returnIndices: true },
): [Tensor, Tensor];
export function adaptiveMaxPool1d(
  x: Tensor,
  size: OutputSize1,
  options?: AdaptiveMaxPoolOptions & { returnIndices?: false },
): Tensor;
export function adaptiveMaxPool1d(
  x: Tensor,
  size: OutputSize1,
  options?: AdaptiveMaxPoolOptions,
): Tensor | [Tensor, Tensor];
export function adaptiveMaxPool1d(
  x: Tensor,
  size: OutputSize1,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | [Tensor, Tensor] {
  const name = 'adaptiveMaxPool1d';
  checkOptions(name, options, ['returnIndices']);
  const params = { size: windowsOf(name, x, size), name };
  const [y, indices] = applyMany(ops.adaptiveMaxPool2d, [asPlanes(name, x)], params) as [Tensor, Tensor];
  return options.returnIndices ? [y.squeeze(-2), indices.squeeze(-2)] : y.squeeze(-2);
}
