import { ShapeError, WasmgradError, checkWhole, fail } from '../core/errors.js';
import { checkArray, normalizeDim, normalizeDims, sameShape } from '../core/shapes.js';
import { apply } from '../autograd/apply.js';
import { allocateTensor } from '../autograd/variable.js';
import { cat as catOp } from '../ops/copy.js';
import { searchSorted } from '../ops/sort.js';
import { writeElements } from '../runtime/constant.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { arange } from './creation.js';
import { indexSelect } from './gather.js';
import { checkTensor, commonShape, isTensor } from './operands.js';
import { checkOptions } from './options.js';
import { argument, named } from './reduce.js';
import type { Named } from './reduce.js';
import type { Tensor } from './tensor.js';

/** @internal Checks that tensors come as a list that is not empty. */
export function checkList(op: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors)) throw new ShapeError(`${op}: takes an array of tensors`);
  if (tensors.length === 0) throw new ShapeError(`${op}: needs at least one tensor`);
  tensors.forEach((x, i) => checkTensor(op, `tensors[${i}]`, x));
}

/**
 * Tensors one after the other along a dim.
 *
 * Shapes: equal but in `dim` → their sum in `dim`; empty one-dim tensors are skipped
 *
 * @throws ShapeError where other sizes differ
 * Source: https://pytorch.org/docs/stable/generated/torch.cat.html
 */
export function cat(tensors: readonly Tensor[], dim?: Named<'dim', number>): Tensor {
  checkList('cat', tensors);
  return apply(catOp, tensors, argument('cat', 'dim', dim, 0));
}

/**
 * Tensors of one shape along a new dim.
 *
 * @throws ShapeError where shapes differ
 * Source: https://pytorch.org/docs/stable/generated/torch.stack.html
 */
export function stack(tensors: readonly Tensor[], dim?: Named<'dim', number>): Tensor {
  checkList('stack', tensors);
  const first = tensors[0]!;
  if (!tensors.every((x) => sameShape(x.shape, first.shape))) {
    const names = tensors.map((_, i) => `tensors[${i}]`);
    fail(ShapeError, 'stack', 'all tensors must have one shape', names, tensors);
  }
  const at = normalizeDim('stack', argument('stack', 'dim', dim, 0), first.ndim + 1);
  return cat(
    tensors.map((x) => x.unsqueeze(at)),
    at,
  );
}

/** Each at least of one dim, joined along dim 1 (dim 0 where they have one). Source: https://pytorch.org/docs/stable/generated/torch.hstack.html */
export function hstack(tensors: readonly Tensor[]): Tensor {
  checkList('hstack', tensors);
  const lines = tensors.map((x) => (x.ndim === 0 ? x.reshape([1]) : x));
  return cat(lines, lines[0]!.ndim === 1 ? 0 : 1);
}

/** Each at least of two dims, joined along dim 0. Source: https://pytorch.org/docs/stable/generated/torch.vstack.html */
export function vstack(tensors: readonly Tensor[]): Tensor {
  checkList('vstack', tensors);
  return cat(tensors.map((x) => (x.ndim < 2 ? x.reshape([1, x.numel]) : x)));
}

/**
 * The elements shifted along dims, those pushed over the end come back at the start; without dims, of the flattened input.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.roll.html
 */
export function roll(
  input: Tensor,
  shifts: number | readonly number[],
  dims: number | readonly number[] | null = null,
): Tensor {
  if (dims === null) {
    if (typeof shifts !== 'number') throw new ShapeError('roll: several shifts need as many dims');
    return roll(input.reshape([input.numel]), shifts, 0).reshape(input.shape);
  }
  const by = typeof shifts === 'number' ? [shifts] : shifts;
  const along = typeof dims === 'number' ? [dims] : dims;
  if (by.length !== along.length) {
    throw new ShapeError(`roll: ${by.length} shifts need as many dims, got ${along.length}`);
  }
  let y = input;
  along.forEach((dim, i) => {
    const d = normalizeDim('roll', dim, input.ndim);
    const size = input.shape[d] ?? 0;
    if (size === 0) return;
    const shift = ((by[i]! % size) + size) % size;
    if (shift > 0) y = cat([y.narrow(d, size - shift, shift), y.narrow(d, 0, size - shift)], d);
  });
  return y === input ? input.clone() : y;
}

/**
 * The tensor repeated along dims, in a copy; more repeats than dims add dims in front.
 *
 * @throws ShapeError for fewer repeats than dims
 * Source: https://pytorch.org/docs/stable/generated/torch.Tensor.repeat.html
 */
export function repeat(input: Tensor, repeats: readonly number[]): Tensor {
  checkArray('repeat', 'repeats', repeats);
  const lead = repeats.length - input.ndim;
  if (lead < 0 || repeats.some((n) => !Number.isInteger(n) || n < 0)) {
    const list = `[${repeats.join(', ')}]`;
    fail(ShapeError, 'repeat', `repeats ${list} must be whole numbers, one per dim at least`, ['input'], [input]);
  }
  const sizes = repeats.map((_, d) => (d < lead ? 1 : input.shape[d - lead]!));
  // Each size behind a dim of its repeats, which costs nothing until the copy of the last reshape.
  const paired = input.reshape(sizes.flatMap((size) => [1, size]));
  const y = paired.expand(sizes.flatMap((size, d) => [repeats[d]!, size]));
  const whole = y.reshape(sizes.map((size, d) => size * repeats[d]!));
  return whole.storage === input.storage ? whole.clone() : whole;
}

/**
 * As `repeat`, with 1 for dims in front that have no repeats.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.tile.html
 */
export function tile(input: Tensor, repeats: readonly number[]): Tensor {
  checkArray('tile', 'repeats', repeats);
  const missing = Math.max(0, input.ndim - repeats.length);
  return repeat(input, [...new Array<number>(missing).fill(1), ...repeats]);
}

/** Options of `repeatInterleave`. */
export interface RepeatInterleaveOptions {
  /** The dim, or null (the default) for the flattened input. */
  readonly dim?: number | null;
  /** The sum of `repeats`, where it is known: a tensor of them is not read before the work then, so that a step can be captured. */
  readonly outputSize?: number | null;
}

/**
 * Each element repeated on the spot: [1, 2] by 2 is [1, 1, 2, 2]. `repeats` is a number, or an int32 tensor of one per element.
 *
 * @param options `dim` (default null, also by its place), `outputSize`
 * @throws ShapeError where repeats do not fit the dim, or do not add up to `outputSize`
 * Source: https://pytorch.org/docs/stable/generated/torch.repeat_interleave.html
 */
export function repeatInterleave(
  input: Tensor,
  repeats: number | Tensor,
  dim: number | null | RepeatInterleaveOptions = null,
  options: RepeatInterleaveOptions = {},
): Tensor {
  const given = named<RepeatInterleaveOptions>('repeatInterleave', ['dim', 'outputSize'], [dim ?? undefined, options]);
  const x = (given.dim ?? null) === null || input.ndim === 0 ? input.reshape([input.numel]) : input;
  const d = normalizeDim('repeatInterleave', given.dim ?? 0, x.ndim);
  const total = given.outputSize ?? null;
  if (total === null || !isTensor(repeats)) return repeated(x, repeats, d, total);
  const counts = repeats.numel === 1 ? repeats.reshape([1]).expand([x.shape[d]!]) : repeats;
  if (counts.ndim !== 1 || counts.numel !== x.shape[d]) {
    throw new ShapeError(`repeatInterleave: ${counts.numel} repeats do not fit dim ${d} of size ${x.shape[d]}`);
  }
  const ends = counts.cumsum(0);
  inspect(ends.narrow(0, ends.numel - 1, 1), (last) => checkTotal(elements(last)[0]!, total));
  return indexSelect(x, d, apply(searchSorted, [ends, arange(total)], { right: true }));
}

/** @throws ShapeError where repeats do not add up to what was said */
function checkTotal(sum: number, total: number | null): void {
  if (total !== null && sum !== total) {
    throw new ShapeError(`repeatInterleave: repeats add up to ${sum}, not to outputSize ${total}`);
  }
}

/** The elements along dim d by repeats that are read. */
function repeated(input: Tensor, repeats: number | Tensor, d: number, total: number | null): Tensor {
  const size = input.shape[d]!;
  const counts = isTensor(repeats) ? Array.from(repeats.toTypedArray()) : [repeats];
  if (counts.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new WasmgradError('repeatInterleave: repeats must be whole numbers of at least 0');
  }
  if (counts.length !== 1 && counts.length !== size) {
    throw new ShapeError(`repeatInterleave: ${counts.length} repeats do not fit dim ${d} of size ${size}`);
  }
  const places: number[] = [];
  for (let i = 0; i < size; i++) for (let k = counts[counts.length === 1 ? 0 : i]!; k > 0; k--) places.push(i);
  checkTotal(places.length, total);
  const index = allocateTensor([places.length], 'int32');
  writeElements(index, places);
  return indexSelect(input, d, index);
}

/** Options of `meshgrid`: 'ij' (matrix order, the default) or 'xy' (the first two dims exchanged). */
export interface MeshgridOptions {
  readonly indexing?: 'ij' | 'xy';
}

/**
 * The coordinates of a grid: result k has the value of tensor k along dim k. Views, as in PyTorch.
 *
 * Shapes: k tensors [n₁] … [nₖ] → k tensors [n₁, …, nₖ]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.meshgrid.html
 */
export function meshgrid(tensors: readonly Tensor[], options: MeshgridOptions = {}): Tensor[] {
  checkOptions('meshgrid', options, ['indexing']);
  checkList('meshgrid', tensors);
  const { indexing = 'ij' } = options;
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new WasmgradError(`meshgrid: indexing must be 'ij' or 'xy', got '${String(indexing)}'`);
  }
  for (const x of tensors) if (x.ndim > 1) fail(ShapeError, 'meshgrid', 'takes tensors of one dim', ['input'], [x]);
  const swap = indexing === 'xy' && tensors.length >= 2;
  const order = swap ? [tensors[1]!, tensors[0]!, ...tensors.slice(2)] : tensors;
  const shape = order.map((x) => x.numel);
  const grids = order.map((x, k) => x.reshape(shape.map((n, d) => (d === k ? n : 1))).expand(shape));
  if (!swap) return grids;
  const [first, second, ...rest] = grids;
  return [second!, first!, ...rest];
}

/**
 * Tensors expanded to their common shape.
 *
 * @throws ShapeError where they do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.broadcast_tensors.html
 */
export function broadcastTensors(...tensors: readonly Tensor[]): Tensor[] {
  const names = tensors.map((_, i) => `tensors[${i}]`);
  const shape = commonShape('broadcastTensors', names, tensors);
  return tensors.map((x) => x.expand(shape));
}

/**
 * Turned by 90° k times in the plane of two dims, from the first towards the second.
 *
 * @throws ShapeError where dims are not two different ones
 * Source: https://pytorch.org/docs/stable/generated/torch.rot90.html
 */
export function rot90(input: Tensor, k?: number | Rot90Options, dims?: readonly number[] | Rot90Options): Tensor {
  checkTensor('rot90', 'input', input);
  const { k: turns = 1, dims: plane = [0, 1] } = named<Rot90Options>('rot90', ['k', 'dims'], [k, dims]);
  checkWhole('rot90', 'k', turns, -Infinity, WasmgradError);
  const [a, b] = plane.map((d) => normalizeDim('rot90', d, input.ndim));
  if (plane.length !== 2 || a === b || input.ndim < 2) {
    fail(ShapeError, 'rot90', `dims [${plane.join(', ')}] must be two different ones`, ['input'], [input]);
  }
  const quarter = ((turns % 4) + 4) % 4;
  if (quarter === 0) return input.clone();
  if (quarter === 2) return input.flip([a!, b!]);
  return quarter === 1 ? input.flip(b!).transpose(a!, b!) : input.transpose(a!, b!).flip(b!);
}

/** The arguments of `rot90` by name. */
export interface Rot90Options {
  /** Quarter turns; negative ones go back. Default 1. */
  readonly k?: number;
  /** Default [0, 1]. */
  readonly dims?: readonly number[];
}

/** The arguments of `diff` by name. */
export interface DiffOptions {
  /** How often differences are taken. Default 1. */
  readonly n?: number;
  /** Default: the last. */
  readonly dim?: number;
  /** Joined in front of the input along the dim first. */
  readonly prepend?: Tensor | null;
  /** Joined behind it. */
  readonly append?: Tensor | null;
}

/**
 * The differences of neighbours along a dim, n times: y[i] = x[i + 1] - x[i]; of bools whether they differ.
 *
 * Shapes: x [*, m] → [*, m - n]
 * @throws IndexError where the dim is out of range; ShapeError for a tensor without dims
 * Source: https://pytorch.org/docs/stable/generated/torch.diff.html
 */
export function diff(
  input: Tensor,
  n?: number | DiffOptions,
  dim?: number | DiffOptions,
  options?: DiffOptions,
): Tensor {
  checkTensor('diff', 'input', input);
  const given = named<DiffOptions>('diff', ['n', 'dim', 'prepend', 'append'], [n, dim, options]);
  const { n: times = 1, dim: along = -1, prepend = null, append = null } = given;
  if (input.ndim === 0) fail(ShapeError, 'diff', 'needs at least one dim', ['input'], [input]);
  checkWhole('diff', 'n', times, 0, WasmgradError);
  const at = normalizeDim('diff', along, input.ndim);
  const parts = [prepend, input, append].filter((x) => x !== null);
  let y = parts.length > 1 ? cat(parts, at) : input;
  for (let i = 0; i < times; i++) {
    const rest = Math.max(0, y.shape[at]! - 1);
    const [before, after] = [y.narrow(at, 0, rest), y.narrow(at, Math.min(1, y.shape[at]!), rest)];
    y = y.dtype === 'bool' ? after.ne(before) : after.sub(before);
  }
  return y === input ? input.clone() : y;
}

/** The order reversed along dim 1. Source: https://pytorch.org/docs/stable/generated/torch.fliplr.html */
export function fliplr(input: Tensor): Tensor {
  return input.flip(normalizeDims('fliplr', 1, input.ndim));
}

/** The order reversed along dim 0. Source: https://pytorch.org/docs/stable/generated/torch.flipud.html */
export function flipud(input: Tensor): Tensor {
  return input.flip(normalizeDims('flipud', 0, input.ndim));
}
