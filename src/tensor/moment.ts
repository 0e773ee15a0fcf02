import { isFloat } from '../core/dtypes.js';
import { DTypeError } from '../core/errors.js';
import { normalizeDims } from '../core/shapes.js';
import type { DType } from '../core/dtypes.js';
import { apply } from '../autograd/apply.js';
import { reducedShape } from '../ops/fold.js';
import * as ops from '../ops/moment.js';
import { isTensor } from './operands.js';
import { mean, named, reduceParams } from './reduce.js';
import type { Dims, ReduceOptions } from './reduce.js';
import { checkDType } from './tensor.js';
import type { Tensor } from './tensor.js';

/** Options of `var`, `std` and `varMean`. */
export interface VarOptions extends ReduceOptions {
  /** The sum of squares is divided by n − correction. Default 1. */
  readonly correction?: number;
  /** The older name: true is a correction of 1, false of 0. */
  readonly unbiased?: boolean;
}

const varNames = ['dim', 'unbiased', 'keepdim', 'correction'] as const;

/** Runs a reduction whose kernel wants the reduced dims to be neighbours: dims that are not are moved to the end. */
function together(
  x: Tensor,
  dims: readonly number[],
  keepdim: boolean,
  run: (x: Tensor, dims: readonly number[]) => Tensor,
): Tensor {
  const kept = x.shape.map((_, i) => i).filter((i) => !dims.includes(i));
  const first = dims[0] ?? 0;
  const last = dims.at(-1) ?? 0;
  if (kept.every((i) => i < first || i > last || x.shape[i] === 1)) return run(x, dims);
  const moved = x.permute([...kept, ...dims]);
  return run(
    moved,
    dims.map((_, i) => kept.length + i),
  ).reshape(reducedShape(x.shape, dims, keepdim));
}

function correctionOf(op: string, { correction, unbiased }: VarOptions): number {
  if (unbiased !== undefined) {
    if (correction !== undefined) throw new DTypeError(`${op}: give correction or unbiased, not both`);
    return Number(unbiased);
  }
  return correction ?? 1;
}

/** PyTorch's older places: `x.var(unbiased)` and `x.var(dim, unbiased, keepdim)`. */
function varArguments(op: string, ...given: readonly unknown[]): VarOptions {
  if (typeof given[0] === 'boolean') return named<VarOptions>(op, ['unbiased', ...varNames], given);
  return named<VarOptions>(op, varNames, given);
}

/**
 * The variance over dims: y = Σ (x − mean)² / (n − correction), in two passes.
 *
 * @param options `correction` (default 1), `keepdim` (default false)
 * @throws DTypeError where the input is not floating point; IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.var.html
 */
export function variance(
  x: Tensor,
  dim?: Dims | boolean | VarOptions,
  options?: boolean | VarOptions,
  last?: boolean,
): Tensor {
  const given = varArguments('var', dim, options, last);
  const { dims, keepdim } = reduceParams('var', x, given);
  const correction = correctionOf('var', given);
  return together(x, dims, keepdim, (y, at) => apply(ops.variance, [y], { dims: at, keepdim, correction }));
}

/**
 * The standard deviation over dims: the square root of the variance. Its gradient is 0 where it is 0.
 *
 * @param options `correction` (default 1), `keepdim` (default false)
 * @throws DTypeError where the input is not floating point; IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.std.html
 */
export function std(
  x: Tensor,
  dim?: Dims | boolean | VarOptions,
  options?: boolean | VarOptions,
  last?: boolean,
): Tensor {
  const given = varArguments('std', dim, options, last);
  const { dims, keepdim } = reduceParams('std', x, given);
  const correction = correctionOf('std', given);
  return together(x, dims, keepdim, (y, at) => apply(ops.std, [y], { dims: at, keepdim, correction }));
}

/**
 * The variance and the mean over dims: `[var, mean]`.
 *
 * @throws DTypeError where the input is not floating point; IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.var_mean.html
 */
export function varMean(
  x: Tensor,
  dim?: Dims | boolean | VarOptions,
  options?: boolean | VarOptions,
  last?: boolean,
): [Tensor, Tensor] {
  const given = varArguments('varMean', dim, options, last);
  const { keepdim = false } = given;
  return [variance(x, given), mean(x, given.dim, keepdim)];
}

/**
 * The standard deviation and the mean over dims: `[std, mean]`. Arguments as of `std`.
 *
 * @throws DTypeError where the input is not floating point; IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.std_mean.html
 */
export function stdMean(
  x: Tensor,
  dim?: Dims | boolean | VarOptions,
  options?: boolean | VarOptions,
  last?: boolean,
): [Tensor, Tensor] {
  const given = varArguments('stdMean', dim, options, last);
  const { keepdim = false } = given;
  return [std(x, given), mean(x, given.dim, keepdim)];
}

/** Options of `norm`. */
export interface NormOptions extends ReduceOptions {
  /** The exponent; Infinity and -Infinity take the largest and smallest magnitude. Default 2. */
  readonly p?: number | 'fro';
  /** Cast the input to this dtype first. */
  readonly dtype?: DType | null;
}

/**
 * The p-norm of the elements over dims: y = (Σ |x|^p)^(1/p).
 *
 * @throws DTypeError where the input is not floating point; IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.norm.html
 */
export function norm(
  x: Tensor,
  p?: number | 'fro' | null | NormOptions,
  dim?: Dims | NormOptions,
  keepdim?: boolean | NormOptions,
  options?: NormOptions,
): Tensor {
  const given = named<NormOptions>('norm', ['p', 'dim', 'keepdim', 'dtype'], [p ?? undefined, dim, keepdim, options]);
  const input = given.dtype ? x.to(checkDType('norm', given.dtype)) : x;
  const exponent = given.p === undefined || given.p === 'fro' ? 2 : given.p;
  return apply(ops.norm, [input], { ...reduceParams('norm', input, given), p: exponent });
}

/**
 * log Σ exp x over dims, without overflow.
 *
 * @throws DTypeError where the input is not floating point; IndexError where a dim is out of range
 * Source: https://pytorch.org/docs/stable/generated/torch.logsumexp.html
 */
export function logsumexp(x: Tensor, dim: Dims | ReduceOptions, keepdim?: boolean | ReduceOptions): Tensor {
  const given = named<ReduceOptions>('logsumexp', ['dim', 'keepdim'], [dim, keepdim]);
  if (isTensor(given.dim)) throw new DTypeError('logsumexp: dim must be a number or an array of numbers');
  const keep = given.keepdim ?? false;
  const dims = normalizeDims('logsumexp', given.dim, x.ndim);
  const input = isFloat(x.dtype) ? x : x.float();
  return together(input, dims, keep, (y, at) => apply(ops.logsumexp, [y], { dims: at, keepdim: keep }));
}
