import { lgamma, digamma } from '../tensor/special.js';
import { empty, fullLike } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { Distribution, broadcastAll, nonNegative, positive, real } from './distribution.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';
import { Chi2 } from './gamma.js';
import { Cauchy, Normal } from './location.js';
import type { LocationScale } from './location.js';

/**
 * The distribution of eˣ where x is normal.
 *
 * @throws WasmgradError where scale is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#lognormal
 */
export class LogNormal extends Distribution {
  /** The distribution of the logarithm. */
  readonly baseDist: Normal;
  override readonly hasRsample = true;

  constructor(loc: Parameter, scale: Parameter, options: DistributionOptions = {}) {
    const base = new Normal(loc, scale, options);
    super('LogNormal', base.batchShape, [], options);
    this.baseDist = base;
  }

  get loc(): Tensor {
    return this.baseDist.loc;
  }

  get scale(): Tensor {
    return this.baseDist.scale;
  }

  protected override get support(): Constraint {
    return positive;
  }

  override expand(batchShape: readonly number[]): LogNormal {
    return new LogNormal(this.loc.expand(batchShape), this.scale.expand(batchShape), this.options);
  }

  override get mean(): Tensor {
    return this.loc.add(this.scale.square().div(2)).exp();
  }

  override get mode(): Tensor {
    return this.loc.sub(this.scale.square()).exp();
  }

  override get variance(): Tensor {
    const square = this.scale.square();
    return square.exp().sub(1).mul(this.loc.mul(2).add(square).exp());
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    return this.baseDist.sample(sampleShape).exp();
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return this.baseDist.rsample(sampleShape).exp();
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value).log();
    return this.baseDist.logProb(x).sub(x);
  }

  override cdf(value: Tensor): Tensor {
    return this.baseDist.cdf(this.checked(value).log());
  }

  override icdf(value: Tensor): Tensor {
    return this.baseDist.icdf(value).exp();
  }

  override entropy(): Tensor {
    return this.baseDist.entropy().add(this.loc);
  }
}

/** The distribution of |x| where x is symmetric around 0. */
export abstract class Half<B extends LocationScale> extends Distribution {
  /** The distribution of x. */
  readonly baseDist: B;
  override readonly hasRsample = true;

  protected constructor(name: string, base: B, options: DistributionOptions) {
    super(name, base.batchShape, [], options);
    this.baseDist = base;
  }

  get scale(): Tensor {
    return this.baseDist.scale;
  }

  protected override get support(): Constraint {
    return nonNegative;
  }

  override get mode(): Tensor {
    return fullLike(this.scale, 0);
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return this.baseDist.rsample(sampleShape).abs();
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    return this.baseDist.logProb(x).add(Math.LN2).where(x.ge(0), -Infinity);
  }

  override cdf(value: Tensor): Tensor {
    return this.baseDist.cdf(this.checked(value)).mul(2).sub(1);
  }

  override icdf(value: Tensor): Tensor {
    return this.baseDist.icdf(value.add(1).div(2));
  }

  override entropy(): Tensor {
    return this.baseDist.entropy().sub(Math.LN2);
  }
}

/**
 * The distribution of |x| where x is normal with mean 0.
 *
 * @throws WasmgradError where scale is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#halfnormal
 */
export class HalfNormal extends Half<Normal> {
  constructor(scale: Parameter, options: DistributionOptions = {}) {
    super('HalfNormal', new Normal(0, scale, options), options);
  }

  override expand(batchShape: readonly number[]): HalfNormal {
    return new HalfNormal(this.scale.expand(batchShape), this.options);
  }

  override get mean(): Tensor {
    return this.scale.mul(Math.sqrt(2 / Math.PI));
  }

  override get variance(): Tensor {
    return this.scale.square().mul(1 - 2 / Math.PI);
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    return this.baseDist.sample(sampleShape).abs();
  }
}

/**
 * The distribution of |x| where x follows Cauchy's distribution around 0. Its mean is ∞.
 *
 * @throws WasmgradError where scale is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#halfcauchy
 */
export class HalfCauchy extends Half<Cauchy> {
  constructor(scale: Parameter, options: DistributionOptions = {}) {
    const [x] = broadcastAll('HalfCauchy', [scale]) as [Tensor];
    super('HalfCauchy', new Cauchy(0, x, { validateArgs: false }), options);
    this.checkParameters({ scale: [x, positive] });
  }

  override expand(batchShape: readonly number[]): HalfCauchy {
    return new HalfCauchy(this.scale.expand(batchShape), this.options);
  }

  override get mean(): Tensor {
    return fullLike(this.scale, Infinity);
  }

  override get variance(): Tensor {
    return this.baseDist.variance;
  }
}

/**
 * Student's t-distribution with df degrees of freedom, moved by loc (default 0) and stretched by scale (default 1).
 *
 * @throws WasmgradError where df or scale is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#studentt
 */
export class StudentT extends Distribution {
  readonly df: Tensor;
  readonly loc: Tensor;
  readonly scale: Tensor;
  override readonly hasRsample = true;

  constructor(df: Parameter, loc: Parameter = 0, scale: Parameter = 1, options: DistributionOptions = {}) {
    const [n, a, b] = broadcastAll('StudentT', [df, loc, scale]) as [Tensor, Tensor, Tensor];
    super('StudentT', n.shape, [], options);
    this.df = n;
    this.loc = a;
    this.scale = b;
    this.checkParameters({ df: [n, positive], loc: [a, real], scale: [b, positive] });
  }

  protected override get support(): Constraint {
    return real;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { df: this.df, loc: this.loc, scale: this.scale };
  }

  override expand(batchShape: readonly number[]): StudentT {
    const [df, loc, scale] = [this.df, this.loc, this.scale].map((x) => x.expand(batchShape));
    return new StudentT(df!, loc, scale, this.options);
  }

  /** NaN up to one degree of freedom. */
  override get mean(): Tensor {
    return this.loc.maskedFill(this.df.le(1), NaN);
  }

  override get mode(): Tensor {
    return this.loc;
  }

  /** ∞ up to two degrees of freedom, NaN up to one. */
  override get variance(): Tensor {
    const two = this.df.le(2);
    const finite = this.scale.square().mul(this.df).div(this.df.sub(2).maskedFill(two, 1));
    return finite.maskedFill(two, Infinity).maskedFill(this.df.le(1), NaN);
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const x = empty(this.extended(sampleShape), { dtype: this.df.dtype }).normal_();
    const z = new Chi2(this.df, { validateArgs: false }).rsample(sampleShape);
    return this.loc.add(this.scale.mul(x.mul(z.div(this.df).rsqrt())));
  }

  override logProb(value: Tensor): Tensor {
    const y = this.checked(value).sub(this.loc).div(this.scale);
    const half = this.df.mul(0.5);
    const norm = this.scale
      .log()
      .add(this.df.log().mul(0.5))
      .add(0.5 * Math.log(Math.PI))
      .add(lgamma(half))
      .sub(lgamma(half.add(0.5)));
    return half.add(0.5).neg().mul(y.square().div(this.df).log1p()).sub(norm);
  }

  override entropy(): Tensor {
    const half = this.df.mul(0.5);
    const more = half.add(0.5);
    const beta = lgamma(half)
      .add(0.5 * Math.log(Math.PI))
      .sub(lgamma(more));
    return this.scale
      .log()
      .add(more.mul(digamma(more).sub(digamma(half))))
      .add(this.df.log().mul(0.5))
      .add(beta);
  }
}
