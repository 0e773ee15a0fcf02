import type { Tensor } from '../tensor/tensor.js';
import * as F from './functional/likelihood-loss.js';
import type { LikelihoodLossOptions, PoissonNllLossOptions } from './functional/likelihood-loss.js';
import { Loss } from './loss-base.js';

/**
 * The negative log likelihood under normal distributions; see `F.gaussianNllLoss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html
 */
export class GaussianNLLLoss extends Loss<LikelihoodLossOptions> {
  /** @param options `full` (false), `eps` (1e-6), `reduction` ('mean') */
  constructor(options: LikelihoodLossOptions = {}) {
    super(options, ['full', 'eps']);
  }

  forward(input: Tensor, target: Tensor, variance: Tensor | number): Tensor {
    return F.gaussianNllLoss(input, target, variance, this.options);
  }
}

/**
 * The negative log likelihood under Poisson distributions; see `F.poissonNllLoss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html
 */
export class PoissonNLLLoss extends Loss<PoissonNllLossOptions> {
  /** @param options `logInput` (true), `full` (false), `eps` (1e-8), `reduction` ('mean') */
  constructor(options: PoissonNllLossOptions = {}) {
    super(options, ['logInput', 'full', 'eps']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.poissonNllLoss(input, target, this.options);
  }
}
