import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { F, info, init, manualSeed, nn, optim, scope, shutdown, tensor, type Tensor } from '../src/index.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

class Adder extends nn.Module {
  first = new nn.Linear(2, 4);
  second = new nn.Linear(4, 4);
  last = new nn.Linear(4, 1);

  forward(x: Tensor): Tensor {
    return this.last.forward(this.second.forward(this.first.forward(x)));
  }
}

describe('the adder of seed 42', () => {
  it('answers as it does in PyTorch, before and after training', () => {
    manualSeed(42);
    const model = new Adder();
    const x = tensor([30, 70]);
    const y = tensor([100]);
    expect(model.forward(x).item()).toBeCloseTo(1.186274766921997, 6);

    const optimizer = new optim.Adam(model.parameters(), { lr: 0.0002 });
    const step = (): void =>
      scope(() => {
        optimizer.zeroGrad();
        F.mseLoss(model.forward(x), y).backward();
        optimizer.step();
      });
    for (let i = 0; i < 50; i++) step();
    const { used, tensors } = info().memory;
    for (let i = 50; i < 2000; i++) step();
    expect(info().memory.used).toBe(used);
    expect(info().memory.tensors).toBe(tensors);
    expect(model.forward(x).item()).toBeCloseTo(99.9778, 3);
  });
});

describe('first values that are not drawn from uniforms', () => {
  it('are normal for embeddings, ones and zeros for norms', () => {
    manualSeed(0);
    const { weight } = new nn.Embedding(3, 2);
    // torch.manual_seed(0); torch.nn.Embedding(3, 2).weight
    const expected = [
      1.5409960746765137, -0.293428897857666, -2.1787893772125244, 0.5684312582015991, -1.0845223665237427,
      -1.3985954523086548,
    ];
    for (const [i, value] of [...weight.toTypedArray()].entries())
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6);
    for (const layer of [new nn.LayerNorm([3]), new nn.BatchNorm1d(3), new nn.BatchNorm2d(3)]) {
      expect(layer.weight!.tolist()).toEqual([1, 1, 1]);
      expect(layer.bias!.tolist()).toEqual([0, 0, 0]);
    }
  });
});
