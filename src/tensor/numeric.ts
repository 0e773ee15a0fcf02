import { isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, checkWhole, fail } from '../core/errors.js';
import { normalizeDim, normalizeDims, sameShape } from '../core/shapes.js';
import { ones, tensor } from './creation.js';
import { cat } from './join.js';
import { checkTensor, isTensor } from './operands.js';
import { checkOptions } from './options.js';
import { argument, isOptions, named } from './reduce.js';
import type { Named } from './reduce.js';
import type { Tensor } from './tensor.js';

/** Options of `cov`. */
export interface CovOptions {
  /** Sums are divided by the number of observations less this. Default 1. */
  readonly correction?: number;
  /** How often each observation counts: integers [n]. */
  readonly fweights?: Tensor | null;
  /** How much each observation weighs: [n]. */
  readonly aweights?: Tensor | null;
}

function checkWeights(name: string, weights: Tensor, n: number): void {
  checkTensor('cov', name, weights);
  if (weights.ndim > 1 || weights.numel !== n) {
    fail(ShapeError, 'cov', `${name} must be one for each of ${n} observations`, [name], [weights]);
  }
}

/**
 * The covariances of variables (rows) over observations (columns): y[i, j] = Σₖ wₖ·(x[i, k] − meanᵢ)·(x[j, k] − meanⱼ) / (Σ w − correction).
 *
 * Shapes: [m, n] → [m, m]; [n] or [] → []
 * @param options `correction` (default 1), `fweights`, `aweights`
 * @throws ShapeError for more than two dims, or weights that do not fit; DTypeError for bool, or `fweights` that are no integers
 * Source: https://pytorch.org/docs/stable/generated/torch.cov.html
 */
export function cov(input: Tensor, options: CovOptions = {}): Tensor {
  checkOptions('cov', options, ['correction', 'fweights', 'aweights']);
  checkTensor('cov', 'input', input);
  const { correction = 1, fweights = null, aweights = null } = options;
  if (input.ndim > 2) fail(ShapeError, 'cov', 'takes at most two dims', ['input'], [input]);
  if (input.dtype === 'bool') throw new DTypeError('cov: not defined for bool');
  checkWhole('cov', 'correction', correction, -Infinity, WasmgradError);
  const given = input.ndim < 2 ? input.reshape([1, input.numel]) : input;
  const x = isFloat(given.dtype) ? given : given.float();
  const n = x.shape[1]!;
  if (fweights) {
    checkWeights('fweights', fweights, n);
    if (isFloat(fweights.dtype) || fweights.dtype === 'bool') {
      throw new DTypeError(`cov: fweights must be integers, got ${fweights.dtype}`);
    }
  }
  if (aweights) {
    checkWeights('aweights', aweights, n);
    if (!isFloat(aweights.dtype)) throw new DTypeError(`cov: aweights must be floating point, got ${aweights.dtype}`);
  }
  const weights = fweights && aweights ? fweights.mul(aweights) : (fweights ?? aweights);
  const total: Tensor | number = weights ? weights.sum() : n;
  const mean = (weights ? x.mul(weights) : x).sum(1, true).div(total);
  const apart = x.sub(mean);
  // Observations of unequal reliability: the correction is Σ w·a / Σ w.
  const lost =
    weights && aweights && correction !== 0 ? weights.mul(aweights).sum().div(total).mul(correction) : correction;
  const divisor = isTensor(total) ? total.sub(lost).clampMin(0) : Math.max(0, total - correction);
  return apart
    .matmul((weights ? apart.mul(weights).to(x.dtype) : apart).t())
    .div(divisor)
    .squeeze();
}

/**
 * Pearson's correlations of variables (rows) over observations (columns): cov[i, j] / √(cov[i, i]·cov[j, j]), clamped to −1 … 1.
 *
 * Shapes: [m, n] → [m, m]; [n] or [] → []
 * @throws ShapeError for more than two dims; DTypeError for bool
 * Source: https://pytorch.org/docs/stable/generated/torch.corrcoef.html
 */
export function corrcoef(input: Tensor): Tensor {
  checkTensor('corrcoef', 'input', input);
  if (input.ndim > 2) fail(ShapeError, 'corrcoef', 'takes at most two dims', ['input'], [input]);
  const c = cov(input);
  if (c.ndim === 0) return c.div(c);
  const deviation = c.diag().sqrt();
  return c.div(deviation.unsqueeze(1)).div(deviation).clamp(-1, 1);
}

/**
 * The p-norm of the difference: ‖input − other‖ₚ.
 *
 * Shapes: both broadcast → []
 * @param p default 2; any number, ±Infinity, 0
 * Source: https://pytorch.org/docs/stable/generated/torch.dist.html
 */
export function dist(input: Tensor, other: Tensor, p?: Named<'p', number>): Tensor {
  checkTensor('dist', 'input', input);
  checkTensor('dist', 'other', other);
  return input.sub(other).norm(argument('dist', 'p', p, 2));
}

/**
 * Powers of the elements as columns: y[…, i, j] = x[…, i]^(N − 1 − j), or x[…, i]^j where `increasing`.
 *
 * Shapes: [n] → [n, N], N = n by default
 * @param options `N`, `increasing` (default false), also by their places
 * @throws ShapeError where x has not one dim, or N is no whole number of at least 0
 * Source: https://pytorch.org/docs/stable/generated/torch.vander.html
 */
export function vander(x: Tensor, N?: number | null | VanderOptions, increasing?: boolean | VanderOptions): Tensor {
  checkTensor('vander', 'x', x);
  const given = named<VanderOptions>('vander', ['N', 'increasing'], [N ?? undefined, increasing]);
  if (x.ndim !== 1) fail(ShapeError, 'vander', 'takes a tensor of one dim', ['x'], [x]);
  const powers = powersOf('vander', x, given.N ?? x.numel);
  return given.increasing ? powers : powers.flip(1);
}

/** The arguments of `vander` by name. */
export interface VanderOptions {
  /** How many powers. Default: as many as there are elements. */
  readonly N?: number | null;
  /** Begin with the power 0. Default false. */
  readonly increasing?: boolean;
}

/** @internal The powers 0 … n − 1 of elements, in a new last dim; each is the one before times x, as PyTorch makes them. */
export function powersOf(op: string, x: Tensor, n: number): Tensor {
  checkWhole(op, 'N', n, 0);
  const base = x.dtype === 'uint8' || x.dtype === 'bool' ? x.int() : x;
  const first = ones([...x.shape, 1], { dtype: base.dtype });
  if (n < 2) return first.narrow(-1, 0, n);
  const rest = base.unsqueeze(-1).expand([...x.shape, n - 1]);
  return cat([first, rest.cumprod(-1)], -1);
}

/** Options of `trapezoid` and `cumulativeTrapezoid`. */
export interface TrapezoidOptions {
  /** The distance between points. Default 1. */
  readonly dx?: number;
  /** Default: the last. */
  readonly dim?: number;
}

/** The areas of trapezoids between neighbours along a dim. */
function trapezoids(
  op: string,
  y: Tensor,
  x: Tensor | TrapezoidOptions | null | undefined,
  options: TrapezoidOptions,
): { readonly areas: Tensor; readonly at: number } {
  checkTensor(op, 'y', y);
  const given = isOptions(x) ? (x as TrapezoidOptions) : options;
  checkOptions(op, given, ['dx', 'dim']);
  const points = isTensor(x) ? x : null;
  const { dx = 1, dim = -1 } = given;
  if (points && given.dx !== undefined) throw new WasmgradError(`${op}: give x or dx, not both`);
  if (y.dtype === 'bool') throw new DTypeError(`${op}: not defined for bool`);
  if (y.ndim === 0) fail(ShapeError, op, 'y needs at least one dim', ['y'], [y]);
  const at = normalizeDim(op, dim, y.ndim);
  const rest = Math.max(0, y.shape[at]! - 1);
  const sums = y.narrow(at, Math.min(1, y.shape[at]!), rest).add(y.narrow(at, 0, rest));
  if (!points) return { areas: sums.mul(dx / 2), at };
  if (points.dtype === 'bool') throw new DTypeError(`${op}: not defined for bool`);
  // Points of one dim lie along dim; others broadcast against y.
  const line = points.ndim === 1 && points.numel === y.shape[at];
  if (points.ndim === 1 && !line) {
    fail(ShapeError, op, `x must be as long as dim ${dim} of y`, ['y', 'x'], [y, points]);
  }
  const places = line ? points.reshape(y.shape.map((n, d) => (d === at ? n : 1))) : points;
  const along = at - y.ndim;
  const steps = places.slice(along, 1).sub(places.slice(along, 0, -1));
  return { areas: steps.mul(sums).div(2), at };
}

/**
 * The integral of y by trapezoids: Σᵢ (y[i] + y[i + 1]) / 2·(x[i + 1] − x[i]).
 *
 * Called as `trapezoid(y)`, `trapezoid(y, x)`, `trapezoid(y, { dx })`, `dim` in the options.
 *
 * Shapes: y [*, n], x [n] or one that broadcasts → [*]
 * @param options `dx` (default 1, instead of x), `dim` (default -1)
 * @throws ShapeError where x does not fit; DTypeError for bool
 * Source: https://pytorch.org/docs/stable/generated/torch.trapezoid.html
 */
export function trapezoid(y: Tensor, x?: Tensor | TrapezoidOptions | null, options: TrapezoidOptions = {}): Tensor {
  const { areas, at } = trapezoids('trapezoid', y, x, options);
  return areas.sum(at - y.ndim);
}

/**
 * The integral of y by trapezoids up to each point but the first; arguments as of `trapezoid`.
 *
 * Shapes: y [*, n] → [*, n − 1]
 * @throws ShapeError where x does not fit; DTypeError for bool
 * Source: https://pytorch.org/docs/stable/generated/torch.cumulative_trapezoid.html
 */
export function cumulativeTrapezoid(
  y: Tensor,
  x?: Tensor | TrapezoidOptions | null,
  options: TrapezoidOptions = {},
): Tensor {
  const { areas, at } = trapezoids('cumulativeTrapezoid', y, x, options);
  return areas.cumsum(at - y.ndim);
}

/** Options of `gradient`. */
export interface GradientOptions {
  /** The distance between points: one number, one for each dim, or coordinates (tensors) for each dim. Default 1. */
  readonly spacing?: number | readonly (number | Tensor)[];
  /** Default: all. */
  readonly dim?: number | readonly number[] | null;
  /** The order of the estimate at both ends, 1 (default) or 2. */
  readonly edgeOrder?: number;
}

/**
 * Estimates of the derivatives along dims by differences: central ones of second order inside, one-sided at the ends.
 *
 * Shapes: any → one of that shape for each dim
 * @param options `spacing` (default 1), `dim` (default all), `edgeOrder` (default 1)
 * @throws ShapeError where a dim has fewer than edgeOrder + 1 elements, or spacing does not fit
 * Source: https://pytorch.org/docs/stable/generated/torch.gradient.html
 */
export function gradient(input: Tensor, options: GradientOptions = {}): Tensor[] {
  checkOptions('gradient', options, ['spacing', 'dim', 'edgeOrder']);
  checkTensor('gradient', 'input', input);
  const { spacing = 1, dim = null, edgeOrder = 1 } = options;
  if (edgeOrder !== 1 && edgeOrder !== 2) {
    throw new WasmgradError(`gradient: edgeOrder must be 1 or 2, got ${String(edgeOrder)}`);
  }
  const dims = dim === null ? normalizeDims('gradient', null, input.ndim) : typeof dim === 'number' ? [dim] : dim;
  if (typeof spacing !== 'number' && spacing.length !== dims.length) {
    throw new ShapeError(`gradient: ${dims.length} dims need as many spacings, got ${spacing.length}`);
  }
  const x = isFloat(input.dtype) ? input : input.float();
  return dims.map((d, i) => {
    const at = normalizeDim('gradient', d, x.ndim);
    const size = x.shape[at] ?? 0;
    if (size <= edgeOrder) {
      throw new ShapeError(`gradient: dim ${d} needs at least ${edgeOrder + 1} elements, got ${size}`);
    }
    return slopes(x.movedim(at, -1), typeof spacing === 'number' ? spacing : spacing[i]!, edgeOrder).movedim(-1, at);
  });
}

/** The differences along the last dim, each by its own steps. */
function slopes(y: Tensor, spacing: number | Tensor, edgeOrder: number): Tensor {
  const n = y.shape.at(-1)!;
  let steps = tensor(new Array<number>(n - 1).fill(Number(isTensor(spacing) ? 1 : spacing)), { dtype: y.dtype });
  if (isTensor(spacing)) {
    if (!sameShape(spacing.shape, [n])) {
      fail(ShapeError, 'gradient', `coordinates must be [${n}]`, ['spacing'], [spacing]);
    }
    steps = spacing.slice(0, 1).sub(spacing.slice(0, 0, -1));
  }
  const [first, last] = [y.slice(-1, 0, 1), y.slice(-1, -1)];
  const step = (i: number): Tensor => steps.slice(0, i, i === -1 ? null : i + 1);
  const parts: Tensor[] = [];
  if (n > 2) {
    const [a, b] = [steps.slice(0, 0, -1), steps.slice(0, 1)];
    const both = a.add(b);
    parts.push(
      y
        .slice(-1, 0, -2)
        .mul(b.neg().div(a.mul(both)))
        .add(y.slice(-1, 1, -1).mul(b.sub(a).div(a.mul(b))))
        .add(y.slice(-1, 2).mul(a.div(b.mul(both)))),
    );
  }
  /** Three points from one end on: the steps a to the second, b from there to the third. */
  const edge = (a: Tensor, b: Tensor, u: Tensor, v: Tensor, w: Tensor): Tensor => {
    const both = a.add(b);
    return u
      .mul(a.mul(2).add(b).div(a.mul(both)).neg())
      .add(v.mul(both.div(a.mul(b))))
      .sub(w.mul(a.div(b.mul(both))));
  };
  const begin =
    edgeOrder === 1
      ? y.slice(-1, 1, 2).sub(first).div(step(0))
      : edge(step(0), step(1), first, y.slice(-1, 1, 2), y.slice(-1, 2, 3));
  const end =
    edgeOrder === 1
      ? last.sub(y.slice(-1, -2, -1)).div(step(-1))
      : edge(step(-1), step(-2), last, y.slice(-1, -2, -1), y.slice(-1, -3, -2)).neg();
  return cat([begin, ...parts, end], -1);
}

/** The arguments of `renorm` by name. */
export interface RenormOptions {
  readonly p: number;
  readonly dim: number;
  readonly maxnorm: number;
}

/**
 * Slices along a dim whose p-norm exceeds `maxnorm` made so small that it does not.
 *
 * Shapes: any of at least two dims → the same
 * @throws ShapeError for fewer than two dims; WasmgradError for p ≤ 0 or a negative maxnorm
 * Source: https://pytorch.org/docs/stable/generated/torch.renorm.html
 */
export function renorm(input: Tensor, p: number | RenormOptions, dim?: number, maxnorm?: number): Tensor {
  checkTensor('renorm', 'input', input);
  const given = named<RenormOptions>('renorm', ['p', 'dim', 'maxnorm'], [p, dim, maxnorm]);
  if (!(given.p > 0)) throw new WasmgradError(`renorm: p must be above 0, got ${String(given.p)}`);
  if (!(given.maxnorm >= 0))
    throw new WasmgradError(`renorm: maxnorm must be at least 0, got ${String(given.maxnorm)}`);
  if (input.ndim < 2) fail(ShapeError, 'renorm', 'needs at least two dims', ['input'], [input]);
  const at = normalizeDim('renorm', given.dim, input.ndim);
  const norms = input.norm(
    given.p,
    input.shape.map((_, d) => d).filter((d) => d !== at),
    true,
  );
  // PyTorch adds 1e-7 before it divides.
  const factor = norms.add(1e-7).reciprocal().mul(given.maxnorm);
  return input.mul(factor.where(norms.gt(given.maxnorm), 1));
}
