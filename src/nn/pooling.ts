import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Size2 } from './functional/pair.js';
import { adaptiveAvgPool2d, adaptiveMaxPool2d, avgPool2d, maxPool2d } from './functional/pool.js';
import type { AdaptiveMaxPool2dOptions, AvgPool2dOptions, MaxPool2dOptions, OutputSize } from './functional/pool.js';
import { Module } from './module.js';
import { pythonRepr } from './repr.js';

/** What pooling gives: with indices where they are asked for. */
type Pooled<Indices extends boolean> = Indices extends true ? [Tensor, Tensor] : Tensor;

/**
 * The largest element of each window; NaN wins over any number.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW]; see `F.maxPool2d`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 */
export class MaxPool2d<Indices extends boolean = false> extends Module {
  readonly kernelSize: Size2;
  readonly stride: Size2;
  readonly padding: Size2;
  readonly dilation: Size2;
  readonly ceilMode: boolean;
  readonly returnIndices: boolean;

  constructor(kernelSize: Size2, options: MaxPool2dOptions & { returnIndices?: Indices } = {}) {
    super();
    checkOptions('MaxPool2d', options, ['stride', 'padding', 'dilation', 'ceilMode', 'returnIndices']);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.dilation = options.dilation ?? 1;
    this.ceilMode = options.ceilMode ?? false;
    this.returnIndices = options.returnIndices ?? false;
  }

  /** The largest elements, and their indices where `returnIndices` is set. */
  override forward(x: Tensor): Pooled<Indices> {
    const { kernelSize, stride, padding, dilation, ceilMode, returnIndices } = this;
    return maxPool2d(x, kernelSize, { stride, padding, dilation, ceilMode, returnIndices }) as Pooled<Indices>;
  }

  override extraRepr(): string {
    const size = `kernel_size=${pythonRepr(this.kernelSize)}, stride=${pythonRepr(this.stride)}`;
    const rest = `dilation=${pythonRepr(this.dilation)}, ceil_mode=${pythonRepr(this.ceilMode)}`;
    return `${size}, padding=${pythonRepr(this.padding)}, ${rest}`;
  }
}

/**
 * The mean of each window.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW]; see `F.avgPool2d`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
 */
export class AvgPool2d extends Module {
  readonly kernelSize: Size2;
  readonly stride: Size2;
  readonly padding: Size2;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;

  constructor(kernelSize: Size2, options: AvgPool2dOptions = {}) {
    super();
    checkOptions('AvgPool2d', options, ['stride', 'padding', 'ceilMode', 'countIncludePad', 'divisorOverride']);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
    this.divisorOverride = options.divisorOverride ?? null;
  }

  /** The means. */
  override forward(x: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride } = this;
    return avgPool2d(x, kernelSize, { stride, padding, ceilMode, countIncludePad, divisorOverride });
  }

  override extraRepr(): string {
    const size = `kernel_size=${pythonRepr(this.kernelSize)}, stride=${pythonRepr(this.stride)}`;
    return `${size}, padding=${pythonRepr(this.padding)}`;
  }
}

/**
 * The mean of each of a given number of windows.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 */
export class AdaptiveAvgPool2d extends Module {
  readonly outputSize: OutputSize;

  /** @param outputSize a number of windows for height and width, or one for each; null keeps a size */
  constructor(outputSize: OutputSize) {
    super();
    this.outputSize = outputSize;
  }

  /** The means. */
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }

  override extraRepr(): string {
    return `output_size=${pythonRepr(this.outputSize)}`;
  }
}

/**
 * The largest element of each of a given number of windows.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
 */
export class AdaptiveMaxPool2d<Indices extends boolean = false> extends Module {
  readonly outputSize: OutputSize;
  readonly returnIndices: boolean;

  /** @param outputSize a number of windows for height and width, or one for each; null keeps a size */
  constructor(outputSize: OutputSize, options: AdaptiveMaxPool2dOptions & { returnIndices?: Indices } = {}) {
    super();
    checkOptions('AdaptiveMaxPool2d', options, ['returnIndices']);
    this.outputSize = outputSize;
    this.returnIndices = options.returnIndices ?? false;
  }

  /** The largest elements, and their indices where `returnIndices` is set. */
  override forward(x: Tensor): Pooled<Indices> {
    return adaptiveMaxPool2d(x, this.outputSize, { returnIndices: this.returnIndices }) as Pooled<Indices>;
  }

  override extraRepr(): string {
    return `output_size=${pythonRepr(this.outputSize)}`;
  }
}
