import { noGrad } from '../autograd/mode.js';
import { createTensor } from '../autograd/variable.js';
import { recorder } from '../runtime/recorder.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * Runs `fn`, which works on the gradients of parameters with numbers from JavaScript: now, or, in a captured step, each time the
 * step comes by, with the gradients that are there then. It runs outside of the tape, and what it makes is freed but for what it keeps.
 */
export function withGradients(params: readonly Tensor[], fn: () => void): void {
  const run = (): void => noGrad(() => scope(fn));
  if (!recorder) {
    run();
    return;
  }
  const recording = recorder;
  const found = params.map((x) => {
    const grad = x.ownGrad;
    if (!grad) return { x, layout: null };
    recording.keep(grad.storage);
    const { storage, dtype, shape, strides, offset } = grad;
    return { x, layout: { storage, dtype, shape, strides, offset } };
  });
  recording.hook(null, () => {
    for (const { x, layout } of found) {
      if (!layout) {
        if (x.ownGrad) x.ownGrad = null;
      } else if (x.ownGrad?.storage !== layout.storage) {
        layout.storage.retain();
        x.ownGrad = createTensor(layout.storage, layout.dtype, layout.shape, layout.strides, layout.offset);
      }
    }
    run();
  });
}
