import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  WasmgradError,
  capture,
  info,
  init,
  nn,
  noGrad,
  optim,
  ones,
  scope,
  shutdown,
  tensor,
  zeros,
} from '../src/index.js';
import type { Tensor } from '../src/index.js';

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

describe('parameter groups', () => {
  it('have options of their own', () => {
    const [a, b, c] = [1, 1, 1].map(() => new nn.Parameter(ones([2])));
    const optimizer = new optim.SGD([{ params: [a!] }, { params: b!, lr: 0.5 }], { lr: 0.1 });
    optimizer.addParamGroup({ params: [c!], lr: 0.25, momentum: 0.9 });
    expect(optimizer.paramGroups.map((group) => group.lr)).toEqual([0.1, 0.5, 0.25]);
    for (const x of [a!, b!, c!]) x.grad = ones([2]);
    optimizer.step();
    expect([a, b, c].map((x) => x!.select(0, 0).item())).toEqual([Math.fround(0.9), 0.5, 0.75]);
    expect(optimizer.stateDict().param_groups.map((group) => group.params)).toEqual([[0], [1], [2]]);
  });

  it('take a changed rate at the next step', () => {
    const x = new nn.Parameter(ones([1]));
    const optimizer = new optim.SGD([x], { lr: 1 });
    optimizer.paramGroups[0]!.lr = 0.25;
    x.grad = ones([1]);
    optimizer.step();
    expect(x.item()).toBe(0.75);
  });
});

describe('steps', () => {
  it('call a closure with gradients enabled and return its loss', () => {
    const x = new nn.Parameter(ones([1]));
    const optimizer = new optim.SGD([x], { lr: 0.5 });
    const loss = optimizer.step(() => {
      optimizer.zeroGrad();
      const y = x.mul(x).sum();
      y.backward();
      return y;
    });
    expect(loss!.item()).toBe(1);
    expect(x.item()).toBe(0);
  });

  it('change transposed parameters', () => {
    const x = new nn.Parameter(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).t(),
    );
    x.grad = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    new optim.SGD([x], { lr: 1 }).step();
    expect(x.tolist()).toEqual([
      [0, 2],
      [-1, 1],
      [-2, 0],
    ]);
  });

  it('leave parameters without a gradient alone', () => {
    const x = new nn.Parameter(ones([2]));
    new optim.Adam([x], { weightDecay: 0.1 }).step();
    expect(x.tolist()).toEqual([1, 1]);
  });

  it('are noticed by a backward that needs the old values', () => {
    const x = new nn.Parameter(ones([2]));
    const y = x.mul(x).sum();
    x.grad = ones([2]);
    new optim.SGD([x]).step();
    expect(() => y.backward()).toThrow(/was changed in place/);
  });

  it('hold the memory flat', () => {
    const x = new nn.Parameter(ones([100]));
    const optimizer = new optim.Adam([x], { amsgrad: true });
    const step = (): void =>
      scope(() => {
        optimizer.zeroGrad();
        x.mul(x).sum().backward();
        optimizer.step();
      });
    step();
    const { used, tensors: alive } = info().memory;
    for (let i = 0; i < 20; i++) step();
    expect(info().memory.used).toBe(used);
    expect(info().memory.tensors).toBe(alive);
  });

  it('have the same bits on one and two threads', async () => {
    const bits: number[][] = [];
    for (const threads of [1, 2]) {
      shutdown();
      await init({ threads });
      const x = new nn.Parameter(zeros([50001]).add(1.5));
      const optimizer = new optim.AdamW([x], { lr: 0.1 });
      x.grad = ones([50001]).mul_(0.3);
      optimizer.step();
      bits.push([...x.toTypedArray()]);
    }
    expect(bits[0]).toEqual(bits[1]);
  });
});

describe('sharpness-aware steps', () => {
  it('are the same by hand', () => {
    const train = (byHand: boolean): unknown => {
      const x = new nn.Parameter(tensor([1, -2, 0.5]));
      const optimizer = new optim.SAM(new optim.SGD([x], { lr: 0.1, momentum: 0.9 }), { rho: 0.3 });
      const closure = (): Tensor => {
        optimizer.zeroGrad();
        const loss = x.pow(4).sum();
        loss.backward();
        return loss;
      };
      for (let step = 0; step < 4; step++) {
        if (byHand) {
          closure();
          optimizer.firstStep({ zeroGrad: true });
          expect(x.grad).toBe(null);
          closure();
          optimizer.secondStep({ zeroGrad: true });
        } else {
          optimizer.step(closure);
        }
      }
      return x.tolist();
    };
    expect(train(true)).toEqual(train(false));
  });
});

describe('hooks', () => {
  it('see each step, may give another closure, and end', () => {
    const x = new nn.Parameter(ones([2]));
    const inner = new optim.SGD([x], { lr: 0.5 });
    for (const optimizer of [inner, new optim.Lookahead(inner), new optim.LBFGS([new nn.Parameter(ones([1]))])]) {
      const seen: string[] = [];
      const loss = (): Tensor => {
        seen.push('closure');
        return tensor(3);
      };
      const other = (): Tensor => {
        seen.push('other');
        return tensor(4);
      };
      const handles = [
        optimizer.registerStepPreHook((given, args) => {
          seen.push(`before ${given === optimizer} ${args[0] === loss}`);
          return [other];
        }),
        optimizer.registerStepPostHook((given, args) => {
          seen.push(`after ${given === optimizer} ${args[0] === other}`);
        }),
      ];
      expect(optimizer.step(loss)!.item()).toBe(4);
      expect(seen).toEqual(['before true true', 'other', 'after true true']);
      for (const handle of handles) handle.remove();
      expect(optimizer.step(loss)!.item()).toBe(3);
      expect(seen.slice(3)).toEqual(['closure']);
    }
  });

  it('are part of a captured step with what they do to tensors', () => {
    const losses = [false, true].map((captured) => {
      const x = new nn.Parameter(tensor([1, -2]));
      const optimizer = new optim.SGD([x], { lr: 0.1, momentum: 0.9 });
      optimizer.registerStepPreHook(() => noGrad(() => void x.grad!.mul_(0.5)));
      const plain = (): Tensor => {
        optimizer.zeroGrad();
        const loss = x.square().sum();
        loss.backward();
        optimizer.step();
        return loss;
      };
      const step = captured ? capture(plain) : plain;
      return Array.from({ length: 4 }, () => scope(() => step().item()));
    });
    expect(losses[1]).toEqual(losses[0]);
    expect(losses[0]![1]).toBeCloseTo(0.9 ** 2 * 5, 5);
  });
});

describe('groups of SAM', () => {
  it('have a rho of their own, also when they come later', () => {
    const [x, y, z] = [1, 1, 1].map(() => new nn.Parameter(ones([2])));
    const optimizer = new optim.SAM(new optim.SGD([{ params: x! }, { params: y! }], { lr: 0.5 }), { rho: [0.5, 0] });
    optimizer.addParamGroup({ params: z!, lr: 0.25, rho: 1, adaptive: true });
    expect(optimizer.paramGroups.map(({ lr, rho, adaptive }) => [lr, rho, adaptive])).toEqual([
      [0.5, 0.5, false],
      [0.5, 0, false],
      [0.25, 1, true],
    ]);
    for (const param of [x!, y!, z!]) param.grad = ones([2]);
    optimizer.firstStep();
    const scale = 1 / Math.sqrt(6);
    expect([x, y, z].map((param) => param!.select(0, 0).item())).toEqual([
      expect.closeTo(1 + 0.5 * scale, 6),
      1,
      expect.closeTo(1 + scale, 6),
    ]);
    const dict = optimizer.stateDict();
    const other = new optim.SAM(new optim.SGD([x!, y!, z!].map((params) => ({ params }))));
    other.loadStateDict(dict);
    expect(other.paramGroups.map(({ rho, adaptive }) => [rho, adaptive])).toEqual([
      [0.5, false],
      [0, false],
      [1, true],
    ]);
    expect(() => optimizer.addParamGroup({ params: new nn.Parameter(ones([1])), rho: -1 })).toThrow(
      'SAM: rho must be at least 0, got -1',
    );
    expect(() => new optim.SAM(other, { rho: [1, 2] })).toThrow(
      'SAM: rho must have one value for each of 3 groups, got 2',
    );
  });
});

describe('wrappers', () => {
  it('share groups with the optimizer inside, nest, and print', () => {
    const [x, y] = [new nn.Parameter(ones([2])), new nn.Parameter(ones([2]))];
    const inner = new optim.SGD([x], { lr: 0.5 });
    const optimizer = new optim.Lookahead(new optim.SAM(inner), { k: 1, alpha: 0.5 });
    optimizer.addParamGroup({ params: y, lr: 0.25 });
    optimizer.zeroGrad();
    inner.step();
    new optim.lrScheduler.StepLR(optimizer, 1, { gamma: 0.5 }).step();
    expect(inner.paramGroups.map(({ lr }) => lr)).toEqual([0.25, 0.125]);
    optimizer.step(() => {
      const loss = x.add(y).sum();
      loss.backward();
      return loss;
    });
    expect([x.tolist(), y.tolist()]).toEqual([
      [0.875, 0.875],
      [0.9375, 0.9375],
    ]);
    expect(optimizer.toString().split('\n').slice(0, 4)).toEqual([
      'Lookahead (',
      '  SAM (',
      '    SGD (',
      '    Parameter Group 0',
    ]);
    optimizer.zeroGrad();
    expect(x.grad).toBe(null);
  });
});

describe('gradients', () => {
  it('become null, or zeros', () => {
    const x = new nn.Parameter(ones([2]));
    const optimizer = new optim.SGD([x]);
    x.grad = ones([2]);
    optimizer.zeroGrad({ setToNone: false });
    expect(x.grad!.tolist()).toEqual([0, 0]);
    optimizer.zeroGrad();
    expect(x.grad).toBe(null);
  });
});

describe('misuse', () => {
  const x = (): Tensor => new nn.Parameter(ones([2]));
  const cases: [string, () => unknown][] = [
    ['SGD: got an empty parameter list', () => new optim.SGD([])],
    [
      'SGD: params must be an array of tensors or of groups',
      () => new optim.SGD(new nn.Parameter(tensor([1])) as never),
    ],
    ['SGD: lr must be at least 0, got -1', () => new optim.SGD([x()], { lr: -1 })],
    ['SGD: momentum must be at least 0, got -0.5', () => new optim.SGD([x()], { momentum: -0.5 })],
    ['SGD: nesterov needs a momentum above 0 and no dampening', () => new optim.SGD([x()], { nesterov: true })],
    ['Adam: betas[1] must be at least 0 and below 1, got 1', () => new optim.Adam([x()], { betas: [0.9, 1] })],
    ['AdamW: eps must be at least 0, got -1', () => new optim.AdamW([x()], { eps: -1 })],
    ['Adam: lr must be at least 0, got NaN', () => new optim.Adam([x()], { lr: NaN })],
    [
      "Adam: unknown option 'beta' (known: lr, betas, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay)",
      () => new optim.Adam([x()], { beta: 0.9 } as object),
    ],
    ['SGD: parameter 0 is not a leaf, so it gets no gradient', () => new optim.SGD([x().mul(2)])],
    ['SGD: parameter 0 is int32, not floating point', () => new optim.SGD([zeros([2], { dtype: 'int32' })])],
    [
      'SGD: parameter 1 comes twice',
      () => {
        const twice = x();
        return new optim.SGD([twice, twice]);
      },
    ],
    [
      'SGD: loadStateDict needs 1 groups, got 2',
      () => new optim.SGD([x()]).loadStateDict(new optim.SGD([{ params: x() }, { params: x() }]).stateDict()),
    ],
    ['Lion: betas[0] must be at least 0 and below 1, got 2', () => new optim.Lion([x()], { betas: [2, 0] })],
    ['LARS: trustCoefficient must be at least 0, got -1', () => new optim.LARS([x()], { trustCoefficient: -1 })],
    ['LAMB: eps must be at least 0, got -1', () => new optim.LAMB([x()], { eps: -1 })],
    ['Muon: takes matrices only, got parameter 0 [2] (give others to AdamW)', () => new optim.Muon([x()])],
    [
      "Muon: adjustLrFn must be 'original', 'match_rms_adamw' or null, got 'none'",
      () => new optim.Muon([x()], { adjustLrFn: 'none' as 'original' }),
    ],
    ['Muon: nsSteps must be a whole number below 100, got 100', () => new optim.Muon([x()], { nsSteps: 100 })],
    ['SparseAdam: lr must be at least 0, got -1', () => new optim.SparseAdam([x()], { lr: -1 })],
    [
      "SparseAdam: unknown option 'weightDecay' (known: lr, betas, eps, maximize)",
      () => new optim.SparseAdam([x()], { weightDecay: 1 } as object),
    ],
    ['LBFGS: step needs a closure that evaluates the model', () => new optim.LBFGS([x()]).step()],
    ['LBFGS: takes one group of parameters only', () => new optim.LBFGS([{ params: x() }, { params: x() }])],
    [
      "LBFGS: lineSearchFn must be 'strong_wolfe' or null, got 'wolfe'",
      () => new optim.LBFGS([x()], { lineSearchFn: 'wolfe' as 'strong_wolfe' }),
    ],
    [
      'SAM: step needs a closure that evaluates the model (or firstStep and secondStep)',
      () => new optim.SAM(new optim.SGD([x()])).step(),
    ],
    ['SAM: rho must be at least 0, got -1', () => new optim.SAM(new optim.SGD([x()]), { rho: -1 })],
    [
      'Lookahead: k must be a whole number of at least 1, got 0',
      () => new optim.Lookahead(new optim.SGD([x()]), { k: 0 }),
    ],
    ['Lookahead: alpha must be from 0 to 1, got 2', () => new optim.Lookahead(new optim.SGD([x()]), { alpha: 2 })],
  ];
  for (const [message, run] of cases) {
    it(message, () => expect(run).toThrow(new WasmgradError(message)));
  }
});
