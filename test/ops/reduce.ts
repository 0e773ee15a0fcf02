import { DTypeError, IndexError, ShapeError, WasmgradError, tensor, zeros } from '../../src/index.js';
import { bools, f, ints, row, values, type Row } from './table.js';

const nan = Number.NaN;

export const rows: Row[] = [
  row('sum', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.sum(), torch: 'x.sum()' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.sum(1), torch: 'x.sum(1)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.sum(-1, true), torch: 'x.sum(-1, True)' },
      { in: { x: f([2, 3, 4, 5]) }, run: ({ x }) => x.sum([0, 2]), torch: 'x.sum((0, 2))' },
      {
        in: { x: f([2, 3, 4, 5]) },
        run: ({ x }) => x.sum([1, -1], { keepdim: true }),
        torch: 'x.sum((1, -1), keepdim=True)',
      },
      { in: { x: f([3, 40]) }, run: ({ x }) => x.sum({ dim: 0 }), torch: 'x.sum(dim=0)' },
      { in: { x: f([5, 1027]) }, run: ({ x }) => x.sum(1), torch: 'x.sum(1)' },
      { in: { x: f([70, 33]) }, run: ({ x }) => x.sum(0), torch: 'x.sum(0)' },
      { in: { x: f([]) }, run: ({ x }) => x.sum(), torch: 'x.sum()' },
      { in: { x: f([3, 0]) }, run: ({ x }) => [x.sum(), x.sum(1), x.sum(0)], torch: 'x.sum(), x.sum(1), x.sum(0)' },
      { in: { x: ints([3, 4], -5, 9) }, run: ({ x }) => x.sum(0), torch: 'x.sum(0)' },
      { in: { x: ints([30], 0, 255, 'uint8') }, run: ({ x }) => x.sum(), torch: 'x.sum()' },
      { in: { x: bools([3, 4]) }, run: ({ x }) => [x.sum(), x.sum(1)], torch: 'x.sum(), x.sum(1)' },
      {
        in: { x: f([6]) },
        run: ({ x }) => x.sum(0, { dtype: 'float64' }),
        torch: 'x.sum(0, dtype=torch.float64)',
      },
      { in: { x: f([40000]) }, run: ({ x }) => x.sum(), large: true },
      { in: { x: f([20000, 5]) }, run: ({ x }) => [x.sum(0), x.mul(x).sum()], large: true },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).sum(2),
        type: IndexError,
        message: 'sum: dim 2 is out of range for 2 dims (expected -2 to 1)',
      },
      { run: () => zeros([2, 3]).sum([0, -2]), type: ShapeError, message: 'sum: a dim comes twice in [0,-2]' },
      {
        run: () => zeros([2]).sum(0, { keepDim: true } as object),
        type: WasmgradError,
        message: "sum: unknown option 'keepDim' (known: dim, keepdim, dtype)",
      },
    ],
  }),
  row('mean', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.mean(), torch: 'x.mean()' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.mean([0, 2], true), torch: 'x.mean((0, 2), True)' },
      { in: { x: f([9, 5]) }, run: ({ x }) => x.mean(0), torch: 'x.mean(0)' },
      { in: { x: f([0, 2]) }, run: ({ x }) => [x.mean(), x.mean(0)], torch: 'x.mean(), x.mean(0)' },
      {
        in: { x: ints([5], 0, 9) },
        run: ({ x }) => x.mean({ dtype: 'float64' }),
        torch: 'x.mean(dtype=torch.float64)',
      },
    ],
    errors: [
      {
        run: () => tensor([1, 2], { dtype: 'int32' }).mean(),
        type: DTypeError,
        message: 'mean: needs a floating point input, got input int32 (use x.float())',
      },
    ],
  }),
  row('prod', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.prod(), torch: 'x.prod()' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.prod(1), torch: 'x.prod(1)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.prod(-1, { keepdim: true }), torch: 'x.prod(-1, keepdim=True)' },
      {
        in: {
          x: values([
            [1, 0, 2],
            [0, 3, 0],
            [4, 5, 6],
          ]),
        },
        run: ({ x }) => [x.prod(1), x.prod(0), x.prod()],
        torch: 'x.prod(1), x.prod(0), x.prod()',
      },
      { in: { x: f([3, 0]) }, run: ({ x }) => x.prod(1), torch: 'x.prod(1)' },
      { in: { x: f([]) }, run: ({ x }) => x.prod(), torch: 'x.prod()' },
      { in: { x: ints([2, 5], 1, 4) }, run: ({ x }) => x.prod(1), torch: 'x.prod(1)' },
      { in: { x: bools([7]) }, run: ({ x }) => x.prod(), torch: 'x.prod()' },
    ],
  }),
  row('any', {
    gradcheck: 0, // Its results are bools.
    cases: [
      { in: { x: bools([3, 4]) }, run: ({ x }) => [x.any(), x.any(1)], torch: 'x.any(), x.any(1)' },
      {
        in: {
          x: values([
            [0, 0],
            [0, 2],
          ]),
        },
        run: ({ x }) => [x.any(0, true), x.any({ dim: 1 })],
        torch: 'x.any(0, True), x.any(1)',
      },
      { in: { x: ints([20], 0, 2, 'uint8') }, run: ({ x }) => x.any(), torch: 'x.any()' },
      { in: { x: f([0]) }, run: ({ x }) => x.any(), torch: 'x.any()' },
    ],
  }),
  row('all', {
    gradcheck: 0, // Its results are bools.
    cases: [
      { in: { x: bools([3, 4]) }, run: ({ x }) => [x.all(), x.all(1)], torch: 'x.all(), x.all(1)' },
      {
        in: {
          x: values([
            [1, 0],
            [3, nan],
          ]),
        },
        run: ({ x }) => x.all(1, true),
        torch: 'x.all(1, True)',
      },
      { in: { x: ints([20], 1, 3, 'uint8') }, run: ({ x }) => x.all(), torch: 'x.all()' },
      { in: { x: f([2, 0]) }, run: ({ x }) => [x.all(), x.all(1)], torch: 'x.all(), x.all(1)' },
    ],
  }),
  row('var', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.var(), torch: 'x.var()' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.var(1), torch: 'x.var(1)' },
      {
        in: { x: f([2, 3, 4]) },
        run: ({ x }) => x.var([0, 2], { correction: 0, keepdim: true }),
        torch: 'x.var((0, 2), correction=0, keepdim=True)',
      },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.var(-1, { correction: 2 }), torch: 'x.var(-1, correction=2)' },
      { in: { x: f([5, 2]) }, run: ({ x }) => x.var(0, { unbiased: false }), torch: 'x.var(0, unbiased=False)' },
      { in: { x: f([7]) }, run: ({ x }) => x.var(false), torch: 'x.var(False)' },
      {
        in: { x: f([4, 1027], { min: 99, max: 101 }) },
        run: ({ x }) => x.var(1),
        torch: 'x.var(1)',
        tolerance: { float64: 1e-11 },
      },
      { in: { x: f([3, 1], { grad: false }) }, run: ({ x }) => x.var(1), torch: 'x.var(1)' },
      { in: { x: f([70000]) }, run: ({ x }) => x.var(), large: true },
    ],
    errors: [
      {
        run: () => tensor([1, 2], { dtype: 'int32' }).var(),
        type: DTypeError,
        message: 'var: needs a floating point input, got input int32 (use x.float())',
      },
    ],
  }),
  row('std', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.std(), torch: 'x.std()' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.std([0, 2]), torch: 'x.std((0, 2))' },
      {
        in: { x: f([2, 3, 4]) },
        run: ({ x }) => x.std(1, { correction: 0, keepdim: true }),
        torch: 'x.std(1, correction=0, keepdim=True)',
      },
      {
        in: {
          x: values([
            [2, 2, 2],
            [1, 2, 4],
          ]),
        },
        run: ({ x }) => x.std(1),
        torch: 'x.std(1)',
        gradcheck: 0,
      },
    ],
  }),
  row('varMean', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.varMean(), torch: 'torch.var_mean(x)' },
      {
        in: { x: f([2, 3, 4]) },
        run: ({ x }) => x.varMean([0, 1], { correction: 0, keepdim: true }),
        torch: 'torch.var_mean(x, (0, 1), correction=0, keepdim=True)',
      },
    ],
  }),
  row('norm', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.norm(), torch: 'x.norm()' },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.norm('fro'), torch: "x.norm('fro')" },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.norm(1, 2), torch: 'x.norm(1, 2)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.norm(2, [0, 2], true), torch: 'x.norm(2, (0, 2), True)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.norm(3, 1), torch: 'x.norm(3, 1)' },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.norm(1.5, { dim: 0, keepdim: true }), torch: 'x.norm(1.5, 0, True)' },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.norm(0.5, 1), torch: 'x.norm(0.5, 1)', tolerance: { float64: 1e-11 } },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.norm(Infinity, 1), torch: 'x.norm(math.inf, 1)' },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.norm(-Infinity), torch: 'x.norm(-math.inf)' },
      {
        in: {
          x: values([
            [0, 1, -2],
            [0, 0, 0],
          ]),
        },
        run: ({ x }) => x.norm(0, 1),
        torch: 'x.norm(0, 1)',
        gradcheck: 0,
      },
      {
        in: {
          x: values([
            [0, 0, 0],
            [3, 0, 4],
          ]),
        },
        run: ({ x }) => [x.norm(2, 1), x.norm(1, 1), x.norm(3, 1), x.norm(Infinity, 1)],
        torch: 'x.norm(2, 1), x.norm(1, 1), x.norm(3, 1), x.norm(math.inf, 1)',
        gradcheck: 0,
      },
      {
        in: { x: values([[3, -3, 1]]) },
        run: ({ x }) => x.norm(Infinity, 1),
        torch: 'x.norm(math.inf, 1)',
        gradcheck: 0,
      },
    ],
    errors: [
      {
        run: () => tensor([1, 2], { dtype: 'int32' }).norm(),
        type: DTypeError,
        message: 'norm: needs a floating point input, got input int32 (use x.float())',
      },
      {
        run: () => zeros([2]).norm('nuc' as 'fro'),
        type: DTypeError,
        message: 'norm: p must be a number, got nuc',
      },
    ],
  }),
  row('logsumexp', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.logsumexp(1), torch: 'x.logsumexp(1)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.logsumexp([0, 2], true), torch: 'x.logsumexp((0, 2), True)' },
      {
        in: { x: f([4, 19]) },
        run: ({ x }) => x.logsumexp(0, { keepdim: true }),
        torch: 'x.logsumexp(0, keepdim=True)',
      },
      { in: { x: values([1000, 1000, -1000]) }, run: ({ x }) => x.logsumexp(0), torch: 'x.logsumexp(0)', gradcheck: 0 },
      {
        in: {
          x: values(
            [
              [-Infinity, -Infinity],
              [Infinity, 1],
              [nan, 1],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ x }) => x.logsumexp(1),
        torch: 'x.logsumexp(1)',
      },
    ],
  }),
];
