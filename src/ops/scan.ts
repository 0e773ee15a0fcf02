import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { Tensor } from '../tensor/tensor.js';
import { cat } from './copy.js';
import { grainOf, linesAround } from './fold.js';
import { full } from './full.js';
import type { BackwardContext, Op } from './op.js';
import { scatterAddBack } from './sort.js';

/** A scan along a dim, from its end to its start where `reverse`. */
export interface ScanParams {
  readonly dim: number;
  readonly reverse: boolean;
}

function scan(
  name: string,
  kernel: typeof kernels.cumsum | typeof kernels.logcumsumexp,
): Omit<Op<ScanParams>, 'backward'> {
  return {
    name,
    args: ['input'],
    infer: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
    forward: ([y], [x], { dim, reverse }) => {
      const { outer, n, inner } = linesAround(x.shape, dim);
      launch(kernel, x.dtype, y.ptr, x.ptr, n, inner, Number(reverse), outer * inner, grainOf(n, inner > 1));
    },
  };
}

/** A tensor moved by one place along a dim, towards its end (`by` 1) or its start (−1); `value` comes in. */
export function shifted<P>(ctx: BackwardContext<P>, x: Tensor, dim: number, by: 1 | -1, value: number): Tensor {
  const n = x.shape[dim]!;
  const shape = x.shape.map((size, i) => (i === dim ? 1 : size));
  const edge = ctx.apply(full, [], { shape, dtype: x.dtype, value });
  const rest = x.narrow(dim, by === 1 ? 0 : 1, n - 1);
  return ctx.apply(cat, by === 1 ? [edge, rest] : [rest, edge], dim);
}

/** y[i] = x[0] + … + x[i] along a dim, of floats and int32. */
export const cumsum: Op<ScanParams> = {
  ...scan('cumsum', kernels.cumsum),
  backward: (ctx, dy) => {
    const { dim, reverse } = ctx.params;
    return [ctx.apply(cumsum, [dy], { dim, reverse: !reverse })];
  },
};

/** y[i] = x[0] ⋯ x[i] along a dim, of floats and int32. The gradient divides by nothing, so zeros are no exception. */
export const cumprod: Op<ScanParams> = {
  ...scan('cumprod', kernels.cumprod),
  savesInputs: [0],
  savesOutputs: [0],
  // dx[i] = Π_{j<i} x[j] · s[i], s[i] = Σ_{k≥i} dy[k] Π_{i<j≤k} x[j] = dy[i] + x[i + 1] s[i + 1].
  backward: (ctx, dy) => {
    const { dim, reverse } = ctx.params;
    const x = ctx.input(0);
    if (x.ndim === 0 || x.numel === 0) return [dy];
    const [back, on] = reverse ? ([1, -1] as const) : ([-1, 1] as const);
    const rest = ctx.apply(linearScan, [dy, shifted(ctx, x, dim, back, 0)], { dim, reverse: !reverse });
    return [rest.mul(shifted(ctx, ctx.output(0), dim, on, 1))];
  },
};

/** h[i] = a[i] + w[i] h[i − 1] along a dim (h[i + 1] where `reverse`). */
export const linearScan: Op<ScanParams> = {
  name: 'linearScan',
  args: ['a', 'w'],
  infer: ([a]) => ({ shape: a.shape, dtype: a.dtype }),
  forward: ([h], [a, w], { dim, reverse }) => {
    const { outer, n, inner } = linesAround(a.shape, dim);
    launch(
      kernels.linearScan,
      a.dtype,
      h.ptr,
      a.ptr,
      w.ptr,
      n,
      inner,
      Number(reverse),
      outer * inner,
      grainOf(n, inner > 1),
    );
  },
  savesInputs: [1],
  savesOutputs: [0],
  backward: (ctx, dh) => {
    const { dim, reverse } = ctx.params;
    const [back, on] = reverse ? ([1, -1] as const) : ([-1, 1] as const);
    const da = ctx.apply(linearScan, [dh, shifted(ctx, ctx.input(1), dim, back, 0)], { dim, reverse: !reverse });
    return [da, ctx.needs[1] ? da.mul(shifted(ctx, ctx.output(0), dim, on, 0)) : null];
  },
};

/** y[i] = log Σ_{j ≤ i} e^x[j] along a dim. */
export const logcumsumexp: Op<ScanParams> = {
  ...scan('logcumsumexp', kernels.logcumsumexp),
  savesInputs: [0],
  savesOutputs: [0],
  // dx[j] = e^(x[j] - y[j]) s[j], s[j] = Σ_{i ≥ j} dy[i] e^(y[j] - y[i]) = dy[j] + e^(y[j] - y[j + 1]) s[j + 1]: no exponent is above 0.
  backward: (ctx, dy) => {
    const { dim, reverse } = ctx.params;
    const [x, y] = [ctx.input(0), ctx.output(0)];
    if (x.ndim === 0 || x.numel === 0) return [dy];
    const none = y.eq(-Infinity);
    const known = y.maskedFill(none, 0);
    const next = shifted(ctx, y, dim, reverse ? 1 : -1, 0);
    const decay = known.sub(next).exp().maskedFill(none, 0);
    const rest = ctx.apply(linearScan, [dy, decay], { dim, reverse: !reverse });
    return [x.sub(known).exp().mul(rest)];
  },
};

function running(name: string, sign: 1 | -1): Op<{ readonly dim: number }> {
  return {
    name,
    args: ['input'],
    infer: ([x]) => [
      { shape: x.shape, dtype: x.dtype },
      { shape: x.shape, dtype: 'int32' },
    ],
    forward: ([y, index], [x], { dim }) => {
      const { outer, n, inner } = linesAround(x.shape, dim);
      const grain = grainOf(n, inner > 1);
      launch(kernels.cumextreme, x.dtype, y.ptr, index.ptr, x.ptr, n, inner, sign, outer * inner, grain);
    },
    savesOutputs: [1],
    backward: (ctx, dy) => [scatterAddBack(ctx, dy, ctx.output(1), ctx.params.dim)],
  };
}

/** The largest element so far along a dim and its (last) index, of floats and int32. */
export const cummax: Op<{ readonly dim: number }> = running('cummax', 1);
/** The smallest element so far along a dim and its (last) index, of floats and int32. */
export const cummin: Op<{ readonly dim: number }> = running('cummin', -1);
