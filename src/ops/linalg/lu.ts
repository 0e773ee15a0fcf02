import { IndexError } from '../../core/errors.js';
import * as kernels from '../../runtime/kernels.js';
import { launch } from '../../runtime/launch.js';
import type { Tensor } from '../../tensor/tensor.js';
import { checkInside } from '../check.js';
import { cat } from '../copy.js';
import type { Op } from '../op.js';
import { countOf, matrixSizes, withUnitDiagonal } from './batch.js';
import { solveTriangular } from './solve.js';

/** Whether rows are exchanged for the largest pivot. */
export interface LuParams {
  readonly name: string;
  readonly pivot: boolean;
}

/** The factors of a = P·L·U in one matrix, the exchanges of rows that make P, and the number of the first zero pivot, or 0. */
export const lu: Op<LuParams> = {
  name: 'lu',
  args: ['input'],
  infer: ([a], { name }) => {
    const [m, n] = matrixSizes(name, a);
    const batch = a.shape.slice(0, -2);
    return [
      { shape: a.shape, dtype: 'float64' },
      { shape: [...batch, Math.min(m, n)], dtype: 'int32' },
      { shape: batch, dtype: 'int32' },
    ];
  },
  forward: ([y, pivots, info], [a], { pivot }) => {
    const [m, n] = a.shape.slice(-2) as [number, number];
    launch(kernels.luF64, null, y.ptr, pivots.ptr, info.ptr, a.ptr, m, n, Number(pivot), countOf(a.shape), 1);
  },
  savesOutputs: [0, 1],
  backward: (ctx, dy) => {
    const y = ctx.output(0);
    const [m, n] = y.shape.slice(-2) as [number, number];
    const k = Math.min(m, n);
    const rows = y.ndim - 2;
    const corner = y.narrow(-2, 0, k).narrow(-1, 0, k);
    // Multiplies with L⁻ᵀ from the left, and with U⁻ᵀ from the right.
    const left = (x: Tensor): Tensor =>
      ctx.apply(solveTriangular, [corner, x], { upper: false, transposed: true, unit: true });
    const right = (x: Tensor): Tensor =>
      ctx.apply(solveTriangular, [corner, x.mT], { upper: true, transposed: false, unit: false }).mT;
    // Of the square corner: L⁻ᵀ·(the lower triangle of Lᵀ·dL and the upper one of dU·Uᵀ)·U⁻ᵀ. What lies beside it (U₂ = L⁻¹·Pᵀ·a₂) depends on
    // L, what lies below it (L₂ = a₂·U⁻¹) on U.
    const dcorner = dy.narrow(-2, 0, k).narrow(-1, 0, k);
    const unitLower = withUnitDiagonal(ctx, corner.tril(-1));
    let lower = unitLower.mT.matmul(dcorner.tril(-1));
    let upper = dcorner.triu().matmul(corner.triu().mT);
    const beside = n > k ? dy.narrow(-1, k, n - k) : null;
    const below = m > k ? dy.narrow(-2, k, m - k) : null;
    if (beside) lower = lower.sub(beside.matmul(y.narrow(-1, k, n - k).mT));
    if (below) upper = upper.sub(y.narrow(-2, k, m - k).mT.matmul(below));
    let da = right(left(lower.tril(-1).add(upper.triu())));
    if (beside) da = ctx.apply(cat, [da, left(beside)], rows + 1);
    if (below) da = ctx.apply(cat, [da, right(below)], rows);
    return [ctx.apply(exchangeRows, [da, ctx.output(1)], { name: 'lu', transposed: false })];
  },
};

/** Whether the exchanges are undone: Pᵀ rather than P. */
export interface ExchangeParams {
  readonly name: string;
  readonly transposed: boolean;
}

/** y = P·x, or Pᵀ·x, for the permutation of `lu`. Batch dims are equal. */
export const exchangeRows: Op<ExchangeParams> = {
  name: 'exchangeRows',
  args: ['input', 'pivots'],
  infer: ([x], { name }) => {
    matrixSizes(name, x);
    return { shape: x.shape, dtype: 'float64' };
  },
  forward: ([y], [x, pivots], { name, transposed }) => {
    const [m, n] = x.shape.slice(-2) as [number, number];
    checkInside(pivots, 1, m + 1, (outside) => {
      throw new IndexError(`${name}: pivots must be in 1 … ${m}, got ${outside}`);
    });
    const k = pivots.shape.at(-1)!;
    launch(kernels.exchangeRowsF64, null, y.ptr, x.ptr, pivots.ptr, m, n, k, Number(transposed), countOf(x.shape), 1);
  },
  savesInputs: [1],
  backward: (ctx, dy) => {
    const { name, transposed } = ctx.params;
    return [ctx.apply(exchangeRows, [dy, ctx.input(1)], { name, transposed: !transposed }), null];
  },
};
