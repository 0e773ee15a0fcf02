import { WasmgradError } from '../core/errors.js';
import { checkParts } from './composed-schedulers.js';
import type { Steppable } from './composed-schedulers.js';
import { LRScheduler, checkCount } from './scheduler.js';
import type { Scheduled, SchedulerOptions, SchedulerState } from './scheduler.js';

/** Options of `WarmupLR`. */
export interface WarmupLROptions extends SchedulerOptions {
  /** `'linear'` adds the same each step, `'exponential'` multiplies by the same. Default: `'linear'`. */
  mode?: 'linear' | 'exponential';
  /** The factor at the start. Default: 10⁻³. */
  startFactor?: number;
  /** What goes on after the warm-up, from its own epoch 0 on. Default: the rate stays. */
  scheduler?: Steppable;
}

/**
 * Warm-up: in `warmupSteps` steps the rate rises to what it is when the scheduler is made, from `startFactor` times as much: with
 * t = step / warmupSteps and s = startFactor, lr = lr₀ · (s + (1 - s) · t), or lr₀ · s^(1 - t). From then on another scheduler may set it.
 *
 * Source: Goyal et al. 2017, "Accurate, large minibatch SGD: training ImageNet in 1 hour", section 2.2.
 *
 * @example
 * const cosine = new optim.lrScheduler.CosineAnnealingLR(optimizer, 1000);
 * const scheduler = new optim.lrScheduler.WarmupLR(optimizer, 100, { scheduler: cosine });
 */
export class WarmupLR extends LRScheduler {
  warmupSteps: number;
  mode: 'linear' | 'exponential';
  startFactor: number;
  readonly #next: Steppable | null;

  /** @throws WasmgradError when an option is out of range or unknown, or when the other scheduler has another optimizer or is a `ReduceLROnPlateau` */
  constructor(optimizer: Scheduled, warmupSteps: number, options: WarmupLROptions = {}) {
    super('WarmupLR', optimizer, options, ['mode', 'startFactor', 'scheduler']);
    this.warmupSteps = warmupSteps;
    this.mode = options.mode ?? 'linear';
    this.startFactor = options.startFactor ?? 1e-3;
    this.#next = options.scheduler ?? null;
    checkCount('WarmupLR', 'warmupSteps', warmupSteps);
    if (this.mode !== 'linear' && this.mode !== 'exponential') {
      throw new WasmgradError(`WarmupLR: mode must be 'linear' or 'exponential', got '${String(this.mode)}'`);
    }
    const least = this.mode === 'linear' ? this.startFactor >= 0 : this.startFactor > 0;
    if (!least || !(this.startFactor <= 1)) {
      const range = this.mode === 'linear' ? 'from 0 to 1' : 'above 0 and at most 1';
      throw new WasmgradError(`WarmupLR: startFactor must be ${range}, got ${String(this.startFactor)}`);
    }
    if (this.#next) checkParts('WarmupLR', optimizer, [this.#next]);
    if (this.lastEpoch === -1) this.baseLrs = optimizer.paramGroups.map((group) => group.lr);
    this.start();
  }

  #factor(): number {
    const t = Math.min(1, this.lastEpoch / this.warmupSteps);
    const s = this.startFactor;
    return this.mode === 'linear' ? s + (1 - s) * t : s ** (1 - t);
  }

  protected override rates(): number[] {
    const next = this.#next;
    if (!next || this.lastEpoch <= this.warmupSteps) return this.baseLrs.map((lr) => lr * this.#factor());
    next.step();
    return next.getLastLr();
  }

  protected override closedForm(): number[] {
    const next = this.#next;
    if (!next || this.lastEpoch <= this.warmupSteps) return this.baseLrs.map((lr) => lr * this.#factor());
    if (!(next instanceof LRScheduler)) {
      throw new WasmgradError('WarmupLR: step(epoch) after the warm-up needs a scheduler that is no sequence or chain');
    }
    next.step(this.lastEpoch - this.warmupSteps);
    return next.getLastLr();
  }

  /** Its own state, and that of the scheduler after the warm-up as `scheduler`. */
  override stateDict(): SchedulerState {
    return { ...super.stateDict(), ...(this.#next ? { scheduler: this.#next.stateDict() } : {}) };
  }

  override loadStateDict({ scheduler, ...state }: SchedulerState): void {
    super.loadStateDict(state);
    if (scheduler) this.#next?.loadStateDict(scheduler as SchedulerState);
  }
}
