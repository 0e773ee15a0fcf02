import type { DType } from '../core/dtypes.js';
import { WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { MultiheadAttention } from './attention.js';
import { deepcopy } from './copy.js';
import { Dropout } from './dropout.js';
import { gelu, relu } from './functional/activation.js';
import type { KVCache } from './kv-cache.js';
import { Linear } from './linear.js';
import { Module } from './module.js';
import { LayerNorm } from './normalization.js';

/** A function of a tensor, by name, as a function or as a module. */
export type TransformerActivation = 'relu' | 'gelu' | Module | ((x: Tensor) => Tensor);

/** Options of the layers of a transformer. */
export interface TransformerLayerOptions {
  /** Features between the two linear maps. Default 2048. */
  dimFeedforward?: number;
  /** Default 0.1. */
  dropout?: number;
  /** Default 'relu'. */
  activation?: TransformerActivation;
  /** Added to the variance in the layer norms. Default 1e-5. */
  layerNormEps?: number;
  /** Inputs are [N, L, E] instead of [L, N, E]. Default false. */
  batchFirst?: boolean;
  /** Normalise before attention and feed-forward rather than behind them. Default false. */
  normFirst?: boolean;
  /** Whether linear maps and norms learn biases. Default true. */
  bias?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/** Masks of `TransformerEncoderLayer`; see `MultiheadAttention`. */
export interface EncoderLayerCall {
  /** [L, L] or [N·heads, L, L]. */
  srcMask?: Tensor | null;
  /** [N, L]. */
  srcKeyPaddingMask?: Tensor | null;
  /** Says that srcMask hides the future; with a cache it hides the future by itself. Default false. */
  isCausal?: boolean;
  /** Keys and values of positions before; see `KVCache`. Default: none. */
  cache?: KVCache | null;
}

/** @internal The names of `TransformerLayerOptions`. */
export const LAYER_OPTIONS: readonly string[] = [
  'dimFeedforward',
  'dropout',
  'activation',
  'layerNormEps',
  'batchFirst',
  'normFirst',
  'bias',
  'dtype',
];

/** The feed-forward half that encoder and decoder layers share. */
export abstract class TransformerLayer extends Module {
  abstract linear1: Linear;
  abstract dropout: Dropout;
  abstract linear2: Linear;
  readonly normFirst: boolean;

  constructor(name: string, options: TransformerLayerOptions) {
    super();
    checkOptions(name, options, LAYER_OPTIONS);
    const { activation = 'relu' } = options;
    if (typeof activation === 'string' && activation !== 'relu' && activation !== 'gelu') {
      throw new WasmgradError(`${name}: activation must be 'relu', 'gelu' or a function, got '${String(activation)}'`);
    }
    this.normFirst = options.normFirst ?? false;
  }

  /** `attention` of x on `memory`, without weights. */
  protected attend(
    attention: MultiheadAttention,
    x: Tensor,
    memory: Tensor,
    masks: { attnMask: Tensor | null; keyPaddingMask: Tensor | null; isCausal: boolean; cache: KVCache | null },
    dropout: Dropout,
  ): Tensor {
    return dropout.forward(attention.forward(x, memory, memory, { ...masks, needWeights: false })[0]);
  }

  /** linear2(dropout(activation(linear1(x)))). */
  protected feedForward(x: Tensor, activation: TransformerActivation, dropout: Dropout): Tensor {
    const y = this.dropout.forward(activate(activation, this.linear1.forward(x)));
    return dropout.forward(this.linear2.forward(y));
  }
}

function activate(activation: TransformerActivation, x: Tensor): Tensor {
  if (activation === 'relu') return relu(x);
  if (activation === 'gelu') return gelu(x);
  return activation instanceof Module ? (activation.forward(x as never) as Tensor) : activation(x);
}

/** @internal `count` copies of a module. */
export function copies<M extends Module>(module: M, count: number): M[] {
  return Array.from({ length: count }, () => deepcopy(module));
}

/**
 * Self-attention and a feed-forward network, each with dropout, a shortcut and a layer norm:
 * x = norm1(x + attention(x)), y = norm2(x + linear2(activation(linear1(x)))); with normFirst x = x + attention(norm1(x)), ….
 *
 * Shapes: src [L, N, dModel] → the same; [N, L, dModel] with batchFirst, [L, dModel] without a batch
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html
 *
 * @example
 * const layer = new nn.TransformerEncoderLayer(128, 4, { dimFeedforward: 512, batchFirst: true });
 */
export class TransformerEncoderLayer extends TransformerLayer {
  self_attn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  activation: TransformerActivation;

  /** @throws ShapeError where dModel is not divisible by nhead; WasmgradError for an unknown option */
  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super('TransformerEncoderLayer', options);
    const { dimFeedforward = 2048, dropout = 0.1, layerNormEps: eps = 1e-5 } = options;
    const { batchFirst = false, bias = true, dtype = 'float32' } = options;
    this.self_attn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, bias, dtype });
    this.linear1 = new Linear(dModel, dimFeedforward, { bias, dtype });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias, dtype });
    this.norm1 = new LayerNorm(dModel, { eps, bias, dtype });
    this.norm2 = new LayerNorm(dModel, { eps, bias, dtype });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.activation = options.activation ?? 'relu';
  }

  /** `self_attn`, which has PyTorch's spelling for `stateDict`. */
  get selfAttn(): MultiheadAttention {
    return this.self_attn;
  }

  override forward(src: Tensor, options: EncoderLayerCall = {}): Tensor {
    checkOptions('TransformerEncoderLayer', options, ['srcMask', 'srcKeyPaddingMask', 'isCausal', 'cache']);
    const { srcMask: attnMask = null, srcKeyPaddingMask: keyPaddingMask = null, isCausal = false } = options;
    const masks = { attnMask, keyPaddingMask, isCausal, cache: options.cache ?? null };
    const attended = (x: Tensor): Tensor => this.attend(this.self_attn, x, x, masks, this.dropout1);
    const fed = (x: Tensor): Tensor => this.feedForward(x, this.activation, this.dropout2);
    if (this.normFirst) {
      const x = src.add(attended(this.norm1.forward(src)));
      return x.add(fed(this.norm2.forward(x)));
    }
    const x = this.norm1.forward(src.add(attended(src)));
    return this.norm2.forward(x.add(fed(x)));
  }
}

/** Masks of `TransformerEncoder`. */
export interface EncoderCall {
  /** [L, L] or [N·heads, L, L]. */
  mask?: Tensor | null;
  /** [N, L]. */
  srcKeyPaddingMask?: Tensor | null;
  /** Says that the mask hides the future; with a cache it hides the future by itself. Default false. */
  isCausal?: boolean;
  /** Keys and values of positions before, which the layers take as an option of this name; see `KVCache`. Default: none. */
  cache?: KVCache | null;
}

/**
 * Encoder layers one after the other, then the norm.
 *
 * Shapes: src [L, N, dModel] → the same
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.TransformerEncoder.html
 *
 * @example
 * const encoder = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(512, 8), 6);
 */
export class TransformerEncoder extends Module {
  layers: Module[];
  norm: Module | null;
  readonly numLayers: number;

  /**
   * @param encoderLayer the layer of which `numLayers` copies are made; it is not part of the encoder itself
   * @param options.norm a module for the end. Default: none
   */
  constructor(encoderLayer: Module, numLayers: number, options: { norm?: Module | null } = {}) {
    super();
    checkOptions('TransformerEncoder', options, ['norm']);
    this.layers = copies(encoderLayer, numLayers);
    this.norm = options.norm ?? null;
    this.numLayers = numLayers;
  }

  override forward(src: Tensor, options: EncoderCall = {}): Tensor {
    checkOptions('TransformerEncoder', options, ['mask', 'srcKeyPaddingMask', 'isCausal', 'cache']);
    const { mask: srcMask = null, srcKeyPaddingMask = null, isCausal = false, cache = null } = options;
    const given = { srcMask, srcKeyPaddingMask, isCausal, ...(cache ? { cache } : {}) };
    let y = src;
    for (const layer of this.layers) y = layer.forward(y as never, given as never) as Tensor;
    return this.norm ? (this.norm.forward(y as never) as Tensor) : y;
  }
}
