import { noGrad } from '../autograd/mode.js';
import { ShapeError, WasmgradError, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Module } from './module.js';

/** A dictionary of tensors by their names in the module tree. */
export type StateDict = Record<string, Tensor>;

/** Options of `loadStateDict`. */
export interface LoadOptions {
  /** Throw when names are missing or unexpected. Default true. */
  readonly strict?: boolean;
  /** Take on the given tensors' memory and dtype instead of copying their values. Default false. */
  readonly assign?: boolean;
}

/** @internal Gives tensors by name to those that a module owns: `take` does it with one. */
export function loadInto(
  module: Module,
  own: StateDict,
  dict: StateDict,
  strict: boolean,
  take: (own: Tensor, given: Tensor) => void,
): { missingKeys: string[]; unexpectedKeys: string[] } {
  const keys = {
    missingKeys: Object.keys(own).filter((name) => !Object.hasOwn(dict, name)),
    unexpectedKeys: Object.keys(dict).filter((name) => !Object.hasOwn(own, name)),
  };
  for (const part of module.modules()) part.tell('loaded', keys);
  if (strict && keys.missingKeys.length + keys.unexpectedKeys.length > 0) {
    const list = (what: string, names: string[]): string => (names.length > 0 ? `; ${what}: ${names.join(', ')}` : '');
    throw new WasmgradError(
      `loadStateDict: the names do not match ${module.constructor.name}` +
        list('missing', keys.missingKeys) +
        list('unexpected', keys.unexpectedKeys),
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
    for (const name of common) take(own[name]!, dict[name]!);
  });
  return keys;
}
