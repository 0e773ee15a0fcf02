import type { DType } from '../core/dtypes.js';
import { dtypeBytes } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
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

/** Copies elements between tensors of one shape, casting where the dtypes differ: y = x. Any strides; they may not overlap. */
export function copyElements(y: Elements, x: Elements): void {
  const meta = stridedMeta([y, x]);
  if (y.dtype === x.dtype) {
    const copy = { 1: kernels.copy1, 4: kernels.copy4, 8: kernels.copy8 }[dtypeBytes[y.dtype]]!;
    copy(y.ptr, x.ptr, meta, y.numel, COPY_GRAIN);
  } else {
    casts[x.dtype][y.dtype]!(y.ptr, x.ptr, meta, y.numel, ELEMENTWISE_GRAIN);
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

/** Writes one value everywhere, as the tensor's dtype holds it: y = value. Any strides. */
export function fillElements(y: Elements, value: number): void {
  const meta = stridedMeta([y]);
  const n = y.numel;
  if (y.dtype === 'float32') kernels.fill(y.ptr, value, meta, n, COPY_GRAIN);
  else if (y.dtype === 'float64') kernels.fillF64(y.ptr, value, meta, n, COPY_GRAIN);
  else if (y.dtype === 'int32') kernels.fillI32(y.ptr, Math.trunc(value), meta, n, COPY_GRAIN);
  else if (y.dtype === 'uint8') kernels.fillU8(y.ptr, Math.trunc(value), meta, n, COPY_GRAIN);
  else kernels.fillU8(y.ptr, value === 0 ? 0 : 1, meta, n, COPY_GRAIN);
}

/** Adds in place: y += x, both contiguous floats of one dtype. */
export function accumulateElements(y: TensorData, x: TensorData): void {
  const add = y.dtype === 'float64' ? kernels.accumulateF64 : kernels.accumulate;
  add(y.ptr, x.ptr, y.numel, ELEMENTWISE_GRAIN);
}
