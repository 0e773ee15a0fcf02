import { noGrad } from '../autograd/mode.js';
import { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';
import { isList } from './module-tree.js';
import { Parameter } from './parameter.js';

/**
 * A copy of a module with parameters, buffers and modules of its own, and the same hooks. What is one parameter here is one there;
 * gradients are not copied. Other fields are the same objects in both. The constructors of derived classes do not run, so members that are
 * `#private` are missing in the copy: a layer's fields are not `#private`.
 *
 * @param seen what has been copied already, with its copy
 *
 * Source: https://docs.python.org/3/library/copy.html#copy.deepcopy
 *
 * @example
 * const target = nn.utils.deepcopy(model).requiresGrad_(false);
 */
export function deepcopy<M extends Module>(module: M, seen: Map<unknown, unknown> = new Map()): M {
  const copied = Reflect.construct(Module, [], module.constructor) as M;
  const take = (value: unknown): unknown => {
    if (seen.has(value)) return seen.get(value);
    let own = value;
    if (value instanceof Module) own = deepcopy(value, seen);
    else if (value instanceof Tensor) own = noGrad(() => copyTensor(value));
    else if (isList(value)) own = value.map(take);
    seen.set(value, own);
    return own;
  };
  seen.set(module, copied);
  copied.training = module.training;
  for (const [name, value] of module.members()) {
    const persistent = module.persistence(name);
    const own = take(value);
    if (persistent === undefined) Object.assign(copied, { [name]: own });
    else copied.registerBuffer(name, own as Tensor | null, { persistent });
  }
  // Fields that are computed (parametrizations, pruning) are accessors of `this`; a `forward` that calls hooks is made anew. The keys of
  // dictionaries are a set.
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(module)) as [
    string,
    PropertyDescriptor,
  ][]) {
    if (property.enumerable || name === 'forward') continue;
    if (property.value instanceof Set) property.value = new Set(property.value as Set<unknown>);
    Object.defineProperty(copied, name, property);
  }
  module.shareHooks(copied);
  return copied;
}

/** The same values in memory of their own. */
function copyTensor(x: Tensor): Tensor {
  if (!(x instanceof Parameter)) return x.clone().keep();
  const values = x.detach().clone();
  const copied = new Parameter(values, { requiresGrad: x.requiresGrad });
  values.dispose();
  return copied;
}
