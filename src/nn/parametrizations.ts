import { noGrad } from '../autograd/mode.js';
import { ShapeError, WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { named } from '../tensor/reduce.js';
import { Tensor } from '../tensor/tensor.js';
import { fieldsOf } from './derived.js';
import { normalize } from './functional/distance.js';
import { Module } from './module.js';
import { AssignableOrthogonal, Orthogonal } from './orthogonal.js';
import type { OrthogonalMap } from './orthogonal.js';
import { registerParametrization } from './parametrize.js';
import { asMatrix, normExcept, randomDirection, singularValue, spectralOptions, weightOf } from './weight-norm.js';
import type { SpectralNormOptions, WeightNormOptions } from './weight-norm.js';

function weightIn(op: string, module: Module, name: string): Tensor {
  const weight = fieldsOf(module)[name];
  if (weight instanceof Tensor) return weight;
  throw new WasmgradError(`${op}: ${module.constructor.name} has no parameter or buffer '${name}'`);
}

class WeightNorm extends Module {
  readonly dim: number | null;

  constructor(dim: number | null) {
    super();
    this.dim = dim;
  }

  override forward(g: Tensor, v: Tensor): Tensor {
    return weightOf(g, v, this.dim);
  }

  rightInverse(weight: Tensor): readonly Tensor[] {
    return [normExcept(weight, this.dim), weight];
  }

  protected override typeName(): string {
    return '_WeightNorm';
  }
}

/**
 * Makes a parameter of a module w = g·v / ‖v‖, as a parametrization: the module learns `parametrizations.weight.original0` (g) and
 * `original1` (v).
 *
 * @param options.name Default 'weight'
 * @param options.dim the dim that keeps its size; null (or -1) for one norm of the whole. Default 0
 * @returns the module
 * @throws WasmgradError where the module has no such tensor
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.weight_norm.html
 */
export function weightNorm<M extends Module>(
  module: M,
  name?: string | WeightNormOptions,
  dim?: number | null | WeightNormOptions,
): M {
  const given = named<WeightNormOptions>('weightNorm', ['name', 'dim'], [name, dim]);
  const { name: field = 'weight', dim: kept = 0 } = given;
  weightIn('weightNorm', module, field);
  return registerParametrization(module, field, new WeightNorm(kept), { unsafe: true });
}

class SpectralNorm extends Module {
  readonly dim: number;
  readonly eps: number;
  readonly nPowerIterations: number;
  declare _u: Tensor;
  declare _v: Tensor;

  constructor(weight: Tensor, nPowerIterations: number, dim: number, eps: number) {
    super();
    this.dim = dim;
    this.eps = eps;
    this.nPowerIterations = nPowerIterations;
    if (weight.ndim < 2) return;
    const matrix = asMatrix(weight.detach(), dim);
    const [rows, columns] = matrix.shape as [number, number];
    this.registerBuffer('_u', randomDirection(rows, weight, eps));
    this.registerBuffer('_v', randomDirection(columns, weight, eps));
    this.follow(matrix, 15);
  }

  /** Steps of the power method. */
  private follow(matrix: Tensor, steps: number): void {
    noGrad(() => {
      for (let i = 0; i < steps; i++) {
        this._u.copy_(normalize(matrix.mv(this._v), { dim: 0, eps: this.eps }));
        this._v.copy_(normalize(matrix.T.mv(this._u), { dim: 0, eps: this.eps }));
      }
    });
  }

  override forward(weight: Tensor): Tensor {
    if (weight.ndim < 2) return normalize(weight, { dim: 0, eps: this.eps });
    const matrix = asMatrix(weight, this.dim);
    if (this.training) this.follow(matrix.detach(), this.nPowerIterations);
    return weight.div(singularValue(matrix, this._u, this._v));
  }

  rightInverse(weight: Tensor): Tensor {
    return weight;
  }

  protected override typeName(): string {
    return '_SpectralNorm';
  }
}

/**
 * Divides a parameter of a module by its largest singular value, as a parametrization: the power method moves at each reading in
 * training. A vector is divided by its norm.
 *
 * @param options `name` ('weight'), `nPowerIterations` (1), `eps` (1e-12), `dim` (0, and 1 for transposed convolutions)
 * @returns the module
 * @throws WasmgradError where the module has no such tensor
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.spectral_norm.html;
 * Miyato et al. 2018, "Spectral normalization for generative adversarial networks".
 */
export function spectralNorm<M extends Module>(
  module: M,
  name?: string | SpectralNormOptions,
  nPowerIterations?: number | SpectralNormOptions,
  eps?: number | SpectralNormOptions,
  dim?: number | null | SpectralNormOptions,
): M {
  const given = spectralOptions('spectralNorm', module, [name, nPowerIterations, eps, dim]);
  const weight = weightIn('spectralNorm', module, given.name);
  const parametrization = new SpectralNorm(weight, given.nPowerIterations, given.dim, given.eps);
  return registerParametrization(module, given.name, parametrization);
}

/** Options of `orthogonal`. */
export interface OrthogonalOptions {
  /** How the matrix is made. Default 'matrix_exp' for square matrices, else 'householder'. */
  readonly orthogonalMap?: OrthogonalMap | null;
  /** Depart from the matrix that there is at first (or its Q), kept in the buffer `base`. Default true. */
  readonly useTrivialization?: boolean;
}

const MAPS: readonly OrthogonalMap[] = ['matrix_exp', 'cayley', 'householder'];

/**
 * Makes a matrix of a module orthogonal: its columns (or rows, where there are fewer) are orthonormal, whatever is learned. Of more dims, all matrices
 * [*, n, k].
 *
 * @param name Default 'weight'
 * @returns the module
 * @throws ShapeError where the tensor has fewer than two dims; WasmgradError where the module has no such tensor, or for an unknown map
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.orthogonal.html;
 * Lezcano-Casado 2019, "Trivializations for gradient-based optimization on manifolds".
 */
export function orthogonal<M extends Module>(module: M, name: string = 'weight', options: OrthogonalOptions = {}): M {
  checkOptions('orthogonal', options, ['orthogonalMap', 'useTrivialization']);
  const weight = weightIn('orthogonal', module, name);
  if (weight.ndim < 2) throw new ShapeError(`orthogonal: '${name}' must be a matrix, got ${weight.ndim} dims`);
  const square = weight.shape.at(-2) === weight.shape.at(-1);
  const map = options.orthogonalMap ?? (square ? 'matrix_exp' : 'householder');
  if (!MAPS.includes(map)) {
    throw new WasmgradError(`orthogonal: orthogonalMap must be one of ${MAPS.join(', ')}, got '${String(map)}'`);
  }
  const trivialized = options.useTrivialization ?? true;
  // Without it there is no way back from a matrix to what the exponential or Cayley's map is made of.
  const kind = trivialized || map === 'householder' ? AssignableOrthogonal : Orthogonal;
  const parametrization = new kind(weight.shape, map, trivialized);
  return registerParametrization(module, name, parametrization, { unsafe: true });
}
