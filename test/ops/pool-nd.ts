import { F, IndexError, ShapeError, WasmgradError, tensor, zeros } from '../../src/index.js';
import { f, row, values, type Row } from './table.js';

const nan = NaN;

export const rows: Row[] = [
  row('maxPool1d', {
    cases: [
      { in: { x: f([2, 3, 7]) }, run: ({ x }) => F.maxPool1d(x, 2), torch: 'F.max_pool1d(x, 2)' },
      {
        in: { x: f([3, 8]) },
        run: ({ x }) =>
          F.maxPool1d(x, [3], { stride: 2, padding: 1, dilation: 2, ceilMode: true, returnIndices: true }),
        torch: 'F.max_pool1d(x, 3, stride=2, padding=1, dilation=2, ceil_mode=True, return_indices=True)',
      },
    ],
    errors: [
      {
        run: () => F.maxPool1d(zeros([4]), 2),
        type: ShapeError,
        message: 'maxPool1d: input must have dims [N, C, L] or [C, L], got input [4]',
      },
      {
        run: () => F.maxPool1d(zeros([1, 4]), 2, { strides: 2 } as object),
        type: WasmgradError,
        message: "maxPool1d: unknown option 'strides' (known: stride, padding, dilation, ceilMode, returnIndices)",
      },
    ],
  }),
  row('maxPool3d', {
    cases: [
      { in: { x: f([2, 2, 4, 5, 4]) }, run: ({ x }) => F.maxPool3d(x, 2), torch: 'F.max_pool3d(x, 2)' },
      {
        in: { x: f([2, 5, 4, 6]) },
        run: ({ x }) =>
          F.maxPool3d(x, [3, 2, 2], {
            stride: [2, 1, 3],
            padding: [1, 1, 0],
            dilation: [1, 2, 1],
            returnIndices: true,
          }),
        torch:
          'F.max_pool3d(x, (3, 2, 2), stride=(2, 1, 3), padding=(1, 1, 0), dilation=(1, 2, 1), return_indices=True)',
      },
      {
        in: { x: f([1, 1, 5, 4, 5]) },
        run: ({ x }) => F.maxPool3d(x, 2, { stride: 2, ceilMode: true, returnIndices: true }),
        torch: 'F.max_pool3d(x, 2, stride=2, ceil_mode=True, return_indices=True)',
      },
      {
        in: {
          x: values([[[[1, 3], [3, 2]], [[3, nan], [nan, 3]]]], 'float32', { grad: false }), // prettier-ignore
        },
        run: ({ x }) => F.maxPool3d(x, [2, 2, 1], { returnIndices: true }),
        torch: 'F.max_pool3d(x, (2, 2, 1), return_indices=True)',
      },
    ],
    errors: [
      {
        run: () => F.maxPool3d(zeros([4, 4]), 2),
        type: ShapeError,
        message: 'maxPool3d: input must have dims [N, C, D, H, W] or [C, D, H, W], got input [4, 4]',
      },
      {
        run: () => F.maxPool3d(zeros([1, 4, 4, 4]), 2, { padding: [0, 2, 0] }),
        type: ShapeError,
        message: 'maxPool3d: padding [0, 2, 0] is more than half of the kernel [2, 2, 2]',
      },
    ],
  }),
  row('avgPool1d', {
    cases: [
      { in: { x: f([2, 3, 7]) }, run: ({ x }) => F.avgPool1d(x, 2), torch: 'F.avg_pool1d(x, 2)' },
      {
        in: { x: f([3, 8]) },
        run: ({ x }) => F.avgPool1d(x, 3, { stride: [2], padding: 1, ceilMode: true }),
        torch: 'F.avg_pool1d(x, 3, stride=2, padding=1, ceil_mode=True)',
      },
      {
        in: { x: f([3, 8]) },
        run: ({ x }) => F.avgPool1d(x, 3, 2, 1),
        torch: 'F.avg_pool1d(x, 3, 2, 1)',
      },
      {
        in: { x: f([1, 2, 8]) },
        run: ({ x }) => F.avgPool1d(x, 3, { stride: 2, padding: 1, countIncludePad: false }),
        torch: 'F.avg_pool1d(x, 3, stride=2, padding=1, count_include_pad=False)',
      },
    ],
    errors: [
      {
        run: () => F.avgPool1d(zeros([1, 4]), 2, { divisorOverride: 2 } as object),
        type: WasmgradError,
        message: "avgPool1d: unknown option 'divisorOverride' (known: stride, padding, ceilMode, countIncludePad)",
      },
    ],
  }),
  row('avgPool3d', {
    cases: [
      { in: { x: f([2, 2, 4, 5, 4]) }, run: ({ x }) => F.avgPool3d(x, 2), torch: 'F.avg_pool3d(x, 2)' },
      {
        in: { x: f([2, 5, 4, 5]) },
        run: ({ x }) => F.avgPool3d(x, [3, 2, 2], { stride: [2, 1, 3], padding: [1, 1, 0], countIncludePad: false }),
        torch: 'F.avg_pool3d(x, (3, 2, 2), stride=(2, 1, 3), padding=(1, 1, 0), count_include_pad=False)',
      },
      {
        in: { x: f([1, 1, 5, 4, 5]) },
        run: ({ x }) => F.avgPool3d(x, 2, { padding: 1, ceilMode: true }),
        torch: 'F.avg_pool3d(x, 2, padding=1, ceil_mode=True)',
      },
      {
        in: { x: f([1, 1, 4, 4, 5]) },
        run: ({ x }) => F.avgPool3d(x, 2, { divisorOverride: 3 }),
        torch: 'F.avg_pool3d(x, 2, divisor_override=3)',
      },
    ],
    errors: [
      {
        run: () => F.avgPool3d(zeros([1, 4, 4, 4]), 2, { divisorOverride: 0 }),
        type: ShapeError,
        message: 'avgPool3d: divisorOverride must be a whole number other than 0, got 0',
      },
    ],
  }),
  row('adaptiveAvgPool1d', {
    cases: [
      { in: { x: f([2, 3, 7]) }, run: ({ x }) => F.adaptiveAvgPool1d(x, 3), torch: 'F.adaptive_avg_pool1d(x, 3)' },
      { in: { x: f([3, 7]) }, run: ({ x }) => F.adaptiveAvgPool1d(x, [9]), torch: 'F.adaptive_avg_pool1d(x, 9)' },
      { in: { x: f([3, 7]) }, run: ({ x }) => F.adaptiveAvgPool1d(x, null), torch: 'F.adaptive_avg_pool1d(x, 7)' },
    ],
    errors: [
      {
        run: () => F.adaptiveAvgPool1d(zeros([1, 4]), -1),
        type: ShapeError,
        message: 'adaptiveAvgPool1d: outputSize must be a whole number of at least 0, or one in an array, got -1',
      },
    ],
  }),
  row('adaptiveAvgPool3d', {
    cases: [
      {
        in: { x: f([2, 2, 4, 3, 5]) },
        run: ({ x }) => F.adaptiveAvgPool3d(x, [3, null, 2]),
        torch: 'F.adaptive_avg_pool3d(x, (3, None, 2))',
      },
      { in: { x: f([2, 4, 3, 5]) }, run: ({ x }) => F.adaptiveAvgPool3d(x, 2), torch: 'F.adaptive_avg_pool3d(x, 2)' },
    ],
  }),
  row('adaptiveMaxPool1d', {
    cases: [
      { in: { x: f([3, 7]) }, run: ({ x }) => F.adaptiveMaxPool1d(x, 3), torch: 'F.adaptive_max_pool1d(x, 3)' },
      {
        in: { x: f([2, 3, 7]) },
        run: ({ x }) => F.adaptiveMaxPool1d(x, 4, { returnIndices: true }),
        torch: 'F.adaptive_max_pool1d(x, 4, return_indices=True)',
      },
    ],
  }),
  row('adaptiveMaxPool3d', {
    cases: [
      { in: { x: f([2, 4, 3, 5]) }, run: ({ x }) => F.adaptiveMaxPool3d(x, 2), torch: 'F.adaptive_max_pool3d(x, 2)' },
      {
        in: { x: f([2, 2, 4, 3, 5]) },
        run: ({ x }) => F.adaptiveMaxPool3d(x, [3, null, 2], { returnIndices: true }),
        torch: 'F.adaptive_max_pool3d(x, (3, None, 2), return_indices=True)',
      },
    ],
    errors: [
      {
        run: () => F.adaptiveMaxPool3d(zeros([1, 4, 4, 4]), [1, 2] as never),
        type: ShapeError,
        message: 'adaptiveMaxPool3d: outputSize must be a whole number of at least 1, or three, got 1,2',
      },
    ],
  }),
  row('maxUnpool1d', {
    cases: [
      {
        in: { x: f([2, 2, 4]) },
        run: ({ x }) => F.maxUnpool1d(x, tensor([[[1, 2, 5, 6], [0, 3, 4, 7]], [[1, 2, 5, 6], [0, 3, 4, 7]]], { dtype: 'int32' }), 2), // prettier-ignore
        torch: 'F.max_unpool1d(x, torch.tensor([[[1, 2, 5, 6], [0, 3, 4, 7]], [[1, 2, 5, 6], [0, 3, 4, 7]]]), 2)',
      },
      {
        in: { x: f([2, 7]) },
        run: ({ x }) => {
          const [y, indices] = F.maxPool1d(x, 2, { stride: 3, padding: 1, returnIndices: true });
          return F.maxUnpool1d(y, indices, 2, { stride: 3, padding: 1, outputSize: [7] });
        },
        torch:
          'y, i = F.max_pool1d(x, 2, 3, 1, return_indices=True)\nF.max_unpool1d(y, i, 2, stride=3, padding=1, output_size=[7])',
      },
    ],
  }),
  row('maxUnpool2d', {
    cases: [
      {
        in: { x: f([2, 2, 5, 6]) },
        run: ({ x }) => {
          const [y, indices] = F.maxPool2d(x, 2, { returnIndices: true });
          return F.maxUnpool2d(y, indices, 2, { outputSize: x.shape });
        },
        torch: 'y, i = F.max_pool2d(x, 2, return_indices=True)\nF.max_unpool2d(y, i, 2, output_size=x.shape)',
      },
      {
        in: { x: f([2, 7, 7]) },
        run: ({ x }) => {
          const [y, indices] = F.maxPool2d(x, [2, 3], { stride: [3, 3], padding: [0, 1], returnIndices: true });
          return F.maxUnpool2d(y, indices, [2, 3], { stride: 3, padding: [0, 1], outputSize: [7, 7] });
        },
        torch:
          'y, i = F.max_pool2d(x, (2, 3), 3, (0, 1), return_indices=True)\nF.max_unpool2d(y, i, (2, 3), 3, (0, 1), output_size=(7, 7))',
      },
    ],
    errors: [
      {
        run: () => F.maxUnpool2d(zeros([1, 2, 2]), tensor([[[0, 1], [2, 16]]], { dtype: 'int32' }), 2), // prettier-ignore
        type: IndexError,
        message: 'maxUnpool2d: index 16 is out of range for dim 1 of size 16',
      },
      {
        run: () => F.maxUnpool2d(zeros([1, 2, 2]), zeros([1, 2, 3], { dtype: 'int32' }), 2),
        type: ShapeError,
        message: 'maxUnpool2d: input and indices must have one shape, got input [1, 2, 2], indices [1, 2, 3]',
      },
      {
        run: () => F.maxUnpool2d(zeros([1, 2, 2]), zeros([1, 2, 2], { dtype: 'int32' }), 2, { outputSize: [6, 4] }),
        type: ShapeError,
        message: 'maxUnpool2d: outputSize must be from [3, 3] to [5, 5], got [6, 4]',
      },
    ],
  }),
  row('maxUnpool3d', {
    cases: [
      {
        in: { x: f([1, 2, 4, 5, 4]) },
        run: ({ x }) => {
          const [y, indices] = F.maxPool3d(x, 2, { returnIndices: true });
          return F.maxUnpool3d(y, indices, 2, 2, 0, [4, 5, 4]);
        },
        torch: 'y, i = F.max_pool3d(x, 2, return_indices=True)\nF.max_unpool3d(y, i, 2, 2, 0, output_size=(4, 5, 4))',
      },
    ],
  }),
  row('lpPool1d', {
    cases: [
      { in: { x: f([2, 3, 7]) }, run: ({ x }) => F.lpPool1d(x, 2, 3), torch: 'F.lp_pool1d(x, 2, 3)' },
      {
        in: { x: f([3, 8], { min: 0.2 }) },
        run: ({ x }) => F.lpPool1d(x, 1.5, [3], { stride: 2, ceilMode: true }),
        torch: 'F.lp_pool1d(x, 1.5, 3, stride=2, ceil_mode=True)',
      },
    ],
    errors: [
      {
        run: () => F.lpPool1d(zeros([1, 4]), 2, 2, { padding: 1 } as object),
        type: WasmgradError,
        message: "lpPool1d: unknown option 'padding' (known: stride, ceilMode)",
      },
    ],
  }),
  row('lpPool2d', {
    cases: [
      { in: { x: f([2, 5, 6]) }, run: ({ x }) => F.lpPool2d(x, 2, 3), torch: 'F.lp_pool2d(x, 2, 3)' },
      {
        in: { x: f([1, 2, 5, 6], { min: 0.2 }) },
        run: ({ x }) => F.lpPool2d(x, 3, [2, 3], { stride: [2, 1], ceilMode: true }),
        torch: 'F.lp_pool2d(x, 3, (2, 3), stride=(2, 1), ceil_mode=True)',
      },
    ],
  }),
  row('globalAvgPool', {
    cases: [
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => F.globalAvgPool(x), torch: 'x.mean(2)' },
      {
        in: { x: f([2, 3, 4, 2, 3]) },
        run: ({ x }) => F.globalAvgPool(x, { keepdim: true }),
        torch: 'x.mean((2, 3, 4), keepdim=True)',
      },
    ],
    errors: [
      {
        run: () => F.globalAvgPool(zeros([2, 3])),
        type: ShapeError,
        message: 'globalAvgPool: input must have dims [N, C, *], got input [2, 3]',
      },
    ],
  }),
  row('fractionalMaxPool2d', {
    cases: [
      {
        in: { x: f([2, 2, 7, 8]) },
        run: ({ x }) => F.fractionalMaxPool2d(x, 2, { outputSize: [3, 5], returnIndices: true }),
        torch: 'F.fractional_max_pool2d(x, 2, output_size=(3, 5), return_indices=True)',
        seed: 3,
      },
      {
        in: { x: f([3, 9, 7]) },
        run: ({ x }) => F.fractionalMaxPool2d(x, [3, 2], { outputRatio: [0.5, 0.7] }),
        torch: 'F.fractional_max_pool2d(x, (3, 2), output_ratio=(0.5, 0.7))',
        seed: 4,
      },
      {
        in: { x: f([1, 2, 6, 6]), u: f([1, 2, 2], { min: 0, max: 1, grad: false }) },
        run: ({ x, u }) => F.fractionalMaxPool2d(x, 2, { outputSize: 4, randomSamples: u }),
        torch: 'F.fractional_max_pool2d(x, 2, output_size=4, _random_samples=u)',
      },
      {
        in: { x: f([1, 2, 6, 6]), u: f([1, 2, 2], { min: 0, max: 1, grad: false }) },
        run: ({ x, u }) => F.fractionalMaxPool2d(x, 3, { outputSize: [1, 2], randomSamples: u }),
        torch: 'F.fractional_max_pool2d(x, 3, output_size=(1, 2), _random_samples=u)',
      },
    ],
    errors: [
      {
        run: () => F.fractionalMaxPool2d(zeros([1, 4, 4]), 2),
        type: ShapeError,
        message: 'fractionalMaxPool2d: needs either outputSize or outputRatio',
      },
      {
        run: () => F.fractionalMaxPool2d(zeros([1, 4, 4]), 2, { outputRatio: 1.5 }),
        type: ShapeError,
        message: 'fractionalMaxPool2d: outputRatio must lie between 0 and 1, got 1.5',
      },
      {
        run: () => F.fractionalMaxPool2d(zeros([1, 4, 4]), 2, { outputSize: 4 }),
        type: ShapeError,
        message: 'fractionalMaxPool2d: [4, 4] windows of [2, 2] do not fit, got input [1, 4, 4]',
      },
    ],
  }),
];
