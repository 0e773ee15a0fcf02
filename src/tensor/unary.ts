import { isFloat, resultTypeScalar } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { DTypeError, WasmgradError, checkWhole } from '../core/errors.js';
import { apply, applyInPlace } from '../autograd/apply.js';
import * as activations from '../ops/activation.js';
import type { Op } from '../ops/op.js';
import { needFloat } from '../ops/reduce.js';
import * as ops from '../ops/unary.js';
import { checkTensor, isTensor } from './operands.js';
import { checkOptions } from './options.js';
import type { Tensor } from './tensor.js';

export type Function1 = (input: Tensor) => Tensor;

/** @internal Applies a function that keeps the dtype. */
export function keep(op: Op, input: Tensor): Tensor {
  return apply(op, [input], undefined);
}

/** @internal Applies a function of floats: integers and bools become float32 first, as in PyTorch. */
export function float(op: Op, input: Tensor): Tensor {
  checkTensor(op.name, 'input', input);
  if (isFloat(input.dtype)) return keep(op, input);
  const x = input.to('float32');
  const y = keep(op, x);
  x.dispose();
  return y;
}

function keeping(op: Op): Function1 {
  return (input) => keep(op, input);
}

/** @internal A function of floats. */
export function floating(op: Op): Function1 {
  return (input) => float(op, input);
}

/** @internal Applies a function to a tensor in place. */
export function inPlace<T extends Tensor>(op: Op, x: T): T {
  if (!isFloat(x.dtype) && !keepsIntegers.has(op)) {
    throw new DTypeError(`${op.name}_: the result is float32, which a tensor of ${x.dtype} cannot hold`);
  }
  applyInPlace(op, [x], undefined);
  return x;
}

const keepsIntegers: ReadonlySet<Op> = new Set([
  ops.neg,
  ops.abs,
  ops.sign,
  ops.floor,
  ops.ceil,
  ops.round,
  ops.trunc,
  activations.relu,
]);

/** The exponential: y = e^input. Source: https://pytorch.org/docs/stable/generated/torch.exp.html */
export const exp: Function1 = floating(ops.exp);

/** y = e^input - 1, exact for small inputs. Source: https://pytorch.org/docs/stable/generated/torch.expm1.html */
export const expm1: Function1 = floating(ops.expm1);

/** The natural logarithm; -∞ for 0, NaN below. Source: https://pytorch.org/docs/stable/generated/torch.log.html */
export const log: Function1 = floating(ops.log);

/** y = log(1 + input), exact for small inputs. Source: https://pytorch.org/docs/stable/generated/torch.log1p.html */
export const log1p: Function1 = floating(ops.log1p);

/** The square root; NaN below 0. Source: https://pytorch.org/docs/stable/generated/torch.sqrt.html */
export const sqrt: Function1 = floating(ops.sqrt);

/** y = 1 / √input. Source: https://pytorch.org/docs/stable/generated/torch.rsqrt.html */
export const rsqrt: Function1 = floating(ops.rsqrt);

/** y = 1 / input. Source: https://pytorch.org/docs/stable/generated/torch.reciprocal.html */
export const reciprocal: Function1 = floating(ops.reciprocal);

/** The sine of radians. Source: https://pytorch.org/docs/stable/generated/torch.sin.html */
export const sin: Function1 = floating(ops.sin);

/** The cosine of radians. Source: https://pytorch.org/docs/stable/generated/torch.cos.html */
export const cos: Function1 = floating(ops.cos);

/** The hyperbolic tangent. Source: https://pytorch.org/docs/stable/generated/torch.tanh.html */
export const tanh: Function1 = floating(activations.tanh);

/** y = 1 / (1 + e^-input). Source: https://pytorch.org/docs/stable/generated/torch.sigmoid.html */
export const sigmoid: Function1 = floating(activations.sigmoid);

/** The error function: y = 2/√π ∫₀^input e^(-t²) dt. Source: https://pytorch.org/docs/stable/generated/torch.erf.html */
export const erf: Function1 = floating(ops.erf);

/** y = max(input, 0). Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.relu.html */
export const relu: Function1 = keeping(activations.relu);

/** y = -input; uint8 wraps. Throws DTypeError for bool. Source: https://pytorch.org/docs/stable/generated/torch.neg.html */
export const neg: Function1 = keeping(ops.neg);

/** y = |input|. Source: https://pytorch.org/docs/stable/generated/torch.abs.html */
export const abs: Function1 = keeping(ops.abs);

/** -1, 0 or 1; 0 for NaN. Source: https://pytorch.org/docs/stable/generated/torch.sign.html */
export const sign: Function1 = keeping(ops.sign);

/** The largest whole number that is not larger. Source: https://pytorch.org/docs/stable/generated/torch.floor.html */
export const floor: Function1 = keeping(ops.floor);

/** The smallest whole number that is not smaller. Source: https://pytorch.org/docs/stable/generated/torch.ceil.html */
export const ceil: Function1 = keeping(ops.ceil);

/** Without the fraction. Source: https://pytorch.org/docs/stable/generated/torch.trunc.html */
export const trunc: Function1 = keeping(ops.trunc);

/** y = input². Source: https://pytorch.org/docs/stable/generated/torch.square.html */
export function square(input: Tensor): Tensor {
  return isFloat(input.dtype) ? apply(ops.square, [input], undefined) : input.pow(2);
}

/** The logarithm to base 2. Source: https://pytorch.org/docs/stable/generated/torch.log2.html */
export function log2(input: Tensor): Tensor {
  return float(ops.log, input).mul(Math.LOG2E);
}

/** The logarithm to base 10. Source: https://pytorch.org/docs/stable/generated/torch.log10.html */
export function log10(input: Tensor): Tensor {
  return float(ops.log, input).mul(Math.LOG10E);
}

/** The tangent of radians. Source: https://pytorch.org/docs/stable/generated/torch.tan.html */
export function tan(input: Tensor): Tensor {
  return float(ops.sin, input).div(float(ops.cos, input));
}

/** The fraction, with the sign of the input. Source: https://pytorch.org/docs/stable/generated/torch.frac.html */
export function frac(input: Tensor): Tensor {
  return input.sub(keep(ops.trunc, input));
}

/** Options of `round`: `decimals` after the point; negative ones before it (default 0). */
export interface RoundOptions {
  readonly decimals?: number;
}

/** The nearest whole number; halves go to the even one. Source: https://pytorch.org/docs/stable/generated/torch.round.html */
export function round(input: Tensor, options: RoundOptions = {}): Tensor {
  checkOptions('round', options, ['decimals']);
  const { decimals = 0 } = options;
  checkWhole('round', 'decimals', decimals, -Infinity, WasmgradError);
  if (decimals === 0) return apply(ops.round, [input], undefined);
  needFloat('round', input);
  const power = 10 ** Math.abs(decimals);
  return decimals > 0 ? input.mul(power).round().div(power) : input.div(power).round().mul(power);
}

/** Which elements are NaN, as bool. Source: https://pytorch.org/docs/stable/generated/torch.isnan.html */
export const isnan: Function1 = floating(ops.isnan);

/** Which elements are infinite, as bool. Source: https://pytorch.org/docs/stable/generated/torch.isinf.html */
export const isinf: Function1 = floating(ops.isinf);

/** Which elements are neither infinite nor NaN, as bool. Source: https://pytorch.org/docs/stable/generated/torch.isfinite.html */
export const isfinite: Function1 = floating(ops.isfinite);

/** A bound of a clamp: a number, a tensor (broadcast), or none. */
export type Bound = Tensor | number | null;

/** The bounds of `clamp` by name. */
export interface ClampOptions {
  readonly min?: Bound;
  readonly max?: Bound;
}

/** The bounds of a clamp from the forms that it takes. */
function bounds(op: string, min: Bound | ClampOptions | undefined, max: Bound | undefined): [Bound, Bound] {
  let low: Bound = null;
  let high: Bound = max ?? null;
  if (typeof min === 'number' || isTensor(min)) {
    low = min;
  } else if (min) {
    checkOptions(op, min, ['min', 'max']);
    low = min.min ?? null;
    high = min.max ?? null;
  }
  if (low === null && high === null) throw new WasmgradError(`${op}: needs min or max`);
  return [low, high];
}

function clampType(input: Tensor, low: number | null, high: number | null): DType {
  let dtype = input.dtype;
  for (const bound of [low, high])
    if (bound !== null && Math.abs(bound) !== Infinity) dtype = resultTypeScalar(dtype, bound);
  return dtype === 'bool' ? 'int32' : dtype;
}

/** The bound where x lies beyond it, NaN where the bound is. */
function bounded(x: Tensor, bound: Tensor, beyond: Tensor): Tensor {
  const y = bound.where(beyond, x);
  return isFloat(bound.dtype) ? y.maskedFill(bound.isnan(), NaN) : y;
}

/**
 * Numbers forced between two bounds: y = min(max(input, min), max); NaN stays, and max wins where min > max.
 *
 * The bounds are numbers or tensors, also as `{ min, max }`; one of them may be left out (null). The gradient passes where
 * min ≤ input ≤ max.
 *
 * @throws WasmgradError without any bound
 * Source: https://pytorch.org/docs/stable/generated/torch.clamp.html
 */
export function clamp(input: Tensor, min?: Bound | ClampOptions, max?: Bound): Tensor {
  const [low, high] = bounds('clamp', min, max);
  if (isTensor(low) || isTensor(high)) {
    const raised = low === null ? input : isTensor(low) ? bounded(input, low, input.lt(low)) : input.clamp(low);
    if (high === null) return raised;
    return isTensor(high) ? bounded(raised, high, raised.gt(high)) : raised.clamp(null, high);
  }
  const x = input.to(clampType(input, low, high));
  const params = { min: low ?? -Infinity, max: high ?? Infinity };
  if (Number.isNaN(params.min) || Number.isNaN(params.max)) return x.maskedFill(x.isnan().logicalOr(true), NaN);
  return apply(ops.clamp, [x], params);
}

/** y = max(input, min); see `clamp`. Source: https://pytorch.org/docs/stable/generated/torch.clamp.html */
export function clampMin(input: Tensor, min: Tensor | number): Tensor {
  return clamp(input, min);
}

/** y = min(input, max); see `clamp`. Source: https://pytorch.org/docs/stable/generated/torch.clamp.html */
export function clampMax(input: Tensor, max: Tensor | number): Tensor {
  return clamp(input, null, max);
}

/** @internal Clamps in place; bounds that are tensors are applied aside. */
export function clampInPlace(x: Tensor, min?: Bound | ClampOptions, max?: Bound): void {
  const [low, high] = bounds('clamp_', min, max);
  if (isTensor(low) || isTensor(high)) {
    x.copy_(clamp(x, low, high));
    return;
  }
  const dtype = clampType(x, low, high);
  if (dtype !== x.dtype) {
    throw new DTypeError(`clamp_: the result is ${dtype}, which a tensor of ${x.dtype} cannot hold`);
  }
  applyInPlace(ops.clamp, [x], { min: low ?? -Infinity, max: high ?? Infinity });
}
