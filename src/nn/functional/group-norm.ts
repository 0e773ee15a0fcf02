import { noGrad } from '../../autograd/mode.js';
import { isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, checkWhole, fail } from '../../core/errors.js';
import { checkTensor } from '../../tensor/operands.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { batchNorm, layerNorm } from './normalization.js';
import { pad } from './pad.js';

function checkFloat(op: string, x: Tensor): void {
  checkTensor(op, 'input', x);
  if (!isFloat(x.dtype)) fail(DTypeError, op, 'needs floating point numbers', ['input'], [x]);
}

/** y · weight + bias for every channel (dim 1). */
function scaleChannels(op: string, y: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const C = y.shape[1]!;
  const spread = (x: Tensor, name: string): Tensor => {
    if (x.ndim !== 1 || x.numel !== C) fail(ShapeError, op, `${name} must have shape [${C}]`, ['input', name], [y, x]);
    return x.reshape([C, ...y.shape.slice(2).map(() => 1)]);
  };
  const scaled = weight ? y.mul(spread(weight, 'weight')) : y;
  return bias ? scaled.add(spread(bias, 'bias')) : scaled;
}

/** Options of `groupNorm`. */
export interface GroupNormOptions {
  /** The scale of every channel [C]. */
  readonly weight?: Tensor | null;
  /** The shift of every channel [C]. */
  readonly bias?: Tensor | null;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/**
 * y = (x − mean) / √(var + eps) · weight + bias, with mean and biased variance of each group of C / numGroups channels of a sample.
 *
 * Shapes: x [N, C, …]; weight and bias [C]; y as x.
 * @throws ShapeError where the channels do not split into groups
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.group_norm.html; Wu and He 2018, "Group normalization".
 */
export function groupNorm(
  x: Tensor,
  numGroups: number,
  weight?: Tensor | null | GroupNormOptions,
  bias?: Tensor | null | GroupNormOptions,
  eps?: number | GroupNormOptions,
): Tensor {
  const given = named<GroupNormOptions>('groupNorm', ['weight', 'bias', 'eps'], [weight, bias, eps]);
  checkFloat('groupNorm', x);
  if (x.ndim < 2) fail(ShapeError, 'groupNorm', 'needs at least two dims', ['input'], [x]);
  const [N, C] = x.shape as [number, number];
  if (!Number.isInteger(numGroups) || numGroups < 1 || C % numGroups !== 0) {
    fail(ShapeError, 'groupNorm', `${C} channels do not split into ${numGroups} groups`, ['input'], [x]);
  }
  const size = x.shape.slice(2).reduce((a, b) => a * b, C / numGroups);
  if (N * size === 1) {
    fail(ShapeError, 'groupNorm', 'needs more than one value per group', ['input'], [x]);
  }
  const groups = x.reshape([N * numGroups, size]);
  const y = layerNorm(groups, [size], { eps: given.eps ?? 1e-5 }).reshape(x.shape);
  return scaleChannels('groupNorm', y, given.weight ?? null, given.bias ?? null);
}

/** Options of `instanceNorm`. */
export interface InstanceNormOptions {
  /** Moves where the statistics of the input are used, and takes their place where not. */
  readonly runningMean?: Tensor | null;
  /** The unbiased variance that belongs to it. */
  readonly runningVar?: Tensor | null;
  /** The scale of every channel [C]. */
  readonly weight?: Tensor | null;
  /** The shift of every channel [C]. */
  readonly bias?: Tensor | null;
  /** Normalise with the statistics of the input, rather than with the running ones. Default true. */
  readonly useInputStats?: boolean;
  /** How far the running statistics move. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

const INSTANCE = ['runningMean', 'runningVar', 'weight', 'bias', 'useInputStats', 'momentum', 'eps'] as const;

/**
 * y = (x − mean) / √(var + eps) · weight + bias, with mean and biased variance of each channel of each sample; running statistics
 * move by the mean over the batch, the variance unbiased.
 *
 * Shapes: x [N, C, …]; runningMean, runningVar, weight and bias [C]; y as x.
 * @throws ShapeError where operands do not fit, or where a channel has one value; WasmgradError without the statistics it needs
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.instance_norm.html;
 * Ulyanov, Vedaldi, Lempitsky 2016, "Instance normalization: the missing ingredient for fast stylization".
 */
export function instanceNorm(
  x: Tensor,
  runningMean?: Tensor | null | InstanceNormOptions,
  runningVar?: Tensor | null | InstanceNormOptions,
  weight?: Tensor | null | InstanceNormOptions,
  bias?: Tensor | null | InstanceNormOptions,
  useInputStats?: boolean | InstanceNormOptions,
  momentum?: number | InstanceNormOptions,
  eps?: number | InstanceNormOptions,
): Tensor {
  const places = [runningMean, runningVar, weight, bias, useInputStats, momentum, eps];
  const given = named<InstanceNormOptions>('instanceNorm', INSTANCE, places);
  const { runningMean: mean = null, runningVar: variance = null, eps: small = 1e-5, momentum: step = 0.1 } = given;
  const affine = [given.weight ?? null, given.bias ?? null] as const;
  checkFloat('instanceNorm', x);
  if (x.ndim < 2) fail(ShapeError, 'instanceNorm', 'needs at least two dims', ['input'], [x]);
  if (given.useInputStats === false) {
    if (mean && variance) return batchNorm(x, mean, variance, ...affine, { eps: small });
    throw new WasmgradError('instanceNorm: runningMean and runningVar are needed without useInputStats');
  }
  const [N, C] = x.shape as [number, number];
  const size = x.shape.slice(2).reduce((a, b) => a * b, 1);
  if (size === 1) fail(ShapeError, 'instanceNorm', 'needs more than one value per channel', ['input'], [x]);
  const instances = x.reshape([N, C, size]);
  if (mean) moveTowards(mean, instances, step, (values) => values.mean(2).mean(0));
  if (variance) moveTowards(variance, instances, step, (values) => values.var(2).mean(0));
  return scaleChannels('instanceNorm', layerNorm(instances, [size], { eps: small }).reshape(x.shape), ...affine);
}

/** r ← (1 − momentum) r + momentum · statistic of the input. */
function moveTowards(running: Tensor, x: Tensor, momentum: number, statistic: (x: Tensor) => Tensor): void {
  noGrad(() => {
    if (running.ndim !== 1 || running.numel !== x.shape[1]) {
      const problem = `running statistics must have shape [${x.shape[1]}]`;
      fail(ShapeError, 'instanceNorm', problem, ['input', 'running statistics'], [x, running]);
    }
    running.mul_(1 - momentum).add_(statistic(x.detach()).mul(momentum));
  });
}

/** Options of `rmsNorm`. */
export interface RmsNormOptions {
  /** The scale of every element of a row, in the shape of `normalizedShape`. */
  readonly weight?: Tensor | null;
  /** Added to the mean square. Default null: the machine epsilon of the input's dtype. */
  readonly eps?: number | null;
}

/**
 * y = x / √(mean(x²) + eps) · weight over the last dims.
 *
 * Shapes: x [*, ...normalizedShape]; weight [...normalizedShape]; y as x.
 * @throws ShapeError where operands do not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.rms_norm.html;
 * Zhang and Sennrich 2019, "Root mean square layer normalization".
 */
export function rmsNorm(
  x: Tensor,
  normalizedShape: number | readonly number[],
  weight?: Tensor | null | RmsNormOptions,
  eps?: number | null | RmsNormOptions,
): Tensor {
  const given = named<RmsNormOptions>('rmsNorm', ['weight', 'eps'], [weight, eps]);
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  checkFloat('rmsNorm', x);
  const last = x.shape.slice(x.ndim - shape.length);
  const fits = (sizes: readonly number[]): boolean =>
    sizes.length === shape.length && sizes.every((n, i) => n === shape[i]);
  if (!fits(last) || shape.length === 0) {
    const problem = `the last dims of input must be normalizedShape [${shape.join(', ')}]`;
    fail(ShapeError, 'rmsNorm', problem, ['input'], [x]);
  }
  const scale = given.weight ?? null;
  if (scale && !fits(scale.shape)) {
    fail(ShapeError, 'rmsNorm', `weight must have shape [${shape.join(', ')}]`, ['input', 'weight'], [x, scale]);
  }
  const small = given.eps ?? (x.dtype === 'float64' ? 2 ** -52 : 2 ** -23);
  const dims = shape.map((_, i) => i - shape.length);
  const y = x.mul(x.square().mean(dims, true).add(small).rsqrt());
  return scale ? y.mul(scale) : y;
}

/** Options of `localResponseNorm`. */
export interface LocalResponseNormOptions {
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 1. */
  readonly k?: number;
}

/**
 * y[c] = x[c] / (k + alpha · mean of x² over `size` neighbouring channels, zeros beyond the ends)^beta.
 *
 * Shapes: x [N, C, …] with at least three dims; y as x.
 * @throws ShapeError where x has fewer dims
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.local_response_norm.html;
 * Krizhevsky, Sutskever, Hinton 2012, "ImageNet classification with deep convolutional neural networks".
 */
export function localResponseNorm(
  x: Tensor,
  size: number,
  alpha?: number | LocalResponseNormOptions,
  beta?: number | LocalResponseNormOptions,
  k?: number | LocalResponseNormOptions,
): Tensor {
  const given = named<LocalResponseNormOptions>('localResponseNorm', ['alpha', 'beta', 'k'], [alpha, beta, k]);
  checkFloat('localResponseNorm', x);
  if (x.ndim < 3) fail(ShapeError, 'localResponseNorm', 'needs at least three dims', ['input'], [x]);
  checkWhole('localResponseNorm', 'size', size, 1, WasmgradError);
  if (x.numel === 0) return x;
  const around = [Math.floor(size / 2), Math.floor((size - 1) / 2)];
  const squares = pad(x.square(), [...x.shape.slice(2).flatMap(() => [0, 0]), ...around]);
  const mean = squares.unfold(1, size, 1).mean(-1);
  return x.div(
    mean
      .mul(given.alpha ?? 1e-4)
      .add(given.k ?? 1)
      .pow(given.beta ?? 0.75),
  );
}
