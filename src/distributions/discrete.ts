import { ShapeError, WasmgradError } from '../core/errors.js';
import { broadcastShapes } from '../core/shapes.js';
import { noGrad } from '../autograd/mode.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { bernoulli, multinomial } from '../tensor/random.js';
import { checkOptions } from '../tensor/options.js';
import { arange, full } from '../tensor/creation.js';
import { isTensor } from '../tensor/operands.js';
import type { Tensor } from '../tensor/tensor.js';
import { Coin, checkOne, coinOptions } from './coin.js';
import type { BernoulliOptions } from './coin.js';
import { Distribution, below, binary, epsilonOf, real, softplus, unitInterval } from './distribution.js';
import type { Constraint, DistributionOptions, EnumerateOptions, Parameter } from './distribution.js';

/** The parameters of `Categorical`: probabilities, or logits. */
export interface CategoricalOptions extends DistributionOptions {
  readonly probs?: Tensor;
  readonly logits?: Tensor;
}

/** Values over their batch, or with batch dims of size 1. */
function enumerated(
  who: string,
  values: Tensor,
  batchShape: readonly number[],
  expand: boolean | EnumerateOptions,
): Tensor {
  if (typeof expand !== 'boolean') checkOptions(`${who}.enumerateSupport`, expand, ['expand']);
  const whole = typeof expand === 'boolean' ? expand : (expand.expand ?? true);
  return whole ? values.expand([values.shape[0]!, ...batchShape]) : values;
}

/**
 * 1 with probability p, else 0: `new Bernoulli(probs)` or `new Bernoulli({ logits })`. Samples are of the parameters' dtype.
 *
 * @throws WasmgradError for probabilities outside of [0, 1], or where not one of both parameters is given
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#bernoulli
 */
export class Bernoulli extends Coin {
  override readonly hasEnumerateSupport = true;

  constructor(parameters: Parameter | BernoulliOptions, options: DistributionOptions = {}) {
    super('Bernoulli', coinOptions('Bernoulli', parameters, options));
    this.checkParameters(this.given(unitInterval));
  }

  override expand(batchShape: readonly number[]): Bernoulli {
    return new Bernoulli(this.expanded(batchShape));
  }

  override enumerateSupport(expand: boolean | EnumerateOptions = true): Tensor {
    const values = arange(0, 2, { dtype: this.probs.dtype }).reshape([2, ...this.batchShape.map(() => 1)]);
    return enumerated(this.name, values, this.batchShape, expand);
  }

  protected override get support(): Constraint {
    return binary;
  }

  override get mean(): Tensor {
    return this.probs;
  }

  /** 1 where that is more likely; NaN where both are equally so. */
  override get mode(): Tensor {
    return this.probs.ge(0.5).to(this.probs.dtype).maskedFill(this.probs.eq(0.5), NaN);
  }

  override get variance(): Tensor {
    return this.probs.mul(this.probs.rsub(1));
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    return noGrad(() => bernoulli(this.probs.expand(this.extended(sampleShape))));
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value);
    return x.mul(this.logits).sub(softplus(this.logits));
  }

  override entropy(): Tensor {
    return softplus(this.logits).sub(this.logits.mul(this.probs));
  }
}

/**
 * One of the categories 0 … K − 1, by weights along the last dim: `new Categorical(probs)` (they need not add up to 1) or
 * `new Categorical({ logits })`. Samples are int32.
 *
 * @throws WasmgradError for negative weights or rows of zeros; ShapeError for parameters without dims
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#categorical
 */
export class Categorical extends Distribution {
  override readonly hasEnumerateSupport = true;
  /** Probabilities that add up to 1. */
  readonly probs: Tensor;
  /** Their logarithms. */
  readonly logits: Tensor;
  readonly #byLogits: boolean;

  constructor(parameters: Tensor | CategoricalOptions, options: DistributionOptions = {}) {
    const given: CategoricalOptions = isTensor(parameters) ? { ...options, probs: parameters } : parameters;
    checkOptions('Categorical', given, ['probs', 'logits', 'validateArgs']);
    const { probs, logits, ...rest } = given;
    checkOne('Categorical', given);
    const x = (probs ?? logits)!;
    if (!isTensor(x) || x.ndim < 1)
      throw new ShapeError('Categorical: its parameter must be a tensor of at least one dim');
    super('Categorical', x.shape.slice(0, -1), [], rest);
    this.#byLogits = probs === undefined;
    if (probs === undefined) {
      this.checkParameters({ logits: [x, real] });
      this.logits = x.sub(x.logsumexp(-1, true));
      this.probs = x.softmax(-1);
    } else {
      if (this.validates) checkSimplex(x);
      this.probs = x.div(x.sum(-1, true));
      const epsilon = epsilonOf(x);
      this.logits = this.probs.clamp(epsilon, 1 - epsilon).log();
    }
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return this.#byLogits ? { logits: this.logits } : { probs: this.probs };
  }

  override expand(batchShape: readonly number[]): Categorical {
    const shape = [...batchShape, this.numEvents];
    const given = this.#byLogits ? { logits: this.logits.expand(shape) } : { probs: this.probs.expand(shape) };
    return new Categorical({ ...given, ...this.options });
  }

  override enumerateSupport(expand: boolean | EnumerateOptions = true): Tensor {
    const n = this.numEvents;
    const values = arange(n, { dtype: 'int32' }).reshape([n, ...this.batchShape.map(() => 1)]);
    return enumerated(this.name, values, this.batchShape, expand);
  }

  /** The number of categories. */
  get numEvents(): number {
    return this.probs.shape.at(-1)!;
  }

  protected override get support(): Constraint {
    return below(this.numEvents);
  }

  /** NaN: categories have no mean. */
  override get mean(): Tensor {
    return full(this.batchShape, NaN, { dtype: this.probs.dtype });
  }

  /** The likeliest category. */
  override get mode(): Tensor {
    return this.probs.argmax(-1);
  }

  /** NaN: categories have no variance. */
  override get variance(): Tensor {
    return full(this.batchShape, NaN, { dtype: this.probs.dtype });
  }

  override sample(sampleShape: readonly number[] = []): Tensor {
    const shape = this.extended(sampleShape);
    const count = sampleShape.reduce((n, size) => n * size, 1);
    return noGrad(() =>
      multinomial(this.probs.reshape([-1, this.numEvents]), count, true)
        .t()
        .reshape(shape),
    );
  }

  override logProb(value: Tensor): Tensor {
    const x = this.checked(value).to('int32').unsqueeze(-1);
    const whole = broadcastShapes(x.shape.slice(0, -1), this.batchShape) ?? this.batchShape;
    return this.logits
      .expand([...whole, this.numEvents])
      .gather(-1, x.expand([...whole, 1]))
      .squeeze(-1);
  }

  override entropy(): Tensor {
    const least = this.logits.dtype === 'float64' ? -Number.MAX_VALUE : -3.4028234663852886e38;
    return this.logits.clampMin(least).mul(this.probs).sum(-1).neg();
  }
}

function checkSimplex(x: Tensor): void {
  const n = x.shape.at(-1)!;
  inspect(x.detach().contiguous(), (data) => {
    const list = elements(data);
    for (let row = 0; row < list.length; row += n) {
      let sum = 0;
      for (const weight of list.subarray(row, row + n)) {
        if (!(weight >= 0)) throw new WasmgradError(`Categorical: probs must be numbers of at least 0, got ${weight}`);
        sum += weight;
      }
      if (!(sum > 0)) throw new WasmgradError('Categorical: the probs of a row must not add up to 0');
    }
  });
}
