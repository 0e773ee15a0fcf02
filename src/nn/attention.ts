import { isFloat } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, fail, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { applyMany } from '../autograd/apply.js';
import { attention } from '../ops/attention.js';
import { full, zeros } from '../tensor/creation.js';
import { cat } from '../tensor/join.js';
import { checkTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { attend, attentionWeights } from './functional/attention.js';
import { dropout } from './functional/dropout.js';
import { linear } from './functional/linear.js';
import * as init from './init.js';
import type { KVCache } from './kv-cache.js';
import { Linear } from './linear.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** Options of `MultiheadAttention`. */
export interface MultiheadAttentionOptions {
  /** The probability that a weight is dropped while training. Default 0. */
  dropout?: number;
  /** Whether the projections learn biases. Default true. */
  bias?: boolean;
  /** Learn one more key and value. Default false. */
  addBiasKv?: boolean;
  /** Add a key and a value of zeros. Default false. */
  addZeroAttn?: boolean;
  /** Features of keys. Default embedDim. */
  kdim?: number | null;
  /** Features of values. Default embedDim. */
  vdim?: number | null;
  /** Inputs are [N, L, E] instead of [L, N, E]. Default false. */
  batchFirst?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/** Options of a call of `MultiheadAttention`. */
export interface MultiheadAttentionCall {
  /** [L, S] or [N·heads, L, S]: booleans, true where a query may not look, or what is added to the scores. */
  attnMask?: Tensor | null;
  /** [N, S] (or [S] without a batch): true for keys that are padding, or what is added to their scores. */
  keyPaddingMask?: Tensor | null;
  /** Return the weights, too; without them blocks of scores are all that is ever in memory. Default true. */
  needWeights?: boolean;
  /** Return the mean of the heads' weights. Default true. */
  averageAttnWeights?: boolean;
  /** Says that attnMask hides the future, so that it need not be read; with a cache it hides the future by itself. Default false. */
  isCausal?: boolean;
  /** Keys and values of positions before, to which those of this call are added; masks are then [L, S] with all of them. Default: none. */
  cache?: KVCache | null;
}

/** The projection at the end, under the name that PyTorch prints. */
class NonDynamicallyQuantizableLinear extends Linear {}

const name = 'MultiheadAttention';

function shapeError(problem: string, names: readonly string[], operands: readonly Tensor[]): never {
  return fail(ShapeError, name, problem, names, operands);
}

function checkMask(mask: Tensor, what: string, shapes: readonly (readonly number[])[]): void {
  checkTensor(name, what, mask);
  if (mask.dtype !== 'bool' && !isFloat(mask.dtype))
    fail(DTypeError, name, `${what} must be bool or float`, [what], [mask]);
  if (shapes.some((shape) => sameShape(mask.shape, shape))) return;
  shapeError(`${what} must have shape ${shapes.map(formatShape).join(' or ')}`, [what], [mask]);
}

/** A mask as what is added to scores: -Infinity where a boolean is true. */
function additive(mask: Tensor, like: Tensor): Tensor {
  if (mask.dtype !== 'bool') return mask.to(like.dtype);
  return zeros(mask.shape, { dtype: like.dtype }).maskedFill(mask, -Infinity);
}

/** Two masks, true where a query may not look or added to scores, as one: true where it may look, or added. */
function mergeMasks(a: Tensor | null, b: Tensor | null, like: Tensor): Tensor | null {
  if (a && b) {
    if (a.dtype === 'bool' && b.dtype === 'bool') return a.logicalOr(b).logicalNot();
    return additive(a, like).add(additive(b, like));
  }
  const mask = a ?? b;
  return mask && (mask.dtype === 'bool' ? mask.logicalNot() : mask.to(like.dtype));
}

/** One more column for each added key, which all queries see. */
function widen(mask: Tensor | null, columns: number): Tensor | null {
  if (!mask || columns === 0) return mask;
  return cat([mask, zeros([...mask.shape.slice(0, -1), columns], { dtype: mask.dtype })], -1);
}

/**
 * Attention of several heads, each on its own projection of queries, keys and values:
 * y = concat(heads)·out_projᵀ + bias, head = softmax(q kᵀ/√headDim + mask) v.
 *
 * Shapes: query [L, N, E], key [S, N, kdim], value [S, N, vdim] → y [L, N, E], weights [N, L, S]; with batchFirst N comes first;
 * without a batch [L, E], [S, kdim], [S, vdim] → [L, E], [L, S]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html;
 * Vaswani et al. 2017, "Attention is all you need".
 *
 * @example
 * const layer = new nn.MultiheadAttention(128, 4, { batchFirst: true });
 * const [y] = layer.forward(x, x, x, { needWeights: false });
 */
export class MultiheadAttention extends Module {
  readonly embedDim: number;
  readonly numHeads: number;
  readonly headDim: number;
  readonly kdim: number;
  readonly vdim: number;
  dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;
  /** The projections of queries, keys and values where keys or values have other features than queries. */
  q_proj_weight: Parameter | null = null;
  k_proj_weight: Parameter | null = null;
  v_proj_weight: Parameter | null = null;
  /** The projections of queries, keys and values, one below the other. */
  in_proj_weight: Parameter | null = null;
  in_proj_bias: Parameter | null = null;
  bias_k: Parameter | null = null;
  bias_v: Parameter | null = null;
  out_proj: Linear;

  /** @throws ShapeError where embedDim is not divisible by numHeads; WasmgradError for an unknown option */
  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    checkOptions(name, options, ['dropout', 'bias', 'addBiasKv', 'addZeroAttn', 'kdim', 'vdim', 'batchFirst', 'dtype']);
    if (!Number.isInteger(embedDim) || !Number.isInteger(numHeads) || embedDim <= 0 || numHeads <= 0) {
      throw new ShapeError(
        `${name}: embedDim and numHeads must be whole numbers of at least 1, got ${embedDim} and ${numHeads}`,
      );
    }
    if (embedDim % numHeads !== 0) {
      throw new ShapeError(`${name}: embedDim must be divisible by numHeads, got ${embedDim} and ${numHeads}`);
    }
    const { bias = true, dtype = 'float32' } = options;
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.headDim = embedDim / numHeads;
    this.kdim = options.kdim ?? embedDim;
    this.vdim = options.vdim ?? embedDim;
    this.dropout = options.dropout ?? 0;
    this.batchFirst = options.batchFirst ?? false;
    this.addZeroAttn = options.addZeroAttn ?? false;
    const parameter = (...shape: number[]): Parameter => new Parameter(zeros(shape, { dtype }));
    if (this.kdim === embedDim && this.vdim === embedDim) this.in_proj_weight = parameter(3 * embedDim, embedDim);
    else {
      this.q_proj_weight = parameter(embedDim, embedDim);
      this.k_proj_weight = parameter(embedDim, this.kdim);
      this.v_proj_weight = parameter(embedDim, this.vdim);
    }
    if (bias) this.in_proj_bias = parameter(3 * embedDim);
    if (options.addBiasKv) {
      this.bias_k = parameter(1, 1, embedDim);
      this.bias_v = parameter(1, 1, embedDim);
    }
    this.out_proj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias, dtype });
    this.resetParameters();
  }

  /** Draws the projections of the inputs anew, and sets biases to zeros. */
  resetParameters(): void {
    for (const weight of [this.in_proj_weight, this.q_proj_weight, this.k_proj_weight, this.v_proj_weight]) {
      if (weight) init.xavierUniform_(weight);
    }
    if (this.in_proj_bias) {
      init.zeros_(this.in_proj_bias);
      init.zeros_(this.out_proj.bias!);
    }
    if (this.bias_k) init.xavierNormal_(this.bias_k);
    if (this.bias_v) init.xavierNormal_(this.bias_v);
  }

  /** `out_proj`, which has PyTorch's spelling for `stateDict`. */
  get outProj(): Linear {
    return this.out_proj;
  }

  /**
   * The result and, unless `needWeights` is false, the weights.
   *
   * @throws ShapeError, DTypeError where inputs or masks do not fit; WasmgradError for isCausal without attnMask or cache, and for a
   *   cache where keys are added
   */
  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: MultiheadAttentionCall = {},
  ): [Tensor, Tensor | null] {
    checkOptions(name, options, [
      'attnMask',
      'keyPaddingMask',
      'needWeights',
      'averageAttnWeights',
      'isCausal',
      'cache',
    ]);
    this.checkInputs(query, key, value);
    const { keyPaddingMask = null, needWeights = true, averageAttnWeights = true } = options;
    const { isCausal = false, cache = null } = options;
    let { attnMask = null } = options;
    if (isCausal && !attnMask && !cache)
      throw new WasmgradError(`${name}: isCausal needs attnMask (it says what that mask is)`);
    if (query.ndim === 2) {
      const at = this.batchFirst ? 0 : 1;
      // What is one tensor stays one: it is projected once.
      const q = query.unsqueeze(at);
      const k = key === query ? q : key.unsqueeze(at);
      const v = value === query ? q : value === key ? k : value.unsqueeze(at);
      const padding = keyPaddingMask && keyPaddingMask.unsqueeze(0);
      const [y, weights] = this.forward(q, k, v, { ...options, keyPaddingMask: padding });
      return [y.squeeze(at), weights && weights.squeeze(0)];
    }
    const [N, L] = this.sizes(query);
    const cached = cache && this.cachedHeads(cache, query, key, value);
    const S = cached ? cached[1].shape[2]! : this.sizes(key)[1];
    // New positions come after those in the cache.
    if (isCausal && !attnMask && L > 1) attnMask = full([L, S], true, { dtype: 'bool' }).triu(S - L + 1);
    const added = (this.bias_k ? 1 : 0) + (this.addZeroAttn ? 1 : 0);
    const fast = !needWeights && !(this.training && this.dropout > 0);
    // A mask that says that it hides the future only is not read where the kernel does so itself.
    const causal = isCausal && fast && !keyPaddingMask && added === 0 && (!cache || S === L);
    const mask = causal ? null : this.maskOf(attnMask, keyPaddingMask, [N, L, S], added, query);
    const fused = fast && !mask?.requiresGrad;
    const scale = 1 / Math.sqrt(this.headDim);
    let y: Tensor;
    let weights: Tensor | null = null;
    if (fused && added === 0 && !cached && this.in_proj_weight && query === key && key === value) {
      const packed = { heads: this.numHeads, batchFirst: this.batchFirst };
      const projected = linear(query, this.in_proj_weight, this.in_proj_bias);
      y = applyMany(attention, [projected, null, null, mask], { scale, causal, packed })[0]!;
    } else {
      const [q, k, v] = cached ?? this.projectedHeads(query, key, value);
      if (fused) {
        const rows = attend(q, k, v, mask, causal, scale, false).reshape([N, L, this.embedDim]);
        y = this.batchFirst ? rows : rows.transpose(0, 1);
      } else {
        weights = dropout(attentionWeights(q, k, mask, causal, scale), { p: this.dropout, training: this.training });
        const rows = weights.matmul(v).permute(this.batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]);
        y = rows.reshape([...query.shape.slice(0, 2), this.embedDim]);
      }
    }
    y = linear(y, this.out_proj.weight, this.out_proj.bias);
    if (!needWeights) return [y, null];
    return [y, averageAttnWeights ? weights!.mean(1) : weights];
  }

  /** The batch and the rows of an input. */
  private sizes(x: Tensor): readonly [number, number] {
    const [a, b] = x.shape as [number, number];
    return this.batchFirst ? [a, b] : [b, a];
  }

  private checkInputs(query: Tensor, key: Tensor, value: Tensor): void {
    const names = ['query', 'key', 'value'];
    const operands = [query, key, value];
    operands.forEach((x, i) => checkTensor(name, names[i]!, x));
    const { ndim } = query;
    if ((ndim !== 2 && ndim !== 3) || key.ndim !== ndim || value.ndim !== ndim) {
      shapeError('inputs must have 3 dims (or 2 without a batch)', names, operands);
    }
    const features = [this.embedDim, this.kdim, this.vdim];
    if (operands.some((x, i) => x.shape.at(-1) !== features[i])) {
      shapeError(`the last dims must be ${features.join(', ')}`, names, operands);
    }
    if (!sameShape(key.shape.slice(0, -1), value.shape.slice(0, -1))) {
      shapeError('key and value differ in more than their last dim', names, operands);
    }
    if (ndim === 3 && this.sizes(query)[0] !== this.sizes(key)[0]) shapeError('batch sizes differ', names, operands);
  }

  /** Both masks as one of shape [N, heads, L, S + added], or null. */
  private maskOf(
    attnMask: Tensor | null,
    padding: Tensor | null,
    [N, L, S]: readonly [number, number, number],
    added: number,
    like: Tensor,
  ): Tensor | null {
    const heads = this.numHeads;
    if (attnMask)
      checkMask(attnMask, 'attnMask', [
        [L, S],
        [N * heads, L, S],
      ]);
    if (padding) checkMask(padding, 'keyPaddingMask', [[N, S]]);
    const seen = attnMask?.ndim === 3 ? attnMask.reshape([N, heads, L, S]) : attnMask;
    const mask = mergeMasks(widen(seen, added), widen(padding, added)?.reshape([N, 1, 1, S + added]) ?? null, like);
    return mask && mask.expand([N, heads, L, S + added]);
  }

  /** Projected queries, keys and values, each [..., embedDim], with the keys and values that were added. */
  private project(query: Tensor, key: Tensor, value: Tensor): [Tensor, Tensor, Tensor] {
    let parts: Tensor[];
    if (this.in_proj_weight && query === key && key === value) parts = this.part(query, 0, 3);
    else if (this.in_proj_weight && key === value) parts = [...this.part(query, 0, 1), ...this.part(key, 1, 2)];
    else parts = [...this.part(query, 0, 1), ...this.part(key, 1, 1), ...this.part(value, 2, 1)];
    let [q, k, v] = parts as [Tensor, Tensor, Tensor];
    const at = this.batchFirst ? 1 : 0;
    const one = k.shape.map((size, d) => (d === at ? 1 : size));
    if (this.bias_k) [k, v] = [cat([k, this.bias_k.expand(one)], at), cat([v, this.bias_v!.expand(one)], at)];
    if (this.addZeroAttn) [k, v] = [k, v].map((x) => cat([x, zeros(one, { dtype: x.dtype })], at)) as [Tensor, Tensor];
    return [q, k, v];
  }

  /** Some of the three projections, from the first one wanted on. */
  private part(x: Tensor, from: number, parts: number): Tensor[] {
    const E = this.embedDim;
    const bias = this.in_proj_bias;
    const own = [this.q_proj_weight, this.k_proj_weight, this.v_proj_weight][from];
    const w = own ?? this.in_proj_weight!.narrow(0, from * E, parts * E);
    return linear(x, w, bias && bias.narrow(0, from * E, parts * E)).chunk(parts, -1);
  }

  /** Projected queries, keys and values as [N, heads, rows, headDim]. */
  private projectedHeads(query: Tensor, key: Tensor, value: Tensor): [Tensor, Tensor, Tensor] {
    return this.project(query, key, value).map((x) => this.heads(x)) as [Tensor, Tensor, Tensor];
  }

  /** As `projectedHeads`, with the keys and values of the cache: the input's are new positions, those of another tensor stay. */
  private cachedHeads(cache: KVCache, query: Tensor, key: Tensor, value: Tensor): [Tensor, Tensor, Tensor] {
    if (this.bias_k || this.addZeroAttn) {
      throw new WasmgradError(`${name}: a cache does not go with addBiasKv or addZeroAttn`);
    }
    if (key === query && value === query) {
      const [q, k, v] = this.projectedHeads(query, key, value);
      return [q, ...cache.append(this, k, v)];
    }
    const [q] = this.part(query, 0, 1) as [Tensor];
    return [
      this.heads(q),
      ...cache.fixed(this, () => this.projectedHeads(query, key, value).slice(1) as [Tensor, Tensor]),
    ];
  }

  /** [N, rows, embedDim] or [rows, N, embedDim] as [N, heads, rows, headDim]. */
  private heads(x: Tensor): Tensor {
    const [a, b] = x.shape as [number, number];
    const apart = x.reshape([a, b, this.numHeads, this.headDim]);
    return apart.permute(this.batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3]);
  }
}
