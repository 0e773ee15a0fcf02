import { ShapeError, fail } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { noGrad } from '../autograd/mode.js';
import { zeros } from '../tensor/creation.js';
import { checkTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { linear } from './functional/linear.js';
import { linearAttention, orthogonalFeatures, performerAttention } from './functional/linear-attention.js';
import * as init from './init.js';
import { Linear } from './linear.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { pythonRepr } from './repr.js';

/** Options of `LinearAttention`. */
export interface LinearAttentionLayerOptions {
  /** Whether the projections learn biases. Default true. */
  bias?: boolean;
  /** Inputs are [N, L, E] instead of [L, N, E]. Default false. */
  batchFirst?: boolean;
  /** Query i looks at keys 0 … i only. Default false. */
  isCausal?: boolean;
}

/** Options of `PerformerAttention`. */
export interface PerformerAttentionOptions extends LinearAttentionLayerOptions {
  /** Random features of a head. Default: headDim·ln(headDim), rounded up. */
  numFeatures?: number;
}

const OPTIONS = ['bias', 'batchFirst', 'isCausal'];

/** Heads around an attention whose costs grow with the length: projections as those of `MultiheadAttention`. */
abstract class HeadsOfLinearAttention extends Module {
  readonly embedDim: number;
  readonly numHeads: number;
  readonly headDim: number;
  readonly batchFirst: boolean;
  isCausal: boolean;
  in_proj_weight: Parameter;
  in_proj_bias: Parameter | null;
  out_proj: Linear;

  constructor(name: string, embedDim: number, numHeads: number, options: LinearAttentionLayerOptions) {
    super();
    if (!Number.isInteger(embedDim) || !Number.isInteger(numHeads) || numHeads < 1 || embedDim < 1) {
      throw new ShapeError(
        `${name}: embedDim and numHeads must be whole numbers of at least 1, got ${embedDim} and ${numHeads}`,
      );
    }
    if (embedDim % numHeads !== 0) {
      throw new ShapeError(`${name}: embedDim must be divisible by numHeads, got ${embedDim} and ${numHeads}`);
    }
    const { bias = true } = options;
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.headDim = embedDim / numHeads;
    this.batchFirst = options.batchFirst ?? false;
    this.isCausal = options.isCausal ?? false;
    this.in_proj_weight = new Parameter(zeros([3 * embedDim, embedDim]));
    this.in_proj_bias = bias ? new Parameter(zeros([3 * embedDim])) : null;
    this.out_proj = new Linear(embedDim, embedDim, { bias });
    this.resetParameters();
  }

  /** Draws the projections of the inputs anew, and sets biases to zeros. */
  resetParameters(): void {
    init.xavierUniform_(this.in_proj_weight);
    if (!this.in_proj_bias) return;
    init.zeros_(this.in_proj_bias);
    init.zeros_(this.out_proj.bias!);
  }

  /** The attention of heads [N, heads, L, headDim]. */
  protected abstract attend(q: Tensor, k: Tensor, v: Tensor): Tensor;

  /** @throws ShapeError where inputs do not fit */
  override forward(query: Tensor, key: Tensor, value: Tensor): Tensor {
    const name = this.typeName();
    const operands = [query, key, value];
    const names = ['query', 'key', 'value'];
    operands.forEach((x, i) => checkTensor(name, names[i]!, x));
    const E = this.embedDim;
    const { ndim } = query;
    if ((ndim !== 2 && ndim !== 3) || operands.some((x) => x.ndim !== ndim || x.shape.at(-1) !== E)) {
      fail(ShapeError, name, `inputs must have 3 dims (or 2 without a batch), the last of ${E}`, names, operands);
    }
    const batch = ndim === 3 ? (this.batchFirst ? 0 : 1) : -1;
    if (!sameShape(key.shape, value.shape) || (batch >= 0 && key.shape[batch] !== query.shape[batch])) {
      fail(ShapeError, name, 'batch sizes or numbers of keys and values differ', names, operands);
    }
    // [N, L, heads, headDim] or [L, N, heads, headDim] or [L, heads, headDim] with the rows of a head together.
    const order = ndim === 2 ? [1, 0, 2] : this.batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3];
    const [q, k, v] = operands.map((x, i) => {
      const bias = this.in_proj_bias && this.in_proj_bias.narrow(0, i * E, E);
      const y = linear(x, this.in_proj_weight.narrow(0, i * E, E), bias);
      return y.unflatten(-1, [this.numHeads, this.headDim]).permute(order);
    }) as [Tensor, Tensor, Tensor];
    const back = ndim === 2 ? [1, 0, 2] : this.batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3];
    return this.out_proj.forward(this.attend(q, k, v).permute(back).flatten(-2));
  }

  override extraRepr(): string {
    const parts = [`${this.embedDim}, ${this.numHeads}`];
    if (this.batchFirst) parts.push(`batch_first=${pythonRepr(this.batchFirst)}`);
    if (this.isCausal) parts.push(`is_causal=${pythonRepr(this.isCausal)}`);
    return parts.join(', ');
  }
}

/**
 * Linear attention of several heads, each on its own projection of queries, keys and values; see `F.linearAttention`.
 *
 * Shapes: query [L, N, E], key and value [S, N, E] → [L, N, E]; [N, L, E] with batchFirst, [L, E] without a batch
 *
 * Source: Katharopoulos et al. 2020, "Transformers are RNNs: fast autoregressive transformers with linear attention".
 *
 * @example
 * const layer = new nn.LinearAttention(128, 4, { batchFirst: true, isCausal: true });
 * const y = layer.forward(x, x, x);
 */
export class LinearAttention extends HeadsOfLinearAttention {
  /** @throws ShapeError where embedDim is not divisible by numHeads; WasmgradError for an unknown option */
  constructor(embedDim: number, numHeads: number, options: LinearAttentionLayerOptions = {}) {
    checkOptions('LinearAttention', options, OPTIONS);
    super('LinearAttention', embedDim, numHeads, options);
  }

  protected override attend(q: Tensor, k: Tensor, v: Tensor): Tensor {
    return linearAttention(q, k, v, { isCausal: this.isCausal });
  }
}

/**
 * The attention of a Performer: softmax attention of several heads by random features; see `F.performerAttention`.
 *
 * Shapes: query [L, N, E], key and value [S, N, E] → [L, N, E]; [N, L, E] with batchFirst, [L, E] without a batch
 *
 * Source: Choromanski et al. 2021, "Rethinking attention with performers".
 *
 * @example
 * const layer = new nn.PerformerAttention(128, 4, { numFeatures: 256 });
 * const y = layer.forward(x, x, x);
 */
export class PerformerAttention extends HeadsOfLinearAttention {
  readonly numFeatures: number;
  /** The random features [numFeatures, headDim]; a buffer. */
  projection!: Tensor;

  /** @throws ShapeError where embedDim is not divisible by numHeads; WasmgradError for an unknown option */
  constructor(embedDim: number, numHeads: number, options: PerformerAttentionOptions = {}) {
    checkOptions('PerformerAttention', options, [...OPTIONS, 'numFeatures']);
    super('PerformerAttention', embedDim, numHeads, options);
    const { headDim } = this;
    this.numFeatures = options.numFeatures ?? Math.max(1, Math.ceil(headDim * Math.log(headDim)));
    this.registerBuffer('projection', orthogonalFeatures(this.numFeatures, headDim));
  }

  /** Draws the random features anew. */
  redrawFeatures(): void {
    const { dtype } = this.projection;
    noGrad(() => {
      const drawn = orthogonalFeatures(this.numFeatures, this.headDim, { dtype });
      this.projection.copy_(drawn);
      drawn.dispose();
    });
  }

  protected override attend(q: Tensor, k: Tensor, v: Tensor): Tensor {
    return performerAttention(q, k, v, this.projection, { isCausal: this.isCausal });
  }

  override extraRepr(): string {
    return `${super.extraRepr()}, num_features=${this.numFeatures}`;
  }
}
