import { WasmgradError } from '../../core/errors.js';
import * as kernels from '../../runtime/kernels.js';
import { launch } from '../../runtime/launch.js';
import type { Tensor } from '../../tensor/tensor.js';
import { cat } from '../copy.js';
import type { BackwardContext, Op } from '../op.js';
import { countOf, doubles, matrixSizes, squareSize, withUnitDiagonal } from './batch.js';
import { solveTriangular } from './solve.js';

/** What `qr` makes: q with min(m, n) columns, with m, or none. */
export type QrMode = 'reduced' | 'complete' | 'r';

/** q·r = a with LAPACK's signs; q is empty in mode 'r'. */
export const qr: Op<QrMode> = {
  name: 'qr',
  args: ['input'],
  infer: ([a], mode) => {
    const [m, n] = matrixSizes('qr', a);
    const columns = mode === 'complete' ? m : Math.min(m, n);
    const batch = a.shape.slice(0, -2);
    return [
      { shape: mode === 'r' ? [0] : [...batch, m, columns], dtype: 'float64' },
      { shape: [...batch, columns, n], dtype: 'float64' },
    ];
  },
  forward: ([q, r], [a], mode) => {
    const [m, n] = a.shape.slice(-2) as [number, number];
    const count = countOf(a.shape);
    doubles(count * (m * n + Math.min(m, n)), (work) => {
      launch(kernels.qrF64, null, mode === 'r' ? 0 : q.ptr, r.ptr, a.ptr, work, m, n, r.shape.at(-2)!, count, 1);
    });
  },
  savesOutputs: [0, 1],
  backward: (ctx, dq, dr) => {
    const mode = ctx.params;
    const [m, n] = ctx.shape(0).slice(-2) as [number, number];
    if (mode === 'r') throw new WasmgradError("qr: mode 'r' makes no q, which the gradient needs (use mode 'reduced')");
    if (mode === 'complete' && m > n) {
      throw new WasmgradError("qr: mode 'complete' has no gradient where there are more rows than columns");
    }
    const q = ctx.output(0);
    const r = ctx.output(1);
    if (m >= n) return [qrBackward(ctx, q, r, dq, dr)];
    // a = [x, y] with x square: x = q·u, r = [u, v], v = qᵀ·y.
    const [u, du] = [r.narrow(-1, 0, m), dr.narrow(-1, 0, m)];
    const [v, dv] = [r.narrow(-1, m, n - m), dr.narrow(-1, m, n - m)];
    // dq gets y·dvᵀ, where y = q·v.
    const dx = qrBackward(ctx, q, u, dq.add(q.matmul(v.matmul(dv.mT))), du);
    const dy = q.matmul(dv);
    return [ctx.apply(cat, [dx, dy], dx.ndim - 1)];
  },
};

/** The gradient for m ≥ n: (dq + q·mirror(triu(dr·rᵀ − qᵀ·dq)))·r⁻ᵀ. */
function qrBackward(ctx: BackwardContext<QrMode>, q: Tensor, r: Tensor, dq: Tensor, dr: Tensor): Tensor {
  const upper = dr.matmul(r.mT).sub(q.mT.matmul(dq)).triu();
  const mirrored = upper.add(upper.triu(1).mT);
  const right = dq.add(q.matmul(mirrored));
  return ctx.apply(solveTriangular, [r, right.mT], { upper: true, transposed: false, unit: false }).mT;
}

/** uᵀ, s and vᵀ of a = u·diag(s)·vᵀ; where `full`, uᵀ and vᵀ are square. */
export const svd: Op<{ readonly name: string; readonly full: boolean }> = {
  name: 'svd',
  args: ['input'],
  infer: ([a], { name, full }) => {
    const [m, n] = matrixSizes(name, a);
    const k = Math.min(m, n);
    const batch = a.shape.slice(0, -2);
    return [
      { shape: [...batch, full ? m : k, m], dtype: 'float64' },
      { shape: [...batch, k], dtype: 'float64' },
      { shape: [...batch, full ? n : k, n], dtype: 'float64' },
    ];
  },
  forward: ([u, s, v], [a]) => {
    const [m, n] = a.shape.slice(-2) as [number, number];
    const count = countOf(a.shape);
    if (m >= n) launch(kernels.svdF64, null, u.ptr, s.ptr, v.ptr, a.ptr, m, n, n, 1, u.shape.at(-2)!, count, 1);
    else launch(kernels.svdF64, null, v.ptr, s.ptr, u.ptr, a.ptr, n, m, 1, n, v.shape.at(-2)!, count, 1);
  },
  savesOutputs: [0, 1, 2],
  backward: (ctx, duFull, ds, dvFull) => {
    const s = ctx.output(1);
    const k = s.shape.at(-1)!;
    const [m, n] = ctx.shape(0).slice(-2) as [number, number];
    const thin = (x: Tensor): Tensor => x.narrow(-2, 0, k).mT;
    const [u, v] = [thin(ctx.output(0)), thin(ctx.output(2))];
    const [du, dv] = [thin(duFull), thin(dvFull)];
    const squares = s.square();
    const gaps = squares.unsqueeze(-2).sub(squares.unsqueeze(-1));
    const divisors = withUnitDiagonal(ctx, gaps);
    const skew = (x: Tensor): Tensor => x.sub(x.mT).div(divisors);
    const inner = skew(u.mT.matmul(du))
      .mul(s.unsqueeze(-2))
      .add(skew(v.mT.matmul(dv)).mul(s.unsqueeze(-1)))
      .add(ds.diagEmbed());
    let da = u.matmul(inner).matmul(v.mT);
    if (m > k) {
      const scaled = du.div(s.unsqueeze(-2));
      da = da.add(scaled.sub(u.matmul(u.mT.matmul(scaled))).matmul(v.mT));
    }
    if (n > k) {
      const scaled = dv.div(s.unsqueeze(-2));
      da = da.add(u.matmul(scaled.sub(v.matmul(v.mT.matmul(scaled))).mT));
    }
    return [da];
  },
};

/** Eigenvalues, ascending, and eigenvectors (the transpose of the matrix of them) of symmetric matrices, from the lower triangle. */
export const eigh: Op<{ readonly name: string }> = {
  name: 'eigh',
  args: ['input'],
  infer: ([a], { name }) => {
    squareSize(name, a);
    return [
      { shape: a.shape.slice(0, -1), dtype: 'float64' },
      { shape: a.shape, dtype: 'float64' },
    ];
  },
  forward: ([w, v], [a]) => {
    const n = a.shape.at(-1)!;
    const count = countOf(a.shape);
    doubles(count * n * n, (work) => launch(kernels.eighF64, null, w.ptr, v.ptr, a.ptr, work, n, count, 1));
  },
  savesOutputs: [0, 1],
  backward: (ctx, dw, dvt) => {
    const w = ctx.output(0);
    const v = ctx.output(1).mT;
    const gaps = withUnitDiagonal(ctx, w.unsqueeze(-2).sub(w.unsqueeze(-1)));
    const turned = v.mT.matmul(dvt.mT);
    const offDiagonal = turned.sub(turned.diagonal(0, -2, -1).diagEmbed()).div(gaps);
    return [v.matmul(offDiagonal.add(dw.diagEmbed())).matmul(v.mT)];
  },
};

/** Singular values of at most max(atol, rtol·largest) count as 0. */
export interface PseudoInverseParams {
  readonly atol: number;
  readonly rtol: number;
}

/** The pseudo-inverse of Moore and Penrose. */
export const pseudoInverse: Op<PseudoInverseParams> = {
  name: 'pinv',
  args: ['input'],
  infer: ([a]) => {
    const [m, n] = matrixSizes('pinv', a);
    return { shape: [...a.shape.slice(0, -2), n, m], dtype: 'float64' };
  },
  forward: ([y], [a], { atol, rtol }) => {
    const [m, n] = a.shape.slice(-2) as [number, number];
    const count = countOf(a.shape);
    const [long, short] = [Math.max(m, n), Math.min(m, n)];
    doubles(count * (long + short + 1) * short, (work) => {
      if (m >= n) launch(kernels.pseudoInverseF64, null, y.ptr, a.ptr, work, m, n, n, 1, atol, rtol, count, 1);
      else launch(kernels.pseudoInverseF64, null, y.ptr, a.ptr, work, n, m, 1, n, atol, rtol, count, 1);
    });
  },
  savesInputs: [0],
  savesOutputs: [0],
  // Golub & Pereyra 1973: dp = −p·da·p + p·pᵀ·daᵀ·(1 − a·p) + (1 − p·a)·daᵀ·pᵀ·p.
  backward: (ctx, dp) => {
    const a = ctx.input(0);
    const p = ctx.output(0);
    const [pt, dpt] = [p.mT, dp.mT];
    const first = pt.matmul(dp).matmul(pt).neg();
    const second = dpt.matmul(p).matmul(pt);
    const third = pt.matmul(p).matmul(dpt);
    return [first.add(second.sub(a.matmul(p).matmul(second))).add(third.sub(third.matmul(p).matmul(a)))];
  },
};
