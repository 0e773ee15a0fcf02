import { ShapeError, checkWhole } from '../core/errors.js';
import { normalizeDim } from '../core/shapes.js';
import { cat, checkList } from './join.js';
import { isTensor } from './operands.js';
import { argument } from './reduce.js';
import type { Named } from './reduce.js';
import type { Tensor } from './tensor.js';

/** What `atleast1d` and its like take, and answer in the same form. */
export interface AtLeast {
  (tensor: Tensor): Tensor;
  (tensors: readonly Tensor[]): Tensor[];
  (...tensors: readonly Tensor[]): Tensor[];
}

/** `raise` on one tensor, or on each of several. */
function onEach(op: string, raise: (x: Tensor) => Tensor): AtLeast {
  return ((...given: readonly (Tensor | readonly Tensor[])[]): Tensor | Tensor[] => {
    const first = given[0];
    if (given.length === 1 && isTensor(first)) return raise(first);
    const tensors = (given.length === 1 && !isTensor(first) ? first : given) as readonly Tensor[];
    checkList(op, tensors);
    return tensors.map(raise);
  }) as AtLeast;
}

const line = (x: Tensor): Tensor => (x.ndim === 0 ? x.reshape([1]) : x);
const plane = (x: Tensor): Tensor => (x.ndim < 2 ? x.reshape([1, x.numel]) : x);
const volume = (x: Tensor): Tensor => (x.ndim < 3 ? plane(x).unsqueeze(-1) : x);

/** A number as one dim of one element; others as they are. Takes one tensor, an array, or several. Source: https://pytorch.org/docs/stable/generated/torch.atleast_1d.html */
export const atleast1d: AtLeast = /* @__PURE__ */ onEach('atleast1d', line);

/** [] as [1, 1], [n] as [1, n]; others as they are. Takes one tensor, an array, or several. Source: https://pytorch.org/docs/stable/generated/torch.atleast_2d.html */
export const atleast2d: AtLeast = /* @__PURE__ */ onEach('atleast2d', plane);

/** [] as [1, 1, 1], [n] as [1, n, 1], [m, n] as [m, n, 1]; others as they are. Source: https://pytorch.org/docs/stable/generated/torch.atleast_3d.html */
export const atleast3d: AtLeast = /* @__PURE__ */ onEach('atleast3d', volume);

/** Each at least of three dims, joined along dim 2. Source: https://pytorch.org/docs/stable/generated/torch.dstack.html */
export function dstack(tensors: readonly Tensor[]): Tensor {
  checkList('dstack', tensors);
  return cat(tensors.map(volume), 2);
}

/** Tensors of up to one dim as columns, others as they are, joined along dim 1. Source: https://pytorch.org/docs/stable/generated/torch.column_stack.html */
export function columnStack(tensors: readonly Tensor[]): Tensor {
  checkList('columnStack', tensors);
  return cat(
    tensors.map((x) => (x.ndim < 2 ? x.reshape([x.numel, 1]) : x)),
    1,
  );
}

/** How many pieces, or where pieces after the first begin. */
export type Sections = number | readonly number[] | Tensor;

function placesOf(op: string, at: Sections): number | readonly number[] {
  if (!isTensor(at)) return at;
  if (at.ndim > 1) throw new ShapeError(`${op}: the indices must have at most one dim, got ${at.ndim}`);
  return at.ndim === 0 ? at.item<number>() : Array.from(at.toTypedArray());
}

function splitAt(op: string, input: Tensor, sections: Sections, dim: number): Tensor[] {
  if (input.ndim === 0) throw new ShapeError(`${op}: a tensor without dims has no pieces`);
  const size = input.shape[normalizeDim(op, dim, input.ndim)]!;
  const given = placesOf(op, sections);
  let starts: readonly number[];
  if (typeof given === 'number') {
    checkWhole(op, 'sections', given, 1);
    // The first size % given pieces are one longer.
    const [least, longer] = [Math.floor(size / given), size % given];
    starts = Array.from({ length: given }, (_, i) => i * least + Math.min(i, longer));
  } else {
    starts = [0, ...given];
  }
  return starts.map((start, i) => input.slice(dim, start, starts[i + 1] ?? null));
}

/**
 * Views of pieces along a dim: as many as a number says, sizes that differ by 1 at most, or cut before each of several indices.
 *
 * Shapes: [*, n, *] → k of [*, ⌈n/k⌉ or ⌊n/k⌋, *]
 * @throws ShapeError for sections below 1, or a tensor without dims
 * Source: https://pytorch.org/docs/stable/generated/torch.tensor_split.html
 */
export function tensorSplit(input: Tensor, indicesOrSections: Sections, dim?: Named<'dim', number>): Tensor[] {
  return splitAt('tensorSplit', input, indicesOrSections, argument('tensorSplit', 'dim', dim, 0));
}

/** Equal pieces, or pieces between indices, along a dim of NumPy's choice. */
function evenly(op: string, input: Tensor, sections: Sections, dim: number, least: number): Tensor[] {
  if (input.ndim < least) throw new ShapeError(`${op}: input needs at least ${least} dims, got ${input.ndim}`);
  const size = input.shape[dim]!;
  if (typeof sections === 'number' && size % sections !== 0) {
    throw new ShapeError(`${op}: dim ${dim} of size ${size} cannot be split into ${sections} equal pieces`);
  }
  return splitAt(op, input, sections, dim);
}

/**
 * Pieces along dim 1 (dim 0 of a tensor of one dim): as many equal ones as a number says, or cut before each of several indices.
 *
 * @throws ShapeError where the pieces cannot be equal, or there are no dims
 * Source: https://pytorch.org/docs/stable/generated/torch.hsplit.html
 */
export function hsplit(input: Tensor, indicesOrSections: number | readonly number[]): Tensor[] {
  return evenly('hsplit', input, indicesOrSections, input.ndim === 1 ? 0 : 1, 1);
}

/**
 * Pieces along dim 0: as many equal ones as a number says, or cut before each of several indices.
 *
 * @throws ShapeError where the pieces cannot be equal, or there are fewer than two dims
 * Source: https://pytorch.org/docs/stable/generated/torch.vsplit.html
 */
export function vsplit(input: Tensor, indicesOrSections: number | readonly number[]): Tensor[] {
  return evenly('vsplit', input, indicesOrSections, 0, 2);
}

/**
 * Pieces along dim 2: as many equal ones as a number says, or cut before each of several indices.
 *
 * @throws ShapeError where the pieces cannot be equal, or there are fewer than three dims
 * Source: https://pytorch.org/docs/stable/generated/torch.dsplit.html
 */
export function dsplit(input: Tensor, indicesOrSections: number | readonly number[]): Tensor[] {
  return evenly('dsplit', input, indicesOrSections, 2, 3);
}
