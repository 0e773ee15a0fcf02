import type { DType } from '../core/dtypes.js';
import { ShapeError, checkWhole } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import { zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { conv1d, conv2d, conv3d } from './functional/conv.js';
import { pad } from './functional/pad.js';
import { sizesOf } from './functional/pair.js';
import type { Size, Size1, Size2, Size3 } from './functional/pair.js';
import { drawFirstValues } from './first-values.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { pythonRepr } from './repr.js';

/** Options of convolution layers; `S` is a number, or one per spatial dim. */
export interface ConvOptions<S> {
  /** Default 1. */
  stride?: S;
  /** Zeros on every side, `'valid'` (none) or `'same'` (the output is as large as the input; stride 1 only). Default 0. */
  padding?: S | 'same' | 'valid';
  /** Default 1. */
  dilation?: S;
  /** Default 1. */
  groups?: number;
  /** Whether a bias is learned. Default true. */
  bias?: boolean;
  /** What the padding holds: zeros, the input's mirror image, its edge, or its other side. Default `'zeros'`. */
  paddingMode?: PaddingMode;
  /** Default float32. */
  dtype?: DType;
}

/** What the padding of a convolution holds. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

const MODES: readonly string[] = ['zeros', 'reflect', 'replicate', 'circular'];
const OPTIONS = ['stride', 'padding', 'dilation', 'groups', 'bias', 'paddingMode', 'dtype'];

/** What convolutions and transposed ones of all dims have in common. */
export abstract class ConvLayer extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  weight: Parameter;
  bias: Parameter | null;

  /** @param transposed whether the weight has the input's channels first */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: Pick<ConvOptions<Size>, 'stride' | 'dilation' | 'groups' | 'bias' | 'dtype'>,
    dims: number,
    transposed: boolean,
  ) {
    super();
    const name = this.typeName();
    const { groups = 1, bias = true, dtype = 'float32' } = options;
    // Lazy layers have no input channels at first.
    for (const [what, value, least] of [
      ['inChannels', inChannels, 0],
      ['outChannels', outChannels, 1],
      ['groups', groups, 1],
    ] as const) {
      checkWhole(name, what, value, least);
    }
    for (const [what, value] of Object.entries({ inChannels, outChannels })) {
      if (value % groups !== 0) {
        throw new ShapeError(`${name}: ${what} must be divisible by groups, got ${value} and ${groups}`);
      }
    }
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = sizesOf(name, 'kernelSize', kernelSize, 1, dims);
    this.stride = sizesOf(name, 'stride', options.stride ?? 1, 1, dims);
    this.dilation = sizesOf(name, 'dilation', options.dilation ?? 1, 1, dims);
    this.groups = groups;
    const channels = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups];
    this.weight = new Parameter(zeros([...channels, ...this.kernelSize], { dtype }));
    this.bias = bias ? new Parameter(zeros([outChannels], { dtype })) : null;
    this.resetParameters();
  }

  /** Draws weight and bias anew. */
  resetParameters(): void {
    const fanIn = sizeOf(this.weight.shape.slice(1));
    drawFirstValues(this.weight, fanIn > 0 ? this.bias : null, fanIn);
  }

  /** The arguments as PyTorch prints them. */
  protected describe(padding: readonly number[] | string, outputPadding: readonly number[], mode: string): string {
    let text = `${this.inChannels}, ${this.outChannels}, kernel_size=${pythonRepr(this.kernelSize)}`;
    text += `, stride=${pythonRepr(this.stride)}`;
    if (typeof padding === 'string' || padding.some((n) => n !== 0)) text += `, padding=${pythonRepr(padding)}`;
    if (this.dilation.some((n) => n !== 1)) text += `, dilation=${pythonRepr(this.dilation)}`;
    if (outputPadding.some((n) => n !== 0)) text += `, output_padding=${pythonRepr(outputPadding)}`;
    if (this.groups !== 1) text += `, groups=${this.groups}`;
    if (!this.bias) text += ', bias=False';
    if (mode !== 'zeros') text += `, padding_mode=${mode}`;
    return text;
  }
}

/** What convolutions of all dims have in common. */
abstract class ConvBase<S extends Size> extends ConvLayer {
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly paddingMode: PaddingMode;

  constructor(inChannels: number, outChannels: number, kernelSize: S, options: ConvOptions<S>, dims: number) {
    const name = new.target.name;
    checkOptions(name, options, OPTIONS);
    const { padding = 0, paddingMode = 'zeros' } = options;
    if (!MODES.includes(paddingMode)) {
      throw new ShapeError(`${name}: unknown paddingMode '${String(paddingMode)}' (known: ${MODES.join(', ')})`);
    }
    const stride = sizesOf(name, 'stride', options.stride ?? 1, 1, dims);
    if (padding === 'same' && stride.some((n) => n !== 1)) {
      throw new ShapeError(`${name}: padding 'same' needs stride 1, got [${stride.join(', ')}]`);
    }
    const around = padding === 'same' || padding === 'valid' ? padding : sizesOf(name, 'padding', padding, 0, dims);
    super(inChannels, outChannels, kernelSize, options, dims, false);
    this.padding = around;
    this.paddingMode = paddingMode;
  }

  /** The input with what `paddingMode` puts around it, or as it is for zeros, which the convolution itself sees. */
  protected padded(x: Tensor): Tensor {
    const { padding, paddingMode } = this;
    if (paddingMode === 'zeros' || padding === 'valid') return x;
    const pairs = this.kernelSize.map((size, i) => {
      if (padding !== 'same') return [padding[i]!, padding[i]!];
      const total = this.dilation[i]! * (size - 1);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
    return pad(x, pairs.reverse().flat(), { mode: paddingMode });
  }

  /** The options of the convolution of what `padded` gives. */
  protected call<T>(): { stride: T; padding: T | 'same' | 'valid'; dilation: T; groups: number } {
    const { stride, dilation, groups } = this;
    const padding = this.paddingMode === 'zeros' ? this.padding : this.kernelSize.map(() => 0);
    return { stride: stride as T, padding: padding as T | 'same' | 'valid', dilation: dilation as T, groups };
  }

  override extraRepr(): string {
    return this.describe(this.padding, [], this.paddingMode);
  }
}

/**
 * A learned convolution over planes: y[n, k] = bias[k] + Σ_c weight[k, c] ⋆ x[n, c].
 *
 * Shapes: x [N, inChannels, H, W] or [inChannels, H, W] → [N, outChannels, OH, OW] or [outChannels, OH, OW] with
 * OH = ⌊(H + 2·padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1;
 * weight [outChannels, inChannels/groups, KH, KW], bias [outChannels]
 *
 * Weight and bias start uniform in ±1/√(inChannels/groups·KH·KW).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 *
 * @example
 * const layer = new nn.Conv2d(1, 32, 3, { padding: 1 });
 * const y = layer.forward(randn([8, 1, 28, 28])); // [8, 32, 28, 28]
 */
export class Conv2d extends ConvBase<Size2> {
  /** @throws ShapeError where a size is out of range or channels do not split into groups */
  constructor(inChannels: number, outChannels: number, kernelSize: Size2, options: ConvOptions<Size2> = {}) {
    super(inChannels, outChannels, kernelSize, options, 2);
  }

  /** The convolution of x. */
  override forward(x: Tensor): Tensor {
    return conv2d(this.padded(x), this.weight, this.bias, this.call<readonly [number, number]>());
  }
}

/**
 * A learned convolution over sequences: y[n, k] = bias[k] + Σ_c weight[k, c] ⋆ x[n, c].
 *
 * Shapes: x [N, inChannels, L] or [inChannels, L] → [N, outChannels, OL] or [outChannels, OL];
 * weight [outChannels, inChannels/groups, KL], bias [outChannels]
 *
 * Weight and bias start uniform in ±1/√(inChannels/groups·KL).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
 */
export class Conv1d extends ConvBase<Size1> {
  /** @throws ShapeError where a size is out of range or channels do not split into groups */
  constructor(inChannels: number, outChannels: number, kernelSize: Size1, options: ConvOptions<Size1> = {}) {
    super(inChannels, outChannels, kernelSize, options, 1);
  }

  /** The convolution of x. */
  override forward(x: Tensor): Tensor {
    return conv1d(this.padded(x), this.weight, this.bias, this.call<readonly [number]>());
  }
}

/**
 * A learned convolution over volumes: y[n, k] = bias[k] + Σ_c weight[k, c] ⋆ x[n, c].
 *
 * Shapes: x [N, inChannels, D, H, W] or [inChannels, D, H, W] → [N, outChannels, OD, OH, OW] or [outChannels, OD, OH, OW];
 * weight [outChannels, inChannels/groups, KD, KH, KW], bias [outChannels]
 *
 * Weight and bias start uniform in ±1/√(inChannels/groups·KD·KH·KW).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Conv3d.html
 */
export class Conv3d extends ConvBase<Size3> {
  /** @throws ShapeError where a size is out of range or channels do not split into groups */
  constructor(inChannels: number, outChannels: number, kernelSize: Size3, options: ConvOptions<Size3> = {}) {
    super(inChannels, outChannels, kernelSize, options, 3);
  }

  /** The convolution of x. */
  override forward(x: Tensor): Tensor {
    return conv3d(this.padded(x), this.weight, this.bias, this.call<readonly [number, number, number]>());
  }
}
