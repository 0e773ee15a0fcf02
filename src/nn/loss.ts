import type { Tensor } from '../tensor/tensor.js';
import * as F from './functional/loss.js';
import type {
  BceLossOptions,
  BceWithLogitsLossOptions,
  CrossEntropyOptions,
  HuberLossOptions,
  KlDivOptions,
  NllLossOptions,
  SmoothL1LossOptions,
} from './functional/loss.js';
import type { LossOptions } from './functional/loss-reduction.js';
import { Loss, WeightedLoss } from './loss-base.js';

/**
 * The cross entropy of logits with class labels or distributions; see `F.crossEntropy`.
 *
 * Shapes: input [N, C, d1, …], target int32 [N, d1, …] or floating point as input.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 */
export class CrossEntropyLoss extends WeightedLoss<CrossEntropyOptions> {
  /** @param options `weight` (null), `ignoreIndex` (−100), `reduction` ('mean'), `labelSmoothing` (0) */
  constructor(options: CrossEntropyOptions = {}) {
    super(options, ['ignoreIndex', 'labelSmoothing']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.crossEntropy(input, target, this.options);
  }
}

/**
 * The negative log likelihood of labels; see `F.nllLoss`.
 *
 * Shapes: input [N, C, d1, …], target int32 [N, d1, …].
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
 */
export class NLLLoss extends WeightedLoss<NllLossOptions> {
  /** @param options `weight` (null), `ignoreIndex` (−100), `reduction` ('mean') */
  constructor(options: NllLossOptions = {}) {
    super(options, ['ignoreIndex']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.nllLoss(input, target, this.options);
  }
}

/**
 * The squared error; see `F.mseLoss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
 */
export class MSELoss extends Loss<LossOptions> {
  /** @param options `reduction` ('mean') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.mseLoss(input, target, this.options);
  }
}

/**
 * The absolute error; see `F.l1Loss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
 */
export class L1Loss extends Loss<LossOptions> {
  /** @param options `reduction` ('mean') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.l1Loss(input, target, this.options);
  }
}

/**
 * Squared for small errors, absolute beyond; see `F.smoothL1Loss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html
 */
export class SmoothL1Loss extends Loss<SmoothL1LossOptions> {
  /** @param options `beta` (1), `reduction` ('mean') */
  constructor(options: SmoothL1LossOptions = {}) {
    super(options, ['beta']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.smoothL1Loss(input, target, this.options);
  }
}

/**
 * Squared for small errors, absolute beyond; see `F.huberLoss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html
 */
export class HuberLoss extends Loss<HuberLossOptions> {
  /** @param options `delta` (1), `reduction` ('mean') */
  constructor(options: HuberLossOptions = {}) {
    super(options, ['delta']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.huberLoss(input, target, this.options);
  }
}

/**
 * The binary cross entropy of probabilities; see `F.binaryCrossEntropy`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
 */
export class BCELoss extends WeightedLoss<BceLossOptions> {
  /** @param options `weight` (null), `reduction` ('mean') */
  constructor(options: BceLossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.binaryCrossEntropy(input, target, this.options);
  }
}

/**
 * The binary cross entropy of scores; see `F.binaryCrossEntropyWithLogits`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
 */
export class BCEWithLogitsLoss extends WeightedLoss<BceWithLogitsLossOptions> {
  /** The weight of positive targets, or null. A buffer. */
  declare pos_weight: Tensor | null;

  /** `pos_weight`, which has PyTorch's spelling for `stateDict`. */
  get posWeight(): Tensor | null {
    return this.pos_weight;
  }

  /** @param options `weight` (null), `posWeight` (null), `reduction` ('mean') */
  constructor(options: BceWithLogitsLossOptions = {}) {
    super(options, ['posWeight']);
    this.registerBuffer('pos_weight', options.posWeight ?? null);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.binaryCrossEntropyWithLogits(input, target, { ...this.options, posWeight: this.pos_weight });
  }
}

/**
 * The Kullback-Leibler divergence; see `F.klDiv`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html
 */
export class KLDivLoss extends Loss<KlDivOptions> {
  /** @param options `reduction` ('mean'), `logTarget` (false) */
  constructor(options: KlDivOptions = {}) {
    super(options, ['logTarget']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.klDiv(input, target, this.options);
  }
}
