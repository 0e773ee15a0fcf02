import { DTypeError, ShapeError, fail } from '../../core/errors.js';
import { sizeOf } from '../../core/shapes.js';
import { scratch } from '../../runtime/storage.js';
import type { Tensor } from '../../tensor/tensor.js';
import { full } from '../full.js';
import type { BackwardContext, Spec } from '../op.js';

/** The number of matrices of a batch. */
export function countOf(shape: readonly number[]): number {
  return sizeOf(shape.slice(0, -2));
}

/** Checks that an operand is float64 (the functions of `src/tensor/linalg` cast) and a matrix or a batch of them; answers its last sizes. */
export function matrixSizes(op: string, x: Spec, name = 'input'): readonly [number, number] {
  if (x.shape.length < 2) fail(ShapeError, op, `${name} must have at least 2 dims`, [name], [x]);
  if (x.dtype !== 'float64') fail(DTypeError, op, `${name} must be floating point`, [name], [x]);
  return [x.shape.at(-2)!, x.shape.at(-1)!];
}

/** As `matrixSizes`, for square matrices; answers their size. */
export function squareSize(op: string, x: Spec, name = 'input'): number {
  const [m, n] = matrixSizes(op, x, name);
  if (m !== n) fail(ShapeError, op, `${name} must be a square matrix, or a batch of them`, [name], [x]);
  return n;
}

/** Scratch memory for so many float64 numbers. */
export function doubles(count: number, fn: (ptr: number) => void): void {
  scratch(Math.max(8 * count, 8), fn);
}

/** What is zero on its diagonal with ones there. */
export function withUnitDiagonal<P>(ctx: BackwardContext<P>, x: Tensor): Tensor {
  return x.add(ctx.apply(full, [], { shape: x.shape.slice(0, -1), dtype: x.dtype, value: 1 }).diagEmbed());
}
