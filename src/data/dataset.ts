import { IndexError, ShapeError, WasmgradError } from '../core/errors.js';
import { tensor } from '../tensor/index.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/index.js';
import { defaultCollate, type Collated } from './collate.js';
import { generatorOf, permutation, type DrawnBy } from './random.js';

/** An index in `0 … length - 1` from one that may be negative. */
export function checkIndex(set: string, index: number, length: number): number {
  if (!Number.isInteger(index) || index < -length || index >= length) {
    throw new IndexError(`${set}: index ${index} is out of range for ${length} samples`);
  }
  return index < 0 ? index + length : index;
}

/**
 * A data set whose samples are reached by index: extend it with `length` and `get`.
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.Dataset
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * class Squares extends data.Dataset<[number, number]> {
 *   readonly length = 100;
 *   get(i: number): [number, number] {
 *     return [i, i * i];
 *   }
 * }
 * ```
 */
export abstract class Dataset<T = unknown> {
  /** The number of samples. */
  abstract readonly length: number;

  /** Sample `index`. */
  abstract get(index: number): T;

  /**
   * A batch of samples, as a loader without its own `collate` asks for it: `defaultCollate` of the samples one by one.
   * Override it where a whole batch can be had at once.
   */
  getBatch(indices: readonly number[]): Collated<T> {
    return defaultCollate(indices.map((index) => this.get(index)));
  }

  /** The samples in order. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.length; i++) yield this.get(i);
  }
}

/** Anything that has samples: a `Dataset`, an array, an object with `length` and `get`. */
export type DatasetLike<T> = Dataset<T> | readonly T[] | { readonly length: number; get(index: number): T };

/** A data set of anything that has samples. */
class Wrapped<T> extends Dataset<T> {
  readonly #samples: readonly T[] | { readonly length: number; get(index: number): T };

  constructor(samples: readonly T[] | { readonly length: number; get(index: number): T }) {
    super();
    this.#samples = samples;
  }

  get length(): number {
    return this.#samples.length;
  }

  get(index: number): T {
    if ('get' in this.#samples) return this.#samples.get(index);
    return this.#samples[checkIndex('Dataset', index, this.length)]!;
  }
}

/** A data set of anything that has samples. */
export function datasetOf<T>(samples: DatasetLike<T>): Dataset<T> {
  return samples instanceof Dataset ? samples : new Wrapped(samples);
}

/**
 * A data set of tensors: sample i is `[tensors[0][i], tensors[1][i], …]`.
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset
 *
 * @throws ShapeError when there is no tensor, one has no dims, or their first sizes differ
 */
export class TensorDataset<T extends readonly Tensor[] = readonly Tensor[]> extends Dataset<T> {
  readonly tensors: T;
  readonly length: number;

  constructor(...tensors: T) {
    super();
    const lengths = tensors.map((x) => x.shape[0]);
    const length = lengths[0];
    if (length === undefined || lengths.some((n) => n !== length)) {
      const sizes = tensors.map((x) => `[${x.shape.join(', ')}]`).join(', ');
      throw new ShapeError(`TensorDataset: expected tensors of one first size, got ${sizes || 'none'}`);
    }
    this.tensors = tensors;
    this.length = length;
  }

  get(index: number): T {
    const i = checkIndex('TensorDataset', index, this.length);
    return this.tensors.map((x) => x.select(0, i)) as readonly Tensor[] as T;
  }

  override getBatch(indices: readonly number[]): Collated<T> {
    // A subclass with its own samples must not be passed by.
    if (this.get !== TensorDataset.prototype.get) return super.getBatch(indices);
    const picked = tensor(Int32Array.from(indices, (index) => checkIndex('TensorDataset', index, this.length)));
    const batch: readonly Tensor[] = this.tensors.map((x) => x.indexSelect(0, picked));
    picked.dispose();
    return batch as Collated<T>;
  }
}

/**
 * Some samples of a data set: sample i is sample `indices[i]` of `dataset`.
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.Subset
 */
export class Subset<T> extends Dataset<T> {
  readonly dataset: Dataset<T>;
  readonly indices: readonly number[];
  readonly length: number;

  constructor(dataset: DatasetLike<T>, indices: readonly number[]) {
    super();
    this.dataset = datasetOf(dataset);
    this.indices = indices;
    this.length = indices.length;
  }

  #index(index: number): number {
    return this.indices[checkIndex('Subset', index, this.length)]!;
  }

  get(index: number): T {
    return this.dataset.get(this.#index(index));
  }

  override getBatch(indices: readonly number[]): Collated<T> {
    if (this.get !== Subset.prototype.get) return super.getBatch(indices);
    return this.dataset.getBatch(indices.map((index) => this.#index(index)));
  }
}

/**
 * Several data sets one after the other.
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.ConcatDataset
 *
 * @throws ShapeError when there is none
 */
export class ConcatDataset<T> extends Dataset<T> {
  readonly datasets: readonly Dataset<T>[];
  readonly length: number;

  constructor(datasets: readonly DatasetLike<T>[]) {
    super();
    if (datasets.length === 0) throw new ShapeError('ConcatDataset: expected at least one data set');
    this.datasets = datasets.map(datasetOf);
    this.length = datasets.reduce((sum, dataset) => sum + dataset.length, 0);
  }

  get(index: number): T {
    let i = checkIndex('ConcatDataset', index, this.length);
    for (const dataset of this.datasets) {
      if (i < dataset.length) return dataset.get(i);
      i -= dataset.length;
    }
    throw new WasmgradError('ConcatDataset: a data set became shorter');
  }
}

/** Lengths from fractions of `total`: rounded down, the rest given out one by one from the first on. */
function lengthsOfFractions(fractions: readonly number[], total: number): number[] {
  const lengths = fractions.map((fraction) => Math.floor(total * fraction));
  const rest = total - lengths.reduce((sum, n) => sum + n, 0);
  for (let i = 0; i < rest; i++) lengths[i % lengths.length]!++;
  return lengths;
}

/**
 * Splits a data set at random into parts of the given lengths, or of the given fractions where they sum to 1.
 * The parts are PyTorch's for the same seed or generator.
 *
 * @param options `seed` or `generator`: draws the permutation; default the global one
 * @throws ShapeError when the lengths do not sum to the data set's
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.random_split
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * const [training, validation] = data.randomSplit(await data.datasets.digits(), [0.8, 0.2]);
 * ```
 */
export function randomSplit<T>(
  dataset: DatasetLike<T>,
  lengths: readonly number[],
  options: DrawnBy = {},
): Subset<T>[] {
  checkOptions('randomSplit', options, ['seed', 'generator']);
  const total = lengths.reduce((sum, n) => sum + n, 0);
  const fractions = Math.abs(total - 1) <= 1e-9 && total <= 1;
  const sizes = fractions ? lengthsOfFractions(lengths, dataset.length) : lengths;
  const sum = sizes.reduce((a, b) => a + b, 0);
  if (sum !== dataset.length || sizes.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new ShapeError(
      `randomSplit: lengths [${lengths.join(', ')}] do not sum to the data set's ${dataset.length} (or to 1)`,
    );
  }
  const order = permutation(sum, generatorOf('randomSplit', options));
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return new Subset(dataset, order.slice(end - size, end));
  });
}
