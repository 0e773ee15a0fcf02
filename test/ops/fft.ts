import { ShapeError, WasmgradError, fft, zeros } from '../../src/index.js';
import { f, ints, row, type Case, type Row } from './table.js';

type One = Case<'x'>;

const C = 'c = torch.view_as_complex\nr = torch.view_as_real\n';

/** Lengths with the factors 2, 3, 4, 5, 7, 13, and a prime that goes by convolution. */
const lengths = [1, 2, 3, 4, 5, 8, 12, 14, 13, 17, 34];

function pairs(name: 'fft' | 'ifft'): One[] {
  return [
    ...lengths.map((n): One => ({
      in: { x: f([2, n, 2]) },
      run: ({ x }) => fft[name](x),
      torch: `${C}r(torch.fft.${name}(c(x)))`,
      gradcheck: n > 12 ? 1 : 2,
    })),
    ...(['ortho', 'forward', 'backward'] as const).map((norm): One => ({
      in: { x: f([3, 4, 2]) },
      run: ({ x }) => fft[name](x, { n: 6, dim: 0, norm }),
      torch: `${C}r(torch.fft.${name}(c(x), n=6, dim=0, norm='${norm}'))`,
    })),
    {
      in: { x: f([5, 2]) },
      run: ({ x }) => fft[name](x, 3, -1, 'ortho'),
      torch: `${C}r(torch.fft.${name}(c(x), 3, -1, 'ortho'))`,
    },
    { in: { x: f([40, 1024, 2]) }, run: ({ x }) => fft[name](x), large: true },
  ];
}

const errors = [
  {
    run: () => fft.fft(zeros([3])),
    type: ShapeError,
    message: 'fft: input must hold pairs: [..., n, 2], real and imaginary parts, got input [3]',
  },
  {
    run: () => fft.fft(zeros([3, 2]), { norm: 'both' as 'ortho' }),
    type: WasmgradError,
    message: "fft: norm must be 'backward', 'forward' or 'ortho', got 'both'",
  },
  {
    run: () => fft.fft(zeros([3, 2]), 0),
    type: ShapeError,
    message: 'fft: a length must be a whole number of at least 1, got 0',
  },
];

export const rows: Row[] = [
  row('fft.fft', { cases: pairs('fft'), errors }),
  row('fft.ifft', { cases: pairs('ifft') }),
  row('fft.rfft', {
    cases: [
      ...[1, 2, 5, 8, 17].map((n): One => ({
        in: { x: f([2, n]) },
        run: ({ x }) => fft.rfft(x),
        torch: `${C}r(torch.fft.rfft(x))`,
      })),
      {
        in: { x: f([3, 4]) },
        run: ({ x }) => fft.rfft(x, { n: 5, dim: 0, norm: 'ortho' }),
        torch: `${C}r(torch.fft.rfft(x, n=5, dim=0, norm='ortho'))`,
      },
      {
        in: { x: f([6]) },
        run: ({ x }) => fft.rfft(x, 4, 0, 'forward'),
        torch: `${C}r(torch.fft.rfft(x, 4, 0, 'forward'))`,
      },
    ],
    errors: [
      { run: () => fft.rfft(zeros([])), type: ShapeError, message: 'rfft: input needs at least one dim, got input []' },
    ],
  }),
  row('fft.irfft', {
    cases: [
      ...[2, 3, 5, 9].map((n): One => ({
        in: { x: f([2, n, 2]) },
        run: ({ x }) => fft.irfft(x),
        torch: `${C}torch.fft.irfft(c(x))`,
      })),
      {
        in: { x: f([3, 4, 2]) },
        run: ({ x }) => fft.irfft(x, { n: 7, dim: 0, norm: 'ortho' }),
        torch: `${C}torch.fft.irfft(c(x), n=7, dim=0, norm='ortho')`,
      },
      {
        in: { x: f([6, 2]) },
        run: ({ x }) => fft.irfft(x, 5, 0, 'forward'),
        torch: `${C}torch.fft.irfft(c(x), 5, 0, 'forward')`,
      },
    ],
    errors: [
      {
        run: () => fft.irfft(zeros([1, 2])),
        type: ShapeError,
        message: 'irfft: a length must be a whole number of at least 1, got 0',
      },
    ],
  }),
  ...(['fft2', 'ifft2'] as const).map((name) =>
    row(`fft.${name}`, {
      cases: [
        { in: { x: f([2, 3, 4, 2]) }, run: ({ x }) => fft[name](x), torch: `${C}r(torch.fft.${name}(c(x)))` },
        {
          in: { x: f([2, 3, 4, 2]) },
          run: ({ x }) => fft[name](x, { s: [3, 2], dim: [0, -1], norm: 'ortho' }),
          torch: `${C}r(torch.fft.${name}(c(x), s=(3, 2), dim=(0, -1), norm='ortho'))`,
        },
      ],
      errors: [
        {
          run: () => fft[name](zeros([3, 4, 2]), { s: [3] }),
          type: ShapeError,
          message: `${name}: s and dim must be of one length`,
        },
      ],
    }),
  ),
  row('fft.fftfreq', {
    cases: [
      { run: () => fft.fftfreq(5), torch: 'torch.fft.fftfreq(5)', single: true },
      { run: () => fft.fftfreq(4, 0.5), torch: 'torch.fft.fftfreq(4, 0.5)', single: true },
      {
        run: () => fft.fftfreq(4, 1, { dtype: 'float64', requiresGrad: true }),
        torch: 'torch.fft.fftfreq(4, dtype=torch.float64, requires_grad=True)',
        single: true,
      },
    ],
    errors: [
      {
        run: () => fft.fftfreq(0),
        type: ShapeError,
        message: 'fftfreq: n must be a whole number of at least 1, got 0',
      },
    ],
  }),
  row('fft.rfftfreq', {
    cases: [
      { run: () => fft.rfftfreq(5), torch: 'torch.fft.rfftfreq(5)', single: true },
      {
        run: () => fft.rfftfreq(4, 0.5, { dtype: 'float64', requiresGrad: true }),
        torch: 'torch.fft.rfftfreq(4, 0.5, dtype=torch.float64, requires_grad=True)',
        single: true,
      },
    ],
    errors: [
      { run: () => fft.rfftfreq(4, 0), type: WasmgradError, message: 'rfftfreq: d must be a number but 0, got 0' },
    ],
  }),
  ...(['fftshift', 'ifftshift'] as const).map((name) =>
    row(`fft.${name}`, {
      cases: [
        { in: { x: f([3, 4]) }, run: ({ x }) => fft[name](x), torch: `torch.fft.${name}(x)` },
        { in: { x: f([3, 5]) }, run: ({ x }) => fft[name](x, -1), torch: `torch.fft.${name}(x, -1)` },
        {
          in: { x: ints([3, 5], 0, 9) },
          run: ({ x }) => fft[name](x, { dim: [0] }),
          torch: `torch.fft.${name}(x, dim=(0,))`,
        },
      ],
    }),
  ),
];
