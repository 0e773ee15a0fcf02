import { apply } from '../../autograd/apply.js';
import { linear as linearOp } from '../../ops/matmul.js';
import type { Tensor } from '../../tensor/tensor.js';

/**
 * y = x·wᵀ + bias, in one pass.
 *
 * Shapes: x [..., in], weight [out, in], bias [out] → [..., out]
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ or are no floats
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  return apply(linearOp, [x, weight, bias], undefined);
}
