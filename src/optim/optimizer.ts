import { isFloat } from '../core/dtypes.js';
import { WasmgradError } from '../core/errors.js';
import { recorder } from '../runtime/recorder.js';
import type { Recorder } from '../runtime/recorder.js';
import { enableGrad, noGrad } from '../autograd/mode.js';
import { checkOptions } from '../tensor/options.js';
import { Tensor } from '../tensor/tensor.js';
import { tensor } from '../tensor/creation.js';
import type { ScheduledGroup } from './scheduler.js';
import { camelCase, snakeCase } from './state-names.js';
import { StepHooks } from './step-hooks.js';
import type { StepPostHook, StepPreHook } from './step-hooks.js';

/** What every optimizer has options of. */
export interface OptimizerOptions {
  /** The learning rate. */
  lr: number;
}

/** Parameters with the options that hold for them; what is left out is the optimizer's. */
export type GroupOptions<O> = Partial<O> & { readonly params: Tensor | Iterable<Tensor> };

/** What an optimizer takes first: parameters, or groups of them. */
export type Parameters<O> = Iterable<Tensor> | Iterable<GroupOptions<O>>;

/** A group of parameters with its options, which may be changed between steps. */
export type ParamGroup<O> = O & ScheduledGroup & { params: Tensor[] };

/** What an optimizer remembers of a parameter, by PyTorch's names. */
export type ParamState = Record<string, Tensor>;

/** A group in a state dict: options by PyTorch's names, parameters by number. */
export type GroupState = Record<string, unknown> & { params: number[] };

/** An optimizer's state as in PyTorch: by the number of the parameter, in the order of the groups. */
export interface OptimizerState {
  state: Record<string, Record<string, Tensor | number | null | readonly (Tensor | number)[]>>;
  param_groups: GroupState[];
}

/**
 * The base of optimizers: parameter groups, their state, and `step()`, which changes every parameter that has a gradient.
 *
 * PyTorch's `foreach`, `fused` and `capturable` choose among implementations of one rule, and `differentiable` keeps the step on the tape.
 * Here a rule has one implementation, steps can be captured, and none is kept on the tape: these names are unknown options, which throw.
 *
 * Source: https://pytorch.org/docs/stable/optim.html
 */
export abstract class Optimizer<O extends OptimizerOptions = OptimizerOptions> {
  readonly name: string;
  readonly defaults: Readonly<O>;
  readonly paramGroups: ParamGroup<O>[] = [];
  readonly state: Map<Tensor, ParamState> = new Map();
  /** Whether a step was taken: schedulers warn when theirs comes first. */
  _stepped = false;
  readonly #hooks = new StepHooks();

  /** @throws WasmgradError for no parameters, a parameter that comes twice, an option out of range or unknown */
  constructor(name: string, params: Parameters<O>, options: Partial<O>, defaults: O) {
    checkOptions(name, options, Object.keys(defaults));
    this.name = name;
    this.defaults = { ...defaults, ...given(options) };
    if (typeof params?.[Symbol.iterator] !== 'function') {
      throw new WasmgradError(`${name}: params must be an array of tensors or of groups`);
    }
    const list = [...params];
    if (list.length === 0) throw new WasmgradError(`${name}: got an empty parameter list`);
    if (list.every((item): item is Tensor => item instanceof Tensor)) {
      this.addParamGroup({ params: list } as unknown as GroupOptions<O>);
    } else {
      for (const group of list as GroupOptions<O>[]) this.addParamGroup(group);
    }
  }

  /** Throws unless the options of a group are in range (and its parameters fit). */
  protected abstract checkGroup(group: O, params: readonly Tensor[]): void;

  /** Steps the parameters of a group that have gradients. Runs outside of the tape. */
  protected abstract update(group: ParamGroup<O>): void;

  /**
   * Adds parameters (such as those of a layer that thaws) with options of their own.
   *
   * @throws WasmgradError for a parameter that is no leaf, not floating point or in a group already, an option out of range or unknown
   */
  addParamGroup(group: GroupOptions<O>): void {
    checkOptions(this.name, group, ['params', ...Object.keys(this.defaults), ...SCHEDULED]);
    const { params, ...options } = group;
    if (params === undefined) throw new WasmgradError(`${this.name}: a parameter group needs params`);
    const list = params instanceof Tensor ? [params] : [...params];
    const taken = new Set(this.paramGroups.flatMap((other) => other.params));
    for (const [i, param] of list.entries()) {
      if (!(param instanceof Tensor)) throw new WasmgradError(`${this.name}: parameter ${i} is not a tensor`);
      if (!param.isLeaf) throw new WasmgradError(`${this.name}: parameter ${i} is not a leaf, so it gets no gradient`);
      if (!isFloat(param.dtype))
        throw new WasmgradError(`${this.name}: parameter ${i} is ${param.dtype}, not floating point`);
      if (taken.has(param)) throw new WasmgradError(`${this.name}: parameter ${i} comes twice`);
      taken.add(param);
    }
    const merged = { ...this.defaults, ...given(options), params: list } as ParamGroup<O>;
    this.checkGroup(merged, list);
    this.paramGroups.push(merged);
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
    this._stepped = true;
    return this.#hooks.around(this, closure, (given) => this.advance(given));
  }

  /** What a step does between its hooks. */
  protected advance(closure?: () => Tensor): Tensor | null {
    const loss = closure ? enableGrad(closure) : null;
    if (recorder) this.#watch(recorder);
    noGrad(() => {
      for (const group of this.paramGroups) this.update(group);
    });
    return loss;
  }

  /**
   * Calls `hook(optimizer, args)` before each step, with what `step` was given; what it returns takes the place of that. In a captured
   * step hooks run while it is recorded, as those of modules do: what they do with tensors is part of it.
   */
  registerStepPreHook(hook: StepPreHook): { remove(): void } {
    return this.#hooks.registerBefore(hook);
  }

  /** Calls `hook(optimizer, args)` after each step. */
  registerStepPostHook(hook: StepPostHook): { remove(): void } {
    return this.#hooks.registerAfter(hook);
  }

  /** A recorded step holds as long as the groups have as many parameters and the same options that are not 0: they decide what runs. */
  #watch(recording: Recorder): void {
    const names = Object.keys(this.defaults).filter((name) => name !== 'lr') as (keyof O)[];
    const shape = (): number =>
      this.paramGroups.reduce((code, group) => {
        const options = names.reduce((bits, name) => (bits << 1) | (group[name] ? 1 : 0), 1);
        return (Math.imul(code, 31) + Math.imul(options, 1021) + group.params.length) | 0;
      }, this.paramGroups.length);
    const before = shape();
    recording.guard(this, () => shape() === before);
  }

  /** Sets the gradients to null, or to zeros with `{ setToNone: false }`. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    checkOptions('zeroGrad', options, ['setToNone']);
    for (const { params } of this.paramGroups) {
      for (const param of params) {
        if (options.setToNone ?? true) param.ownGrad = null;
        else if (param.ownGrad) noGrad(() => param.ownGrad!.zero_());
      }
    }
  }

  /** The state and the groups' options, spelled as in PyTorch. The tensors are the optimizer's own. */
  stateDict(): OptimizerState {
    const numbers = new Map<Tensor, number>();
    const groups = this.paramGroups.map(({ params, ...options }) => {
      for (const param of params) numbers.set(param, numbers.size);
      const spelled = Object.entries(options).map(([name, value]) => [
        snakeCase(name),
        structuredClone(value as unknown),
      ]);
      return { ...Object.fromEntries(spelled), params: params.map((param) => numbers.get(param)!) } as GroupState;
    });
    const state: OptimizerState['state'] = {};
    for (const [param, entry] of this.state) state[String(numbers.get(param))] = { ...entry };
    return { state, param_groups: groups };
  }

  /**
   * Takes over what `stateDict` gave, here or in PyTorch: options, and copies of the tensors in the parameters' dtypes.
   *
   * @throws WasmgradError when the groups do not have as many parameters each
   */
  loadStateDict(dict: OptimizerState): void {
    const groups = dict.param_groups;
    if (groups.length !== this.paramGroups.length) {
      throw new WasmgradError(
        `${this.name}: loadStateDict needs ${this.paramGroups.length} groups, got ${groups.length}`,
      );
    }
    const params = new Map<string, Tensor>();
    for (const [i, saved] of groups.entries()) {
      const group = this.paramGroups[i]!;
      if (saved.params.length !== group.params.length) {
        const got = `${group.params.length} parameters, got ${saved.params.length}`;
        throw new WasmgradError(`${this.name}: loadStateDict needs group ${i} to have ${got}`);
      }
      for (const [j, number] of saved.params.entries()) params.set(String(number), group.params[j]!);
    }
    for (const [i, saved] of groups.entries()) {
      const group = this.paramGroups[i]!;
      for (const [name, value] of Object.entries(saved)) {
        const option = camelCase(name);
        const taken = Object.hasOwn(this.defaults, option) || SCHEDULED.includes(option);
        if (taken) Object.assign(group, { [option]: structuredClone(value) });
      }
    }
    this.#forget();
    for (const [number, entry] of Object.entries(dict.state)) {
      const param = params.get(number);
      if (!param) continue;
      const state: ParamState = {};
      for (const [name, value] of Object.entries(entry)) {
        if (value !== null && !Array.isArray(value)) state[name] = this.#taken(name, value as Tensor | number, param);
      }
      this.state.set(param, state);
    }
    this.loaded();
  }

  /** Called when `loadStateDict` has replaced the state. */
  protected loaded(): void {}

  #taken(name: string, value: Tensor | number, param: Tensor): Tensor {
    return noGrad(() => {
      const source = typeof value === 'number' ? tensor(value) : value.detach();
      const dtype = COUNTERS.has(name) ? 'float32' : param.dtype;
      const copy = source.dtype === dtype ? source.clone() : source.to(dtype);
      return copy.keep();
    });
  }

  /** The state of a parameter, in whose dtype it is: it follows one that was cast since (`model.double()`). */
  protected stateOf(param: Tensor): ParamState | undefined {
    const state = this.state.get(param);
    for (const name in state) {
      const value = state[name]!;
      if (value.dtype === param.dtype || COUNTERS.has(name)) continue;
      state[name] = value.to(param.dtype).keep();
      value.dispose();
    }
    return state;
  }

  #forget(): void {
    for (const entry of this.state.values()) for (const value of Object.values(entry)) value.dispose();
    this.state.clear();
  }

  /** Names, groups and options. */
  toString(): string {
    const groups = this.paramGroups.map(({ params: _, ...options }, i) => {
      const lines = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
      return [`Parameter Group ${i}`, ...lines.map(([name, value]) => `    ${name}: ${String(value)}`)].join('\n');
    });
    return `${this.name} (\n${groups.join('\n\n')}\n)`;
  }
}

/** What schedulers add to a group. */
const SCHEDULED: readonly string[] = ['initialLr', 'maxLr', 'minLr', 'swaLr', 'maxMomentum', 'baseMomentum'];

/** State that is float32, whatever the parameter is: counters and rates. */
const COUNTERS: ReadonlySet<string> = new Set(['step', 'eta', 'mu', 'mu_product']);

/** Options without those that are undefined. */
function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Throws unless `value` is at least 0. */
export function checkNotNegative(name: string, option: string, value: number): void {
  if (!(value >= 0)) throw new WasmgradError(`${name}: ${option} must be at least 0, got ${String(value)}`);
}

/** Throws unless both betas are in [0, 1). */
export function checkBetas(name: string, betas: readonly number[]): void {
  for (const [i, beta] of betas.entries()) {
    if (!(beta >= 0 && beta < 1))
      throw new WasmgradError(`${name}: betas[${i}] must be at least 0 and below 1, got ${beta}`);
  }
}
