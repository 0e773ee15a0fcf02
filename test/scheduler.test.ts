import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WasmgradError, init, nn, optim, shutdown, tensor, zeros } from '../src/index.js';

const { lrScheduler } = optim;

interface Run {
  readonly scheduler: string;
  readonly optimizer: string;
  readonly args: unknown[];
  readonly options: Record<string, unknown>;
  readonly lrs: number[][];
  readonly momenta: number[];
}

const { runs } = JSON.parse(readFileSync(new URL('fixtures/schedulers.json', import.meta.url), 'utf8')) as {
  runs: Run[];
};

interface Scheduler {
  step(metric?: number): void;
  getLastLr(): number[];
  stateDict(): optim.lrScheduler.SchedulerState;
  loadStateDict(state: optim.lrScheduler.SchedulerState): void;
}

type Kind = new (optimizer: optim.Optimizer, ...args: unknown[]) => Scheduler;

function camel(options: Record<string, unknown>): object {
  const named = Object.entries(options).map(([name, value]) => [
    name.replace(/^T_/, 't_').replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(named) as object;
}

/** As `make_optimizer` in tools/reference_optim.py. */
function makeOptimizer(name: string): optim.SGD | optim.Adam {
  const groups = [{ params: new nn.Parameter(zeros([1])) }, { params: new nn.Parameter(zeros([1])), lr: 0.3 }];
  return name === 'SGD' ? new optim.SGD(groups, { lr: 0.1, momentum: 0.9 }) : new optim.Adam(groups, { lr: 0.1 });
}

const functions: Record<string, (epoch: number) => number> = {
  halving: (epoch) => 0.5 ** epoch,
  falling: (epoch) => 1 / (1 + epoch),
};

function makeScheduler(run: Run, optimizer: optim.Optimizer): Scheduler {
  if (run.scheduler === 'SequentialLR') {
    const linear = new lrScheduler.LinearLR(optimizer, { startFactor: 0.1, totalIters: 4 });
    const cosine = new lrScheduler.CosineAnnealingLR(optimizer, 8);
    return new lrScheduler.SequentialLR(optimizer, [linear, cosine, new lrScheduler.StepLR(optimizer, 2)], [5, 13]);
  }
  if (run.scheduler === 'ChainedScheduler') {
    const constant = new lrScheduler.ConstantLR(optimizer, { factor: 0.1, totalIters: 4 });
    return new lrScheduler.ChainedScheduler([constant, new lrScheduler.ExponentialLR(optimizer, 0.9)]);
  }
  const args = run.args.map((arg) => (typeof arg === 'string' ? functions[arg] : arg));
  const kind = (lrScheduler as unknown as Record<string, Kind>)[run.scheduler]!;
  return new kind(optimizer, ...args, camel(run.options));
}

function metric(step: number): number {
  return step > 3 ? 1 : 5 - step;
}

function momentumOf(optimizer: optim.SGD | optim.Adam): number {
  const group = optimizer.paramGroups[0]! as { momentum?: number; betas?: readonly number[] };
  return group.betas ? group.betas[0]! : group.momentum!;
}

function expectState(optimizer: optim.SGD | optim.Adam, run: Run, at: number): void {
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

for (const run of runs) {
  describe(`${run.scheduler}(${JSON.stringify(run.args)}, ${JSON.stringify(run.options)}) on ${run.optimizer}`, () => {
    it("sets PyTorch's rates and momenta", () => {
      const optimizer = makeOptimizer(run.optimizer);
      const scheduler = makeScheduler(run, optimizer);
      expectState(optimizer, run, 0);
      for (let step = 1; step < run.lrs.length; step++) {
        if (run.scheduler === 'ReduceLROnPlateau') scheduler.step(metric(step - 1));
        else scheduler.step();
        expectState(optimizer, run, step);
        expect(scheduler.getLastLr()).toEqual(optimizer.paramGroups.map((group) => group.lr));
      }
    });

    it('goes on from its state', () => {
      const first = makeOptimizer(run.optimizer);
      const before = makeScheduler(run, first);
      for (let step = 1; step <= 7; step++)
        before.step(run.scheduler === 'ReduceLROnPlateau' ? metric(step - 1) : undefined);
      const optimizer = makeOptimizer(run.optimizer);
      const scheduler = makeScheduler(run, optimizer);
      scheduler.loadStateDict(before.stateDict());
      optimizer.loadStateDict(first.stateDict());
      for (let step = 8; step < run.lrs.length; step++) {
        scheduler.step(run.scheduler === 'ReduceLROnPlateau' ? metric(step - 1) : undefined);
        expectState(optimizer, run, step);
      }
    });
  });
}

describe('schedulers', () => {
  it("spell their state as PyTorch's", () => {
    const scheduler = new lrScheduler.CosineAnnealingLR(makeOptimizer('SGD'), 5, { etaMin: 0.01 });
    scheduler.step();
    const { _last_lr: last, ...state } = scheduler.stateDict();
    expect(last).toEqual(scheduler.getLastLr());
    expect(state).toEqual({ T_max: 5, eta_min: 0.01, base_lrs: [0.1, 0.3], last_epoch: 1, _step_count: 2 });
  });

  it('resume from an epoch with the rates that the groups started from', () => {
    const optimizer = makeOptimizer('SGD');
    for (const group of optimizer.paramGroups) group.initialLr = group.lr;
    const scheduler = new lrScheduler.LambdaLR(optimizer, functions['halving']!, { lastEpoch: 2 });
    expect(scheduler.getLastLr()).toEqual([0.1 / 8, 0.3 / 8]);
  });

  it('take a metric as a tensor', () => {
    const optimizer = makeOptimizer('SGD');
    const scheduler = new lrScheduler.ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5 });
    scheduler.step(tensor(1));
    scheduler.step(tensor(2));
    expect(optimizer.paramGroups.map((group) => group.lr)).toEqual([0.05, 0.15]);
  });
});

describe('misuse', () => {
  const sgd = (): optim.SGD | optim.Adam => makeOptimizer('SGD');
  const still = (): optim.Optimizer => new optim.Adagrad([new nn.Parameter(zeros([1]))]);
  const cases: [string, () => unknown][] = [
    ['StepLR: stepSize must be a whole number of at least 1, got 0', () => new lrScheduler.StepLR(sgd(), 0)],
    [
      "StepLR: unknown option 'gama' (known: gamma, lastEpoch)",
      () => new lrScheduler.StepLR(sgd(), 1, { gama: 1 } as object),
    ],
    [
      'StepLR: paramGroups[0] has no initialLr, which resuming from lastEpoch 3 needs',
      () => new lrScheduler.StepLR(sgd(), 1, { lastEpoch: 3 }),
    ],
    ['OneCycleLR: pass totalSteps, or epochs and stepsPerEpoch', () => new lrScheduler.OneCycleLR(sgd(), 1)],
    [
      'OneCycleLR: pctStart must be from 0 to 1, got 2',
      () => new lrScheduler.OneCycleLR(sgd(), 1, { totalSteps: 5, pctStart: 2 }),
    ],
    [
      'OneCycleLR: maxLr must have one value for each of 2 groups, got 3',
      () => new lrScheduler.OneCycleLR(sgd(), [1, 2, 3], { totalSteps: 5 }),
    ],
    [
      'OneCycleLR: the optimizer has no momentum to cycle (pass { cycleMomentum: false })',
      () => new lrScheduler.OneCycleLR(still(), 1, { totalSteps: 5 }),
    ],
    [
      'OneCycleLR: step 5 is one too many, totalSteps is 3',
      () => {
        const scheduler = new lrScheduler.OneCycleLR(sgd(), 1, { totalSteps: 3 });
        for (let i = 0; i < 4; i++) scheduler.step();
      },
    ],
    ['LambdaLR: expected one function for each of 2 groups, got 1', () => new lrScheduler.LambdaLR(sgd(), [() => 1])],
    [
      'SequentialLR: 1 schedulers need 0 milestones, got 1',
      () => {
        const optimizer = sgd();
        return new lrScheduler.SequentialLR(optimizer, [new lrScheduler.StepLR(optimizer, 1)], [1]);
      },
    ],
    ['ReduceLROnPlateau: factor must be below 1, got 1', () => new lrScheduler.ReduceLROnPlateau(sgd(), { factor: 1 })],
  ];
  for (const [message, run] of cases) {
    it(message, () => expect(run).toThrow(new WasmgradError(message)));
  }
});
