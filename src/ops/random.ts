import type { DType } from '../core/dtypes.js';
import { dtypeBytes } from '../core/dtypes.js';
import { checkShape, contiguousStrides, sizeOf } from '../core/shapes.js';
import type { RandomSource } from '../runtime/stream.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { zerosLike } from './full.js';
import { copyElements } from './launches.js';
import type { Op } from './op.js';
import { ELEMENTWISE_GRAIN } from './strided.js';

/** What every draw needs. The shape and dtype are those of the result; in place, the target's. */
export interface DrawParams {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly generator: RandomSource;
}

/** Fills `n` elements of memory, one after the other; `inOrder` is false for a tensor whose elements lie otherwise. */
type Fill<P> = (y: number, n: number, params: P, dtype: DType, inOrder: boolean) => void;

/**
 * Runs `fill` on a tensor's elements in the order in which they lie in memory, as PyTorch draws them. Memory that is not dense, or
 * of another dtype than is drawn, is filled by way of a copy.
 */
function fillElements<P extends DrawParams>(y: TensorData, params: P, drawn: DType, fill: Fill<P>): void {
  if (y.numel === 0) return;
  if (y.dense && y.dtype === drawn) {
    fill(y.ptr, y.numel, params, drawn, true);
    return;
  }
  const order = y.shape.map((_, d) => d).sort((a, b) => y.strides[b]! - y.strides[a]!);
  const dims = y.dense ? y.shape.map((_, d) => d) : order;
  const shape = dims.map((d) => y.shape[d]!);
  const strides = dims.map((d) => y.strides[d]!);
  scratch(y.numel * dtypeBytes[drawn], (ptr) => {
    fill(ptr, y.numel, params, drawn, y.dense);
    const source = { ptr, dtype: drawn, numel: y.numel, shape, strides: contiguousStrides(shape) };
    copyElements({ ptr: y.ptr, dtype: y.dtype, numel: y.numel, shape, strides }, source);
  });
}

/** A draw: without inputs it makes a tensor; with one, which is only written, it works in place. */
function draw<P extends DrawParams>(name: string, drawn: (params: P) => DType, fill: Fill<P>): Op<P> {
  return {
    name,
    args: ['input'],
    strided: true,
    infer: (_, { shape, dtype }) => {
      checkShape(name, shape);
      return { shape, dtype };
    },
    forward: ([y], _, params) => fillElements(y, params, drawn(params), fill),
    backward: (ctx) => [zerosLike(ctx, 0)],
  };
}

const own = ({ dtype }: DrawParams): DType => dtype;

/** Numbers between two limits. */
export interface UniformParams extends DrawParams {
  readonly from: number;
  readonly to: number;
}

/** y = numbers uniform in [from, to). */
export const uniform: Op<UniformParams> = draw<UniformParams>(
  'uniform',
  own,
  (y, n, { generator, from, to }, dtype) => {
    launch(kernels.uniform, dtype, y, generator.ptr, n, from, to, 1, 1);
  },
);

/** Normal numbers. */
export interface NormalParams extends DrawParams {
  readonly mean: number;
  readonly std: number;
}

/** y = normal numbers; those of a tensor that is not contiguous are drawn one by one. */
export const normal: Op<NormalParams> = draw<NormalParams>(
  'normal',
  own,
  (y, n, { generator, mean, std }, dtype, inOrder) => {
    launch(kernels.normal, dtype, y, generator.ptr, n, mean, std, inOrder ? 0 : 1, 1, 1);
  },
);

/** The rate of exponential numbers. */
export interface ExponentialParams extends DrawParams {
  readonly lambda: number;
}

/** y = numbers -log(1 - u) / lambda. */
export const exponential: Op<ExponentialParams> = draw<ExponentialParams>(
  'exponential',
  own,
  (y, n, { generator, lambda }, dtype) => {
    launch(kernels.exponential, dtype, y, generator.ptr, n, lambda, 1, 1);
  },
);

/** The middle and the width of a Cauchy distribution. */
export interface CauchyParams extends DrawParams {
  readonly median: number;
  readonly sigma: number;
}

const double = (): DType => 'float64';

/** y = numbers median + sigma·tan(π(u − ½)). */
export const cauchy: Op<CauchyParams> = draw<CauchyParams>('cauchy', double, (y, n, { generator, median, sigma }) =>
  launch(kernels.cauchyF64, null, y, generator.ptr, n, median, sigma, 1, 1),
);

/** y = numbers ⌈log u / log(1 − p)⌉. */
export const geometric: Op<BernoulliParams> = draw<BernoulliParams>('geometric', double, (y, n, { generator, p }) =>
  launch(kernels.geometricF64, null, y, generator.ptr, n, p, 1, 1),
);

/** y = e to the power of normal numbers. */
export const logNormal: Op<NormalParams> = draw<NormalParams>('logNormal', double, (y, n, { generator, mean, std }) =>
  launch(kernels.logNormalF64, null, y, generator.ptr, n, mean, std, 1, 1),
);

/** Where numbers come from, for draws with parameters of their own for each element. */
export interface SourceParams {
  readonly generator: RandomSource;
}

/** y[i] = a number of the Poisson distribution with mean input[i], in float64. */
export const poisson: Op<SourceParams> = {
  name: 'poisson',
  args: ['input'],
  infer: ([rate]) => ({ shape: rate.shape, dtype: 'float64' }),
  forward: ([y], [rate], { generator }) =>
    launch(kernels.poissonF64, null, y.ptr, rate.ptr, generator.ptr, y.numel, 1, 1),
  backward: (ctx) => [zerosLike(ctx, 0)],
};

/** Whether the parameters were float32 before: PyTorch then rounds on the way. */
export interface RoundedParams extends SourceParams {
  readonly single: boolean;
}

/** y[i] = a number of successes in count[i] trials of probability prob[i], in float64. It has no gradient, as in PyTorch. */
export const binomial: Op<RoundedParams> = {
  name: 'binomial',
  args: ['count', 'prob'],
  infer: ([count]) => ({ shape: count.shape, dtype: 'float64' }),
  forward: ([y], [count, prob], { generator, single }) =>
    launch(kernels.binomialF64, null, y.ptr, count.ptr, prob.ptr, generator.ptr, y.numel, Number(single), 1, 1),
};

/** y[i] = a number of the gamma distribution of shape input[i] and rate 1, in float64; its gradient is implicit. */
export const standardGamma: Op<RoundedParams> = {
  name: 'gamma',
  args: ['concentration'],
  infer: ([alpha]) => ({ shape: alpha.shape, dtype: 'float64' }),
  forward: ([y], [alpha], { generator, single }) =>
    launch(kernels.gammaF64, null, y.ptr, alpha.ptr, generator.ptr, y.numel, Number(single), 1, 1),
  savesInputs: [0],
  savesOutputs: [0],
  backward: (ctx, dy) => [dy.mul(ctx.apply(gammaGrad, [ctx.input(0), ctx.output(0)], undefined))],
};

/** dx/dα of x ~ Gamma(α, 1), in float64. As in PyTorch, it has no gradient of its own. */
const gammaGrad: Op = {
  name: 'gammaGrad',
  args: ['concentration', 'x'],
  infer: ([alpha]) => ({ shape: alpha.shape, dtype: 'float64' }),
  forward: ([y], [alpha, x]) => launch(kernels.gammaGradF64, null, y.ptr, alpha.ptr, x.ptr, y.numel, ELEMENTWISE_GRAIN),
};

/** dx/dα / (1 − x) of x ~ Beta(α, total − α), in float64. As in PyTorch, it has no gradient of its own. */
export const dirichletGrad: Op = {
  name: 'dirichletGrad',
  args: ['x', 'concentration', 'total'],
  infer: ([x]) => ({ shape: x.shape, dtype: 'float64' }),
  forward: ([y], [x, alpha, total]) =>
    launch(kernels.dirichletGradF64, null, y.ptr, x.ptr, alpha.ptr, total.ptr, y.numel, ELEMENTWISE_GRAIN),
};

/** y = the sample itself; its gradient to the concentrations is that of a Dirichlet sample. */
export const dirichlet: Op = {
  name: 'dirichlet',
  args: ['concentration', 'sample'],
  infer: ([alpha]) => ({ shape: alpha.shape, dtype: alpha.dtype }),
  forward: ([y], [, sample]) => copyElements(y, sample),
  savesInputs: [0],
  savesOutputs: [0],
  backward: (ctx, dy) => {
    const alpha = ctx.input(0);
    const x = ctx.output(0);
    const total = alpha.sum(-1, true).expand(alpha.shape);
    const grad = ctx.apply(dirichletGrad, [x, alpha, total], undefined);
    return [grad.mul(dy.sub(x.mul(dy).sum(-1, true))), null];
  },
};

/** Whole numbers from `base` to `base + last`. */
export interface IntegerParams extends DrawParams {
  readonly base: number;
  readonly last: number;
}

/** y = whole numbers in [base, base + last]. */
export const randomInteger: Op<IntegerParams> = draw<IntegerParams>(
  'random',
  own,
  (y, n, { generator, base, last }, dtype) => {
    launch(kernels.randomInteger, dtype, y, generator.ptr, n, base, last, 1, 1);
  },
);

/** The probability of a 1. */
export interface BernoulliParams extends DrawParams {
  readonly p: number;
}

/** y = 1 with probability p, else 0. */
export const bernoulli: Op<BernoulliParams> = draw<BernoulliParams>(
  'bernoulli',
  ({ dtype }) => (dtype === 'bool' ? 'bool' : 'uint8'),
  (y, n, { generator, p }) => launch(kernels.bernoulli, null, y, generator.ptr, n, p, 1, 1),
);

/** y[i] = 1 with probability input[i], else 0, in a dtype of one's own choice. */
export const bernoulliTensor: Op<DrawParams> = {
  name: 'bernoulli',
  args: ['input'],
  infer: ([p], { dtype }) => ({ shape: p.shape, dtype }),
  forward: ([y], [p], { generator }) => {
    const { shape, strides, numel } = y;
    scratch(numel, (ptr) => {
      launch(kernels.bernoulliTensor, p.dtype, ptr, p.ptr, generator.ptr, numel, 1, 1);
      copyElements(y, { ptr, dtype: y.dtype === 'bool' ? 'bool' : 'uint8', shape, strides, numel });
    });
  },
  backward: (ctx) => [zerosLike(ctx, 0)],
};

/** y = a random permutation of 0 … n-1. */
export const randperm: Op<DrawParams> = draw(
  'randperm',
  () => 'int32',
  (y, n, { generator }) => launch(kernels.randperm, null, y, generator.ptr, n, 1, 1),
);

/** How many are drawn from each row of weights. */
export interface MultinomialParams {
  readonly n: number;
  readonly generator: RandomSource;
}

/** y[…, i] = a category drawn with replacement by the weights input[…, :]. */
export const multinomial: Op<MultinomialParams> = {
  name: 'multinomial',
  args: ['input'],
  infer: ([p], { n }) => ({ shape: [...p.shape.slice(0, -1), n], dtype: 'int32' }),
  forward: ([y], [p], { n, generator }) => {
    const categories = p.shape[p.ndim - 1]!;
    const rows = sizeOf(p.shape.slice(0, -1));
    scratch(categories * dtypeBytes[p.dtype], (sums) => {
      launch(kernels.multinomial, p.dtype, y.ptr, p.ptr, sums, generator.ptr, rows, categories, n, 1, 1);
    });
  },
};

/** Normal numbers within limits. */
export interface TruncNormalParams extends NormalParams {
  readonly low: number;
  readonly high: number;
  /** 2 Φ((low - mean) / std) - 1, and the same of `high`. */
  readonly from: number;
  readonly to: number;
}

/** y = normal numbers in [low, high], by the inverse of their distribution. */
export const truncNormal: Op<TruncNormalParams> = draw<TruncNormalParams>('truncNormal', own, (y, n, params, dtype) => {
  const { generator, mean, std, low, high, from, to } = params;
  launch(kernels.uniform, dtype, y, generator.ptr, n, from, to, 1, 1);
  launch(kernels.truncNormal, dtype, y, n, mean, std, low, high, 1, 1);
});

/** Between which limits slopes lie. */
export interface SlopeParams {
  readonly lower: number;
  readonly upper: number;
  readonly generator: RandomSource;
}

/** y = 1 where the input is positive or NaN, else a slope drawn uniform in [lower, upper). */
export const rreluSlopes: Op<SlopeParams> = {
  name: 'rrelu',
  args: ['input'],
  infer: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ([y], [x], { lower, upper, generator }) => {
    if (x.dtype === 'float64')
      launch(kernels.rreluSlopes, 'float64', y.ptr, x.ptr, generator.ptr, y.numel, lower, upper, 1, 1);
    else
      launch(
        kernels.rreluSlopes,
        'float32',
        y.ptr,
        x.ptr,
        generator.ptr,
        y.numel,
        Math.fround(lower),
        Math.fround(upper),
        1,
        1,
      );
  },
};

/** The probability that an element is dropped. */
export interface DropoutParams {
  readonly p: number;
  readonly generator: RandomSource;
}

/** y = input · mask / (1 - p), where the mask (the second result) is 1 with probability 1 - p, else 0. */
export const dropout: Op<DropoutParams> = {
  name: 'dropout',
  args: ['input'],
  infer: ([x]) => [
    { shape: x.shape, dtype: x.dtype },
    { shape: x.shape, dtype: 'uint8' },
  ],
  forward: ([y, mask], [x], { p, generator }) => {
    if (x.numel === 0) return;
    launch(kernels.bernoulli, null, mask!.ptr, generator.ptr, x.numel, 1 - p, 1, 1);
    launch(kernels.dropout, x.dtype, y.ptr, x.ptr, mask!.ptr, p, x.numel, ELEMENTWISE_GRAIN);
  },
  savesOutputs: [1],
  backward: (ctx, dy) => [ctx.apply(applyMask, [dy, ctx.output(1)], ctx.params)],
};

/** y = input · mask / (1 - p): dropout with a mask that is there already. */
export const applyMask: Op<{ readonly p: number }> = {
  name: 'dropoutBackward',
  args: ['input', 'mask'],
  infer: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ([y], [x, mask], { p }) => {
    launch(kernels.dropout, x.dtype, y.ptr, x.ptr, mask!.ptr, p, x.numel, ELEMENTWISE_GRAIN);
  },
  savesInputs: [1],
  backward: (ctx, dy) => [ctx.apply(applyMask, [dy, ctx.input(1)], ctx.params), null],
};
