import { noGrad } from '../autograd/mode.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * Draws the weight and the bias of a linear map or a convolution, as PyTorch starts them: bit for bit `init.kaimingUniform_` with a = √5 for
 * the weight, and ±1/√fanIn for the bias.
 */
export function drawFirstValues(weight: Tensor, bias: Tensor | null, fanIn: number): void {
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2));
  drawWithin(weight, Math.sqrt(3) * (gain / Math.sqrt(fanIn)));
  if (bias) drawWithin(bias, fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0);
}

/** Numbers uniform in ±bound; none of a tensor without elements. */
function drawWithin(x: Tensor, bound: number): void {
  if (x.numel > 0) noGrad(() => x.uniform_(-bound, bound));
}
