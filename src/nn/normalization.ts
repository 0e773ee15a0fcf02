import type { DType } from '../core/dtypes.js';
import { ShapeError, fail } from '../core/errors.js';
import { noGrad } from '../autograd/mode.js';
import { ones, zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { batchNorm, batchNormTraining, layerNorm } from './functional/normalization.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { pythonRepr } from './repr.js';

/** Options of `LayerNorm`. */
export interface LayerNormLayerOptions {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** Learn a scale and a shift of every element. Default true. */
  elementwiseAffine?: boolean;
  /** With a scale, learn a shift, too. Default true. */
  bias?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/**
 * y = (x − mean) / √(var + eps) · weight + bias over the last dims; see `F.layerNorm`.
 *
 * Shapes: x [*, ...normalizedShape] → the same.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
 */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  /** The scale, ones at first. */
  readonly weight: Parameter | null;
  /** The shift, zeros at first. */
  readonly bias: Parameter | null;

  /**
   * @param normalizedShape the sizes of the last dims
   * @param options `eps` (1e-5), `elementwiseAffine` (true), `bias` (true), `dtype` (float32)
   * @throws WasmgradError for an unknown option
   */
  constructor(normalizedShape: number | readonly number[], options: LayerNormLayerOptions = {}) {
    super();
    checkOptions('LayerNorm', options, ['eps', 'elementwiseAffine', 'bias', 'dtype']);
    const { eps = 1e-5, elementwiseAffine = true, bias = true, dtype = 'float32' } = options;
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape];
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape, { dtype })) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape, { dtype })) : null;
  }

  forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this.weight, this.bias, this.eps);
  }

  override extraRepr(): string {
    const shape = pythonRepr(this.normalizedShape);
    return `${shape}, eps=${epsRepr(this.eps)}, elementwise_affine=${pythonRepr(this.elementwiseAffine)}`;
  }
}

/** @internal A small number as Python prints it. */
export function epsRepr(eps: number): string {
  return eps !== 0 && eps < 1e-4 ? eps.toExponential().replace(/e-(\d)$/, 'e-0$1') : String(eps);
}

/** Options of the batch normalisation layers. */
export interface BatchNormLayerOptions {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** How far the running statistics move; null for the cumulative average. Default 0.1. */
  momentum?: number | null;
  /** Learn a scale and a shift of every channel. Default true. */
  affine?: boolean;
  /** Keep running statistics for evaluation. Default true. */
  trackRunningStats?: boolean;
  /** Of parameters and statistics. Default float32. */
  dtype?: DType;
}

/** What batch and instance normalisation share: parameters and running statistics of channels. */
export abstract class ChannelNorm extends Module {
  readonly numFeatures: number;
  eps: number;
  momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  /** The scale of the channels, ones at first. */
  readonly weight: Parameter | null;
  /** The shift of the channels, zeros at first. */
  readonly bias: Parameter | null;
  /** The running mean of the channels. A buffer. */
  declare running_mean: Tensor | null;
  /** The running (unbiased) variance of the channels. A buffer. */
  declare running_var: Tensor | null;
  /** How many batches the running statistics have seen. An int32 buffer. */
  declare num_batches_tracked: Tensor | null;

  protected constructor(numFeatures: number, options: BatchNormLayerOptions, byDefault: boolean) {
    super();
    checkOptions(this.constructor.name, options, ['eps', 'momentum', 'affine', 'trackRunningStats', 'dtype']);
    const {
      eps = 1e-5,
      momentum = 0.1,
      affine = byDefault,
      trackRunningStats = byDefault,
      dtype = 'float32',
    } = options;
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.weight = affine ? new Parameter(ones([numFeatures], { dtype })) : null;
    this.bias = affine ? new Parameter(zeros([numFeatures], { dtype })) : null;
    this.registerBuffer('running_mean', trackRunningStats ? zeros([numFeatures], { dtype }) : null);
    this.registerBuffer('running_var', trackRunningStats ? ones([numFeatures], { dtype }) : null);
    this.registerBuffer('num_batches_tracked', trackRunningStats ? zeros([], { dtype: 'int32' }) : null);
  }

  /** `running_mean`, which has PyTorch's spelling for `stateDict`. */
  get runningMean(): Tensor | null {
    return this.running_mean;
  }

  /** `running_var`. */
  get runningVar(): Tensor | null {
    return this.running_var;
  }

  /** `num_batches_tracked`. */
  get numBatchesTracked(): Tensor | null {
    return this.num_batches_tracked;
  }

  /** Forgets what the running statistics have seen. */
  resetRunningStats(): void {
    noGrad(() => {
      this.running_mean?.zero_();
      this.running_var?.fill_(1);
      this.num_batches_tracked?.zero_();
    });
  }

  /** Sets the parameters and statistics back to what they were at first. */
  resetParameters(): void {
    this.resetRunningStats();
    noGrad(() => {
      this.weight?.fill_(1);
      this.bias?.zero_();
    });
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this;
    return (
      `${numFeatures}, eps=${epsRepr(eps)}, momentum=${pythonRepr(momentum)}, ` +
      `affine=${pythonRepr(affine)}, track_running_stats=${pythonRepr(trackRunningStats)}`
    );
  }
}

export abstract class BatchNorm extends ChannelNorm {
  /**
   * @param numFeatures the number of channels
   * @param options `eps` (1e-5), `momentum` (0.1; null for the cumulative average), `affine` (true), `trackRunningStats` (true),
   *   `dtype` (float32)
   * @throws WasmgradError for an unknown option
   */
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    super(numFeatures, options, true);
  }

  /** @throws ShapeError where the input has other dims than the layer takes */
  protected abstract checkInput(x: Tensor): void;

  forward(x: Tensor): Tensor {
    this.checkInput(x);
    if (x.shape[1] !== this.numFeatures) {
      fail(ShapeError, this.constructor.name, `expected ${this.numFeatures} channels (dim 1)`, ['input'], [x]);
    }
    const { running_mean: mean, running_var: variance, num_batches_tracked: batches, momentum } = this;
    if (!this.training && mean && variance) {
      return batchNorm(x, mean, variance, this.weight, this.bias, { eps: this.eps });
    }
    const running = this.training && mean && variance ? { mean, variance, momentum, batches } : null;
    if (running && batches) noGrad(() => batches.add_(1));
    return batchNormTraining(x, running, this.weight, this.bias, this.eps);
  }
}

/**
 * Normalises every channel over the batch (and length); see `F.batchNorm`.
 *
 * Shapes: x [N, C] or [N, C, L] → the same.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
 */
export class BatchNorm1d extends BatchNorm {
  protected checkInput(x: Tensor): void {
    if (x.ndim !== 2 && x.ndim !== 3) {
      fail(ShapeError, 'BatchNorm1d', 'input must have 2 or 3 dims', ['input'], [x]);
    }
  }
}

/**
 * Normalises every channel over the batch and the image; see `F.batchNorm`.
 *
 * Shapes: x [N, C, H, W] → the same.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
 */
export class BatchNorm2d extends BatchNorm {
  protected checkInput(x: Tensor): void {
    if (x.ndim !== 4) fail(ShapeError, 'BatchNorm2d', 'input must have 4 dims', ['input'], [x]);
  }
}

/**
 * Normalises every channel over the batch and the volume; see `F.batchNorm`.
 *
 * Shapes: x [N, C, D, H, W] → the same.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm3d.html
 */
export class BatchNorm3d extends BatchNorm {
  protected checkInput(x: Tensor): void {
    if (x.ndim !== 5) fail(ShapeError, 'BatchNorm3d', 'input must have 5 dims', ['input'], [x]);
  }
}
