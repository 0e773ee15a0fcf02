import * as kernels from '../../runtime/kernels.js';
import { launch } from '../../runtime/launch.js';
import type { Tensor } from '../../tensor/tensor.js';
import { cat } from '../copy.js';
import { full } from '../full.js';
import type { BackwardContext, Op, OutSpec } from '../op.js';
import { countOf, doubles, squareSize } from './batch.js';

/** Whether the system is that of the transpose. */
export interface SolveParams {
  readonly name: string;
  readonly transposed: boolean;
}

/** x = a⁻¹·b (or (aᵀ)⁻¹·b), and for each matrix the number of its first zero pivot, or 0. Batch dims are equal. */
export const solve: Op<SolveParams> = {
  name: 'solve',
  args: ['input', 'other'],
  infer: ([a, b], { name }) => {
    squareSize(name, a);
    return [
      { shape: b.shape, dtype: 'float64' },
      { shape: a.shape.slice(0, -2), dtype: 'int32' },
    ];
  },
  forward: ([x, info], [a, b], { transposed }) => {
    const [n, m] = b.shape.slice(-2) as [number, number];
    const count = countOf(a.shape);
    doubles(count * (n * n + 1), (work) => {
      launch(kernels.solveF64, null, x.ptr, info.ptr, a.ptr, b.ptr, work, n, m, Number(transposed), count, 1);
    });
  },
  savesInputs: [0],
  savesOutputs: [0],
  backward: (ctx, dx) => {
    const { transposed } = ctx.params;
    const [db] = ctx.applyMany(solve, [ctx.input(0), dx], { name: ctx.params.name, transposed: !transposed }) as [
      Tensor,
    ];
    if (!ctx.needs[0]) return [null, db];
    const x = ctx.output(0);
    const da = transposed ? x.matmul(db.mT) : db.matmul(x.mT);
    return [da.neg(), ctx.needs[1] ? db : null];
  },
};

/** det a, sign of it, log |det a|. The gradient of the sign is 0. */
export const determinant: Op<{ readonly name: string }> = {
  name: 'det',
  args: ['input'],
  infer: ([a], { name }) => {
    squareSize(name, a);
    const spec: OutSpec = { shape: a.shape.slice(0, -2), dtype: 'float64' };
    return [spec, spec, spec];
  },
  forward: ([det, sign, logabs], [a]) => {
    const n = a.shape.at(-1)!;
    const count = countOf(a.shape);
    doubles(count * (n * n + 1), (work) =>
      launch(kernels.determinantF64, null, det.ptr, sign.ptr, logabs.ptr, a.ptr, work, n, count, 1),
    );
  },
  savesInputs: [0],
  backward: (ctx, ddet, _, dlogabs) => {
    const a = ctx.input(0);
    const column = (x: Tensor): Tensor => x.unsqueeze(-1).unsqueeze(-1);
    if (ctx.params.name !== 'slogdet') return [ctx.apply(cofactor, [a], undefined).mul(column(ddet))];
    return [inverse(ctx, a).mT.mul(column(dlogabs))];
  },
};

/** a⁻¹, of what is not singular (or with infinities). */
function inverse<P>(ctx: BackwardContext<P>, a: Tensor): Tensor {
  const ones = ctx.apply(full, [], { shape: a.shape.slice(0, -1), dtype: 'float64', value: 1 });
  const [x] = ctx.applyMany(solve, [a, ones.diagEmbed()], { name: 'inv', transposed: false }) as [Tensor];
  return x;
}

/** det a · (a⁻¹)ᵀ, also of singular matrices; its own gradient only of others. */
export const cofactor: Op = {
  name: 'cofactor',
  args: ['input'],
  infer: ([a]) => {
    squareSize('det', a);
    return { shape: a.shape, dtype: 'float64' };
  },
  forward: ([y], [a]) => {
    const n = a.shape.at(-1)!;
    const count = countOf(a.shape);
    doubles(count * (2 * n * n + 1), (work) => launch(kernels.cofactorF64, null, y.ptr, a.ptr, work, n, count, 1));
  },
  savesInputs: [0],
  savesOutputs: [0],
  backward: (ctx, dy) => {
    const y = ctx.output(0);
    const w = inverse(ctx, ctx.input(0)).mT;
    const total = dy.mul(y).sum([-2, -1], true);
    return [total.mul(w).sub(w.matmul(dy.mT).matmul(y))];
  },
};

/** Which triangle is read, and how. */
export interface TriangularParams {
  readonly upper: boolean;
  readonly transposed: boolean;
  readonly unit: boolean;
}

/** x = t⁻¹·b for a triangle t of the first input, or of its transpose. Batch dims are equal. */
export const solveTriangular: Op<TriangularParams> = {
  name: 'solveTriangular',
  args: ['input', 'other'],
  infer: ([a, b]) => {
    squareSize('solveTriangular', a);
    return { shape: b.shape, dtype: 'float64' };
  },
  forward: ([x], [a, b], { upper, transposed, unit }) => {
    const [n, m] = b.shape.slice(-2) as [number, number];
    const flags = [Number(upper), Number(transposed), Number(unit)] as const;
    launch(kernels.solveTriangularF64, null, x.ptr, a.ptr, b.ptr, n, m, ...flags, countOf(a.shape), 1);
  },
  savesInputs: [0],
  savesOutputs: [0],
  backward: (ctx, dx) => {
    const { upper, transposed, unit } = ctx.params;
    const db = ctx.apply(solveTriangular, [ctx.input(0), dx], { upper, transposed: !transposed, unit });
    if (!ctx.needs[0]) return [null, db];
    const x = ctx.output(0);
    const da = (transposed ? x.matmul(db.mT) : db.matmul(x.mT)).neg();
    const skipped = unit ? 1 : 0;
    return [upper ? da.triu(skipped) : da.tril(-skipped), ctx.needs[1] ? db : null];
  },
};

/** l·lᵀ = a from the lower triangle, and for each matrix the number of its first minor that is not positive, or 0. */
export const cholesky: Op = {
  name: 'cholesky',
  args: ['input'],
  infer: ([a]) => {
    squareSize('cholesky', a);
    return [
      { shape: a.shape, dtype: 'float64' },
      { shape: a.shape.slice(0, -2), dtype: 'int32' },
    ];
  },
  forward: ([l, info], [a]) => {
    launch(kernels.choleskyF64, null, l.ptr, info.ptr, a.ptr, a.shape.at(-1)!, countOf(a.shape), 1);
  },
  savesOutputs: [0],
  // da = l⁻ᵀ·p·l⁻¹ / 2 with p the lower triangle of lᵀ·dl and its mirror image.
  backward: (ctx, dl) => {
    const l = ctx.output(0);
    const lower = l.mT.matmul(dl);
    const p = lower.tril().add(lower.tril(-1).mT);
    const lifted = { upper: false, transposed: true, unit: false };
    const left = ctx.apply(solveTriangular, [l, p], lifted);
    return [ctx.apply(solveTriangular, [l, left.mT], lifted).mul(0.5)];
  },
};

/** y = eᵃ. */
export const matrixExp: Op = {
  name: 'matrixExp',
  args: ['input'],
  infer: ([a]) => {
    squareSize('matrixExp', a);
    return { shape: a.shape, dtype: 'float64' };
  },
  forward: ([y], [a]) => {
    const n = a.shape.at(-1)!;
    const count = countOf(a.shape);
    doubles(3 * count * n * n, (work) => launch(kernels.matrixExpF64, null, y.ptr, a.ptr, work, n, count, 1));
  },
  savesInputs: [0],
  // The corner of the exponential of [[aᵀ, dy], [0, aᵀ]] (Mathias 1996).
  backward: (ctx, dy) => {
    const a = ctx.input(0).mT;
    const n = a.shape.at(-1)!;
    const zeros = ctx.apply(full, [], { shape: a.shape, dtype: 'float64', value: 0 });
    const [rows, columns] = [a.ndim - 2, a.ndim - 1];
    const upper = ctx.apply(cat, [a, dy], columns);
    const wide = ctx.apply(cat, [upper, ctx.apply(cat, [zeros, a], columns)], rows);
    return [ctx.apply(matrixExp, [wide], undefined).narrow(-2, 0, n).narrow(-1, n, n)];
  },
};
