import { WasmgradError } from '../core/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Module } from './module.js';
import { Parameter } from './parameter.js';

/** @internal The fields of a module by name. */
export function fieldsOf(module: Module): Record<string, unknown> {
  return module as unknown as Record<string, unknown>;
}

/**
 * @internal The parameter of a module by its name.
 * @throws WasmgradError where there is none
 */
export function parameterOf(op: string, module: Module, name: string): Parameter {
  const parameter = fieldsOf(module)[name];
  if (parameter instanceof Parameter) return parameter;
  throw new WasmgradError(`${op}: ${module.constructor.name} has no parameter '${name}'`);
}

/** @internal The tensor in a field that is known to hold one. */
export function tensorOf(module: Module, name: string): Tensor {
  return fieldsOf(module)[name] as Tensor;
}

/**
 * @internal Puts a tensor that is computed at each reading in the place of a field. It is neither a parameter nor a buffer, and is
 * as well in copies of the module, since it is computed from the module that is asked.
 */
export function derive(
  module: Module,
  name: string,
  get: (module: Module) => Tensor,
  set?: (module: Module, value: Tensor) => void,
): void {
  delete fieldsOf(module)[name];
  Object.defineProperty(module, name, {
    configurable: true,
    enumerable: false,
    get(this: Module): Tensor {
      return get(this);
    },
    set(this: Module, value: Tensor): void {
      if (!set) throw new WasmgradError(`${this.constructor.name}: '${name}' is computed and cannot be set`);
      set(this, value);
    },
  });
}

/** @internal Puts a tensor of its own in the place of one that is computed. */
export function settle(module: Module, name: string, value: Tensor): void {
  delete fieldsOf(module)[name];
  fieldsOf(module)[name] = value;
}

/** @internal Removes fields. Buffers, which nobody else owns, are freed. */
export function removeFields(module: Module, names: readonly string[]): void {
  for (const name of names) {
    if (module.forgetBuffer(name)) tensorOf(module, name).dispose();
    delete fieldsOf(module)[name];
  }
}
