import { isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, checkWhole, fail } from '../core/errors.js';
import { normalizeDim } from '../core/shapes.js';
import { needFloat } from '../ops/reduce.js';
import { stack } from './join.js';
import { recorder } from '../runtime/recorder.js';
import { fullLike, tensor, zeros } from './creation.js';
import { amax, amin } from './extreme.js';
import type { DimOptions } from './extreme.js';
import { checkTensor, isTensor } from './operands.js';
import { checkOptions } from './options.js';
import { argument, named, sum } from './reduce.js';
import type { Dims, Named, ReduceDTypeOptions } from './reduce.js';
import { sharedByTies, sort } from './sort.js';
import type { Tensor } from './tensor.js';

function withoutNan(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x.maskedFill(x.isnan(), 0) : x;
}

const reduceNames = ['dim', 'keepdim', 'dtype'] as const;

/**
 * The sum over dims, in which NaN counts as 0.
 *
 * @throws IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.nansum.html
 */
export function nansum(
  x: Tensor,
  dim?: Dims | ReduceDTypeOptions,
  keepdim?: boolean | ReduceDTypeOptions,
  options?: ReduceDTypeOptions,
): Tensor {
  checkTensor('nansum', 'input', x);
  return sum(withoutNan(x), named<ReduceDTypeOptions>('nansum', reduceNames, [dim, keepdim, options]));
}

/**
 * The mean over dims of the elements that are not NaN; of none it is NaN.
 *
 * @throws DTypeError where the input is not floating point; IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.nanmean.html
 */
export function nanmean(
  x: Tensor,
  dim?: Dims | ReduceDTypeOptions,
  keepdim?: boolean | ReduceDTypeOptions,
  options?: ReduceDTypeOptions,
): Tensor {
  checkTensor('nanmean', 'input', x);
  needFloat('nanmean', x);
  const { dtype, ...over } = named<ReduceDTypeOptions>('nanmean', reduceNames, [dim, keepdim, options]);
  const total = sum(withoutNan(x), { ...over, dtype: dtype ?? x.dtype });
  return total.div(sum(x.eq(x), over));
}

/**
 * How many elements over dims are not 0, as int32.
 *
 * @throws IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.count_nonzero.html
 */
export function countNonzero(x: Tensor, dim?: Named<'dim', Dims>): Tensor {
  checkTensor('countNonzero', 'input', x);
  return sum(x.ne(0), argument<'dim', Dims>('countNonzero', 'dim', dim, null));
}

/**
 * The smallest and the largest elements along a dim, or of all: `[min, max]`. NaN where there is one; equal elements share the gradient.
 *
 * @throws IndexError where the dim is out of range or has no elements
 * Source: https://pytorch.org/docs/stable/generated/torch.aminmax.html
 */
export function aminmax(x: Tensor, options: DimOptions = {}): [Tensor, Tensor] {
  checkOptions('aminmax', options, ['dim', 'keepdim']);
  const { dim = null, keepdim = false } = options;
  return [amin(x, dim, keepdim), amax(x, dim, keepdim)];
}

/** The flattened tensor where there is no dim, else the dim moved to the end; and how the result of size 1 there takes its place. */
function alongLast(
  op: string,
  x: Tensor,
  { dim, keepdim = false }: DimOptions,
): { readonly rows: Tensor; readonly back: (y: Tensor) => Tensor } {
  if (dim === null || dim === undefined || x.ndim === 0) {
    if (typeof dim === 'number') normalizeDim(op, dim, x.ndim);
    return { rows: x.reshape([-1]), back: (y) => y.reshape(keepdim ? x.shape.map(() => 1) : []) };
  }
  const at = normalizeDim(op, dim, x.ndim);
  return {
    rows: x.movedim(at, -1),
    back: (y) => (keepdim ? y.movedim(-1, at) : y.squeeze(-1)),
  };
}

/**
 * The lower median of the elements that are not NaN: of all (a tensor), or along a dim (`[values, indices]`). Of none it is NaN.
 *
 * @throws IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.nanmedian.html
 */
export function nanmedian(x: Tensor): Tensor;
export function nanmedian(
  x: Tensor,
  dim: number | (DimOptions & { readonly dim: number }),
  keepdim?: boolean | DimOptions,
): [Tensor, Tensor];
export function nanmedian(
  x: Tensor,
  dim?: number | DimOptions,
  keepdim?: boolean | DimOptions,
): Tensor | [Tensor, Tensor] {
  checkTensor('nanmedian', 'input', x);
  const given = named<DimOptions>('nanmedian', ['dim', 'keepdim'], [dim, keepdim]);
  const all = typeof given.dim !== 'number';
  if (all && x.numel === 0 && isFloat(x.dtype)) return x.mean();
  const { rows, back } = alongLast('nanmedian', all ? x.detach() : x, given);
  if (rows.shape.at(-1) === 0) fail(ShapeError, 'nanmedian', 'there are no elements', ['input'], [x]);
  const [values, indices] = sort(rows);
  // NaN comes last in order.
  const middle = sum(rows.eq(rows), -1, true).sub(1).clamp(0).floorDivide(2);
  const picked = back(values.gather(-1, middle));
  return all ? sharedByTies(x.reshape([-1]), picked) : [picked, back(indices.gather(-1, middle))];
}

/** How a quantile between two elements is made of them. */
export type Interpolation = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';

/** Options of `quantile` and `nanquantile`. */
export interface QuantileOptions extends DimOptions {
  /** Default 'linear'. */
  readonly interpolation?: Interpolation;
}

const interpolations: readonly Interpolation[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest'];

/** @throws WasmgradError where a q lies outside of 0 … 1 (a tensor of them is not read while a step is recorded) */
function checkQuantiles(op: string, q: Tensor | number): void {
  const list = isTensor(q) ? (recorder ? [] : Array.from(q.toTypedArray())) : [q];
  const bad = list.find((each) => !(each >= 0 && each <= 1));
  if (bad !== undefined) throw new WasmgradError(`${op}: q must be from 0 to 1, got ${bad}`);
}

function quantiles(
  op: string,
  x: Tensor,
  q: Tensor | number,
  given: QuantileOptions,
  countOf: (rows: Tensor) => Tensor | null,
): Tensor {
  checkTensor(op, 'input', x);
  needFloat(op, x);
  const { interpolation = 'linear' } = given;
  if (!interpolations.includes(interpolation)) {
    throw new WasmgradError(
      `${op}: interpolation must be one of ${interpolations.join(', ')}, got '${String(interpolation)}'`,
    );
  }
  if (isTensor(q)) {
    if (q.ndim > 1) fail(ShapeError, op, 'q must have at most one dim', ['q'], [q]);
    if (q.dtype !== x.dtype) throw new DTypeError(`${op}: q must have the dtype of input, got ${q.dtype}`);
  }
  checkQuantiles(op, q);
  const { rows, back } = alongLast(op, x, given);
  const size = rows.shape.at(-1)!;
  if (size === 0) fail(ShapeError, op, 'there are no elements', ['input'], [x]);
  const sorted = sort(rows)[0];
  const last = countOf(rows)?.sub(1).clamp(0).to(x.dtype);
  const nan = rows.detach().isnan().any(-1, true);
  const one = (each: Tensor | number): Tensor => {
    // Where a NaN counts, it is the result; it comes last in order.
    const rank = last
      ? last.mul(each)
      : fullLike(nan, 0, { dtype: x.dtype })
          .add(each)
          .mul(size - 1);
    const at = last ? rank : rank.maskedFill(nan, size - 1);
    if (interpolation === 'lower' || interpolation === 'higher' || interpolation === 'nearest') {
      const whole = interpolation === 'lower' ? at.floor() : interpolation === 'higher' ? at.ceil() : at.round();
      return back(sorted.gather(-1, whole.int()));
    }
    const low = at.floor();
    const weight = interpolation === 'midpoint' ? at.ne(low).to(x.dtype).mul(0.5) : at.sub(low);
    const [below, above] = [sorted.gather(-1, low.int()), sorted.gather(-1, at.ceil().int())];
    const way = above.sub(below);
    const mixed = below.add(way.mul(weight)).where(weight.lt(0.5), above.sub(way.mul(weight.rsub(1))));
    return back(mixed);
  };
  if (!isTensor(q) || q.ndim === 0) return one(q);
  return stack(q.unbind(0).map(one));
}

const quantileNames = ['dim', 'keepdim', 'interpolation'] as const;

/**
 * The q-th quantiles along a dim, or of all elements: the element of rank q·(n - 1) in order, between two of them as
 * `interpolation` says ('linear', 'lower', 'higher', 'midpoint', 'nearest'). NaN where there is one.
 *
 * Shapes: q a number or [] → x without `dim` (with size 1 there, where `keepdim`); q [m] → m of those, in a first dim.
 * @throws WasmgradError where a q lies outside of 0 … 1; DTypeError where q is of another dtype than the input
 * Source: https://pytorch.org/docs/stable/generated/torch.quantile.html
 */
export function quantile(
  x: Tensor,
  q: Tensor | number,
  dim?: number | null | QuantileOptions,
  keepdim?: boolean | QuantileOptions,
  options?: QuantileOptions,
): Tensor {
  const given = named<QuantileOptions>('quantile', quantileNames, [dim, keepdim, options]);
  return quantiles('quantile', x, q, given, () => null);
}

/**
 * As `quantile`, of the elements that are not NaN.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nanquantile.html
 */
export function nanquantile(
  x: Tensor,
  q: Tensor | number,
  dim?: number | null | QuantileOptions,
  keepdim?: boolean | QuantileOptions,
  options?: QuantileOptions,
): Tensor {
  const given = named<QuantileOptions>('nanquantile', quantileNames, [dim, keepdim, options]);
  return quantiles('nanquantile', x, q, given, (rows) => sum(rows.eq(rows), -1, true));
}

/** Options of `histc`. */
export interface HistcOptions {
  /** How many bins. Default 100. */
  readonly bins?: number;
  /** Where min and max are equal (both 0 by default), they are those of the elements. */
  readonly min?: number;
  readonly max?: number;
}

/**
 * How many elements lie in each of `bins` intervals of equal length from min to max; others are not counted.
 *
 * Shapes: x any → [bins], in the dtype of x
 * @throws WasmgradError where bins is no whole number above 0, or max < min; DTypeError where the input is not floating point
 * Source: https://pytorch.org/docs/stable/generated/torch.histc.html
 */
export function histc(
  x: Tensor,
  bins?: number | HistcOptions,
  min?: number | HistcOptions,
  max?: number | HistcOptions,
): Tensor {
  checkTensor('histc', 'input', x);
  const given = named<HistcOptions>('histc', ['bins', 'min', 'max'], [bins, min, max]);
  const { bins: n = 100, min: from = 0, max: to = 0 } = given;
  needFloat('histc', x);
  checkWhole('histc', 'bins', n, 1, WasmgradError);
  if (!(to >= from)) throw new WasmgradError(`histc: max must be at least min, got ${from} and ${to}`);
  const counts = zeros([n + 1], { dtype: x.dtype });
  if (x.numel === 0) return counts.narrow(0, 0, n);
  const flat = x.detach().reshape([-1]);
  const edge = (value: number): Tensor => tensor(value, { dtype: x.dtype });
  const [low, high] = from === to ? aminmax(flat) : [edge(from), edge(to)];
  // Of one value the bins are spread over its neighbourhood.
  const same = low.eq(high).to(x.dtype);
  const [start, end] = [low.sub(same), high.add(same)];
  const place = flat
    .sub(start)
    .mul(n)
    .div(end.sub(start))
    .floor()
    .clamp(null, n - 1);
  const inside = flat.ge(start).logicalAnd(flat.le(end));
  // What lies outside is counted behind the last bin.
  const at = place.where(inside, n).int();
  return counts.scatterAdd(0, at, fullLike(flat, 1)).narrow(0, 0, n);
}
