import { WasmgradError } from '../core/errors.js';
import { noGrad } from '../autograd/mode.js';
import { arange, empty, fullLike, tensor, zeros } from '../tensor/creation.js';
import { isTensor } from '../tensor/operands.js';
import { poisson } from '../tensor/sampling.js';
import { lgamma, xlogy } from '../tensor/special.js';
import type { Tensor } from '../tensor/tensor.js';
import { Coin, coinOptions, optionsOf } from './coin.js';
import type { BernoulliOptions } from './coin.js';
import { Categorical } from './discrete.js';
import type { CategoricalOptions } from './discrete.js';
import {
  Distribution,
  broadcastAll,
  check,
  natural,
  nonNegative,
  softplus,
  tinyOf,
  unitInterval,
} from './distribution.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';

/**
 * Poisson's distribution of counts with the mean `rate`: p(k) = rateᵏ·e^(−rate) / k!.
 *
 * @throws WasmgradError for a negative rate
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#poisson
 */
export class Poisson extends Distribution {
  readonly rate: Tensor;

  constructor(rate: Parameter, options: DistributionOptions = {}) {
    const [x] = broadcastAll('Poisson', [rate]) as [Tensor];
    super('Poisson', x.shape, [], options);
    this.rate = x;
    this.checkParameters({ rate: [x, nonNegative] });
  }

  protected override get support(): Constraint {
    return natural;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { rate: this.rate };
  }

  override expand(batchShape: readonly number[]): Poisson {
    return new Poisson(this.rate.expand(batchShape), this.options);
  }

  override get mean(): Tensor {
    return this.rate;
  }

  override get mode(): Tensor {
    return this.rate.floor();
  }

  override get variance(): Tensor {
    return this.rate;
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    return noGrad(() => poisson(this.rate.expand(this.extended(sampleShape))));
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    return xlogy(x, this.rate)
      .sub(this.rate)
      .sub(lgamma(x.add(1)));
  }

  /** There is no closed form. @throws WasmgradError always */
  override entropy(): Tensor {
    throw new WasmgradError('Poisson: entropy is not defined for it');
  }
}

/**
 * How many trials fail before the first one succeeds: p(k) = (1 − p)ᵏ·p, `new Geometric(probs)` or `new Geometric({ logits })`.
 *
 * @throws WasmgradError for probabilities outside of (0, 1], or where not one of both parameters is given
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#geometric
 */
export class Geometric extends Coin {
  constructor(parameters: Parameter | BernoulliOptions, options: DistributionOptions = {}) {
    super('Geometric', coinOptions('Geometric', parameters, options));
    this.checkParameters(this.given({ name: `above 0 and ${unitInterval.name}`, holds: (x) => x > 0 && x <= 1 }));
  }

  protected override get support(): Constraint {
    return natural;
  }

  override expand(batchShape: readonly number[]): Geometric {
    return new Geometric(this.expanded(batchShape));
  }

  override get mean(): Tensor {
    return this.probs.reciprocal().sub(1);
  }

  override get mode(): Tensor {
    return fullLike(this.probs, 0);
  }

  override get variance(): Tensor {
    return this.mean.div(this.probs);
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    return noGrad(() => {
      const u = empty(this.extended(sampleShape), { dtype: this.probs.dtype }).uniform_(tinyOf(this.probs), 1);
      return u.log().div(this.probs.neg().log1p()).floor();
    });
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    // Certain success: 0·log 0 is 0.
    const probs = this.probs.add(x.mul(0));
    const safe = probs.maskedFill(probs.eq(1).logicalAnd(x.eq(0)), 0);
    return x.mul(safe.neg().log1p()).add(this.probs.log());
  }

  override entropy(): Tensor {
    return softplus(this.logits).sub(this.logits.mul(this.probs)).div(this.probs);
  }
}

/** The parameters of `Multinomial` besides the count. */
export type MultinomialParameters = CategoricalOptions;

/**
 * How often each category comes in `totalCount` draws: p(x) = n! / Π xᵢ!·Π pᵢ^xᵢ. `new Multinomial(n, probs)` or `new Multinomial(n, { logits })`.
 *
 * @throws WasmgradError where the count is no whole number of at least 0, or as `Categorical` does
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#multinomial
 */
export class Multinomial extends Distribution {
  readonly totalCount: number;
  readonly #categorical: Categorical;

  constructor(totalCount: number, parameters: Tensor | MultinomialParameters, options: DistributionOptions = {}) {
    const categorical = new Categorical(parameters, options);
    const given = isTensor(parameters) ? options : optionsOf(parameters);
    super('Multinomial', categorical.batchShape, [categorical.numEvents], given);
    if (!Number.isInteger(totalCount) || totalCount < 0) {
      throw new WasmgradError(
        `Multinomial: totalCount must be a whole number of at least 0, got ${String(totalCount)}`,
      );
    }
    this.totalCount = totalCount;
    this.#categorical = categorical;
  }

  get probs(): Tensor {
    return this.#categorical.probs;
  }

  get logits(): Tensor {
    return this.#categorical.logits;
  }

  protected override get support(): Constraint {
    return natural;
  }

  override expand(batchShape: readonly number[]): Multinomial {
    const probs = this.probs.expand([...batchShape, ...this.eventShape]);
    return new Multinomial(this.totalCount, { probs, ...this.options });
  }

  override get mean(): Tensor {
    return this.probs.mul(this.totalCount);
  }

  override get variance(): Tensor {
    return this.probs.mul(this.probs.rsub(1)).mul(this.totalCount);
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    const shape = this.extended(sampleShape);
    const draws = this.#categorical.sample([this.totalCount, ...sampleShape]).movedim(0, -1);
    const { dtype } = this.probs;
    return zeros(shape, { dtype }).scatterAdd(-1, draws, fullLike(draws, 1, { dtype }));
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    if (this.validates) {
      const n = this.totalCount;
      check(this.name, 'the sum of a value', x.sum(-1), { name: `${n}`, holds: (sum) => sum === n });
    }
    const logits = this.logits.add(x.mul(0));
    const safe = logits.maskedFill(x.eq(0).logicalAnd(this.logits.eq(-Infinity)), 0);
    return lgamma(x.sum(-1).add(1))
      .sub(lgamma(x.add(1)).sum(-1))
      .add(safe.mul(x).sum(-1));
  }

  /** Of n draws: n·H(p) − log n! + Σᵢ Σₖ log k!·p(xᵢ = k). */
  override entropy(): Tensor {
    const n = this.totalCount;
    const { dtype } = this.probs;
    const one = this.#categorical
      .entropy()
      .mul(n)
      .sub(lgamma(tensor(n + 1, { dtype })));
    const p = this.probs.unsqueeze(0);
    const k = arange(1, n + 1, { dtype }).reshape([n, ...this.probs.shape.map(() => 1)]);
    const factorial = lgamma(k.add(1));
    const ways = lgamma(tensor(n + 1, { dtype }))
      .sub(factorial)
      .sub(lgamma(k.neg().add(n + 1)));
    const each = ways
      .add(xlogy(k, p))
      .add(xlogy(k.neg().add(n), p.rsub(1)))
      .exp();
    return one.add(each.mul(factorial).sum([0, -1]));
  }
}
