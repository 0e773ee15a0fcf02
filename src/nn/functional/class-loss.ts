import { isFloat } from '../../core/dtypes.js';
import { ShapeError, fail } from '../../core/errors.js';
import { sameShape } from '../../core/shapes.js';
import { checkLabels } from '../../ops/cross-entropy.js';
import { zeros } from '../../tensor/creation.js';
import type { Tensor } from '../../tensor/tensor.js';
import { checkBroadcast, labels, reduce, reductionOf } from './loss-reduction.js';
import type { LossOptions, Reduction } from './loss-reduction.js';

// The losses of Janocha and Czarnecki 2017, On Loss Functions for Deep Neural Networks in Classification (table 1): o are scores, y
// is 1 for the label and 0 for other classes, ŷ = 2y − 1, σ the softmax over classes, Σ goes over classes.

/**
 * The sum of squared errors Σ (input − target)².
 *
 * Shapes: input and target, broadcast.
 * @param options `reduction` ('sum')
 * @throws ShapeError where shapes do not broadcast
 * Source: C. Bishop 1995, Neural Networks for Pattern Recognition, section 1.5 (without its factor ½)
 */
export function sseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('sseLoss', options);
  checkBroadcast('sseLoss', ['input', 'target'], [input, target]);
  return reduce(input.sub(target).square(), options.reduction === undefined ? 'sum' : reduction);
}

/** The dim of the classes: 1, or 0 where it is the only one. */
function classDim(input: Tensor): number {
  return input.ndim === 1 ? 0 : 1;
}

/** The target as y of the input's shape and dtype, from labels or as it is. */
function indicators(op: string, input: Tensor, target: Tensor): Tensor {
  if (sameShape(input.shape, target.shape) && (isFloat(target.dtype) || target.dtype === 'bool')) {
    return target.to(input.dtype);
  }
  const dim = classDim(input);
  const C = input.shape[dim];
  const positions = input.shape.filter((_, d) => d !== dim);
  if (C === undefined || !sameShape(target.shape, positions)) {
    const problem = 'input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape';
    fail(ShapeError, op, problem, ['input', 'target'], [input, target]);
  }
  const t = labels(op, target).contiguous();
  checkLabels(op, t, C, NaN);
  return zeros(input.shape, { dtype: input.dtype }).scatter(dim, t.unsqueeze(dim), 1);
}

/** A loss of each position as one; `each` is given σ(o) or o, y and the dim of the classes. */
function overClasses(
  op: string,
  input: Tensor,
  target: Tensor,
  reduction: Reduction,
  each: (o: Tensor, y: Tensor, dim: number) => Tensor,
): Tensor {
  return reduce(each(input, indicators(op, input, target), classDim(input)), reduction);
}

/**
 * The expectation loss ‖y − σ(o)‖₁ = Σ |y − σ(o)|.
 *
 * Shapes: input (scores) [N, C, d1, …] or [C]; target labels int32 [N, d1, …] or [], or y as input.
 * @param options `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes do not fit
 * Source: https://arxiv.org/abs/1702.05659
 */
export function expectationLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'expectationLoss';
  const reduction = reductionOf(op, options);
  return overClasses(op, input, target, reduction, (o, y, dim) => y.sub(o.softmax(dim)).abs().sum(dim));
}

/** Options of `regularizedExpectationLoss`. */
export interface RegularizedExpectationLossOptions extends LossOptions {
  /** The square of the norm. Default false. */
  readonly squared?: boolean;
}

/**
 * The regularised expectation loss ‖y − σ(o)‖₂ = √Σ (y − σ(o))², or its square.
 *
 * Shapes: as `expectationLoss`.
 * @param options `squared` (false), `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes do not fit
 * Source: https://arxiv.org/abs/1702.05659
 */
export function regularizedExpectationLoss(
  input: Tensor,
  target: Tensor,
  options: RegularizedExpectationLossOptions = {},
): Tensor {
  const op = 'regularizedExpectationLoss';
  const reduction = reductionOf(op, options, ['squared']);
  const { squared = false } = options;
  return overClasses(op, input, target, reduction, (o, y, dim) => {
    const error = y.sub(o.softmax(dim));
    return squared ? error.square().sum(dim) : error.norm(2, dim);
  });
}

/**
 * The Chebyshev loss max |σ(o) − y| over classes.
 *
 * Shapes: as `expectationLoss`.
 * @param options `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes do not fit
 * Source: https://arxiv.org/abs/1702.05659
 */
export function chebyshevLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'chebyshevLoss';
  const reduction = reductionOf(op, options);
  return overClasses(op, input, target, reduction, (o, y, dim) => o.softmax(dim).sub(y).abs().amax(dim));
}

/** Options of the hinge losses. */
export interface HingeLossOptions extends LossOptions {
  /** What scores are to exceed. Default ½. */
  readonly margin?: number;
}

function hinge(op: string, input: Tensor, target: Tensor, options: HingeLossOptions, power: 1 | 2 | 3): Tensor {
  const reduction = reductionOf(op, options, ['margin']);
  const { margin = 0.5 } = options;
  return overClasses(op, input, target, reduction, (o, y, dim) => {
    const short = y.mul(2).sub(1).mul(o).rsub(margin).relu();
    return (power === 1 ? short : short.pow(power)).sum(dim);
  });
}

/**
 * The hinge (margin) loss Σ max(0, margin − ŷ o).
 *
 * Shapes: as `expectationLoss`.
 * @param options `margin` (½), `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes do not fit
 * Source: https://arxiv.org/abs/1702.05659
 */
export function hingeLoss(input: Tensor, target: Tensor, options: HingeLossOptions = {}): Tensor {
  return hinge('hingeLoss', input, target, options, 1);
}

/**
 * The squared hinge loss Σ max(0, margin − ŷ o)².
 *
 * Shapes: as `expectationLoss`.
 * @param options `margin` (½), `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes do not fit
 * Source: https://arxiv.org/abs/1702.05659
 */
export function squaredHingeLoss(input: Tensor, target: Tensor, options: HingeLossOptions = {}): Tensor {
  return hinge('squaredHingeLoss', input, target, options, 2);
}

/**
 * The cubed hinge loss Σ max(0, margin − ŷ o)³.
 *
 * Shapes: as `expectationLoss`.
 * @param options `margin` (½), `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes do not fit
 * Source: https://arxiv.org/abs/1702.05659
 */
export function cubedHingeLoss(input: Tensor, target: Tensor, options: HingeLossOptions = {}): Tensor {
  return hinge('cubedHingeLoss', input, target, options, 3);
}

/**
 * The log loss −Σ y log σ(o), of which `crossEntropy` is the faster form.
 *
 * Shapes: as `expectationLoss`.
 * @param options `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes do not fit
 * Source: https://arxiv.org/abs/1702.05659
 */
export function logLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'logLoss';
  const reduction = reductionOf(op, options);
  return overClasses(op, input, target, reduction, (o, y, dim) => o.logSoftmax(dim).mul(y).sum(dim).neg());
}

/**
 * The squared log loss Σ (y log σ(o))².
 *
 * Shapes: as `expectationLoss`.
 * @param options `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes do not fit
 * Source: https://arxiv.org/abs/1702.05659
 */
export function squaredLogLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'squaredLogLoss';
  const reduction = reductionOf(op, options);
  return overClasses(op, input, target, reduction, (o, y, dim) => o.logSoftmax(dim).mul(y).square().sum(dim));
}

/**
 * The Tanimoto loss −Σ σ(o) y / (‖σ(o)‖₂² + ‖y‖₂² − Σ σ(o) y), from −1 for a perfect answer to 0.
 *
 * Shapes: as `expectationLoss`.
 * @param options `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes do not fit
 * Source: https://arxiv.org/abs/1702.05659
 */
export function tanimotoLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'tanimotoLoss';
  const reduction = reductionOf(op, options);
  return overClasses(op, input, target, reduction, (o, y, dim) => {
    const p = o.softmax(dim);
    const common = p.mul(y).sum(dim);
    return common.div(p.square().sum(dim).add(y.square().sum(dim)).sub(common)).neg();
  });
}

/**
 * The Cauchy–Schwarz divergence −log(Σ σ(o) y / (‖σ(o)‖₂ ‖y‖₂)).
 *
 * Shapes: as `expectationLoss`.
 * @param options `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes do not fit
 * Source: https://arxiv.org/abs/1702.05659
 */
export function cauchySchwarzLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const op = 'cauchySchwarzLoss';
  const reduction = reductionOf(op, options);
  return overClasses(op, input, target, reduction, (o, y, dim) => {
    // log Σ e^x y and ½ log Σ e^2x of log-probabilities x: no product underflows.
    const logs = o.logSoftmax(dim);
    const top = logs.amax(dim, true).detach();
    const common = logs.sub(top).exp().mul(y).sum(dim).log().add(top.squeeze(dim));
    const own = logs.mul(2).logsumexp(dim).mul(0.5);
    return own.add(y.square().sum(dim).log().mul(0.5)).sub(common);
  });
}
