import { readFileSync } from 'node:fs';
import type { optim } from '../../src/index.js';

function read<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as T;
}

/** Options as PyTorch spells them. */
export type Options = Record<string, unknown>;

/** One configuration of an optimizer. */
export interface OptimizerCase {
  readonly options: Options;
  /** What is minimised (test/optim/tasks.ts). Default: gradients that are given. */
  readonly task?: 'gradients' | 'matrices' | 'embedding' | 'function';
  /** Options of the second parameter alone; without it all parameters are one group. */
  readonly second?: Options;
  /** The optimizer inside of a wrapper, and its options. */
  readonly inner?: readonly [string, Options];
  /** How many steps float32 can follow: a line search near the minimum compares values that differ by their rounding alone. Default: 20. */
  readonly float32_steps?: number;
}

/** One configuration of a scheduler: arguments and options, or the name of how it is built of others. */
export interface SchedulerCase {
  readonly args?: readonly unknown[];
  readonly options?: Options;
  readonly built?: string;
  /** Whether another scheduler has taken steps up to `last_epoch` before, and the optimizer is made of the groups as they are then. */
  readonly resumed?: boolean;
  readonly optimizer?: 'SGD' | 'Adam';
}

/** Elements of each parameter. */
export type Values = number[][];

/** What PyTorch makes of a case: parameters after steps 5 and 10, the state then, and parameters after steps 15 and 20. */
export interface Trajectory {
  readonly trajectory: Values[];
  readonly state: {
    state: Record<string, Record<string, unknown>>;
    param_groups: optim.OptimizerState['param_groups'];
  };
  readonly rest: Values[];
}

/** What PyTorch makes of a case: rates and momenta after each step. */
export interface Schedule {
  readonly lrs: number[][];
  readonly momenta: number[];
}

type Rows<T> = Readonly<Record<string, readonly T[]>>;

/** The rows of the table: each public optimizer and scheduler by its name, with its cases. */
export const optimizers: Rows<OptimizerCase> = read('optimizers.json');
export const schedulers: Rows<SchedulerCase> = read('schedulers.json');

/** Their fixtures, in the order of the cases; `tools/reference_optim.py` makes them. */
export const trajectories: Rows<Trajectory> = read<{ rows: Rows<Trajectory> }>('../fixtures/optim.json').rows;
export const schedules: Rows<Schedule> = read<{ rows: Rows<Schedule> }>('../fixtures/schedulers.json').rows;

/** `T_mult` → `tMult`. */
export function camelCase(name: string): string {
  return name.replace(/^T_/, 't_').replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Options as they are spelled here. */
export function camelOptions(options: Options): Options {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [camelCase(name), value]));
}
