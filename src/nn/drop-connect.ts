import { WasmgradError } from '../core/errors.js';
import type { DType } from '../core/dtypes.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkDepth, dropConnect, stochasticDepth } from './functional/drop-connect.js';
import type { StochasticDepthMode } from './functional/drop-connect.js';
import { Linear } from './linear.js';
import { Module } from './module.js';
import { floatRepr } from './repr.js';

/** Options of `DropConnect`. */
export interface DropConnectLayerOptions {
  /** The probability that a weight is dropped. Default 0.5. */
  p?: number;
  /** Whether a bias is learned. Default true. */
  bias?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/**
 * A linear layer whose weights drop while training: y = x·(weight ∘ m)ᵀ / (1 − p) + bias; see `F.dropConnect`.
 *
 * Shapes: x [..., inFeatures] → [..., outFeatures]; weight and bias as in `Linear`
 *
 * Source: Wan et al. 2013, "Regularization of neural networks using DropConnect".
 *
 * @example
 * new nn.DropConnect(784, 10, { p: 0.3 });
 */
export class DropConnect extends Linear {
  p: number;

  /** @throws WasmgradError where p is not in [0, 1], or for an unknown option */
  constructor(inFeatures: number, outFeatures: number, options: DropConnectLayerOptions = {}) {
    checkOptions('DropConnect', options, ['p', 'bias', 'dtype']);
    const { p = 0.5, ...linear } = options;
    super(inFeatures, outFeatures, linear);
    if (!(p >= 0 && p <= 1)) throw new WasmgradError(`DropConnect: p must be from 0 to 1, got ${String(p)}`);
    this.p = p;
  }

  override forward(x: Tensor): Tensor {
    return dropConnect(x, this.weight, this.bias, { p: this.p, training: this.training });
  }

  override extraRepr(): string {
    return `${super.extraRepr()}, p=${floatRepr(this.p)}`;
  }
}

/**
 * Drops a whole branch while training: y = x·m / (1 − p) with one m for the batch or for each row; see `F.stochasticDepth`.
 *
 * Shapes: x [N, …] → the same
 *
 * Source: https://pytorch.org/vision/stable/generated/torchvision.ops.StochasticDepth.html
 *
 * @example
 * const y = x.add(new nn.StochasticDepth(0.2, 'row').forward(block.forward(x)));
 */
export class StochasticDepth extends Module {
  readonly p: number;
  readonly mode: StochasticDepthMode;

  /** @throws WasmgradError where p is not in [0, 1], or the mode neither 'batch' nor 'row' */
  constructor(p: number, mode: StochasticDepthMode) {
    super();
    checkDepth('StochasticDepth', p, mode);
    this.p = p;
    this.mode = mode;
  }

  override forward(x: Tensor): Tensor {
    return stochasticDepth(x, this.p, this.mode, this.training);
  }

  override extraRepr(): string {
    return `p=${floatRepr(this.p)}, mode=${this.mode}`;
  }
}
