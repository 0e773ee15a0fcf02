import { formatShape } from '../core/errors.js';
import { ShapeError, WasmgradError } from '../core/errors.js';
import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import { broadcastShapes } from '../core/shapes.js';
import { apply } from '../autograd/apply.js';
import { noGrad } from '../autograd/mode.js';
import * as ops from '../ops/activation.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { full } from '../tensor/creation.js';
import { isTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';

/** Options of every distribution. */
export interface DistributionOptions {
  /** Check parameters and values. Default true. */
  readonly validateArgs?: boolean;
}

/** The argument of `enumerateSupport` by name. */
export interface EnumerateOptions {
  /** Repeat the values over the batch (default), or let their batch dims have size 1. */
  readonly expand?: boolean;
}

/** A parameter: a tensor, or a number. */
export type Parameter = Tensor | number;

/** A condition on numbers, and its name in messages. */
export interface Constraint {
  readonly name: string;
  readonly holds: (x: number) => boolean;
}

export const real: Constraint = { name: 'real numbers', holds: (x) => x === x };
export const positive: Constraint = { name: 'numbers above 0', holds: (x) => x > 0 };
export const nonNegative: Constraint = { name: 'numbers of at least 0', holds: (x) => x >= 0 };
export const unitInterval: Constraint = { name: 'numbers from 0 to 1', holds: (x) => x >= 0 && x <= 1 };
export const binary: Constraint = { name: '0 or 1', holds: (x) => x === 0 || x === 1 };

/** Whole numbers from 0 to n − 1. */
export function below(n: number): Constraint {
  return { name: `whole numbers below ${n}`, holds: (x) => Number.isInteger(x) && x >= 0 && x < n };
}

export const natural: Constraint = {
  name: 'whole numbers of at least 0',
  holds: (x) => Number.isInteger(x) && x >= 0,
};

/** log(1 + eˣ), without overflow: its slopes of all orders hold at 0, too, where the logit of ½ lies. */
export function softplus(x: Tensor): Tensor {
  return apply(ops.softplus, [x], { beta: 1, threshold: Infinity });
}

/** Of the sum of coordinates of a simplex. */
export const unitSum: Constraint = { name: '1', holds: (sum) => Math.abs(sum - 1) < 1e-6 };

/** The distance from 1 to the next number of a dtype. */
export function epsilonOf(x: Tensor): number {
  return x.dtype === 'float64' ? 2 ** -52 : 2 ** -23;
}

/** The smallest normal number of a dtype. */
export function tinyOf(x: Tensor): number {
  return x.dtype === 'float64' ? 2.2250738585072014e-308 : 2 ** -126;
}

/** A number as Python prints it. */
function python(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
  const size = Math.abs(x);
  if (x !== 0 && (size < 1e-4 || size >= 1e16)) {
    return x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(x) ? `${Object.is(x, -0) ? '-0' : x}.0` : String(x);
}

function printed(x: Tensor): string {
  if (x.numel !== 1) return `torch.Size([${x.shape.join(', ')}])`;
  return x.ndim === 0 ? python(x.item()) : String(x.detach());
}

/** The sum over the last `count` dims. */
export function sumRightmost(x: Tensor, count: number): Tensor {
  return count === 0 ? x : x.sum(Array.from({ length: count }, (_, i) => -1 - i));
}

/** Throws, now or each time a captured step comes by, where an element does not meet a condition. */
export function check(who: string, name: string, x: Tensor, { name: wanted, holds }: Constraint): void {
  inspect(x.detach().contiguous(), (data) => {
    for (const value of elements(data)) {
      if (!holds(value)) throw new WasmgradError(`${who}: ${name} must be ${wanted}, got ${value}`);
    }
  });
}

/** Throws, now or each time a captured step comes by, where any element of a mask is true. */
export function refuse(where: Tensor, message: string): void {
  inspect(where, (flags) => {
    if (elements(flags).some((flag) => flag !== 0)) throw new WasmgradError(message);
  });
}

/** Parameters as tensors of one dtype and shape; numbers take the dtype of the tensors beside them (else float32). */
export function broadcastAll(who: string, parameters: readonly Parameter[]): Tensor[] {
  const tensors = parameters.filter(isTensor);
  const dtype: DType = tensors.find((x) => isFloat(x.dtype))?.dtype ?? 'float32';
  let shape: readonly number[] = [];
  for (const x of tensors) {
    const both = broadcastShapes(shape, x.shape);
    if (!both) {
      throw new ShapeError(
        `${who}: parameters do not broadcast, got ${tensors.map((y) => formatShape(y.shape)).join(', ')}`,
      );
    }
    shape = both;
  }
  return parameters.map((x) => (isTensor(x) ? x.to(dtype).expand(shape) : full(shape, x, { dtype })));
}

/**
 * A probability distribution over a batch of parameters. `sample` and `rsample` put `sampleShape` in front: [...sampleShape, ...batchShape,
 * ...eventShape].
 *
 * Source: https://pytorch.org/docs/stable/distributions.html
 */
export abstract class Distribution {
  /** The name of the class. */
  readonly name: string;
  /** The shape of the batch of independent distributions. */
  readonly batchShape: readonly number[];
  /** The shape of one draw. */
  readonly eventShape: readonly number[];
  /** Whether `rsample` exists: samples with gradients. */
  readonly hasRsample: boolean = false;
  /** Whether `enumerateSupport` exists. */
  readonly hasEnumerateSupport: boolean = false;
  protected readonly validates: boolean;

  protected constructor(
    name: string,
    batchShape: readonly number[],
    eventShape: readonly number[],
    options: DistributionOptions,
  ) {
    checkOptions(name, options, ['validateArgs']);
    this.name = name;
    this.batchShape = batchShape;
    this.eventShape = eventShape;
    this.validates = options.validateArgs ?? true;
  }

  /** The mean. */
  abstract get mean(): Tensor;
  /** The variance. */
  abstract get variance(): Tensor;

  /**
   * The most likely value.
   * @throws WasmgradError where the distribution has none
   */
  get mode(): Tensor {
    throw new WasmgradError(`${this.name}: mode is not defined for it`);
  }

  /** The square root of the variance. */
  get stddev(): Tensor {
    return this.variance.sqrt();
  }

  /** What values may be. */
  protected abstract get support(): Constraint;

  /** The logarithm of the density (or probability) of a value. */
  abstract logProb(value: Tensor): Tensor;

  /** The entropy in nats. */
  abstract entropy(): Tensor;

  /** Draws, cut off from the tape. */
  sample(sampleShape: readonly number[] = []): Tensor {
    return noGrad(() => this.rsample(sampleShape));
  }

  /**
   * Draws whose gradients flow to the parameters.
   * @throws WasmgradError where the distribution has none
   */
  rsample(_sampleShape: readonly number[] = []): Tensor {
    throw new WasmgradError(`${this.name}: rsample is not defined for it (use sample())`);
  }

  /**
   * The probability of values up to this one.
   * @throws WasmgradError where the distribution has none
   */
  cdf(_value: Tensor): Tensor {
    throw new WasmgradError(`${this.name}: cdf is not defined for it`);
  }

  /**
   * The inverse of `cdf`.
   * @throws WasmgradError where the distribution has none
   */
  icdf(_value: Tensor): Tensor {
    throw new WasmgradError(`${this.name}: icdf is not defined for it`);
  }

  /**
   * All values that draws may have, in a new first dim.
   * @throws WasmgradError where they are not finitely many
   */
  enumerateSupport(_expand: boolean | EnumerateOptions = true): Tensor {
    throw new WasmgradError(`${this.name}: enumerateSupport is not defined for it`);
  }

  /** The same distributions over a larger batch, to which the batch shape broadcasts; parameters are views. */
  abstract expand(batchShape: readonly number[]): Distribution;

  /** The parameters that are printed, by PyTorch's names. */
  protected shown(): Readonly<Record<string, Tensor>> {
    return {};
  }

  /** The distribution as PyTorch prints it: parameters of one element by value, others by shape. */
  toString(): string {
    const list = Object.entries(this.shown()).map(([name, x]) => `${name}: ${printed(x)}`);
    return `${this.name}(${list.join(', ')})`;
  }

  /** What a copy with other parameters is made with. */
  protected get options(): DistributionOptions {
    return { validateArgs: this.validates };
  }

  /** e to the power of the entropy. */
  perplexity(): Tensor {
    return this.entropy().exp();
  }

  /** The shape of a sample. */
  protected extended(sampleShape: readonly number[]): readonly number[] {
    if (!Array.isArray(sampleShape)) {
      throw new ShapeError(`${this.name}: the sample shape must be an array, got ${String(sampleShape)}`);
    }
    return [...sampleShape, ...this.batchShape, ...this.eventShape];
  }

  /** A value as formulas take it, checked. */
  protected checked(value: Tensor): Tensor {
    if (!isTensor(value)) throw new WasmgradError(`${this.name}: a value must be a tensor, got ${typeof value}`);
    const shape = [...this.batchShape, ...this.eventShape];
    if (this.validates && !broadcastShapes(value.shape, shape)) {
      throw new ShapeError(
        `${this.name}: value ${formatShape(value.shape)} does not broadcast to ${formatShape(shape)}`,
      );
    }
    if (this.validates) check(this.name, 'value', value, this.support);
    return value;
  }

  /** Checks parameters where that is wanted. */
  protected checkParameters(parameters: Readonly<Record<string, readonly [Tensor, Constraint]>>): void {
    if (!this.validates) return;
    for (const [name, [x, constraint]] of Object.entries(parameters)) check(this.name, name, x, constraint);
  }
}
