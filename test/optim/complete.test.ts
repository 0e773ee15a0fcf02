import { afterAll, beforeAll, expect, it } from 'vitest';
import { init, nn, optim, shutdown, zeros } from '../../src/index.js';
import { camelCase, optimizers, schedulers, schedules, trajectories } from './table.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

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

it('has a case for each option', () => {
  const made = { params: new nn.Parameter(zeros([2, 2])) };
  for (const [name, cases] of Object.entries(optimizers)) {
    const kind = (optim as unknown as Record<string, new (params: unknown) => optim.Optimizer>)[name]!;
    const wraps = cases.some(({ inner }) => inner);
    const optimizer = new kind(wraps ? new optim.SGD([made.params]) : [made.params]);
    const own = ['name', 'optimizer'];
    const known = wraps ? Object.keys(optimizer).filter((key) => !own.includes(key)) : Object.keys(optimizer.defaults);
    const used = new Set(cases.flatMap(({ options }) => Object.keys(options).map(camelCase)));
    expect([name, known.filter((option) => !used.has(option))]).toEqual([name, []]);
  }
});
