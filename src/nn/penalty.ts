import { WasmgradError } from '../core/errors.js';
import { zeros } from '../tensor/creation.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Tensors } from './clip.js';

/** The sum of what `fn` answers for each tensor; 0 for none. */
function total(tensors: Tensors, fn: (x: Tensor) => Tensor): Tensor {
  const list = Symbol.iterator in tensors ? [...tensors] : [tensors];
  const parts = list.map(fn);
  return parts.length === 0 ? zeros([]) : parts.reduce((sum, part) => sum.add(part));
}

function check(op: string, name: string, strength: number): void {
  if (!(strength >= 0)) throw new WasmgradError(`${op}: ${name} must be at least 0, got ${String(strength)}`);
}

/**
 * The L1 penalty strength · Σ |w|, to be added to a loss: weights that do little become 0.
 *
 * Shapes: any number of tensors [...] → []
 *
 * @throws WasmgradError for a negative strength
 *
 * Source: Tibshirani 1996, "Regression shrinkage and selection via the lasso".
 *
 * @example
 * loss.add(nn.utils.l1Penalty(model.parameters(), 1e-4)).backward();
 */
export function l1Penalty(parameters: Tensors, strength = 1): Tensor {
  check('l1Penalty', 'strength', strength);
  return total(parameters, (x) => x.abs().sum()).mul(strength);
}

/**
 * The L2 penalty strength · Σ w², to be added to a loss. Its gradient is that of weight decay 2 · strength.
 *
 * Shapes: any number of tensors [...] → []
 *
 * @throws WasmgradError for a negative strength
 *
 * Source: Hoerl & Kennard 1970, "Ridge regression: biased estimation for nonorthogonal problems".
 */
export function l2Penalty(parameters: Tensors, strength = 1): Tensor {
  check('l2Penalty', 'strength', strength);
  return total(parameters, (x) => x.square().sum()).mul(strength);
}

/** Options of `elasticPenalty`. */
export interface ElasticPenaltyOptions {
  /** The strength of Σ |w|. Default: 1. */
  l1?: number;
  /** The strength of Σ w². Default: 1. */
  l2?: number;
}

/**
 * The penalty of the elastic net, l1 · Σ |w| + l2 · Σ w².
 *
 * Shapes: any number of tensors [...] → []
 *
 * @throws WasmgradError for a negative strength
 *
 * Source: Zou & Hastie 2005, "Regularization and variable selection via the elastic net".
 */
export function elasticPenalty(parameters: Tensors, options: ElasticPenaltyOptions = {}): Tensor {
  checkOptions('elasticPenalty', options, ['l1', 'l2']);
  const { l1 = 1, l2 = 1 } = options;
  check('elasticPenalty', 'l1', l1);
  check('elasticPenalty', 'l2', l2);
  return total(parameters, (x) => x.abs().sum().mul(l1).add(x.square().sum().mul(l2)));
}
