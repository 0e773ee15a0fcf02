import { isFloat } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { DTypeError, WasmgradError } from '../core/errors.js';
import { normalizeDim } from '../core/shapes.js';
import { apply } from '../autograd/apply.js';
import { scatterAdd as scatterAddOp } from '../ops/gather.js';
import { scatterReduce as scatterReduceOp } from '../ops/scatter-reduce.js';
import { fullLike } from './creation.js';
import { line, scatter, slices } from './gather.js';
import { checkTensor } from './operands.js';
import { checkOptions } from './options.js';
import type { Tensor } from './tensor.js';

/** How values that meet are joined. */
export type Reduction = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';

/** Options of `scatterReduce` and `indexReduce`. */
export interface ScatterReduceOptions {
  /** Whether the element that is there counts among the values (default true). */
  readonly includeSelf?: boolean;
}

const reductions: readonly Reduction[] = ['sum', 'prod', 'mean', 'amax', 'amin'];

/** The value that changes nothing. */
function identity(reduce: Reduction, dtype: DType): number {
  if (reduce === 'amax') return isFloat(dtype) ? -Infinity : -(2 ** 31);
  if (reduce === 'amin') return isFloat(dtype) ? Infinity : 2 ** 31 - 1;
  return reduce === 'prod' ? 1 : 0;
}

/**
 * How many values each element of the result has, at least 1. Where the index repeats along a dim without a copy, so do the
 * counts: edges of a graph are counted once, not once a feature.
 */
function counts(sum: Tensor, dim: number, index: Tensor, includeSelf: boolean): Tensor {
  const once = (x: Tensor): Tensor =>
    index.shape.reduce(
      (y, size, d) => (d !== dim && size > 1 && size === sum.shape[d] && index.stride(d) === 0 ? y.narrow(d, 0, 1) : y),
      x,
    );
  const start = fullLike(once(sum), Number(includeSelf));
  const at = once(index);
  const ones = fullLike(at, 1, { dtype: sum.dtype });
  return start.scatterAdd(dim, at, ones).clamp(1);
}

/** @internal The reduction under the name of who asks for it. */
export function reduceInto(
  name: string,
  input: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  reduce: Reduction,
  options: ScatterReduceOptions,
): Tensor {
  checkOptions(name, options, ['includeSelf']);
  const { includeSelf = true } = options;
  if (!reductions.includes(reduce)) {
    throw new WasmgradError(`${name}: reduce must be one of ${reductions.join(', ')}, got '${String(reduce)}'`);
  }
  checkTensor(name, 'index', index);
  checkTensor(name, 'src', src);
  if (src.dtype !== input.dtype) {
    throw new DTypeError(`${name}: src must have the dtype of input, got ${src.dtype} for ${input.dtype}`);
  }
  const at = normalizeDim(name, dim, input.ndim);
  if (input.dtype === 'uint8' || input.dtype === 'bool') {
    const y = reduceInto(name, input.int(), at, index, src.int(), reduce, options);
    return y.to(input.dtype);
  }
  if (input.ndim === 0) return reduceInto(name, line(input), 0, line(index), line(src), reduce, options).reshape([]);
  const start = includeSelf ? input : scatter(input, at, index, identity(reduce, input.dtype));
  const params = { name, dim: at, negative: false };
  if (reduce === 'sum' || reduce === 'mean') {
    const sum = apply(scatterAddOp, [start, index, src], params);
    if (reduce === 'sum') return sum;
    const n = counts(sum.detach(), at, index, includeSelf);
    return isFloat(sum.dtype) ? sum.div(n) : sum.floorDivide(n);
  }
  // Of a larger src a corner is read; where dims differ in number, the op says so.
  const fits = src.ndim === index.ndim && index.shape.every((size, d) => size <= src.shape[d]!);
  const values = fits ? index.shape.reduce((y, size, d) => (y.shape[d] === size ? y : y.narrow(d, 0, size)), src) : src;
  return apply(scatterReduceOp, [start, index, values], { ...params, reduce });
}

/**
 * A copy of the input whose elements are joined with the values that an index sends to them (dim 0):
 * y[index[i][j]][j] = input[index[i][j]][j] ∘ src[i][j] ∘ …, where ∘ is the sum, the product, the mean, the largest or the smallest.
 * In the order of i, whatever the number of threads. With `includeSelf: false` the input's element does not count where values
 * come to it.
 *
 * An index that is expanded (`index.unsqueeze(1).expand([edges, features])`) is read once a row: the aggregation of
 * messages over the edges of a graph runs at the speed of memory.
 *
 * Shapes: index no larger than src in any dim, and than input but in `dim`.
 * @param reduce 'sum', 'prod', 'mean' (of integers: rounded down), 'amax' or 'amin' (whose equal elements share the gradient)
 * @throws IndexError for an index out of range; DTypeError where src has another dtype than input
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html
 */
export function scatterReduce(
  input: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  reduce: Reduction,
  options: ScatterReduceOptions = {},
): Tensor {
  return reduceInto('scatterReduce', input, dim, index, src, reduce, options);
}

/**
 * As `scatterReduce` for whole slices: y[…, index[i], …] = input[…, index[i], …] ∘ source[…, i, …], with 'prod', 'mean', 'amax' or
 * 'amin' ('sum' is `indexAdd`).
 *
 * Shapes: index [n]; source as input, but n in `dim`.
 * @throws IndexError for an index out of range; ShapeError where source does not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html
 */
export function indexReduce(
  input: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  reduce: Exclude<Reduction, 'sum'>,
  options: ScatterReduceOptions = {},
): Tensor {
  const at = slices('indexReduce', input, dim, index, source);
  return reduceInto('indexReduce', input, dim, at, source, reduce, options);
}
