import { isTensor } from './operands.js';
import type { Named } from './reduce.js';
import type { DiagonalOptions, FlattenOptions, Tensor } from './tensor.js';

/** The same elements under another shape, which may have one -1. Source: https://pytorch.org/docs/stable/generated/torch.reshape.html */
export function reshape(input: Tensor, shape: readonly number[]): Tensor {
  return input.reshape(shape);
}

/** The elements as one dim. Source: https://pytorch.org/docs/stable/generated/torch.ravel.html */
export function ravel(input: Tensor): Tensor {
  return input.reshape([-1]);
}

/** Dims `startDim` (0) to `endDim` (-1) as one. Source: https://pytorch.org/docs/stable/generated/torch.flatten.html */
export function flatten(input: Tensor, start?: number | FlattenOptions, end?: number | FlattenOptions): Tensor {
  return input.flatten(start, end);
}

/** One dim as several, whose sizes may have one -1. Source: https://pytorch.org/docs/stable/generated/torch.unflatten.html */
export function unflatten(input: Tensor, dim: number, sizes: readonly number[]): Tensor {
  return input.unflatten(dim, sizes);
}

/** Two dims exchanged. Source: https://pytorch.org/docs/stable/generated/torch.transpose.html */
export function transpose(input: Tensor, dim0: number, dim1: number): Tensor {
  return input.transpose(dim0, dim1);
}

/** Dims in another order. Source: https://pytorch.org/docs/stable/generated/torch.permute.html */
export function permute(input: Tensor, dims: readonly number[]): Tensor {
  return input.permute(dims);
}

/** The transpose of a tensor of at most two dims. Source: https://pytorch.org/docs/stable/generated/torch.t.html */
export function t(input: Tensor): Tensor {
  return input.t();
}

/** Dims moved to other places, the others kept in order. Source: https://pytorch.org/docs/stable/generated/torch.movedim.html */
export function movedim(
  input: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  return input.movedim(source, destination);
}

/** Without dims of size 1: all of them, or those named. Source: https://pytorch.org/docs/stable/generated/torch.squeeze.html */
export function squeeze(input: Tensor, dim?: Named<'dim', number | readonly number[] | null>): Tensor {
  return input.squeeze(dim);
}

/** With a new dim of size 1 before `dim`. Source: https://pytorch.org/docs/stable/generated/torch.unsqueeze.html */
export function unsqueeze(input: Tensor, dim: number): Tensor {
  return input.unsqueeze(dim);
}

/** `length` indices of a dim from `start` on. Source: https://pytorch.org/docs/stable/generated/torch.narrow.html */
export function narrow(input: Tensor, dim: number, start: number, length: number): Tensor {
  return input.narrow(dim, start, length);
}

/** One index of a dim, which goes away. Source: https://pytorch.org/docs/stable/generated/torch.select.html */
export function select(input: Tensor, dim: number, index: number): Tensor {
  return input.select(dim, index);
}

/** Pieces of a size, or of the sizes given, along a dim. Source: https://pytorch.org/docs/stable/generated/torch.split.html */
export function split(input: Tensor, size: number | readonly number[], dim?: Named<'dim', number>): Tensor[] {
  return input.split(size, dim);
}

/** At most `chunks` pieces of equal size along a dim. Source: https://pytorch.org/docs/stable/generated/torch.chunk.html */
export function chunk(input: Tensor, chunks: number, dim?: Named<'dim', number>): Tensor[] {
  return input.chunk(chunks, dim);
}

/** The slices along a dim, without it. Source: https://pytorch.org/docs/stable/generated/torch.unbind.html */
export function unbind(input: Tensor, dim?: Named<'dim', number>): Tensor[] {
  return input.unbind(dim);
}

/** The diagonal of two dims as the last dim. Source: https://pytorch.org/docs/stable/generated/torch.diagonal.html */
export function diagonal(
  input: Tensor,
  first?: number | DiagonalOptions,
  second?: number | DiagonalOptions,
  third?: number,
): Tensor {
  return input.diagonal(first, second, third);
}

/** The same memory by explicit strides, in elements. Source: https://pytorch.org/docs/stable/generated/torch.as_strided.html */
export function asStrided(
  input: Tensor,
  shape: readonly number[],
  strides: readonly number[],
  offset?: number,
): Tensor {
  return input.asStrided(shape, strides, offset);
}

/** The number of elements. Source: https://pytorch.org/docs/stable/generated/torch.numel.html */
export function numel(input: Tensor): number {
  return input.numel;
}

export { isTensor };
