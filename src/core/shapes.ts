import { IndexError, ShapeError, fail, formatShape } from './errors.js';

/** A shape: sizes from the outermost dim to the innermost. */
export type Shape = readonly number[];

/** The number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  let n = 1;
  for (const size of shape) n *= size;
  return n;
}

/** Row-major strides, in elements. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(shape[i]!, 1);
  }
  return strides;
}

/** Tells whether strides are row-major for a shape (dims of size 1 do not count, nor does an empty tensor). */
export function isContiguous(shape: Shape, strides: Shape): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i]!;
    if (size === 0) return true;
    if (size !== 1) {
      if (strides[i] !== step) return false;
      step *= size;
    }
  }
  return true;
}

/** Tells whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * A dim in `0 … ndim-1` from one that may be negative. A zero-dim tensor counts as one dim, as in PyTorch.
 *
 * @throws IndexError when it is out of range or not a whole number
 */
export function normalizeDim(op: string, dim: number, ndim: number): number {
  const n = Math.max(ndim, 1);
  if (!Number.isInteger(dim) || dim < -n || dim >= n) {
    fail(IndexError, op, `dim ${dim} is out of range for ${ndim} dims (expected ${-n} to ${n - 1})`);
  }
  return dim < 0 ? dim + n : dim;
}

/**
 * Dims in ascending order from one dim, several, or none (all of them).
 *
 * @throws IndexError when one is out of range; ShapeError when one comes twice
 */
export function normalizeDims(op: string, dim: number | readonly number[] | null | undefined, ndim: number): number[] {
  if (dim === null || dim === undefined || (typeof dim !== 'number' && dim.length === 0)) {
    return Array.from({ length: ndim }, (_, i) => i);
  }
  const dims = (typeof dim === 'number' ? [dim] : dim).map((d) => normalizeDim(op, d, ndim));
  if (new Set(dims).size !== dims.length) fail(ShapeError, op, `a dim comes twice in [${String(dim)}]`);
  return ndim === 0 ? [] : dims.sort((a, b) => a - b);
}

/** The broadcast shape of two shapes, or null where they do not broadcast. */
export function broadcastShapes(a: Shape, b: Shape): Shape | null {
  if (sameShape(a, b)) return a;
  const n = Math.max(a.length, b.length);
  const shape = new Array<number>(n);
  for (let i = 1; i <= n; i++) {
    const p = a[a.length - i] ?? 1;
    const q = b[b.length - i] ?? 1;
    if (p !== q && p !== 1 && q !== 1) return null;
    shape[n - i] = p === 1 ? q : p;
  }
  return shape;
}

/**
 * Checks that every size is a whole number of at least 0.
 *
 * @throws ShapeError otherwise
 */
export function checkShape(op: string, shape: Shape): void {
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) fail(ShapeError, op, `${formatShape(shape)} is not a shape`);
  }
}

/**
 * Checks that sizes or dims come as an array, which JavaScript callers may forget.
 *
 * @throws ShapeError otherwise
 */
export function checkArray(op: string, what: string, given: unknown): asserts given is readonly number[] {
  if (!Array.isArray(given)) fail(ShapeError, op, `${what} must be an array, got ${String(given)}`);
}
