import { WasmgradError } from '../core/errors.js';
import { arange, eye, fullLike, tensor } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import { isTensor } from '../tensor/operands.js';
import { rand } from '../tensor/random.js';
import { lgamma } from '../tensor/special.js';
import type { Tensor } from '../tensor/tensor.js';
import { optionsOf } from './coin.js';
import { Categorical } from './discrete.js';
import type { CategoricalOptions } from './discrete.js';
import { Distribution, binary, check, epsilonOf, unitInterval, unitSum } from './distribution.js';
import type { Constraint, DistributionOptions, EnumerateOptions } from './distribution.js';

/** Vectors over the categories of a `Categorical`. */
abstract class OverCategories extends Distribution {
  protected readonly categorical: Categorical;

  protected constructor(name: string, parameters: Tensor | CategoricalOptions, options: DistributionOptions) {
    const categorical = new Categorical(parameters, options);
    const given = isTensor(parameters) ? options : optionsOf(parameters);
    super(name, categorical.batchShape, [categorical.numEvents], given);
    this.categorical = categorical;
  }

  /** Probabilities that add up to 1. */
  get probs(): Tensor {
    return this.categorical.probs;
  }

  /** Their logarithms. */
  get logits(): Tensor {
    return this.categorical.logits;
  }

  /** The sums of a value must be 1. */
  protected checkedSum(value: Tensor): Tensor {
    const x = this.checked(value);
    if (this.validates) check(this.name, 'the sum of a value', x.sum(-1), unitSum);
    return x;
  }

  /** Vectors with 1 at a category. */
  protected oneHot(categories: Tensor): Tensor {
    return categories.unsqueeze(-1).eq(arange(this.categorical.numEvents)).to(this.probs.dtype);
  }
}

/**
 * One of K categories as a vector with a 1 at its place: `new OneHotCategorical(probs)` or `new OneHotCategorical({ logits })`.
 *
 * @throws WasmgradError, ShapeError as `Categorical` does
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#onehotcategorical
 */
export class OneHotCategorical extends OverCategories {
  override readonly hasEnumerateSupport = true;

  constructor(parameters: Tensor | CategoricalOptions, options: DistributionOptions = {}, name = 'OneHotCategorical') {
    super(name, parameters, options);
  }

  protected override get support(): Constraint {
    return binary;
  }

  override expand(batchShape: readonly number[]): OneHotCategorical {
    return new OneHotCategorical({ probs: this.probs.expand([...batchShape, ...this.eventShape]), ...this.options });
  }

  override get mean(): Tensor {
    return this.probs;
  }

  override get mode(): Tensor {
    return this.oneHot(this.categorical.mode);
  }

  override get variance(): Tensor {
    return this.probs.mul(this.probs.rsub(1));
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    return this.oneHot(this.categorical.sample(sampleShape));
  }

  override logProb(value: Tensor): Tensor {
    return this.categorical.logProb(this.checkedSum(value).argmax(-1));
  }

  override entropy(): Tensor {
    return this.categorical.entropy();
  }

  override enumerateSupport(expand: boolean | EnumerateOptions = true): Tensor {
    if (typeof expand !== 'boolean') checkOptions('OneHotCategorical.enumerateSupport', expand, ['expand']);
    const whole = typeof expand === 'boolean' ? expand : (expand.expand ?? true);
    const [n] = this.eventShape as [number];
    const values = eye(n, { dtype: this.probs.dtype }).reshape([n, ...this.batchShape.map(() => 1), n]);
    return whole ? values.expand([n, ...this.batchShape, n]) : values;
  }
}

/**
 * `OneHotCategorical` whose samples hand their gradient on to the probabilities, as if they were these (straight-through).
 *
 * @throws WasmgradError, ShapeError as `Categorical` does
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#onehotcategoricalstraightthrough; Bengio et al. 2013, "Estimating or propagating
 * gradients through stochastic neurons for conditional computation".
 */
export class OneHotCategoricalStraightThrough extends OneHotCategorical {
  override readonly hasRsample = true;

  constructor(parameters: Tensor | CategoricalOptions, options: DistributionOptions = {}) {
    super(parameters, options, 'OneHotCategoricalStraightThrough');
  }

  override expand(batchShape: readonly number[]): OneHotCategoricalStraightThrough {
    const probs = this.probs.expand([...batchShape, ...this.eventShape]);
    return new OneHotCategoricalStraightThrough({ probs, ...this.options });
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return this.sample(sampleShape).add(this.probs.sub(this.probs.detach()));
  }
}

/**
 * Points of the simplex near its corners, a relaxation of `OneHotCategorical` with gradients (Gumbel softmax, the concrete distribution):
 * softmax((logits + Gumbel noise) / temperature).
 *
 * @throws WasmgradError, ShapeError as `Categorical` does, and for a temperature that is not above 0
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#relaxedonehotcategorical
 */
export class RelaxedOneHotCategorical extends OverCategories {
  readonly temperature: Tensor;
  override readonly hasRsample = true;

  constructor(
    temperature: Tensor | number,
    parameters: Tensor | CategoricalOptions,
    options: DistributionOptions = {},
  ) {
    super('RelaxedOneHotCategorical', parameters, options);
    this.temperature = isTensor(temperature) ? temperature : tensor(temperature, { dtype: this.probs.dtype });
    this.checkParameters({
      temperature: [this.temperature, { name: 'numbers above 0', holds: (x) => x > 0 }],
    });
  }

  protected override get support(): Constraint {
    return unitInterval;
  }

  override expand(batchShape: readonly number[]): RelaxedOneHotCategorical {
    const probs = this.probs.expand([...batchShape, ...this.eventShape]);
    return new RelaxedOneHotCategorical(this.temperature, { probs, ...this.options });
  }

  /** @throws WasmgradError always: there is no closed form */
  override get mean(): Tensor {
    throw new WasmgradError('RelaxedOneHotCategorical: mean is not defined for it');
  }

  /** @throws WasmgradError always: there is no closed form */
  override get variance(): Tensor {
    throw new WasmgradError('RelaxedOneHotCategorical: variance is not defined for it');
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const epsilon = epsilonOf(this.probs);
    const u = rand(this.extended(sampleShape), { dtype: this.logits.dtype }).clamp(epsilon, 1 - epsilon);
    return this.logits.sub(u.log().neg().log()).div(this.temperature).softmax(-1);
  }

  override logProb(value: Tensor): Tensor {
    const y = this.checkedSum(value).log();
    const [k] = this.eventShape as [number];
    const scale = lgamma(fullLike(this.temperature, k)).add(this.temperature.log().mul(k - 1));
    const score = this.logits.sub(y.mul(this.temperature));
    return score.sub(score.logsumexp(-1, true)).sum(-1).add(scale).sub(y.sum(-1));
  }

  /** @throws WasmgradError always: there is no closed form */
  override entropy(): Tensor {
    throw new WasmgradError('RelaxedOneHotCategorical: entropy is not defined for it');
  }
}
