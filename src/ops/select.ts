import type { DType } from '../core/dtypes.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import type { TensorData } from '../runtime/tensor-data.js';
import { ofWidth } from './launches.js';
import type { Op } from './op.js';
import { withOperand } from './scalar.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from './strided.js';

/** The numbers that take the places of absent operands, and the dtype of the result where both are absent. */
export interface WhereParams {
  readonly dtype: DType;
  readonly input: number;
  readonly other: number;
}

function choose(
  y: TensorData,
  condition: TensorData,
  a: TensorData | null,
  b: TensorData | null,
  { input, other }: { readonly input: number; readonly other: number },
): void {
  const kernel = ofWidth(y.dtype, kernels.where1, kernels.where4, kernels.where8);
  withOperand(a, y, y.dtype, input, (p) =>
    withOperand(b, y, y.dtype, other, (q) =>
      launch(
        kernel,
        null,
        y.ptr,
        condition.ptr,
        p.ptr,
        q.ptr,
        stridedMeta([y, condition, p, q]),
        y.numel,
        ELEMENTWISE_GRAIN,
      ),
    ),
  );
}

/** y = condition ? input : other. */
export const where: Op<WhereParams> = {
  name: 'where',
  args: ['condition', 'input', 'other'],
  strided: true,
  infer: ([condition], { dtype }) => ({ shape: condition.shape, dtype }),
  forward: ([y], [condition, a, b]: readonly (TensorData | null)[], params) =>
    choose(y, condition!, a ?? null, b ?? null, params),
  savesInputs: [0],
  backward: (ctx, dy) => {
    const condition = ctx.input(0);
    return [null, ctx.needs[1] ? dy.where(condition, 0) : null, ctx.needs[2] ? dy.maskedFill(condition, 0) : null];
  },
};

/** y = mask ? value : input. `value` is the third input, or a number where that is absent. */
export const maskedFill: Op<number> = {
  name: 'maskedFill',
  args: ['input', 'mask', 'value'],
  strided: true,
  infer: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  forward: ([y], [x, mask, value]: readonly (TensorData | null)[], other) =>
    choose(y, mask!, value ?? null, x!, { input: other, other: 0 }),
  savesInputs: [1],
  backward: (ctx, dy) => {
    const mask = ctx.input(1);
    return [ctx.needs[0] ? dy.maskedFill(mask, 0) : null, null, ctx.needs[2] ? dy.where(mask, 0) : null];
  },
};
