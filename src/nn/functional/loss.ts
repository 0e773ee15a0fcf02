import { isFloat } from '../../core/dtypes.js';
import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { sameShape } from '../../core/shapes.js';
import { apply, applyMany } from '../../autograd/apply.js';
import * as bce from '../../ops/bce.js';
import { checkLabels, crossEntropy as crossEntropyOp } from '../../ops/cross-entropy.js';
import { onesLike } from '../../tensor/creation.js';
import type { Tensor } from '../../tensor/tensor.js';
import { checkBroadcast, checkSame, difference, labels, reduce, reductionOf, weighted } from './loss-reduction.js';
import type { LossOptions, Reduction } from './loss-reduction.js';

/** Options of losses with class labels. */
export interface NllLossOptions extends LossOptions {
  /** A weight for every class [C]; the mean is divided by the weights of the labels. */
  readonly weight?: Tensor | null;
  /** Positions with this label count for nothing. Default −100. */
  readonly ignoreIndex?: number;
}

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions extends NllLossOptions {
  /** The share of the target that is spread evenly over all classes. Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * The cross entropy of logits with class labels, −w[t] log softmax(x)[t], or with a distribution over the classes,
 * −Σ_c w[c] t[c] log softmax(x)[c]. The mean over labels is divided by the sum of their weights.
 *
 * Shapes: input [N, C, d1, …] or [C]; target int32 [N, d1, …] or [], or floating point as input.
 * @param options `weight` [C] (null), `ignoreIndex` (−100), `reduction` ('mean'), `labelSmoothing` (0)
 * @throws IndexError where a label names no class; ShapeError or DTypeError where operands do not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const reduction = reductionOf('crossEntropy', options, ['weight', 'ignoreIndex', 'labelSmoothing']);
  const { weight = null, ignoreIndex = -100, labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new WasmgradError(`crossEntropy: labelSmoothing must be from 0 to 1, got ${labelSmoothing}`);
  }
  if (isFloat(target.dtype) && sameShape(input.shape, target.shape)) {
    if (ignoreIndex >= 0) {
      throw new WasmgradError('crossEntropy: ignoreIndex is for labels, and target holds probabilities');
    }
    return softTargets(input, target, weight, labelSmoothing, reduction);
  }
  if (isFloat(target.dtype)) {
    const hint = 'labels are int32: use target.int()';
    fail(
      ShapeError,
      'crossEntropy',
      'probabilities must have the shape of input',
      ['input', 'target'],
      [input, target],
      hint,
    );
  }
  const single = input.ndim === 1 && target.ndim === 0;
  const x = single ? input.unsqueeze(0) : input;
  const t = single ? labels('crossEntropy', target).unsqueeze(0) : labels('crossEntropy', target);
  const [loss] = applyMany(crossEntropyOp, [x, t, weight], { reduction, ignoreIndex, labelSmoothing });
  return single && reduction === 'none' ? loss!.reshape([]) : loss!;
}

function softTargets(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  labelSmoothing: number,
  reduction: Reduction,
): Tensor {
  const dim = input.ndim === 1 ? 0 : 1;
  const C = input.shape[dim] ?? 1;
  const even = labelSmoothing > 0 ? target.mul(1 - labelSmoothing).add(labelSmoothing / C) : target;
  const logs = input.logSoftmax(dim);
  const weighted = weight ? logs.mul(alongClasses('crossEntropy', weight, input)) : logs;
  const loss = weighted.mul(even).sum(dim).neg();
  return reduction === 'none' ? loss : reduction === 'sum' ? loss.sum() : loss.sum().div(input.numel / C);
}

/** Class weights shaped to multiply an input whose classes are dim 1 (or 0 where it is the only one). */
function alongClasses(op: string, weight: Tensor, input: Tensor): Tensor {
  const dim = input.ndim === 1 ? 0 : 1;
  const C = input.shape[dim] ?? 1;
  checkClassWeight(op, weight, input, C);
  return weight.reshape(input.shape.map((size, i) => (i === dim ? size : 1)));
}

function checkClassWeight(op: string, weight: Tensor, input: Tensor, C: number): void {
  if (!sameShape(weight.shape, [C])) {
    fail(ShapeError, op, `weight must have one element for each of ${C} classes`, ['input', 'weight'], [input, weight]);
  }
}

/**
 * The negative log likelihood of labels, −w[t] x[t], of log-probabilities x. The mean is divided by the sum of the labels' weights.
 *
 * Shapes: input [N, C, d1, …] or [C]; target int32 [N, d1, …] or [].
 * @param options `weight` [C] (null), `ignoreIndex` (−100), `reduction` ('mean')
 * @throws IndexError where a label names no class; ShapeError or DTypeError where operands do not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
 */
export function nllLoss(input: Tensor, target: Tensor, options: NllLossOptions = {}): Tensor {
  const reduction = reductionOf('nllLoss', options, ['weight', 'ignoreIndex']);
  const { weight = null, ignoreIndex = -100 } = options;
  const single = input.ndim === 1;
  const x = single ? input.unsqueeze(0) : input;
  const t = (single ? labels('nllLoss', target).unsqueeze(0) : labels('nllLoss', target)).contiguous();
  const [N, C, ...rest] = x.shape;
  if (C === undefined || !sameShape(t.shape, [N!, ...rest])) {
    const names = ['input', 'target'];
    fail(ShapeError, 'nllLoss', 'input must be [N, C, d1, …] for labels [N, d1, …]', names, [input, target]);
  }
  checkLabels('nllLoss', t, C, ignoreIndex);
  const ignored = t.eq(ignoreIndex);
  const known = t.maskedFill(ignored, 0);
  if (weight) checkClassWeight('nllLoss', weight, x, C);
  const weights = weight ? weight.take(known) : onesLike(known, { dtype: x.dtype });
  const share = weights.maskedFill(ignored, 0);
  const loss = x.gather(1, known.unsqueeze(1)).squeeze(1).maskedFill(ignored, 0).mul(share).neg();
  if (reduction === 'none') return single ? loss.reshape([]) : loss;
  return reduction === 'mean' ? loss.sum().div(share.sum()) : loss.sum();
}

/** Losses of two operands broadcast them; where shapes differ that is most often a mistake, so PyTorch warns and so do we. */
function warnOfBroadcast(op: string, input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return;
  checkBroadcast(op, ['input', 'target'], [input, target]);
  console.warn(
    `${op}: input [${input.shape.join(', ')}] and target [${target.shape.join(', ')}] differ and are broadcast; give both the same shape`,
  );
}

/**
 * The squared error (input − target)².
 *
 * @param options `reduction` ('mean')
 * @throws ShapeError where shapes do not broadcast (and warns where they have to)
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('mseLoss', options);
  warnOfBroadcast('mseLoss', input, target);
  const error = difference(input, target);
  return reduce(error.mul(error), reduction);
}

/**
 * The absolute error |input − target|.
 *
 * @param options `reduction` ('mean')
 * @throws ShapeError where shapes do not broadcast (and warns where they have to)
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html
 */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('l1Loss', options);
  warnOfBroadcast('l1Loss', input, target);
  return reduce(input.sub(target).abs(), reduction);
}

/** Options of `smoothL1Loss`. */
export interface SmoothL1LossOptions extends LossOptions {
  /** Errors below it are squared. Default 1; 0 gives `l1Loss`. */
  readonly beta?: number;
}

/**
 * ½ e² / beta for errors |e| < beta, |e| − ½ beta beyond.
 *
 * @param options `beta` (1), `reduction` ('mean')
 * @throws WasmgradError where beta is negative; ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  const reduction = reductionOf('smoothL1Loss', options, ['beta']);
  const { beta = 1 } = options;
  if (!(beta >= 0)) throw new WasmgradError(`smoothL1Loss: beta must not be negative, got ${beta}`);
  warnOfBroadcast('smoothL1Loss', input, target);
  const size = difference(input, target).abs();
  return reduce(beta === 0 ? size : bent(size, beta).div(beta), reduction);
}

/** ½ e² up to a bound, from there on its tangent: c (e − ½ c), c = min(e, bound), which overflows nowhere before e does. */
function bent(size: Tensor, bound: number): Tensor {
  const c = size.clampMax(bound);
  return c.mul(size.sub(c.mul(0.5)));
}

/** Options of `huberLoss`. */
export interface HuberLossOptions extends LossOptions {
  /** Errors up to it are squared. Default 1. */
  readonly delta?: number;
}

/**
 * ½ e² for errors |e| ≤ delta, delta (|e| − ½ delta) beyond.
 *
 * @param options `delta` (1), `reduction` ('mean')
 * @throws WasmgradError where delta is not positive; ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  const reduction = reductionOf('huberLoss', options, ['delta']);
  const { delta = 1 } = options;
  if (!(delta > 0)) throw new WasmgradError(`huberLoss: delta must be greater than 0, got ${delta}`);
  warnOfBroadcast('huberLoss', input, target);
  return reduce(bent(difference(input, target).abs(), delta), reduction);
}

/** Options of `binaryCrossEntropy`. */
export interface BceLossOptions extends LossOptions {
  /** A weight of every element's loss; it is broadcast. */
  readonly weight?: Tensor | null;
}

/** Options of `binaryCrossEntropyWithLogits`. */
export interface BceWithLogitsLossOptions extends BceLossOptions {
  /** A weight of the positive targets; it is broadcast. */
  readonly posWeight?: Tensor | null;
}

/**
 * The binary cross entropy −w (t log x + (1 − t) log(1 − x)) of probabilities x, the logarithms clamped at −100.
 *
 * Shapes: input and target of one shape; weight broadcasts.
 * @param options `weight` (null), `reduction` ('mean')
 * @throws WasmgradError where an element of input is not between 0 and 1; ShapeError where shapes differ
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BceLossOptions = {}): Tensor {
  const reduction = reductionOf('binaryCrossEntropy', options, ['weight']);
  checkSame('binaryCrossEntropy', input, target);
  const loss = apply(bce.binaryCrossEntropy, [input, target.to(input.dtype)], undefined);
  return reduce(weighted('binaryCrossEntropy', loss, options.weight), reduction);
}

/**
 * The binary cross entropy of the sigmoid of scores x, without overflow: w ((1 − t) x + (1 + (p − 1) t) log(1 + exp(−x))),
 * p the weight of positive targets.
 *
 * Shapes: input and target of one shape; weight and posWeight broadcast.
 * @param options `weight` (null), `posWeight` (null), `reduction` ('mean')
 * @throws ShapeError where shapes differ
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BceWithLogitsLossOptions = {},
): Tensor {
  const reduction = reductionOf('binaryCrossEntropyWithLogits', options, ['weight', 'posWeight']);
  const { weight, posWeight } = options;
  checkSame('binaryCrossEntropyWithLogits', input, target);
  const t = target.to(input.dtype);
  let loss = apply(bce.binaryCrossEntropyWithLogits, [input, t], undefined);
  if (posWeight) {
    // With a target of 1 the loss is log(1 + exp(−x)).
    const positive = apply(bce.binaryCrossEntropyWithLogits, [input, onesLike(t)], undefined);
    loss = loss.add(weighted('binaryCrossEntropyWithLogits', t.mul(positive), posWeight.sub(1)));
  }
  return reduce(weighted('binaryCrossEntropyWithLogits', loss, weight), reduction);
}

/** The same as `binaryCrossEntropy`, under the name of its layer. */
export const bceLoss: typeof binaryCrossEntropy = binaryCrossEntropy;
/** The same as `binaryCrossEntropyWithLogits`, under the name of its layer. */
export const bceWithLogitsLoss: typeof binaryCrossEntropyWithLogits = binaryCrossEntropyWithLogits;

/** Options of `klDiv`. */
export interface KlDivOptions {
  /** 'mean' over all elements (default), 'batchmean' over the first dim, 'sum' or 'none'. */
  readonly reduction?: Reduction | 'batchmean';
  /** Whether the target holds logarithms of probabilities. Default false. */
  readonly logTarget?: boolean;
}

/**
 * The Kullback-Leibler divergence t (log t − x) of log-probabilities x from probabilities t (0 where t is 0);
 * exp(t) (t − x) where the target holds logarithms.
 *
 * @param options `reduction` ('mean'), `logTarget` (false)
 * @throws ShapeError where shapes do not broadcast
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html
 */
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  const reduction = reductionOf('klDiv', options, ['logTarget'], ['batchmean']);
  const { logTarget = false } = options;
  checkBroadcast('klDiv', ['input', 'target'], [input, target]);
  let loss: Tensor;
  if (logTarget) {
    loss = target.exp().mul(target.sub(input));
  } else {
    const none = target.eq(0);
    loss = target.maskedFill(none, 1).log().mul(target).sub(target.mul(input));
  }
  if (reduction !== 'batchmean') return reduce(loss, reduction);
  return loss.sum().div(input.shape[0] ?? 1);
}
