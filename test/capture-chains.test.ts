import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Tensor } from '../src/index.js';
import type { Chain, Jobs, Memory } from '../src/runtime/chains.js';

const found: { readonly jobs: readonly number[]; readonly before: readonly number[] }[] = [];

/** Chains as they are found. */
vi.mock('../src/runtime/chains.js', async (original) => {
  const real = await original<typeof import('../src/runtime/chains.js')>();
  const findChains = <M extends Memory>(all: Jobs<M>): Chain<M>[] => {
    const chains = real.findChains(all);
    found.push(...chains);
    return chains;
  };
  return { ...real, findChains };
});
// Files share the modules that are loaded: this one has its own, with chains that are watched.
vi.resetModules();
const { F, capture, init, manualSeed, profile, randn, scope, shutdown } = await import('../src/index.js');
afterAll(() => {
  vi.doUnmock('../src/runtime/chains.js');
  vi.resetModules();
});

afterEach(async () => {
  found.length = 0;
  await shutdown();
});

type Chained = (x: Tensor, y: Tensor) => Tensor | Tensor[];

const FUNCTIONS: Record<string, Chained> = {
  'scalars and an activation': (x, y) => F.gelu(x.mul(3).add(y)).mul(0.5),
  'values that die inside': (x, y) => x.exp().add(1).log().sub(y).tanh().mul(y).sigmoid().neg(),
  'values that live on': (x, y) => {
    const a = x.mul(2);
    const b = a.add(y);
    const c = b.mul(a).relu();
    return [a, b, c, c.sub(a)];
  },
  'in place': (x, y) => {
    const a = x.mul(2);
    a.add_(y).mul_(a).sub_(1);
    return a.neg();
  },
  'an argument in place': (x, y) => {
    x.add_(y).mul_(2);
    return x.mul(y).add(x);
  },
  dropout: (x, y) =>
    F.dropout(F.gelu(x.add(y)), { p: 0.3 })
      .mul(2)
      .add(y),
  'other element sizes': (x, y) => x.gt(y).to('float32').mul(x).add(y.to('float64').to('float32')).mul(x.lt(0)),
  gradients: (x, y) => {
    const a = x.detach().requiresGrad_();
    const b = y.detach().requiresGrad_();
    F.silu(F.dropout(F.gelu(a.mul(b)).add(1).tanh(), { p: 0.5 }).mul(a))
      .sum()
      .backward();
    return [a.grad!.clone(), b.grad!.clone()];
  },
  'views that overlap': (x, y) => {
    const n = x.shape[0]!;
    const a = x.add(y);
    const [front, back] = [a.slice(0, 0, n - 1), a.slice(0, 1, n)];
    const sum = front.mul(2).add(back);
    back.mul_(0.5);
    front.add_(sum);
    return [a.mul(1), sum];
  },
  'broadcast elements that change': (x, y) => {
    const a = x.add(y);
    const first = a.slice(0, 0, 1);
    const b = a.mul(first);
    a.mul_(y);
    return [b.sub(a), a.add(first)];
  },
};

/** The bits of results, as numbers in float32. */
function bits(all: Tensor | Tensor[]): Int32Array[] {
  return [all].flat().map((each) => new Int32Array(Float32Array.from(each.tolist() as number[]).buffer));
}

/** A step's results and what is left in its arguments, from numbers that depend on `i`. */
function results(fn: Chained, n: number, i: number): Int32Array[] {
  return scope(() => {
    manualSeed(i);
    const [x, y] = [randn([n]), randn([n])];
    return [...bits(fn(x, y)), ...bits([x, y])];
  });
}

describe.each([1, 2])('chains on %i threads', (threads) => {
  it.each(Object.keys(FUNCTIONS))('%s: the bits of the plain step', async (name) => {
    await init({ threads });
    for (const n of [2, 3, 33, 4099, 70001]) {
      const step = capture(FUNCTIONS[name]!);
      for (let i = 0; i < 3; i++) {
        const expected = results(FUNCTIONS[name]!, n, i);
        results(step, n, i).forEach((each, k) =>
          expect(
            Buffer.compare(Buffer.from(each.buffer), Buffer.from(expected[k]!.buffer)),
            `${n} elements, result ${k}`,
          ).toBe(0),
        );
      }
      step.dispose();
    }
    expect(found.length).toBeGreaterThan(0);
  });
});

it('makes one job of many, whose fills come before it', async () => {
  await init({ threads: 1 });
  const step = capture(FUNCTIONS['scalars and an activation']!);
  results(step, 5, 0);
  expect(found.map(({ jobs, before }) => [jobs.length, before.length])).toEqual([[4, 1]]);
});

it('reorders nothing that depends on other elements', async () => {
  await init({ threads: 1 });
  const steps: Chained[] = [
    (x, y) =>
      x
        .slice(0, 0, 9)
        .mul_(2)
        .add(x.slice(0, 1, 10))
        .mul(y.slice(0, 0, 9)),
    (x) => x.mul_(x.slice(0, 3, 4)),
    (x, y) => x.mul(2).cumsum(0).mul(y),
  ];
  for (const fn of steps) {
    found.length = 0;
    results(capture(fn), 10, 0);
    expect(found.every(({ jobs }) => jobs.length < 3)).toBe(true);
  }
});

it('is safe where an argument is memory that the step uses, too', async () => {
  await init({ threads: 1 });
  const run = (make: (fn: Chained) => Chained): Int32Array[] => {
    manualSeed(1);
    const base = randn([20001]);
    const step = make((x) => {
      x.mul_(3);
      return base.slice(0, 0, 20000).add(x);
    });
    const [other, back] = [randn([20000]), base.slice(0, 1, 20001)];
    return [...bits(step(other, other)), ...bits(step(back, back)), ...bits(step(back, back)), ...bits(base)];
  };
  expect(run((fn) => capture(fn))).toEqual(run((fn) => fn));
});

it('shows a profile each of its jobs', async () => {
  await init({ threads: 1 });
  const step = capture(FUNCTIONS['scalars and an activation']!);
  results(step, 5, 0);
  const names = profile(() => results(step, 5, 0)).kernels.map(({ name }) => name);
  for (const name of ['mul', 'add', 'gelu']) expect(names).toContain(name);
});
