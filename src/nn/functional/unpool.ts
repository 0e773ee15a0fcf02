import { isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, fail, formatShape } from '../../core/errors.js';
import { sizeOf } from '../../core/shapes.js';
import { apply } from '../../autograd/apply.js';
import { scatter } from '../../ops/gather.js';
import { zeros } from '../../tensor/creation.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sizesOf } from './pair.js';
import type { Size, Size1, Size2, Size3 } from './pair.js';

/** Options of `maxUnpool`; `S` is a number, or one per spatial dim. */
export interface MaxUnpoolOptions<S> {
  /** Default: the kernel size. */
  stride?: S | null;
  /** The padding of the pooling. Default 0. */
  padding?: S;
  /** The spatial sizes of the result, or its whole shape; less than one stride from the default. */
  outputSize?: readonly number[] | null;
}

const NAMES = ['stride', 'padding', 'outputSize'] as const;
const SPATIAL = ['', 'L', 'H, W', 'D, H, W'];

function unpool(
  name: string,
  dims: number,
  x: Tensor,
  indices: Tensor,
  kernelSize: Size,
  given: readonly unknown[],
): Tensor {
  const options = named<MaxUnpoolOptions<Size>>(name, NAMES, given);
  const operands = [x, indices];
  const names = ['input', 'indices'];
  if (x.ndim !== dims + 1 && x.ndim !== dims + 2) {
    const wanted = `input must have dims [N, C, ${SPATIAL[dims]!}] or [C, ${SPATIAL[dims]!}]`;
    fail(ShapeError, name, wanted, names, operands);
  }
  if (x.shape.join() !== indices.shape.join()) {
    fail(ShapeError, name, 'input and indices must have one shape', names, operands);
  }
  if (!isFloat(x.dtype)) fail(DTypeError, name, 'floats wanted', ['input'], [x]);
  const kernel = sizesOf(name, 'kernelSize', kernelSize, 1, dims);
  const stride = sizesOf(name, 'stride', options.stride ?? kernel, 1, dims);
  const padding = sizesOf(name, 'padding', options.padding ?? 0, 0, dims);
  const outer = x.shape.slice(0, x.ndim - dims);
  const usual = x.shape.slice(-dims).map((size, i) => (size - 1) * stride[i]! - 2 * padding[i]! + kernel[i]!);
  const sizes = sizesAsked(name, x, usual, stride, options.outputSize ?? null);
  const [planes, outputs] = [sizeOf(outer), sizeOf(sizes)];
  const inputs = x.numel / Math.max(1, planes);
  const y = apply(
    scatter,
    [zeros([planes, outputs], { dtype: x.dtype }), indices.reshape([planes, inputs]), x.reshape([planes, inputs])],
    { name, dim: 1, negative: false, scalar: 0 },
  );
  return y.reshape([...outer, ...sizes]);
}

function sizesAsked(
  name: string,
  x: Tensor,
  usual: readonly number[],
  stride: readonly number[],
  outputSize: readonly number[] | null,
): readonly number[] {
  if (outputSize === null) return usual;
  const dims = usual.length;
  const sizes = outputSize.length === x.ndim ? outputSize.slice(-dims) : outputSize;
  const [least, most] = [-1, 1].map((sign) => usual.map((size, i) => size + sign * (stride[i]! - 1))) as [
    number[],
    number[],
  ];
  const fits = sizes.length === dims && sizes.every((size, i) => size >= least[i]! && size <= most[i]!);
  if (!fits) {
    const range = `from ${formatShape(least)} to ${formatShape(most)}`;
    throw new ShapeError(`${name}: outputSize must be ${range}, got ${formatShape(outputSize)}`);
  }
  return sizes;
}

/**
 * The elements of x where `maxPool1d` found them, zeros elsewhere.
 *
 * Shapes: x, indices [N, C, L] or [C, L] → [N, C, OL] or [C, OL] with OL = (L − 1)·stride − 2·padding + kernelSize
 *
 * @throws ShapeError where sizes do not fit; IndexError for an index out of range
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool1d.html
 */
export function maxUnpool1d(
  x: Tensor,
  indices: Tensor,
  kernelSize: Size1,
  stride?: Size1 | null | MaxUnpoolOptions<Size1>,
  padding?: Size1 | MaxUnpoolOptions<Size1>,
  outputSize?: readonly number[] | null,
): Tensor {
  return unpool('maxUnpool1d', 1, x, indices, kernelSize, [stride, padding, outputSize]);
}

/**
 * The elements of x where `maxPool2d` found them, zeros elsewhere.
 *
 * Shapes: x, indices [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW] with OH = (H − 1)·stride − 2·padding + kernelSize
 *
 * @throws ShapeError where sizes do not fit; IndexError for an index out of range
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool2d.html
 */
export function maxUnpool2d(
  x: Tensor,
  indices: Tensor,
  kernelSize: Size2,
  stride?: Size2 | null | MaxUnpoolOptions<Size2>,
  padding?: Size2 | MaxUnpoolOptions<Size2>,
  outputSize?: readonly number[] | null,
): Tensor {
  return unpool('maxUnpool2d', 2, x, indices, kernelSize, [stride, padding, outputSize]);
}

/**
 * The elements of x where `maxPool3d` found them, zeros elsewhere.
 *
 * Shapes: x, indices [N, C, D, H, W] or [C, D, H, W] → [N, C, OD, OH, OW] or [C, OD, OH, OW] with
 * OD = (D − 1)·stride − 2·padding + kernelSize
 *
 * @throws ShapeError where sizes do not fit; IndexError for an index out of range
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool3d.html
 */
export function maxUnpool3d(
  x: Tensor,
  indices: Tensor,
  kernelSize: Size3,
  stride?: Size3 | null | MaxUnpoolOptions<Size3>,
  padding?: Size3 | MaxUnpoolOptions<Size3>,
  outputSize?: readonly number[] | null,
): Tensor {
  return unpool('maxUnpool3d', 3, x, indices, kernelSize, [stride, padding, outputSize]);
}
