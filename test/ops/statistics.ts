import * as lib from '../../src/index.js';
import { DTypeError, ShapeError, WasmgradError, tensor, zeros } from '../../src/index.js';
import type { Interpolation } from '../../src/index.js';
import { bools, f, ints, row, values, type Case, type Row } from './table.js';

const nan = Number.NaN;
const gaps = [
  [1, nan, 3, -2],
  [nan, nan, nan, nan],
  [0.5, 2, nan, 7],
];
const interpolations: readonly Interpolation[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest'];

export const rows: Row[] = [
  row('nansum', {
    cases: [
      { in: { x: values(gaps) }, run: ({ x }) => x.nansum(), torch: 'x.nansum()', gradcheck: 0 },
      { in: { x: values(gaps) }, run: ({ x }) => x.nansum(1, true), torch: 'x.nansum(1, True)', gradcheck: 0 },
      { in: { x: f([2, 3]) }, run: ({ x }) => lib.nansum(x, { dim: [0, 1] }), torch: 'torch.nansum(x, (0, 1))' },
      {
        in: { x: ints([4], -3, 9) },
        run: ({ x }) => [x.nansum(), x.nansum({ dtype: 'float64' })],
        torch: '[x.nansum(), x.nansum(dtype=torch.float64)]',
      },
    ],
    errors: [
      {
        run: () => zeros([2]).nansum({ axis: 0 } as object),
        type: WasmgradError,
        message: "nansum: unknown option 'axis' (known: dim, keepdim, dtype)",
      },
    ],
  }),
  row('nanmean', {
    cases: [
      { in: { x: values(gaps) }, run: ({ x }) => x.nanmean(), torch: 'x.nanmean()', gradcheck: 0 },
      // (The gradient of a mean of nothing is NaN in PyTorch, 0 here.)
      {
        in: { x: values(gaps, 'float32', { grad: false }) },
        run: ({ x }) => x.nanmean(1, true),
        torch: 'x.nanmean(1, True)',
      },
      {
        in: { x: values([gaps[0]!, gaps[2]!]) },
        run: ({ x }) => x.nanmean(-1),
        torch: 'x.nanmean(-1)',
        gradcheck: 0,
      },
      { in: { x: f([2, 3]) }, run: ({ x }) => lib.nanmean(x, 0), torch: 'torch.nanmean(x, 0)' },
      {
        in: { x: f([2, 3]) },
        run: ({ x }) => x.nanmean({ dtype: 'float64' }),
        torch: 'x.nanmean(dtype=torch.float64)',
        tolerance: { float32: 1e-5 },
      },
    ],
    errors: [
      {
        run: () => lib.nanmean(zeros([2], { dtype: 'int32' })),
        type: DTypeError,
        message: 'nanmean: needs a floating point input, got input int32 (use x.float())',
      },
    ],
  }),
  row('countNonzero', {
    cases: [
      { in: { x: ints([3, 4], -1, 2) }, run: ({ x }) => x.countNonzero(), torch: 'x.count_nonzero()' },
      { in: { x: ints([3, 4], -1, 2) }, run: ({ x }) => lib.countNonzero(x, 1), torch: 'torch.count_nonzero(x, 1)' },
      { in: { x: bools([3, 4]) }, run: ({ x }) => x.countNonzero({ dim: [0, 1] }), torch: 'x.count_nonzero((0, 1))' },
      { in: { x: values([0, -0, nan, 1]) }, run: ({ x }) => x.countNonzero(), torch: 'x.count_nonzero()' },
    ],
  }),
  row('aminmax', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.aminmax(), torch: '(x.amin(), x.amax())' },
      { in: { x: f([3, 4]) }, run: ({ x }) => lib.aminmax(x, { dim: 1 }), torch: '(x.amin(1), x.amax(1))' },
      {
        in: { x: f([3, 4]) },
        run: ({ x }) => x.aminmax({ dim: 0, keepdim: true }),
        torch: '(x.amin(0, True), x.amax(0, True))',
      },
      { in: { x: ints([3, 4], -9, 9) }, run: ({ x }) => x.aminmax(), torch: '(x.amin(), x.amax())' },
    ],
    errors: [
      {
        run: () => zeros([2]).aminmax({ dims: 0 } as object),
        type: WasmgradError,
        message: "aminmax: unknown option 'dims' (known: dim, keepdim)",
      },
    ],
  }),
  row('nanmedian', {
    cases: [
      { in: { x: values(gaps) }, run: ({ x }) => x.nanmedian(), torch: 'x.nanmedian()', gradcheck: 0 },
      {
        in: { x: values([gaps[0]!, gaps[2]!]) },
        run: ({ x }) => x.nanmedian(1),
        torch: 'tuple(x.nanmedian(1))',
        gradcheck: 0,
      },
      { in: { x: f([5, 4]) }, run: ({ x }) => lib.nanmedian(x, 0, true), torch: 'tuple(torch.nanmedian(x, 0, True))' },
      { in: { x: ints([7], -9, 9) }, run: ({ x }) => x.nanmedian(), torch: 'x.nanmedian()' },
    ],
  }),
  row('quantile', {
    cases: [
      ...interpolations.flatMap((interpolation): Case<'x' | 'q'>[] => [
        {
          in: { x: f([4, 5]), q: values([0, 0.3, 0.45, 0.75, 1], 'float32', { grad: false }) },
          run: ({ x, q }) => x.quantile(q, 1, { interpolation }),
          torch: `x.quantile(q, 1, interpolation='${interpolation}')`,
        },
        {
          in: { x: f([4, 3]) },
          run: ({ x }) => lib.quantile(x, 0.4, { dim: 0, keepdim: true, interpolation }),
          torch: `torch.quantile(x, 0.4, dim=0, keepdim=True, interpolation='${interpolation}')`,
        },
      ]),
      { in: { x: f([2, 3]) }, run: ({ x }) => x.quantile(0.7), torch: 'x.quantile(0.7)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.quantile(0.7, null, true), torch: 'x.quantile(0.7, None, True)' },
      { in: { x: f([7]), q: values(0.6) }, run: ({ x, q }) => x.quantile(q), torch: 'x.quantile(q)' },
      { in: { x: values(gaps) }, run: ({ x }) => x.quantile(0.5, 1), torch: 'x.quantile(0.5, 1)', gradcheck: 0 },
    ],
    errors: [
      {
        run: () => zeros([3]).quantile(1.5),
        type: WasmgradError,
        message: 'quantile: q must be from 0 to 1, got 1.5',
      },
      {
        run: () => zeros([3]).quantile(0.5, { interpolation: 'cubic' as never }),
        type: WasmgradError,
        message: "quantile: interpolation must be one of linear, lower, higher, midpoint, nearest, got 'cubic'",
      },
      {
        run: () => zeros([3]).quantile(zeros([1], { dtype: 'float64' })),
        type: DTypeError,
        message: 'quantile: q must have the dtype of input, got float64',
      },
    ],
  }),
  row('nanquantile', {
    cases: [
      ...interpolations.map((interpolation): Case<'x' | 'q'> => ({
        in: { x: values(gaps) },
        run: ({ x }) => x.nanquantile(0.4, 1, { interpolation }),
        torch: `x.nanquantile(0.4, 1, interpolation='${interpolation}')`,
        gradcheck: 0,
      })),
      {
        in: { x: f([4, 5]), q: values([0.3, 0.9], 'float32', { grad: false }) },
        run: ({ x, q }) => lib.nanquantile(x, q, 0, true),
        torch: 'torch.nanquantile(x, q, 0, True)',
      },
    ],
  }),
  row('histc', {
    cases: [
      { in: { x: f([40], { grad: false }) }, run: ({ x }) => x.histc(), torch: 'x.histc()' },
      {
        in: { x: f([40], { grad: false }) },
        run: ({ x }) => [x.histc(7), lib.histc(x, { bins: 4, min: -1, max: 1.5 }), x.histc(3, 1, 2)],
        torch: '[x.histc(7), torch.histc(x, bins=4, min=-1, max=1.5), x.histc(3, 1, 2)]',
      },
      {
        in: { x: values([2, 2, 2], 'float32', { grad: false }) },
        run: ({ x }) => [x.histc(4), x.histc(2, 0, 2)],
        torch: '[x.histc(4), x.histc(2, 0, 2)]',
      },
    ],
    errors: [
      {
        run: () => zeros([3]).histc(0),
        type: WasmgradError,
        message: 'histc: bins must be a whole number of at least 1, got 0',
      },
      {
        run: () => zeros([3]).histc(2, 3, 1),
        type: WasmgradError,
        message: 'histc: max must be at least min, got 3 and 1',
      },
    ],
  }),
  row('logcumsumexp', {
    cases: [
      { in: { x: f([7]) }, run: ({ x }) => x.logcumsumexp(0), torch: 'x.logcumsumexp(0)' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => lib.logcumsumexp(x, 1), torch: 'torch.logcumsumexp(x, 1)' },
      {
        in: { x: values([-1000, 0, 500, -20, 499.5]) },
        run: ({ x }) => x.logcumsumexp(-1),
        torch: 'x.logcumsumexp(-1)',
        gradcheck: 0,
      },
      {
        in: { x: values([-Infinity, -Infinity, 1, Infinity, 2, nan, 1], 'float32', { grad: false }) },
        run: ({ x }) => x.logcumsumexp(0),
        torch: 'x.logcumsumexp(0)',
      },
      { in: { x: f([]) }, run: ({ x }) => x.logcumsumexp(0), torch: 'x.logcumsumexp(0)' },
    ],
    errors: [
      {
        run: () => lib.logcumsumexp(zeros([2], { dtype: 'int32' }), 0),
        type: DTypeError,
        message: 'logcumsumexp: needs a floating point input, got input int32 (use x.float())',
      },
    ],
  }),
  row('diff', {
    cases: [
      { in: { x: f([6]) }, run: ({ x }) => x.diff(), torch: 'x.diff()' },
      { in: { x: f([3, 5]) }, run: ({ x }) => x.diff(2, 0), torch: 'x.diff(2, 0)' },
      {
        in: { x: f([3, 5]), a: f([3, 1]), b: f([3, 2]) },
        run: ({ x, a, b }) => lib.diff(x, { prepend: a, append: b }),
        torch: 'torch.diff(x, prepend=a, append=b)',
      },
      { in: { x: f([3]) }, run: ({ x }) => [x.diff({ n: 4 }), x.diff(0)], torch: '[x.diff(n=4), x.diff(0)]' },
      { in: { x: bools([6]) }, run: ({ x }) => x.diff({ dim: 0 }), torch: 'x.diff(dim=0)' },
    ],
    errors: [{ run: () => tensor(1).diff(), type: ShapeError, message: 'diff: needs at least one dim, got input []' }],
  }),
  row('rot90', {
    cases: [
      ...[0, 1, 2, 3, -1, 5].map((k): Case<'x'> => ({
        in: { x: f([2, 3]) },
        run: ({ x }) => x.rot90(k),
        torch: `x.rot90(${k})`,
      })),
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => lib.rot90(x, 1, [2, 0]), torch: 'torch.rot90(x, 1, (2, 0))' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.rot90({ dims: [1, -1] }), torch: 'x.rot90(dims=(1, -1))' },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).rot90(1, [0, 0]),
        type: ShapeError,
        message: 'rot90: dims [0, 0] must be two different ones, got input [2, 3]',
      },
    ],
  }),
];
