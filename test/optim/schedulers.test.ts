import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init, shutdown } from '../../src/index.js';
import type { optim } from '../../src/index.js';
import { makeScheduled, metric } from './schedules.js';
import { schedulers, schedules } from './table.js';
import type { Schedule } from './table.js';

function momentumOf(optimizer: optim.SGD | optim.Adam): number {
  const group = optimizer.paramGroups[0]! as { momentum?: number; betas?: readonly number[] };
  return group.betas ? group.betas[0]! : group.momentum!;
}

function expectState(optimizer: optim.SGD | optim.Adam, run: Schedule, at: number): void {
  for (const [i, group] of optimizer.paramGroups.entries()) {
    const expected = run.lrs[at]![i]!;
    expect(Math.abs(group.lr - expected), `lr after ${at} steps`).toBeLessThanOrEqual(
      1e-12 * Math.abs(expected) + 1e-17,
    );
  }
  expect(momentumOf(optimizer)).toBeCloseTo(run.momenta[at]!, 12);
}

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

for (const [name, cases] of Object.entries(schedulers)) {
  for (const [i, sample] of cases.entries()) {
    const run = schedules[name]![i]!;
    const given = name === 'ReduceLROnPlateau' ? metric : (): undefined => undefined;
    describe(`${name} ${JSON.stringify(sample)}`, () => {
      it("sets PyTorch's rates and momenta", () => {
        const [optimizer, scheduler] = makeScheduled(name, sample);
        expectState(optimizer, run, 0);
        for (let step = 1; step < run.lrs.length; step++) {
          optimizer.step();
          scheduler.step(given(step - 1));
          expectState(optimizer, run, step);
          expect(scheduler.getLastLr()).toEqual(optimizer.paramGroups.map((group) => group.lr));
        }
      });

      it('goes on from its state', () => {
        const [first, before] = makeScheduled(name, sample);
        for (let step = 1; step <= 7; step++) {
          first.step();
          before.step(given(step - 1));
        }
        const [optimizer, scheduler] = makeScheduled(name, sample);
        scheduler.loadStateDict(before.stateDict());
        optimizer.loadStateDict(first.stateDict());
        for (let step = 8; step < run.lrs.length; step++) {
          optimizer.step();
          scheduler.step(given(step - 1));
          expectState(optimizer, run, step);
        }
      });
    });
  }
}
