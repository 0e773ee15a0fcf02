import type { DType } from '../core/dtypes.js';
import { checkHolds, isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, fail } from '../core/errors.js';
import { normalizeDims, sameShape } from '../core/shapes.js';
import { apply, applyInPlace } from '../autograd/apply.js';
import * as ops from '../ops/copy.js';
import { needFloat } from '../ops/reduce.js';
import { maskedFill as maskedFillOp, where as whereOp } from '../ops/select.js';
import { checkTensor, commonShape, commonType, fit, isTensor } from './operands.js';
import type { Operand } from './operands.js';
import { argument } from './reduce.js';
import type { Named } from './reduce.js';
import type { Tensor } from './tensor.js';

/** A copy in new contiguous memory; the gradient passes. Source: https://pytorch.org/docs/stable/generated/torch.clone.html */
export function clone(input: Tensor): Tensor {
  return apply(ops.clone, [input], undefined);
}

/** The tensor in another dtype; itself where it has that dtype. `dtype` was checked. */
export function cast(input: Tensor, dtype: DType): Tensor {
  return input.dtype === dtype ? input : apply(ops.cast, [input], dtype);
}

/** @internal input = source, broadcast and cast. */
export function copyInPlace(input: Tensor, source: Tensor): Tensor {
  checkTensor('copy_', 'source', source);
  const fits = sameShape(commonShape('copy_', ['input', 'source'], [input, source]), input.shape);
  if (!fits) fail(ShapeError, 'copy_', 'source does not broadcast to input', ['input', 'source'], [input, source]);
  // Whole numbers and bools have no gradient.
  const from = isFloat(input.dtype) ? source : source.detach();
  return applyInPlace(ops.copy, [input, fit(from, input.shape, source.dtype)], undefined);
}

/** @internal input = value. */
export function fillInPlace(input: Tensor, value: Operand): Tensor {
  if (!isTensor(value)) {
    checkHolds('fill_', input.dtype, Number(value));
    return applyInPlace(ops.fill, [input], Number(value));
  }
  if (value.ndim > 0) fail(ShapeError, 'fill_', 'value must have no dims', ['input', 'value'], [input, value]);
  return copyInPlace(input, value);
}

/**
 * The lower triangle of matrices: elements above `diagonal` become 0.
 *
 * @throws ShapeError for fewer than two dims
 * Source: https://pytorch.org/docs/stable/generated/torch.tril.html
 */
export function tril(input: Tensor, diagonal?: Named<'diagonal', number>): Tensor {
  const given = argument('tril', 'diagonal', diagonal, 0);
  return apply(ops.tril, [input], { upper: false, diagonal: given });
}

/**
 * The upper triangle of matrices: elements below `diagonal` become 0.
 *
 * @throws ShapeError for fewer than two dims
 * Source: https://pytorch.org/docs/stable/generated/torch.triu.html
 */
export function triu(input: Tensor, diagonal?: Named<'diagonal', number>): Tensor {
  const given = argument('triu', 'diagonal', diagonal, 0);
  return apply(ops.triu, [input], { upper: true, diagonal: given });
}

/**
 * The order along dims reversed, in a copy.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.flip.html
 */
export function flip(input: Tensor, dims: number | readonly number[]): Tensor {
  const list = typeof dims === 'number' ? [dims] : dims;
  return list.length === 0 ? clone(input) : apply(ops.flip, [input], normalizeDims('flip', list, input.ndim));
}

/** @throws DTypeError where a mask is not bool */
export function checkMask(op: string, name: string, mask: Tensor): void {
  checkTensor(op, name, mask);
  if (mask.dtype !== 'bool') throw new DTypeError(`${op}: ${name} must be bool, got ${mask.dtype}`);
}

function whereType(input: Operand, other: Operand): DType {
  if (isTensor(input) || isTensor(other)) return commonType({ ...whereOp, args: ['input', 'other'] }, input, other);
  if (typeof input === 'boolean' && typeof other === 'boolean') return 'bool';
  return Number.isInteger(Number(input)) && Number.isInteger(Number(other)) ? 'int32' : 'float32';
}

/**
 * A choice element by element: y = condition ? input : other, with broadcasting; either value may be a number.
 * Of a condition alone: where it is not 0, one tensor of indices a dim.
 *
 * @throws DTypeError where the condition is not bool; ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.where.html
 */
export function where(condition: Tensor): Tensor[];
export function where(condition: Tensor, input: Operand, other: Operand): Tensor;
export function where(condition: Tensor, input?: Operand, other?: Operand): Tensor | Tensor[] {
  checkTensor('where', 'condition', condition);
  if (input === undefined && other === undefined) return condition.nonzero({ asTuple: true });
  if (input === undefined || other === undefined)
    throw new WasmgradError('where: takes a condition, or two values more');
  checkMask('where', 'condition', condition);
  const dtype = whereType(input, other);
  const a = isTensor(input) ? input : null;
  const b = isTensor(other) ? other : null;
  const names = whereOp.args.filter((_, i) => i === 0 || (i === 1 ? a : b));
  const given = [condition, a, b].filter((x) => x !== null);
  const shape = commonShape('where', names, given);
  return apply(whereOp, [fit(condition, shape, 'bool'), a && fit(a, shape, dtype), b && fit(b, shape, dtype)], {
    dtype,
    input: a ? 0 : Number(input),
    other: b ? 0 : Number(other),
  });
}

/** The value's operand and number for a fill. */
function fillValue(op: string, input: Tensor, value: Operand, shape: readonly number[]): [Tensor | null, number] {
  if (!isTensor(value)) {
    checkHolds(op, input.dtype, Number(value));
    return [null, Number(value)];
  }
  if (value.ndim > 0) fail(ShapeError, op, 'value must have no dims', ['input', 'value'], [input, value]);
  if (isFloat(value.dtype) && !isFloat(input.dtype)) {
    throw new DTypeError(`${op}: value ${value.dtype} cannot be held by ${input.dtype}`);
  }
  return [fit(value, shape, input.dtype), 0];
}

/**
 * A value where a mask is true: y = mask ? value : input. The mask broadcasts; `value` is a number or a tensor without dims.
 *
 * @throws DTypeError where the mask is not bool
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html
 */
export function maskedFill(input: Tensor, mask: Tensor, value: Operand): Tensor {
  checkMask('maskedFill', 'mask', mask);
  const shape = commonShape('maskedFill', ['input', 'mask'], [input, mask]);
  const [operand, number] = fillValue('maskedFill', input, value, shape);
  return apply(maskedFillOp, [fit(input, shape, input.dtype), fit(mask, shape, 'bool'), operand], number);
}

/** @internal input = mask ? value : input. */
export function maskedFillInPlace(input: Tensor, mask: Tensor, value: Operand): Tensor {
  checkMask('maskedFill_', 'mask', mask);
  if (!sameShape(commonShape('maskedFill_', ['input', 'mask'], [input, mask]), input.shape)) {
    fail(ShapeError, 'maskedFill_', 'mask does not broadcast to input', ['input', 'mask'], [input, mask]);
  }
  const [operand, number] = fillValue('maskedFill_', input, value, input.shape);
  return applyInPlace(maskedFillOp, [input, fit(mask, input.shape, 'bool'), operand], number);
}

/** Options of `addcmul` and `addcdiv`: `value` multiplies the product or quotient (default 1). */
export interface ValueOptions {
  readonly value?: number;
}

/**
 * Straight between two tensors: y = input + weight·(end - input).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.lerp.html
 */
export function lerp(input: Tensor, end: Tensor, weight: Operand): Tensor {
  for (const x of [input, end]) needFloat('lerp', x);
  if (input.dtype !== end.dtype) fail(DTypeError, 'lerp', 'dtypes differ', ['input', 'end'], [input, end]);
  const way = end.sub(input);
  // The end that is nearer is hit exactly, as in PyTorch.
  if (isTensor(weight)) {
    const far = weight.abs().ge(0.5);
    return end.sub(way.mul(weight.rsub(1))).where(far, input.add(way.mul(weight)));
  }
  return Math.abs(Number(weight)) >= 0.5 ? end.sub(way.mul(1 - Number(weight))) : input.add(way.mul(weight));
}

/** y = input + value·(a·b). Source: https://pytorch.org/docs/stable/generated/torch.addcmul.html */
export function addcmul(input: Tensor, a: Tensor, b: Tensor, options?: ValueOptions): Tensor {
  return input.addcmul(a, b, options);
}

/** y = input + value·(a / b). Source: https://pytorch.org/docs/stable/generated/torch.addcdiv.html */
export function addcdiv(input: Tensor, a: Tensor, b: Tensor, options?: ValueOptions): Tensor {
  return input.addcdiv(a, b, options);
}
