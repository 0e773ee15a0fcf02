import type { DType, TypedArray } from '../core/dtypes.js';
import { ShapeError, fail, formatShape } from '../core/errors.js';
import { isTensor } from './operands.js';
import { checkArray, checkShape, sizeOf } from '../core/shapes.js';

/** Nested arrays of numbers or booleans, or a single one. */
export type Nested = number | boolean | Nested[];

/** Flat elements as nested arrays of a shape. */
export function nested(values: TypedArray, shape: readonly number[], asBool: boolean): Nested {
  let at = 0;
  const build = (dim: number): Nested => {
    if (dim === shape.length) {
      const value = values[at++]!;
      return asBool ? value !== 0 : value;
    }
    return Array.from({ length: shape[dim]! }, () => build(dim + 1));
  };
  return build(0);
}

/** A tensor among nested arrays stands for the arrays of its elements. */
function plain(item: unknown): unknown {
  return isTensor(item) ? item.tolist() : item;
}

/** What nested arrays hold: their shape, and whether there are booleans only, whole numbers only. */
export interface Flat {
  readonly shape: number[];
  readonly values: number[];
  readonly bools: boolean;
  readonly integers: boolean;
}

/**
 * The shape and elements of nested arrays.
 * @throws ShapeError where they are ragged or hold something else than numbers and booleans
 */
export function flatten(data: unknown): Flat {
  const shape: number[] = [];
  for (
    let level = plain(data);
    Array.isArray(level) || ArrayBuffer.isView(level);
    level = plain((level as unknown[])[0])
  ) {
    shape.push((level as unknown[]).length);
    if ((level as unknown[]).length === 0) break;
  }
  const values: number[] = [];
  let bools = true;
  let integers = true;
  const walk = (item: unknown, dim: number): void => {
    const level = plain(item);
    if (Array.isArray(level) || ArrayBuffer.isView(level)) {
      const list = level as unknown as ArrayLike<unknown>;
      if (dim >= shape.length || list.length !== shape[dim]) {
        throw new ShapeError(
          `tensor: the arrays are ragged (a list of ${list.length} at depth ${dim}, ${String(shape[dim] ?? 'a number')} was expected)`,
        );
      }
      for (let i = 0; i < list.length; i++) walk(list[i], dim + 1);
      return;
    }
    if (typeof level !== 'number' && typeof level !== 'boolean') {
      throw new ShapeError(`tensor: expected numbers or booleans, got ${level === null ? 'null' : typeof level}`);
    }
    if (dim !== shape.length) {
      throw new ShapeError(
        `tensor: the arrays are ragged (a number at depth ${dim}, a list of ${shape[dim]} was expected)`,
      );
    }
    if (typeof level === 'number') {
      bools = false;
      if (!Number.isInteger(level)) integers = false;
    }
    values.push(Number(level));
  };
  walk(data, 0);
  return { shape, values, bools: bools && values.length > 0, integers: integers && !bools };
}

/**
 * A shape of which at most one size, -1, follows from the number of elements.
 * @throws ShapeError where the sizes do not fit
 */
export function inferSize(
  op: string,
  shape: readonly number[],
  x: { readonly shape: readonly number[]; readonly numel: number; readonly dtype: DType },
): number[] {
  checkArray(op, 'the shape', shape);
  const open = shape.indexOf(-1);
  const sizes = [...shape];
  const misfit = (): never =>
    fail(ShapeError, op, `${x.numel} elements do not fit shape ${formatShape(shape)}`, ['input'], [x]);
  if (open >= 0) {
    const rest = sizeOf(shape.filter((_, i) => i !== open));
    if (shape.lastIndexOf(-1) !== open)
      throw new ShapeError(`${op}: only one size can be -1, got ${formatShape(shape)}`);
    if (rest === 0 || x.numel % rest !== 0) misfit();
    sizes[open] = x.numel / rest;
  }
  checkShape(op, sizes);
  if (sizeOf(sizes) !== x.numel) misfit();
  return sizes;
}
