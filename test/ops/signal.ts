import { DTypeError, ShapeError, WasmgradError, istft, stft, tensor, zeros, type Tensor } from '../../src/index.js';
import * as W from '../../src/index.js';
import { f, row, type Case, type Row } from './table.js';

type WindowName = 'hannWindow' | 'hammingWindow' | 'blackmanWindow' | 'bartlettWindow' | 'kaiserWindow';

function windows(name: WindowName, torch: string, more: readonly Case[] = []): Row {
  return row(name, {
    cases: [
      {
        run: () => [W[name](7), W[name](6, false), W[name](5, { periodic: false }), W[name](1), W[name](0)],
        torch: `w = torch.${torch}\n(w(7), w(6, False), w(5, periodic=False), w(1), w(0))`,
        single: true,
        tolerance: { float32: 1e-6 },
      },
      {
        run: () => [W[name](7, { dtype: 'float64' }), W[name](4, { requiresGrad: true })],
        torch: `(torch.${torch}(7, dtype=torch.float64), torch.${torch}(4, requires_grad=True))`,
        single: true,
        tolerance: { float32: 1e-6 },
      },
      ...more,
    ],
    errors: [
      {
        run: () => W[name](2.5),
        type: ShapeError,
        message: `${name}: the length must be a whole number of at least 0, got 2.5`,
      },
      {
        run: () => W[name](2, { dtype: 'int32' }),
        type: DTypeError,
        message: `${name}: dtype must be floating point, got int32`,
      },
    ],
  });
}

/** A signal, or two, and a window. */
const one = { x: f([23]), w: f([8], { min: 0.2, max: 1 }) };
const two = { x: f([2, 20]), w: f([6], { min: 0.2, max: 1 }) };
const pairs = 'torch.view_as_real(torch.stft(';
const V = 'c = torch.view_as_complex(x.contiguous())\n';

export const rows: Row[] = [
  windows('hannWindow', 'hann_window'),
  windows('hammingWindow', 'hamming_window', [
    {
      run: () => [W.hammingWindow(6, false, 0.6, 0.3), W.hammingWindow(5, { alpha: 0.7, beta: 0.2 })],
      torch: '(torch.hamming_window(6, False, 0.6, 0.3), torch.hamming_window(5, True, 0.7, 0.2))',
      single: true,
      tolerance: { float32: 1e-6 },
    },
  ]),
  windows('blackmanWindow', 'blackman_window'),
  windows('bartlettWindow', 'bartlett_window'),
  windows('kaiserWindow', 'kaiser_window', [
    {
      run: () => [W.kaiserWindow(6, false, 3), W.kaiserWindow(5, { beta: 7 })],
      torch: '(torch.kaiser_window(6, False, 3.0), torch.kaiser_window(5, True, 7.0))',
      single: true,
      tolerance: { float32: 1e-6 },
    },
  ]),
  row('stft', {
    cases: [
      {
        in: one,
        run: ({ x, w }) => stft(x, 8, { window: w }),
        torch: `${pairs}x, 8, window=w, return_complex=True))`,
      },
      {
        in: two,
        run: ({ x, w }) => stft(x, 9, { hopLength: 3, winLength: 6, window: w, normalized: true }),
        torch: `${pairs}x, 9, 3, 6, w, normalized=True, return_complex=True))`,
      },
      {
        in: two,
        run: ({ x }) => stft(x, 5, { center: false, onesided: false, winLength: 4 }),
        torch: `${pairs}x, 5, win_length=4, center=False, onesided=False, return_complex=True))`,
      },
      ...(['constant', 'replicate', 'circular'] as const).map((padMode) => ({
        in: { x: f([2, 11]) },
        run: ({ x }: { readonly x: Tensor; readonly w: Tensor }) => stft(x, 8, { padMode }),
        torch: `${pairs}x, 8, pad_mode='${padMode}', return_complex=True))`,
      })),
    ],
    errors: [
      {
        run: () => stft(zeros([3]), 8),
        type: ShapeError,
        message: "stft: input is too short for padMode 'reflect' by 4, got input [1, 3]",
      },
      {
        run: () => stft(zeros([5]), 8, { center: false }),
        type: ShapeError,
        message: 'stft: input is shorter than a frame of 8, got input [5]',
      },
      {
        run: () => stft(zeros([9]), 8, { window: zeros([4]) }),
        type: ShapeError,
        message: 'stft: window must be [8], got window [4]',
      },
      {
        run: () => stft(zeros([9]), 8, { winLength: 9 }),
        type: ShapeError,
        message: 'stft: winLength must be at most nFft, 8, got 9',
      },
      {
        run: () => stft(zeros([9]), 8, { hopLength: 0 }),
        type: ShapeError,
        message: 'stft: hopLength must be a whole number of at least 1, got 0',
      },
      {
        run: () => stft(tensor([1, 2, 3], { dtype: 'int32' }), 2),
        type: DTypeError,
        message: 'stft: input must be floating point, got input int32',
      },
      {
        run: () => stft(zeros([9]), 8, { padMode: 'edge' as 'reflect' }),
        type: WasmgradError,
        message: "stft: padMode must be 'reflect', 'constant', 'replicate' or 'circular', got 'edge'",
      },
    ],
  }),
  row('istft', {
    cases: [
      {
        in: { x: f([5, 6, 2]), w: f([8], { min: 0.2, max: 1 }) },
        run: ({ x, w }) => istft(x, 8, { window: w }),
        torch: `${V}torch.istft(c, 8, window=w)`,
      },
      {
        in: { x: f([2, 5, 4, 2]), w: f([6], { min: 0.2, max: 1 }) },
        run: ({ x, w }) => istft(x, 9, { hopLength: 3, winLength: 6, window: w, normalized: true, length: 10 }),
        torch: `${V}torch.istft(c, 9, 3, 6, w, normalized=True, length=10)`,
      },
      {
        in: { x: f([2, 6, 4, 2]) },
        run: ({ x }) => istft(x, 6, { center: false, onesided: false, hopLength: 2 }),
        torch: `${V}torch.istft(c, 6, 2, window=torch.ones(6), center=False, onesided=False, return_complex=True).real`,
      },
      {
        in: { x: f([5, 3, 2]) },
        run: ({ x }) => istft(x, 8, { length: 17 }),
        torch: `${V}torch.istft(c, 8, window=torch.ones(8), length=17)`,
      },
    ],
    errors: [
      {
        run: () => istft(zeros([4, 3, 2]), 8),
        type: ShapeError,
        message: 'istft: input must be [5, frames, 2] or [B, 5, frames, 2], got input [4, 3, 2]',
      },
      {
        run: () => istft(zeros([5, 3, 2]), 8, { winLength: 4, center: false, window: tensor([1, 1, 1, 1]) }),
        type: WasmgradError,
        message: 'istft: an element lies under no window, or only under zeros of it (use center)',
      },
    ],
  }),
];
