import { DTypeError, IndexError, ShapeError, WasmgradError, fail, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { apply, applyInPlace } from '../autograd/apply.js';
import { gradMode } from '../autograd/mode.js';
import { allocateTensor } from '../autograd/variable.js';
import { index as indexOp, indexPut as indexPutOp, indexedShape } from '../ops/indexing.js';
import { writeElements } from '../runtime/constant.js';
import { coordinates } from './gather.js';
import { flatten } from './nested.js';
import type { Nested } from './nested.js';
import { commonShape, fit, isTensor } from './operands.js';
import type { Operand } from './operands.js';
import { argument } from './reduce.js';
import type { Tensor } from './tensor.js';

/** A range of indices, as Python's `start:end:step`. */
export class Slice {
  readonly start: number | null;
  readonly end: number | null;
  readonly step: number;

  constructor(start: number | null, end: number | null, step: number) {
    this.start = start;
    this.end = end;
    this.step = step;
  }
}

/**
 * A range for `index` and `indexPut`: `slice()` is `:`, `slice(1)` is `1:`, `slice(null, null, 2)` is `::2`.
 *
 * @example
 * x.index(slice(1, 3), 0); // x[1:3, 0]
 */
export function slice(start: number | null = null, end: number | null = null, step: number | null = null): Slice {
  return new Slice(start, end, step ?? 1);
}

/** Stands for as many whole dims as are not indexed otherwise: Python's `...`. */
export const ellipsis: unique symbol = Symbol('ellipsis');

/** One index: a number, a range, a new dim (null), the rest (ellipsis), or a tensor (or array) of indices or a mask, also of no dims. */
export type Index = number | Slice | null | typeof ellipsis | Tensor | Nested;

/** Options of `indexPut`: `accumulate` adds the values to what is there (default false). */
export interface IndexPutOptions {
  readonly accumulate?: boolean;
}

/** What indices come to: a view, and tensors that index some of its dims. */
interface Parsed {
  readonly view: Tensor;
  readonly dims: readonly number[];
  readonly indices: readonly Tensor[];
}

function isMask(x: Tensor): boolean {
  return x.dtype === 'bool' || x.dtype === 'uint8';
}

/** An array of numbers or booleans as an index tensor. */
function fromArray(data: Nested): Tensor {
  const { values, shape, bools } = flatten(data);
  const y = allocateTensor(shape, bools ? 'bool' : 'int32');
  writeElements(y, Array.from(values, Number));
  return y;
}

/** How many dims of the input an index uses up. */
function consumed(each: Index | Tensor): number {
  if (each === null || each === ellipsis) return 0;
  return isTensor(each) && isMask(each) ? each.ndim : 1;
}

/** The one-dim index tensors of a mask over dims `dim` and following. */
function ofMask(name: string, view: Tensor, mask: Tensor, dim: number): Tensor[] {
  const covered = view.shape.slice(dim, dim + mask.ndim);
  if (!sameShape(covered, mask.shape)) {
    throw new IndexError(
      `${name}: the mask ${formatShape(mask.shape)} does not fit dims ${formatShape(covered)} of input ${formatShape(view.shape)}`,
    );
  }
  return coordinates(mask.detach().bool()).unbind(1);
}

function parse(name: string, x: Tensor, given: readonly Index[]): Parsed {
  const list = given.map((each) => (Array.isArray(each) || typeof each === 'boolean' ? fromArray(each) : each));
  const used = list.reduce<number>((sum, each) => sum + consumed(each), 0);
  if (used > x.ndim) throw new IndexError(`${name}: too many indices, got ${used} for ${x.ndim} dims`);
  if (list.filter((each) => each === ellipsis).length > 1) {
    throw new IndexError(`${name}: only one ellipsis can be given`);
  }
  let view = x;
  let dim = 0;
  const dims: number[] = [];
  const indices: Tensor[] = [];
  for (const each of list) {
    if (each === null) {
      view = view.unsqueeze(dim++);
    } else if (each === ellipsis) {
      dim += x.ndim - used;
    } else if (each instanceof Slice) {
      view = view.slice(dim++, each.start, each.end, each.step);
    } else if (typeof each === 'number') {
      view = selected(name, view, dim, each);
    } else if (!isTensor(each)) {
      throw new DTypeError(
        `${name}: an index must be a number, slice(), null, ellipsis or a tensor, got ${typeof each}`,
      );
    } else if (isMask(each)) {
      // A mask without dims is a new dim of size 1 that is taken or not.
      const whole = each.ndim === 0;
      if (whole) view = view.unsqueeze(dim);
      for (const part of ofMask(name, view, whole ? each.reshape([1]) : each, dim)) {
        dims.push(dim++);
        indices.push(part);
      }
    } else if (each.dtype !== 'int32') {
      throw new DTypeError(`${name}: index tensors must be int32 or bool, got ${each.dtype}`);
    } else if (each.ndim === 0) {
      view = selected(name, view, dim, Number(each.item()));
    } else {
      dims.push(dim++);
      indices.push(each);
    }
  }
  if (indices.length > 8) throw new WasmgradError(`${name}: at most 8 dims can be indexed by tensors`);
  return { view, dims, indices: broadcast(name, indices) };
}

function selected(name: string, view: Tensor, dim: number, at: number): Tensor {
  const size = view.shape[dim]!;
  if (!Number.isInteger(at) || at < -size || at >= size) {
    throw new IndexError(`${name}: index ${at} is out of range for dim ${dim} of size ${size}`);
  }
  return view.select(dim, at);
}

function broadcast(name: string, indices: readonly Tensor[]): Tensor[] {
  if (indices.length === 0) return [];
  const shape = commonShape(
    name,
    indices.map((_, k) => `index ${k}`),
    indices,
  );
  return indices.map((each) => fit(each, shape, 'int32'));
}

/**
 * Python's `input[…]`: numbers, `slice()`, null and `ellipsis` give a view; index tensors and masks give a copy.
 * Index tensors broadcast; their dims come where they stand, or in front where they are apart.
 *
 * @throws IndexError for an index out of range
 * Source: https://pytorch.org/docs/stable/tensor_view.html and https://numpy.org/doc/stable/user/basics.indexing.html
 *
 * @example
 * x.index(slice(), tensor([0, 2], { dtype: 'int32' })); // x[:, [0, 2]]
 */
export function index(input: Tensor, ...indices: readonly Index[]): Tensor {
  const { view, dims, indices: tensors } = parse('index', input, indices);
  if (tensors.length > 0) return apply(indexOp, [view, ...tensors], { dims });
  return view === input ? input.expand(input.shape) : view;
}

/** The value as an operand of the shape that is written, or a number. */
function valueFor(name: string, x: Tensor, shape: readonly number[], value: Operand): [Tensor | null, number] {
  if (!isTensor(value)) return [null, Number(value)];
  let y = value;
  while (y.ndim > shape.length && y.shape[0] === 1) y = y.select(0, 0);
  const fits = sameShape(commonShape(name, ['target', 'value'], [{ shape, dtype: x.dtype }, y]), shape);
  if (!fits) fail(ShapeError, name, `value does not broadcast to ${formatShape(shape)}`, ['value'], [value]);
  return [fit(y, shape, x.dtype), 0];
}

function write(
  name: string,
  target: Tensor,
  indices: readonly Index[],
  value: Operand,
  options: boolean | IndexPutOptions,
): void {
  const accumulate = argument<'accumulate', boolean>(name, 'accumulate', options, false);
  const { view, dims, indices: tensors } = parse(name, target, indices);
  const [first] = tensors;
  if (!first) {
    if (accumulate) view.add_(value);
    else if (isTensor(value)) view.copy_(valueFor(name, view, view.shape, value)[0]!);
    else view.fill_(value);
    return;
  }
  const shape = indexedShape(dims, view.shape, first.shape);
  const [operand, scalar] = valueFor(name, view, shape, value);
  applyInPlace(indexPutOp, [view, operand, ...tensors], { dims, accumulate, scalar });
}

/**
 * Writes `input[indices] = value`, or `+= value` with `accumulate`, and returns the input. Where an element is written twice
 * without it, the last value counts. Where the tape follows the input, its elements stay as they are and the result is a changed
 * copy, so that leaves can be written to and every gradient is right; `indexPut_` writes in place there, too.
 *
 * @throws IndexError for an index out of range; ShapeError where the value does not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html
 */
export function indexPut(
  input: Tensor,
  indices: readonly Index[],
  value: Operand,
  options: boolean | IndexPutOptions = {},
): Tensor {
  const y = gradMode.enabled && input.requiresGrad ? input.clone() : input;
  write('indexPut', y, indices, value, options);
  return y;
}

/** @internal In place: `indexPut`. */
export function indexPutInPlace(
  input: Tensor,
  indices: readonly Index[],
  value: Operand,
  options: boolean | IndexPutOptions,
): void {
  write('indexPut_', input, indices, value, options);
}
