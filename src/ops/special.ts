import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { inferSame, launchBinary, operand } from './binary.js';
import type { Inputs, ScalarParams } from './binary.js';
import type { BackwardContext, Op } from './op.js';
import { stridedMeta } from './strided.js';
import { checkKernel } from './unary.js';

const dtypes = ['float32', 'float64'];

/** Elements that make a slice worth a thread, for formulas of a hundred instructions an element. */
const GRAIN = 1024;

function launchSpecial(y: TensorData, x: TensorData, which: number, order: number): void {
  launch(kernels.special, x.dtype, y.ptr, x.ptr, which, order, stridedMeta([y, x]), y.numel, GRAIN);
}

/** @param formula its place in `formula` of assembly/special.ts */
function rule(name: string, formula: number): Pick<Op<unknown>, 'name' | 'args' | 'strided' | 'infer' | 'forward'> {
  return {
    name,
    args: ['input'],
    strided: true,
    infer: ([x]) => {
      checkKernel(name, x, dtypes);
      return { shape: x.shape, dtype: x.dtype };
    },
    forward: ([y], [x]) => launchSpecial(y, x, formula, 0),
  };
}

/** A function whose slope is one of its input. */
function ofInput(
  name: string,
  formula: number,
  slope: (dy: Tensor, x: Tensor, ctx: BackwardContext<undefined>) => Tensor,
): Op {
  return { ...rule(name, formula), savesInputs: [0], backward: (ctx, dy) => [slope(dy, ctx.input(0), ctx)] };
}

/** y = arcsin x. */
export const asin: Op = ofInput('asin', 0, (dy, x) => dy.mul(x.square().rsub(1).rsqrt()));

/** y = arccos x. */
export const acos: Op = ofInput('acos', 1, (dy, x) => dy.mul(x.square().rsub(1).rsqrt()).neg());

/** y = arctan x. */
export const atan: Op = ofInput('atan', 2, (dy, x) => dy.div(x.square().add(1)));

/** y = (e^x - e^-x) / 2. */
export const sinh: Op = ofInput('sinh', 3, (dy, x, ctx) => dy.mul(ctx.apply(cosh, [x], undefined)));

/** y = (e^x + e^-x) / 2. */
export const cosh: Op = ofInput('cosh', 4, (dy, x, ctx) => dy.mul(ctx.apply(sinh, [x], undefined)));

/** The inverse of sinh. */
export const asinh: Op = ofInput('asinh', 5, (dy, x) => dy.mul(x.square().add(1).rsqrt()));

/** The inverse of cosh. */
export const acosh: Op = ofInput('acosh', 6, (dy, x) => dy.mul(x.square().sub(1).rsqrt()));

/** The inverse of tanh. */
export const atanh: Op = ofInput('atanh', 7, (dy, x) => dy.div(x.square().rsub(1)));

/** y = 1 - erf x. */
export const erfc: Op = ofInput('erfc', 8, (dy, x) => dy.mul(x.square().neg().exp()).mul(-2 / Math.sqrt(Math.PI)));

/** The inverse of erf. */
export const erfinv: Op = {
  ...rule('erfinv', 9),
  savesOutputs: [0],
  backward: (ctx, dy) => [dy.mul(ctx.output(0).square().exp()).mul(Math.sqrt(Math.PI) / 2)],
};

/** y = log |Γ(x)|. */
export const lgamma: Op = ofInput('lgamma', 10, (dy, x, ctx) => dy.mul(ctx.apply(digamma, [x], undefined)));

/** The n-th derivative of digamma. */
export const polygamma: Op<number> = {
  ...rule('polygamma', 12),
  forward: ([y], [x], n) => launchSpecial(y, x, 12, n),
  savesInputs: [0],
  backward: (ctx, dy) => [dy.mul(ctx.apply(polygamma, [ctx.input(0)], ctx.params + 1))],
};

/** The slope of lgamma. */
export const digamma: Op = {
  ...rule('digamma', 11),
  savesInputs: [0],
  backward: (ctx, dy) => [dy.mul(ctx.apply(polygamma, [ctx.input(0)], 1))],
};

/**
 * @param formula its place in `formula2` of assembly/special.ts
 * @__NO_SIDE_EFFECTS__
 */
function rule2(
  name: string,
  formula: number,
): Pick<Op<ScalarParams>, 'name' | 'args' | 'strided' | 'infer' | 'forward'> {
  return {
    name,
    args: ['input', 'other'],
    strided: true,
    infer: inferSame,
    forward: ([y], inputs: Inputs, { scalar }) => {
      launchBinary(kernels.special2, y, inputs, scalar, formula);
    },
  };
}

/** The angle of the point (other, input), -π … π. */
export const atan2: Op<ScalarParams> = {
  ...rule2('atan2', 0),
  savesInputs: [0, 1],
  backward: (ctx, dy) => {
    const [a, b] = [operand(ctx, 0), operand(ctx, 1)];
    const square = (x: Tensor | number): Tensor | number => (typeof x === 'number' ? x * x : x.square());
    const scale = dy.div(sum(square(a), square(b)));
    return [ctx.needs[0] ? scale.mul(b) : null, ctx.needs[1] ? scale.mul(a).neg() : null];
  },
};

function sum(a: Tensor | number, b: Tensor | number): Tensor | number {
  if (typeof a !== 'number') return a.add(b);
  return typeof b === 'number' ? a + b : b.add(a);
}

/** y = √(input² + other²). */
export const hypot: Op<ScalarParams> = {
  ...rule2('hypot', 1),
  savesInputs: [0, 1],
  savesOutputs: [0],
  backward: (ctx, dy) => {
    const share = (i: 0 | 1): Tensor | null => (ctx.needs[i] ? dy.mul(ctx.input(i).div(ctx.output(0))) : null);
    return [share(0), share(1)];
  },
};

/** The magnitude of input with the sign of other. */
export const copysign: Op<ScalarParams> = {
  ...rule2('copysign', 2),
  savesInputs: [0],
  savesOutputs: [0],
  backward: (ctx, dy) => [
    // y / x is ±1, and 0 / 0 where there is no slope.
    ctx.needs[0] && ctx.has(0) ? dy.mul(ctx.output(0).sign().mul(ctx.input(0).sign()).detach()) : null,
    ctx.needs[1] ? dy.mul(0) : null,
  ],
};

/** The greatest common divisor of whole numbers of 32 bits, in float64. There is no slope. */
export const gcd: Op<ScalarParams> = { ...rule2('gcd', 3), backward: () => [null, null] };
