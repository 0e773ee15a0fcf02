import { ShapeError, formatShape } from '../core/errors.js';
import { broadcastShapes } from '../core/shapes.js';
import { empty, eye } from '../tensor/creation.js';
import { cholesky, solveTriangular } from '../tensor/linalg/solve.js';
import { isTensor } from '../tensor/operands.js';
import { diagEmbed } from '../tensor/structured.js';
import type { Tensor } from '../tensor/tensor.js';
import { Distribution, positive, real } from './distribution.js';
import type { Constraint, DistributionOptions } from './distribution.js';

/**
 * The normal distribution of vectors with the covariance W·Wᵀ + diag(D), W = covFactor [..., k, m], D = covDiag [..., k]: sizes of m only are solved.
 *
 * @throws ShapeError where shapes do not fit; WasmgradError where D is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#lowrankmultivariatenormal
 */
export class LowRankMultivariateNormal extends Distribution {
  readonly loc: Tensor;
  readonly covFactor: Tensor;
  readonly covDiag: Tensor;
  override readonly hasRsample = true;
  /** Cholesky's factor of I + Wᵀ·D⁻¹·W. */
  readonly #capacity: Tensor;

  constructor(loc: Tensor, covFactor: Tensor, covDiag: Tensor, options: DistributionOptions = {}) {
    const who = 'LowRankMultivariateNormal';
    const k = isTensor(loc) ? loc.shape.at(-1) : undefined;
    if (k === undefined) throw new ShapeError(`${who}: loc must be a tensor of at least one dim`);
    const fits = isTensor(covFactor) && covFactor.ndim >= 2 && covFactor.shape.at(-2) === k;
    const both = fits ? broadcastShapes(loc.shape.slice(0, -1), covFactor.shape.slice(0, -2)) : null;
    const ends = isTensor(covDiag) && covDiag.shape.at(-1) === k;
    const batch = both && ends ? broadcastShapes(both, covDiag.shape.slice(0, -1)) : null;
    if (!batch) {
      const shapes = [loc, covFactor, covDiag].map((x) => formatShape(x.shape));
      throw new ShapeError(
        `${who}: shapes do not fit, got loc ${shapes[0]}, covFactor ${shapes[1]}, covDiag ${shapes[2]}`,
      );
    }
    super(who, batch, [k], options);
    this.checkParameters({ loc: [loc, real], covFactor: [covFactor, real], covDiag: [covDiag, positive] });
    this.loc = loc.expand([...batch, k]);
    this.covFactor = covFactor.expand([...batch, k, covFactor.shape.at(-1)!]);
    this.covDiag = covDiag.expand([...batch, k]);
    this.#capacity = cholesky(withUnit(this.weighted().matmul(this.covFactor)));
  }

  protected override get support(): Constraint {
    return real;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { loc: this.loc, cov_factor: this.covFactor, cov_diag: this.covDiag };
  }

  override expand(batchShape: readonly number[]): LowRankMultivariateNormal {
    const [k, m] = this.covFactor.shape.slice(-2) as [number, number];
    const [loc, diagonal] = [this.loc, this.covDiag].map((x) => x.expand([...batchShape, k])) as [Tensor, Tensor];
    return new LowRankMultivariateNormal(loc, this.covFactor.expand([...batchShape, k, m]), diagonal, this.options);
  }

  override get mean(): Tensor {
    return this.loc;
  }

  override get mode(): Tensor {
    return this.loc;
  }

  override get variance(): Tensor {
    return this.covFactor.square().sum(-1).add(this.covDiag);
  }

  /** L with L·Lᵀ = the covariance. */
  get scaleTril(): Tensor {
    const root = this.covDiag.sqrt().unsqueeze(-1);
    const factor = this.covFactor.div(root);
    return root.mul(cholesky(withUnit(factor.matmul(factor.mT))));
  }

  /** W·Wᵀ + diag(D). */
  get covarianceMatrix(): Tensor {
    return this.covFactor.matmul(this.covFactor.mT).add(diagEmbed(this.covDiag));
  }

  /** The inverse of the covariance. */
  get precisionMatrix(): Tensor {
    const a = this.solved();
    return diagEmbed(this.covDiag.reciprocal()).sub(a.mT.matmul(a));
  }

  /** @internal Wᵀ·D⁻¹. */
  weighted(): Tensor {
    return this.covFactor.mT.div(this.covDiag.unsqueeze(-2));
  }

  /** @internal C⁻¹·Wᵀ·D⁻¹, C·Cᵀ = I + Wᵀ·D⁻¹·W. */
  solved(): Tensor {
    return solveTriangular(this.#capacity, this.weighted(), { upper: false });
  }

  /** @internal log det of the covariance. */
  logDet(): Tensor {
    const inner = this.#capacity.diagonal(0, -2, -1).log().sum(-1).mul(2);
    return inner.add(this.covDiag.log().sum(-1));
  }

  /** @internal xᵀ·Σ⁻¹·x. */
  distance(x: Tensor): Tensor {
    const along = this.weighted().matmul(x.unsqueeze(-1));
    const inner = solveTriangular(this.#capacity, along, { upper: false }).square().sum([-2, -1]);
    return x.square().div(this.covDiag).sum(-1).sub(inner);
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const shape = this.extended(sampleShape);
    const { dtype } = this.loc;
    const narrow = empty([...shape.slice(0, -1), this.covFactor.shape.at(-1)!], { dtype }).normal_();
    const wide = empty(shape, { dtype }).normal_();
    return this.loc.add(this.covFactor.matmul(narrow.unsqueeze(-1)).squeeze(-1)).add(this.covDiag.sqrt().mul(wide));
  }

  override logProb(value: Tensor): Tensor {
    const apart = this.checked(value).sub(this.loc);
    const constant = this.eventShape[0]! * Math.log(2 * Math.PI);
    return this.logDet().add(this.distance(apart)).add(constant).mul(-0.5);
  }

  override entropy(): Tensor {
    return this.logDet()
      .add(this.eventShape[0]! * (1 + Math.log(2 * Math.PI)))
      .mul(0.5);
  }
}

function withUnit(x: Tensor): Tensor {
  return x.add(eye(x.shape.at(-1)!, { dtype: x.dtype }));
}
