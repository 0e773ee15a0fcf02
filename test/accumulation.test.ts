import { afterAll, beforeAll, expect, it } from 'vitest';
import { WasmgradError, data, init, manualSeed, nn, optim, randn, shutdown, train } from '../src/index.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

/** The weights after training on 10 samples, and the rates that a scheduler set. */
async function trained(batchSize: number, accumulate?: number): Promise<{ weights: number[]; lr: number }> {
  manualSeed(1);
  const model = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 1)).double();
  const set = new data.TensorDataset(randn([10, 3], { dtype: 'float64' }), randn([10, 1], { dtype: 'float64' }));
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  const scheduler = new optim.lrScheduler.ExponentialLR(optimizer, 0.9);
  await train.fit(model, new data.DataLoader(set, { batchSize }), {
    loss: new nn.MSELoss(),
    optimizer,
    scheduler,
    schedulerInterval: 'step',
    epochs: 3,
    progress: 'none',
    ...(accumulate ? { accumulate } : {}),
  });
  return { weights: model.parameters().flatMap((p) => [...p.toTypedArray()]), lr: optimizer.paramGroups[0]!.lr };
}

it.each([
  [10, 2, 5],
  [10, 3, 4],
  [6, 3, 2],
  [8, 4, 2],
])('steps as with batches of %d where batches of %d add up by %d', async (large, small, accumulate) => {
  const [whole, parts] = [await trained(large), await trained(small, accumulate)];
  expect(parts.lr).toBe(whole.lr);
  for (const [i, x] of whole.weights.entries()) expect(Math.abs(parts.weights[i]! - x)).toBeLessThan(1e-13);
});

it('refuses what cannot be', async () => {
  await expect(trained(2, 0.5)).rejects.toThrow(
    new WasmgradError('fit: accumulate must be a whole number of at least 1, got 0.5'),
  );
});
