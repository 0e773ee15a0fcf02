import { ShapeError, fail } from '../../core/errors.js';
import { sameShape } from '../../core/shapes.js';
import { checkTensor } from '../../tensor/operands.js';
import type { Tensor } from '../../tensor/tensor.js';

/**
 * y[…, o] = Σᵢⱼ x1[…, i]·weight[o, i, j]·x2[…, j] + bias[o].
 *
 * Shapes: x1 [..., in1], x2 [..., in2], weight [out, in1, in2], bias [out] → [..., out]
 * @throws ShapeError where operands do not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.bilinear.html
 */
export function bilinear(x1: Tensor, x2: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const operands = [x1, x2, weight] as const;
  const names = ['x1', 'x2', 'weight'] as const;
  operands.forEach((operand, i) => checkTensor('bilinear', names[i]!, operand));
  const [out, in1, in2] = weight.shape as [number, number, number];
  const rows = x1.shape.slice(0, -1);
  if (weight.ndim !== 3) fail(ShapeError, 'bilinear', 'weight must have three dims', [...names], [...operands]);
  if (x1.shape.at(-1) !== in1 || x2.shape.at(-1) !== in2 || !sameShape(rows, x2.shape.slice(0, -1))) {
    fail(ShapeError, 'bilinear', 'inputs must be [..., in1] and [..., in2]', [...names], [...operands]);
  }
  const side = weight.permute([1, 0, 2]).reshape([in1, out * in2]);
  const left = x1.reshape([-1, in1]).matmul(side).reshape([-1, out, in2]);
  const y = left.matmul(x2.reshape([-1, in2, 1])).reshape([...rows, out]);
  return bias ? y.add(bias) : y;
}
