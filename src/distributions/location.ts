import { noGrad } from '../autograd/mode.js';
import { empty, fullLike } from '../tensor/creation.js';
import { atan, erfinv } from '../tensor/special.js';
import { erf } from '../tensor/unary.js';
import { normal } from '../tensor/random.js';
import type { Tensor } from '../tensor/tensor.js';
import { Distribution, broadcastAll, epsilonOf, positive, real, tinyOf } from './distribution.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';

/** γ of Euler and Mascheroni. */
export const EULER = 0.5772156649015329;

/** A shape on the real line, moved by loc and stretched by scale. */
export abstract class LocationScale extends Distribution {
  readonly loc: Tensor;
  readonly scale: Tensor;
  override readonly hasRsample = true;

  protected constructor(name: string, loc: Parameter, scale: Parameter, options: DistributionOptions) {
    const [a, b] = broadcastAll(name, [loc, scale]) as [Tensor, Tensor];
    super(name, a.shape, [], options);
    this.loc = a;
    this.scale = b;
    this.checkParameters({ loc: [a, real], scale: [b, positive] });
  }

  protected override get support(): Constraint {
    return real;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { loc: this.loc, scale: this.scale };
  }

  override get mean(): Tensor {
    return this.loc;
  }

  override get mode(): Tensor {
    return this.loc;
  }

  /** (value − loc) / scale of a value that was checked. */
  protected standard(value: Tensor): Tensor {
    return this.checked(value).sub(this.loc).div(this.scale);
  }

  /** An empty tensor for a sample. */
  protected room(sampleShape: readonly number[]): Tensor {
    return empty(this.extended(sampleShape), { dtype: this.loc.dtype });
  }
}

/**
 * The normal distribution N(loc, scale²): f(x) = exp(−((x − loc) / scale)² / 2) / (scale √(2π)).
 *
 * @throws WasmgradError where scale is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#normal
 */
export class Normal extends LocationScale {
  constructor(loc: Parameter, scale: Parameter, options: DistributionOptions = {}) {
    super('Normal', loc, scale, options);
  }

  override expand(batchShape: readonly number[]): Normal {
    return new Normal(this.loc.expand(batchShape), this.scale.expand(batchShape), this.options);
  }

  override get stddev(): Tensor {
    return this.scale;
  }

  override get variance(): Tensor {
    return this.scale.square();
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    const shape = this.extended(sampleShape);
    return noGrad(() => normal(this.loc.expand(shape), this.scale.expand(shape)));
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return this.loc.add(this.room(sampleShape).normal_().mul(this.scale));
  }

  override logProb(value: Tensor): Tensor {
    const z = this.checked(value).sub(this.loc);
    return z
      .square()
      .div(this.variance.mul(-2))
      .sub(this.scale.log())
      .sub(0.5 * Math.log(2 * Math.PI));
  }

  override cdf(value: Tensor): Tensor {
    return erf(this.standard(value).mul(Math.SQRT1_2)).add(1).mul(0.5);
  }

  override icdf(value: Tensor): Tensor {
    return this.loc.add(this.scale.mul(erfinv(value.mul(2).sub(1))).mul(Math.SQRT2));
  }

  override entropy(): Tensor {
    return this.scale.log().add(0.5 + 0.5 * Math.log(2 * Math.PI));
  }
}

/**
 * The Laplace distribution: f(x) = exp(−|x − loc| / scale) / (2·scale).
 *
 * @throws WasmgradError where scale is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#laplace
 */
export class Laplace extends LocationScale {
  constructor(loc: Parameter, scale: Parameter, options: DistributionOptions = {}) {
    super('Laplace', loc, scale, options);
  }

  override expand(batchShape: readonly number[]): Laplace {
    return new Laplace(this.loc.expand(batchShape), this.scale.expand(batchShape), this.options);
  }

  override get variance(): Tensor {
    return this.scale.square().mul(2);
  }

  override get stddev(): Tensor {
    return this.scale.mul(Math.SQRT2);
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const u = this.room(sampleShape).uniform_(epsilonOf(this.loc) - 1, 1);
    return this.loc.sub(this.scale.mul(u.sign()).mul(u.abs().neg().log1p()));
  }

  override logProb(value: Tensor): Tensor {
    return this.scale.mul(2).log().neg().sub(this.checked(value).sub(this.loc).abs().div(this.scale));
  }

  override cdf(value: Tensor): Tensor {
    const z = this.checked(value).sub(this.loc);
    return z.sign().mul(z.abs().neg().div(this.scale).expm1()).mul(-0.5).add(0.5);
  }

  override icdf(value: Tensor): Tensor {
    const term = value.sub(0.5);
    return this.loc.sub(this.scale.mul(term.sign()).mul(term.abs().mul(-2).log1p()));
  }

  override entropy(): Tensor {
    return this.scale.mul(2).log().add(1);
  }
}

/**
 * Gumbel's distribution of largest values: f(x) = exp(y − eʸ) / scale, y = (loc − x) / scale.
 *
 * @throws WasmgradError where scale is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#gumbel
 */
export class Gumbel extends LocationScale {
  constructor(loc: Parameter, scale: Parameter, options: DistributionOptions = {}) {
    super('Gumbel', loc, scale, options);
  }

  override expand(batchShape: readonly number[]): Gumbel {
    return new Gumbel(this.loc.expand(batchShape), this.scale.expand(batchShape), this.options);
  }

  override get mean(): Tensor {
    return this.loc.add(this.scale.mul(EULER));
  }

  override get stddev(): Tensor {
    return this.scale.mul(Math.PI / Math.sqrt(6));
  }

  override get variance(): Tensor {
    return this.stddev.square();
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const [low, high] = [tinyOf(this.loc), 1 - epsilonOf(this.loc)];
    const u = this.room(sampleShape)
      .uniform_()
      .mul(high - low)
      .add(low);
    return this.loc.sub(this.scale.mul(u.log().neg().log()));
  }

  override logProb(value: Tensor): Tensor {
    const y = this.standard(value).neg();
    return y.sub(y.exp()).sub(this.scale.log());
  }

  override cdf(value: Tensor): Tensor {
    return this.standard(value).neg().exp().neg().exp();
  }

  override icdf(value: Tensor): Tensor {
    return this.loc.sub(this.scale.mul(value.log().neg().log()));
  }

  override entropy(): Tensor {
    return this.scale.log().add(1 + EULER);
  }
}

/**
 * Cauchy's distribution: f(x) = 1 / (π·scale·(1 + ((x − loc) / scale)²)). It has neither mean (NaN) nor variance (∞).
 *
 * @throws WasmgradError where scale is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#cauchy
 */
export class Cauchy extends LocationScale {
  constructor(loc: Parameter, scale: Parameter, options: DistributionOptions = {}) {
    super('Cauchy', loc, scale, options);
  }

  override expand(batchShape: readonly number[]): Cauchy {
    return new Cauchy(this.loc.expand(batchShape), this.scale.expand(batchShape), this.options);
  }

  override get mean(): Tensor {
    return fullLike(this.loc, NaN);
  }

  override get variance(): Tensor {
    return fullLike(this.loc, Infinity);
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return this.loc.add(this.room(sampleShape).cauchy_().mul(this.scale));
  }

  override logProb(value: Tensor): Tensor {
    return this.standard(value).square().log1p().add(this.scale.log()).add(Math.log(Math.PI)).neg();
  }

  override cdf(value: Tensor): Tensor {
    return atan(this.standard(value)).div(Math.PI).add(0.5);
  }

  override icdf(value: Tensor): Tensor {
    return value.sub(0.5).mul(Math.PI).tan().mul(this.scale).add(this.loc);
  }

  override entropy(): Tensor {
    return this.scale.log().add(Math.log(4 * Math.PI));
  }
}
