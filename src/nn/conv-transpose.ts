import type { DType } from '../core/dtypes.js';
import { ShapeError, formatShape } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { ConvLayer } from './conv.js';
import { convTranspose1d, convTranspose2d, convTranspose3d } from './functional/conv-transpose.js';
import { sizesOf } from './functional/pair.js';
import type { Size, Size1, Size2, Size3 } from './functional/pair.js';

/** Options of transposed convolution layers; `S` is a number, or one per spatial dim. */
export interface ConvTransposeOptions<S> {
  /** Default 1. */
  stride?: S;
  /** What is cut off from every side of the result. Default 0. */
  padding?: S;
  /** What the result has more at the end of each dim; less than the stride or the dilation. Default 0. */
  outputPadding?: S;
  /** Default 1. */
  groups?: number;
  /** Whether a bias is learned. Default true. */
  bias?: boolean;
  /** Default 1. */
  dilation?: S;
  /** Only zeros, as in PyTorch. Default `'zeros'`. */
  paddingMode?: 'zeros';
  /** Default float32. */
  dtype?: DType;
}

const OPTIONS = ['stride', 'padding', 'outputPadding', 'groups', 'bias', 'dilation', 'paddingMode', 'dtype'];

/** What transposed convolutions of all dims have in common. */
abstract class ConvTransposeBase<S extends Size> extends ConvLayer {
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];

  constructor(inChannels: number, outChannels: number, kernelSize: S, options: ConvTransposeOptions<S>, dims: number) {
    const name = new.target.name;
    checkOptions(name, options, OPTIONS);
    const { paddingMode = 'zeros' } = options;
    if (paddingMode !== 'zeros') {
      throw new ShapeError(`${name}: only paddingMode 'zeros' is supported, got '${String(paddingMode)}'`);
    }
    const padding = sizesOf(name, 'padding', options.padding ?? 0, 0, dims);
    const outputPadding = sizesOf(name, 'outputPadding', options.outputPadding ?? 0, 0, dims);
    super(inChannels, outChannels, kernelSize, options, dims, true);
    this.padding = padding;
    this.outputPadding = outputPadding;
  }

  /** The options of the transposed convolution whose result has the sizes asked for. */
  protected call<T>(x: Tensor, outputSize: readonly number[] | null): TransposedCall<T> {
    const { stride, padding, dilation, groups } = this;
    const outputPadding = outputSize ? this.extraFor(x, outputSize) : this.outputPadding;
    return {
      stride: stride as T,
      padding: padding as T,
      outputPadding: outputPadding as T,
      dilation: dilation as T,
      groups,
    };
  }

  /** The output padding that makes the result of x as large as asked for. */
  protected extraFor(x: Tensor, outputSize: readonly number[]): readonly number[] {
    const name = this.typeName();
    const dims = this.kernelSize.length;
    const outer = x.ndim - dims;
    const sizes = outputSize.length === x.ndim ? outputSize.slice(outer) : outputSize;
    if (sizes.length !== dims) {
      throw new ShapeError(`${name}: outputSize must have ${dims} or ${x.ndim} sizes, got ${formatShape(outputSize)}`);
    }
    const least = x.shape.slice(outer).map((size, i) => {
      const reach = this.dilation[i]! * (this.kernelSize[i]! - 1) + 1;
      return (size - 1) * this.stride[i]! - 2 * this.padding[i]! + reach;
    });
    const most = least.map((size, i) => size + this.stride[i]! - 1);
    if (!sizes.every((size, i) => Number.isInteger(size) && size >= least[i]! && size <= most[i]!)) {
      const range = `from ${formatShape(least)} to ${formatShape(most)}`;
      throw new ShapeError(`${name}: outputSize must be ${range} for this input, got ${formatShape(sizes)}`);
    }
    return sizes.map((size, i) => size - least[i]!);
  }

  override extraRepr(): string {
    return this.describe(this.padding, this.outputPadding, 'zeros');
  }
}

interface TransposedCall<T> {
  readonly stride: T;
  readonly padding: T;
  readonly outputPadding: T;
  readonly dilation: T;
  readonly groups: number;
}

/**
 * A learned transposed convolution over sequences: the gradient of `Conv1d` with respect to its input, with weights of its own.
 *
 * Shapes: x [N, inChannels, L] or [inChannels, L] → [N, outChannels, OL] or [outChannels, OL] with
 * OL = (L − 1)·stride − 2·padding + dilation·(kernelSize − 1) + outputPadding + 1;
 * weight [inChannels, outChannels/groups, KL], bias [outChannels]
 *
 * Weight and bias start uniform in ±1/√(outChannels/groups·KL).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html
 */
export class ConvTranspose1d extends ConvTransposeBase<Size1> {
  /** @throws ShapeError where a size is out of range or channels do not split into groups */
  constructor(inChannels: number, outChannels: number, kernelSize: Size1, options: ConvTransposeOptions<Size1> = {}) {
    super(inChannels, outChannels, kernelSize, options, 1);
  }

  /**
   * The transposed convolution of x.
   * @param outputSize [OL] or the whole shape, instead of what `outputPadding` gives
   */
  override forward(x: Tensor, outputSize: readonly number[] | null = null): Tensor {
    return convTranspose1d(x, this.weight, this.bias, this.call<readonly [number]>(x, outputSize));
  }
}

/**
 * A learned transposed convolution over planes: the gradient of `Conv2d` with respect to its input, with weights of its own.
 *
 * Shapes: x [N, inChannels, H, W] or [inChannels, H, W] → [N, outChannels, OH, OW] or [outChannels, OH, OW] with
 * OH = (H − 1)·stride − 2·padding + dilation·(kernelSize − 1) + outputPadding + 1;
 * weight [inChannels, outChannels/groups, KH, KW], bias [outChannels]
 *
 * Weight and bias start uniform in ±1/√(outChannels/groups·KH·KW).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
 *
 * @example
 * const layer = new nn.ConvTranspose2d(16, 8, 4, { stride: 2, padding: 1 });
 * const y = layer.forward(randn([1, 16, 7, 7])); // [1, 8, 14, 14]
 */
export class ConvTranspose2d extends ConvTransposeBase<Size2> {
  /** @throws ShapeError where a size is out of range or channels do not split into groups */
  constructor(inChannels: number, outChannels: number, kernelSize: Size2, options: ConvTransposeOptions<Size2> = {}) {
    super(inChannels, outChannels, kernelSize, options, 2);
  }

  /**
   * The transposed convolution of x.
   * @param outputSize [OH, OW] or the whole shape, instead of what `outputPadding` gives
   */
  override forward(x: Tensor, outputSize: readonly number[] | null = null): Tensor {
    return convTranspose2d(x, this.weight, this.bias, this.call<readonly [number, number]>(x, outputSize));
  }
}

/**
 * A learned transposed convolution over volumes: the gradient of `Conv3d` with respect to its input, with weights of its own.
 *
 * Shapes: x [N, inChannels, D, H, W] or [inChannels, D, H, W] → [N, outChannels, OD, OH, OW] or [outChannels, OD, OH, OW] with
 * OD = (D − 1)·stride − 2·padding + dilation·(kernelSize − 1) + outputPadding + 1;
 * weight [inChannels, outChannels/groups, KD, KH, KW], bias [outChannels]
 *
 * Weight and bias start uniform in ±1/√(outChannels/groups·KD·KH·KW).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose3d.html
 */
export class ConvTranspose3d extends ConvTransposeBase<Size3> {
  /** @throws ShapeError where a size is out of range or channels do not split into groups */
  constructor(inChannels: number, outChannels: number, kernelSize: Size3, options: ConvTransposeOptions<Size3> = {}) {
    super(inChannels, outChannels, kernelSize, options, 3);
  }

  /**
   * The transposed convolution of x.
   * @param outputSize [OD, OH, OW] or the whole shape, instead of what `outputPadding` gives
   */
  override forward(x: Tensor, outputSize: readonly number[] | null = null): Tensor {
    return convTranspose3d(x, this.weight, this.bias, this.call<readonly [number, number, number]>(x, outputSize));
  }
}
