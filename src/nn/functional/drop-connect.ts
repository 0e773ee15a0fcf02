import { WasmgradError } from '../../core/errors.js';
import { empty } from '../../tensor/creation.js';
import { checkTensor } from '../../tensor/operands.js';
import { checkOptions } from '../../tensor/options.js';
import { argument } from '../../tensor/reduce.js';
import type { Named } from '../../tensor/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { dropout } from './dropout.js';
import { linear } from './linear.js';

/** Options of `dropConnect`. */
export interface DropConnectOptions {
  /** The probability that a weight is dropped. Default 0.5. */
  readonly p?: number;
  /** Whether anything is dropped. Default true. */
  readonly training?: boolean;
}

/**
 * y = x·(weight ∘ m)ᵀ / (1 − p) + bias, with m 1 at random with probability 1 − p, else 0: one draw for a batch. Without
 * training, y = x·weightᵀ + bias.
 *
 * Shapes: x [..., in], weight [out, in], bias [out] → [..., out]
 * @throws WasmgradError where p is not in [0, 1]
 * Source: Wan et al. 2013, "Regularization of neural networks using DropConnect".
 */
export function dropConnect(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: DropConnectOptions = {},
): Tensor {
  checkOptions('dropConnect', options, ['p', 'training']);
  const { p = 0.5, training = true } = options;
  checkTensor('dropConnect', 'input', x);
  return linear(x, dropout(weight, { p, training }), bias);
}

/** How `stochasticDepth` draws: once for the batch, or once for each row (sample). */
export type StochasticDepthMode = 'batch' | 'row';

/** @internal Throws where p or mode are none. */
export function checkDepth(op: string, p: number, mode: StochasticDepthMode): void {
  if (!(p >= 0 && p <= 1)) throw new WasmgradError(`${op}: p must be from 0 to 1, got ${String(p)}`);
  if (mode !== 'batch' && mode !== 'row') {
    throw new WasmgradError(`${op}: mode must be 'batch' or 'row', got '${String(mode)}'`);
  }
}

/**
 * y = x·m / (1 − p), with one m for the batch or for each row, 1 at random with probability 1 − p, else 0: drops the branch of a residual
 * block. Without training, y = x.
 *
 * Shapes: x [N, …]; y as x. Default: training true.
 * @throws WasmgradError where p is not in [0, 1], or the mode neither 'batch' nor 'row'
 * Source: https://pytorch.org/vision/stable/generated/torchvision.ops.stochastic_depth.html;
 * Huang et al. 2016, "Deep networks with stochastic depth".
 */
export function stochasticDepth(
  x: Tensor,
  p: number,
  mode: StochasticDepthMode,
  training?: Named<'training', boolean>,
): Tensor {
  const drops = argument('stochasticDepth', 'training', training, true);
  checkTensor('stochasticDepth', 'input', x);
  checkDepth('stochasticDepth', p, mode);
  if (!drops || p === 0) return x;
  const shape = x.shape.map((size, d) => (d === 0 && mode === 'row' ? size : 1));
  const kept = empty(shape, { dtype: x.dtype }).bernoulli_(1 - p);
  return x.mul(p < 1 ? kept.div_(1 - p) : kept);
}
