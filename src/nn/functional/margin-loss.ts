import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { sameShape } from '../../core/shapes.js';
import { checkLabels } from '../../ops/cross-entropy.js';
import { arange, zerosLike } from '../../tensor/creation.js';
import type { Tensor } from '../../tensor/tensor.js';
import { logsigmoid } from './activation.js';
import { pairwiseDistance } from './distance.js';
import { checkBroadcast, checkSame, labels, reduce, reductionOf, weighted } from './loss-reduction.js';
import type { LossOptions } from './loss-reduction.js';

/** Options of losses with a margin. */
export interface MarginLossOptions extends LossOptions {
  /** The distance that is wanted. */
  readonly margin?: number;
}

/**
 * x where the target is 1, max(0, margin − x) where it is −1, of distances x; their sum for any other target.
 *
 * @param options `margin` (1), `reduction` ('mean')
 * @throws ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.hinge_embedding_loss.html
 */
export function hingeEmbeddingLoss(input: Tensor, target: Tensor, options: MarginLossOptions = {}): Tensor {
  const reduction = reductionOf('hingeEmbeddingLoss', options, ['margin']);
  const { margin = 1 } = options;
  const shape = checkBroadcast('hingeEmbeddingLoss', ['input', 'target'], [input, target]);
  const [x, t] = [input.expand(shape), target.expand(shape)];
  const far = x.rsub(margin).clampMin(0).maskedFill(t.eq(1), 0);
  return reduce(far.add(x.maskedFill(t.eq(-1), 0)), reduction);
}

/**
 * max(0, −target (input1 − input2) + margin): input1 should be larger where the target is 1, input2 where it is −1.
 *
 * Shapes: all of the same number of dims; they broadcast.
 * @param options `margin` (0), `reduction` ('mean')
 * @throws ShapeError where shapes do not broadcast or have not as many dims
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.margin_ranking_loss.html
 */
export function marginRankingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: MarginLossOptions = {},
): Tensor {
  const reduction = reductionOf('marginRankingLoss', options, ['margin']);
  const { margin = 0 } = options;
  const names = ['input1', 'input2', 'target'];
  checkDims('marginRankingLoss', names, [input1, input2, target]);
  checkBroadcast('marginRankingLoss', names, [input1, input2, target]);
  return reduce(target.mul(input2.sub(input1)).add(margin).clampMin(0), reduction);
}

function checkDims(op: string, names: readonly string[], operands: readonly Tensor[]): void {
  if (operands.every(({ ndim }) => ndim === operands[0]!.ndim)) return;
  fail(ShapeError, op, 'all must have the same number of dims', names, operands);
}

/** Options of `multiMarginLoss`. */
export interface MultiMarginLossOptions extends MarginLossOptions {
  /** The exponent, 1 (default) or 2. */
  readonly p?: number;
  /** A weight for every class [C]. */
  readonly weight?: Tensor | null;
}

/**
 * The hinge loss of several classes: Σ_{c ≠ t} w[t] max(0, margin − x[t] + x[c])^p / C.
 *
 * Shapes: input [N, C] or [C]; target int32 [N], or [] or [1].
 * @param options `p` (1), `margin` (1), `weight` [C] (null), `reduction` ('mean')
 * @throws IndexError where a label names no class; WasmgradError where p is neither 1 nor 2; ShapeError where shapes do not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.multi_margin_loss.html
 */
export function multiMarginLoss(input: Tensor, target: Tensor, options: MultiMarginLossOptions = {}): Tensor {
  const reduction = reductionOf('multiMarginLoss', options, ['p', 'margin', 'weight']);
  const { p = 1, margin = 1, weight = null } = options;
  if (p !== 1 && p !== 2) throw new WasmgradError(`multiMarginLoss: p must be 1 or 2, got ${p}`);
  const names = ['input', 'target', 'weight'];
  const [N, C] = rowsOf('multiMarginLoss', input, target);
  if (!sameShape(target.shape, [N]) && !(input.ndim === 1 && target.ndim === 0)) {
    fail(ShapeError, 'multiMarginLoss', 'target must have one label for each row of input', names, [input, target]);
  }
  if (weight && !sameShape(weight.shape, [C])) {
    const problem = `weight must have one element for each of ${C} classes`;
    fail(ShapeError, 'multiMarginLoss', problem, names, [input, target, weight]);
  }
  const x = input.reshape([N, C]);
  const t = labels('multiMarginLoss', target).reshape([N, 1]).contiguous();
  checkLabels('multiMarginLoss', t, C, NaN);
  // The slope of relu at 0 is 0, as PyTorch's kernel has it.
  const short = x.sub(x.gather(1, t)).add(margin).relu();
  const each = (p === 2 ? short.mul(short) : short).maskedFill(arange(C, { dtype: 'int32' }).eq(t), 0);
  const loss = weight ? each.mul(weight.take(t)) : each;
  return reduce(loss.sum(1).div(C).reshape(target.shape), reduction);
}

/** The sizes of an input [N, C] or [C], with labels. */
function rowsOf(op: string, input: Tensor, target: Tensor): [number, number] {
  const C = input.shape.at(-1);
  if (C === undefined || C === 0 || input.ndim > 2) {
    fail(ShapeError, op, 'input must be [N, C] or [C]', ['input', 'target'], [input, target]);
  }
  return [input.ndim === 2 ? input.shape[0]! : 1, C];
}

/**
 * The hinge loss of several classes at once: Σ_{t in target} Σ_{c not in target} max(0, 1 − x[t] + x[c]) / C, where a row of the
 * target lists its classes up to the first −1.
 *
 * Shapes: input [N, C] or [C]; target int32 of the same shape.
 * @param options `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError where shapes differ
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_margin_loss.html
 */
export function multilabelMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('multilabelMarginLoss', options);
  const [N, C] = rowsOf('multilabelMarginLoss', input, target);
  checkSame('multilabelMarginLoss', input, target);
  const x = input.reshape([N, C]);
  const t = labels('multilabelMarginLoss', target).reshape([N, C]).contiguous();
  checkLabels('multilabelMarginLoss', t, C, -1);
  const listed = t.eq(-1).int().cumsum(1).eq(0);
  const known = t.maskedFill(listed.logicalNot(), 0);
  const own = zerosLike(t).scatterAdd(1, known, listed.int()).ne(0);
  // [N, listed class, other class]
  const short = x.unsqueeze(1).sub(x.gather(1, known).unsqueeze(2)).add(1).relu();
  const counted = short.maskedFill(listed.logicalNot().unsqueeze(2), 0).maskedFill(own.unsqueeze(1), 0);
  const loss = counted.sum([1, 2]).div(C);
  return reduce(input.ndim === 1 ? loss.reshape([]) : loss, reduction);
}

/** Options of `multilabelSoftMarginLoss`. */
export interface MultilabelSoftMarginLossOptions extends LossOptions {
  /** A weight for every class [C], or whatever broadcasts to input. */
  readonly weight?: Tensor | null;
}

/**
 * The binary cross entropy of scores, averaged over the last dim: −Σ_c w[c] (t log σ(x) + (1 − t) log σ(−x)) / C.
 *
 * Shapes: input and target [..., C] → [...]
 * @param options `weight` (null), `reduction` ('mean')
 * @throws ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_soft_margin_loss.html
 */
export function multilabelSoftMarginLoss(
  input: Tensor,
  target: Tensor,
  options: MultilabelSoftMarginLossOptions = {},
): Tensor {
  const reduction = reductionOf('multilabelSoftMarginLoss', options, ['weight']);
  const { weight } = options;
  checkBroadcast('multilabelSoftMarginLoss', ['input', 'target'], [input, target]);
  const positive = logsigmoid(input).mul(target);
  const loss = positive.add(logsigmoid(input.neg()).mul(target.rsub(1))).neg();
  return reduce(weighted('multilabelSoftMarginLoss', loss, weight).mean(-1), reduction);
}

/**
 * The logistic loss log(1 + exp(−target · input)) of scores with targets 1 and −1, without overflow.
 *
 * @param options `reduction` ('mean')
 * @throws ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.soft_margin_loss.html
 */
export function softMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('softMarginLoss', options);
  checkBroadcast('softMarginLoss', ['input', 'target'], [input, target]);
  return reduce(logsigmoid(input.mul(target)).neg(), reduction);
}

/** Options of `cosineEmbeddingLoss`. */
export type CosineEmbeddingLossOptions = MarginLossOptions;

/** Keeps the magnitude of zero vectors away from 0, as PyTorch does. */
const MAGNITUDE = 1e-12;

/**
 * 1 − cos(x1, x2) where the target is 1, max(0, cos(x1, x2) − margin) where it is −1.
 *
 * Shapes: x1 and x2 [N, D] with target [N], or [D] with target [].
 * @param options `margin` (0), `reduction` ('mean')
 * @throws ShapeError where shapes do not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.cosine_embedding_loss.html
 */
export function cosineEmbeddingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: CosineEmbeddingLossOptions = {},
): Tensor {
  const reduction = reductionOf('cosineEmbeddingLoss', options, ['margin']);
  const { margin = 0 } = options;
  const names = ['input1', 'input2', 'target'];
  const dim = target.ndim;
  if (dim > 1 || input1.ndim !== dim + 1 || input2.ndim !== dim + 1) {
    const problem = 'inputs must be [N, D] for a target [N], or [D] for a target []';
    fail(ShapeError, 'cosineEmbeddingLoss', problem, names, [input1, input2, target]);
  }
  checkBroadcast('cosineEmbeddingLoss', names, [input1, input2]);
  const product = input1.mul(input2).sum(dim);
  const squares = input1.mul(input1).sum(dim).add(MAGNITUDE).mul(input2.mul(input2).sum(dim).add(MAGNITUDE));
  const cosine = product.div(squares.sqrt());
  const shape = checkBroadcast('cosineEmbeddingLoss', ['cosine', 'target'], [cosine, target]);
  const near = cosine.rsub(1).expand(shape).maskedFill(target.ne(1), 0);
  const far = cosine.sub(margin).clampMin(0).expand(shape).maskedFill(target.ne(-1), 0);
  return reduce(near.add(far), reduction);
}

/** Options of `tripletMarginWithDistanceLoss`. */
export interface TripletMarginWithDistanceLossOptions extends MarginLossOptions {
  /** The distance of two batches of vectors. Default `pairwiseDistance`. */
  readonly distanceFunction?: ((x1: Tensor, x2: Tensor) => Tensor) | null;
  /** Take the positive in the anchor's place where it is nearer to the negative. Default false. */
  readonly swap?: boolean;
}

function triplet(
  op: string,
  operands: readonly [Tensor, Tensor, Tensor],
  distance: (x1: Tensor, x2: Tensor) => Tensor,
  margin: number,
  swap: boolean,
): Tensor {
  const [anchor, positive, negative] = operands;
  const names = ['anchor', 'positive', 'negative'];
  if (!(margin > 0)) throw new WasmgradError(`${op}: margin must be greater than 0, got ${margin}`);
  checkDims(op, names, operands);
  checkBroadcast(op, names, operands);
  const near = distance(anchor, positive);
  const away = distance(anchor, negative);
  const far = swap ? away.minimum(distance(positive, negative)) : away;
  return near.sub(far).add(margin).clampMin(0);
}

/**
 * max(0, d(anchor, positive) − d(anchor, negative) + margin) for any distance d.
 *
 * Shapes: anchor, positive, negative [N, *], of as many dims → [N] with the default distance.
 * @param options `distanceFunction` (`pairwiseDistance`), `margin` (1), `swap` (false), `reduction` ('mean')
 * @throws WasmgradError where margin is not positive; ShapeError where shapes do not broadcast or have not as many dims
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_with_distance_loss.html
 */
export function tripletMarginWithDistanceLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginWithDistanceLossOptions = {},
): Tensor {
  const op = 'tripletMarginWithDistanceLoss';
  const reduction = reductionOf(op, options, ['distanceFunction', 'margin', 'swap']);
  const { distanceFunction, margin = 1, swap = false } = options;
  const distance = distanceFunction ?? ((x1: Tensor, x2: Tensor) => pairwiseDistance(x1, x2));
  return reduce(triplet(op, [anchor, positive, negative], distance, margin, swap), reduction);
}

/** Options of `tripletMarginLoss`. */
export interface TripletMarginLossOptions extends MarginLossOptions {
  /** The exponent of the norm. Default 2. */
  readonly p?: number;
  /** Added to differences. Default 1e-6. */
  readonly eps?: number;
  /** Take the positive in the anchor's place where it is nearer to the negative. Default false. */
  readonly swap?: boolean;
}

/**
 * max(0, d(anchor, positive) − d(anchor, negative) + margin), d(x, y) = ‖x − y + eps‖ₚ.
 *
 * Shapes: anchor, positive, negative [N, D] or [D], of as many dims → [N] or []
 * @param options `margin` (1), `p` (2), `eps` (1e-6), `swap` (false), `reduction` ('mean')
 * @throws WasmgradError where margin is not positive; ShapeError where shapes do not broadcast or have not as many dims
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_loss.html
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginLossOptions = {},
): Tensor {
  const reduction = reductionOf('tripletMarginLoss', options, ['margin', 'p', 'eps', 'swap']);
  const { margin = 1, p = 2, eps = 1e-6, swap = false } = options;
  const distance = (x1: Tensor, x2: Tensor): Tensor => pairwiseDistance(x1, x2, { p, eps });
  return reduce(triplet('tripletMarginLoss', [anchor, positive, negative], distance, margin, swap), reduction);
}
