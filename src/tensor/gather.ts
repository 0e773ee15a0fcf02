import { isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, fail } from '../core/errors.js';
import { normalizeDim, sizeOf } from '../core/shapes.js';
import { apply, applyInPlace } from '../autograd/apply.js';
import { gather as gatherOp, scatter as scatterOp, scatterAdd as scatterAddOp } from '../ops/gather.js';
import type { GatherParams } from '../ops/gather.js';
import { countTrue, nonzero as nonzeroOp } from '../ops/indexing.js';
import { scatterReduce as scatterReduceOp } from '../ops/scatter-reduce.js';
import { checkMask } from './copy.js';
import { checkTensor, commonShape, fit, isTensor } from './operands.js';
import type { AlphaOptions } from './binary.js';
import type { Operand } from './operands.js';
import { checkOptions } from './options.js';
import type { Tensor } from './tensor.js';

/** Options of `scatter`: with `reduce` values are added to what is there, or multiplied with it (default: they replace it). */
export interface ScatterOptions {
  readonly reduce?: 'add' | 'multiply' | null;
}

/** What a scatter makes of a value and the element that it meets. */
type Joining = 'replace' | 'add' | 'multiply';

/** Tensors without dims are indexed as those of one. */
export function line(x: Tensor): Tensor {
  return x.ndim === 0 ? x.reshape([1]) : x;
}

function along(name: string, x: Tensor, dim: number, negative = false): GatherParams {
  return { name, dim: normalizeDim(name, dim, x.ndim), negative };
}

/**
 * Elements chosen along a dim: y[i][j] = input[index[i][j]][j] (dim 0).
 *
 * Shapes: index has the dims of input and is no larger, but in `dim` → the shape of index
 *
 * @throws IndexError for an index out of range; DTypeError where indices are not int32
 * Source: https://pytorch.org/docs/stable/generated/torch.gather.html
 */
export function gather(input: Tensor, dim: number, index: Tensor): Tensor {
  checkTensor('gather', 'index', index);
  const y = apply(gatherOp, [line(input), line(index)], along('gather', input, dim));
  return index.ndim === 0 ? y.reshape([]) : y;
}

/** A one-dim index as one along `dim` of a shape, repeated over the other dims without a copy. */
function spread(name: string, index: Tensor, dim: number, shape: readonly number[]): Tensor {
  checkTensor(name, 'index', index);
  if (index.ndim > 1) fail(ShapeError, name, 'index must have one dim', ['index'], [index]);
  const n = index.numel;
  const column = index.reshape(shape.map((_, d) => (d === dim ? n : 1)));
  return column.expand(shape.map((size, d) => (d === dim ? n : size)));
}

/**
 * Whole slices chosen along a dim: y[…, i, …] = input[…, index[i], …].
 *
 * @throws IndexError for an index out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.index_select.html
 */
export function indexSelect(input: Tensor, dim: number, index: Tensor): Tensor {
  const x = line(input);
  const params = along('indexSelect', input, dim);
  const y = apply(gatherOp, [x, spread('indexSelect', index, params.dim, x.shape)], params);
  return input.ndim === 0 && index.ndim === 0 ? y.reshape([]) : y;
}

/**
 * Elements of the flattened input: y[…] = input.flatten()[index[…]]. Negative indices count from the end.
 *
 * @throws IndexError for an index out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.take.html
 */
export function take(input: Tensor, index: Tensor): Tensor {
  checkTensor('take', 'index', index);
  const flat = input.reshape([input.numel]);
  const y = apply(gatherOp, [flat, index.reshape([index.numel])], along('take', flat, 0, true));
  return y.reshape(index.shape);
}

/**
 * Elements chosen along a dim by indices that broadcast against the other dims; without a dim, of the flattened input.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.take_along_dim.html
 */
export function takeAlongDim(input: Tensor, indices: Tensor, dim: number | null = null): Tensor {
  checkTensor('takeAlongDim', 'indices', indices);
  if (dim === null) return take(input, indices.reshape([indices.numel]));
  if (indices.ndim !== input.ndim) {
    fail(
      ShapeError,
      'takeAlongDim',
      'input and indices must have as many dims',
      ['input', 'indices'],
      [input, indices],
    );
  }
  const params = along('takeAlongDim', input, dim, true);
  const at = params.dim;
  const one = (x: Tensor): Tensor => (x.ndim === 0 ? x : x.narrow(at, 0, Math.min(1, x.shape[at]!)));
  const shape = commonShape('takeAlongDim', ['input', 'indices'], [one(input), one(indices)]);
  const sized = (x: Tensor): Tensor => x.expand(shape.map((size, d) => (d === at ? x.shape[at]! : size)));
  return apply(gatherOp, [sized(input), sized(indices)], params);
}

/** The op of a scatter and its operands, in the dtype of the input. */
function scattered(
  name: string,
  input: Tensor,
  dim: number,
  index: Tensor,
  source: Operand,
  joining: Joining,
  run: typeof apply,
): Tensor {
  checkTensor(name, 'index', index);
  const params = along(name, input, dim);
  if (input.ndim === 0) {
    const values = isTensor(source) ? line(source) : source;
    return scattered(name, line(input), params.dim, line(index), values, joining, run).reshape([]);
  }
  if (!isTensor(source) && joining === 'replace')
    return run(scatterOp, [input, index, null], { ...params, scalar: Number(source) });
  const values = isTensor(source) ? source : index.to(input.dtype).mul(0).add(source).to(input.dtype);
  if (values.dtype !== input.dtype) {
    throw new DTypeError(`${name}: src must have the dtype of input, got ${values.dtype} for ${input.dtype}`);
  }
  if (joining === 'add') return run(scatterAddOp, [input, index, values], params);
  if (joining === 'multiply') {
    const corner = index.shape.reduce((y, size, d) => y.narrow(d, 0, size), values);
    return run(scatterReduceOp, [input, index, corner], { ...params, reduce: 'prod' });
  }
  return run(scatterOp, [input, index, values], { ...params, scalar: 0 });
}

const inPlace: typeof apply = (op, [input, ...others], params) => applyInPlace(op, [input!, ...others], params);

function joiningOf(name: string, options: ScatterOptions): Joining {
  checkOptions(name, options, ['reduce']);
  const { reduce = null } = options;
  if (reduce !== null && reduce !== 'add' && reduce !== 'multiply') {
    throw new WasmgradError(`${name}: reduce must be 'add' or 'multiply', got '${String(reduce)}'`);
  }
  return reduce ?? 'replace';
}

/**
 * A copy of the input with elements replaced: y[index[i][j]][j] = src[i][j] (dim 0). `src` may be a number. Where an index
 * comes twice, the last one counts; with `reduce` all do.
 *
 * @throws IndexError for an index out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html
 */
export function scatter(input: Tensor, dim: number, index: Tensor, src: Operand, options: ScatterOptions = {}): Tensor {
  return scattered('scatter', input, dim, index, src, joiningOf('scatter', options), apply);
}

/** @internal In place: `scatter`. */
export function scatterInPlace(
  input: Tensor,
  dim: number,
  index: Tensor,
  src: Operand,
  options: ScatterOptions,
): Tensor {
  return scattered('scatter_', input, dim, index, src, joiningOf('scatter_', options), inPlace);
}

/**
 * A copy of the input with values added: y[index[i][j]][j] += src[i][j] (dim 0), in the order of i.
 *
 * @throws IndexError for an index out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html
 */
export function scatterAdd(input: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  checkTensor('scatterAdd', 'src', src);
  return scattered('scatterAdd', input, dim, index, src, 'add', apply);
}

/** @internal In place: `scatterAdd`. */
export function scatterAddInPlace(input: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  checkTensor('scatterAdd_', 'src', src);
  return scattered('scatterAdd_', input, dim, index, src, 'add', inPlace);
}

/** The index over the slices of a source, which must have the input's sizes but in `dim`. */
export function slices(name: string, input: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  checkTensor(name, 'index', index);
  checkTensor(name, 'source', source);
  const d = normalizeDim(name, dim, input.ndim);
  const fits =
    source.ndim === input.ndim && source.shape.every((size, i) => size === (i === d ? index.numel : input.shape[i]));
  if (!fits) {
    const names = ['input', 'index', 'source'];
    fail(ShapeError, name, 'source must have the sizes of input, and of index in dim', names, [input, index, source]);
  }
  return spread(name, index, d, input.shape);
}

/**
 * A copy of the input with slices added: y[…, index[i], …] += alpha·source[…, i, …].
 *
 * @throws IndexError for an index out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html
 */
export function indexAdd(
  input: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  options: AlphaOptions = {},
  run: typeof apply = apply,
): Tensor {
  checkOptions('indexAdd', options, ['alpha']);
  const { alpha = 1 } = options;
  const at = slices('indexAdd', input, dim, index, source);
  return scattered('indexAdd', input, dim, at, alpha === 1 ? source : source.mul(alpha), 'add', run);
}

/**
 * A copy of the input with slices replaced: y[…, index[i], …] = source[…, i, …].
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html
 */
export function indexCopy(
  input: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  run: typeof apply = apply,
): Tensor {
  const at = slices('indexCopy', input, dim, index, source);
  return scattered('indexCopy', input, dim, at, source, 'replace', run);
}

/**
 * A copy of the input with slices set to a value: y[…, index[i], …] = value.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html
 */
export function indexFill(
  input: Tensor,
  dim: number,
  index: Tensor,
  value: Operand,
  run: typeof apply = apply,
): Tensor {
  const d = normalizeDim('indexFill', dim, input.ndim);
  if (input.ndim === 0) return indexFill(line(input), d, index, value, run).reshape([]);
  const at = spread('indexFill', index, d, input.shape);
  if (!isTensor(value)) {
    return run(scatterOp, [input, at, null], { ...along('indexFill', input, d, true), scalar: Number(value) });
  }
  if (value.ndim > 0) fail(ShapeError, 'indexFill', 'value must have no dims', ['input', 'value'], [input, value]);
  const source = fit(value, at.shape, input.dtype);
  return run(scatterOp, [input, at, source], { ...along('indexFill', input, d, true), scalar: 0 });
}

/** @internal Runs the functions above in place of their input. */
export const inPlaceOf: typeof apply = inPlace;

/** Options of `nonzero`: `asTuple` gives one tensor per dim (default false). */
export interface NonzeroOptions {
  readonly asTuple?: boolean;
}

/** @internal The coordinates [count, dims] of the true elements of a mask. */
export function coordinates(mask: Tensor): Tensor {
  const dense = mask.contiguous();
  return apply(nonzeroOp, [dense], { count: countTrue(dense) });
}

/**
 * The coordinates of the elements that are not 0, one row each.
 *
 * Shapes: input of d dims → [count, d], int32; with `asTuple` d tensors [count]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nonzero.html
 */
export function nonzero(input: Tensor): Tensor;
export function nonzero(input: Tensor, options: { readonly asTuple: true }): Tensor[];
export function nonzero(input: Tensor, options: NonzeroOptions): Tensor | Tensor[];
export function nonzero(input: Tensor, options: NonzeroOptions = {}): Tensor | Tensor[] {
  checkOptions('nonzero', options, ['asTuple']);
  const found = coordinates(input.detach().bool());
  return options.asTuple ? found.unbind(1) : found;
}

/** The places in the flattened input where a broadcast mask is true, and that input. */
function chosen(name: string, input: Tensor, mask: Tensor): { flat: Tensor; places: Tensor; shape: readonly number[] } {
  checkMask(name, 'mask', mask);
  const shape = commonShape(name, ['input', 'mask'], [input, mask]);
  const n = sizeOf(shape);
  const places = coordinates(fit(mask, shape, 'bool').reshape([n])).reshape([-1]);
  return { flat: fit(input, shape, input.dtype).reshape([n]), places, shape };
}

/**
 * The elements where a mask is true, in one dim. Input and mask broadcast.
 *
 * @throws DTypeError where the mask is not bool
 * Source: https://pytorch.org/docs/stable/generated/torch.masked_select.html
 */
export function maskedSelect(input: Tensor, mask: Tensor): Tensor {
  const { flat, places } = chosen('maskedSelect', input, mask);
  return indexSelect(flat, 0, places);
}

/**
 * A copy of the input in which the elements where a mask is true are, in order, those of the source.
 *
 * @throws ShapeError where the source has fewer elements than the mask has true ones
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.masked_scatter_.html
 */
export function maskedScatter(input: Tensor, mask: Tensor, source: Tensor): Tensor {
  checkTensor('maskedScatter', 'source', source);
  const { flat, places, shape } = chosen('maskedScatter', input, mask);
  if (source.numel < places.numel) {
    const problem = `source has fewer elements than the ${places.numel} that the mask asks for`;
    fail(ShapeError, 'maskedScatter', problem, ['source'], [source]);
  }
  const values = source.reshape([source.numel]).narrow(0, 0, places.numel).to(input.dtype);
  return scattered('maskedScatter', flat, 0, places, values, 'replace', apply).reshape(shape);
}

/** @throws DTypeError where a tensor is not floating point */
export function checkFloat(op: string, name: string, x: Tensor): void {
  checkTensor(op, name, x);
  if (!isFloat(x.dtype)) throw new DTypeError(`${op}: ${name} must be floating point, got ${x.dtype}`);
}
