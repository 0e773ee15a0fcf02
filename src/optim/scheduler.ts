import { WasmgradError, checkWhole } from '../core/errors.js';
import { everyTime } from '../runtime/recorder.js';
import { checkOptions } from '../tensor/options.js';
import { camelCase, snakeCase } from './state-names.js';

/** What a scheduler sets in a parameter group. */
export interface ScheduledGroup {
  lr: number;
  /** The rate that the schedule starts from; set by the first scheduler of a group. */
  initialLr?: number;
  momentum?: number;
  betas?: readonly [number, number];
  /** Limits of a one-cycle schedule. */
  maxLr?: number;
  minLr?: number;
  /** The rate that weight averaging goes to. */
  swaLr?: number;
  maxMomentum?: number;
  baseMomentum?: number;
}

/** What a scheduler needs of an optimizer. */
export interface Scheduled {
  readonly paramGroups: readonly ScheduledGroup[];
  /** Whether it has taken a step; undefined where nobody knows. */
  readonly _stepped?: boolean;
}

/** Options of every scheduler. */
export interface SchedulerOptions {
  /** The index of the last epoch, to resume with groups that have an `initialLr`. Default: -1, a fresh start. */
  lastEpoch?: number;
}

/** A scheduler's state, spelled as in PyTorch. */
export type SchedulerState = Record<string, unknown>;

/**
 * The base of schedulers: `step()` after each epoch (or batch) sets the learning rate of every parameter group.
 *
 * Source: https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
 */
export abstract class LRScheduler {
  readonly optimizer: Scheduled;
  /** The rates that the groups started with. */
  baseLrs: number[];
  /** The number of steps taken since the start. */
  lastEpoch: number;
  /** @internal */
  _stepCount = 0;
  /** @internal */
  _lastLr: number[] = [];

  /**
   * Subclasses call `start()` when their own fields are set.
   *
   * @throws WasmgradError for unknown options, or when resuming with groups that have no `initialLr`
   */
  constructor(name: string, optimizer: Scheduled, options: SchedulerOptions, known: readonly string[] = []) {
    checkOptions(name, options, [...known, 'lastEpoch']);
    const lastEpoch = options.lastEpoch ?? -1;
    for (const [i, group] of optimizer.paramGroups.entries()) {
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined) {
        throw new WasmgradError(
          `${name}: paramGroups[${i}] has no initialLr, which resuming from lastEpoch ${lastEpoch} needs`,
        );
      }
    }
    this.optimizer = optimizer;
    this.baseLrs = optimizer.paramGroups.map((group) => group.initialLr!);
    this.lastEpoch = lastEpoch;
  }

  /** @internal The step that every scheduler takes when it is made. */
  start(): void {
    this._stepCount = 0;
    this.step();
  }

  /** @internal Takes back the step that it took when it was made: a sequence starts it later. */
  _rewind(): void {
    this.lastEpoch--;
  }

  /** @internal Forgets all steps. */
  _reset(): void {
    this.lastEpoch = -1;
  }

  /** @internal Goes on from its first epoch. */
  _restart(): void {
    this.step(0);
  }

  /** The groups' rates for `lastEpoch`, from their present ones. */
  protected abstract rates(): number[];

  /** The groups' rates for `lastEpoch`, from the ones they started with, where there is a formula. */
  protected closedForm(): number[] {
    return this.rates();
  }

  /** The rates that the last step set. */
  getLastLr(): number[] {
    return [...this._lastLr];
  }

  /** Moves one epoch on, or to a given one, and sets the rates. Warns, once, where the optimizer has not taken a step before. */
  step(epoch?: number): void {
    everyTime(() => {
      if (this._stepCount === 1 && this.optimizer._stepped === false) warnOfOrder();
      this._stepCount++;
      this.lastEpoch = epoch ?? this.lastEpoch + 1;
      this.set(epoch === undefined ? this.rates() : this.closedForm());
    });
  }

  protected set(rates: readonly number[]): void {
    for (const [i, group] of this.optimizer.paramGroups.entries()) group.lr = rates[i]!;
    this._lastLr = this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** Everything but the optimizer and functions, spelled as in PyTorch; save the optimizer's state with it. */
  stateDict(): SchedulerState {
    const entries = Object.entries(this).filter(([name, value]) => name !== 'optimizer' && isPlain(value));
    return Object.fromEntries(entries.map(([name, value]) => [spelled(name), structuredClone(value)]));
  }

  /** Takes over what `stateDict` gave. Names it does not know are left out. */
  loadStateDict(state: SchedulerState): void {
    for (const [name, value] of Object.entries(state)) {
      const field = camelCase(name.replace(/^T_/, 't_'));
      if (Object.hasOwn(this, field)) Object.assign(this, { [field]: structuredClone(value) });
    }
  }
}

let warned = false;

function warnOfOrder(): void {
  if (warned) return;
  warned = true;
  console.warn(
    "lrScheduler: step() came before the optimizer's first step(), so the first rate of the schedule is never used (step the optimizer first)",
  );
}

/** PyTorch spells the periods of the cosine schedules `T_max`, `T_0`, `T_mult`. */
function spelled(name: string): string {
  return /^t[A-Z0-9]/.test(name) ? snakeCase(name).replace(/^t_?/, 'T_') : snakeCase(name);
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && value !== undefined);
}

/** One value a group, from one number for all of them or a list. */
export function perGroup(
  name: string,
  option: string,
  optimizer: Scheduled,
  value: number | readonly number[],
): number[] {
  const groups = optimizer.paramGroups.length;
  if (typeof value === 'number') return new Array<number>(groups).fill(value);
  if (value.length !== groups) {
    throw new WasmgradError(`${name}: ${option} must have one value for each of ${groups} groups, got ${value.length}`);
  }
  return [...value];
}

/** Throws unless `value` is a whole number of at least `least`. */
export function checkCount(name: string, option: string, value: number, least = 1): void {
  checkWhole(name, option, value, least, WasmgradError);
}

/** Throws unless `value` lies in [low, high]. */
export function checkRange(name: string, option: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new WasmgradError(`${name}: ${option} must be from ${low} to ${high}, got ${value}`);
  }
}

/** The number of milestones that are at most `epoch`; they ascend. */
export function passed(milestones: readonly number[], epoch: number): number {
  return milestones.filter((milestone) => milestone <= epoch).length;
}
