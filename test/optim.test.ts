import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WasmgradError, info, init, nn, optim, ones, scope, shutdown, tensor, zeros } from '../src/index.js';
import type { DType, Tensor } from '../src/index.js';
import { camelCase } from '../src/optim/state-names.js';

type Values = number[][];

interface Run {
  readonly optimizer: string;
  readonly options: Record<string, unknown>;
  readonly trajectory: Values[];
  readonly state: { state: Record<string, Record<string, unknown>>; param_groups: { params: number[] }[] };
  readonly rest: Values[];
}

const { runs } = JSON.parse(readFileSync(new URL('fixtures/optim.json', import.meta.url), 'utf8')) as { runs: Run[] };

type Kind = new (params: Iterable<Tensor>, options: object) => optim.Optimizer;

function make(run: Run, params: Tensor[]): optim.Optimizer {
  const options = Object.entries(run.options).map(([name, value]) => [camelCase(name), value]);
  return new (optim as unknown as Record<string, Kind>)[run.optimizer]!(params, Object.fromEntries(options) as object);
}

const SHAPES = [[3], [2, 5]];

/** As `start` and `gradient` in tools/reference_optim.py. */
function start(dtype: DType): Tensor[] {
  return SHAPES.map((shape) => {
    const n = shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: n }, (_, i) => (((i * 3) % 7) - 3) / 2);
    return new nn.Parameter(tensor(values, { dtype }).reshape(shape));
  });
}

function setGradients(params: readonly Tensor[], step: number): void {
  for (const [which, param] of params.entries()) {
    const values = Array.from({ length: param.numel }, (_, i) => (((i * 7 + step * 13 + which * 3) % 11) - 5) / 4);
    const absent = which === 1 && step % 4 === 0;
    param.grad = absent ? null : tensor(values, { dtype: param.dtype }).reshape(param.shape);
  }
}

function advance(optimizer: optim.Optimizer, params: readonly Tensor[], from: number, to: number): void {
  for (let step = from; step <= to; step++) {
    scope(() => {
      setGradients(params, step);
      optimizer.step();
    });
  }
}

function compare(params: readonly Tensor[], expected: Values): void {
  for (const [i, param] of params.entries()) {
    const got = [...param.toTypedArray()];
    const largest = Math.max(...expected[i]!.map(Math.abs));
    const tolerance = (param.dtype === 'float64' ? 1e-12 : 1e-5) * largest;
    for (const [j, value] of expected[i]!.entries()) expect(Math.abs(got[j]! - value)).toBeLessThanOrEqual(tolerance);
  }
}

function tensors(value: unknown): unknown {
  return typeof value === 'number' || value === null ? value : tensor(value as number[], { dtype: 'float64' });
}

/** A state dict as PyTorch gave it, with tensors for lists. */
function revive({ state, param_groups }: Run['state']): optim.OptimizerState {
  const entries = Object.entries(state).map(([number, entry]) => [
    number,
    Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, tensors(value)])),
  ]);
  return { state: Object.fromEntries(entries), param_groups } as optim.OptimizerState;
}

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

for (const run of runs) {
  describe(`${run.optimizer} ${JSON.stringify(run.options)}`, () => {
    for (const dtype of ['float32', 'float64'] as const) {
      it(`takes PyTorch's steps in ${dtype}`, () => {
        const params = start(dtype);
        const optimizer = make(run, params);
        for (const [i, expected] of [...run.trajectory, ...run.rest].entries()) {
          advance(optimizer, params, 5 * i + 1, 5 * i + 5);
          compare(params, expected);
        }
      });
    }

    it("goes on from PyTorch's state", () => {
      const params = start('float64');
      for (const [i, param] of params.entries()) {
        param.detach().copy_(tensor(run.trajectory[1]![i]!, { dtype: 'float64' }).reshape(param.shape));
      }
      const optimizer = make({ ...run, options: {} }, params);
      optimizer.loadStateDict(revive(run.state));
      advance(optimizer, params, 11, 15);
      compare(params, run.rest[0]!);
      advance(optimizer, params, 16, 20);
      compare(params, run.rest[1]!);
    });

    it("gives PyTorch's state", () => {
      const params = start('float64');
      const optimizer = make(run, params);
      advance(optimizer, params, 1, 10);
      const { state, param_groups } = optimizer.stateDict();
      for (const [number, entry] of Object.entries(run.state.state)) {
        for (const [name, value] of Object.entries(entry)) {
          if (value === null) continue;
          const own = state[number]![name] as Tensor;
          const expected = [value].flat(2) as number[];
          const got = [...own.toTypedArray()];
          for (const [i, x] of expected.entries()) expect(got[i]).toBeCloseTo(x, name === 'mu_product' ? 6 : 12);
        }
      }
      const saved = param_groups[0]! as Record<string, unknown>;
      for (const [name, value] of Object.entries(run.options)) expect(saved[name]).toEqual(value);
      expect(saved['params']).toEqual([0, 1]);
    });
  });
}

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
    ['SGD: lr must be at least 0, got -1', () => new optim.SGD([x()], { lr: -1 })],
    ['SGD: momentum must be at least 0, got -0.5', () => new optim.SGD([x()], { momentum: -0.5 })],
    ['SGD: nesterov needs a momentum above 0 and no dampening', () => new optim.SGD([x()], { nesterov: true })],
    ['Adam: betas[1] must be at least 0 and below 1, got 1', () => new optim.Adam([x()], { betas: [0.9, 1] })],
    ['AdamW: eps must be at least 0, got -1', () => new optim.AdamW([x()], { eps: -1 })],
    ['Adam: lr must be at least 0, got NaN', () => new optim.Adam([x()], { lr: NaN })],
    [
      "Adam: unknown option 'beta' (known: lr, betas, eps, weightDecay, amsgrad, maximize)",
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
  ];
  for (const [message, run] of cases) {
    it(message, () => expect(run).toThrow(new WasmgradError(message)));
  }
});
