import type { DType } from '../core/dtypes.js';
import { contiguousStrides } from '../core/shapes.js';
import { Storage } from '../runtime/storage.js';
import { TensorData } from '../runtime/tensor-data.js';

/** Lends contiguous elements of a shape, for the time of some launches. */
export function withTemporary(shape: readonly number[], dtype: DType, use: (x: TensorData) => void): void {
  const storage = new Storage(shape, dtype);
  try {
    use(new TensorData(storage, dtype, shape, contiguousStrides(shape), 0));
  } finally {
    storage.release();
  }
}
