import { Tensor } from './tensor.js';

/** What stands for a tensor in the list of everything else. */
const TENSOR = Symbol('tensor');
const ARRAY = Symbol('array');
const OBJECT = Symbol('object');

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Takes a value apart: the tensors in it (in arrays and plain objects, too), and a list that tells all the rest. Two values of equal
 * lists differ in their tensors only.
 */
export function flatten(value: unknown, tensors: Tensor[], rest: unknown[]): void {
  if (value instanceof Tensor) {
    tensors.push(value);
    rest.push(TENSOR);
  } else if (Array.isArray(value)) {
    rest.push(ARRAY, value.length);
    for (const item of value) flatten(item, tensors, rest);
  } else if (typeof value === 'object' && value !== null && isPlain(value)) {
    const keys = Object.keys(value);
    rest.push(OBJECT, keys.length);
    for (const key of keys) {
      rest.push(key);
      flatten((value as Record<string, unknown>)[key], tensors, rest);
    }
  } else {
    rest.push(value);
  }
}

/** The same value with the tensors from `next`, in the order of `flatten`. */
export function replaceTensors(value: unknown, next: () => Tensor): unknown {
  if (value instanceof Tensor) return next();
  if (Array.isArray(value)) return value.map((item) => replaceTensors(item, next));
  if (typeof value === 'object' && value !== null && isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceTensors(item, next)]));
  }
  return value;
}

/** Tells whether two lists of `flatten` are equal. */
export function sameRest(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
