import { isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, fail, formatShape } from '../../core/errors.js';
import { apply } from '../../autograd/apply.js';
import { conv3dBackwardInput } from '../../ops/conv/conv3d.js';
import { conv2dBackwardInput } from '../../ops/conv/conv.js';
import type { ConvParams } from '../../ops/conv/shapes.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asPlanes, groupsOf } from './conv.js';
import type { Params } from './conv.js';
import { sizesOf } from './pair.js';
import type { Size, Size1, Size2, Size3 } from './pair.js';

/** Options of a transposed convolution; `S` is a number, or one per spatial dim. */
export interface ConvTransposeFunctionOptions<S> {
  /** Where it is not given by its place. Default null. */
  bias?: Tensor | null;
  /** Default 1. */
  stride?: S;
  /** What is cut off from every side of the result: the padding of the convolution this is the gradient of. Default 0. */
  padding?: S;
  /** What the result has more at the end of each dim; less than the stride or the dilation. Default 0. */
  outputPadding?: S;
  /** Default 1. */
  groups?: number;
  /** Default 1. */
  dilation?: S;
}

/** Options of `convTranspose1d`. */
export type ConvTranspose1dOptions = ConvTransposeFunctionOptions<Size1>;
/** Options of `convTranspose2d`. */
export type ConvTranspose2dOptions = ConvTransposeFunctionOptions<Size2>;
/** Options of `convTranspose3d`. */
export type ConvTranspose3dOptions = ConvTransposeFunctionOptions<Size3>;

const NAMES = ['bias', 'stride', 'padding', 'outputPadding', 'groups', 'dilation'] as const;
const ARGS = ['input', 'weight', 'bias'];
const SPATIAL = ['', 'L', 'H, W', 'D, H, W'];
const KERNEL = ['', 'KL', 'KH, KW', 'KD, KH, KW'];

/** The gradient of the convolution that takes the result to x, with its bias added. */
function transposed(
  name: string,
  dims: number,
  x: Tensor,
  weight: Tensor,
  options: ConvTransposeFunctionOptions<Size>,
): Tensor {
  const bias = options.bias ?? null;
  const operands = [x, weight, bias];
  if (x.ndim !== dims + 2 && x.ndim !== dims + 1) {
    const wanted = `input must have dims [N, C, ${SPATIAL[dims]!}] or [C, ${SPATIAL[dims]!}]`;
    fail(ShapeError, name, wanted, ARGS, operands);
  }
  if (weight.ndim !== dims + 2) {
    fail(ShapeError, name, `weight must have dims [C, K/groups, ${KERNEL[dims]!}]`, ARGS, operands);
  }
  if (operands.some((o) => o && o.dtype !== x.dtype)) fail(DTypeError, name, 'dtypes differ', ARGS, operands);
  if (!isFloat(x.dtype)) fail(DTypeError, name, 'floats wanted', ARGS, operands);
  const groups = groupsOf(name, options.groups ?? 1);
  const stride = sizesOf(name, 'stride', options.stride ?? 1, 1, dims);
  const padding = sizesOf(name, 'padding', options.padding ?? 0, 0, dims);
  const extra = sizesOf(name, 'outputPadding', options.outputPadding ?? 0, 0, dims);
  const dilation = sizesOf(name, 'dilation', options.dilation ?? 1, 1, dims);
  if (extra.some((n, i) => n >= stride[i]! && n >= dilation[i]!)) {
    const sizes = `outputPadding ${formatShape(extra)}, stride ${formatShape(stride)}, dilation ${formatShape(dilation)}`;
    throw new ShapeError(`${name}: outputPadding must be smaller than the stride or the dilation, got ${sizes}`);
  }
  const batch = x.ndim === dims + 2 ? x : x.unsqueeze(0);
  const [N, C, ...spatial] = batch.shape as [number, number, ...number[]];
  const [channels, perGroup, ...kernel] = weight.shape as [number, number, ...number[]];
  if (C !== channels) {
    fail(ShapeError, name, `input has ${C} channels, weight wants ${channels}`, ARGS, operands);
  }
  if (C % groups !== 0) {
    fail(ShapeError, name, `${C} input channels do not split into ${groups} groups`, ARGS, operands);
  }
  const K = perGroup * groups;
  if (bias && (bias.ndim !== 1 || bias.shape[0] !== K)) {
    fail(ShapeError, name, `bias must have shape [${K}]`, ARGS, operands);
  }
  const out = spatial.map((size, i) => {
    return (size - 1) * stride[i]! - 2 * padding[i]! + dilation[i]! * (kernel[i]! - 1) + extra[i]! + 1;
  });
  if (out.some((size) => size < 1) || spatial.some((size) => size < 1)) {
    fail(ShapeError, name, `the result would have sizes ${formatShape(out)}`, ARGS, operands);
  }
  const shape = [N, K, ...out];
  const params: Params = { name, stride, padding, paddingBehind: extra.map((n) => -n), dilation, groups };
  let y: Tensor;
  if (dims === 3) {
    y = apply(conv3dBackwardInput, [batch, weight], { ...params, shape });
  } else if (dims === 2) {
    y = apply(conv2dBackwardInput, [batch, weight], { ...(params as ConvParams), shape });
  } else {
    const plane = [N, K, 1, ...out];
    y = apply(conv2dBackwardInput, [batch.unsqueeze(2), weight.unsqueeze(2)], { ...asPlanes(params), shape: plane });
    y = y.select(2, 0);
  }
  if (bias) y = y.add(bias.reshape([K, ...new Array<number>(dims).fill(1)]));
  return x.ndim === dims + 2 ? y : y.select(0, 0);
}

/**
 * Transposed convolution over sequences: the gradient of `conv1d` with respect to its input, plus bias.
 *
 * Shapes: x [N, C, L] or [C, L], weight [C, K/groups, KL], bias [K] → [N, K, OL] or [K, OL] with
 * OL = (L − 1)·stride − 2·padding + dilation·(KL − 1) + outputPadding + 1
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ or are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose1d.html
 */
export function convTranspose1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null | ConvTranspose1dOptions,
  stride?: Size1 | ConvTranspose1dOptions,
  padding?: Size1 | ConvTranspose1dOptions,
  outputPadding?: Size1 | ConvTranspose1dOptions,
  groups?: number | ConvTranspose1dOptions,
  dilation?: Size1 | ConvTranspose1dOptions,
): Tensor {
  const name = 'convTranspose1d';
  const given = [bias, stride, padding, outputPadding, groups, dilation];
  return transposed(name, 1, x, weight, named<ConvTranspose1dOptions>(name, NAMES, given));
}

/**
 * Transposed convolution over planes: the gradient of `conv2d` with respect to its input, plus bias.
 *
 * Shapes: x [N, C, H, W] or [C, H, W], weight [C, K/groups, KH, KW], bias [K] → [N, K, OH, OW] or [K, OH, OW] with
 * OH = (H − 1)·stride − 2·padding + dilation·(KH − 1) + outputPadding + 1
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ or are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null | ConvTranspose2dOptions,
  stride?: Size2 | ConvTranspose2dOptions,
  padding?: Size2 | ConvTranspose2dOptions,
  outputPadding?: Size2 | ConvTranspose2dOptions,
  groups?: number | ConvTranspose2dOptions,
  dilation?: Size2 | ConvTranspose2dOptions,
): Tensor {
  const name = 'convTranspose2d';
  const given = [bias, stride, padding, outputPadding, groups, dilation];
  return transposed(name, 2, x, weight, named<ConvTranspose2dOptions>(name, NAMES, given));
}

/**
 * Transposed convolution over volumes: the gradient of `conv3d` with respect to its input, plus bias.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W], weight [C, K/groups, KD, KH, KW], bias [K] → [N, K, OD, OH, OW] or [K, OD, OH, OW]
 * with OD = (D − 1)·stride − 2·padding + dilation·(KD − 1) + outputPadding + 1
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ or are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose3d.html
 */
export function convTranspose3d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null | ConvTranspose3dOptions,
  stride?: Size3 | ConvTranspose3dOptions,
  padding?: Size3 | ConvTranspose3dOptions,
  outputPadding?: Size3 | ConvTranspose3dOptions,
  groups?: number | ConvTranspose3dOptions,
  dilation?: Size3 | ConvTranspose3dOptions,
): Tensor {
  const name = 'convTranspose3d';
  const given = [bias, stride, padding, outputPadding, groups, dilation];
  return transposed(name, 3, x, weight, named<ConvTranspose3dOptions>(name, NAMES, given));
}
