import { WasmgradError } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import type { Op } from './op.js';
import { needFloat } from './reduce.js';
import { stridedMeta } from './strided.js';

const GRAIN = 2048;
/** The least x (1 − x) by which the gradient is divided: PyTorch's constant, a float32. */
const EPSILON = Math.fround(1e-12);

/** y = −(t log x + (1 − t) log(1 − x)), the logarithms clamped at −100, of probabilities x and targets t of one shape. */
export const binaryCrossEntropy: Op = {
  name: 'binaryCrossEntropy',
  args: ['input', 'target'],
  infer: ([x]) => {
    needFloat('binaryCrossEntropy', x);
    return { shape: x.shape, dtype: x.dtype };
  },
  forward: ([y], [x, target]) => {
    inspect(x, (scores) => {
      const outside = elements(scores).findIndex((p) => !(p >= 0 && p <= 1));
      if (outside < 0) return;
      const value = elements(scores)[outside]!;
      throw new WasmgradError(
        `binaryCrossEntropy: input must be between 0 and 1, got ${value} at position ${outside} (use binaryCrossEntropyWithLogits() for scores)`,
      );
    });
    launch(kernels.binaryCrossEntropy, y.dtype, y.ptr, x.ptr, target.ptr, stridedMeta([y, x, target]), y.numel, GRAIN);
  },
  savesInputs: [0, 1],
  backward: (ctx, dy) => {
    const [x, t] = [ctx.input(0), ctx.input(1)];
    return [
      ctx.needs[0] ? dy.mul(x.sub(t)).div(x.mul(x.neg().add(1)).clamp({ min: EPSILON })) : null,
      ctx.needs[1]
        ? dy.mul(
            x
              .neg()
              .log1p()
              .clamp({ min: -100 })
              .sub(x.log().clamp({ min: -100 })),
          )
        : null,
    ];
  },
};

/** y = (1 − t) x + log(1 + exp(−x)), without overflow, of scores x and targets t of one shape. */
export const binaryCrossEntropyWithLogits: Op = {
  name: 'binaryCrossEntropyWithLogits',
  args: ['input', 'target'],
  strided: true,
  infer: ([x]) => {
    needFloat('binaryCrossEntropyWithLogits', x);
    return { shape: x.shape, dtype: x.dtype };
  },
  forward: ([y], [x, target]) => {
    launch(
      kernels.binaryCrossEntropyWithLogits,
      y.dtype,
      y.ptr,
      x.ptr,
      target.ptr,
      stridedMeta([y, x, target]),
      y.numel,
      GRAIN,
    );
  },
  savesInputs: [0, 1],
  backward: (ctx, dy) => [
    ctx.needs[0] ? dy.mul(ctx.input(0).sigmoid().sub(ctx.input(1))) : null,
    ctx.needs[1] ? dy.mul(ctx.input(0)).neg() : null,
  ],
};
