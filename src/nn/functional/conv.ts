import { ShapeError, fail } from '../../core/errors.js';
import { apply } from '../../autograd/apply.js';
import { conv2d as conv2dOp } from '../../ops/conv.js';
import type { ConvParams } from '../../ops/conv.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { pairOf } from './pair.js';
import type { Size2 } from './pair.js';

/** Options of `conv2d`. */
export interface Conv2dOptions {
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
  /** Default 1. */
  stride?: number;
  /** Default 0. */
  padding?: number | 'same' | 'valid';
  /** Default 1. */
  dilation?: number;
  /** Default 1. */
  groups?: number;
}

const OPTIONS = ['stride', 'padding', 'dilation', 'groups'];

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
export function conv2d(x: Tensor, weight: Tensor, bias: Tensor | null = null, options: Conv2dOptions = {}): Tensor {
  checkOptions('conv2d', options, OPTIONS);
  const params = paramsOf('conv2d', weight.shape.slice(-2), options);
  if (x.ndim !== 3) return apply(conv2dOp, [x, weight, bias], params);
  return apply(conv2dOp, [x.unsqueeze(0), weight, bias], params).select(0, 0);
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
export function conv1d(x: Tensor, weight: Tensor, bias: Tensor | null = null, options: Conv1dOptions = {}): Tensor {
  checkOptions('conv1d', options, OPTIONS);
  const operands = [x, weight, bias];
  const names = conv2dOp.args;
  if (x.ndim !== 3 && x.ndim !== 2) {
    fail(ShapeError, 'conv1d', 'input must have dims [N, C, L] or [C, L]', names, operands);
  }
  if (weight.ndim !== 3) fail(ShapeError, 'conv1d', 'weight must have dims [K, C/groups, KL]', names, operands);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const params = paramsOf('conv1d', [1, weight.shape[2]!], {
    stride: [1, stride],
    padding: typeof padding === 'number' ? [0, padding] : padding,
    dilation: [1, dilation],
    groups,
  });
  const batch = x.ndim === 3 ? x : x.unsqueeze(0);
  const y = apply(conv2dOp, [batch.unsqueeze(2), weight.unsqueeze(2), bias], params).select(2, 0);
  return x.ndim === 3 ? y : y.select(0, 0);
}
