import { expect, it } from 'vitest';
import { optim } from '../../src/index.js';
import { optimizers, schedulers, schedules, trajectories } from './table.js';

/** The classes of a namespace, but for bases. */
function classes(namespace: object, bases: readonly string[]): string[] {
  return Object.entries(namespace).flatMap(([name, value]) =>
    typeof value === 'function' && /^[A-Z]/.test(name) && !bases.includes(name) ? [name] : [],
  );
}

it('has a row for each public optimizer', () => {
  // Rows of the op table (test/ops/training.ts).
  const others = ['GradientNoise', 'DropoutScheduler'];
  expect(Object.keys(optimizers).sort()).toEqual(classes(optim, ['Optimizer', ...others]).sort());
});

it('has a row for each public scheduler', () => {
  expect(Object.keys(schedulers).sort()).toEqual(classes(optim.lrScheduler, ['LRScheduler']).sort());
});

it('has a fixture for each case', () => {
  const counts = (rows: Readonly<Record<string, readonly unknown[]>>): [string, number][] =>
    Object.entries(rows).map(([name, cases]) => [name, cases.length]);
  expect(counts(trajectories)).toEqual(counts(optimizers));
  expect(counts(schedules)).toEqual(counts(schedulers));
});
