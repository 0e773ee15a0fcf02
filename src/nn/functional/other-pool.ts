import { ShapeError, fail, formatShape } from '../../core/errors.js';
import { arange } from '../../tensor/creation.js';
import { gather } from '../../tensor/gather.js';
import { checkOptions } from '../../tensor/options.js';
import { rand } from '../../tensor/random.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { pairOf, sizesOf } from './pair.js';
import type { Size, Size1, Size2, Size3 } from './pair.js';
import { avgPool2d } from './pool.js';
import { avgPool1d } from './pool1d.js';

/** Options of power-average pooling; `S` is a number, or one per spatial dim. */
export interface LpPoolOptions<S> {
  /** Default: the kernel size. */
  stride?: S | null;
  /** Whether a last window that reaches beyond the end counts. Default false. */
  ceilMode?: boolean;
}

const LP_NAMES = ['stride', 'ceilMode'] as const;

/** (count · |mean|)^(1/p), as PyTorch writes it: 0 where the mean is not positive. */
function rooted(mean: Tensor, count: number, p: number): Tensor {
  return mean
    .sign()
    .mul(mean.abs().relu())
    .mul(count)
    .pow(1 / p);
}

/**
 * The power-average of each window of sequences: y = (Σ xᵖ)^(1/p) with p = normType.
 *
 * Shapes: x [N, C, L] or [C, L] → [N, C, OL] or [C, OL] with OL = ⌊(L − kernelSize) / stride⌋ + 1
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool1d.html
 */
export function lpPool1d(
  x: Tensor,
  normType: number,
  kernelSize: Size1,
  stride?: Size1 | null | LpPoolOptions<Size1>,
  ceilMode?: boolean,
): Tensor {
  const options = named<LpPoolOptions<Size1>>('lpPool1d', LP_NAMES, [stride, ceilMode]);
  const [k] = sizesOf('lpPool1d', 'kernelSize', kernelSize, 1, 1) as readonly [number];
  const mean = avgPool1d(x.pow(normType), k, { stride: options.stride ?? k, ceilMode: options.ceilMode ?? false });
  return rooted(mean, k, normType);
}

/**
 * The power-average of each window of planes: y = (Σ xᵖ)^(1/p) with p = normType.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW] with OH = ⌊(H − kernelSize) / stride⌋ + 1
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool2d.html
 */
export function lpPool2d(
  x: Tensor,
  normType: number,
  kernelSize: Size2,
  stride?: Size2 | null | LpPoolOptions<Size2>,
  ceilMode?: boolean,
): Tensor {
  const options = named<LpPoolOptions<Size2>>('lpPool2d', LP_NAMES, [stride, ceilMode]);
  const k = pairOf('lpPool2d', 'kernelSize', kernelSize, 1);
  const mean = avgPool2d(x.pow(normType), k, { stride: options.stride ?? k, ceilMode: options.ceilMode ?? false });
  return rooted(mean, k[0] * k[1], normType);
}

/** Options of `globalAvgPool`. */
export interface GlobalPoolOptions {
  /** Whether spatial dims stay, with size 1. Default false. */
  keepdim?: boolean;
}

/**
 * The mean of each channel: y[n, c] = mean of x[n, c, …].
 *
 * Shapes: x [N, C, *] with any number of spatial dims, at least one → [N, C], or with `keepdim` [N, C, 1, …]
 *
 * @throws ShapeError where there are no spatial dims
 *
 * Source: Lin, Chen and Yan 2014, Network in Network, https://arxiv.org/abs/1312.4400 (section 3.2)
 */
export function globalAvgPool(x: Tensor, options: GlobalPoolOptions = {}): Tensor {
  checkOptions('globalAvgPool', options, ['keepdim']);
  if (x.ndim < 3) fail(ShapeError, 'globalAvgPool', 'input must have dims [N, C, *]', ['input'], [x]);
  const dims = x.shape.slice(2).map((_, i) => i + 2);
  return x.mean(dims, options.keepdim ?? false);
}

/** Options of pooling windows at random distances; `S` is a size, or one per spatial dim, `R` the same of shares. */
export interface FractionalMaxPoolOptions<S, R> {
  /** The numbers of windows: one for all spatial dims, or one for each. This or `outputRatio`. */
  outputSize?: S | null;
  /** The numbers of windows as a share of the sizes, between 0 and 1: one, or one for each. */
  outputRatio?: number | R | null;
  /** Whether to return the indices of the largest elements, too. Default false. */
  returnIndices?: boolean;
  /** Where windows begin, in [0, 1): [N, C, 2], for width and height, or [N, C, 3], for depth, height and width. Default: drawn. */
  randomSamples?: Tensor | null;
}

/** Options of `fractionalMaxPool2d`. */
export type FractionalMaxPool2dOptions = FractionalMaxPoolOptions<Size2, readonly [number, number]>;

/** Options of `fractionalMaxPool3d`. */
export type FractionalMaxPool3dOptions = FractionalMaxPoolOptions<Size3, readonly [number, number, number]>;

const FRACTIONAL_NAMES = ['outputSize', 'outputRatio', 'returnIndices', 'randomSamples'] as const;

/** First elements of `count` windows in a dim: ⌊(i + u)·α⌋ − ⌊u·α⌋ with α = (size − kernel)/(count − 1); the last lies at the end. */
function starts(u: Tensor, size: number, count: number, kernel: number): Tensor {
  const last = arange(count - 1, count, 1, { dtype: u.dtype });
  const rows = u.unsqueeze(-1);
  if (count === 1)
    return last
      .mul(0)
      .add(size - kernel)
      .expand([...u.shape, 1])
      .to('int32');
  const step = (size - kernel) / (count - 1);
  const alpha = u.dtype === 'float32' ? Math.fround(step) : step;
  const index = arange(0, count, 1, { dtype: u.dtype });
  const inner = rows.add(index).mul(alpha).trunc().sub(rows.mul(alpha).trunc());
  return inner.where(index.ne(last), size - kernel).to('int32');
}

/**
 * The largest element of each of a number of windows that lie at random distances.
 *
 * In each dim window i of n begins at ⌊(i + u)·α⌋ − ⌊u·α⌋ with α = (size − kernelSize)/(n − 1), the last one at size − kernelSize;
 * u is drawn once for each image, channel and dim.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW]
 *
 * With `returnIndices`, returns `[y, indices]`: the int32 index of each within its plane.
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool2d.html (Graham 2015, https://arxiv.org/abs/1412.6071)
 */
export function fractionalMaxPool2d(
  x: Tensor,
  kernelSize: Size2,
  options: FractionalMaxPool2dOptions & { returnIndices: true },
): [Tensor, Tensor];
export function fractionalMaxPool2d(
  x: Tensor,
  kernelSize: Size2,
  options: FractionalMaxPool2dOptions & { returnIndices?: false },
): Tensor;
export function fractionalMaxPool2d(
  x: Tensor,
  kernelSize: Size2,
  options?: FractionalMaxPool2dOptions,
): Tensor | [Tensor, Tensor];
export function fractionalMaxPool2d(
  x: Tensor,
  kernelSize: Size2,
  options: FractionalMaxPool2dOptions = {},
): Tensor | [Tensor, Tensor] {
  return fractional('fractionalMaxPool2d', x, kernelSize, options, 2);
}

/**
 * The largest element of each of a number of windows of volumes that lie at random distances, as in `fractionalMaxPool2d`.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → [N, C, OD, OH, OW] or [C, OD, OH, OW]
 *
 * With `returnIndices`, returns `[y, indices]`: the int32 index of each within its volume.
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool3d.html (Graham 2015, https://arxiv.org/abs/1412.6071)
 */
export function fractionalMaxPool3d(
  x: Tensor,
  kernelSize: Size3,
  options: FractionalMaxPool3dOptions & { returnIndices: true },
): [Tensor, Tensor];
export function fractionalMaxPool3d(
  x: Tensor,
  kernelSize: Size3,
  options: FractionalMaxPool3dOptions & { returnIndices?: false },
): Tensor;
export function fractionalMaxPool3d(
  x: Tensor,
  kernelSize: Size3,
  options?: FractionalMaxPool3dOptions,
): Tensor | [Tensor, Tensor];
export function fractionalMaxPool3d(
  x: Tensor,
  kernelSize: Size3,
  options: FractionalMaxPool3dOptions = {},
): Tensor | [Tensor, Tensor] {
  return fractional('fractionalMaxPool3d', x, kernelSize, options, 3);
}

const DIMS = ['D', 'H', 'W'] as const;

function fractional(
  name: string,
  x: Tensor,
  kernelSize: Size,
  options: FractionalMaxPoolOptions<Size, readonly number[]>,
  dims: number,
): Tensor | [Tensor, Tensor] {
  checkOptions(name, options, FRACTIONAL_NAMES);
  if (x.ndim !== dims + 1 && x.ndim !== dims + 2) {
    const spatial = DIMS.slice(-dims).join(', ');
    fail(ShapeError, name, `input must have dims [N, C, ${spatial}] or [C, ${spatial}]`, ['input'], [x]);
  }
  const single = x.ndim === dims + 1;
  const batch = single ? x.unsqueeze(0) : x;
  const [N, C, ...sizes] = batch.shape as [number, number, ...number[]];
  const kernel = sizesOf(name, 'kernelSize', kernelSize, 1, dims);
  const counts = fractionalSize(name, sizes, options);
  if (sizes.some((size, d) => counts[d]! + kernel[d]! - 1 > size)) {
    fail(ShapeError, name, `${formatShape(counts)} windows of ${formatShape(kernel)} do not fit`, ['input'], [x]);
  }
  const samples = options.randomSamples ?? rand([N, C, dims], { dtype: x.dtype as 'float32' });
  if (samples.shape.join() !== [N, C, dims].join()) {
    const wanted = `randomSamples must have shape ${formatShape([N, C, dims])}`;
    fail(ShapeError, name, wanted, ['input', 'randomSamples'], [x, samples]);
  }
  // As in PyTorch the samples of planes are for width and height, those of volumes for depth, height and width.
  const first = sizes.map((size, d) =>
    starts(samples.select(-1, dims === 2 ? 1 - d : d), size, counts[d]!, kernel[d]!)
      .reshape([N, C, ...counts.map((n, i) => (i === d ? n : 1)), ...kernel.map(() => 1)])
      .add(arange(0, kernel[d]!, 1, { dtype: 'int32' }).reshape(kernel.slice(d).map((n, i) => (i === 0 ? n : 1)))),
  );
  const places = first.reduce((at, next, d) => at.mul(sizes[d]!).add(next));
  const flat = places.reshape([N, C, -1]);
  const windows = [N, C, ...counts, kernel.reduce((a, b) => a * b)];
  const [values, which] = gather(batch.reshape([N, C, -1]), 2, flat)
    .reshape(windows)
    .max(-1);
  const y = single ? values.select(0, 0) : values;
  if (!options.returnIndices) return y;
  const indices = gather(flat.reshape(windows), -1, which.unsqueeze(-1)).squeeze(-1);
  return [y, single ? indices.select(0, 0) : indices];
}

function fractionalSize(
  name: string,
  sizes: readonly number[],
  { outputSize = null, outputRatio = null }: FractionalMaxPoolOptions<Size, readonly number[]>,
): readonly number[] {
  if ((outputSize === null) === (outputRatio === null)) {
    throw new ShapeError(`${name}: needs either outputSize or outputRatio${outputSize === null ? '' : ', not both'}`);
  }
  if (outputSize !== null) return sizesOf(name, 'outputSize', outputSize, 1, sizes.length);
  const ratios = typeof outputRatio === 'number' ? sizes.map(() => outputRatio) : outputRatio!;
  if (ratios.length !== sizes.length || !ratios.every((ratio) => ratio > 0 && ratio < 1)) {
    throw new ShapeError(`${name}: outputRatio must lie between 0 and 1, got ${String(outputRatio)}`);
  }
  return sizes.map((size, i) => Math.trunc(size * ratios[i]!));
}
