import { softmax } from '../../tensor/softmax.js';
import type { SoftmaxOptions } from '../../tensor/softmax.js';
import type { Tensor } from '../../tensor/tensor.js';

export { logSoftmax, softmax } from '../../tensor/softmax.js';
export type { SoftmaxOptions } from '../../tensor/softmax.js';

/**
 * y = exp(−x) / Σ exp(−x) along a dim: softmax that favours small elements.
 *
 * Shapes: y as x.
 * @throws DTypeError where the input is not floating point; IndexError where the dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.softmin.html
 */
export function softmin(x: Tensor, dim?: number | SoftmaxOptions, options?: SoftmaxOptions): Tensor {
  return softmax(x.neg(), dim, options);
}
