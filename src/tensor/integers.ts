import { isFloat, promoteTypes as promote, resultType as common, resultTypeScalar } from '../core/dtypes.js';
import type { DType, TypedArray } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, checkWhole } from '../core/errors.js';
import * as ops from '../ops/special.js';
import { pow } from './binary.js';
import { tensor } from './creation.js';
import type { Nested } from './nested.js';
import { applyBinary, checkTensor, commonType, isTensor, scalarOf } from './operands.js';
import type { Operand } from './operands.js';
import { checkOptions } from './options.js';
import { checkDType } from './tensor.js';
import type { Tensor } from './tensor.js';

function wholeType(name: string, input: Tensor, other: Operand): DType {
  checkTensor(name, 'input', input);
  const dtype = commonType({ ...ops.gcd, name }, input, other);
  if (isFloat(dtype) || dtype === 'bool') throw new DTypeError(`${name}: takes integers, got ${dtype}`);
  return dtype;
}

/**
 * The greatest common divisor of two whole numbers, at least 0; of 0 and 0 it is 0.
 *
 * Shapes: both broadcast
 * @throws DTypeError where either is no integer
 * Source: https://pytorch.org/docs/stable/generated/torch.gcd.html
 */
export function gcd(input: Tensor, other: Operand): Tensor {
  const dtype = wholeType('gcd', input, other);
  return applyBinary(ops.gcd, input, other, 'float64', { scalar: scalarOf(input, other) }).to(dtype);
}

/**
 * The least common multiple of two whole numbers, at least 0 (modulo 2³²); 0 where one of them is 0.
 *
 * Shapes: both broadcast
 * @throws DTypeError where either is no integer
 * Source: https://pytorch.org/docs/stable/generated/torch.lcm.html
 */
export function lcm(input: Tensor, other: Operand): Tensor {
  const dtype = wholeType('lcm', input, other);
  const divisor = applyBinary(ops.gcd, input, other, 'float64', { scalar: scalarOf(input, other) });
  const quotient = input.to('float64').div(divisor.clampMin(1));
  return quotient
    .int()
    .mul(isTensor(other) ? other.int() : other)
    .abs()
    .to(dtype);
}

/**
 * The power input^exponent, in float64 whatever the dtypes.
 *
 * @throws DTypeError where neither is a tensor
 * Source: https://pytorch.org/docs/stable/generated/torch.float_power.html
 */
export function floatPower(input: Operand, exponent: Operand): Tensor {
  const wide = (x: Operand): Operand => (isTensor(x) ? x.double() : x);
  return pow(wide(input), wide(exponent));
}

/** y = input·2^other. Integers become float32. Source: https://pytorch.org/docs/stable/generated/torch.ldexp.html */
export function ldexp(input: Tensor, other: Operand): Tensor {
  checkTensor('ldexp', 'input', input);
  const exponent =
    isTensor(other) && !isFloat(other.dtype) ? other.to(isFloat(input.dtype) ? input.dtype : 'float32') : other;
  return isTensor(exponent) ? input.mul(pow(2, exponent)) : input.mul(tensor(2 ** Number(exponent)));
}

/**
 * The tensor itself; of bool there is none.
 *
 * @throws DTypeError for bool
 * Source: https://pytorch.org/docs/stable/generated/torch.positive.html
 */
export function positive(input: Tensor): Tensor {
  checkTensor('positive', 'input', input);
  if (input.dtype === 'bool') throw new DTypeError('positive: not defined for bool');
  return input;
}

/** The smallest dtype that holds both: bool < uint8 < int32 < float32 < float64. Source: https://pytorch.org/docs/stable/generated/torch.promote_types.html */
export function promoteTypes(type1: DType, type2: DType): DType {
  return promote(checkDType('promoteTypes', type1), checkDType('promoteTypes', type2));
}

/**
 * The dtype of an operation on two operands: tensors with dims come before those without, and those before numbers, where they are of one kind
 * (bool, whole numbers, floats).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.result_type.html
 */
export function resultType(tensor1: Operand, tensor2: Operand): DType {
  if (isTensor(tensor1) && isTensor(tensor2)) return common(tensor1.dtype, tensor1.ndim, tensor2.dtype, tensor2.ndim);
  if (isTensor(tensor1)) return resultTypeScalar(tensor1.dtype, tensor2 as number | boolean);
  if (isTensor(tensor2)) return resultTypeScalar(tensor2.dtype, tensor1);
  throw new DTypeError('resultType: needs at least one tensor');
}

/** Tells whether a cast stays within the kind: floats become no whole numbers, numbers no bool. Source: https://pytorch.org/docs/stable/generated/torch.can_cast.html */
export function canCast(from: DType, to: DType): boolean {
  const kind = (dtype: DType): number => (isFloat(dtype) ? 2 : checkDType('canCast', dtype) === 'bool' ? 0 : 1);
  return kind(from) <= kind(to);
}

/** Options of `asTensor`. */
export interface AsTensorOptions {
  readonly dtype?: DType;
}

/**
 * A tensor as it is (cast where another dtype is asked for, with its history); other data as a new tensor.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.as_tensor.html
 */
export function asTensor(data: Tensor | Nested | TypedArray, options: AsTensorOptions = {}): Tensor {
  checkOptions('asTensor', options, ['dtype']);
  if (!isTensor(data)) return tensor(data, options);
  return options.dtype === undefined ? data : data.to(options.dtype);
}

/** Tells whether the one element is not 0. Throws ShapeError for more or fewer. Source: https://pytorch.org/docs/stable/generated/torch.is_nonzero.html */
export function isNonzero(input: Tensor): boolean {
  checkTensor('isNonzero', 'input', input);
  return Number(input.item<number | boolean>()) !== 0;
}

/** Options of `trilIndices` and `triuIndices`. */
export interface TriangleOptions {
  /** Above (positive) or below the main diagonal. Default 0. */
  readonly offset?: number;
  /** Default int32. */
  readonly dtype?: DType;
}

function triangle(
  op: string,
  row: number,
  col: number,
  offset: number | TriangleOptions,
  rest: TriangleOptions,
  holds: (apart: number) => boolean,
): Tensor {
  const given = typeof offset === 'number' ? rest : offset;
  checkOptions(op, given, ['offset', 'dtype']);
  const by = typeof offset === 'number' ? offset : (given.offset ?? 0);
  for (const n of [row, col]) {
    if (!Number.isInteger(n) || n < 0)
      throw new ShapeError(`${op}: sizes must be whole numbers of at least 0, got ${n}`);
  }
  checkWhole(op, 'offset', by, -Infinity, WasmgradError);
  const rows: number[] = [];
  const columns: number[] = [];
  for (let i = 0; i < row; i++) {
    for (let j = 0; j < col; j++) {
      if (!holds(j - i - by)) continue;
      rows.push(i);
      columns.push(j);
    }
  }
  return tensor([...rows, ...columns], { shape: [2, rows.length], dtype: given.dtype ?? 'int32' });
}

/**
 * The places of a lower triangle, row by row: rows and columns.
 *
 * Shapes: → [2, n]
 * @param options `offset` (default 0, also by its place), `dtype` (default int32)
 * Source: https://pytorch.org/docs/stable/generated/torch.tril_indices.html
 */
export function trilIndices(
  row: number,
  col: number,
  offset: number | TriangleOptions = 0,
  options: TriangleOptions = {},
): Tensor {
  return triangle('trilIndices', row, col, offset, options, (apart) => apart <= 0);
}

/**
 * The places of an upper triangle, row by row: rows and columns.
 *
 * Shapes: → [2, n]
 * @param options `offset` (default 0, also by its place), `dtype` (default int32)
 * Source: https://pytorch.org/docs/stable/generated/torch.triu_indices.html
 */
export function triuIndices(
  row: number,
  col: number,
  offset: number | TriangleOptions = 0,
  options: TriangleOptions = {},
): Tensor {
  return triangle('triuIndices', row, col, offset, options, (apart) => apart >= 0);
}
