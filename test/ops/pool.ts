import { DTypeError, F, autograd, ShapeError, WasmgradError, zeros, type Tensor } from '../../src/index.js';
import { f, ints, row, values, type Row } from './table.js';

const nan = NaN;

export const rows: Row[] = [
  row('maxPool2d', {
    cases: [
      { in: { x: f([2, 3, 6, 7]) }, run: ({ x }) => F.maxPool2d(x, 2), torch: 'F.max_pool2d(x, 2)' },
      { in: { x: f([3, 6, 7]) }, run: ({ x }) => F.maxPool2d(x, 2), torch: 'F.max_pool2d(x, 2)' },
      { in: { x: f([1, 2, 5, 11]) }, run: ({ x }) => F.maxPool2d(x, 2), torch: 'F.max_pool2d(x, 2)' },
      { in: { x: f([0, 3, 6, 7]) }, run: ({ x }) => F.maxPool2d(x, 2), torch: 'F.max_pool2d(x, 2)' },
      {
        // The gradient of a gradient, in float32 too.
        in: { x: f([1, 2, 6, 7]) },
        run: ({ x }) => {
          const y = F.maxPool2d(x, 3, { stride: 2 });
          return autograd.grad([y.mul(y).sum()], [x], { createGraph: true });
        },
        torch: 'torch.autograd.grad(F.max_pool2d(x, 3, stride=2).square().sum(), x, create_graph=True)[0]',
        gradcheck: 1,
      },
      {
        in: { x: f([2, 2, 7, 8]) },
        run: ({ x }) => F.maxPool2d(x, [3, 2], { stride: [2, 1], padding: [1, 0] }),
        torch: 'F.max_pool2d(x, (3, 2), stride=(2, 1), padding=(1, 0))',
      },
      {
        in: { x: f([1, 2, 9, 9]) },
        run: ({ x }) => F.maxPool2d(x, 3, { stride: 2, dilation: 2, padding: 1 }),
        torch: 'F.max_pool2d(x, 3, stride=2, dilation=2, padding=1)',
      },
      {
        in: { x: f([1, 2, 7, 6]) },
        run: ({ x }) => F.maxPool2d(x, 3, { stride: 2, ceilMode: true }),
        torch: 'F.max_pool2d(x, 3, stride=2, ceil_mode=True)',
      },
      {
        in: { x: f([1, 2, 6, 6]) },
        run: ({ x }) => F.maxPool2d(x, 2, { stride: 3, padding: 1, ceilMode: true }),
        torch: 'F.max_pool2d(x, 2, stride=3, padding=1, ceil_mode=True)',
      },
      {
        in: { x: f([2, 2, 6, 6]) },
        run: ({ x }) => F.maxPool2d(x, 3, { stride: 1, padding: 1, returnIndices: true }),
        torch: 'F.max_pool2d(x, 3, stride=1, padding=1, return_indices=True)',
      },
      {
        in: {
          x: values(
            [
              [
                [1, nan, 3, 3],
                [nan, 2, 3, 3],
                [-1, -1, -Infinity, -Infinity],
                [-1, -1, -Infinity, -Infinity],
              ],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ x }) => F.maxPool2d(x, 2, { returnIndices: true }),
        torch: 'F.max_pool2d(x, 2, return_indices=True)',
      },
      { in: { x: f([16, 16, 30, 30]) }, run: ({ x }) => F.maxPool2d(x, 3, { stride: 2, padding: 1 }), large: true },
    ],
    errors: [
      {
        run: () => F.maxPool2d(zeros([4, 4]), 2),
        type: ShapeError,
        message: 'maxPool2d: input must have dims [N, C, H, W] or [C, H, W], got input [4, 4]',
      },
      {
        run: () => F.maxPool2d(zeros([1, 1, 4, 4]), 5),
        type: ShapeError,
        message: 'maxPool2d: the kernel [5, 5] is too large, got input [1, 1, 4, 4]',
      },
      {
        run: () => F.maxPool2d(zeros([1, 1, 4, 4]), 2, { padding: 2 }),
        type: ShapeError,
        message: 'maxPool2d: padding [2, 2] is more than half of the kernel [2, 2]',
      },
      {
        run: () => F.maxPool2d(zeros([1, 1, 4, 4]), 0),
        type: ShapeError,
        message: 'maxPool2d: kernelSize must be a whole number of at least 1, or two, got 0',
      },
      {
        run: () => F.maxPool2d(zeros([1, 1, 4, 4]), 2, { strides: 2 } as object),
        type: WasmgradError,
        message: "maxPool2d: unknown option 'strides' (known: stride, padding, dilation, ceilMode, returnIndices)",
      },
      {
        run: () => F.maxPool2d(zeros([1, 1, 4, 4], { dtype: 'int32' }), 2),
        type: DTypeError,
        message: 'maxPool2d: floats wanted, got input int32',
      },
    ],
  }),
  row('avgPool2d', {
    cases: [
      { in: { x: f([2, 3, 6, 7]) }, run: ({ x }) => F.avgPool2d(x, 2), torch: 'F.avg_pool2d(x, 2)' },
      { in: { x: f([3, 6, 7]) }, run: ({ x }) => F.avgPool2d(x, 3), torch: 'F.avg_pool2d(x, 3)' },
      { in: { x: f([1, 2, 5, 11]) }, run: ({ x }) => F.avgPool2d(x, 2), torch: 'F.avg_pool2d(x, 2)' },
      {
        in: { x: f([1, 2, 6, 7]) },
        run: ({ x }) => F.avgPool2d(x, [3, 2], { stride: [1, 2], padding: 1 }),
        torch: 'F.avg_pool2d(x, (3, 2), stride=(1, 2), padding=1)',
      },
      {
        in: { x: f([1, 2, 6, 7]) },
        run: ({ x }) => F.avgPool2d(x, 3, { stride: 2, padding: 1, countIncludePad: false }),
        torch: 'F.avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False)',
      },
      {
        in: { x: f([1, 2, 6, 7]) },
        run: ({ x }) => F.avgPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true }),
        torch: 'F.avg_pool2d(x, 3, stride=2, padding=1, ceil_mode=True)',
      },
      {
        in: { x: f([1, 2, 6, 7]) },
        run: ({ x }) => F.avgPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }),
        torch: 'F.avg_pool2d(x, 3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)',
      },
      {
        in: { x: f([1, 2, 6, 7]) },
        run: ({ x }) => F.avgPool2d(x, 2, { divisorOverride: 3 }),
        torch: 'F.avg_pool2d(x, 2, divisor_override=3)',
      },
      { in: { x: f([16, 16, 30, 30]) }, run: ({ x }) => F.avgPool2d(x, 3, { stride: 2, padding: 1 }), large: true },
    ],
    errors: [
      {
        run: () => F.avgPool2d(zeros([1, 1, 4, 4]), 2, { divisorOverride: 0 }),
        type: ShapeError,
        message: 'avgPool2d: divisorOverride must be a whole number other than 0, got 0',
      },
      {
        run: () => F.avgPool2d(zeros([1, 1, 4, 4]), 2, { dilation: 2 } as object),
        type: WasmgradError,
        message:
          "avgPool2d: unknown option 'dilation' (known: stride, padding, ceilMode, countIncludePad, divisorOverride)",
      },
    ],
  }),
  row('adaptiveAvgPool2d', {
    cases: [
      { in: { x: f([2, 3, 6, 7]) }, run: ({ x }) => F.adaptiveAvgPool2d(x, 1), torch: 'F.adaptive_avg_pool2d(x, 1)' },
      {
        in: { x: f([2, 6, 7]) },
        run: ({ x }) => F.adaptiveAvgPool2d(x, [4, 3]),
        torch: 'F.adaptive_avg_pool2d(x, (4, 3))',
      },
      {
        in: { x: f([1, 2, 5, 11]) },
        run: ({ x }) => F.adaptiveAvgPool2d(x, [null, 2]),
        torch: 'F.adaptive_avg_pool2d(x, (None, 2))',
      },
      {
        in: { x: f([1, 2, 3, 4]) },
        run: ({ x }) => F.adaptiveAvgPool2d(x, 7),
        torch: 'F.adaptive_avg_pool2d(x, 7)',
      },
    ],
    errors: [
      {
        run: () => F.adaptiveAvgPool2d(zeros([1, 1, 4, 4]), -1),
        type: ShapeError,
        message: 'adaptiveAvgPool2d: outputSize must be a whole number of at least 0, or two, got -1,-1',
      },
    ],
  }),
  row('adaptiveMaxPool2d', {
    cases: [
      {
        in: { x: f([2, 3, 6, 7]) },
        run: ({ x }) => F.adaptiveMaxPool2d(x, [4, 3], { returnIndices: true }),
        torch: 'F.adaptive_max_pool2d(x, (4, 3), return_indices=True)',
      },
      { in: { x: f([2, 6, 7]) }, run: ({ x }) => F.adaptiveMaxPool2d(x, 1), torch: 'F.adaptive_max_pool2d(x, 1)' },
    ],
    errors: [
      {
        run: () => F.adaptiveMaxPool2d(zeros([4, 4]), 2),
        type: ShapeError,
        message: 'adaptiveMaxPool2d: input must have dims [N, C, H, W] or [C, H, W], got input [4, 4]',
      },
    ],
  }),
  row('pad', {
    cases: [
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => F.pad(x, [1, 2]), torch: 'F.pad(x, (1, 2))' },
      {
        in: { x: f([2, 3, 4]) },
        run: ({ x }) => F.pad(x, [1, 0, 0, 2, 1, 1], { value: 3.5 }),
        torch: 'F.pad(x, (1, 0, 0, 2, 1, 1), value=3.5)',
      },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => F.pad(x, [-1, 2, 1, -2]), torch: 'F.pad(x, (-1, 2, 1, -2))' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => F.pad(x, [0, 0]), torch: 'F.pad(x, (0, 0))' },
      {
        in: { x: ints([2, 3], -5, 5) },
        run: ({ x }) => F.pad(x, [1, 1], { value: 7 }),
        torch: 'F.pad(x, (1, 1), value=7)',
      },
      ...(['reflect', 'replicate', 'circular'] as const).flatMap((mode) => [
        {
          in: { x: f([2, 3, 4]) },
          run: ({ x }: { x: Tensor }) => F.pad(x, [2, 1], { mode }),
          torch: `F.pad(x, (2, 1), mode='${mode}')`,
        },
        {
          in: { x: f([1, 2, 3, 4]) },
          run: ({ x }: { x: Tensor }) => F.pad(x, [1, 3, 2, 0], { mode }),
          torch: `F.pad(x, (1, 3, 2, 0), mode='${mode}')`,
        },
      ]),
    ],
    errors: [
      {
        run: () => F.pad(zeros([2, 3]), [1]),
        type: ShapeError,
        message: 'pad: sizes must be pairs of whole numbers for at most 2 dims, got [1]',
      },
      {
        run: () => F.pad(zeros([2, 3]), [3, 0], { mode: 'reflect' }),
        type: ShapeError,
        message: "pad: mode 'reflect' takes at most 2 for dim 1, not 3 and 0, got input [2, 3]",
      },
      {
        run: () => F.pad(zeros([2, 3]), [-2, -2]),
        type: ShapeError,
        message: 'pad: [-2, -2] takes more than dim 1 has, got input [2, 3]',
      },
      {
        run: () => F.pad(zeros([2, 3]), [1, 1], { mode: 'mirror' as 'reflect' }),
        type: ShapeError,
        message: "pad: unknown mode 'mirror' (known: constant, reflect, replicate, circular)",
      },
    ],
  }),
];
