import { DTypeError } from '../core/errors.js';
import { normalizeDim } from '../core/shapes.js';
import { apply, applyMany } from '../autograd/apply.js';
import * as ops from '../ops/extreme.js';
import type { DimParams } from '../ops/extreme.js';
import type { Op } from '../ops/op.js';
import { maximum, minimum } from './binary.js';
import { isTensor } from './operands.js';
import { alongOne, named, reduceParams } from './reduce.js';
import type { Dims, ReduceOptions } from './reduce.js';
import type { Tensor } from './tensor.js';

/** Options of a reduction over one dim. */
export interface DimOptions {
  /** The dim that is reduced. */
  readonly dim?: number | null;
  /** Keep the reduced dim with size 1. Default false. */
  readonly keepdim?: boolean;
}

/**
 * The largest elements over dims; NaN where there is one. Equal elements share the gradient.
 *
 * @throws IndexError where a dim is out of range or has no elements
 * Source: https://pytorch.org/docs/stable/generated/torch.amax.html
 */
export function amax(x: Tensor, dim?: Dims | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor {
  const given = named<ReduceOptions>('amax', ['dim', 'keepdim'], [dim, keepdim]);
  return apply(ops.amax, [x], reduceParams('amax', x, given));
}

/**
 * The smallest elements over dims; NaN where there is one. Equal elements share the gradient.
 *
 * @throws IndexError where a dim is out of range or has no elements
 * Source: https://pytorch.org/docs/stable/generated/torch.amin.html
 */
export function amin(x: Tensor, dim?: Dims | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor {
  const given = named<ReduceOptions>('amin', ['dim', 'keepdim'], [dim, keepdim]);
  return apply(ops.amin, [x], reduceParams('amin', x, given));
}

/** Searches compare int32 where the input holds bytes. */
function searchable(x: Tensor): Tensor {
  return x.dtype === 'uint8' || x.dtype === 'bool' ? x.to('int32') : x;
}

function search(op: Op<DimParams>, x: Tensor, { dim, keepdim = false }: DimOptions): [Tensor, Tensor] {
  const at = normalizeDim(op.name, dim!, x.ndim);
  const input = searchable(x);
  const [values, indices] =
    x.ndim === 0
      ? applyMany(op, [input.reshape([1])], { dim: 0, keepdim: false })
      : applyMany(op, [input], { dim: at, keepdim });
  return [values!.to(x.dtype), indices!];
}

/**
 * The largest element: of all (a tensor), along a dim (`[values, indices]`, the first of equals), or elementwise of two tensors.
 * NaN where there is one.
 *
 * Shapes: `max(x, 1)`: x [N, C] → [values [N], indices [N]].
 * @throws IndexError where the dim is out of range or has no elements
 * Source: https://pytorch.org/docs/stable/generated/torch.max.html
 */
export function max(x: Tensor): Tensor;
export function max(
  x: Tensor,
  dim: number | (DimOptions & { readonly dim: number }),
  keepdim?: boolean | DimOptions,
): [Tensor, Tensor];
export function max(x: Tensor, other: Tensor): Tensor;
export function max(
  x: Tensor,
  dim?: number | Tensor | DimOptions,
  keepdim?: boolean | DimOptions,
): Tensor | [Tensor, Tensor] {
  if (isTensor(dim)) return maximum(x, dim);
  const given = named<DimOptions>('max', ['dim', 'keepdim'], [dim, keepdim]);
  return typeof given.dim === 'number' ? search(ops.max, x, given) : whole('max', x, given);
}

/**
 * The smallest element: of all (a tensor), along a dim (`[values, indices]`, the first of equals), or elementwise of two tensors.
 * NaN where there is one.
 *
 * Shapes: `min(x, 1)`: x [N, C] → [values [N], indices [N]].
 * @throws IndexError where the dim is out of range or has no elements
 * Source: https://pytorch.org/docs/stable/generated/torch.min.html
 */
export function min(x: Tensor): Tensor;
export function min(
  x: Tensor,
  dim: number | (DimOptions & { readonly dim: number }),
  keepdim?: boolean | DimOptions,
): [Tensor, Tensor];
export function min(x: Tensor, other: Tensor): Tensor;
export function min(
  x: Tensor,
  dim?: number | Tensor | DimOptions,
  keepdim?: boolean | DimOptions,
): Tensor | [Tensor, Tensor] {
  if (isTensor(dim)) return minimum(x, dim);
  const given = named<DimOptions>('min', ['dim', 'keepdim'], [dim, keepdim]);
  return typeof given.dim === 'number' ? search(ops.min, x, given) : whole('min', x, given);
}

function whole(name: 'max' | 'min', x: Tensor, { dim, keepdim }: DimOptions): Tensor {
  if (dim !== undefined && dim !== null) throw new DTypeError(`${name}: dim must be a number, got ${String(dim)}`);
  if (keepdim !== undefined) throw new DTypeError(`${name}: keepdim needs a dim`);
  return apply(name === 'max' ? ops.maxOfAll : ops.minOfAll, [x], reduceParams(name, x, {}));
}

/**
 * The index of the first largest element along a dim, or in the flattened tensor; NaN counts as largest.
 *
 * @throws IndexError where the dim is out of range or has no elements
 * Source: https://pytorch.org/docs/stable/generated/torch.argmax.html
 */
export function argmax(x: Tensor, dim?: number | null | DimOptions, keepdim?: boolean | DimOptions): Tensor {
  const given = named<DimOptions>('argmax', ['dim', 'keepdim'], [dim, keepdim]);
  return alongOne(searchable(x), 'argmax', given, (y, at, keep) => apply(ops.argmax, [y], { dim: at, keepdim: keep }));
}

/**
 * The index of the first smallest element along a dim, or in the flattened tensor; NaN counts as smallest.
 *
 * @throws IndexError where the dim is out of range or has no elements
 * Source: https://pytorch.org/docs/stable/generated/torch.argmin.html
 */
export function argmin(x: Tensor, dim?: number | null | DimOptions, keepdim?: boolean | DimOptions): Tensor {
  const given = named<DimOptions>('argmin', ['dim', 'keepdim'], [dim, keepdim]);
  return alongOne(searchable(x), 'argmin', given, (y, at, keep) => apply(ops.argmin, [y], { dim: at, keepdim: keep }));
}
