import type { DType } from '../core/dtypes.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { embeddingBag } from './functional/embedding-bag.js';
import type { BagMode, EmbeddingBagOptions } from './functional/embedding-bag.js';
import { floatRepr } from './repr.js';
import { VectorTable, around } from './sparse.js';

/** Options of `EmbeddingBag`: those of `F.embeddingBag` that are no inputs, and `dtype` (default float32). */
export interface EmbeddingBagLayerOptions extends Omit<EmbeddingBagOptions, 'offsets' | 'perSampleWeights'> {
  readonly dtype?: DType;
}

/** Options of `EmbeddingBag.fromPretrained`; `freeze` (default true) means no gradient. */
export interface PretrainedBagOptions extends Omit<EmbeddingBagLayerOptions, 'dtype'> {
  readonly freeze?: boolean;
}

const OPTIONS = ['maxNorm', 'normType', 'scaleGradByFreq', 'mode', 'includeLastOffset', 'paddingIdx'];

/**
 * Sums, means or maxima of rows of a table; see `F.embeddingBag`.
 *
 * Shapes: x [B, L], or [n] with offsets [B], int32 → [B, embeddingDim]; weight [numEmbeddings, embeddingDim]
 *
 * The weight starts normal with deviation 1; the row `paddingIdx` starts at 0 and stays.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.EmbeddingBag.html
 *
 * @example
 * const bag = new nn.EmbeddingBag(10, 3, { mode: 'sum' });
 * bag.forward(tensor([1, 2, 4, 5], { dtype: 'int32' }), tensor([0, 2], { dtype: 'int32' })); // [2, 3]
 */
export class EmbeddingBag extends VectorTable {
  readonly mode: BagMode;
  readonly includeLastOffset: boolean;

  /** @throws ShapeError where a size is no whole number; WasmgradError for an unknown option */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagLayerOptions = {}) {
    checkOptions('EmbeddingBag', options, [...OPTIONS, 'dtype']);
    super('EmbeddingBag', numEmbeddings, embeddingDim, options);
    this.mode = options.mode ?? 'mean';
    this.includeLastOffset = options.includeLastOffset ?? false;
  }

  /**
   * A layer around given vectors, which it shares.
   *
   * @throws ShapeError where `embeddings` has not two dims
   */
  static fromPretrained(embeddings: Tensor, options: PretrainedBagOptions = {}): EmbeddingBag {
    checkOptions('EmbeddingBag.fromPretrained', options, [...OPTIONS, 'freeze']);
    return around('EmbeddingBag.fromPretrained', embeddings, options, (width, others) => {
      return new EmbeddingBag(0, width, others);
    });
  }

  /**
   * @param offsets where the bags of a flat input start
   * @param perSampleWeights a factor for each looked up row
   */
  override forward(x: Tensor, offsets: Tensor | null = null, perSampleWeights: Tensor | null = null): Tensor {
    const { maxNorm, normType, scaleGradByFreq, mode, includeLastOffset, paddingIdx } = this;
    const options = { maxNorm, normType, scaleGradByFreq, mode, includeLastOffset, paddingIdx, perSampleWeights };
    return embeddingBag(x, this.weight, offsets, options);
  }

  override extraRepr(): string {
    const parts = [`${this.numEmbeddings}, ${this.embeddingDim}`];
    if (this.maxNorm !== null) parts.push(`max_norm=${floatRepr(this.maxNorm)}`);
    if (this.normType !== 2) parts.push(`norm_type=${floatRepr(this.normType)}`);
    if (this.scaleGradByFreq) parts.push('scale_grad_by_freq=True');
    parts.push(`mode=${this.mode}`);
    if (this.paddingIdx !== null) parts.push(`padding_idx=${this.paddingIdx}`);
    return parts.join(', ');
  }
}
