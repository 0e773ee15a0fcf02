import { dtypeBytes } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { DTypeError, fail } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { foldDims, foldLines, foldSteps, grainOf, plain, reducedShape } from './fold.js';
import type { FoldKernel } from './fold.js';
import { full } from './full.js';
import type { BackwardContext, Op } from './op.js';
import { needFloat, reducedCount, sums, withDims } from './reduce.js';
import type { ReduceParams } from './reduce.js';
import { ELEMENTWISE_GRAIN } from './strided.js';

/** A variance: the sum of squares is divided by n − correction. */
export interface VarParams extends ReduceParams {
  readonly correction: number;
}

/** Σ (x − mean)² / divisor of [outer, n, inner]; mean [period, inner] serves lines o and o + period alike. */
export function deviations(mean: number, period: number, dtype: DType): FoldKernel {
  return (y, x, n, inner, chunk, divisor, units, grain) =>
    launch(kernels.sumDeviations, dtype, y, x, mean, period, n, inner, chunk, divisor, units, grain);
}

/** The variance and the mean over dims that are neighbours. */
function varianceInto(variance: number, mean: number, x: TensorData, { dims, correction }: VarParams): void {
  const { dtype } = x;
  const [lines] = foldSteps(x.shape, dims);
  const count = reducedCount(x.shape, dims);
  foldLines(mean, x.ptr, lines!, sums(dtype), dtype, count);
  const first = deviations(mean, Math.max(lines!.outer, 1), dtype);
  foldLines(variance, x.ptr, lines!, { first, rest: sums(dtype).rest }, dtype, Math.max(count - correction, 0));
}

/** The gradient of a variance: 2 / (n − correction) · dy (x − mean). */
function backward(ctx: BackwardContext<VarParams>, dy: Tensor): Tensor {
  const { dims, correction } = ctx.params;
  const x = ctx.input(0);
  const scale = 2 / Math.max(reducedCount(x.shape, dims) - correction, 0);
  const centred = dims.length > 0 ? x.sub(x.mean(dims, true)) : x.sub(x);
  return centred.mul(dy.mul(scale));
}

/** y = Σ (x − mean)² / (n − correction) over neighbouring dims, in two passes. */
export const variance: Op<VarParams> = {
  name: 'var',
  args: ['input'],
  infer: ([x], { dims, keepdim }) => {
    needFloat('var', x);
    return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
  },
  forward: ([y], [x], params) => scratch(y.numel * dtypeBytes[x.dtype], (mean) => varianceInto(y.ptr, mean, x, params)),
  savesInputs: [0],
  backward: (ctx, dy) => [backward(ctx, withDims(dy, ctx.shape(0), ctx.params))],
};

/** y = the square root of the variance. Where that is 0, so is the gradient. */
export const std: Op<VarParams> = {
  name: 'std',
  args: ['input'],
  infer: ([x], { dims, keepdim }) => {
    needFloat('std', x);
    return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
  },
  forward: ([y], [x], params) =>
    scratch(y.numel * dtypeBytes[x.dtype], (mean) => {
      varianceInto(y.ptr, mean, x, params);
      rootInPlace(y);
    }),
  savesInputs: [0],
  savesOutputs: [0],
  backward: (ctx, dy) => {
    const y = ctx.output(0);
    const dvar = dy.div(y.mul(2)).maskedFill(y.eq(0), 0);
    return [backward(ctx, withDims(dvar, ctx.shape(0), ctx.params))];
  },
};

function rootInPlace(y: TensorData): void {
  launch(kernels.sqrt, y.dtype, y.ptr, y.ptr, [1, y.numel, 1, 1], y.numel, ELEMENTWISE_GRAIN);
}

/** The p-norm over dims. */
export interface NormParams extends ReduceParams {
  readonly p: number;
}

/** The fold of magnitudes whose root, if any, is the norm. */
function magnitudes(p: number, dtype: DType): FoldKernel {
  if (p === 0) return plain(kernels.sumNonzero, dtype);
  if (p === 1) return plain(kernels.sumAbs, dtype);
  if (p === 2) return plain(kernels.sumSquares, dtype);
  if (p === Infinity) return plain(kernels.maxAbs, dtype);
  if (p === -Infinity) return plain(kernels.minAbs, dtype);
  return (y, x, n, inner, chunk, _divisor, units, grain) =>
    scratch(inner * dtypeBytes[dtype], (power) => {
      launch(kernels.fill, dtype, power, p, [1, inner, 1], inner, inner);
      launch(kernels.sumPowers, dtype, y, x, power, n, inner, chunk, units, grain);
    });
}

function raise(y: TensorData, power: number): void {
  const { dtype } = y;
  scratch(8, (exponent) => {
    launch(kernels.fill, dtype, exponent, power, [1, 1, 1], 1, 1);
    launch(kernels.pow, dtype, y.ptr, y.ptr, exponent, [1, y.numel, 1, 1, 0], y.numel, ELEMENTWISE_GRAIN);
  });
}

/** y = (Σ |x|^p)^(1/p) over dims; the largest magnitude for p = ∞, the smallest for −∞, the number of elements that are not 0 for p = 0. */
export const norm: Op<NormParams> = {
  name: 'norm',
  args: ['input'],
  infer: ([x], { p, dims, keepdim }) => {
    needFloat('norm', x);
    if (typeof p !== 'number' || Number.isNaN(p)) fail(DTypeError, 'norm', `p must be a number, got ${String(p)}`);
    return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
  },
  forward: ([y], [x], { p, dims }) => {
    const { dtype } = x;
    const first = magnitudes(p, dtype);
    const rest = Math.abs(p) === Infinity ? first : sums(dtype).rest;
    foldDims(y.ptr, x.ptr, x.shape, dims, { first, rest }, dtype);
    if (p === 2) rootInPlace(y);
    else if (p !== 1 && p !== 0 && Math.abs(p) !== Infinity) raise(y, 1 / p);
  },
  savesInputs: [0],
  savesOutputs: [0],
  backward: (ctx, dy) => {
    const { p } = ctx.params;
    const x = ctx.input(0);
    const y = withDims(ctx.output(0), x.shape, ctx.params);
    if (p === 0) return [ctx.apply(full, [], { shape: x.shape, dtype: x.dtype, value: 0 })];
    return [normBackward(x, y, withDims(dy, x.shape, ctx.params), p, ctx.params.dims)];
  },
};

/** The gradient of a norm; 0 where the norm is 0 (p ≥ 1), as PyTorch's. */
function normBackward(x: Tensor, y: Tensor, dy: Tensor, p: number, dims: readonly number[]): Tensor {
  if (p === 1) return x.sign().mul(dy);
  if (p === 2) return x.mul(dy.div(y).maskedFill(y.eq(0), 0));
  if (Math.abs(p) === Infinity) {
    const ties = x.abs().eq(y).to(x.dtype);
    return x
      .sign()
      .mul(ties)
      .mul(dims.length > 0 ? dy.div(ties.sum(dims, true)) : dy);
  }
  const scaled =
    p < 2
      ? x.sign().mul(
          x
            .abs()
            .pow(p - 1)
            .maskedFill(x.eq(0), 0),
        )
      : x.mul(x.abs().pow(p - 2));
  return scaled.mul(dy.mul(y.pow(1 - p)).maskedFill(y.eq(0), 0));
}

/** y = log Σ exp x over neighbouring dims, without overflow. */
export const logsumexp: Op<ReduceParams> = {
  name: 'logsumexp',
  args: ['input'],
  infer: ([x], { dims, keepdim }) => {
    needFloat('logsumexp', x);
    return { shape: reducedShape(x.shape, dims, keepdim), dtype: x.dtype };
  },
  forward: ([y], [x], { dims }) => {
    const { n, inner } = foldSteps(x.shape, dims)[0]!;
    launch(kernels.logsumexp, x.dtype, y.ptr, x.ptr, n, inner, y.numel, grainOf(8 * n, inner > 1));
  },
  savesInputs: [0],
  // softmax rather than exp(x − y): y is rounded, and an error in an exponent is one in the result.
  backward: (ctx, dy) => {
    const x = ctx.input(0);
    const { outer, n, inner } = foldSteps(x.shape, ctx.params.dims)[0]!;
    const p = x.reshape([outer, n, inner]).softmax(1).reshape(x.shape);
    return [p.mul(withDims(dy, x.shape, ctx.params))];
  },
};
