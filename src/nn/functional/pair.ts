import { ShapeError } from '../../core/errors.js';

/** A size for the one spatial dim of a sequence. */
export type Size1 = number | readonly [number];

/** A size for height and width, or one for each. */
export type Size2 = number | readonly [number, number];

/** A size for depth, height and width, or one for each. */
export type Size3 = number | readonly [number, number, number];

/** A size for all spatial dims, or one for each of them. */
export type Size = number | readonly number[];

const COUNTS = ['none', 'one in an array', 'two', 'three'];

/**
 * One size for each of `dims` spatial dims, from one number or as many.
 * @throws ShapeError where they are not whole numbers of at least `least`
 */
export function sizesOf(op: string, name: string, value: Size, least: number, dims: number): readonly number[] {
  const sizes = typeof value === 'number' ? new Array<number>(dims).fill(value) : value;
  if (!Array.isArray(sizes) || sizes.length !== dims || !sizes.every((n) => Number.isInteger(n) && n >= least)) {
    const wanted = `a whole number of at least ${least}, or ${COUNTS[dims]!}`;
    throw new ShapeError(`${op}: ${name} must be ${wanted}, got ${String(value)}`);
  }
  return sizes;
}

/**
 * A pair from one number or two.
 * @throws ShapeError where they are not whole numbers of at least `least`
 */
export function pairOf(op: string, name: string, value: Size2, least: number): readonly [number, number] {
  return sizesOf(op, name, value, least, 2) as readonly [number, number];
}
