import { ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { applyInPlace, applyMany } from '../../autograd/apply.js';
import { noGrad } from '../../autograd/mode.js';
import { batchNorm as batchNormOp, batchNormInference, batchNormUpdate } from '../../ops/batch-norm.js';
import { layerNorm as layerNormOp } from '../../ops/norm.js';
import { ones, zeros } from '../../tensor/creation.js';
import { named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Options of `layerNorm`. */
export interface LayerNormOptions {
  /** The scale of every element of a row, in the shape of `normalizedShape`. */
  readonly weight?: Tensor | null;
  /** The shift of every element of a row. */
  readonly bias?: Tensor | null;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/**
 * y = (x − mean) / √(var + eps) · weight + bias over the last dims, with their own mean and biased variance.
 *
 * Shapes: x [*, ...normalizedShape]; weight and bias [...normalizedShape]; y as x.
 * @throws ShapeError or DTypeError where operands do not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: number | readonly number[],
  weight?: Tensor | null | LayerNormOptions,
  bias?: Tensor | null | LayerNormOptions,
  eps?: number | LayerNormOptions,
): Tensor {
  const given = named<LayerNormOptions>('layerNorm', ['weight', 'bias', 'eps'], [weight, bias, eps]);
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  const params = { normalizedShape: shape, eps: given.eps ?? 1e-5 };
  return applyMany(layerNormOp, [x, given.weight ?? null, given.bias ?? null], params)[0]!;
}

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /** The scale of every channel [C]. */
  readonly weight?: Tensor | null;
  /** The shift of every channel [C]. */
  readonly bias?: Tensor | null;
  /** Normalise with the statistics of the batch, and move the running ones. Default false. */
  readonly training?: boolean;
  /** How far the running statistics move. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/** The running statistics of a layer and how they move. */
export interface RunningStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** null for the cumulative average, which `batches` (an int32) counts. */
  readonly momentum: number | null;
  readonly batches: Tensor | null;
}

/** @internal Normalises with the statistics of the batch and moves the running ones, if any. */
export function batchNormTraining(
  x: Tensor,
  running: RunningStatistics | null,
  weight: Tensor | null,
  bias: Tensor | null,
  eps: number,
): Tensor {
  if (x.numel === 0) {
    // No elements have no statistics: the running ones stay as they are, and gradients are 0.
    const like = { dtype: x.dtype };
    const shape = [x.shape[1] ?? 0];
    return applyMany(batchNormInference, [x, weight, bias, zeros(shape, like), ones(shape, like)], { eps })[0]!;
  }
  const [y, mean, variance] = applyMany(batchNormOp, [x, weight, bias], { eps });
  if (running) {
    const count = x.numel / x.shape[1]!;
    const momentum = running.momentum ?? -1;
    const { batches } = running;
    noGrad(() => {
      applyInPlace(batchNormUpdate, [running.mean, mean!, batches], { momentum, factor: 1 });
      // The running variance is the unbiased one.
      applyInPlace(batchNormUpdate, [running.variance, variance!, batches], { momentum, factor: count / (count - 1) });
    });
  }
  return y!;
}

/**
 * y = (x − mean) / √(var + eps) · weight + bias for every channel: with the batch's mean and biased variance in training
 * (the running statistics move: r ← (1 − momentum) r + momentum · new, the variance unbiased), with the running ones otherwise.
 *
 * Shapes: x [N, C, …]; runningMean, runningVar, weight and bias [C]; y as x.
 * @throws ShapeError or DTypeError where operands do not fit; WasmgradError without running statistics outside of training
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html
 */
export function batchNorm(
  x: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  weight?: Tensor | null | BatchNormOptions,
  bias?: Tensor | null | BatchNormOptions,
  training?: boolean | BatchNormOptions,
  momentum?: number | BatchNormOptions,
  eps?: number | BatchNormOptions,
): Tensor {
  const names = ['weight', 'bias', 'training', 'momentum', 'eps'] as const;
  const given = named<BatchNormOptions>('batchNorm', names, [weight, bias, training, momentum, eps]);
  const affine = [given.weight ?? null, given.bias ?? null] as const;
  const small = given.eps ?? 1e-5;
  if (given.training) {
    if (runningMean && runningVar) checkRunning(x, runningMean, runningVar);
    const running =
      runningMean && runningVar
        ? { mean: runningMean, variance: runningVar, momentum: given.momentum ?? 0.1, batches: null }
        : null;
    return batchNormTraining(x, running, ...affine, small);
  }
  if (!runningMean || !runningVar) {
    throw new WasmgradError('batchNorm: runningMean and runningVar are needed outside of training');
  }
  return applyMany(batchNormInference, [x, ...affine, runningMean, runningVar], { eps: small })[0]!;
}

function checkRunning(x: Tensor, mean: Tensor, variance: Tensor): void {
  const C = x.shape[1];
  if (mean.ndim === 1 && variance.ndim === 1 && mean.shape[0] === C && variance.shape[0] === C) return;
  const names = ['input', 'runningMean', 'runningVar'];
  fail(ShapeError, 'batchNorm', `running statistics must have shape [${C}]`, names, [x, mean, variance]);
}
