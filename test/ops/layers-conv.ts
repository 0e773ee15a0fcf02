import { ShapeError, WasmgradError, nn, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, type Row } from './table.js';

export const rows: Row[] = [
  layer('Linear', {
    cases: [
      { make: () => new nn.Linear(4, 3), torch: 'nn.Linear(4, 3)', in: { x: f([5, 4]) } },
      {
        make: () => new nn.Linear(4, 3, { bias: false }),
        torch: 'nn.Linear(4, 3, bias=False)',
        in: { x: f([2, 5, 4]) },
      },
    ],
    errors: [
      {
        run: () => new nn.Linear(-1, 2),
        type: ShapeError,
        message: 'Linear: inFeatures must be a whole number of at least 0, got -1',
      },
      {
        run: () => new nn.Linear(1, 2, { biased: true } as object),
        type: WasmgradError,
        message: "Linear: unknown option 'biased' (known: bias, dtype)",
      },
    ],
  }),
  layer('Identity', { cases: [{ make: () => new nn.Identity(), torch: 'nn.Identity()', in: { x: f([5, 4]) } }] }),
  layer('Flatten', {
    cases: [
      { make: () => new nn.Flatten(), torch: 'nn.Flatten()', in: { x: f([2, 3, 4]) } },
      { make: () => new nn.Flatten({ startDim: 0, endDim: 1 }), torch: 'nn.Flatten(0, 1)', in: { x: f([2, 3, 4]) } },
      { make: () => new nn.Flatten(2), torch: 'nn.Flatten(2)', in: { x: f([2, 3, 4, 2]) } },
    ],
  }),
  layer('Unflatten', {
    cases: [{ make: () => new nn.Unflatten(1, [2, 3]), torch: 'nn.Unflatten(1, (2, 3))', in: { x: f([2, 6, 4]) } }],
  }),
  layer('Conv2d', {
    cases: [
      {
        make: () => new nn.Conv2d(1, 4, 3, { padding: 1 }),
        torch: 'nn.Conv2d(1, 4, 3, padding=1)',
        in: { x: f([2, 1, 5, 6]) },
      },
      { make: () => new nn.Conv2d(3, 2, [2, 3]), torch: 'nn.Conv2d(3, 2, (2, 3))', in: { x: f([3, 5, 6]) } },
      {
        make: () =>
          new nn.Conv2d(4, 6, 3, { stride: [2, 1], padding: [0, 2], dilation: [1, 2], groups: 2, bias: false }),
        torch: 'nn.Conv2d(4, 6, 3, stride=(2, 1), padding=(0, 2), dilation=(1, 2), groups=2, bias=False)',
        in: { x: f([2, 4, 7, 6]) },
      },
      {
        make: () => new nn.Conv2d(2, 3, 3, { padding: 'same', dilation: 2 }),
        torch: "nn.Conv2d(2, 3, 3, padding='same', dilation=2)",
        in: { x: f([1, 2, 5, 6]) },
      },
      {
        make: () => new nn.Conv2d(2, 3, 3, { padding: 'valid' }),
        torch: "nn.Conv2d(2, 3, 3, padding='valid')",
        in: { x: f([1, 2, 5, 6]) },
      },
      ...(['reflect', 'replicate', 'circular'] as const).map((paddingMode) => ({
        make: (): nn.Module => new nn.Conv2d(2, 3, 3, { padding: [1, 2], paddingMode }),
        torch: `nn.Conv2d(2, 3, 3, padding=(1, 2), padding_mode='${paddingMode}')`,
        in: { x: f([1, 2, 5, 6]) },
      })),
      {
        make: () => new nn.Conv2d(2, 3, [4, 3], { padding: 'same', paddingMode: 'reflect' }),
        torch: "nn.Conv2d(2, 3, (4, 3), padding='same', padding_mode='reflect')",
        in: { x: f([1, 2, 5, 6]) },
      },
    ],
    errors: [
      {
        run: () => new nn.Conv2d(3, 4, 3, { groups: 2 }),
        type: ShapeError,
        message: 'Conv2d: inChannels must be divisible by groups, got 3 and 2',
      },
      {
        run: () => new nn.Conv2d(2, 3, 3, { groups: 2 }),
        type: ShapeError,
        message: 'Conv2d: outChannels must be divisible by groups, got 3 and 2',
      },
      {
        run: () => new nn.Conv2d(1, 0, 3),
        type: ShapeError,
        message: 'Conv2d: outChannels must be a whole number of at least 1, got 0',
      },
      {
        run: () => new nn.Conv2d(1, 2, 3, { stride: 2, padding: 'same' }),
        type: ShapeError,
        message: "Conv2d: padding 'same' needs stride 1, got [2, 2]",
      },
      {
        run: () => new nn.Conv2d(1, 2, 3, { paddingMode: 'mirror' as 'zeros' }),
        type: ShapeError,
        message: "Conv2d: unknown paddingMode 'mirror' (known: zeros, reflect, replicate, circular)",
      },
    ],
  }),
  layer('Conv1d', {
    cases: [
      {
        make: () => new nn.Conv1d(4, 6, 3, { stride: 2, padding: 1, dilation: 2, groups: 2 }),
        torch: 'nn.Conv1d(4, 6, 3, stride=2, padding=1, dilation=2, groups=2)',
        in: { x: f([2, 4, 9]) },
      },
      {
        make: () => new nn.Conv1d(2, 3, 3, { padding: 2, paddingMode: 'circular' }),
        torch: "nn.Conv1d(2, 3, 3, padding=2, padding_mode='circular')",
        in: { x: f([2, 2, 6]) },
      },
    ],
  }),
  layer('MaxPool2d', {
    cases: [
      { make: () => new nn.MaxPool2d(2), torch: 'nn.MaxPool2d(2)', in: { x: f([2, 3, 6, 7]) } },
      {
        make: () => new nn.MaxPool2d([3, 2], { stride: 1, padding: 1, dilation: [1, 2], ceilMode: true }),
        torch: 'nn.MaxPool2d((3, 2), stride=1, padding=1, dilation=(1, 2), ceil_mode=True)',
        in: { x: f([2, 3, 6, 7]) },
      },
      {
        make: () => new nn.MaxPool2d(2, { returnIndices: true }),
        torch: 'nn.MaxPool2d(2, return_indices=True)',
        in: { x: f([1, 3, 6, 7]) },
        call: (module, { x }): Tensor[] => (module as nn.MaxPool2d<true>).forward(x),
      },
    ],
  }),
  layer('AvgPool2d', {
    cases: [
      { make: () => new nn.AvgPool2d(2), torch: 'nn.AvgPool2d(2)', in: { x: f([2, 3, 6, 7]) } },
      {
        make: () => new nn.AvgPool2d(3, { stride: [2, 1], padding: 1, ceilMode: true, countIncludePad: false }),
        torch: 'nn.AvgPool2d(3, stride=(2, 1), padding=1, ceil_mode=True, count_include_pad=False)',
        in: { x: f([2, 3, 6, 7]) },
      },
      {
        make: () => new nn.AvgPool2d(2, { divisorOverride: 3 }),
        torch: 'nn.AvgPool2d(2, divisor_override=3)',
        in: { x: f([2, 3, 6, 7]) },
      },
    ],
  }),
  layer('AdaptiveAvgPool2d', {
    cases: [
      { make: () => new nn.AdaptiveAvgPool2d(1), torch: 'nn.AdaptiveAvgPool2d(1)', in: { x: f([2, 3, 6, 7]) } },
      {
        make: () => new nn.AdaptiveAvgPool2d([4, null]),
        torch: 'nn.AdaptiveAvgPool2d((4, None))',
        in: { x: f([2, 3, 6, 7]) },
      },
    ],
  }),
  layer('AdaptiveMaxPool2d', {
    cases: [
      {
        make: () => new nn.AdaptiveMaxPool2d([4, 3]),
        torch: 'nn.AdaptiveMaxPool2d((4, 3))',
        in: { x: f([2, 3, 6, 7]) },
      },
    ],
  }),
];
