import { ShapeError, fail } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { logSoftmax, softmax, softmin } from './functional/softmax.js';
import type { SoftmaxOptions } from './functional/softmax.js';
import { Module } from './module.js';
import type { Tensor } from '../tensor/tensor.js';

/** Options of the softmax layers; a bare number is `dim`. */
export interface SoftmaxLayerOptions {
  /** The dim along which the results add up to 1. By default 0 for 0, 1 and 3 dims, else 1. */
  dim?: number;
}

abstract class SoftmaxLayer extends Module {
  dim: number | undefined;

  /** @throws WasmgradError for an unknown option */
  constructor(given: number | SoftmaxLayerOptions = {}) {
    super();
    const options = typeof given === 'number' ? { dim: given } : given;
    checkOptions(this.constructor.name, options, ['dim']);
    this.dim = options.dim;
  }

  protected options(): SoftmaxOptions {
    return this.dim === undefined ? {} : { dim: this.dim };
  }

  override extraRepr(): string {
    return `dim=${this.dim ?? 'None'}`;
  }
}

/**
 * y = exp(x) / Σ exp(x) along `dim`.
 *
 * Shapes: y as x.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Softmax.html
 *
 * @example
 * new nn.Softmax({ dim: 1 });
 */
export class Softmax extends SoftmaxLayer {
  forward(x: Tensor): Tensor {
    return softmax(x, this.options());
  }
}

/**
 * y = log(exp(x) / Σ exp(x)) along `dim`.
 *
 * Shapes: y as x.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
 */
export class LogSoftmax extends SoftmaxLayer {
  forward(x: Tensor): Tensor {
    return logSoftmax(x, this.options());
  }
}

/**
 * y = exp(−x) / Σ exp(−x) along `dim`.
 *
 * Shapes: y as x.
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Softmin.html
 */
export class Softmin extends SoftmaxLayer {
  forward(x: Tensor): Tensor {
    return softmin(x, this.options());
  }
}

/**
 * y = exp(x) / Σ exp(x) over the channels, at each place of an image.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → the same
 * @throws ShapeError where x has other dims
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html
 */
export class Softmax2d extends Module {
  forward(x: Tensor): Tensor {
    if (x.ndim !== 3 && x.ndim !== 4) fail(ShapeError, 'Softmax2d', 'needs 3 or 4 dims', ['input'], [x]);
    return softmax(x, { dim: -3 });
  }
}
