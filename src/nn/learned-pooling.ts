import type { DType } from '../core/dtypes.js';
import { ShapeError, checkWhole, fail } from '../core/errors.js';
import { full, zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import { softmax } from '../tensor/softmax.js';
import type { Tensor } from '../tensor/tensor.js';
import { conv2d } from './functional/conv.js';
import { linear } from './functional/linear.js';
import { pairOf } from './functional/pair.js';
import type { Size2 } from './functional/pair.js';
import { avgPool2d, maxPool2d } from './functional/pool.js';
import * as init from './init.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { pythonRepr } from './repr.js';

/** Options of `MixedPool2d` and `GatedPool2d`. */
export interface LearnedPoolOptions {
  /** Default: the kernel size. */
  stride?: Size2 | null;
  /** On every side, at most half of the kernel: zeros that count for the mean, −∞ for the maximum. Default 0. */
  padding?: Size2;
  /** Channels that learn a coefficient each. Default 1: one for all. */
  channels?: number;
  /** Default float32. */
  dtype?: DType;
}

const OPTIONS = ['stride', 'padding', 'channels', 'dtype'];

/** What learned mixtures of maximum and mean have in common. */
abstract class MixturePool extends Module {
  readonly kernelSize: Size2;
  readonly stride: Size2;
  readonly padding: Size2;
  readonly channels: number;

  constructor(kernelSize: Size2, options: LearnedPoolOptions) {
    super();
    const name = new.target.name;
    checkOptions(name, options, OPTIONS);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.channels = options.channels ?? 1;
    checkWhole(name, 'channels', this.channels, 1);
  }

  /** share·max + (1 − share)·mean of each window. */
  protected mixed(x: Tensor, share: Tensor): Tensor {
    const { kernelSize, stride, padding } = this;
    const mean = avgPool2d(x, kernelSize, { stride, padding });
    return mean.lerp(maxPool2d(x, kernelSize, { stride, padding }), share);
  }

  override extraRepr(): string {
    const size = `kernel_size=${pythonRepr(this.kernelSize)}, stride=${pythonRepr(this.stride)}`;
    return `${size}, padding=${pythonRepr(this.padding)}, channels=${this.channels}`;
  }
}

/**
 * A learned mixture of maximum and mean of each window: y = α·max + (1 − α)·mean.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW] as `F.maxPool2d`; alpha [channels, 1, 1], 1 or C channels
 *
 * α starts at ½ and is not limited.
 *
 * Source: Lee, Gallagher and Tu 2016, Generalizing Pooling Functions in CNNs, https://arxiv.org/abs/1509.08985 (section 3.1)
 */
export class MixedPool2d extends MixturePool {
  alpha: Parameter;

  /** @throws ShapeError where a size is out of range */
  constructor(kernelSize: Size2, options: LearnedPoolOptions = {}) {
    super(kernelSize, options);
    this.alpha = new Parameter(full([this.channels, 1, 1], 0.5, { dtype: options.dtype ?? 'float32' }));
  }

  /** The mixtures. */
  override forward(x: Tensor): Tensor {
    return this.mixed(x, this.alpha);
  }
}

/**
 * A mixture of maximum and mean whose share each window decides: y = g·max + (1 − g)·mean, g = σ(ω · window).
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW] as `F.maxPool2d`; weight [channels, 1, KH, KW], 1 or C channels
 *
 * The weight ω starts uniform in ±1/√(KH·KW).
 *
 * Source: Lee, Gallagher and Tu 2016, Generalizing Pooling Functions in CNNs, https://arxiv.org/abs/1509.08985 (section 3.2)
 */
export class GatedPool2d extends MixturePool {
  weight: Parameter;

  /** @throws ShapeError where a size is out of range */
  constructor(kernelSize: Size2, options: LearnedPoolOptions = {}) {
    super(kernelSize, options);
    const kernel = pairOf('GatedPool2d', 'kernelSize', kernelSize, 1);
    this.weight = new Parameter(zeros([this.channels, 1, ...kernel], { dtype: options.dtype ?? 'float32' }));
    this.resetParameters();
  }

  /** Draws the weight anew. */
  resetParameters(): void {
    init.kaimingUniform_(this.weight, { a: Math.sqrt(5) });
  }

  /** The mixtures. */
  override forward(x: Tensor): Tensor {
    const { stride, padding, weight } = this;
    const C = x.shape.at(-3) ?? 0;
    if (this.channels !== 1 && this.channels !== C) {
      fail(ShapeError, 'GatedPool2d', `input must have ${this.channels} channels`, ['input'], [x]);
    }
    const filters = weight.expand([C, 1, weight.shape[2]!, weight.shape[3]!]);
    const gate = conv2d(x, filters, null, { stride, padding, groups: C }).sigmoid();
    return this.mixed(x, gate);
  }
}

/** Options of `AttentionPool`. */
export interface AttentionPoolOptions {
  /** Units of the scores' hidden layer. Default: as many as channels. */
  hidden?: number;
  /** Whether a second layer gates the first: tanh(V·x) ⊙ σ(U·x). Default false. */
  gated?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/**
 * The mean of all positions, weighted by what they hold: y = Σ aₚ·xₚ, a = softmax over positions of w·tanh(V·xₚ), with `gated` of
 * w·(tanh(V·xₚ) ⊙ σ(U·xₚ)).
 *
 * Shapes: x [N, C, *] with any number of spatial dims, at least one → [N, C]; V and U [hidden, C], w [1, hidden]
 *
 * Weights start uniform in ±1/√C and ±1/√hidden.
 *
 * Source: Ilse, Tomczak and Welling 2018, Attention-based Deep Multiple Instance Learning, https://arxiv.org/abs/1802.04712
 */
export class AttentionPool extends Module {
  readonly channels: number;
  readonly hidden: number;
  readonly gated: boolean;
  V: Parameter;
  U: Parameter | null;
  w: Parameter;

  /** @throws ShapeError where a size is out of range */
  constructor(channels: number, options: AttentionPoolOptions = {}) {
    super();
    checkOptions('AttentionPool', options, ['hidden', 'gated', 'dtype']);
    const { hidden = channels, gated = false, dtype = 'float32' } = options;
    for (const [what, value] of Object.entries({ channels, hidden })) {
      checkWhole('AttentionPool', what, value, 1);
    }
    this.channels = channels;
    this.hidden = hidden;
    this.gated = gated;
    this.V = new Parameter(zeros([hidden, channels], { dtype }));
    this.U = gated ? new Parameter(zeros([hidden, channels], { dtype })) : null;
    this.w = new Parameter(zeros([1, hidden], { dtype }));
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    for (const weight of [this.V, this.U, this.w]) if (weight) init.kaimingUniform_(weight, { a: Math.sqrt(5) });
  }

  /** The weighted means. */
  override forward(x: Tensor): Tensor {
    if (x.ndim < 3 || x.shape[1] !== this.channels) {
      fail(ShapeError, 'AttentionPool', `input must have dims [N, ${this.channels}, *]`, ['input'], [x]);
    }
    const [N, C] = x.shape as [number, number];
    const flat = x.reshape([N, C, x.numel / Math.max(1, N * C)]);
    const positions = flat.transpose(1, 2);
    let features = linear(positions, this.V).tanh();
    if (this.U) features = features.mul(linear(positions, this.U).sigmoid());
    const weights = softmax(linear(features, this.w), 1);
    return flat.matmul(weights).squeeze(-1);
  }

  override extraRepr(): string {
    return `${this.channels}, hidden=${this.hidden}, gated=${pythonRepr(this.gated)}`;
  }
}
