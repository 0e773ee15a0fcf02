import { copy1 } from './kernels.js';
import { launch } from './launch.js';
import { once, recorder } from './recorder.js';
import { Storage } from './storage.js';
import { TensorData, elements } from './tensor-data.js';

const GRAIN = 1 << 17;

/** Sets a contiguous tensor's elements to what JavaScript has. In a recording that is a constant, copied at each step. */
export function writeElements(y: TensorData, values: ArrayLike<number>): void {
  if (!recorder?.names(y.storage)) {
    elements(y).set(values);
    return;
  }
  const constant = once(() => {
    const x = new TensorData(new Storage(y.shape, y.dtype), y.dtype, y.shape, y.strides, 0);
    elements(x).set(values);
    return x;
  });
  const { bytes } = constant.storage;
  launch(copy1, null, y.ptr, constant.ptr, [1, bytes, 1, 1], bytes, GRAIN);
  constant.storage.release();
}
