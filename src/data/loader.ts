import { WasmgradError } from '../core/errors.js';
import { Scope } from '../runtime/scope.js';
import { checkOptions } from '../tensor/options.js';
import type { Collated } from './collate.js';
import { defaultCollate } from './collate.js';
import { datasetOf, type Dataset, type DatasetLike } from './dataset.js';
import { isIterableDataset, type IterableDataset } from './iterable.js';
import { drawSeed, generatorOf, type DrawnBy, type Generator } from './random.js';
import { BatchSampler, RandomSampler, SequentialSampler, checkBatchSize, inBatches } from './samplers.js';

/** Options of {@link DataLoader}. */
export interface DataLoaderOptions<T, B> extends DrawnBy {
  /** Samples a batch. Default 1. */
  readonly batchSize?: number;
  /** Draws the samples in a new random order at each pass. Default false. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch that is not full. Default false. */
  readonly dropLast?: boolean;
  /** The order of the samples; excludes `shuffle`. */
  readonly sampler?: Iterable<number> & { readonly length: number };
  /** The batches as lists of indices; excludes `batchSize`, `shuffle`, `sampler` and `dropLast`. */
  readonly batchSampler?: Iterable<readonly number[]> & { readonly length: number };
  /** Makes a batch of samples. Default: `defaultCollate`. */
  readonly collate?: (samples: T[]) => B;
}

const optionNames: readonly (keyof DataLoaderOptions<unknown, unknown>)[] = [
  'batchSize',
  'shuffle',
  'dropLast',
  'sampler',
  'batchSampler',
  'collate',
  'seed',
  'generator',
];

function checkLoaderOptions(options: DataLoaderOptions<never, unknown>): void {
  checkOptions('DataLoader', options, optionNames);
  const { batchSize, shuffle, dropLast, sampler, batchSampler } = options;
  if (sampler && shuffle) throw new WasmgradError('DataLoader: sampler excludes shuffle');
  if (batchSampler && (batchSize !== undefined || shuffle || sampler || dropLast)) {
    throw new WasmgradError('DataLoader: batchSampler excludes batchSize, shuffle, sampler and dropLast');
  }
}

/**
 * Batches of a data set, for `for … of`. Each turn of the loop is a scope: what is made in it, the batch included, is freed when the
 * next batch is asked for or the loop is left, but for parameters, gradients and what was taken out with `keep()`.
 * With `shuffle` the order is PyTorch's for the same seed, pass by pass. Samples of an `IterableDataset` come in its own order.
 *
 * @throws WasmgradError when options exclude each other, one is unknown, batchSize is no positive whole number, or there is nothing to
 *   shuffle
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 *
 * @example
 * ```ts
 * import { data, tensor } from 'wasmgrad';
 * const set = new data.TensorDataset(tensor([[1], [2], [3]]), tensor([[2], [4], [6]]));
 * for (const [x, y] of new data.DataLoader(set, { batchSize: 2, shuffle: true, seed: 0 })) console.log(x.shape, y.shape);
 * ```
 */
export class DataLoader<T, B = Collated<T>, D extends Dataset<T> | IterableDataset<T> = Dataset<T>> {
  readonly dataset: D;
  /** The batches' indices, which each pass draws anew; null where the data set has none. */
  readonly batchSampler: (Iterable<readonly number[]> & { readonly length: number }) | null;
  readonly #batchSize: number;
  readonly #dropLast: boolean;
  readonly #collate: ((samples: T[]) => B) | undefined;
  readonly #generator: Generator | undefined;

  constructor(dataset: DatasetLike<T> | IterableDataset<T>, options: DataLoaderOptions<T, B> = {}) {
    checkLoaderOptions(options);
    const { batchSize = 1, shuffle = false, dropLast = false, collate } = options;
    this.#generator = generatorOf('DataLoader', options);
    this.#collate = collate;
    this.#batchSize = batchSize;
    this.#dropLast = dropLast;
    if (isIterableDataset(dataset)) {
      if (shuffle || options.sampler || options.batchSampler) {
        throw new WasmgradError('DataLoader: an IterableDataset excludes shuffle, sampler and batchSampler');
      }
      checkBatchSize('DataLoader', batchSize);
      this.dataset = dataset as D;
      this.batchSampler = null;
      return;
    }
    const set = datasetOf(dataset);
    const generator = this.#generator;
    const order = (): Iterable<number> & { readonly length: number } =>
      shuffle ? new RandomSampler(set, generator ? { generator } : {}) : new SequentialSampler(set);
    this.dataset = set as Dataset<T> as D;
    this.batchSampler = options.batchSampler ?? new BatchSampler(options.sampler ?? order(), batchSize, dropLast);
  }

  /**
   * The number of batches.
   * @throws WasmgradError for an `IterableDataset`, which has none
   */
  get length(): number {
    if (!this.batchSampler) throw new WasmgradError('DataLoader: an IterableDataset has no length');
    return this.batchSampler.length;
  }

  #load(set: Dataset<T>, indices: readonly number[]): B {
    if (this.#collate) return this.#collate(indices.map((index) => set.get(index)));
    return set.getBatch(indices) as B;
  }

  /** One pass over samples as they come. What they are made of lives until the batch is loaded. */
  *#pass(set: IterableDataset<T>): IterableIterator<() => B> {
    const batches = inBatches(set, this.#batchSize, this.#dropLast);
    try {
      for (;;) {
        const scope = Scope.open();
        try {
          const { value, done } = batches.next();
          if (done) return;
          yield () => (this.#collate ? this.#collate(value) : (defaultCollate(value) as B));
        } finally {
          scope.close();
        }
      }
    } finally {
      // A loop that is left ends the data set's own iteration, which may hold a file open.
      batches.return?.();
    }
  }

  /** One pass, as functions that load a batch each, without scopes: for loops that open their own. */
  *deferred(): IterableIterator<() => B> {
    // PyTorch draws a seed for its worker processes at the start of a pass, workers or not.
    drawSeed(this.#generator);
    const { batchSampler } = this;
    const dataset: Dataset<T> | IterableDataset<T> = this.dataset;
    if (isIterableDataset(dataset)) return yield* this.#pass(dataset);
    for (const indices of batchSampler!) yield () => this.#load(dataset, indices);
  }

  /** One pass. */
  *[Symbol.iterator](): IterableIterator<B> {
    for (const load of this.deferred()) {
      const scope = Scope.open();
      try {
        yield load();
      } finally {
        scope.close();
      }
    }
  }
}
