import { noGrad } from '../autograd/mode.js';
import { isTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import { rand } from '../tensor/random.js';
import { where } from '../tensor/copy.js';
import type { Tensor } from '../tensor/tensor.js';
import { Coin, checkOne } from './coin.js';
import type { BernoulliOptions } from './coin.js';
import { broadcastAll, check, epsilonOf, softplus, unitInterval } from './distribution.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';

/** The parameters of `ContinuousBernoulli`. */
export interface ContinuousBernoulliOptions extends BernoulliOptions {
  /** Between these probabilities, around ½, Taylor's series take the place of the formulas. Default [0.499, 0.501]. */
  readonly lims?: readonly [number, number];
}

function within(p: Tensor): Tensor {
  const epsilon = epsilonOf(p);
  return p.clamp(epsilon, 1 - epsilon);
}

/**
 * A distribution on [0, 1] with the shape of Bernoulli's: f(x) = C(λ)·λˣ·(1 − λ)¹⁻ˣ, λ = probs. `new ContinuousBernoulli(probs)` or
 * `new ContinuousBernoulli({ logits })`.
 *
 * @param options `lims` ([0.499, 0.501]): within them, series around ½
 * @throws WasmgradError for probabilities outside of [0, 1], or where not one of both parameters is given
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#continuousbernoulli; Loaiza-Ganem & Cunningham 2019, "The continuous Bernoulli: fixing a
 * pervasive error in variational autoencoders".
 */
export class ContinuousBernoulli extends Coin {
  override readonly hasRsample = true;
  readonly #lims: readonly [number, number];

  constructor(
    parameters: Parameter | ContinuousBernoulliOptions,
    options: DistributionOptions & Pick<ContinuousBernoulliOptions, 'lims'> = {},
  ) {
    const given =
      isTensor(parameters) || typeof parameters === 'number' ? { ...options, probs: parameters } : parameters;
    checkOptions('ContinuousBernoulli', given, ['probs', 'logits', 'lims', 'validateArgs']);
    checkOne('ContinuousBernoulli', given);
    const { lims = [0.499, 0.501], probs, ...rest } = given as ContinuousBernoulliOptions;
    if (probs === undefined) {
      super('ContinuousBernoulli', rest);
    } else {
      const [x] = broadcastAll('ContinuousBernoulli', [probs]) as [Tensor];
      // Before they are kept away from 0 and 1.
      if (given.validateArgs ?? true) check('ContinuousBernoulli', 'probs', x, unitInterval);
      super('ContinuousBernoulli', { ...rest, probs: within(x) });
    }
    this.#lims = lims;
    this.checkParameters(this.given(unitInterval));
  }

  protected override get support(): Constraint {
    return unitInterval;
  }

  override expand(batchShape: readonly number[]): ContinuousBernoulli {
    return new ContinuousBernoulli({ ...this.expanded(batchShape), lims: this.#lims });
  }

  get #safe(): Tensor {
    return within(this.probs);
  }

  /** Where the formulas hold, and probabilities that are there everywhere. */
  #apart(): { readonly outside: Tensor; readonly cut: Tensor } {
    const p = this.#safe;
    const outside = p.le(this.#lims[0]).logicalOr(p.gt(this.#lims[1]));
    return { outside, cut: p.where(outside, this.#lims[0]) };
  }

  /** @internal log C(λ). */
  logNorm(): Tensor {
    const { outside, cut } = this.#apart();
    const size = cut.neg().log1p().sub(cut.log()).abs().log();
    const formula = size.sub(cut.mul(2).sub(1).abs().log());
    const x = this.#safe.sub(0.5).square();
    const series = x
      .mul(104 / 45)
      .add(4 / 3)
      .mul(x)
      .add(Math.LN2);
    return where(outside, formula, series);
  }

  override get mean(): Tensor {
    const { outside, cut } = this.#apart();
    const formula = cut.div(cut.mul(2).sub(1)).add(cut.neg().log1p().sub(cut.log()).reciprocal());
    const x = this.#safe.sub(0.5);
    const series = x
      .square()
      .mul(16 / 45)
      .add(1 / 3)
      .mul(x)
      .add(0.5);
    return where(outside, formula, series);
  }

  override get variance(): Tensor {
    const { outside, cut } = this.#apart();
    const formula = cut
      .mul(cut.sub(1))
      .div(cut.mul(2).rsub(1).square())
      .add(cut.neg().log1p().sub(cut.log()).square().reciprocal());
    const x = this.#safe.sub(0.5).square();
    const series = x
      .mul(128 / 945)
      .rsub(1 / 15)
      .mul(x)
      .rsub(1 / 12);
    return where(outside, formula, series);
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    return noGrad(() => this.rsample(sampleShape));
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return this.icdf(rand(this.extended(sampleShape), { dtype: this.probs.dtype as 'float32' }));
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    return x.mul(this.logits).sub(softplus(this.logits)).add(this.logNorm());
  }

  override cdf(value: Tensor): Tensor {
    const x = this.checked(value);
    const { outside, cut } = this.#apart();
    const formula = cut
      .pow(x)
      .mul(cut.rsub(1).pow(x.rsub(1)))
      .add(cut)
      .sub(1)
      .div(cut.mul(2).sub(1));
    return where(outside, formula, x).maskedFill(x.le(0), 0).maskedFill(x.ge(1), 1);
  }

  override icdf(value: Tensor): Tensor {
    const { outside, cut } = this.#apart();
    const none = cut.neg().log1p();
    const formula = value.mul(cut.mul(2).sub(1)).sub(cut).log1p().sub(none).div(cut.log().sub(none));
    return where(outside, formula, value);
  }

  override entropy(): Tensor {
    const p = this.#safe;
    const none = p.neg().log1p();
    return this.mean.mul(none.sub(p.log())).sub(this.logNorm()).sub(none);
  }
}
