import { ShapeError } from '../core/errors.js';
import { digamma, lgamma, xlogy } from '../tensor/special.js';
import { arange } from '../tensor/creation.js';
import { stack } from '../tensor/join.js';
import { isTensor } from '../tensor/operands.js';
import { standardDirichlet, standardGamma } from '../tensor/sampling.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  Distribution,
  broadcastAll,
  check,
  nonNegative,
  positive,
  tinyOf,
  unitInterval,
  unitSum,
} from './distribution.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';

/**
 * The gamma distribution: f(x) = rateᵃ·xᵃ⁻¹·e^(−rate·x) / Γ(a), a = concentration. Gradients of samples are implicit.
 *
 * @throws WasmgradError for parameters that are not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#gamma
 */
export class Gamma extends Distribution {
  readonly concentration: Tensor;
  readonly rate: Tensor;
  override readonly hasRsample = true;

  constructor(concentration: Parameter, rate: Parameter, options: DistributionOptions = {}, name = 'Gamma') {
    const [a, b] = broadcastAll(name, [concentration, rate]) as [Tensor, Tensor];
    super(name, a.shape, [], options);
    this.concentration = a;
    this.rate = b;
    this.checkParameters({ concentration: [a, positive], rate: [b, positive] });
  }

  protected override get support(): Constraint {
    return nonNegative;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { concentration: this.concentration, rate: this.rate };
  }

  override expand(batchShape: readonly number[]): Gamma {
    return new Gamma(this.concentration.expand(batchShape), this.rate.expand(batchShape), this.options);
  }

  override get mean(): Tensor {
    return this.concentration.div(this.rate);
  }

  override get mode(): Tensor {
    return this.concentration.sub(1).div(this.rate).clampMin(0);
  }

  override get variance(): Tensor {
    return this.concentration.div(this.rate.square());
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const shape = this.extended(sampleShape);
    const y = standardGamma(this.concentration.expand(shape)).div(this.rate.expand(shape));
    // A sample stays above 0; PyTorch clamps its data, so that the gradient passes as it is.
    return y.add(y.detach().clampMin(tinyOf(y)).sub(y.detach()));
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    return xlogy(this.concentration, this.rate)
      .add(xlogy(this.concentration.sub(1), x))
      .sub(this.rate.mul(x))
      .sub(lgamma(this.concentration));
  }

  override entropy(): Tensor {
    const a = this.concentration;
    return a
      .sub(this.rate.log())
      .add(lgamma(a))
      .add(a.rsub(1).mul(digamma(a)));
  }
}

/**
 * The chi-squared distribution: the sum of the squares of df normal numbers; a gamma distribution of concentration df / 2 and rate 1/2.
 *
 * @throws WasmgradError where df is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#chi2
 */
export class Chi2 extends Gamma {
  constructor(df: Parameter, options: DistributionOptions = {}) {
    const [x] = broadcastAll('Chi2', [df]) as [Tensor];
    super(x.mul(0.5), 0.5, options, 'Chi2');
  }

  /** Degrees of freedom. */
  get df(): Tensor {
    return this.concentration.mul(2);
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return {};
  }

  override expand(batchShape: readonly number[]): Chi2 {
    return new Chi2(this.df.expand(batchShape), this.options);
  }
}

/**
 * The Dirichlet distribution over points whose coordinates (the last dim) add up to 1. Gradients of samples are implicit.
 *
 * @throws ShapeError for concentrations without dims; WasmgradError where they are not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#dirichlet
 */
export class Dirichlet extends Distribution {
  readonly concentration: Tensor;
  override readonly hasRsample = true;

  constructor(concentration: Tensor, options: DistributionOptions = {}) {
    if (!isTensor(concentration) || concentration.ndim < 1) {
      throw new ShapeError('Dirichlet: the concentration must be a tensor of at least one dim');
    }
    super('Dirichlet', concentration.shape.slice(0, -1), concentration.shape.slice(-1), options);
    this.concentration = concentration;
    this.checkParameters({ concentration: [concentration, positive] });
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { concentration: this.concentration };
  }

  override expand(batchShape: readonly number[]): Dirichlet {
    return new Dirichlet(this.concentration.expand([...batchShape, ...this.eventShape]), this.options);
  }

  /** The likeliest point; the first corner where no concentration reaches 1. */
  override get mode(): Tensor {
    const above = this.concentration.sub(1).clampMin(0);
    const corner = arange(this.eventShape[0]!).eq(0).to(above.dtype).expand(above.shape);
    return corner.where(this.concentration.lt(1).all(-1, true), above.div(above.sum(-1, true)));
  }

  protected override get support(): Constraint {
    return unitInterval;
  }

  override get mean(): Tensor {
    return this.concentration.div(this.concentration.sum(-1, true));
  }

  override get variance(): Tensor {
    const total = this.concentration.sum(-1, true);
    return this.concentration.mul(total.sub(this.concentration)).div(total.square().mul(total.add(1)));
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return standardDirichlet(this.concentration.expand(this.extended(sampleShape)));
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    if (this.validates) {
      check('Dirichlet', 'the sum of a value', x.sum(-1), unitSum);
    }
    const a = this.concentration;
    return xlogy(a.sub(1), x)
      .sum(-1)
      .add(lgamma(a.sum(-1)))
      .sub(lgamma(a).sum(-1));
  }

  override entropy(): Tensor {
    const a = this.concentration;
    const k = a.shape.at(-1)!;
    const total = a.sum(-1);
    return lgamma(a)
      .sum(-1)
      .sub(lgamma(total))
      .sub(total.rsub(k).mul(digamma(total)))
      .sub(a.sub(1).mul(digamma(a)).sum(-1));
  }
}

/**
 * The beta distribution on [0, 1]: f(x) ∝ x^(concentration1 − 1)·(1 − x)^(concentration0 − 1).
 *
 * @throws WasmgradError for parameters that are not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#beta
 */
export class Beta extends Distribution {
  readonly concentration1: Tensor;
  readonly concentration0: Tensor;
  override readonly hasRsample = true;
  readonly #dirichlet: Dirichlet;

  constructor(concentration1: Parameter, concentration0: Parameter, options: DistributionOptions = {}) {
    const [a, b] = broadcastAll('Beta', [concentration1, concentration0]) as [Tensor, Tensor];
    super('Beta', a.shape, [], options);
    this.checkParameters({ concentration1: [a, positive], concentration0: [b, positive] });
    this.concentration1 = a;
    this.concentration0 = b;
    this.#dirichlet = new Dirichlet(stack([a, b], -1), { validateArgs: false });
  }

  override expand(batchShape: readonly number[]): Beta {
    return new Beta(this.concentration1.expand(batchShape), this.concentration0.expand(batchShape), this.options);
  }

  override get mode(): Tensor {
    return this.#dirichlet.mode.select(-1, 0);
  }

  protected override get support(): Constraint {
    return unitInterval;
  }

  override get mean(): Tensor {
    return this.concentration1.div(this.concentration1.add(this.concentration0));
  }

  override get variance(): Tensor {
    const total = this.concentration1.add(this.concentration0);
    return this.concentration1.mul(this.concentration0).div(total.square().mul(total.add(1)));
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return this.#dirichlet.rsample(sampleShape).select(-1, 0);
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    return this.#dirichlet.logProb(stack([x, x.rsub(1)], -1));
  }

  override entropy(): Tensor {
    return this.#dirichlet.entropy();
  }
}
