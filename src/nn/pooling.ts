import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Size, Size1, Size2, Size3 } from './functional/pair.js';
import { AVG_POOL_OPTIONS, MAX_POOL_OPTIONS, avgPool2d, maxPool2d } from './functional/pool.js';
import type { AvgPoolOptions, MaxPoolOptions } from './functional/pool.js';
import { avgPool1d, maxPool1d } from './functional/pool1d.js';
import { avgPool3d, maxPool3d } from './functional/pool3d.js';
import { Module } from './module.js';
import { pythonRepr } from './repr.js';

/** What pooling gives: with indices where they are asked for. */
export type Pooled<Indices extends boolean> = Indices extends true ? [Tensor, Tensor] : Tensor;

/** What maximum pooling over any dims has in common. */
abstract class MaxPool<S extends Size> extends Module {
  readonly kernelSize: S;
  readonly stride: S;
  readonly padding: S | number;
  readonly dilation: S | number;
  readonly ceilMode: boolean;
  readonly returnIndices: boolean;

  constructor(kernelSize: S, options: MaxPoolOptions<S>) {
    super();
    checkOptions(new.target.name, options, MAX_POOL_OPTIONS);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.dilation = options.dilation ?? 1;
    this.ceilMode = options.ceilMode ?? false;
    this.returnIndices = options.returnIndices ?? false;
  }

  /** The options of the function. */
  protected call(): MaxPoolOptions<S | number> {
    const { stride, padding, dilation, ceilMode, returnIndices } = this;
    return { stride, padding, dilation, ceilMode, returnIndices };
  }

  override extraRepr(): string {
    const size = `kernel_size=${pythonRepr(this.kernelSize)}, stride=${pythonRepr(this.stride)}`;
    const rest = `dilation=${pythonRepr(this.dilation)}, ceil_mode=${pythonRepr(this.ceilMode)}`;
    return `${size}, padding=${pythonRepr(this.padding)}, ${rest}`;
  }
}

/**
 * The largest element of each window of sequences; NaN wins over any number.
 *
 * Shapes: x [N, C, L] or [C, L] → [N, C, OL] or [C, OL]; see `F.maxPool1d`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MaxPool1d.html
 */
export class MaxPool1d<Indices extends boolean = false> extends MaxPool<Size1> {
  constructor(kernelSize: Size1, options: MaxPoolOptions<Size1> & { returnIndices?: Indices } = {}) {
    super(kernelSize, options);
  }

  /** The largest elements, and their indices where `returnIndices` is set. */
  override forward(x: Tensor): Pooled<Indices> {
    return maxPool1d(x, this.kernelSize, this.call()) as Pooled<Indices>;
  }
}

/**
 * The largest element of each window of planes; NaN wins over any number.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW]; see `F.maxPool2d`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 */
export class MaxPool2d<Indices extends boolean = false> extends MaxPool<Size2> {
  constructor(kernelSize: Size2, options: MaxPoolOptions<Size2> & { returnIndices?: Indices } = {}) {
    super(kernelSize, options);
  }

  /** The largest elements, and their indices where `returnIndices` is set. */
  override forward(x: Tensor): Pooled<Indices> {
    return maxPool2d(x, this.kernelSize, this.call()) as Pooled<Indices>;
  }
}

/**
 * The largest element of each window of volumes; NaN wins over any number.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → [N, C, OD, OH, OW] or [C, OD, OH, OW]; see `F.maxPool3d`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MaxPool3d.html
 */
export class MaxPool3d<Indices extends boolean = false> extends MaxPool<Size3> {
  constructor(kernelSize: Size3, options: MaxPoolOptions<Size3> & { returnIndices?: Indices } = {}) {
    super(kernelSize, options);
  }

  /** The largest elements, and their indices where `returnIndices` is set. */
  override forward(x: Tensor): Pooled<Indices> {
    return maxPool3d(x, this.kernelSize, this.call()) as Pooled<Indices>;
  }
}

/** What average pooling over any dims has in common. */
abstract class AvgPool<S extends Size> extends Module {
  readonly kernelSize: S;
  readonly stride: S;
  readonly padding: S | number;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;

  constructor(kernelSize: S, options: AvgPoolOptions<S>) {
    super();
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
  }

  /** The options of the function. */
  protected call(): Omit<AvgPoolOptions<S | number>, 'divisorOverride'> {
    const { stride, padding, ceilMode, countIncludePad } = this;
    return { stride, padding, ceilMode, countIncludePad };
  }

  override extraRepr(): string {
    const size = `kernel_size=${pythonRepr(this.kernelSize)}, stride=${pythonRepr(this.stride)}`;
    return `${size}, padding=${pythonRepr(this.padding)}`;
  }
}

/** A size of one dim as PyTorch keeps it here: a tuple. */
function single(size: Size1): readonly [number] {
  return typeof size === 'number' ? [size] : size;
}

/**
 * The mean of each window of sequences.
 *
 * Shapes: x [N, C, L] or [C, L] → [N, C, OL] or [C, OL]; see `F.avgPool1d`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html
 */
export class AvgPool1d extends AvgPool<Size1> {
  constructor(kernelSize: Size1, options: Omit<AvgPoolOptions<Size1>, 'divisorOverride'> = {}) {
    checkOptions('AvgPool1d', options, ['stride', 'padding', 'ceilMode', 'countIncludePad']);
    const { stride, padding = 0 } = options;
    super(single(kernelSize), { ...options, stride: single(stride ?? kernelSize), padding: single(padding) });
  }

  /** The means. */
  override forward(x: Tensor): Tensor {
    return avgPool1d(x, this.kernelSize, this.call());
  }
}

/**
 * The mean of each window of planes.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW]; see `F.avgPool2d`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
 */
export class AvgPool2d extends AvgPool<Size2> {
  readonly divisorOverride: number | null;

  constructor(kernelSize: Size2, options: AvgPoolOptions<Size2> = {}) {
    checkOptions('AvgPool2d', options, AVG_POOL_OPTIONS);
    super(kernelSize, options);
    this.divisorOverride = options.divisorOverride ?? null;
  }

  /** The means. */
  override forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, { ...this.call(), divisorOverride: this.divisorOverride });
  }
}

/**
 * The mean of each window of volumes.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → [N, C, OD, OH, OW] or [C, OD, OH, OW]; see `F.avgPool3d`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AvgPool3d.html
 */
export class AvgPool3d extends AvgPool<Size3> {
  readonly divisorOverride: number | null;

  constructor(kernelSize: Size3, options: AvgPoolOptions<Size3> = {}) {
    checkOptions('AvgPool3d', options, AVG_POOL_OPTIONS);
    super(kernelSize, options);
    this.divisorOverride = options.divisorOverride ?? null;
  }

  /** The means. */
  override forward(x: Tensor): Tensor {
    return avgPool3d(x, this.kernelSize, { ...this.call(), divisorOverride: this.divisorOverride });
  }
}
