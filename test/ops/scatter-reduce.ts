import {
  DTypeError,
  IndexError,
  ShapeError,
  WasmgradError,
  indexReduce,
  scatterReduce,
  tensor,
  zeros,
} from '../../src/index.js';
import type { Reduction } from '../../src/index.js';
import { f, ints, row, values, type Case, type Row } from './table.js';

const int = (nested: number | readonly number[]) => tensor(nested, { dtype: 'int32' });
const at = (nested: Parameters<typeof values>[0]) => values(nested, 'int32');
const reductions: readonly Reduction[] = ['sum', 'prod', 'mean', 'amax', 'amin'];

/** Every reduction, with the input's element and without it. */
const each: readonly Case<'x' | 'i' | 's'>[] = reductions.flatMap((reduce) => [
  {
    in: { x: f([4, 3]), i: ints([5, 3], 0, 3), s: f([5, 3]) },
    run: ({ x, i, s }) => x.scatterReduce(0, i, s, reduce),
    torch: `x.scatter_reduce(0, i, s, '${reduce}')`,
  },
  {
    in: { x: f([2, 4]), i: at([[0, 2, 2, 0, 2]]), s: f([2, 6]) },
    run: ({ x, i, s }) => scatterReduce(x, 1, i, s, reduce, { includeSelf: false }),
    torch: `torch.scatter_reduce(x, 1, i, s[:1, :5], '${reduce}', include_self=False)`,
  },
  {
    in: { x: ints([4, 3], -9, 9), i: ints([5, 3], 0, 3), s: ints([5, 3], -9, 9) },
    run: ({ x, i, s }) => [x.scatterReduce(0, i, s, reduce), x.scatterReduce(0, i, s, reduce, { includeSelf: false })],
    torch: `[x.scatter_reduce(0, i, s, '${reduce}', include_self=b) for b in (True, False)]`,
  },
]);

/** The messages of edges, added up over an index that repeats along the features. */
const edges = (reduce: Reduction): Case<'x' | 'i' | 's'> => ({
  in: { x: f([4, 3]), i: at([3, 0, 3, 1, 3]), s: f([5, 3]) },
  run: ({ x, i, s }) => x.scatterReduce(0, i.unsqueeze(1).expand([5, 3]), s, reduce),
  torch: `x.scatter_reduce(0, i.unsqueeze(1).expand(5, 3), s, '${reduce}')`,
});

export const rows: Row[] = [
  row('scatterReduce', {
    cases: [
      ...each,
      ...reductions.map(edges),
      {
        in: { x: f([3]), i: at([0, 0, 1, 1, 2]), s: values([2, 0, 3, 5, 0]) },
        run: ({ x, i, s }) => x.scatterReduce(0, i, s, 'prod'),
        torch: "x.scatter_reduce(0, i, s, 'prod')",
      },
      {
        in: { x: values([1, 0, 2]), i: at([0, 0, 1, 2, 2]), s: values([0, 0, 3, 5, 0]) },
        run: ({ x, i, s }) => x.scatterReduce(0, i, s, 'prod'),
        torch: "x.scatter_reduce(0, i, s, 'prod')",
        gradcheck: 1,
      },
      {
        in: { x: values([1, 2, Number.NaN]), i: at([0, 0, 1, 1, 2]), s: values([1, 1, 2, 2, 0]) },
        run: ({ x, i, s }) => [x.scatterReduce(0, i, s, 'amax'), x.scatterReduce(0, i, s, 'amin')],
        torch: "[x.scatter_reduce(0, i, s, 'amax'), x.scatter_reduce(0, i, s, 'amin')]",
        gradcheck: 0,
      },
      {
        in: { x: ints([3], 0, 9, 'uint8'), i: at([0, 2, 2]), s: ints([3], 0, 99, 'uint8') },
        run: ({ x, i, s }) => [x.scatterReduce(0, i, s, 'amax'), x.scatterReduce(0, i, s, 'sum')],
        torch: "[x.scatter_reduce(0, i, s, 'amax'), x.scatter_reduce(0, i, s, 'sum')]",
      },
      {
        in: { x: f([4, 3]), i: ints([5, 3], 0, 3), s: f([5, 3]) },
        run: ({ x, i, s }) => x.clone().scatterReduce_(0, i, s, 'mean', { includeSelf: false }),
        torch: "x.clone().scatter_reduce_(0, i, s, 'mean', include_self=False)",
      },
      {
        in: { x: f([40, 64]), i: ints([3000], 0, 40), s: f([3000, 64]) },
        run: ({ x, i, s }) =>
          reductions.map((reduce) => x.scatterReduce(0, i.unsqueeze(1).expand([3000, 64]), s, reduce)),
        large: true,
      },
    ],
    errors: [
      {
        run: () => zeros([3]).scatterReduce(0, int([0]), zeros([1]), 'max' as never),
        type: WasmgradError,
        message: "scatterReduce: reduce must be one of sum, prod, mean, amax, amin, got 'max'",
      },
      {
        run: () => zeros([3]).scatterReduce(0, int([3]), zeros([1]), 'amax'),
        type: IndexError,
        message: 'scatterReduce: index 3 is out of range for dim 0 of size 3',
      },
      {
        run: () => zeros([3]).scatterReduce(0, int([0]), zeros([1], { dtype: 'int32' }), 'sum'),
        type: DTypeError,
        message: 'scatterReduce: src must have the dtype of input, got int32 for float32',
      },
      {
        run: () => zeros([3]).scatterReduce(0, int([0, 1]), zeros([1]), 'prod'),
        type: ShapeError,
        message: 'scatterReduce: src must be at least as large as index, got input [3], index [2], src [1]',
      },
      {
        run: () => zeros([3]).scatterReduce(0, int([0]), zeros([1]), 'sum', { includeself: false } as object),
        type: WasmgradError,
        message: "scatterReduce: unknown option 'includeself' (known: includeSelf)",
      },
    ],
  }),
  row('indexReduce', {
    cases: (['prod', 'mean', 'amax', 'amin'] as const).flatMap((reduce): Case<'x' | 'i' | 's'>[] => [
      {
        in: { x: f([4, 3], { grad: false }), i: at([3, 0, 3]), s: f([3, 3], { grad: false }) },
        run: ({ x, i, s }) => indexReduce(x, 0, i, s, reduce),
        torch: `torch.index_reduce(x, 0, i, s, '${reduce}')`,
      },
      {
        in: { x: f([2, 4]), i: at([3, 0, 3]), s: f([2, 3]) },
        run: ({ x, i, s }) => indexReduce(x, 1, i, s, reduce, { includeSelf: false }),
        torch: `torch.index_reduce(x, 1, i, s, '${reduce}', include_self=False)`,
      },
    ]),
    errors: [
      {
        run: () => indexReduce(zeros([4, 3]), 0, int([0]), zeros([2, 3]), 'prod'),
        type: ShapeError,
        message:
          'indexReduce: source must have the sizes of input, and of index in dim, got input [4, 3], index [1], source [2, 3]',
      },
    ],
  }),
  row('scatter by multiplication', {
    cases: [
      {
        in: { x: f([3, 4], { grad: false }), i: at([[0, 2, 1, 0]]), s: f([2, 4], { grad: false }) },
        run: ({ x, i, s }) => [
          x.scatter(0, i, s, { reduce: 'multiply' }),
          x.scatter(0, i, 3, { reduce: 'multiply' }),
          x.clone().scatter_(1, i, s, { reduce: 'multiply' }),
        ],
        torch:
          "[x.scatter(0, i, s, reduce='multiply'), x.scatter(0, i, 3, reduce='multiply'), x.clone().scatter_(1, i, s, reduce='multiply')]",
      },
    ],
  }),
];
