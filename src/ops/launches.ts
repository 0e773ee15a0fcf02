import type { DType } from '../core/dtypes.js';
import { dtypeBytes, isFloat } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { Kernel } from '../runtime/launch.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';
import type { Layout } from './strided.js';

const COPY_GRAIN = 32768;

/** Elements in memory: a tensor, or a part of one. */
export interface Elements extends Layout {
  readonly ptr: number;
  readonly dtype: DType;
  readonly numel: number;
}

/** Of kernels that move elements whatever they mean, the one for elements of this width. */
export function ofWidth<Args extends readonly unknown[]>(
  dtype: DType,
  one: Kernel<Args, null>,
  four: Kernel<Args, null>,
  eight: Kernel<Args, null>,
): Kernel<Args, null> {
  const bytes = dtypeBytes[dtype];
  return bytes === 4 ? four : bytes === 8 ? eight : one;
}

/** Copies elements between tensors of one shape, casting where the dtypes differ: y = x. Any strides; they may not overlap. */
export function copyElements(y: Elements, x: Elements): void {
  const meta = stridedMeta([y, x]);
  if (y.dtype === x.dtype) {
    const copy = ofWidth(y.dtype, kernels.copy1, kernels.copy4, kernels.copy8);
    launch(copy, null, y.ptr, x.ptr, meta, y.numel, COPY_GRAIN);
  } else {
    launch(casts[x.dtype][y.dtype]!, null, y.ptr, x.ptr, meta, y.numel, ELEMENTWISE_GRAIN);
  }
}

type Cast = typeof kernels.copy4;

const fromBytes: Partial<Record<DType, Cast>> = {
  float32: kernels.castU8ToF32,
  float64: kernels.castU8ToF64,
  int32: kernels.castU8ToI32,
  uint8: kernels.copy1,
  bool: kernels.castU8ToBool,
};

const casts: Readonly<Record<DType, Partial<Record<DType, Cast>>>> = {
  float32: {
    float64: kernels.castF32ToF64,
    int32: kernels.castF32ToI32,
    uint8: kernels.castF32ToU8,
    bool: kernels.castF32ToBool,
  },
  float64: {
    float32: kernels.castF64ToF32,
    int32: kernels.castF64ToI32,
    uint8: kernels.castF64ToU8,
    bool: kernels.castF64ToBool,
  },
  int32: {
    float32: kernels.castI32ToF32,
    float64: kernels.castI32ToF64,
    uint8: kernels.castI32ToU8,
    bool: kernels.castI32ToBool,
  },
  uint8: fromBytes,
  bool: fromBytes,
};

/** A number as elements of a dtype hold it. */
export function held(value: number, dtype: DType): number {
  if (dtype === 'bool') return Number(value !== 0);
  return isFloat(dtype) ? value : Math.trunc(value);
}

/** Writes one value everywhere, as the tensor's dtype holds it: y = value. Any strides. */
export function fillElements(y: Elements, value: number): void {
  launch(kernels.fill, y.dtype, y.ptr, held(value, y.dtype), stridedMeta([y]), y.numel, COPY_GRAIN);
}

/** Adds in place: y += x, both contiguous floats of one dtype. */
export function accumulateElements(y: TensorData, x: TensorData): void {
  launch(kernels.accumulate, y.dtype, y.ptr, x.ptr, y.numel, ELEMENTWISE_GRAIN);
}
