import { DTypeError, F, ShapeError, WasmgradError, tensor, zeros } from '../../src/index.js';
import { f, row, type Case, type Row } from './table.js';

type Sizes = number | readonly number[];

interface Setting {
  size?: Sizes;
  scaleFactor?: Sizes;
  mode?: F.InterpolateMode;
  alignCorners?: boolean;
  recomputeScaleFactor?: boolean;
  antialias?: boolean;
}

const pythonNames: Readonly<Record<string, string>> = {
  scaleFactor: 'scale_factor',
  alignCorners: 'align_corners',
  recomputeScaleFactor: 'recompute_scale_factor',
};

function python(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return Array.isArray(value) ? `(${value.join(', ')},)` : String(value);
}

function interpolate(shape: readonly number[], options: Setting, extra: Partial<Case<'x'>> = {}): Case<'x'> {
  const given = Object.entries(options).map(([name, value]) => `, ${pythonNames[name] ?? name}=${python(value)}`);
  return {
    in: { x: f(shape) },
    run: ({ x }) => F.interpolate(x, options),
    torch: `F.interpolate(x${given.join('')})`,
    ...extra,
  };
}

/** grid_sample in every mode, on positions inside and outside of the input, none of them at an edge. */
const samples = (['bilinear', 'nearest', 'bicubic'] as const).flatMap((mode) =>
  (['zeros', 'border', 'reflection'] as const).flatMap((paddingMode) =>
    [false, true].map((alignCorners): Case<'x' | 'grid'> => {
      const options = `mode='${mode}', padding_mode='${paddingMode}', align_corners=${alignCorners ? 'True' : 'False'}`;
      return {
        in: { x: f([2, 2, 4, 3]), grid: f([2, 3, 2, 2], { min: -1.9, max: 1.9, grad: mode !== 'nearest' }) },
        run: ({ x, grid }) => F.gridSample(x, grid, { mode, paddingMode, alignCorners }),
        torch: `F.grid_sample(x, grid, ${options})`,
      };
    }),
  ),
);

const volumes = (['bilinear', 'nearest'] as const).flatMap((mode) =>
  (['zeros', 'reflection'] as const).map((paddingMode): Case<'x' | 'grid'> => {
    return {
      in: { x: f([1, 2, 3, 2, 4]), grid: f([1, 2, 2, 3, 3], { min: -1.9, max: 1.9, grad: mode !== 'nearest' }) },
      run: ({ x, grid }) => F.gridSample(x, grid, mode, paddingMode, true),
      torch: `F.grid_sample(x, grid, '${mode}', '${paddingMode}', True)`,
    };
  }),
);

export const rows: Row[] = [
  row('interpolate', {
    cases: [
      interpolate([2, 3, 5], { scaleFactor: 2 }),
      interpolate([1, 2, 4, 3], { size: [7, 5] }),
      interpolate([1, 2, 4, 3], { scaleFactor: [1.6, 0.7], mode: 'nearest' }),
      interpolate([1, 2, 5, 4], { scaleFactor: 1.7, mode: 'nearest', recomputeScaleFactor: true }),
      interpolate([1, 2, 3, 4, 2], { size: [5, 2, 4] }),
      interpolate([1, 2, 5, 7], { size: [3, 12], mode: 'nearest-exact' }),
      interpolate([1, 2, 5], { scaleFactor: [2.3], mode: 'nearest-exact' }),
      interpolate([2, 3, 5], { size: 8, mode: 'linear' }),
      interpolate([1, 3, 5], { size: [3], mode: 'linear', alignCorners: true }),
      interpolate([1, 2, 4, 5], { scaleFactor: 2, mode: 'bilinear' }),
      interpolate([1, 2, 4, 5], { scaleFactor: [1.7, 0.6], mode: 'bilinear' }),
      interpolate([1, 2, 4, 5], { scaleFactor: [1.7, 0.6], mode: 'bilinear', recomputeScaleFactor: true }),
      interpolate([1, 2, 4, 5], { size: [6, 1], mode: 'bilinear', alignCorners: true }),
      interpolate([1, 2, 6, 5], { size: [4, 7], mode: 'bilinear', alignCorners: false }),
      interpolate([1, 2, 9, 8], { size: [4, 3], mode: 'bilinear', antialias: true }),
      interpolate([1, 1, 4, 5], { size: [7, 10], mode: 'bilinear', antialias: true }),
      interpolate([1, 2, 4, 5], { scaleFactor: 1.5, mode: 'bicubic' }),
      interpolate([1, 2, 4, 5], { size: [7, 3], mode: 'bicubic', alignCorners: true }),
      interpolate([1, 1, 9, 8], { size: [4, 5], mode: 'bicubic', antialias: true }),
      interpolate([1, 2, 3, 2, 4], { size: [4, 5, 3], mode: 'trilinear' }),
      interpolate([1, 1, 3, 2, 4], { scaleFactor: [2, 1, 1.5], mode: 'trilinear', alignCorners: true }),
      interpolate([2, 3, 5], { size: 3, mode: 'area' }),
      interpolate([1, 2, 6, 5], { scaleFactor: 0.5, mode: 'area' }),
      interpolate([1, 1, 3, 4, 4], { size: [2, 3, 2], mode: 'area' }),
      {
        in: { x: f([1, 2, 3, 3]) },
        run: ({ x }) => F.interpolate(x, null, 2, 'bilinear', true),
        torch: "F.interpolate(x, None, 2, 'bilinear', True)",
      },
      {
        in: { x: f([4, 8, 40, 40]) },
        run: ({ x }) => F.interpolate(x, { scaleFactor: 2, mode: 'bilinear' }),
        large: true,
      },
    ],
    errors: [
      {
        run: () => F.interpolate(zeros([1, 2, 3])),
        type: ShapeError,
        message: 'interpolate: needs either size or scaleFactor',
      },
      {
        run: () => F.interpolate(zeros([1, 2, 3]), { size: 3, scaleFactor: 2 }),
        type: ShapeError,
        message: 'interpolate: needs either size or scaleFactor, not both',
      },
      {
        run: () => F.interpolate(zeros([1, 2, 3]), { size: 3, mode: 'bilinear' }),
        type: ShapeError,
        message: "interpolate: mode 'bilinear' needs 4 dims, got input [1, 2, 3]",
      },
      {
        run: () => F.interpolate(zeros([1, 2, 3]), { size: 3, alignCorners: true }),
        type: ShapeError,
        message: "interpolate: alignCorners is for modes linear, bilinear, bicubic, trilinear, got 'nearest'",
      },
      {
        run: () => F.interpolate(zeros([1, 2, 3]), { size: 3, antialias: true }),
        type: ShapeError,
        message: "interpolate: antialias is for modes bilinear, bicubic, got 'nearest'",
      },
      {
        run: () => F.interpolate(zeros([1, 2, 3]), { size: 3, recomputeScaleFactor: true }),
        type: ShapeError,
        message: 'interpolate: recomputeScaleFactor needs scaleFactor, not size',
      },
      {
        run: () => F.interpolate(zeros([1, 2, 3]), { size: [3, 3] }),
        type: ShapeError,
        message: 'interpolate: size must be 1 whole numbers of at least 1, not 3,3, got input [1, 2, 3]',
      },
      {
        run: () => F.interpolate(zeros([1, 2, 3]), { scaleFactor: 0.2 }),
        type: ShapeError,
        message: 'interpolate: the result would have sizes [0], got input [1, 2, 3]',
      },
      {
        run: () => F.interpolate(zeros([2, 3]), { size: 3 }),
        type: ShapeError,
        message: 'interpolate: input must have dims [N, C, L], [N, C, H, W] or [N, C, D, H, W], got input [2, 3]',
      },
      {
        run: () => F.interpolate(zeros([1, 2, 3]), { size: 3, mode: 'cubic' as 'bicubic' }),
        type: ShapeError,
        message:
          "interpolate: unknown mode 'cubic' (known: nearest, nearest-exact, linear, bilinear, bicubic, trilinear, area)",
      },
      {
        run: () => F.interpolate(zeros([1, 2, 3], { dtype: 'int32' }), { size: 3 }),
        type: DTypeError,
        message: 'interpolate: floats wanted, got input int32',
      },
      {
        run: () => F.interpolate(zeros([1, 2, 3]), { sizes: 3 } as object),
        type: WasmgradError,
        message:
          "interpolate: unknown option 'sizes' (known: size, scaleFactor, mode, alignCorners, recomputeScaleFactor, antialias)",
      },
    ],
  }),
  row('gridSample', {
    cases: [
      {
        in: { x: f([1, 2, 4, 3]), grid: f([1, 3, 2, 2], { min: -1.2, max: 1.2 }) },
        run: ({ x, grid }) => F.gridSample(x, grid),
        torch: 'F.grid_sample(x, grid, align_corners=False)',
      },
      ...samples,
      ...volumes,
      {
        // Positions at the very edge: no gradient from a border.
        in: { x: f([1, 1, 3, 3]) },
        run: ({ x }) => {
          const grid = tensor([[[[-1, -1], [1, 1], [0, -1]]]], { dtype: x.dtype, requiresGrad: true }); // prettier-ignore
          return F.gridSample(x, grid, { paddingMode: 'border', alignCorners: true });
        },
        torch:
          "F.grid_sample(x, torch.tensor([[[[-1., -1], [1, 1], [0, -1]]]]), padding_mode='border', align_corners=True)",
      },
      {
        in: { x: f([1, 1, 1, 1]), grid: f([1, 2, 2, 2], { grad: false }) },
        run: ({ x, grid }) => F.gridSample(x, grid, { paddingMode: 'reflection', alignCorners: true }),
        torch: "F.grid_sample(x, grid, padding_mode='reflection', align_corners=True)",
      },
    ],
    errors: [
      {
        run: () => F.gridSample(zeros([1, 1, 3, 3]), zeros([2, 3, 3, 2])),
        type: ShapeError,
        message:
          'gridSample: input [N, C, H, W] needs grid [N, OH, OW, 2], input [N, C, D, H, W] grid [N, OD, OH, OW, 3], got input [1, 1, 3, 3], grid [2, 3, 3, 2]',
      },
      {
        run: () => F.gridSample(zeros([1, 1, 3, 3, 3]), zeros([1, 3, 3, 3, 3]), { mode: 'bicubic' }),
        type: ShapeError,
        message: "gridSample: mode 'bicubic' is for planes only, got input [1, 1, 3, 3, 3], grid [1, 3, 3, 3, 3]",
      },
      {
        run: () => F.gridSample(zeros([1, 1, 3, 3]), zeros([1, 3, 3, 2]), { mode: 'cubic' as 'bicubic' }),
        type: ShapeError,
        message: "gridSample: unknown mode 'cubic' (known: bilinear, nearest, bicubic)",
      },
      {
        run: () => F.gridSample(zeros([1, 1, 3, 3]), zeros([1, 3, 3, 2]), { paddingMode: 'circular' as 'border' }),
        type: ShapeError,
        message: "gridSample: unknown paddingMode 'circular' (known: zeros, border, reflection)",
      },
      {
        run: () => F.gridSample(zeros([1, 1, 3, 3]), zeros([1, 3, 3, 2], { dtype: 'float64' })),
        type: DTypeError,
        message: 'gridSample: dtypes differ, got input float32, grid float64',
      },
    ],
  }),
  row('affineGrid', {
    cases: [
      {
        in: { theta: f([2, 2, 3]) },
        run: ({ theta }) => F.affineGrid(theta, [2, 1, 3, 4]),
        torch: 'F.affine_grid(theta, (2, 1, 3, 4), align_corners=False)',
      },
      {
        in: { theta: f([2, 2, 3]) },
        run: ({ theta }) => F.affineGrid(theta, [2, 3, 1, 4], { alignCorners: true }),
        torch: 'F.affine_grid(theta, (2, 3, 1, 4), align_corners=True)',
      },
      {
        in: { theta: f([1, 3, 4]) },
        run: ({ theta }) => F.affineGrid(theta, [1, 2, 2, 3, 2], false),
        torch: 'F.affine_grid(theta, (1, 2, 2, 3, 2), align_corners=False)',
      },
    ],
    errors: [
      {
        run: () => F.affineGrid(zeros([1, 2, 3]), [2, 1, 3, 3]),
        type: ShapeError,
        message: 'affineGrid: theta must have shape [2, 2, 3], got theta [1, 2, 3]',
      },
      {
        run: () => F.affineGrid(zeros([1, 2, 3]), [1, 3, 3]),
        type: ShapeError,
        message: 'affineGrid: size must be [N, C, H, W] or [N, C, D, H, W], got [1, 3, 3]',
      },
    ],
  }),
  row('unfold', {
    cases: [
      { in: { x: f([2, 3, 4, 5]) }, run: ({ x }) => F.unfold(x, 2), torch: 'F.unfold(x, 2)' },
      {
        in: { x: f([1, 2, 6, 5]) },
        run: ({ x }) => F.unfold(x, [3, 2], { dilation: [1, 2], padding: [2, 1], stride: [2, 1] }),
        torch: 'F.unfold(x, (3, 2), dilation=(1, 2), padding=(2, 1), stride=(2, 1))',
      },
      { in: { x: f([2, 4, 5]) }, run: ({ x }) => F.unfold(x, 3, 1, 1, 2), torch: 'F.unfold(x, 3, 1, 1, 2)' },
    ],
    errors: [
      {
        run: () => F.unfold(zeros([4, 5]), 2),
        type: ShapeError,
        message: 'unfold: input must have dims [N, C, H, W] or [C, H, W], got input [4, 5]',
      },
      {
        run: () => F.unfold(zeros([1, 1, 3, 3]), 5),
        type: ShapeError,
        message: 'unfold: blocks of [5, 5] do not fit into a plane of [3, 3] (padding [0, 0])',
      },
    ],
  }),
  row('fold', {
    cases: [
      { in: { x: f([2, 12, 12]) }, run: ({ x }) => F.fold(x, [4, 5], 2), torch: 'F.fold(x, (4, 5), 2)' },
      {
        in: { x: f([1, 12, 10]) },
        run: ({ x }) => F.fold(x, [6, 5], [3, 2], { dilation: [1, 2], padding: [1, 1], stride: [3, 1] }),
        torch: 'F.fold(x, (6, 5), (3, 2), dilation=(1, 2), padding=(1, 1), stride=(3, 1))',
      },
      { in: { x: f([9, 4]) }, run: ({ x }) => F.fold(x, 3, 3, 1, 1, 2), torch: 'F.fold(x, 3, 3, 1, 1, 2)' },
    ],
    errors: [
      {
        run: () => F.fold(zeros([1, 4, 7]), 3, 2),
        type: ShapeError,
        message: 'fold: input must have dims [N, C·4, 4], got input [1, 4, 7]',
      },
    ],
  }),
  row('pixelShuffle', {
    cases: [
      { in: { x: f([2, 8, 2, 3]) }, run: ({ x }) => F.pixelShuffle(x, 2), torch: 'F.pixel_shuffle(x, 2)' },
      { in: { x: f([9, 2, 3]) }, run: ({ x }) => F.pixelShuffle(x, 3), torch: 'F.pixel_shuffle(x, 3)' },
    ],
    errors: [
      {
        run: () => F.pixelShuffle(zeros([6, 2, 2]), 2),
        type: ShapeError,
        message: 'pixelShuffle: input must have dims [*, C·4, H, W], got input [6, 2, 2]',
      },
    ],
  }),
  row('pixelUnshuffle', {
    cases: [
      { in: { x: f([2, 2, 4, 6]) }, run: ({ x }) => F.pixelUnshuffle(x, 2), torch: 'F.pixel_unshuffle(x, 2)' },
      { in: { x: f([2, 3, 6]) }, run: ({ x }) => F.pixelUnshuffle(x, 3), torch: 'F.pixel_unshuffle(x, 3)' },
    ],
    errors: [
      {
        run: () => F.pixelUnshuffle(zeros([1, 3, 2]), 2),
        type: ShapeError,
        message: 'pixelUnshuffle: input must have dims [*, C, H·2, W·2], got input [1, 3, 2]',
      },
    ],
  }),
  row('channelShuffle', {
    cases: [
      {
        in: { x: f([2, 6, 2, 3]) },
        run: ({ x }) => F.channelShuffle(x, 3),
        torch: 'x.reshape(2, 3, 2, 2, 3).transpose(1, 2).reshape(x.shape)',
      },
    ],
    errors: [
      {
        run: () => F.channelShuffle(zeros([1, 3, 2]), 2),
        type: ShapeError,
        message: 'channelShuffle: input must have dims [N, C, *] with C a multiple of 2, got input [1, 3, 2]',
      },
    ],
  }),
  row('pad', {
    cases: (['reflect', 'replicate'] as const).map((mode): Case<'x'> => ({
      in: { x: f([2, 3, 4, 5]) },
      run: ({ x }) => F.pad(x, [-1, 2, 1, -2], { mode }),
      torch: `F.pad(x, (-1, 2, 1, -2), mode='${mode}')`,
    })),
    errors: [
      {
        run: () => F.pad(zeros([2, 3]), [1, 0], { mode: 'reflect', value: 2 }),
        type: ShapeError,
        message: "pad: mode 'reflect' takes no value, got 2",
      },
    ],
  }),
];
