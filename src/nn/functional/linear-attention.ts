import { DTypeError, ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { noGrad } from '../../autograd/mode.js';
import { empty, full, zeros } from '../../tensor/creation.js';
import { cat } from '../../tensor/join.js';
import { checkTensor } from '../../tensor/operands.js';
import { checkOptions } from '../../tensor/options.js';
import { randn } from '../../tensor/random.js';
import type { RandomOptions } from '../../tensor/random.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { orthogonal_ } from '../init.js';
import { elu } from './activation.js';

/** Options of `linearAttention`. */
export interface LinearAttentionOptions {
  /** Query i looks at keys 0 … i only. Default false. */
  isCausal?: boolean;
  /** Added to the sum of the weights. Default 1e-6. */
  eps?: number;
}

/** Options of `performerAttention`. */
export interface PerformerOptions {
  /** Query i looks at keys 0 … i only. Default false. */
  isCausal?: boolean;
  /** The factor of q·k. Default 1/√E. */
  scale?: number | null;
  /** Added to features, so that no query is left without a key. Default 1e-4. */
  eps?: number;
}

/** Rows of a causal attention that are taken together: within them scores, before them sums. */
const BLOCK = 64;

function checkOperands(op: string, query: Tensor, key: Tensor, value: Tensor): void {
  const operands = [query, key, value];
  const names = ['query', 'key', 'value'];
  operands.forEach((x, i) => checkTensor(op, names[i]!, x));
  if (operands.some((x) => x.dtype !== query.dtype)) fail(DTypeError, op, 'dtypes differ', names, operands);
  if (operands.some((x) => x.ndim < 2)) fail(ShapeError, op, 'needs at least two dims', names, operands);
  if (query.shape.at(-1) !== key.shape.at(-1)) {
    fail(ShapeError, op, 'query and key differ in their last dim', names, operands);
  }
  if (key.shape.at(-2) !== value.shape.at(-2)) {
    fail(ShapeError, op, 'key and value differ in their number of rows', names, operands);
  }
}

/** y = φ(q)(φ(k)ᵀ v) / (φ(q) Σ φ(k) + eps), of features φ: the sums over keys come first, and no matrix of scores. */
function attendFeatures(op: string, q: Tensor, k: Tensor, v: Tensor, causal: boolean, eps: number): Tensor {
  // One more column of ones: its weighted sum is the sum of the weights.
  const values = cat([v, full([...v.shape.slice(0, -1), 1], 1, { dtype: v.dtype })], -1);
  const Ev = v.shape.at(-1)!;
  const share = (sums: Tensor): Tensor => sums.narrow(-1, 0, Ev).div(sums.narrow(-1, Ev, 1).add(eps));
  if (!causal) return share(q.matmul(k.transpose(-2, -1).matmul(values)));
  const [L, S] = [q.shape.at(-2)!, k.shape.at(-2)!];
  if (L !== S) fail(ShapeError, op, 'isCausal needs as many queries as keys', ['query', 'key'], [q, k]);
  if (L === 0) return share(zeros([...q.shape.slice(0, -1), Ev + 1], { dtype: q.dtype }));
  const sums: Tensor[] = [];
  let before: Tensor | null = null;
  for (let start = 0; start < L; start += BLOCK) {
    const rows = Math.min(BLOCK, L - start);
    const [a, b, c] = [q, k, values].map((x) => x.narrow(-2, start, rows)) as [Tensor, Tensor, Tensor];
    const within: Tensor = a.matmul(b.transpose(-2, -1)).tril().matmul(c);
    sums.push(before ? within.add(a.matmul(before)) : within);
    const more: Tensor = b.transpose(-2, -1).matmul(c);
    before = before ? before.add(more) : more;
  }
  return share(cat(sums, -2));
}

/**
 * Linear attention: y = φ(q)(φ(k)ᵀ v) / (φ(q) Σ φ(k)), φ = elu + 1. Costs grow with L, not with L².
 *
 * Shapes: query [..., L, E], key [..., S, E], value [..., S, Ev] → [..., L, Ev]; leading dims broadcast
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ
 *
 * Source: Katharopoulos et al. 2020, "Transformers are RNNs: fast autoregressive transformers with linear attention".
 *
 * @example
 * const y = F.linearAttention(q, k, v, { isCausal: true });
 */
export function linearAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: LinearAttentionOptions = {},
): Tensor {
  const op = 'linearAttention';
  checkOptions(op, options, ['isCausal', 'eps']);
  checkOperands(op, query, key, value);
  const { isCausal = false, eps = 1e-6 } = options;
  return attendFeatures(op, elu(query).add(1), elu(key).add(1), value, isCausal, eps);
}

/**
 * Random features for `performerAttention`: rows of random orthogonal matrices, as long as rows of normal numbers.
 *
 * Shapes: [numFeatures, dim]
 *
 * @throws ShapeError where a size is not a whole number of at least 1
 *
 * Source: Choromanski et al. 2021, "Rethinking attention with performers", section 2.4.
 */
export function orthogonalFeatures(numFeatures: number, dim: number, options: RandomOptions = {}): Tensor {
  checkOptions('orthogonalFeatures', options, ['dtype', 'requiresGrad', 'generator']);
  for (const [name, size] of Object.entries({ numFeatures, dim })) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw new ShapeError(`orthogonalFeatures: ${name} must be a whole number of at least 1, got ${String(size)}`);
  }
  const { dtype = 'float32', requiresGrad = false } = options;
  const source = options.generator ? { generator: options.generator } : {};
  return noGrad(() =>
    scope(() => {
      const blocks: Tensor[] = [];
      for (let rows = 0; rows < numFeatures; rows += dim) {
        const block = orthogonal_(empty([dim, dim], { dtype }), source);
        blocks.push(block.narrow(0, 0, Math.min(dim, numFeatures - rows)));
      }
      const lengths = randn([numFeatures, dim], { dtype, ...source }).norm(2, 1, true);
      return cat(blocks).mul(lengths);
    }),
  ).requiresGrad_(requiresGrad);
}

/** exp(w·x − ‖x‖²/2 − the largest) + eps: the largest of what `dims` name cancels out of the quotient. */
function positiveFeatures(x: Tensor, projection: Tensor, dims: readonly number[], eps: number): Tensor {
  const exponents = x.matmul(projection.transpose(0, 1));
  const largest = exponents.amax(dims, true);
  return exponents.sub(x.square().sum(-1, true).div(2)).sub(largest).exp().add(eps);
}

/**
 * Attention by random features, FAVOR+: softmax(scale·q·kᵀ)·v to within the noise of the features,
 * φ(x) = exp(W x − ‖x‖²/2)/√m. Costs grow with L, not with L².
 *
 * Shapes: query [..., L, E], key [..., S, E], value [..., S, Ev], projection [m, E] (see `orthogonalFeatures`) → [..., L, Ev]; leading
 * dims broadcast
 *
 * @throws ShapeError where sizes do not fit; DTypeError where dtypes differ
 *
 * Source: Choromanski et al. 2021, "Rethinking attention with performers".
 *
 * @example
 * const y = F.performerAttention(q, k, v, F.orthogonalFeatures(256, 64));
 */
export function performerAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  projection: Tensor,
  options: PerformerOptions = {},
): Tensor {
  const op = 'performerAttention';
  checkOptions(op, options, ['isCausal', 'scale', 'eps']);
  checkOperands(op, query, key, value);
  checkTensor(op, 'projection', projection);
  const E = query.shape.at(-1)!;
  if (projection.ndim !== 2 || projection.shape[1] !== E) {
    fail(ShapeError, op, `projection must have shape [m, ${E}]`, ['projection'], [projection]);
  }
  const { isCausal = false, eps = 1e-4 } = options;
  const scale = options.scale ?? 1 / Math.sqrt(E);
  if (!(scale > 0)) throw new WasmgradError(`${op}: scale must be above 0, got ${String(scale)}`);
  const root = Math.sqrt(scale);
  const q = positiveFeatures(query.mul(root), projection, [-1], eps);
  const k = positiveFeatures(key.mul(root), projection, [-1, -2], eps);
  return attendFeatures(op, q, k, value, isCausal, 0);
}
