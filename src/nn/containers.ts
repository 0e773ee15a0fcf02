import { IndexError, WasmgradError } from '../core/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Modules by their place. */
abstract class ModuleSequence extends Module {
  /** The number of modules. */
  get length(): number {
    return modulesOf(this).length;
  }

  /**
   * The module at a place; negative places count from the end.
   * @throws IndexError
   */
  at(index: number): Module {
    return modulesOf(this)[place(this, index)]!;
  }

  /**
   * Puts a module in the place of another; PyTorch's `modules[index] = module`.
   * @throws IndexError; WasmgradError for what is not a module
   */
  set(index: number, module: Module): this {
    const name = Object.keys(this).filter((key) => fieldsOf(this)[key] instanceof Module)[place(this, index)]!;
    fieldsOf(this)[name] = checked(this, module);
    return this;
  }

  /** Adds a module at the end. */
  append(module: Module): this {
    fieldsOf(this)[String(this.length)] = checked(this, module);
    return this;
  }

  /** Adds modules at the end. */
  extend(modules: Iterable<Module>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  /**
   * Adds a module before the one at a place; all are numbered anew.
   * @throws IndexError
   */
  insert(index: number, module: Module): this {
    const modules = modulesOf(this);
    if (!Number.isInteger(index) || index < -modules.length || index > modules.length) throw outOfRange(this, index);
    modules.splice(index, 0, checked(this, module));
    return renumber(this, modules);
  }

  /**
   * Removes the module at a place; the others are numbered anew.
   * @throws IndexError
   */
  delete(index: number): void {
    const at = place(this, index);
    renumber(
      this,
      modulesOf(this).filter((_, i) => i !== at),
    );
  }

  /**
   * Removes the module at a place, by default the last, and gives it.
   * @throws IndexError
   */
  pop(index = -1): Module {
    const module = this.at(index);
    this.delete(index);
    return module;
  }

  [Symbol.iterator](): Iterator<Module> {
    return modulesOf(this)[Symbol.iterator]();
  }
}

/**
 * Modules one after the other: y = fₙ(… f₁(x)).
 *
 * Takes modules, which are named `0`, `1`, …, or one object of named modules.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 *
 * @example
 * const model = new nn.Sequential(new nn.Linear(2, 4), new nn.ReLU(), new nn.Linear(4, 1));
 */
export class Sequential extends ModuleSequence {
  constructor(...modules: Module[] | [Readonly<Record<string, Module>>]) {
    super();
    const [first] = modules;
    const named: readonly [string, unknown][] =
      modules.length === 1 && !(first instanceof Module)
        ? Object.entries(first ?? {})
        : modules.map((module, i) => [String(i), module]);
    for (const [name, module] of named) {
      if (!(module instanceof Module)) throw new WasmgradError(`Sequential: '${name}' is not a module`);
      fieldsOf(this)[name] = module;
    }
  }

  /** The modules from one place up to another, under their names; PyTorch's `model[start:end]`. The modules are shared. */
  slice(start?: number, end?: number): Sequential {
    const named = this.members().filter(([, module]) => module instanceof Module);
    return new Sequential(Object.fromEntries(named.slice(start, end)) as Record<string, Module>);
  }

  override forward(x: Tensor): Tensor {
    let y = x;
    for (const module of modulesOf(this)) y = module.forward(y as never) as Tensor;
    return y;
  }
}

/**
 * A list of modules, named `0`, `1`, …. It has no `forward` of its own.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
 */
export class ModuleList extends ModuleSequence {
  constructor(modules: Iterable<Module> = []) {
    super();
    this.extend(modules);
  }

  /** The modules from one place up to another, numbered anew; PyTorch's `list[start:end]`. The modules are shared. */
  slice(start?: number, end?: number): ModuleList {
    return new ModuleList(modulesOf(this).slice(start, end));
  }

  override forward(): never {
    throw new WasmgradError('ModuleList: has no forward (call its modules one by one)');
  }
}

function fieldsOf(container: Module): Record<string, unknown> {
  return container as unknown as Record<string, unknown>;
}

/** The modules in their order; one that comes twice runs twice. */
function modulesOf(container: Module): Module[] {
  return Object.values(container).filter((value) => value instanceof Module);
}

/** Removes what is there and names the given modules `0`, `1`, …. */
function renumber<M extends Module>(container: M, modules: readonly Module[]): M {
  const fields = fieldsOf(container);
  for (const [name, value] of Object.entries(fields)) if (value instanceof Module) delete fields[name];
  modules.forEach((module, i) => (fields[String(i)] = module));
  return container;
}

function checked(container: Module, module: unknown): Module {
  if (module instanceof Module) return module;
  throw new WasmgradError(`${container.constructor.name}: only modules can be added`);
}

/** A place counted from the front. */
function place(container: ModuleSequence, index: number): number {
  const { length } = container;
  if (!Number.isInteger(index) || index < -length || index >= length) throw outOfRange(container, index);
  return index < 0 ? index + length : index;
}

function outOfRange(container: ModuleSequence, index: number): IndexError {
  return new IndexError(
    `${container.constructor.name}: index ${index} is out of range for ${container.length} modules`,
  );
}
