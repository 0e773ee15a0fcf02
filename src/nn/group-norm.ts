import type { DType } from '../core/dtypes.js';
import { ShapeError, WasmgradError, fail } from '../core/errors.js';
import { noGrad } from '../autograd/mode.js';
import { ones, zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import * as F from './functional/group-norm.js';
import type { LocalResponseNormOptions } from './functional/group-norm.js';
import { Module } from './module.js';
import { ChannelNorm, epsRepr } from './normalization.js';
import { Parameter } from './parameter.js';
import { floatRepr, pythonRepr } from './repr.js';

/** Options of `GroupNorm`. */
export interface GroupNormLayerOptions {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** Learn a scale and a shift of every channel. Default true. */
  affine?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/**
 * Normalises every group of channels of a sample; see `F.groupNorm`.
 *
 * Shapes: x [N, C, …] → the same.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
 */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  /** The scale of the channels, ones at first. */
  readonly weight: Parameter | null;
  /** The shift of the channels, zeros at first. */
  readonly bias: Parameter | null;

  /** @throws WasmgradError where the channels do not split into groups, or for an unknown option */
  constructor(numGroups: number, numChannels: number, options: GroupNormLayerOptions = {}) {
    super();
    checkOptions('GroupNorm', options, ['eps', 'affine', 'dtype']);
    if (!(numGroups >= 1) || numChannels % numGroups !== 0) {
      throw new WasmgradError(`GroupNorm: ${numChannels} channels do not split into ${numGroups} groups`);
    }
    const { dtype = 'float32' } = options;
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = options.eps ?? 1e-5;
    this.affine = options.affine ?? true;
    this.weight = this.affine ? new Parameter(ones([numChannels], { dtype })) : null;
    this.bias = this.affine ? new Parameter(zeros([numChannels], { dtype })) : null;
  }

  /** Sets the parameters back to what they were at first. */
  resetParameters(): void {
    noGrad(() => {
      this.weight?.fill_(1);
      this.bias?.zero_();
    });
  }

  forward(x: Tensor): Tensor {
    if (x.shape[1] !== this.numChannels) {
      fail(ShapeError, 'GroupNorm', `expected ${this.numChannels} channels (dim 1)`, ['input'], [x]);
    }
    return F.groupNorm(x, this.numGroups, this.weight, this.bias, this.eps);
  }

  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${epsRepr(this.eps)}, affine=${pythonRepr(this.affine)}`;
  }
}

/** Options of the instance normalisation layers. */
export interface InstanceNormLayerOptions {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** How far the running statistics move. Default 0.1. */
  momentum?: number;
  /** Learn a scale and a shift of every channel. Default false. */
  affine?: boolean;
  /** Keep running statistics for evaluation. Default false. */
  trackRunningStats?: boolean;
  /** Of parameters and statistics. Default float32. */
  dtype?: DType;
}

abstract class InstanceNorm extends ChannelNorm {
  /**
   * @param numFeatures the number of channels
   * @param options `eps` (1e-5), `momentum` (0.1), `affine` (false), `trackRunningStats` (false), `dtype` (float32)
   * @throws WasmgradError for an unknown option
   */
  constructor(numFeatures: number, options: InstanceNormLayerOptions = {}) {
    super(numFeatures, options, false);
  }

  /** The dims of a batch; a single sample has one fewer. */
  protected abstract batchDims(): number;

  forward(x: Tensor): Tensor {
    const dims = this.batchDims();
    if (x.ndim !== dims && x.ndim !== dims - 1) {
      fail(ShapeError, this.constructor.name, `input must have ${dims - 1} or ${dims} dims`, ['input'], [x]);
    }
    const single = x.ndim === dims - 1;
    const samples = single ? x.unsqueeze(0) : x;
    if ((this.affine || this.trackRunningStats) && samples.shape[1] !== this.numFeatures) {
      fail(ShapeError, this.constructor.name, `expected ${this.numFeatures} channels`, ['input'], [x]);
    }
    const y = F.instanceNorm(samples, this.running_mean, this.running_var, this.weight, this.bias, {
      useInputStats: this.training || !this.trackRunningStats,
      momentum: this.momentum ?? 0.1,
      eps: this.eps,
    });
    return single ? y.squeeze(0) : y;
  }
}

/**
 * Normalises every channel of a sample over its length; see `F.instanceNorm`.
 *
 * Shapes: x [N, C, L] or [C, L] → the same.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm1d.html
 */
export class InstanceNorm1d extends InstanceNorm {
  protected batchDims(): number {
    return 3;
  }
}

/**
 * Normalises every channel of a sample over its image; see `F.instanceNorm`.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → the same.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html
 */
export class InstanceNorm2d extends InstanceNorm {
  protected batchDims(): number {
    return 4;
  }
}

/**
 * Normalises every channel of a sample over its volume; see `F.instanceNorm`.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → the same.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm3d.html
 */
export class InstanceNorm3d extends InstanceNorm {
  protected batchDims(): number {
    return 5;
  }
}

/** Options of `RMSNorm`. */
export interface RMSNormLayerOptions {
  /** Added to the mean square. Default null: the machine epsilon of the input's dtype. */
  eps?: number | null;
  /** Learn a scale of every element. Default true. */
  elementwiseAffine?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/**
 * y = x / √(mean(x²) + eps) · weight over the last dims; see `F.rmsNorm`.
 *
 * Shapes: x [*, ...normalizedShape] → the same.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html
 */
export class RMSNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number | null;
  readonly elementwiseAffine: boolean;
  /** The scale, ones at first. */
  readonly weight: Parameter | null;

  /** @throws WasmgradError for an unknown option */
  constructor(normalizedShape: number | readonly number[], options: RMSNormLayerOptions = {}) {
    super();
    checkOptions('RMSNorm', options, ['eps', 'elementwiseAffine', 'dtype']);
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape];
    this.eps = options.eps ?? null;
    this.elementwiseAffine = options.elementwiseAffine ?? true;
    const { dtype = 'float32' } = options;
    this.weight = this.elementwiseAffine ? new Parameter(ones(this.normalizedShape, { dtype })) : null;
  }

  /** Sets the scale back to ones. */
  resetParameters(): void {
    noGrad(() => this.weight?.fill_(1));
  }

  forward(x: Tensor): Tensor {
    return F.rmsNorm(x, this.normalizedShape, this.weight, this.eps);
  }

  override extraRepr(): string {
    const eps = this.eps === null ? 'None' : epsRepr(this.eps);
    return `${pythonRepr(this.normalizedShape)}, eps=${eps}, elementwise_affine=${pythonRepr(this.elementwiseAffine)}`;
  }
}

/**
 * y[c] = x[c] / (k + alpha · mean of x² over `size` neighbouring channels)^beta; see `F.localResponseNorm`.
 *
 * Shapes: x [N, C, …] → the same.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
 */
export class LocalResponseNorm extends Module {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  /**
   * @param size how many channels lie in a window
   * @param options `alpha` (1e-4), `beta` (0.75), `k` (1)
   */
  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super();
    checkOptions('LocalResponseNorm', options, ['alpha', 'beta', 'k']);
    this.size = size;
    this.alpha = options.alpha ?? 1e-4;
    this.beta = options.beta ?? 0.75;
    this.k = options.k ?? 1;
  }

  forward(x: Tensor): Tensor {
    return F.localResponseNorm(x, this.size, this.alpha, this.beta, this.k);
  }

  override extraRepr(): string {
    const { size, alpha, beta, k } = this;
    return `${size}, alpha=${floatRepr(alpha)}, beta=${floatRepr(beta)}, k=${floatRepr(k)}`;
  }
}
