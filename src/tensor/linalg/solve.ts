import { DTypeError, ShapeError, WasmgradError, checkWhole, fail } from '../../core/errors.js';
import { sameShape } from '../../core/shapes.js';
import { apply, applyMany } from '../../autograd/apply.js';
import * as decompositions from '../../ops/linalg/decompose.js';
import * as ops from '../../ops/linalg/solve.js';
import { empty, eye, ones } from '../creation.js';
import { checkOptions } from '../options.js';
import type { Tensor } from '../tensor.js';
import { EPSILON, checkInfo, checkSameType, sameBatch, tolerances, wide } from './operands.js';
import { matrixRank, svdvals } from './decompose.js';

const singular = (k: number): string =>
  `the matrix is singular: diagonal element ${k} of its triangular factor is zero`;

/** The solution of a·x = b (of aᵀ·x = b where `transposed`) for matrices in float64. */
function solved(op: string, a: Tensor, b: Tensor, transposed: boolean): Tensor {
  const [x, info] = applyMany(ops.solve, sameBatch(op, a, b), { name: op, transposed }) as [Tensor, Tensor];
  checkInfo(op, info, singular);
  return x;
}

/**
 * The inverse of square matrices.
 *
 * Shapes: [..., n, n] → [..., n, n]
 *
 * @throws WasmgradError where a matrix is singular; ShapeError where it is not square; DTypeError where it is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.inv.html
 */
export function inv(input: Tensor): Tensor {
  const a = wide('inv', input);
  return solved('inv', a, eye(a.shape.at(-1)!, { dtype: 'float64' }), false).to(input.dtype);
}

/** Options of `solve`. */
export interface SolveOptions {
  /** Solve a·x = b rather than x·a = b. Default true. */
  readonly left?: boolean;
}

/**
 * The solution x of a·x = b, or of x·a = b, by elimination with partial pivoting.
 *
 * Shapes: a [..., n, n]; b [..., n, k] (for x·a = b: [..., k, n]), or [n], or a's shape without its last dim: vectors. Batch dims broadcast.
 *
 * @param options `left` (default true)
 * @throws WasmgradError where a matrix is singular; ShapeError where sizes do not fit
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.solve.html
 */
export function solve(a: Tensor, b: Tensor, options: SolveOptions = {}): Tensor {
  checkOptions('solve', options, ['left']);
  const { left = true } = options;
  const x = wide('solve', a);
  checkSameType('solve', a, b);
  const vector = b.ndim === 1 || (a.ndim - 1 === b.ndim && sameShape(b.shape, a.shape.slice(0, -1)));
  const sides = vector ? b.unsqueeze(-1) : b;
  const [rows, columns] = sides.shape.slice(-2) as [number, number];
  if ((left || vector ? rows : columns) !== a.shape.at(-1)) {
    fail(ShapeError, 'solve', 'sizes do not fit', ['input', 'other'], [a, b]);
  }
  if (left) {
    const y = solved('solve', x, sides.to('float64'), false);
    return (vector ? y.squeeze(-1) : y).to(a.dtype);
  }
  if (vector) throw new ShapeError('solve: with left: false, the right-hand side must be a matrix');
  return solved('solve', x, sides.to('float64').mT, true).mT.to(a.dtype);
}

/** Options of `solveTriangular`. */
export interface SolveTriangularOptions {
  /** Whether the upper triangle is read, or the lower one. No default. */
  readonly upper: boolean;
  /** Solve a·x = b rather than x·a = b. Default true. */
  readonly left?: boolean;
  /** Take the diagonal as ones. Default false. */
  readonly unitriangular?: boolean;
}

/**
 * The solution x of a·x = b (or x·a = b) for a triangular matrix, of which only that triangle is read. A zero on the diagonal gives
 * infinities.
 *
 * Shapes: a [..., n, n], b [..., n, k] ([..., k, n] without `left`); batch dims broadcast
 *
 * @param options `upper` (must be given), `left` (default true), `unitriangular` (default false)
 * @throws ShapeError where sizes do not fit; WasmgradError without `upper`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.solve_triangular.html
 */
export function solveTriangular(a: Tensor, b: Tensor, options: SolveTriangularOptions): Tensor {
  checkOptions('solveTriangular', options ?? {}, ['upper', 'left', 'unitriangular']);
  const { upper, left = true, unitriangular = false } = options ?? {};
  if (typeof upper !== 'boolean')
    throw new WasmgradError('solveTriangular: say whether the matrix is upper: true or false');
  const x = wide('solveTriangular', a);
  checkSameType('solveTriangular', a, b);
  const sides = wide('solveTriangular', b, 'other');
  if (sides.shape.at(left ? -2 : -1) !== a.shape.at(-1)) {
    fail(ShapeError, 'solveTriangular', 'sizes do not fit', ['input', 'other'], [a, b]);
  }
  const params = { upper, transposed: !left, unit: unitriangular };
  const y = apply(ops.solveTriangular, sameBatch('solveTriangular', x, left ? sides : sides.mT), params);
  return (left ? y : y.mT).to(a.dtype);
}

/**
 * The determinant of square matrices.
 *
 * Shapes: [..., n, n] → [...]. The gradient holds for singular matrices, too (it is the matrix of cofactors).
 *
 * @throws ShapeError where a matrix is not square; DTypeError where it is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.det.html
 */
export function det(input: Tensor): Tensor {
  return applyMany(ops.determinant, [wide('det', input)], { name: 'det' })[0]!.to(input.dtype);
}

/**
 * The sign of the determinant and the logarithm of its magnitude: `[sign, logabsdet]`, 0 and −∞ for singular matrices.
 *
 * Shapes: [..., n, n] → two of [...]
 *
 * @throws ShapeError where a matrix is not square; DTypeError where it is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.slogdet.html
 */
export function slogdet(input: Tensor): [Tensor, Tensor] {
  const [, sign, logabs] = applyMany(ops.determinant, [wide('slogdet', input)], { name: 'slogdet' });
  return [sign!.to(input.dtype), logabs!.to(input.dtype)];
}

/**
 * The logarithm of the determinant: −∞ where it is 0, NaN where it is negative.
 *
 * Shapes: [..., n, n] → [...]
 *
 * @throws ShapeError where a matrix is not square; DTypeError where it is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.logdet.html
 */
export function logdet(input: Tensor): Tensor {
  const [sign, logabs] = slogdet(input);
  return logabs.maskedFill(sign.detach().lt(0), NaN);
}

/** Options of `cholesky`. */
export interface CholeskyOptions {
  /** Answer the upper factor, from the upper triangle. Default false. */
  readonly upper?: boolean;
}

/**
 * The lower triangle l with l·lᵀ = input, or the upper one u with uᵀ·u = input. Only that triangle of the input is read; the gradient is
 * symmetric.
 *
 * Shapes: [..., n, n] → [..., n, n]
 *
 * @param options `upper` (default false)
 * @throws WasmgradError where a matrix is not positive-definite; ShapeError where it is not square
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.cholesky.html
 */
export function cholesky(input: Tensor, options: CholeskyOptions = {}): Tensor {
  checkOptions('cholesky', options, ['upper']);
  const { upper = false } = options;
  const a = wide('cholesky', input);
  const [l, info] = applyMany(ops.cholesky, [upper ? a.mT : a], undefined) as [Tensor, Tensor];
  checkInfo('cholesky', info, (k) => `the matrix is not positive-definite: its leading minor of order ${k} is not`);
  return (upper ? l.mT : l).to(input.dtype);
}

/** Options of `pinv`. */
export interface PinvOptions {
  /** Singular values of at most max(atol, rtol·largest) count as 0. Default 0. */
  readonly atol?: number;
  /** Default max(m, n)·ε where `atol` is not given (or 0), else 0. */
  readonly rtol?: number;
  /** The matrices are symmetric: only their lower triangles are read. Default false. */
  readonly hermitian?: boolean;
}

/** A symmetric matrix from its lower triangle. */
function mirrored(a: Tensor): Tensor {
  return a.tril().add(a.tril(-1).mT);
}

/**
 * The pseudo-inverse of Moore and Penrose, by singular values.
 *
 * Shapes: [..., m, n] → [..., n, m]
 *
 * @param options `atol`, `rtol` (see `PinvOptions`), `hermitian` (default false)
 * @throws ShapeError for fewer than two dims; DTypeError where the input is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.pinv.html
 */
export function pinv(input: Tensor, options: PinvOptions = {}): Tensor {
  checkOptions('pinv', options, ['atol', 'rtol', 'hermitian']);
  const a = wide('pinv', input);
  const params = tolerances('pinv', input, options);
  return apply(decompositions.pseudoInverse, [options.hermitian ? mirrored(a) : a], params).to(input.dtype);
}

/** Options of `lstsq`. */
export interface LstsqOptions {
  /** Singular values of at most rcond·largest count as 0. Default max(m, n)·ε. */
  readonly rcond?: number | null;
  /** Which of LAPACK's drivers the results are those of. Default 'gelsy'. */
  readonly driver?: 'gels' | 'gelsy' | 'gelsd' | 'gelss';
}

const DRIVERS: readonly string[] = ['gels', 'gelsy', 'gelsd', 'gelss'];

/**
 * The least-squares solution x of a·x ≈ b, of smallest norm where there are several: `[solution, residuals, rank, singularValues]`.
 *
 * Shapes: a [..., m, n], b [..., m, k] (or [m], [..., m]: vectors) → x [..., n, k]. As in PyTorch, residuals (sums of squares [..., k]) come with the
 * drivers gels, gelsd and gelss where m > n and the rank is n, the rank (int32) with all but gels, singular values with gelsd and gelss;
 * what does not come is empty; whether residuals come is read from the rank (not while a step is captured). (`rcond` does not matter to gels, which takes the rank as full.)
 *
 * @param options `rcond` (default max(m, n)·ε), `driver` (default 'gelsy')
 * @throws ShapeError where sizes do not fit; WasmgradError for an unknown driver
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.lstsq.html
 */
export function lstsq(a: Tensor, b: Tensor, options: LstsqOptions = {}): [Tensor, Tensor, Tensor, Tensor] {
  checkOptions('lstsq', options, ['rcond', 'driver']);
  const { rcond = null, driver = 'gelsy' } = options;
  if (!DRIVERS.includes(driver)) {
    throw new WasmgradError(`lstsq: driver must be one of ${DRIVERS.join(', ')}, got '${String(driver)}'`);
  }
  const x = wide('lstsq', a);
  checkSameType('lstsq', a, b);
  const vector = b.ndim === 1 || (a.ndim - 1 === b.ndim && sameShape(b.shape, a.shape.slice(0, -1)));
  const sides = (vector ? b.unsqueeze(-1) : b).to('float64');
  const [m, n] = a.shape.slice(-2) as [number, number];
  if (sides.shape.at(-2) !== m) fail(ShapeError, 'lstsq', 'sizes do not fit', ['input', 'other'], [a, b]);
  const [matrices, right] = sameBatch('lstsq', x, sides);
  const usual = Math.max(m, n) * EPSILON[a.dtype as 'float32' | 'float64'];
  const rtol = driver === 'gels' ? 0 : (rcond ?? usual);
  const y = apply(decompositions.pseudoInverse, [matrices], { atol: 0, rtol }).matmul(right);
  const solution = (vector ? y.squeeze(-1) : y).to(a.dtype);
  const none = (): Tensor => empty([0], { dtype: a.dtype });
  const rank = driver === 'gels' ? empty([0], { dtype: 'int32' }) : matrixRank(x.detach(), { rtol, atol: 0 });
  const values = driver === 'gelsd' || driver === 'gelss' ? svdvals(x.detach()).to(a.dtype) : none();
  const full = driver === 'gels' || (driver !== 'gelsy' && m > n && rank.eq(n).all().item<boolean>());
  const residuals = full && m > n ? matrices.matmul(y).sub(right).square().sum(-2).to(a.dtype) : none();
  return [solution, residuals, rank, values];
}

/**
 * eᵃ = Σ aᵏ / k! of square matrices.
 *
 * Shapes: [..., n, n] → [..., n, n]
 *
 * @throws ShapeError where a matrix is not square; DTypeError where it is not floating point
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html
 */
export function matrixExp(input: Tensor): Tensor {
  return apply(ops.matrixExp, [wide('matrixExp', input)], undefined).to(input.dtype);
}

/**
 * Square matrices multiplied with themselves n times; of a negative n, their inverses.
 *
 * Shapes: [..., m, m] → [..., m, m]
 *
 * @throws WasmgradError where n is no whole number, or is negative and a matrix singular; ShapeError where it is not square
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html
 */
export function matrixPower(input: Tensor, n: number): Tensor {
  checkWhole('matrixPower', 'n', n, -Infinity, WasmgradError);
  const m = input.shape.at(-1);
  if (input.ndim < 2 || input.shape.at(-2) !== m) {
    fail(ShapeError, 'matrixPower', 'input must be a square matrix, or a batch of them', ['input'], [input]);
  }
  if (input.dtype === 'bool') throw new DTypeError('matrixPower: there is no product of bool');
  if (n === 0) return input.maskedFill(ones([], { dtype: 'bool' }), 0).add(eye(m!, { dtype: input.dtype }));
  let base = n < 0 ? inv(input) : input;
  let y: Tensor | null = null;
  for (let rest = Math.abs(n); ; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) y = y ? y.matmul(base) : base;
    if (rest <= 1) return n === 1 ? y!.clone() : y!;
    base = base.matmul(base);
  }
}
