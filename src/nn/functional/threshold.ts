import { apply } from '../../autograd/apply.js';
import { isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { normalizeDim } from '../../core/shapes.js';
import { rreluSlopes } from '../../ops/random.js';
import { straightThrough } from '../../ops/straight-through.js';
import { defaultStream } from '../../runtime/stream.js';
import { atan2 } from '../../tensor/binary.js';
import { onesLike, zerosLike } from '../../tensor/creation.js';
import { checkTensor } from '../../tensor/operands.js';
import { checkOptions } from '../../tensor/options.js';
import { argument, named } from '../../tensor/reduce.js';
import type { Named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { composed, leakyRelu } from './activation.js';
import type { InplaceOptions } from './activation.js';

function checkFloat(op: string, x: Tensor): void {
  checkTensor(op, 'input', x);
  if (!isFloat(x.dtype)) fail(DTypeError, op, 'needs floating point numbers', ['input'], [x]);
}

/**
 * y = x − lambd where x > lambd, x + lambd where x < −lambd, 0 between.
 *
 * Shapes: y as x. Default: lambd 0.5.
 * @throws WasmgradError where lambd is negative
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.softshrink.html
 */
export function softshrink(x: Tensor, lambd?: Named<'lambd', number>): Tensor {
  const width = argument('softshrink', 'lambd', lambd, 0.5);
  checkFloat('softshrink', x);
  if (!(width >= 0)) throw new WasmgradError(`softshrink: lambd must be at least 0, got ${width}`);
  // One of the two summands is 0 everywhere, but for NaN.
  return x.sub(width).where(x.gt(width), x.add(width).where(x.lt(-width), 0));
}

/**
 * y = x where |x| > lambd, else 0; NaN stays.
 *
 * Shapes: y as x. Default: lambd 0.5.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html
 */
export function hardshrink(x: Tensor, lambd?: Named<'lambd', number>): Tensor {
  const width = argument('hardshrink', 'lambd', lambd, 0.5);
  checkFloat('hardshrink', x);
  return x.maskedFill(x.ge(-width).logicalAnd(x.le(width)), 0);
}

/**
 * y = x where x > threshold, else value; NaN stays.
 *
 * Shapes: y as x. Default: inplace false.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html
 */
export function threshold(x: Tensor, threshold: number, value: number, options: boolean | InplaceOptions = {}): Tensor {
  const inplace = argument('threshold', 'inplace', options as Named<'inplace', boolean>, false);
  checkFloat('threshold', x);
  return composed(x, inplace, (input) => input.maskedFill(input.le(threshold), value));
}

/** Options of `rrelu`. */
export interface RreluOptions extends InplaceOptions {
  /** The smallest slope below 0. Default 1/8. */
  readonly lower?: number;
  /** The largest. Default 1/3. */
  readonly upper?: number;
  /** Draw slopes, rather than to take their mean. Default false. */
  readonly training?: boolean;
}

/**
 * y = x where positive, a·x elsewhere: in training with a slope a drawn for each element, uniform in [lower, upper), by
 * PyTorch's random stream (only elements that are not positive draw); otherwise with a = (lower + upper) / 2.
 *
 * Shapes: y as x.
 * @throws WasmgradError where lower > upper
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.rrelu.html;
 * Xu et al. 2015, "Empirical evaluation of rectified activations in convolution network".
 */
export function rrelu(
  x: Tensor,
  lower?: number | RreluOptions,
  upper?: number | RreluOptions,
  training?: boolean | RreluOptions,
  inplace?: boolean | RreluOptions,
): Tensor {
  const names = ['lower', 'upper', 'training', 'inplace'] as const;
  const given = named<RreluOptions>('rrelu', names, [lower, upper, training, inplace]);
  const { lower: from = 1 / 8, upper: to = 1 / 3, inplace: overwrites = false } = given;
  checkFloat('rrelu', x);
  if (from > to) throw new WasmgradError(`rrelu: lower ${from} is larger than upper ${to}`);
  if (!given.training) return leakyRelu(x, { negativeSlope: (from + to) / 2, inplace: overwrites });
  const params = { lower: from, upper: to, generator: defaultStream() };
  return composed(x, overwrites, (input) => input.mul(apply(rreluSlopes, [input.detach()], params)));
}

/** Options of `binaryStep`. */
export interface BinaryStepOptions {
  /** Let gradients pass as if the step was the identity. Default false: they are 0. */
  readonly straightThrough?: boolean;
}

/**
 * y = 1 where x ≥ 0, else 0. The gradient is 0, or with `straightThrough` that of y = x.
 *
 * Shapes: y as x.
 * Source: Bengio, Léonard, Courville 2013, "Estimating or propagating gradients through stochastic neurons".
 *
 * @example
 * F.binaryStep(x, { straightThrough: true });
 */
export function binaryStep(x: Tensor, options: BinaryStepOptions = {}): Tensor {
  checkOptions('binaryStep', options, ['straightThrough']);
  checkFloat('binaryStep', x);
  const step = x.detach().ge(0).to(x.dtype);
  return options.straightThrough ? apply(straightThrough, [x, step], undefined) : x.sign().mul(0).add(step);
}

/**
 * y = atan x.
 *
 * Shapes: y as x.
 * Source: https://pytorch.org/docs/stable/generated/torch.atan.html
 */
export function arctan(x: Tensor): Tensor {
  checkFloat('arctan', x);
  return atan2(x, onesLike(x));
}

/**
 * y[c] = max over i < pieces of x[c·pieces + i] along a dim: the largest of each group of neighbours.
 *
 * Shapes: x […, pieces·C, …] → […, C, …]. Default: dim −1.
 * @throws ShapeError where the dim's size is not a multiple of `pieces`
 * Source: Goodfellow et al. 2013, "Maxout networks".
 */
export function maxout(x: Tensor, pieces: number, dim?: Named<'dim', number>): Tensor {
  const along = argument('maxout', 'dim', dim, -1);
  checkFloat('maxout', x);
  const d = normalizeDim('maxout', along, x.ndim);
  if (!Number.isInteger(pieces) || pieces < 1 || x.shape[d]! % pieces !== 0) {
    fail(ShapeError, 'maxout', `dim ${along} does not split into groups of ${pieces}`, ['input'], [x]);
  }
  return x.unflatten(d, [x.shape[d]! / pieces, pieces]).max(d + 1)[0];
}

/** Options of `gumbelSoftmax`. */
export interface GumbelSoftmaxOptions {
  /** The temperature; near 0 the result is nearly one-hot. Default 1. */
  readonly tau?: number;
  /** Give a one-hot result, with the gradient of the soft one. Default false. */
  readonly hard?: boolean;
  /** Default -1. */
  readonly dim?: number;
}

/**
 * A sample of a relaxed categorical distribution: y = softmax((logits + g) / tau) with g = −log e of exponential numbers e.
 *
 * Shapes: y as logits.
 * @throws WasmgradError where tau is not above 0
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.gumbel_softmax.html;
 * Jang, Gu, Poole 2017, "Categorical reparameterization with Gumbel-softmax".
 */
export function gumbelSoftmax(
  logits: Tensor,
  tau?: number | GumbelSoftmaxOptions,
  hard?: boolean | GumbelSoftmaxOptions,
  dim?: number | GumbelSoftmaxOptions,
): Tensor {
  const given = named<GumbelSoftmaxOptions>('gumbelSoftmax', ['tau', 'hard', 'dim'], [tau, hard, dim]);
  const { tau: temperature = 1, hard: oneHot = false, dim: along = -1 } = given;
  checkFloat('gumbelSoftmax', logits);
  if (!(temperature > 0)) throw new WasmgradError(`gumbelSoftmax: tau must be above 0, got ${temperature}`);
  const gumbels = zerosLike(logits).exponential_().log().neg();
  const soft = logits.add(gumbels).div(temperature).softmax(along);
  if (!oneHot) return soft;
  const largest = soft.detach().argmax(along, true);
  return apply(straightThrough, [soft, zerosLike(soft).scatter(along, largest, 1)], undefined);
}
