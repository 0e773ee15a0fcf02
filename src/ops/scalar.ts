import type { DType } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Layout } from './strided.js';

/** An operand of a launch: where it starts and how it lies. */
export interface Operand extends Layout {
  readonly ptr: number;
}

const ONE: readonly number[] = [1, 1, 1];

function fillOne(ptr: number, dtype: DType, value: number): void {
  if (dtype === 'float32') kernels.fill(ptr, value, ONE, 1, 1);
  else if (dtype === 'float64') kernels.fillF64(ptr, value, ONE, 1, 1);
  else if (dtype === 'int32') kernels.fillI32(ptr, Math.trunc(value), ONE, 1, 1);
  else kernels.fillU8(ptr, dtype === 'bool' ? Number(value !== 0) : Math.trunc(value), ONE, 1, 1);
}

/**
 * Lends the launch an operand for one that may be absent: then it is a number in scratch memory, of strides 0.
 * A kernel writes it there, so that a recorded program writes it again.
 */
export function withOperand(
  x: TensorData | null,
  like: TensorData,
  dtype: DType,
  value: number,
  launch: (x: Operand) => void,
): void {
  if (x) {
    launch(x);
    return;
  }
  scratch(8, (ptr) => {
    fillOne(ptr, dtype, value);
    launch({ ptr, shape: like.shape, strides: like.shape.map(() => 0) });
  });
}
