import { noGrad } from '../autograd/mode.js';
import { ShapeError, WasmgradError, fail } from '../core/errors.js';
import { cat } from '../tensor/join.js';
import { zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Options of `Hopfield.forward`. */
export interface RecallOptions {
  /** How often all units are updated. Default 1. */
  readonly steps?: number;
  /** All units at once ('sync'), or one after another ('async'). Default 'sync'. */
  readonly mode?: 'sync' | 'async';
}

/**
 * A Hopfield network of n units ±1: `store` learns patterns by Hebb's rule W ← W + Σ x·xᵀ / n with a diagonal of zeros; recall is
 * x ← sign(W·x), where 0 leaves a unit as it is.
 *
 * Shapes: x [N, n] → [N, n]; weight [n, n], a buffer
 *
 * Source: Hopfield 1982, "Neural networks and physical systems with emergent collective computational abilities".
 */
export class Hopfield extends Module {
  readonly units: number;
  declare weight: Tensor;

  constructor(units: number) {
    super();
    this.units = units;
    this.registerBuffer('weight', zeros([units, units]));
  }

  private check(x: Tensor): void {
    if (x.ndim !== 2 || x.shape[1] !== this.units) {
      fail(ShapeError, 'Hopfield', `patterns must be [N, ${this.units}]`, ['input'], [x]);
    }
  }

  /** Learns patterns [N, n] by Hebb's rule. */
  store(patterns: Tensor): void {
    this.check(patterns);
    noGrad(() => {
      const hebb = patterns.T.matmul(patterns).div(this.units);
      this.weight.add_(hebb.tril(-1).add(hebb.triu(1)));
    });
  }

  /**
   * Recalls patterns.
   * @throws WasmgradError for an unknown mode
   */
  override forward(x: Tensor, options: RecallOptions = {}): Tensor {
    checkOptions('Hopfield', options, ['steps', 'mode']);
    const { steps = 1, mode = 'sync' } = options;
    if (mode !== 'sync' && mode !== 'async') {
      throw new WasmgradError(`Hopfield: mode must be 'sync' or 'async', got '${String(mode)}'`);
    }
    this.check(x);
    return noGrad(() => {
      let y = x;
      for (let i = 0; i < steps; i++) y = mode === 'sync' ? this.settle(y, this.weight) : this.sweep(y);
      return y;
    });
  }

  /** sign(x·w), or the units as they were where it is 0. */
  private settle(x: Tensor, weight: Tensor, before: Tensor = x): Tensor {
    const field = x.matmul(weight);
    return field.sign().where(field.ne(0), before);
  }

  /** One unit after another. */
  private sweep(x: Tensor): Tensor {
    let y = x;
    for (let i = 0; i < this.units; i++) {
      const unit = this.settle(y, this.weight.narrow(1, i, 1), y.narrow(1, i, 1));
      y = cat([y.narrow(1, 0, i), unit, y.narrow(1, i + 1, this.units - i - 1)], 1);
    }
    return y;
  }

  /** E = −½ xᵀ·W·x of each pattern, which no asynchronous update raises. Shapes: x [N, n] → [N] */
  energy(x: Tensor): Tensor {
    this.check(x);
    return x.matmul(this.weight).mul(x).sum(1).mul(-0.5);
  }

  override extraRepr(): string {
    return String(this.units);
  }
}

/** Options of `ModernHopfield`. */
export interface ModernHopfieldOptions {
  /** The inverse temperature: the larger, the nearer to one pattern. Default 1. */
  readonly beta?: number;
  /** Updates. Default 1. */
  readonly steps?: number;
}

/**
 * A Hopfield network with continuous states: ξ ← softmax(β·ξ·Xᵀ)·X for stored patterns X.
 *
 * Shapes: state [..., N, d], stored [..., M, d] → [..., N, d]
 *
 * Source: Ramsauer et al. 2021, "Hopfield networks is all you need".
 */
export class ModernHopfield extends Module {
  readonly beta: number;
  readonly steps: number;

  /** @throws WasmgradError for an unknown option */
  constructor(options: ModernHopfieldOptions = {}) {
    super();
    checkOptions('ModernHopfield', options, ['beta', 'steps']);
    this.beta = options.beta ?? 1;
    this.steps = options.steps ?? 1;
  }

  override forward(state: Tensor, stored: Tensor): Tensor {
    let y = state;
    for (let i = 0; i < this.steps; i++) y = y.matmul(stored.mT).mul(this.beta).softmax(-1).matmul(stored);
    return y;
  }

  /** E = −log Σ e^(β·ξ·x) / β + ½ ξ·ξ + log M / β + ½ max ‖x‖², which no update raises. Shapes: → [..., N] */
  energy(state: Tensor, stored: Tensor): Tensor {
    const near = state.matmul(stored.mT).mul(this.beta).logsumexp(-1).div(-this.beta);
    const squares = stored.square().sum(-1);
    const count = Math.log(stored.shape.at(-2)!) / this.beta;
    return near.add(state.square().sum(-1).mul(0.5)).add(count).add(squares.amax(-1, true).mul(0.5));
  }

  override extraRepr(): string {
    return `beta=${this.beta}, steps=${this.steps}`;
  }
}
