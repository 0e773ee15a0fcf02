import type { Spec } from '../op.js';

/** The options of a convolution; pairs are [height, width]. */
export interface ConvParams {
  readonly stride: readonly [number, number];
  /** Zeros above and to the left, and as many behind. */
  readonly padding: readonly [number, number];
  /** Further zeros behind (where `same` needs an odd number). */
  readonly paddingBehind: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
  /** The name in error messages. */
  readonly name: string;
}

/** The options of a gradient of a convolution, which knows the shape that it wants. */
export interface ConvBackwardParams extends ConvParams {
  readonly shape: readonly number[];
}

export type Shape4 = readonly [number, number, number, number];

export function shape4(x: Spec): Shape4 {
  return x.shape as Shape4;
}

/** Multiply-adds that make a slice worth a thread. */
export const WORK = 32768;
/** Slices that scratch memory is laid out for: what threads can make use of. */
const SLICES = 32;

/** A grain that is worth a thread and leaves at most `slices` slices. */
export function grainOf(units: number, work: number, slices: number = SLICES): number {
  return Math.max(1, Math.ceil(WORK / Math.max(1, work)), Math.ceil(units / slices));
}

export function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}
