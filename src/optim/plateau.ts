import { everyTime } from '../runtime/recorder.js';
import { WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { perGroup } from './scheduler.js';
import type { Scheduled, SchedulerState } from './scheduler.js';
import { camelCase, snakeCase } from './state-names.js';

/** Options of `ReduceLROnPlateau`. */
export interface PlateauOptions {
  /** Whether the metric should fall or rise. Default: `'min'`. */
  mode?: 'min' | 'max';
  /** Default: 0.1. */
  factor?: number;
  /** Epochs without improvement that are let pass. Default: 10. */
  patience?: number;
  /** What counts as an improvement. Default: 10⁻⁴. */
  threshold?: number;
  /** Whether the threshold is relative to the best value. Default: `'rel'`. */
  thresholdMode?: 'rel' | 'abs';
  /** Epochs to wait after a reduction. Default: 0. */
  cooldown?: number;
  /** Default: 0. */
  minLr?: number | readonly number[];
  /** Smaller changes of the rate are left out. Default: 10⁻⁸. */
  eps?: number;
}

/**
 * lr ← lr · factor when a metric has not improved for more than `patience` epochs.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 *
 * @example
 * scheduler.step(validationLoss);
 */
export class ReduceLROnPlateau {
  readonly optimizer: Scheduled;
  mode: 'min' | 'max';
  factor: number;
  patience: number;
  threshold: number;
  thresholdMode: 'rel' | 'abs';
  cooldown: number;
  cooldownCounter = 0;
  minLrs: number[];
  eps: number;
  best: number;
  numBadEpochs = 0;
  lastEpoch = 0;

  /** @throws WasmgradError when factor is not below 1, for a mode it does not know, or an unknown option */
  constructor(optimizer: Scheduled, options: PlateauOptions = {}) {
    const known = ['mode', 'factor', 'patience', 'threshold', 'thresholdMode', 'cooldown', 'minLr', 'eps'];
    checkOptions('ReduceLROnPlateau', options, known);
    this.optimizer = optimizer;
    this.mode = options.mode ?? 'min';
    this.factor = options.factor ?? 0.1;
    this.patience = options.patience ?? 10;
    this.threshold = options.threshold ?? 1e-4;
    this.thresholdMode = options.thresholdMode ?? 'rel';
    this.cooldown = options.cooldown ?? 0;
    this.minLrs = perGroup('ReduceLROnPlateau', 'minLr', optimizer, options.minLr ?? 0);
    this.eps = options.eps ?? 1e-8;
    if (!(this.factor < 1)) throw new WasmgradError(`ReduceLROnPlateau: factor must be below 1, got ${this.factor}`);
    if (this.mode !== 'min' && this.mode !== 'max') {
      throw new WasmgradError(`ReduceLROnPlateau: mode must be 'min' or 'max', got '${String(this.mode)}'`);
    }
    if (this.thresholdMode !== 'rel' && this.thresholdMode !== 'abs') {
      throw new WasmgradError(
        `ReduceLROnPlateau: thresholdMode must be 'rel' or 'abs', got '${String(this.thresholdMode)}'`,
      );
    }
    this.best = this.mode === 'min' ? Infinity : -Infinity;
  }

  #better(value: number): boolean {
    const sign = this.mode === 'min' ? -1 : 1;
    const bar =
      this.thresholdMode === 'abs' ? this.best + sign * this.threshold : this.best * (1 + sign * this.threshold);
    return this.mode === 'min' ? value < bar : value > bar;
  }

  /** Tells that `step` takes what was measured. */
  get takesMetric(): true {
    return true;
  }

  /** Looks at the metric of one more epoch. */
  step(metric: number | Tensor): void {
    const value = typeof metric === 'number' ? metric : Number(metric.item());
    everyTime(() => this.#look(value));
  }

  #look(value: number): void {
    this.lastEpoch++;
    if (this.#better(value)) {
      this.best = value;
      this.numBadEpochs = 0;
    } else {
      this.numBadEpochs++;
    }
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.patience) {
      this.#reduce();
      this.cooldownCounter = this.cooldown;
      this.numBadEpochs = 0;
    }
  }

  #reduce(): void {
    for (const [i, group] of this.optimizer.paramGroups.entries()) {
      const lr = Math.max(group.lr * this.factor, this.minLrs[i]!);
      if (group.lr - lr > this.eps) group.lr = lr;
    }
  }

  /** The groups' present rates. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** Everything but the optimizer, spelled as in PyTorch. */
  stateDict(): SchedulerState {
    const entries = Object.entries(this).filter(([name]) => name !== 'optimizer');
    return Object.fromEntries(entries.map(([name, value]) => [snakeCase(name), structuredClone(value as unknown)]));
  }

  /** Takes over what `stateDict` gave. Names it does not know are left out. */
  loadStateDict(state: SchedulerState): void {
    for (const [name, value] of Object.entries(state)) {
      const field = camelCase(name);
      if (Object.hasOwn(this, field)) Object.assign(this, { [field]: structuredClone(value) });
    }
  }
}
