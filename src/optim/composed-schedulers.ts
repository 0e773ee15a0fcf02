import { everyTime } from '../runtime/recorder.js';
import { WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { passed, perGroup } from './scheduler.js';
import type { Scheduled, SchedulerOptions, SchedulerState, LRScheduler } from './scheduler.js';
import { camelCase, snakeCase } from './state-names.js';

function checkSame(name: string, optimizer: Scheduled, schedulers: readonly LRScheduler[]): void {
  if (schedulers.length === 0) throw new WasmgradError(`${name}: got no schedulers`);
  const other = schedulers.findIndex((scheduler) => scheduler.optimizer !== optimizer);
  if (other >= 0)
    throw new WasmgradError(`${name}: all schedulers must have one optimizer, number ${other} has another`);
}

/**
 * Schedulers one after the other: number i + 1 starts, from its first epoch, at milestone i.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
 *
 * @example
 * const warmup = new optim.lrScheduler.LinearLR(optimizer, { totalIters: 5 });
 * const cosine = new optim.lrScheduler.CosineAnnealingLR(optimizer, 45);
 * const scheduler = new optim.lrScheduler.SequentialLR(optimizer, [warmup, cosine], [5]);
 */
export class SequentialLR {
  readonly optimizer: Scheduled;
  readonly #schedulers: readonly LRScheduler[];
  readonly #milestones: readonly number[];
  lastEpoch: number;
  #lastLr: number[];

  /** @throws WasmgradError unless there is one milestone fewer than schedulers, all of this optimizer */
  constructor(
    optimizer: Scheduled,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[],
    options: SchedulerOptions = {},
  ) {
    checkOptions('SequentialLR', options, ['lastEpoch']);
    checkSame('SequentialLR', optimizer, schedulers);
    if (milestones.length !== schedulers.length - 1) {
      const expected = `${schedulers.length} schedulers need ${schedulers.length - 1} milestones`;
      throw new WasmgradError(`SequentialLR: ${expected}, got ${milestones.length}`);
    }
    this.optimizer = optimizer;
    this.#schedulers = schedulers;
    this.#milestones = milestones;
    this.lastEpoch = (options.lastEpoch ?? -1) + 1;
    // The others have taken their first step when they were made: only the first one's counts.
    for (const group of optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    for (const scheduler of schedulers) scheduler.lastEpoch--;
    schedulers[0]!.start();
    this.#lastLr = schedulers[0]!.getLastLr();
  }

  /** The rates that the last step set. */
  getLastLr(): number[] {
    return [...this.#lastLr];
  }

  /** Moves one epoch on and sets the rates. */
  step(): void {
    everyTime(() => {
      this.lastEpoch++;
      const index = passed(this.#milestones, this.lastEpoch);
      const scheduler = this.#schedulers[index]!;
      if (index > 0 && this.#milestones[index - 1] === this.lastEpoch) scheduler.step(0);
      else scheduler.step();
      this.#lastLr = scheduler.getLastLr();
    });
  }

  /** Its own state and its schedulers', spelled as in PyTorch. */
  stateDict(): SchedulerState {
    return {
      _milestones: [...this.#milestones],
      last_epoch: this.lastEpoch,
      _last_lr: this.getLastLr(),
      _schedulers: this.#schedulers.map((scheduler) => scheduler.stateDict()),
    };
  }

  /** Takes over what `stateDict` gave. */
  loadStateDict(state: SchedulerState): void {
    this.lastEpoch = Number(state['last_epoch']);
    this.#lastLr = [...(state['_last_lr'] as number[])];
    const states = state['_schedulers'] as SchedulerState[];
    for (const [i, scheduler] of this.#schedulers.entries()) scheduler.loadStateDict(states[i]!);
  }
}

/**
 * Schedulers that step together, each from the rate that the one before has set.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html
 */
export class ChainedScheduler {
  readonly optimizer: Scheduled;
  readonly #schedulers: readonly LRScheduler[];

  /** @throws WasmgradError when there are no schedulers, or when they have different optimizers */
  constructor(schedulers: readonly LRScheduler[]) {
    checkSame('ChainedScheduler', schedulers[0]?.optimizer ?? { paramGroups: [] }, schedulers);
    this.optimizer = schedulers[0]!.optimizer;
    this.#schedulers = schedulers;
  }

  /** The rates that the last step set. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** Steps every scheduler. */
  step(): void {
    for (const scheduler of this.#schedulers) scheduler.step();
  }

  /** The schedulers' states, spelled as in PyTorch. */
  stateDict(): SchedulerState {
    return {
      _last_lr: this.getLastLr(),
      _schedulers: this.#schedulers.map((scheduler) => scheduler.stateDict()),
    };
  }

  /** Takes over what `stateDict` gave. */
  loadStateDict(state: SchedulerState): void {
    const states = state['_schedulers'] as SchedulerState[];
    for (const [i, scheduler] of this.#schedulers.entries()) scheduler.loadStateDict(states[i]!);
  }
}

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
