import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import { DTypeError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import type { Tensor } from '../tensor/tensor.js';
import { full } from './full.js';
import { copyElements } from './launches.js';
import type { BackwardContext, Op, Spec } from './op.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';

/** Elements that make a slice worth a thread, for kernels of several dozen instructions an element. */
export const TRANSCENDENTAL_GRAIN = 4096;

type Kernel = typeof kernels.exp;
type Kernels = Readonly<Partial<Record<DType, Kernel>>>;

/** What distinguishes one elementwise function of a tensor from another. */
interface Rule extends Pick<Op, 'savesInputs' | 'savesOutputs' | 'backward'> {
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

function unary(name: string, table: Kernels, { grain = ELEMENTWISE_GRAIN, copies = [], result, ...rules }: Rule): Op {
  const known = [...Object.keys(table), ...copies];
  return {
    name,
    args,
    strided: true,
    infer: ([x]) => {
      checkKernel(name, x, known);
      return { shape: x.shape, dtype: result ?? x.dtype };
    },
    forward: ([y], [x]) => {
      const kernel = table[x.dtype];
      if (kernel) kernel(y.ptr, x.ptr, stridedMeta([y, x]), y.numel, grain);
      else copyElements(y, x);
    },
    ...rules,
  };
}

/** A smooth function whose slope is a function of the input. */
function ofInput(
  name: string,
  float32: Kernel,
  float64: Kernel,
  grain: number,
  dx: (dy: Tensor, x: Tensor) => Tensor,
): Op {
  return unary(name, { float32, float64 }, { grain, savesInputs: [0], backward: (ctx, dy) => [dx(dy, ctx.input(0))] });
}

/** A smooth function whose slope is a function of the result. */
function ofOutput(
  name: string,
  float32: Kernel,
  float64: Kernel,
  grain: number,
  dx: (dy: Tensor, y: Tensor) => Tensor,
): Op {
  return unary(
    name,
    { float32, float64 },
    { grain, savesOutputs: [0], backward: (ctx, dy) => [dx(dy, ctx.output(0))] },
  );
}

/** The gradient of a step function: 0. */
export function zeroGradient<P>(ctx: BackwardContext<P>): readonly [Tensor] {
  return [ctx.apply(full, [], { shape: ctx.shape(0), dtype: ctx.dtype(0), value: 0 })];
}

function step(name: string, table: Kernels, copies: readonly DType[]): Op {
  return unary(name, table, { copies, backward: zeroGradient });
}

const LONG = TRANSCENDENTAL_GRAIN;
const SHORT = ELEMENTWISE_GRAIN;
const integers = ['int32', 'uint8'] as const;

/** y = e^x. */
export const exp: Op = ofOutput('exp', kernels.exp, kernels.expF64, LONG, (dy, y) => dy.mul(y));

/** y = e^x - 1. */
export const expm1: Op = ofOutput('expm1', kernels.expm1, kernels.expm1F64, LONG, (dy, y) => dy.mul(y.add(1)));

/** y = log x. */
export const log: Op = ofInput('log', kernels.log, kernels.logF64, LONG, (dy, x) => dy.div(x));

/** y = log(1 + x). */
export const log1p: Op = ofInput('log1p', kernels.log1p, kernels.log1pF64, LONG, (dy, x) => dy.div(x.add(1)));

/** y = sin x. */
export const sin: Op = ofInput('sin', kernels.sin, kernels.sinF64, LONG, (dy, x) => dy.mul(x.cos()));

/** y = cos x. */
export const cos: Op = ofInput('cos', kernels.cos, kernels.cosF64, LONG, (dy, x) => dy.mul(x.sin()).neg());

/** y = erf x, the error function. */
export const erf: Op = ofInput('erf', kernels.erf, kernels.erfF64, LONG, (dy, x) =>
  dy.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI)),
);

/** y = √x. */
export const sqrt: Op = ofOutput('sqrt', kernels.sqrt, kernels.sqrtF64, SHORT, (dy, y) => dy.div(y.mul(2)));

/** y = 1 / √x. */
export const rsqrt: Op = ofOutput('rsqrt', kernels.rsqrt, kernels.rsqrtF64, SHORT, (dy, y) =>
  dy.mul(y.square().mul(y)).mul(-0.5),
);

/** y = 1 / x. */
export const reciprocal: Op = ofOutput('reciprocal', kernels.reciprocal, kernels.reciprocalF64, SHORT, (dy, y) =>
  dy.neg().mul(y.square()),
);

/** y = x². */
export const square: Op = ofInput('square', kernels.square, kernels.squareF64, SHORT, (dy, x) => dy.mul(x.mul(2)));

/** y = -x; uint8 wraps. */
export const neg: Op = unary(
  'neg',
  { float32: kernels.neg, float64: kernels.negF64, int32: kernels.negI32, uint8: kernels.negU8 },
  { backward: (_, dy) => [dy.neg()] },
);

/** y = |x|, with the slope 0 at 0. */
export const abs: Op = unary(
  'abs',
  { float32: kernels.abs, float64: kernels.absF64, int32: kernels.absI32 },
  { copies: ['uint8'], savesInputs: [0], backward: (ctx, dy) => [dy.mul(ctx.input(0).sign())] },
);

/** y = -1, 0 or 1; 0 for NaN. */
export const sign: Op = step(
  'sign',
  { float32: kernels.sign, float64: kernels.signF64, int32: kernels.signI32, uint8: kernels.signU8 },
  ['bool'],
);

/** y = ⌊x⌋. */
export const floor: Op = step('floor', { float32: kernels.floor, float64: kernels.floorF64 }, integers);

/** y = ⌈x⌉. */
export const ceil: Op = step('ceil', { float32: kernels.ceil, float64: kernels.ceilF64 }, integers);

/** y = the nearest whole number, the even one for halves. */
export const round: Op = step('round', { float32: kernels.round, float64: kernels.roundF64 }, integers);

/** y = x without its fraction. */
export const trunc: Op = step('trunc', { float32: kernels.trunc, float64: kernels.truncF64 }, integers);

function predicate(name: string, table: Kernels): Op {
  return unary(name, table, { result: 'bool' });
}

/** Which elements are NaN. */
export const isnan: Op = predicate('isnan', { float32: kernels.isNan, float64: kernels.isNanF64 });

/** Which elements are infinite. */
export const isinf: Op = predicate('isinf', { float32: kernels.isInf, float64: kernels.isInfF64 });

/** Which elements are neither infinite nor NaN. */
export const isfinite: Op = predicate('isfinite', { float32: kernels.isFinite, float64: kernels.isFiniteF64 });

/** The bounds of a clamp; infinite where there is none. */
export interface ClampParams {
  readonly min: number;
  readonly max: number;
}

function within(bound: number, low: number, high: number): number {
  return Math.trunc(Math.min(Math.max(bound, low), high));
}

const clampDtypes = ['float32', 'float64', 'int32', 'uint8'];

/** y = min(max(x, min), max); NaN stays. */
export const clamp: Op<ClampParams> = {
  name: 'clamp',
  args,
  strided: true,
  infer: ([x]) => {
    checkKernel('clamp', x, clampDtypes);
    return { shape: x.shape, dtype: x.dtype };
  },
  forward: ([y], [x], { min, max }) => {
    const meta = stridedMeta([y, x]);
    if (isFloat(x.dtype)) {
      const kernel = x.dtype === 'float32' ? kernels.clamp : kernels.clampF64;
      kernel(y.ptr, x.ptr, min, max, meta, y.numel, SHORT);
    } else if (x.dtype === 'int32') {
      const [low, high] = [-(2 ** 31), 2 ** 31 - 1];
      kernels.clampI32(y.ptr, x.ptr, within(min, low, high), within(max, low, high), meta, y.numel, SHORT);
    } else {
      kernels.clampU8(y.ptr, x.ptr, within(min, 0, 255), within(max, 0, 255), meta, y.numel, SHORT);
    }
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
    const kernel = x.dtype === 'float32' ? kernels.clampBackward : kernels.clampBackwardF64;
    kernel(dx.ptr, dy.ptr, x.ptr, min, max, stridedMeta([dx, dy, x]), dx.numel, SHORT);
  },
  savesInputs: [1],
  backward: (ctx, g) => [ctx.needs[0] ? ctx.apply(clampBackward, [g, ctx.input(1)], ctx.params) : null, null],
};
