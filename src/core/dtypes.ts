import { DTypeError } from './errors.js';

/** The element types of tensors. Class labels and indices are `int32`; `bool` is one byte, 0 or 1. */
export type DType = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool';

/** A typed array that can hold the elements of a tensor. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Bytes per element. */
export const dtypeBytes: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  int32: 4,
  uint8: 1,
  bool: 1,
};

/** The rank in PyTorch's promotion lattice: bool < uint8 < int32 < float32 < float64. */
const rank: Readonly<Record<DType, number>> = {
  bool: 0,
  uint8: 1,
  int32: 2,
  float32: 3,
  float64: 4,
};

/** The kind that decides whether a scalar operand lifts a tensor: bool < integer < float. */
const kind: Readonly<Record<DType, number>> = { bool: 0, uint8: 1, int32: 1, float32: 2, float64: 2 };

/** Tells whether `value` names a dtype. */
export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(rank, value);
}

/** Tells whether elements of `dtype` are floating point. */
export function isFloat(dtype: DType): boolean {
  return rank[dtype] >= 3;
}

/**
 * Checks that a dtype can hold a number. Below 0 uint8 counts back from 256, as in PyTorch.
 *
 * @throws DTypeError for a number that whole numbers of this size cannot hold
 */
export function checkHolds(op: string, dtype: DType, value: number): void {
  const fits =
    dtype === 'int32' ? value > -2147483649 && value < 2147483648 : dtype !== 'uint8' || Math.abs(value) < 256;
  if (!fits) throw new DTypeError(`${op}: ${dtype} cannot hold ${value}`);
}

/** The dtype of the result of two tensors with at least one dim each, as `torch.promote_types`. */
export function promoteTypes(a: DType, b: DType): DType {
  return rank[a] >= rank[b] ? a : b;
}

/**
 * The dtype of an operation on two operands, as `torch.result_type`: an operand of the lower priority
 * (a zero-dim tensor beside one with dims, a number beside a tensor) counts only where its kind is higher.
 *
 * Source: https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
 */
export function resultType(a: DType, aDims: number, b: DType, bDims: number): DType {
  if (aDims > 0 === bDims > 0) return promoteTypes(a, b);
  const [strong, weak] = aDims > 0 ? [a, b] : [b, a];
  return kind[weak] > kind[strong] ? promoteTypes(a, b) : strong;
}

/** The dtype of an operation between a tensor and a JavaScript number or boolean: whole numbers leave integers, fractions make them float32. */
export function resultTypeScalar(dtype: DType, value: number | boolean): DType {
  if (typeof value === 'boolean') return dtype;
  if (!Number.isInteger(value)) return isFloat(dtype) ? dtype : 'float32';
  return dtype === 'bool' ? 'int32' : dtype;
}
