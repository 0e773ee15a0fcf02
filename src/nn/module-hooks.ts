import { Function } from '../autograd/function.js';
import type { FunctionContext } from '../autograd/function.js';
import { Scope } from '../runtime/scope.js';
import { Tensor } from '../tensor/tensor.js';
import type { Module } from './module.js';
import type { StateDict } from './state-dict.js';
import { HasTrainingMode } from './training-mode.js';

/** Called after `forward` with the inputs and the output; what it returns takes the output's place. */
export type ForwardHook = (module: Module, inputs: unknown[], output: unknown) => unknown;

/** Called before `forward` with the inputs; what it returns takes their place. */
export type ForwardPreHook = (module: Module, inputs: unknown[]) => unknown[] | void;

/** The gradients of inputs or outputs by place; null for what is no tensor or has none. */
export type HookGradients = readonly (Tensor | null)[];

/**
 * Called when the gradients of a module's inputs are there; what it returns takes their place. Where no input wants a gradient it is
 * called with nulls when those of the outputs are there.
 */
export type BackwardHook = (
  module: Module,
  gradInput: HookGradients,
  gradOutput: HookGradients,
) => HookGradients | void;

/** Called with what `stateDict` has gathered for the module and those inside of it. */
export type StateDictHook = (module: Module, stateDict: StateDict, prefix: string) => void;

/** Called before `loadStateDict` looks at a dictionary, which is a copy that it may change. */
export type LoadHook = (module: Module, stateDict: StateDict, prefix: string) => void;

/** Called after `loadStateDict` with the names that did not fit, which it may change. */
export type LoadedHook = (module: Module, keys: { missingKeys: string[]; unexpectedKeys: string[] }) => void;

/** A hook that can be taken away again. */
export interface HookHandle {
  remove(): void;
}

type Passed = (grads: readonly Tensor[]) => HookGradients;

/** The identity of several tensors, whose gradients pass all at once. */
class Passage extends Function {
  static forward(ctx: FunctionContext, passed: Passed, ...xs: Tensor[]): Tensor[] {
    ctx['passed'] = passed;
    const still = xs.map((x, i) => (ctx.needsInputGrad[i + 1] ? x : x.detach()));
    ctx.markNonDifferentiable(...still.filter((x, i) => x !== xs[i]));
    return still;
  }

  static backward(ctx: FunctionContext, ...grads: Tensor[]): (Tensor | null)[] {
    return [null, ...(ctx['passed'] as Passed)(grads)];
  }
}

/** The tensors of a list that want a gradient sent through a passage, which sees their gradients in places of the whole list. */
function pass(list: readonly unknown[], passed: (grads: HookGradients) => HookGradients): unknown[] {
  const places = list.flatMap((x, i) => (x instanceof Tensor && x.requiresGrad ? [i] : []));
  if (places.length === 0) return [...list];
  const through = Passage.apply(
    (grads) => {
      const whole = list.map((_, i) => (places.includes(i) ? grads[places.indexOf(i)]! : null));
      const changed = passed(whole);
      return places.map((i) => changed[i] ?? null);
    },
    ...places.map((i) => list[i] as Tensor),
  );
  return list.map((x, i) => (places.includes(i) ? through[places.indexOf(i)]! : x));
}

function add<H>(hooks: Set<H>, hook: H): HookHandle {
  hooks.add(hook);
  return { remove: () => void hooks.delete(hook) };
}

/** What calls of a module tell to others. */
export abstract class Hooked extends HasTrainingMode {
  readonly #before = new Set<ForwardPreHook>();
  readonly #after = new Set<ForwardHook>();
  readonly #backward = new Set<BackwardHook>();
  readonly #state = new Set<StateDictHook>();
  readonly #load = new Set<LoadHook>();
  readonly #loaded = new Set<LoadedHook>();
  #observed = false;

  /** Computes the output. */
  abstract forward(...inputs: never[]): unknown;

  /** This as what all of its classes are. */
  protected asModule(): Module {
    return this as unknown as Module;
  }

  /** Lets hooks see calls of `forward`; a module without hooks has its own method only. */
  #observeForward(): void {
    if (this.#observed) return;
    this.#observed = true;
    const forward = this.forward as (...inputs: unknown[]) => unknown;
    const observed = (...inputs: unknown[]): unknown => {
      let given = inputs;
      for (const hook of this.#before) given = hook(this.asModule(), given) ?? given;
      let output = this.#backward.size > 0 ? this.#withBackward(forward, given) : forward.apply(this, given);
      for (const hook of this.#after) output = hook(this.asModule(), given, output) ?? output;
      return output;
    };
    Object.defineProperty(this, 'forward', { configurable: true, writable: true, value: observed });
  }

  #withBackward(forward: (...inputs: unknown[]) => unknown, given: readonly unknown[]): unknown {
    let gradOutput: HookGradients = [];
    const told = (gradInput: HookGradients): HookGradients => {
      let grads = gradInput;
      for (const hook of this.#backward) grads = hook(this.asModule(), grads, gradOutput) ?? grads;
      for (const dy of gradOutput) dy?.moveTo(Scope.current);
      return grads;
    };
    const inputs = pass(given, told);
    const wanted = given.some((x) => x instanceof Tensor && x.requiresGrad);
    const output = forward.apply(this, inputs);
    const several = Array.isArray(output);
    const outputs = pass(several ? output : [output], (grads) => {
      // They stay until the gradients of the inputs are there.
      gradOutput = grads.map((dy) => dy && dy.view(dy.shape).keep());
      if (!wanted) told(given.map(() => null));
      return grads;
    });
    return several ? outputs : outputs[0];
  }

  /** Calls `hook(module, inputs, output)` after each `forward`; what it returns takes the output's place. */
  registerForwardHook(hook: ForwardHook): HookHandle {
    this.#observeForward();
    return add(this.#after, hook);
  }

  /** Calls `hook(module, inputs)` before each `forward`; what it returns takes the inputs' place. */
  registerForwardPreHook(hook: ForwardPreHook): HookHandle {
    this.#observeForward();
    return add(this.#before, hook);
  }

  /**
   * Calls `hook(module, gradInput, gradOutput)` in backward passes, when the gradients of the inputs are there; what it returns takes
   * their place. Results are a tensor or an array of them.
   *
   * Source: https://pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_full_backward_hook
   */
  registerFullBackwardHook(hook: BackwardHook): HookHandle {
    this.#observeForward();
    return add(this.#backward, hook);
  }

  /** Calls `hook(module, stateDict, prefix)` at the end of each `stateDict`, whose dictionary it may change. */
  registerStateDictPostHook(hook: StateDictHook): HookHandle {
    return add(this.#state, hook);
  }

  /** Calls `hook(module, stateDict, prefix)` before `loadStateDict` looks at the dictionary, a copy that it may change. */
  registerLoadStateDictPreHook(hook: LoadHook): HookHandle {
    return add(this.#load, hook);
  }

  /** Calls `hook(module, { missingKeys, unexpectedKeys })` after `loadStateDict`; it may change the lists, which a strict call looks at. */
  registerLoadStateDictPostHook(hook: LoadedHook): HookHandle {
    return add(this.#loaded, hook);
  }

  /** @internal */
  gathered(dict: StateDict, prefix: string): void {
    for (const hook of this.#state) hook(this.asModule(), dict, prefix);
  }

  /** @internal What the module does before a dictionary is loaded into it. */
  beforeLoad(dict: StateDict, prefix: string): void {
    for (const hook of this.#load) hook(this.asModule(), dict, prefix);
  }

  /** @internal */
  afterLoad(keys: { missingKeys: string[]; unexpectedKeys: string[] }): void {
    for (const hook of this.#loaded) hook(this.asModule(), keys);
  }

  /** @internal Gives the same hooks to another module. */
  protected shareHooks(other: Hooked): void {
    for (const hook of this.#before) other.registerForwardPreHook(hook);
    for (const hook of this.#after) other.registerForwardHook(hook);
    for (const hook of this.#backward) other.registerFullBackwardHook(hook);
    for (const hook of this.#state) other.registerStateDictPostHook(hook);
    for (const hook of this.#load) other.registerLoadStateDictPreHook(hook);
    for (const hook of this.#loaded) other.registerLoadStateDictPostHook(hook);
  }
}
