import { IndexError, WasmgradError, zeros } from '../../src/index.js';
import { f, ints, row, values, type Row } from './table.js';

const nan = Number.NaN;

export const rows: Row[] = [
  row('cumsum', {
    cases: [
      { in: { x: f([7]) }, run: ({ x }) => x.cumsum(0), torch: 'x.cumsum(0)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.cumsum(1), torch: 'x.cumsum(1)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.cumsum(-1), torch: 'x.cumsum(-1)' },
      { in: { x: ints([3, 4], -5, 9) }, run: ({ x }) => x.cumsum(0), torch: 'x.cumsum(0)' },
      { in: { x: ints([9], 0, 255, 'uint8') }, run: ({ x }) => x.cumsum(0), torch: 'x.cumsum(0)' },
      {
        in: { x: ints([3], 0, 9) },
        run: ({ x }) => x.cumsum(0, { dtype: 'float64' }),
        torch: 'x.cumsum(0, dtype=torch.float64)',
      },
      { in: { x: f([2, 0]) }, run: ({ x }) => x.cumsum(1), torch: 'x.cumsum(1)' },
      { in: { x: f([]) }, run: ({ x }) => x.cumsum(0), torch: 'x.cumsum(0)' },
    ],
    errors: [
      {
        run: () => zeros([2]).cumsum(1),
        type: IndexError,
        message: 'cumsum: dim 1 is out of range for 1 dims (expected -1 to 0)',
      },
      {
        run: () => zeros([2]).cumsum(0, { type: 'int32' } as object),
        type: WasmgradError,
        message: "cumsum: unknown option 'type' (known: dtype)",
      },
    ],
  }),
  row('cumprod', {
    cases: [
      { in: { x: f([7]) }, run: ({ x }) => x.cumprod(0), torch: 'x.cumprod(0)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.cumprod(1), torch: 'x.cumprod(1)' },
      {
        in: {
          x: values([
            [1, 0, 2, 3],
            [0, 3, 0, 4],
            [1, 2, 3, 0],
          ]),
        },
        run: ({ x }) => x.cumprod(1),
        torch: 'x.cumprod(1)',
      },
      { in: { x: ints([3, 4], -2, 4) }, run: ({ x }) => x.cumprod(0), torch: 'x.cumprod(0)' },
      { in: { x: f([]) }, run: ({ x }) => x.cumprod(0), torch: 'x.cumprod(0)' },
    ],
  }),
  row('cummax', {
    cases: [
      { in: { x: f([9]) }, run: ({ x }) => x.cummax(0), torch: 'x.cummax(0)' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => x.cummax(1), torch: 'x.cummax(1)' },
      { in: { x: values([1, 3, 3, 2, nan, 5]) }, run: ({ x }) => x.cummax(0), torch: 'x.cummax(0)', gradcheck: 0 },
      { in: { x: ints([3, 4], -5, 9) }, run: ({ x }) => x.cummax(0), torch: 'x.cummax(0)' },
    ],
  }),
  row('cummin', {
    cases: [
      { in: { x: f([9]) }, run: ({ x }) => x.cummin(0), torch: 'x.cummin(0)' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => x.cummin(-2), torch: 'x.cummin(-2)' },
      { in: { x: values([3, 1, 1, 2, nan, 0]) }, run: ({ x }) => x.cummin(0), torch: 'x.cummin(0)', gradcheck: 0 },
    ],
  }),
  row('sort', {
    cases: [
      { in: { x: f([7]) }, run: ({ x }) => x.sort(), torch: 'x.sort()' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => x.sort(1, true), torch: 'x.sort(1, True)' },
      { in: { x: f([3, 40]) }, run: ({ x }) => x.sort({ descending: true }), torch: 'x.sort(descending=True)' },
      {
        in: { x: values([2, nan, 1, 2, nan, -Infinity, 1]) },
        run: ({ x }) => [...x.sort(), ...x.sort(0, { descending: true })],
        torch: '*x.sort(stable=True), *x.sort(stable=True, descending=True)',
        gradcheck: 0,
      },
      { in: { x: ints([3, 20], -5, 5) }, run: ({ x }) => x.sort(1), torch: 'x.sort(dim=1, stable=True)' },
      { in: { x: ints([20], 0, 9, 'uint8') }, run: ({ x }) => x.sort(0), torch: 'x.sort(dim=0, stable=True)' },
      { in: { x: f([2, 0]) }, run: ({ x }) => x.sort(1), torch: 'x.sort(1)' },
      { in: { x: f([]) }, run: ({ x }) => x.sort(), torch: 'x.sort()' },
    ],
    errors: [
      {
        run: () => zeros([2]).sort(3),
        type: IndexError,
        message: 'sort: dim 3 is out of range for 1 dims (expected -1 to 0)',
      },
    ],
  }),
  row('argsort', {
    gradcheck: 0, // Its results are indices.
    cases: [
      { in: { x: f([7]) }, run: ({ x }) => x.argsort(), torch: 'x.argsort()' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => x.argsort(1, true), torch: 'x.argsort(1, True)' },
    ],
  }),
  row('topk', {
    cases: [
      { in: { x: f([9]) }, run: ({ x }) => x.topk(3), torch: 'x.topk(3)' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => x.topk(2, 1, false), torch: 'x.topk(2, 1, False)' },
      { in: { x: f([3, 6]) }, run: ({ x }) => x.topk(2, { dim: 0 }), torch: 'x.topk(2, dim=0)' },
      { in: { x: f([5]) }, run: ({ x }) => x.topk(5, { largest: false }), torch: 'x.topk(5, largest=False)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).topk(4),
        type: IndexError,
        message: 'topk: k must be a whole number of 0 to 3 (the size of dim 1), got 4',
      },
    ],
  }),
  row('kthvalue', {
    cases: [
      { in: { x: f([9]) }, run: ({ x }) => x.kthvalue(3), torch: 'x.kthvalue(3)' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => x.kthvalue(2, 1), torch: 'x.kthvalue(2, 1)' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => x.kthvalue(2, 0, true), torch: 'x.kthvalue(2, 0, True)' },
    ],
    errors: [
      {
        run: () => zeros([3]).kthvalue(0),
        type: IndexError,
        message: 'kthvalue: k must be a whole number of 1 to 3 (the size of dim 0), got 0',
      },
    ],
  }),
  row('median', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.median(), torch: 'x.median()' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => x.median(1), torch: 'x.median(1)' },
      { in: { x: f([2, 4, 3]) }, run: ({ x }) => x.median(-1, { keepdim: true }), torch: 'x.median(-1, keepdim=True)' },
      {
        in: {
          x: values([
            [1, nan, 3],
            [3, 1, 2],
          ]),
        },
        run: ({ x }) => x.median(1),
        torch: 'x.median(1)',
        gradcheck: 0,
      },
      { in: { x: ints([9], 0, 50) }, run: ({ x }) => x.median(), torch: 'x.median()' },
    ],
    errors: [
      {
        run: () => zeros([2, 0]).median(1),
        type: IndexError,
        message: 'median: dim 1 has size 0, which has no such element, got input [2, 0]',
      },
    ],
  }),
  row('mode', {
    cases: [
      {
        in: {
          x: values([
            [2, 1, 2, 1, 3],
            [5, 5, 5, 4, 4],
          ]),
        },
        run: ({ x }) => x.mode(),
        torch: 'x.mode()',
        gradcheck: 0,
      },
      // Where all elements differ the smallest one is the mode, and has a slope.
      { in: { x: f([3, 5]) }, run: ({ x }) => x.square().mode(0), torch: 'x.square().mode(0)' },
      { in: { x: ints([6, 4], 0, 3) }, run: ({ x }) => x.mode(0)[0], torch: 'x.mode(0)[0]' },
      { in: { x: ints([4, 6], 0, 3) }, run: ({ x }) => x.mode(1, true), torch: 'x.mode(1, True)' },
    ],
  }),
];
