import { ShapeError, WasmgradError, fail } from '../core/errors.js';
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

/** @throws ShapeError where columns of one are not as many as rows of the other */
function checkInner(op: string, a: Tensor, b: Tensor): void {
  const [k, inner] = [a.shape.at(-1), b.shape.at(-2)];
  if (k !== inner) fail(ShapeError, op, `inner sizes differ (${k} vs ${inner})`, ['input', 'mat2'], [a, b]);
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
  checkInner('mm', a, b);
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
  checkInner('bmm', a, b);
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

/**
 * y = beta·input + alpha·(mat·vec).
 *
 * Shapes: input broadcasts to [m], mat [m, k], vec [k] → [m]
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.addmv.html
 */
export function addmv(input: Tensor, mat: Tensor, vec: Tensor, options: AddProductOptions = {}): Tensor {
  checkDims('addmv', ['mat', 'vec'], mat, vec, [2, 1]);
  return addProduct('addmv', input, matmul(mat, vec), options);
}

/**
 * y = beta·input + alpha·(vec1 ⊗ vec2).
 *
 * Shapes: input broadcasts to [m, n], vec1 [m], vec2 [n] → [m, n]
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.addr.html
 */
export function addr(input: Tensor, vec1: Tensor, vec2: Tensor, options: AddProductOptions = {}): Tensor {
  checkDims('addr', ['vec1', 'vec2'], vec1, vec2, [1, 1]);
  return addProduct('addr', input, outer(vec1, vec2), options);
}

/**
 * y = beta·input + alpha·Σᵢ batch1[i]·batch2[i].
 *
 * Shapes: input broadcasts to [m, n], batch1 [N, m, k], batch2 [N, k, n] → [m, n]
 *
 * @throws ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.addbmm.html
 */
export function addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, options: AddProductOptions = {}): Tensor {
  checkDims('addbmm', ['batch1', 'batch2'], batch1, batch2, [3, 3]);
  return addProduct('addbmm', input, bmm(batch1, batch2).sum(0), options);
}

/**
 * The sum of products over the last dims: y[…, i, …, j, …] = Σₖ input[…, i, k]·other[…, j, k]. A tensor without dims scales.
 *
 * Shapes: input [..., k], other [..., k] → all dims of input but the last, then those of other
 *
 * @throws ShapeError where the last sizes differ
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.inner.html
 */
export function inner(input: Tensor, other: Tensor): Tensor {
  if (input.ndim === 0 || other.ndim === 0) return input.mul(other);
  const [k, l] = [input.shape.at(-1)!, other.shape.at(-1)!];
  if (k !== l) fail(ShapeError, 'inner', `last sizes differ (${k} vs ${l})`, ['input', 'other'], [input, other]);
  const shape = [...input.shape.slice(0, -1), ...other.shape.slice(0, -1)];
  return matmul(lastInColumns(input), lastInColumns(other).t()).reshape(shape);
}

/** All dims but the last as one. */
function lastInColumns(x: Tensor): Tensor {
  const k = x.shape.at(-1)!;
  return x.reshape([x.shape.slice(0, -1).reduce((n, size) => n * size, 1), k]);
}

/**
 * As `dot`, for numbers that are all real.
 *
 * @throws ShapeError where they are no vectors of one size
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.vdot.html
 */
export function vdot(a: Tensor, b: Tensor): Tensor {
  checkDims('vdot', ['input', 'other'], a, b, [1, 1]);
  return matmul(a, b);
}

/** @internal The product of a chain of matrices in the order of the fewest multiplications. */
export function multiplyChain(op: string, tensors: readonly Tensor[]): Tensor {
  const last = tensors.length - 1;
  const names = tensors.map((_, i) => `tensors[${i}]`);
  if (tensors.length < 2) throw new WasmgradError(`${op}: needs at least two tensors, got ${tensors.length}`);
  const matrices = tensors.map((x, i) => {
    if (x.ndim === 1 && i === 0) return x.unsqueeze(0);
    if (x.ndim === 1 && i === last) return x.unsqueeze(1);
    if (x.ndim !== 2) fail(ShapeError, op, `tensors[${i}] must be a matrix`, names, tensors);
    return x;
  });
  const sizes = matrices.map((x) => x.shape[0]!).concat(matrices[last]!.shape[1]!);
  matrices.forEach((x, i) => {
    if (x.shape[1] !== sizes[i + 1]) fail(ShapeError, op, 'neighbours do not fit each other', names, tensors);
  });
  // cost[i][j]: the fewest multiplications for the product of matrices i … j; cut[i][j]: where it is parted.
  const cost = matrices.map(() => matrices.map(() => 0));
  const cut = matrices.map(() => matrices.map(() => 0));
  for (let length = 1; length <= last; length++) {
    for (let i = 0; i + length <= last; i++) {
      const j = i + length;
      cost[i]![j] = Infinity;
      for (let k = i; k < j; k++) {
        const total = cost[i]![k]! + cost[k + 1]![j]! + sizes[i]! * sizes[k + 1]! * sizes[j + 1]!;
        if (total < cost[i]![j]!) {
          cost[i]![j] = total;
          cut[i]![j] = k;
        }
      }
    }
  }
  const product = (i: number, j: number): Tensor => {
    if (i === j) return matrices[i]!;
    const k = cut[i]![j]!;
    return matmul(product(i, k), product(k + 1, j));
  };
  let y = product(0, last);
  if (tensors[last]!.ndim === 1) y = y.squeeze(1);
  return tensors[0]!.ndim === 1 ? y.squeeze(0) : y;
}

/**
 * The product of matrices, in the order that takes the fewest multiplications; of one matrix the matrix itself.
 *
 * Shapes: [a, b], [b, c], … → [a, z]
 *
 * @throws ShapeError where one is no matrix or neighbours do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.chain_matmul.html
 */
export function chainMatmul(...matrices: readonly Tensor[]): Tensor {
  const names = matrices.map((_, i) => `matrices[${i}]`);
  if (matrices.length === 0) throw new WasmgradError('chainMatmul: needs at least one matrix');
  if (matrices.some((x) => x.ndim !== 2)) fail(ShapeError, 'chainMatmul', 'all must be matrices', names, matrices);
  return matrices.length === 1 ? matrices[0]! : multiplyChain('chainMatmul', matrices);
}
