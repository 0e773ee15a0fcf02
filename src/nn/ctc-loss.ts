import type { Tensor } from '../tensor/tensor.js';
import { ctcLoss } from './functional/ctc-loss.js';
import type { CtcLossOptions } from './functional/ctc-loss.js';
import { Loss } from './loss-base.js';

/**
 * The connectionist temporal classification loss; see `F.ctcLoss`.
 *
 * Shapes: logProbs [T, N, C] or [T, C], targets int32 [N, S] or [Σ targetLengths], lengths int32 [N] or arrays of numbers.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html
 */
export class CTCLoss extends Loss<CtcLossOptions> {
  /** @param options `blank` (0), `reduction` ('mean'), `zeroInfinity` (false) */
  constructor(options: CtcLossOptions = {}) {
    super(options, ['blank', 'zeroInfinity']);
  }

  forward(
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: Tensor | readonly number[] | number,
    targetLengths: Tensor | readonly number[] | number,
  ): Tensor {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, this.options);
  }
}
