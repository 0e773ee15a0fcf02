import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { Tensor } from '../tensor/tensor.js';
import { grainOf, linesAround } from './fold.js';
import type { Op } from './op.js';
import { needFloat } from './reduce.js';

/** The dim along which the results add up to 1. */
interface Along {
  readonly dim: number;
}

/** Instructions an element, compared to an addition. */
const COST = 12;

function normalized(name: string, kernel: typeof kernels.softmax, gradient: Op<Along>): Op<Along> {
  return {
    name,
    args: ['input'],
    infer: ([x]) => {
      needFloat(name, x);
      return { shape: x.shape, dtype: x.dtype };
    },
    forward: ([y], [x], { dim }) => {
      const { outer, n, inner } = linesAround(x.shape, dim);
      launch(kernel, x.dtype, y.ptr, x.ptr, n, inner, outer * inner, grainOf(COST * n, inner > 1));
    },
    savesOutputs: [0],
    backward: (ctx, dy) => [ctx.apply(gradient, [dy, ctx.output(0)], ctx.params)],
  };
}

function gradient(
  name: string,
  kernel: typeof kernels.softmaxBackward,
  backward: NonNullable<Op<Along>['backward']>,
): Op<Along> {
  return {
    name,
    args: ['dy', 'y'],
    infer: ([, y]) => ({ shape: y.shape, dtype: y.dtype }),
    forward: ([dx], [dy, y], { dim }) => {
      const { outer, n, inner } = linesAround(y.shape, dim);
      launch(kernel, y.dtype, dx.ptr, dy.ptr, y.ptr, n, inner, outer * inner, grainOf(4 * n, inner > 1));
    },
    savesInputs: [0, 1],
    backward,
  };
}

function total(x: Tensor, dim: number): Tensor {
  return x.ndim === 0 ? x : x.sum([dim], true);
}

/** dx = y (dy − Σ dy y). */
const softmaxBackward: Op<Along> = gradient('softmaxBackward', kernels.softmaxBackward, (ctx, v) => {
  const [dy, y] = [ctx.input(0), ctx.input(1)];
  const { dim } = ctx.params;
  return [
    ctx.needs[0] ? ctx.apply(softmaxBackward, [v, y], ctx.params) : null,
    ctx.needs[1] ? v.mul(dy.sub(total(dy.mul(y), dim))).sub(dy.mul(total(v.mul(y), dim))) : null,
  ];
});

/** dx = dy − exp(y) Σ dy. */
const logSoftmaxBackward: Op<Along> = gradient('logSoftmaxBackward', kernels.logSoftmaxBackward, (ctx, v) => {
  const [dy, y] = [ctx.input(0), ctx.input(1)];
  const { dim } = ctx.params;
  const weighted = v.mul(y.exp());
  return [ctx.needs[0] ? v.sub(total(weighted, dim)) : null, ctx.needs[1] ? weighted.mul(total(dy, dim)).neg() : null];
});

/** y = exp(x) / Σ exp(x) along a dim, the largest element subtracted first. */
export const softmax: Op<Along> = normalized('softmax', kernels.softmax, softmaxBackward);

/** y = x − log Σ exp(x) along a dim, the largest element subtracted first. */
export const logSoftmax: Op<Along> = normalized('logSoftmax', kernels.logSoftmax, logSoftmaxBackward);
