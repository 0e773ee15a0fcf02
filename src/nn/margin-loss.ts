import type { Tensor } from '../tensor/tensor.js';
import { PairwiseDistance } from './distance.js';
import type { LossOptions } from './functional/loss-reduction.js';
import * as F from './functional/margin-loss.js';
import type {
  CosineEmbeddingLossOptions,
  MarginLossOptions,
  MultiMarginLossOptions,
  MultilabelSoftMarginLossOptions,
  TripletMarginLossOptions,
  TripletMarginWithDistanceLossOptions,
} from './functional/margin-loss.js';
import { Loss, WeightedLoss } from './loss-base.js';
import { Module } from './module.js';

/**
 * A distance where the target is 1, what it lacks to a margin where it is −1; see `F.hingeEmbeddingLoss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html
 */
export class HingeEmbeddingLoss extends Loss<MarginLossOptions> {
  /** @param options `margin` (1), `reduction` ('mean') */
  constructor(options: MarginLossOptions = {}) {
    super(options, ['margin']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.hingeEmbeddingLoss(input, target, this.options);
  }
}

/**
 * What a score lacks to a margin above another; see `F.marginRankingLoss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html
 */
export class MarginRankingLoss extends Loss<MarginLossOptions> {
  /** @param options `margin` (0), `reduction` ('mean') */
  constructor(options: MarginLossOptions = {}) {
    super(options, ['margin']);
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.marginRankingLoss(input1, input2, target, this.options);
  }
}

/**
 * The hinge loss of several classes; see `F.multiMarginLoss`.
 *
 * Shapes: input [N, C] or [C], target int32 [N] or [].
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html
 */
export class MultiMarginLoss extends WeightedLoss<MultiMarginLossOptions> {
  /** @param options `p` (1), `margin` (1), `weight` (null), `reduction` ('mean') */
  constructor(options: MultiMarginLossOptions = {}) {
    super(options, ['p', 'margin']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.multiMarginLoss(input, target, this.options);
  }
}

/**
 * The hinge loss of several classes at once; see `F.multilabelMarginLoss`.
 *
 * Shapes: input and target (int32) [N, C] or [C].
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html
 */
export class MultiLabelMarginLoss extends Loss<LossOptions> {
  /** @param options `reduction` ('mean') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.multilabelMarginLoss(input, target, this.options);
  }
}

/**
 * The binary cross entropy of scores, averaged over classes; see `F.multilabelSoftMarginLoss`.
 *
 * Shapes: input and target [..., C].
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MultiLabelSoftMarginLoss.html
 */
export class MultiLabelSoftMarginLoss extends WeightedLoss<MultilabelSoftMarginLossOptions> {
  /** @param options `weight` (null), `reduction` ('mean') */
  constructor(options: MultilabelSoftMarginLossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.multilabelSoftMarginLoss(input, target, this.options);
  }
}

/**
 * The logistic loss of scores with targets 1 and −1; see `F.softMarginLoss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html
 */
export class SoftMarginLoss extends Loss<LossOptions> {
  /** @param options `reduction` ('mean') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.softMarginLoss(input, target, this.options);
  }
}

/**
 * How far directions are apart, or what they lack to a margin; see `F.cosineEmbeddingLoss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html
 */
export class CosineEmbeddingLoss extends Loss<CosineEmbeddingLossOptions> {
  /** @param options `margin` (0), `reduction` ('mean') */
  constructor(options: CosineEmbeddingLossOptions = {}) {
    super(options, ['margin']);
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.cosineEmbeddingLoss(input1, input2, target, this.options);
  }
}

/**
 * What a negative lacks to a margin beyond the positive; see `F.tripletMarginLoss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html
 */
export class TripletMarginLoss extends Loss<TripletMarginLossOptions> {
  /** @param options `margin` (1), `p` (2), `eps` (1e-6), `swap` (false), `reduction` ('mean') */
  constructor(options: TripletMarginLossOptions = {}) {
    super(options, ['margin', 'p', 'eps', 'swap']);
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return F.tripletMarginLoss(anchor, positive, negative, this.options);
  }
}

/** A distance: a function, or a module whose parameters are learned with the loss's. */
export type Distance = ((x1: Tensor, x2: Tensor) => Tensor) | (Module & { forward(x1: Tensor, x2: Tensor): Tensor });

/** Options of the layer `TripletMarginWithDistanceLoss`. */
export interface TripletMarginWithDistanceLossLayerOptions extends Omit<
  TripletMarginWithDistanceLossOptions,
  'distanceFunction'
> {
  /** The distance, a function or a module. Default `new PairwiseDistance()`. */
  readonly distanceFunction?: Distance | null;
}

/**
 * As `TripletMarginLoss`, with any distance; see `F.tripletMarginWithDistanceLoss`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss.html
 */
export class TripletMarginWithDistanceLoss extends Loss<TripletMarginWithDistanceLossLayerOptions> {
  /** The distance, under PyTorch's name for `stateDict` and printing. */
  readonly distance_function: Distance;

  /** @param options `distanceFunction` (`PairwiseDistance`), `margin` (1), `swap` (false), `reduction` ('mean') */
  constructor(options: TripletMarginWithDistanceLossLayerOptions = {}) {
    super(options, ['distanceFunction', 'margin', 'swap']);
    this.distance_function = options.distanceFunction ?? new PairwiseDistance();
  }

  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const distance = this.distance_function;
    const distanceFunction = distance instanceof Module ? distance.forward.bind(distance) : distance;
    return F.tripletMarginWithDistanceLoss(anchor, positive, negative, { ...this.options, distanceFunction });
  }
}
