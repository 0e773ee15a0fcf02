import { isFloat, promoteTypes } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, checkWhole, fail } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { arange, fullLike, tensor, zeros } from './creation.js';
import { checkTensor, isTensor } from './operands.js';
import { checkOptions } from './options.js';
import { isOptions } from './reduce.js';
import { sort } from './sort.js';
import { aminmax } from './statistics.js';
import type { Tensor } from './tensor.js';
import { searchsorted } from './unique.js';

/** Options of `histogram`. */
export interface HistogramOptions {
  /** The ends `[low, high]` of the bins. Default: the smallest and the largest element. Only for a number of bins. */
  readonly range?: readonly [number, number] | null;
  /** What each element counts instead of 1: the shape and dtype of the input. */
  readonly weight?: Tensor | null;
  /** Divide by the sum and by the width of each bin, so that the integral is 1. Default false. */
  readonly density?: boolean;
}

/** The edges of n bins of one width. */
function evenEdges(x: Tensor, n: number, range: readonly [number, number] | null): Tensor {
  const edge = (value: number): Tensor => tensor(value, { dtype: x.dtype });
  const given = range?.map(edge) as [Tensor, Tensor] | undefined;
  const [low, high] = given ?? (x.numel === 0 ? [edge(0), edge(0)] : aminmax(x));
  // Of one value the bins are spread over half of its neighbourhood, as NumPy does.
  const half = low.eq(high).to(x.dtype).mul(0.5);
  const [start, end] = [low.sub(half), high.add(half)];
  const step = end.sub(start).div(n);
  // PyTorch counts the upper half of the edges from the end.
  const ascending = start.add(step.mul(arange(0, n + 1, { dtype: x.dtype })));
  const descending = end.sub(step.mul(arange(n, -1, -1, { dtype: x.dtype })));
  return ascending.where(arange(n + 1).lt(Math.floor((n + 1) / 2)), descending);
}

/**
 * How many elements lie in each bin, and the edges of the bins: `[hist, binEdges]`. Each bin includes its lower edge, the last one its upper
 * edge, too; what lies outside is not counted.
 *
 * Called as `histogram(x, bins)` with a number of bins of one width or with their edges in order, options last.
 *
 * Shapes: any, bins n or edges [n + 1] → [n] and [n + 1], in the dtype of the input
 * @param options `range` (default the elements'), `weight`, `density` (default false)
 * @throws DTypeError where the input is not floating point; ShapeError where weight has another shape; WasmgradError for `range` with edges, or of which
 * the end comes before the start
 * Source: https://pytorch.org/docs/stable/generated/torch.histogram.html
 */
export function histogram(input: Tensor, bins: number | Tensor, options: HistogramOptions = {}): [Tensor, Tensor] {
  checkOptions('histogram', options, ['range', 'weight', 'density']);
  checkTensor('histogram', 'input', input);
  const { range = null, weight = null, density = false } = options;
  if (!isFloat(input.dtype)) throw new DTypeError(`histogram: input must be floating point, got ${input.dtype}`);
  if (weight && (!sameShape(weight.shape, input.shape) || weight.dtype !== input.dtype)) {
    fail(
      ShapeError,
      'histogram',
      'weight must have the shape and dtype of input',
      ['input', 'weight'],
      [input, weight],
    );
  }
  const x = input.detach().reshape([-1]);
  let edges: Tensor;
  if (isTensor(bins)) {
    if (range) throw new WasmgradError('histogram: range is for a number of bins, not for edges');
    if (bins.ndim !== 1 || bins.numel < 1 || bins.dtype !== input.dtype) {
      fail(ShapeError, 'histogram', 'edges must be [n + 1], of the dtype of input', ['bins'], [bins]);
    }
    edges = bins.detach();
  } else {
    checkWhole('histogram', 'bins', bins, 1, WasmgradError);
    if (range && !(range[1] >= range[0])) {
      throw new WasmgradError(`histogram: the range must not end before it starts, got ${range[0]} and ${range[1]}`);
    }
    edges = evenEdges(x, bins, range);
  }
  const n = edges.numel - 1;
  const last = edges.narrow(0, n, 1);
  const inside = x.ge(edges.narrow(0, 0, 1)).logicalAnd(x.le(last));
  const place = searchsorted(edges, x, { right: true })
    .sub(1)
    .clamp(null, Math.max(0, n - 1));
  // What lies outside is counted behind the last bin.
  const at = place.where(inside, n).int();
  const source = weight ? weight.detach().reshape([-1]) : fullLike(x, 1);
  const counts = zeros([n + 1], { dtype: x.dtype })
    .scatterAdd(0, at, source)
    .narrow(0, 0, n);
  if (!density) return [counts, edges];
  return [counts.div(counts.sum()).div(edges.narrow(0, 1, n).sub(edges.narrow(0, 0, n))), edges];
}

/** Options of `isin`. */
export interface IsinOptions {
  /** Kept for PyTorch's sake: the result does not depend on it. Default false. */
  readonly assumeUnique?: boolean;
  /** Turn the result. Default false. */
  readonly invert?: boolean;
}

/**
 * Where an element is one of the test elements, as bool.
 *
 * Shapes: as `elements`
 * @param options `assumeUnique` (default false), `invert` (default false)
 * @throws DTypeError where neither is a tensor
 * Source: https://pytorch.org/docs/stable/generated/torch.isin.html
 */
export function isin(elements: Tensor | number, testElements: Tensor | number, options: IsinOptions = {}): Tensor {
  checkOptions('isin', options, ['assumeUnique', 'invert']);
  const one = isTensor(elements) ? elements : isTensor(testElements) ? tensor(elements) : null;
  if (!one) throw new DTypeError('isin: elements or testElements must be a tensor');
  const found = isTensor(testElements) ? among(one.detach(), testElements.detach()) : one.detach().eq(testElements);
  return options.invert ? found.logicalNot() : found;
}

/** Where x is one of the tests: the place where it belongs among them in order holds it. */
function among(x: Tensor, tests: Tensor): Tensor {
  const n = tests.numel;
  if (n === 0) return zeros(x.shape, { dtype: 'bool' });
  const common = promoteTypes(x.dtype, tests.dtype);
  const dtype = common === 'bool' ? 'uint8' : common;
  const sought = x.to(dtype);
  const [ordered] = sort(tests.to(dtype).reshape([-1]));
  const place = searchsorted(ordered, sought.reshape([-1])).clamp(null, n - 1);
  return ordered.indexSelect(0, place).reshape(x.shape).eq(sought);
}

/** Options of `combinations`. */
export interface CombinationsOptions {
  /** How many elements each row has. Default 2. */
  readonly r?: number;
  /** Let an element come again in a row. Default false. */
  readonly withReplacement?: boolean;
}

/**
 * All rows of r elements in their order.
 *
 * Shapes: [n] → [n! / (r!·(n − r)!), r]
 * @param options `r` (default 2), `withReplacement` (default false), also by their places
 * @throws ShapeError where the input has not one dim; WasmgradError where r is no whole number of at least 0
 * Source: https://pytorch.org/docs/stable/generated/torch.combinations.html
 */
export function combinations(
  input: Tensor,
  r: number | CombinationsOptions = 2,
  withReplacement: boolean | CombinationsOptions = false,
): Tensor {
  if (isOptions(r)) {
    checkOptions('combinations', r, ['r', 'withReplacement']);
    const { r: size = 2, withReplacement: again = false } = r;
    return combinations(input, size, again);
  }
  if (isOptions(withReplacement)) {
    checkOptions('combinations', withReplacement, ['r', 'withReplacement']);
    return combinations(input, r, withReplacement.withReplacement ?? false);
  }
  checkTensor('combinations', 'input', input);
  if (input.ndim !== 1) fail(ShapeError, 'combinations', 'takes a tensor of one dim', ['input'], [input]);
  checkWhole('combinations', 'r', r, 0, WasmgradError);
  if (r === 0) return zeros([0], { dtype: input.dtype });
  const n = input.numel;
  let rows: number[][] = [[]];
  for (let k = 0; k < r; k++) {
    rows = rows.flatMap((row) => {
      const from = row.length === 0 ? 0 : row.at(-1)! + (withReplacement ? 0 : 1);
      return Array.from({ length: Math.max(0, n - from) }, (_, i) => [...row, from + i]);
    });
  }
  const index = tensor(Int32Array.from(rows.flat()));
  return input.indexSelect(0, index).reshape([rows.length, r]);
}
