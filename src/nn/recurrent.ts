import type { DType } from '../core/dtypes.js';
import { ShapeError, WasmgradError, fail, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { GATES } from '../ops/recurrent.js';
import type { CellKind } from '../ops/recurrent-steps.js';
import { zeros } from '../tensor/creation.js';
import { cat, stack } from '../tensor/join.js';
import { checkTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { dropout } from './functional/dropout.js';
import { recur } from './functional/recurrent.js';
import * as init from './init.js';
import { Module } from './module.js';
import { PackedSequence } from './packing.js';
import { Parameter } from './parameter.js';
import { floatRepr, pythonRepr } from './repr.js';

/** Options of `GRU`, and of all recurrent layers. */
export interface GRUOptions {
  /** Layers on top of each other. Default 1. */
  numLayers?: number;
  /** Whether biases are learned. Default true. */
  bias?: boolean;
  /** Inputs and outputs are [N, T, *] instead of [T, N, *]; states are not concerned. Default false. */
  batchFirst?: boolean;
  /** The probability that an output of a layer other than the last is dropped while training. Default 0. */
  dropout?: number;
  /** A second cell in each layer goes from the end to the start. Default false. */
  bidirectional?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/** Options of `RNN`. */
export interface RNNOptions extends GRUOptions {
  /** Default 'tanh'. */
  nonlinearity?: 'tanh' | 'relu';
}

/** Options of `LSTM`. */
export interface LSTMOptions extends GRUOptions {
  /** Features to which the state is projected; 0: it is not. Default 0. */
  projSize?: number;
}

const OPTIONS = ['numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional', 'dtype'];

/** @internal */
export function checkSize(layer: string, name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ShapeError(`${layer}: ${name} must be a whole number of at least ${least}, got ${value}`);
}

/** What recurrent layers have in common: layers of cells, in one or two directions. */
export abstract class RecurrentLayer extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;
  protected readonly kind: CellKind;

  constructor(name: string, kind: CellKind, inputSize: number, hiddenSize: number, options: GRUOptions, projSize = 0) {
    super();
    const { numLayers = 1, bias = true, dtype = 'float32' } = options;
    checkSize(name, 'inputSize', inputSize, 0);
    checkSize(name, 'hiddenSize', hiddenSize, 1);
    checkSize(name, 'numLayers', numLayers, 1);
    checkSize(name, 'projSize', projSize, 0);
    if (projSize >= hiddenSize) {
      throw new ShapeError(`${name}: projSize must be less than hiddenSize ${hiddenSize}, got ${projSize}`);
    }
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = options.batchFirst ?? false;
    this.dropout = options.dropout ?? 0;
    this.bidirectional = options.bidirectional ?? false;
    this.projSize = projSize;
    this.kind = kind;
    if (!(this.dropout >= 0 && this.dropout <= 1)) {
      throw new WasmgradError(`${name}: dropout must be from 0 to 1, got ${String(this.dropout)}`);
    }
    const width = GATES[kind] * hiddenSize;
    const stateSize = projSize || hiddenSize;
    const add = (field: string, shape: readonly number[]): void => {
      Object.assign(this, { [field]: new Parameter(zeros(shape, { dtype })) });
    };
    for (const { layer, suffix } of this.places()) {
      add(`weight_ih${suffix}`, [width, layer === 0 ? inputSize : stateSize * this.directions]);
      add(`weight_hh${suffix}`, [width, stateSize]);
      if (bias) add(`bias_ih${suffix}`, [width]);
      if (bias) add(`bias_hh${suffix}`, [width]);
      if (projSize > 0) add(`weight_hr${suffix}`, [projSize, hiddenSize]);
    }
    this.resetParameters();
  }

  /** Draws all weights anew, uniform in ±1/√hiddenSize. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const parameter of this.parameters()) init.uniform_(parameter, -bound, bound);
  }

  private get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** The cells, in the order of their states and parameters. */
  private places(): { layer: number; reverse: boolean; suffix: string }[] {
    return Array.from({ length: this.numLayers * this.directions }, (_, i) => {
      const layer = Math.floor(i / this.directions);
      const reverse = i % this.directions === 1;
      return { layer, reverse, suffix: `_l${layer}${reverse ? '_reverse' : ''}` };
    });
  }

  private weight(name: string): Tensor | null {
    return (this as unknown as Record<string, Parameter | undefined>)[name] ?? null;
  }

  /** The shape of the first states; `size` is the number of their features. */
  private checkState(name: string, x: Tensor, N: number, size: number, batched: boolean): Tensor {
    const layer = this.typeName();
    checkTensor(layer, name, x);
    const cells = this.numLayers * this.directions;
    const shape = batched ? [cells, N, size] : [cells, size];
    if (!sameShape(x.shape, shape)) {
      fail(ShapeError, layer, `${name} must have shape ${formatShape(shape)}`, [name], [x]);
    }
    return batched ? x : x.unsqueeze(1);
  }

  /** The layers over x [rows, features], whose first states are given for each cell. */
  private stackOf(
    x: Tensor,
    h0: Tensor,
    c0: Tensor | null,
    sizes: readonly number[],
  ): { y: Tensor; h: Tensor; c: Tensor | null } {
    const hs: Tensor[] = [];
    const cs: Tensor[] = [];
    let y = x;
    let sides: Tensor[] = [];
    this.places().forEach(({ layer, reverse, suffix }, i) => {
      const weights = {
        ih: this.weight(`weight_ih${suffix}`)!,
        hh: this.weight(`weight_hh${suffix}`)!,
        biasIh: this.weight(`bias_ih${suffix}`),
        biasHh: this.weight(`bias_hh${suffix}`),
        hr: this.weight(`weight_hr${suffix}`),
      };
      const made = recur(y, weights, h0.select(0, i), c0 && c0.select(0, i), { kind: this.kind, sizes, reverse });
      hs.push(made.h);
      if (made.c) cs.push(made.c);
      sides.push(made.y);
      if (sides.length < this.directions) return;
      y = sides.length === 1 ? sides[0]! : cat(sides, 1);
      sides = [];
      if (layer < this.numLayers - 1) y = dropout(y, { p: this.dropout, training: this.training });
    });
    return { y, h: stack(hs), c: c0 && stack(cs) };
  }

  /** Outputs, and the last states of all cells. */
  protected run<X extends Tensor | PackedSequence>(
    input: X,
    h0: Tensor | null,
    c0: Tensor | null,
  ): { y: X; h: Tensor; c: Tensor | null } {
    const name = this.typeName();
    const packed = input instanceof PackedSequence;
    const x: Tensor = packed ? input.data : (input as Tensor);
    checkTensor(name, 'input', x);
    if (packed ? x.ndim !== 2 : x.ndim !== 2 && x.ndim !== 3) {
      const wanted = packed ? 'packed data must have 2 dims' : 'input must have 3 dims (or 2 without a batch)';
      fail(ShapeError, name, wanted, ['input'], [x]);
    }
    if (x.shape.at(-1) !== this.inputSize) {
      fail(ShapeError, name, `the last dim of input must be ${this.inputSize}`, ['input'], [x]);
    }
    const batched = packed || x.ndim === 3;
    const steps = packed ? null : batched ? (this.batchFirst ? x.transpose(0, 1) : x) : x.unsqueeze(1);
    const sizes = packed ? input.sizes : new Array<number>(steps!.shape[0]!).fill(steps!.shape[1]!);
    if (sizes.length === 0) fail(ShapeError, name, 'needs at least one step', ['input'], [x]);
    const N = sizes[0]!;
    const cells = this.numLayers * this.directions;
    const features = this.projSize || this.hiddenSize;
    const sort = (state: Tensor, order: Tensor | null): Tensor => (order ? state.indexSelect(1, order) : state);
    const first = (given: Tensor | null, what: string, size: number): Tensor => {
      if (!given) return zeros([cells, N, size], { dtype: x.dtype });
      const state = this.checkState(what, given, N, size, batched);
      return sort(state, packed ? input.sortedIndices : null);
    };
    const start = first(h0, 'h0', features);
    const cell = this.kind === 'lstm' ? first(c0, 'c0', this.hiddenSize) : null;
    const made = this.stackOf(steps ? steps.reshape([sizes.length * N, this.inputSize]) : x, start, cell, sizes);
    const last = (state: Tensor): Tensor => {
      return batched ? sort(state, packed ? input.unsortedIndices : null) : state.squeeze(1);
    };
    let y: Tensor | PackedSequence;
    if (packed) y = input.with(made.y);
    else {
      const whole = made.y.reshape([sizes.length, N, features * this.directions]);
      y = batched ? (this.batchFirst ? whole.transpose(0, 1) : whole) : whole.squeeze(1);
    }
    return { y: y as X, h: last(made.h), c: made.c && last(made.c) };
  }

  override extraRepr(): string {
    const parts = [`${this.inputSize}, ${this.hiddenSize}`];
    if (this.projSize !== 0) parts.push(`proj_size=${this.projSize}`);
    if (this.numLayers !== 1) parts.push(`num_layers=${this.numLayers}`);
    if (!this.bias) parts.push(`bias=${pythonRepr(this.bias)}`);
    if (this.batchFirst) parts.push(`batch_first=${pythonRepr(this.batchFirst)}`);
    if (this.dropout !== 0) parts.push(`dropout=${floatRepr(this.dropout)}`);
    if (this.bidirectional) parts.push(`bidirectional=${pythonRepr(this.bidirectional)}`);
    return parts.join(', ');
  }
}

/**
 * Simple recurrent layers: hₜ = tanh(xₜ·weight_ihᵀ + bias_ih + hₜ₋₁·weight_hhᵀ + bias_hh), or relu of it.
 *
 * Shapes: input [T, N, inputSize] ([N, T, inputSize] with batchFirst, [T, inputSize] without a batch) or a `PackedSequence`,
 * h0 [numLayers·D, N, hiddenSize] (zeros by default) → y [T, N, D·hiddenSize], hn as h0; D = 2 where bidirectional, else 1.
 * All weights start uniform in ±1/√hiddenSize.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.RNN.html; Elman 1990, "Finding structure in time".
 *
 * @example
 * const rnn = new nn.RNN(10, 20, { numLayers: 2 });
 * const [y, hn] = rnn.forward(randn([5, 3, 10]));
 */
export class RNN extends RecurrentLayer {
  readonly nonlinearity: 'tanh' | 'relu';

  /** @throws ShapeError where a size is wrong; WasmgradError for an unknown nonlinearity or option */
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    checkOptions('RNN', options, [...OPTIONS, 'nonlinearity']);
    const { nonlinearity = 'tanh' } = options;
    checkNonlinearity('RNN', nonlinearity);
    super('RNN', nonlinearity, inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }

  /** Outputs and the last states. */
  override forward<X extends Tensor | PackedSequence>(input: X, h0: Tensor | null = null): [X, Tensor] {
    const { y, h } = this.run(input, h0, null);
    return [y, h];
  }
}

/** @internal */
export function checkNonlinearity(layer: string, nonlinearity: string): void {
  if (nonlinearity === 'tanh' || nonlinearity === 'relu') return;
  throw new WasmgradError(`${layer}: nonlinearity must be 'tanh' or 'relu', got '${String(nonlinearity)}'`);
}

/**
 * Layers with long short-term memory: i, f, o = σ(·), g = tanh(·) of xₜ·weight_ihᵀ + bias_ih + hₜ₋₁·weight_hhᵀ + bias_hh (in the order
 * i, f, g, o), cₜ = f cₜ₋₁ + i g, hₜ = o tanh(cₜ); with projSize hₜ = (o tanh(cₜ))·weight_hrᵀ.
 *
 * Shapes: input [T, N, inputSize] ([N, T, inputSize] with batchFirst, [T, inputSize] without a batch) or a `PackedSequence`,
 * h0 [numLayers·D, N, P] and c0 [numLayers·D, N, hiddenSize] (zeros by default) → y [T, N, D·P], [hn, cn] as [h0, c0];
 * P = projSize or hiddenSize, D = 2 where bidirectional, else 1. All weights start uniform in ±1/√hiddenSize.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html; Hochreiter and Schmidhuber 1997, "Long short-term memory";
 * Sak et al. 2014, "Long short-term memory based recurrent neural network architectures" (projections).
 *
 * @example
 * const lstm = new nn.LSTM(10, 20, { numLayers: 2, batchFirst: true });
 * const [y, [hn, cn]] = lstm.forward(randn([3, 5, 10]));
 */
export class LSTM extends RecurrentLayer {
  /** @throws ShapeError where a size is wrong; WasmgradError for an unknown option */
  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    checkOptions('LSTM', options, [...OPTIONS, 'projSize']);
    super('LSTM', 'lstm', inputSize, hiddenSize, options, options.projSize ?? 0);
  }

  /** Outputs and the last states. */
  override forward<X extends Tensor | PackedSequence>(
    input: X,
    state: readonly [Tensor, Tensor] | null = null,
  ): [X, [Tensor, Tensor]] {
    if (state !== null && !(Array.isArray(state) && state.length === 2)) {
      throw new WasmgradError('LSTM: the first state must be a pair [h0, c0]');
    }
    const { y, h, c } = this.run(input, state && state[0], state && state[1]);
    return [y, [h, c!]];
  }
}

/**
 * Layers of gated recurrent units: r, z = σ(·) of xₜ·weight_ihᵀ + bias_ih + hₜ₋₁·weight_hhᵀ + bias_hh, n = tanh(xₜ·W_inᵀ + b_in +
 * r (hₜ₋₁·W_hnᵀ + b_hn)) (in the order r, z, n), hₜ = (1 − z) n + z hₜ₋₁.
 *
 * Shapes: input [T, N, inputSize] ([N, T, inputSize] with batchFirst, [T, inputSize] without a batch) or a `PackedSequence`,
 * h0 [numLayers·D, N, hiddenSize] (zeros by default) → y [T, N, D·hiddenSize], hn as h0; D = 2 where bidirectional, else 1.
 * All weights start uniform in ±1/√hiddenSize.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.GRU.html;
 * Cho et al. 2014, "Learning phrase representations using RNN encoder–decoder for statistical machine translation".
 *
 * @example
 * const gru = new nn.GRU(10, 20, { bidirectional: true });
 * const [y, hn] = gru.forward(randn([5, 3, 10])); // [5, 3, 40], [2, 3, 20]
 */
export class GRU extends RecurrentLayer {
  /** @throws ShapeError where a size is wrong; WasmgradError for an unknown option */
  constructor(inputSize: number, hiddenSize: number, options: GRUOptions = {}) {
    checkOptions('GRU', options, OPTIONS);
    super('GRU', 'gru', inputSize, hiddenSize, options);
  }

  /** Outputs and the last states. */
  override forward<X extends Tensor | PackedSequence>(input: X, h0: Tensor | null = null): [X, Tensor] {
    const { y, h } = this.run(input, h0, null);
    return [y, h];
  }
}
