import { recorder } from './recorder.js';
import { elements } from './tensor-data.js';
import type { TensorData } from './tensor-data.js';

/** Sets a contiguous tensor's elements to what JavaScript has. In a recording that is a constant, copied at each step. */
export function writeElements(y: TensorData, values: ArrayLike<number>): void {
  if (recorder?.names(y.storage)) recorder.write(y, values);
  else elements(y).set(values);
}
