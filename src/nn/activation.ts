import { full } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import * as F from './functional/activation.js';
import type { EluOptions, GeluOptions, LeakyReluOptions, SoftplusOptions } from './functional/activation.js';
import { Module } from './module.js';
import { Overwriting, inplaceRepr } from './overwriting.js';
import { Parameter } from './parameter.js';
import { floatRepr } from './repr.js';

/**
 * y = max(x, 0).
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html
 */
export class ReLU extends Overwriting {
  override forward(x: Tensor): Tensor {
    return F.relu(x, { inplace: this.inplace });
  }
}

/**
 * y = x where positive, negativeSlope·x elsewhere.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
 */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;
  readonly inplace: boolean;

  /**
   * @param options.negativeSlope the slope below 0. Default 0.01
   * @param options.inplace write over the input. Default false
   */
  constructor(options: number | LeakyReluOptions = {}) {
    super();
    const given = typeof options === 'number' ? { negativeSlope: options } : options;
    checkOptions('LeakyReLU', given, ['negativeSlope', 'inplace']);
    this.negativeSlope = given.negativeSlope ?? 0.01;
    this.inplace = given.inplace ?? false;
  }

  override forward(x: Tensor): Tensor {
    return F.leakyRelu(x, { negativeSlope: this.negativeSlope, inplace: this.inplace });
  }

  override extraRepr(): string {
    return [`negative_slope=${floatRepr(this.negativeSlope)}`, ...inplaceRepr(this.inplace)].join(', ');
  }
}

/**
 * y = 1 / (1 + e^-x).
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
 */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return F.sigmoid(x);
  }
}

/**
 * y = tanh x.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html
 */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return F.tanh(x);
  }
}

/**
 * y = x·Φ(x) with the normal distribution Φ, or its approximation by tanh; see `F.gelu`.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.GELU.html
 */
export class GELU extends Module {
  readonly approximate: 'none' | 'tanh';

  /** @param options.approximate 'none' or 'tanh'. Default 'none' */
  constructor(options: GeluOptions = {}) {
    super();
    checkOptions('GELU', options, ['approximate']);
    this.approximate = options.approximate ?? 'none';
  }

  override forward(x: Tensor): Tensor {
    return F.gelu(x, { approximate: this.approximate });
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}

/**
 * y = x·σ(x).
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.SiLU.html
 */
export class SiLU extends Overwriting {
  override forward(x: Tensor): Tensor {
    return F.silu(x, { inplace: this.inplace });
  }
}

/**
 * y = log(1 + e^(beta·x)) / beta, and x where beta·x > threshold.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Softplus.html
 */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  /**
   * @param options.beta Default 1
   * @param options.threshold Default 20
   */
  constructor(options: number | SoftplusOptions = {}) {
    super();
    const given = typeof options === 'number' ? { beta: options } : options;
    checkOptions('Softplus', given, ['beta', 'threshold']);
    this.beta = given.beta ?? 1;
    this.threshold = given.threshold ?? 20;
  }

  override forward(x: Tensor): Tensor {
    return F.softplus(x, { beta: this.beta, threshold: this.threshold });
  }

  override extraRepr(): string {
    return `beta=${floatRepr(this.beta)}, threshold=${floatRepr(this.threshold)}`;
  }
}

/**
 * y = x where positive, alpha·(e^x - 1) elsewhere.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ELU.html
 */
export class ELU extends Module {
  readonly alpha: number;
  readonly inplace: boolean;

  /**
   * @param options.alpha the function falls to -alpha. Default 1
   * @param options.inplace write over the input. Default false
   */
  constructor(options: number | EluOptions = {}) {
    super();
    const given = typeof options === 'number' ? { alpha: options } : options;
    checkOptions('ELU', given, ['alpha', 'inplace']);
    this.alpha = given.alpha ?? 1;
    this.inplace = given.inplace ?? false;
  }

  override forward(x: Tensor): Tensor {
    return F.elu(x, { alpha: this.alpha, inplace: this.inplace });
  }

  override extraRepr(): string {
    return [`alpha=${floatRepr(this.alpha)}`, ...inplaceRepr(this.inplace)].join(', ');
  }
}

/**
 * y = x where positive, alpha·(e^(x/alpha) - 1) elsewhere.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.CELU.html
 */
export class CELU extends Module {
  readonly alpha: number;
  readonly inplace: boolean;

  /**
   * @param options.alpha the function falls to -alpha. Default 1
   * @param options.inplace write over the input. Default false
   */
  constructor(options: number | EluOptions = {}) {
    super();
    const given = typeof options === 'number' ? { alpha: options } : options;
    checkOptions('CELU', given, ['alpha', 'inplace']);
    this.alpha = given.alpha ?? 1;
    this.inplace = given.inplace ?? false;
  }

  override forward(x: Tensor): Tensor {
    return F.celu(x, { alpha: this.alpha, inplace: this.inplace });
  }

  override extraRepr(): string {
    return [`alpha=${floatRepr(this.alpha)}`, ...inplaceRepr(this.inplace)].join(', ');
  }
}

/**
 * y = λ·x where positive, λ·α·(e^x - 1) elsewhere; see `F.selu`.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.SELU.html
 */
export class SELU extends Overwriting {
  override forward(x: Tensor): Tensor {
    return F.selu(x, { inplace: this.inplace });
  }
}

/**
 * y = log σ(x) = -log(1 + e^-x).
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html
 */
export class LogSigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return F.logsigmoid(x);
  }
}

/**
 * y = x / (1 + |x|).
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Softsign.html
 */
export class Softsign extends Module {
  override forward(x: Tensor): Tensor {
    return F.softsign(x);
  }
}

/**
 * y = x - tanh x.
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html
 */
export class Tanhshrink extends Module {
  override forward(x: Tensor): Tensor {
    return F.tanhshrink(x);
  }
}

/**
 * y = x·tanh(log(1 + e^x)).
 *
 * Shapes: x of any shape → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Mish.html
 */
export class Mish extends Overwriting {
  override forward(x: Tensor): Tensor {
    return F.mish(x, { inplace: this.inplace });
  }
}

/**
 * y = x where positive, weight·x elsewhere, with a weight that is learned.
 *
 * Shapes: x [N, C, …] → the same; weight [numParameters]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.PReLU.html
 */
export class PReLU extends Module {
  readonly numParameters: number;
  readonly weight: Parameter;

  /**
   * @param options.numParameters 1, or one for each channel. Default 1
   * @param options.init what the weight starts with. Default 0.25
   */
  constructor(options: number | { readonly numParameters?: number; readonly init?: number } = {}) {
    super();
    const given = typeof options === 'number' ? { numParameters: options } : options;
    checkOptions('PReLU', given, ['numParameters', 'init']);
    this.numParameters = given.numParameters ?? 1;
    this.weight = new Parameter(full([this.numParameters], given.init ?? 0.25));
  }

  override forward(x: Tensor): Tensor {
    return F.prelu(x, this.weight);
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}

/**
 * y = a·σ(b), where a and b are the halves of x along a dim.
 *
 * Shapes: x […, 2·n, …] → […, n, …]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.GLU.html
 */
export class GLU extends Module {
  readonly dim: number;

  /** @param options.dim Default -1 */
  constructor(options: number | { readonly dim?: number } = {}) {
    super();
    const given = typeof options === 'number' ? { dim: options } : options;
    checkOptions('GLU', given, ['dim']);
    this.dim = given.dim ?? -1;
  }

  override forward(x: Tensor): Tensor {
    return F.glu(x, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
