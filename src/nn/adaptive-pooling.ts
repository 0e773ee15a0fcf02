import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { adaptiveAvgPool2d, adaptiveMaxPool2d } from './functional/pool.js';
import type { AdaptiveMaxPoolOptions, OutputSize } from './functional/pool.js';
import { adaptiveAvgPool1d, adaptiveMaxPool1d } from './functional/pool1d.js';
import type { OutputSize1 } from './functional/pool1d.js';
import { adaptiveAvgPool3d, adaptiveMaxPool3d } from './functional/pool3d.js';
import type { OutputSize3 } from './functional/pool3d.js';
import { Module } from './module.js';
import type { Pooled } from './pooling.js';
import { pythonRepr } from './repr.js';

/** What poolings into a given number of windows have in common. */
abstract class AdaptivePool<S extends OutputSize1 | OutputSize | OutputSize3> extends Module {
  readonly outputSize: S;

  /** @param outputSize a number of windows for all spatial dims, or one for each; null keeps a size */
  constructor(outputSize: S) {
    super();
    this.outputSize = outputSize;
  }

  override extraRepr(): string {
    return `output_size=${pythonRepr(this.outputSize)}`;
  }
}

/**
 * The mean of each of a given number of windows of sequences.
 *
 * Shapes: x [N, C, L] or [C, L] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html
 */
export class AdaptiveAvgPool1d extends AdaptivePool<OutputSize1> {
  /** The means. */
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool1d(x, this.outputSize);
  }
}

/**
 * The mean of each of a given number of windows of planes.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 */
export class AdaptiveAvgPool2d extends AdaptivePool<OutputSize> {
  /** The means. */
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }
}

/**
 * The mean of each of a given number of windows of volumes.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool3d.html
 */
export class AdaptiveAvgPool3d extends AdaptivePool<OutputSize3> {
  /** The means. */
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool3d(x, this.outputSize);
  }
}

/**
 * The largest element of each of a given number of windows of sequences.
 *
 * Shapes: x [N, C, L] or [C, L] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool1d.html
 */
export class AdaptiveMaxPool1d<Indices extends boolean = false> extends AdaptivePool<OutputSize1> {
  readonly returnIndices: boolean;

  /** @param outputSize a number of windows; null keeps the size */
  constructor(outputSize: OutputSize1, options: AdaptiveMaxPoolOptions & { returnIndices?: Indices } = {}) {
    super(outputSize);
    checkOptions('AdaptiveMaxPool1d', options, ['returnIndices']);
    this.returnIndices = options.returnIndices ?? false;
  }

  /** The largest elements, and their indices where `returnIndices` is set. */
  override forward(x: Tensor): Pooled<Indices> {
    return adaptiveMaxPool1d(x, this.outputSize, { returnIndices: this.returnIndices }) as Pooled<Indices>;
  }
}

/**
 * The largest element of each of a given number of windows of planes.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
 */
export class AdaptiveMaxPool2d<Indices extends boolean = false> extends AdaptivePool<OutputSize> {
  readonly returnIndices: boolean;

  /** @param outputSize a number of windows for height and width, or one for each; null keeps a size */
  constructor(outputSize: OutputSize, options: AdaptiveMaxPoolOptions & { returnIndices?: Indices } = {}) {
    super(outputSize);
    checkOptions('AdaptiveMaxPool2d', options, ['returnIndices']);
    this.returnIndices = options.returnIndices ?? false;
  }

  /** The largest elements, and their indices where `returnIndices` is set. */
  override forward(x: Tensor): Pooled<Indices> {
    return adaptiveMaxPool2d(x, this.outputSize, { returnIndices: this.returnIndices }) as Pooled<Indices>;
  }
}

/**
 * The largest element of each of a given number of windows of volumes.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool3d.html
 */
export class AdaptiveMaxPool3d<Indices extends boolean = false> extends AdaptivePool<OutputSize3> {
  readonly returnIndices: boolean;

  /** @param outputSize a number of windows for depth, height and width, or one for each; null keeps a size */
  constructor(outputSize: OutputSize3, options: AdaptiveMaxPoolOptions & { returnIndices?: Indices } = {}) {
    super(outputSize);
    checkOptions('AdaptiveMaxPool3d', options, ['returnIndices']);
    this.returnIndices = options.returnIndices ?? false;
  }

  /** The largest elements, and their indices where `returnIndices` is set. */
  override forward(x: Tensor): Pooled<Indices> {
    return adaptiveMaxPool3d(x, this.outputSize, { returnIndices: this.returnIndices }) as Pooled<Indices>;
  }
}
