import { DTypeError, F, ShapeError, WasmgradError, zeros, type Tensor } from '../../src/index.js';
import { f, row, type Case, type Row } from './table.js';

type Conv = Case<'x' | 'w' | 'b'>;
type Sizes = number | readonly number[];
type Setting = Readonly<Record<string, Sizes | string>>;

const pythonNames: Readonly<Record<string, string>> = { outputPadding: 'output_padding' };

function python(options: Setting): string {
  return Object.entries(options)
    .map(([name, value]) => {
      const text = typeof value === 'string' ? `'${value}'` : Array.isArray(value) ? `(${value.join(', ')},)` : value;
      return `, ${pythonNames[name] ?? name}=${String(text)}`;
    })
    .join('');
}

type Call = (x: Tensor, w: Tensor, b: Tensor, options: object) => Tensor;

function conv(
  call: Call,
  torch: string,
  x: readonly number[],
  w: readonly number[],
  b: number,
  options: Setting,
  extra: Partial<Conv> = {},
): Conv {
  return {
    in: { x: f(x), w: f(w), b: f([b]) },
    run: ({ x, w, b }) => call(x, w, b, options),
    torch: `F.${torch}(x, w, b${python(options)})`,
    ...extra,
  };
}

function conv3d(x: readonly number[], w: readonly number[], options: Setting, extra: Partial<Conv> = {}): Conv {
  return conv((x, w, b, options) => F.conv3d(x, w, b, options), 'conv3d', x, w, w[0]!, options, extra);
}

function transposed(
  dims: 1 | 2 | 3,
  x: readonly number[],
  w: readonly number[],
  options: Setting,
  extra: Partial<Conv> = {},
): Conv {
  const call: Call = (x, w, b, options) => {
    if (dims === 1) return F.convTranspose1d(x, w, b, options);
    return dims === 2 ? F.convTranspose2d(x, w, b, options) : F.convTranspose3d(x, w, b, options);
  };
  const groups = typeof options.groups === 'number' ? options.groups : 1;
  return conv(call, `conv_transpose${dims}d`, x, w, w[1]! * groups, options, extra);
}

export const rows: Row[] = [
  row('conv1d', {
    cases: [
      {
        in: { x: f([2, 3, 9]), w: f([4, 3, 3]), b: f([4]) },
        run: ({ x, w, b }) => F.conv1d(x, w, b, { padding: [1], stride: [3], dilation: [2] }),
        torch: 'F.conv1d(x, w, b, padding=(1,), stride=(3,), dilation=(2,))',
      },
      {
        in: { x: f([2, 3, 9]), w: f([4, 3, 3]) },
        run: ({ x, w }) => F.conv1d(x, w, { padding: 'valid' }),
        torch: "F.conv1d(x, w, padding='valid')",
      },
    ],
    errors: [
      {
        run: () => F.conv1d(zeros([1, 3, 8]), zeros([4, 3, 3]), null, { stride: 0 }),
        type: ShapeError,
        message: 'conv1d: stride must be a whole number of at least 1, or one in an array, got 0',
      },
    ],
  }),
  row('conv3d', {
    cases: [
      {
        in: { x: f([2, 2, 4, 5, 4]), w: f([3, 2, 2, 3, 2]) },
        run: ({ x, w }) => F.conv3d(x, w),
        torch: 'F.conv3d(x, w)',
      },
      conv3d([4, 3, 4, 3], [2, 2, 3, 2, 1], { groups: 2 }),
      conv3d([2, 2, 5, 4, 5], [2, 2, 3, 3, 3], { padding: 1 }, { gradcheck: 1 }),
      conv3d([1, 2, 5, 6, 5], [2, 2, 2, 3, 2], { stride: [2, 1, 3], padding: [1, 0, 2] }),
      conv3d([1, 2, 7, 5, 6], [2, 1, 3, 2, 2], { dilation: [3, 2, 1], padding: [2, 1, 0], groups: 2 }),
      conv3d([1, 2, 4, 5, 4], [2, 2, 4, 2, 3], { padding: 'same' }, { gradcheck: 1 }),
      conv3d([1, 2, 3, 3, 3], [2, 2, 3, 3, 3], { padding: 'valid' }),
      conv3d([2, 3, 3, 4, 4], [2, 3, 1, 1, 1], { stride: 2 }),
      conv3d([1, 1, 2, 2, 2], [1, 1, 2, 2, 2], { padding: 3, stride: 4 }),
      conv3d([0, 2, 4, 4, 4], [3, 2, 2, 2, 2], {}),
      {
        in: { x: f([2, 8, 6, 20, 20]), w: f([12, 8, 3, 3, 3]), b: f([12]) },
        run: ({ x, w, b }) => F.conv3d(x, w, b, { padding: 1 }),
        large: true,
      },
    ],
    errors: [
      {
        run: () => F.conv3d(zeros([1, 3, 8, 8, 8]), zeros([4, 2, 3, 3, 3])),
        type: ShapeError,
        message: 'conv3d: input has 3 channels, weight wants 2, got input [1, 3, 8, 8, 8], weight [4, 2, 3, 3, 3]',
      },
      {
        run: () => F.conv3d(zeros([1, 4, 4, 4, 4]), zeros([3, 2, 3, 3, 3]), null, { groups: 2 }),
        type: ShapeError,
        message:
          'conv3d: 3 output channels do not split into 2 groups, got input [1, 4, 4, 4, 4], weight [3, 2, 3, 3, 3]',
      },
      {
        run: () => F.conv3d(zeros([1, 1, 4, 4, 4]), zeros([3, 1, 3, 3, 3]), zeros([4])),
        type: ShapeError,
        message: 'conv3d: bias must have shape [3], got input [1, 1, 4, 4, 4], weight [3, 1, 3, 3, 3], bias [4]',
      },
      {
        run: () => F.conv3d(zeros([1, 1, 4, 4, 4]), zeros([3, 1, 7, 3, 3]), null, { padding: 1 }),
        type: ShapeError,
        message:
          'conv3d: the kernel reaches over 7 of 6 (padded) elements, got input [1, 1, 4, 4, 4], weight [3, 1, 7, 3, 3]',
      },
      {
        run: () => F.conv3d(zeros([8, 8, 8]), zeros([4, 3, 3, 3, 3])),
        type: ShapeError,
        message:
          'conv3d: input must have dims [N, C, D, H, W] or [C, D, H, W], got input [8, 8, 8], weight [4, 3, 3, 3, 3]',
      },
      {
        run: () => F.conv3d(zeros([1, 3, 8, 8, 8]), zeros([4, 3, 3, 3])),
        type: ShapeError,
        message:
          'conv3d: weight must have dims [K, C/groups, KD, KH, KW], got input [1, 3, 8, 8, 8], weight [4, 3, 3, 3]',
      },
      {
        run: () => F.conv3d(zeros([1, 3, 8, 8, 8]), zeros([4, 3, 3, 3, 3], { dtype: 'float64' })),
        type: DTypeError,
        message: 'conv3d: dtypes differ, got input float32, weight float64',
      },
      {
        run: () => F.conv3d(zeros([1, 3, 8, 8, 8]), zeros([4, 3, 3, 3, 3]), null, { stride: [1, 2] as never }),
        type: ShapeError,
        message: 'conv3d: stride must be a whole number of at least 1, or three, got 1,2',
      },
      {
        run: () => F.conv3d(zeros([1, 3, 8, 8, 8]), zeros([4, 3, 3, 3, 3]), { pads: 1 } as object),
        type: WasmgradError,
        message: "conv3d: unknown option 'pads' (known: bias, stride, padding, dilation, groups)",
      },
    ],
  }),
  row('convTranspose1d', {
    cases: [
      {
        in: { x: f([2, 3, 5]), w: f([3, 2, 3]) },
        run: ({ x, w }) => F.convTranspose1d(x, w),
        torch: 'F.conv_transpose1d(x, w)',
      },
      transposed(1, [4, 5], [4, 3, 3], { stride: 3, padding: [1], outputPadding: 2, groups: 2 }),
      transposed(1, [2, 2, 5], [2, 3, 2], { stride: [2], dilation: 3, outputPadding: [2] }),
    ],
    errors: [
      {
        run: () => F.convTranspose1d(zeros([1, 1, 3, 3]), zeros([1, 1, 3])),
        type: ShapeError,
        message: 'convTranspose1d: input must have dims [N, C, L] or [C, L], got input [1, 1, 3, 3], weight [1, 1, 3]',
      },
    ],
  }),
  row('convTranspose2d', {
    cases: [
      {
        in: { x: f([2, 3, 4, 3]), w: f([3, 2, 2, 3]) },
        run: ({ x, w }) => F.convTranspose2d(x, w),
        torch: 'F.conv_transpose2d(x, w)',
      },
      transposed(2, [3, 4, 3], [3, 2, 3, 3], { padding: 1 }),
      transposed(2, [2, 3, 3, 4], [3, 2, 4, 4], { stride: 2, padding: 1 }, { gradcheck: 1 }),
      transposed(2, [1, 4, 3, 4], [4, 3, 3, 2], { stride: [2, 3], padding: [1, 0], outputPadding: [1, 2], groups: 2 }),
      transposed(2, [1, 3, 3, 4], [3, 1, 3, 2], { stride: 2, groups: 3, outputPadding: 1 }),
      transposed(2, [1, 2, 4, 3], [2, 2, 3, 2], { dilation: [2, 3], outputPadding: [1, 2] }),
      transposed(2, [1, 2, 4, 4], [2, 3, 1, 1], {}),
      transposed(2, [1, 2, 6, 6], [2, 2, 3, 3], { padding: 3 }),
      transposed(2, [0, 2, 4, 4], [2, 3, 2, 2], {}),
      transposed(2, [1, 8, 8, 8], [8, 6, 3, 3], { padding: 1 }, { gradcheck: 0 }),
      transposed(2, [1, 4, 5, 6], [4, 3, 5, 5], { padding: 2 }, { gradcheck: 0 }),
      {
        in: { x: f([8, 16, 14, 14]), w: f([16, 8, 4, 4]), b: f([8]) },
        run: ({ x, w, b }) => F.convTranspose2d(x, w, b, { stride: 2, padding: 1 }),
        large: true,
      },
    ],
    errors: [
      {
        run: () => F.convTranspose2d(zeros([1, 3, 3, 3]), zeros([2, 3, 3, 3])),
        type: ShapeError,
        message: 'convTranspose2d: input has 3 channels, weight wants 2, got input [1, 3, 3, 3], weight [2, 3, 3, 3]',
      },
      {
        run: () => F.convTranspose2d(zeros([1, 3, 3, 3]), zeros([3, 3, 3, 3]), null, { groups: 2 }),
        type: ShapeError,
        message:
          'convTranspose2d: 3 input channels do not split into 2 groups, got input [1, 3, 3, 3], weight [3, 3, 3, 3]',
      },
      {
        run: () => F.convTranspose2d(zeros([1, 2, 3, 3]), zeros([2, 3, 3, 3]), zeros([2])),
        type: ShapeError,
        message: 'convTranspose2d: bias must have shape [3], got input [1, 2, 3, 3], weight [2, 3, 3, 3], bias [2]',
      },
      {
        run: () =>
          F.convTranspose2d(zeros([1, 2, 3, 3]), zeros([2, 3, 3, 3]), null, { stride: 2, outputPadding: [0, 2] }),
        type: ShapeError,
        message:
          'convTranspose2d: outputPadding must be smaller than the stride or the dilation, got outputPadding [0, 2], stride [2, 2], dilation [1, 1]',
      },
      {
        run: () => F.convTranspose2d(zeros([1, 2, 1, 1]), zeros([2, 3, 3, 3]), null, { padding: 2 }),
        type: ShapeError,
        message: 'convTranspose2d: the result would have sizes [-1, -1], got input [1, 2, 1, 1], weight [2, 3, 3, 3]',
      },
      {
        run: () => F.convTranspose2d(zeros([1, 2, 3, 3]), zeros([2, 3, 3])),
        type: ShapeError,
        message:
          'convTranspose2d: weight must have dims [C, K/groups, KH, KW], got input [1, 2, 3, 3], weight [2, 3, 3]',
      },
      {
        run: () => F.convTranspose2d(zeros([1, 2, 3, 3], { dtype: 'int32' }), zeros([2, 3, 3, 3], { dtype: 'int32' })),
        type: DTypeError,
        message: 'convTranspose2d: floats wanted, got input int32, weight int32',
      },
      {
        run: () => F.convTranspose2d(zeros([1, 2, 3, 3]), zeros([2, 3, 3, 3]), { pads: 1 } as object),
        type: WasmgradError,
        message:
          "convTranspose2d: unknown option 'pads' (known: bias, stride, padding, outputPadding, groups, dilation)",
      },
    ],
  }),
  row('convTranspose3d', {
    cases: [
      {
        in: { x: f([2, 2, 2, 3, 3]), w: f([2, 3, 2, 2, 3]) },
        run: ({ x, w }) => F.convTranspose3d(x, w),
        torch: 'F.conv_transpose3d(x, w)',
      },
      transposed(3, [2, 2, 3, 3], [2, 2, 2, 3, 2], { stride: 2, padding: [1, 1, 0], outputPadding: 1 }),
      transposed(3, [1, 4, 2, 2, 3], [4, 1, 3, 2, 2], {
        stride: [3, 1, 2],
        dilation: [1, 2, 3],
        outputPadding: [2, 1, 2],
        groups: 2,
      }),
    ],
    errors: [
      {
        run: () => F.convTranspose3d(zeros([1, 1, 3, 3]), zeros([3, 1, 3, 3, 3])),
        type: ShapeError,
        message:
          'convTranspose3d: input has 1 channels, weight wants 3, got input [1, 1, 3, 3], weight [3, 1, 3, 3, 3]',
      },
    ],
  }),
];
