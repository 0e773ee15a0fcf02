import { IndexError, ShapeError, fail, formatShape } from '../core/errors.js';
import { contiguousStrides, isContiguous, normalizeDim, sizeOf } from '../core/shapes.js';
import type { Tensor } from '../tensor/tensor.js';
import type { BackwardContext, Geometry, Gradients, ViewOp } from './op.js';
import { zerosLike } from './full.js';
import { arange } from './range.js';
import { overlapAdd } from './overlap-add.js';

/** Where a view by explicit strides lies. */
export interface StridedParams {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Whether several elements may lie at one place. */
function mayOverlap(shape: readonly number[], strides: readonly number[]): boolean {
  const dims = shape.map((size, d) => ({ size, stride: strides[d]! })).filter(({ size }) => size > 1);
  dims.sort((a, b) => a.stride - b.stride);
  let reach = 0;
  return dims.some(({ size, stride }) => {
    const met = stride <= reach;
    reach += (size - 1) * stride;
    return met;
  });
}

/** The gradient of a view that shows no element twice: dy where the view lies in its base, 0 elsewhere. */
function written<P>({ view }: ViewOp<P>, ctx: BackwardContext<P>, dy: Tensor): Gradients {
  const dx = zerosLike(ctx, 0);
  const { shape, strides, offset } = view(dx, ctx.params);
  dx.asStrided(shape, strides, offset).copy_(dy);
  return [dx];
}

/** A look at the storage by shape, strides and offset. Its gradient is right for a contiguous base. */
export const asStrided: ViewOp<StridedParams> = {
  name: 'asStrided',
  view: (_, params) => params,
  backward: (ctx, dy) => {
    const { shape, strides, offset } = ctx.params;
    if (!mayOverlap(shape, strides)) return written(asStrided, ctx, dy);
    const dx = zerosLike(ctx, 0);
    const places = ctx.apply(arange, [], { start: 0, step: 1, n: dx.numel, dtype: 'int32' });
    const at = places.asStrided(shape, strides, offset).reshape([-1]);
    return [
      dx
        .reshape([-1])
        .scatterAdd(0, at, dy.reshape([-1]))
        .reshape(ctx.shape(0)),
    ];
  },
};

/** The same elements in the same order under another shape. */
export const view: ViewOp<{ readonly shape: readonly number[]; readonly name: string }> = {
  name: 'view',
  view: (x, { shape, name }) => {
    const strides = viewStrides(x, shape);
    if (!strides) {
      fail(
        ShapeError,
        name,
        `strides [${x.strides.join(', ')}] do not allow a view of shape ${formatShape(shape)}`,
        ['input'],
        [{ ...x, dtype: 'float32' }],
        'use reshape()',
      );
    }
    return { shape, strides, offset: x.offset };
  },
  backward: (ctx, dy) => [dy.reshape(ctx.shape(0))],
};

/**
 * The strides with which a shape looks at a tensor's memory without a copy, or null where there are none.
 *
 * Source: the rule of https://pytorch.org/docs/stable/generated/torch.Tensor.view.html
 */
export function viewStrides(x: Geometry, shape: readonly number[]): number[] | null {
  if (sizeOf(shape) === 0 || isContiguous(x.shape, x.strides)) return contiguousStrides(shape);
  const strides = new Array<number>(shape.length);
  let d = shape.length - 1;
  let chunk = 1;
  let step = x.strides.at(-1) ?? 1;
  for (let i = x.shape.length - 1; i >= 0; i--) {
    chunk *= x.shape[i]!;
    const joined = i > 0 && (x.shape[i - 1] === 1 || x.strides[i - 1] === chunk * step);
    if (joined) continue;
    let filled = 1;
    while (d >= 0 && (filled < chunk || shape[d] === 1)) {
      strides[d] = filled * step;
      filled *= shape[d]!;
      d--;
    }
    if (filled !== chunk) return null;
    if (i > 0) {
      chunk = 1;
      step = x.strides[i - 1]!;
    }
  }
  return d === -1 ? strides : null;
}

/** Dims in another order: y[i₀, i₁, …] = x with dim `dims[k]` as dim k. */
export const permute: ViewOp<readonly number[]> = {
  name: 'permute',
  view: (x, dims) => ({
    shape: dims.map((d) => x.shape[d]!),
    strides: dims.map((d) => x.strides[d]!),
    offset: x.offset,
  }),
  backward: (ctx, dy) => {
    const back = new Array<number>(ctx.params.length);
    ctx.params.forEach((d, i) => (back[d] = i));
    return [dy.permute(back)];
  },
};

/** Dims of size 1 repeated without copying; new dims come in front. The gradient is the sum over the repeats. */
export const expand: ViewOp<readonly number[]> = {
  name: 'expand',
  view: (x, shape) => {
    const lead = shape.length - x.shape.length;
    const strides = shape.map((size, i) => {
      if (i < lead) return 0;
      const from = x.shape[i - lead]!;
      return from === size ? x.strides[i - lead]! : 0;
    });
    return { shape, strides, offset: x.offset };
  },
  backward: (ctx, dy) => {
    const shape = ctx.shape(0);
    const lead = ctx.params.length - shape.length;
    const repeated: number[] = [];
    ctx.params.forEach((size, i) => {
      if (i < lead || (shape[i - lead] === 1 && size !== 1)) repeated.push(i);
    });
    if (repeated.length === 0) return [dy];
    return [dy.sum(repeated, true).view(shape)];
  },
};

/** Every `step`-th index from `start` up to `end` along one dim. */
export interface SliceParams {
  readonly dim: number;
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

/** y = x[…, start : start + length·step : step, …]. */
export const slice: ViewOp<SliceParams> = {
  name: 'slice',
  view: (x, { dim, start, length, step }) => ({
    shape: x.shape.map((size, i) => (i === dim ? length : size)),
    strides: x.strides.map((stride, i) => (i === dim ? stride * step : stride)),
    offset: x.offset + (length > 0 ? start * x.strides[dim]! : 0),
  }),
  backward: (ctx, dy) => written(slice, ctx, dy),
};

/** One index along a dim, which goes away: y = x[…, index, …]. */
export const select: ViewOp<{ readonly dim: number; readonly index: number }> = {
  name: 'select',
  view: (x, params) => {
    const dim = normalizeDim('select', params.dim, x.shape.length);
    if (x.shape.length === 0) fail(IndexError, 'select', 'a tensor without dims has nothing to select');
    const size = x.shape[dim]!;
    const { index } = params;
    if (!Number.isInteger(index) || index < -size || index >= size) {
      fail(IndexError, 'select', `index ${index} is out of range for dim ${dim} of size ${size}`);
    }
    return {
      shape: x.shape.filter((_, i) => i !== dim),
      strides: x.strides.filter((_, i) => i !== dim),
      offset: x.offset + (index < 0 ? index + size : index) * x.strides[dim]!,
    };
  },
  backward: (ctx, dy) => written(select, ctx, dy),
};

/** The diagonal of two dims, as the last dim. */
export const diagonal: ViewOp<{ readonly offset: number; readonly dim1: number; readonly dim2: number }> = {
  name: 'diagonal',
  view: (x, { offset, dim1, dim2 }) => {
    const rows = x.shape[dim1]!;
    const columns = x.shape[dim2]!;
    const length = Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns));
    const start = offset >= 0 ? offset * x.strides[dim2]! : -offset * x.strides[dim1]!;
    const others = x.shape.map((_, i) => i).filter((i) => i !== dim1 && i !== dim2);
    return {
      shape: [...others.map((i) => x.shape[i]!), length],
      strides: [...others.map((i) => x.strides[i]!), x.strides[dim1]! + x.strides[dim2]!],
      offset: x.offset + (length > 0 ? start : 0),
    };
  },
  backward: (ctx, dy) => written(diagonal, ctx, dy),
};

/** Windows of a dim, as a new last dim: `size` elements each that lie `dilation` apart. */
export interface WindowParams {
  readonly dim: number;
  readonly size: number;
  readonly step: number;
  readonly dilation: number;
}

/** y[…, i, …, j] = x[…, i·step + j·dilation, …]. Windows may overlap; the gradient adds up where they do. */
export const unfold: ViewOp<WindowParams> = {
  name: 'unfold',
  view: (x, { dim, size, step, dilation }) => {
    const windows = Math.floor(((x.shape[dim] ?? 1) - dilation * (size - 1) - 1) / step) + 1;
    const stride = x.strides[dim] ?? 1;
    return {
      shape: [...x.shape.map((n, i) => (i === dim ? windows : n)), size],
      strides: [...x.strides.map((n, i) => (i === dim ? n * step : n)), stride * dilation],
      offset: x.offset,
    };
  },
  backward: (ctx, dy) => [ctx.apply(overlapAdd, [dy], { ...ctx.params, shape: ctx.shape(0) })],
};
