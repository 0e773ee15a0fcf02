import { ShapeError, WasmgradError, checkWhole } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { Subset, datasetOf, type DatasetLike } from './dataset.js';
import { generatorOf, permutation, type DrawnBy, type Generator } from './random.js';

/** The samples of each class, classes in the order of their first samples. */
function byClass(labels: ArrayLike<number>): number[][] {
  const classes = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const members = classes.get(labels[i]!);
    if (members) members.push(i);
    else classes.set(labels[i]!, [i]);
  }
  return [...classes.values()];
}

function shuffled(list: readonly number[], generator: Generator | undefined): number[] {
  return permutation(list.length, generator).map((i) => list[i]!);
}

/**
 * Splits a data set at random into parts of the given fractions, each with the same shares of classes as the whole. Of each class what
 * fractions leave over goes to the parts with the largest remainders.
 *
 * @param labels the class of each sample
 * @param fractions sum to 1
 * @param options `seed` or `generator`: default the global one
 * @throws ShapeError when labels are not as many as samples; WasmgradError when fractions do not sum to 1
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * const digits = await data.datasets.digits();
 * const [training, test] = data.stratifiedSplit(digits, digits.targets, [0.8, 0.2], { seed: 0 });
 * ```
 */
export function stratifiedSplit<T>(
  dataset: DatasetLike<T>,
  labels: ArrayLike<number>,
  fractions: readonly number[],
  options: DrawnBy = {},
): Subset<T>[] {
  checkOptions('stratifiedSplit', options, ['seed', 'generator']);
  const set = datasetOf(dataset);
  if (labels.length !== set.length) {
    throw new ShapeError(`stratifiedSplit: ${labels.length} labels for ${set.length} samples`);
  }
  const sum = fractions.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) > 1e-9 || fractions.some((fraction) => !(fraction >= 0))) {
    throw new WasmgradError(`stratifiedSplit: fractions [${fractions.join(', ')}] do not sum to 1`);
  }
  const generator = generatorOf('stratifiedSplit', options);
  const parts: number[][] = fractions.map(() => []);
  for (const members of byClass(labels)) {
    const order = shuffled(members, generator);
    const exact = fractions.map((fraction) => fraction * order.length);
    const sizes = exact.map((size) => Math.floor(size + 1e-9));
    const left = order.length - sizes.reduce((a, b) => a + b, 0);
    const largest = exact.map((_, i) => i).sort((a, b) => exact[b]! - sizes[b]! - (exact[a]! - sizes[a]!));
    for (const i of largest.slice(0, left)) sizes[i]!++;
    let end = 0;
    sizes.forEach((size, i) => parts[i]!.push(...order.slice(end, (end += size))));
  }
  // Not class by class, for loaders that do not shuffle.
  return parts.map((part) => new Subset(set, shuffled(part, generator)));
}

/** Options of {@link KFold} and {@link StratifiedKFold}. */
export interface KFoldOptions extends DrawnBy {
  /** Draws the samples of a fold at random. Default false: they follow one another. */
  readonly shuffle?: boolean;
}

/** The indices of one round of cross-validation. */
export interface Fold {
  readonly training: number[];
  readonly validation: number[];
}

/** The folds as rounds: each is the validation part once. */
function rounds(folds: readonly (readonly number[])[]): Fold[] {
  const ascending = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
  return folds.map((validation, k) => ({
    training: ascending(folds.filter((_, i) => i !== k).flat()),
    validation: ascending(validation),
  }));
}

function checkFolds(name: string, k: number, options: KFoldOptions): void {
  checkOptions(name, options, ['shuffle', 'seed', 'generator']);
  checkWhole(name, 'the number of folds', k, 2, WasmgradError);
  if (!options.shuffle && (options.seed !== undefined || options.generator)) {
    throw new WasmgradError(`${name}: a seed or a generator has no effect without shuffle`);
  }
}

/**
 * K-fold cross-validation: each sample is in the validation part of one of k rounds. The first n mod k folds hold one sample more.
 *
 * @throws WasmgradError when k is below 2, or there are fewer samples than folds
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.KFold.html
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * const set = [1, 2, 3, 4, 5, 6];
 * for (const { training, validation } of new data.KFold(3).split(set)) {
 *   console.log(new data.Subset(set, training).length, new data.Subset(set, validation).length); // 4 2
 * }
 * ```
 */
export class KFold {
  readonly k: number;
  readonly #options: KFoldOptions;

  constructor(k: number, options: KFoldOptions = {}) {
    checkFolds('KFold', k, options);
    this.k = k;
    this.#options = options;
  }

  /** The rounds for a data set. */
  split(dataset: { readonly length: number }): Fold[] {
    const n = dataset.length;
    if (n < this.k) throw new WasmgradError(`KFold: ${this.k} folds of ${n} samples`);
    const { shuffle = false } = this.#options;
    const order = shuffle
      ? permutation(n, generatorOf('KFold', this.#options))
      : Array.from({ length: n }, (_, i) => i);
    let end = 0;
    const folds = Array.from({ length: this.k }, (_, i) => {
      const size = Math.floor(n / this.k) + Number(i < n % this.k);
      return order.slice(end, (end += size));
    });
    return rounds(folds);
  }
}

/**
 * K-fold cross-validation whose folds have the same shares of classes as the whole.
 *
 * @throws WasmgradError when k is below 2, or no class has k samples
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.StratifiedKFold.html
 */
export class StratifiedKFold {
  readonly k: number;
  readonly #options: KFoldOptions;

  constructor(k: number, options: KFoldOptions = {}) {
    checkFolds('StratifiedKFold', k, options);
    this.k = k;
    this.#options = options;
  }

  /** The rounds for samples of the given classes. */
  split(labels: ArrayLike<number>): Fold[] {
    const { shuffle = false } = this.#options;
    const generator = shuffle ? generatorOf('StratifiedKFold', this.#options) : undefined;
    const classes = byClass(labels);
    const most = classes.reduce((largest, members) => Math.max(largest, members.length), 0);
    if (most < this.k)
      throw new WasmgradError(`StratifiedKFold: ${this.k} folds, but no class has more than ${most} samples`);
    // Dealing out the samples sorted by class says how many of each class a fold takes.
    const dealt = classes.flatMap((members, c) => members.map(() => c));
    const folds: number[][] = Array.from({ length: this.k }, () => []);
    classes.forEach((members, c) => {
      const order = shuffle ? shuffled(members, generator) : members;
      let end = 0;
      for (let fold = 0; fold < this.k; fold++) {
        let size = 0;
        for (let i = fold; i < dealt.length; i += this.k) if (dealt[i] === c) size++;
        folds[fold]!.push(...order.slice(end, (end += size)));
      }
    });
    return rounds(folds);
  }
}
