import { WasmgradError } from '../core/errors.js';
import * as kernels from '../runtime/kernels.js';
import { launch } from '../runtime/launch.js';
import { TABLE_GRAIN } from '../ops/table.js';
import type { Table } from '../ops/table.js';
import { F64 } from '../runtime/heap.js';
import { FusedOptimizer, Words, stateLike } from './launch.js';
import type { StatePointers } from './launch.js';
import { checkNotNegative } from './optimizer.js';
import type { OptimizerOptions, ParamGroup, Parameters } from './optimizer.js';
import type { Tensor } from '../tensor/tensor.js';

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** Default: 10⁻³. */
  lr: number;
  /** Default: 0. */
  momentum: number;
  /** What is kept from the gradient in the momentum buffer is 1 - dampening. Default: 0. */
  dampening: number;
  /** L2 penalty. Default: 0. */
  weightDecay: number;
  /** Default: false. */
  nesterov: boolean;
  /** Climbs instead of descending. Default: false. */
  maximize: boolean;
}

const DEFAULTS: SGDOptions = { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };

/**
 * Stochastic gradient descent: x ← x - lr · d, with d = dx + weightDecay · x and, with momentum, the buffer
 * b ← momentum · b + (1 - dampening) · d in the place of d (d + momentum · b with Nesterov's).
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 *
 * @example
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
 */
export class SGD extends FusedOptimizer<SGDOptions> {
  /** How many steps with momentum a parameter has taken. */
  readonly #counters = new Words<Tensor>(1);

  /** @throws WasmgradError for no parameters, a negative lr, momentum or weightDecay, Nesterov without momentum, an unknown option */
  constructor(params: Parameters<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super('SGD', params, options, DEFAULTS);
  }

  protected override checkGroup({ lr, momentum, dampening, weightDecay, nesterov }: SGDOptions): void {
    checkNotNegative('SGD', 'lr', lr);
    checkNotNegative('SGD', 'momentum', momentum);
    checkNotNegative('SGD', 'weightDecay', weightDecay);
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new WasmgradError('SGD: nesterov needs a momentum above 0 and no dampening');
    }
  }

  protected override hyper(group: ParamGroup<SGDOptions>): readonly (number | boolean)[] {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = group;
    return [lr, momentum, dampening, weightDecay, nesterov, maximize];
  }

  protected override point(pointers: StatePointers, param: Tensor, { momentum }: ParamGroup<SGDOptions>): void {
    if (momentum === 0) {
      pointers.fill(0);
      return;
    }
    const counter = this.#counters.of(param);
    let buffer = this.stateOf(param)?.['momentum_buffer'];
    if (!buffer) {
      buffer = stateLike(param);
      this.state.set(param, { momentum_buffer: buffer });
      F64[counter >> 3] = 0;
    } else if (F64[counter >> 3] === 0) {
      // Loaded, or kept while momentum was 0: there is something in it.
      F64[counter >> 3] = 1;
    }
    pointers[0] = buffer.ptr;
    pointers[3] = counter;
  }

  protected override launch(hyper: number, table: Table, wide: boolean, { momentum }: ParamGroup<SGDOptions>): void {
    if (momentum !== 0) launch(kernels.sgdTick, null, hyper, table.words, 1, 1);
    launch(kernels.sgdStep, wide ? 'float64' : 'float32', hyper, table.words, table.chunks, TABLE_GRAIN);
  }
}
