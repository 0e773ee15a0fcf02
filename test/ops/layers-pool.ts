import { ShapeError, WasmgradError, nn, tensor, zeros, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, type Row } from './table.js';

/** Pools and puts the elements back. */
function unpooled(pool: nn.MaxPool1d<true> | nn.MaxPool2d<true> | nn.MaxPool3d<true>, x: Tensor): [Tensor, Tensor] {
  return pool.forward(x) as [Tensor, Tensor];
}

const list = (module: nn.Module, x: Tensor): Tensor[] => (module.forward as (x: Tensor) => Tensor[])(x);

export const rows: Row[] = [
  layer('MaxPool1d', {
    cases: [
      { make: () => new nn.MaxPool1d(2), torch: 'nn.MaxPool1d(2)', in: { x: f([2, 3, 7]) } },
      {
        make: () => new nn.MaxPool1d(3, { stride: 2, padding: 1, dilation: 2, ceilMode: true, returnIndices: true }),
        torch: 'nn.MaxPool1d(3, stride=2, padding=1, dilation=2, ceil_mode=True, return_indices=True)',
        in: { x: f([2, 3, 8]) },
        call: (m, { x }) => list(m, x),
      },
    ],
    errors: [
      {
        run: () => new nn.MaxPool1d(2, { pad: 1 } as object),
        type: WasmgradError,
        message: "MaxPool1d: unknown option 'pad' (known: stride, padding, dilation, ceilMode, returnIndices)",
      },
    ],
  }),
  layer('MaxPool3d', {
    cases: [
      { make: () => new nn.MaxPool3d([2, 1, 2]), torch: 'nn.MaxPool3d((2, 1, 2))', in: { x: f([1, 2, 4, 3, 5]) } },
      {
        make: () => new nn.MaxPool3d(3, { stride: [1, 2, 2], padding: 1, dilation: [1, 1, 2], ceilMode: true }),
        torch: 'nn.MaxPool3d(3, stride=(1, 2, 2), padding=1, dilation=(1, 1, 2), ceil_mode=True)',
        in: { x: f([2, 4, 5, 6]) },
      },
      {
        make: () => new nn.MaxPool3d(2, { returnIndices: true }),
        torch: 'nn.MaxPool3d(2, return_indices=True)',
        in: { x: f([1, 2, 4, 4, 4]) },
        call: (m, { x }) => list(m, x),
      },
    ],
  }),
  layer('AvgPool1d', {
    cases: [
      { make: () => new nn.AvgPool1d(2), torch: 'nn.AvgPool1d(2)', in: { x: f([2, 3, 7]) } },
      {
        make: () => new nn.AvgPool1d(3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }),
        torch: 'nn.AvgPool1d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)',
        in: { x: f([2, 3, 8]) },
      },
    ],
  }),
  layer('AvgPool3d', {
    cases: [
      { make: () => new nn.AvgPool3d(2), torch: 'nn.AvgPool3d(2)', in: { x: f([1, 2, 4, 4, 5]) } },
      {
        make: () => new nn.AvgPool3d(3, { stride: [1, 2, 2], padding: 1, ceilMode: true, countIncludePad: false }),
        torch: 'nn.AvgPool3d(3, stride=(1, 2, 2), padding=1, ceil_mode=True, count_include_pad=False)',
        in: { x: f([2, 4, 4, 5]) },
      },
      {
        make: () => new nn.AvgPool3d(2, { divisorOverride: 3 }),
        torch: 'nn.AvgPool3d(2, divisor_override=3)',
        in: { x: f([1, 2, 4, 4, 5]) },
      },
    ],
  }),
  layer('AdaptiveAvgPool1d', {
    cases: [{ make: () => new nn.AdaptiveAvgPool1d(3), torch: 'nn.AdaptiveAvgPool1d(3)', in: { x: f([2, 3, 7]) } }],
  }),
  layer('AdaptiveAvgPool3d', {
    cases: [
      {
        make: () => new nn.AdaptiveAvgPool3d([3, null, 2]),
        torch: 'nn.AdaptiveAvgPool3d((3, None, 2))',
        in: { x: f([1, 2, 4, 3, 5]) },
      },
    ],
  }),
  layer('AdaptiveMaxPool1d', {
    cases: [
      { make: () => new nn.AdaptiveMaxPool1d(3), torch: 'nn.AdaptiveMaxPool1d(3)', in: { x: f([2, 3, 7]) } },
      {
        make: () => new nn.AdaptiveMaxPool1d(3, { returnIndices: true }),
        torch: 'nn.AdaptiveMaxPool1d(3, return_indices=True)',
        in: { x: f([2, 3, 7]) },
        call: (m, { x }) => list(m, x),
      },
    ],
  }),
  layer('AdaptiveMaxPool3d', {
    cases: [
      {
        make: () => new nn.AdaptiveMaxPool3d([3, null, 2]),
        torch: 'nn.AdaptiveMaxPool3d((3, None, 2))',
        in: { x: f([1, 2, 4, 3, 5]) },
      },
      {
        make: () => new nn.AdaptiveMaxPool3d(2, { returnIndices: true }),
        torch: 'nn.AdaptiveMaxPool3d(2, return_indices=True)',
        in: { x: f([1, 2, 4, 3, 5]) },
        call: (m, { x }) => list(m, x),
      },
    ],
  }),
  layer('AdaptiveMaxPool2d', {
    cases: [
      {
        make: () => new nn.AdaptiveMaxPool2d([null, 2], { returnIndices: true }),
        torch: 'nn.AdaptiveMaxPool2d((None, 2), return_indices=True)',
        in: { x: f([1, 2, 4, 5]) },
        call: (m, { x }) => list(m, x),
      },
    ],
  }),
  layer('MaxUnpool1d', {
    cases: [
      {
        make: () => new nn.MaxUnpool1d(2, { stride: 3, padding: 1 }),
        torch: 'nn.MaxUnpool1d(2, stride=3, padding=1)',
        in: { x: f([2, 3, 7]) },
        call: (m, { x }) =>
          (m as nn.MaxUnpool1d).forward(
            ...unpooled(new nn.MaxPool1d(2, { stride: 3, padding: 1, returnIndices: true }), x),
            [7],
          ),
        torchCall: 'm(*F.max_pool1d(x, 2, stride=3, padding=1, return_indices=True), output_size=[7])',
      },
    ],
  }),
  layer('MaxUnpool2d', {
    cases: [
      {
        make: () => new nn.MaxUnpool2d(2, { stride: [3, 4], padding: [1, 0] }),
        torch: 'nn.MaxUnpool2d(2, stride=(3, 4), padding=(1, 0))',
        in: { x: f([2, 7, 7]) },
        call: (m, { x }) =>
          (m as nn.MaxUnpool2d).forward(
            ...unpooled(new nn.MaxPool2d(2, { stride: [3, 4], padding: [1, 0], returnIndices: true }), x),
            [7, 7],
          ),
        torchCall: 'm(*F.max_pool2d(x, 2, stride=(3, 4), padding=(1, 0), return_indices=True), output_size=[7, 7])',
      },
    ],
  }),
  layer('MaxUnpool3d', {
    cases: [
      {
        make: () => new nn.MaxUnpool3d(2, { stride: 2 }),
        torch: 'nn.MaxUnpool3d(2, stride=2)',
        in: { x: f([1, 2, 4, 5, 4]) },
        call: (m, { x }) =>
          (m as nn.MaxUnpool3d).forward(
            ...unpooled(new nn.MaxPool3d(2, { stride: 2, returnIndices: true }), x),
            [4, 5, 4],
          ),
        torchCall: 'm(*F.max_pool3d(x, 2, stride=2, return_indices=True), output_size=[4, 5, 4])',
      },
    ],
  }),
  layer('LPPool1d', {
    cases: [
      { make: () => new nn.LPPool1d(2, 3), torch: 'nn.LPPool1d(2, 3)', in: { x: f([2, 3, 7]) } },
      {
        make: () => new nn.LPPool1d(2, 3, { stride: 2, ceilMode: true }),
        torch: 'nn.LPPool1d(2, 3, stride=2, ceil_mode=True)',
        in: { x: f([2, 3, 8]) },
      },
    ],
  }),
  layer('LPPool2d', {
    cases: [
      { make: () => new nn.LPPool2d(2, [3, 2]), torch: 'nn.LPPool2d(2, (3, 2))', in: { x: f([1, 2, 6, 7]) } },
      {
        make: () => new nn.LPPool2d(4, 2, { stride: [1, 2], ceilMode: true }),
        torch: 'nn.LPPool2d(4, 2, stride=(1, 2), ceil_mode=True)',
        in: { x: f([2, 5, 5]) },
      },
    ],
  }),
  layer('FractionalMaxPool2d', {
    cases: [
      {
        make: () => new nn.FractionalMaxPool2d(2, { outputSize: 3 }),
        torch: 'nn.FractionalMaxPool2d(2, output_size=3)',
        in: { x: f([2, 3, 6, 7]) },
        torchCall:
          'F.fractional_max_pool2d(x, 2, output_size=3, _random_samples=torch.rand(2, 3, 2, dtype=torch.float32).to(x.dtype))',
        double: false,
      },
      {
        make: () => new nn.FractionalMaxPool2d([2, 3], { outputRatio: [0.5, 0.6], returnIndices: true }),
        torch: 'nn.FractionalMaxPool2d((2, 3), output_ratio=(0.5, 0.6), return_indices=True)',
        in: { x: f([2, 2, 7, 8]) },
        call: (m, { x }) => list(m, x),
        torchCall:
          'F.fractional_max_pool2d(x, (2, 3), output_ratio=(0.5, 0.6), return_indices=True, _random_samples=torch.rand(2, 2, 2, dtype=torch.float32).to(x.dtype))',
        double: false,
      },
      {
        make: () =>
          new nn.FractionalMaxPool2d(2, { outputSize: 3, randomSamples: tensor([[[0.25, 0.5], [0.75, 0.125]]]) }), // prettier-ignore
        torch: 'nn.FractionalMaxPool2d(2, output_size=3, _random_samples=torch.tensor([[[0.25, 0.5], [0.75, 0.125]]]))',
        in: { x: f([1, 2, 7, 8]) },
      },
    ],
    errors: [
      {
        run: () => new nn.FractionalMaxPool2d(2),
        type: WasmgradError,
        message: 'FractionalMaxPool2d: needs either outputSize or outputRatio',
      },
    ],
  }),
  layer('GlobalAvgPool', {
    cases: [
      { make: () => new nn.GlobalAvgPool(), torch: 'GlobalAvgPool()', in: { x: f([2, 3, 4]) } },
      {
        make: () => new nn.GlobalAvgPool({ keepdim: true }),
        torch: 'GlobalAvgPool(keepdim=True)',
        in: { x: f([2, 3, 4, 5]) },
      },
    ],
  }),
  layer('MixedPool2d', {
    cases: [
      { make: () => new nn.MixedPool2d(2), torch: 'MixedPool2d(2)', in: { x: f([2, 3, 4, 5]) } },
      {
        make: () => new nn.MixedPool2d(3, { stride: 2, padding: 1, channels: 3 }),
        torch: 'MixedPool2d(3, stride=2, padding=1, channels=3)',
        in: { x: f([3, 5, 5]) },
      },
    ],
    errors: [
      {
        run: () => new nn.MixedPool2d(2, { channels: 0 }),
        type: ShapeError,
        message: 'MixedPool2d: channels must be a whole number of at least 1, got 0',
      },
    ],
  }),
  layer('GatedPool2d', {
    cases: [
      { make: () => new nn.GatedPool2d(2), torch: 'GatedPool2d(2)', in: { x: f([2, 3, 4, 5]) } },
      {
        make: () => new nn.GatedPool2d([3, 2], { stride: 2, padding: [1, 0], channels: 3 }),
        torch: 'GatedPool2d((3, 2), stride=2, padding=(1, 0), channels=3)',
        in: { x: f([3, 5, 5]) },
      },
    ],
    errors: [
      {
        run: () => new nn.GatedPool2d(2, { channels: 2 }).forward(zeros([1, 3, 4, 4])),
        type: ShapeError,
        message: 'GatedPool2d: input must have 2 channels, got input [1, 3, 4, 4]',
      },
    ],
  }),
  layer('AttentionPool', {
    cases: [
      { make: () => new nn.AttentionPool(3), torch: 'AttentionPool(3)', in: { x: f([2, 3, 4]) } },
      {
        make: () => new nn.AttentionPool(3, { hidden: 5, gated: true }),
        torch: 'AttentionPool(3, hidden=5, gated=True)',
        in: { x: f([2, 3, 2, 4]) },
      },
    ],
    errors: [
      {
        run: () => new nn.AttentionPool(3).forward(zeros([2, 4, 5])),
        type: ShapeError,
        message: 'AttentionPool: input must have dims [N, 3, *], got input [2, 4, 5]',
      },
    ],
  }),
];
