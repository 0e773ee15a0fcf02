import { ShapeError } from '../core/errors.js';
import { Dataset, checkIndex, datasetOf, type DatasetLike } from './dataset.js';

/**
 * A data set whose samples come one after the other, without an index and perhaps without an end: extend it with `[Symbol.iterator]`.
 * A `DataLoader` takes its batches as they come; it neither shuffles nor knows how many there are.
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.IterableDataset
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * class Countdown extends data.IterableDataset<number> {
 *   *[Symbol.iterator](): Iterator<number> {
 *     for (let i = 10; i > 0; i--) yield i;
 *   }
 * }
 * for (const x of new data.DataLoader(new Countdown(), { batchSize: 5 })) console.log(x.tolist());
 * ```
 */
export abstract class IterableDataset<T = unknown> {
  /** The samples of one pass. */
  abstract [Symbol.iterator](): Iterator<T>;
}

/**
 * Iterable data sets one after the other.
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.ChainDataset
 */
export class ChainDataset<T> extends IterableDataset<T> {
  readonly datasets: readonly Iterable<T>[];

  constructor(datasets: readonly Iterable<T>[]) {
    super();
    this.datasets = datasets;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const dataset of this.datasets) yield* dataset;
  }
}

type Stacked<D> = { readonly [K in keyof D]: D[K] extends DatasetLike<infer T> ? T : never };

/**
 * Data sets side by side: sample i is the list, or the object, of their samples i.
 *
 * @throws ShapeError when there is none, or their lengths differ
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.StackDataset
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * const pairs = new data.StackDataset({ image: [1, 2, 3], text: ['a', 'b', 'c'] });
 * pairs.get(1); // { image: 2, text: 'b' }
 * ```
 */
export class StackDataset<
  D extends readonly DatasetLike<unknown>[] | Readonly<Record<string, DatasetLike<unknown>>>,
> extends Dataset<Stacked<D>> {
  readonly length: number;
  readonly #names: readonly string[] | null;
  readonly #datasets: readonly Dataset<unknown>[];

  constructor(datasets: D) {
    super();
    const list = Array.isArray(datasets);
    this.#names = list ? null : Object.keys(datasets);
    this.#datasets = (Object.values(datasets) as DatasetLike<unknown>[]).map(datasetOf);
    const lengths = this.#datasets.map(({ length }) => length);
    if (lengths.length === 0 || lengths.some((n) => n !== lengths[0])) {
      throw new ShapeError(`StackDataset: expected data sets of one length, got ${lengths.join(', ') || 'none'}`);
    }
    this.length = lengths[0]!;
  }

  get(index: number): Stacked<D> {
    const i = checkIndex('StackDataset', index, this.length);
    const samples = this.#datasets.map((dataset) => dataset.get(i));
    const names = this.#names;
    const stacked = names ? Object.fromEntries(samples.map((sample, k) => [names[k]!, sample])) : samples;
    return stacked as Stacked<D>;
  }
}

/** Tells whether a data set can only be gone through. */
export function isIterableDataset<T>(dataset: DatasetLike<T> | IterableDataset<T>): dataset is IterableDataset<T> {
  return dataset instanceof IterableDataset;
}
