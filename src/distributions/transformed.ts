import { ShapeError, WasmgradError, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { noGrad } from '../autograd/mode.js';
import { rand } from '../tensor/random.js';
import { isTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import { tensor } from '../tensor/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { Independent } from './composite.js';
import { Coin, coinOptions, optionsOf } from './coin.js';
import type { BernoulliOptions } from './coin.js';
import { Distribution, epsilonOf, positive, real, softplus, sumRightmost, unitInterval } from './distribution.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';
import { ComposeTransform, SigmoidTransform, Transform } from './transforms.js';

/**
 * The distribution of y = t(x), x of a base distribution, t one transform or several one after the other:
 * log p(y) = log p_base(x) − log |det ∂y/∂x|.
 *
 * Mean, variance and entropy are not defined in general.
 *
 * @throws WasmgradError for what is no transform; ShapeError where shapes do not fit
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#transformeddistribution
 *
 * @example
 * new distributions.TransformedDistribution(new distributions.Normal(0, 1), [new distributions.ExpTransform()]); // log-normal
 */
export class TransformedDistribution extends Distribution {
  readonly baseDist: Distribution;
  readonly transforms: readonly Transform[];
  override readonly hasRsample: boolean;
  readonly #whole: ComposeTransform;

  constructor(
    baseDistribution: Distribution,
    transforms: Transform | readonly Transform[],
    options: DistributionOptions = {},
    name = 'TransformedDistribution',
  ) {
    checkOptions(name, options, ['validateArgs']);
    const list = transforms instanceof Transform ? [transforms] : transforms;
    if (!Array.isArray(list) || !list.every((t) => t instanceof Transform)) {
      throw new WasmgradError(`${name}: transforms must be a transform, or an array of them`);
    }
    const whole = new ComposeTransform(list);
    const given = [...baseDistribution.batchShape, ...baseDistribution.eventShape];
    if (given.length < whole.domainDim) {
      throw new ShapeError(`${name}: the base must have at least ${whole.domainDim} dims, got ${formatShape(given)}`);
    }
    const shape = whole.forwardShape(given);
    const needed = whole.inverseShape(shape);
    const inner = baseDistribution.eventShape.length;
    let base = baseDistribution;
    if (!sameShape(needed, given)) base = base.expand(needed.slice(0, needed.length - inner));
    if (whole.domainDim > inner) {
      base = new Independent(base, whole.domainDim - inner, { validateArgs: options.validateArgs ?? true });
    }
    const cut = shape.length - whole.codomainDim - Math.max(inner - whole.domainDim, 0);
    super(name, shape.slice(0, cut), shape.slice(cut), options);
    this.baseDist = base;
    this.transforms = list;
    this.hasRsample = base.hasRsample;
    this.#whole = whole;
  }

  protected override get support(): Constraint {
    return this.#whole.codomain;
  }

  override expand(batchShape: readonly number[]): TransformedDistribution {
    const shape = this.#whole.inverseShape([...batchShape, ...this.eventShape]);
    const base = this.baseDist.expand(shape.slice(0, shape.length - this.baseDist.eventShape.length));
    return new TransformedDistribution(base, this.transforms, this.options, this.name);
  }

  /** @throws WasmgradError always */
  override get mean(): Tensor {
    throw new WasmgradError(`${this.name}: mean is not defined for it`);
  }

  /** @throws WasmgradError always */
  override get variance(): Tensor {
    throw new WasmgradError(`${this.name}: variance is not defined for it`);
  }

  /** @throws WasmgradError always */
  override entropy(): Tensor {
    throw new WasmgradError(`${this.name}: entropy is not defined for it`);
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    return noGrad(() => this.#whole.call(this.baseDist.sample(sampleShape)));
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return this.#whole.call(this.baseDist.rsample(sampleShape));
  }

  override logProb(value: Tensor): Tensor {
    let y = this.checked(value);
    let dims = this.eventShape.length;
    let total: Tensor | null = null;
    for (const part of [...this.transforms].reverse()) {
      const x = part.inv(y);
      dims += part.domainDim - part.codomainDim;
      const term = sumRightmost(part.logAbsDetJacobian(x, y), dims - part.domainDim);
      total = total ? total.add(term) : term;
      y = x;
    }
    const base = sumRightmost(this.baseDist.logProb(y), dims - this.baseDist.eventShape.length);
    return total ? base.sub(total) : base;
  }

  /** Probabilities p of y as those of x: 1 − p where the transforms fall. */
  #turned(p: Tensor): Tensor {
    const { sign } = this.#whole;
    return sign === 1 ? p : p.sub(0.5).mul(sign).add(0.5);
  }

  override cdf(value: Tensor): Tensor {
    return this.#turned(this.baseDist.cdf(this.#whole.inv(value)));
  }

  override icdf(value: Tensor): Tensor {
    return this.#whole.call(this.baseDist.icdf(this.#turned(value)));
  }
}

/** The logit of a `RelaxedBernoulli`: (logits + logistic noise) / temperature. */
class LogitRelaxedBernoulli extends Coin {
  readonly temperature: Tensor;
  override readonly hasRsample = true;

  constructor(temperature: Parameter, given: BernoulliOptions) {
    super('RelaxedBernoulli', given);
    this.temperature = isTensor(temperature) ? temperature : tensor(temperature, { dtype: this.probs.dtype });
    this.checkParameters({ ...this.given(unitInterval), temperature: [this.temperature, positive] });
  }

  protected override get support(): Constraint {
    return real;
  }

  override expand(batchShape: readonly number[]): LogitRelaxedBernoulli {
    return new LogitRelaxedBernoulli(this.temperature, this.expanded(batchShape));
  }

  override get mean(): Tensor {
    throw new WasmgradError('RelaxedBernoulli: mean is not defined for it');
  }

  override get variance(): Tensor {
    throw new WasmgradError('RelaxedBernoulli: variance is not defined for it');
  }

  override entropy(): Tensor {
    throw new WasmgradError('RelaxedBernoulli: entropy is not defined for it');
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    const epsilon = epsilonOf(this.probs);
    const within = (x: Tensor): Tensor => x.clamp(epsilon, 1 - epsilon);
    const logit = (x: Tensor): Tensor => x.log().sub(x.neg().log1p());
    const u = within(rand(this.extended(sampleShape), { dtype: this.probs.dtype as 'float32' }));
    return logit(u)
      .add(logit(within(this.probs)))
      .div(this.temperature);
  }

  override logProb(value: Tensor): Tensor {
    const apart = this.logits.sub(this.checked(value).mul(this.temperature));
    return this.temperature.log().add(apart).sub(softplus(apart).mul(2));
  }
}

/**
 * Numbers between 0 and 1, near the ends, a relaxation of `Bernoulli` with gradients (the binary concrete distribution):
 * sigmoid((logits + logistic noise) / temperature). `new RelaxedBernoulli(temperature, probs)` or `new RelaxedBernoulli(temperature, { logits })`.
 *
 * @throws WasmgradError for probabilities outside of [0, 1], a temperature that is not above 0, or where not one of both parameters is given
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#relaxedbernoulli
 */
export class RelaxedBernoulli extends TransformedDistribution {
  constructor(temperature: Parameter, parameters: Parameter | BernoulliOptions, options: DistributionOptions = {}) {
    const given = coinOptions('RelaxedBernoulli', parameters, options);
    const base = new LogitRelaxedBernoulli(temperature, given);
    super(base, new SigmoidTransform(), optionsOf(given), 'RelaxedBernoulli');
  }

  get temperature(): Tensor {
    return (this.baseDist as LogitRelaxedBernoulli).temperature;
  }

  get probs(): Tensor {
    return (this.baseDist as LogitRelaxedBernoulli).probs;
  }

  get logits(): Tensor {
    return (this.baseDist as LogitRelaxedBernoulli).logits;
  }
}
