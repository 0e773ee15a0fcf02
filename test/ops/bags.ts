import { DTypeError, F, ShapeError, WasmgradError, ones, tensor, zeros } from '../../src/index.js';
import { f, ints, row, values, type Row } from './table.js';

const w = f([5, 3]);
const x = values([0, 3, 3, 4, 1, 2], 'int32');
const o = values([0, 2, 2, 5], 'int32');
const int32 = (list: number[]) => tensor(list, { dtype: 'int32' });

export const rows: Row[] = [
  row('embeddingBag', {
    cases: [
      {
        in: { x: ints([3, 4], 0, 5), w },
        run: ({ x, w }) => F.embeddingBag(x, w),
        torch: 'F.embedding_bag(x, w)',
      },
      { in: { x, w, o }, run: ({ x, w, o }) => F.embeddingBag(x, w, o), torch: 'F.embedding_bag(x, w, o)' },
      {
        // PyTorch's CPU kernel divides by the frequency of another row, unless the repeated one is the last.
        in: { x: values([0, 4, 4, 1, 2], 'int32'), w, o },
        gradcheck: 0,
        run: ({ x, w, o }) => F.embeddingBag(x, w, { offsets: o, mode: 'sum', scaleGradByFreq: true }),
        torch: "F.embedding_bag(x, w, o, mode='sum', scale_grad_by_freq=True)",
      },
      {
        in: { x, w, o },
        run: ({ x, w, o }) => F.embeddingBag(x, w, o, { mode: 'max' }),
        torch: "F.embedding_bag(x, w, o, mode='max')",
      },
      {
        in: { x, w, o: values([0, 4, 6], 'int32') },
        run: ({ x, w, o }) => F.embeddingBag(x, w, o, { includeLastOffset: true, mode: 'sum' }),
        torch: "F.embedding_bag(x, w, o, include_last_offset=True, mode='sum')",
      },
      ...(['sum', 'mean', 'max'] as const).map((mode) => ({
        in: { x, w, o },
        run: ({ x, w, o }: Record<'x' | 'w' | 'o', ReturnType<typeof ones>>) =>
          F.embeddingBag(x, w, o, { paddingIdx: -2, mode }),
        torch: `F.embedding_bag(x, w, o, padding_idx=-2, mode='${mode}')`,
      })),
      {
        in: {
          x: values(
            [
              [3, 3],
              [1, 3],
            ],
            'int32',
          ),
          w,
          s: f([2, 2]),
        },
        run: ({ x, w, s }) => F.embeddingBag(x, w, { perSampleWeights: s, mode: 'sum' }),
        torch: "F.embedding_bag(x, w, per_sample_weights=s, mode='sum')",
      },
      {
        in: { x, w: f([5, 3], { grad: false }), o },
        run: ({ x, w, o }) => {
          const table = w.clone();
          return [F.embeddingBag(x, table, o, { maxNorm: 1, normType: 1 }), table];
        },
        torch: 't = w.clone(); [F.embedding_bag(x, t, o, max_norm=1.0, norm_type=1.0), t]',
      },
    ],
    errors: [
      {
        run: () => F.embeddingBag(int32([0]), ones([2, 2])),
        type: WasmgradError,
        message: 'embeddingBag: an input of one dim needs offsets of one dim',
      },
      {
        run: () => F.embeddingBag(zeros([1, 1], { dtype: 'int32' }), ones([2, 2]), int32([0])),
        type: WasmgradError,
        message: 'embeddingBag: offsets belong to an input of one dim, got an input of two',
      },
      {
        run: () => F.embeddingBag(int32([0, 1]), ones([2, 2]), int32([1])),
        type: WasmgradError,
        message: 'embeddingBag: the first offset must be 0, got 1',
      },
      {
        run: () => F.embeddingBag(int32([0, 1]), ones([2, 2]), zeros([1])),
        type: DTypeError,
        message: 'embeddingBag: offsets must be int32, got float32',
      },
      {
        run: () => F.embeddingBag(int32([0]), ones([2, 2]), int32([0]), { mode: 'min' } as object),
        type: WasmgradError,
        message: "embeddingBag: mode must be 'sum', 'mean' or 'max', got 'min'",
      },
      {
        run: () => F.embeddingBag(int32([0]), ones([2, 2]), int32([0]), { perSampleWeights: ones([1]) }),
        type: WasmgradError,
        message: "embeddingBag: perSampleWeights need mode 'sum', got 'mean'",
      },
    ],
  }),
  row('bilinear', {
    cases: [
      {
        in: { a: f([4, 2]), b: f([4, 3]), w: f([5, 2, 3]), c: f([5]) },
        run: ({ a, b, w, c }) => F.bilinear(a, b, w, c),
        torch: 'F.bilinear(a, b, w, c)',
      },
      {
        in: { a: f([2, 3, 2]), b: f([2, 3, 3]), w: f([4, 2, 3]) },
        run: ({ a, b, w }) => F.bilinear(a, b, w),
        torch: 'F.bilinear(a, b, w)',
      },
    ],
    errors: [
      {
        run: () => F.bilinear(ones([2, 3]), ones([2, 3]), ones([4, 2, 3])),
        type: ShapeError,
        message: 'bilinear: inputs must be [..., in1] and [..., in2], got x1 [2, 3], x2 [2, 3], weight [4, 2, 3]',
      },
    ],
  }),
  row('dropConnect', {
    cases: [
      {
        in: { x: f([3, 4]), w: f([5, 4]), b: f([5]) },
        seed: 0,
        run: ({ x, w, b }) => F.dropConnect(x, w, b),
        torch: 'F.linear(x, F.dropout(w), b)',
        layouts: false,
      },
      {
        in: { x: f([3, 4]), w: f([5, 4]) },
        seed: 1,
        run: ({ x, w }) => F.dropConnect(x, w, null, { p: 0.2 }),
        torch: 'F.linear(x, F.dropout(w, 0.2))',
        layouts: false,
      },
      {
        in: { x: f([3, 4]), w: f([5, 4]), b: f([5]) },
        seed: 1,
        run: ({ x, w, b }) => F.dropConnect(x, w, b, { training: false }),
        torch: 'F.linear(x, w, b)',
      },
    ],
    errors: [
      {
        run: () => F.dropConnect(ones([1, 2]), ones([1, 2]), null, { p: 2 }),
        type: WasmgradError,
        message: 'dropout: p must be from 0 to 1, got 2',
      },
    ],
  }),
  row('stochasticDepth', {
    cases: [
      {
        in: { x: f([8, 3]) },
        seed: 0,
        run: ({ x }) => F.stochasticDepth(x, 0.4, 'row'),
        torch: 'x * torch.empty(8, 1).bernoulli_(0.6).div_(0.6)',
      },
      {
        in: { x: f([3, 2, 2]) },
        seed: 1,
        run: ({ x }) => [F.stochasticDepth(x, 0.5, 'batch'), F.stochasticDepth(x, 0.5, 'batch')],
        torch: '[x * torch.empty(1, 1, 1).bernoulli_(0.5).div_(0.5) for _ in range(2)]',
      },
      {
        in: { x: f([8, 3]) },
        seed: 0,
        run: ({ x }) => F.stochasticDepth(x.mul(1), 0.4, 'row', { training: false }),
        torch: 'x.mul(1)',
      },
      {
        in: { x: f([2, 3]) },
        seed: 0,
        run: ({ x }) => F.stochasticDepth(x, 1, 'row'),
        torch: 'x * 0',
      },
    ],
    errors: [
      {
        run: () => F.stochasticDepth(ones([2]), -1, 'row'),
        type: WasmgradError,
        message: 'stochasticDepth: p must be from 0 to 1, got -1',
      },
      {
        run: () => F.stochasticDepth(ones([2]), 0.5, 'column' as 'row'),
        type: WasmgradError,
        message: "stochasticDepth: mode must be 'batch' or 'row', got 'column'",
      },
    ],
  }),
];
