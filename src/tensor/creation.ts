import { checkHolds, isFloat } from '../core/dtypes.js';
import type { DType, TypedArray } from '../core/dtypes.js';
import { ShapeError, checkWhole, fail, formatShape } from '../core/errors.js';
import { checkShape, sizeOf } from '../core/shapes.js';
import { apply } from '../autograd/apply.js';
import { allocateTensor } from '../autograd/variable.js';
import { full as fullOp } from '../ops/full.js';
import { arange as arangeOp, linspace as linspaceOp } from '../ops/range.js';
import { writeElements } from '../runtime/constant.js';
import { flatten } from './nested.js';
import type { Nested } from './nested.js';
import { isTensor } from './operands.js';
import { CREATION_OPTIONS, checkOptions } from './options.js';
import type { Tensor } from './tensor.js';
import { checkDType } from './tensor.js';

/** Options of functions that make tensors. */
export interface CreationOptions {
  /** Default: float32, or what the values ask for. */
  dtype?: DType;
  /** Default: false. */
  requiresGrad?: boolean;
}

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

type OtherIntegers = Int8Array | Int16Array | Uint16Array | Uint32Array | BigInt64Array;

function isOtherIntegers(data: unknown): data is OtherIntegers {
  return [Int8Array, Int16Array, Uint16Array, Uint32Array, BigInt64Array].some((kind) => data instanceof kind);
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
 * A tensor of the values given: numbers or booleans, nested arrays of them (and of tensors), or a TypedArray (copied).
 * Without `dtype`, booleans give bool, other numbers float32, and a TypedArray its own type (int32 where there is none).
 *
 * @throws ShapeError for ragged arrays, values of other types, or a shape that does not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.tensor.html
 *
 * @example
 * tensor([[1, 2], [3, 4]]).sum().item(); // 10
 */
export function tensor(
  data: Nested | TypedArray | OtherIntegers | Tensor | readonly unknown[],
  options: TensorOptions = {},
): Tensor {
  if (isTensor(data)) return tensor(data.toTypedArray(), { shape: data.shape, dtype: data.dtype, ...options });
  if (isOtherIntegers(data)) return tensor(Int32Array.from(data as ArrayLike<number | bigint>, Number), options);
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
  // Elements of a TypedArray are cast, numbers have to fit.
  if (!isTypedArray(data) && !isFloat(dtype))
    for (const value of values as number[]) checkHolds('tensor', dtype, value);
  const y = allocateTensor(shape, dtype);
  writeElements(y, dtype === 'bool' ? Array.from(values, (v) => (v ? 1 : 0)) : values);
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
  return filled('full', shape, Number(value), { ...options, dtype: options.dtype ?? own });
}

function filled(op: string, shape: readonly number[], value: number, options: CreationOptions): Tensor {
  if (!Array.isArray(shape)) fail(ShapeError, op, `the shape must be an array, got ${String(shape)}`);
  checkShape(op, shape);
  const dtype = checkDType(op, options.dtype ?? 'float32');
  checkHolds(op, dtype, value);
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

/**
 * A tensor whose elements are undefined.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.empty.html
 */
export function empty(shape: readonly number[], options: CreationOptions = {}): Tensor {
  checkOptions('empty', options, CREATION_OPTIONS);
  if (!Array.isArray(shape)) fail(ShapeError, 'empty', `the shape must be an array, got ${String(shape)}`);
  checkShape('empty', shape);
  return marked(allocateTensor([...shape], checkDType('empty', options.dtype ?? 'float32')), options);
}

/**
 * A matrix of zeros with ones on its diagonal: [n, m], m = n by default.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.eye.html
 */
export function eye(n: number, m?: number | CreationOptions, options: CreationOptions = {}): Tensor {
  const given = typeof m === 'object' ? m : options;
  checkOptions('eye', given, CREATION_OPTIONS);
  const { requiresGrad = false, ...rest } = given;
  const y = filled('eye', [n, typeof m === 'number' ? m : n], 0, rest);
  y.diagonal().fill_(1);
  return marked(y, { requiresGrad });
}

/** The dtype of a sequence: int32 of whole numbers, else float32. */
function sequenceType(values: readonly number[]): DType {
  return values.every(Number.isInteger) ? 'int32' : 'float32';
}

/**
 * The numbers start, start + step, … below end (above it for a negative step). Whole numbers give int32.
 * Called as `arange(end)`, `arange(start, end)` or `arange(start, end, step)`, options last.
 *
 * @throws ShapeError when step is 0 or leads away from end
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.arange.html
 *
 * @example
 * arange(0, 10, 2).tolist(); // [0, 2, 4, 6, 8]
 */
export function arange(end: number, options?: CreationOptions): Tensor;
export function arange(start: number, end: number, options?: CreationOptions): Tensor;
export function arange(start: number, end: number, step: number, options?: CreationOptions): Tensor;
export function arange(...given: (number | CreationOptions | undefined)[]): Tensor {
  const numbers = given.filter((value): value is number => typeof value === 'number');
  const options = given.find((value): value is CreationOptions => typeof value === 'object') ?? {};
  if (numbers.length < 1 || numbers.length > 3)
    throw new ShapeError('arange: expected (end), (start, end) or (start, end, step)');
  checkOptions('arange', options, CREATION_OPTIONS);
  const [start, end] = numbers.length === 1 ? [0, numbers[0]!] : [numbers[0]!, numbers[1]!];
  const step = numbers[2] ?? 1;
  if (step === 0 || !Number.isFinite((end - start) / step) || (end - start) / step < 0) {
    throw new ShapeError(`arange: step ${step} does not lead from ${start} to ${end}`);
  }
  const dtype = checkDType('arange', options.dtype ?? sequenceType([start, end, step]));
  return marked(apply(arangeOp, [], { start, step, n: Math.ceil((end - start) / step), dtype }), options);
}

function countOf(op: string, steps: number): number {
  checkWhole(op, 'steps', steps, 0);
  return steps;
}

/**
 * `steps` numbers at equal distances from start to end, both included.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linspace.html
 */
export function linspace(start: number, end: number, steps: number, options: CreationOptions = {}): Tensor {
  checkOptions('linspace', options, CREATION_OPTIONS);
  const dtype = checkDType('linspace', options.dtype ?? 'float32');
  const computed = dtype === 'uint8' || dtype === 'bool' ? 'int32' : dtype;
  const y = apply(linspaceOp, [], { start, end, n: countOf('linspace', steps), dtype: computed });
  return marked(computed === dtype ? y : y.to(dtype), options);
}

/** Options of `logspace`. */
export interface LogspaceOptions extends CreationOptions {
  /** Default: 10. */
  base?: number;
}

/**
 * `steps` numbers base^x, x at equal distances from start to end.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.logspace.html
 */
export function logspace(
  start: number,
  end: number,
  steps: number,
  base: number | LogspaceOptions = {},
  rest: LogspaceOptions = {},
): Tensor {
  const options = typeof base === 'number' ? { ...rest, base } : base;
  checkOptions('logspace', options, [...CREATION_OPTIONS, 'base']);
  const dtype = checkDType('logspace', options.dtype ?? 'float32');
  const exponents = apply(linspaceOp, [], { start, end, n: countOf('logspace', steps), dtype: 'float64' });
  return marked(
    full([], options.base ?? 10, { dtype: 'float64' })
      .pow(exponents)
      .to(dtype),
    options,
  );
}

/** A tensor of undefined elements with the shape, dtype and order in memory of `input`. */
export function emptyLike(input: Tensor, options: CreationOptions = {}): Tensor {
  checkOptions('emptyLike', options, CREATION_OPTIONS);
  input.check('emptyLike');
  const dtype = checkDType('emptyLike', options.dtype ?? input.dtype);
  if (input.isContiguous()) return marked(allocateTensor(input.shape, dtype), options);
  const order = memoryOrder(input);
  const dense = allocateTensor(
    order.map((d) => input.shape[d]!),
    dtype,
  );
  return marked(dense.permute(order.map((_, d) => order.indexOf(d))).detach(), options);
}

/** The dims from the outermost in memory to the innermost. */
export function memoryOrder(x: Tensor): number[] {
  return x.shape.map((_, d) => d).sort((a, b) => x.strides[b]! - x.strides[a]!);
}

/** A tensor of one value with the shape and dtype of `input`. */
export function fullLike(input: Tensor, value: number | boolean, options: CreationOptions = {}): Tensor {
  checkOptions('fullLike', options, CREATION_OPTIONS);
  return filled('fullLike', input.shape, Number(value), { dtype: input.dtype, ...options });
}

/** Zeros with the shape and dtype of `input`. */
export function zerosLike(input: Tensor, options: CreationOptions = {}): Tensor {
  checkOptions('zerosLike', options, CREATION_OPTIONS);
  return filled('zerosLike', input.shape, 0, { dtype: input.dtype, ...options });
}

/** Ones with the shape and dtype of `input`. */
export function onesLike(input: Tensor, options: CreationOptions = {}): Tensor {
  checkOptions('onesLike', options, CREATION_OPTIONS);
  return filled('onesLike', input.shape, 1, { dtype: input.dtype, ...options });
}
