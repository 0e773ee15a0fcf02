import { WasmgradError } from '../core/errors.js';
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

/** Where an order comes from: a seed, which stands for `torch.Generator().manual_seed(seed)`, or a generator. */
export interface DrawnBy {
  /** The order is PyTorch's with `generator=torch.Generator().manual_seed(seed)`. */
  readonly seed?: number;
  /** Instead of a seed. */
  readonly generator?: Generator;
}

/**
 * The generator that options name, if any.
 * @throws WasmgradError when they name both
 */
export function generatorOf(op: string, { seed, generator }: DrawnBy): Generator | undefined {
  if (seed !== undefined && generator) throw new WasmgradError(`${op}: seed excludes generator`);
  return seed === undefined ? generator : newGenerator(seed);
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
