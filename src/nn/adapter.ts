import { noGrad } from '../autograd/mode.js';
import { WasmgradError, checkWhole } from '../core/errors.js';
import { zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { GELU } from './activation.js';
import { dropout } from './functional/dropout.js';
import * as init from './init.js';
import { Linear } from './linear.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/**
 * A residual bottleneck: y = x + up(φ(down(x))). It is the identity at first (`up` starts at 0), so that it can be put into a trained
 * network, whose own parameters stay as they are (`requiresGrad_(false)`).
 *
 * Shapes: x [..., features] → the same
 *
 * Source: Houlsby et al. 2019, "Parameter-efficient transfer learning for NLP".
 */
export class Adapter extends Module {
  readonly down: Linear;
  readonly activation: Module;
  readonly up: Linear;

  /**
   * @param bottleneck the features between `down` and `up`
   * @param options.activation φ. Default `new nn.GELU()`
   */
  constructor(features: number, bottleneck: number, options: { readonly activation?: Module } = {}) {
    super();
    checkOptions('Adapter', options, ['activation']);
    this.down = new Linear(features, bottleneck);
    this.activation = options.activation ?? new GELU();
    this.up = new Linear(bottleneck, features);
    noGrad(() => {
      this.up.weight.zero_();
      this.up.bias!.zero_();
    });
  }

  override forward(x: Tensor): Tensor {
    return x.add(this.up.forward(this.activation.forward(this.down.forward(x) as never) as Tensor));
  }
}

/**
 * An adapter beside a layer: y = layer(x) + adapter(x), such as a 1×1 convolution beside a 3×3 one.
 *
 * Shapes: layer and adapter take x and give tensors of one shape
 *
 * Source: Rebuffi, Bilen, Vedaldi 2018, "Efficient parametrization of multi-domain deep neural networks".
 *
 * @example
 * new nn.ParallelAdapter(conv, new nn.Conv2d(64, 64, 1, { bias: false }));
 */
export class ParallelAdapter extends Module {
  readonly layer: Module;
  readonly adapter: Module;

  constructor(layer: Module, adapter: Module) {
    super();
    this.layer = layer;
    this.adapter = adapter;
  }

  override forward(x: Tensor): Tensor {
    return (this.layer.forward(x as never) as Tensor).add(this.adapter.forward(x as never) as Tensor);
  }
}

/** Options of `LoRALinear`. */
export interface LoRALinearOptions {
  /** α: the update counts α/rank. Default 1. */
  readonly alpha?: number;
  /** The share of the input of the update that is dropped while training. Default 0. */
  readonly dropout?: number;
}

/**
 * A low-rank update beside a linear layer that stays as it is: y = base(x) + α/r · B·A·x. B starts at 0, so that at first it is the layer alone.
 *
 * Shapes: x [..., inFeatures] → [..., outFeatures]; A `lora_A` [r, inFeatures], B `lora_B` [outFeatures, r]
 *
 * The parameters of `base` get no gradient (`requiresGrad` false). A starts as the weight of a `Linear`, `kaimingUniform_` with a = √5.
 *
 * Source: Hu et al. 2021, https://arxiv.org/abs/2106.09685
 *
 * @example
 * model.head = new nn.LoRALinear(model.head, 8, { alpha: 16 });
 */
export class LoRALinear extends Module {
  readonly base: Linear;
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
  readonly lora_A: Parameter;
  readonly lora_B: Parameter;
  /** Whether the update is part of `base.weight` at present. */
  merged = false;

  /**
   * @param rank r
   * @param options `alpha` (1), `dropout` (0)
   * @throws ShapeError where the rank is no whole number of at least 1
   */
  constructor(base: Linear, rank: number, options: LoRALinearOptions = {}) {
    super();
    checkOptions('LoRALinear', options, ['alpha', 'dropout']);
    checkWhole('LoRALinear', 'rank', rank, 1);
    const { dtype } = base.weight;
    this.base = base.requiresGrad_(false);
    this.rank = rank;
    this.alpha = options.alpha ?? 1;
    this.dropout = options.dropout ?? 0;
    this.lora_A = new Parameter(zeros([rank, base.inFeatures], { dtype }));
    this.lora_B = new Parameter(zeros([base.outFeatures, rank], { dtype }));
    this.resetParameters();
  }

  /**
   * Draws A anew and sets B to 0.
   * @throws WasmgradError while the update is merged
   */
  resetParameters(): void {
    if (this.merged) throw new WasmgradError('LoRALinear: the update is merged (unmerge() first)');
    init.kaimingUniform_(this.lora_A, { a: Math.sqrt(5) });
    init.zeros_(this.lora_B);
  }

  override forward(x: Tensor): Tensor {
    const y = this.base.forward(x);
    if (this.merged) return y;
    const inner = dropout(x, { p: this.dropout, training: this.training }).matmul(this.lora_A.T);
    return y.add(inner.matmul(this.lora_B.T).mul(this.alpha / this.rank));
  }

  /** Adds the update to `base.weight`: a pass then costs what that of the layer alone costs. Nothing is dropped, and A and B get no gradients. */
  merge(): this {
    return this.move(true);
  }

  /** Takes the update out of `base.weight` again. */
  unmerge(): this {
    return this.move(false);
  }

  private move(merged: boolean): this {
    if (merged === this.merged) return this;
    const share = (merged ? this.alpha : -this.alpha) / this.rank;
    noGrad(() => this.base.weight.add_(this.lora_B.matmul(this.lora_A).mul(share)));
    this.merged = merged;
    return this;
  }

  override extraRepr(): string {
    return `rank=${this.rank}, alpha=${this.alpha}, dropout=${this.dropout}`;
  }
}
