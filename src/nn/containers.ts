import { IndexError, WasmgradError } from '../core/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

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
export class Sequential extends Module {
  constructor(...modules: Module[] | [Readonly<Record<string, Module>>]) {
    super();
    const [first] = modules;
    const named: readonly [string, unknown][] =
      modules.length === 1 && !(first instanceof Module)
        ? Object.entries(first ?? {})
        : modules.map((module, i) => [String(i), module]);
    for (const [name, module] of named) {
      if (!(module instanceof Module)) throw new WasmgradError(`Sequential: '${name}' is not a module`);
      (this as unknown as Record<string, Module>)[name] = module;
    }
  }

  /** The number of modules. */
  get length(): number {
    return modulesOf(this).length;
  }

  /**
   * The module at a place; negative places count from the end.
   * @throws IndexError
   */
  at(index: number): Module {
    return childAt('Sequential', modulesOf(this), index);
  }

  /** Adds a module at the end. */
  append(module: Module): this {
    (this as unknown as Record<string, Module>)[String(this.length)] = module;
    return this;
  }

  [Symbol.iterator](): Iterator<Module> {
    return modulesOf(this)[Symbol.iterator]();
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
export class ModuleList extends Module {
  constructor(modules: Iterable<Module> = []) {
    super();
    this.extend(modules);
  }

  /** The number of modules. */
  get length(): number {
    return modulesOf(this).length;
  }

  /**
   * The module at a place; negative places count from the end.
   * @throws IndexError
   */
  at(index: number): Module {
    return childAt('ModuleList', modulesOf(this), index);
  }

  /** Adds a module at the end. */
  append(module: Module): this {
    if (!(module instanceof Module)) throw new WasmgradError('ModuleList: only modules can be added');
    (this as unknown as Record<string, Module>)[String(this.length)] = module;
    return this;
  }

  /** Adds modules at the end. */
  extend(modules: Iterable<Module>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  [Symbol.iterator](): Iterator<Module> {
    return modulesOf(this)[Symbol.iterator]();
  }

  override forward(): never {
    throw new WasmgradError('ModuleList: has no forward (call its modules one by one)');
  }
}

/** The modules in their order; one that comes twice runs twice. */
function modulesOf(container: Module): Module[] {
  return Object.values(container).filter((value) => value instanceof Module);
}

function childAt(name: string, children: readonly Module[], index: number): Module {
  const child = children.at(index);
  if (!child) throw new IndexError(`${name}: index ${index} is out of range for ${children.length} modules`);
  return child;
}
