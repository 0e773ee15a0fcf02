import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { F, capture, info, init, manualSeed, nn, noGrad, optim, randn, scope, shutdown } from '../src/index.js';
import type { Captured, Tensor } from '../src/index.js';
import { kernelNames } from '../src/runtime/kernel-names.js';
import { observeJobs } from '../src/runtime/observe.js';
import { I32 } from '../src/runtime/heap.js';

beforeEach(async () => {
  await init({ threads: 1 });
  manualSeed(1);
});
afterEach(() => shutdown());

/** How often jobs that prepare weights run while `fn` does. */
function preparations(fn: () => void): number {
  let count = 0;
  observeJobs((record, run) => {
    if (/Filter$|Pack/.test(kernelNames[I32[record]!]!)) count++;
    run();
  });
  try {
    fn();
  } finally {
    observeJobs(null);
  }
  return count;
}

/** Two convolutions by Winograd's formula and two products on packed weights. */
function network(): nn.Sequential {
  return new nn.Sequential(
    new nn.Conv2d(8, 8, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.Conv2d(8, 8, 3, { padding: 1 }),
    new nn.Flatten(2),
    new nn.Linear(64, 32),
    new nn.Linear(32, 20),
  );
}

const image = (): Tensor => randn([2, 8, 8, 8]);

/** The number of weights of `network` that are prepared. */
const PREPARED = 4;

describe('capture: what is prepared of weights', () => {
  /** Expects that a captured forward pass prepares weights once, and anew after `change`, with the bits of the plain one. */
  function follows(change: (model: nn.Sequential) => void, weights = PREPARED): void {
    const model = network();
    const forward = capture((x: Tensor) => noGrad(() => model.forward(x)));
    const same = (): number =>
      scope(() => {
        const x = image();
        let y: unknown;
        const count = preparations(() => (y = forward(x).tolist()));
        expect(y).toEqual(noGrad(() => model.forward(x)).tolist());
        return count;
      });
    expect([same(), same(), same()]).toEqual([PREPARED, 0, 0]);
    for (let i = 0; i < 2; i++) {
      scope(() => change(model));
      expect([same(), same()]).toEqual([weights, 0]);
    }
    forward.dispose();
  }

  const gradients = (model: nn.Module): void => {
    for (const p of model.parameters()) p.grad = randn(p.shape);
  };
  const first = (model: nn.Sequential): Tensor => (model.at(0) as nn.Conv2d).weight;

  it('follows changes in place, of the tensor and of views', () => {
    follows((model) => noGrad(() => void first(model).mul_(1.5)), 1);
    follows((model) => noGrad(() => void first(model).select(0, 2).fill_(0.25)), 1);
    follows(
      (model) =>
        void first(model)
          .detach()
          .copy_(randn([8, 8, 3, 3])),
      1,
    );
    follows((model) => noGrad(() => void first(model).normal_()), 1);
  });

  it('follows optimizers, of one job and of tensor operations, plain and captured', () => {
    for (const make of [
      (params: Tensor[]) => new optim.SGD(params, { lr: 0.1 }),
      (params: Tensor[]) => new optim.Adam(params),
      (params: Tensor[]) => new optim.Adadelta(params),
    ]) {
      follows((model) => {
        gradients(model);
        make(model.parameters()).step();
      });
      const steps = new Map<nn.Module, Captured<[Tensor], Tensor>>();
      follows((model) => {
        let step = steps.get(model);
        if (!step) {
          const optimizer = make(model.parameters());
          step = capture((x: Tensor) => {
            optimizer.zeroGrad();
            const loss = model.forward(x).square().mean();
            loss.backward();
            optimizer.step();
            return loss;
          });
          steps.set(model, step);
        }
        step(image());
      });
    }
  });

  it('follows loadStateDict and replacement', () => {
    follows((model) => void model.loadStateDict(network().stateDict()));
    const model = network();
    const forward = capture((x: Tensor) => noGrad(() => model.forward(x)));
    for (let i = 0; i < 3; i++) {
      scope(() => {
        const x = image();
        expect(forward(x).tolist()).toEqual(noGrad(() => model.forward(x)).tolist());
      });
      model.set(0, new nn.Conv2d(8, 8, 3, { padding: 1 }));
      forward.dispose();
    }
  });

  it('follows gradients that another captured step computes', () => {
    const w = new nn.Parameter(randn([8, 8, 3, 3]));
    const v = randn([8, 8, 3, 3]);
    const step = capture((x: Tensor) => {
      w.grad = null;
      F.conv2d(x, w, null, { padding: 1 }).square().mean().backward();
    });
    step(image());
    const both = (x: Tensor): Tensor =>
      noGrad(() => F.conv2d(x, w.grad!, null, { padding: 1 }).add(F.conv2d(x, v, null, { padding: 1 })));
    const forward = capture(both);
    for (let i = 0; i < 4; i++) {
      scope(() => {
        step(image());
        const x = image();
        let y: unknown;
        const count = preparations(() => (y = forward(x).tolist()));
        expect(y).toEqual(both(x).tolist());
        expect(count).toBe(i === 0 ? 2 : 1);
      });
    }
  });

  /** Expects the bits of the plain function over some calls, each on fresh copies of the state. */
  function agrees(make: () => { fn: (x: Tensor) => Tensor; state: Tensor[] }): void {
    const runs = [false, true].map((captured) => {
      manualSeed(5);
      const { fn, state } = make();
      const run = captured ? capture(fn) : fn;
      const seen: unknown[] = [];
      for (let i = 0; i < 4; i++)
        scope(() =>
          seen.push(
            run(image()).tolist(),
            state.map((each) => each.tolist()),
          ),
        );
      return seen;
    });
    expect(runs[1]).toEqual(runs[0]);
  }

  it('keeps nothing of weights that the step changes itself', () => {
    const conv = (x: Tensor, w: Tensor): Tensor => F.conv2d(x, w, null, { padding: 1 });
    agrees(() => {
      const w = randn([8, 8, 3, 3]);
      return { fn: (x) => conv(x, w).add(conv(x, w.mul_(1.1))), state: [w] };
    });
    // Steps of an optimizer that JavaScript takes between jobs.
    for (const inner of [1, 3]) {
      agrees(() => {
        const w = new nn.Parameter(randn([8, 8, 3, 3]));
        const optimizer = new optim.Adadelta([w]);
        const fn = (x: Tensor): Tensor => {
          let loss = x;
          for (let i = 0; i < inner; i++) {
            optimizer.zeroGrad();
            loss = conv(x, w).square().mean();
            loss.backward();
            optimizer.step();
          }
          return noGrad(() => conv(x, w));
        };
        return { fn, state: [w] };
      });
    }
  });

  it('keeps nothing where an argument may be the weight', () => {
    const w = randn([8, 8, 3, 3]);
    const x = image();
    const step = capture((other: Tensor) => {
      other.mul_(2);
      return F.conv2d(x, w, null, { padding: 1 });
    });
    for (let i = 0; i < 3; i++) expect(step(w).tolist()).toEqual(F.conv2d(x, w, null, { padding: 1 }).tolist());
  });

  it('keeps frozen weights in training', () => {
    const model = network();
    for (const layer of [0, 2]) for (const p of model.at(layer).parameters()) p.requiresGrad = false;
    const optimizer = new optim.SGD(
      model.parameters().filter((p) => p.requiresGrad),
      { lr: 0.1 },
    );
    const step = capture((x: Tensor) => {
      optimizer.zeroGrad();
      const loss = model.forward(x).square().mean();
      loss.backward();
      optimizer.step();
      return loss;
    });
    const counts = [0, 1, 2].map(() => scope(() => preparations(() => void step(image()))));
    expect(counts[0]! - counts[1]!).toBe(2);
    expect(counts[2]).toBe(counts[1]);
  });

  it('makes it anew after a run that a check has stopped', () => {
    const w = randn([8, 8, 3, 3]);
    const v = randn([8, 8, 3, 3]);
    const change = capture((x: Tensor, index: Tensor) => {
      v.mul_(1.5);
      const y = F.conv2d(x, w, null, { padding: 1 });
      return y.indexSelect(0, index);
    });
    const forward = capture((x: Tensor) => F.conv2d(x, v, null, { padding: 1 }));
    const x = image();
    const inside = randn([1]).mul(0).to('int32');
    const outside = inside.add(7);
    for (const index of [inside, outside, inside, outside]) {
      try {
        change(x, index);
      } catch (error) {
        expect(String(error)).toContain('out of range');
      }
      expect(forward(x).tolist()).toEqual(F.conv2d(x, v, null, { padding: 1 }).tolist());
    }
  });

  it('counts as memory of the step and is freed with it', () => {
    const model = network();
    const forward = capture((x: Tensor) => noGrad(() => model.forward(x)));
    const { used } = info().memory;
    scope(() => void forward(image()));
    const filters = 4 * 36 * 2 * 8 * 8;
    expect(info().memory.used).toBeGreaterThan(used + filters);
    forward.dispose();
    expect(info().memory.used).toBe(used);
  });

  it('multiplies packed weights of all shapes with the same bits', () => {
    for (const [m, k] of [
      [9, 7],
      [17, 64],
      [64, 255],
      [33, 519],
    ] as const) {
      for (const n of [2, 5, 8, 12, 13, 16, 61, 64, 65, 200, 263]) {
        scope(() => {
          const [x, w, bias] = [randn([m, k]), randn([n, k]), randn([n])];
          for (const fn of [
            (x: Tensor) => F.linear(x, w, bias),
            (x: Tensor) => x.matmul(w.T),
            (x: Tensor) => w.T.T.matmul(x.T),
          ]) {
            const captured = capture(fn);
            for (let i = 0; i < 2; i++) expect(captured(x).tolist()).toEqual(fn(x).tolist());
            captured.dispose();
          }
        });
      }
    }
  });

  it('gives the same bits on several threads', async () => {
    const run = async (threads: number): Promise<unknown> => {
      shutdown();
      await init({ threads });
      manualSeed(2);
      const model = network();
      const forward = capture((x: Tensor) => noGrad(() => model.forward(x)));
      return [0, 1, 2].map(() => scope(() => forward(image()).tolist()));
    };
    expect(await run(2)).toEqual(await run(1));
  });
});
