import { WasmgradError } from '../core/errors.js';
import { onesLike, zerosLike } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import { digamma, lgamma } from '../tensor/special.js';
import type { Tensor } from '../tensor/tensor.js';
import { Distribution, broadcastAll, check, positive, refuse, tinyOf, unitInterval, unitSum } from './distribution.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';
import { Gamma } from './gamma.js';
import { EULER, Normal } from './location.js';
import { TransformedDistribution } from './transformed.js';
import { AffineTransform, ExpTransform, PowerTransform, StickBreakingTransform } from './transforms.js';
import { Exponential, Uniform } from './uniform.js';

/** The options of a base: it checks values where the whole does. */
function alike(who: string, options: DistributionOptions): { readonly validateArgs: boolean } {
  checkOptions(who, options, ['validateArgs']);
  return { validateArgs: options.validateArgs ?? true };
}

/**
 * The Weibull distribution: f(x) = k / λ·(x / λ)ᵏ⁻¹·exp(−(x / λ)ᵏ), λ = scale, k = concentration.
 *
 * @throws WasmgradError for parameters that are not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#weibull
 */
export class Weibull extends TransformedDistribution {
  readonly scale: Tensor;
  readonly concentration: Tensor;

  constructor(scale: Parameter, concentration: Parameter, options: DistributionOptions = {}) {
    const [a, k] = broadcastAll('Weibull', [scale, concentration]) as [Tensor, Tensor];
    const transforms = [new PowerTransform(k.reciprocal()), new AffineTransform(0, a)];
    super(new Exponential(onesLike(a.detach()), alike('Weibull', options)), transforms, options, 'Weibull');
    this.scale = a;
    this.concentration = k;
    this.checkParameters({ scale: [a, positive], concentration: [k, positive] });
  }

  protected override get support(): Constraint {
    return positive;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { scale: this.scale, concentration: this.concentration };
  }

  override expand(batchShape: readonly number[]): Weibull {
    return new Weibull(this.scale.expand(batchShape), this.concentration.expand(batchShape), this.options);
  }

  /** Γ(1 + n / k). */
  #moment(n: number): Tensor {
    return lgamma(this.concentration.reciprocal().mul(n).add(1)).exp();
  }

  override get mean(): Tensor {
    return this.scale.mul(this.#moment(1));
  }

  override get mode(): Tensor {
    const k = this.concentration;
    return this.scale.mul(k.sub(1).div(k).pow(k.reciprocal()));
  }

  override get variance(): Tensor {
    return this.scale.square().mul(this.#moment(2).sub(this.#moment(1).square()));
  }

  override entropy(): Tensor {
    const inverse = this.concentration.reciprocal();
    return inverse.rsub(1).mul(EULER).add(this.scale.mul(inverse).log()).add(1);
  }
}

/**
 * Pareto's distribution of numbers from `scale` on: f(x) = α·scaleᵅ / xᵅ⁺¹.
 *
 * @throws WasmgradError for parameters that are not above 0, and values below `scale`
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#pareto
 */
export class Pareto extends TransformedDistribution {
  readonly scale: Tensor;
  readonly alpha: Tensor;

  constructor(scale: Parameter, alpha: Parameter, options: DistributionOptions = {}) {
    const [a, k] = broadcastAll('Pareto', [scale, alpha]) as [Tensor, Tensor];
    const given = alike('Pareto', options);
    if (given.validateArgs) {
      check('Pareto', 'alpha', k, positive);
      check('Pareto', 'scale', a, positive);
    }
    const base = new Exponential(k, given);
    super(base, [new ExpTransform(), new AffineTransform(0, a)], options, 'Pareto');
    this.scale = a;
    this.alpha = k;
  }

  protected override get support(): Constraint {
    return positive;
  }

  protected override checked(value: Tensor): Tensor {
    const x = super.checked(value);
    if (this.validates) refuse(x.detach().lt(this.scale.detach()), 'Pareto: value must be at least scale');
    return x;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { alpha: this.alpha, scale: this.scale };
  }

  override expand(batchShape: readonly number[]): Pareto {
    return new Pareto(this.scale.expand(batchShape), this.alpha.expand(batchShape), this.options);
  }

  /** ∞ up to α = 1. */
  override get mean(): Tensor {
    const a = this.alpha.clampMin(1);
    return a.mul(this.scale).div(a.sub(1));
  }

  override get mode(): Tensor {
    return this.scale;
  }

  /** ∞ up to α = 2. */
  override get variance(): Tensor {
    const a = this.alpha.clampMin(2);
    return this.scale
      .square()
      .mul(a)
      .div(a.sub(1).square().mul(a.sub(2)));
  }

  override entropy(): Tensor {
    return this.scale.div(this.alpha).log().add(this.alpha.reciprocal().add(1));
  }
}

/**
 * Kumaraswamy's distribution on [0, 1]: f(x) = a·b·xᵃ⁻¹·(1 − xᵃ)ᵇ⁻¹, a = concentration1, b = concentration0.
 *
 * @throws WasmgradError for parameters that are not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#kumaraswamy
 */
export class Kumaraswamy extends TransformedDistribution {
  readonly concentration1: Tensor;
  readonly concentration0: Tensor;

  constructor(concentration1: Parameter, concentration0: Parameter, options: DistributionOptions = {}) {
    const [a, b] = broadcastAll('Kumaraswamy', [concentration1, concentration0]) as [Tensor, Tensor];
    const base = new Uniform(zerosLike(b.detach()), onesLike(b.detach()), alike('Kumaraswamy', options));
    const transforms = [
      new PowerTransform(b.reciprocal()),
      new AffineTransform(1, -1),
      new PowerTransform(a.reciprocal()),
    ];
    super(base, transforms, options, 'Kumaraswamy');
    this.concentration1 = a;
    this.concentration0 = b;
    this.checkParameters({ concentration1: [a, positive], concentration0: [b, positive] });
  }

  protected override get support(): Constraint {
    return unitInterval;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { concentration1: this.concentration1, concentration0: this.concentration0 };
  }

  override expand(batchShape: readonly number[]): Kumaraswamy {
    const [a, b] = [this.concentration1, this.concentration0].map((x) => x.expand(batchShape)) as [Tensor, Tensor];
    return new Kumaraswamy(a, b, this.options);
  }

  /** The mean of xⁿ. */
  #moment(n: number): Tensor {
    const [b, more] = [this.concentration0, this.concentration1.reciprocal().mul(n).add(1)];
    return lgamma(more)
      .add(lgamma(b))
      .sub(lgamma(more.add(b)))
      .exp()
      .mul(b);
  }

  override get mean(): Tensor {
    return this.#moment(1);
  }

  /** ((a − 1) / (a·b − 1))^(1 / a), NaN where a or b is below 1 or both are 1. (PyTorch's formula gives NaN nearly everywhere.) */
  override get mode(): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    const below = b.lt(1).logicalOr(a.lt(1));
    return a.sub(1).div(a.mul(b).sub(1)).pow(a.reciprocal()).maskedFill(below, NaN);
  }

  override get variance(): Tensor {
    return this.#moment(2).sub(this.mean.square());
  }

  override entropy(): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    const harmonic = digamma(b.add(1)).add(EULER);
    return b.reciprocal().rsub(1).add(a.reciprocal().rsub(1).mul(harmonic)).sub(a.log()).sub(b.log());
  }
}

/**
 * Points of the simplex with one more coordinate than x, made of normal numbers x by breaking a stick.
 *
 * @throws WasmgradError where scale is not above 0, and (`logProb`) for values that do not add up to 1
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#logisticnormal
 */
export class LogisticNormal extends TransformedDistribution {
  readonly loc: Tensor;
  readonly scale: Tensor;

  constructor(loc: Parameter, scale: Parameter, options: DistributionOptions = {}) {
    const normal = new Normal(loc, scale, options);
    const base = normal.batchShape.length === 0 ? normal.expand([1]) : normal;
    super(base, new StickBreakingTransform(), options, 'LogisticNormal');
    this.loc = base.loc;
    this.scale = base.scale;
  }

  protected override checked(value: Tensor): Tensor {
    const x = super.checked(value);
    if (this.validates) check(this.name, 'the sum of a value', x.sum(-1), unitSum);
    return x;
  }

  override expand(batchShape: readonly number[]): LogisticNormal {
    const shape = [...batchShape, this.eventShape[0]! - 1];
    return new LogisticNormal(this.loc.expand(shape), this.scale.expand(shape), this.options);
  }
}

/**
 * The distribution of Fisher and Snedecor: (u / df1) / (v / df2) of chi-squared u and v with df1 and df2 degrees of freedom.
 *
 * @throws WasmgradError where df1 or df2 is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#fishersnedecor
 */
export class FisherSnedecor extends Distribution {
  readonly df1: Tensor;
  readonly df2: Tensor;
  override readonly hasRsample = true;

  constructor(df1: Parameter, df2: Parameter, options: DistributionOptions = {}) {
    const [a, b] = broadcastAll('FisherSnedecor', [df1, df2]) as [Tensor, Tensor];
    super('FisherSnedecor', a.shape, [], options);
    this.df1 = a;
    this.df2 = b;
    this.checkParameters({ df1: [a, positive], df2: [b, positive] });
  }

  protected override get support(): Constraint {
    return positive;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { df1: this.df1, df2: this.df2 };
  }

  override expand(batchShape: readonly number[]): FisherSnedecor {
    return new FisherSnedecor(this.df1.expand(batchShape), this.df2.expand(batchShape), this.options);
  }

  /** NaN up to two degrees of freedom df2. */
  override get mean(): Tensor {
    const b = this.df2.maskedFill(this.df2.le(2), NaN);
    return b.div(b.sub(2));
  }

  /** NaN up to two degrees of freedom df1. */
  override get mode(): Tensor {
    const [a, b] = [this.df1, this.df2];
    return a.sub(2).div(a).mul(b).div(b.add(2)).maskedFill(a.le(2), NaN);
  }

  /** NaN up to four degrees of freedom df2. */
  override get variance(): Tensor {
    const [a, b] = [this.df1, this.df2.maskedFill(this.df2.le(4), NaN)];
    const below = a.mul(b.sub(2).square()).mul(b.sub(4));
    return b.square().mul(2).mul(a.add(b).sub(2)).div(below);
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const draw = (df: Tensor): Tensor => new Gamma(df.mul(0.5), df, { validateArgs: false }).rsample(sampleShape);
    const x = draw(this.df1);
    const y = x.div(draw(this.df2));
    // PyTorch clamps the data, so that the gradient passes as it is.
    return y.add(y.detach().clampMin(tinyOf(y)).sub(y.detach()));
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    const [a, b] = [this.df1.mul(0.5), this.df2.mul(0.5)];
    const [both, ratio] = [a.add(b), this.df1.div(this.df2)];
    return lgamma(both)
      .sub(lgamma(a))
      .sub(lgamma(b))
      .add(a.mul(ratio.log()))
      .add(a.sub(1).mul(x.log()))
      .sub(both.mul(ratio.mul(x).log1p()));
  }

  /** There is no closed form here. @throws WasmgradError always */
  override entropy(): Tensor {
    throw new WasmgradError('FisherSnedecor: entropy is not defined for it');
  }
}
