import type { DType } from '../core/dtypes.js';
import { ShapeError, WasmgradError, fail, formatShape } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { GATES } from '../ops/recurrent.js';
import type { CellKind } from '../ops/recurrent-steps.js';
import { zeros } from '../tensor/creation.js';
import { checkTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { recur } from './functional/recurrent.js';
import type { Recurred } from './functional/recurrent.js';
import * as init from './init.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';
import { pythonRepr } from './repr.js';
import { checkNonlinearity, checkSize } from './recurrent.js';

/** Options of recurrent cells. */
export interface CellOptions {
  /** Whether biases are learned. Default true. */
  bias?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/** Options of `RNNCell`. */
export interface RNNCellOptions extends CellOptions {
  /** Default 'tanh'. */
  nonlinearity?: 'tanh' | 'relu';
}

/** One step of a recurrent layer. */
export abstract class RecurrentCell extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  protected readonly kind: CellKind;
  weight_ih: Parameter;
  weight_hh: Parameter;
  bias_ih: Parameter | null = null;
  bias_hh: Parameter | null = null;

  constructor(name: string, kind: CellKind, inputSize: number, hiddenSize: number, options: CellOptions) {
    super();
    checkSize(name, 'inputSize', inputSize, 0);
    checkSize(name, 'hiddenSize', hiddenSize, 1);
    const { bias = true, dtype = 'float32' } = options;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.kind = kind;
    const width = GATES[kind] * hiddenSize;
    const parameter = (...shape: number[]): Parameter => new Parameter(zeros(shape, { dtype }));
    this.weight_ih = parameter(width, inputSize);
    this.weight_hh = parameter(width, hiddenSize);
    if (bias) {
      this.bias_ih = parameter(width);
      this.bias_hh = parameter(width);
    }
    this.resetParameters();
  }

  /** Draws all weights anew, uniform in ±1/√hiddenSize. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const parameter of this.parameters()) init.uniform_(parameter, -bound, bound);
  }

  private stateOf(what: string, given: Tensor | null, x: Tensor): Tensor {
    const shape = [...x.shape.slice(0, -1), this.hiddenSize];
    if (!given) return zeros([x.ndim === 2 ? x.shape[0]! : 1, this.hiddenSize], { dtype: x.dtype });
    checkTensor(this.typeName(), what, given);
    if (!sameShape(given.shape, shape)) {
      fail(ShapeError, this.typeName(), `${what} must have shape ${formatShape(shape)}`, [what], [given]);
    }
    return x.ndim === 2 ? given : given.unsqueeze(0);
  }

  /** The states after a step. */
  protected step(input: Tensor, h0: Tensor | null, c0: Tensor | null): Recurred {
    const name = this.typeName();
    checkTensor(name, 'input', input);
    if (input.ndim !== 1 && input.ndim !== 2) {
      fail(ShapeError, name, 'input must have 2 dims (or 1 without a batch)', ['input'], [input]);
    }
    if (input.shape.at(-1) !== this.inputSize) {
      fail(ShapeError, name, `the last dim of input must be ${this.inputSize}`, ['input'], [input]);
    }
    const batched = input.ndim === 2;
    const h = this.stateOf('h0', h0, input);
    const c = this.kind === 'lstm' ? this.stateOf('c0', c0, input) : null;
    const weights = { ih: this.weight_ih, hh: this.weight_hh, biasIh: this.bias_ih, biasHh: this.bias_hh, hr: null };
    const x = batched ? input : input.unsqueeze(0);
    const made = recur(x, weights, h, c, { kind: this.kind, sizes: [x.shape[0]!], reverse: false });
    if (batched) return made;
    return { y: made.y.squeeze(0), h: made.h.squeeze(0), c: made.c && made.c.squeeze(0) };
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.bias_ih ? '' : `, bias=${pythonRepr(false)}`}`;
  }
}

/**
 * One step of a simple recurrent layer: h' = tanh(x·weight_ihᵀ + bias_ih + h·weight_hhᵀ + bias_hh), or relu of it.
 *
 * Shapes: input [N, inputSize] (or [inputSize]), h [N, hiddenSize] (zeros by default) → [N, hiddenSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.RNNCell.html
 *
 * @example
 * const cell = new nn.RNNCell(10, 20);
 * let h = zeros([3, 20]);
 * for (const x of steps) h = cell.forward(x, h);
 */
export class RNNCell extends RecurrentCell {
  readonly nonlinearity: 'tanh' | 'relu';

  /** @throws ShapeError where a size is wrong; WasmgradError for an unknown nonlinearity or option */
  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    checkOptions('RNNCell', options, ['bias', 'nonlinearity', 'dtype']);
    const { nonlinearity = 'tanh' } = options;
    checkNonlinearity('RNNCell', nonlinearity);
    super('RNNCell', nonlinearity, inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
  }

  /** The next state. */
  override forward(input: Tensor, h: Tensor | null = null): Tensor {
    return this.step(input, h, null).h;
  }

  override extraRepr(): string {
    return super.extraRepr() + (this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`);
  }
}

/**
 * One step of an LSTM; see `LSTM` for the formula.
 *
 * Shapes: input [N, inputSize] (or [inputSize]), h and c [N, hiddenSize] (zeros by default) → [h', c']
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html
 */
export class LSTMCell extends RecurrentCell {
  /** @throws ShapeError where a size is wrong; WasmgradError for an unknown option */
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    checkOptions('LSTMCell', options, ['bias', 'dtype']);
    super('LSTMCell', 'lstm', inputSize, hiddenSize, options);
  }

  /** The next states. */
  override forward(input: Tensor, state: readonly [Tensor, Tensor] | null = null): [Tensor, Tensor] {
    if (state !== null && !(Array.isArray(state) && state.length === 2)) {
      throw new WasmgradError('LSTMCell: the state must be a pair [h, c]');
    }
    const { h, c } = this.step(input, state && state[0], state && state[1]);
    return [h, c!];
  }
}

/**
 * One step of a gated recurrent unit; see `GRU` for the formula.
 *
 * Shapes: input [N, inputSize] (or [inputSize]), h [N, hiddenSize] (zeros by default) → [N, hiddenSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.GRUCell.html
 */
export class GRUCell extends RecurrentCell {
  /** @throws ShapeError where a size is wrong; WasmgradError for an unknown option */
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    checkOptions('GRUCell', options, ['bias', 'dtype']);
    super('GRUCell', 'gru', inputSize, hiddenSize, options);
  }

  /** The next state. */
  override forward(input: Tensor, h: Tensor | null = null): Tensor {
    return this.step(input, h, null).h;
  }
}
