import { empty } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import { defaultGenerator } from '../runtime/generator.js';
import type { Generator } from '../runtime/generator.js';
import type { Tensor } from '../tensor/tensor.js';
import { withGradients } from './gradients.js';
import { checkNotNegative } from './optimizer.js';

/** Options of `GradientNoise`. */
export interface GradientNoiseOptions {
  /** The variance at first; the paper tries 0.01, 0.3 and 1. Default: 0.3. */
  eta?: number;
  /** The power by which the variance falls. Default: 0.55. */
  gamma?: number;
  /** Where the numbers come from. Default: the global generator. */
  generator?: Generator;
}

/**
 * Noise for gradients, less from step to step: dx ← dx + n with n normal of variance eta / (1 + t)^gamma, t the number of the step from 0 on.
 * `step()` comes after backward (and clipping) and before the optimizer's.
 *
 * Source: Neelakantan et al. 2015, "Adding gradient noise improves learning for very deep networks".
 *
 * @example
 * const noise = new optim.GradientNoise(model.parameters(), { eta: 0.3, generator: new Generator().manualSeed(1) });
 * loss.backward();
 * noise.step();
 * optimizer.step();
 */
export class GradientNoise {
  readonly #params: readonly Tensor[];
  readonly #generator: Generator | undefined;
  eta: number;
  gamma: number;
  /** How many steps were taken. */
  lastStep = 0;

  /** @throws WasmgradError when eta or gamma is negative, or for an unknown option */
  constructor(params: Iterable<Tensor>, options: GradientNoiseOptions = {}) {
    checkOptions('GradientNoise', options, ['eta', 'gamma', 'generator']);
    this.#params = [...params];
    this.#generator = options.generator;
    this.eta = options.eta ?? 0.3;
    this.gamma = options.gamma ?? 0.55;
    checkNotNegative('GradientNoise', 'eta', this.eta);
    checkNotNegative('GradientNoise', 'gamma', this.gamma);
  }

  /** The deviation of the next step's noise. */
  get std(): number {
    return Math.sqrt(this.eta / (1 + this.lastStep) ** this.gamma);
  }

  /** Adds noise to all gradients that are there, in the order of the parameters. */
  step(): void {
    withGradients(this.#params, () => {
      const generator = this.#generator ?? defaultGenerator();
      for (const { ownGrad: dx } of this.#params) {
        if (dx) dx.add_(empty(dx.shape, { dtype: dx.dtype }).normal_(0, this.std, { generator }));
      }
      this.lastStep++;
    });
  }

  /** The number of steps; the state of the generator is its own. */
  stateDict(): { last_step: number; eta: number; gamma: number } {
    return { last_step: this.lastStep, eta: this.eta, gamma: this.gamma };
  }

  /** Takes over what `stateDict` gave. */
  loadStateDict(state: { last_step: number; eta: number; gamma: number }): void {
    this.lastStep = state.last_step;
    this.eta = state.eta;
    this.gamma = state.gamma;
  }
}
