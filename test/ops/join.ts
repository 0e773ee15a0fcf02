import * as lib from '../../src/index.js';
import { DTypeError, ShapeError, tensor, zeros } from '../../src/index.js';
import { bools, f, ints, row, values, type Row } from './table.js';

export const rows: Row[] = [
  row('flip', {
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.flip([0]), torch: 'x.flip(0)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => lib.flip(x, [0, -1]), torch: 'torch.flip(x, (0, -1))' },
      { in: { x: f([2, 3]) }, run: ({ x }) => lib.fliplr(x), torch: 'torch.fliplr(x)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => lib.flipud(x), torch: 'torch.flipud(x)' },
      { in: { x: bools([5]) }, run: ({ x }) => x.flip(0), torch: 'x.flip(0)' },
      { in: { x: f([0, 3]) }, run: ({ x }) => x.flip(0), torch: 'x.flip(0)' },
    ],
    errors: [
      {
        run: () => zeros([2]).flip([1]),
        type: lib.IndexError,
        message: 'flip: dim 1 is out of range for 1 dims (expected -1 to 0)',
      },
    ],
  }),
  row('cat', {
    cases: [
      { in: { x: f([2, 3]), y: f([1, 3]) }, run: ({ x, y }) => lib.cat([x, y]), torch: 'torch.cat([x, y])' },
      {
        in: { x: f([2, 3]), y: f([2, 2]) },
        run: ({ x, y }) => lib.cat([x, y, x], -1),
        torch: 'torch.cat([x, y, x], -1)',
      },
      { in: { x: f([2, 3]), y: f([0]) }, run: ({ x, y }) => lib.cat([y, x], 1), torch: 'torch.cat([y, x], 1)' },
      { in: { x: f([2]), y: ints([3], 0, 9) }, run: ({ x, y }) => lib.cat([y, x]), torch: 'torch.cat([y, x])' },
      { in: { x: f([3, 2]), y: f([2, 4]) }, run: ({ x, y }) => lib.cat([x.T, y], 1), torch: 'torch.cat([x.T, y], 1)' },
      {
        in: { x: bools([2]), y: ints([3], 0, 9, 'uint8') },
        run: ({ x, y }) => lib.cat([x, y]),
        torch: 'torch.cat([x, y])',
      },
    ],
    errors: [
      {
        run: () => lib.cat([zeros([2, 3]), zeros([2, 4])]),
        type: ShapeError,
        message: 'cat: sizes differ in a dim other than 0, got tensors[0] [2, 3], tensors[1] [2, 4]',
      },
      { run: () => lib.cat([]), type: ShapeError, message: 'cat: needs at least one tensor' },
      {
        run: () => lib.cat([zeros([]), zeros([])]),
        type: ShapeError,
        message: 'cat: tensors without dims cannot be joined, got tensors[0] [], tensors[1] [] (use stack())',
      },
      {
        run: () => lib.cat([zeros([2]), 3 as never]),
        type: DTypeError,
        message: 'cat: tensors[1] must be a tensor, got number',
      },
    ],
  }),
  row('stack', {
    cases: [
      { in: { x: f([2, 3]), y: f([2, 3]) }, run: ({ x, y }) => lib.stack([x, y]), torch: 'torch.stack([x, y])' },
      {
        in: { x: f([2, 3]), y: f([2, 3]) },
        run: ({ x, y }) => lib.stack([x, y], -1),
        torch: 'torch.stack([x, y], -1)',
      },
      { in: { x: f([]), y: f([]) }, run: ({ x, y }) => lib.stack([x, y]), torch: 'torch.stack([x, y])' },
      { in: { x: f([2]), y: f([3]) }, run: ({ x, y }) => lib.hstack([x, y]), torch: 'torch.hstack([x, y])' },
      { in: { x: f([2, 1]), y: f([2, 3]) }, run: ({ x, y }) => lib.hstack([x, y]), torch: 'torch.hstack([x, y])' },
      { in: { x: f([3]), y: f([2, 3]) }, run: ({ x, y }) => lib.vstack([x, y]), torch: 'torch.vstack([x, y])' },
    ],
    errors: [
      {
        run: () => lib.stack([zeros([2]), zeros([3])]),
        type: ShapeError,
        message: 'stack: all tensors must have one shape, got tensors[0] [2], tensors[1] [3]',
      },
    ],
  }),
  row('roll', {
    cases: [
      { in: { x: f([5]) }, run: ({ x }) => x.roll(2, 0), torch: 'x.roll(2, 0)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.roll(-1), torch: 'x.roll(-1)' },
      { in: { x: f([3, 4]) }, run: ({ x }) => lib.roll(x, [1, -6], [0, 1]), torch: 'torch.roll(x, (1, -6), (0, 1))' },
    ],
    errors: [
      { run: () => zeros([2]).roll([1, 2], 0), type: ShapeError, message: 'roll: 2 shifts need as many dims, got 1' },
    ],
  }),
  row('repeat', {
    cases: [
      { in: { x: f([3]) }, run: ({ x }) => x.repeat([2]), torch: 'x.repeat(2)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => lib.repeat(x, [2, 1, 3]), torch: 'x.repeat(2, 1, 3)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.repeat([1, 1]), torch: 'x.repeat(1, 1)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.repeat([0, 2]), torch: 'x.repeat(0, 2)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).repeat([2]),
        type: ShapeError,
        message: 'repeat: repeats [2] must be whole numbers, one per dim at least, got input [2, 3]',
      },
    ],
  }),
  row('tile', {
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.tile([2]), torch: 'x.tile((2,))' },
      { in: { x: f([3]) }, run: ({ x }) => lib.tile(x, [2, 2]), torch: 'torch.tile(x, (2, 2))' },
    ],
  }),
  row('repeatInterleave', {
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.repeatInterleave(2), torch: 'x.repeat_interleave(2)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.repeatInterleave(2, 1), torch: 'x.repeat_interleave(2, 1)' },
      {
        in: { x: f([3, 2]), n: values([2, 0, 1], 'int32') },
        run: ({ x, n }) => lib.repeatInterleave(x, n, { dim: 0 }),
        torch: 'torch.repeat_interleave(x, n, dim=0)',
      },
    ],
    errors: [
      {
        run: () => zeros([2]).repeatInterleave(tensor([1, 2, 3], { dtype: 'int32' }), 0),
        type: ShapeError,
        message: 'repeatInterleave: 3 repeats do not fit dim 0 of size 2',
      },
    ],
  }),
  row('meshgrid', {
    cases: [
      {
        in: { x: f([2]), y: f([3]) },
        run: ({ x, y }) => lib.meshgrid([x, y]),
        torch: "torch.meshgrid(x, y, indexing='ij')",
      },
      {
        in: { x: f([2]), y: f([3]), z: f([2]) },
        run: ({ x, y, z }) => lib.meshgrid([x, y, z], { indexing: 'xy' }),
        torch: "torch.meshgrid(x, y, z, indexing='xy')",
      },
    ],
  }),
  row('broadcastTensors', {
    cases: [
      {
        in: { x: f([2, 1]), y: f([3]) },
        run: ({ x, y }) => lib.broadcastTensors(x, y),
        torch: 'torch.broadcast_tensors(x, y)',
      },
    ],
    errors: [
      {
        run: () => lib.broadcastTensors(zeros([2]), zeros([3])),
        type: ShapeError,
        message: 'broadcastTensors: shapes do not broadcast, got tensors[0] [2], tensors[1] [3]',
      },
    ],
  }),
];
