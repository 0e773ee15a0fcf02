import { dtypeBytes } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { sizeOf } from '../core/shapes.js';
import { launch } from '../runtime/launch.js';
import type { Kernel } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';

/** Elements of work that make a slice worth a thread. */
const WORK = 16384;
/** With fewer independent lines than this a long fold is cut into chunks, so that threads share it. */
const ENOUGH_LINES = 16;

/** A tensor as a fold sees it: [outer, n, inner], folded over the middle. */
export interface Lines {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** A fold's kernel: the middle dim of x [outer, n, inner] in chunks, into y [outer, chunks, inner]; sums are divided by `divisor`. */
export type FoldKernel = (
  y: number,
  x: number,
  n: number,
  inner: number,
  chunk: number,
  divisor: number,
  units: number,
  grain: number,
) => void;

/** How elements are folded: `first` takes the elements, `rest` joins what `first` made. */
export interface FoldKernels {
  readonly first: FoldKernel;
  readonly rest: FoldKernel;
}

/** A fold kernel that divides nothing. */
export function plain<D extends DType | null>(
  kernel: Kernel<[y: number, x: number, n: number, inner: number, chunk: number], D>,
  dtype: NoInfer<D>,
): FoldKernel {
  return (y, x, n, inner, chunk, _divisor, units, grain) => launch(kernel, dtype, y, x, n, inner, chunk, units, grain);
}

/** A fold whose elements are its own partial results. */
export function same(kernel: FoldKernel): FoldKernels {
  return { first: kernel, rest: kernel };
}

/** The dims that stay and the dims that go, as [outer, n, inner] around one dim. */
export function linesAround(shape: readonly number[], dim: number): Lines {
  return {
    outer: sizeOf(shape.slice(0, dim)),
    n: shape[dim] ?? 1,
    inner: sizeOf(shape.slice(dim + 1)),
  };
}

/** The number of units that make a slice worth a thread when each takes `work` steps; a multiple of a cache line where they are adjacent. */
export function grainOf(work: number, adjacent = false): number {
  const grain = Math.max(1, Math.ceil(WORK / Math.max(work, 1)));
  return adjacent ? Math.ceil(grain / 16) * 16 : grain;
}

/** The shape of a reduction's result. */
export function reducedShape(shape: readonly number[], dims: readonly number[], keepdim: boolean): number[] {
  if (keepdim) return shape.map((size, i) => (dims.includes(i) ? 1 : size));
  return shape.filter((_, i) => !dims.includes(i));
}

/** The folds, innermost first, that take a contiguous tensor to its reduction over `dims`: one for each run of adjacent dims. */
export function foldSteps(shape: readonly number[], dims: readonly number[]): Lines[] {
  const runs: { size: number; folded: boolean }[] = [];
  shape.forEach((size, i) => {
    const folded = dims.includes(i);
    const last = runs.at(-1);
    if (size === 1) return;
    if (last && last.folded === folded) last.size *= size;
    else runs.push({ size, folded });
  });
  const steps: Lines[] = [];
  for (let i = runs.length - 1; i >= 0; i--) {
    if (!runs[i]!.folded) continue;
    const sizes = runs.map((run, j) => (run.folded && j > i ? 1 : run.size));
    steps.push(linesAround(sizes, i));
  }
  return steps.length > 0 ? steps : [{ outer: 1, n: 1, inner: sizeOf(shape) }];
}

/** Elements of a chunk: all of the line, unless there are few lines and they are long. By shape alone, so that the order of sums is, too. */
export function chunkOf({ outer, n, inner }: Lines): number {
  const chunk = Math.max(64, Math.ceil(WORK / Math.max(inner, 1) / 64) * 64);
  return outer * Math.ceil(inner / 16) < ENOUGH_LINES && n >= 2 * chunk ? chunk : Math.max(n, 1);
}

/** Folds [outer, n, inner] into y [outer, inner]. */
export function foldLines(
  y: number,
  x: number,
  lines: Lines,
  { first, rest }: FoldKernels,
  dtype: DType,
  divisor = 1,
): void {
  const { outer, n, inner } = lines;
  const chunk = chunkOf(lines);
  const grain = grainOf(Math.min(n, chunk), inner > 1);
  if (chunk >= n) {
    first(y, x, n, inner, chunk, divisor, outer * inner, grain);
    return;
  }
  const chunks = Math.ceil(n / chunk);
  scratch(outer * chunks * inner * dtypeBytes[dtype], (part) => {
    first(part, x, n, inner, chunk, 1, outer * chunks * inner, grain);
    rest(y, part, chunks, inner, chunks, divisor, outer * inner, grainOf(chunks, inner > 1));
  });
}

/** Folds a contiguous tensor over `dims`. */
export function foldDims(
  y: number,
  x: number,
  shape: readonly number[],
  dims: readonly number[],
  { first, rest }: FoldKernels,
  dtype: DType,
  divisor = 1,
): void {
  const steps = foldSteps(shape, dims);
  const run = (from: number, i: number): void => {
    const lines = steps[i]!;
    const kernels = { first: i === 0 ? first : rest, rest };
    if (i === steps.length - 1) {
      foldLines(y, from, lines, kernels, dtype, divisor);
      return;
    }
    scratch(lines.outer * lines.inner * dtypeBytes[dtype], (part) => {
      foldLines(part, from, lines, kernels, dtype);
      run(part, i + 1);
    });
  };
  run(x, 0);
}
