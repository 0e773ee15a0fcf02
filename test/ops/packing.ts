import { ShapeError, WasmgradError, nn, zeros } from '../../src/index.js';
import { f, row, type Row } from './table.js';

export const rows: Row[] = [
  row('packPaddedSequence', {
    cases: [
      {
        in: { x: f([4, 3, 2]) },
        run({ x }) {
          const packed = nn.utils.rnn.packPaddedSequence(x, [4, 2, 2]);
          return [packed.data, packed.batchSizes];
        },
        torch: 'nn.utils.rnn.pack_padded_sequence(x, [4, 2, 2])[:2]',
      },
      {
        in: { x: f([3, 5]) },
        run({ x }) {
          const packed = nn.utils.rnn.packPaddedSequence(x, [2, 4, 3], { batchFirst: true, enforceSorted: false });
          return [packed.data, packed.batchSizes, packed.sortedIndices!, packed.unsortedIndices!];
        },
        torch: 'list(nn.utils.rnn.pack_padded_sequence(x, [2, 4, 3], batch_first=True, enforce_sorted=False))',
      },
    ],
    errors: [
      {
        run: () => nn.utils.rnn.packPaddedSequence(zeros([4, 3]), [2, 4, 3]),
        type: WasmgradError,
        message:
          'packPaddedSequence: lengths must be sorted in decreasing order, got [2, 4, 3] (pass { enforceSorted: false } to have them sorted)',
      },
      {
        run: () => nn.utils.rnn.packPaddedSequence(zeros([4, 3]), [4, 0, 1], { enforceSorted: false }),
        type: ShapeError,
        message: 'packPaddedSequence: lengths must be whole numbers from 1 to 4, got 0',
      },
      {
        run: () => nn.utils.rnn.packPaddedSequence(zeros([4, 3]), [4]),
        type: ShapeError,
        message: 'packPaddedSequence: there must be a length for each of 3 sequences, got 1',
      },
      {
        run: () => nn.utils.rnn.packPaddedSequence(zeros([4]), [4]),
        type: ShapeError,
        message: 'packPaddedSequence: needs at least two dims, got input [4]',
      },
    ],
  }),
  row('padPackedSequence', {
    cases: [
      {
        in: { x: f([8, 2]) },
        run: ({ x }) => nn.utils.rnn.padPackedSequence(new nn.utils.rnn.PackedSequence(x, [3, 3, 1, 1])),
        torch: 'nn.utils.rnn.pad_packed_sequence(nn.utils.rnn.PackedSequence(x, torch.tensor([3, 3, 1, 1])))',
      },
      {
        in: { x: f([4, 3]) },
        run({ x }) {
          const packed = nn.utils.rnn.packPaddedSequence(x, [2, 4, 3], { enforceSorted: false });
          return nn.utils.rnn.padPackedSequence(packed, { batchFirst: true, paddingValue: -1, totalLength: 5 });
        },
        torch:
          'nn.utils.rnn.pad_packed_sequence(nn.utils.rnn.pack_padded_sequence(x, [2, 4, 3], enforce_sorted=False), True, -1., 5)',
      },
    ],
    errors: [
      {
        run: () =>
          nn.utils.rnn.padPackedSequence(new nn.utils.rnn.PackedSequence(zeros([3]), [2, 1]), { totalLength: 1 }),
        type: ShapeError,
        message: 'padPackedSequence: totalLength must be at least the longest length 2, got 1',
      },
    ],
  }),
  row('PackedSequence', {
    cases: [
      {
        in: { x: f([6]) },
        run: ({ x }) => new nn.utils.rnn.PackedSequence(x, [3, 2, 1]).to('float64').data,
        torch: 'nn.utils.rnn.PackedSequence(x, torch.tensor([3, 2, 1])).to(torch.float64).data',
      },
    ],
  }),
  row('packSequence', {
    cases: [
      {
        in: { a: f([2, 2]), b: f([4, 2]), c: f([3, 2]) },
        run({ a, b, c }) {
          const packed = nn.utils.rnn.packSequence([a, b, c], { enforceSorted: false });
          return [packed.data, packed.batchSizes, packed.sortedIndices!];
        },
        torch: 'list(nn.utils.rnn.pack_sequence([a, b, c], enforce_sorted=False))[:3]',
      },
    ],
    errors: [
      {
        run: () => nn.utils.rnn.packSequence([zeros([1]), zeros([2])]),
        type: WasmgradError,
        message:
          'packPaddedSequence: lengths must be sorted in decreasing order, got [1, 2] (pass { enforceSorted: false } to have them sorted)',
      },
    ],
  }),
  row('unpackSequence', {
    cases: [
      {
        in: { a: f([2, 2]), b: f([4, 2]), c: f([3, 2]) },
        run: ({ a, b, c }) =>
          nn.utils.rnn.unpackSequence(nn.utils.rnn.packSequence([a, b, c], { enforceSorted: false })),
        torch: 'nn.utils.rnn.unpack_sequence(nn.utils.rnn.pack_sequence([a, b, c], enforce_sorted=False))',
      },
    ],
  }),
  row('padSequence', {
    cases: [
      {
        in: { a: f([2, 2]), b: f([4, 2]), c: f([0, 2]) },
        run: ({ a, b, c }) => nn.utils.rnn.padSequence([a, b, c]),
        torch: 'nn.utils.rnn.pad_sequence([a, b, c])',
      },
      {
        in: { a: f([2]), b: f([3]) },
        run: ({ a, b }) => nn.utils.rnn.padSequence([a, b], { batchFirst: true, paddingValue: 7 }),
        torch: 'nn.utils.rnn.pad_sequence([a, b], True, 7.)',
      },
      {
        in: { a: f([2, 1]), b: f([3, 1]) },
        run: ({ a, b }) => nn.utils.rnn.padSequence([a, b], { paddingSide: 'left' }),
        torch: 'torch.stack([F.pad(a, (0, 0, 1, 0)), b], 1)',
      },
    ],
    errors: [
      {
        run: () => nn.utils.rnn.padSequence([]),
        type: ShapeError,
        message: 'padSequence: needs at least one sequence',
      },
      {
        run: () => nn.utils.rnn.padSequence([zeros([2, 2]), zeros([2, 3])]),
        type: ShapeError,
        message:
          'padSequence: sequences differ in more than their first dim, got sequences[0] [2, 2], sequences[1] [2, 3]',
      },
      {
        run: () => nn.utils.rnn.padSequence([zeros([2])], { paddingSide: 'top' as 'left' }),
        type: WasmgradError,
        message: "padSequence: paddingSide must be 'right' or 'left', got 'top'",
      },
    ],
  }),
  row('unpadSequence', {
    cases: [
      {
        in: { x: f([4, 3, 2]) },
        run: ({ x }) => nn.utils.rnn.unpadSequence(x, [2, 4, 1]),
        torch: 'nn.utils.rnn.unpad_sequence(x.clone(), torch.tensor([2, 4, 1]))',
      },
      {
        in: { x: f([2, 3]) },
        run: ({ x }) => nn.utils.rnn.unpadSequence(x, [2, 3], { batchFirst: true }),
        torch: 'nn.utils.rnn.unpad_sequence(x, torch.tensor([2, 3]), True)',
      },
    ],
    errors: [
      {
        run: () => nn.utils.rnn.unpadSequence(zeros([2, 3]), [1, 2]),
        type: ShapeError,
        message: 'unpadSequence: needs 3 lengths from 0 to 2, got [1, 2]',
      },
    ],
  }),
];
