import { autograd, manualSeed, scope, tensor, type Tensor } from '../../src/index.js';
import type { DType, TypedArray } from '../../src/core/dtypes.js';
import { sizeOf } from '../../src/core/shapes.js';
import type { Case, Outcome } from '../ops/table.js';
import { resultWeight } from './random.js';
import { period, type Drawn } from './samples.js';

/** The precision of a run: what inputs marked float32 are made of. */
export type Precision = 'float32' | 'float64';

/** How an input lies in memory. Every layout shows the same values. */
export type Layout = 'plain' | 'transposed' | 'stepped' | 'offset';

/** One result, read. */
export interface Read {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly requiresGrad: boolean;
  readonly data: TypedArray;
}

/** The results and gradients of one run. */
export interface Ran {
  readonly results: readonly Read[];
  readonly grads: Readonly<Record<string, TypedArray | null>>;
}

/** A typed array of a dtype's kind. */
export function typed(dtype: DType, data: readonly number[]): TypedArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(data);
    case 'float64':
      return new Float64Array(data);
    case 'int32':
      return new Int32Array(data);
    default:
      return new Uint8Array(data);
  }
}

/** What lies in the gaps of a stepped input: a value that spoils whatever reads it. */
const gap: Readonly<Record<DType, number>> = { float32: NaN, float64: NaN, int32: -1e9, uint8: 255, bool: 1 };

function place(data: readonly number[], shape: readonly number[], dtype: DType, layout: Layout): Tensor {
  const make = (list: readonly number[], of: readonly number[]): Tensor =>
    tensor(typed(dtype, list), { dtype, shape: of });
  const last = shape[shape.length - 1];
  if (layout === 'offset') {
    const n = data.length;
    return make([gap[dtype], ...data, gap[dtype]], [n + 2])
      .narrow(0, 1, n)
      .view(shape);
  }
  if (layout === 'transposed' && shape.length >= 2) {
    const rows = shape[shape.length - 2]!;
    const swapped = [...shape.slice(0, -2), last!, rows];
    const area = rows * last!;
    const turned = Array.from(data, (_, i) => {
      const inner = i % area;
      return data[i - inner + (inner % rows) * last! + Math.floor(inner / rows)]!;
    });
    return make(turned, swapped).transpose(-1, -2);
  }
  if (layout === 'stepped' && last !== undefined) {
    const spread = data.flatMap((x) => [x, gap[dtype]]);
    return make(spread, [...shape.slice(0, -1), 2 * last]).slice(-1, 0, 2 * last, 2);
  }
  return make(data, shape);
}

/** Makes the input tensors, those with `grad` as leaves. */
export function makeInputs(inputs: readonly Drawn[], precision: Precision, layout: Layout = 'plain'): Tensor[] {
  return inputs.map(({ shape, dtype, grad, data }) => {
    const x = place(data, shape, dtype === 'float32' ? precision : dtype, layout);
    return grad ? leaf(x) : x;
  });
}

/** A leaf that shares the memory of `x`, strides and all. */
export function leaf(x: Tensor): Tensor {
  return x.detach().requiresGrad_();
}

/** Runs a case on tensors, under its seed. */
export function call(source: Case, inputs: readonly Drawn[], tensors: readonly Tensor[]): Tensor[] {
  if (source.seed !== undefined) manualSeed(source.seed);
  const outcome: Outcome = source.run(Object.fromEntries(inputs.map(({ name }, i) => [name, tensors[i]!])));
  const list = Array.isArray(outcome) ? (outcome as readonly (Tensor | number | boolean)[]) : [outcome as Tensor];
  return list.map((x) => {
    if (typeof x === 'boolean') return tensor(x, { dtype: 'bool' });
    return typeof x === 'number' ? tensor(x, { dtype: 'float64' }) : x;
  });
}

/** The weights of result `which` in the sum whose gradient is compared; they repeat for tiled samples. */
export function weightsOf(result: Tensor, which: number, tiled: boolean): Tensor {
  const data = Array.from({ length: sizeOf(result.shape) }, (_, i) => resultWeight(tiled ? i % period : i, which));
  return tensor(typed(result.dtype, data), { dtype: result.dtype, shape: result.shape });
}

/** Reads a tensor. */
export function read(x: Tensor): Read {
  return { shape: [...x.shape], dtype: x.dtype, requiresGrad: x.requiresGrad, data: x.toTypedArray() };
}

/** Runs a case and the gradient of its weighted sum, and frees everything. */
export function evaluate(
  source: Case,
  inputs: readonly Drawn[],
  tensorsOf: () => readonly Tensor[],
  options: { tiled?: boolean; gradients?: boolean } = {},
): Ran {
  return scope(() => {
    const tensors = tensorsOf();
    const outcome = call(source, inputs, tensors);
    const results = outcome.map(read);
    const ends = outcome.filter((x) => x.requiresGrad);
    const starts = inputs.flatMap(({ name, grad }, i) => (grad ? [[name, tensors[i]!] as const] : []));
    if (ends.length === 0 || starts.length === 0 || options.gradients === false) return { results, grads: {} };
    const found = autograd.grad(
      ends,
      starts.map(([, x]) => x),
      {
        gradOutputs: ends.map((x) => weightsOf(x, outcome.indexOf(x), options.tiled ?? false)),
        allowUnused: true,
      },
    );
    const grads = Object.fromEntries(starts.map(([name], i) => [name, found[i]?.toTypedArray() ?? null]));
    return { results, grads };
  });
}
