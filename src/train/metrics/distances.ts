import { ShapeError, WasmgradError, formatShape } from '../../core/errors.js';
import { noGrad } from '../../autograd/mode.js';
import * as linalg from '../../tensor/linalg/index.js';
import { scope, type Tensor } from '../../tensor/index.js';
import { checkOptions } from '../../tensor/options.js';
import { numbersOf, type Values } from './values.js';

function checkSets(metric: string, x: Tensor, y: Tensor, least: number): void {
  if (x.ndim === 2 && y.ndim === 2 && x.shape[1] === y.shape[1] && x.shape[0]! >= least && y.shape[0]! >= least) return;
  throw new ShapeError(
    `${metric}: expected [N, D] and [M, D] with N and M at least ${least}, got x ${formatShape(x.shape)}, y ${formatShape(y.shape)}`,
  );
}

function covariance(x: Tensor, mean: Tensor): Tensor {
  const centred = x.sub(mean);
  return centred.T.matmul(centred).div(x.shape[0]! - 1);
}

/** The root of a matrix that is symmetric and has no negative eigenvalues but by rounding. */
function root(matrix: Tensor): Tensor {
  const [values, vectors] = linalg.eigh(matrix) as [Tensor, Tensor];
  return vectors.mul(values.clamp({ min: 0 }).sqrt()).matmul(vectors.T);
}

/**
 * The Fréchet distance of two sets of features as if they were normally distributed, |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½). With the
 * features of an Inception network it is the FID of generated images. Computed in double precision; covariances divide by N − 1.
 *
 * Shapes: x [N, D], y [M, D] → number
 *
 * @throws ShapeError for other shapes, or fewer than two samples
 *
 * Source: Heusel et al. 2017, "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium"
 */
export function frechetDistance(x: Tensor, y: Tensor): number {
  checkSets('frechetDistance', x, y, 2);
  return noGrad(() =>
    scope(() => {
      const [a, b] = [x.to('float64'), y.to('float64')];
      const [ma, mb] = [a.mean(0), b.mean(0)];
      const [sa, sb] = [covariance(a, ma), covariance(b, mb)];
      // Σ₁Σ₂ has the eigenvalues of Σ₁^½ Σ₂ Σ₁^½, which is symmetric.
      const half = root(sa);
      const [values] = linalg.eigh(half.matmul(sb).matmul(half)) as [Tensor, Tensor];
      const cross = values.clamp({ min: 0 }).sqrt().sum();
      const traces = sa.diagonal().sum().add(sb.diagonal().sum()).sub(cross.mul(2));
      return ma.sub(mb).square().sum().add(traces).item();
    }),
  );
}

/** Options of {@link mmd}. */
export interface MmdOptions {
  /** k(x, y): 'rbf' is exp(−γ |x − y|²), 'polynomial' (γ x·y + c)^d. Default 'rbf'. */
  readonly kernel?: 'rbf' | 'polynomial';
  /** Default 1 / D. */
  readonly gamma?: number;
  /** The d of the polynomial. Default 3, as in the Kernel Inception Distance. */
  readonly degree?: number;
  /** The c of the polynomial. Default 1. */
  readonly coef0?: number;
  /** Leaves out each sample's product with itself; the estimate may then be below 0. Default true. */
  readonly unbiased?: boolean;
}

/**
 * The squared maximum mean discrepancy of two sets, E k(x, x') + E k(y, y') − 2 E k(x, y): 0 where they come from one distribution.
 *
 * Shapes: x [N, D], y [M, D] → number
 *
 * @throws ShapeError for other shapes, or fewer than two samples
 *
 * Source: Gretton et al. 2012, "A Kernel Two-Sample Test"
 */
export function mmd(x: Tensor, y: Tensor, options: MmdOptions = {}): number {
  checkOptions('mmd', options, ['kernel', 'gamma', 'degree', 'coef0', 'unbiased']);
  checkSets('mmd', x, y, 2);
  const { kernel = 'rbf', gamma = 1 / x.shape[1]!, degree = 3, coef0 = 1, unbiased = true } = options;
  if (kernel !== 'rbf' && kernel !== 'polynomial') {
    throw new WasmgradError(`mmd: kernel must be 'rbf' or 'polynomial', got '${String(kernel)}'`);
  }
  const k = (a: Tensor, b: Tensor): Tensor => {
    const products = a.matmul(b.T);
    if (kernel === 'polynomial') return products.mul(gamma).add(coef0).pow(degree);
    const squares = a.square().sum(1).unsqueeze(1).add(b.square().sum(1)).sub(products.mul(2));
    return squares.clamp({ min: 0 }).mul(-gamma).exp();
  };
  const within = (a: Tensor): number => {
    const n = a.shape[0]!;
    const all = k(a, a);
    if (!unbiased) return all.mean().item();
    return all.sum().sub(all.diagonal().sum()).item() / (n * (n - 1));
  };
  return noGrad(() =>
    scope(() => {
      const [a, b] = [x.to('float64'), y.to('float64')];
      return within(a) + within(b) - 2 * k(a, b).mean().item();
    }),
  );
}

/** Options of {@link wasserstein1}. */
export interface WassersteinOptions {
  /** The weight of each value of x; default all alike. */
  readonly xWeights?: Values;
  /** The weight of each value of y; default all alike. */
  readonly yWeights?: Values;
}

/** Sorted values with the share of weight that lies up to each. */
function distribution(
  values: Values,
  weights: Values | undefined,
  name: string,
): { values: number[]; shares: number[] } {
  const list = numbersOf(values);
  const weight = weights && numbersOf(weights);
  if (list.length === 0 || (weight && weight.length !== list.length)) {
    throw new ShapeError(
      `wasserstein1: expected values and as many weights, got ${name} [${list.length}], weights [${weight?.length ?? 0}]`,
    );
  }
  const order = Array.from(list, (_, i) => i).sort((a, b) => list[a]! - list[b]!);
  let sum = 0;
  const sums = order.map((i) => {
    const own = weight ? weight[i]! : 1;
    if (!(own >= 0) || Number.isNaN(list[i]!))
      throw new WasmgradError(`wasserstein1: ${name} has a NaN or a negative weight`);
    return (sum += own);
  });
  if (!(sum > 0 && sum < Infinity)) throw new WasmgradError(`wasserstein1: the weights of ${name} sum to ${sum}`);
  return { values: order.map((i) => list[i]!), shares: sums.map((upTo) => upTo / sum) };
}

/**
 * The first Wasserstein distance of two distributions on the line (the earth mover's), ∫|F − G|, exactly.
 *
 * Shapes: x [N], y [M] → number
 *
 * @throws ShapeError where there are no values, or weights are not as many; WasmgradError for NaN and negative weights
 *
 * Source: https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.wasserstein_distance.html
 */
export function wasserstein1(x: Values, y: Values, options: WassersteinOptions = {}): number {
  checkOptions('wasserstein1', options, ['xWeights', 'yWeights']);
  const a = distribution(x, options.xWeights, 'x');
  const b = distribution(y, options.yWeights, 'y');
  const points = [...a.values, ...b.values].sort((p, q) => p - q);
  let [i, j, sum] = [0, 0, 0];
  for (let at = 0; at + 1 < points.length; at++) {
    while (i < a.values.length && a.values[i]! <= points[at]!) i++;
    while (j < b.values.length && b.values[j]! <= points[at]!) j++;
    const gap = (i > 0 ? a.shares[i - 1]! : 0) - (j > 0 ? b.shares[j - 1]! : 0);
    sum += Math.abs(gap) * (points[at + 1]! - points[at]!);
  }
  return sum;
}
