import { noGrad } from '../autograd/mode.js';
import type { DType } from '../core/dtypes.js';
import { ShapeError } from '../core/errors.js';
import { zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPadding, embedding } from './functional/sparse.js';
import type { EmbeddingOptions } from './functional/sparse.js';
import * as init from './init.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { floatRepr } from './repr.js';

/** Options of `Embedding`: those of `F.embedding`, and `dtype` (default float32). */
export interface EmbeddingLayerOptions extends EmbeddingOptions {
  dtype?: DType;
}

/** Options of `Embedding.fromPretrained`: those of `F.embedding`, and `freeze` (default true: no gradient). */
export interface PretrainedOptions extends EmbeddingOptions {
  freeze?: boolean;
}

const OPTIONS = ['paddingIdx', 'maxNorm', 'normType', 'scaleGradByFreq'];

/**
 * A table of vectors looked up by index: y[…, :] = weight[x[…], :].
 *
 * Shapes: x [...] int32 → [..., embeddingDim]; weight [numEmbeddings, embeddingDim]
 *
 * The weight starts normal with deviation 1; the row `paddingIdx` starts at 0 and stays.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Embedding.html
 *
 * @example
 * const layer = new nn.Embedding(10, 3);
 * const y = layer.forward(tensor([1, 2, 4], { dtype: 'int32' })); // [3, 3]
 */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  weight: Parameter;

  /** @throws ShapeError where a size is not a whole number; WasmgradError where `paddingIdx` is out of range */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingLayerOptions = {}) {
    super();
    checkOptions('Embedding', options, [...OPTIONS, 'dtype']);
    for (const [name, size] of Object.entries({ numEmbeddings, embeddingDim })) {
      if (!Number.isInteger(size) || size < 0) {
        throw new ShapeError(`Embedding: ${name} must be a whole number of at least 0, got ${size}`);
      }
    }
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = checkPadding('Embedding', options.paddingIdx ?? null, numEmbeddings);
    this.maxNorm = options.maxNorm ?? null;
    this.normType = options.normType ?? 2;
    this.scaleGradByFreq = options.scaleGradByFreq ?? false;
    this.weight = new Parameter(zeros([numEmbeddings, embeddingDim], { dtype: options.dtype ?? 'float32' }));
    this.resetParameters();
  }

  /**
   * A layer around given vectors, which it shares.
   *
   * @throws ShapeError where `embeddings` has not two dims
   */
  static fromPretrained(embeddings: Tensor, options: PretrainedOptions = {}): Embedding {
    checkOptions('Embedding.fromPretrained', options, [...OPTIONS, 'freeze']);
    const [rows, width] = embeddings.shape;
    if (embeddings.ndim !== 2 || rows === undefined || width === undefined) {
      throw new ShapeError(`Embedding.fromPretrained: needs two dims, got ${embeddings.ndim}`);
    }
    const { freeze = true, ...own } = options;
    const layer = new Embedding(0, width, { ...own, paddingIdx: null });
    const paddingIdx = checkPadding('Embedding.fromPretrained', options.paddingIdx ?? null, rows);
    Object.assign(layer, { numEmbeddings: rows, paddingIdx });
    layer.weight.dispose();
    layer.weight = new Parameter(embeddings.detach(), { requiresGrad: !freeze });
    return layer;
  }

  /** Draws the weight anew. */
  resetParameters(): void {
    init.normal_(this.weight);
    const { paddingIdx } = this;
    if (paddingIdx !== null) noGrad(() => this.weight.select(0, paddingIdx).fill_(0));
  }

  /** y[…, :] = weight[x[…], :]. */
  override forward(x: Tensor): Tensor {
    const { paddingIdx, maxNorm, normType, scaleGradByFreq } = this;
    return embedding(x, this.weight, { paddingIdx, maxNorm, normType, scaleGradByFreq });
  }

  override extraRepr(): string {
    const parts = [`${this.numEmbeddings}, ${this.embeddingDim}`];
    if (this.paddingIdx !== null) parts.push(`padding_idx=${this.paddingIdx}`);
    if (this.maxNorm !== null) parts.push(`max_norm=${floatRepr(this.maxNorm)}`);
    if (this.normType !== 2) parts.push(`norm_type=${floatRepr(this.normType)}`);
    if (this.scaleGradByFreq) parts.push('scale_grad_by_freq=True');
    return parts.join(', ');
  }
}
