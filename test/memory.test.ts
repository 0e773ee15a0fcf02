import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DisposedError,
  F,
  OutOfMemoryError,
  type Tensor,
  data,
  info,
  init,
  manualSeed,
  nn,
  ones,
  optim,
  randint,
  randn,
  scope,
  shutdown,
  tensor,
  zeros,
} from '../src/index.js';

beforeEach(() => init({ threads: 1 }));
afterEach(() => shutdown());

class Net extends nn.Module {
  fc1 = new nn.Linear(8, 16);
  norm = new nn.BatchNorm1d(16);
  drop = new nn.Dropout(0.1);
  fc2 = new nn.Linear(16, 4);

  override forward(x: Tensor): Tensor {
    return this.fc2.forward(this.drop.forward(F.relu(this.norm.forward(this.fc1.forward(x)))));
  }
}

describe('the plain loop', () => {
  it('holds its memory flat for 10,000 steps', { timeout: 120_000 }, () => {
    manualSeed(0);
    const set = new data.TensorDataset(randn([80, 8]), randint(0, 4, [80], { dtype: 'int32' }));
    const loader = new data.DataLoader(set, { batchSize: 8, shuffle: true });
    const model = new Net();
    const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
    const seen: string[] = [];
    const epochs = 1000;
    for (let epoch = 0; epoch < epochs; epoch++) {
      let steps = 0;
      for (const [x, y] of loader) {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(x!), y!);
        loss.backward();
        optimizer.step();
        steps++;
      }
      expect(steps).toBe(10);
      if (epoch === 1 || epoch === epochs - 1) {
        const { used, reserved, tensors } = info().memory;
        seen.push(JSON.stringify({ used, reserved, tensors }));
      }
    }
    expect(seen[1]).toBe(seen[0]);
  });

  it('gives a step back when it is left half way', () => {
    const set = new data.TensorDataset(randn([8, 8]));
    const loader = new data.DataLoader(set, { batchSize: 2 });
    const before = info().memory;
    for (const [x] of loader) {
      x!.mul(2).add(1);
      break;
    }
    const thrown = (): void => {
      for (const [x] of loader) {
        x!.mul(2);
        throw new Error('half way');
      }
    };
    expect(thrown).toThrow('half way');
    expect(info().memory.used).toBe(before.used);
    expect(info().memory.tensors).toBe(before.tensors);
  });
});

describe('scope', () => {
  it('frees what is made inside but what it returns', () => {
    const before = info().memory.tensors;
    const inside: Tensor[] = [];
    const { y, list } = scope(() => {
      const x = tensor([1, 2, 3]);
      const a = x.mul(2);
      const b = x.add(1);
      inside.push(x);
      return { y: a, list: [b] };
    });
    expect(y.tolist()).toEqual([2, 4, 6]);
    expect(list[0]!.tolist()).toEqual([2, 3, 4]);
    expect(inside[0]!.isDisposed).toBe(true);
    expect(info().memory.tensors).toBe(before + 2);
  });

  it('hands what it returns to the scope around it', () => {
    const before = info().memory;
    scope(() => {
      const y = scope(() => tensor([1]).add(1));
      expect(y.item()).toBe(2);
    });
    expect(info().memory.used).toBe(before.used);
  });

  it('frees everything when it is left by an error', () => {
    const before = info().memory.used;
    expect(() =>
      scope(() => {
        zeros([100, 100]);
        throw new Error('out');
      }),
    ).toThrow('out');
    expect(info().memory.used).toBe(before);
  });

  it('keeps parameters, gradients and what keep() took out', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const kept = scope(() => {
      const y = w.mul(w);
      y.sum().backward();
      const extra = tensor([7]).keep();
      return extra;
    });
    expect(w.grad!.tolist()).toEqual([2, 4]);
    expect(kept.item()).toBe(7);
    const linear = scope(() => new nn.Linear(2, 2));
    expect(linear.weight.shape).toEqual([2, 2]);
  });

  it('keeps a base alive as long as a view of it lives', () => {
    const before = info().memory.used;
    const row = scope(() => tensor([[1, 2], [3, 4]]).select(0, 1)); // prettier-ignore
    expect(row.tolist()).toEqual([3, 4]);
    row.dispose();
    expect(info().memory.used).toBe(before);
  });
});

describe('dispose', () => {
  it('frees at once, and twice is once', () => {
    const before = info().memory.used;
    const x = zeros([1000]);
    expect(info().memory.used).toBeGreaterThan(before);
    x.dispose();
    x.dispose();
    expect(info().memory.used).toBe(before);
  });

  it('is what `using` does at the end of a block', () => {
    const before = info().memory.used;
    {
      using x = zeros([1000]);
      expect(x.isDisposed).toBe(false);
    }
    expect(info().memory.used).toBe(before);
  });

  it('is told by every later use, with the place', () => {
    const x = tensor([[1, 2, 3]]);
    x.dispose();
    const use = (): unknown => x.add(1);
    expect(use).toThrow(DisposedError);
    expect(use).toThrow(/^add: the tensor \[1, 3\] was freed\n {2}freed here\n[^]*memory\.test\.ts:\d+/);
    expect(() => x.toTypedArray()).toThrow(DisposedError);
    expect(() => tensor([[1, 2, 3]]).mul(x)).toThrow(DisposedError);
  });

  it('names a place near by where thousands are freed at once', () => {
    const freed = Array.from({ length: 5000 }, () => zeros([1]));
    for (const x of freed) x.dispose();
    const told = freed.map((x) => {
      try {
        return String(x.add(1));
      } catch (error) {
        return (error as Error).message;
      }
    });
    const place =
      /^add: the tensor \[1\] was freed\n {2}freed here(, or less than a millisecond later)?\n[^]*memory\.test\.ts:\d+/;
    expect(told.filter((message) => !place.test(message))).toEqual([]);
    expect(told.some((message) => message.includes('less than a millisecond later'))).toBe(true);
  });

  it('of a tensor leaves views and the tape intact', () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    const y = x.mul(3);
    const z = y.mul(y);
    y.dispose();
    z.sum().backward();
    expect(x.grad!.tolist()).toEqual([18, 36, 54]);
  });
});

describe('a tensor that is dropped', () => {
  const collected = async (used: number): Promise<void> => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let i = 0; i < 50 && info().memory.used > used; i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(info().memory.used).toBe(used);
  };

  it('is freed in time', async () => {
    const before = info().memory.used;
    (() => {
      for (let i = 0; i < 50; i++) zeros([1000]).add(1).mul(2);
    })();
    expect(info().memory.used).toBeGreaterThan(before);
    await collected(before);
  });

  it('takes along the gradient that nobody has seen', async () => {
    const before = info().memory.used;
    const shown: (Tensor | null)[] = [];
    const train = (look: boolean): void => {
      const x = ones([1000]).requiresGrad_();
      x.mul(2).sum().backward();
      if (look) shown.push(x.grad);
    };
    train(false);
    train(true);
    await collected(before + 4032);
    expect(shown[0]!.sum().item()).toBe(2000);
    expect(info().memory.tensors).toBeLessThan(5);
  });
});

describe('out of memory', () => {
  it('says what was asked for and leaves everything usable', async () => {
    shutdown();
    await init({ threads: 1, memory: { initial: 1, maximum: 8 } });
    const x = ones([512, 512]);
    const big = tensor([1, 2, 3]);
    const ask = (): unknown => zeros([1024, 4096]);
    expect(ask).toThrow(OutOfMemoryError);
    expect(ask).toThrow(
      /^init: out of memory for a float32 tensor of shape \[1024, 4096\] \(16\.0 MiB\), 1\.0 MiB in use; largest alive: float32 \[512, 512\] 1\.0 MiB, .*\(free tensors with scope\(\), or raise memory\.maximum in init\(\)\)$/,
    );
    expect(x.sum().item()).toBe(512 * 512);
    expect(big.tolist()).toEqual([1, 2, 3]);
    const before = info().memory.used;
    for (let i = 0; i < 5; i++) {
      expect(() =>
        scope(() => {
          const list: Tensor[] = [];
          for (;;) list.push(ones([256, 256]));
        }),
      ).toThrow(OutOfMemoryError);
      expect(info().memory.used).toBe(before);
    }
    x.dispose();
    expect(ones([600, 600]).sum().item()).toBe(360000);
  });

  it('in the middle of backward leaves the leaves usable', async () => {
    shutdown();
    await init({ threads: 1, memory: { initial: 1, maximum: 4 } });
    const x = ones([256, 256]).requiresGrad_();
    let failed = 0;
    for (let i = 0; i < 20; i++) {
      try {
        scope(() => {
          const y = x.exp().tanh().sigmoid().mul(x).exp();
          y.sum().backward();
        });
      } catch (error) {
        expect(error).toBeInstanceOf(OutOfMemoryError);
        failed++;
      }
    }
    expect([0, 20]).toContain(failed);
    expect(x.detach().sum().item()).toBe(65536);
  });
});
