import type { Tensor } from '../tensor/tensor.js';
import * as F from './functional/class-loss.js';
import type { HingeLossOptions, RegularizedExpectationLossOptions } from './functional/class-loss.js';
import type { LossOptions } from './functional/loss-reduction.js';
import { Loss } from './loss-base.js';

/**
 * The sum of squared errors; see `F.sseLoss`.
 *
 * Shapes: input and target, broadcast.
 * Source: C. Bishop 1995, Neural Networks for Pattern Recognition
 */
export class SSELoss extends Loss<LossOptions> {
  /** @param options `reduction` ('sum') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  override get reduction(): string {
    return this.options.reduction ?? 'sum';
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.sseLoss(input, target, this.options);
  }
}

/**
 * The expectation loss ‖y − σ(o)‖₁; see `F.expectationLoss`.
 *
 * Shapes: input (scores o) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * Source: https://arxiv.org/abs/1702.05659
 */
export class ExpectationLoss extends Loss<LossOptions> {
  /** @param options `reduction` ('mean') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.expectationLoss(input, target, this.options);
  }
}

/**
 * The regularised expectation loss ‖y − σ(o)‖₂; see `F.regularizedExpectationLoss`.
 *
 * Shapes: input (scores o) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * Source: https://arxiv.org/abs/1702.05659
 */
export class RegularizedExpectationLoss extends Loss<RegularizedExpectationLossOptions> {
  /** @param options `squared` (false), `reduction` ('mean') */
  constructor(options: RegularizedExpectationLossOptions = {}) {
    super(options, ['squared']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.regularizedExpectationLoss(input, target, this.options);
  }
}

/**
 * The Chebyshev loss max |σ(o) − y|; see `F.chebyshevLoss`.
 *
 * Shapes: input (scores o) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * Source: https://arxiv.org/abs/1702.05659
 */
export class ChebyshevLoss extends Loss<LossOptions> {
  /** @param options `reduction` ('mean') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.chebyshevLoss(input, target, this.options);
  }
}

/**
 * The hinge loss Σ max(0, margin − ŷ o); see `F.hingeLoss`.
 *
 * Shapes: input (scores o) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * Source: https://arxiv.org/abs/1702.05659
 */
export class HingeLoss extends Loss<HingeLossOptions> {
  /** @param options `margin` (½), `reduction` ('mean') */
  constructor(options: HingeLossOptions = {}) {
    super(options, ['margin']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.hingeLoss(input, target, this.options);
  }
}

/**
 * The squared hinge loss Σ max(0, margin − ŷ o)²; see `F.squaredHingeLoss`.
 *
 * Shapes: input (scores o) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * Source: https://arxiv.org/abs/1702.05659
 */
export class SquaredHingeLoss extends Loss<HingeLossOptions> {
  /** @param options `margin` (½), `reduction` ('mean') */
  constructor(options: HingeLossOptions = {}) {
    super(options, ['margin']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.squaredHingeLoss(input, target, this.options);
  }
}

/**
 * The cubed hinge loss Σ max(0, margin − ŷ o)³; see `F.cubedHingeLoss`.
 *
 * Shapes: input (scores o) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * Source: https://arxiv.org/abs/1702.05659
 */
export class CubedHingeLoss extends Loss<HingeLossOptions> {
  /** @param options `margin` (½), `reduction` ('mean') */
  constructor(options: HingeLossOptions = {}) {
    super(options, ['margin']);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.cubedHingeLoss(input, target, this.options);
  }
}

/**
 * The log loss −Σ y log σ(o); see `F.logLoss`.
 *
 * Shapes: input (scores o) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * Source: https://arxiv.org/abs/1702.05659
 */
export class LogLoss extends Loss<LossOptions> {
  /** @param options `reduction` ('mean') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.logLoss(input, target, this.options);
  }
}

/**
 * The squared log loss Σ (y log σ(o))²; see `F.squaredLogLoss`.
 *
 * Shapes: input (scores o) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * Source: https://arxiv.org/abs/1702.05659
 */
export class SquaredLogLoss extends Loss<LossOptions> {
  /** @param options `reduction` ('mean') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.squaredLogLoss(input, target, this.options);
  }
}

/**
 * The Tanimoto loss; see `F.tanimotoLoss`.
 *
 * Shapes: input (scores o) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * Source: https://arxiv.org/abs/1702.05659
 */
export class TanimotoLoss extends Loss<LossOptions> {
  /** @param options `reduction` ('mean') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.tanimotoLoss(input, target, this.options);
  }
}

/**
 * The Cauchy–Schwarz divergence; see `F.cauchySchwarzLoss`.
 *
 * Shapes: input (scores o) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * Source: https://arxiv.org/abs/1702.05659
 */
export class CauchySchwarzLoss extends Loss<LossOptions> {
  /** @param options `reduction` ('mean') */
  constructor(options: LossOptions = {}) {
    super(options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return F.cauchySchwarzLoss(input, target, this.options);
  }
}
