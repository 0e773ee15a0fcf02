import { addHook } from '../core/hooks.js';
import type { HookHandle, Hooks } from '../core/hooks.js';
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
  readonly #before: Hooks<StepPreHook> = new Map();
  readonly #after: Hooks<StepPostHook> = new Map();

  /** Calls `hook` before each step. */
  registerBefore(hook: StepPreHook): HookHandle {
    return addHook(this.#before, hook);
  }

  /** Calls `hook` after each step. */
  registerAfter(hook: StepPostHook): HookHandle {
    return addHook(this.#after, hook);
  }

  /** Takes a step with hooks around it. */
  around<L>(optimizer: Wrapped, closure: (() => Tensor) | undefined, take: (closure?: () => Tensor) => L): L {
    let args: StepArguments = closure ? [closure] : [];
    for (const hook of this.#before.values()) args = hook(optimizer, args) ?? args;
    const loss = take(...args);
    for (const hook of this.#after.values()) hook(optimizer, args);
    return loss;
  }
}
