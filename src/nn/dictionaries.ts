import { IndexError, WasmgradError } from '../core/errors.js';
import { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { parameterLines } from './repr.js';

/** Pairs of a key and a value: an object, or anything that iterates over pairs. */
export type Entries<V> = Readonly<Record<string, V>> | Iterable<readonly [string, V]>;

/** Values by key, which are fields of the same name, too. */
abstract class Dictionary<V, Given = V> extends Module {
  /** The keys in their order (the fields of an object would come numbers first); no field that modules look at. */
  declare private readonly order: Set<string>;

  constructor() {
    super();
    Object.defineProperty(this, 'order', { value: new Set<string>(), configurable: true });
  }

  /** What is stored for a value that is given. */
  protected abstract accept(key: string, value: Given): V;

  override members(): [string, unknown][] {
    return [...this.order].map((key) => [key, this.get(key)]);
  }

  /** The number of values. */
  get length(): number {
    return this.order.size;
  }

  /**
   * The value of a key.
   * @throws IndexError where there is none
   */
  get(key: string): V {
    if (!this.order.has(key)) throw new IndexError(`${this.constructor.name}: has no key '${key}'`);
    return (this as unknown as Record<string, V>)[key]!;
  }

  /**
   * Sets the value of a key.
   * @throws WasmgradError where the key is the name of something else, or the value of another kind
   */
  set(key: string, value: Given): this {
    if (typeof key !== 'string' || key === '' || key.includes('.')) {
      throw new WasmgradError(`${this.constructor.name}: keys are texts without '.', got '${String(key)}'`);
    }
    if (!this.order.has(key) && key in this) {
      throw new WasmgradError(`${this.constructor.name}: '${key}' cannot be a key, it is a name of its own`);
    }
    (this as unknown as Record<string, V>)[key] = this.accept(key, value);
    this.order.add(key);
    return this;
  }

  /** Whether there is a value of a key; PyTorch's `key in dict`. */
  has(key: string): boolean {
    return this.order.has(key);
  }

  /**
   * Removes a key.
   * @throws IndexError where it is not there
   */
  delete(key: string): void {
    this.pop(key);
  }

  /**
   * Removes a key and gives its value.
   * @throws IndexError where it is not there
   */
  pop(key: string): V {
    const value = this.get(key);
    this.order.delete(key);
    delete (this as unknown as Record<string, V>)[key];
    return value;
  }

  /** Removes all keys. */
  clear(): void {
    for (const key of this.order) this.pop(key);
  }

  /** The keys in their order. */
  keys(): string[] {
    return [...this.order];
  }

  /** The values in the order of their keys. */
  values(): V[] {
    return this.keys().map((key) => this.get(key));
  }

  /** Pairs of key and value. */
  items(): [string, V][] {
    return this.keys().map((key) => [key, this.get(key)]);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.keys()[Symbol.iterator]();
  }

  override forward(): never {
    throw new WasmgradError(`${this.constructor.name}: has no forward`);
  }
}

function pairs<V>(entries: Entries<V> | Dictionary<V, never>): [string, V][] {
  if (entries instanceof Dictionary) return entries.items();
  if (Symbol.iterator in entries) return [...(entries as Iterable<readonly [string, V]>)].map(([key, v]) => [key, v]);
  return Object.entries(entries);
}

/**
 * Modules by key, in the order in which keys came. It has no `forward` of its own.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
 *
 * @example
 * const heads = new nn.ModuleDict({ digit: new nn.Linear(8, 10), parity: new nn.Linear(8, 2) });
 * heads.get('digit');
 */
export class ModuleDict extends Dictionary<Module> {
  constructor(modules: Entries<Module> | ModuleDict = {}) {
    super();
    this.update(modules);
  }

  protected accept(key: string, module: Module): Module {
    if (module instanceof Module) return module;
    throw new WasmgradError(`ModuleDict: '${key}' is not a module`);
  }

  /** Sets several keys. */
  update(modules: Entries<Module> | ModuleDict): void {
    for (const [key, module] of pairs(modules)) this.set(key, module);
  }
}

/**
 * Parameters by key. Tensors become parameters; the keys of an object come sorted, those of pairs in their order, as in PyTorch.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ParameterDict.html
 */
export class ParameterDict extends Dictionary<Parameter, Tensor> {
  constructor(parameters: Entries<Tensor> | ParameterDict = {}) {
    super();
    this.update(parameters);
  }

  protected accept(key: string, value: Tensor): Parameter {
    return asParameter(`ParameterDict: '${key}'`, value);
  }

  /** Sets several keys. */
  update(parameters: Entries<Tensor> | ParameterDict): void {
    const plain = !(parameters instanceof ParameterDict) && !(Symbol.iterator in parameters);
    const given = pairs<Tensor>(parameters);
    if (plain) given.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, value] of given) this.set(key, value);
  }

  /** The value of a key, which is first set to another one where it is missing. */
  setdefault(key: string, value: Tensor): Parameter {
    if (!this.has(key)) this.set(key, value);
    return this.get(key);
  }

  /**
   * Removes the last key and gives it with its value.
   * @throws IndexError where there is none
   */
  popitem(): [string, Parameter] {
    const key = this.keys().at(-1);
    if (key === undefined) throw new IndexError('ParameterDict: is empty');
    return [key, this.pop(key)];
  }

  override extraRepr(): string {
    return parameterLines(this.items(), ({ dtype }) =>
      dtype === 'float64' ? 'torch.DoubleTensor' : 'torch.FloatTensor',
    );
  }
}

/**
 * Parameters by place, named `0`, `1`, …. Tensors become parameters.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ParameterList.html
 */
export class ParameterList extends Module {
  constructor(values: Iterable<Tensor> = []) {
    super();
    this.extend(values);
  }

  /** The number of parameters. */
  get length(): number {
    return Object.values(this).length;
  }

  /**
   * The parameter at a place; negative places count from the end.
   * @throws IndexError
   */
  at(index: number): Parameter {
    return (this as unknown as Record<number, Parameter>)[this.place(index)]!;
  }

  /**
   * Puts a parameter in the place of another.
   * @throws IndexError
   */
  set(index: number, value: Tensor): this {
    (this as unknown as Record<number, Parameter>)[this.place(index)] = asParameter('ParameterList: the value', value);
    return this;
  }

  /** Adds a parameter at the end. */
  append(value: Tensor): this {
    const { length } = this;
    (this as unknown as Record<number, Parameter>)[length] = asParameter('ParameterList: the value', value);
    return this;
  }

  /** Adds parameters at the end. */
  extend(values: Iterable<Tensor>): this {
    if (values instanceof Tensor)
      throw new WasmgradError('ParameterList: extend takes a list of tensors, got a tensor');
    for (const value of values) this.append(value);
    return this;
  }

  /** The parameters from one place up to another, which are shared; PyTorch's `list[start:end]`. */
  slice(start?: number, end?: number): ParameterList {
    return new ParameterList([...this].slice(start, end));
  }

  [Symbol.iterator](): Iterator<Parameter> {
    return (Object.values(this) as Parameter[])[Symbol.iterator]();
  }

  private place(index: number): number {
    const { length } = this;
    if (Number.isInteger(index) && index >= -length && index < length) return index < 0 ? index + length : index;
    throw new IndexError(`ParameterList: index ${index} is out of range for ${length} parameters`);
  }

  override forward(): never {
    throw new WasmgradError('ParameterList: has no forward');
  }

  override extraRepr(): string {
    return parameterLines(Object.entries(this), ({ dtype }) => `torch.${dtype}`);
  }
}

function asParameter(what: string, value: unknown): Parameter {
  if (value instanceof Parameter) return value;
  if (value instanceof Tensor) return new Parameter(value.detach());
  throw new WasmgradError(`${what} is not a tensor`);
}
