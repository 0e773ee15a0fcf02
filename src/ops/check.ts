import { I32 } from '../runtime/heap.js';
import * as kernels from '../runtime/kernels.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { stridedMeta } from './strided.js';

/** The first element of an int32 tensor that is not in low … high-1; null where all are. */
export function firstOutside(x: TensorData, low: number, high: number): number | null {
  if (x.numel === 0) return null;
  // What an expanded tensor repeats is looked at once.
  const shape = x.shape.map((size, d) => (x.strides[d] === 0 ? 1 : size));
  const units = shape.reduce((n, size) => n * size, 1);
  let outside: number | null = null;
  scratch(8, (ptr) => {
    kernels.checkIndex(ptr, x.ptr, low, high, stridedMeta([{ shape, strides: x.strides }]), units, units);
    if (I32[ptr >> 2] !== 0) outside = I32[(ptr >> 2) + 1]!;
  });
  return outside;
}

/** Tells whether an int32 tensor has a zero: as an index, it is the only one outside of 1 … 2³² (taken modulo 2³²). */
export function hasZero(x: TensorData): boolean {
  return firstOutside(x, 1, 0) !== null;
}
