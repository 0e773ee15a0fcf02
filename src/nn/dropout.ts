import { WasmgradError } from '../core/errors.js';
import { recorder } from '../runtime/recorder.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import * as F from './functional/dropout.js';
import { Module } from './module.js';
import { pythonRepr } from './repr.js';

/** Options of the dropout layers; a bare number is `p`. */
export interface DropoutLayerOptions {
  /** The probability that an element (or channel) is dropped. Default: 0.5. */
  p?: number;
  /** Overwrites the input. Default: false. */
  inplace?: boolean;
}

/** What the dropout layers share. */
export abstract class DropoutLayer extends Module {
  p: number;
  inplace: boolean;

  /** @throws WasmgradError when p is not in [0, 1], or for an unknown option */
  constructor(given: number | DropoutLayerOptions = {}) {
    super();
    const options = typeof given === 'number' ? { p: given } : given;
    checkOptions('Dropout', options, ['p', 'inplace']);
    this.p = options.p ?? 0.5;
    this.inplace = options.inplace ?? false;
    if (!(this.p >= 0 && this.p <= 1)) throw new WasmgradError(`Dropout: p must be from 0 to 1, got ${String(this.p)}`);
  }

  protected options(): Required<F.DropoutOptions> {
    const { p } = this;
    // A captured step holds as long as p, which a schedule may change, is what it was.
    recorder?.guard({}, () => this.p === p);
    return { p, training: this.training, inplace: this.inplace };
  }

  override extraRepr(): string {
    return `p=${this.p}, inplace=${pythonRepr(this.inplace)}`;
  }
}

/**
 * While training, y = x · m / (1 - p) with m 1 at random with probability 1 - p, else 0; y = x in evaluation.
 *
 * Shapes: x [...] → [...]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html
 *
 * @example
 * new nn.Dropout({ p: 0.25 });
 */
export class Dropout extends DropoutLayer {
  forward(x: Tensor): Tensor {
    return F.dropout(x, this.options());
  }
}

/**
 * Dropout of whole channels. Shapes: x [N, C, L] or [C, L]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Dropout1d.html
 */
export class Dropout1d extends DropoutLayer {
  forward(x: Tensor): Tensor {
    return F.dropout1d(x, this.options());
  }
}

/**
 * Dropout of whole channels. Shapes: x [N, C, H, W] (three dims count as [N, C, L])
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html
 */
export class Dropout2d extends DropoutLayer {
  forward(x: Tensor): Tensor {
    return F.dropout2d(x, this.options());
  }
}

/**
 * Dropout of whole channels. Shapes: x [N, C, D, H, W] or [C, D, H, W]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Dropout3d.html
 */
export class Dropout3d extends DropoutLayer {
  forward(x: Tensor): Tensor {
    return F.dropout3d(x, this.options());
  }
}

/**
 * Dropout for networks with SELU, which keeps mean and variance.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.AlphaDropout.html
 */
export class AlphaDropout extends DropoutLayer {
  forward(x: Tensor): Tensor {
    return F.alphaDropout(x, this.options());
  }
}

/**
 * Alpha dropout of whole channels. Shapes: x [N, C, …]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.FeatureAlphaDropout.html
 */
export class FeatureAlphaDropout extends DropoutLayer {
  forward(x: Tensor): Tensor {
    return F.featureAlphaDropout(x, this.options());
  }
}
