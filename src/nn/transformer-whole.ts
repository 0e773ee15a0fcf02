import type { DType } from '../core/dtypes.js';
import { ShapeError, fail } from '../core/errors.js';
import { full } from '../tensor/creation.js';
import { checkTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import * as init from './init.js';
import { Module } from './module.js';
import { LayerNorm } from './normalization.js';
import { LAYER_OPTIONS, TransformerEncoder, TransformerEncoderLayer } from './transformer.js';
import type { TransformerLayerOptions } from './transformer.js';
import { TransformerDecoder, TransformerDecoderLayer } from './transformer-decoder.js';

/** Options of `Transformer`. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** Features of inputs. Default 512. */
  dModel?: number;
  /** Heads of attention. Default 8. */
  nhead?: number;
  /** Default 6. */
  numEncoderLayers?: number;
  /** Default 6. */
  numDecoderLayers?: number;
  /** Takes the place of the encoder: called with (src, { mask, srcKeyPaddingMask, isCausal }). */
  customEncoder?: Module | null;
  /** Takes the place of the decoder: called with (tgt, memory, { tgtMask, memoryMask, …}). */
  customDecoder?: Module | null;
}

/** Masks of a call of `Transformer`; see `MultiheadAttention`. */
export interface TransformerCall {
  /** [S, S] or [N·heads, S, S]. */
  srcMask?: Tensor | null;
  /** [T, T] or [N·heads, T, T]. */
  tgtMask?: Tensor | null;
  /** [T, S] or [N·heads, T, S]. */
  memoryMask?: Tensor | null;
  /** [N, S]. */
  srcKeyPaddingMask?: Tensor | null;
  /** [N, T]. */
  tgtKeyPaddingMask?: Tensor | null;
  /** [N, S]. */
  memoryKeyPaddingMask?: Tensor | null;
  /** Says that srcMask hides the future. Default false. */
  srcIsCausal?: boolean;
  /** Says that tgtMask hides the future. Default false. */
  tgtIsCausal?: boolean;
  /** Says that memoryMask hides what comes after the query's place. Default false. */
  memoryIsCausal?: boolean;
}

const OPTIONS = ['dModel', 'nhead', 'numEncoderLayers', 'numDecoderLayers', 'customEncoder', 'customDecoder'];

const CALL = [
  'srcMask',
  'tgtMask',
  'memoryMask',
  'srcKeyPaddingMask',
  'tgtKeyPaddingMask',
  'memoryKeyPaddingMask',
  'srcIsCausal',
  'tgtIsCausal',
  'memoryIsCausal',
];

/** A stack that has taken its copies of a layer, which is freed. */
function stacked<S extends Module>(layer: Module, make: (layer: Module) => S): S {
  const stack = make(layer);
  for (const parameter of layer.parameters()) parameter.dispose();
  return stack;
}

/**
 * An encoder and a decoder: y = decoder(tgt, encoder(src)), each with a norm at its end. Weights start Xavier uniform.
 *
 * Shapes: src [S, N, dModel], tgt [T, N, dModel] → [T, N, dModel]; N first with batchFirst, and no N without a batch
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Transformer.html; Vaswani et al. 2017, "Attention is all you need".
 *
 * @example
 * const model = new nn.Transformer({ dModel: 64, nhead: 4, numEncoderLayers: 2, numDecoderLayers: 2, dimFeedforward: 128 });
 * const tgtMask = nn.Transformer.generateSquareSubsequentMask(20);
 * const y = model.forward(randn([10, 32, 64]), randn([20, 32, 64]), { tgtMask, tgtIsCausal: true });
 */
export class Transformer extends Module {
  encoder: Module;
  decoder: Module;
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;

  /**
   * @param given the options, or `dModel`
   * @throws ShapeError where dModel is not divisible by nhead; WasmgradError for an unknown option
   */
  constructor(given: TransformerOptions | number = {}) {
    super();
    const options = typeof given === 'number' ? { dModel: given } : given;
    checkOptions('Transformer', options, [...OPTIONS, ...LAYER_OPTIONS]);
    const { dModel = 512, nhead = 8, numEncoderLayers = 6, numDecoderLayers = 6, ...rest } = options;
    const { customEncoder = null, customDecoder = null, ...own } = rest;
    const { layerNormEps: eps = 1e-5, bias = true, dtype = 'float32' } = own;
    const norm = (): LayerNorm => new LayerNorm(dModel, { eps, bias, dtype });
    this.encoder =
      customEncoder ??
      stacked(new TransformerEncoderLayer(dModel, nhead, own), (layer) => {
        return new TransformerEncoder(layer, numEncoderLayers, { norm: norm() });
      });
    this.decoder =
      customDecoder ??
      stacked(new TransformerDecoderLayer(dModel, nhead, own), (layer) => {
        return new TransformerDecoder(layer, numDecoderLayers, { norm: norm() });
      });
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = own.batchFirst ?? false;
    this.resetParameters();
  }

  /** Draws all matrices anew, Xavier uniform. */
  resetParameters(): void {
    for (const parameter of this.parameters()) if (parameter.ndim > 1) init.xavierUniform_(parameter);
  }

  /** What hides the future, added to scores: [size, size], -Infinity above the diagonal and 0 elsewhere. */
  static generateSquareSubsequentMask(size: number, options: { dtype?: DType } = {}): Tensor {
    checkOptions('generateSquareSubsequentMask', options, ['dtype']);
    return full([size, size], -Infinity, { dtype: options.dtype ?? 'float32' }).triu(1);
  }

  /** @throws ShapeError where batches or features differ */
  override forward(src: Tensor, tgt: Tensor, options: TransformerCall = {}): Tensor {
    checkOptions('Transformer', options, CALL);
    const operands = [src, tgt];
    const names = ['src', 'tgt'];
    operands.forEach((x, i) => checkTensor('Transformer', names[i]!, x));
    if (src.ndim !== tgt.ndim || (src.ndim !== 2 && src.ndim !== 3)) {
      fail(ShapeError, 'Transformer', 'src and tgt must have 3 dims (or 2 without a batch)', names, operands);
    }
    const at = this.batchFirst ? 0 : 1;
    if (src.ndim === 3 && src.shape[at] !== tgt.shape[at]) {
      fail(ShapeError, 'Transformer', 'batch sizes differ', names, operands);
    }
    if (operands.some((x) => x.shape.at(-1) !== this.dModel)) {
      fail(ShapeError, 'Transformer', `the last dims must be dModel ${this.dModel}`, names, operands);
    }
    const { srcMask: mask = null, srcKeyPaddingMask = null, srcIsCausal: isCausal = false, ...forDecoder } = options;
    const memory = this.encoder.forward(src as never, { mask, srcKeyPaddingMask, isCausal } as never);
    return this.decoder.forward(tgt as never, memory as never, forDecoder as never) as Tensor;
  }
}
