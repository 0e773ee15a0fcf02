import { DTypeError, ShapeError, fail } from '../core/errors.js';
import { isFloat } from '../core/dtypes.js';
import { full } from './full.js';
import { checkIndexType, gatherRows } from './gather.js';
import type { Op } from './op.js';
import { sumRows } from './segments.js';

/** Which row takes no gradient (null for none), and whether gradients are divided by how often a row was looked up. */
export interface EmbeddingParams {
  readonly paddingIdx: number | null;
  readonly scaleGradByFreq: boolean;
}

/** y[…, :] = weight[index[…], :]. */
export const embedding: Op<EmbeddingParams> = {
  name: 'embedding',
  args: ['weight', 'input'],
  infer: ([weight, index]) => {
    checkIndexType('embedding', index);
    if (weight.shape.length !== 2) fail(ShapeError, 'embedding', 'weight must have two dims', ['weight'], [weight]);
    if (!isFloat(weight.dtype)) fail(DTypeError, 'embedding', 'weight must be floating point', ['weight'], [weight]);
    return { shape: [...index.shape, weight.shape[1]!], dtype: weight.dtype };
  },
  forward: ([y], [weight, index]) => gatherRows('embedding', y, weight, index, { n: index.numel, negative: false }),
  savesInputs: [1],
  backward: (ctx, dy) => {
    const index = ctx.input(1);
    let scaled = dy;
    if (ctx.params.scaleGradByFreq) {
      const flat = index.reshape([index.numel]);
      const rows = { shape: [ctx.shape(0)[0]!], dtype: dy.dtype };
      const ones = ctx.apply(full, [], { shape: flat.shape, dtype: dy.dtype, value: 1 });
      const counts = ctx.apply(full, [], { ...rows, value: 0 }).scatterAdd(0, flat, ones);
      scaled = dy.div(counts.indexSelect(0, flat).reshape([...index.shape, 1]));
    }
    return [ctx.apply(embeddingBackward, [scaled, index], { ...ctx.params, shape: ctx.shape(0) }), null];
  },
};

/** dw[index[…], :] += dy[…, :], but for the padding row. */
export const embeddingBackward: Op<EmbeddingParams & { readonly shape: readonly number[] }> = {
  name: 'embeddingBackward',
  args: ['dy', 'input'],
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype }),
  forward: ([dw], [dy, index], { paddingIdx }) => {
    const [rows, width] = [dw.shape[0]!, dw.shape[1]!];
    sumRows(dw, dy.ptr, index.ptr, { n: index.numel, rows, width, skip: paddingIdx ?? -1 });
  },
  savesInputs: [1],
  backward: (ctx, ddw) => {
    const index = ctx.input(1);
    const { paddingIdx } = ctx.params;
    const ddy = ctx.apply(embedding, [ddw, index], { paddingIdx, scaleGradByFreq: false });
    return [paddingIdx === null ? ddy : ddy.maskedFill(index.eq(paddingIdx).unsqueeze(-1), 0), null];
  },
};
