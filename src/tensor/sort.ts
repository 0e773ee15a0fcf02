import { isFloat } from '../core/dtypes.js';
import { IndexError } from '../core/errors.js';
import { normalizeDim } from '../core/shapes.js';
import { apply, applyMany } from '../autograd/apply.js';
import { needElements } from '../ops/extreme.js';
import * as ops from '../ops/sort.js';
import type { DimOptions } from './extreme.js';
import { named } from './reduce.js';
import type { Tensor } from './tensor.js';

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** The dim that is sorted. Default: the last. */
  readonly dim?: number;
  /** The largest element first. Default false. */
  readonly descending?: boolean;
  /** Kept for PyTorch's sake: the sort is always stable. */
  readonly stable?: boolean;
}

/** The dim moved to the end, and elements that the kernels compare. */
function asRows(x: Tensor, dim: number): Tensor {
  const rows = x.ndim > 1 ? x.transpose(dim, -1) : x;
  return isFloat(x.dtype) ? rows : rows.to('int32');
}

/**
 * The elements in order along a dim, and the indices that put them there: `[values, indices]`. The sort is stable; NaN is the greatest.
 *
 * @throws IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.sort.html
 */
export function sort(x: Tensor, dim?: number | SortOptions, descending?: boolean | SortOptions): [Tensor, Tensor] {
  const given = named<SortOptions>('sort', ['dim', 'descending', 'stable'], [dim, descending]);
  const at = normalizeDim('sort', given.dim ?? -1, x.ndim);
  const sorted = applyMany(ops.sort, [asRows(x, at)], { descending: given.descending ?? false });
  const [values, indices] = sorted.map((y) => (x.ndim > 1 ? y.transpose(at, -1) : y));
  return [values!.to(x.dtype), indices!];
}

/**
 * The indices that sort a tensor along a dim.
 *
 * @throws IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.argsort.html
 */
export function argsort(x: Tensor, dim?: number | SortOptions, descending?: boolean | SortOptions): Tensor {
  const given = named<SortOptions>('argsort', ['dim', 'descending', 'stable'], [dim, descending]);
  return sort(x, given)[1];
}

/** The elements in order along dim 0. Source: https://pytorch.org/docs/stable/generated/torch.msort.html */
export function msort(x: Tensor): Tensor {
  return sort(x, 0)[0];
}

/** Up to this share of a dim is selected, which is faster than sorting all of it: 1.3 to 60 times on numbers in random order. */
const SELECTED = 1 / 4;

/** Options of `topk`. */
export interface TopkOptions {
  /** Default: the last. */
  readonly dim?: number;
  /** The largest (default), or the smallest. */
  readonly largest?: boolean;
  /** Kept for PyTorch's sake: the elements always come in order. */
  readonly sorted?: boolean;
}

/**
 * The k largest (or smallest) elements along a dim, in order, and their indices: `[values, indices]`.
 *
 * @throws IndexError where the dim or k is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.topk.html
 */
export function topk(
  x: Tensor,
  k: number,
  dim?: number | TopkOptions,
  largest?: boolean | TopkOptions,
  sorted?: boolean | TopkOptions,
): [Tensor, Tensor] {
  const given = named<TopkOptions>('topk', ['dim', 'largest', 'sorted'], [dim, largest, sorted]);
  const at = normalizeDim('topk', given.dim ?? -1, x.ndim);
  const size = x.shape[at] ?? 1;
  if (!Number.isInteger(k) || k < 0 || k > size) {
    throw new IndexError(`topk: k must be a whole number of 0 to ${size} (the size of dim ${at}), got ${k}`);
  }
  const descending = given.largest ?? true;
  if (k > 0 && k <= SELECTED * size && x.ndim > 0) {
    const first = applyMany(ops.topk, [asRows(x, at)], { k, descending });
    const [values, indices] = first.map((y) => (x.ndim > 1 ? y.transpose(at, -1) : y));
    return [values!.to(x.dtype), indices!];
  }
  const [values, indices] = sort(x, at, descending);
  return x.ndim === 0 ? [values, indices] : [values.narrow(at, 0, k), indices.narrow(at, 0, k)];
}

/** Picks one element along a dim by its rank. */
function pickAlong(op: string, x: Tensor, { dim, keepdim = false }: DimOptions, rank: number): [Tensor, Tensor] {
  const at = normalizeDim(op, dim ?? -1, x.ndim);
  needElements(op, x, x.ndim > 0 ? [at] : []);
  const picked = applyMany(ops.pick, [asRows(x, at)], { rank });
  if (x.ndim === 0) return [picked[0]!.to(x.dtype), picked[1]!];
  // What asRows moved to the place of `at` comes back to the end.
  const [values, indices] = picked.map((y) => {
    const whole = y.unsqueeze(-1).transpose(at, -1);
    return keepdim ? whole : whole.reshape(x.shape.filter((_, i) => i !== at));
  });
  return [values!.to(x.dtype), indices!];
}

/**
 * The k-th smallest element along a dim (k from 1) and its index: `[values, indices]`.
 *
 * @throws IndexError where the dim or k is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.kthvalue.html
 */
export function kthvalue(
  x: Tensor,
  k: number,
  dim?: number | DimOptions,
  keepdim?: boolean | DimOptions,
): [Tensor, Tensor] {
  const given = named<DimOptions>('kthvalue', ['dim', 'keepdim'], [dim, keepdim]);
  const at = normalizeDim('kthvalue', given.dim ?? -1, x.ndim);
  const size = x.shape[at] ?? 1;
  if (!Number.isInteger(k) || k < 1 || k > size) {
    throw new IndexError(`kthvalue: k must be a whole number of 1 to ${size} (the size of dim ${at}), got ${k}`);
  }
  return pickAlong('kthvalue', x, given, k - 1);
}

/** @internal An element of all whose gradient the elements equal to it share, as PyTorch has it for medians of all elements. */
export function sharedByTies(x: Tensor, picked: Tensor): Tensor {
  return x.requiresGrad ? apply(ops.sharedByTies, [x, picked], undefined) : picked;
}

/**
 * The lower median: of all elements (a tensor), or along a dim (`[values, indices]`). NaN where there is one.
 *
 * @throws IndexError where the dim is out of range or has no elements
 * Source: https://pytorch.org/docs/stable/generated/torch.median.html
 */
export function median(x: Tensor): Tensor;
export function median(
  x: Tensor,
  dim: number | (DimOptions & { readonly dim: number }),
  keepdim?: boolean | DimOptions,
): [Tensor, Tensor];
export function median(
  x: Tensor,
  dim?: number | DimOptions,
  keepdim?: boolean | DimOptions,
): Tensor | [Tensor, Tensor] {
  const given = named<DimOptions>('median', ['dim', 'keepdim'], [dim, keepdim]);
  if (typeof given.dim === 'number') return pickAlong('median', x, given, ops.MEDIAN);
  if (x.numel === 0 && isFloat(x.dtype)) return x.mean();
  const flat = x.reshape([-1]);
  return sharedByTies(flat, pickAlong('median', flat.detach(), {}, ops.MEDIAN)[0]);
}

/**
 * The most frequent element along a dim (the smallest of those) and its last index: `[values, indices]`.
 *
 * @throws IndexError where the dim is out of range or has no elements
 * Source: https://pytorch.org/docs/stable/generated/torch.mode.html
 */
export function mode(x: Tensor, dim?: number | DimOptions, keepdim?: boolean | DimOptions): [Tensor, Tensor] {
  return pickAlong('mode', x, named<DimOptions>('mode', ['dim', 'keepdim'], [dim, keepdim]), ops.MODE);
}
