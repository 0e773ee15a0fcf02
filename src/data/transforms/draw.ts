import { scope } from '../../tensor/index.js';
import { empty, rand, randint, randperm } from '../../tensor/index.js';
import type { Generator } from '../random.js';

const by = (generator: Generator | undefined): { generator?: Generator } => (generator ? { generator } : {});

/** `torch.rand(1)`. */
export function chance(generator: Generator | undefined): number {
  return scope(() => rand([1], by(generator)).item());
}

/** `torch.empty(1).uniform_(low, high)`. */
export function uniform(low: number, high: number, generator: Generator | undefined): number {
  return scope(() => empty([1]).uniform_(low, high, by(generator)).item());
}

/** `torch.randint(0, high, (1,))`. */
export function whole(high: number, generator: Generator | undefined): number {
  return scope(() => randint(0, high, [1], { dtype: 'int32', ...by(generator) }).item());
}

/** `torch.randperm(n)`. */
export function order(n: number, generator: Generator | undefined): number[] {
  return scope(() => Array.from(randperm(n, by(generator)).toTypedArray()));
}

/** Python's `round`: halves to the even neighbour. */
export function roundEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
