import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WasmgradError, init, nn, optim, shutdown, tensor, zeros } from '../src/index.js';

const { lrScheduler } = optim;

function makeOptimizer(name: string): optim.SGD | optim.Adam {
  const groups = [{ params: new nn.Parameter(zeros([1])) }, { params: new nn.Parameter(zeros([1])), lr: 0.3 }];
  return name === 'SGD' ? new optim.SGD(groups, { lr: 0.1, momentum: 0.9 }) : new optim.Adam(groups, { lr: 0.1 });
}

const functions: Record<string, (epoch: number) => number> = { halving: (epoch) => 0.5 ** epoch };

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

describe('schedulers', () => {
  it('warn once where they step before the optimizer', () => {
    const said: string[] = [];
    const plain = console.warn;
    console.warn = (text: string) => void said.push(text);
    try {
      const optimizer = makeOptimizer('SGD');
      const [first, second] = [1, 2].map(() => new lrScheduler.StepLR(optimizer, 3));
      optimizer.step();
      first!.step();
      expect(said).toEqual([]);
      for (let i = 0; i < 2; i++) new lrScheduler.StepLR(makeOptimizer('SGD'), 3).step();
      second!.step();
      expect(said).toEqual([
        "lrScheduler: step() came before the optimizer's first step(), so the first rate of the schedule is never used (step the optimizer first)",
      ]);
    } finally {
      console.warn = plain;
    }
  });

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
    [
      "SWALR: annealStrategy must be 'cos' or 'linear', got 'sin'",
      () => new lrScheduler.SWALR(sgd(), 0.1, { annealStrategy: 'sin' as 'cos' }),
    ],
    ['SWALR: swaLr must have one value for each of 2 groups, got 1', () => new optim.swaUtils.SWALR(sgd(), [0.1])],
    ['WarmupLR: warmupSteps must be a whole number of at least 1, got 0', () => new lrScheduler.WarmupLR(sgd(), 0)],
    [
      'WarmupLR: startFactor must be above 0 and at most 1, got 0',
      () => new lrScheduler.WarmupLR(sgd(), 5, { startFactor: 0, mode: 'exponential' }),
    ],
    [
      'WarmupLR: all schedulers must have one optimizer, number 0 has another',
      () => new lrScheduler.WarmupLR(sgd(), 5, { scheduler: new lrScheduler.StepLR(sgd(), 1) }),
    ],
  ];
  cases.push(
    [
      'SequentialLR: number 1 is a ReduceLROnPlateau (its step needs a metric)',
      () => {
        const optimizer = sgd();
        const parts = [new lrScheduler.StepLR(optimizer, 1), new lrScheduler.ReduceLROnPlateau(optimizer)];
        return new lrScheduler.SequentialLR(optimizer, parts as optim.lrScheduler.Steppable[], [1]);
      },
    ],
    ['ChainedScheduler: got no schedulers', () => new lrScheduler.ChainedScheduler([])],
    [
      'ChainedScheduler: number 0 is no scheduler',
      () => new lrScheduler.ChainedScheduler([sgd() as unknown as optim.lrScheduler.Steppable]),
    ],
    [
      'ChainedScheduler: all schedulers must have one optimizer, number 0 has another',
      () => new lrScheduler.ChainedScheduler([new lrScheduler.StepLR(sgd(), 1)], { optimizer: sgd() }),
    ],
    [
      'WarmupLR: step(epoch) after the warm-up needs a scheduler that is no sequence or chain',
      () => {
        const optimizer = sgd();
        const scheduler = new lrScheduler.ChainedScheduler([new lrScheduler.StepLR(optimizer, 1)]);
        new lrScheduler.WarmupLR(optimizer, 2, { scheduler }).step(4);
      },
    ],
  );
  for (const [message, run] of cases) {
    it(message, () => expect(run).toThrow(new WasmgradError(message)));
  }
});
