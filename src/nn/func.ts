/** Modules as functions of their parameters. */
import { WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { Tensor } from '../tensor/tensor.js';
import type { Module, StateDict } from './module.js';

/** Options of `functionalCall`. */
export interface FunctionalCallOptions {
  /** What is replaced under one of its names is replaced under all of them. Default true. */
  readonly tieWeights?: boolean;
  /** Throw for a parameter or buffer that is not given, and for a name that the module does not have. Default false. */
  readonly strict?: boolean;
}

/** All parameters and buffers under each of their names. */
function tensorsOf(module: Module): Map<string, Tensor> {
  return new Map<string, Tensor>([
    ...module.namedParameters({ removeDuplicate: false }),
    ...module.namedBuffers({ removeDuplicate: false }),
  ]);
}

/** The dictionaries as one. */
function joined(dicts: StateDict | readonly StateDict[]): Map<string, Tensor> {
  const given = new Map<string, Tensor>();
  for (const dict of Array.isArray(dicts) ? (dicts as readonly StateDict[]) : [dicts as StateDict]) {
    for (const [name, value] of Object.entries(dict)) {
      if (!(value instanceof Tensor)) {
        throw new WasmgradError(
          `functionalCall: '${name}' must be a tensor, got ${value === null ? 'null' : typeof value}`,
        );
      }
      if (given.has(name)) throw new WasmgradError(`functionalCall: '${name}' appears in several dictionaries`);
      given.set(name, value);
    }
  }
  return given;
}

/** The other names of what is given, with the same values. */
function tied(given: Map<string, Tensor>, own: Map<string, Tensor>): Map<string, Tensor> {
  const values = new Map<Tensor, Tensor>();
  for (const [name, value] of given) {
    const original = own.get(name);
    if (!original) continue;
    const other = values.get(original);
    if (other && other !== value) {
      const names = [...given.keys()].filter((key) => own.get(key) === original);
      throw new WasmgradError(
        `functionalCall: got several values for ${names.map((key) => `'${key}'`).join(' and ')}, which are tied (see tieWeights)`,
      );
    }
    values.set(original, value);
  }
  const more = [...own].flatMap(([name, original]): [string, Tensor][] => {
    const value = values.get(original);
    return value && !given.has(name) ? [[name, value]] : [];
  });
  return new Map([...given, ...more]);
}

function checkNames(given: Map<string, Tensor>, own: Map<string, Tensor>): void {
  const problems = [
    ['missing', [...own.keys()].filter((name) => !given.has(name))],
    ['unexpected', [...given.keys()].filter((name) => !own.has(name))],
  ] as const;
  const text = problems.flatMap(([what, names]) => (names.length > 0 ? [`${what} ${names.join(', ')}`] : []));
  if (text.length > 0) throw new WasmgradError(`functionalCall: the names do not match (strict): ${text.join('; ')}`);
}

/** Puts a tensor in the place of a field; answers what brings the field back and what it holds at that moment. */
function replace(module: Module, path: string, value: Tensor): () => unknown {
  const names = path.split('.');
  const name = names.pop()!;
  const owner = names.reduce<unknown>(
    (part, field) => (typeof part === 'object' && part !== null ? Reflect.get(part, field) : undefined),
    module,
  );
  if (typeof owner !== 'object' || owner === null) {
    throw new WasmgradError(`functionalCall: ${module.constructor.name} has no module '${names.join('.')}'`);
  }
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, writable: true, enumerable: true, configurable: true });
  return () => {
    const after: unknown = Reflect.get(owner, name);
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
    return after;
  };
}

/**
 * module.forward(...args) with other tensors in the places of its parameters and buffers, by their names in `stateDict`: the output is a
 * function of these tensors, and gradients go to them. The module itself stays as it is. What is not named is the module's own. Where
 * `forward` puts another tensor into a field, such as a new state, it is in the dictionary afterwards.
 *
 * @param parametersAndBuffers tensors by name, or several such dictionaries without a name in common
 * @param args the arguments of `forward` as an array, or its only one. Default: none
 * @param options `tieWeights` (true), `strict` (false)
 * @throws WasmgradError for a value that is no tensor, a name in two dictionaries, several values for what is tied, an unknown module, and
 *   when strict for missing and unexpected names
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.func.functional_call.html
 *
 * @example
 * const parameters = Object.fromEntries(model.namedParameters());
 * const loss = F.mseLoss(func.functionalCall(model, parameters, x), y);
 * const names = Object.keys(parameters);
 * const grads = autograd.grad(loss, Object.values(parameters), { createGraph: true });
 * const stepped = Object.fromEntries(names.map((name, i) => [name, parameters[name]!.sub(grads[i]!.mul(0.01))]));
 * const after = func.functionalCall(model, stepped, x); // the model after a step, differentiable through it
 */
export function functionalCall<M extends Module>(
  module: M,
  parametersAndBuffers: StateDict | readonly StateDict[],
  args: unknown = [],
  options: FunctionalCallOptions = {},
): ReturnType<M['forward']> {
  checkOptions('functionalCall', options, ['tieWeights', 'strict']);
  const { tieWeights = true, strict = false } = options;
  const named = joined(parametersAndBuffers);
  const own = tensorsOf(module);
  const given = tieWeights ? tied(named, own) : named;
  if (strict) checkNames(given, own);
  const places: [string, () => unknown][] = [];
  try {
    for (const [name, value] of given) places.push([name, replace(module, name, value)]);
    const forward = module.forward.bind(module) as (...inputs: unknown[]) => ReturnType<M['forward']>;
    return forward(...(Array.isArray(args) ? (args as unknown[]) : [args]));
  } finally {
    // Backward, so that a field that was replaced under two paths gets its first value.
    for (const [name, restore] of places.reverse()) {
      const after = restore();
      if (after instanceof Tensor && after !== given.get(name)) write(parametersAndBuffers, name, after);
    }
  }
}

/** Puts a tensor into the dictionary that has its name. */
function write(dicts: StateDict | readonly StateDict[], name: string, value: Tensor): void {
  for (const dict of Array.isArray(dicts) ? (dicts as readonly StateDict[]) : [dicts as StateDict]) {
    if (Object.hasOwn(dict, name)) dict[name] = value;
  }
}
