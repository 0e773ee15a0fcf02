import { ShapeError, fail } from '../core/errors.js';
import { apply } from '../autograd/apply.js';
import { matmul as matmulOp } from '../ops/matmul.js';
import { checkOptions } from './options.js';
import type { Tensor } from './tensor.js';

/** Factors of `addmm` and its like. */
export interface AddProductOptions {
  /** The factor of the input; 0 leaves its values (NaN, too) out. Default 1. */
  beta?: number;
  /** The factor of the product. Default 1. */
  alpha?: number;
}

/** @internal Checks the numbers of dims of two operands. */
function checkDims(
  op: string,
  names: readonly [string, string],
  a: Tensor,
  b: Tensor,
  dims: readonly [number, number],
): void {
  if (a.ndim === dims[0] && b.ndim === dims[1]) return;
  const count = (n: number): string => `${n} dim${n === 1 ? '' : 's'}`;
  const wanted =
    dims[0] === dims[1] ? `both operands need ${count(dims[0])}` : `operands need ${dims[0]} and ${count(dims[1])}`;
  fail(ShapeError, op, wanted, names, [a, b]);
}

/**
 * Vectors and matrices multiplied: y[…, i, j] = Σₖ a[…, i, k]·b[…, k, j].
 *
 * Shapes: [..., m, k] and [..., k, n] → [..., m, n], batch dims broadcast; a vector [k] counts as a row before, as a column
 * behind, and its dim is gone from the result.
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.matmul.html
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return apply(matmulOp, [a, b], undefined);
}

/**
 * Two matrices multiplied: [m, k] and [k, n] → [m, n].
 *
 * @throws ShapeError where they are no matrices or sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.mm.html
 */
export function mm(a: Tensor, b: Tensor): Tensor {
  checkDims('mm', ['input', 'mat2'], a, b, [2, 2]);
  return matmul(a, b);
}

/**
 * Matrices multiplied pair by pair: [N, m, k] and [N, k, n] → [N, m, n].
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.bmm.html
 */
export function bmm(a: Tensor, b: Tensor): Tensor {
  checkDims('bmm', ['input', 'mat2'], a, b, [3, 3]);
  if (a.shape[0] !== b.shape[0]) {
    fail(ShapeError, 'bmm', `batch sizes differ (${a.shape[0]} vs ${b.shape[0]})`, ['input', 'mat2'], [a, b]);
  }
  return matmul(a, b);
}

/**
 * A matrix by a vector: [m, k] and [k] → [m].
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.mv.html
 */
export function mv(a: Tensor, b: Tensor): Tensor {
  checkDims('mv', ['input', 'vec'], a, b, [2, 1]);
  return matmul(a, b);
}

/**
 * The sum of products of two vectors: Σᵢ a[i]·b[i].
 *
 * @throws ShapeError where they are no vectors of one size
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.dot.html
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  checkDims('dot', ['input', 'tensor'], a, b, [1, 1]);
  return matmul(a, b);
}

/**
 * Every product of two vectors' elements: y[i, j] = a[i]·b[j].
 *
 * @throws ShapeError where they are no vectors
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.outer.html
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  checkDims('outer', ['input', 'vec2'], a, b, [1, 1]);
  return a.unsqueeze(1).mul(b);
}

/** beta·input + alpha·product, the input broadcast. */
function addProduct(op: string, input: Tensor, product: Tensor, options: AddProductOptions): Tensor {
  checkOptions(op, options, ['beta', 'alpha']);
  const { beta = 1, alpha = 1 } = options;
  const scaled = alpha === 1 ? product : product.mul(alpha);
  const base = input.expand(product.shape);
  if (beta === 0) return scaled;
  return scaled.add(base, { alpha: beta });
}

/**
 * y = beta·input + alpha·(mat1·mat2).
 *
 * Shapes: input broadcasts to [m, n], mat1 [m, k], mat2 [k, n] → [m, n]
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.addmm.html
 */
export function addmm(input: Tensor, mat1: Tensor, mat2: Tensor, options: AddProductOptions = {}): Tensor {
  checkDims('addmm', ['mat1', 'mat2'], mat1, mat2, [2, 2]);
  return addProduct('addmm', input, matmul(mat1, mat2), options);
}

/**
 * y = beta·input + alpha·(batch1·batch2), pair by pair.
 *
 * Shapes: input broadcasts to [N, m, n], batch1 [N, m, k], batch2 [N, k, n] → [N, m, n]
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.baddbmm.html
 */
export function baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, options: AddProductOptions = {}): Tensor {
  checkDims('baddbmm', ['batch1', 'batch2'], batch1, batch2, [3, 3]);
  return addProduct('baddbmm', input, bmm(batch1, batch2), options);
}
