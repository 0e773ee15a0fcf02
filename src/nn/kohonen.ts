import { noGrad } from '../autograd/mode.js';
import { WasmgradError } from '../core/errors.js';
import { tensor, zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { floatRepr } from './repr.js';

/** Options of `KohonenMap`. */
export interface KohonenOptions {
  /** How far a unit moves at first. Default 0.5. */
  readonly lr?: number;
  /** The deviation of the neighbourhood at first, in units of the grid. Default: half of the grid's larger side. */
  readonly sigma?: number;
  /** Samples after which both have fallen by the factor e. Default 1000. */
  readonly decay?: number;
}

/**
 * A self-organising map: units on a grid, each with a weight. A sample x pulls the unit whose weight is nearest, and its neighbours:
 * wₖ ← wₖ + lr(t)·h(k)·(x − wₖ) with h(k) = e^(−d² / 2σ(t)²), d the distance on the grid to the winner, and lr(t), σ(t) = first value · e^(−t / decay).
 *
 * Shapes: x [N, inFeatures] → winners [N] int32; weight [rows·columns, inFeatures], a buffer that starts uniform in [0, 1)
 *
 * Source: Kohonen 1982, "Self-organized formation of topologically correct feature maps".
 *
 * @example
 * const map = new nn.KohonenMap(3, 10, 10);
 * for (const [x] of loader) map.step(x);
 */
export class KohonenMap extends Module {
  readonly rows: number;
  readonly columns: number;
  readonly lr: number;
  readonly sigma: number;
  readonly decay: number;
  declare weight: Tensor;
  /** The squared distances of all units on the grid. */
  declare distances: Tensor;
  /** How many samples the map has seen. */
  declare seen: Tensor;

  /** @throws WasmgradError for an unknown option, or one that is not above 0 */
  constructor(inFeatures: number, rows: number, columns: number, options: KohonenOptions = {}) {
    super();
    checkOptions('KohonenMap', options, ['lr', 'sigma', 'decay']);
    const { lr = 0.5, sigma = Math.max(rows, columns) / 2, decay = 1000 } = options;
    for (const [name, value] of Object.entries({ lr, sigma, decay })) {
      if (!(value > 0)) throw new WasmgradError(`KohonenMap: ${name} must be above 0, got ${value}`);
    }
    this.rows = rows;
    this.columns = columns;
    this.lr = lr;
    this.sigma = sigma;
    this.decay = decay;
    const units = rows * columns;
    const squares = Array.from({ length: units * units }, (_, i) => {
      const [a, b] = [Math.floor(i / units), i % units];
      return (Math.floor(a / columns) - Math.floor(b / columns)) ** 2 + ((a % columns) - (b % columns)) ** 2;
    });
    this.registerBuffer('weight', zeros([units, inFeatures]).uniform_());
    this.registerBuffer('distances', tensor(squares, { shape: [units, units] }), { persistent: false });
    this.registerBuffer('seen', zeros([]));
  }

  /** Squared distances of samples to weights. Shapes: x [N, inFeatures] → [N, units] */
  private apart(x: Tensor): Tensor {
    return x.unsqueeze(1).sub(this.weight).square().sum(2);
  }

  /** The unit nearest to each sample. */
  override forward(x: Tensor): Tensor {
    return noGrad(() => this.apart(x).argmin(1));
  }

  /** The samples of a batch pull the map, one after another. */
  step(x: Tensor): void {
    noGrad(() => {
      for (const sample of x.split(1, 0)) {
        const fall = this.seen.div(-this.decay).exp();
        const squares = this.distances.indexSelect(0, this.forward(sample)).squeeze(0);
        const width = fall.mul(this.sigma).square().mul(2);
        const pull = squares.div(width).neg().exp().mul(fall.mul(this.lr));
        this.weight.add_(sample.sub(this.weight).mul(pull.unsqueeze(1)));
        this.seen.add_(1);
      }
    });
  }

  /** The mean distance of samples to their nearest weights. */
  quantizationError(x: Tensor): Tensor {
    return noGrad(() => this.apart(x).amin(1).sqrt().mean());
  }

  override extraRepr(): string {
    const { rows, columns, lr, sigma, decay } = this;
    return `${this.weight.shape[1]}, ${rows}, ${columns}, lr=${floatRepr(lr)}, sigma=${floatRepr(sigma)}, decay=${decay}`;
  }
}
