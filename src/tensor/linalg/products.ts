import { checkTensor } from '../operands.js';
import { multiplyChain } from '../products.js';
import { argument } from '../reduce.js';
import type { Named } from '../reduce.js';
import { crossAlong } from '../structured.js';
import type { Tensor } from '../tensor.js';

/** Options of `linalg.cross` and `linalg.vecdot`. */
export interface LinalgDimOptions {
  /** Default -1. */
  readonly dim?: number;
}

/**
 * The product of at least two matrices, in the order that takes the fewest multiplications. The first and the last may be vectors.
 *
 * Shapes: [a, b], [b, c], …, [y, z] → [a, z]; without the dim of a vector
 *
 * @throws ShapeError where neighbours do not fit; WasmgradError for fewer than two tensors
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.multi_dot.html
 */
export function multiDot(tensors: readonly Tensor[]): Tensor {
  tensors.forEach((x, i) => checkTensor('multiDot', `tensors[${i}]`, x));
  return multiplyChain('multiDot', tensors);
}

/**
 * The vector product: y = input × other along a dim.
 *
 * Shapes: both broadcast; `dim` has size 3
 *
 * @param dim Default -1
 * @throws ShapeError where its size is not 3
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.cross.html
 */
export function cross(input: Tensor, other: Tensor, dim?: Named<'dim', number>): Tensor {
  checkTensor('cross', 'other', other);
  return crossAlong('cross', input, other, argument('cross', 'dim', dim, -1));
}

/**
 * The sum of products along a dim: Σᵢ x[i]·y[i], both broadcast.
 *
 * @param dim Default -1
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.vecdot.html
 */
export function vecdot(x: Tensor, y: Tensor, dim?: Named<'dim', number>): Tensor {
  checkTensor('vecdot', 'y', y);
  return x.mul(y).sum(argument('vecdot', 'dim', dim, -1));
}
