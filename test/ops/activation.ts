import { DTypeError, F, ShapeError, WasmgradError, tensor, zeros } from '../../src/index.js';
import { f, row, values, type Row } from './table.js';

export const rows: Row[] = [
  row('leakyRelu', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.leakyRelu(x), torch: 'F.leaky_relu(x)' },
      {
        in: { x: f([2, 5], { min: -5, max: 5 }) },
        run: ({ x }) => F.leakyRelu(x, { negativeSlope: 0.3 }),
        torch: 'F.leaky_relu(x, 0.3)',
      },
      { in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.leakyRelu(x, 0.2), torch: 'F.leaky_relu(x, 0.2)' },
      {
        in: { x: f([2, 5]) },
        run: ({ x }) => F.leakyRelu(x.mul(1), { inplace: true, negativeSlope: 0.1 }),
        torch: 'F.leaky_relu(x.mul(1), 0.1, inplace=True)',
      },
    ],
    errors: [
      {
        run: () => F.leakyRelu(tensor([1], { dtype: 'int32' })),
        type: DTypeError,
        message: 'leakyRelu: takes float32, float64, got input int32',
      },
    ],
  }),
  row('gelu', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 5], { min: -3, max: 3 }) }, run: ({ x }) => F.gelu(x), torch: 'F.gelu(x)' },
      {
        in: { x: f([2, 5], { min: -3, max: 3 }) },
        run: ({ x }) => F.gelu(x, { approximate: 'tanh' }),
        torch: 'F.gelu(x, approximate="tanh")',
      },
    ],
    errors: [
      {
        run: () => F.gelu(tensor([1]), { approximate: 'erf' } as never),
        type: WasmgradError,
        message: "gelu: approximate must be 'none' or 'tanh', got 'erf'",
      },
    ],
  }),
  row('softplus', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.softplus(x), torch: 'F.softplus(x)' },
      {
        in: { x: f([2, 5], { min: -5, max: 5 }) },
        run: ({ x }) => F.softplus(x, { beta: 2 }),
        torch: 'F.softplus(x, 2)',
      },
      {
        in: { x: f([2, 5], { min: -5, max: 5 }) },
        run: ({ x }) => F.softplus(x, { beta: 3, threshold: 4 }),
        torch: 'F.softplus(x, 3, 4)',
      },
    ],
    errors: [
      {
        run: () => F.softplus(tensor([1], { dtype: 'int32' })),
        type: DTypeError,
        message: 'softplus: takes float32, float64, got input int32',
      },
    ],
  }),
  row('silu', {
    elementwise: true,
    cases: [{ in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.silu(x), torch: 'F.silu(x)' }],
  }),
  row('elu', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.elu(x), torch: 'F.elu(x)' },
      { in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.elu(x, { alpha: 0.5 }), torch: 'F.elu(x, 0.5)' },
      { in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.elu(x, 2), torch: 'F.elu(x, 2)' },
    ],
  }),
  row('celu', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.celu(x), torch: 'F.celu(x)' },
      { in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.celu(x, { alpha: 0.5 }), torch: 'F.celu(x, 0.5)' },
    ],
    errors: [
      {
        run: () => F.celu(tensor([1]), { alpha: 0 }),
        type: WasmgradError,
        message: 'celu: alpha must not be 0',
      },
    ],
  }),
  row('selu', {
    elementwise: true,
    cases: [{ in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.selu(x), torch: 'F.selu(x)' }],
  }),
  row('logsigmoid', {
    elementwise: true,
    cases: [{ in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.logsigmoid(x), torch: 'F.logsigmoid(x)' }],
  }),
  row('softsign', {
    elementwise: true,
    cases: [{ in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.softsign(x), torch: 'F.softsign(x)' }],
  }),
  row('tanhshrink', {
    elementwise: true,
    cases: [{ in: { x: f([2, 5], { min: 0.5, max: 5 }) }, run: ({ x }) => F.tanhshrink(x), torch: 'F.tanhshrink(x)' }],
  }),
  row('mish', {
    elementwise: true,
    cases: [{ in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.mish(x), torch: 'F.mish(x)' }],
  }),
  row('hardtanh', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.hardtanh(x), torch: 'F.hardtanh(x)' },
      {
        in: { x: f([2, 5], { min: -5, max: 5 }) },
        run: ({ x }) => F.hardtanh(x, { minVal: -2, maxVal: 0.5 }),
        torch: 'F.hardtanh(x, -2, 0.5)',
      },
      { in: { x: values([-1, 1, 0]) }, run: ({ x }) => F.hardtanh(x), torch: 'F.hardtanh(x)', gradcheck: 0 },
    ],
    errors: [
      {
        run: () => F.hardtanh(tensor([1]), { minVal: 2 }),
        type: WasmgradError,
        message: 'hardtanh: minVal 2 is larger than maxVal 1',
      },
    ],
  }),
  row('relu6', {
    elementwise: true,
    cases: [{ in: { x: f([2, 5], { min: -5, max: 9 }) }, run: ({ x }) => F.relu6(x), torch: 'F.relu6(x)' }],
  }),
  row('hardsigmoid', {
    elementwise: true,
    cases: [
      // PyTorch 1.13 holds its 1/6 in float32.
      {
        in: { x: f([2, 5], { min: -5, max: 5 }) },
        run: ({ x }) => F.hardsigmoid(x),
        torch: 'F.hardsigmoid(x)',
        tolerance: { float64: 1e-7 },
      },
    ],
  }),
  row('hardswish', {
    elementwise: true,
    cases: [{ in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.hardswish(x), torch: 'F.hardswish(x)' }],
  }),
  row('prelu', {
    cases: [
      { in: { x: f([2, 3, 4]), w: f([3]) }, run: ({ x, w }) => F.prelu(x, w), torch: 'F.prelu(x, w)' },
      { in: { x: f([2, 3]), w: f([1]) }, run: ({ x, w }) => F.prelu(x, w), torch: 'F.prelu(x, w)' },
      { in: { x: f([5]), w: f([1]) }, run: ({ x, w }) => F.prelu(x, w), torch: 'F.prelu(x, w)' },
    ],
    errors: [
      {
        run: () => F.prelu(zeros([2, 3]), zeros([2])),
        type: ShapeError,
        message: 'prelu: needs a weight of one element or one for each channel, got input [2, 3], weight [2]',
      },
    ],
  }),
  row('glu', {
    cases: [
      { in: { x: f([2, 6]) }, run: ({ x }) => F.glu(x), torch: 'F.glu(x)' },
      { in: { x: f([4, 3]) }, run: ({ x }) => F.glu(x, 0), torch: 'F.glu(x, 0)' },
    ],
    errors: [
      {
        run: () => F.glu(zeros([2, 3])),
        type: ShapeError,
        message: 'glu: dim -1 of size 3 has no halves, got input [2, 3]',
      },
    ],
  }),
];
