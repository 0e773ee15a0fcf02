import { isFloat } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { DTypeError } from '../core/errors.js';
import { normalizeDim, normalizeDims } from '../core/shapes.js';
import { apply } from '../autograd/apply.js';
import * as ops from '../ops/reduce.js';
import type { ReduceParams } from '../ops/reduce.js';
import { checkTensor, isTensor } from './operands.js';
import { checkOptions } from './options.js';
import { checkDType } from './tensor.js';
import type { Tensor } from './tensor.js';

/** The dim or dims of a reduction; none means all. */
export type Dims = number | readonly number[] | null | undefined;

/** Options of a reduction, each of which may also be given by its place. */
export interface ReduceOptions {
  /** The dim or dims that are reduced; all by default. */
  readonly dim?: Dims;
  /** Keep reduced dims with size 1. Default false. */
  readonly keepdim?: boolean;
}

/** Options of `sum`, `mean` and `prod`. */
export interface ReduceDTypeOptions extends ReduceOptions {
  /** Cast the input to this dtype first. */
  readonly dtype?: DType | null;
}

/** Tells an options object from an argument given by its place. */
export function isOptions(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isTensor(value);
}

/** The arguments of a call by name: those given by place, then those of the options object that may stand in any later place. */
export function named<O extends object>(
  op: string,
  names: readonly (keyof O & string)[],
  given: readonly unknown[],
): O {
  const values: Record<string, unknown> = {};
  given.forEach((value, i) => {
    if (value === undefined) return;
    if (isOptions(value)) {
      checkOptions(op, value, names);
      Object.assign(values, value);
    } else {
      values[names[i]!] = value;
    }
  });
  return values as O;
}

/** An argument given by its place, or by its name in an options object. */
export type Named<K extends string, V> = V | { readonly [N in K]?: V };

/** @internal The value of an argument that may be given by name. */
export function argument<K extends string, V>(op: string, name: K, given: Named<K, V> | undefined, value: V): V {
  if (given === undefined) return value;
  if (!isOptions(given)) return given as V;
  checkOptions(op, given, [name]);
  return (given as { readonly [N in K]?: V })[name] ?? value;
}

/** @internal The params of a reduction from its arguments. */
export function reduceParams(op: string, x: Tensor, { dim, keepdim = false }: ReduceOptions): ReduceParams {
  return { dims: normalizeDims(op, dim, x.ndim), keepdim };
}

/** The input of a sum or product: bytes are counted in int32. */
function summable(op: string, x: Tensor, dtype: DType | null | undefined): Tensor {
  checkTensor(op, 'input', x);
  if (dtype) return x.to(checkDType(op, dtype));
  return isFloat(x.dtype) || x.dtype === 'int32' ? x : x.to('int32');
}

/**
 * The sum over dims: y = Σ x. Integers and bools give int32; of no elements it is 0.
 *
 * Shapes: x any → without `dim` (or with size 1 there, where `keepdim`).
 * @throws IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.sum.html
 */
export function sum(
  x: Tensor,
  dim?: Dims | ReduceDTypeOptions,
  keepdim?: boolean | ReduceDTypeOptions,
  options?: ReduceDTypeOptions,
): Tensor {
  const given = named<ReduceDTypeOptions>('sum', ['dim', 'keepdim', 'dtype'], [dim, keepdim, options]);
  if (given.dtype === 'bool') return any(x.to('bool'), given.dim, given.keepdim ?? false);
  if (given.dtype === 'uint8') return sum(x.to('uint8'), { ...given, dtype: null }).to('uint8');
  const input = summable('sum', x, given.dtype);
  return apply(ops.sum, [input], reduceParams('sum', x, given));
}

/**
 * The mean over dims: y = Σ x / n. Of no elements it is NaN.
 *
 * Shapes: x any → without `dim` (or with size 1 there, where `keepdim`).
 * @throws DTypeError where the input is not floating point; IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.mean.html
 */
export function mean(
  x: Tensor,
  dim?: Dims | ReduceDTypeOptions,
  keepdim?: boolean | ReduceDTypeOptions,
  options?: ReduceDTypeOptions,
): Tensor {
  const given = named<ReduceDTypeOptions>('mean', ['dim', 'keepdim', 'dtype'], [dim, keepdim, options]);
  const input = given.dtype ? x.to(checkDType('mean', given.dtype)) : x;
  return apply(ops.mean, [input], reduceParams('mean', x, given));
}

/**
 * The product over one dim, or of all elements: y = Π x. Integers and bools give int32; of no elements it is 1.
 *
 * @throws IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.prod.html
 */
export function prod(
  x: Tensor,
  dim?: number | null | ReduceDTypeOptions,
  keepdim?: boolean | ReduceDTypeOptions,
  options?: ReduceDTypeOptions,
): Tensor {
  const given = named<ReduceDTypeOptions>('prod', ['dim', 'keepdim', 'dtype'], [dim, keepdim, options]);
  if (given.dtype === 'bool') return all(x.to('bool'), given.dim, given.keepdim ?? false);
  if (given.dtype === 'uint8') return prod(x.to('uint8'), { ...given, dtype: null }).to('uint8');
  const input = summable('prod', x, given.dtype);
  return alongOne(input, 'prod', given, (y, at, keep) => apply(ops.prod, [y], { dim: at, keepdim: keep }));
}

/** @internal Runs a reduction over one dim, or over the flattened tensor where none is given. */
export function alongOne(
  x: Tensor,
  op: string,
  { dim, keepdim = false }: ReduceOptions,
  run: (x: Tensor, dim: number, keepdim: boolean) => Tensor,
): Tensor {
  if (dim === null || dim === undefined) {
    const y = run(x.reshape([-1]), 0, false);
    return keepdim ? y.reshape(x.shape.map(() => 1)) : y;
  }
  if (typeof dim !== 'number') throw new DTypeError(`${op}: dim must be a number, got ${String(dim)}`);
  const at = normalizeDim(op, dim, x.ndim);
  // A zero-dim tensor counts as one dim.
  return x.ndim === 0 ? run(x.reshape([1]), 0, false) : run(x, at, keepdim);
}

function bytes(x: Tensor): Tensor {
  return x.dtype === 'bool' ? x : x.ne(0);
}

function answer(y: Tensor, x: Tensor): Tensor {
  return x.dtype === 'uint8' ? y.to('uint8') : y;
}

/**
 * Whether any element over dims is not 0. bool (uint8 for uint8); of no elements it is false.
 *
 * @throws IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.any.html
 */
export function any(x: Tensor, dim?: Dims | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor {
  const given = named<ReduceOptions>('any', ['dim', 'keepdim'], [dim, keepdim]);
  return answer(apply(ops.any, [bytes(x)], reduceParams('any', x, given)), x);
}

/**
 * Whether all elements over dims are not 0. bool (uint8 for uint8); of no elements it is true.
 *
 * @throws IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.all.html
 */
export function all(x: Tensor, dim?: Dims | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor {
  const given = named<ReduceOptions>('all', ['dim', 'keepdim'], [dim, keepdim]);
  return answer(apply(ops.all, [bytes(x)], reduceParams('all', x, given)), x);
}
