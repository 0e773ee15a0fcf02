import { ShapeError, WasmgradError, formatShape } from '../core/errors.js';
import { broadcastShapes } from '../core/shapes.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { empty, eye } from '../tensor/creation.js';
import { cholesky, inv, solveTriangular } from '../tensor/linalg/solve.js';
import { checkOptions } from '../tensor/options.js';
import { isTensor } from '../tensor/operands.js';
import type { Tensor } from '../tensor/tensor.js';
import { Distribution, real } from './distribution.js';
import type { Constraint, DistributionOptions } from './distribution.js';

/** The spread of `MultivariateNormal`: one of these, [..., k, k]. */
export interface MultivariateNormalOptions extends DistributionOptions {
  readonly covarianceMatrix?: Tensor;
  readonly precisionMatrix?: Tensor;
  /** The lower triangle L with covariance L·Lᵀ. */
  readonly scaleTril?: Tensor;
}

/**
 * The normal distribution of vectors with a mean and a covariance: `new MultivariateNormal(loc, covarianceMatrix)` or with options.
 *
 * @throws WasmgradError where not exactly one matrix is given, or it is not positive-definite; ShapeError where shapes do not fit
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#multivariatenormal
 */
export class MultivariateNormal extends Distribution {
  readonly loc: Tensor;
  readonly scaleTril: Tensor;
  override readonly hasRsample = true;
  /** The matrix that was given, by the name that is printed. */
  #given: readonly [string, Tensor];

  constructor(loc: Tensor, spread: Tensor | MultivariateNormalOptions, options: DistributionOptions = {}) {
    const given: MultivariateNormalOptions = isTensor(spread) ? { ...options, covarianceMatrix: spread } : spread;
    checkOptions('MultivariateNormal', given, ['covarianceMatrix', 'precisionMatrix', 'scaleTril', 'validateArgs']);
    const { covarianceMatrix, precisionMatrix, scaleTril, ...rest } = given;
    const matrices = [covarianceMatrix, precisionMatrix, scaleTril].filter((x) => x !== undefined);
    const matrix = matrices[0];
    if (matrices.length !== 1 || !matrix) {
      throw new WasmgradError(
        'MultivariateNormal: give exactly one of covarianceMatrix, precisionMatrix and scaleTril',
      );
    }
    const k = isTensor(loc) ? loc.shape.at(-1) : undefined;
    if (k === undefined) throw new ShapeError('MultivariateNormal: loc must be a tensor of at least one dim');
    const batch = broadcastShapes(loc.shape.slice(0, -1), matrix.shape.slice(0, -2));
    if (matrix.ndim < 2 || matrix.shape.at(-1) !== k || matrix.shape.at(-2) !== k || !batch) {
      const [a, b] = [formatShape(loc.shape), formatShape(matrix.shape)];
      throw new ShapeError(`MultivariateNormal: the matrix does not fit, got loc ${a}, matrix ${b}`);
    }
    super('MultivariateNormal', batch, [k], rest);
    this.checkParameters({ loc: [loc, real] });
    const kind = scaleTril ? 'scaleTril' : covarianceMatrix ? 'covarianceMatrix' : 'precisionMatrix';
    if (this.validates) checkMatrix(kind, matrix);
    this.#given = [kind.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`), matrix.expand([...batch, k, k])];
    this.loc = loc.expand([...batch, k]);
    const lower = scaleTril ?? (covarianceMatrix ? cholesky(covarianceMatrix) : fromPrecision(precisionMatrix!));
    this.scaleTril = lower.expand([...batch, k, k]);
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { loc: this.loc, [this.#given[0]]: this.#given[1] };
  }

  override expand(batchShape: readonly number[]): MultivariateNormal {
    const [k] = this.eventShape as [number];
    const scaleTril = this.scaleTril.expand([...batchShape, k, k]);
    const wider = new MultivariateNormal(this.loc.expand([...batchShape, k]), { scaleTril, ...this.options });
    wider.#given = [this.#given[0], this.#given[1].expand([...batchShape, k, k])];
    return wider;
  }

  protected override get support(): Constraint {
    return real;
  }

  /** L·Lᵀ. */
  get covarianceMatrix(): Tensor {
    return this.scaleTril.matmul(this.scaleTril.mT);
  }

  /** The inverse of the covariance. */
  get precisionMatrix(): Tensor {
    return inv(this.covarianceMatrix);
  }

  override get mean(): Tensor {
    return this.loc;
  }

  override get mode(): Tensor {
    return this.loc;
  }

  override get variance(): Tensor {
    return this.scaleTril.square().sum(-1);
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const z = empty(this.extended(sampleShape), { dtype: this.loc.dtype }).normal_();
    return this.loc.add(this.scaleTril.matmul(z.unsqueeze(-1)).squeeze(-1));
  }

  override logProb(value: Tensor): Tensor {
    const apart = this.checked(value).sub(this.loc);
    const k = this.eventShape[0]!;
    const m = solveTriangular(this.scaleTril, apart.unsqueeze(-1), { upper: false }).square().sum([-2, -1]);
    return m
      .add(k * Math.log(2 * Math.PI))
      .mul(-0.5)
      .sub(this.halfLogDet());
  }

  /** @internal Half of the logarithm of the determinant of the covariance. */
  halfLogDet(): Tensor {
    return this.scaleTril.diagonal(0, -2, -1).log().sum(-1);
  }

  override entropy(): Tensor {
    return this.halfLogDet().add(0.5 * this.eventShape[0]! * (1 + Math.log(2 * Math.PI)));
  }
}

/** L with L·Lᵀ = P⁻¹, from the Cholesky factor of P with rows and columns reversed. */
function fromPrecision(p: Tensor): Tensor {
  const reversed = cholesky(p.flip([-2, -1]));
  const upper = reversed.flip([-2, -1]).mT;
  return solveTriangular(upper, eye(p.shape.at(-1)!, { dtype: p.dtype }), { upper: false });
}

/** @throws WasmgradError where scaleTril is no lower triangle with a diagonal above 0, or another matrix is not symmetric */
function checkMatrix(name: string, matrix: Tensor): void {
  const a = matrix.detach();
  const triangle = name === 'scaleTril';
  const wrong = triangle
    ? a
        .triu(1)
        .ne(0)
        .any()
        .logicalOr(a.diagonal(0, -2, -1).gt(0).all().logicalNot())
    : a.isclose(a.mT, { atol: 1e-6 }).all().logicalNot();
  inspect(wrong, (data) => {
    if (elements(data)[0] === 0) return;
    const wanted = triangle ? 'a lower triangle with a diagonal above 0' : 'symmetric';
    throw new WasmgradError(`MultivariateNormal: ${name} must be ${wanted}`);
  });
}
