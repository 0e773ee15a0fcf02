import { Generator, defaultGenerator } from '../runtime/generator.js';
import { scope } from '../tensor/index.js';
import { multinomial, randint, randperm, tensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';

export type { Generator };

/** Options that hand on a generator where one is given. */
function drawnBy(generator: Generator | undefined): { generator?: Generator } {
  return generator ? { generator } : {};
}

function read(draw: () => Tensor): number[] {
  return scope(() => Array.from(draw().toTypedArray()));
}

/** A seed as PyTorch draws it for samplers and loaders: `torch.empty((), dtype=torch.int64).random_()`. */
export function drawSeed(generator: Generator = defaultGenerator()): bigint {
  return BigInt.asUintN(63, generator.random64());
}

/** A generator of its own. */
export function newGenerator(seed: number | bigint): Generator {
  return new Generator().manualSeed(seed);
}

/** 0 … n - 1 in a random order. */
export function permutation(n: number, generator?: Generator): number[] {
  return read(() => randperm(n, drawnBy(generator)));
}

/** `count` whole numbers in 0 … high - 1. */
export function integers(high: number, count: number, generator?: Generator): number[] {
  return read(() => randint(0, high, [count], { dtype: 'int32', ...drawnBy(generator) }));
}

/** `count` indices, drawn in proportion to weights. */
export function weightedIndices(
  weights: readonly number[],
  count: number,
  replacement: boolean,
  generator?: Generator,
): number[] {
  return read(() => multinomial(tensor(weights, { dtype: 'float64' }), count, { replacement, ...drawnBy(generator) }));
}
