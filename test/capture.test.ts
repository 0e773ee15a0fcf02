import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DisposedError,
  F,
  IndexError,
  WasmgradError,
  autograd,
  capture,
  info,
  init,
  manualSeed,
  nn,
  noGrad,
  ones,
  optim,
  randn,
  scope,
  shutdown,
  tensor,
} from '../src/index.js';
import type { Tensor } from '../src/index.js';
import { descend, mlp } from './harness/captured.js';

beforeEach(() => init({ threads: 1 }));
afterEach(() => shutdown());

describe('capture: what goes in and comes out', () => {
  it('runs the function once for each kind of arguments', () => {
    let calls = 0;
    const step = capture((x: Tensor, n: number) => {
      calls++;
      return x.mul(n);
    });
    for (let i = 0; i < 3; i++) {
      expect(step(tensor([1, 2]), 2).tolist()).toEqual([2, 4]);
      expect(step(tensor([1, 2, 3]), 2).tolist()).toEqual([2, 4, 6]);
      expect(step(tensor([1, 2]), 3).tolist()).toEqual([3, 6]);
      expect(
        step(
          tensor([
            [1, 2],
            [3, 4],
          ]).T.select(0, 1),
          3,
        ).tolist(),
      ).toEqual([6, 12]);
      expect(step(tensor([1, 2], { dtype: 'int32' }), 3).dtype).toBe('int32');
      expect(noGrad(() => step(tensor([1, 2]), 3)).tolist()).toEqual([3, 6]);
    }
    expect(calls).toBe(6);
  });

  it('takes and gives tensors in arrays and objects, views, arguments and parameters', () => {
    const weight = new nn.Parameter(tensor([5, 6]));
    const step = capture(({ x, state: [h] }: { x: Tensor; state: Tensor[] }) => {
      const y = x.add(h!);
      return { y, all: [y.reshape([2, 1]), x, x.slice(0, 1), weight], name: 'step' };
    });
    for (let i = 0; i < 3; i++) {
      const x = tensor([i, 1]);
      const { y, all, name } = step({ x, state: [tensor([10, 20])] });
      expect(y.tolist()).toEqual([10 + i, 21]);
      expect(all.map((each) => each.tolist())).toEqual([[[10 + i], [21]], [i, 1], [1], [5, 6]]);
      expect(name).toBe('step');
      all[1]!.add_(1);
      expect(x.tolist()).toEqual([i + 1, 2]);
      y.zero_();
      expect(all[0]!.tolist()).toEqual([[0], [0]]);
    }
  });

  it('gives results that stay what they are', () => {
    const step = capture((x: Tensor) => x.mul(2));
    const results = [1, 2, 3].map((n) => step(tensor([n])));
    expect(results.map((y) => y.item())).toEqual([2, 4, 6]);
    expect(results[0]!.requiresGrad).toBe(false);
  });

  it('tells the same tensor twice from two tensors, and slices of one from others', () => {
    const step = capture((x: Tensor, y: Tensor) => x.add_(1).mul(y));
    const one = tensor([1, 2]);
    expect(step(one, one).tolist()).toEqual([4, 9]);
    expect(step(tensor([1, 2]), tensor([1, 2])).tolist()).toEqual([2, 6]);
    const set = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    for (let i = 0; i < 2; i++)
      expect(step(set.select(0, i), set.select(0, i + 1)).tolist()).toEqual(
        [
          [6, 12],
          [20, 30],
        ][i],
      );
    expect(set.tolist()).toEqual([
      [2, 3],
      [4, 5],
      [5, 6],
    ]);
  });

  it('gives gradients of arguments, added to those that are there', () => {
    const fn = (x: Tensor): Tensor => {
      const y = x.square().sum();
      y.backward();
      return y.detach();
    };
    const step = capture(fn);
    for (let i = 1; i < 4; i++) {
      const [a, b] = [tensor([i, 2], { requiresGrad: true }), tensor([i, 2], { requiresGrad: true })];
      for (let k = 0; k < 2; k++) expect(step(a).item()).toBe(fn(b).item());
      expect(a.grad!.tolist()).toEqual(b.grad!.tolist());
    }
    const dx = capture((x: Tensor) => autograd.grad(x.pow(3).sum(), x)[0]!);
    for (let i = 1; i < 4; i++) expect(dx(tensor([i], { requiresGrad: true })).item()).toBe(3 * i * i);
  });

  it('takes numbers from JavaScript as constants', () => {
    let n = 1;
    const step = capture((x: Tensor) => tensor([n++, 1]).add_(x).add(n));
    expect([1, 2, 3].map((i) => step(tensor([i, i])).tolist())).toEqual([
      [4, 4],
      [5, 5],
      [6, 6],
    ]);
  });

  it('nests', () => {
    const inner = capture((x: Tensor) => x.add(1));
    const outer = capture((x: Tensor) => inner(x).mul(2));
    expect([1, 2].map((i) => outer(tensor(i)).item())).toEqual([4, 6]);
    expect(inner(tensor(4)).item()).toBe(5);
  });

  it('sees what was frozen, cast, loaded or moved meanwhile', () => {
    manualSeed(1);
    const model = mlp();
    const step = capture((x: Tensor) => {
      model.zeroGrad();
      const loss = model.forward(x).square().sum();
      loss.backward();
      return loss;
    });
    const plain = (x: Tensor): number => model.forward(x).square().sum().item();
    const x = ones([2, 3]);
    expect(step(x).item()).toBe(plain(x));
    const [weight] = model.parameters();
    weight!.requiresGrad = false;
    step(x);
    expect(weight!.grad).toBeNull();
    weight!.requiresGrad = true;
    step(x);
    expect(weight!.grad).not.toBeNull();
    model.loadStateDict(mlp().stateDict());
    expect(step(x).item()).toBe(plain(x));
    model.double();
    expect(step(x.double()).item()).toBe(plain(x.double()));
    expect(weight!.grad!.dtype).toBe('float64');
  });

  it('counts its changes: backward notices that a saved tensor was changed by a replay', () => {
    const w = tensor([2], { requiresGrad: true });
    const step = capture(() => noGrad(() => void w.mul_(2)));
    step();
    const y = w.square().sum();
    step();
    expect(() => y.backward()).toThrow('changed in place');
    expect(w.item()).toBe(8);
  });

  it('shows the gradients of the last step, wherever they were dropped', () => {
    const w = tensor([2], { requiresGrad: true });
    const step = capture((x: Tensor) => {
      w.grad = null;
      w.mul(x).sum().backward();
    });
    step(tensor([1]));
    w.grad = null;
    step(tensor([5]));
    expect(w.grad!.tolist()).toEqual([5]);
    step.dispose();
    expect(w.grad!.tolist()).toEqual([5]);
    step(tensor([6]));
    expect(w.grad!.tolist()).toEqual([6]);
  });
});

describe('capture: errors', () => {
  const x = (): Tensor => tensor([1, 2, 3]);

  it.each<[string, (x: Tensor) => unknown]>([
    ['item()', (t) => t.sum().item()],
    ['tolist()', (t) => t.tolist()],
    ['toTypedArray()', (t) => t.toTypedArray()],
    ['printing', (t) => String(t)],
    ['item()', (t) => (t.sum().item() > 0 ? t : t.neg())],
  ])('%s in the middle throws', (who, fn) => {
    expect(() => capture(fn)(x())).toThrow(
      new WasmgradError(
        `capture: ${who} reads a value in the middle of the step, which is only being recorded ` +
          '(return the tensor from the captured function and read it after the step)',
      ),
    );
    expect(x().sum().item()).toBe(6);
  });

  it.each<[string, (x: Tensor) => unknown]>([
    ['nonzero', (t) => t.nonzero()],
    ['maskedSelect', (t) => t.maskedSelect(t.gt(1))],
    ['an index by a mask', (t) => t.index(t.gt(1))],
  ])('%s throws', (_, fn) => {
    expect(() => capture(fn)(x())).toThrow('capture: the size of a result depends on values');
  });

  it('an asynchronous function throws, as does an argument with a history', () => {
    expect(() => capture(async (t: Tensor) => Promise.resolve(t))(x())).toThrow(
      'capture: the function returned a promise',
    );
    expect(() => capture((t: Tensor) => t.mul(2))(x().requiresGrad_().mul(2))).toThrow(
      'capture: argument tensor 0 has a history',
    );
  });

  it('a failed recording leaves everything usable and no memory', () => {
    const w = tensor([2], { requiresGrad: true });
    const { used, tensors } = info().memory;
    const bad = capture((t: Tensor) => {
      w.grad = null;
      w.mul(t).sum().backward();
      const kept = t.add(1).keep();
      return kept.sum().item();
    });
    for (let i = 0; i < 3; i++) expect(() => scope(() => bad(x()))).toThrow('capture: item()');
    expect(w.grad).toBeNull();
    expect(info().memory.used).toBe(used);
    expect(info().memory.tensors - tensors).toBeLessThanOrEqual(3);
    w.mul(3).backward(ones([1]));
    expect(w.grad!.item()).toBe(3);
  });

  it('labels out of range throw as without, at the place where they are used', () => {
    const model = mlp();
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const step = capture(descend(model, optimizer));
    const input = randn([2, 3]);
    const labels = (...values: number[]): Tensor => tensor(values, { dtype: 'int32' });
    const message = 'crossEntropy: label 2 at position 1 is out of range for 2 classes';
    expect(() => step(input, labels(0, 2))).toThrow(new IndexError(message));
    step(input, labels(0, 1));
    const before = model.parameters().map((p) => p.tolist());
    expect(() => step(input, labels(0, 2))).toThrow(new IndexError(message));
    expect(model.parameters().map((p) => p.tolist())).toEqual(before);
    step(input, labels(1, 1));
    const pick = capture((table: Tensor, at: Tensor) => table.indexSelect(0, at));
    expect(pick(tensor([1, 2, 3]), labels(2)).tolist()).toEqual([3]);
    expect(() => pick(tensor([1, 2, 3]), labels(3))).toThrow(IndexError);
    const quotient = capture((a: Tensor, b: Tensor) => a.floorDivide(b));
    expect(quotient(labels(7), labels(2)).tolist()).toEqual([3]);
    expect(() => quotient(labels(7), labels(0))).toThrow('ZeroDivisionError');
    const bce = capture((p: Tensor) => F.binaryCrossEntropy(p, ones([2])));
    bce(tensor([0.5, 1]));
    expect(() => bce(tensor([0.5, 2]))).toThrow('got 2 at position 1');
  });

  it('a step with second derivatives is recorded once', () => {
    const model = new nn.Sequential(new nn.Linear(3, 4), new nn.LeakyReLU(0.2), new nn.Linear(4, 1));
    let recordings = 0;
    const step = capture((input: Tensor) => {
      recordings++;
      model.zeroGrad();
      const t = input.clone().requiresGrad_();
      const [slope] = autograd.grad(model.forward(t).sum(), t, { createGraph: true });
      const penalty = slope!.norm(2, 1).sub(1).square().mean();
      penalty.backward();
      return penalty;
    });
    for (let i = 0; i < 4; i++) scope(() => step(randn([2, 3])));
    expect(recordings).toBe(1);
  });

  it('a freed argument throws', () => {
    const step = capture((t: Tensor) => t.mul(2));
    step(x());
    const freed = x();
    freed.dispose();
    expect(() => step(freed)).toThrow(DisposedError);
  });
});
