import { ShapeError, WasmgradError, formatShape } from '../core/errors.js';
import { broadcastShapes } from '../core/shapes.js';
import { full, fullLike, ones, zerosLike } from '../tensor/creation.js';
import { cat } from '../tensor/join.js';
import { isTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { epsilonOf, positive, real, softplus, sumRightmost, tinyOf, unitInterval } from './distribution.js';
import type { Constraint, Parameter } from './distribution.js';

/**
 * An invertible map with the logarithm of the magnitude of its derivative: y = call(x), x = inv(y).
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.Transform
 */
export abstract class Transform {
  /** How many dims one x and one y have. */
  readonly domainDim: number = 0;
  readonly codomainDim: number = 0;
  /** What y may be. */
  readonly codomain: Constraint = real;
  /** Whether it rises (1) or falls (−1). */
  readonly sign: Tensor | number = 1;

  /** y of x. */
  abstract call(x: Tensor): Tensor;

  /** x of y. */
  abstract inv(y: Tensor): Tensor;

  /** log |det ∂y/∂x|, over the dims of one x. */
  abstract logAbsDetJacobian(x: Tensor, y: Tensor): Tensor;

  /** The shape of y. */
  forwardShape(shape: readonly number[]): readonly number[] {
    return shape;
  }

  /** The shape of x. */
  inverseShape(shape: readonly number[]): readonly number[] {
    return shape;
  }
}

/** The argument of `AffineTransform` by name. */
export interface AffineTransformOptions {
  /** How many last dims count as one x. Default 0. */
  readonly eventDim?: number;
}

/**
 * y = loc + scale · x.
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.AffineTransform
 */
export class AffineTransform extends Transform {
  readonly loc: Parameter;
  readonly scale: Parameter;
  override readonly domainDim: number;
  override readonly codomainDim: number;
  override readonly sign: Tensor | number;

  /** @param options `eventDim` (0) */
  constructor(loc: Parameter, scale: Parameter, options: AffineTransformOptions = {}) {
    super();
    checkOptions('AffineTransform', options, ['eventDim']);
    this.loc = loc;
    this.scale = scale;
    this.domainDim = this.codomainDim = options.eventDim ?? 0;
    this.sign = isTensor(scale) ? scale.detach().sign() : Math.sign(scale);
  }

  override call(x: Tensor): Tensor {
    return x.mul(this.scale).add(this.loc);
  }

  override inv(y: Tensor): Tensor {
    return y.sub(this.loc).div(this.scale);
  }

  override logAbsDetJacobian(x: Tensor): Tensor {
    const { scale } = this;
    const each = isTensor(scale) ? scale.abs().log().expand(x.shape) : fullLike(x.detach(), Math.log(Math.abs(scale)));
    return sumRightmost(each, this.domainDim);
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return [this.loc, this.scale].filter(isTensor).reduce((all, x) => {
      const both = broadcastShapes(all, x.shape);
      if (both) return both;
      throw new ShapeError(`AffineTransform: ${formatShape(x.shape)} does not broadcast to ${formatShape(all)}`);
    }, shape);
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return this.forwardShape(shape);
  }
}

/** y = eˣ. Source: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.ExpTransform */
export class ExpTransform extends Transform {
  override readonly codomain: Constraint = positive;

  override call(x: Tensor): Tensor {
    return x.exp();
  }

  override inv(y: Tensor): Tensor {
    return y.log();
  }

  override logAbsDetJacobian(x: Tensor): Tensor {
    return x;
  }
}

/** The sigmoid, kept away from 0 and 1. */
function clipped(x: Tensor): Tensor {
  return inside(x.sigmoid());
}

function inside(y: Tensor): Tensor {
  return y.clamp(tinyOf(y), 1 - epsilonOf(y));
}

/** y = 1 / (1 + e⁻ˣ). Source: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.SigmoidTransform */
export class SigmoidTransform extends Transform {
  override readonly codomain: Constraint = unitInterval;

  override call(x: Tensor): Tensor {
    return clipped(x);
  }

  override inv(y: Tensor): Tensor {
    const z = inside(y);
    return z.log().sub(z.neg().log1p());
  }

  override logAbsDetJacobian(x: Tensor): Tensor {
    return softplus(x.neg()).add(softplus(x)).neg();
  }
}

/** y = tanh x. Source: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.TanhTransform */
export class TanhTransform extends Transform {
  override readonly codomain: Constraint = { name: 'numbers from -1 to 1', holds: (y) => y >= -1 && y <= 1 };

  override call(x: Tensor): Tensor {
    return x.tanh();
  }

  override inv(y: Tensor): Tensor {
    return y.atanh();
  }

  /** log(1 − tanh²x), without cancellation. */
  override logAbsDetJacobian(x: Tensor): Tensor {
    return x
      .add(softplus(x.mul(-2)))
      .rsub(Math.LN2)
      .mul(2);
  }
}

/** y = log(1 + eˣ). Source: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.SoftplusTransform */
export class SoftplusTransform extends Transform {
  override readonly codomain: Constraint = positive;

  override call(x: Tensor): Tensor {
    return softplus(x);
  }

  override inv(y: Tensor): Tensor {
    return y.neg().expm1().neg().log().add(y);
  }

  override logAbsDetJacobian(x: Tensor): Tensor {
    return softplus(x.neg()).neg();
  }
}

/** y = x^exponent of x above 0. Source: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.PowerTransform */
export class PowerTransform extends Transform {
  readonly exponent: Parameter;
  override readonly codomain: Constraint = positive;

  constructor(exponent: Parameter) {
    super();
    this.exponent = exponent;
  }

  override call(x: Tensor): Tensor {
    return x.pow(this.exponent);
  }

  override inv(y: Tensor): Tensor {
    return y.pow(isTensor(this.exponent) ? this.exponent.reciprocal() : 1 / this.exponent);
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return y.mul(this.exponent).div(x).abs().log();
  }
}

/**
 * Points x of n − 1 numbers as points y of the simplex of n: pieces broken off a stick one after the other, yᵢ = zᵢ · Πⱼ<ᵢ (1 − zⱼ) with
 * zᵢ = sigmoid(xᵢ − log(n − i)), i from 1.
 *
 * Source: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.StickBreakingTransform
 */
export class StickBreakingTransform extends Transform {
  override readonly domainDim: number = 1;
  override readonly codomainDim: number = 1;
  override readonly codomain: Constraint = unitInterval;

  /** x − log(n − i). */
  #moved(x: Tensor): Tensor {
    return x.sub(this.#offset(x));
  }

  #offset(x: Tensor): Tensor {
    const { dtype } = x;
    return ones([x.shape.at(-1)!], { dtype })
      .cumsum(0)
      .rsub(x.shape.at(-1)! + 1)
      .log();
  }

  override call(x: Tensor): Tensor {
    const z = clipped(this.#moved(x));
    const one = full([...x.shape.slice(0, -1), 1], 1, { dtype: x.dtype });
    return cat([z, one], -1).mul(cat([one, z.rsub(1).cumprod(-1)], -1));
  }

  override inv(y: Tensor): Tensor {
    const pieces = y.narrow(-1, 0, y.shape.at(-1)! - 1);
    const rest = pieces.cumsum(-1).rsub(1).clampMin(tinyOf(y));
    return pieces.log().sub(rest.log()).add(this.#offset(pieces));
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    const z = this.#moved(x);
    // log zᵢ' = log (1 − z) + log y.
    return y.narrow(-1, 0, x.shape.at(-1)!).log().sub(z).sub(softplus(z.neg())).sum(-1);
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return [...shape.slice(0, -1), shape.at(-1)! + 1];
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return [...shape.slice(0, -1), shape.at(-1)! - 1];
  }
}

/** Transforms one after the other. Source: https://pytorch.org/docs/stable/distributions.html#torch.distributions.transforms.ComposeTransform */
export class ComposeTransform extends Transform {
  readonly parts: readonly Transform[];
  override readonly domainDim: number;
  override readonly codomainDim: number;
  override readonly codomain: Constraint;
  override readonly sign: Tensor | number;

  /** @throws WasmgradError for what is no transform */
  constructor(parts: readonly Transform[]) {
    super();
    if (!parts.every((part) => part instanceof Transform)) {
      throw new WasmgradError('ComposeTransform: parts must be transforms');
    }
    this.parts = parts;
    this.domainDim = parts.reduceRight(
      (dims, part) => Math.max(dims + part.domainDim - part.codomainDim, part.domainDim),
      parts.at(-1)?.codomainDim ?? 0,
    );
    this.codomainDim = parts.reduce(
      (dims, part) => Math.max(dims + part.codomainDim - part.domainDim, part.codomainDim),
      parts[0]?.domainDim ?? 0,
    );
    this.codomain = parts.at(-1)?.codomain ?? real;
    this.sign = parts.reduce<Tensor | number>((sign, { sign: next }) => {
      if (isTensor(sign)) return sign.mul(next);
      return isTensor(next) ? next.mul(sign) : sign * next;
    }, 1);
  }

  override call(x: Tensor): Tensor {
    return this.parts.reduce((y, part) => part.call(y), x);
  }

  override inv(y: Tensor): Tensor {
    return this.parts.reduceRight((x, part) => part.inv(x), y);
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    if (this.parts.length === 0) return zerosLike(x);
    let total: Tensor | null = null;
    let from = x;
    let dims = this.domainDim;
    for (const [i, part] of this.parts.entries()) {
      const to = i === this.parts.length - 1 ? y : part.call(from);
      const term = sumRightmost(part.logAbsDetJacobian(from, to), dims - part.domainDim);
      total = total ? total.add(term) : term;
      dims += part.codomainDim - part.domainDim;
      from = to;
    }
    return total!;
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return this.parts.reduce((all, part) => part.forwardShape(all), shape);
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return this.parts.reduceRight((all, part) => part.inverseShape(all), shape);
  }
}
