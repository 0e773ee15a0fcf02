import { isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { broadcastShapes, sameShape } from '../../core/shapes.js';
import type { Reduction } from '../../ops/cross-entropy.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';

export type { Reduction } from '../../ops/cross-entropy.js';

/** Options that all losses take. */
export interface LossOptions {
  /** 'mean' (default), 'sum', or 'none' for the loss of every element. */
  readonly reduction?: Reduction;
}

/** Checks a loss's options and answers its reduction; `more` are the values of `reduction` that only this loss knows. */
export function reductionOf<More extends string = never>(
  op: string,
  options: { readonly reduction?: Reduction | More },
  known: readonly string[] = [],
  more: readonly More[] = [],
): Reduction | More {
  checkOptions(op, options, ['reduction', ...known]);
  const { reduction = 'mean' } = options;
  const allowed: readonly string[] = [...more, 'mean', 'sum', 'none'];
  if (!allowed.includes(reduction)) {
    const names = allowed.map((name) => `'${name}'`);
    const list = `${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`;
    throw new WasmgradError(`${op}: reduction must be ${list}, got '${String(reduction)}'`);
  }
  return reduction;
}

/** input − target, where a bool target counts as 0 and 1. */
export function difference(input: Tensor, target: Tensor): Tensor {
  return input.sub(target.dtype === 'bool' && isFloat(input.dtype) ? target.to(input.dtype) : target);
}

/** The losses of single elements as one. */
export function reduce(loss: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'none') return loss;
  return reduction === 'mean' ? loss.mean() : loss.sum();
}

/** @throws DTypeError where labels are no whole numbers */
export function labels(op: string, target: Tensor): Tensor {
  if (isFloat(target.dtype) || target.dtype === 'bool') {
    fail(DTypeError, op, 'labels must be int32', ['target'], [target], 'use target.int()');
  }
  return target.dtype === 'int32' ? target : target.to('int32');
}

/** @throws ShapeError where operands of a loss do not broadcast */
export function checkBroadcast(op: string, names: readonly string[], operands: readonly Tensor[]): readonly number[] {
  let shape: readonly number[] | null = [];
  for (const operand of operands) shape = shape && broadcastShapes(shape, operand.shape);
  return shape ?? fail(ShapeError, op, 'shapes do not broadcast', names, operands);
}

/** @throws ShapeError where a target has another shape than its input */
export function checkSame(op: string, input: Tensor, target: Tensor): void {
  if (!sameShape(input.shape, target.shape)) {
    fail(ShapeError, op, 'target must have the shape of input', ['input', 'target'], [input, target]);
  }
}

/** Losses times their weights. @throws ShapeError where the weights do not broadcast to the losses */
export function weighted(op: string, loss: Tensor, weight: Tensor | null | undefined): Tensor {
  if (!weight) return loss;
  const shape = broadcastShapes(loss.shape, weight.shape);
  if (!shape || !sameShape(shape, loss.shape)) {
    fail(ShapeError, op, 'weight does not broadcast to input', ['input', 'weight'], [loss, weight]);
  }
  return loss.mul(weight);
}
