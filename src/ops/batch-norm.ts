import { dtypeBytes } from '../core/dtypes.js';
import { ShapeError, fail } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { foldDims, foldLines, foldSteps, grainOf } from './fold.js';
import type { FoldKernel } from './fold.js';
import { deviations } from './moment.js';
import { checkAffine, ptrOf, secondGradients } from './norm.js';
import type { Op, Spec } from './op.js';
import { needFloat, sums } from './reduce.js';
import { ELEMENTWISE_GRAIN } from './strided.js';

const trainArgs = ['input', 'weight', 'bias'] as const;
const evalArgs = ['input', 'weight', 'bias', 'runningMean', 'runningVar'] as const;

interface Eps {
  readonly eps: number;
}

/** All dims but that of the channels. */
function otherDims(shape: readonly number[]): number[] {
  return shape.map((_, i) => i).filter((i) => i !== 1);
}

function innerOf(shape: readonly number[]): number {
  return sizeOf(shape.slice(2));
}

/** With which period per-channel values meet the lines of the first fold over all dims but the channels. */
function periodOf(shape: readonly number[]): number {
  const { inner } = foldSteps(shape, otherDims(shape))[0]!;
  return Math.max(1, shape[1]! / Math.max(inner, 1));
}

function checkInput(x: Spec): void {
  needFloat('batchNorm', x);
  if (x.shape.length < 2) fail(ShapeError, 'batchNorm', 'input must be [N, C, …]', trainArgs, [x]);
}

/** y = (x − mean) scale + shift, where rstd, scale and shift come from the variance, weight and bias of each channel. */
function normalize(
  [y, rstd]: readonly [TensorData, TensorData],
  x: TensorData,
  [mean, variance, weight, bias]: readonly [number, number, number, number],
  eps: number,
): void {
  const C = x.shape[1]!;
  const bytes = C * dtypeBytes[x.dtype];
  scratch(2 * bytes, (scale) => {
    const shift = scale + bytes;
    launch(kernels.batchNormScales, x.dtype, rstd.ptr, scale, shift, variance, weight, bias, eps, C, 4096);
    launch(
      kernels.batchNorm,
      x.dtype,
      y.ptr,
      x.ptr,
      mean,
      scale,
      shift,
      C,
      innerOf(x.shape),
      x.numel,
      ELEMENTWISE_GRAIN,
    );
  });
}

/** From this size on of what lies behind the channel dim, sums go line by line: every line is read once for two of them. */
const LONG_LINE = 16;

/** The mean and the biased variance of each channel. */
function statistics(mean: TensorData, variance: TensorData, x: TensorData): void {
  const { shape, dtype } = x;
  const inner = innerOf(shape);
  if (inner < LONG_LINE) {
    const dims = otherDims(shape);
    const count = x.numel / shape[1]!;
    const first = deviations(mean.ptr, periodOf(shape), dtype);
    foldDims(mean.ptr, x.ptr, shape, dims, sums(dtype), dtype, count);
    foldDims(variance.ptr, x.ptr, shape, dims, { first, rest: sums(dtype).rest }, dtype, count);
    return;
  }
  const [N, C] = [shape[0]!, shape[1]!];
  const bytes = N * C * dtypeBytes[dtype];
  scratch(2 * bytes, (means) => {
    launch(kernels.batchNormMoments, dtype, means, means + bytes, x.ptr, inner, N * C, grainOf(2 * inner));
    launch(
      kernels.batchNormJoin,
      dtype,
      mean.ptr,
      variance.ptr,
      means,
      means + bytes,
      N,
      C,
      inner,
      C,
      grainOf(8 * N, true),
    );
  });
}

/** db = Σ dy and dot = Σ dy (x − mean) of each channel. */
function products(db: number, dot: number, dy: TensorData, x: TensorData, mean: number): void {
  const { shape, dtype } = x;
  const inner = innerOf(shape);
  if (inner < LONG_LINE) {
    const dims = otherDims(shape);
    const period = periodOf(shape);
    const first: FoldKernel = (y, a, n, width, chunk, _divisor, units, grain) => {
      launch(kernels.sumProducts, dtype, y, a, x.ptr, mean, period, n, width, chunk, units, grain);
    };
    foldDims(db, dy.ptr, shape, dims, sums(dtype), dtype);
    foldDims(dot, dy.ptr, shape, dims, { first, rest: sums(dtype).rest }, dtype);
    return;
  }
  const [N, C] = [shape[0]!, shape[1]!];
  const bytes = N * C * dtypeBytes[dtype];
  scratch(2 * bytes, (parts) => {
    launch(
      kernels.batchNormProducts,
      dtype,
      parts,
      parts + bytes,
      dy.ptr,
      x.ptr,
      mean,
      C,
      inner,
      N * C,
      grainOf(3 * inner),
    );
    const lines = { outer: 1, n: N, inner: C };
    foldLines(db, parts, lines, sums(dtype), dtype);
    foldLines(dot, parts + bytes, lines, sums(dtype), dtype);
  });
}

/** y = (x − mean) rstd · weight + bias with the statistics of the batch. Results: y, mean, the biased variance, rstd. */
export const batchNorm: Op<Eps> = {
  name: 'batchNorm',
  args: trainArgs,
  infer: ([x, weight, bias]) => {
    checkInput(x);
    const C = x.shape[1]!;
    checkAffine('batchNorm', trainArgs, [x, weight, bias], [C]);
    if (sizeOf(x.shape) === C && C > 0) {
      fail(ShapeError, 'batchNorm', 'training needs more than one value per channel', trainArgs, [x]);
    }
    const channels = { shape: [C], dtype: x.dtype };
    return [{ shape: x.shape, dtype: x.dtype }, channels, channels, channels];
  },
  forward: ([y, mean, variance, rstd], [x, weight, bias], { eps }) => {
    statistics(mean, variance, x);
    normalize([y, rstd], x, [mean.ptr, variance.ptr, ptrOf(weight), ptrOf(bias)], eps);
  },
  savesInputs: [0, 1],
  savesOutputs: [1, 3],
  backward: (ctx, dy) => {
    const inputs = [dy, ctx.input(0), ctx.output(1), ctx.output(3), ctx.has(1) ? ctx.input(1) : null];
    const [dx, dw, db] = ctx.applyMany(batchNormBackward, inputs, { training: true });
    return [dx!, ctx.needs[1] ? dw! : null, ctx.needs[2] ? db! : null];
  },
};

/** y = (x − runningMean) / √(runningVar + eps) · weight + bias. Results: y, rstd. */
export const batchNormInference: Op<Eps> = {
  name: 'batchNorm',
  args: evalArgs,
  infer: ([x, weight, bias, mean, variance]) => {
    checkInput(x);
    const C = x.shape[1]!;
    checkAffine('batchNorm', evalArgs, [x, weight, bias, mean, variance], [C]);
    return [
      { shape: x.shape, dtype: x.dtype },
      { shape: [C], dtype: x.dtype },
    ];
  },
  forward: ([y, rstd], [x, weight, bias, mean, variance], { eps }) =>
    normalize([y, rstd], x, [mean.ptr, variance.ptr, ptrOf(weight), ptrOf(bias)], eps),
  savesInputs: [0, 1, 3],
  savesOutputs: [1],
  backward: (ctx, dy) => {
    const inputs = [dy, ctx.input(0), ctx.input(3), ctx.output(1), ctx.has(1) ? ctx.input(1) : null];
    const [dx, dw, db] = ctx.applyMany(batchNormBackward, inputs, { training: false });
    return [dx!, ctx.needs[1] ? dw! : null, ctx.needs[2] ? db! : null, null, null];
  },
};

/** dx, dw = Σ dy x̂, db = Σ dy; in training the statistics depend on x, too. */
const batchNormBackward: Op<{ readonly training: boolean }> = {
  name: 'batchNormBackward',
  args: ['dy', 'input', 'mean', 'rstd', 'weight'],
  infer: ([, x]) => {
    const channels = { shape: [x.shape[1]!], dtype: x.dtype };
    return [{ shape: x.shape, dtype: x.dtype }, channels, channels];
  },
  forward: ([dx, dw, db], [dy, x, mean, rstd, weight], { training }) => {
    const { shape, dtype } = x;
    const C = shape[1]!;
    const bytes = C * dtypeBytes[dtype];
    scratch(4 * bytes, (dot) => {
      const [scale, slope, shift] = [dot + bytes, dot + 2 * bytes, dot + 3 * bytes];
      products(db.ptr, dot, dy, x, mean.ptr);
      // Statistics that do not depend on x are those of infinitely many elements.
      const count = training ? x.numel / C : Infinity;
      launch(
        kernels.batchNormSlopes,
        dtype,
        dw.ptr,
        scale,
        slope,
        shift,
        db.ptr,
        dot,
        rstd.ptr,
        ptrOf(weight),
        count,
        C,
        4096,
      );
      const inner = innerOf(shape);
      launch(
        kernels.batchNormBackward,
        dtype,
        dx.ptr,
        dy.ptr,
        x.ptr,
        mean.ptr,
        scale,
        slope,
        shift,
        C,
        inner,
        x.numel,
        ELEMENTWISE_GRAIN,
      );
    });
  },
  savesInputs: [0, 1, 2, 3, 4],
  backward: (ctx, v, vw, vb) => {
    const shape = ctx.shape(1);
    const [N, C] = [shape[0]!, shape[1]!];
    const channels = [1, C, 1];
    if (ctx.params.training) {
      const found = secondGradients(ctx, {
        view: [N, C, innerOf(shape)],
        statistics: channels,
        parameters: channels,
        over: [0, 2],
        across: [0, 2],
        upstream: [v, vw, vb],
      });
      return [found.dy, found.x, null, null, found.weight];
    }
    const beside = shape.map((size, i) => (i === 1 ? size : 1));
    const r = ctx.input(3).detach().reshape(beside);
    const normal = ctx.input(1).sub(ctx.input(2).detach().reshape(beside)).mul(r);
    const scaled = ctx.has(4) ? r.mul(ctx.input(4).reshape(beside)) : r;
    const dw = vw.reshape(beside);
    return [
      ctx.needs[0] ? v.mul(scaled).add(normal.mul(dw)).add(vb.reshape(beside)) : null,
      ctx.needs[1] ? ctx.input(0).mul(dw).mul(r) : null,
      null,
      null,
      ctx.needs[4] ? ctx.input(0).mul(v).mul(r).sum(otherDims(shape)) : null,
    ];
  },
};

/** How running statistics move: running = (1 − m) running + m factor value. */
export interface UpdateParams {
  /** m, or −1 for 1 / batches: the cumulative average. */
  readonly momentum: number;
  readonly factor: number;
}

/** In place: the running statistics move towards those of a batch. `batches` is a count in memory. */
export const batchNormUpdate: Op<UpdateParams> = {
  name: 'batchNormUpdate',
  args: ['running', 'value', 'batches'],
  strided: true,
  infer: ([running]) => ({ shape: running.shape, dtype: running.dtype }),
  forward: ([y], [, value, batches], { momentum, factor }) => {
    launch(kernels.batchNormUpdate, y.dtype, y.ptr, value.ptr, ptrOf(batches), momentum, factor, y.numel, 4096);
  },
};
