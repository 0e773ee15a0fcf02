import { ShapeError, fail } from '../../core/errors.js';
import { eye } from '../creation.js';
import { argument } from '../reduce.js';
import type { Named } from '../reduce.js';
import type { Tensor } from '../tensor.js';
import { checkSameType, wide } from './operands.js';
import { solveTriangular } from './solve.js';

/** a⁻¹·b by two triangular solutions in float64. */
function solved(b: Tensor, factor: Tensor, upper: boolean): Tensor {
  const [first, second] = upper ? [factor.mT, factor] : [factor, factor.mT];
  return solveTriangular(second, solveTriangular(first, b, { upper: false }), { upper: true });
}

function square(op: string, factor: Tensor, name: string): Tensor {
  const x = wide(op, factor, name);
  if (x.shape.at(-1) !== x.shape.at(-2)) {
    fail(ShapeError, op, `${name} must be a square matrix, or a batch of them`, [name], [factor]);
  }
  return x;
}

/**
 * The solution x of a·x = b for a positive-definite matrix a = L·Lᵀ (or Uᵀ·U) whose Cholesky factor is given; only that triangle is read.
 *
 * Shapes: input b [..., n, k], other L [..., n, n] → [..., n, k]; batch dims broadcast
 *
 * @param upper whether the factor is upper triangular. Default false
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ or are not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.cholesky_solve.html
 *
 * @example
 * const alpha = choleskySolve(y, linalg.cholesky(kernel));
 */
export function choleskySolve(input: Tensor, other: Tensor, upper?: Named<'upper', boolean>): Tensor {
  const up = argument('choleskySolve', 'upper', upper, false);
  const b = wide('choleskySolve', input);
  checkSameType('choleskySolve', input, other);
  const factor = square('choleskySolve', other, 'other');
  if (factor.shape.at(-1) !== b.shape.at(-2)) {
    fail(ShapeError, 'choleskySolve', 'sizes do not fit', ['input', 'other'], [input, other]);
  }
  return solved(b, factor, up).to(input.dtype);
}

/**
 * The inverse of a positive-definite matrix a = L·Lᵀ (or Uᵀ·U) whose Cholesky factor is given; only that triangle is read.
 *
 * Shapes: [..., n, n] → [..., n, n]
 *
 * @param upper whether the factor is upper triangular. Default false
 * @throws ShapeError where it is not square; DTypeError where it is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.cholesky_inverse.html
 */
export function choleskyInverse(input: Tensor, upper?: Named<'upper', boolean>): Tensor {
  const up = argument('choleskyInverse', 'upper', upper, false);
  const factor = square('choleskyInverse', input, 'input');
  return solved(eye(factor.shape.at(-1)!, { dtype: 'float64' }), factor, up).to(input.dtype);
}
