import { WasmgradError } from '../core/errors.js';
import { enableGrad, noGrad } from '../autograd/mode.js';
import { everyTime } from '../runtime/recorder.js';
import { checkOptions } from '../tensor/options.js';
import { stack } from '../tensor/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { withGradients } from './gradients.js';
import { checkNotNegative } from './optimizer.js';
import type { GroupOptions, OptimizerOptions, OptimizerState, ParamGroup } from './optimizer.js';
import { perGroup } from './scheduler.js';
import { OptimizerWrapper } from './wrapper.js';
import type { Wrapped } from './wrapper.js';

/** Options of `SAM`. */
export interface SAMOptions {
  /** How far up to look; one for all groups, or one each. Default: 0.05. */
  rho?: number | readonly number[];
  /** Looks further where parameters are larger (ASAM, for which rho is about ten times larger). Default: false. */
  adaptive?: boolean;
}

/** What SAM keeps in a parameter group of the optimizer inside. */
export interface SAMGroup {
  rho: number;
  adaptive: boolean;
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
  /** What groups that are added later have by default. */
  readonly defaults: Readonly<SAMGroup>;
  readonly #before = new Map<Tensor, Tensor>();

  /** @throws WasmgradError when a rho is negative or there is not one for each group, or for an unknown option */
  constructor(optimizer: Wrapped, options: SAMOptions = {}) {
    super('SAM', optimizer);
    checkOptions('SAM', options, ['rho', 'adaptive']);
    const rho = options.rho ?? 0.05;
    const adaptive = options.adaptive ?? false;
    for (const [i, each] of perGroup('SAM', 'rho', optimizer, rho).entries()) {
      checkNotNegative('SAM', 'rho', each);
      Object.assign(optimizer.paramGroups[i]!, { rho: each, adaptive });
    }
    this.defaults = { rho: typeof rho === 'number' ? rho : 0.05, adaptive };
  }

  /** The groups of the optimizer inside, each with its `rho` and `adaptive`, which may be changed between steps. */
  override get paramGroups(): (ParamGroup<OptimizerOptions> & SAMGroup)[] {
    return super.paramGroups as (ParamGroup<OptimizerOptions> & SAMGroup)[];
  }

  /**
   * Adds parameters, with options of the optimizer inside, and `rho` and `adaptive`.
   *
   * @throws WasmgradError when rho is negative, and whatever the optimizer inside refuses
   */
  override addParamGroup(group: GroupOptions<OptimizerOptions & SAMGroup>): void {
    const { rho = this.defaults.rho, adaptive = this.defaults.adaptive, ...rest } = group;
    checkNotNegative('SAM', 'rho', rho);
    this.optimizer.addParamGroup(rest);
    Object.assign(this.optimizer.paramGroups.at(-1)!, { rho, adaptive });
  }

  /** Moves the parameters up along their gradients. */
  firstStep(options: { zeroGrad?: boolean } = {}): void {
    checkOptions('firstStep', options, ['zeroGrad']);
    withGradients(this.params, () => this.#climb());
    if (options.zeroGrad ?? false) this.zeroGrad();
  }

  #climb(): void {
    const moved = this.paramGroups.flatMap(({ params, rho, adaptive }) =>
      params.filter((x) => x.ownGrad).map((x) => ({ x, rho, size: adaptive ? x.abs() : null })),
    );
    if (moved.length === 0) return;
    const norms = moved.map(({ x, size }) => (size ? size.mul(x.ownGrad!) : x.ownGrad!).norm());
    const scale = stack(norms).norm().add_(1e-12).reciprocal_();
    for (const { x, rho, size } of moved) {
      this.#before.get(x)?.dispose();
      this.#before.set(x, x.clone().keep());
      const dx = size ? x.ownGrad!.mul(size.square()) : x.ownGrad!;
      x.add_(dx.mul(scale.mul(rho).to(x.dtype)));
    }
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
    return super.step(closure)!;
  }

  protected override advance(closure?: () => Tensor): Tensor {
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
    return this.optimizer.stateDict();
  }

  override loadStateDict(dict: OptimizerState): void {
    this.optimizer.loadStateDict(dict);
    for (const [i, group] of this.paramGroups.entries()) {
      const { rho, adaptive } = dict.param_groups[i]! as Partial<SAMGroup>;
      group.rho = rho ?? group.rho;
      group.adaptive = adaptive ?? group.adaptive;
    }
  }
}
