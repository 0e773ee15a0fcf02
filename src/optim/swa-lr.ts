import { WasmgradError } from '../core/errors.js';
import { LRScheduler, checkCount, perGroup } from './scheduler.js';
import type { Scheduled, SchedulerOptions } from './scheduler.js';

/** Options of `SWALR`. */
export interface SWALROptions extends SchedulerOptions {
  /** Default: 10. */
  annealEpochs?: number;
  /** Default: `'cos'`. */
  annealStrategy?: 'cos' | 'linear';
}

/**
 * lr goes from what it is to `swaLr` in `annealEpochs` epochs and stays there: lr = swaLr · a + lr₀ · (1 - a), with a = (1 - cos(π · t)) / 2
 * or a = t, t the part that is done.
 *
 * Source: https://pytorch.org/docs/stable/optim.html#swa-learning-rate-schedules
 */
export class SWALR extends LRScheduler {
  annealEpochs: number;
  annealStrategy: 'cos' | 'linear';

  /**
   * @param swaLr the last rate, one for all groups or one each
   * @throws WasmgradError when annealEpochs is no whole number, for a strategy it does not know, or an unknown option
   */
  constructor(optimizer: Scheduled, swaLr: number | readonly number[], options: SWALROptions = {}) {
    const rates = perGroup('SWALR', 'swaLr', optimizer, swaLr);
    super('SWALR', optimizer, options, ['annealEpochs', 'annealStrategy']);
    this.annealEpochs = options.annealEpochs ?? 10;
    this.annealStrategy = options.annealStrategy ?? 'cos';
    if (this.annealStrategy !== 'cos' && this.annealStrategy !== 'linear') {
      throw new WasmgradError(`SWALR: annealStrategy must be 'cos' or 'linear', got '${String(this.annealStrategy)}'`);
    }
    checkCount('SWALR', 'annealEpochs', this.annealEpochs, 0);
    for (const [i, group] of optimizer.paramGroups.entries()) group.swaLr = rates[i]!;
    this.start();
  }

  #part(step: number): number {
    const t = Math.max(0, Math.min(1, step / Math.max(1, this.annealEpochs)));
    return this.annealStrategy === 'cos' ? (1 - Math.cos(Math.PI * t)) / 2 : t;
  }

  protected override rates(): number[] {
    const step = this.annealEpochs === 0 ? Math.max(1, this._stepCount - 1) : this._stepCount - 1;
    const before = this.#part(step - 1);
    const now = this.#part(step);
    return this.optimizer.paramGroups.map(({ lr, swaLr }) => {
      const first = before === 1 ? swaLr! : (lr - before * swaLr!) / (1 - before);
      return swaLr! * now + first * (1 - now);
    });
  }
}
