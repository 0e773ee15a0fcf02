import { WasmgradError, formatShape } from '../core/errors.js';
import { Tensor, full, stack, tensor } from '../tensor/index.js';
import { checkOptions } from '../tensor/options.js';

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

/** What a sample is, as far as `defaultCollate` treats samples differently: numbers and booleans may be mixed. */
function kindOf(value: unknown): string {
  if (value instanceof Tensor) return 'tensor';
  if (isElements(value)) return 'typed array';
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value === 'boolean' ? 'number' : typeof value;
}

/** Throws where samples are not of one kind. */
function checkKinds(batch: readonly unknown[]): void {
  const first = kindOf(batch[0]);
  const odd = batch.findIndex((sample) => kindOf(sample) !== first);
  if (odd >= 0) {
    throw new WasmgradError(`defaultCollate: samples of unequal kind (${first} and ${kindOf(batch[odd])})`);
  }
}

function collate(batch: readonly unknown[]): unknown {
  checkKinds(batch);
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
    return Object.fromEntries(Object.keys(first).map((key) => [key, collate(field(batch as object[], key))]));
  }
  throw new WasmgradError(
    `defaultCollate: samples hold ${first === null ? 'null' : typeof first}, expected tensors, numbers, booleans, strings, arrays or objects (pass collate)`,
  );
}

/** One field of all samples. */
function field(batch: readonly object[], key: string): unknown[] {
  return batch.map((sample) => {
    if (!Object.hasOwn(sample, key)) throw new WasmgradError(`defaultCollate: a sample has no field ${key}`);
    return (sample as Record<string, unknown>)[key];
  });
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

/** Options of {@link padCollate}. */
export interface PadCollateOptions {
  /** Fills what is missing. Default 0. */
  readonly value?: number;
}

/** The largest size of each dim. */
function extent(tensors: readonly Tensor[]): number[] {
  return tensors[0]!.shape.map((_, d) => Math.max(...tensors.map((x) => x.shape[d]!)));
}

function padTo(x: Tensor, shape: readonly number[], value: number): Tensor {
  const padded = full(shape, value, { dtype: x.dtype });
  const corner = x.shape.reduce<Tensor>((view, size, d) => view.narrow(d, 0, size), padded);
  if (x.numel > 0) corner.copy_(x);
  return padded;
}

function collatePadded(batch: readonly unknown[], value: number): unknown {
  const first = batch[0];
  if (isElements(first)) {
    return collatePadded(
      (batch as readonly Elements[]).map((values) => tensor(values)),
      value,
    );
  }
  if (first instanceof Tensor) {
    const tensors = batch as readonly Tensor[];
    const odd = tensors.find((x) => x.ndim !== first.ndim);
    if (odd) {
      throw new WasmgradError(
        `padCollate: samples of unequal dims, got ${formatShape(first.shape)} and ${formatShape(odd.shape)}`,
      );
    }
    const shape = extent(tensors);
    return stack(tensors.map((x) => padTo(x, shape, value)));
  }
  if (Array.isArray(first))
    return first.map((_, i) =>
      collatePadded(
        batch.map((sample) => (sample as unknown[])[i]),
        value,
      ),
    );
  if (typeof first === 'object' && first !== null) {
    const keys = Object.keys(first);
    return Object.fromEntries(
      keys.map((key) => [
        key,
        collatePadded(
          batch.map((sample) => (sample as Record<string, unknown>)[key]),
          value,
        ),
      ]),
    );
  }
  return collate(batch);
}

/**
 * Makes a function for a loader's `collate` that pads tensors at their ends to the largest of the batch before it stacks them; all else is as
 * `defaultCollate` does it. Lengths, where they are wanted, are a part of the sample: `[x, x.shape[0]]`.
 *
 * @throws WasmgradError (the function) when samples differ in their number of dims
 *
 * @example
 * ```ts
 * import { data, tensor } from 'wasmgrad';
 * const set = [tensor([1, 2]), tensor([3])];
 * for (const x of new data.DataLoader(set, { batchSize: 2, collate: data.padCollate({ value: -1 }) })) console.log(x.tolist());
 * // [[1, 2], [3, -1]]
 * ```
 */
export function padCollate<T>(options: PadCollateOptions = {}): (samples: readonly T[]) => Collated<T> {
  checkOptions('padCollate', options, ['value']);
  const { value = 0 } = options;
  return (samples) => {
    if (samples.length === 0) throw new WasmgradError('padCollate: an empty batch');
    return collatePadded(samples, value) as Collated<T>;
  };
}
