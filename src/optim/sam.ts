import { WasmgradError } from '../core/errors.js';
import { enableGrad, noGrad } from '../autograd/mode.js';
import { everyTime } from '../runtime/recorder.js';
import { checkOptions } from '../tensor/options.js';
import { stack } from '../tensor/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { withGradients } from './gradients.js';
import { checkNotNegative } from './optimizer.js';
import type { OptimizerState } from './optimizer.js';
import { OptimizerWrapper } from './wrapper.js';
import type { Wrapped } from './wrapper.js';

/** Options of `SAM`. */
export interface SAMOptions {
  /** How far up to look. Default: 0.05. */
  rho?: number;
  /** Looks further where parameters are larger (ASAM, for which rho is about ten times larger). Default: false. */
  adaptive?: boolean;
}

/**
 * Sharpness-aware minimisation: the step of the optimizer inside is taken with the gradient at x + ρ · dx / ‖dx‖, the norm over all parameters
 * (with `adaptive`, at x + ρ · x² · dx / ‖|x| · dx‖).
 *
 * `step(closure)` evaluates twice; by hand it is `firstStep` after the first backward and `secondStep` after the second.
 *
 * Source: Foret et al. 2020, "Sharpness-aware minimization for efficiently improving generalization";
 * Kwon et al. 2021, "ASAM: adaptive sharpness-aware minimization".
 *
 * @example
 * const optimizer = new optim.SAM(new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 }));
 * loss(x, y).backward();
 * optimizer.firstStep({ zeroGrad: true });
 * loss(x, y).backward();
 * optimizer.secondStep({ zeroGrad: true });
 */
export class SAM extends OptimizerWrapper {
  rho: number;
  adaptive: boolean;
  readonly #before = new Map<Tensor, Tensor>();

  /** @throws WasmgradError when rho is negative, or for an unknown option */
  constructor(optimizer: Wrapped, options: SAMOptions = {}) {
    super('SAM', optimizer);
    checkOptions('SAM', options, ['rho', 'adaptive']);
    this.rho = options.rho ?? 0.05;
    this.adaptive = options.adaptive ?? false;
    checkNotNegative('SAM', 'rho', this.rho);
  }

  /** Moves the parameters up along their gradients. */
  firstStep(options: { zeroGrad?: boolean } = {}): void {
    checkOptions('firstStep', options, ['zeroGrad']);
    const { params } = this;
    withGradients(params, () => {
      const moved = params.filter((x) => x.ownGrad);
      if (moved.length === 0) return;
      const scaled = moved.map((x) => (this.adaptive ? x.abs().mul_(x.ownGrad!) : x.ownGrad!));
      const norms = scaled.map((dx) => dx.norm());
      const scale = stack(norms).norm().add_(1e-12).reciprocal_().mul_(this.rho);
      for (const [i, x] of moved.entries()) {
        this.#before.get(x)?.dispose();
        this.#before.set(x, x.clone().keep());
        x.add_((this.adaptive ? scaled[i]!.mul(x.abs()) : scaled[i]!).mul(scale.to(x.dtype)));
      }
    });
    if (options.zeroGrad ?? false) this.zeroGrad();
  }

  /** Moves the parameters back, and steps with the gradients that they have now. */
  secondStep(options: { zeroGrad?: boolean } = {}): void {
    checkOptions('secondStep', options, ['zeroGrad']);
    everyTime(() => {
      noGrad(() => {
        for (const [x, before] of this.#before) {
          x.copy_(before);
          before.dispose();
        }
      });
      this.#before.clear();
    });
    this.optimizer.step();
    if (options.zeroGrad ?? false) this.zeroGrad();
  }

  /**
   * Evaluates, moves up, evaluates again, moves back and steps.
   *
   * @param closure clears the gradients, evaluates the model, goes backward and returns the loss
   * @returns the first loss
   * @throws WasmgradError without a closure
   */
  override step(closure?: () => Tensor): Tensor {
    if (!closure) {
      throw new WasmgradError('SAM: step needs a closure that evaluates the model (or firstStep and secondStep)');
    }
    const loss = enableGrad(closure);
    this.firstStep({ zeroGrad: true });
    enableGrad(closure);
    this.secondStep();
    return loss;
  }

  /** The state of the optimizer inside; `rho` and `adaptive` stand in the groups. */
  override stateDict(): OptimizerState {
    const dict = this.optimizer.stateDict();
    const { rho, adaptive } = this;
    return { ...dict, param_groups: dict.param_groups.map((group) => ({ ...group, rho, adaptive })) };
  }

  override loadStateDict(dict: OptimizerState): void {
    this.optimizer.loadStateDict(dict);
    const { rho, adaptive } = dict.param_groups[0]!;
    this.rho = (rho as number | undefined) ?? this.rho;
    this.adaptive = (adaptive as boolean | undefined) ?? this.adaptive;
  }
}
