import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import * as F from './functional/activation.js';
import type { HardtanhOptions } from './functional/activation.js';
import { Module } from './module.js';
import { Overwriting, inplaceRepr } from './overwriting.js';
import { floatRepr } from './repr.js';

/**
 * y = x forced between minVal and maxVal.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html
 */
export class Hardtanh extends Module {
  readonly minVal: number;
  readonly maxVal: number;
  readonly inplace: boolean;

  /**
   * @param options.minVal Default -1
   * @param options.maxVal Default 1
   * @param options.inplace write over the input. Default false
   */
  constructor(options: number | HardtanhOptions = {}) {
    super();
    const given = typeof options === 'number' ? { minVal: options } : options;
    checkOptions('Hardtanh', given, ['minVal', 'maxVal', 'inplace']);
    this.minVal = given.minVal ?? -1;
    this.maxVal = given.maxVal ?? 1;
    this.inplace = given.inplace ?? false;
  }

  override forward(x: Tensor): Tensor {
    return F.hardtanh(x, { minVal: this.minVal, maxVal: this.maxVal, inplace: this.inplace });
  }

  override extraRepr(): string {
    const range = `min_val=${floatRepr(this.minVal)}, max_val=${floatRepr(this.maxVal)}`;
    return [range, ...inplaceRepr(this.inplace)].join(', ');
  }
}

/**
 * y = min(max(x, 0), 6).
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ReLU6.html
 */
export class ReLU6 extends Overwriting {
  override forward(x: Tensor): Tensor {
    return F.relu6(x, { inplace: this.inplace });
  }
}

/**
 * y = min(max(x + 3, 0), 6) / 6.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html
 */
export class Hardsigmoid extends Overwriting {
  override forward(x: Tensor): Tensor {
    return F.hardsigmoid(x, { inplace: this.inplace });
  }

  override extraRepr(): string {
    return '';
  }
}

/**
 * y = x·min(max(x + 3, 0), 6) / 6.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Hardswish.html
 */
export class Hardswish extends Overwriting {
  override forward(x: Tensor): Tensor {
    return F.hardswish(x, { inplace: this.inplace });
  }

  override extraRepr(): string {
    return '';
  }
}
