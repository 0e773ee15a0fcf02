import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init, nn, optim, shutdown, zeros } from '../../src/index.js';
import { camelOptions, schedulers, schedules } from './table.js';
import type { Schedule, SchedulerCase } from './table.js';

const { lrScheduler } = optim;

interface Scheduler {
  step(metric?: number): void;
  getLastLr(): number[];
  stateDict(): optim.lrScheduler.SchedulerState;
  loadStateDict(state: optim.lrScheduler.SchedulerState): void;
}

type Kind = new (optimizer: optim.Optimizer, ...args: unknown[]) => Scheduler;

/** As `make_optimizer` in tools/reference_optim.py. */
function makeOptimizer(name = 'SGD'): optim.SGD | optim.Adam {
  const groups = [{ params: new nn.Parameter(zeros([1])) }, { params: new nn.Parameter(zeros([1])), lr: 0.3 }];
  return name === 'SGD' ? new optim.SGD(groups, { lr: 0.1, momentum: 0.9 }) : new optim.Adam(groups, { lr: 0.1 });
}

/** As FUNCTIONS in tools/reference_optim.py. */
const functions: Record<string, (epoch: number) => number> = {
  halving: (epoch) => 0.5 ** epoch,
  falling: (epoch) => 1 / (1 + epoch),
};

/** As BUILT in tools/reference_optim.py. */
const built: Record<string, (optimizer: optim.Optimizer) => Scheduler> = {
  sequential: (optimizer) => {
    const linear = new lrScheduler.LinearLR(optimizer, { startFactor: 0.1, totalIters: 4 });
    const cosine = new lrScheduler.CosineAnnealingLR(optimizer, 8);
    return new lrScheduler.SequentialLR(optimizer, [linear, cosine, new lrScheduler.StepLR(optimizer, 2)], [5, 13]);
  },
  chained: (optimizer) => {
    const constant = new lrScheduler.ConstantLR(optimizer, { factor: 0.1, totalIters: 4 });
    return new lrScheduler.ChainedScheduler([constant, new lrScheduler.ExponentialLR(optimizer, 0.9)]);
  },
  warm_cosine: (optimizer) => {
    const scheduler = new lrScheduler.CosineAnnealingLR(optimizer, 12);
    return new lrScheduler.WarmupLR(optimizer, 5, { scheduler });
  },
  warm_cycle: (optimizer) => {
    const scheduler = new lrScheduler.OneCycleLR(optimizer, 0.5, { totalSteps: 20 });
    return new lrScheduler.WarmupLR(optimizer, 3, { scheduler, mode: 'exponential', startFactor: 0.1 });
  },
};

const valueOf = (given: unknown): unknown => (typeof given === 'string' ? (functions[given] ?? given) : given);

function makeScheduler(name: string, sample: SchedulerCase, optimizer: optim.Optimizer): Scheduler {
  if (sample.built) return built[sample.built]!(optimizer);
  const options = Object.entries(camelOptions(sample.options ?? {})).map(([key, value]) => [key, valueOf(value)]);
  if (sample.options?.['last_epoch'] !== undefined) {
    for (const group of optimizer.paramGroups) Object.assign(group, { initialLr: group.lr });
  }
  const kind = (lrScheduler as unknown as Record<string, Kind>)[name]!;
  return new kind(optimizer, ...(sample.args ?? []).map(valueOf), Object.fromEntries(options));
}

function metric(step: number): number {
  return step > 3 ? 1 : 5 - step;
}

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
        const optimizer = makeOptimizer(sample.optimizer);
        const scheduler = makeScheduler(name, sample, optimizer);
        expectState(optimizer, run, 0);
        for (let step = 1; step < run.lrs.length; step++) {
          scheduler.step(given(step - 1));
          expectState(optimizer, run, step);
          expect(scheduler.getLastLr()).toEqual(optimizer.paramGroups.map((group) => group.lr));
        }
      });

      it('goes on from its state', () => {
        const first = makeOptimizer(sample.optimizer);
        const before = makeScheduler(name, sample, first);
        for (let step = 1; step <= 7; step++) before.step(given(step - 1));
        const optimizer = makeOptimizer(sample.optimizer);
        const scheduler = makeScheduler(name, sample, optimizer);
        scheduler.loadStateDict(before.stateDict());
        optimizer.loadStateDict(first.stateDict());
        for (let step = 8; step < run.lrs.length; step++) {
          scheduler.step(given(step - 1));
          expectState(optimizer, run, step);
        }
      });
    });
  }
}
