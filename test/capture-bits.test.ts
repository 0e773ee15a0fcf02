import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { F, init, manualSeed, nn, optim, rand, randint, randn, shutdown } from '../src/index.js';
import type { Tensor } from '../src/index.js';
import { cnn, descend, expectSame, images, mlp, rows, traces } from './harness/captured.js';
import type { Step, Training } from './harness/captured.js';

beforeEach(() => init({ threads: 1 }));
afterEach(() => shutdown());

describe('capture: the same bits as without', () => {
  const optimizers: Record<string, (params: Tensor[]) => optim.Optimizer> = {
    SGD: (params) => new optim.SGD(params, { lr: 0.1 }),
    'SGD with momentum': (params) =>
      new optim.SGD(params, { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
    Adam: (params) => new optim.Adam(params, { lr: 0.01, amsgrad: true }),
    AdamW: (params) => new optim.AdamW(params, { lr: 0.01 }),
    RMSprop: (params) => new optim.RMSprop(params, { lr: 0.01, momentum: 0.5, centered: true }),
    Adagrad: (params) => new optim.Adagrad(params, { lr: 0.1 }),
    NAdam: (params) => new optim.NAdam(params, { lr: 0.01 }),
    Rprop: (params) => new optim.Rprop(params, { lr: 0.01 }),
  };
  for (const [name, make] of Object.entries(optimizers)) {
    it(`an MLP with ${name}`, () => {
      expectSame(() => {
        const model = mlp();
        return { model, step: descend(model, make(model.parameters())), batch: rows };
      });
    });
  }

  it('a CNN with batch norm and dropout, on 1, 2 and 4 threads', async () => {
    const make = (): Training => {
      const model = cnn();
      return { model, step: descend(model, new optim.Adam(model.parameters(), { lr: 0.01 })), batch: images };
    };
    const plain = traces(make, false);
    for (const threads of [1, 2, 4]) {
      shutdown();
      await init({ threads });
      expect(traces(make, true)).toEqual(plain);
    }
  });

  it('a scheduler outside of the step, and one inside', () => {
    for (const inside of [true, false]) {
      expectSame(() => {
        const model = mlp();
        const optimizer = new optim.SGD(model.parameters(), { lr: 0.5 });
        const scheduler = new optim.lrScheduler.StepLR(optimizer, 2, { gamma: 0.5 });
        const plain = descend(model, optimizer);
        const step: Step = (x, y) => {
          const loss = plain(x, y);
          if (inside) scheduler.step();
          return loss;
        };
        return { model, step, batch: rows, after: () => (inside ? undefined : scheduler.step()) };
      });
    }
  });

  it('two optimizer steps with a scheduler between', () => {
    expectSame(() => {
      const model = mlp();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.1 });
      const scheduler = new optim.lrScheduler.ExponentialLR(optimizer, 0.5);
      const plain = descend(model, optimizer);
      const step: Step = (x, y) => {
        plain(x, y);
        scheduler.step();
        return plain(x, y);
      };
      return { model, step, batch: rows };
    });
  });

  it('gradients that add up over steps, with the optimizer outside', () => {
    expectSame(() => {
      const model = mlp();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      const step: Step = (x, y) => {
        const loss = F.crossEntropy(model.forward(x), y);
        loss.backward();
        return loss;
      };
      const after = (i: number): void => {
        if (i % 3 !== 2) return;
        optimizer.step();
        optimizer.zeroGrad();
      };
      return { model, step, batch: rows, after };
    }, 8);
  });

  it('gradients that are dropped at the end of the step, clipped before', () => {
    expectSame(() => {
      const model = mlp();
      const optimizer = new optim.AdamW(model.parameters(), { lr: 0.1 });
      const step: Step = (x, y) => {
        const loss = F.crossEntropy(model.forward(x), y);
        loss.backward();
        nn.utils.clipGradNorm_(model.parameters(), 0.1);
        optimizer.step();
        optimizer.zeroGrad();
        return loss;
      };
      return { model, step, batch: rows };
    });
  });

  it('training and evaluation in turns, labels that are left out, a last batch that is smaller', () => {
    expectSame(() => {
      const model = cnn();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      const step: Step = (x, y) => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(x), y, { ignoreIndex: 1 });
        loss.backward();
        optimizer.step();
        return loss;
      };
      const batch = (i: number): [Tensor, Tensor] => [
        randn([i % 3 === 2 ? 3 : 6, 1, 8, 8]),
        randint(0, 3, [i % 3 === 2 ? 3 : 6]),
      ];
      return { model, step, batch, after: (i) => void model.train(i % 2 === 0) };
    }, 8);
  });

  it('seeds and draws', () => {
    expectSame(() => {
      const model = mlp();
      const step: Step = (x) => {
        const y = x.add(randn([5, 3])).mul(x.bernoulli({ p: 0.5 }));
        manualSeed(7);
        return y.add(rand([5, 3])).sum();
      };
      return { model, step, batch: rows };
    });
    expectSame(() => {
      const model = mlp();
      return { model, step: (x) => x.add(rand([5, 3])), batch: rows, after: (i) => void manualSeed(i) };
    });
  });
});
