import { isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, checkWhole, fail } from '../core/errors.js';
import { normalizeDim, sameShape } from '../core/shapes.js';
import { apply } from '../autograd/apply.js';
import { searchSorted } from '../ops/sort.js';
import { arange, fullLike, tensor, zeros } from './creation.js';
import { checkTensor, isTensor } from './operands.js';
import { cat } from './join.js';
import { checkOptions } from './options.js';
import { named } from './reduce.js';
import { sort } from './sort.js';
import type { Tensor } from './tensor.js';

/** Options of `uniqueConsecutive`. */
export interface UniqueConsecutiveOptions {
  /** Also where each element of the input is among the unique ones. Default false. */
  readonly returnInverse?: boolean;
  /** Also how often each comes. Default false. */
  readonly returnCounts?: boolean;
  /** The dim whose slices are compared; by default the elements of the flattened input. */
  readonly dim?: number | null;
}

/** Options of `unique`. */
export interface UniqueOptions extends UniqueConsecutiveOptions {
  /** Kept for PyTorch's sake: the elements always come in order. */
  readonly sorted?: boolean;
}

/** The indices that put the rows of a matrix in order: stable sorts, from the last column to the first. */
function rowOrder(rows: Tensor): Tensor {
  let order = arange(0, rows.shape[0]!, 1, { dtype: 'int32' });
  for (let column = rows.shape[1]! - 1; column >= 0; column--) {
    const keys = rows.select(1, column).indexSelect(0, order);
    order = order.indexSelect(0, sort(keys)[1]);
  }
  return order;
}

function distinct(op: string, input: Tensor, options: UniqueConsecutiveOptions, sorts: boolean): Tensor | Tensor[] {
  checkTensor(op, 'input', input);
  const { returnInverse = false, returnCounts = false, dim = null } = options;
  const x = input.detach();
  const at = dim === null ? 0 : normalizeDim(op, dim, x.ndim);
  const lines = dim === null || x.ndim === 0 ? x.reshape([-1]) : x.movedim(at, 0);
  const n = lines.shape[0]!;
  const rows = lines.reshape([n, n === 0 ? 0 : lines.numel / n]);
  const order = sorts ? rowOrder(rows) : null;
  const ordered = order ? rows.indexSelect(0, order) : rows;
  // Where a row differs from the one before it; the first one does.
  const first = fullLike(rows.narrow(0, 0, Math.min(n, 1)).any(1), true, { dtype: 'bool' });
  const differs =
    n < 2
      ? first
      : cat([
          first,
          ordered
            .narrow(0, 1, n - 1)
            .ne(ordered.narrow(0, 0, n - 1))
            .any(1),
        ]);
  const starts = differs.nonzero().reshape([-1]);
  const places = order ? order.indexSelect(0, starts) : starts;
  const chosen = lines.indexSelect(0, places);
  const results = [dim === null || x.ndim === 0 ? chosen : chosen.movedim(0, at)];
  if (returnInverse) {
    const rank = differs.cumsum(0).sub(1);
    const inverse = order ? rank.scatter(0, order, rank) : rank;
    results.push(dim === null ? inverse.reshape(x.shape) : inverse);
  }
  if (returnCounts) {
    const ends = cat([starts, tensor([n], { dtype: 'int32' })]);
    results.push(ends.narrow(0, 1, starts.numel).sub(starts));
  }
  return results.length === 1 ? results[0]! : results;
}

/**
 * The elements that differ from each other, in ascending order (with `dim` the slices along it, compared element by element). With
 * `returnInverse` and `returnCounts` an array: `[values, inverse, counts]`. There is no gradient. Every NaN is one of its own.
 *
 * Shapes: x any → [number of them]; inverse as x ([size of dim]); counts [number of them], both int32
 * @throws WasmgradError while a step is recorded: the size of the result depends on values
 * Source: https://pytorch.org/docs/stable/generated/torch.unique.html
 */
export function unique(input: Tensor): Tensor;
export function unique(input: Tensor, options: UniqueOptions): Tensor | Tensor[];
export function unique(
  input: Tensor,
  sorted?: boolean | UniqueOptions,
  returnInverse?: boolean,
  returnCounts?: boolean,
  dim?: number | null,
): Tensor | Tensor[];
export function unique(input: Tensor, ...given: readonly unknown[]): Tensor | Tensor[] {
  const names = ['sorted', 'returnInverse', 'returnCounts', 'dim'] as const;
  return distinct('unique', input, named<UniqueOptions>('unique', names, given), true);
}

/**
 * The input without the elements that equal the one before them (with `dim`, slices). Options and results as of `unique`.
 *
 * @throws WasmgradError while a step is recorded: the size of the result depends on values
 * Source: https://pytorch.org/docs/stable/generated/torch.unique_consecutive.html
 */
export function uniqueConsecutive(input: Tensor): Tensor;
export function uniqueConsecutive(input: Tensor, options: UniqueConsecutiveOptions): Tensor | Tensor[];
export function uniqueConsecutive(
  input: Tensor,
  returnInverse?: boolean | UniqueConsecutiveOptions,
  returnCounts?: boolean,
  dim?: number | null,
): Tensor | Tensor[];
export function uniqueConsecutive(input: Tensor, ...given: readonly unknown[]): Tensor | Tensor[] {
  const names = ['returnInverse', 'returnCounts', 'dim'] as const;
  const options = named<UniqueConsecutiveOptions>('uniqueConsecutive', names, given);
  return distinct('uniqueConsecutive', input, options, false);
}

/** Options of `bincount`. */
export interface BincountOptions {
  /** What each element adds to its bin instead of 1; the shape of the input. */
  readonly weights?: Tensor | null;
  /** The least number of bins. Default 0. */
  readonly minlength?: number;
}

/**
 * How often each whole number from 0 on comes: y[i] = the number of elements that are i, or the sum of their weights.
 *
 * Shapes: input [n], of integers from 0 on → [max(largest + 1, minlength)]: int32, with weights their dtype (float64 of integers)
 * @throws WasmgradError for negative numbers, and while a step is recorded: the size of the result depends on values
 * Source: https://pytorch.org/docs/stable/generated/torch.bincount.html
 */
export function bincount(
  input: Tensor,
  weights?: Tensor | null | BincountOptions,
  minlength?: number | BincountOptions,
): Tensor {
  checkTensor('bincount', 'input', input);
  const given = named<BincountOptions>('bincount', ['weights', 'minlength'], [weights, minlength]);
  const { weights: added = null, minlength: least = 0 } = given;
  if (input.ndim !== 1 || isFloat(input.dtype) || input.dtype === 'bool') {
    fail(DTypeError, 'bincount', 'takes integers in one dim', ['input'], [input]);
  }
  checkWhole('bincount', 'minlength', least, 0, WasmgradError);
  if (added && !sameShape(added.shape, input.shape)) {
    fail(ShapeError, 'bincount', 'weights must have the shape of input', ['input', 'weights'], [input, added]);
  }
  const at = input.int();
  const [low, high] = input.numel === 0 ? [0, -1] : [at.amin().item(), at.amax().item()];
  if (low < 0) throw new WasmgradError(`bincount: takes numbers from 0 on, got ${low}`);
  const source = added ? (isFloat(added.dtype) ? added.detach() : added.double()) : fullLike(at, 1);
  return zeros([Math.max(high + 1, least)], { dtype: source.dtype }).scatterAdd(0, at, source);
}

/** Options of `bucketize`. */
export interface BucketizeOptions {
  /** Places behind equal elements instead of before them. Default false. */
  readonly right?: boolean;
  /** Kept for PyTorch's sake: places are always int32. */
  readonly outInt32?: boolean;
}

/** Options of `searchsorted`. */
export interface SearchsortedOptions extends BucketizeOptions {
  /** 'left' (the default), or 'right', another name for `right: true`. */
  readonly side?: 'left' | 'right' | null;
  /** The indices that sort a sequence that is not in order, of its shape. */
  readonly sorter?: Tensor | null;
}

function places(op: string, sequence: Tensor, values: Tensor | number, right: boolean): Tensor {
  checkTensor(op, 'sortedSequence', sequence);
  if (sequence.ndim === 0) fail(ShapeError, op, 'the sequence needs a dim', ['sortedSequence'], [sequence]);
  const sought = isTensor(values) ? values : tensor(values, { dtype: sequence.dtype });
  if (sought.dtype !== sequence.dtype) {
    throw new DTypeError(`${op}: the sequence and values must have one dtype, got ${sequence.dtype}, ${sought.dtype}`);
  }
  const fits =
    sequence.ndim === 1 ||
    (sought.ndim === sequence.ndim && sameShape(sought.shape.slice(0, -1), sequence.shape.slice(0, -1)));
  if (!fits) {
    const names = ['sortedSequence', 'values'];
    fail(ShapeError, op, 'the sequence must have one dim, or all dims of values but the last', names, [
      sequence,
      sought,
    ]);
  }
  const comparable = (x: Tensor): Tensor => (isFloat(x.dtype) ? x : x.int()).detach();
  return apply(searchSorted, [comparable(sequence), comparable(sought)], { right });
}

/**
 * Where values belong in sorted rows: sequence[…, i - 1] < value ≤ sequence[…, i], with `right` sequence[…, i - 1] ≤ value < sequence[…, i].
 *
 * Shapes: sortedSequence [n] and values any, or [*, n] and [*, m] → as values, int32
 * @param options `right` (default false), `side`, `sorter`
 * @throws ShapeError where the leading dims differ; DTypeError where the dtypes do
 * Source: https://pytorch.org/docs/stable/generated/torch.searchsorted.html
 */
export function searchsorted(
  sortedSequence: Tensor,
  values: Tensor | number,
  options: SearchsortedOptions = {},
): Tensor {
  checkOptions('searchsorted', options, ['right', 'side', 'sorter', 'outInt32']);
  const { right = false, side = null, sorter = null } = options;
  if (side !== null && side !== 'left' && side !== 'right') {
    throw new WasmgradError(`searchsorted: side must be 'left' or 'right', got '${String(side)}'`);
  }
  if (side === 'left' && right) throw new WasmgradError("searchsorted: side 'left' and right contradict each other");
  if (sorter && !sameShape(sorter.shape, sortedSequence.shape)) {
    const names = ['sortedSequence', 'sorter'];
    fail(ShapeError, 'searchsorted', 'sorter must have the shape of the sequence', names, [sortedSequence, sorter]);
  }
  const ordered = sorter ? sortedSequence.detach().gather(-1, sorter) : sortedSequence;
  return places('searchsorted', ordered, values, right || side === 'right');
}

/**
 * The interval between boundaries in which each element lies: boundaries[i - 1] < x ≤ boundaries[i], with `right`
 * boundaries[i - 1] ≤ x < boundaries[i].
 *
 * Shapes: input any, boundaries [n] → as input, int32 of 0 … n
 * Source: https://pytorch.org/docs/stable/generated/torch.bucketize.html
 */
export function bucketize(input: Tensor | number, boundaries: Tensor, options: BucketizeOptions = {}): Tensor {
  checkOptions('bucketize', options, ['right', 'outInt32']);
  checkTensor('bucketize', 'boundaries', boundaries);
  if (boundaries.ndim !== 1)
    fail(ShapeError, 'bucketize', 'boundaries must have one dim', ['boundaries'], [boundaries]);
  return places('bucketize', boundaries, input, options.right ?? false);
}
