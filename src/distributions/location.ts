import { WasmgradError } from '../core/errors.js';
import { noGrad } from '../autograd/mode.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { normal, rand } from '../tensor/random.js';
import { empty } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { Distribution, broadcastAll, nonNegative, positive, real } from './distribution.js';
import { erf, erfinv } from '../tensor/index.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';

/**
 * The normal distribution N(loc, scale²): f(x) = exp(−((x − loc) / scale)² / 2) / (scale √(2π)).
 *
 * @throws WasmgradError where scale is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#normal
 */
export class Normal extends Distribution {
  readonly loc: Tensor;
  readonly scale: Tensor;
  override readonly hasRsample = true;

  constructor(loc: Parameter, scale: Parameter, options: DistributionOptions = {}) {
    const [a, b] = broadcastAll('Normal', [loc, scale]) as [Tensor, Tensor];
    super('Normal', a.shape, [], options);
    this.loc = a;
    this.scale = b;
    this.checkParameters({ loc: [a, real], scale: [b, positive] });
  }

  override get name(): string {
    return 'Normal';
  }

  protected override get support(): Constraint {
    return real;
  }

  override get mean(): Tensor {
    return this.loc;
  }

  /** The most likely value. */
  get mode(): Tensor {
    return this.loc;
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
    const z = empty(this.extended(sampleShape), { dtype: this.loc.dtype }).normal_();
    return this.loc.add(z.mul(this.scale));
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
    const z = this.checked(value).sub(this.loc).mul(this.scale.reciprocal());
    return erf(z.mul(Math.SQRT1_2)).add(1).mul(0.5);
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
export class Laplace extends Distribution {
  readonly loc: Tensor;
  readonly scale: Tensor;
  override readonly hasRsample = true;

  constructor(loc: Parameter, scale: Parameter, options: DistributionOptions = {}) {
    const [a, b] = broadcastAll('Laplace', [loc, scale]) as [Tensor, Tensor];
    super('Laplace', a.shape, [], options);
    this.loc = a;
    this.scale = b;
    this.checkParameters({ loc: [a, real], scale: [b, positive] });
  }

  override get name(): string {
    return 'Laplace';
  }

  protected override get support(): Constraint {
    return real;
  }

  override get mean(): Tensor {
    return this.loc;
  }

  /** The most likely value. */
  get mode(): Tensor {
    return this.loc;
  }

  override get variance(): Tensor {
    return this.scale.square().mul(2);
  }

  override get stddev(): Tensor {
    return this.scale.mul(Math.SQRT2);
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const { dtype } = this.loc;
    const epsilon = dtype === 'float32' ? 2 ** -23 : 2 ** -52;
    const u = empty(this.extended(sampleShape), { dtype }).uniform_(epsilon - 1, 1);
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
 * The uniform distribution on [low, high).
 *
 * @throws WasmgradError where low is not below high
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#uniform
 */
export class Uniform extends Distribution {
  readonly low: Tensor;
  readonly high: Tensor;
  override readonly hasRsample = true;

  constructor(low: Parameter, high: Parameter, options: DistributionOptions = {}) {
    const [a, b] = broadcastAll('Uniform', [low, high]) as [Tensor, Tensor];
    super('Uniform', a.shape, [], options);
    this.low = a;
    this.high = b;
    if (this.validates) {
      inspect(b.sub(a).detach(), (x) => {
        for (const gap of elements(x)) if (!(gap > 0)) throw new WasmgradError('Uniform: low must be below high');
      });
    }
  }

  override get name(): string {
    return 'Uniform';
  }

  protected override get support(): Constraint {
    return real;
  }

  override get mean(): Tensor {
    return this.high.add(this.low).div(2);
  }

  override get variance(): Tensor {
    return this.high.sub(this.low).square().div(12);
  }

  override get stddev(): Tensor {
    return this.high.sub(this.low).div(Math.sqrt(12));
  }

  /** A value, checked to lie within the limits. */
  #inside(value: Tensor): Tensor {
    const x = this.checked(value);
    if (this.validates) {
      const outside = x.lt(this.low).logicalOr(x.gt(this.high));
      inspect(outside, (data) => {
        if (elements(data).some((flag) => flag !== 0))
          throw new WasmgradError('Uniform: value must lie within low and high');
      });
    }
    return x;
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const u = rand(this.extended(sampleShape), { dtype: this.low.dtype });
    return this.low.add(u.mul(this.high.sub(this.low)));
  }

  override logProb(value: Tensor): Tensor {
    const x = this.#inside(value);
    const within = this.low.le(x).logicalAnd(this.high.gt(x)).to(this.low.dtype);
    return within.log().sub(this.high.sub(this.low).log());
  }

  override cdf(value: Tensor): Tensor {
    return this.#inside(value).sub(this.low).div(this.high.sub(this.low)).clamp(0, 1);
  }

  override icdf(value: Tensor): Tensor {
    return value.mul(this.high.sub(this.low)).add(this.low);
  }

  override entropy(): Tensor {
    return this.high.sub(this.low).log();
  }
}

/**
 * The exponential distribution: f(x) = rate·exp(−rate·x) for x ≥ 0.
 *
 * @throws WasmgradError where rate is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#exponential
 */
export class Exponential extends Distribution {
  readonly rate: Tensor;
  override readonly hasRsample = true;

  constructor(rate: Parameter, options: DistributionOptions = {}) {
    const [a] = broadcastAll('Exponential', [rate]) as [Tensor];
    super('Exponential', a.shape, [], options);
    this.rate = a;
    this.checkParameters({ rate: [a, positive] });
  }

  override get name(): string {
    return 'Exponential';
  }

  protected override get support(): Constraint {
    return nonNegative;
  }

  override get mean(): Tensor {
    return this.rate.reciprocal();
  }

  override get stddev(): Tensor {
    return this.rate.reciprocal();
  }

  override get variance(): Tensor {
    return this.rate.pow(-2);
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return empty(this.extended(sampleShape), { dtype: this.rate.dtype }).exponential_().div(this.rate);
  }

  override logProb(value: Tensor): Tensor {
    return this.rate.log().sub(this.rate.mul(this.checked(value)));
  }

  override cdf(value: Tensor): Tensor {
    return this.rate.mul(this.checked(value)).neg().exp().neg().add(1);
  }

  override icdf(value: Tensor): Tensor {
    return value.neg().log1p().neg().div(this.rate);
  }

  override entropy(): Tensor {
    return this.rate.log().neg().add(1);
  }
}
