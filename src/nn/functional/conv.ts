import { ShapeError, fail } from '../../core/errors.js';
import { apply } from '../../autograd/apply.js';
import { conv2d as conv2dOp } from '../../ops/conv/conv.js';
import type { ConvParams } from '../../ops/conv/shapes.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { pairOf } from './pair.js';
import type { Size2 } from './pair.js';

/** Options of `conv2d`. */
export interface Conv2dOptions {
  /** Where it is not given by its place. Default null. */
  bias?: Tensor | null;
  /** Default 1. */
  stride?: Size2;
  /** Zeros on every side; `'valid'` is 0, `'same'` keeps height and width (stride 1 only). Default 0. */
  padding?: Size2 | 'same' | 'valid';
  /** Default 1. */
  dilation?: Size2;
  /** Default 1. */
  groups?: number;
}

/** Options of `conv1d`. */
export interface Conv1dOptions {
  /** Where it is not given by its place. Default null. */
  bias?: Tensor | null;
  /** Default 1. */
  stride?: number;
  /** Default 0. */
  padding?: number | 'same' | 'valid';
  /** Default 1. */
  dilation?: number;
  /** Default 1. */
  groups?: number;
}

const NAMES = ['bias', 'stride', 'padding', 'dilation', 'groups'] as const;

/** The op's parameters from the options of one of the convolutions. */
function paramsOf(name: string, kernel: readonly number[], options: Conv2dOptions): ConvParams {
  const stride = pairOf(name, 'stride', options.stride ?? 1, 1);
  const dilation = pairOf(name, 'dilation', options.dilation ?? 1, 1);
  const groups = options.groups ?? 1;
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ShapeError(`${name}: groups must be a whole number of at least 1, got ${groups}`);
  }
  const { padding = 0 } = options;
  const common = { stride, dilation, groups, name };
  if (padding === 'valid') return { ...common, padding: [0, 0], paddingBehind: [0, 0] };
  if (padding !== 'same') {
    if (typeof padding === 'string') {
      throw new ShapeError(`${name}: padding must be a number, a pair, 'same' or 'valid', got '${String(padding)}'`);
    }
    return { ...common, padding: pairOf(name, 'padding', padding, 0), paddingBehind: [0, 0] };
  }
  if (stride[0] !== 1 || stride[1] !== 1) {
    throw new ShapeError(`${name}: padding 'same' needs stride 1, got [${stride.join(', ')}]`);
  }
  const total = kernel.map((size, i) => dilation[i]! * (size - 1));
  return {
    ...common,
    padding: [Math.floor(total[0]! / 2), Math.floor(total[1]! / 2)],
    paddingBehind: [total[0]! % 2, total[1]! % 2],
  };
}

/**
 * Convolution (cross-correlation) over planes: y[n, k] = bias[k] + Σ_c weight[k, c] ⋆ x[n, c].
 *
 * Shapes: x [N, C, H, W] or [C, H, W], weight [K, C/groups, KH, KW], bias [K] → [N, K, OH, OW] or [K, OH, OW] with
 * OH = ⌊(H + 2·padding − dilation·(KH − 1) − 1) / stride⌋ + 1
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ or are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null | Conv2dOptions,
  stride?: Size2 | Conv2dOptions,
  padding?: Size2 | 'same' | 'valid' | Conv2dOptions,
  dilation?: Size2 | Conv2dOptions,
  groups?: number | Conv2dOptions,
): Tensor {
  const given = named<Conv2dOptions>('conv2d', NAMES, [bias, stride, padding, dilation, groups]);
  const params = paramsOf('conv2d', weight.shape.slice(-2), given);
  const shift = given.bias ?? null;
  if (x.ndim !== 3) return apply(conv2dOp, [x, weight, shift], params);
  return apply(conv2dOp, [x.unsqueeze(0), weight, shift], params).select(0, 0);
}

/**
 * Convolution (cross-correlation) over sequences: y[n, k] = bias[k] + Σ_c weight[k, c] ⋆ x[n, c].
 *
 * Shapes: x [N, C, L] or [C, L], weight [K, C/groups, KL], bias [K] → [N, K, OL] or [K, OL]
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ or are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html
 */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null | Conv1dOptions,
  stride?: number | Conv1dOptions,
  padding?: number | 'same' | 'valid' | Conv1dOptions,
  dilation?: number | Conv1dOptions,
  groups?: number | Conv1dOptions,
): Tensor {
  const given = named<Conv1dOptions>('conv1d', NAMES, [bias, stride, padding, dilation, groups]);
  const shift = given.bias ?? null;
  const operands = [x, weight, shift];
  const names = conv2dOp.args;
  if (x.ndim !== 3 && x.ndim !== 2) {
    fail(ShapeError, 'conv1d', 'input must have dims [N, C, L] or [C, L]', names, operands);
  }
  if (weight.ndim !== 3) fail(ShapeError, 'conv1d', 'weight must have dims [K, C/groups, KL]', names, operands);
  const around = given.padding ?? 0;
  const params = paramsOf('conv1d', [1, weight.shape[2]!], {
    stride: [1, given.stride ?? 1],
    padding: typeof around === 'number' ? [0, around] : around,
    dilation: [1, given.dilation ?? 1],
    groups: given.groups ?? 1,
  });
  const batch = x.ndim === 3 ? x : x.unsqueeze(0);
  const y = apply(conv2dOp, [batch.unsqueeze(2), weight.unsqueeze(2), shift], params).select(2, 0);
  return x.ndim === 3 ? y : y.select(0, 0);
}
