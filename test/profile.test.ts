import { afterEach, expect, it } from 'vitest';
import {
  capture,
  F,
  info,
  init,
  nn,
  optim,
  profile,
  randn,
  scope,
  shutdown,
  tensor,
  WasmgradError,
} from '../src/index.js';

afterEach(() => shutdown());

const SIZES = [20, 48, 36, 10] as const;
const BATCH = 64;

function mlpStep(): () => number {
  const model = new nn.Sequential(
    new nn.Linear(SIZES[0], SIZES[1]),
    new nn.ReLU(),
    new nn.Linear(SIZES[1], SIZES[2]),
    new nn.ReLU(),
    new nn.Linear(SIZES[2], SIZES[3]),
  );
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const x = randn([BATCH, SIZES[0]]).keep();
  const y = tensor(Int32Array.from({ length: BATCH }, (_, i) => i % 10)).keep();
  return () =>
    scope(() => {
      optimizer.zeroGrad();
      const loss = F.crossEntropy(model.forward(x), y);
      loss.backward();
      optimizer.step();
      return loss.item();
    });
}

it.each([1, 2])('counts the operations of a training step on %i threads', async (threads) => {
  await init({ threads });
  const step = mlpStep();
  step();
  const found = profile(step);
  expect(found.result).toBeGreaterThan(0);
  expect(found.threads).toBe(info().threads);
  const products = found.kernels.filter(({ name }) => name.startsWith('gemm'));
  // Forward and the weights' gradients on every layer, the input's gradient on all but the first: 2mnk each.
  const layers = SIZES.slice(1).map((n, i) => 2 * BATCH * n * SIZES[i]!);
  const expected = 3 * layers.reduce((a, b) => a + b) - layers[0]!;
  expect(products.reduce((sum, { flop }) => sum + flop, 0)).toBe(expected);
  expect(products.reduce((sum, { calls }) => sum + calls, 0)).toBe(8);
  expect(found.calls).toBe(found.kernels.reduce((sum, { calls }) => sum + calls, 0));
  expect(found.flop).toBeGreaterThan(expected);
  expect(found.bytes).toBeGreaterThan(4 * BATCH * SIZES[0]);
  expect(found.kernelMilliseconds).toBeLessThanOrEqual(found.milliseconds);
  expect(found.peak.gflops).toBeGreaterThan(0.1);
  expect(found.peak.gbs).toBeGreaterThan(0.1);
  for (const kernel of found.kernels) {
    expect(kernel.shareOfPeak).toBeCloseTo(Math.max(kernel.gflops / found.peak.gflops, kernel.gbs / found.peak.gbs), 9);
    expect(Number.isFinite(kernel.flop) && kernel.flop >= 0, kernel.name).toBe(true);
    expect(Number.isFinite(kernel.bytes) && kernel.bytes > 0, kernel.name).toBe(true);
  }
});

it('counts convolutions and elementwise work by their sizes', async () => {
  await init({ threads: 1 });
  const x = randn([2, 4, 9, 9]);
  const w = randn([6, 2, 3, 3]);
  const conv = profile(() => F.conv2d(x, w, null, { padding: 1, groups: 2 }));
  expect(conv.kernels.reduce((most, { flop }) => Math.max(most, flop), 0)).toBe(2 * 2 * 6 * 2 * 9 * 81);
  const [add] = profile(() => x.add(x)).kernels;
  expect(add).toMatchObject({ name: 'add', calls: 1, flop: x.numel, bytes: 3 * 4 * x.numel });
  const [product] = profile(() =>
    randn([3, 1, 5, 7])
      .keep()
      .matmul(randn([4, 7, 6])),
  ).kernels.filter(({ name }) => name.startsWith('gemm'));
  expect(product).toMatchObject({ flop: 2 * 3 * 4 * 5 * 6 * 7, bytes: 4 * (12 * 30 + 3 * 35 + 4 * 42) });
});

it('counts the same kernels in a replay of captured steps as in eager ones', async () => {
  await init({ threads: 2 });
  const x = randn([32, 20]).keep();
  const w = randn([20, 48], { requiresGrad: true }).keep();
  const run = (): void => {
    w.grad = null;
    x.matmul(w).relu().sum().backward();
  };
  const step = capture(run);
  step();
  step();
  const products = (found: ReturnType<typeof profile>): number[][] =>
    found.kernels.filter(({ name }) => /^gemm(?!Pack)/.test(name)).map(({ calls, flop }) => [calls, flop]);
  const replayed = products(profile(() => step()));
  expect(replayed).toEqual(products(profile(() => scope(run))));
  expect(replayed.reduce((sum, [, flop]) => sum + flop!, 0)).toBe(2 * 2 * 32 * 20 * 48);
});

it('counts recurrent cells, CTC, resampling and sums of rows by their sizes', async () => {
  await init({ threads: 1 });
  const costs = (fn: () => unknown): Record<string, { flop: number; bytes: number }> =>
    Object.fromEntries(
      profile(() => scope(() => void fn())).kernels.map(({ name, flop, bytes }) => [name, { flop, bytes }]),
    );
  const [T, N, H] = [5, 12, 20];
  const lstm = new nn.LSTM(8, H);
  const x = randn([T, N, 8]).keep();
  const found = costs(() => lstm.forward(x)[0].sum().backward());
  expect(found['lstmCell']).toEqual({ flop: 13 * T * N * H, bytes: 17 * 4 * T * N * H });
  expect(found['lstmCellBackward']).toEqual({ flop: 24 * T * N * H, bytes: 14 * 4 * T * N * H });
  // Once forward [4H, H] and once back.
  expect(found['gemmPack']).toEqual({ flop: 0, bytes: 2 * 2 * 4 * 4 * H * H });
  const C = 6;
  const scores = randn([T, 2, C]).logSoftmax(-1).detach().keep();
  scores.requiresGrad = true;
  const labels = tensor([1, 2, 3, 4], { dtype: 'int32' }).keep();
  const ctc = costs(() => F.ctcLoss(scores, labels, [5, 4], [1, 3]).backward());
  const states = 5 * 3 + 4 * 7;
  expect(ctc['ctcLoss']).toEqual({ flop: 13 * states, bytes: 12 * states });
  expect(ctc['ctcLossBackward']).toEqual({ flop: 16 * states + 2 * 9 * C, bytes: 8 * states + 8 * T * 2 * C });
  const image = randn([2, 3, 4, 6]).keep();
  const { flop } = costs(() => F.interpolate(image, { size: [8, 6], mode: 'bilinear', alignCorners: false }))[
    'resample'
  ]!;
  // Two taps a row of the result, or one where they fall together.
  expect(flop).toBeGreaterThan(2 * 6 * 8 * 6);
  expect(flop).toBeLessThanOrEqual(2 * 2 * 6 * 8 * 6 + 2 * 6 * 8 * 6);
  const to = tensor(Int32Array.from({ length: 40 }, (_, i) => i % 7)).keep();
  const table = randn([7, 16], { requiresGrad: true }).keep();
  const embedding = costs(() => F.embedding(to, table).sum().backward());
  expect(embedding['sumSegments']).toEqual({ flop: 40 * 16, bytes: 4 * 16 * 47 + 4 * 47 });
  const rows = randn([40, 16]).keep();
  const added = costs(() => table.detach().indexAdd(0, to, rows));
  expect(added['scatterAdd']).toEqual({ flop: 40 * 16, bytes: 4 * 4 * 40 * 16 });
});

it('prints a table and makes a trace', async () => {
  await init({ threads: 1 });
  const x = randn([64, 64]);
  const found = profile(() => x.matmul(x).relu());
  const table = String(found);
  expect(table).toMatch(/^kernel +calls +ms +of time +GFLOP\/s +GB\/s +of peak\n/);
  expect(table).toContain('relu');
  expect(table).toContain('peak on 1 thread:');
  const { traceEvents } = JSON.parse(JSON.stringify(found.toChromeTrace())) as ReturnType<typeof found.toChromeTrace>;
  expect(traceEvents).toHaveLength(1 + found.calls);
  for (const event of traceEvents) expect(event).toMatchObject({ ph: 'X', pid: 1, tid: 1, ts: expect.any(Number) });
});

it('waits for promises, gives errors on, and does not nest', async () => {
  expect(() => profile(() => 0)).toThrow('await init()');
  await init({ threads: 1 });
  const x = randn([8]);
  const found = await profile(async () => {
    await Promise.resolve();
    return x.exp().sum().item();
  });
  expect(found.kernels.map(({ name }) => name)).toContain('exp');
  expect(() => profile(() => profile(() => 0))).toThrow(WasmgradError);
  expect(() =>
    profile(() => {
      throw new Error('mine');
    }),
  ).toThrow('mine');
  await expect(profile(() => Promise.reject(new Error('later')))).rejects.toThrow('later');
  expect(profile(() => 7)).toMatchObject({ result: 7, calls: 0 });
});

it('ends on a clock that stands still, and then knows no peak', async () => {
  await init({ threads: 1 });
  const now = performance.now;
  performance.now = () => 7;
  try {
    const { peak, kernels } = profile(() => randn([8]).exp());
    expect(peak).toEqual({ gflops: NaN, gbs: NaN });
    expect(kernels.map(({ name }) => name)).toContain('exp');
  } finally {
    performance.now = now;
  }
});
