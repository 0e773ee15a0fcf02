import { DTypeError, F, IndexError, WasmgradError, nn, tensor, zeros } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, ints, row, values, type Row } from './table.js';

const nan = Number.NaN;

export const rows: Row[] = [
  row('softmax', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.softmax(1), torch: 'x.softmax(1)' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => x.softmax(1), torch: 'x.softmax(1)' },
      { in: { x: f([2, 37], { min: -30, max: 30 }) }, run: ({ x }) => F.softmax(x, -1), torch: 'F.softmax(x, -1)' },
      { in: { x: f([4, 3, 18]) }, run: ({ x }) => F.softmax(x, { dim: 0 }), torch: 'F.softmax(x, dim=0)' },
      {
        in: { x: ints([3, 4], -3, 4) },
        run: ({ x }) => x.softmax(1, { dtype: 'float64' }),
        torch: 'x.softmax(1, dtype=torch.float64)',
      },
      {
        in: {
          x: values(
            [
              [1000, 0, -1000],
              [Infinity, 1, 2],
              [-Infinity, 0, 0],
              [nan, 0, 0],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ x }) => x.softmax(1),
        torch: 'x.softmax(1)',
      },
      { in: { x: f([]) }, run: ({ x }) => x.softmax(0), torch: 'x.softmax(0)' },
      { in: { x: f([2, 0]) }, run: ({ x }) => x.softmax(1), torch: 'x.softmax(1)' },
      { in: { x: f([300, 70]) }, run: ({ x }) => [x.softmax(0), x.softmax(1)], large: true },
    ],
    errors: [
      {
        run: () => tensor([1, 2], { dtype: 'int32' }).softmax(0),
        type: DTypeError,
        message: 'softmax: needs a floating point input, got input int32 (use x.float())',
      },
      {
        run: () => zeros([2, 3]).softmax(2),
        type: IndexError,
        message: 'softmax: dim 2 is out of range for 2 dims (expected -2 to 1)',
      },
      {
        run: () => zeros([2]).softmax({ axis: 0 } as object),
        type: WasmgradError,
        message: "softmax: unknown option 'axis' (known: dim, dtype)",
      },
    ],
  }),
  row('logSoftmax', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.logSoftmax(1), torch: 'x.log_softmax(1)' },
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => F.logSoftmax(x, 1), torch: 'F.log_softmax(x, 1)' },
      { in: { x: f([2, 37], { min: -30, max: 30 }) }, run: ({ x }) => x.logSoftmax(-1), torch: 'x.log_softmax(-1)' },
      { in: { x: f([4, 3, 18]) }, run: ({ x }) => F.logSoftmax(x, { dim: 0 }), torch: 'F.log_softmax(x, dim=0)' },
      {
        in: { x: ints([3, 4], -3, 4) },
        run: ({ x }) => x.logSoftmax(1, { dtype: 'float64' }),
        torch: 'x.log_softmax(1, dtype=torch.float64)',
      },
      {
        in: {
          x: values(
            [
              [1000, 0, -1000],
              [-Infinity, 0, 0],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ x }) => x.logSoftmax(1),
        torch: 'x.log_softmax(1)',
      },
    ],
  }),
  row('softmin', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => F.softmin(x, 1), torch: 'F.softmin(x, 1)' },
      { in: { x: f([3, 4]) }, run: ({ x }) => F.softmin(x, { dim: 0 }), torch: 'F.softmin(x, dim=0)' },
    ],
  }),
  layer('Softmax', {
    cases: [
      { make: () => new nn.Softmax({ dim: 1 }), torch: 'nn.Softmax(dim=1)', in: { x: f([2, 3, 4]) } },
      { make: () => new nn.Softmax(0), torch: 'nn.Softmax(0)', in: { x: f([2, 3]) } },
    ],
    errors: [
      {
        run: () => new nn.Softmax({ axis: 1 } as object),
        type: WasmgradError,
        message: "Softmax: unknown option 'axis' (known: dim)",
      },
    ],
  }),
  layer('LogSoftmax', {
    cases: [{ make: () => new nn.LogSoftmax({ dim: -1 }), torch: 'nn.LogSoftmax(dim=-1)', in: { x: f([2, 3, 4]) } }],
  }),
  layer('Softmin', {
    cases: [{ make: () => new nn.Softmin({ dim: 1 }), torch: 'nn.Softmin(dim=1)', in: { x: f([2, 3]) } }],
  }),
];
