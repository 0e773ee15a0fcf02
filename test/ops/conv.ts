import { DTypeError, F, ShapeError, WasmgradError, zeros } from '../../src/index.js';
import { f, row, type Case, type Row } from './table.js';

type Conv = Case<'x' | 'w' | 'b'>;

interface Setting {
  stride?: number | [number, number];
  padding?: number | [number, number] | 'same' | 'valid';
  dilation?: number | [number, number];
  groups?: number;
}

function python(value: number | string | readonly number[]): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'number' ? String(value) : `(${value.join(', ')})`;
}

function conv(x: readonly number[], w: readonly number[], options: Setting, extra: Partial<Conv> = {}): Conv {
  const given = Object.entries(options).map(([name, value]) => `, ${name}=${python(value as number)}`);
  return {
    in: { x: f(x), w: f(w), b: f([w[0]!]) },
    run: ({ x, w, b }) => F.conv2d(x, w, b, options),
    torch: `F.conv2d(x, w, b${given.join('')})`,
    ...extra,
  };
}

/** Every stride with every padding, dilation and kind of groups, on small planes. */
const grid = ([1, 2, [1, 3]] as const).flatMap((stride, i) =>
  ([0, 1, [2, 0]] as const).flatMap((padding, j) =>
    ([1, 2, [1, 2]] as const).map((dilation, k) => {
      const [channels, outs, groups] = (
        [
          [1, 2, 1],
          [3, 2, 1],
          [4, 6, 2],
          [3, 3, 3],
          [2, 4, 2],
        ] as const
      )[(i + j + 2 * k) % 5]!;
      const [kh, kw] = (
        [
          [3, 3],
          [1, 1],
          [2, 3],
          [3, 2],
        ] as const
      )[(i + 2 * j + k) % 4]!;
      const setting = {
        stride: typeof stride === 'number' ? stride : ([...stride] as [number, number]),
        padding: typeof padding === 'number' ? padding : ([...padding] as [number, number]),
        dilation: typeof dilation === 'number' ? dilation : ([...dilation] as [number, number]),
        groups,
      };
      return conv([2, channels, 6, 7], [outs, channels / groups, kh, kw], setting, {
        gradcheck: (i + j + k) % 3 === 0 ? 2 : 0,
      });
    }),
  ),
);

export const rows: Row[] = [
  row('conv2d', {
    cases: [
      ...grid,
      { in: { x: f([2, 3, 5, 4]), w: f([2, 3, 2, 2]) }, run: ({ x, w }) => F.conv2d(x, w), torch: 'F.conv2d(x, w)' },
      conv([3, 5, 5], [2, 3, 3, 3], {}),
      conv([0, 3, 5, 5], [2, 3, 3, 3], {}),
      conv([2, 3, 5, 6], [2, 3, 3, 3], { padding: 'same' }),
      conv([2, 3, 5, 6], [2, 3, 2, 4], { padding: 'same', dilation: [1, 1] }),
      conv([1, 2, 7, 9], [2, 2, 2, 4], { padding: 'same', dilation: [3, 1] }, { gradcheck: 1 }),
      conv([1, 2, 5, 5], [2, 2, 3, 3], { padding: 'valid' }),
      conv([1, 2, 3, 3], [2, 2, 3, 3], { padding: 3, stride: 4 }),
      conv([2, 8, 6, 6], [5, 8, 1, 1], {}, { gradcheck: 1 }),
      conv([2, 8, 9, 9], [10, 8, 3, 3], { padding: 1 }, { gradcheck: 0 }),
      conv([1, 2, 15, 20], [6, 2, 5, 5], { padding: 2, stride: 2 }, { gradcheck: 0 }),
      conv([1, 2, 12, 35], [4, 1, 3, 3], { padding: 1, groups: 2 }, { gradcheck: 0 }),
      conv([2, 3, 13, 12], [3, 1, 5, 3], { padding: [2, 1], stride: [2, 1], dilation: 2, groups: 3 }, { gradcheck: 0 }),
      conv([1, 1, 14, 20], [3, 1, 3, 3], {}, { gradcheck: 0 }),
      conv([1, 410, 2, 2], [2, 410, 1, 1], {}, { gradcheck: 0 }),
      conv([2, 20, 9, 10], [17, 20, 3, 3], { padding: 1 }, { gradcheck: 0 }),
      conv([1, 4, 9, 11], [8, 1, 5, 5], { padding: 2, stride: 2, groups: 4 }, { gradcheck: 1 }),
      {
        in: { x: f([2, 5, 4, 3]), w: f([3, 3, 2, 2]) },
        run: ({ x, w }) => F.conv2d(x.permute([0, 3, 1, 2]), w.transpose(2, 3)),
        torch: 'F.conv2d(x.permute(0, 3, 1, 2), w.transpose(2, 3))',
      },
      {
        in: { x: f([8, 16, 30, 30]), w: f([32, 16, 3, 3]), b: f([32]) },
        run: ({ x, w, b }) => F.conv2d(x, w, b, { padding: 1 }),
        large: true,
      },
      {
        in: { x: f([16, 1, 28, 28]), w: f([32, 1, 3, 3]), b: f([32]) },
        run: ({ x, w, b }) => F.conv2d(x, w, b),
        large: true,
      },
      {
        in: { x: f([8, 32, 28, 28]), w: f([32, 1, 3, 3]), b: f([32]) },
        run: ({ x, w, b }) => F.conv2d(x, w, b, { padding: 1, groups: 32 }),
        large: true,
      },
    ],
    errors: [
      {
        run: () => F.conv2d(zeros([1, 3, 8, 8]), zeros([4, 2, 3, 3])),
        type: ShapeError,
        message: 'conv2d: input has 3 channels, weight wants 2, got input [1, 3, 8, 8], weight [4, 2, 3, 3]',
      },
      {
        run: () => F.conv2d(zeros([1, 3, 8, 8]), zeros([4, 2, 3, 3]), null, { groups: 2 }),
        type: ShapeError,
        message:
          'conv2d: input has 3 channels, weight wants 4 in 2 groups, got input [1, 3, 8, 8], weight [4, 2, 3, 3]',
      },
      {
        run: () => F.conv2d(zeros([1, 4, 8, 8]), zeros([3, 2, 3, 3]), null, { groups: 2 }),
        type: ShapeError,
        message: 'conv2d: 3 output channels do not split into 2 groups, got input [1, 4, 8, 8], weight [3, 2, 3, 3]',
      },
      {
        run: () => F.conv2d(zeros([1, 3, 8, 8]), zeros([4, 3, 3, 3]), zeros([3])),
        type: ShapeError,
        message: 'conv2d: bias must have shape [4], got input [1, 3, 8, 8], weight [4, 3, 3, 3], bias [3]',
      },
      {
        run: () => F.conv2d(zeros([1, 3, 4, 4]), zeros([4, 3, 7, 7]), null, { padding: 1 }),
        type: ShapeError,
        message:
          'conv2d: the kernel reaches over 7 of 6 (padded) elements, got input [1, 3, 4, 4], weight [4, 3, 7, 7]',
      },
      {
        run: () => F.conv2d(zeros([8, 8]), zeros([4, 3, 7, 7])),
        type: ShapeError,
        message: 'conv2d: input must have dims [N, C, H, W] or [C, H, W], got input [8, 8], weight [4, 3, 7, 7]',
      },
      {
        run: () => F.conv2d(zeros([1, 3, 8, 8]), zeros([4, 3, 3])),
        type: ShapeError,
        message: 'conv2d: weight must have dims [K, C/groups, KH, KW], got input [1, 3, 8, 8], weight [4, 3, 3]',
      },
      {
        run: () => F.conv2d(zeros([1, 3, 8, 8]), zeros([4, 3, 3, 3]), null, { stride: 0 }),
        type: ShapeError,
        message: 'conv2d: stride must be a whole number of at least 1, or two, got 0',
      },
      {
        run: () => F.conv2d(zeros([1, 3, 8, 8]), zeros([4, 3, 3, 3]), null, { padding: 'same', stride: 2 }),
        type: ShapeError,
        message: "conv2d: padding 'same' needs stride 1, got [2, 2]",
      },
      {
        run: () => F.conv2d(zeros([1, 3, 8, 8]), zeros([4, 3, 3, 3]), null, { pad: 1 } as object),
        type: WasmgradError,
        message: "conv2d: unknown option 'pad' (known: bias, stride, padding, dilation, groups)",
      },
      {
        run: () => F.conv2d(zeros([1, 3, 8, 8]), zeros([4, 3, 3, 3], { dtype: 'float64' })),
        type: DTypeError,
        message: 'conv2d: dtypes differ, got input float32, weight float64',
      },
    ],
  }),
  row('conv1d', {
    cases: [
      { in: { x: f([2, 3, 9]), w: f([4, 3, 3]) }, run: ({ x, w }) => F.conv1d(x, w), torch: 'F.conv1d(x, w)' },
      {
        in: { x: f([2, 4, 9]), w: f([6, 2, 3]), b: f([6]) },
        run: ({ x, w, b }) => F.conv1d(x, w, b, { stride: 2, padding: 2, dilation: 2, groups: 2 }),
        torch: 'F.conv1d(x, w, b, stride=2, padding=2, dilation=2, groups=2)',
      },
      {
        in: { x: f([3, 9]), w: f([4, 3, 4]), b: f([4]) },
        run: ({ x, w, b }) => F.conv1d(x, w, b, { padding: 'same' }),
        torch: "F.conv1d(x, w, b, padding='same')",
      },
    ],
    errors: [
      {
        run: () => F.conv1d(zeros([1, 3, 8, 8]), zeros([4, 3, 3])),
        type: ShapeError,
        message: 'conv1d: input must have dims [N, C, L] or [C, L], got input [1, 3, 8, 8], weight [4, 3, 3]',
      },
    ],
  }),
];
