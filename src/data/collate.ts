import { WasmgradError, formatShape } from '../core/errors.js';
import { stack, tensor } from '../tensor/index.js';
import { Tensor } from '../tensor/index.js';

/** A typed array that `defaultCollate` stacks. */
type Elements = Float32Array | Float64Array | Int32Array | Uint8Array;

/** What `defaultCollate` makes of a batch of samples of type T. */
export type Collated<T> = T extends Tensor | number | boolean | Elements
  ? Tensor
  : T extends string
    ? string[]
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Collated<T[K]> }
      : T extends object
        ? { [K in keyof T]: Collated<T[K]> }
        : unknown;

function isElements(value: unknown): value is Elements {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array
  );
}

function collate(batch: readonly unknown[]): unknown {
  const first = batch[0];
  if (first instanceof Tensor) return stackTensors(batch as readonly Tensor[]);
  if (typeof first === 'number') {
    const whole = batch.every((value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31);
    return tensor(batch as number[], { dtype: whole ? 'int32' : 'float64' });
  }
  if (typeof first === 'boolean') return tensor(batch as boolean[], { dtype: 'bool' });
  if (typeof first === 'string') return batch;
  if (isElements(first)) return stackTensors((batch as readonly Elements[]).map((values) => tensor(values)));
  if (Array.isArray(first)) {
    const odd = batch.findIndex((sample) => (sample as unknown[]).length !== first.length);
    if (odd >= 0) {
      throw new WasmgradError(
        `defaultCollate: samples of unequal length (${first.length} and ${(batch[odd] as unknown[]).length})`,
      );
    }
    return first.map((_, i) => collate(batch.map((sample) => (sample as unknown[])[i])));
  }
  if (typeof first === 'object' && first !== null) {
    return Object.fromEntries(
      Object.keys(first).map((key) => [key, collate(batch.map((sample) => (sample as Record<string, unknown>)[key]))]),
    );
  }
  throw new WasmgradError(
    `defaultCollate: samples hold ${first === null ? 'null' : typeof first}, expected tensors, numbers, booleans, strings, arrays or objects (pass collate)`,
  );
}

function stackTensors(batch: readonly Tensor[]): Tensor {
  const first = formatShape(batch[0]!.shape);
  const odd = batch.find((x) => formatShape(x.shape) !== first);
  if (odd) {
    throw new WasmgradError(
      `defaultCollate: samples of unequal shape, got ${first} and ${formatShape(odd.shape)} (pass collate to pad them)`,
    );
  }
  return stack(batch);
}

/**
 * Makes a batch of samples: tensors (and typed arrays) are stacked along a new first dim, whole numbers become int32, others
 * float64, booleans bool; strings stay a list; arrays and objects are collated element by element.
 *
 * Whether numbers are whole is seen batch by batch: give regression targets as tensors, or pass `collate`.
 *
 * @throws WasmgradError when samples differ in shape or hold anything else
 *
 * Source: https://pytorch.org/docs/stable/data.html#torch.utils.data.default_collate
 */
export function defaultCollate<T>(batch: readonly T[]): Collated<T> {
  if (batch.length === 0) throw new WasmgradError('defaultCollate: an empty batch');
  return collate(batch) as Collated<T>;
}
