import { noGrad } from '../autograd/mode.js';
import { DTypeError, ShapeError, WasmgradError, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { checkOptions } from '../tensor/options.js';
import { argument } from '../tensor/reduce.js';
import type { Named } from '../tensor/reduce.js';
import { Tensor } from '../tensor/tensor.js';
import { ModuleList } from './containers.js';
import { derive, fieldsOf, removeFields } from './derived.js';
import { ModuleDict } from './dictionaries.js';
import type { Module } from './module.js';
import { Parameter } from './parameter.js';

/**
 * A module whose `forward` makes a parameter of what is learned. `rightInverse`, where there is one, goes back: the module's forward of
 * what it answers gives the tensor that it got. The first one registered may answer several tensors.
 */
export interface Parametrization extends Module {
  forward(...originals: Tensor[]): Tensor;
  rightInverse?(x: Tensor): Tensor | readonly Tensor[];
}

/**
 * The parametrizations of one tensor in their order, and what is learned in its place: `original`, or `original0`, `original1`, ….
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.ParametrizationList.html
 */
export class ParametrizationList extends ModuleList {
  /** How many tensors are learned; 0 stands for the one that is called `original`. */
  readonly several: number;
  unsafe: boolean;

  constructor(parametrization: Parametrization, original: Tensor, unsafe: boolean) {
    super([parametrization]);
    this.unsafe = unsafe;
    const inverse = noGrad(() => parametrization.rightInverse?.(original.detach()) ?? original);
    if (inverse instanceof Tensor) {
      this.several = 0;
      this.store('original', original);
      if (inverse !== original) this.write('original', inverse);
    } else {
      this.several = inverse.length;
      inverse.forEach((x, i) => {
        this.store(`original${i}`, standIn(x, original));
      });
    }
    if (!unsafe) checkAlike('registerParametrization', this.compute(), original);
  }

  private store(name: string, x: Tensor): void {
    if (x instanceof Parameter) fieldsOf(this)[name] = x;
    else this.registerBuffer(name, x);
  }

  /** Writes over a tensor that is learned, which stays the same object. */
  private write(name: string, x: Tensor): void {
    const own = fieldsOf(this)[name] as Tensor;
    if (!sameShape(own.shape, x.shape)) {
      throw new ShapeError(
        `registerParametrization: rightInverse gives ${formatShape(x.shape)} for a tensor ${formatShape(own.shape)}`,
      );
    }
    noGrad(() => own.copy_(x.detach()));
  }

  /** The names of the tensors that are learned. */
  private names(): string[] {
    return this.several === 0 ? ['original'] : Array.from({ length: this.several }, (_, i) => `original${i}`);
  }

  /** The tensors that are learned. */
  originals(): Tensor[] {
    return this.names().map((name) => fieldsOf(this)[name] as Tensor);
  }

  /** Learns the very tensors that another list learns. Those that it made itself, rather than of `given`, go. */
  share(other: ParametrizationList, given: Tensor | null): void {
    const tensors = other.originals();
    const own = this.originals();
    this.names().forEach((name, i) => this.store(name, tensors[i]!));
    for (const x of own) if (x !== given && !tensors.includes(x)) x.dispose();
  }

  /** The tensor as the parametrizations make it. */
  compute(): Tensor {
    const [first, ...others] = [...this] as Parametrization[];
    let x = first!.forward(...this.originals());
    for (const parametrization of others) x = parametrization.forward(x);
    return x;
  }

  /**
   * Sets what is learned so that the parametrizations give a value.
   * @throws WasmgradError where one of them has no `rightInverse`
   */
  rightInverse(value: Tensor): void {
    noGrad(() => {
      let x: Tensor | readonly Tensor[] = value.detach();
      for (const parametrization of ([...this] as Parametrization[]).reverse()) {
        if (!parametrization.rightInverse) {
          throw new WasmgradError(`parametrize: ${parametrization.constructor.name} has no rightInverse`);
        }
        x = parametrization.rightInverse(x as Tensor);
      }
      if (x instanceof Tensor) this.write('original', x);
      else x.forEach((part, i) => this.write(`original${i}`, part));
    });
  }

  protected override typeName(): string {
    return 'ParametrizationList';
  }
}

/** What is learned in place of a tensor: itself, where the inverse hands it on, so that optimizers that know it go on. */
function standIn(x: Tensor, original: Tensor): Tensor {
  if (x.storage === original.storage && sameShape(x.shape, original.shape)) return original;
  if (!(original instanceof Parameter)) return x.detach();
  return new Parameter(x.detach(), { requiresGrad: original.requiresGrad });
}

function checkAlike(op: string, made: unknown, original: Tensor): void {
  if (!(made instanceof Tensor)) throw new WasmgradError(`${op}: a parametrization must return a tensor`);
  if (made.dtype !== original.dtype) {
    throw new DTypeError(`${op}: the dtype may not change (unless unsafe), got ${made.dtype} for ${original.dtype}`);
  }
  if (!sameShape(made.shape, original.shape)) {
    const shapes = `${formatShape(made.shape)} for ${formatShape(original.shape)}`;
    throw new ShapeError(`${op}: the shape may not change (unless unsafe), got ${shapes}`);
  }
}

let cache: Map<Module, Map<string, Tensor>> | null = null;

/**
 * Runs `fn` and computes each parametrized tensor only once meanwhile.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.cached.html
 */
export function cached<T>(fn: () => T): T {
  const outer = cache;
  cache ??= new Map();
  try {
    return fn();
  } finally {
    cache = outer;
  }
}

function dictionaryOf(module: Module): ModuleDict | null {
  const found = fieldsOf(module)['parametrizations'];
  return found instanceof ModuleDict ? found : null;
}

function listOf(module: Module, name: string): ParametrizationList {
  return dictionaryOf(module)!.get(name) as ParametrizationList;
}

function valueOf(module: Module, name: string): Tensor {
  if (!cache) return listOf(module, name).compute();
  let own = cache.get(module);
  if (!own) cache.set(module, (own = new Map()));
  let value = own.get(name);
  if (!value) own.set(name, (value = listOf(module, name).compute()));
  return value;
}

/**
 * Makes a parameter or buffer of a module the result of a parametrization: `module.weight` is then
 * `parametrization.forward(original)`, computed at each reading, and `module.parametrizations.weight.original` is learned.
 * More of them on the same tensor come one after the other. Assigning to `module.weight` goes back through `rightInverse`.
 *
 * @param options.unsafe allow that shape or dtype change. Default false
 * @returns the module
 * @throws WasmgradError where there is no such tensor; ShapeError or DTypeError where it changes shape or dtype
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.register_parametrization.html
 */
export function registerParametrization<M extends Module>(
  module: M,
  tensorName: string,
  parametrization: Parametrization,
  options: { readonly unsafe?: boolean } = {},
): M {
  checkOptions('registerParametrization', options, ['unsafe']);
  const { unsafe = false } = options;
  parametrization.train(module.training);
  if (isParametrized(module, tensorName)) {
    const list = listOf(module, tensorName);
    if (!unsafe) {
      const before = list.compute();
      checkAlike('registerParametrization', parametrization.forward(before), before);
    }
    list.append(parametrization);
    list.unsafe ||= unsafe;
    return module;
  }
  const original = fieldsOf(module)[tensorName];
  if (!(original instanceof Tensor)) {
    throw new WasmgradError(
      `registerParametrization: ${module.constructor.name} has no parameter or buffer '${tensorName}'`,
    );
  }
  const list = new ParametrizationList(parametrization, original, unsafe);
  list.training = module.training;
  if (!(original instanceof Parameter)) module.forgetBuffer(tensorName);
  derive(
    module,
    tensorName,
    (own) => valueOf(own, tensorName),
    (own, value) => listOf(own, tensorName).rightInverse(value),
  );
  let lists = dictionaryOf(module);
  if (!lists) {
    lists = new ModuleDict();
    const typeName = `Parametrized${module.constructor.name}`;
    Object.assign(module, { parametrizations: lists });
    Object.defineProperty(module, 'typeName', { configurable: true, value: () => typeName });
  }
  lists.set(tensorName, list);
  return module;
}

/**
 * Whether a tensor of a module, or any of them, is parametrized.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.is_parametrized.html
 */
export function isParametrized(module: Module, tensorName?: string): boolean {
  const lists = dictionaryOf(module);
  return lists !== null && (tensorName === undefined ? lists.length > 0 : lists.has(tensorName));
}

/**
 * Makes a parametrized tensor an ordinary one again: with its present value, or (leaveParametrized false) with what was learned.
 *
 * @param leaveParametrized Default true
 * @returns the module
 * @throws WasmgradError where it is not parametrized, or what was learned are several tensors that shall stay
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.remove_parametrizations.html
 */
export function removeParametrizations<M extends Module>(
  module: M,
  tensorName: string,
  leaveParametrized?: Named<'leaveParametrized', boolean>,
): M {
  const keep = argument('removeParametrizations', 'leaveParametrized', leaveParametrized, true);
  if (!isParametrized(module, tensorName)) {
    throw new WasmgradError(
      `removeParametrizations: ${module.constructor.name} has no parametrization of '${tensorName}'`,
    );
  }
  const list = listOf(module, tensorName);
  const originals = list.originals();
  let tensor = originals[0]!;
  if (list.several > 0 && !keep) {
    throw new WasmgradError(`removeParametrizations: '${tensorName}' has several originals (leaveParametrized false)`);
  }
  if (keep) {
    const value = noGrad(() => list.compute().detach());
    const stays = list.several === 0 && sameShape(value.shape, tensor.shape) && value.dtype === tensor.dtype;
    if (stays) {
      const original = tensor;
      noGrad(() => original.copy_(value));
    } else if (tensor instanceof Parameter) {
      tensor = new Parameter(value, { requiresGrad: originals.some((x) => x.requiresGrad) });
    } else {
      tensor = value;
    }
  }
  const lists = dictionaryOf(module)!;
  lists.delete(tensorName);
  removeFields(module, [tensorName, ...(lists.length === 0 ? ['parametrizations', 'typeName'] : [])]);
  if (tensor instanceof Parameter) fieldsOf(module)[tensorName] = tensor;
  else module.registerBuffer(tensorName, tensor);
  return module;
}

/**
 * Gives a module the parametrizations of another, or that of one tensor, with the very tensors that are learned there. A tensor that it does not have is
 * made. Nothing happens where the other module has no parametrization.
 *
 * @param tensorName Default: all that are parametrized
 * @returns the module that gets them
 * @throws WasmgradError where the tensor is not parametrized; as `registerParametrization` does
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.transfer_parametrizations_and_params.html
 */
export function transferParametrizationsAndParams<M extends Module>(
  fromModule: Module,
  toModule: M,
  tensorName?: string,
): M {
  if (!isParametrized(fromModule)) return toModule;
  for (const name of tensorName === undefined ? dictionaryOf(fromModule)!.keys() : [tensorName]) {
    if (!isParametrized(fromModule, name)) {
      throw new WasmgradError(
        `transferParametrizationsAndParams: ${fromModule.constructor.name} has no parametrization of '${name}'`,
      );
    }
    const list = listOf(fromModule, name);
    const given = name in toModule ? (fieldsOf(toModule)[name] as Tensor) : null;
    if (!given) Object.assign(toModule, { [name]: new Parameter(noGrad(() => list.compute().detach())) });
    for (const each of list as Iterable<Parametrization>) registerParametrization(toModule, name, each);
    listOf(toModule, name).share(list, given);
  }
  return toModule;
}

/**
 * The class of a module as it was before it got parametrizations.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.type_before_parametrizations.html
 */
export function typeBeforeParametrizations(module: Module): Function {
  // Here parametrizations leave the class as it is, and change the printed name alone.
  return module.constructor;
}
