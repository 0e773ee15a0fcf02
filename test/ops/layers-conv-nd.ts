import { ShapeError, WasmgradError, nn, zeros, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, type Row } from './table.js';

export const rows: Row[] = [
  layer('Conv1d', {
    cases: [
      {
        make: () => new nn.Conv1d(2, 3, [4], { padding: 'same', paddingMode: 'replicate', bias: false }),
        torch: "nn.Conv1d(2, 3, 4, padding='same', padding_mode='replicate', bias=False)",
        in: { x: f([2, 6]) },
      },
    ],
  }),
  layer('Conv3d', {
    cases: [
      { make: () => new nn.Conv3d(2, 3, 3), torch: 'nn.Conv3d(2, 3, 3)', in: { x: f([2, 2, 3, 4, 5]) } },
      {
        make: () =>
          new nn.Conv3d(4, 2, [2, 1, 3], {
            stride: [2, 1, 1],
            padding: [1, 0, 2],
            dilation: 2,
            groups: 2,
            bias: false,
          }),
        torch: 'nn.Conv3d(4, 2, (2, 1, 3), stride=(2, 1, 1), padding=(1, 0, 2), dilation=2, groups=2, bias=False)',
        in: { x: f([4, 3, 4, 5]) },
      },
      {
        make: () => new nn.Conv3d(1, 2, [3, 2, 2], { padding: 'same' }),
        torch: "nn.Conv3d(1, 2, (3, 2, 2), padding='same')",
        in: { x: f([1, 1, 3, 4, 3]) },
      },
      ...(['reflect', 'replicate', 'circular'] as const).map((paddingMode) => ({
        make: (): nn.Module => new nn.Conv3d(1, 2, 2, { padding: [1, 2, 1], paddingMode }),
        torch: `nn.Conv3d(1, 2, 2, padding=(1, 2, 1), padding_mode='${paddingMode}')`,
        in: { x: f([1, 1, 3, 3, 4]) },
      })),
    ],
    errors: [
      {
        run: () => new nn.Conv3d(1, 1, [3, 3] as never),
        type: ShapeError,
        message: 'Conv3d: kernelSize must be a whole number of at least 1, or three, got 3,3',
      },
    ],
  }),
  layer('ConvTranspose1d', {
    cases: [
      {
        make: () => new nn.ConvTranspose1d(4, 6, 3, { stride: 3, padding: 1, outputPadding: 2, groups: 2 }),
        torch: 'nn.ConvTranspose1d(4, 6, 3, stride=3, padding=1, output_padding=2, groups=2)',
        in: { x: f([2, 4, 5]) },
      },
      {
        make: () => new nn.ConvTranspose1d(2, 3, 3, { stride: 3 }),
        torch: 'nn.ConvTranspose1d(2, 3, 3, stride=3)',
        in: { x: f([2, 2, 4]) },
        call: (module, { x }): Tensor => (module as nn.ConvTranspose1d).forward(x, [14]),
        torchCall: 'm(x, output_size=[14])',
      },
    ],
  }),
  layer('ConvTranspose2d', {
    cases: [
      { make: () => new nn.ConvTranspose2d(3, 2, 3), torch: 'nn.ConvTranspose2d(3, 2, 3)', in: { x: f([2, 3, 4, 3]) } },
      {
        make: () =>
          new nn.ConvTranspose2d(4, 2, [3, 2], {
            stride: [2, 1],
            padding: [1, 0],
            outputPadding: [1, 0],
            groups: 2,
            bias: false,
            dilation: [1, 2],
            paddingMode: 'zeros',
          }),
        torch:
          'nn.ConvTranspose2d(4, 2, (3, 2), stride=(2, 1), padding=(1, 0), output_padding=(1, 0), groups=2, bias=False, dilation=(1, 2))',
        in: { x: f([4, 3, 4]) },
      },
      {
        make: () => new nn.ConvTranspose2d(2, 2, 3, { stride: 2, padding: 1 }),
        torch: 'nn.ConvTranspose2d(2, 2, 3, stride=2, padding=1)',
        in: { x: f([1, 2, 3, 4]) },
        call: (module, { x }): Tensor => (module as nn.ConvTranspose2d).forward(x, [1, 2, 6, 7]),
        torchCall: 'm(x, output_size=[1, 2, 6, 7])',
      },
    ],
    errors: [
      {
        run: () => new nn.ConvTranspose2d(2, 3, 3, { stride: 2 }).forward(zeros([1, 2, 3, 3]), [9, 7]),
        type: ShapeError,
        message: 'ConvTranspose2d: outputSize must be from [7, 7] to [8, 8] for this input, got [9, 7]',
      },
      {
        run: () => new nn.ConvTranspose2d(2, 3, 3).forward(zeros([1, 2, 3, 3]), [5]),
        type: ShapeError,
        message: 'ConvTranspose2d: outputSize must have 2 or 4 sizes, got [5]',
      },
      {
        run: () => new nn.ConvTranspose2d(3, 4, 3, { groups: 2 }),
        type: ShapeError,
        message: 'ConvTranspose2d: inChannels must be divisible by groups, got 3 and 2',
      },
      {
        run: () => new nn.ConvTranspose2d(3, 4, 3, { paddingMode: 'reflect' as 'zeros' }),
        type: ShapeError,
        message: "ConvTranspose2d: only paddingMode 'zeros' is supported, got 'reflect'",
      },
      {
        run: () => new nn.ConvTranspose2d(3, 4, 3, { output_padding: 1 } as object),
        type: WasmgradError,
        message:
          "ConvTranspose2d: unknown option 'output_padding' (known: stride, padding, outputPadding, groups, bias, dilation, paddingMode, dtype)",
      },
    ],
  }),
  layer('ConvTranspose3d', {
    cases: [
      {
        make: () =>
          new nn.ConvTranspose3d(2, 2, [2, 3, 2], { stride: [2, 1, 2], padding: [0, 1, 0], outputPadding: [1, 0, 0] }),
        torch: 'nn.ConvTranspose3d(2, 2, (2, 3, 2), stride=(2, 1, 2), padding=(0, 1, 0), output_padding=(1, 0, 0))',
        in: { x: f([1, 2, 2, 3, 2]) },
      },
      {
        make: () => new nn.ConvTranspose3d(1, 2, 2, { stride: 2 }),
        torch: 'nn.ConvTranspose3d(1, 2, 2, stride=2)',
        in: { x: f([1, 1, 2, 2, 2]) },
        call: (module, { x }): Tensor => (module as nn.ConvTranspose3d).forward(x, [5, 4, 5]),
        torchCall: 'm(x, output_size=[5, 4, 5])',
      },
    ],
  }),
];
