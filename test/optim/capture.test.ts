import { afterEach, beforeEach, expect, it } from 'vitest';
import { F, Generator, capture, init, nn, optim, scope, shutdown } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { expectSame, mlp, rows, traces } from '../harness/captured.js';
import type { Training } from '../harness/captured.js';

beforeEach(() => init({ threads: 1 }));
afterEach(() => shutdown());

/** A training that does something more in the step, before the optimizer and after it. */
function training(
  more: (model: nn.Module, optimizer: optim.Optimizer) => { before?(): void; after?(): void },
): Training {
  const model = mlp();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const { before, after } = more(model, optimizer);
  const step = (x: Tensor, y: Tensor): Tensor => {
    optimizer.zeroGrad();
    const loss = F.crossEntropy(model.forward(x), y);
    loss.backward();
    before?.();
    optimizer.step();
    after?.();
    return loss;
  };
  return { model, step, batch: rows };
}

it('gradient noise draws and anneals in a captured step', () => {
  expectSame(() =>
    training((model) => {
      const noise = new optim.GradientNoise(model.parameters(), { generator: new Generator().manualSeed(1) });
      return { before: () => noise.step() };
    }),
  );
});

it('weights are averaged in a captured step', () => {
  const averages = [true, false].map((captured) => {
    let averaged: optim.swaUtils.AveragedModel | null = null;
    const make = (): Training =>
      training((model) => {
        averaged = new optim.swaUtils.AveragedModel(model);
        return { after: () => averaged!.updateParameters(model) };
      });
    traces(make, captured);
    const state = averaged!.stateDict();
    return Object.entries(state).map(([name, x]) => [name, x.tolist()]);
  });
  expect(averages[0]).toEqual(averages[1]);
  expect(averages[0]![0]).toEqual(['n_averaged', 6]);
});

it('warm-up, clipping by units and the max-norm constraint are part of a captured step', () => {
  expectSame(() =>
    training((model, optimizer) => {
      const scheduler = new optim.lrScheduler.WarmupLR(optimizer, 3, {
        scheduler: new optim.lrScheduler.ExponentialLR(optimizer, 0.5),
      });
      return {
        before: () => nn.utils.adaptiveClipGrad_(model.parameters(), { clipFactor: 0.1 }),
        after: () => {
          nn.utils.maxNorm_(model.parameters(), 0.5);
          scheduler.step();
        },
      };
    }),
  );
});

it('a dropout schedule between captured steps takes effect', () => {
  expectSame(() => {
    const model = new nn.Sequential(new nn.Linear(3, 8), new nn.Dropout(), new nn.Linear(8, 2));
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const scheduler = new optim.DropoutScheduler(model, 0.5, 4, { schedule: 'linear' });
    const step = (x: Tensor, y: Tensor): Tensor => {
      optimizer.zeroGrad();
      const loss = F.crossEntropy(model.forward(x), y);
      loss.backward();
      optimizer.step();
      return loss;
    };
    return { model, step, batch: rows, after: () => scheduler.step() };
  });
});

it('a dropout schedule cannot step inside', () => {
  const scheduler = new optim.DropoutScheduler(new nn.Dropout(), 0.5, 4);
  expect(() => capture(() => scheduler.step())()).toThrow(
    'DropoutScheduler: step cannot be captured, because p decides what runs (step after it)',
  );
});

it('L-BFGS cannot step inside', () => {
  const x = new nn.Parameter(rows()[0]);
  const optimizer = new optim.LBFGS([x]);
  const evaluate = (): Tensor => x.square().sum();
  expect(() => scope(() => capture(() => optimizer.step(evaluate))())).toThrow(
    'LBFGS: step cannot be captured, because how often it evaluates depends on values (capture the closure instead)',
  );
});
