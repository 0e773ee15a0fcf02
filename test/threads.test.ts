import { afterEach, describe, expect, it } from 'vitest';
import { DisposedError, info, init, manualSeed, randn, scope, shutdown, tensor, WasmgradError } from '../src/index.js';
import { runScript } from './harness/script.js';

afterEach(() => shutdown());

describe('init', () => {
  it('starts the threads that are asked for', async () => {
    await init({ threads: 2 });
    expect(info().threads).toBe(2);
    expect(info().reason).toBeNull();
  });

  it('is harmless when called again, also before the first call is done', async () => {
    await Promise.all([init({ threads: 2 }), init({ threads: 1 }), init()]);
    const x = tensor([1, 2, 3]);
    await init({ threads: 1 });
    expect(info().threads).toBe(2);
    expect(x.sum().item()).toBe(6);
  });

  it('may be called again after shutdown, with other options', async () => {
    await init({ threads: 2 });
    const old = tensor([1]);
    shutdown();
    expect(info().threads).toBe(0);
    expect(info().memory.used).toBe(0);
    expect(() => old.item()).toThrow(DisposedError);
    expect(() => tensor([1])).toThrow(new WasmgradError('init: call `await init()` before the first operation'));
    await init({ threads: 1 });
    expect(info().threads).toBe(1);
    expect(info().memory.tensors).toBe(0);
    expect(tensor([4]).item()).toBe(4);
    expect(() => old.item()).toThrow(DisposedError);
  });

  it('survives shutdown while it starts', async () => {
    const starting = init({ threads: 2 });
    shutdown();
    await starting.catch(() => null);
    await init({ threads: 2 });
    expect(tensor([4]).item()).toBe(4);
  });

  it('is taken back by shutdown as often as one likes', async () => {
    for (let i = 0; i < 5; i++) {
      await init({ threads: 2 });
      expect(randn([300, 300]).matmul(randn([300, 300])).shape).toEqual([300, 300]);
      shutdown();
      shutdown();
    }
  });
});

/** A step with products, sums and elementwise work large enough to be split. */
function digest(): number[] {
  return scope(() => {
    manualSeed(1);
    const x = randn([257, 301]).requiresGrad_();
    const w = randn([301, 193]).requiresGrad_();
    const y = x.matmul(w).tanh().mul(0.5).softmax(1).log().sum(0).mean();
    y.backward();
    return [y.item() as number, x.grad!.sum().item() as number, ...w.grad!.sum(0).toTypedArray()];
  });
}

describe('threads', () => {
  it('give the same bits, however many there are', async () => {
    const found: number[][] = [];
    for (const threads of [1, 2, 3, 4]) {
      await init({ threads });
      expect(info().threads).toBe(threads);
      found.push(digest());
      shutdown();
    }
    for (const one of found) expect(one).toEqual(found[0]);
  });

  it('are not waited for once they are gone', { timeout: 40_000 }, async () => {
    const ended = await runScript(
      'killed-worker',
      `
      import { info, init, ones, scope } from './src/index.ts';
      import { setPatience } from './src/runtime/replay.ts';
      const threads = process.getBuiltinModule('node:worker_threads');
      const workers = [];
      const { Worker } = threads;
      threads.Worker = class extends Worker {
        constructor(...args) {
          super(...args);
          workers.push(this);
        }
      };
      await init({ threads: 3 });
      setPatience(500);
      const work = () => scope(() => ones([400, 400]).matmul(ones([400, 400])).sum().item());
      const before = work();
      let gone = 0;
      for (const worker of workers) worker.terminate().then(() => gone++);
      let same = true;
      const errors = [];
      for (let i = 0; gone < 2 || i < 100; i++) {
        try {
          same &&= work() === before;
        } catch (error) {
          errors.push(error.message);
        }
        if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      console.log(JSON.stringify({ before, same, errors, workers: workers.length, threads: info().threads }));
      `,
    );
    expect(ended.stderr).toBe('');
    const { errors, ...rest } = JSON.parse(ended.stdout) as { errors: string[] };
    expect(rest).toEqual({ before: 400 ** 3, same: true, workers: 2, threads: 1 });
    // A worker that ends in the middle of a kernel takes that one result with it.
    const lost = 'launch: a worker ended in the middle of a kernel, whose result is lost; one thread goes on';
    expect([[], [lost]]).toContainEqual(errors);
    expect(ended.code).toBe(0);
  });
});

describe('a script', () => {
  it('ends by itself without shutdown()', { timeout: 40_000 }, async () => {
    const ended = await runScript(
      'no-shutdown',
      `
      import { info, init, ones } from './src/index.ts';
      await init({ threads: 2 });
      console.log(info().threads, ones([500, 500]).matmul(ones([500, 500])).sum().item());
      `,
    );
    expect(ended).toMatchObject({ code: 0, stdout: `2 ${500 ** 3}\n`, stderr: '' });
  });

  it('that throws ends with code 1', { timeout: 40_000 }, async () => {
    const ended = await runScript(
      'throws',
      `
      import { init, ones } from './src/index.ts';
      await init({ threads: 2 });
      ones([2, 3]).matmul(ones([2, 3]));
      `,
    );
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('ShapeError: matmul: inner sizes differ (3 vs 2), got input [2, 3], other [2, 3]');
  });

  it('may import the package without any effect', { timeout: 40_000 }, async () => {
    const ended = await runScript(
      'import-only',
      `
      const before = Object.getOwnPropertyNames(globalThis).sort().join();
      const { tensor } = await import('./src/index.ts');
      console.log(Object.getOwnPropertyNames(globalThis).sort().join() === before);
      try {
        tensor([1]);
      } catch (error) {
        console.log(error.message);
      }
      `,
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toBe('true\ninit: call `await init()` before the first operation\n');
  });
});
