import type { Tensor } from '../tensor/tensor.js';
import type { GroupOptions, Optimizer, OptimizerOptions, OptimizerState, ParamGroup } from './optimizer.js';
import { StepHooks } from './step-hooks.js';
import type { StepPostHook, StepPreHook } from './step-hooks.js';

/** What a wrapper needs of the optimizer inside: a wrapper is one, too. */
export type Wrapped = Pick<
  Optimizer,
  'name' | 'paramGroups' | 'addParamGroup' | 'step' | 'zeroGrad' | 'stateDict' | 'loadStateDict' | '_stepped'
>;

/** An optimizer around another one, whose parameter groups are its own: schedulers take either. */
export abstract class OptimizerWrapper implements Wrapped {
  readonly name: string;
  /** The optimizer inside. */
  readonly optimizer: Wrapped;
  readonly #hooks = new StepHooks();

  constructor(name: string, optimizer: Wrapped) {
    this.name = name;
    this.optimizer = optimizer;
  }

  get paramGroups(): ParamGroup<OptimizerOptions>[] {
    return this.optimizer.paramGroups;
  }

  protected get params(): Tensor[] {
    return this.paramGroups.flatMap((group) => group.params);
  }

  /** Adds parameters, with options of the optimizer inside. */
  addParamGroup(group: GroupOptions<OptimizerOptions>): void {
    this.optimizer.addParamGroup(group);
  }

  /** Sets the gradients to null, or to zeros with `{ setToNone: false }`. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    this.optimizer.zeroGrad(options);
  }

  /** Whether a step was taken. */
  get _stepped(): boolean {
    return this.optimizer._stepped;
  }

  /**
   * Changes every parameter that has a gradient.
   *
   * @param closure evaluates the model anew and returns the loss (its gradients must be there when it returns)
   * @returns what the closure returned, or null
   */
  step(closure: () => Tensor): Tensor;
  step(closure?: () => Tensor): Tensor | null;
  step(closure?: () => Tensor): Tensor | null {
    return this.#hooks.around(this, closure, (given) => this.advance(given));
  }

  /** What a step does between its hooks. */
  protected abstract advance(closure?: () => Tensor): Tensor | null;

  /** Calls `hook(optimizer, args)` before each step, with what `step` was given; what it returns takes the place of that. */
  registerStepPreHook(hook: StepPreHook): { remove(): void } {
    return this.#hooks.registerBefore(hook);
  }

  /** Calls `hook(optimizer, args)` after each step. */
  registerStepPostHook(hook: StepPostHook): { remove(): void } {
    return this.#hooks.registerAfter(hook);
  }

  /** The state of the optimizer inside, and its own with it. */
  abstract stateDict(): OptimizerState;

  /** Takes over what `stateDict` gave. */
  abstract loadStateDict(dict: OptimizerState): void;

  /** Its name around the optimizer inside. */
  toString(): string {
    return `${this.name} (\n${String(this.optimizer).replace(/^/gm, '  ')}\n)`;
  }
}
