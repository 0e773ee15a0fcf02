import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { MultiheadAttention } from './attention.js';
import { Dropout } from './dropout.js';
import type { KVCache } from './kv-cache.js';
import { Linear } from './linear.js';
import { Module } from './module.js';
import { LayerNorm } from './normalization.js';
import { TransformerLayer, copies } from './transformer.js';
import type { TransformerActivation, TransformerLayerOptions } from './transformer.js';

/** Masks of `TransformerDecoderLayer`; see `MultiheadAttention`. */
export interface DecoderLayerCall {
  /** [T, T] or [N·heads, T, T]. */
  tgtMask?: Tensor | null;
  /** [T, S] or [N·heads, T, S]. */
  memoryMask?: Tensor | null;
  /** [N, T]. */
  tgtKeyPaddingMask?: Tensor | null;
  /** [N, S]. */
  memoryKeyPaddingMask?: Tensor | null;
  /** Says that tgtMask hides the future; with a cache it hides the future by itself. Default false. */
  tgtIsCausal?: boolean;
  /** Says that memoryMask hides what comes after the query's place. Default false. */
  memoryIsCausal?: boolean;
  /** Keys and values of positions before, and those of the memory; see `KVCache`. Default: none. */
  cache?: KVCache | null;
}

/** Masks of `TransformerDecoder`. */
export type DecoderCall = DecoderLayerCall;

const CALL = [
  'tgtMask',
  'memoryMask',
  'tgtKeyPaddingMask',
  'memoryKeyPaddingMask',
  'tgtIsCausal',
  'memoryIsCausal',
  'cache',
];

/**
 * Self-attention, attention on the encoder's result, and a feed-forward network, each with dropout, a shortcut and a layer norm:
 * x = norm1(x + attention(x)), x = norm2(x + attention(x, memory)), y = norm3(x + linear2(activation(linear1(x)))); with normFirst
 * x = x + attention(norm1(x)), ….
 *
 * Shapes: tgt [T, N, dModel], memory [S, N, dModel] → [T, N, dModel]; N first with batchFirst, and no N without a batch
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.TransformerDecoderLayer.html
 *
 * @example
 * const layer = new nn.TransformerDecoderLayer(512, 8);
 * const y = layer.forward(randn([20, 32, 512]), randn([10, 32, 512]));
 */
export class TransformerDecoderLayer extends TransformerLayer {
  self_attn: MultiheadAttention;
  multihead_attn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  dropout3: Dropout;
  activation: TransformerActivation;

  /** @throws ShapeError where dModel is not divisible by nhead; WasmgradError for an unknown option */
  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super('TransformerDecoderLayer', options);
    const { dimFeedforward = 2048, dropout = 0.1, layerNormEps: eps = 1e-5 } = options;
    const { batchFirst = false, bias = true, dtype = 'float32' } = options;
    this.self_attn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, bias, dtype });
    this.multihead_attn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, bias, dtype });
    this.linear1 = new Linear(dModel, dimFeedforward, { bias, dtype });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias, dtype });
    this.norm1 = new LayerNorm(dModel, { eps, bias, dtype });
    this.norm2 = new LayerNorm(dModel, { eps, bias, dtype });
    this.norm3 = new LayerNorm(dModel, { eps, bias, dtype });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
    this.activation = options.activation ?? 'relu';
  }

  override forward(tgt: Tensor, memory: Tensor, options: DecoderLayerCall = {}): Tensor {
    checkOptions('TransformerDecoderLayer', options, CALL);
    const { cache = null } = options;
    const own = {
      attnMask: options.tgtMask ?? null,
      keyPaddingMask: options.tgtKeyPaddingMask ?? null,
      isCausal: options.tgtIsCausal ?? false,
      cache,
    };
    const other = {
      attnMask: options.memoryMask ?? null,
      keyPaddingMask: options.memoryKeyPaddingMask ?? null,
      isCausal: options.memoryIsCausal ?? false,
      cache,
    };
    const attended = (x: Tensor): Tensor => this.attend(this.self_attn, x, x, own, this.dropout1);
    const looked = (x: Tensor): Tensor => this.attend(this.multihead_attn, x, memory, other, this.dropout2);
    const fed = (x: Tensor): Tensor => this.feedForward(x, this.activation, this.dropout3);
    let x = tgt;
    if (this.normFirst) {
      x = x.add(attended(this.norm1.forward(x)));
      x = x.add(looked(this.norm2.forward(x)));
      return x.add(fed(this.norm3.forward(x)));
    }
    x = this.norm1.forward(x.add(attended(x)));
    x = this.norm2.forward(x.add(looked(x)));
    return this.norm3.forward(x.add(fed(x)));
  }
}

/**
 * Decoder layers one after the other, then the norm.
 *
 * Shapes: tgt [T, N, dModel], memory [S, N, dModel] → [T, N, dModel]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.TransformerDecoder.html
 *
 * @example
 * const decoder = new nn.TransformerDecoder(new nn.TransformerDecoderLayer(512, 8), 6);
 */
export class TransformerDecoder extends Module {
  layers: Module[];
  norm: Module | null;
  readonly numLayers: number;

  /**
   * @param decoderLayer the layer of which `numLayers` copies are made; it is not part of the decoder itself
   * @param options.norm a module for the end. Default: none
   */
  constructor(decoderLayer: Module, numLayers: number, options: { norm?: Module | null } = {}) {
    super();
    checkOptions('TransformerDecoder', options, ['norm']);
    this.layers = copies(decoderLayer, numLayers);
    this.norm = options.norm ?? null;
    this.numLayers = numLayers;
  }

  override forward(tgt: Tensor, memory: Tensor, options: DecoderCall = {}): Tensor {
    checkOptions('TransformerDecoder', options, CALL);
    let y = tgt;
    for (const layer of this.layers) y = layer.forward(y as never, memory as never, options as never) as Tensor;
    return this.norm ? (this.norm.forward(y as never) as Tensor) : y;
  }
}
