import type { DType } from '../core/dtypes.js';
import { isFloat, resultType, resultTypeScalar } from '../core/dtypes.js';
import { DTypeError, ShapeError, fail, formatShape, kindOf } from '../core/errors.js';
import type { Described } from '../core/errors.js';
import { broadcastShapes, sameShape } from '../core/shapes.js';
import { apply, applyInPlace } from '../autograd/apply.js';
import type { Op } from '../ops/op.js';
import { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from './tensor.js';

/** What arithmetic takes: a tensor, or a number or boolean that stands for a tensor without dims. */
export type Operand = Tensor | number | boolean;

/** Tells whether an operand is a tensor. */
export function isTensor(x: unknown): x is Tensor {
  return x instanceof TensorData;
}

function checkOperand(op: string, name: string, x: unknown): void {
  if (isTensor(x) || typeof x === 'number' || typeof x === 'boolean') return;
  throw new DTypeError(`${op}: ${name} must be a tensor, a number or a boolean, got ${kindOf(x)}`);
}

/** The dtype in which two operands meet. */
export function commonType(op: Op<never>, input: Operand, other: Operand): DType {
  const [first = 'input', second = 'other'] = op.args;
  checkOperand(op.name, first, input);
  checkOperand(op.name, second, other);
  if (isTensor(input)) {
    if (isTensor(other)) return resultType(input.dtype, input.ndim, other.dtype, other.ndim);
    return resultTypeScalar(input.dtype, other);
  }
  if (isTensor(other)) return resultTypeScalar(other.dtype, input);
  throw new DTypeError(`${op.name}: needs at least one tensor`);
}

/** The value of the operand that is no tensor; 0 where both are. */
export function scalarOf(input: Operand, other: Operand): number {
  if (!isTensor(input)) return Number(input);
  return isTensor(other) ? 0 : Number(other);
}

/** A tensor as an op of some shape and dtype takes it. */
export function fit(x: Tensor, shape: readonly number[], dtype: DType): Tensor {
  const y = x.dtype === dtype ? x : x.to(dtype);
  return sameShape(y.shape, shape) ? y : y.expand(shape);
}

/**
 * The shape to which tensors broadcast.
 * @throws ShapeError where they do not
 */
export function commonShape(op: string, names: readonly string[], tensors: readonly Described[]): readonly number[] {
  let shape: readonly number[] = [];
  for (const x of tensors) {
    const both = broadcastShapes(shape, x.shape);
    if (!both) fail(ShapeError, op, 'shapes do not broadcast', names, tensors);
    shape = both;
  }
  return shape;
}

/** Applies a binary op to operands that were broadcast and cast; a number goes as a parameter. */
export function applyBinary<P>(op: Op<P>, input: Operand, other: Operand, dtype: DType, params: P): Tensor {
  const a = isTensor(input) ? input : null;
  const b = isTensor(other) ? other : null;
  const shape = a && b ? commonShape(op.name, op.args, [a, b]) : (a ?? b)!.shape;
  return apply(op, [a && fit(a, shape, dtype), b && fit(b, shape, dtype)], params);
}

/** The kinds between which in-place operations may not cast downwards: bool, whole numbers, floats. */
function rankOf(dtype: DType): number {
  return isFloat(dtype) ? 2 : dtype === 'bool' ? 0 : 1;
}

/**
 * Applies a binary op in place of its first operand. Where the dtype of the operation is not the tensor's (or none that
 * kernels know), `compute` does it aside.
 *
 * @throws DTypeError where the result is of a kind that the tensor cannot hold; ShapeError where it has another shape
 */
export function applyBinaryInPlace<P>(
  op: Op<P>,
  x: Tensor,
  other: Operand,
  dtype: DType,
  params: P,
  compute: () => Tensor,
): Tensor {
  const name = `${op.name}_`;
  if (rankOf(dtype) > rankOf(x.dtype)) {
    throw new DTypeError(`${name}: the result is ${dtype}, which a tensor of ${x.dtype} cannot hold`);
  }
  const b = isTensor(other) ? other : null;
  if (b) {
    const shape = commonShape(name, op.args, [x, b]);
    if (!sameShape(shape, x.shape)) {
      fail(ShapeError, name, `the result ${formatShape(shape)} does not fit in place`, op.args, [x, b]);
    }
  }
  if (dtype === x.dtype && (isFloat(dtype) || dtype === 'int32')) {
    return applyInPlace(op, [x, b && fit(b, x.shape, dtype)], params);
  }
  return x.copy_(compute());
}

/** Checks that an argument is a tensor. */
export function checkTensor(op: string, name: string, x: unknown): asserts x is Tensor {
  if (isTensor(x)) return;
  throw new DTypeError(`${op}: ${name} must be a tensor, got ${kindOf(x)}`);
}
