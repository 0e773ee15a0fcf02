import { noGrad } from '../autograd/mode.js';
import type { DType } from '../core/dtypes.js';
import { ShapeError, checkWhole } from '../core/errors.js';
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

/** What layers of a table of vectors share: the table, and how its rows are looked up. */
export abstract class VectorTable extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  weight: Parameter;

  protected constructor(op: string, numEmbeddings: number, embeddingDim: number, options: EmbeddingLayerOptions) {
    super();
    for (const [name, size] of Object.entries({ numEmbeddings, embeddingDim })) {
      checkWhole(op, name, size, 0);
    }
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = checkPadding(op, options.paddingIdx ?? null, numEmbeddings);
    this.maxNorm = options.maxNorm ?? null;
    this.normType = options.normType ?? 2;
    this.scaleGradByFreq = options.scaleGradByFreq ?? false;
    this.weight = new Parameter(zeros([numEmbeddings, embeddingDim], { dtype: options.dtype ?? 'float32' }));
    this.resetParameters();
  }

  /** Draws the weight anew. */
  resetParameters(): void {
    init.normal_(this.weight);
    const { paddingIdx } = this;
    if (paddingIdx !== null) noGrad(() => this.weight.select(0, paddingIdx).fill_(0));
  }
}

/** @internal A layer around given vectors, which it shares. `make` makes one without rows, by the other options. */
export function around<L extends VectorTable, O extends PretrainedOptions>(
  op: string,
  embeddings: Tensor,
  options: O,
  make: (width: number, others: Omit<O, 'freeze' | 'paddingIdx'>) => L,
): L {
  const [rows, width] = embeddings.shape;
  if (embeddings.ndim !== 2 || rows === undefined || width === undefined) {
    throw new ShapeError(`${op}: needs two dims, got ${embeddings.ndim}`);
  }
  const { freeze = true, paddingIdx = null, ...others } = options;
  const layer = make(width, others);
  Object.assign(layer, { numEmbeddings: rows, paddingIdx: checkPadding(op, paddingIdx, rows) });
  layer.weight.dispose();
  layer.weight = new Parameter(embeddings.detach(), { requiresGrad: !freeze });
  return layer;
}

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
export class Embedding extends VectorTable {
  /** @throws ShapeError where a size is not a whole number; WasmgradError where `paddingIdx` is out of range */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingLayerOptions = {}) {
    checkOptions('Embedding', options, [...OPTIONS, 'dtype']);
    super('Embedding', numEmbeddings, embeddingDim, options);
  }

  /**
   * A layer around given vectors, which it shares.
   *
   * @throws ShapeError where `embeddings` has not two dims
   */
  static fromPretrained(embeddings: Tensor, options: PretrainedOptions = {}): Embedding {
    checkOptions('Embedding.fromPretrained', options, [...OPTIONS, 'freeze']);
    return around('Embedding.fromPretrained', embeddings, options, (width, others) => {
      return new Embedding(0, width, others);
    });
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
