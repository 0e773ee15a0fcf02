import { I32 } from '../runtime/heap.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { recorder } from '../runtime/recorder.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { stridedMeta } from './strided.js';

/** Sets the two words of a cell to 0. */
function clear(cell: number): void {
  I32[cell >> 2] = I32[(cell >> 2) + 1] = 0;
}

/**
 * Runs a kernel that leaves the first index out of range in the two words of `cell` (Index.note of assembly/places.ts), and calls `found` with
 * that index, if there is one: now, or each time a recorded step comes by. `x` is where the indices are then.
 */
export function checkMeanwhile(
  x: TensorData,
  found: (outside: number, x: TensorData) => void,
  kernel: (cell: number) => void,
): void {
  // The cell is clear whenever a step begins.
  const run = (cell: number): void => {
    clear(cell);
    kernel(cell);
  };
  const look = (cell: number, at: TensorData): void => {
    if (I32[cell >> 2] === 0) return;
    const outside = I32[(cell >> 2) + 1]!;
    clear(cell);
    found(outside, at);
  };
  if (recorder) return recorder.checkCell(x, run, look);
  scratch(8, (cell) => {
    run(cell);
    look(cell, x);
  });
}

/**
 * Calls `found` with the first element of an int32 tensor that is not in low … high-1, if there is one: now, or each time a recorded
 * step comes by. `x` is where the elements are then.
 */
export function checkInside(
  x: TensorData,
  low: number,
  high: number,
  found: (outside: number, x: TensorData) => void,
): void {
  if (x.numel === 0) return;
  // What an expanded tensor repeats is looked at once.
  const shape = x.shape.map((size, d) => (x.strides[d] === 0 ? 1 : size));
  const units = shape.reduce((n, size) => n * size, 1);
  const meta = stridedMeta([{ shape, strides: x.strides }]);
  checkMeanwhile(x, found, (cell) => launch(kernels.checkIndex, null, cell, x.ptr, low, high, meta, units, units));
}
