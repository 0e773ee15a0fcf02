import { ShapeError, WasmgradError, formatShape } from '../core/errors.js';
import { broadcastShapes } from '../core/shapes.js';
import { noGrad } from '../autograd/mode.js';
import type { Tensor } from '../tensor/tensor.js';
import { Categorical } from './discrete.js';
import { Distribution, real, sumRightmost } from './distribution.js';
import type { Constraint, DistributionOptions, EnumerateOptions } from './distribution.js';

/**
 * A distribution whose last batch dims count as dims of one draw: log-probabilities and entropies are added up over them.
 *
 * @throws ShapeError where there are fewer batch dims
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#independent
 */
export class Independent extends Distribution {
  readonly baseDist: Distribution;
  readonly reinterpretedBatchNdims: number;
  override readonly hasRsample: boolean;
  override readonly hasEnumerateSupport: boolean;

  constructor(baseDistribution: Distribution, reinterpretedBatchNdims: number, options: DistributionOptions = {}) {
    const { batchShape, eventShape } = baseDistribution;
    const kept = batchShape.length - reinterpretedBatchNdims;
    if (!Number.isInteger(kept) || kept < 0 || reinterpretedBatchNdims < 0) {
      throw new ShapeError(
        `Independent: reinterpretedBatchNdims must be from 0 to ${batchShape.length}, got ${reinterpretedBatchNdims}`,
      );
    }
    super('Independent', batchShape.slice(0, kept), [...batchShape.slice(kept), ...eventShape], options);
    this.baseDist = baseDistribution;
    this.reinterpretedBatchNdims = reinterpretedBatchNdims;
    this.hasRsample = baseDistribution.hasRsample;
    this.hasEnumerateSupport = reinterpretedBatchNdims === 0 && baseDistribution.hasEnumerateSupport;
  }

  protected override get support(): Constraint {
    return real;
  }

  override expand(batchShape: readonly number[]): Independent {
    const inner = this.eventShape.slice(0, this.reinterpretedBatchNdims);
    return new Independent(this.baseDist.expand([...batchShape, ...inner]), this.reinterpretedBatchNdims, this.options);
  }

  override get mean(): Tensor {
    return this.baseDist.mean;
  }

  override get mode(): Tensor {
    return this.baseDist.mode;
  }

  override get variance(): Tensor {
    return this.baseDist.variance;
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    return this.baseDist.sample(sampleShape);
  }

  override rsample(sampleShape: readonly number[] = []): Tensor {
    return this.baseDist.rsample(sampleShape);
  }

  override logProb(value: Tensor): Tensor {
    return sumRightmost(this.baseDist.logProb(this.checked(value)), this.reinterpretedBatchNdims);
  }

  override entropy(): Tensor {
    return sumRightmost(this.baseDist.entropy(), this.reinterpretedBatchNdims);
  }

  override enumerateSupport(expand: boolean | EnumerateOptions = true): Tensor {
    return this.reinterpretedBatchNdims > 0 ? super.enumerateSupport(expand) : this.baseDist.enumerateSupport(expand);
  }

  override toString(): string {
    return `Independent(${String(this.baseDist)}, ${this.reinterpretedBatchNdims})`;
  }
}

/**
 * A mixture: a category k is drawn first, then a value of the k-th component, which lie along the last batch dim of one distribution.
 *
 * @throws WasmgradError where the mixture is no `Categorical`; ShapeError where batch shapes or the numbers of components do not fit
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#mixturesamefamily
 */
export class MixtureSameFamily extends Distribution {
  readonly mixtureDistribution: Categorical;
  readonly componentDistribution: Distribution;

  constructor(
    mixtureDistribution: Categorical,
    componentDistribution: Distribution,
    options: DistributionOptions = {},
  ) {
    if (!(mixtureDistribution instanceof Categorical)) {
      throw new WasmgradError('MixtureSameFamily: mixtureDistribution must be a Categorical');
    }
    const batch = componentDistribution.batchShape.slice(0, -1);
    const [n, k] = [mixtureDistribution.numEvents, componentDistribution.batchShape.at(-1)];
    if (n !== k || !broadcastShapes(mixtureDistribution.batchShape, batch)) {
      const mixed = formatShape([...mixtureDistribution.batchShape, n]);
      const components = formatShape(componentDistribution.batchShape);
      throw new ShapeError(`MixtureSameFamily: batches do not fit, got mixture ${mixed}, components ${components}`);
    }
    super('MixtureSameFamily', batch, componentDistribution.eventShape, options);
    this.mixtureDistribution = mixtureDistribution;
    this.componentDistribution = componentDistribution;
  }

  protected override get support(): Constraint {
    return real;
  }

  override expand(batchShape: readonly number[]): MixtureSameFamily {
    const components = this.componentDistribution.expand([...batchShape, this.mixtureDistribution.numEvents]);
    return new MixtureSameFamily(this.mixtureDistribution.expand(batchShape), components, this.options);
  }

  /** The dim of the components, counted from the end. */
  get #at(): number {
    return -1 - this.eventShape.length;
  }

  /** The probabilities of the components beside values of them. */
  get #weights(): Tensor {
    const { probs } = this.mixtureDistribution;
    return probs.reshape([...probs.shape, ...this.eventShape.map(() => 1)]);
  }

  override get mean(): Tensor {
    return this.#weights.mul(this.componentDistribution.mean).sum(this.#at);
  }

  override get variance(): Tensor {
    const { mean, variance } = this.componentDistribution;
    const within = this.#weights.mul(variance).sum(this.#at);
    const apart = mean.sub(this.mean.unsqueeze(this.#at)).square();
    return within.add(this.#weights.mul(apart).sum(this.#at));
  }

  override cdf(value: Tensor): Tensor {
    const each = this.componentDistribution.cdf(value.unsqueeze(this.#at));
    return each.mul(this.mixtureDistribution.probs).sum(-1);
  }

  override logProb(value: Tensor): Tensor {
    const each = this.componentDistribution.logProb(this.checked(value).unsqueeze(this.#at));
    return each.add(this.mixtureDistribution.logits.logSoftmax(-1)).logsumexp(-1);
  }

  /** There is no closed form. @throws WasmgradError always */
  override entropy(): Tensor {
    throw new WasmgradError('MixtureSameFamily: entropy is not defined for it');
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    return noGrad(() => {
      const whole = [...sampleShape, ...this.batchShape];
      const mixture = this.mixtureDistribution.sample(sampleShape);
      const values = this.componentDistribution.sample(sampleShape);
      const inner = this.eventShape.map(() => 1);
      const index = mixture.reshape([...mixture.shape, 1, ...inner]).expand([...whole, 1, ...this.eventShape]);
      return values.gather(whole.length, index).squeeze(whole.length);
    });
  }

  override toString(): string {
    return `MixtureSameFamily(\n  ${String(this.mixtureDistribution)},\n  ${String(this.componentDistribution)})`;
  }
}
