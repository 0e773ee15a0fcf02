import { DTypeError, ShapeError, fail } from '../core/errors.js';
import { dtypeBytes, isFloat } from '../core/dtypes.js';
import { sizeOf } from '../core/shapes.js';
import * as kernels from '../runtime/kernels.js';
import { full } from './full.js';
import { checkIndexType, checkRange } from './gather.js';
import { fillElements } from './launches.js';
import type { Op } from './op.js';
import { scatterLines } from './scatter.js';
import { ELEMENTWISE_GRAIN } from './strided.js';

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
  forward: ([y], [weight, index]) => {
    const [rows, width] = [weight.shape[0]!, weight.shape[1]!];
    checkRange('embedding', index, 0, rows, false);
    const kernel = dtypeBytes[weight.dtype] === 4 ? kernels.gather4 : kernels.gather8;
    const meta = [2, index.numel, width, 0, 1, width, 1, 1, 0];
    kernel(y.ptr, weight.ptr, index.ptr, rows, width, meta, y.numel, ELEMENTWISE_GRAIN);
  },
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
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype, zeroed: true }),
  forward: ([dw], [dy, index], { paddingIdx }) => {
    const [rows, width] = [dw.shape[0]!, dw.shape[1]!];
    const shape = [width];
    scatterLines(
      'embedding',
      dw.dtype,
      'sum',
      { ptr: dw.ptr, shape, strides: [1] },
      { ptr: dy.ptr, shape, strides: [1] },
      { ptr: index.ptr, shape, strides: [0] },
      { n: sizeOf(index.shape), size: rows, stride: width, valueStride: width, indexStride: 1 },
    );
    if (paddingIdx === null || width === 0) return;
    const ptr = dw.ptr + paddingIdx * width * dtypeBytes[dw.dtype];
    fillElements({ ptr, shape, strides: [1], dtype: dw.dtype, numel: width }, 0);
  },
  savesInputs: [1],
  backward: (ctx, ddw) => {
    const index = ctx.input(1);
    const { paddingIdx } = ctx.params;
    const ddy = ctx.apply(embedding, [ddw, index], { paddingIdx, scaleGradByFreq: false });
    return [paddingIdx === null ? ddy : ddy.maskedFill(index.eq(paddingIdx).unsqueeze(-1), 0), null];
  },
};
