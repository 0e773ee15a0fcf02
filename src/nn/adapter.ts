import { noGrad } from '../autograd/mode.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { GELU } from './activation.js';
import { Linear } from './linear.js';
import { Module } from './module.js';

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
