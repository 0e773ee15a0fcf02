import { WasmgradError, checkWhole } from '../core/errors.js';
import { noGrad } from '../autograd/mode.js';
import type { Tensor } from '../tensor/index.js';

/** What a training needs of an optimizer. */
export interface Stepping {
  zeroGrad(): void;
  step(): unknown;
  readonly paramGroups?: readonly { readonly params: readonly Tensor[] }[];
}

/**
 * Goes backward batch by batch and steps after every few: the gradient is that of the mean loss over all of their samples, as if they
 * were one batch.
 */
export class Accumulation {
  readonly #optimizer: Stepping;
  readonly #every: number;
  #batches = 0;
  #samples = 0;

  /** @throws WasmgradError when `every` is no whole number of at least 1, or the optimizer does not show its parameters */
  constructor(optimizer: Stepping, every: number) {
    checkWhole('fit', 'accumulate', every, 1, WasmgradError);
    if (every > 1 && !optimizer.paramGroups) {
      throw new WasmgradError('fit: accumulate needs an optimizer with paramGroups');
    }
    this.#optimizer = optimizer;
    this.#every = every;
  }

  /** Adds a batch's mean loss; whether that made a step. */
  add(loss: Tensor, samples: number): boolean {
    if (this.#batches === 0) this.#optimizer.zeroGrad();
    this.#batches++;
    this.#samples += samples;
    (this.#every === 1 ? loss : loss.mul(samples)).backward();
    return this.#batches === this.#every && this.finish();
  }

  /** Steps with the batches that are left over; whether there were any. */
  finish(): boolean {
    if (this.#batches === 0) return false;
    if (this.#every > 1) {
      noGrad(() => {
        for (const { params } of this.#optimizer.paramGroups!) {
          for (const { ownGrad } of params) ownGrad?.div_(this.#samples);
        }
      });
    }
    this.#optimizer.step();
    this.#batches = 0;
    this.#samples = 0;
    return true;
  }
}
