import { isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, fail, formatShape } from '../../core/errors.js';
import { apply, applyView } from '../../autograd/apply.js';
import { overlapAdd } from '../../ops/overlap-add.js';
import { unfold as windows } from '../../ops/view.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { pad } from './pad.js';
import { pairOf } from './pair.js';
import type { Size2 } from './pair.js';

/** Options of `unfold` and `fold`. */
export interface UnfoldOptions {
  /** Default 1. */
  dilation?: Size2;
  /** Zeros on every side. Default 0. */
  padding?: Size2;
  /** Default 1. */
  stride?: Size2;
}

const NAMES = ['dilation', 'padding', 'stride'] as const;

type Pair = readonly [number, number];

/** Blocks of a plane: their sizes, where they lie, and how many there are. */
interface Blocks {
  readonly kernel: Pair;
  readonly dilation: Pair;
  readonly padding: Pair;
  readonly stride: Pair;
  readonly counts: Pair;
}

function blocksOf(name: string, plane: Pair, kernelSize: Size2, options: UnfoldOptions): Blocks {
  const kernel = pairOf(name, 'kernelSize', kernelSize, 1);
  const dilation = pairOf(name, 'dilation', options.dilation ?? 1, 1);
  const padding = pairOf(name, 'padding', options.padding ?? 0, 0);
  const stride = pairOf(name, 'stride', options.stride ?? 1, 1);
  const counts = plane.map((size, i) => {
    return Math.floor((size + 2 * padding[i]! - dilation[i]! * (kernel[i]! - 1) - 1) / stride[i]!) + 1;
  }) as [number, number];
  if (counts.some((count) => count < 1)) {
    throw new ShapeError(
      `${name}: blocks of ${formatShape(kernel)} do not fit into a plane of ${formatShape(plane)} (padding ${formatShape(padding)})`,
    );
  }
  return { kernel, dilation, padding, stride, counts };
}

/**
 * Blocks of planes as columns (im2col): y[n, (c, i, j), (oh, ow)] = x[n, c, oh·stride + i·dilation − padding, ow·stride + j·dilation − padding].
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C·KH·KW, L] or [C·KH·KW, L] with L = OH·OW blocks,
 * OH = ⌊(H + 2·padding − dilation·(KH − 1) − 1) / stride⌋ + 1
 *
 * @param dilation a number, a pair, or all options
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html
 */
export function unfold(
  x: Tensor,
  kernelSize: Size2,
  dilation?: Size2 | UnfoldOptions,
  padding?: Size2 | UnfoldOptions,
  stride?: Size2,
): Tensor {
  const options = named<UnfoldOptions>('unfold', NAMES, [dilation, padding, stride]);
  if (x.ndim !== 3 && x.ndim !== 4) {
    fail(ShapeError, 'unfold', 'input must have dims [N, C, H, W] or [C, H, W]', ['input'], [x]);
  }
  if (!isFloat(x.dtype)) fail(DTypeError, 'unfold', 'floats wanted', ['input'], [x]);
  const batch = x.ndim === 4 ? x : x.unsqueeze(0);
  const [N, C, H, W] = batch.shape as [number, number, number, number];
  const {
    kernel,
    dilation: apart,
    padding: around,
    stride: step,
    counts,
  } = blocksOf('unfold', [H, W], kernelSize, options);
  const [top, left] = around;
  const padded = top + left > 0 ? pad(batch, [left, left, top, top]) : batch;
  const rows = applyView(windows, padded, { dim: 2, size: kernel[0], step: step[0], dilation: apart[0] });
  const blocks = applyView(windows, rows, { dim: 3, size: kernel[1], step: step[1], dilation: apart[1] });
  const y = blocks.permute([0, 1, 4, 5, 2, 3]).reshape([N, C * kernel[0] * kernel[1], counts[0] * counts[1]]);
  return x.ndim === 4 ? y : y.select(0, 0);
}

/**
 * Columns added up to planes (col2im): the gradient of `unfold`. Where blocks overlap, y is the sum.
 *
 * Shapes: x [N, C·KH·KW, L] or [C·KH·KW, L] → [N, C, ...outputSize] or [C, ...outputSize], L as `unfold` of the result gives
 *
 * @param dilation a number, a pair, or all options
 * @throws ShapeError where sizes do not fit; DTypeError for dtypes that are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.fold.html
 */
export function fold(
  x: Tensor,
  outputSize: Size2,
  kernelSize: Size2,
  dilation?: Size2 | UnfoldOptions,
  padding?: Size2 | UnfoldOptions,
  stride?: Size2,
): Tensor {
  const options = named<UnfoldOptions>('fold', NAMES, [dilation, padding, stride]);
  if (x.ndim !== 2 && x.ndim !== 3) {
    fail(ShapeError, 'fold', 'input must have dims [N, C·KH·KW, L] or [C·KH·KW, L]', ['input'], [x]);
  }
  if (!isFloat(x.dtype)) fail(DTypeError, 'fold', 'floats wanted', ['input'], [x]);
  const [H, W] = pairOf('fold', 'outputSize', outputSize, 1);
  const {
    kernel,
    dilation: apart,
    padding: around,
    stride: step,
    counts,
  } = blocksOf('fold', [H, W], kernelSize, options);
  const batch = x.ndim === 3 ? x : x.unsqueeze(0);
  const [N, columns, L] = batch.shape as [number, number, number];
  const [KH, KW] = kernel;
  const [OH, OW] = counts;
  if (columns % (KH * KW) !== 0 || L !== OH * OW) {
    fail(ShapeError, 'fold', `input must have dims [N, C·${KH * KW}, ${OH * OW}]`, ['input'], [x]);
  }
  const C = columns / (KH * KW);
  const [top, left] = around;
  const [height, width] = [H + 2 * top, W + 2 * left];
  const blocks = batch.reshape([N, C, KH, KW, OH, OW]).permute([0, 1, 4, 5, 2, 3]);
  const rows = apply(overlapAdd, [blocks], {
    dim: 3,
    step: step[1],
    dilation: apart[1],
    shape: [N, C, OH, width, KH],
  });
  const planes = apply(overlapAdd, [rows], { dim: 2, step: step[0], dilation: apart[0], shape: [N, C, height, width] });
  const y = planes.narrow(2, top, H).narrow(3, left, W).contiguous();
  return x.ndim === 3 ? y : y.select(0, 0);
}
