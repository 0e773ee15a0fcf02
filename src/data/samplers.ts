import { ShapeError, WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { drawSeed, generatorOf, integers, newGenerator, permutation, weightedIndices } from './random.js';
import type { DrawnBy, Generator } from './random.js';

/** The order in which samples are drawn: indices, and how many of them. */
export interface Sampler {
  readonly length: number;
  [Symbol.iterator](): Iterator<number>;
}

/** What samplers need to know of a data set. */
interface Sized {
  readonly length: number;
}

function checkCount(name: string, count: number): number {
  if (!Number.isInteger(count) || count <= 0) {
    throw new WasmgradError(`${name}: the number of samples must be a positive whole number, got ${count}`);
  }
  return count;
}

/**
 * The indices in order.
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.SequentialSampler
 */
export class SequentialSampler implements Sampler {
  readonly #set: Sized;

  constructor(set: Sized) {
    this.#set = set;
  }

  get length(): number {
    return this.#set.length;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let i = 0; i < this.#set.length; i++) yield i;
  }
}

/** Options of {@link RandomSampler}. */
export interface RandomSamplerOptions extends DrawnBy {
  /** Draws with replacement. Default false. */
  readonly replacement?: boolean;
  /** How many indices are drawn. Default: as many as there are samples. */
  readonly numSamples?: number;
}

/** With replacement PyTorch draws this many indices at a time. */
const drawsAtATime = 32;

/**
 * The indices in a random order, PyTorch's for the same seed or generator; by default drawn by one that the global generator seeds at
 * each pass.
 *
 * @throws WasmgradError when no index would be drawn
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.RandomSampler
 */
export class RandomSampler implements Sampler {
  readonly #set: Sized;
  readonly #options: RandomSamplerOptions;
  readonly #generator: Generator | undefined;

  constructor(set: Sized, options: RandomSamplerOptions = {}) {
    checkOptions('RandomSampler', options, ['replacement', 'numSamples', 'seed', 'generator']);
    this.#set = set;
    this.#options = options;
    this.#generator = generatorOf('RandomSampler', options);
    checkCount('RandomSampler', this.length);
  }

  get length(): number {
    return this.#options.numSamples ?? this.#set.length;
  }

  *[Symbol.iterator](): Iterator<number> {
    if (this.#generator) return yield* this.#draw(this.#generator);
    const own = newGenerator(drawSeed());
    try {
      yield* this.#draw(own);
    } finally {
      own.dispose();
    }
  }

  *#draw(generator: Generator): Iterable<number> {
    const n = this.#set.length;
    const count = this.length;
    const rest = count % (this.#options.replacement ? drawsAtATime : n);
    if (this.#options.replacement) {
      for (let i = drawsAtATime; i <= count; i += drawsAtATime) yield* integers(n, drawsAtATime, generator);
      yield* integers(n, rest, generator);
    } else {
      for (let i = n; i <= count; i += n) yield* permutation(n, generator);
      // Also where nothing is left to draw: a shared generator moves on by one permutation, as PyTorch's does.
      yield* permutation(n, generator).slice(0, rest);
    }
  }
}

/**
 * The given indices in a random order, without replacement.
 *
 * @param options `seed` or `generator`: default the global one
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.SubsetRandomSampler
 */
export class SubsetRandomSampler implements Sampler {
  readonly indices: readonly number[];
  readonly #generator: Generator | undefined;

  constructor(indices: readonly number[], options: DrawnBy = {}) {
    checkOptions('SubsetRandomSampler', options, ['seed', 'generator']);
    this.indices = indices;
    this.#generator = generatorOf('SubsetRandomSampler', options);
  }

  get length(): number {
    return this.indices.length;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (const i of permutation(this.indices.length, this.#generator)) yield this.indices[i]!;
  }
}

/** Options of {@link WeightedRandomSampler}. */
export interface WeightedRandomSamplerOptions extends DrawnBy {
  /** Draws with replacement. Default true. */
  readonly replacement?: boolean;
}

/**
 * Indices in `0 … weights.length - 1`, drawn with probabilities in proportion to the weights.
 *
 * @throws WasmgradError when `numSamples` is not a positive whole number; ShapeError when without replacement more is drawn than there is
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.WeightedRandomSampler
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * const sampler = new data.WeightedRandomSampler([0.1, 0.9, 0.4], 100);
 * ```
 */
export class WeightedRandomSampler implements Sampler {
  readonly weights: readonly number[];
  readonly length: number;
  readonly #replacement: boolean;
  readonly #generator: Generator | undefined;

  constructor(weights: ArrayLike<number>, numSamples: number, options: WeightedRandomSamplerOptions = {}) {
    checkOptions('WeightedRandomSampler', options, ['replacement', 'seed', 'generator']);
    this.weights = Array.from(weights);
    this.length = checkCount('WeightedRandomSampler', numSamples);
    this.#replacement = options.replacement ?? true;
    this.#generator = generatorOf('WeightedRandomSampler', options);
    if (!this.#replacement && numSamples > this.weights.length) {
      throw new ShapeError(
        `WeightedRandomSampler: cannot draw ${numSamples} of ${this.weights.length} samples without replacement`,
      );
    }
  }

  *[Symbol.iterator](): Iterator<number> {
    yield* weightedIndices(this.weights, this.length, this.#replacement, this.#generator);
  }
}

/** Throws unless batches have a size. */
export function checkBatchSize(name: string, batchSize: number): void {
  if (!Number.isInteger(batchSize) || batchSize <= 0) {
    throw new WasmgradError(`${name}: batchSize must be a positive whole number, got ${batchSize}`);
  }
}

/** What comes, in lists of a size. */
export function* inBatches<T>(samples: Iterable<T>, size: number, dropLast: boolean): IterableIterator<T[]> {
  let batch: T[] = [];
  for (const sample of samples) {
    batch.push(sample);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0 && !dropLast) yield batch;
}

/**
 * Groups a sampler's indices into batches.
 *
 * @param dropLast leaves out a last batch that is not full
 * @throws WasmgradError when `batchSize` is not a positive whole number
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.BatchSampler
 */
export class BatchSampler {
  readonly sampler: Iterable<number> & Sized;
  readonly batchSize: number;
  readonly dropLast: boolean;

  constructor(sampler: Iterable<number> & Sized, batchSize: number, dropLast: boolean) {
    checkBatchSize('BatchSampler', batchSize);
    this.sampler = sampler;
    this.batchSize = batchSize;
    this.dropLast = dropLast;
  }

  get length(): number {
    const batches = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  [Symbol.iterator](): Iterator<number[]> {
    return inBatches(this.sampler, this.batchSize, this.dropLast);
  }
}
