import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import { DTypeError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { Tensor } from '../tensor/tensor.js';
import { zerosLike } from './full.js';
import { copyElements } from './launches.js';
import type { Op, Spec } from './op.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';

/** Elements that make a slice worth a thread, for kernels of several dozen instructions an element. */
export const TRANSCENDENTAL_GRAIN = 4096;

type Unary = typeof kernels.exp;

/** What distinguishes one elementwise function of a tensor from another. */
interface Rule extends Pick<Op, 'savesInputs' | 'savesOutputs' | 'backward'> {
  /** Dtypes of the kernels; the floats by default. */
  readonly dtypes?: readonly DType[];
  readonly grain?: number;
  /** Non-float dtypes of which the function is a copy. */
  readonly copies?: readonly DType[];
  /** The dtype of the result where it is not that of the input. */
  readonly result?: DType;
}

const args = ['input'] as const;

/**
 * The dtype of an input that a kernel exists for.
 * @throws DTypeError for others
 */
export function checkKernel(op: string, x: Spec, known: readonly string[], names: readonly string[] = args): void {
  if (!known.includes(x.dtype)) fail(DTypeError, op, `takes ${known.join(', ')}`, names, [x]);
}

const floats = ['float32', 'float64'] as const;
const numbers = ['float32', 'float64', 'int32', 'uint8'] as const;

function unary(
  name: string,
  kernel: Unary,
  { dtypes = floats, grain = ELEMENTWISE_GRAIN, copies = [], result, ...rules }: Rule,
): Op {
  const known = [...dtypes, ...copies];
  return {
    name,
    args,
    strided: true,
    infer: ([x]) => {
      checkKernel(name, x, known);
      return { shape: x.shape, dtype: result ?? x.dtype };
    },
    forward: ([y], [x]) => {
      if (copies.includes(x.dtype)) copyElements(y, x);
      else launch(kernel, x.dtype, y.ptr, x.ptr, stridedMeta([y, x]), y.numel, grain);
    },
    ...rules,
  };
}

/** A smooth function whose slope is a function of the input. */
function ofInput(name: string, kernel: Unary, grain: number, dx: (dy: Tensor, x: Tensor) => Tensor): Op {
  return unary(name, kernel, { grain, savesInputs: [0], backward: (ctx, dy) => [dx(dy, ctx.input(0))] });
}

/** A smooth function whose slope is a function of the result. */
function ofOutput(name: string, kernel: Unary, grain: number, dx: (dy: Tensor, y: Tensor) => Tensor): Op {
  return unary(name, kernel, { grain, savesOutputs: [0], backward: (ctx, dy) => [dx(dy, ctx.output(0))] });
}

function step(name: string, kernel: Unary, rule: Rule = { copies: ['int32', 'uint8'] }): Op {
  return unary(name, kernel, { ...rule, backward: (ctx) => [zerosLike(ctx, 0)] });
}

const LONG = TRANSCENDENTAL_GRAIN;
const SHORT = ELEMENTWISE_GRAIN;

/** y = e^x. */
export const exp: Op = ofOutput('exp', kernels.exp, LONG, (dy, y) => dy.mul(y));

/** y = e^x - 1. */
export const expm1: Op = ofOutput('expm1', kernels.expm1, LONG, (dy, y) => dy.mul(y.add(1)));

/** y = log x. */
export const log: Op = ofInput('log', kernels.log, LONG, (dy, x) => dy.div(x));

/** y = log(1 + x). */
export const log1p: Op = ofInput('log1p', kernels.log1p, LONG, (dy, x) => dy.div(x.add(1)));

/** y = sin x. */
export const sin: Op = ofInput('sin', kernels.sin, LONG, (dy, x) => dy.mul(x.cos()));

/** y = cos x. */
export const cos: Op = ofInput('cos', kernels.cos, LONG, (dy, x) => dy.mul(x.sin()).neg());

/** y = erf x, the error function. */
export const erf: Op = ofInput('erf', kernels.erf, LONG, (dy, x) =>
  dy.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI)),
);

/** y = √x. */
export const sqrt: Op = ofOutput('sqrt', kernels.sqrt, SHORT, (dy, y) => dy.div(y.mul(2)));

/** y = 1 / √x. */
export const rsqrt: Op = ofOutput('rsqrt', kernels.rsqrt, SHORT, (dy, y) => dy.mul(y.square().mul(y)).mul(-0.5));

/** y = 1 / x. */
export const reciprocal: Op = ofOutput('reciprocal', kernels.reciprocal, SHORT, (dy, y) => dy.neg().mul(y.square()));

/** y = x². */
export const square: Op = ofInput('square', kernels.square, SHORT, (dy, x) => dy.mul(x.mul(2)));

/** y = -x; uint8 wraps. */
export const neg: Op = unary('neg', kernels.neg, { dtypes: numbers, backward: (_, dy) => [dy.neg()] });

/** y = |x|, with the slope 0 at 0. */
export const abs: Op = unary('abs', kernels.abs, {
  dtypes: ['float32', 'float64', 'int32'],
  copies: ['uint8'],
  savesInputs: [0],
  backward: (ctx, dy) => [dy.mul(ctx.input(0).sign())],
});

/** y = -1, 0 or 1; 0 for NaN. */
export const sign: Op = step('sign', kernels.sign, { dtypes: numbers, copies: ['bool'] });

/** y = ⌊x⌋. */
export const floor: Op = step('floor', kernels.floor);

/** y = ⌈x⌉. */
export const ceil: Op = step('ceil', kernels.ceil);

/** y = the nearest whole number, the even one for halves. */
export const round: Op = step('round', kernels.round);

/** y = x without its fraction. */
export const trunc: Op = step('trunc', kernels.trunc);

function predicate(name: string, kernel: Unary): Op {
  return unary(name, kernel, { result: 'bool' });
}

/** Which elements are NaN. */
export const isnan: Op = predicate('isnan', kernels.isNan);

/** Which elements are infinite. */
export const isinf: Op = predicate('isinf', kernels.isInf);

/** Which elements are neither infinite nor NaN. */
export const isfinite: Op = predicate('isfinite', kernels.isFinite);

/** The bounds of a clamp; infinite where there is none. */
export interface ClampParams {
  readonly min: number;
  readonly max: number;
}

function within(bound: number, low: number, high: number): number {
  return Math.trunc(Math.min(Math.max(bound, low), high));
}

/** y = min(max(x, min), max); NaN stays. */
export const clamp: Op<ClampParams> = {
  name: 'clamp',
  args,
  strided: true,
  infer: ([x]) => {
    checkKernel('clamp', x, numbers);
    return { shape: x.shape, dtype: x.dtype };
  },
  forward: ([y], [x], { min, max }) => {
    const [low, high] = x.dtype === 'int32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 255];
    const bound = (to: number): number => (isFloat(x.dtype) ? to : within(to, low, high));
    launch(kernels.clamp, x.dtype, y.ptr, x.ptr, bound(min), bound(max), stridedMeta([y, x]), y.numel, SHORT);
  },
  savesInputs: [0],
  backward: (ctx, dy) => [ctx.apply(clampBackward, [dy, ctx.input(0)], ctx.params)],
};

/** dx = dy where min ≤ x ≤ max, 0 elsewhere. */
export const clampBackward: Op<ClampParams> = {
  name: 'clampBackward',
  args: ['dy', 'input'],
  strided: true,
  infer: ([dy]) => ({ shape: dy.shape, dtype: dy.dtype }),
  forward: ([dx], [dy, x], { min, max }) => {
    launch(kernels.clampBackward, x.dtype, dx.ptr, dy.ptr, x.ptr, min, max, stridedMeta([dx, dy, x]), dx.numel, SHORT);
  },
  savesInputs: [1],
  backward: (ctx, g) => [ctx.needs[0] ? ctx.apply(clampBackward, [g, ctx.input(1)], ctx.params) : null, null],
};
