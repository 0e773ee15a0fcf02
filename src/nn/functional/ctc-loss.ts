import { DTypeError, fail } from '../../core/errors.js';
import { isFloat } from '../../core/dtypes.js';
import { applyMany } from '../../autograd/apply.js';
import { ctcLoss as ctcLossOp } from '../../ops/ctc.js';
import { arange, tensor } from '../../tensor/creation.js';
import { isTensor } from '../../tensor/operands.js';
import type { Tensor } from '../../tensor/tensor.js';
import { labels, reductionOf } from './loss-reduction.js';
import type { LossOptions } from './loss-reduction.js';

/** Options of `ctcLoss`. */
export interface CtcLossOptions extends LossOptions {
  /** The class of the blank. Default 0. */
  readonly blank?: number;
  /** Count losses that are infinite (where a target is too long for its input) as 0, without a gradient. Default false. */
  readonly zeroInfinity?: boolean;
}

/** Lengths as a tensor of int32 [N]. */
function lengthsOf(name: string, given: Tensor | readonly number[] | number): Tensor {
  if (!isTensor(given)) return tensor(typeof given === 'number' ? [given] : [...given], { dtype: 'int32' });
  if (isFloat(given.dtype) || given.dtype === 'bool')
    fail(DTypeError, 'ctcLoss', 'lengths must be int32', [name], [given]);
  return given.int().reshape([given.numel]).contiguous();
}

/**
 * The connectionist temporal classification loss: −log Σ_a Π_t p[t, a_t] over all alignments a of an input of T steps that give the
 * target once repetitions are joined and blanks are dropped. 'mean' divides each loss by its target's length first.
 *
 * Shapes: logProbs [T, N, C] (or [T, C] of one sample), log-probabilities such as a logSoftmax gives; targets int32 padded [N, S] or
 * concatenated [Σ targetLengths]; inputLengths and targetLengths int32 [N], or arrays of numbers.
 *
 * As in PyTorch the gradient is that of the scores of which logProbs is the log-softmax, exp(logProbs) − posterior; behind
 * a log-softmax this is the true gradient. Higher derivatives are those of this gradient (PyTorch has none).
 * @param options `blank` (0), `reduction` ('mean'), `zeroInfinity` (false)
 * @throws IndexError where a length or a label is out of range; ShapeError where operands do not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.ctc_loss.html; Graves et al. 2006, Connectionist Temporal
 * Classification
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Tensor | readonly number[] | number,
  targetLengths: Tensor | readonly number[] | number,
  options: CtcLossOptions = {},
): Tensor {
  const reduction = reductionOf('ctcLoss', options, ['blank', 'zeroInfinity']);
  const { blank = 0, zeroInfinity = false } = options;
  const single = logProbs.ndim === 2;
  const x = single ? logProbs.unsqueeze(1) : logProbs;
  const lengths = lengthsOf('targetLengths', targetLengths);
  const given = labels('ctcLoss', targets);
  const t = given.ndim === 2 && lengths.numel === given.shape[0] ? unpadded(given, lengths, blank) : given.contiguous();
  const inputs = [x, t, lengthsOf('inputLengths', inputLengths), lengths];
  const [loss] = applyMany(ctcLossOp, inputs, { blank, zeroInfinity });
  if (reduction === 'none') return single ? loss!.reshape([]) : loss!;
  return reduction === 'sum' ? loss!.sum() : loss!.div(lengths.clampMin(1)).mean();
}

/** Labels [N, S] with the blank in the place of padding, which may be anything. */
function unpadded(targets: Tensor, lengths: Tensor, blank: number): Tensor {
  const positions = arange(targets.shape[1]!, { dtype: 'int32' });
  return targets.maskedFill(positions.ge(lengths.unsqueeze(1)), blank);
}
