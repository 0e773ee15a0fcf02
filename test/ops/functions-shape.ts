import * as lib from '../../src/index.js';
import { DTypeError, ShapeError, tensor, zeros } from '../../src/index.js';
import { bools, f, row, values, type Case, type Row } from './table.js';

export const rows: Row[] = [
  row('stdMean', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => lib.stdMean(x, 1), torch: 'torch.std_mean(x, 1)' },
      {
        in: { x: f([3, 4]) },
        run: ({ x }) => lib.stdMean(x, { dim: 0, correction: 0, keepdim: true }),
        torch: 'torch.std_mean(x, dim=0, correction=0, keepdim=True)',
      },
      {
        in: { x: f([3, 4]) },
        run: ({ x }) => [...lib.stdMean(x, false), ...lib.stdMean(x, { unbiased: false })],
        torch: '[*torch.std_mean(x, False), *torch.std_mean(x, unbiased=False)]',
      },
    ],
  }),
  row('msort', { cases: [{ in: { x: f([4, 3]) }, run: ({ x }) => lib.msort(x), torch: 'torch.msort(x)' }] }),
  ...(['atleast1d', 'atleast2d', 'atleast3d'] as const).map((name, i) =>
    row(name, {
      cases: [
        {
          in: { a: f([]), b: f([2]), c: f([2, 3]), d: f([1, 2, 1, 2]) },
          run: ({ a, b, c, d }) => [lib[name](a), ...lib[name](b, c), ...lib[name]([c, d, b])].map((y) => y.mul(2)),
          torch: `g = torch.atleast_${i + 1}d\n[y * 2 for y in (g(a), *g(b, c), *g((c, d, b)))]`,
        } satisfies Case<'a' | 'b' | 'c' | 'd'>,
      ],
      errors: [{ run: () => lib[name]([]), type: ShapeError, message: `${name}: needs at least one tensor` }],
    }),
  ),
  row('dstack', {
    cases: [
      {
        in: { a: f([2]), b: f([2]), c: f([2, 3]), d: f([2, 3, 2]) },
        run: ({ a, b, c, d }) => [lib.dstack([a, b]), lib.dstack([c, d])],
        torch: '[torch.dstack((a, b)), torch.dstack((c, d))]',
      },
    ],
  }),
  row('columnStack', {
    cases: [
      {
        in: { a: f([2]), b: f([2, 3]), c: f([]) },
        run: ({ a, b, c }) => [lib.columnStack([a, b]), lib.columnStack([c, c])],
        torch: '[torch.column_stack((a, b)), torch.column_stack((c, c))]',
      },
    ],
  }),
  row('concat', {
    cases: [
      {
        in: { a: f([2, 1]), b: f([2, 2]), c: f([2]) },
        run: ({ a, b, c }) => [lib.concat([a, b], 1), lib.concatenate([a, b], { dim: 1 }), lib.rowStack([b, c])],
        torch: '[torch.concat((a, b), 1), torch.cat((a, b), dim=1), torch.row_stack((b, c))]',
      },
    ],
  }),
  row('ger', { cases: [{ in: { a: f([2]), b: f([3]) }, run: ({ a, b }) => lib.ger(a, b), torch: 'torch.ger(a, b)' }] }),
  row('moveaxis', {
    cases: [
      {
        in: { x: f([2, 3, 4]) },
        run: ({ x }) => [lib.moveaxis(x, 0, -1), lib.swapaxes(x, 0, 2), lib.swapdims(x, 1, 2)],
        torch: '[torch.moveaxis(x, 0, -1), torch.swapaxes(x, 0, 2), torch.swapdims(x, 1, 2)]',
      },
    ],
  }),
  row('tensorSplit', {
    cases: [
      {
        in: { x: f([7, 3]) },
        run: ({ x }) => [
          ...lib.tensorSplit(x, 3),
          ...lib.tensorSplit(x, [1, 4, -1]),
          ...lib.tensorSplit(x, 2, { dim: 1 }),
          ...lib.tensorSplit(x, [4, 2, 9], 0),
          ...lib.tensorSplit(x.slice(0, 0, 2), 3),
        ],
        torch: `[*torch.tensor_split(x, 3), *torch.tensor_split(x, (1, 4, -1)), *torch.tensor_split(x, 2, dim=1), *torch.tensor_split(x, (4, 2, 9), 0),
 *torch.tensor_split(x[:2], 3)]`,
      },
    ],
    errors: [
      {
        run: () => lib.tensorSplit(zeros([3]), 0),
        type: ShapeError,
        message: 'tensorSplit: sections must be a whole number of at least 1, got 0',
      },
    ],
  }),
  row('tensorSplitAt', {
    cases: [
      {
        in: { x: f([7]), i: values([1, 5], 'int32') },
        run: ({ x, i }) => [...lib.tensorSplit(x, i), ...lib.tensorSplit(x, tensor(3, { dtype: 'int32' }))],
        torch: '[*torch.tensor_split(x, i.long()), *torch.tensor_split(x, torch.tensor(3))]',
      },
    ],
  }),
  row('hsplit', {
    cases: [
      {
        in: { x: f([4, 6, 2]), y: f([4]) },
        run: ({ x, y }) => [...lib.hsplit(x, 3), ...lib.hsplit(x, [1, 4]), ...lib.hsplit(y, 2)],
        torch: '[*torch.hsplit(x, 3), *torch.hsplit(x, (1, 4)), *torch.hsplit(y, 2)]',
      },
      {
        in: { x: f([4, 6, 2]) },
        run: ({ x }) => [...lib.vsplit(x, 2), ...lib.vsplit(x, [3]), ...lib.dsplit(x, 2), ...lib.dsplit(x, [1])],
        torch: '[*torch.vsplit(x, 2), *torch.vsplit(x, (3,)), *torch.dsplit(x, 2), *torch.dsplit(x, (1,))]',
      },
    ],
    errors: [
      {
        run: () => lib.hsplit(zeros([2, 3]), 2),
        type: ShapeError,
        message: 'hsplit: dim 1 of size 3 cannot be split into 2 equal pieces',
      },
      { run: () => lib.vsplit(zeros([3]), 3), type: ShapeError, message: 'vsplit: input needs at least 2 dims, got 1' },
    ],
  }),
  row('trilIndices', {
    cases: [
      {
        run: () => [
          lib.trilIndices(3, 4),
          lib.trilIndices(3, 3, -1),
          lib.triuIndices(3, 4, { offset: 1, dtype: 'float64' }),
          lib.triuIndices(2, 3, 0, { dtype: 'int32' }),
          lib.trilIndices(2, 3, { dtype: 'float64', offset: 1 }),
        ],
        torch: `[torch.tril_indices(3, 4), torch.tril_indices(3, 3, -1), torch.triu_indices(3, 4, offset=1).double(), torch.triu_indices(2, 3),
 torch.tril_indices(2, 3, offset=1).double()]`,
      },
    ],
  }),
  row('sliceScatter', {
    cases: [
      {
        in: { x: f([4, 3]), a: f([2, 3]), b: f([4, 2]) },
        run: ({ x, a, b }) => [
          lib.sliceScatter(x, a, 0, 1, 3),
          lib.sliceScatter(x, a, { step: 2 }),
          lib.sliceScatter(x, a, { start: 1, end: 3 }),
          lib.sliceScatter(x, b, { dim: -1, start: 1, end: 3 }),
        ],
        torch:
          '[torch.index_put(x, (torch.tensor([1, 2]),), a), torch.index_put(x, (torch.tensor([0, 2]),), a), torch.index_put(x, (torch.tensor([1, 2]),), a), torch.cat([x[:, :1], b], 1)]',
      },
      {
        in: { x: f([3, 4]), a: f([3]), b: f([4]) },
        run: ({ x, a, b }) => [
          lib.selectScatter(x, a, 1, -1),
          lib.selectScatter(x, b, 0, 1),
          lib.diagonalScatter(x, a),
          lib.diagonalScatter(x.transpose(0, 1), a, { offset: 1, dim1: 1, dim2: 0 }),
          lib.diagonalScatter(x, a, -1, 1, 0),
        ],
        torch: `[torch.select_scatter(x, a, 1, -1), torch.select_scatter(x, b, 0, 1), torch.diagonal_scatter(x, a),
 torch.diagonal_scatter(x.mT, a, offset=1, dim1=1, dim2=0), torch.diagonal_scatter(x, a, -1, 1, 0)]`,
      },
    ],
    errors: [
      {
        run: () => lib.selectScatter(zeros([2, 3]), zeros([2]), 0, 0),
        type: ShapeError,
        message: 'selectScatter: src must be [3], got input [2, 3], src [2]',
      },
    ],
  }),
  row('argwhere', {
    cases: [
      {
        in: { x: bools([3, 3]) },
        run: ({ x }) => [lib.argwhere(x), lib.argwhere(tensor(2)), lib.argwhere(tensor(0))],
        torch: '[torch.argwhere(x), torch.argwhere(torch.tensor(2)), torch.argwhere(torch.tensor(0))]',
      },
    ],
  }),
  row('broadcastTo', {
    cases: [
      {
        in: { x: f([3, 1]) },
        run: ({ x }) => [
          lib.broadcastTo(x, [2, 3, 2]),
          tensor(lib.broadcastShapes([3, 1], [2, 1, 4], []), { dtype: 'int32' }),
        ],
        torch: '[torch.broadcast_to(x, (2, 3, 2)), torch.tensor(torch.broadcast_shapes((3, 1), (2, 1, 4), ()))]',
      },
    ],
    errors: [
      {
        run: () => lib.broadcastShapes([2], [3]),
        type: ShapeError,
        message: 'broadcastShapes: [2] and [3] do not broadcast',
      },
    ],
  }),
  row('resultType', {
    cases: [
      {
        run: () => {
          const [i, u, d] = [
            zeros([2], { dtype: 'int32' }),
            zeros([2], { dtype: 'uint8' }),
            zeros([], { dtype: 'float64' }),
          ];
          const types = [
            lib.resultType(i, d),
            lib.resultType(u, 1.5),
            lib.resultType(zeros([2]), d),
            lib.resultType(true, i),
            lib.promoteTypes('uint8', 'bool'),
            lib.promoteTypes('float64', 'int32'),
          ];
          const casts = [
            lib.canCast('float32', 'int32'),
            lib.canCast('int32', 'float32'),
            lib.canCast('int32', 'bool'),
            lib.canCast('uint8', 'int32'),
            lib.canCast('float64', 'float32'),
            lib.canCast('int32', 'uint8'),
          ];
          return [...types.map((dtype) => zeros([1], { dtype })), ...casts];
        },
        torch: `i, u, d = torch.zeros(2, dtype=torch.int32), torch.zeros(2, dtype=torch.uint8), torch.zeros((), dtype=torch.float64)
t = [torch.result_type(i, d), torch.result_type(u, 1.5), torch.result_type(torch.zeros(2), d), torch.result_type(True, i),
     torch.promote_types(torch.uint8, torch.bool), torch.promote_types(torch.float64, torch.int32)]
c = [torch.can_cast(a, b) for a, b in [(torch.float32, torch.int32), (torch.int32, torch.float32), (torch.int32, torch.bool),
     (torch.uint8, torch.int32), (torch.float64, torch.float32), (torch.int32, torch.uint8)]]
[*[torch.zeros(1, dtype=x) for x in t], *c]`,
        single: true,
      },
    ],
    errors: [{ run: () => lib.resultType(1, 2), type: DTypeError, message: 'resultType: needs at least one tensor' }],
  }),
  row('asTensor', {
    cases: [
      {
        in: { x: f([3]) },
        run: ({ x }) => [lib.asTensor(x).mul(2), lib.asTensor([1, 2]), lib.asTensor(x, { dtype: 'int32' })],
        torch: '[torch.as_tensor(x) * 2, torch.tensor([1., 2.]), torch.as_tensor(x, dtype=torch.int32)]',
        single: true,
      },
      {
        run: () => lib.asTensor([1, 0, 2], { dtype: 'bool' }),
        torch: 'torch.as_tensor([1, 0, 2], dtype=torch.bool)',
      },
    ],
  }),
  row('isNonzero', {
    cases: [
      {
        run: () => [lib.isNonzero(tensor([0])), lib.isNonzero(tensor(2.5)), lib.isNonzero(tensor(false))],
        torch:
          '[torch.is_nonzero(torch.tensor([0.])), torch.is_nonzero(torch.tensor(2.5)), torch.is_nonzero(torch.tensor(False))]',
      },
    ],
  }),
  row('repeatInterleave', {
    cases: [
      {
        in: { x: f([3, 2]), n: values([2, 0, 3], 'int32') },
        run: ({ x, n }) => [
          lib.repeatInterleave(x, n, 0, { outputSize: 5 }),
          x.repeatInterleave(n, { dim: 0, outputSize: 5 }),
          x.repeatInterleave(2, 1, { outputSize: 4 }),
          x.repeatInterleave(n.narrow(0, 0, 1), { outputSize: 12 }),
        ],
        torch: `[torch.repeat_interleave(x, n, 0, output_size=5), x.repeat_interleave(n, dim=0, output_size=5), x.repeat_interleave(2, 1),
 x.repeat_interleave(n[:1])]`,
      },
    ],
    errors: [
      {
        run: () => zeros([2]).repeatInterleave(tensor([1, 2], { dtype: 'int32' }), 0, { outputSize: 4 }),
        type: ShapeError,
        message: 'repeatInterleave: repeats add up to 3, not to outputSize 4',
      },
    ],
  }),
];
