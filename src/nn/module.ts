import { isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, formatShape } from '../core/errors.js';
import { inspect } from '../core/inspect.js';
import { sameShape } from '../core/shapes.js';
import { noGrad } from '../autograd/mode.js';
import type { DType } from '../core/dtypes.js';
import { checkOptions } from '../tensor/options.js';
import { Tensor } from '../tensor/tensor.js';
import { scope } from '../tensor/scope.js';
import { Parameter } from './parameter.js';
import { parameterLines } from './repr.js';
import { HasTrainingMode } from './training-mode.js';

/** A dictionary of tensors by their names in the module tree. */
export type StateDict = Record<string, Tensor>;

/** Called after `forward` with the inputs and the output; what it returns takes the output's place. */
export type ForwardHook = (module: Module, inputs: unknown[], output: unknown) => unknown;

/** Called before `forward` with the inputs; what it returns takes their place. */
export type ForwardPreHook = (module: Module, inputs: unknown[]) => unknown[] | void;

/** What a field of a module may hold for the module to find it. */
type Child = Parameter | Module;

/**
 * The base of all layers and networks. Fields that hold a `Parameter`, a `Module`, or arrays of them are found by themselves and
 * named as PyTorch names them; buffers are registered with `registerBuffer`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Module.html
 *
 * @example
 * class Net extends nn.Module {
 *   fc = new nn.Linear(784, 10);
 *   forward(x: Tensor) { return this.fc.forward(x); }
 * }
 */
export abstract class Module extends HasTrainingMode {
  readonly #buffers = new Map<string, boolean>();
  readonly #forwardHooks = new Set<ForwardHook>();
  readonly #preHooks = new Set<ForwardPreHook>();
  #observed = false;

  /** Computes the output. */
  abstract forward(...inputs: never[]): unknown;

  /** Lets hooks see calls of `forward`; a module without hooks has its own method only. */
  #observeForward(): void {
    if (this.#observed) return;
    this.#observed = true;
    const forward = this.forward as (...inputs: unknown[]) => unknown;
    const observed = (...inputs: unknown[]): unknown => {
      let given = inputs;
      for (const hook of this.#preHooks) given = hook(this, given) ?? given;
      let output = forward.apply(this, given);
      for (const hook of this.#forwardHooks) output = hook(this, given, output) ?? output;
      return output;
    };
    Object.defineProperty(this, 'forward', { configurable: true, writable: true, value: observed });
  }

  /** Calls `hook(module, inputs, output)` after each `forward`; what it returns takes the output's place. */
  registerForwardHook(hook: ForwardHook): { remove(): void } {
    this.#observeForward();
    this.#forwardHooks.add(hook);
    return { remove: () => void this.#forwardHooks.delete(hook) };
  }

  /** Calls `hook(module, inputs)` before each `forward`; what it returns takes the inputs' place. */
  registerForwardPreHook(hook: ForwardPreHook): { remove(): void } {
    this.#observeForward();
    this.#preHooks.add(hook);
    return { remove: () => void this.#preHooks.delete(hook) };
  }

  /**
   * Registers a field that holds a tensor (or null) which is state but is not learned.
   * @param options.persistent whether it is part of `stateDict`. Default true
   */
  registerBuffer(name: string, tensor: Tensor | null, options: { persistent?: boolean } = {}): void {
    checkOptions('registerBuffer', options, ['persistent']);
    this.#buffers.set(name, options.persistent ?? true);
    tensor?.keep();
    Object.defineProperty(this, name, { value: tensor, writable: true, enumerable: true, configurable: true });
  }

  /** @internal Makes a buffer a plain field; tells whether it was one. */
  forgetBuffer(name: string): boolean {
    return this.#buffers.delete(name);
  }

  /** Where parameters and modules are looked for, by name: the module's fields. */
  protected members(): [string, unknown][] {
    return Object.entries(this);
  }

  /** The fields that hold parameters, modules, or arrays of them; an array comes as a module of its own. */
  *#fields(): Generator<[string, Child]> {
    for (const [name, value] of this.members()) {
      if (value instanceof Parameter || value instanceof Module) yield [name, value];
      else if (isList(value)) yield [name, new List(value)];
    }
  }

  /**
   * @internal A copy with parameters, buffers and modules of its own, and the same hooks: Python's `deepcopy`. What is one parameter here is
   * one there. The constructors of derived classes do not run, so their `#private` members are missing: a class that has some needs a
   * `copy` of its own.
   */
  copy(seen: Map<unknown, unknown> = new Map()): this {
    const copied = Reflect.construct(Module, [], this.constructor) as this;
    const take = (value: unknown): unknown => {
      if (seen.has(value)) return seen.get(value);
      let own = value;
      if (value instanceof Module) own = value.copy(seen);
      else if (value instanceof Tensor) own = noGrad(() => copyOf(value));
      else if (isList(value)) own = value.map(take);
      seen.set(value, own);
      return own;
    };
    seen.set(this, copied);
    copied.training = this.training;
    for (const [name, value] of this.members()) {
      const persistent = this.#buffers.get(name);
      const own = take(value);
      if (persistent === undefined) Object.assign(copied, { [name]: own });
      else copied.registerBuffer(name, own as Tensor | null, { persistent });
    }
    // Fields that are computed (parametrizations, pruning) are accessors of `this`; a `forward` that calls hooks is made anew.
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(this))) {
      if (!property.enumerable && name !== 'forward') Object.defineProperty(copied, name, property);
    }
    for (const hook of this.#preHooks) copied.registerForwardPreHook(hook);
    for (const hook of this.#forwardHooks) copied.registerForwardHook(hook);
    return copied;
  }

  /** The parameters of this module alone, by name. */
  *#ownParameters(): Generator<[string, Parameter]> {
    for (const [name, value] of this.#fields()) if (value instanceof Parameter) yield [name, value];
  }

  /** The modules directly inside, by name; one that has two names comes twice. */
  *#ownModules(): Generator<[string, Module]> {
    for (const [name, value] of this.#fields()) if (value instanceof Module) yield [name, value];
  }

  /** The buffers of this module alone, by name. */
  *#ownBuffers(persistentOnly: boolean): Generator<[string, Tensor]> {
    for (const [name, persistent] of this.#buffers) {
      const value = (this as unknown as Record<string, unknown>)[name];
      if (value instanceof Tensor && (persistent || !persistentOnly)) yield [name, value];
    }
  }

  /** The modules directly inside, by name; one that is reached twice comes once. */
  namedChildren(): [string, Module][] {
    const seen = new Set<Module>();
    return [...this.#ownModules()].filter(([, child]) => !seen.has(child) && seen.add(child));
  }

  /** The modules directly inside. */
  children(): Module[] {
    return this.namedChildren().map(([, module]) => module);
  }

  /** This module and all inside of it, by path; a module that is reached twice comes once. */
  namedModules(prefix = '', seen: Set<Module> = new Set()): [string, Module][] {
    if (seen.has(this)) return [];
    seen.add(this);
    const found: [string, Module][] = [[prefix, this]];
    for (const [name, child] of this.namedChildren()) {
      found.push(...child.namedModules(join(prefix, name), seen));
    }
    return found;
  }

  /** This module and all inside of it. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** The parameters of the whole tree by path; one that is reached twice comes once. */
  namedParameters(): [string, Parameter][] {
    const seen = new Set<Parameter>();
    const found: [string, Parameter][] = [];
    for (const [path, module] of this.namedModules()) {
      for (const [name, parameter] of module.#ownParameters()) {
        if (seen.has(parameter)) continue;
        seen.add(parameter);
        found.push([join(path, name), parameter]);
      }
    }
    return found;
  }

  /** The parameters of the whole tree. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** The buffers of the whole tree by path. */
  namedBuffers(): [string, Tensor][] {
    return this.namedModules().flatMap(([path, module]) =>
      [...module.#ownBuffers(false)].map(([name, buffer]): [string, Tensor] => [join(path, name), buffer]),
    );
  }

  /** The buffers of the whole tree. */
  buffers(): Tensor[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  /** Calls `fn` on every module of the tree, children first. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Sets training mode (dropout drops, batch norm measures) in the whole tree. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Sets evaluation mode in the whole tree. */
  eval(): this {
    return this.train(false);
  }

  /** Sets whether the parameters of the tree require gradients. */
  requiresGrad_(flag = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = flag;
    return this;
  }

  /** Drops the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.ownGrad = null;
  }

  /**
   * Casts the parameters and floating point buffers of the tree to a floating point dtype. Parameters stay the same objects.
   * @throws DTypeError for another dtype
   */
  to(dtype: DType): this {
    if (!isFloat(dtype)) throw new DTypeError(`to: modules take floating point dtypes only, got ${dtype}`);
    noGrad(() => {
      for (const module of this.modules()) module.#cast(dtype);
    });
    return this;
  }

  #cast(dtype: DType): void {
    const fields = this as unknown as Record<string, unknown>;
    for (const [, parameter] of this.#ownParameters()) parameter.cast(dtype);
    for (const [name, buffer] of this.#ownBuffers(false)) {
      if (isFloat(buffer.dtype)) fields[name] = buffer.detach().to(dtype).keep();
    }
  }

  /** Casts to float64. */
  double(): this {
    return this.to('float64');
  }

  /** Casts to float32. */
  float(): this {
    return this.to('float32');
  }

  /** Parameters and persistent buffers of the tree, under PyTorch's names and in its order. The tensors share the module's memory. */
  stateDict(prefix = ''): StateDict {
    const dict: StateDict = {};
    for (const [name, parameter] of this.#ownParameters()) dict[prefix + name] = parameter.detach();
    for (const [name, buffer] of this.#ownBuffers(true)) dict[prefix + name] = buffer.detach();
    for (const [name, child] of this.#ownModules()) Object.assign(dict, child.stateDict(`${prefix}${name}.`));
    return dict;
  }

  /**
   * Copies tensors by name into the parameters and buffers.
   *
   * @param options.strict throw when names are missing or unexpected. Default true
   * @throws WasmgradError for missing or unexpected names when strict; ShapeError where a shape differs (nothing is copied then)
   */
  loadStateDict(
    dict: StateDict,
    options: { strict?: boolean } = {},
  ): { missingKeys: string[]; unexpectedKeys: string[] } {
    checkOptions('loadStateDict', options, ['strict']);
    return scope(() => this.#load(dict, options.strict ?? true));
  }

  #load(dict: StateDict, strict: boolean): { missingKeys: string[]; unexpectedKeys: string[] } {
    const own = this.stateDict();
    const missingKeys = Object.keys(own).filter((name) => !Object.hasOwn(dict, name));
    const unexpectedKeys = Object.keys(dict).filter((name) => !Object.hasOwn(own, name));
    if (strict && missingKeys.length + unexpectedKeys.length > 0) {
      const list = (what: string, names: string[]): string =>
        names.length > 0 ? `; ${what}: ${names.join(', ')}` : '';
      throw new WasmgradError(
        `loadStateDict: the names do not match ${this.constructor.name}` +
          list('missing', missingKeys) +
          list('unexpected', unexpectedKeys),
      );
    }
    const common = Object.keys(own).filter((name) => Object.hasOwn(dict, name));
    for (const name of common) {
      const given = dict[name]!;
      if (!sameShape(given.shape, own[name]!.shape)) {
        throw new ShapeError(
          `loadStateDict: ${name} has shape ${formatShape(own[name]!.shape)}, got ${formatShape(given.shape)}`,
        );
      }
    }
    noGrad(() => {
      for (const name of common) own[name]!.copy_(dict[name]!);
    });
    return { missingKeys, unexpectedKeys };
  }

  /** What `toString` prints between the parentheses of a layer, as PyTorch's `extra_repr`. */
  extraRepr(): string {
    return '';
  }

  /** The name that `toString` prints. */
  protected typeName(): string {
    return this.constructor.name;
  }

  /** The tree as PyTorch prints it. */
  override toString(): string {
    const extra = this.extraRepr();
    const children = [...this.#ownModules()].map(([name, child]) => `(${name}): ${indent(child.toString())}`);
    if (children.length === 0 && !extra.includes('\n')) return `${this.typeName()}(${extra})`;
    const lines = [...(extra ? extra.split('\n') : []), ...children];
    return `${this.typeName()}(\n${lines.map((line) => `  ${line}`).join('\n')}\n)`;
  }

  static {
    // Node's console.log asks for this method.
    Object.defineProperty(this.prototype, inspect, {
      value(this: Module): string {
        return this.toString();
      },
    });
  }
}

/** The same values in memory of their own. */
function copyOf(x: Tensor): Tensor {
  if (!(x instanceof Parameter)) return x.clone().keep();
  const values = x.detach().clone();
  const copied = new Parameter(values, { requiresGrad: x.requiresGrad });
  values.dispose();
  return copied;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.some((x) => x instanceof Parameter || x instanceof Module || isList(x));
}

/** An array in a field, seen as PyTorch's `ModuleList` or `ParameterList`. */
class List extends Module {
  readonly #items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    super();
    this.#items = items;
  }

  protected override members(): [string, unknown][] {
    return Object.entries(this.#items);
  }

  override forward(): never {
    throw new WasmgradError('an array of modules has no forward (call them one by one)');
  }

  protected override typeName(): string {
    return this.children().length > 0 ? 'ModuleList' : 'ParameterList';
  }

  override extraRepr(): string {
    return parameterLines(Object.entries(this.#items), ({ dtype }) => `torch.${dtype}`);
  }
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}

function indent(text: string): string {
  return text.split('\n').join('\n  ');
}
