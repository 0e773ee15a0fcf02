import { afterAll, beforeAll, expect, it } from 'vitest';
import { init, scope, shutdown } from '../../src/index.js';
import { Deletions } from '../harness/deletion.js';
import { makeScheduled, metric } from './schedules.js';
import { optimizers, schedulers } from './table.js';
import type { OptimizerCase, SchedulerCase } from './table.js';
import { advance, make, numbersIn, start } from './tasks.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

/** What schedulers keep in a group, so that an optimizer made of it goes on: `SGD` shows it for all, whose base takes it. */
const scheduled = ['initialLr', 'maxLr', 'minLr', 'swaLr', 'maxMomentum', 'baseMomentum'];

/** Options that change what is done, not what comes out of it. */
const silent: ReadonlySet<string> = new Set([
  // Made anew by each SWALR, as in PyTorch.
  'SGD swaLr',
  // Checked alone: it is the one that the schedulers have.
  'ChainedScheduler optimizer',
  // Its rates go by the steps since it was made, as in PyTorch; the epoch stands in its state alone.
  'SWALR lastEpoch',
]);

function answer(run: () => unknown): string {
  try {
    return JSON.stringify(scope(run));
  } catch (error) {
    return String(error);
  }
}

function trained(name: string, sample: OptimizerCase): unknown {
  const { task = 'gradients' } = sample;
  const params = start(task, 'float64');
  const optimizer = make(name, sample, params);
  advance(optimizer, params, task, 1, 10);
  const { state } = optimizer.stateDict();
  return [params.map((x) => x.tolist()), Object.values(state).map((entry) => Object.values(entry).map(numbersIn))];
}

function scheduleOf(name: string, sample: SchedulerCase): unknown {
  const [optimizer, scheduler] = makeScheduled(name, sample);
  return Array.from({ length: 20 }, (_, step) => {
    const seen = optimizer.paramGroups.map(({ lr, betas, momentum }: Seen) => [lr, betas, momentum]);
    optimizer.step();
    scheduler.step(name === 'ReduceLROnPlateau' ? metric(step) : undefined);
    return seen;
  });
}

type Seen = { lr: number; betas?: unknown; momentum?: unknown };

/** Whether an option is one of the table's classes. */
function own(name: string, option: string): boolean {
  return name in schedulers || (name in optimizers && (name === 'SGD' || !scheduled.includes(option)));
}

it('are never accepted and ignored: each one changes what some row compares', { timeout: 120_000 }, () => {
  const deletions = new Deletions(own);
  for (const [name, cases] of Object.entries(optimizers)) {
    for (const sample of cases) deletions.look(name, () => answer(() => trained(name, sample)));
  }
  for (const [name, cases] of Object.entries(schedulers)) {
    for (const sample of cases) deletions.look(name, () => answer(() => scheduleOf(name, sample)));
  }
  const ignored = [...deletions.known.keys()].filter((option) => !deletions.effective.has(option));
  expect(ignored.sort()).toEqual([...silent].sort());
});
