import { everyTime } from '../runtime/recorder.js';
import { WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { ReduceLROnPlateau } from './plateau.js';
import { LRScheduler, passed } from './scheduler.js';
import type { Scheduled, SchedulerOptions, SchedulerState } from './scheduler.js';

/** What can be part of a sequence or a chain: a scheduler whose `step` needs nothing, or again a sequence or a chain. */
export type Steppable = LRScheduler | CompositeScheduler;

/** Throws unless all can step without a metric, and have this optimizer. */
export function checkParts(name: string, optimizer: Scheduled, schedulers: readonly Steppable[]): void {
  if (schedulers.length === 0) throw new WasmgradError(`${name}: got no schedulers`);
  for (const [i, scheduler] of schedulers.entries()) {
    if (!(scheduler instanceof LRScheduler || scheduler instanceof CompositeScheduler)) {
      const plateau = (scheduler as unknown) instanceof ReduceLROnPlateau;
      const got = plateau ? 'a ReduceLROnPlateau (its step needs a metric)' : 'no scheduler';
      throw new WasmgradError(`${name}: number ${i} is ${got}`);
    }
    if (scheduler.optimizer !== optimizer) {
      throw new WasmgradError(`${name}: all schedulers must have one optimizer, number ${i} has another`);
    }
  }
}

/** The base of schedulers of schedulers. */
export abstract class CompositeScheduler {
  readonly optimizer: Scheduled;
  protected readonly schedulers: readonly Steppable[];

  constructor(name: string, optimizer: Scheduled, schedulers: readonly Steppable[]) {
    checkParts(name, optimizer, schedulers);
    this.optimizer = optimizer;
    this.schedulers = [...schedulers];
  }

  /** Moves one epoch on and sets the rates. */
  abstract step(): void;

  /** The rates that the last step set. */
  abstract getLastLr(): number[];

  /** @internal Takes back the first step, which all took when they were made. */
  abstract _rewind(): void;

  /** @internal Forgets all steps. */
  _reset(): void {
    for (const scheduler of this.schedulers) scheduler._reset();
  }

  /** @internal The first step, after `_rewind` or `_reset`. */
  abstract start(): void;

  /** @internal Starts anew from the rates that the groups began with. */
  _restart(): void {
    for (const group of this.optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    this._reset();
    this.start();
  }

  /** Its own state and its schedulers', spelled as in PyTorch. */
  stateDict(): SchedulerState {
    return { _last_lr: this.getLastLr(), _schedulers: this.schedulers.map((scheduler) => scheduler.stateDict()) };
  }

  /** Takes over what `stateDict` gave. */
  loadStateDict(state: SchedulerState): void {
    const states = state['_schedulers'] as SchedulerState[];
    for (const [i, scheduler] of this.schedulers.entries()) scheduler.loadStateDict(states[i]!);
  }
}

/**
 * Schedulers one after the other: number i + 1 starts, from its first epoch, at milestone i. Sequences and chains may be among them.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
 *
 * @example
 * const warmup = new optim.lrScheduler.LinearLR(optimizer, { totalIters: 5 });
 * const cosine = new optim.lrScheduler.CosineAnnealingLR(optimizer, 45);
 * const scheduler = new optim.lrScheduler.SequentialLR(optimizer, [warmup, cosine], [5]);
 */
export class SequentialLR extends CompositeScheduler {
  readonly #milestones: readonly number[];
  lastEpoch: number;
  #lastLr: number[];

  /**
   * @throws WasmgradError unless there is one milestone fewer than schedulers, all of this optimizer and none of them a
   *   `ReduceLROnPlateau`, and for an unknown option
   */
  constructor(
    optimizer: Scheduled,
    schedulers: readonly Steppable[],
    milestones: readonly number[],
    options: SchedulerOptions = {},
  ) {
    checkOptions('SequentialLR', options, ['lastEpoch']);
    super('SequentialLR', optimizer, schedulers);
    if (milestones.length !== schedulers.length - 1) {
      const expected = `${schedulers.length} schedulers need ${schedulers.length - 1} milestones`;
      throw new WasmgradError(`SequentialLR: ${expected}, got ${milestones.length}`);
    }
    this.#milestones = [...milestones];
    this.lastEpoch = (options.lastEpoch ?? -1) + 1;
    // The others have taken their first step when they were made: only the first one's counts.
    for (const group of optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    for (const scheduler of schedulers) scheduler._rewind();
    schedulers[0]!.start();
    this.#lastLr = schedulers[0]!.getLastLr();
  }

  override getLastLr(): number[] {
    return [...this.#lastLr];
  }

  override step(): void {
    everyTime(() => {
      this.lastEpoch++;
      const index = passed(this.#milestones, this.lastEpoch);
      const scheduler = this.schedulers[index]!;
      if (index > 0 && this.#milestones[index - 1] === this.lastEpoch) scheduler._restart();
      else scheduler.step();
      this.#lastLr = scheduler.getLastLr();
    });
  }

  /** @internal */
  override _rewind(): void {
    this.lastEpoch--;
    this.schedulers[0]!._rewind();
  }

  /** @internal */
  override _reset(): void {
    this.lastEpoch = -1;
    super._reset();
  }

  /** @internal */
  override start(): void {
    this.lastEpoch++;
    const scheduler = this.schedulers[passed(this.#milestones, this.lastEpoch)]!;
    scheduler.start();
    this.#lastLr = scheduler.getLastLr();
  }

  override stateDict(): SchedulerState {
    return { ...super.stateDict(), _milestones: [...this.#milestones], last_epoch: this.lastEpoch };
  }

  override loadStateDict(state: SchedulerState): void {
    super.loadStateDict(state);
    this.lastEpoch = Number(state['last_epoch']);
    this.#lastLr = [...(state['_last_lr'] as number[])];
  }
}

/** Options of `ChainedScheduler`. */
export interface ChainedSchedulerOptions {
  /** The optimizer that all schedulers must have. Default: the first scheduler's. */
  optimizer?: Scheduled;
}

/**
 * Schedulers that step together, each from the rate that the one before has set. Sequences and chains may be among them.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html
 */
export class ChainedScheduler extends CompositeScheduler {
  /**
   * @throws WasmgradError when there are no schedulers, when they have different optimizers, when one is a `ReduceLROnPlateau`,
   *   or for an unknown option
   */
  constructor(schedulers: readonly Steppable[], options: ChainedSchedulerOptions = {}) {
    checkOptions('ChainedScheduler', options, ['optimizer']);
    super('ChainedScheduler', options.optimizer ?? schedulers[0]?.optimizer ?? { paramGroups: [] }, schedulers);
  }

  override getLastLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  override step(): void {
    for (const scheduler of this.schedulers) scheduler.step();
  }

  /** @internal */
  override _rewind(): void {
    for (const scheduler of this.schedulers) scheduler._rewind();
  }

  /** @internal */
  override start(): void {
    for (const scheduler of this.schedulers) scheduler.start();
  }
}
