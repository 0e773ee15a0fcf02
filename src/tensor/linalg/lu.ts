import { DTypeError, ShapeError, fail } from '../../core/errors.js';
import { sameShape } from '../../core/shapes.js';
import { apply, applyMany } from '../../autograd/apply.js';
import * as ops from '../../ops/linalg/lu.js';
import { solveTriangular } from '../../ops/linalg/solve.js';
import { empty, eye } from '../creation.js';
import { checkTensor } from '../operands.js';
import { checkOptions } from '../options.js';
import type { Tensor } from '../tensor.js';
import { checkInfo, checkSameType, sameBatch, wide } from './operands.js';

/** Options of `lu` and `luFactor`. */
export interface LuOptions {
  /** Exchange rows, so that pivots are as large as they can be. Default true. */
  readonly pivot?: boolean;
}

function factored(op: string, input: Tensor, options: LuOptions): [Tensor, Tensor, Tensor] {
  checkOptions(op, options, ['pivot']);
  const { pivot = true } = options;
  return applyMany(ops.lu, [wide(op, input)], { name: op, pivot }) as [Tensor, Tensor, Tensor];
}

/** The product of exchanges of rows with x, in float64, or of its transpose. */
function exchanged(name: string, x: Tensor, pivots: Tensor, transposed: boolean): Tensor {
  return apply(ops.exchangeRows, [x, pivots], { name, transposed });
}

/**
 * `[LU, pivots]` of input = P·L·U by elimination with partial pivoting: U is the upper triangle of LU, L what is below its diagonal, with ones
 * on it. Row i was exchanged with row pivots[i] (int32, counted from 1), one after the other.
 *
 * Shapes: [..., m, n] → LU [..., m, n], pivots [..., min(m, n)]
 *
 * @param options `pivot` (default true)
 * @throws WasmgradError where a pivot is zero, which `luSolve` would divide by (`lu` does not mind); ShapeError for fewer than two dims; DTypeError where the
 * input is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.lu_factor.html
 *
 * @example
 * const [LU, pivots] = linalg.luFactor(a);
 * const x = linalg.luSolve(LU, pivots, b);
 */
export function luFactor(input: Tensor, options: LuOptions = {}): [Tensor, Tensor] {
  const [y, pivots, info] = factored('luFactor', input, options);
  checkInfo('luFactor', info, (k) => `diagonal element ${k} of U is zero (linalg.lu allows that)`);
  return [y.to(input.dtype), pivots];
}

/**
 * `[P, L, U]` with input = P·L·U: a permutation, a lower triangle with ones on its diagonal, an upper triangle, by elimination with partial
 * pivoting. With `pivot: false` P is empty, and input = L·U.
 *
 * Shapes: [..., m, n] → P [..., m, m], L [..., m, k], U [..., k, n], k = min(m, n). The gradient takes the first k columns as of full rank.
 *
 * @param options `pivot` (default true)
 * @throws ShapeError for fewer than two dims; DTypeError where the input is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.lu.html
 */
export function lu(input: Tensor, options: LuOptions = {}): [Tensor, Tensor, Tensor] {
  const [y, pivots] = factored('lu', input, options);
  const [m, n] = input.shape.slice(-2) as [number, number];
  const k = Math.min(m, n);
  const l = y
    .narrow(-1, 0, k)
    .tril(-1)
    .add(eye(m, k, { dtype: 'float64' }));
  const u = y.narrow(-2, 0, k).triu();
  const factors = [l.to(input.dtype), u.to(input.dtype)] as const;
  if (!(options.pivot ?? true)) return [empty([0], { dtype: input.dtype }), ...factors];
  const ones = eye(m, { dtype: 'float64' }).expand([...input.shape.slice(0, -2), m, m]);
  return [exchanged('lu', ones, pivots, false).to(input.dtype), ...factors];
}

/** Options of `luSolve`. */
export interface LuSolveOptions {
  /** Solve a·x = b rather than x·a = b. Default true. */
  readonly left?: boolean;
  /** Solve with aᵀ in the place of a. Default false. */
  readonly adjoint?: boolean;
}

/**
 * The solution x of a·x = b (or x·a = b, or with aᵀ) for matrices that `luFactor` has factored.
 *
 * Shapes: LU [..., n, n], pivots int32 [..., n], b [..., n, k] ([..., k, n] without `left`) → that of b; batch dims broadcast
 *
 * @param options `left` (default true), `adjoint` (default false)
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ, or pivots are not int32; IndexError for pivots out of range
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.lu_solve.html
 */
export function luSolve(LU: Tensor, pivots: Tensor, b: Tensor, options: LuSolveOptions = {}): Tensor {
  checkOptions('luSolve', options, ['left', 'adjoint']);
  const { left = true, adjoint = false } = options;
  const factors = wide('luSolve', LU);
  checkTensor('luSolve', 'pivots', pivots);
  checkSameType('luSolve', LU, b);
  const sides = wide('luSolve', b, 'other');
  const n = LU.shape.at(-1)!;
  if (LU.shape.at(-2) !== n) {
    fail(ShapeError, 'luSolve', 'input must be a square matrix, or a batch of them', ['input'], [LU]);
  }
  if (pivots.dtype !== 'int32') fail(DTypeError, 'luSolve', 'pivots must be int32', ['pivots'], [pivots]);
  if (!sameShape(pivots.shape, LU.shape.slice(0, -1))) {
    fail(ShapeError, 'luSolve', 'there must be a pivot for each row', ['input', 'pivots'], [LU, pivots]);
  }
  if (sides.shape.at(left ? -2 : -1) !== n)
    fail(ShapeError, 'luSolve', 'sizes do not fit', ['input', 'other'], [LU, b]);
  // x·a = b is aᵀ·xᵀ = bᵀ.
  const [y, right] = sameBatch('luSolve', factors, left ? sides : sides.mT);
  const order = pivots.expand(y.shape.slice(0, -1));
  const transposed = left === adjoint;
  const byUpper = (x: Tensor): Tensor => apply(solveTriangular, [y, x], { upper: true, transposed, unit: false });
  const byLower = (x: Tensor): Tensor => apply(solveTriangular, [y, x], { upper: false, transposed, unit: true });
  const x = transposed
    ? exchanged('luSolve', byLower(byUpper(right)), order, false)
    : byUpper(byLower(exchanged('luSolve', right, order, true)));
  return (left ? x : x.mT).to(b.dtype);
}
