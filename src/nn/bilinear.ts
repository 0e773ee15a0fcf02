import type { DType } from '../core/dtypes.js';
import { zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { bilinear } from './functional/bilinear.js';
import * as init from './init.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { pythonRepr } from './repr.js';

/**
 * y = x1ᵀ·weight·x2 + bias; see `F.bilinear`.
 *
 * Shapes: x1 [..., in1Features], x2 [..., in2Features] → [..., outFeatures]; weight [outFeatures, in1Features, in2Features]
 *
 * Weight and bias start uniform in ±1/√in1Features.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Bilinear.html
 */
export class Bilinear extends Module {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  /**
   * @param options.bias whether a bias is learned. Default true
   * @param options.dtype Default float32
   */
  constructor(
    in1Features: number,
    in2Features: number,
    outFeatures: number,
    options: { readonly bias?: boolean; readonly dtype?: DType } = {},
  ) {
    super();
    checkOptions('Bilinear', options, ['bias', 'dtype']);
    const { bias = true, dtype = 'float32' } = options;
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(zeros([outFeatures, in1Features, in2Features], { dtype }));
    this.bias = bias ? new Parameter(zeros([outFeatures], { dtype })) : null;
    this.resetParameters();
  }

  /** Draws weight and bias anew. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    init.uniform_(this.weight, -bound, bound);
    if (this.bias) init.uniform_(this.bias, -bound, bound);
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return bilinear(x1, x2, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { in1Features, in2Features, outFeatures, bias } = this;
    const sizes = `in1_features=${in1Features}, in2_features=${in2Features}, out_features=${outFeatures}`;
    return `${sizes}, bias=${pythonRepr(bias !== null)}`;
  }
}
