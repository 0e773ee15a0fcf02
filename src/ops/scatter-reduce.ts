import type { TensorData } from '../runtime/tensor-data.js';
import type { Tensor } from '../tensor/tensor.js';
import { full } from './full.js';
import { checkRange, inferScatter, scatterInto } from './gather.js';
import type { GatherParams } from './gather.js';
import { copyElements } from './launches.js';
import type { BackwardContext, Gradients, Op } from './op.js';

/** As GatherParams, and how values join what they meet. */
export interface ScatterReduceParams extends GatherParams {
  readonly reduce: 'prod' | 'amax' | 'amin';
}

/** Equal elements share the gradient. */
function extremeBackward(ctx: BackwardContext<ScatterReduceParams>, dy: Tensor): Gradients {
  const { dim } = ctx.params;
  const [index, y] = [ctx.input(1), ctx.output(0)];
  const own = ctx.input(0).eq(y).to(dy.dtype);
  const joined = ctx.input(2).eq(y.gather(dim, index)).to(dy.dtype);
  const share = dy.div(own.scatterAdd(dim, index, joined));
  return [ctx.needs[0] ? share.mul(own) : null, null, ctx.needs[2] ? share.gather(dim, index).mul(joined) : null];
}

/** The product of the others: y / src, but where src is the only 0 among its values the product without it. */
function productBackward(ctx: BackwardContext<ScatterReduceParams>, dy: Tensor): Gradients {
  const { dim } = ctx.params;
  const [x, index, src, y] = [ctx.input(0), ctx.input(1), ctx.input(2), ctx.output(0)];
  let dx: Tensor | null = null;
  if (ctx.needs[0]) {
    const kept = x.maskedFill(x.eq(0), 1);
    dx = dy.mul(ctx.apply(scatterReduce, [kept, index, src], ctx.params)).div(kept);
  }
  if (!ctx.needs[2]) return [dx, null, null];
  const zero = src.eq(0);
  const none = ctx.apply(full, [], { shape: ctx.shape(0), dtype: dy.dtype, value: 0 });
  const zeros = none.scatterAdd(dim, index, zero.to(dy.dtype)).gather(dim, index);
  const single = zero.logicalAnd(zeros.eq(1));
  const others = ctx.apply(scatterReduce, [x, index, src.maskedFill(single, 1)], ctx.params);
  const quotient = dy.mul(y).gather(dim, index).div(src.maskedFill(zero, 1));
  return [dx, null, dy.mul(others).gather(dim, index).where(single, quotient)];
}

/** y = input, joined at [index] by the values of src: their product, the largest or the smallest. `src` has the shape of index. */
export const scatterReduce: Op<ScatterReduceParams> = {
  name: 'scatterReduce',
  args: ['input', 'index', 'src'],
  strided: true,
  infer: inferScatter,
  forward: ([y], [x, index, source]: readonly TensorData[], params) => {
    checkRange(params.name, index!, params.dim, x!.shape[params.dim]!, params.negative);
    if (y!.ptr !== x!.ptr) copyElements(y!, x!);
    scatterInto(params, params.reduce, y!, source!, index!);
  },
  savesInputs: [0, 1, 2],
  savesOutputs: [0],
  backward: (ctx, dy) => (ctx.params.reduce === 'prod' ? productBackward(ctx, dy) : extremeBackward(ctx, dy)),
};
