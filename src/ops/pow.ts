import { isFloat } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { inferSame, launchBinary, operand } from './binary.js';
import { zerosLike } from './full.js';
import type { Inputs, ScalarParams } from './binary.js';
import { copyElements, fillElements } from './launches.js';
import type { Op } from './op.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';

/** The exponents that PyTorch computes without a power function; false for any other. */
function special(y: TensorData, x: TensorData, exponent: number): boolean {
  const from = (source: TensorData, kernel: typeof kernels.sqrt): void =>
    launch(kernel, y.dtype, y.ptr, source.ptr, stridedMeta([y, source]), y.numel, ELEMENTWISE_GRAIN);
  // What reads x again after y was begun needs y elsewhere than x.
  const apart = y.storage !== x.storage;
  if (exponent === 0) fillElements(y, 1);
  else if (exponent === 1) copyElements(y, x);
  else if (exponent === 2) from(x, kernels.square);
  else if (exponent === 0.5) from(x, kernels.sqrt);
  else if (exponent === -0.5) from(x, kernels.rsqrt);
  else if (exponent === -1) from(x, kernels.reciprocal);
  else if (exponent === -2) {
    from(x, kernels.square);
    from(y, kernels.reciprocal);
  } else if (exponent === 3 && apart) {
    from(x, kernels.square);
    launchBinary(kernels.mul, y, [y, x], 0);
  } else return false;
  return true;
}

/** y = input ^ other. */
export const pow: Op<ScalarParams> = {
  name: 'pow',
  args: ['input', 'exponent'],
  strided: true,
  infer: inferSame,
  forward: ([y], inputs: Inputs, { scalar }) => {
    const [x = null, exponent = null] = inputs;
    if (x && !exponent && isFloat(x.dtype) && special(y, x, scalar)) return;
    launchBinary(kernels.pow, y, inputs, scalar);
  },
  savesInputs: [0, 1],
  savesOutputs: [0],
  backward: (ctx, dy) => {
    const [a, b] = [operand(ctx, 0), operand(ctx, 1)];
    let da: Tensor | null = null;
    if (ctx.needs[0] && typeof a !== 'number') {
      if (b === 0) da = zerosLike(ctx, 0);
      else if (typeof b === 'number') da = dy.mul(a.pow(b - 1).mul(b));
      else da = dy.mul(b.mul(a.pow(b.sub(1)))).maskedFill(b.eq(0), 0);
    }
    if (!ctx.needs[1] || typeof b === 'number') return [da, null];
    const y = ctx.output(0);
    if (typeof a !== 'number') return [da, dy.mul(y.mul(a.log()).maskedFill(a.eq(0).logicalAnd(b.ge(0)), 0))];
    // The powers of 0 are 0 or 1, and infinite below: there is no slope whose own slope would mean anything.
    if (a === 0) return [da, dy.mul(y.detach().mul(-Infinity).maskedFill(b.ge(0), 0))];
    return [da, dy.mul(y.mul(Math.log(a)))];
  },
};

/** The power by a number: its rule needs no result. */
export const powScalar: Op<ScalarParams> = { ...pow, savesInputs: [0], savesOutputs: [] };
