import { WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { isTensor } from '../tensor/operands.js';
import type { Tensor } from '../tensor/tensor.js';
import { Distribution, broadcastAll, epsilonOf, real } from './distribution.js';
import type { Constraint, DistributionOptions, Parameter } from './distribution.js';

/** The parameters of `Bernoulli`: probabilities, or logits. */
export interface BernoulliOptions extends DistributionOptions {
  readonly probs?: Parameter;
  readonly logits?: Parameter;
}

/** The options that are no parameters. */
export function optionsOf({ validateArgs }: DistributionOptions): DistributionOptions {
  return validateArgs === undefined ? {} : { validateArgs };
}

export function checkOne(
  name: string,
  { probs, logits }: { readonly probs?: unknown; readonly logits?: unknown },
): void {
  if ((probs === undefined) === (logits === undefined)) {
    throw new WasmgradError(`${name}: give either probs or logits`);
  }
}

/** The probabilities and logits of success from either of them. */
function probabilities(who: string, given: BernoulliOptions): { readonly probs: Tensor; readonly logits: Tensor } {
  checkOne(who, given);
  const { probs, logits } = given;
  const [x] = broadcastAll(who, [(probs ?? logits)!]) as [Tensor];
  if (probs === undefined) return { logits: x, probs: x.sigmoid() };
  const epsilon = epsilonOf(x);
  const clamped = x.clamp(epsilon, 1 - epsilon);
  return { probs: x, logits: clamped.log().sub(clamped.neg().log1p()) };
}

/** Parameters as a user gives them: probabilities, or options that name them. */
export function coinOptions(
  who: string,
  parameters: Parameter | BernoulliOptions,
  options: DistributionOptions,
): BernoulliOptions {
  const given = isTensor(parameters) || typeof parameters === 'number' ? { ...options, probs: parameters } : parameters;
  checkOptions(who, given, ['probs', 'logits', 'validateArgs']);
  return given;
}

/** Distributions whose parameter is the probability of success, or its logit. */
export abstract class Coin extends Distribution {
  readonly probs: Tensor;
  readonly logits: Tensor;
  readonly #byLogits: boolean;

  constructor(who: string, given: BernoulliOptions) {
    const { probs, logits } = probabilities(who, given);
    super(who, probs.shape, [], optionsOf(given));
    this.probs = probs;
    this.logits = logits;
    this.#byLogits = given.probs === undefined;
  }

  /** What checks the parameter that was given. */
  protected given(allowed: Constraint): Readonly<Record<string, readonly [Tensor, Constraint]>> {
    return this.#byLogits ? { logits: [this.logits, real] } : { probs: [this.probs, allowed] };
  }

  /** The parameter that was given, for more of the same. */
  protected expanded(batchShape: readonly number[]): BernoulliOptions {
    const [name, x] = this.#byLogits ? (['logits', this.logits] as const) : (['probs', this.probs] as const);
    return { [name]: x.expand(batchShape), ...this.options };
  }

  protected override shown(): Readonly<Record<string, Tensor>> {
    return this.#byLogits ? { logits: this.logits } : { probs: this.probs };
  }
}
