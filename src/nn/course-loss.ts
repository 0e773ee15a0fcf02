import type { Tensor } from '../tensor/tensor.js';
import * as F from './functional/course-loss.js';
import type {
  Critic,
  DiceLossOptions,
  ElboLossOptions,
  FocalLossOptions,
  GradientPenaltyOptions,
  InfoNceLossOptions,
  NtXentLossOptions,
} from './functional/course-loss.js';
import { checkOptions } from '../tensor/options.js';
import { Loss } from './loss-base.js';
import { Module } from './module.js';

/**
 * The focal loss of scores; see `F.focalLoss`.
 *
 * Source: https://arxiv.org/abs/1708.02002
 */
export class FocalLoss extends Loss<FocalLossOptions> {
  /** @param options `alpha` (0.25), `gamma` (2), `reduction` ('mean') */
  constructor(options: FocalLossOptions = {}) {
    super(options, ['alpha', 'gamma']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.focalLoss(input, target, this.options);
  }
}

/**
 * The Dice loss of probabilities [N, *]; see `F.diceLoss`.
 *
 * Source: https://arxiv.org/abs/1606.04797
 */
export class DiceLoss extends Loss<DiceLossOptions> {
  /** @param options `smooth` (1), `squared` (false), `reduction` ('mean') */
  constructor(options: DiceLossOptions = {}) {
    super(options, ['smooth', 'squared']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.diceLoss(input, target, this.options);
  }
}

/**
 * InfoNCE of queries and their positives [N, D]; see `F.infoNceLoss`.
 *
 * Source: https://arxiv.org/abs/1807.03748
 */
export class InfoNCELoss extends Loss<InfoNceLossOptions> {
  /** @param options `negatives` (null), `temperature` (0.1), `reduction` ('mean') */
  constructor(options: InfoNceLossOptions = {}) {
    super(options, ['negatives', 'temperature']);
  }

  forward(query: Tensor, positive: Tensor): Tensor {
    return F.infoNceLoss(query, positive, this.options);
  }
}

/**
 * The normalised temperature-scaled cross entropy of two views [N, D]; see `F.ntXentLoss`.
 *
 * Source: https://arxiv.org/abs/2002.05709
 */
export class NTXentLoss extends Loss<NtXentLossOptions> {
  /** @param options `temperature` (0.5), `reduction` ('mean') */
  constructor(options: NtXentLossOptions = {}) {
    super(options, ['temperature']);
  }

  forward(z1: Tensor, z2: Tensor): Tensor {
    return F.ntXentLoss(z1, z2, this.options);
  }
}

/**
 * The negative evidence lower bound of a variational autoencoder; see `F.elboLoss`.
 *
 * Source: https://arxiv.org/abs/1312.6114
 */
export class ELBOLoss extends Loss<ElboLossOptions> {
  /** @param options `reconstruction` ('bce'), `beta` (1), `reduction` ('mean') */
  constructor(options: ElboLossOptions = {}) {
    super(options, ['reconstruction', 'beta']);
  }

  forward(output: Tensor, x: Tensor, mu: Tensor, logVar: Tensor): Tensor {
    return F.elboLoss(output, x, mu, logVar, this.options);
  }
}

/**
 * The loss of a Wasserstein critic with gradient penalty; see `F.wassersteinCriticLoss`.
 *
 * Source: https://arxiv.org/abs/1704.00028
 */
export class WassersteinCriticLoss extends Module {
  readonly lambda: number;
  readonly target: number;
  readonly oneSided: boolean;

  /** @param options `lambda` (10), `target` (1), `oneSided` (false) */
  constructor(options: GradientPenaltyOptions = {}) {
    super();
    checkOptions('WassersteinCriticLoss', options, ['lambda', 'target', 'oneSided']);
    this.lambda = options.lambda ?? 10;
    this.target = options.target ?? 1;
    this.oneSided = options.oneSided ?? false;
  }

  /** @param critic the critic's `forward`, one score for each sample */
  forward(critic: Critic, real: Tensor, fake: Tensor): Tensor {
    const { lambda, target, oneSided } = this;
    return F.wassersteinCriticLoss(critic, real, fake, { lambda, target, oneSided });
  }
}
