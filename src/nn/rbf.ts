import { ShapeError, WasmgradError, fail } from '../core/errors.js';
import { ones, zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import * as init from './init.js';
import { Linear } from './linear.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** The function of the scaled squared distance r² that `RBF` applies. */
export type RadialBasis = 'gaussian' | 'multiquadric' | 'inverseMultiquadric' | 'inverseQuadratic' | 'quadratic';

const bases: Readonly<Record<RadialBasis, (squares: Tensor) => Tensor>> = {
  gaussian: (squares) => squares.neg().exp(),
  multiquadric: (squares) => squares.add(1).sqrt(),
  inverseMultiquadric: (squares) => squares.add(1).rsqrt(),
  inverseQuadratic: (squares) => squares.add(1).reciprocal(),
  quadratic: (squares) => squares,
};

/** Options of `RBF`. */
export interface RBFOptions {
  /** Default 'gaussian'. */
  readonly basis?: RadialBasis;
}

/**
 * Radial basis functions: y[…, k] = φ(‖x − cₖ‖ / wₖ) with φ(r) = e^(−r²) (gaussian), √(1 + r²) (multiquadric), 1/√(1 + r²)
 * (inverseMultiquadric), 1/(1 + r²) (inverseQuadratic) or r² (quadratic).
 *
 * Shapes: x [..., inFeatures] → [..., numCentres]; centres [numCentres, inFeatures], widths [numCentres]
 *
 * Centres start normal with deviation 1, widths at 1; both are learned.
 *
 * Source: Broomhead and Lowe 1988, "Multivariable functional interpolation and adaptive networks".
 */
export class RBF extends Module {
  readonly inFeatures: number;
  readonly numCentres: number;
  readonly basis: RadialBasis;
  centres: Parameter;
  widths: Parameter;

  /** @throws WasmgradError for an unknown basis or option */
  constructor(inFeatures: number, numCentres: number, options: RBFOptions = {}) {
    super();
    checkOptions('RBF', options, ['basis']);
    const { basis = 'gaussian' } = options;
    if (!Object.hasOwn(bases, basis)) {
      throw new WasmgradError(`RBF: basis must be one of ${Object.keys(bases).join(', ')}, got '${String(basis)}'`);
    }
    this.inFeatures = inFeatures;
    this.numCentres = numCentres;
    this.basis = basis;
    this.centres = new Parameter(init.normal_(zeros([numCentres, inFeatures])));
    this.widths = new Parameter(ones([numCentres]));
  }

  override forward(x: Tensor): Tensor {
    if (x.shape.at(-1) !== this.inFeatures) {
      fail(ShapeError, 'RBF', `expected ${this.inFeatures} features (last dim)`, ['input'], [x]);
    }
    const squares = x.unsqueeze(-2).sub(this.centres).square().sum(-1);
    return bases[this.basis](squares.div(this.widths.square()));
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, num_centres=${this.numCentres}, basis=${this.basis}`;
  }
}

/** Options of `RBFNetwork`. */
export interface RBFNetworkOptions extends RBFOptions {
  /** Whether the outputs have a bias. Default true. */
  readonly bias?: boolean;
}

/**
 * A radial basis network: a linear map of radial basis functions, y = φ(‖x − c‖ / w)·weightᵀ + bias; see `RBF`.
 *
 * Shapes: x [..., inFeatures] → [..., outFeatures]
 *
 * Source: Broomhead and Lowe 1988, "Multivariable functional interpolation and adaptive networks".
 */
export class RBFNetwork extends Module {
  readonly rbf: RBF;
  readonly linear: Linear;

  /** @param numCentres how many basis functions there are */
  constructor(inFeatures: number, numCentres: number, outFeatures: number, options: RBFNetworkOptions = {}) {
    super();
    checkOptions('RBFNetwork', options, ['basis', 'bias']);
    const { bias = true, ...radial } = options;
    this.rbf = new RBF(inFeatures, numCentres, radial);
    this.linear = new Linear(numCentres, outFeatures, { bias });
  }

  override forward(x: Tensor): Tensor {
    return this.linear.forward(this.rbf.forward(x));
  }
}
