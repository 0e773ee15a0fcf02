import { WasmgradError } from '../core/errors.js';
import { DropoutLayer } from '../nn/dropout.js';
import { Module } from '../nn/module.js';
import { recorder } from '../runtime/recorder.js';
import { checkOptions } from '../tensor/options.js';
import { checkCount, checkRange } from './scheduler.js';

/** Options of `DropoutScheduler`. */
export interface DropoutSchedulerOptions {
  /** `'early'` drops before the cutoff only, `'late'` from it on, `'standard'` always. Default: `'early'`. */
  mode?: 'early' | 'late' | 'standard';
  /** Early dropout may fall in a straight line to 0, which it reaches in the last step before the cutoff. Default: `'constant'`. */
  schedule?: 'constant' | 'linear';
}

/** What has a probability of dropping: layers of dropout, stochastic depth, or objects of one's own. */
export interface Dropping {
  p: number;
}

/**
 * Early or late dropout: sets the probability p of all dropout layers of a model, `step()` after each epoch (or batch; the cutoff
 * counts the same). Early dropout lets small networks fit better; late dropout regularises large ones.
 *
 * Steps are taken outside of captured functions, which record anew for each p that they meet.
 *
 * Source: Liu et al. 2023, "Dropout reduces underfitting".
 *
 * @example
 * const scheduler = new optim.DropoutScheduler(model, 0.1, 50, { mode: 'early', schedule: 'linear' });
 */
export class DropoutScheduler {
  readonly #layers: readonly Dropping[];
  p: number;
  cutoff: number;
  mode: 'early' | 'late' | 'standard';
  schedule: 'constant' | 'linear';
  /** The number of steps taken. */
  lastEpoch = 0;

  /**
   * @param model a model, or layers (anything with a `p`)
   * @param p the probability where there is dropout
   * @param cutoff the step at which it ends or begins
   * @throws WasmgradError when there is nothing to set, for an option out of range or unknown
   */
  constructor(model: Module | Iterable<Dropping>, p: number, cutoff: number, options: DropoutSchedulerOptions = {}) {
    checkOptions('DropoutScheduler', options, ['mode', 'schedule']);
    this.#layers =
      model instanceof Module ? model.modules().filter((each) => each instanceof DropoutLayer) : [...model];
    if (this.#layers.length === 0) throw new WasmgradError('DropoutScheduler: the model has no dropout layers');
    this.p = p;
    this.cutoff = cutoff;
    this.mode = options.mode ?? 'early';
    this.schedule = options.schedule ?? 'constant';
    checkRange('DropoutScheduler', 'p', p, 0, 1);
    checkCount('DropoutScheduler', 'cutoff', cutoff, 0);
    if (!['early', 'late', 'standard'].includes(this.mode)) {
      throw new WasmgradError(
        `DropoutScheduler: mode must be 'early', 'late' or 'standard', got '${String(this.mode)}'`,
      );
    }
    if (this.schedule !== 'constant' && this.schedule !== 'linear') {
      throw new WasmgradError(
        `DropoutScheduler: schedule must be 'constant' or 'linear', got '${String(this.schedule)}'`,
      );
    }
    if (this.schedule === 'linear' && this.mode !== 'early') {
      throw new WasmgradError("DropoutScheduler: schedule 'linear' is for early dropout only");
    }
    this.#set();
  }

  /** The probability that holds now. */
  getLastP(): number {
    const { p, cutoff, mode, lastEpoch } = this;
    if (mode === 'standard') return p;
    if (mode === 'late') return lastEpoch < cutoff ? 0 : p;
    if (lastEpoch >= cutoff) return 0;
    return this.schedule === 'linear' && cutoff > 1 ? p * (1 - lastEpoch / (cutoff - 1)) : p;
  }

  #set(): void {
    const p = this.getLastP();
    for (const layer of this.#layers) layer.p = p;
  }

  /**
   * Moves one epoch (or batch) on.
   *
   * @throws WasmgradError inside of a captured function
   */
  step(): void {
    if (recorder) {
      throw new WasmgradError('DropoutScheduler: step cannot be captured, because p decides what runs (step after it)');
    }
    this.lastEpoch++;
    this.#set();
  }

  /** Everything but the layers. */
  stateDict(): { p: number; cutoff: number; mode: string; schedule: string; last_epoch: number } {
    const { p, cutoff, mode, schedule, lastEpoch } = this;
    return { p, cutoff, mode, schedule, last_epoch: lastEpoch };
  }

  /** Takes over what `stateDict` gave, and sets p. */
  loadStateDict(state: ReturnType<DropoutScheduler['stateDict']>): void {
    this.p = state.p;
    this.cutoff = state.cutoff;
    this.mode = state.mode as DropoutScheduler['mode'];
    this.schedule = state.schedule as DropoutScheduler['schedule'];
    this.lastEpoch = state.last_epoch;
    this.#set();
  }
}
