import type { DType } from '../core/dtypes.js';
import { checkWhole } from '../core/errors.js';
import { zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { drawFirstValues } from './first-values.js';
import { linear } from './functional/linear.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { pythonRepr } from './repr.js';

/** Options of `Linear`. */
export interface LinearOptions {
  /** Whether a bias is learned. Default true. */
  bias?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/**
 * An affine map of the last dim: y = x·weightᵀ + bias.
 *
 * Shapes: x [..., inFeatures] → [..., outFeatures]; weight [outFeatures, inFeatures], bias [outFeatures]
 *
 * Weight and bias start uniform in ±1/√inFeatures.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Linear.html
 *
 * @example
 * const layer = new nn.Linear(784, 10);
 * const y = layer.forward(randn([32, 784])); // [32, 10]
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  /** @throws ShapeError where a size is not a whole number of at least 0 */
  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkOptions('Linear', options, ['bias', 'dtype']);
    for (const [name, size] of Object.entries({ inFeatures, outFeatures })) {
      checkWhole('Linear', name, size, 0);
    }
    const { bias = true, dtype = 'float32' } = options;
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(zeros([outFeatures, inFeatures], { dtype }));
    this.bias = bias ? new Parameter(zeros([outFeatures], { dtype })) : null;
    this.resetParameters();
  }

  /** Draws weight and bias anew. */
  resetParameters(): void {
    drawFirstValues(this.weight, this.bias, this.inFeatures);
  }

  /** y = x·weightᵀ + bias. */
  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${pythonRepr(this.bias !== null)}`;
  }
}

/**
 * The input as it is.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Identity.html
 */
export class Identity extends Module {
  /** y = x. */
  override forward(x: Tensor): Tensor {
    return x;
  }
}

/** Options of `Flatten`. */
export interface FlattenOptions {
  /** Default 1. */
  startDim?: number;
  /** Default -1. */
  endDim?: number;
}

/**
 * Dims `startDim` to `endDim` as one; by default all but the batch.
 *
 * Shapes: [N, a, b, …] → [N, a·b·…]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Flatten.html
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  /** @param options the options, or `startDim` */
  constructor(options: FlattenOptions | number = {}) {
    super();
    const given = typeof options === 'number' ? { startDim: options } : options;
    checkOptions('Flatten', given, ['startDim', 'endDim']);
    this.startDim = given.startDim ?? 1;
    this.endDim = given.endDim ?? -1;
  }

  /** y = x with dims joined. */
  override forward(x: Tensor): Tensor {
    return x.flatten(this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}

/**
 * One dim as several.
 *
 * Shapes: [..., a·b·…, ...] → [..., a, b, …, ...]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Unflatten.html
 */
export class Unflatten extends Module {
  readonly dim: number;
  readonly unflattenedSize: readonly number[];

  /** @param unflattenedSize the sizes, of which one may be -1 */
  constructor(dim: number, unflattenedSize: readonly number[]) {
    super();
    this.dim = dim;
    this.unflattenedSize = [...unflattenedSize];
  }

  /** y = x with the dim split. */
  override forward(x: Tensor): Tensor {
    return x.unflatten(this.dim, this.unflattenedSize);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${pythonRepr(this.unflattenedSize)}`;
  }
}
