import { ShapeError, WasmgradError, nn, zeros } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, type Row } from './table.js';

export const rows: Row[] = [
  layer('Upsample', {
    cases: [
      {
        make: () => new nn.Upsample({ scaleFactor: 2 }),
        torch: 'nn.Upsample(scale_factor=2)',
        in: { x: f([1, 2, 3]) },
      },
      {
        make: () => new nn.Upsample({ scaleFactor: [1.6, 2], mode: 'bilinear', recomputeScaleFactor: true }),
        torch: "nn.Upsample(scale_factor=(1.6, 2), mode='bilinear', recompute_scale_factor=True)",
        in: { x: f([1, 2, 3, 4]) },
      },
      {
        make: () => new nn.Upsample({ size: [5, 4], mode: 'bicubic', alignCorners: true }),
        torch: "nn.Upsample(size=(5, 4), mode='bicubic', align_corners=True)",
        in: { x: f([1, 2, 3, 4]) },
      },
      { make: () => new nn.Upsample(5), torch: 'nn.Upsample(5)', in: { x: f([1, 2, 3, 4]) } },
    ],
    errors: [
      {
        run: () => new nn.Upsample({ scale: 2 } as object),
        type: WasmgradError,
        message:
          "Upsample: unknown option 'scale' (known: size, scaleFactor, mode, alignCorners, recomputeScaleFactor)",
      },
    ],
  }),
  layer('UpsamplingNearest2d', {
    cases: [
      {
        make: () => new nn.UpsamplingNearest2d({ scaleFactor: 2 }),
        torch: 'nn.UpsamplingNearest2d(scale_factor=2)',
        in: { x: f([1, 2, 3, 4]) },
      },
      {
        make: () => new nn.UpsamplingNearest2d([5, 7]),
        torch: 'nn.UpsamplingNearest2d((5, 7))',
        in: { x: f([1, 2, 3, 4]) },
      },
    ],
  }),
  layer('UpsamplingBilinear2d', {
    cases: [
      {
        make: () => new nn.UpsamplingBilinear2d({ scaleFactor: 2 }),
        torch: 'nn.UpsamplingBilinear2d(scale_factor=2)',
        in: { x: f([1, 2, 3, 4]) },
      },
      {
        make: () => new nn.UpsamplingBilinear2d({ size: [5, 7] }),
        torch: 'nn.UpsamplingBilinear2d(size=(5, 7))',
        in: { x: f([1, 2, 3, 4]) },
      },
    ],
  }),
  layer('PixelShuffle', {
    cases: [{ make: () => new nn.PixelShuffle(2), torch: 'nn.PixelShuffle(2)', in: { x: f([1, 8, 2, 3]) } }],
    errors: [
      {
        run: () => new nn.PixelShuffle(0),
        type: WasmgradError,
        message: 'PixelShuffle: upscaleFactor must be a whole number of at least 1, got 0',
      },
    ],
  }),
  layer('PixelUnshuffle', {
    cases: [{ make: () => new nn.PixelUnshuffle(2), torch: 'nn.PixelUnshuffle(2)', in: { x: f([1, 2, 4, 6]) } }],
  }),
  layer('ChannelShuffle', {
    cases: [
      {
        make: () => new nn.ChannelShuffle(2),
        torch: 'nn.ChannelShuffle(2)',
        in: { x: f([1, 6, 2, 3], { grad: false }) },
      },
    ],
  }),
  layer('Unfold', {
    cases: [
      { make: () => new nn.Unfold(2), torch: 'nn.Unfold(2)', in: { x: f([1, 2, 3, 4]) } },
      {
        make: () => new nn.Unfold([2, 3], { dilation: 2, padding: [1, 2], stride: 2 }),
        torch: 'nn.Unfold((2, 3), dilation=2, padding=(1, 2), stride=2)',
        in: { x: f([1, 2, 5, 6]) },
      },
    ],
  }),
  layer('Fold', {
    cases: [
      { make: () => new nn.Fold([3, 4], 2), torch: 'nn.Fold((3, 4), 2)', in: { x: f([1, 8, 6]) } },
      {
        make: () => new nn.Fold(5, [2, 3], { dilation: [2, 1], padding: [1, 0], stride: [1, 2] }),
        torch: 'nn.Fold(5, (2, 3), dilation=(2, 1), padding=(1, 0), stride=(1, 2))',
        in: { x: f([1, 12, 10]) },
      },
    ],
  }),
  layer('ConstantPad1d', {
    cases: [
      { make: () => new nn.ConstantPad1d(1, 1.5), torch: 'nn.ConstantPad1d(1, 1.5)', in: { x: f([2, 3, 5]) } },
      {
        make: () => new nn.ConstantPad1d([1, 2], 1.5),
        torch: 'nn.ConstantPad1d((1, 2), 1.5)',
        in: { x: f([2, 3, 5]) },
      },
    ],
  }),
  layer('ConstantPad2d', {
    cases: [
      { make: () => new nn.ConstantPad2d(1, 1.5), torch: 'nn.ConstantPad2d(1, 1.5)', in: { x: f([2, 3, 4, 5]) } },
      {
        make: () => new nn.ConstantPad2d([1, 2, 0, 1], 1.5),
        torch: 'nn.ConstantPad2d((1, 2, 0, 1), 1.5)',
        in: { x: f([2, 3, 4, 5]) },
      },
    ],
  }),
  layer('ConstantPad3d', {
    cases: [
      { make: () => new nn.ConstantPad3d(1, 1.5), torch: 'nn.ConstantPad3d(1, 1.5)', in: { x: f([1, 2, 4, 3, 4]) } },
      {
        make: () => new nn.ConstantPad3d([1, 0, 2, 1, 0, 1], 1.5),
        torch: 'nn.ConstantPad3d((1, 0, 2, 1, 0, 1), 1.5)',
        in: { x: f([1, 2, 4, 3, 4]) },
      },
    ],
  }),
  layer('ZeroPad1d', {
    cases: [
      { make: () => new nn.ZeroPad1d(1), torch: 'ZeroPad1d(1)', in: { x: f([2, 3, 5]) } },
      { make: () => new nn.ZeroPad1d([1, 2]), torch: 'ZeroPad1d((1, 2))', in: { x: f([2, 3, 5]) } },
    ],
  }),
  layer('ZeroPad2d', {
    cases: [
      { make: () => new nn.ZeroPad2d(1), torch: 'nn.ZeroPad2d(1)', in: { x: f([2, 3, 4, 5]) } },
      { make: () => new nn.ZeroPad2d([1, 2, 0, 1]), torch: 'nn.ZeroPad2d((1, 2, 0, 1))', in: { x: f([2, 3, 4, 5]) } },
    ],
  }),
  layer('ZeroPad3d', {
    cases: [
      { make: () => new nn.ZeroPad3d(1), torch: 'ZeroPad3d(1)', in: { x: f([1, 2, 4, 3, 4]) } },
      {
        make: () => new nn.ZeroPad3d([1, 0, 2, 1, 0, 1]),
        torch: 'ZeroPad3d((1, 0, 2, 1, 0, 1))',
        in: { x: f([1, 2, 4, 3, 4]) },
      },
    ],
  }),
  layer('ReflectionPad1d', {
    cases: [
      { make: () => new nn.ReflectionPad1d(1), torch: 'nn.ReflectionPad1d(1)', in: { x: f([2, 3, 5]) } },
      { make: () => new nn.ReflectionPad1d([1, 2]), torch: 'nn.ReflectionPad1d((1, 2))', in: { x: f([2, 3, 5]) } },
    ],
  }),
  layer('ReflectionPad2d', {
    cases: [
      { make: () => new nn.ReflectionPad2d(1), torch: 'nn.ReflectionPad2d(1)', in: { x: f([2, 3, 4, 5]) } },
      {
        make: () => new nn.ReflectionPad2d([1, 2, 0, 1]),
        torch: 'nn.ReflectionPad2d((1, 2, 0, 1))',
        in: { x: f([2, 3, 4, 5]) },
      },
    ],
    errors: [
      {
        run: () => new nn.ReflectionPad2d([1, 2] as never),
        type: ShapeError,
        message: 'ReflectionPad2d: padding must be one whole number or 4, got 1,2',
      },
      {
        run: () => new nn.ReflectionPad2d(1).forward(zeros([3, 3])),
        type: ShapeError,
        message: 'ReflectionPad2d: input must have 3 or 4 dims, got input [3, 3]',
      },
    ],
  }),
  layer('ReflectionPad3d', {
    cases: [
      { make: () => new nn.ReflectionPad3d(1), torch: 'nn.ReflectionPad3d(1)', in: { x: f([1, 2, 4, 3, 4]) } },
      {
        make: () => new nn.ReflectionPad3d([1, 0, 2, 1, 0, 1]),
        torch: 'nn.ReflectionPad3d((1, 0, 2, 1, 0, 1))',
        in: { x: f([1, 2, 4, 3, 4]) },
      },
    ],
  }),
  layer('ReplicationPad1d', {
    cases: [
      { make: () => new nn.ReplicationPad1d(1), torch: 'nn.ReplicationPad1d(1)', in: { x: f([2, 3, 5]) } },
      { make: () => new nn.ReplicationPad1d([1, 2]), torch: 'nn.ReplicationPad1d((1, 2))', in: { x: f([2, 3, 5]) } },
    ],
  }),
  layer('ReplicationPad2d', {
    cases: [
      { make: () => new nn.ReplicationPad2d(1), torch: 'nn.ReplicationPad2d(1)', in: { x: f([2, 3, 4, 5]) } },
      {
        make: () => new nn.ReplicationPad2d([1, 2, 0, 1]),
        torch: 'nn.ReplicationPad2d((1, 2, 0, 1))',
        in: { x: f([2, 3, 4, 5]) },
      },
    ],
  }),
  layer('ReplicationPad3d', {
    cases: [
      { make: () => new nn.ReplicationPad3d(1), torch: 'nn.ReplicationPad3d(1)', in: { x: f([1, 2, 4, 3, 4]) } },
      {
        make: () => new nn.ReplicationPad3d([1, 0, 2, 1, 0, 1]),
        torch: 'nn.ReplicationPad3d((1, 0, 2, 1, 0, 1))',
        in: { x: f([1, 2, 4, 3, 4]) },
      },
    ],
  }),
  layer('CircularPad1d', {
    cases: [
      { make: () => new nn.CircularPad1d(1), torch: 'CircularPad1d(1)', in: { x: f([2, 3, 5]) } },
      { make: () => new nn.CircularPad1d([1, 2]), torch: 'CircularPad1d((1, 2))', in: { x: f([2, 3, 5]) } },
    ],
  }),
  layer('CircularPad2d', {
    cases: [
      { make: () => new nn.CircularPad2d(1), torch: 'CircularPad2d(1)', in: { x: f([2, 3, 4, 5]) } },
      {
        make: () => new nn.CircularPad2d([1, 2, 0, 1]),
        torch: 'CircularPad2d((1, 2, 0, 1))',
        in: { x: f([2, 3, 4, 5]) },
      },
    ],
  }),
  layer('CircularPad3d', {
    cases: [
      { make: () => new nn.CircularPad3d(1), torch: 'CircularPad3d(1)', in: { x: f([1, 2, 4, 3, 4]) } },
      {
        make: () => new nn.CircularPad3d([1, 0, 2, 1, 0, 1]),
        torch: 'CircularPad3d((1, 0, 2, 1, 0, 1))',
        in: { x: f([1, 2, 4, 3, 4]) },
      },
    ],
  }),
];
