import { ShapeError, fail } from '../../core/errors.js';
import { apply } from '../../autograd/apply.js';
import { conv3d as conv3dOp } from '../../ops/conv/conv3d.js';
import { conv2d as conv2dOp } from '../../ops/conv/conv.js';
import type { ConvParams } from '../../ops/conv/shapes.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sizesOf } from './pair.js';
import type { Size, Size1, Size2, Size3 } from './pair.js';

/** Options of a convolution; `S` is a number, or one per spatial dim. */
export interface ConvFunctionOptions<S> {
  /** Where it is not given by its place. Default null. */
  bias?: Tensor | null;
  /** Default 1. */
  stride?: S;
  /** Zeros on every side; `'valid'` is 0, `'same'` keeps the sizes (stride 1 only). Default 0. */
  padding?: S | 'same' | 'valid';
  /** Default 1. */
  dilation?: S;
  /** Default 1. */
  groups?: number;
}

/** Options of `conv1d`. */
export type Conv1dOptions = ConvFunctionOptions<Size1>;
/** Options of `conv2d`. */
export type Conv2dOptions = ConvFunctionOptions<Size2>;
/** Options of `conv3d`. */
export type Conv3dOptions = ConvFunctionOptions<Size3>;

const NAMES = ['bias', 'stride', 'padding', 'dilation', 'groups'] as const;

/** What the ops of convolutions take, for any number of spatial dims. */
export interface Params {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly paddingBehind: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly name: string;
}

/** @throws ShapeError where groups are not a whole number of at least 1 */
export function groupsOf(name: string, groups: number): number {
  if (Number.isInteger(groups) && groups >= 1) return groups;
  throw new ShapeError(`${name}: groups must be a whole number of at least 1, got ${groups}`);
}

/** The op's parameters from the options of one of the convolutions. */
function paramsOf(name: string, kernel: readonly number[], options: ConvFunctionOptions<Size>): Params {
  const dims = kernel.length;
  const stride = sizesOf(name, 'stride', options.stride ?? 1, 1, dims);
  const dilation = sizesOf(name, 'dilation', options.dilation ?? 1, 1, dims);
  const groups = groupsOf(name, options.groups ?? 1);
  const { padding = 0 } = options;
  const common = { stride, dilation, groups, name };
  const none = new Array<number>(dims).fill(0);
  if (padding === 'valid') return { ...common, padding: none, paddingBehind: none };
  if (padding !== 'same') {
    if (typeof padding === 'string') {
      const wanted = dims === 1 ? 'a number' : dims === 2 ? 'a number, a pair' : 'a number, a triple';
      throw new ShapeError(`${name}: padding must be ${wanted}, 'same' or 'valid', got '${String(padding)}'`);
    }
    return { ...common, padding: sizesOf(name, 'padding', padding, 0, dims), paddingBehind: none };
  }
  if (stride.some((n) => n !== 1)) {
    throw new ShapeError(`${name}: padding 'same' needs stride 1, got [${stride.join(', ')}]`);
  }
  const total = kernel.map((size, i) => dilation[i]! * (size - 1));
  return {
    ...common,
    padding: total.map((n) => Math.floor(n / 2)),
    paddingBehind: total.map((n) => n % 2),
  };
}

/** The parameters of a convolution over sequences as one over planes of one row. */
export function asPlanes(p: Params): ConvParams {
  const row = (first: number, [size]: readonly number[]): [number, number] => [first, size!];
  return {
    ...p,
    stride: row(1, p.stride),
    padding: row(0, p.padding),
    paddingBehind: row(0, p.paddingBehind),
    dilation: row(1, p.dilation),
  };
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
  stride?: Size1 | Conv1dOptions,
  padding?: Size1 | 'same' | 'valid' | Conv1dOptions,
  dilation?: Size1 | Conv1dOptions,
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
  const params = asPlanes(paramsOf('conv1d', weight.shape.slice(2), given));
  const batch = x.ndim === 3 ? x : x.unsqueeze(0);
  const y = apply(conv2dOp, [batch.unsqueeze(2), weight.unsqueeze(2), shift], params).select(2, 0);
  return x.ndim === 3 ? y : y.select(0, 0);
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
  const params = paramsOf('conv2d', weight.shape.slice(-2), given) as ConvParams;
  const shift = given.bias ?? null;
  if (x.ndim !== 3) return apply(conv2dOp, [x, weight, shift], params);
  return apply(conv2dOp, [x.unsqueeze(0), weight, shift], params).select(0, 0);
}

/**
 * Convolution (cross-correlation) over volumes: y[n, k] = bias[k] + Σ_c weight[k, c] ⋆ x[n, c].
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W], weight [K, C/groups, KD, KH, KW], bias [K] → [N, K, OD, OH, OW] or [K, OD, OH, OW]
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ or are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.conv3d.html
 */
export function conv3d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null | Conv3dOptions,
  stride?: Size3 | Conv3dOptions,
  padding?: Size3 | 'same' | 'valid' | Conv3dOptions,
  dilation?: Size3 | Conv3dOptions,
  groups?: number | Conv3dOptions,
): Tensor {
  const given = named<Conv3dOptions>('conv3d', NAMES, [bias, stride, padding, dilation, groups]);
  const shift = given.bias ?? null;
  const operands = [x, weight, shift];
  if (weight.ndim !== 5) {
    fail(ShapeError, 'conv3d', 'weight must have dims [K, C/groups, KD, KH, KW]', conv3dOp.args, operands);
  }
  const params = paramsOf('conv3d', weight.shape.slice(2), given);
  if (x.ndim !== 4) return apply(conv3dOp, operands, params);
  return apply(conv3dOp, [x.unsqueeze(0), weight, shift], params).select(0, 0);
}
