import type { DType } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { held } from './launches.js';
import type { Layout } from './strided.js';

/** An operand of a launch: where it starts and how it lies. */
export interface Operand extends Layout {
  readonly ptr: number;
}

const ONE: readonly number[] = [1, 1, 1];

/**
 * Lends the launch an operand for one that may be absent: then it is a number in scratch memory, of strides 0.
 * A kernel writes it there, so that a recorded program writes it again.
 */
export function withOperand(
  x: TensorData | null,
  like: TensorData,
  dtype: DType,
  value: number,
  use: (x: Operand) => void,
): void {
  if (x) {
    use(x);
    return;
  }
  scratch(8, (ptr) => {
    launch(kernels.fill, dtype, ptr, held(value, dtype), ONE, 1, 1);
    use({ ptr, shape: like.shape, strides: like.shape.map(() => 0) });
  });
}
