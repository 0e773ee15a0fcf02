import { ShapeError } from '../../core/errors.js';

/** A size for height and width, or one for each. */
export type Size2 = number | readonly [number, number];

/**
 * A pair from one number or two.
 * @throws ShapeError where they are not whole numbers of at least `least`
 */
export function pairOf(op: string, name: string, value: Size2, least: number): readonly [number, number] {
  const pair = typeof value === 'number' ? ([value, value] as const) : value;
  if (!Array.isArray(pair) || pair.length !== 2 || !pair.every((n) => Number.isInteger(n) && n >= least)) {
    throw new ShapeError(`${op}: ${name} must be a whole number of at least ${least}, or two, got ${String(value)}`);
  }
  return pair as readonly [number, number];
}
