import { ShapeError, fail } from '../core/errors.js';
import { checkShape, sameShape, broadcastShapes as common } from '../core/shapes.js';
import { nonzero } from './gather.js';
import { checkTensor } from './operands.js';
import { named } from './reduce.js';
import type { DiagonalOptions, Tensor } from './tensor.js';

/** A copy of the input in which a view of it holds src. */
function embedded(op: string, input: Tensor, src: Tensor, view: (x: Tensor) => Tensor): Tensor {
  checkTensor(op, 'input', input);
  checkTensor(op, 'src', src);
  const y = input.clone();
  const place = view(y);
  if (!sameShape(place.shape, src.shape)) {
    fail(ShapeError, op, `src must be [${place.shape.join(', ')}]`, ['input', 'src'], [input, src]);
  }
  place.copy_(src);
  return y;
}

/** The arguments of `sliceScatter` by name. */
export interface SliceScatterOptions {
  /** Default 0. */
  readonly dim?: number;
  /** Default 0. */
  readonly start?: number | null;
  /** Default the size. */
  readonly end?: number | null;
  /** Default 1. */
  readonly step?: number;
}

/**
 * A copy with copy[…, start:end:step, …] = src. Gradients flow to both.
 *
 * @throws ShapeError where src has not the shape of the slice
 * Source: https://pytorch.org/docs/stable/generated/torch.slice_scatter.html
 */
export function sliceScatter(
  input: Tensor,
  src: Tensor,
  dim?: number | SliceScatterOptions,
  start?: number | null,
  end?: number | null,
  step?: number,
): Tensor {
  const names = ['dim', 'start', 'end', 'step'] as const;
  const given = named<SliceScatterOptions>('sliceScatter', names, [dim, start ?? undefined, end ?? undefined, step]);
  return embedded('sliceScatter', input, src, (x) => x.slice(given.dim, given.start, given.end, given.step));
}

/** A copy with copy[…, index, …] = src, along a dim. Gradients flow to both. Source: https://pytorch.org/docs/stable/generated/torch.select_scatter.html */
export function selectScatter(input: Tensor, src: Tensor, dim: number, index: number): Tensor {
  return embedded('selectScatter', input, src, (x) => x.select(dim, index));
}

/**
 * A copy whose diagonal of two dims is src. Gradients flow to both.
 *
 * @param options `offset` (default 0), `dim1` (default 0), `dim2` (default 1), also by their places
 * Source: https://pytorch.org/docs/stable/generated/torch.diagonal_scatter.html
 */
export function diagonalScatter(
  input: Tensor,
  src: Tensor,
  offset?: number | DiagonalOptions,
  dim1?: number | DiagonalOptions,
  dim2?: number,
): Tensor {
  return embedded('diagonalScatter', input, src, (x) => x.diagonal(offset, dim1, dim2));
}

/** The coordinates of the elements that are not 0, one row each. Source: https://pytorch.org/docs/stable/generated/torch.argwhere.html */
export function argwhere(input: Tensor): Tensor {
  checkTensor('argwhere', 'input', input);
  return nonzero(input);
}

/** Expanded to a shape. Source: https://pytorch.org/docs/stable/generated/torch.broadcast_to.html */
export function broadcastTo(input: Tensor, shape: readonly number[]): Tensor {
  checkTensor('broadcastTo', 'input', input);
  return input.expand(shape);
}

/**
 * The shape to which shapes broadcast.
 *
 * @throws ShapeError where they do not
 * Source: https://pytorch.org/docs/stable/generated/torch.broadcast_shapes.html
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  let shape: readonly number[] = [];
  for (const each of shapes) {
    checkShape('broadcastShapes', each);
    const both = common(shape, each);
    if (!both) throw new ShapeError(`broadcastShapes: [${shape.join(', ')}] and [${each.join(', ')}] do not broadcast`);
    shape = both;
  }
  return [...shape];
}

/** Two dims exchanged; another name of `transpose`. Source: https://pytorch.org/docs/stable/generated/torch.swapaxes.html */
export function swapaxes(input: Tensor, axis0: number, axis1: number): Tensor {
  return input.transpose(axis0, axis1);
}
