import { nn, optim, zeros } from '../../src/index.js';
import { camelOptions } from './table.js';
import type { SchedulerCase } from './table.js';

const { lrScheduler } = optim;

/** Schedulers of all kinds. */
export interface Scheduler {
  step(metric?: number): void;
  getLastLr(): number[];
  stateDict(): optim.lrScheduler.SchedulerState;
  loadStateDict(state: optim.lrScheduler.SchedulerState): void;
}

type Sequence = optim.lrScheduler.SequentialLR;

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

function sequential(optimizer: optim.Optimizer, options: optim.lrScheduler.SchedulerOptions = {}): Sequence {
  const linear = new lrScheduler.LinearLR(optimizer, { startFactor: 0.1, totalIters: 4 });
  const cosine = new lrScheduler.CosineAnnealingLR(optimizer, 8);
  const parts = [linear, cosine, new lrScheduler.StepLR(optimizer, 2)];
  return new lrScheduler.SequentialLR(optimizer, parts, [5, 13], options);
}

function fallingLater(optimizer: optim.Optimizer): Sequence {
  const constant = new lrScheduler.ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
  return new lrScheduler.SequentialLR(optimizer, [constant, new lrScheduler.ExponentialLR(optimizer, 0.8)], [3]);
}

function chained(optimizer: optim.Optimizer): optim.lrScheduler.ChainedScheduler {
  const constant = new lrScheduler.ConstantLR(optimizer, { factor: 0.1, totalIters: 4 });
  return new lrScheduler.ChainedScheduler([constant, new lrScheduler.ExponentialLR(optimizer, 0.9)], { optimizer });
}

/** As BUILT in tools/reference_optim.py. */
const built: Record<string, (optimizer: optim.Optimizer) => Scheduler> = {
  sequential,
  sequential_later: (optimizer) => sequential(optimizer, { lastEpoch: 2 }),
  nested_first: (optimizer) => {
    const parts = [fallingLater(optimizer), new lrScheduler.StepLR(optimizer, 4)];
    return new lrScheduler.SequentialLR(optimizer, parts, [7]);
  },
  nested_later: (optimizer) => {
    const linear = new lrScheduler.LinearLR(optimizer, { startFactor: 0.1, totalIters: 4 });
    return new lrScheduler.SequentialLR(optimizer, [linear, chained(optimizer), fallingLater(optimizer)], [5, 11]);
  },
  chained,
  chained_around: (optimizer) => {
    const inner = fallingLater(optimizer);
    return new lrScheduler.ChainedScheduler([inner, new lrScheduler.MultiStepLR(optimizer, [2, 9], { gamma: 0.5 })]);
  },
  warm_nested: (optimizer) => new lrScheduler.WarmupLR(optimizer, 3, { scheduler: fallingLater(optimizer) }),
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

function construct(name: string, { args, options }: SchedulerCase, optimizer: optim.Optimizer): Scheduler {
  const given = Object.entries(camelOptions(options ?? {})).map(([key, value]) => [key, valueOf(value)]);
  const kind = (lrScheduler as unknown as Record<string, Kind>)[name]!;
  return new kind(optimizer, ...(args ?? []).map(valueOf), Object.fromEntries(given));
}

/** The optimizer and the scheduler of a case. */
export function makeScheduled(name: string, sample: SchedulerCase): [optim.SGD | optim.Adam, Scheduler] {
  const optimizer = makeOptimizer(sample.optimizer);
  if (sample.built) return [optimizer, built[sample.built]!(optimizer)];
  const { last_epoch: last, ...fresh } = sample.options ?? {};
  if (sample.resumed) {
    const before = construct(name, { ...sample, options: fresh }, optimizer);
    for (let i = 0; i < Number(last); i++) {
      optimizer.step();
      before.step();
    }
    const groups = (optimizer.paramGroups as optim.ParamGroup<optim.SGDOptions>[]).map((group) => ({ ...group }));
    const resumed = new optim.SGD(groups, { lr: 0.1, momentum: 0.9 });
    return [resumed, construct(name, sample, resumed)];
  }
  if (last !== undefined) for (const group of optimizer.paramGroups) group.initialLr = group.lr;
  return [optimizer, construct(name, sample, optimizer)];
}

/** What `ReduceLROnPlateau` sees: it falls for a while. */
export function metric(step: number): number {
  return step > 3 ? 1 : 5 - step;
}
