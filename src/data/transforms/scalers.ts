import { ShapeError, WasmgradError, formatShape } from '../../core/errors.js';
import { scope, tensor, type Tensor } from '../../tensor/index.js';
import { checkOptions } from '../../tensor/options.js';

function checkTable(name: string, x: Tensor, columns: number | null): number {
  if (x.ndim !== 2 || x.shape[0] === 0 || (columns !== null && x.shape[1] !== columns)) {
    throw new ShapeError(`${name}: expected a table [N, ${columns ?? 'D'}], got ${formatShape(x.shape)}`);
  }
  return x.shape[1]!;
}

function row(values: readonly number[], like: Tensor): Tensor {
  return tensor(values, { dtype: like.dtype === 'float64' ? 'float64' : 'float32' });
}

/** Options of {@link StandardScaler}. */
export interface StandardScalerOptions {
  /** Takes the mean away. Default true. */
  readonly withMean?: boolean;
  /** Divides by the standard deviation. Default true. */
  readonly withStd?: boolean;
}

/**
 * (x − mean) / std by column; columns that do not vary are only moved. std divides by N. NaN stand for values that are missing: they are
 * not learned from, and stay.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.StandardScaler.html
 *
 * @example
 * ```ts
 * import { tensor, transforms } from 'wasmgrad';
 * const scaler = new transforms.StandardScaler().fit(tensor([[1, 10], [3, 10]]));
 * scaler.transform(tensor([[3, 11]])).tolist(); // [[1, 1]]
 * ```
 */
export class StandardScaler {
  readonly #withMean: boolean;
  readonly #withStd: boolean;
  /** Values seen of each column. */
  #counts: number[] = [];
  #mean: number[] = [];
  #squares: number[] = [];

  constructor(options: StandardScalerOptions = {}) {
    checkOptions('StandardScaler', options, ['withMean', 'withStd']);
    this.#withMean = options.withMean ?? true;
    this.#withStd = options.withStd ?? true;
  }

  /** The mean of each column. */
  get mean(): readonly number[] {
    return this.#mean;
  }

  /** The variance of each column. */
  get variance(): readonly number[] {
    return this.#squares.map((sum, d) => sum / this.#counts[d]!);
  }

  /** Learns from a table [N, D], and forgets what was learned before. */
  fit(x: Tensor): this {
    checkTable('StandardScaler', x, null);
    [this.#counts, this.#mean, this.#squares] = [[], [], []];
    return this.partialFit(x);
  }

  /** Learns from more rows (Chan, Golub and LeVeque 1979). */
  partialFit(x: Tensor): this {
    const columns = checkTable('StandardScaler', x, this.#mean.length || null);
    if (this.#mean.length === 0) {
      [this.#counts, this.#mean, this.#squares] = [0, 1, 2].map(() => Array<number>(columns).fill(0)) as [
        number[],
        number[],
        number[],
      ];
    }
    const [counts, mean, squares] = scope(() => {
      const wide = x.to('float64');
      const absent = wide.isnan();
      const seen = absent.logicalNot().sum(0, true);
      const middle = wide
        .maskedFill(absent, 0)
        .sum(0, true)
        .div(seen.clamp({ min: 1 }));
      const apart = wide.sub(middle).maskedFill(absent, 0).square().sum(0);
      return [seen.flatten(), middle.flatten(), apart].map((row) => row.tolist() as number[]) as [
        number[],
        number[],
        number[],
      ];
    });
    for (let d = 0; d < columns; d++) {
      const [n, before] = [counts[d]!, this.#counts[d]!];
      if (n === 0) continue;
      const total = before + n;
      const step = mean[d]! - this.#mean[d]!;
      this.#squares[d]! += squares[d]! + (step * step * before * n) / total;
      this.#mean[d]! += (step * n) / total;
      this.#counts[d] = total;
    }
    return this;
  }

  /** Whether a column's variance is more than the rounding of its mean makes of equal values. */
  #varies(d: number): boolean {
    const [n, mean, variance] = [this.#counts[d]!, this.#mean[d]!, this.variance[d]!];
    return variance > n * Number.EPSILON * variance + (n * mean * Number.EPSILON) ** 2;
  }

  #scale(x: Tensor): [Tensor, Tensor] {
    if (this.#mean.length === 0) throw new WasmgradError('StandardScaler: call fit first');
    checkTable('StandardScaler', x, this.#mean.length);
    const means = this.#mean.map((mean) => (this.#withMean ? mean : 0));
    const stds = this.variance.map((v, d) => (this.#withStd && this.#varies(d) ? Math.sqrt(v) : 1));
    return [row(means, x), row(stds, x)];
  }

  /** The scaled table. @throws WasmgradError before `fit` */
  transform(x: Tensor): Tensor {
    const [mean, std] = this.#scale(x);
    return x.sub(mean).div(std);
  }

  /** From scaled values back. */
  inverseTransform(x: Tensor): Tensor {
    const [mean, std] = this.#scale(x);
    return x.mul(std).add(mean);
  }
}

/** Options of {@link MinMaxScaler}. */
export interface MinMaxOptions {
  /** Default [0, 1]. */
  readonly featureRange?: readonly [number, number];
  /** Holds values beyond those seen in the range. Default false. */
  readonly clip?: boolean;
}

/**
 * Moves and stretches each column from its least and largest value to a range; columns that do not vary are only moved. NaN stand for
 * values that are missing: they are not learned from, and stay.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.MinMaxScaler.html
 */
export class MinMaxScaler {
  readonly featureRange: readonly [number, number];
  readonly #clip: boolean;
  #least: number[] = [];
  #most: number[] = [];

  constructor(options: MinMaxOptions = {}) {
    checkOptions('MinMaxScaler', options, ['featureRange', 'clip']);
    this.featureRange = options.featureRange ?? [0, 1];
    this.#clip = options.clip ?? false;
    const [low, high] = this.featureRange;
    if (!(low < high)) throw new WasmgradError(`MinMaxScaler: featureRange must rise, got [${low}, ${high}]`);
  }

  /** The least value of each column. */
  get dataMin(): readonly number[] {
    return this.#least;
  }

  /** The largest value of each column. */
  get dataMax(): readonly number[] {
    return this.#most;
  }

  /** Learns from a table [N, D], and forgets what was learned before. */
  fit(x: Tensor): this {
    checkTable('MinMaxScaler', x, null);
    [this.#least, this.#most] = [[], []];
    return this.partialFit(x);
  }

  /** Learns from more rows. */
  partialFit(x: Tensor): this {
    checkTable('MinMaxScaler', x, this.#least.length || null);
    const [least, most] = scope(() => {
      const wide = x.to('float64');
      const absent = wide.isnan();
      const ends = [wide.maskedFill(absent, Infinity).amin(0), wide.maskedFill(absent, -Infinity).amax(0)];
      return ends.map((row) => row.tolist() as number[]) as [number[], number[]];
    });
    this.#least = least.map((value, d) => Math.min(value, this.#least[d] ?? Infinity));
    this.#most = most.map((value, d) => Math.max(value, this.#most[d] ?? -Infinity));
    return this;
  }

  #scale(x: Tensor): [Tensor, Tensor] {
    if (this.#least.length === 0) throw new WasmgradError('MinMaxScaler: call fit first');
    checkTable('MinMaxScaler', x, this.#least.length);
    const [low, high] = this.featureRange;
    const factors = this.#least.map((least, d) => {
      const range = this.#most[d]! - least;
      return (high - low) / (Math.abs(range) < 10 * Number.EPSILON ? 1 : range);
    });
    return [
      row(factors, x),
      row(
        this.#least.map((least, d) => low - least * factors[d]!),
        x,
      ),
    ];
  }

  /** The scaled table. @throws WasmgradError before `fit` */
  transform(x: Tensor): Tensor {
    const [factor, shift] = this.#scale(x);
    const y = x.mul(factor).add(shift);
    return this.#clip ? y.clamp(...this.featureRange) : y;
  }

  /** From scaled values back. */
  inverseTransform(x: Tensor): Tensor {
    const [factor, shift] = this.#scale(x);
    return x.sub(shift).div(factor);
  }
}
