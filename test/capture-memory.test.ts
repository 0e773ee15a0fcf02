import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { F, capture, info, init, manualSeed, nn, optim, scope, shutdown, tensor, zeros } from '../src/index.js';
import type { Tensor } from '../src/index.js';
import { observeJobs } from '../src/runtime/observe.js';
import { cnn, descend, images, mlp, rows } from './harness/captured.js';

beforeEach(() => init({ threads: 1 }));
afterEach(() => shutdown());

describe('capture: memory', () => {
  /** The peak of some steps of a CNN, above what was there before. */
  function peak(captured: boolean, make: (params: Tensor[]) => optim.Optimizer, small: boolean): number {
    manualSeed(1);
    const model = small ? mlp() : cnn();
    const plain = descend(model, make(model.parameters()));
    const step = captured ? capture(plain) : plain;
    for (let i = 0; i < 4; i++) {
      scope(() => {
        const [x, y] = small ? rows() : images();
        step(x, y);
      });
    }
    return info().memory.peak;
  }

  it('peaks below the plain step', async () => {
    const makers = [
      (params: Tensor[]) => new optim.SGD(params, { lr: 0.1 }),
      (params: Tensor[]) => new optim.Adam(params, { lr: 0.1 }),
    ];
    for (const make of makers) {
      for (const small of [true, false]) {
        shutdown();
        await init({ threads: 1 });
        const plain = peak(false, make, small);
        shutdown();
        await init({ threads: 1 });
        expect(peak(true, make, small)).toBeLessThan(plain);
      }
    }
  });

  it('is flat over 1000 replays, and back after dispose()', () => {
    const model = cnn();
    const optimizer = new optim.Adam(model.parameters());
    const step = capture(descend(model, optimizer));
    const turn = (): void =>
      scope(() => {
        const [x, y] = images();
        step(x, y);
      });
    turn();
    const { used, tensors, peak: most } = info().memory;
    for (let i = 0; i < 1000; i++) turn();
    expect(info().memory.used).toBe(used);
    expect(info().memory.tensors).toBe(tensors);
    expect(info().memory.peak).toBe(most);
    step.dispose();
    expect(info().memory.used).toBeLessThan(used);
    optimizer.zeroGrad();
    const without = info().memory.used;
    turn();
    step.dispose();
    optimizer.zeroGrad();
    expect(info().memory.used).toBe(without);
  });

  it('keeps a bounded number of recordings', () => {
    const step = capture((x: Tensor) => x.add(1).mul(2));
    for (let i = 1; i <= 16; i++) scope(() => void step(zeros([i])));
    const { used } = info().memory;
    for (let i = 1; i <= 16; i++) scope(() => void step(zeros([16 * 16 + i, 0])));
    expect(info().memory.used).toBeLessThanOrEqual(used);
  });

  it('records anew after shutdown', async () => {
    const step = capture((x: Tensor) => x.add(1));
    expect(step(tensor([1])).item()).toBe(2);
    shutdown();
    expect(() => step(tensor([1]))).toThrow('init');
    await init({ threads: 1 });
    expect(step(tensor([1])).item()).toBe(2);
  });
});

describe('capture: what is launched', () => {
  it('shows its jobs to observers, at most 60 for a step of the adder', () => {
    const adder = new nn.Sequential(new nn.Linear(2, 4), new nn.Linear(4, 4), new nn.Linear(4, 1));
    const optimizer = new optim.Adam(adder.parameters(), { lr: 2e-4 });
    const step = capture((pair: Tensor, sum: Tensor) => {
      optimizer.zeroGrad();
      const loss = F.mseLoss(adder.forward(pair), sum);
      loss.backward();
      optimizer.step();
    });
    const [pair, sum] = [tensor([30, 70]), tensor([100])];
    step(pair, sum);
    let launches = 0;
    const outer = observeJobs((_, run) => {
      launches++;
      run();
    });
    step(pair, sum);
    observeJobs(outer);
    expect(launches).toBeGreaterThan(5);
    expect(launches).toBeLessThanOrEqual(60);
  });
});
