import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { sizesOf } from './functional/pair.js';
import type { Size, Size1, Size2, Size3 } from './functional/pair.js';
import { maxUnpool1d, maxUnpool2d, maxUnpool3d } from './functional/unpool.js';
import type { MaxUnpoolOptions } from './functional/unpool.js';
import { Module } from './module.js';
import { pythonRepr } from './repr.js';

/** Options of layers that undo maximum pooling; `S` is a number, or one per spatial dim. */
export type MaxUnpoolLayerOptions<S> = Omit<MaxUnpoolOptions<S>, 'outputSize'>;

/** What layers that undo maximum pooling have in common. */
abstract class MaxUnpool<S extends Size> extends Module {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];

  constructor(dims: number, kernelSize: S, options: MaxUnpoolLayerOptions<S>) {
    super();
    const name = new.target.name;
    checkOptions(name, options, ['stride', 'padding']);
    this.kernelSize = sizesOf(name, 'kernelSize', kernelSize, 1, dims);
    this.stride = sizesOf(name, 'stride', options.stride ?? kernelSize, 1, dims);
    this.padding = sizesOf(name, 'padding', options.padding ?? 0, 0, dims);
  }

  /** The sizes as the function takes them. */
  protected sizes<T>(): { kernel: T; stride: T; padding: T } {
    return { kernel: this.kernelSize as T, stride: this.stride as T, padding: this.padding as T };
  }

  override extraRepr(): string {
    const size = `kernel_size=${pythonRepr(this.kernelSize)}, stride=${pythonRepr(this.stride)}`;
    return `${size}, padding=${pythonRepr(this.padding)}`;
  }
}

/**
 * The elements of x where `MaxPool1d` found them, zeros elsewhere.
 *
 * Shapes: x, indices [N, C, L] or [C, L] → [N, C, OL] or [C, OL] with sizes (size − 1)·stride − 2·padding + kernelSize
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MaxUnpool1d.html
 */
export class MaxUnpool1d extends MaxUnpool<Size1> {
  /** @throws ShapeError where a size is out of range */
  constructor(kernelSize: Size1, options: MaxUnpoolLayerOptions<Size1> = {}) {
    super(1, kernelSize, options);
  }

  /**
   * The elements of x at their places.
   * @param outputSize the spatial sizes of the result, or its whole shape
   */
  override forward(x: Tensor, indices: Tensor, outputSize: readonly number[] | null = null): Tensor {
    const { kernel, stride, padding } = this.sizes<readonly [number]>();
    return maxUnpool1d(x, indices, kernel, { stride, padding, outputSize });
  }
}

/**
 * The elements of x where `MaxPool2d` found them, zeros elsewhere.
 *
 * Shapes: x, indices [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW] with sizes (size − 1)·stride − 2·padding + kernelSize
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MaxUnpool2d.html
 */
export class MaxUnpool2d extends MaxUnpool<Size2> {
  /** @throws ShapeError where a size is out of range */
  constructor(kernelSize: Size2, options: MaxUnpoolLayerOptions<Size2> = {}) {
    super(2, kernelSize, options);
  }

  /**
   * The elements of x at their places.
   * @param outputSize the spatial sizes of the result, or its whole shape
   */
  override forward(x: Tensor, indices: Tensor, outputSize: readonly number[] | null = null): Tensor {
    const { kernel, stride, padding } = this.sizes<readonly [number, number]>();
    return maxUnpool2d(x, indices, kernel, { stride, padding, outputSize });
  }
}

/**
 * The elements of x where `MaxPool3d` found them, zeros elsewhere.
 *
 * Shapes: x, indices [N, C, D, H, W] or [C, D, H, W] → [N, C, OD, OH, OW] or [C, OD, OH, OW] with sizes (size − 1)·stride − 2·padding + kernelSize
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MaxUnpool3d.html
 */
export class MaxUnpool3d extends MaxUnpool<Size3> {
  /** @throws ShapeError where a size is out of range */
  constructor(kernelSize: Size3, options: MaxUnpoolLayerOptions<Size3> = {}) {
    super(3, kernelSize, options);
  }

  /**
   * The elements of x at their places.
   * @param outputSize the spatial sizes of the result, or its whole shape
   */
  override forward(x: Tensor, indices: Tensor, outputSize: readonly number[] | null = null): Tensor {
    const { kernel, stride, padding } = this.sizes<readonly [number, number, number]>();
    return maxUnpool3d(x, indices, kernel, { stride, padding, outputSize });
  }
}
