import type { Tensor } from '../tensor/tensor.js';
import type { Wrapped } from './wrapper.js';

/** What `step` was called with. */
export type StepArguments = readonly [closure?: () => Tensor];

/** Called before a step with the optimizer and the arguments; what it returns takes the arguments' place. */
export type StepPreHook = (optimizer: Wrapped, args: StepArguments) => StepArguments | void;

/** Called after a step with the optimizer and the arguments. */
export type StepPostHook = (optimizer: Wrapped, args: StepArguments) => void;

/** The hooks of an optimizer around its steps. */
export class StepHooks {
  readonly #before = new Set<StepPreHook>();
  readonly #after = new Set<StepPostHook>();

  /** Calls `hook` before each step. */
  registerBefore(hook: StepPreHook): { remove(): void } {
    // A function that is registered twice is called twice, as in PyTorch.
    const own: StepPreHook = (optimizer, args) => hook(optimizer, args);
    this.#before.add(own);
    return { remove: () => void this.#before.delete(own) };
  }

  /** Calls `hook` after each step. */
  registerAfter(hook: StepPostHook): { remove(): void } {
    const own: StepPostHook = (optimizer, args) => hook(optimizer, args);
    this.#after.add(own);
    return { remove: () => void this.#after.delete(own) };
  }

  /** Takes a step with hooks around it. */
  around<L>(optimizer: Wrapped, closure: (() => Tensor) | undefined, take: (closure?: () => Tensor) => L): L {
    let args: StepArguments = closure ? [closure] : [];
    for (const hook of this.#before) args = hook(optimizer, args) ?? args;
    const loss = take(...args);
    for (const hook of this.#after) hook(optimizer, args);
    return loss;
  }
}
