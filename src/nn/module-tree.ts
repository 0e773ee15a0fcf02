import { WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { argument, named } from '../tensor/reduce.js';
import type { Named } from '../tensor/reduce.js';
import { Tensor } from '../tensor/tensor.js';
import type { Module } from './module.js';
import { Hooked } from './module-hooks.js';
import { Parameter } from './parameter.js';

/** How the tree of a module is gone through. */
export interface TreeOptions {
  /** What paths begin with. Default ''. */
  readonly prefix?: string;
  /** The whole tree instead of this module alone. Default true. */
  readonly recurse?: boolean;
  /** What is reached twice comes once. Default true. */
  readonly removeDuplicate?: boolean;
}

/** What a field of a module may hold for the module to find it. */
type Child = Parameter | Module;

/** What a module holds: parameters, buffers and modules by name, and how they are found in its tree. */
export abstract class ModuleTree extends Hooked {
  readonly #buffers = new Map<string, boolean>();

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

  /** @internal Whether a buffer is part of `stateDict`; undefined for what is no buffer. */
  persistence(name: string): boolean | undefined {
    return this.#buffers.get(name);
  }

  /** An array in a field, seen as PyTorch's `ModuleList` or `ParameterList`. */
  protected abstract listOf(items: readonly unknown[]): Module;

  /** @internal Where parameters and modules are looked for, by name: the module's fields. */
  members(): [string, unknown][] {
    return Object.entries(this);
  }

  /** The fields that hold parameters, modules, or arrays of them; an array comes as a module of its own. */
  *#fields(): Generator<[string, Child]> {
    for (const [name, value] of this.members()) {
      if (value instanceof Parameter || isModule(value)) yield [name, value];
      else if (isList(value)) yield [name, this.listOf(value)];
    }
  }

  /** The parameters of this module alone, by name. */
  protected *ownParameters(): Generator<[string, Parameter]> {
    for (const [name, value] of this.#fields()) if (value instanceof Parameter) yield [name, value];
  }

  /** The modules directly inside, by name; one that has two names comes twice. */
  protected *ownModules(): Generator<[string, Module]> {
    for (const [name, value] of this.#fields()) if (isModule(value)) yield [name, value];
  }

  /** The buffers of this module alone, by name. */
  protected *ownBuffers(persistentOnly: boolean): Generator<[string, Tensor]> {
    for (const [name, persistent] of this.#buffers) {
      const value = (this as unknown as Record<string, unknown>)[name];
      if (value instanceof Tensor && (persistent || !persistentOnly)) yield [name, value];
    }
  }

  /** The modules directly inside, by name; one that is reached twice comes once. */
  namedChildren(): [string, Module][] {
    const seen = new Set<Module>();
    return [...this.ownModules()].filter(([, child]) => !seen.has(child) && seen.add(child));
  }

  /** The modules directly inside. */
  children(): Module[] {
    return this.namedChildren().map(([, module]) => module);
  }

  *#tree(path: string, seen: Set<Module> | null): Generator<[string, Module]> {
    const module = this.asModule();
    if (seen?.has(module)) return;
    seen?.add(module);
    yield [path, module];
    for (const [name, child] of this.ownModules()) yield* child.#tree(join(path, name), seen);
  }

  /**
   * This module and all inside of it, by path.
   * @param prefix what the paths begin with
   * @param options.removeDuplicate a module that is reached twice comes once. Default true
   */
  namedModules(
    prefix?: string | Omit<TreeOptions, 'recurse'>,
    options?: Omit<TreeOptions, 'recurse'>,
  ): [string, Module][] {
    const places = [prefix, options];
    const given = named<TreeOptions>('namedModules', ['prefix', 'removeDuplicate'], places);
    return [...this.#tree(given.prefix ?? '', (given.removeDuplicate ?? true) ? new Set() : null)];
  }

  /** This module and all inside of it. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  #named<T>(op: string, places: readonly unknown[], own: (module: Module) => Iterable<[string, T]>): [string, T][] {
    const given = named<TreeOptions>(op, ['prefix', 'recurse', 'removeDuplicate'], places);
    const { prefix = '', recurse = true, removeDuplicate = true } = given;
    const seen = new Set<T>();
    const found: [string, T][] = [];
    for (const [path, module] of recurse
      ? this.#tree(prefix, removeDuplicate ? new Set() : null)
      : [[prefix, this.asModule()] as const]) {
      for (const [name, member] of own(module)) {
        if (removeDuplicate && seen.has(member)) continue;
        seen.add(member);
        found.push([join(path, name), member]);
      }
    }
    return found;
  }

  /**
   * The parameters of the tree by path.
   * @param prefix what the paths begin with
   * @param recurse false for those of this module alone. Default true
   * @param options `removeDuplicate`: one that is reached twice comes once. Default true
   */
  namedParameters(
    prefix?: string | TreeOptions,
    recurse?: boolean | TreeOptions,
    options?: TreeOptions,
  ): [string, Parameter][] {
    return this.#named('namedParameters', [prefix, recurse, options], (module) => module.ownParameters());
  }

  /** The parameters of the tree, each once; without `recurse` (default true) those of this module alone. */
  parameters(recurse?: Named<'recurse', boolean>): Parameter[] {
    const whole = argument('parameters', 'recurse', recurse, true);
    return this.namedParameters('', whole).map(([, parameter]) => parameter);
  }

  /**
   * The buffers of the tree by path.
   * @param prefix what the paths begin with
   * @param recurse false for those of this module alone. Default true
   * @param options `removeDuplicate`: one that is reached twice comes once. Default true
   */
  namedBuffers(
    prefix?: string | TreeOptions,
    recurse?: boolean | TreeOptions,
    options?: TreeOptions,
  ): [string, Tensor][] {
    return this.#named('namedBuffers', [prefix, recurse, options], (module) => module.ownBuffers(false));
  }

  /** The buffers of the tree, each once; without `recurse` (default true) those of this module alone. */
  buffers(recurse?: Named<'recurse', boolean>): Tensor[] {
    const whole = argument('buffers', 'recurse', recurse, true);
    return this.namedBuffers('', whole).map(([, buffer]) => buffer);
  }

  /** What is at a path, among what the module there has of its own. */
  #at<T>(op: string, what: string, target: string, own: (module: Module) => Iterable<[string, T]>): T {
    const path = target.split('.');
    const name = path.pop()!;
    const inside = path.reduce(
      (module, part) => find(op, 'module', module, part, module.ownModules()),
      this.asModule(),
    );
    return find(op, what, inside, name, own(inside));
  }

  /** The module at a path, such as `'layers.0.conv'`; this one for ''. @throws WasmgradError where there is none */
  getSubmodule(target: string): Module {
    if (target === '') return this.asModule();
    return this.#at('getSubmodule', 'module', target, (module) => module.ownModules());
  }

  /** The parameter at a path, such as `'layers.0.weight'`. @throws WasmgradError where there is none */
  getParameter(target: string): Parameter {
    return this.#at('getParameter', 'parameter', target, (module) => module.ownParameters());
  }

  /** The buffer at a path, such as `'bn1.running_mean'`. @throws WasmgradError where there is none */
  getBuffer(target: string): Tensor {
    return this.#at('getBuffer', 'buffer', target, (module) => module.ownBuffers(false));
  }

  #set(op: string, name: string, member: Child | null): void {
    if (name === '' || name.includes('.')) {
      throw new WasmgradError(`${op}: a name must not be empty nor hold a '.', got '${name}'`);
    }
    const present = (this as unknown as Record<string, unknown>)[name];
    const replaced = member instanceof Parameter ? present instanceof Parameter : isModule(present);
    if (name in this && present !== null && !replaced) {
      throw new WasmgradError(`${op}: ${this.constructor.name} has another '${name}' already`);
    }
    Object.assign(this, { [name]: member });
  }

  /** Puts a module into a field; what `this[name] = module` does. @throws WasmgradError for a name that is taken or holds a '.' */
  addModule(name: string, module: Module | null): void {
    this.#set('addModule', name, module);
  }

  /** As `addModule`. */
  registerModule(name: string, module: Module | null): void {
    this.#set('registerModule', name, module);
  }

  /** Puts a parameter into a field; what `this[name] = parameter` does. @throws WasmgradError for a name that is taken or holds a '.' */
  registerParameter(name: string, parameter: Parameter | null): void {
    this.#set('registerParameter', name, parameter);
  }
}

/** What a module has under a name. */
function find<T>(op: string, what: string, module: Module, name: string, own: Iterable<[string, T]>): T {
  for (const [key, value] of own) if (key === name) return value;
  throw new WasmgradError(`${op}: ${module.constructor.name} has no ${what} '${name}'`);
}

function isModule(value: unknown): value is Module {
  return value instanceof ModuleTree;
}

/** @internal Whether an array holds parameters or modules. */
export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.some((x) => x instanceof Parameter || isModule(x) || isList(x));
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
