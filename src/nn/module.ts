import { isFloat } from '../core/dtypes.js';
import { DTypeError, WasmgradError } from '../core/errors.js';
import { inspect } from '../core/inspect.js';
import { noGrad } from '../autograd/mode.js';
import type { DType } from '../core/dtypes.js';
import { checkOptions } from '../tensor/options.js';
import { named } from '../tensor/reduce.js';
import type { Tensor } from '../tensor/tensor.js';
import { scope } from '../tensor/scope.js';
import { ModuleTree } from './module-tree.js';
import { parameterLines } from './repr.js';
import type { Parameter } from './parameter.js';
import { loadInto } from './state-dict.js';
import type { LoadOptions, StateDict } from './state-dict.js';

export type { LoadOptions, StateDict } from './state-dict.js';

/** Options of `stateDict`. */
export interface StateDictOptions {
  /** What names begin with. Default ''. */
  readonly prefix?: string;
  /** The parameters themselves instead of tensors without history. Default false. */
  readonly keepVars?: boolean;
}

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
export abstract class Module extends ModuleTree {
  protected override listOf(items: readonly unknown[]): Module {
    return new List(items);
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
    for (const [, parameter] of this.ownParameters()) parameter.cast(dtype);
    for (const [name, buffer] of this.ownBuffers(false)) {
      if (isFloat(buffer.dtype) && buffer.dtype !== dtype) fields[name] = buffer.detach().to(dtype).keep();
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

  /**
   * Parameters and persistent buffers of the tree, under PyTorch's names and in its order. The tensors share the module's memory.
   * @param prefix what the names begin with
   * @param options.keepVars the parameters themselves instead of tensors without history. Default false
   */
  stateDict(prefix?: string | StateDictOptions, options?: StateDictOptions): StateDict {
    const given = named<StateDictOptions>('stateDict', ['prefix', 'keepVars'], [prefix, options]);
    const look = (given.keepVars ?? false) ? (x: Tensor) => x : (x: Tensor) => x.detach();
    return this.#gather({}, given.prefix ?? '', look, (module, dict, path) => module.tell('state', dict, path));
  }

  #gather(
    dict: StateDict,
    prefix: string,
    look: (x: Tensor) => Tensor,
    done: (module: Module, dict: StateDict, prefix: string) => void,
  ): StateDict {
    for (const [name, parameter] of this.ownParameters()) dict[prefix + name] = look(parameter);
    for (const [name, buffer] of this.ownBuffers(true)) dict[prefix + name] = look(buffer);
    for (const [name, child] of this.ownModules()) child.#gather(dict, `${prefix}${name}.`, look, done);
    done(this, dict, prefix);
    return dict;
  }

  /**
   * Copies tensors by name into the parameters and buffers.
   *
   * @param options.strict throw when names are missing or unexpected. Default true
   * @param options.assign take on the given tensors' memory and dtype instead; parameters stay the same objects, so that optimizers go on with them
   * (PyTorch exchanges them). Default false
   * @throws WasmgradError for missing or unexpected names when strict; ShapeError where a shape differs (nothing is copied then); DTypeError where a
   * parameter that requires a gradient would not be floating point
   */
  loadStateDict(dict: StateDict, options: LoadOptions = {}): { missingKeys: string[]; unexpectedKeys: string[] } {
    checkOptions('loadStateDict', options, ['strict', 'assign']);
    const { strict = true, assign = false } = options;
    const given = { ...dict };
    for (const [path, module] of this.namedModules()) module.tell('load', given, path === '' ? '' : `${path}.`);
    return scope(() => {
      const own = this.#gather(
        {},
        '',
        (x) => (assign ? x : x.detach()),
        () => {},
      );
      return loadInto(this, own, given, strict, assign ? this.#assigner() : (x, y) => void x.copy_(y));
    });
  }

  /** Puts a tensor in the place of a parameter's memory, or of a buffer. */
  #assigner(): (own: Tensor, given: Tensor) => void {
    const owners = new Map<Tensor, [Module, string]>();
    for (const module of this.modules()) {
      for (const [name, buffer] of module.ownBuffers(true)) owners.set(buffer, [module, name]);
    }
    return (own, given) => {
      const owner = owners.get(own);
      if (owner) owner[0].registerBuffer(owner[1], given.detach());
      else (own as Parameter).assign(given);
    };
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
    const children = [...this.ownModules()].map(([name, child]) => `(${name}): ${indent(child.toString())}`);
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

/** An array in a field, seen as PyTorch's `ModuleList` or `ParameterList`. */
class List extends Module {
  readonly #items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    super();
    this.#items = items;
  }

  override members(): [string, unknown][] {
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

function indent(text: string): string {
  return text.split('\n').join('\n  ');
}
