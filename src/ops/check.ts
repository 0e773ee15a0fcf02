import { I32 } from '../runtime/heap.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { once, recorder } from '../runtime/recorder.js';
import { Storage, scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { stridedMeta } from './strided.js';

/**
 * Runs a kernel that leaves the first index out of range in the two words of `cell` (Index.note of assembly/places.ts), and calls `found` with
 * that index, if there is one: now, or each time a recorded step comes by. `x` is where the indices are then.
 */
export function checkMeanwhile(
  x: TensorData,
  found: (outside: number, x: TensorData) => void,
  kernel: (cell: number) => void,
): void {
  const clear = (cell: number): void => {
    I32[cell >> 2] = 0;
    I32[(cell >> 2) + 1] = 0;
  };
  const look = (cell: number, at: TensorData): void => {
    if (I32[cell >> 2] === 0) return;
    const outside = I32[(cell >> 2) + 1]!;
    clear(cell);
    found(outside, at);
  };
  if (!recorder) {
    scratch(8, (cell) => {
      clear(cell);
      kernel(cell);
      look(cell, x);
    });
    return;
  }
  // The recording keeps the cell, which is clear whenever the step begins.
  const cell = once(() => new Storage([2], 'int32'));
  clear(cell.ptr);
  kernel(cell.ptr);
  recorder.check(cell.ptr, x, (at) => look(cell.ptr, at));
  cell.release();
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
  const search = (ptr: number): void =>
    launch(kernels.checkIndex, null, ptr, x.ptr, low, high, stridedMeta([{ shape, strides: x.strides }]), units, units);
  const look = (ptr: number, at: TensorData): void => {
    if (I32[ptr >> 2] !== 0) found(I32[(ptr >> 2) + 1]!, at);
  };
  if (!recorder) {
    scratch(8, (ptr) => {
      search(ptr);
      look(ptr, x);
    });
    return;
  }
  // The recording keeps the cell.
  const cell = once(() => new Storage([2], 'int32'));
  search(cell.ptr);
  recorder.check(cell.ptr, x, (at) => look(cell.ptr, at));
  cell.release();
}
