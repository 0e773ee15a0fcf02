import { dtypeBytes } from '../core/dtypes.js';
import { DTypeError, ShapeError, fail, formatShape } from '../core/errors.js';
import { sameShape, sizeOf } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { scratch } from '../runtime/storage.js';
import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { foldLines, grainOf } from './fold.js';
import type { BackwardContext, Op, Spec } from './op.js';
import { needFloat, sums } from './reduce.js';

/** The address of an operand that may be absent: 0 then. */
export function ptrOf(x: TensorData | null | undefined): number {
  return x ? x.ptr : 0;
}

/**
 * Checks optional scales and shifts.
 *
 * @throws ShapeError or DTypeError where one does not fit
 */
export function checkAffine(
  op: string,
  names: readonly string[],
  specs: readonly (Spec | null | undefined)[],
  shape: readonly number[],
): void {
  const [x, ...rest] = specs;
  rest.forEach((spec, i) => {
    if (!spec) return;
    const name = names[i + 1]!;
    if (!sameShape(spec.shape, shape)) {
      fail(ShapeError, op, `${name} must have shape ${formatShape(shape)}`, names, specs);
    }
    if (spec.dtype !== x!.dtype) fail(DTypeError, op, `${name} must have the dtype of input`, names, specs);
  });
}

/** Normalisation over the last dims. */
export interface LayerNormParams {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
}

const args = ['input', 'weight', 'bias'] as const;

function rowsOf(shape: readonly number[], { normalizedShape }: LayerNormParams): readonly number[] {
  return shape.slice(0, shape.length - normalizedShape.length);
}

/** y = (x − mean) rstd · weight + bias over the last dims, rstd = 1 / √(var + eps) of the biased variance. Results: y, mean, rstd. */
export const layerNorm: Op<LayerNormParams> = {
  name: 'layerNorm',
  args,
  infer: ([x, weight, bias], params) => {
    const { normalizedShape } = params;
    needFloat('layerNorm', x);
    const k = normalizedShape.length;
    if (k === 0 || !sameShape(x.shape.slice(-k), normalizedShape)) {
      const problem = `the last dims of input must be normalizedShape ${formatShape(normalizedShape)}`;
      fail(ShapeError, 'layerNorm', problem, args, [x]);
    }
    checkAffine('layerNorm', args, [x, weight, bias], normalizedShape);
    const rows = rowsOf(x.shape, params);
    return [
      { shape: x.shape, dtype: x.dtype },
      { shape: rows, dtype: x.dtype },
      { shape: rows, dtype: x.dtype },
    ];
  },
  forward: ([y, mean, rstd], [x, weight, bias], { normalizedShape, eps }) => {
    const n = sizeOf(normalizedShape);
    launch(
      kernels.layerNorm,
      x.dtype,
      y.ptr,
      mean.ptr,
      rstd.ptr,
      x.ptr,
      ptrOf(weight),
      ptrOf(bias),
      n,
      eps,
      mean.numel,
      grainOf(4 * n),
    );
  },
  savesInputs: [0, 1],
  savesOutputs: [1, 2],
  backward: (ctx, dy) => {
    const inputs = [dy, ctx.input(0), ctx.output(1), ctx.output(2), ctx.has(1) ? ctx.input(1) : null];
    const affine = Boolean(ctx.needs[1] || ctx.needs[2]);
    const [dx, dw, db] = ctx.applyMany(layerNormBackward, inputs, { ...ctx.params, affine });
    return [dx!, ctx.needs[1] ? dw! : null, ctx.needs[2] ? db! : null];
  },
};

interface LayerNormBackwardParams extends LayerNormParams {
  /** Whether the gradients of weight and bias are wanted, too. */
  readonly affine: boolean;
}

/** Rows that one partial sum of the parameters' gradients takes in, by shape alone. */
function partRows(n: number): number {
  return Math.max(16, Math.ceil(8192 / Math.max(n, 1)));
}

function parameterGradients(
  [dw, db]: readonly [TensorData, TensorData],
  [dy, x, mean, rstd]: readonly [TensorData, TensorData, TensorData, TensorData],
  n: number,
): void {
  const rows = mean.numel;
  const chunk = partRows(n);
  const chunks = Math.ceil(rows / chunk);
  const bytes = chunks * n * dtypeBytes[x.dtype];
  scratch(2 * bytes, (part) => {
    const grain = grainOf(4 * chunk, true);
    launch(
      kernels.layerNormBackwardParameters,
      x.dtype,
      part,
      part + bytes,
      dy.ptr,
      x.ptr,
      mean.ptr,
      rstd.ptr,
      rows,
      n,
      chunk,
      chunks * n,
      grain,
    );
    const lines = { outer: 1, n: chunks, inner: n };
    foldLines(dw.ptr, part, lines, sums(x.dtype), x.dtype);
    foldLines(db.ptr, part + bytes, lines, sums(x.dtype), x.dtype);
  });
}

/** dx, and dw = Σ dy x̂, db = Σ dy. */
const layerNormBackward: Op<LayerNormBackwardParams> = {
  name: 'layerNormBackward',
  args: ['dy', 'input', 'mean', 'rstd', 'weight'],
  infer: ([, x], { normalizedShape, affine }) => {
    const dx = { shape: x.shape, dtype: x.dtype };
    const parameter = { shape: normalizedShape, dtype: x.dtype };
    return affine ? [dx, parameter, parameter] : [dx];
  },
  forward: ([dx, dw, db], [dy, x, mean, rstd, weight], { normalizedShape, affine }) => {
    const n = sizeOf(normalizedShape);
    launch(
      kernels.layerNormBackward,
      x.dtype,
      dx.ptr,
      dy.ptr,
      x.ptr,
      mean.ptr,
      rstd.ptr,
      ptrOf(weight),
      n,
      mean.numel,
      grainOf(6 * n),
    );
    if (affine) parameterGradients([dw, db], [dy, x, mean, rstd], n);
  },
  savesInputs: [0, 1, 2, 3, 4],
  backward: (ctx, v, vw, vb) => {
    const shape = ctx.shape(1);
    const lead = rowsOf(shape, ctx.params).length;
    const [rows, n] = [sizeOf(shape.slice(0, lead)), sizeOf(ctx.params.normalizedShape)];
    const found = secondGradients(ctx, {
      view: [rows, n],
      statistics: [rows, 1],
      parameters: [1, n],
      over: [1],
      across: [0],
      upstream: [v, vw ?? null, vb ?? null],
    });
    return [found.dy, found.x, null, null, found.weight];
  },
};

/** How the operands of a normalisation's gradient lie, and what comes from above. */
export interface SecondOrder {
  /** The shape under which dims fall into those that are normalised (`over`) and the others. */
  readonly view: readonly number[];
  /** The shape of mean and rstd beside it. */
  readonly statistics: readonly number[];
  /** The shape of weight and bias beside it. */
  readonly parameters: readonly number[];
  readonly over: readonly number[];
  /** The dims over which the gradients of weight and bias are summed. */
  readonly across: readonly number[];
  /** The gradients of dx, dw and db. */
  readonly upstream: readonly [Tensor, Tensor | null, Tensor | null];
}

/**
 * The gradients of dx = r P(g), dw = Σ dy x̂, db = Σ dy by dy, x and weight, with g = dy w, x̂ = (x − μ) r and the projection
 * P(g) = g − mean(g) − x̂ mean(g x̂), which is symmetric. Inputs of the context: dy, x, mean, rstd, weight.
 */
export function secondGradients<P>(
  ctx: BackwardContext<P>,
  { view, statistics, parameters, over, across, upstream }: SecondOrder,
): { readonly dy: Tensor | null; readonly x: Tensor | null; readonly weight: Tensor | null } {
  const shape = ctx.shape(1);
  const dy = ctx.input(0).reshape(view);
  const x = ctx.input(1).reshape(view);
  // The statistics stand for functions of x, whose gradient is in what is answered for x.
  const r = ctx.input(3).detach().reshape(statistics);
  const normal = x.sub(ctx.input(2).detach().reshape(statistics)).mul(r);
  const weight = ctx.has(4) ? ctx.input(4).reshape(parameters) : null;
  const v = upstream[0].reshape(view);
  const vw = upstream[1]?.reshape(parameters) ?? null;
  const vb = upstream[2]?.reshape(parameters) ?? null;
  const mean = (a: Tensor): Tensor => a.mean(over, true);
  const project = (a: Tensor): Tensor => a.sub(mean(a)).sub(normal.mul(mean(a.mul(normal))));
  const g = weight ? dy.mul(weight) : dy;
  const dg = project(v).mul(r);
  let forDy = weight ? dg.mul(weight) : dg;
  if (vw) forDy = forDy.add(normal.mul(vw));
  if (vb) forDy = forDy.add(vb);
  let forX: Tensor | null = null;
  if (ctx.needs[1]) {
    let forNormal = v
      .mul(mean(g.mul(normal)))
      .add(g.mul(mean(v.mul(normal))))
      .mul(r)
      .neg();
    if (vw) forNormal = forNormal.add(dy.mul(vw));
    const forRstd = mean(v.mul(project(g)));
    forX = project(forNormal)
      .mul(r)
      .sub(normal.mul(r.mul(r)).mul(forRstd))
      .reshape(shape);
  }
  return {
    dy: ctx.needs[0] ? forDy.reshape(shape) : null,
    x: forX,
    weight: ctx.needs[4] ? dy.mul(dg).sum(across).reshape(ctx.shape(4)) : null,
  };
}
