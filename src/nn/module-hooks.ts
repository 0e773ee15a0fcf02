import { gradMode } from '../autograd/mode.js';
import { Node } from '../autograd/node.js';
import { zeros } from '../autograd/op-node.js';
import { addHook } from '../core/hooks.js';
import type { HookHandle, Hooks } from '../core/hooks.js';
import type { Gradients, Spec } from '../ops/op.js';
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

type Tail<T extends unknown[]> = T extends [unknown, ...infer R] ? R : never;

/** The functions that a module calls, by moment. */
interface Moments {
  before: ForwardPreHook;
  after: ForwardHook;
  backward: BackwardHook;
  state: StateDictHook;
  load: LoadHook;
  loaded: LoadedHook;
}

/** The identity of several tensors, whose gradients pass all at once. */
class Passage extends Node {
  readonly #tensors: readonly Spec[];
  readonly #passed: (grads: readonly Tensor[]) => Gradients;

  constructor(tensors: readonly Tensor[], passed: (grads: readonly Tensor[]) => Gradients) {
    super(tensors.length);
    for (const x of tensors) this.link(x);
    this.#tensors = tensors.map(({ shape, dtype }) => ({ shape, dtype }));
    this.#passed = passed;
  }

  override get name(): string {
    return 'passage';
  }

  override backward(dys: readonly (Tensor | null)[]): Gradients {
    return this.#passed(this.#tensors.map((x, i) => dys[i] ?? zeros(x)));
  }
}

/** The tensors of a list that want a gradient sent through a passage, which sees their gradients in places of the whole list. */
function pass(list: readonly unknown[], passed: (grads: HookGradients) => HookGradients): unknown[] {
  const places = list.flatMap((x, i) => (x instanceof Tensor && x.requiresGrad ? [i] : []));
  const through = [...list];
  if (places.length === 0 || !gradMode.enabled) return through;
  const tensors = places.map((i) => list[i] as Tensor);
  const node = new Passage(tensors, (grads) => {
    const whole: (Tensor | null)[] = list.map(() => null);
    places.forEach((place, i) => (whole[place] = grads[i]!));
    const changed = passed(whole);
    return places.map((place) => changed[place] ?? null);
  });
  tensors.forEach((x, i) => {
    const y = x.alias();
    y.setNode(node, i);
    through[places[i]!] = y;
  });
  return through;
}

/** What calls of a module tell to others. */
export abstract class Hooked extends HasTrainingMode {
  readonly #hooks: { [M in keyof Moments]?: Hooks<Moments[M]> } = {};
  #observed = false;

  /** Computes the output. */
  abstract forward(...inputs: never[]): unknown;

  /** This as what all of its classes are. */
  protected asModule(): Module {
    return this as unknown as Module;
  }

  #add<M extends keyof Moments>(moment: M, hook: Moments[M]): HookHandle {
    const hooks = (this.#hooks[moment] ??= new Map()) as Hooks<Moments[M]>;
    return addHook(hooks, hook);
  }

  /** What the hooks of a moment make of a value: what one returns takes its place. */
  #change<M extends keyof Moments, T>(moment: M, value: T, call: (hook: Moments[M], value: T) => T | void): T {
    let changed = value;
    for (const hook of this.#hooks[moment]?.values() ?? []) changed = call(hook, changed) ?? changed;
    return changed;
  }

  /** Lets hooks see calls of `forward`; a module without hooks has its own method only. */
  #observeForward(): void {
    if (this.#observed) return;
    this.#observed = true;
    const forward = this.forward as (...inputs: unknown[]) => unknown;
    const module = this.asModule();
    const observed = (...inputs: unknown[]): unknown => {
      const given = this.#change('before', inputs, (hook, changed) => hook(module, changed));
      const output = this.#hooks.backward?.size ? this.#withBackward(forward, given) : forward.apply(this, given);
      return this.#change('after', output, (hook, changed) => hook(module, given, changed));
    };
    Object.defineProperty(this, 'forward', { configurable: true, writable: true, value: observed });
  }

  #withBackward(forward: (...inputs: unknown[]) => unknown, given: readonly unknown[]): unknown {
    let gradOutput: HookGradients = [];
    const told = (gradInput: HookGradients): HookGradients => {
      const grads = this.#change('backward', gradInput, (hook, changed) => hook(this.asModule(), changed, gradOutput));
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
    return this.#add('after', hook);
  }

  /** Calls `hook(module, inputs)` before each `forward`; what it returns takes the inputs' place. */
  registerForwardPreHook(hook: ForwardPreHook): HookHandle {
    this.#observeForward();
    return this.#add('before', hook);
  }

  /**
   * Calls `hook(module, gradInput, gradOutput)` in backward passes, when the gradients of the inputs are there; what it returns takes
   * their place. Results are a tensor or an array of them.
   *
   * Source: https://pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_full_backward_hook
   */
  registerFullBackwardHook(hook: BackwardHook): HookHandle {
    this.#observeForward();
    return this.#add('backward', hook);
  }

  /** Calls `hook(module, stateDict, prefix)` at the end of each `stateDict`, whose dictionary it may change. */
  registerStateDictPostHook(hook: StateDictHook): HookHandle {
    return this.#add('state', hook);
  }

  /** Calls `hook(module, stateDict, prefix)` before `loadStateDict` looks at the dictionary, a copy that it may change. */
  registerLoadStateDictPreHook(hook: LoadHook): HookHandle {
    return this.#add('load', hook);
  }

  /** Calls `hook(module, { missingKeys, unexpectedKeys })` after `loadStateDict`; it may change the lists, which a strict call looks at. */
  registerLoadStateDictPostHook(hook: LoadedHook): HookHandle {
    return this.#add('loaded', hook);
  }

  /** @internal What the module does when a dictionary is gathered, before one is loaded, and after that. */
  tell<M extends 'state' | 'load' | 'loaded'>(moment: M, ...given: Tail<Parameters<Moments[M]>>): void {
    for (const hook of this.#hooks[moment]?.values() ?? []) {
      (hook as (module: Module, ...given: unknown[]) => void)(this.asModule(), ...given);
    }
  }

  /** @internal Gives the same hooks to another module. */
  shareHooks(other: Hooked): void {
    for (const moment of Object.keys(this.#hooks) as (keyof Moments)[]) {
      for (const hook of this.#hooks[moment]!.values()) other.#add(moment, hook);
    }
    if (this.#observed) other.#observeForward();
  }
}
