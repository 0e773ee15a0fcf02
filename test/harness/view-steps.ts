import { expect } from 'vitest';
import type { Tensor } from '../../src/index.js';
import * as oracle from './oracle.js';
import type { View } from './oracle.js';

/** Draws choices from a list of random numbers. */
export class Choices {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** A whole number in `[lo, hi]`. */
  between(lo: number, hi: number): number {
    return lo + (this.#numbers[this.#next++ % this.#numbers.length]! % (hi - lo + 1));
  }

  of<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)]!;
  }
}

/** A view operation on a tensor and on the oracle's view of the same elements. */
export type Step = (x: Tensor, view: View, choices: Choices) => [Tensor, View];

/** A dim, counted from the front or from the back. */
export function negative(choices: Choices, dim: number, ndim: number): number {
  return choices.between(0, 1) === 0 ? dim : dim - ndim;
}

/** View operations that need at least one dim. */
export const steps: Readonly<Record<string, Step>> = {
  transpose(x, view, choices) {
    const n = view.shape.length;
    const [a, b] = [choices.between(0, n - 1), choices.between(0, n - 1)];
    const dims = view.shape.map((_, d) => (d === a ? b : d === b ? a : d));
    return [x.transpose(negative(choices, a, n), negative(choices, b, n)), oracle.permute(view, dims)];
  },
  permute(x, view, choices) {
    const dims = view.shape.map((_, d) => d);
    for (let d = dims.length - 1; d > 0; d--) {
      const other = choices.between(0, d);
      [dims[d], dims[other]] = [dims[other]!, dims[d]!];
    }
    return [x.permute(dims), oracle.permute(view, dims)];
  },
  slice(x, view, choices) {
    const dim = choices.between(0, view.shape.length - 1);
    const size = view.shape[dim]!;
    const ends = [null, ...Array.from({ length: 2 * size + 5 }, (_, i) => i - size - 2)];
    const [start, end, step] = [choices.of(ends), choices.of(ends), choices.between(1, 3)];
    return [x.slice(dim, start, end, step), oracle.keep(view, dim, oracle.sliced(size, start, end, step))];
  },
  narrow(x, view, choices) {
    const dim = choices.between(0, view.shape.length - 1);
    const start = choices.between(0, view.shape[dim]!);
    const length = choices.between(0, view.shape[dim]! - start);
    const kept = Array.from({ length }, (_, i) => start + i);
    return [x.narrow(dim, start, length), oracle.keep(view, dim, kept)];
  },
  select(x, view, choices) {
    const dim = choices.between(0, view.shape.length - 1);
    const size = view.shape[dim]!;
    if (size === 0) return [x, view];
    const at = choices.between(0, size - 1);
    return [x.select(dim, negative(choices, at, size)), oracle.select(view, dim, at)];
  },
  unsqueeze(x, view, choices) {
    const dim = choices.between(0, view.shape.length);
    return [x.unsqueeze(negative(choices, dim, view.shape.length + 1)), oracle.unsqueeze(view, dim)];
  },
  squeeze(x, view, choices) {
    const dim = choices.between(0, view.shape.length - 1);
    return [x.squeeze(dim), view.shape[dim] === 1 ? oracle.select(view, dim, 0) : view];
  },
  expand(x, view, choices) {
    const inner = view.shape.map((size) => (size === 1 ? choices.between(0, 3) : size));
    const shape = choices.between(0, 1) === 0 ? inner : [choices.between(0, 2), ...inner];
    const asked = shape.map((size, d) => (d > 0 && size === inner[d - shape.length + inner.length] ? -1 : size));
    const kept = asked.map((size, d) => (size === -1 && view.shape[d - shape.length + view.shape.length] === 1 ? shape[d]! : size)); // prettier-ignore
    return [x.expand(kept), oracle.expand(view, shape)];
  },
  diagonal(x, view, choices) {
    const n = view.shape.length;
    if (n < 2) return [x, view];
    const first = choices.between(0, n - 1);
    const second = (first + choices.between(1, n - 1)) % n;
    const offset = choices.between(0, 6) - 3;
    return [x.diagonal(offset, first, second), oracle.diagonal(view, offset, first, second)];
  },
  unfold(x, view, choices) {
    const dim = choices.between(0, view.shape.length - 1);
    const size = choices.between(0, view.shape[dim]!);
    if (size === 0) return [x, view];
    const step = choices.between(1, 3);
    return [x.unfold(dim, size, step), oracle.unfold(view, dim, size, step)];
  },
  flatten(x, view, choices) {
    const n = view.shape.length;
    const start = choices.between(0, n - 1);
    const end = choices.between(start, n - 1);
    const middle = oracle.count(view.shape.slice(start, end + 1));
    const shape = [...view.shape.slice(0, start), middle, ...view.shape.slice(end + 1)];
    return [x.flatten(start, end), oracle.reshape(view, shape)];
  },
  reshape(x, view, choices) {
    const factors = view.shape.slice();
    for (let d = factors.length - 1; d > 0; d--) {
      if (choices.between(0, 1) === 1) factors.splice(d - 1, 2, factors[d - 1]! * factors[d]!);
    }
    const asked = factors.slice();
    if (!factors.includes(0)) asked[choices.between(0, asked.length - 1)] = -1;
    return [x.reshape(asked), oracle.reshape(view, factors)];
  },
  chunk(x, view, choices) {
    const dim = choices.between(0, view.shape.length - 1);
    const chunks = choices.between(1, 4);
    const size = view.shape[dim]!;
    const length = Math.ceil(size / chunks);
    const parts = x.chunk(chunks, dim);
    expect(parts.length).toBe(size === 0 ? chunks : Math.ceil(size / length));
    const i = choices.between(0, parts.length - 1);
    const kept = Array.from({ length: size }, (_, j) => j).slice(i * length, (i + 1) * length);
    return [parts[i]!, oracle.keep(view, dim, kept)];
  },
  split(x, view, choices) {
    const dim = choices.between(0, view.shape.length - 1);
    const size = view.shape[dim]!;
    const length = choices.between(1, 3);
    const parts = x.split(length, dim);
    expect(parts.length).toBe(Math.max(1, Math.ceil(size / length)));
    const i = choices.between(0, parts.length - 1);
    const kept = Array.from({ length: size }, (_, j) => j).slice(i * length, (i + 1) * length);
    return [parts[i]!, oracle.keep(view, dim, kept)];
  },
  mT(x, view) {
    const n = view.shape.length;
    if (n < 2) return [x, view];
    return [x.mT, oracle.permute(view, [...Array(n - 2).keys(), n - 1, n - 2])];
  },
};
