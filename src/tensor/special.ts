import { isFloat } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { DTypeError, WasmgradError, checkWhole } from '../core/errors.js';
import { apply } from '../autograd/apply.js';
import type { ScalarParams } from '../ops/binary.js';
import type { Op } from '../ops/op.js';
import * as ops from '../ops/special.js';
import { maximum, pow } from './binary.js';
import { applyBinary, checkTensor, commonType, isTensor, scalarOf } from './operands.js';
import type { Operand } from './operands.js';
import { checkOptions } from './options.js';
import { argument } from './reduce.js';
import type { Named } from './reduce.js';
import type { Tensor } from './tensor.js';
import { floating } from './unary.js';
import type { Function1 } from './unary.js';

/** The angle whose sine it is, -π/2 … π/2; NaN beyond ±1. float32: ≤ 0.6 ulp. Source: https://pytorch.org/docs/stable/generated/torch.asin.html */
export const asin: Function1 = floating(ops.asin);

/** The angle whose cosine it is, 0 … π; NaN beyond ±1. float32: ≤ 0.6 ulp. Source: https://pytorch.org/docs/stable/generated/torch.acos.html */
export const acos: Function1 = floating(ops.acos);

/** The angle whose tangent it is, -π/2 … π/2. float32: ≤ 0.6 ulp. Source: https://pytorch.org/docs/stable/generated/torch.atan.html */
export const atan: Function1 = floating(ops.atan);

/** The hyperbolic sine: y = (e^x - e^-x) / 2. float32: ≤ 0.6 ulp. Source: https://pytorch.org/docs/stable/generated/torch.sinh.html */
export const sinh: Function1 = floating(ops.sinh);

/** The hyperbolic cosine: y = (e^x + e^-x) / 2. float32: ≤ 0.6 ulp. Source: https://pytorch.org/docs/stable/generated/torch.cosh.html */
export const cosh: Function1 = floating(ops.cosh);

/** The inverse of sinh: y = log(x + √(x² + 1)). float32: ≤ 0.6 ulp. Source: https://pytorch.org/docs/stable/generated/torch.asinh.html */
export const asinh: Function1 = floating(ops.asinh);

/** The inverse of cosh: y = log(x + √(x² - 1)); NaN below 1. float32: ≤ 0.6 ulp. Source: https://pytorch.org/docs/stable/generated/torch.acosh.html */
export const acosh: Function1 = floating(ops.acosh);

/** The inverse of tanh: y = log((1 + x) / (1 - x)) / 2; NaN beyond ±1. float32: ≤ 0.6 ulp. Source: https://pytorch.org/docs/stable/generated/torch.atanh.html */
export const atanh: Function1 = floating(ops.atanh);

/** y = 1 - erf x, exact where that is small. float32: ≤ 0.6 ulp. Source: https://pytorch.org/docs/stable/generated/torch.erfc.html */
export const erfc: Function1 = floating(ops.erfc);

/** The inverse of erf; ±∞ at ±1, NaN beyond. float32: ≤ 0.6 ulp. Source: https://pytorch.org/docs/stable/generated/torch.erfinv.html */
export const erfinv: Function1 = floating(ops.erfinv);

/** y = log |Γ(x)|; ∞ at 0, -1, -2, …. float32: ≤ 1 ulp from 0 on. Source: https://pytorch.org/docs/stable/generated/torch.lgamma.html */
export const lgamma: Function1 = floating(ops.lgamma);

/** The slope of lgamma; NaN at -1, -2, …. float32: ≤ 1 ulp from 0 on. Source: https://pytorch.org/docs/stable/generated/torch.digamma.html */
export const digamma: Function1 = floating(ops.digamma);

/**
 * The n-th derivative of digamma, n from 0 on. (n = 1 is PyTorch's sum, whose error is 1e-9.)
 *
 * @throws WasmgradError where n is negative or no whole number
 * Source: https://pytorch.org/docs/stable/generated/torch.polygamma.html
 */
export function polygamma(n: number, input: Tensor): Tensor {
  checkWhole('polygamma', 'n', n, 0, WasmgradError);
  checkTensor('polygamma', 'input', input);
  return apply(ops.polygamma, [isFloat(input.dtype) ? input : input.float()], n);
}

/** y = 2^x. Source: https://pytorch.org/docs/stable/generated/torch.exp2.html */
export function exp2(input: Tensor): Tensor {
  checkTensor('exp2', 'input', input);
  return pow(2, isFloat(input.dtype) ? input : input.float());
}

/** y = sin(πx) / (πx), 1 at 0. Source: https://pytorch.org/docs/stable/generated/torch.sinc.html */
export function sinc(input: Tensor): Tensor {
  checkTensor('sinc', 'input', input);
  const angle = input.mul(Math.PI);
  const none = angle.eq(0);
  return angle.sin().div(angle.maskedFill(none, 1)).maskedFill(none, 1);
}

/**
 * The inverse of sigmoid: y = log(x / (1 - x)); with `eps`, of x clamped to eps … 1 - eps. Beyond 0 … 1 NaN.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.logit.html
 */
export function logit(input: Tensor, eps?: Named<'eps', number | null>): Tensor {
  const margin = argument<'eps', number | null>('logit', 'eps', eps, null);
  checkTensor('logit', 'input', input);
  const x = isFloat(input.dtype) ? input : input.float();
  const z = margin === null ? x : x.clamp(margin, 1 - margin);
  return z.div(z.rsub(1)).log();
}

/** Degrees as radians. Source: https://pytorch.org/docs/stable/generated/torch.deg2rad.html */
export function deg2rad(input: Tensor): Tensor {
  return input.mul(Math.PI / 180);
}

/** Radians as degrees. Source: https://pytorch.org/docs/stable/generated/torch.rad2deg.html */
export function rad2deg(input: Tensor): Tensor {
  return input.mul(180 / Math.PI);
}

/** Options of `nanToNum`; without a value the infinities become the largest and the lowest number of the dtype. */
export interface NanToNumOptions {
  /** What NaN becomes. Default 0. */
  readonly nan?: number | null;
  readonly posinf?: number | null;
  readonly neginf?: number | null;
}

/**
 * NaN and infinities replaced by numbers. Integers stay as they are.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nan_to_num.html
 */
export function nanToNum(input: Tensor, options: NanToNumOptions = {}): Tensor {
  checkOptions('nanToNum', options, ['nan', 'posinf', 'neginf']);
  checkTensor('nanToNum', 'input', input);
  if (!isFloat(input.dtype)) return input.clone();
  const most = input.dtype === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE;
  const { nan, posinf, neginf } = options;
  return input
    .maskedFill(input.isnan(), nan ?? 0)
    .maskedFill(input.eq(Infinity), posinf ?? most)
    .maskedFill(input.eq(-Infinity), neginf ?? -most);
}

function binaryFloat(op: Op<ScalarParams>, input: Operand, other: Operand): Tensor {
  const dtype: DType = commonType(op, input, other);
  return applyBinary(op, input, other, isFloat(dtype) ? dtype : 'float32', { scalar: scalarOf(input, other) });
}

/** y = √(input² + other²), without overflow between. Source: https://pytorch.org/docs/stable/generated/torch.hypot.html */
export function hypot(input: Tensor, other: Tensor): Tensor {
  checkTensor('hypot', 'input', input);
  checkTensor('hypot', 'other', other);
  return binaryFloat(ops.hypot, input, other);
}

/** The magnitude of input with the sign of other, also that of -0. Source: https://pytorch.org/docs/stable/generated/torch.copysign.html */
export function copysign(input: Tensor, other: Operand): Tensor {
  checkTensor('copysign', 'input', input);
  return binaryFloat(ops.copysign, input, other);
}

/** Where the sign is set, also that of -0, as bool. Source: https://pytorch.org/docs/stable/generated/torch.signbit.html */
export function signbit(input: Tensor): Tensor {
  checkTensor('signbit', 'input', input);
  return isFloat(input.dtype) ? binaryFloat(ops.copysign, 1, input.detach()).lt(0) : input.lt(0);
}

/** Where input is ∞, as bool. Source: https://pytorch.org/docs/stable/generated/torch.isposinf.html */
export function isposinf(input: Tensor): Tensor {
  return input.eq(Infinity);
}

/** Where input is -∞, as bool. Source: https://pytorch.org/docs/stable/generated/torch.isneginf.html */
export function isneginf(input: Tensor): Tensor {
  return input.eq(-Infinity);
}

/**
 * A step: 0 below 0, 1 above it, `values` at it. There is no gradient, as in PyTorch.
 *
 * @throws DTypeError where the dtypes differ
 * Source: https://pytorch.org/docs/stable/generated/torch.heaviside.html
 */
export function heaviside(input: Tensor, values: Tensor): Tensor {
  checkTensor('heaviside', 'input', input);
  checkTensor('heaviside', 'values', values);
  if (input.dtype !== values.dtype) {
    throw new DTypeError(`heaviside: values must have the dtype of input, got ${values.dtype} for ${input.dtype}`);
  }
  return values.detach().where(input.eq(0), input.gt(0).to(input.dtype));
}

/**
 * y = input · log(other), 0 where input is 0 (but NaN where other is).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.xlogy.html
 */
export function xlogy(input: Operand, other: Operand): Tensor {
  const op = { ...ops.hypot, name: 'xlogy' };
  const common = commonType(op, input, other);
  const dtype = isFloat(common) ? common : 'float32';
  const [x, y] = [input, other].map((z) => (isTensor(z) ? z.to(dtype) : Number(z))) as [Operand, Operand];
  if (!isTensor(y)) {
    // Of 0 and infinity a number's logarithm gives NaN beside 0.
    const log = Math.log(Number(y));
    const product = (x as Tensor).mul(log);
    return Number.isNaN(Number(y)) || Number.isFinite(log) ? product : product.maskedFill((x as Tensor).eq(0), 0);
  }
  // Where it would be 0 · ∞ or 0 · NaN, the logarithm is of 1.
  const beyond = y.le(0).logicalOr(y.eq(Infinity));
  const none = isTensor(x) ? beyond.logicalAnd(x.eq(0)) : x === 0 ? beyond : null;
  return (none ? y.where(none.logicalNot(), 1) : y).log().mul(x);
}

/** Infinities of one sign have no difference. */
function addedExponents(name: string, input: Tensor, other: Tensor, part: (gap: Tensor) => Tensor): Tensor {
  checkTensor(name, 'input', input);
  checkTensor(name, 'other', other);
  const common = commonType({ ...ops.hypot, name }, input, other);
  const dtype = isFloat(common) ? common : 'float32';
  const [x, y] = [input.to(dtype), other.to(dtype)];
  const gap = x.sub(y).maskedFill(x.eq(y).logicalAnd(x.abs().eq(Infinity)), 0);
  return maximum(x, y).add(part(gap.abs().neg()));
}

/** y = log(e^input + e^other), without overflow. Source: https://pytorch.org/docs/stable/generated/torch.logaddexp.html */
export function logaddexp(input: Tensor, other: Tensor): Tensor {
  return addedExponents('logaddexp', input, other, (gap) => gap.exp().log1p());
}

/** y = log₂(2^input + 2^other), without overflow. Source: https://pytorch.org/docs/stable/generated/torch.logaddexp2.html */
export function logaddexp2(input: Tensor, other: Tensor): Tensor {
  return addedExponents('logaddexp2', input, other, (gap) => exp2(gap).log1p().mul(Math.LOG2E));
}

/** The larger of two, element by element; of a number and NaN the number. Source: https://pytorch.org/docs/stable/generated/torch.fmax.html */
export function fmax(input: Tensor, other: Tensor): Tensor {
  return input.where(input.ge(other).logicalOr(other.isnan()), other);
}

/** The smaller of two, element by element; of a number and NaN the number. Source: https://pytorch.org/docs/stable/generated/torch.fmin.html */
export function fmin(input: Tensor, other: Tensor): Tensor {
  return input.where(input.le(other).logicalOr(other.isnan()), other);
}

/** The integers of a shift: bytes are computed in int32. */
function shifted(name: string, input: Tensor, other: Operand, run: (x: Tensor, by: Operand) => Tensor): Tensor {
  checkTensor(name, 'input', input);
  for (const x of [input, other]) {
    const whole = isTensor(x) ? !isFloat(x.dtype) : Number.isInteger(Number(x));
    if (!whole) throw new DTypeError(`${name}: takes integers, got ${isTensor(x) ? x.dtype : String(x)}`);
  }
  const bools = input.dtype === 'bool' && (isTensor(other) ? other.dtype : typeof other).startsWith('bool');
  if (bools) throw new DTypeError(`${name}: takes integers, got bool`);
  const dtype = commonType({ ...ops.hypot, name }, input, other);
  const y = run(input.int(), isTensor(other) ? other.int() : other);
  return y.to(dtype);
}

/** y = input · 2^other, modulo 2³² (2⁸ of uint8). Source: https://pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html */
export function bitwiseLeftShift(input: Tensor, other: Operand): Tensor {
  return shifted('bitwiseLeftShift', input, other, (x, by) => x.mul(isTensor(by) ? pow(2, by) : (2 ** Number(by)) | 0));
}

/** y = ⌊input / 2^other⌋. Source: https://pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html */
export function bitwiseRightShift(input: Tensor, other: Operand): Tensor {
  return shifted('bitwiseRightShift', input, other, (x, by) => {
    // In two steps, whose powers of two are int32 both.
    // Below 0 and beyond the width nothing but the sign stays, as in PyTorch.
    const within = (n: number): number => (n >= 0 && n < 31 ? n : 31);
    const whole = isTensor(by) ? by.maskedFill(by.lt(0), 31).clamp(null, 31) : within(Number(by));
    const half = isTensor(whole) ? whole.floorDivide(2) : whole >> 1;
    const power = (n: Operand): Operand => (isTensor(n) ? pow(2, n) : 2 ** Number(n));
    const rest = isTensor(whole) ? whole.sub(half) : whole - Number(half);
    return x.floorDivide(power(half)).floorDivide(power(rest));
  });
}
