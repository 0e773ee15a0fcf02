import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { apply, applyInPlace } from '../../autograd/apply.js';
import * as ops from '../../ops/activation.js';
import type { Op } from '../../ops/op.js';
import { checkOptions } from '../../tensor/options.js';
import { argument, named as byName } from '../../tensor/reduce.js';
import type { Named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Options of activations that can write over their input: `inplace` (default false). */
export interface InplaceOptions {
  readonly inplace?: boolean;
}

/** Options of `leakyRelu`. */
export interface LeakyReluOptions extends InplaceOptions {
  /** The slope below 0. Default 0.01. */
  readonly negativeSlope?: number;
}

/** Options of `elu` and `celu`. */
export interface EluOptions extends InplaceOptions {
  /** The value to which the function falls is -alpha. Default 1. */
  readonly alpha?: number;
}

/** Options of `gelu`. */
export interface GeluOptions {
  /** 'none' for the normal distribution itself, 'tanh' for an approximation. Default 'none'. */
  readonly approximate?: 'none' | 'tanh';
}

/** Options of `softplus`. */
export interface SoftplusOptions {
  /** Default 1. */
  readonly beta?: number;
  /** Where beta·x is larger, the function is x itself. Default 20. */
  readonly threshold?: number;
}

/** Options of `hardtanh`. */
export interface HardtanhOptions extends InplaceOptions {
  /** Default -1. */
  readonly minVal?: number;
  /** Default 1. */
  readonly maxVal?: number;
}

/** Applies an op aside, or over its input. */
function applyOrChange<P>(op: Op<P>, x: Tensor, params: P, inplace: boolean | undefined): Tensor {
  return inplace ? applyInPlace(op, [x], params) : apply(op, [x], params);
}

/** @internal A composed result, or the input overwritten with it: the result is then computed from a copy, which the gradient needs. */
export function composed(x: Tensor, inplace: boolean | undefined, compute: (x: Tensor) => Tensor): Tensor {
  return inplace ? x.copy_(compute(x.clone())) : compute(x);
}

/** A number in the place of options stands for the first of them. */
function named<Options extends object>(
  op: string,
  names: readonly (keyof Options & string)[],
  options: number | Options,
): Options {
  return byName<Options>(op, names, [options]);
}

/**
 * y = max(x, 0); NaN stays.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.relu.html
 */
export function relu(x: Tensor, options: InplaceOptions = {}): Tensor {
  checkOptions('relu', options, ['inplace']);
  return applyOrChange(ops.relu, x, undefined, options.inplace);
}

/**
 * y = x where positive, negativeSlope·x elsewhere.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html
 */
export function leakyRelu(x: Tensor, options: number | LeakyReluOptions = {}): Tensor {
  const { negativeSlope = 0.01, inplace } = named('leakyRelu', ['negativeSlope', 'inplace'], options);
  return applyOrChange(ops.leakyRelu, x, negativeSlope, inplace);
}

/**
 * y = 1 / (1 + e^-x).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.sigmoid.html
 */
export function sigmoid(x: Tensor): Tensor {
  return x.sigmoid();
}

/**
 * The hyperbolic tangent.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.tanh.html
 */
export function tanh(x: Tensor): Tensor {
  return x.tanh();
}

/**
 * y = x·Φ(x) with the normal distribution Φ, or with approximate 'tanh' x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.gelu.html
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  checkOptions('gelu', options, ['approximate']);
  const { approximate = 'none' } = options;
  if (approximate === 'none') return apply(ops.gelu, [x], undefined);
  if (approximate === 'tanh') return apply(ops.geluTanh, [x], undefined);
  throw new WasmgradError(`gelu: approximate must be 'none' or 'tanh', got '${String(approximate)}'`);
}

/**
 * y = log(1 + e^(beta·x)) / beta, and x where beta·x > threshold.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html
 */
export function softplus(x: Tensor, options: number | SoftplusOptions = {}): Tensor {
  const { beta = 1, threshold = 20 } = named('softplus', ['beta', 'threshold'], options);
  return apply(ops.softplus, [x], { beta, threshold });
}

/**
 * y = x·σ(x), also called swish.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.silu.html
 */
export function silu(x: Tensor, options: InplaceOptions = {}): Tensor {
  checkOptions('silu', options, ['inplace']);
  return applyOrChange(ops.silu, x, undefined, options.inplace);
}

/**
 * y = x where positive, alpha·(e^x - 1) elsewhere.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.elu.html
 */
export function elu(x: Tensor, options: number | EluOptions = {}): Tensor {
  const { alpha = 1, inplace } = named('elu', ['alpha', 'inplace'], options);
  return applyOrChange(ops.elu, x, alpha, inplace);
}

/**
 * y = x where positive, alpha·(e^(x/alpha) - 1) elsewhere.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.celu.html
 */
export function celu(x: Tensor, options: number | EluOptions = {}): Tensor {
  const { alpha = 1, inplace } = named('celu', ['alpha', 'inplace'], options);
  if (alpha === 0) throw new WasmgradError('celu: alpha must not be 0');
  return composed(x, inplace, (input) => apply(ops.elu, [input.div(alpha)], 1).mul(alpha));
}

/**
 * y = λ·x where positive, λ·α·(e^x - 1) elsewhere, with the λ = 1.0507… and α = 1.6732… that keep mean 0 and variance 1.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.selu.html
 */
export function selu(x: Tensor, options: InplaceOptions = {}): Tensor {
  checkOptions('selu', options, ['inplace']);
  const [alpha, lambda] = [1.6732632423543772, 1.0507009873554805];
  return composed(x, options.inplace, (input) => apply(ops.elu, [input], alpha).mul(lambda));
}

/**
 * y = log σ(x) = -log(1 + e^-x).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.logsigmoid.html
 */
export function logsigmoid(x: Tensor): Tensor {
  return apply(ops.softplus, [x.neg()], { beta: 1, threshold: Infinity }).rsub(0);
}

/**
 * y = x / (1 + |x|).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.softsign.html
 */
export function softsign(x: Tensor): Tensor {
  return x.div(x.abs().add(1));
}

/**
 * y = x - tanh x.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.tanhshrink.html
 */
export function tanhshrink(x: Tensor): Tensor {
  return x.sub(x.tanh());
}

/**
 * y = x·tanh(log(1 + e^x)).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.mish.html
 */
export function mish(x: Tensor, options: InplaceOptions = {}): Tensor {
  checkOptions('mish', options, ['inplace']);
  const params = { beta: 1, threshold: Infinity };
  return composed(x, options.inplace, (input) => input.mul(apply(ops.softplus, [input], params).tanh()));
}

/**
 * y = x forced between minVal and maxVal. The gradient passes strictly between them.
 *
 * @throws WasmgradError where minVal > maxVal
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html
 */
export function hardtanh(
  x: Tensor,
  minVal?: number | HardtanhOptions,
  maxVal?: number | HardtanhOptions,
  inplace?: boolean | HardtanhOptions,
): Tensor {
  const names = ['minVal', 'maxVal', 'inplace'] as const;
  const given = byName<HardtanhOptions>('hardtanh', names, [minVal, maxVal, inplace]);
  const { minVal: low = -1, maxVal: high = 1 } = given;
  if (low > high) throw new WasmgradError(`hardtanh: minVal ${low} is larger than maxVal ${high}`);
  return composed(x, given.inplace, (input) => {
    const inside = input.gt(low).logicalAnd(input.lt(high));
    return input.where(inside, input.detach().clamp(low, high));
  });
}

/**
 * y = min(max(x, 0), 6).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.relu6.html
 */
export function relu6(x: Tensor, options: InplaceOptions = {}): Tensor {
  checkOptions('relu6', options, ['inplace']);
  return hardtanh(x, { ...options, minVal: 0, maxVal: 6 });
}

/**
 * y = min(max(x + 3, 0), 6) / 6.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.hardsigmoid.html
 */
export function hardsigmoid(x: Tensor, options: InplaceOptions = {}): Tensor {
  checkOptions('hardsigmoid', options, ['inplace']);
  return composed(x, options.inplace, (input) => hardtanh(input.add(3), { minVal: 0, maxVal: 6 }).div(6));
}

/**
 * y = x·min(max(x + 3, 0), 6) / 6.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.hardswish.html
 */
export function hardswish(x: Tensor, options: InplaceOptions = {}): Tensor {
  checkOptions('hardswish', options, ['inplace']);
  return composed(x, options.inplace, (input) => input.mul(input.add(3).clamp(0, 6)).div(6));
}

/**
 * y = x where positive, weight·x elsewhere.
 *
 * Shapes: x [N, C, …], weight [1] or [C] → as x
 *
 * @throws ShapeError where the weight has neither one element nor one for each channel
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.prelu.html
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  if (weight.numel === 1) return x.where(x.gt(0), x.mul(weight.reshape([])));
  const channels = x.ndim > 1 ? x.shape[1] : x.shape[0];
  if (weight.ndim !== 1 || weight.numel !== channels) {
    fail(
      ShapeError,
      'prelu',
      'needs a weight of one element or one for each channel',
      ['input', 'weight'],
      [x, weight],
    );
  }
  const spread = x.ndim > 1 ? weight.reshape([weight.numel, ...x.shape.slice(2).map(() => 1)]) : weight;
  return x.where(x.gt(0), x.mul(spread));
}

/**
 * The gated linear unit: y = a·σ(b), where a and b are the halves of x along a dim.
 *
 * @throws ShapeError where the dim's size is odd
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.glu.html
 */
export function glu(x: Tensor, given?: Named<'dim', number>): Tensor {
  const dim = argument('glu', 'dim', given, -1);
  const size = x.size(dim);
  if (size % 2 !== 0) fail(ShapeError, 'glu', `dim ${dim} of size ${size} has no halves`, ['input'], [x]);
  const [a, b] = x.split(size / 2, dim);
  return a!.mul(b!.sigmoid());
}
