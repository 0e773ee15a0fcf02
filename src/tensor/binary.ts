import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import { DTypeError, WasmgradError } from '../core/errors.js';
import * as ops from '../ops/binary.js';
import type { AddParams, ScalarParams } from '../ops/binary.js';
import type { Op } from '../ops/op.js';
import { pow as powOp, powScalar } from '../ops/pow.js';
import { atan2 as atan2Op } from '../ops/special.js';
import { applyBinary, applyBinaryInPlace, commonType, isTensor, scalarOf } from './operands.js';
import type { Operand } from './operands.js';
import { checkOptions } from './options.js';
import type { Tensor } from './tensor.js';

/** Options of `add` and `sub`: `alpha` multiplies the second operand (default 1). */
export interface AlphaOptions {
  readonly alpha?: number;
}

/** Options of `div`: `roundingMode` 'floor' or 'trunc' gives a rounded quotient that keeps integers (default null). */
export interface DivOptions {
  readonly roundingMode?: 'floor' | 'trunc' | null;
}

/** Kernels compute uint8 in int32: modulo 256 that is the same. */
function arithmetic<P extends ScalarParams>(
  op: Op<P>,
  input: Operand,
  other: Operand,
  dtype: DType,
  params: P,
): Tensor {
  if (dtype !== 'uint8') return applyBinary(op, input, other, dtype, params);
  return applyBinary(op, input, other, 'int32', { ...params, scalar: params.scalar & 255 }).to('uint8');
}

function onBools(op: Op<ScalarParams>, input: Operand, other: Operand): Tensor {
  return applyBinary(op, input, other, 'bool', { scalar: scalarOf(input, other) });
}

function noBools(op: Op<never>, dtype: DType): DType {
  if (dtype === 'bool') throw new DTypeError(`${op.name}: not defined for bool (cast with int() or float())`);
  return dtype;
}

function alphaOf(op: Op<AddParams>, { alpha = 1 }: AlphaOptions, dtype: DType): number {
  if (!isFloat(dtype) && !Number.isInteger(alpha)) {
    throw new DTypeError(`${op.name}: alpha must be a whole number for integer tensors, got ${alpha}`);
  }
  return alpha;
}

function subType(op: Op<AddParams>, input: Operand, other: Operand): DType {
  const dtype = commonType(op, input, other);
  if ([input, other].some((x) => (isTensor(x) ? x.dtype === 'bool' : typeof x === 'boolean'))) {
    throw new DTypeError(`${op.name}: not defined for bool (use logicalXor() or logicalNot())`);
  }
  return dtype;
}

/**
 * The sum: y = input + alpha·other, with broadcasting and type promotion.
 *
 * @throws ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.add.html
 */
export function add(input: Operand, other: Operand, options: AlphaOptions = {}): Tensor {
  checkOptions('add', options, ['alpha']);
  const dtype = commonType(ops.add, input, other);
  const alpha = alphaOf(ops.add, options, dtype);
  if (dtype === 'bool') return onBools({ ...ops.bitwiseOr, name: 'add' }, input, other);
  return arithmetic(ops.add, input, other, dtype, { scalar: scalarOf(input, other), alpha });
}

/**
 * The difference: y = input - alpha·other.
 *
 * @throws DTypeError for bool tensors
 * Source: https://pytorch.org/docs/stable/generated/torch.sub.html
 */
export function sub(input: Operand, other: Operand, options: AlphaOptions = {}): Tensor {
  checkOptions('sub', options, ['alpha']);
  const dtype = subType(ops.sub, input, other);
  const alpha = -alphaOf(ops.sub, options, dtype);
  return arithmetic(ops.sub, input, other, dtype, { scalar: scalarOf(input, other), alpha });
}

/** The product: y = input · other. Source: https://pytorch.org/docs/stable/generated/torch.mul.html */
export function mul(input: Operand, other: Operand): Tensor {
  const dtype = commonType(ops.mul, input, other);
  if (dtype === 'bool') return onBools({ ...ops.bitwiseAnd, name: 'mul' }, input, other);
  const op = isTensor(input) && isTensor(other) ? ops.mul : ops.mulScalar;
  return arithmetic(op, input, other, dtype, { scalar: scalarOf(input, other) });
}

/** The op and the dtype of a division. */
function division(input: Operand, other: Operand, options: DivOptions): [Op<ScalarParams>, DType] {
  checkOptions('div', options, ['roundingMode']);
  const { roundingMode = null } = options;
  const dtype = commonType(ops.div, input, other);
  if (roundingMode === null) {
    return [isTensor(other) ? ops.div : ops.divScalar, isFloat(dtype) ? dtype : 'float32'];
  }
  if (roundingMode === 'floor') return [ops.floorDiv, noBools(ops.div, dtype)];
  if (roundingMode === 'trunc') return [ops.truncDiv, noBools(ops.div, dtype)];
  throw new WasmgradError(`div: roundingMode must be null, 'floor' or 'trunc', got '${String(roundingMode)}'`);
}

/**
 * The quotient: y = input / other, in floating point unless a rounding mode is given.
 *
 * @throws WasmgradError (ZeroDivisionError) for a rounded division of integers by 0
 * Source: https://pytorch.org/docs/stable/generated/torch.div.html
 */
export function div(input: Operand, other: Operand, options: DivOptions = {}): Tensor {
  const [op, dtype] = division(input, other, options);
  return arithmetic(op, input, other, dtype, { scalar: scalarOf(input, other) });
}

/** A function of two operands that takes numbers of every dtype but bool. */
function numeric(op: Op<ScalarParams>): (input: Operand, other: Operand) => Tensor {
  return (input, other) =>
    arithmetic(op, input, other, noBools(op, commonType(op, input, other)), { scalar: scalarOf(input, other) });
}

type Function2 = (input: Operand, other: Operand) => Tensor;

/**
 * The quotient rounded down: y = ⌊input / other⌋; integers stay integers.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.floor_divide.html
 */
export const floorDivide: Function2 = numeric(ops.floorDivide);

/**
 * Python's remainder, with the sign of the divisor: y = input - ⌊input / other⌋·other.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.remainder.html
 */
export const remainder: Function2 = numeric(ops.remainder);

/**
 * C's remainder, with the sign of the dividend.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fmod.html
 */
export const fmod: Function2 = numeric(ops.fmod);

function powType(input: Operand, exponent: Operand): DType {
  const dtype = noBools(powOp, commonType(powOp, input, exponent));
  if (!isFloat(dtype) && !isTensor(exponent) && Number(exponent) < 0) {
    throw new WasmgradError('pow: integers to negative integer powers are not allowed (cast with float())');
  }
  return dtype;
}

/**
 * The power: y = input^exponent; either may be a number.
 *
 * @throws WasmgradError for an integer tensor and a negative whole number
 * Source: https://pytorch.org/docs/stable/generated/torch.pow.html
 */
export function pow(input: Operand, exponent: Operand): Tensor {
  const op = isTensor(exponent) ? powOp : powScalar;
  return arithmetic(op, input, exponent, powType(input, exponent), { scalar: scalarOf(input, exponent) });
}

/**
 * The angle of the point (other, input) in radians, -π … π; integers become float32.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.atan2.html
 */
export function atan2(input: Operand, other: Operand): Tensor {
  const dtype = commonType(atan2Op, input, other);
  return applyBinary(atan2Op, input, other, isFloat(dtype) ? dtype : 'float32', { scalar: scalarOf(input, other) });
}

function extreme(op: Op<ScalarParams>, ofBools: Op<ScalarParams>): Function2 {
  return (input, other) => {
    const dtype = commonType(op, input, other);
    if (dtype === 'bool') return onBools({ ...ofBools, name: op.name }, input, other);
    return arithmetic(op, input, other, dtype, { scalar: scalarOf(input, other) });
  };
}

/**
 * The larger of two operands, element by element; NaN where either is. Equal operands share the gradient.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.maximum.html
 */
export const maximum: Function2 = extreme(ops.maximum, ops.bitwiseOr);

/**
 * The smaller of two operands, element by element; NaN where either is. Equal operands share the gradient.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.minimum.html
 */
export const minimum: Function2 = extreme(ops.minimum, ops.bitwiseAnd);

/** Bytes are compared as such for (in)equality of tensors, in int32 otherwise. */
function comparison(op: Op<ScalarParams>, bytes: boolean): Function2 {
  return (input, other) => {
    const dtype = commonType(op, input, other);
    const small = dtype === 'bool' || dtype === 'uint8';
    const direct = bytes && isTensor(input) && isTensor(other);
    const scalar = scalarOf(input, other);
    if (!small || direct) return applyBinary(op, input, other, dtype, { scalar });
    return applyBinary(op, input, other, 'int32', { scalar: dtype === 'uint8' ? scalar & 255 : scalar });
  };
}

/** Where input = other, as bool. Source: https://pytorch.org/docs/stable/generated/torch.eq.html */
export const eq: Function2 = comparison(ops.eq, true);

/** Where input ≠ other, as bool (true for NaN). Source: https://pytorch.org/docs/stable/generated/torch.ne.html */
export const ne: Function2 = comparison(ops.ne, true);

/** Where input < other, as bool. Source: https://pytorch.org/docs/stable/generated/torch.lt.html */
export const lt: Function2 = comparison(ops.lt, false);

/** Where input ≤ other, as bool. Source: https://pytorch.org/docs/stable/generated/torch.le.html */
export const le: Function2 = comparison(ops.le, false);

/** Where input > other, as bool. Source: https://pytorch.org/docs/stable/generated/torch.gt.html */
export const gt: Function2 = comparison(ops.gt, false);

/** Where input ≥ other, as bool. Source: https://pytorch.org/docs/stable/generated/torch.ge.html */
export const ge: Function2 = comparison(ops.ge, false);

function logical(name: string, bytes: Op<ScalarParams>): Function2 {
  const op = { ...bytes, name };
  return (input, other) => {
    commonType(op, input, other);
    const truth = (x: Operand): Operand => (isTensor(x) ? x : x !== 0 && x !== false);
    return onBools(op, truth(input), truth(other));
  };
}

/** Where both are true (not 0), as bool. Source: https://pytorch.org/docs/stable/generated/torch.logical_and.html */
export const logicalAnd: Function2 = logical('logicalAnd', ops.bitwiseAnd);

/** Where either is true (not 0), as bool. Source: https://pytorch.org/docs/stable/generated/torch.logical_or.html */
export const logicalOr: Function2 = logical('logicalOr', ops.bitwiseOr);

/** Where one of both is true (not 0), as bool. Source: https://pytorch.org/docs/stable/generated/torch.logical_xor.html */
export const logicalXor: Function2 = logical('logicalXor', ops.bitwiseXor);

/** Where the input is 0, as bool. Source: https://pytorch.org/docs/stable/generated/torch.logical_not.html */
export function logicalNot(input: Tensor): Tensor {
  return eq(input, 0);
}

function bitwise(op: Op<ScalarParams>): Function2 {
  return (input, other) => {
    const dtype = commonType(op, input, other);
    if (isFloat(dtype)) throw new DTypeError(`${op.name}: takes integers and bools, got ${dtype}`);
    return applyBinary(op, input, other, dtype, { scalar: scalarOf(input, other) });
  };
}

/** input and other, bit by bit. Source: https://pytorch.org/docs/stable/generated/torch.bitwise_and.html */
export const bitwiseAnd: Function2 = bitwise(ops.bitwiseAnd);

/** input or other, bit by bit. Source: https://pytorch.org/docs/stable/generated/torch.bitwise_or.html */
export const bitwiseOr: Function2 = bitwise(ops.bitwiseOr);

/** Either input or other, bit by bit. Source: https://pytorch.org/docs/stable/generated/torch.bitwise_xor.html */
export const bitwiseXor: Function2 = bitwise(ops.bitwiseXor);

/** input with every bit turned. Source: https://pytorch.org/docs/stable/generated/torch.bitwise_not.html */
export function bitwiseNot(input: Tensor): Tensor {
  if (input.dtype === 'bool') return logicalNot(input);
  return bitwiseXor(input, input.dtype === 'uint8' ? 255 : -1);
}

/** @internal x += alpha·other. */
export function addInPlace(x: Tensor, other: Operand, options: AlphaOptions): Tensor {
  checkOptions('add_', options, ['alpha']);
  const dtype = commonType(ops.add, x, other);
  const params = { scalar: scalarOf(x, other), alpha: alphaOf(ops.add, options, dtype) };
  return applyBinaryInPlace(ops.add, x, other, dtype, params, () => add(x, other, options));
}

/** @internal x -= alpha·other. */
export function subInPlace(x: Tensor, other: Operand, options: AlphaOptions): Tensor {
  checkOptions('sub_', options, ['alpha']);
  const dtype = subType(ops.sub, x, other);
  const params = { scalar: scalarOf(x, other), alpha: -alphaOf(ops.sub, options, dtype) };
  return applyBinaryInPlace(ops.sub, x, other, dtype, params, () => sub(x, other, options));
}

/** @internal x *= other. */
export function mulInPlace(x: Tensor, other: Operand): Tensor {
  const dtype = commonType(ops.mul, x, other);
  const op = isTensor(other) ? ops.mul : ops.mulScalar;
  return applyBinaryInPlace(op, x, other, dtype, { scalar: scalarOf(x, other) }, () => mul(x, other));
}

/** @internal x /= other. */
export function divInPlace(x: Tensor, other: Operand, options: DivOptions): Tensor {
  const [op, dtype] = division(x, other, options);
  return applyBinaryInPlace(op, x, other, dtype, { scalar: scalarOf(x, other) }, () => div(x, other, options));
}

/** @internal x = x^exponent. */
export function powInPlace(x: Tensor, exponent: Operand): Tensor {
  const dtype = powType(x, exponent);
  const params = { scalar: scalarOf(x, exponent) };
  return applyBinaryInPlace(isTensor(exponent) ? powOp : powScalar, x, exponent, dtype, params, () => pow(x, exponent));
}

type InPlace = (x: Tensor, other: Operand) => Tensor;

function numericInPlace(op: Op<ScalarParams>, compute: Function2): InPlace {
  return (x, other) => {
    const dtype = noBools(op, commonType(op, x, other));
    return applyBinaryInPlace(op, x, other, dtype, { scalar: scalarOf(x, other) }, () => compute(x, other));
  };
}

/** @internal x = ⌊x / other⌋. */
export const floorDivideInPlace: InPlace = numericInPlace(ops.floorDivide, floorDivide);

/** @internal x = x mod other, with the sign of other. */
export const remainderInPlace: InPlace = numericInPlace(ops.remainder, remainder);

/** @internal x = x mod other, with the sign of x. */
export const fmodInPlace: InPlace = numericInPlace(ops.fmod, fmod);
