import type { DType } from '../core/dtypes.js';
import { ShapeError } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import { zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { conv1d, conv2d } from './functional/conv.js';
import { pad } from './functional/pad.js';
import { pairOf } from './functional/pair.js';
import type { Size2 } from './functional/pair.js';
import * as init from './init.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { pythonRepr } from './repr.js';

/** Options of convolution layers; `Size` is a number, or one per spatial dim. */
export interface ConvOptions<Size> {
  /** Default 1. */
  stride?: Size;
  /** Zeros on every side, `'valid'` (none) or `'same'` (the output is as large as the input; stride 1 only). Default 0. */
  padding?: Size | 'same' | 'valid';
  /** Default 1. */
  dilation?: Size;
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

/** What convolutions of all dims have in common. */
abstract class ConvBase<Size> extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvOptions<Size>,
    sizes: (name: string, value: Size, least: number) => readonly number[],
  ) {
    super();
    const name = this.typeName();
    checkOptions(name, options, OPTIONS);
    const { groups = 1, bias = true, paddingMode = 'zeros', dtype = 'float32', padding } = options;
    for (const [what, value] of Object.entries({ inChannels, outChannels, groups })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new ShapeError(`${name}: ${what} must be a whole number of at least 1, got ${value}`);
      }
    }
    for (const [what, value] of Object.entries({ inChannels, outChannels })) {
      if (value % groups !== 0) {
        throw new ShapeError(`${name}: ${what} must be divisible by groups, got ${value} and ${groups}`);
      }
    }
    if (!MODES.includes(paddingMode)) {
      throw new ShapeError(`${name}: unknown paddingMode '${String(paddingMode)}' (known: ${MODES.join(', ')})`);
    }
    const kernel = sizes('kernelSize', kernelSize, 1);
    const dims = kernel.length;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = kernel;
    this.stride = options.stride === undefined ? ones(dims) : sizes('stride', options.stride, 1);
    this.dilation = options.dilation === undefined ? ones(dims) : sizes('dilation', options.dilation, 1);
    this.groups = groups;
    this.paddingMode = paddingMode;
    if (padding === 'same' || padding === 'valid') {
      if (padding === 'same' && this.stride.some((n) => n !== 1)) {
        throw new ShapeError(`${name}: padding 'same' needs stride 1, got [${this.stride.join(', ')}]`);
      }
      this.padding = padding as 'same' | 'valid';
    } else {
      this.padding = sizes('padding', (padding ?? 0) as Size, 0);
    }
    this.weight = new Parameter(zeros([outChannels, inChannels / groups, ...kernel], { dtype }));
    this.bias = bias ? new Parameter(zeros([outChannels], { dtype })) : null;
    this.resetParameters();
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

  /** Draws weight and bias anew. */
  resetParameters(): void {
    init.kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    if (!this.bias) return;
    const bound = 1 / Math.sqrt(sizeOf(this.weight.shape.slice(1)));
    init.uniform_(this.bias, -bound, bound);
  }

  override extraRepr(): string {
    const { padding } = this;
    let text = `${this.inChannels}, ${this.outChannels}, kernel_size=${pythonRepr(this.kernelSize)}`;
    text += `, stride=${pythonRepr(this.stride)}`;
    if (typeof padding === 'string' || padding.some((n) => n !== 0)) text += `, padding=${pythonRepr(padding)}`;
    if (this.dilation.some((n) => n !== 1)) text += `, dilation=${pythonRepr(this.dilation)}`;
    if (this.groups !== 1) text += `, groups=${this.groups}`;
    if (!this.bias) text += ', bias=False';
    if (this.paddingMode !== 'zeros') text += `, padding_mode=${this.paddingMode}`;
    return text;
  }
}

function ones(dims: number): number[] {
  return new Array<number>(dims).fill(1);
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
    super(inChannels, outChannels, kernelSize, options, (name, value, least) => pairOf('Conv2d', name, value, least));
  }

  /** The convolution of x. */
  override forward(x: Tensor): Tensor {
    const { stride, dilation, groups } = this;
    const padding = this.paddingMode === 'zeros' ? this.padding : [0, 0];
    return conv2d(this.padded(x), this.weight, this.bias, {
      stride: stride as [number, number],
      padding: padding as [number, number] | 'same' | 'valid',
      dilation: dilation as [number, number],
      groups,
    });
  }
}

/**
 * A learned convolution over sequences: y[n, k] = bias[k] + Σ_c weight[k, c] ⋆ x[n, c].
 *
 * Shapes: x [N, inChannels, L] or [inChannels, L] → [N, outChannels, OL] or [outChannels, OL];
 * weight [outChannels, inChannels/groups, KL], bias [outChannels]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
 */
export class Conv1d extends ConvBase<number> {
  /** @throws ShapeError where a size is out of range or channels do not split into groups */
  constructor(inChannels: number, outChannels: number, kernelSize: number, options: ConvOptions<number> = {}) {
    super(inChannels, outChannels, kernelSize, options, (name, value, least) =>
      pairOf('Conv1d', name, value, least).slice(1),
    );
  }

  /** The convolution of x. */
  override forward(x: Tensor): Tensor {
    const padding = this.paddingMode === 'zeros' ? this.padding : [0];
    return conv1d(this.padded(x), this.weight, this.bias, {
      stride: this.stride[0]!,
      padding: typeof padding === 'string' ? padding : padding[0]!,
      dilation: this.dilation[0]!,
      groups: this.groups,
    });
  }
}
