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

/**
 * (x − mean) / std by column; columns that do not vary are only moved. std divides by N.
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
  #count = 0;
  #mean: number[] = [];
  #squares: number[] = [];

  /** The mean of each column. */
  get mean(): readonly number[] {
    return this.#mean;
  }

  /** The variance of each column. */
  get variance(): readonly number[] {
    return this.#squares.map((sum) => sum / this.#count);
  }

  /** Learns from a table [N, D], and forgets what was learned before. */
  fit(x: Tensor): this {
    this.#count = 0;
    return this.partialFit(x);
  }

  /** Learns from more rows (Chan, Golub and LeVeque 1979). */
  partialFit(x: Tensor): this {
    const columns = checkTable('StandardScaler', x, this.#count === 0 ? null : this.#mean.length);
    if (this.#count === 0) [this.#mean, this.#squares] = [Array(columns).fill(0), Array(columns).fill(0)];
    const n = x.shape[0]!;
    const [mean, squares] = scope(() => {
      const wide = x.to('float64');
      const middle = wide.mean(0, true);
      return [middle.flatten().tolist() as number[], wide.sub(middle).square().sum(0).tolist() as number[]] as const;
    });
    const total = this.#count + n;
    for (let d = 0; d < columns; d++) {
      const step = mean[d]! - this.#mean[d]!;
      this.#squares[d]! += squares[d]! + (step * step * this.#count * n) / total;
      this.#mean[d]! += (step * n) / total;
    }
    this.#count = total;
    return this;
  }

  #scale(x: Tensor): [Tensor, Tensor] {
    if (this.#count === 0) throw new WasmgradError('StandardScaler: call fit first');
    checkTable('StandardScaler', x, this.#mean.length);
    return [
      row(this.#mean, x),
      row(
        this.variance.map((v) => (v > 0 ? Math.sqrt(v) : 1)),
        x,
      ),
    ];
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
 * Moves and stretches each column from its least and largest value to a range.
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
    [this.#least, this.#most] = [[], []];
    return this.partialFit(x);
  }

  /** Learns from more rows. */
  partialFit(x: Tensor): this {
    checkTable('MinMaxScaler', x, this.#least.length || null);
    const [least, most] = scope(() => [x.amin(0).tolist() as number[], x.amax(0).tolist() as number[]]);
    this.#least = least.map((value, d) => Math.min(value, this.#least[d] ?? Infinity));
    this.#most = most.map((value, d) => Math.max(value, this.#most[d] ?? -Infinity));
    return this;
  }

  #scale(x: Tensor): [Tensor, Tensor] {
    if (this.#least.length === 0) throw new WasmgradError('MinMaxScaler: call fit first');
    checkTable('MinMaxScaler', x, this.#least.length);
    const [low, high] = this.featureRange;
    const factors = this.#least.map((least, d) => (high - low) / (this.#most[d]! - least || 1));
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
