import type { DType } from '../core/dtypes.js';
import { ShapeError, WasmgradError, checkWhole, fail } from '../core/errors.js';
import { tensor, zeros } from '../tensor/creation.js';
import { checkTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { dropout } from './functional/dropout.js';
import { applyRotary, checkLength, rotations } from './functional/position.js';
import * as init from './init.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { floatRepr, pythonRepr } from './repr.js';

/** Options of encodings that are added to the input. */
export interface PositionalOptions {
  /** The most positions. Default 5000. */
  maxLen?: number;
  /** The probability that an element of the sum is dropped while training. Default 0. */
  dropout?: number;
  /** Inputs are [N, L, dModel] instead of [L, N, dModel]. Default false. */
  batchFirst?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/** Options of a call of a positional encoding. */
export interface PositionalCall {
  /** The position of the first element, such as the length of a `KVCache`. Default 0. */
  offset?: number;
}

const OPTIONS = ['maxLen', 'dropout', 'batchFirst', 'dtype'];

function checkOffset(name: string, L: number, offset: number, maxLen: number): void {
  if (Number.isInteger(offset) && offset >= 0 && offset + L <= maxLen) return;
  throw new ShapeError(`${name}: ${L} positions from ${offset} on exceed maxLen ${maxLen}`);
}

/** y = dropout(x + positions). */
abstract class PositionalEncoding extends Module {
  readonly dModel: number;
  readonly maxLen: number;
  dropout: number;
  readonly batchFirst: boolean;

  constructor(name: string, dModel: number, options: PositionalOptions) {
    super();
    checkWhole(name, 'dModel', dModel, 1);
    this.dModel = dModel;
    this.maxLen = options.maxLen ?? 5000;
    checkLength(name, this.maxLen);
    this.dropout = options.dropout ?? 0;
    this.batchFirst = options.batchFirst ?? false;
    if (!(this.dropout >= 0 && this.dropout <= 1)) {
      throw new WasmgradError(`${name}: dropout must be from 0 to 1, got ${String(this.dropout)}`);
    }
  }

  /** x with rows of `table` [maxLen, dModel] added. */
  protected added(x: Tensor, table: Tensor, options: PositionalCall): Tensor {
    const name = this.typeName();
    checkOptions(name, options, ['offset']);
    checkTensor(name, 'x', x);
    if ((x.ndim !== 2 && x.ndim !== 3) || x.shape.at(-1) !== this.dModel) {
      fail(ShapeError, name, `x must have 3 dims (or 2 without a batch), the last of ${this.dModel}`, ['x'], [x]);
    }
    const alongRows = x.ndim === 2 || this.batchFirst;
    const L = x.shape.at(alongRows ? -2 : 0)!;
    const { offset = 0 } = options;
    checkOffset(name, L, offset, this.maxLen);
    const rows = table.narrow(0, offset, L);
    return dropout(x.add(alongRows ? rows : rows.unsqueeze(1)), { p: this.dropout, training: this.training });
  }

  override extraRepr(): string {
    const parts = [`${this.dModel}, max_len=${this.maxLen}`];
    if (this.dropout !== 0) parts.push(`dropout=${floatRepr(this.dropout)}`);
    if (this.batchFirst) parts.push(`batch_first=${pythonRepr(this.batchFirst)}`);
    return parts.join(', ');
  }
}

/**
 * Sines and cosines of positions, added: y = x + pe, pe[t, 2i] = sin(t / 10000^(2i/dModel)), pe[t, 2i + 1] = cos(the same).
 *
 * Shapes: x [L, N, dModel] ([N, L, dModel] with batchFirst, [L, dModel] without a batch) → the same
 *
 * @throws ShapeError where x does not fit, or positions exceed maxLen
 *
 * Source: Vaswani et al. 2017, "Attention is all you need", section 3.5.
 *
 * @example
 * const y = new nn.SinusoidalPositionalEncoding(512, { dropout: 0.1 }).forward(x);
 */
export class SinusoidalPositionalEncoding extends PositionalEncoding {
  /** [maxLen, dModel]; not part of `stateDict`. */
  pe!: Tensor;

  constructor(dModel: number, options: PositionalOptions = {}) {
    checkOptions('SinusoidalPositionalEncoding', options, OPTIONS);
    super('SinusoidalPositionalEncoding', dModel, options);
    const table = Float64Array.from({ length: this.maxLen * dModel }, (_, at) => {
      const i = at % dModel;
      const angle = Math.floor(at / dModel) / 10000 ** ((i - (i % 2)) / dModel);
      return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    const dtype = options.dtype ?? 'float32';
    this.registerBuffer('pe', tensor(table, { shape: [this.maxLen, dModel], dtype }), { persistent: false });
  }

  override forward(x: Tensor, options: PositionalCall = {}): Tensor {
    return this.added(x, this.pe, options);
  }
}

/** Options of `LearnedPositionalEncoding`. */
export interface LearnedPositionalOptions extends PositionalOptions {
  /** The deviation of the first values. Default 0.02. */
  std?: number;
}

/**
 * A learned vector for each position, added: y = x + weight[t]. The weight starts normal with deviation `std`.
 *
 * Shapes: x [L, N, dModel] ([N, L, dModel] with batchFirst, [L, dModel] without a batch) → the same; weight [maxLen, dModel]
 *
 * @throws ShapeError where x does not fit, or positions exceed maxLen
 *
 * Source: Gehring et al. 2017, "Convolutional sequence to sequence learning"; Radford et al. 2018, "Improving language understanding by
 * generative pre-training".
 *
 * @example
 * const positions = new nn.LearnedPositionalEncoding(512, { maxLen: 1024, batchFirst: true });
 */
export class LearnedPositionalEncoding extends PositionalEncoding {
  readonly std: number;
  weight: Parameter;

  constructor(dModel: number, options: LearnedPositionalOptions = {}) {
    checkOptions('LearnedPositionalEncoding', options, [...OPTIONS, 'std']);
    super('LearnedPositionalEncoding', dModel, options);
    this.std = options.std ?? 0.02;
    this.weight = new Parameter(zeros([this.maxLen, dModel], { dtype: options.dtype ?? 'float32' }));
    this.resetParameters();
  }

  /** Draws the weight anew. */
  resetParameters(): void {
    init.normal_(this.weight, 0, this.std);
  }

  override forward(x: Tensor, options: PositionalCall = {}): Tensor {
    return this.added(x, this.weight, options);
  }
}

/** Options of `RotaryEmbedding`. */
export interface RotaryEmbeddingOptions {
  /** The most positions. Default 4096. */
  maxLen?: number;
  /** The base of the rates base^(−2i/dim). Default 10000. */
  base?: number;
  /** Which elements are turned together: 2i and 2i + 1 as in the paper, or (false) i and i + dim/2. Default true. */
  interleaved?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/**
 * Rotary positions for queries and keys: pair i of the first `dim` elements is turned by t·base^(−2i/dim) at position t. See
 * `F.applyRotary`.
 *
 * Shapes: x [..., L, E], E ≥ dim → the same
 *
 * @throws ShapeError where dim is odd, x does not fit, or positions exceed maxLen
 *
 * Source: Su et al. 2021, "RoFormer: enhanced transformer with rotary position embedding".
 *
 * @example
 * const rotary = new nn.RotaryEmbedding(64);
 * const y = F.scaledDotProductAttention(rotary.forward(q), rotary.forward(k), v, { isCausal: true }); // q, k [N, heads, L, 64]
 */
export class RotaryEmbedding extends Module {
  readonly dim: number;
  readonly maxLen: number;
  readonly base: number;
  readonly interleaved: boolean;
  /** [maxLen, dim/2]; not part of `stateDict`. */
  cos!: Tensor;
  /** [maxLen, dim/2]; not part of `stateDict`. */
  sin!: Tensor;

  constructor(dim: number, options: RotaryEmbeddingOptions = {}) {
    super();
    checkOptions('RotaryEmbedding', options, ['maxLen', 'base', 'interleaved', 'dtype']);
    const { maxLen = 4096, base = 10000, interleaved = true, dtype = 'float32' } = options;
    this.dim = dim;
    this.maxLen = maxLen;
    this.base = base;
    this.interleaved = interleaved;
    const tables = rotations('RotaryEmbedding', dim, maxLen, base);
    for (const [name, table] of Object.entries(tables)) {
      this.registerBuffer(name, tensor(table, { shape: [maxLen, dim / 2], dtype }), { persistent: false });
    }
  }

  /** @param options.offset the position of the first row, such as the length of a `KVCache`. Default 0 */
  override forward(x: Tensor, options: PositionalCall = {}): Tensor {
    checkOptions('RotaryEmbedding', options, ['offset']);
    checkTensor('RotaryEmbedding', 'x', x);
    if (x.ndim < 2 || x.shape.at(-1)! < this.dim) {
      fail(ShapeError, 'RotaryEmbedding', `x must have 2 dims or more, the last of at least ${this.dim}`, ['x'], [x]);
    }
    const L = x.shape.at(-2)!;
    const { offset = 0 } = options;
    checkOffset('RotaryEmbedding', L, offset, this.maxLen);
    const { interleaved } = this;
    return applyRotary(x, this.cos.narrow(0, offset, L), this.sin.narrow(0, offset, L), { interleaved });
  }

  override extraRepr(): string {
    return `${this.dim}, max_len=${this.maxLen}, base=${floatRepr(this.base)}, interleaved=${pythonRepr(this.interleaved)}`;
  }
}
