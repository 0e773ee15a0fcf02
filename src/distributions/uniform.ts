import { WasmgradError } from '../core/errors.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { empty } from '../tensor/creation.js';
import { rand } from '../tensor/random.js';
import type { Tensor } from '../tensor/tensor.js';
import { Distribution, broadcastAll, nonNegative, positive, real, refuse } from './distribution.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';

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

  protected override get support(): Constraint {
    return real;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { low: this.low, high: this.high };
  }

  override expand(batchShape: readonly number[]): Uniform {
    return new Uniform(this.low.expand(batchShape), this.high.expand(batchShape), this.options);
  }

  /** NaN: no value is likelier than others. */
  override get mode(): Tensor {
    return this.high.mul(NaN);
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
    if (this.validates)
      refuse(x.lt(this.low).logicalOr(x.gt(this.high)), 'Uniform: value must lie within low and high');
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

  protected override get support(): Constraint {
    return nonNegative;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { rate: this.rate };
  }

  override expand(batchShape: readonly number[]): Exponential {
    return new Exponential(this.rate.expand(batchShape), this.options);
  }

  override get mode(): Tensor {
    return this.rate.mul(0).detach();
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
