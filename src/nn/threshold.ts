import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import type { InplaceOptions } from './functional/activation.js';
import * as F from './functional/threshold.js';
import type { BinaryStepOptions } from './functional/threshold.js';
import { Module } from './module.js';
import { inplaceRepr } from './overwriting.js';

/** Options of `Softshrink` and `Hardshrink`; a bare number is `lambd`. */
export interface ShrinkOptions {
  /** Where the function begins to differ from 0. Default 0.5. */
  readonly lambd?: number;
}

abstract class Shrink extends Module {
  readonly lambd: number;

  /** @throws WasmgradError for an unknown option */
  constructor(options: number | ShrinkOptions = {}) {
    super();
    const given = typeof options === 'number' ? { lambd: options } : options;
    checkOptions(new.target.name, given, ['lambd']);
    this.lambd = given.lambd ?? 0.5;
  }

  override extraRepr(): string {
    return String(this.lambd);
  }
}

/**
 * y = x − lambd where x > lambd, x + lambd where x < −lambd, 0 between.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Softshrink.html
 */
export class Softshrink extends Shrink {
  override forward(x: Tensor): Tensor {
    return F.softshrink(x, this.lambd);
  }
}

/**
 * y = x where |x| > lambd, else 0.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html
 */
export class Hardshrink extends Shrink {
  override forward(x: Tensor): Tensor {
    return F.hardshrink(x, this.lambd);
  }
}

/**
 * y = x where x > threshold, else value.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Threshold.html
 */
export class Threshold extends Module {
  readonly threshold: number;
  readonly value: number;
  readonly inplace: boolean;

  /** @param options.inplace write over the input. Default false */
  constructor(threshold: number, value: number, options: InplaceOptions = {}) {
    super();
    checkOptions('Threshold', options, ['inplace']);
    this.threshold = threshold;
    this.value = value;
    this.inplace = options.inplace ?? false;
  }

  override forward(x: Tensor): Tensor {
    return F.threshold(x, this.threshold, this.value, this.inplace);
  }

  override extraRepr(): string {
    return [`threshold=${this.threshold}`, `value=${this.value}`, ...inplaceRepr(this.inplace)].join(', ');
  }
}

/** Options of `RReLU`. */
export interface RReLUOptions extends InplaceOptions {
  /** The smallest slope below 0. Default 1/8. */
  readonly lower?: number;
  /** The largest. Default 1/3. */
  readonly upper?: number;
}

/**
 * y = x where positive, a·x elsewhere, with a drawn for each element in training and (lower + upper) / 2 in evaluation; see `F.rrelu`.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.RReLU.html
 */
export class RReLU extends Module {
  readonly lower: number;
  readonly upper: number;
  readonly inplace: boolean;

  /** @throws WasmgradError for an unknown option */
  constructor(options: RReLUOptions = {}) {
    super();
    checkOptions('RReLU', options, ['lower', 'upper', 'inplace']);
    this.lower = options.lower ?? 1 / 8;
    this.upper = options.upper ?? 1 / 3;
    this.inplace = options.inplace ?? false;
  }

  override forward(x: Tensor): Tensor {
    const { lower, upper, training, inplace } = this;
    return F.rrelu(x, { lower, upper, training, inplace });
  }

  override extraRepr(): string {
    return [`lower=${this.lower}`, `upper=${this.upper}`, ...inplaceRepr(this.inplace)].join(', ');
  }
}

/**
 * y = 1 where x ≥ 0, else 0; see `F.binaryStep`.
 *
 * Shapes: x of any shape → the same
 *
 * Source: Bengio, Léonard, Courville 2013, "Estimating or propagating gradients through stochastic neurons".
 */
export class BinaryStep extends Module {
  readonly straightThrough: boolean;

  /** @param options.straightThrough let gradients pass as if the step was the identity. Default false */
  constructor(options: BinaryStepOptions = {}) {
    super();
    checkOptions('BinaryStep', options, ['straightThrough']);
    this.straightThrough = options.straightThrough ?? false;
  }

  override forward(x: Tensor): Tensor {
    return F.binaryStep(x, { straightThrough: this.straightThrough });
  }

  override extraRepr(): string {
    return this.straightThrough ? 'straight_through=True' : '';
  }
}

/**
 * y = atan x.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.atan.html
 */
export class Arctan extends Module {
  override forward(x: Tensor): Tensor {
    return F.arctan(x);
  }
}

/**
 * y[c] = max over i < pieces of x[c·pieces + i] along a dim; see `F.maxout`.
 *
 * Shapes: x […, pieces·C, …] → […, C, …]
 *
 * Source: Goodfellow et al. 2013, "Maxout networks".
 *
 * @example
 * new nn.Sequential(new nn.Linear(784, 5 * 240), new nn.Maxout(5));
 */
export class Maxout extends Module {
  readonly pieces: number;
  readonly dim: number;

  /**
   * @param pieces how many neighbours make a group
   * @param options.dim Default -1
   */
  constructor(pieces: number, options: { readonly dim?: number } = {}) {
    super();
    checkOptions('Maxout', options, ['dim']);
    this.pieces = pieces;
    this.dim = options.dim ?? -1;
  }

  override forward(x: Tensor): Tensor {
    return F.maxout(x, this.pieces, this.dim);
  }

  override extraRepr(): string {
    return `pieces=${this.pieces}, dim=${this.dim}`;
  }
}
