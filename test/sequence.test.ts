import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  F,
  autograd,
  capture,
  info,
  init,
  manualSeed,
  nn,
  optim,
  randn,
  scope,
  shutdown,
  type Tensor,
} from '../src/index.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

/** Tells from the last state whether the first element was above zero. */
class Memory extends nn.Module {
  lstm = new nn.LSTM(1, 8);
  head = new nn.Linear(8, 1);

  override forward(x: Tensor): Tensor {
    const [, [h]] = this.lstm.forward(x);
    return this.head.forward(h.squeeze(0));
  }
}

/** Losses of a network that learns to remember the first of four elements. */
function remember(captured: boolean): number[] {
  manualSeed(1);
  const model = new Memory();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.03 });
  const plain = (x: Tensor, y: Tensor): Tensor => {
    optimizer.zeroGrad();
    const loss = F.binaryCrossEntropyWithLogits(model.forward(x), y);
    loss.backward();
    optimizer.step();
    return loss;
  };
  const step = captured ? capture(plain) : plain;
  const losses: number[] = [];
  let used = 0;
  for (let i = 0; i < 120; i++) {
    scope(() => {
      const x = randn([4, 32, 1]).sign();
      losses.push(step(x, x.select(0, 0).gt(0).float()).item());
    });
    if (i === 10) ({ used } = info().memory);
  }
  expect(info().memory.used).toBe(used);
  return losses;
}

describe('an LSTM', () => {
  it('learns to remember, in flat memory, and with capture to the bit as without', () => {
    const losses = remember(false);
    expect(losses[0]).toBeGreaterThan(0.6);
    expect(Math.max(...losses.slice(-5))).toBeLessThan(0.1);
    expect(remember(true)).toEqual(losses);
  });

  it('gives the same gradients where backward is recorded', () => {
    manualSeed(2);
    const lstm = new nn.LSTM(3, 5, { numLayers: 2, bidirectional: true });
    const x = randn([4, 2, 3]);
    const gradients = (createGraph: boolean): number[] => {
      const [y, [h, c]] = lstm.forward(x);
      const loss = y.square().sum().add(h.sum()).add(c.sum());
      return autograd.grad(loss, lstm.parameters(), { createGraph }).flatMap((dp) => [...dp.toTypedArray()]);
    };
    const [fused, recorded] = [gradients(false), gradients(true)];
    fused.forEach((value, i) => expect(recorded[i]).toBeCloseTo(value, 4));
  });
});
