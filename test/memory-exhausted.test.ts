import { afterEach, describe, expect, it } from 'vitest';
import {
  OutOfMemoryError,
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
  zeros,
} from '../src/index.js';

afterEach(() => shutdown());

const OPTIMIZERS: Record<string, (parameters: nn.Parameter[]) => optim.Optimizer> = {
  SGD: (parameters) => new optim.SGD(parameters, { lr: 0.1, momentum: 0.9 }),
  Adam: (parameters) => new optim.Adam(parameters, { amsgrad: true }),
};

/**
 * Three steps, the first of which has so many bytes (as many as it wants without a number); all of the memory is there for the others. Answers
 * whether the first one failed, and a check sum of the parameters.
 */
async function train(optimizerOf: string, captured: boolean, bytes = Infinity): Promise<[boolean, number]> {
  await init({ threads: 1, memory: { initial: 1, maximum: 2 } });
  manualSeed(0);
  const model = new nn.Sequential(new nn.Linear(64, 96), new nn.ReLU(), new nn.Linear(96, 120), new nn.Linear(120, 10));
  const optimizer = OPTIMIZERS[optimizerOf]!(model.parameters());
  const x = randn([64, 64]).keep();
  const plain = (input: Tensor): Tensor => {
    optimizer.zeroGrad();
    const loss = model.forward(input).square().mean();
    loss.backward();
    optimizer.step();
    return loss;
  };
  const step = captured ? capture(plain) : plain;
  const others: Tensor[] = [];
  let failed = false;
  if (bytes < Infinity) {
    for (const size of [32768, 4096, 64]) {
      const fill = (): void => {
        for (;;) others.push(zeros([size / 4]));
      };
      expect(fill).toThrow(OutOfMemoryError);
    }
    for (let freed = 0; freed < bytes && others.length > 0; freed += 32768) others.shift()!.dispose();
  }
  try {
    scope(() => step(x));
  } catch (error) {
    expect(error).toBeInstanceOf(OutOfMemoryError);
    failed = true;
  }
  for (const other of others) other.dispose();
  for (let i = 0; i < 2; i++) scope(() => step(x));
  const bits = model.parameters().flatMap((parameter) => [...new Int32Array(parameter.toTypedArray().buffer)]);
  const sum = bits.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193), 0x811c9dc5 | 0);
  expect(info().memory.used).toBeLessThan(2 << 20);
  shutdown();
  return [failed, sum];
}

describe('a step that runs out of memory, wherever it does', () => {
  for (const captured of [false, true]) {
    it.each(Object.keys(OPTIMIZERS))(
      `is as if it had not been, ${captured ? 'captured' : 'plain'}, %s`,
      async (name) => {
        const [, whole] = await train(name, captured);
        let [failures, bytes] = [0, 0];
        let last: number | null = null;
        for (; ; bytes += 32768) {
          const [failed, sum] = await train(name, captured, bytes);
          if (!failed) {
            expect(sum).toBe(whole);
            break;
          }
          // One step is missing, each time the same one.
          expect(sum).not.toBe(whole);
          if (last !== null) expect(sum).toBe(last);
          last = sum;
          failures++;
        }
        expect(failures).toBeGreaterThan(5);
      },
    );
  }
});
