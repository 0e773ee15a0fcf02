import { WasmgradError } from '../core/errors.js';
import { noGrad } from '../autograd/mode.js';
import { arange } from '../tensor/creation.js';
import { isTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import { binomial, poisson } from '../tensor/sampling.js';
import { lgamma } from '../tensor/special.js';
import type { Tensor } from '../tensor/tensor.js';
import { Coin, coinOptions } from './coin.js';
import type { BernoulliOptions } from './coin.js';
import { broadcastAll, natural, nonNegative, refuse, softplus, unitInterval } from './distribution.js';
import type { Constraint, DistributionOptions, EnumerateOptions, Parameter } from './distribution.js';
import { Gamma } from './gamma.js';

/** The count and the parameter that was given, of one shape, in the parameter's dtype. */
function withCount(
  who: string,
  totalCount: Parameter,
  parameters: Parameter | BernoulliOptions,
  options: DistributionOptions,
): { readonly count: Tensor; readonly given: BernoulliOptions } {
  const given = coinOptions(who, parameters, options);
  const name = given.probs === undefined ? 'logits' : 'probs';
  const x = given[name];
  if (x === undefined) throw new WasmgradError(`${who}: give either probs or logits`);
  const [wide, count] = broadcastAll(who, [x, totalCount]) as [Tensor, Tensor];
  return { count: isTensor(x) ? count.to(x.dtype) : count, given: { ...given, [name]: wide } };
}

/** Coins of which many are tossed. */
abstract class Coins extends Coin {
  readonly totalCount: Tensor;

  constructor(who: string, count: Tensor, given: BernoulliOptions) {
    super(who, given);
    this.totalCount = count;
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return { total_count: this.totalCount, ...super.shown() };
  }
}

/**
 * How many of `totalCount` trials succeed: p(k) = n! / k!·(n − k)!·pᵏ·(1 − p)ⁿ⁻ᵏ. `new Binomial(n, probs)` or `new Binomial(n, { logits })`; n is a number or a
 * tensor.
 *
 * `entropy` and `enumerateSupport` are of equal counts only; they read a count that is a tensor.
 * @throws WasmgradError for a count that is no whole number of at least 0, probabilities outside of [0, 1], or where not one of both parameters is
 * given
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#binomial
 */
export class Binomial extends Coins {
  override readonly hasEnumerateSupport = true;
  /** The count of all, where a number was given. */
  readonly #one: number | null;

  constructor(totalCount: Parameter, parameters: Parameter | BernoulliOptions, options: DistributionOptions = {}) {
    const { count, given } = withCount('Binomial', totalCount, parameters, options);
    super('Binomial', count, given);
    this.#one = typeof totalCount === 'number' ? totalCount : null;
    this.checkParameters({ totalCount: [count, natural], ...this.given(unitInterval) });
  }

  protected override get support(): Constraint {
    return natural;
  }

  override expand(batchShape: readonly number[]): Binomial {
    return new Binomial(this.#one ?? this.totalCount.expand(batchShape), this.expanded(batchShape));
  }

  override get mean(): Tensor {
    return this.totalCount.mul(this.probs);
  }

  override get mode(): Tensor {
    return this.totalCount.add(1).mul(this.probs).floor().minimum(this.totalCount);
  }

  override get variance(): Tensor {
    return this.mean.mul(this.probs.rsub(1));
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    const shape = this.extended(sampleShape);
    return noGrad(() => binomial(this.totalCount.expand(shape), this.probs.expand(shape)));
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    if (this.validates) refuse(x.detach().gt(this.totalCount), 'Binomial: value must be at most totalCount');
    const n = this.totalCount;
    // k·log p + (n − k)·log(1 − p) = k·logit − n·max(logit, 0) − n·log(1 + e^−|logit|).
    const each = n.mul(softplus(this.logits));
    const ways = lgamma(n.add(1))
      .sub(lgamma(x.add(1)))
      .sub(lgamma(n.sub(x).add(1)));
    return x.mul(this.logits).add(ways).sub(each);
  }

  /** @throws WasmgradError where counts differ */
  override entropy(): Tensor {
    const p = this.logProb(this.enumerateSupport(false));
    return p.exp().mul(p).sum(0).neg();
  }

  /** @throws WasmgradError where counts differ */
  override enumerateSupport(expand: boolean | EnumerateOptions = true): Tensor {
    if (typeof expand !== 'boolean') checkOptions('Binomial.enumerateSupport', expand, ['expand']);
    const whole = typeof expand === 'boolean' ? expand : (expand.expand ?? true);
    const most = this.#one ?? this.#read();
    const { batchShape, probs } = this;
    const values = arange(most + 1, { dtype: probs.dtype }).reshape([most + 1, ...batchShape.map(() => 1)]);
    return whole ? values.expand([most + 1, ...batchShape]) : values;
  }

  #read(): number {
    const most = this.totalCount.detach().max().item();
    if (this.totalCount.detach().min().item() === most) return most;
    throw new WasmgradError('Binomial: enumerateSupport and entropy need equal counts');
  }
}

/**
 * How many trials of probability p succeed before `totalCount` of them fail: p(k) = Γ(k + r) / k!·Γ(r)·pᵏ·(1 − p)ʳ, r = totalCount, any number of at least 0.
 * `new NegativeBinomial(r, probs)` or `new NegativeBinomial(r, { logits })`.
 *
 * @throws WasmgradError for a negative count, probabilities outside of [0, 1), or where not one of both parameters is given
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#negativebinomial
 */
export class NegativeBinomial extends Coins {
  constructor(totalCount: Parameter, parameters: Parameter | BernoulliOptions, options: DistributionOptions = {}) {
    const { count, given } = withCount('NegativeBinomial', totalCount, parameters, options);
    super('NegativeBinomial', count, given);
    const halfOpen = { name: 'numbers from 0 to below 1', holds: (x: number) => x >= 0 && x < 1 };
    this.checkParameters({ totalCount: [count, nonNegative], ...this.given(halfOpen) });
  }

  protected override get support(): Constraint {
    return natural;
  }

  override expand(batchShape: readonly number[]): NegativeBinomial {
    return new NegativeBinomial(this.totalCount.expand(batchShape), this.expanded(batchShape));
  }

  override get mean(): Tensor {
    return this.totalCount.mul(this.logits.exp());
  }

  override get mode(): Tensor {
    return this.totalCount.sub(1).mul(this.logits.exp()).floor().clampMin(0);
  }

  override get variance(): Tensor {
    return this.mean.div(this.logits.neg().sigmoid());
  }

  /** Poisson's numbers of rates that are gamma distributed. */
  override sample(sampleShape: readonly number[] = []): Tensor {
    return noGrad(() => {
      const rates = new Gamma(this.totalCount, this.logits.neg().exp(), { validateArgs: false });
      return poisson(rates.sample(sampleShape));
    });
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    const r = this.totalCount;
    const likelihood = x
      .mul(softplus(this.logits.neg()))
      .add(r.mul(softplus(this.logits)))
      .neg();
    const both = r.add(x);
    const ways = lgamma(both)
      .sub(lgamma(x.add(1)))
      .sub(lgamma(r))
      .maskedFill(both.eq(0), 0);
    return likelihood.add(ways);
  }

  /** There is no closed form. @throws WasmgradError always */
  override entropy(): Tensor {
    throw new WasmgradError('NegativeBinomial: entropy is not defined for it');
  }
}
