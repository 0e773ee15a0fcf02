import type { DType, TypedArray } from '../core/dtypes.js';
import { ShapeError, fail, formatShape } from '../core/errors.js';
import { checkShape, sizeOf } from '../core/shapes.js';
import { apply } from '../autograd/apply.js';
import { allocateTensor } from '../autograd/variable.js';
import { full as fullOp } from '../ops/full.js';
import { elements } from '../runtime/tensor-data.js';
import { flatten } from './nested.js';
import type { Nested } from './nested.js';
import { checkOptions } from './options.js';
import { Tensor, checkDType } from './tensor.js';

/** Options of functions that make tensors. */
export interface CreationOptions {
  /** Default: float32, or what the values ask for. */
  dtype?: DType;
  /** Default: false. */
  requiresGrad?: boolean;
}

/** @internal The options of creation functions. */
export const CREATION_OPTIONS: readonly string[] = ['dtype', 'requiresGrad'];

/** Options of `tensor`. */
export interface TensorOptions extends CreationOptions {
  /** The shape of a TypedArray's elements, which are one dim without it. */
  shape?: readonly number[];
}

function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Int32Array) return 'int32';
  return 'uint8';
}

function isTypedArray(data: unknown): data is TypedArray {
  return (
    data instanceof Float32Array ||
    data instanceof Float64Array ||
    data instanceof Int32Array ||
    data instanceof Uint8Array ||
    data instanceof Uint8ClampedArray
  );
}

/**
 * A tensor of the values given: numbers or booleans, nested arrays of them, or a TypedArray (copied).
 * Without `dtype`, booleans give bool, other numbers float32, and a TypedArray its own type.
 *
 * @throws ShapeError for ragged arrays, values of other types, or a shape that does not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.tensor.html
 *
 * @example
 * tensor([[1, 2], [3, 4]]).sum().item(); // 10
 */
export function tensor(data: Nested | TypedArray | readonly unknown[], options: TensorOptions = {}): Tensor {
  checkOptions('tensor', options, [...CREATION_OPTIONS, 'shape']);
  let values: ArrayLike<number>;
  let shape: readonly number[];
  let own: DType;
  if (isTypedArray(data)) {
    values = data;
    shape = [data.length];
    own = dtypeOf(data);
  } else {
    const flat = flatten(data);
    ({ values, shape } = flat);
    own = flat.bools ? 'bool' : 'float32';
  }
  if (options.shape) {
    checkShape('tensor', options.shape);
    if (sizeOf(options.shape) !== values.length) {
      throw new ShapeError(`tensor: ${values.length} elements do not fit shape ${formatShape(options.shape)}`);
    }
    shape = [...options.shape];
  }
  const dtype = options.dtype === undefined ? own : checkDType('tensor', options.dtype);
  const y = allocateTensor(shape, dtype);
  if (dtype === 'bool') elements(y).set(Array.from(values, (v) => (v ? 1 : 0)));
  else elements(y).set(values);
  return marked(y, options);
}

/** @internal Sets what creation options ask of a new tensor. */
export function marked(y: Tensor, options: CreationOptions): Tensor {
  if (options.requiresGrad) y.requiresGrad = true;
  return y;
}

/**
 * A tensor of one value.
 *
 * @throws ShapeError where `shape` is not a list of whole numbers of at least 0
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.full.html
 */
export function full(shape: readonly number[], value: number | boolean, options: CreationOptions = {}): Tensor {
  checkOptions('full', options, CREATION_OPTIONS);
  const own: DType = typeof value === 'boolean' ? 'bool' : 'float32';
  return filled('full', shape, Number(value), { dtype: own, ...options });
}

function filled(op: string, shape: readonly number[], value: number, options: CreationOptions): Tensor {
  if (!Array.isArray(shape)) fail(ShapeError, op, `the shape must be an array, got ${String(shape)}`);
  const dtype = checkDType(op, options.dtype ?? 'float32');
  return marked(apply(fullOp, [], { shape: [...shape], dtype, value }), options);
}

/** Zeros. Source: https://pytorch.org/docs/stable/generated/torch.zeros.html */
export function zeros(shape: readonly number[], options: CreationOptions = {}): Tensor {
  checkOptions('zeros', options, CREATION_OPTIONS);
  return filled('zeros', shape, 0, options);
}

/** Ones. Source: https://pytorch.org/docs/stable/generated/torch.ones.html */
export function ones(shape: readonly number[], options: CreationOptions = {}): Tensor {
  checkOptions('ones', options, CREATION_OPTIONS);
  return filled('ones', shape, 1, options);
}
