import * as lib from '../../src/index.js';
import { DTypeError, IndexError, ShapeError, WasmgradError, tensor, zeros } from '../../src/index.js';
import { bools, f, ints, row, values, type Row } from './table.js';

const nan = Number.NaN;

export const rows: Row[] = [
  row('searchsorted', {
    cases: [
      {
        in: {
          x: values([1, 3, 3, 5, 7], 'float32', { grad: false }),
          v: values([3, 0, 6, 9, 1, nan], 'float32', { grad: false }),
        },
        run: ({ x, v }) => [
          lib.searchsorted(x, v),
          lib.searchsorted(x, v, { right: true }),
          lib.searchsorted(x, v, { side: 'right' }),
          lib.searchsorted(x, 3),
        ],
        torch:
          "[torch.searchsorted(x, v), torch.searchsorted(x, v, right=True), torch.searchsorted(x, v, side='right'), torch.searchsorted(x, 3)]",
      },
      {
        in: { x: ints([2, 6], 0, 9), v: ints([2, 3], 0, 9) },
        run: ({ x, v }) => [
          lib.searchsorted(x.sort(1)[0], v, { outInt32: true }),
          lib.searchsorted(x, v, { sorter: x.argsort(1), side: 'left' }),
        ],
        torch: '[torch.searchsorted(x.sort(1)[0], v, out_int32=True), torch.searchsorted(x, v, sorter=x.argsort(1))]',
      },
      {
        in: { x: values([1, 3, 5], 'float32', { grad: false }), v: f([2, 3], { max: 7, grad: false }) },
        run: ({ x, v }) => lib.searchsorted(x, v),
        torch: 'torch.searchsorted(x, v)',
      },
    ],
    errors: [
      {
        run: () => lib.searchsorted(zeros([2, 3]), zeros([3, 3])),
        type: ShapeError,
        message:
          'searchsorted: the sequence must have one dim, or all dims of values but the last, got sortedSequence [2, 3], values [3, 3]',
      },
      {
        run: () => lib.searchsorted(zeros([3]), zeros([3]), { side: 'left', right: true }),
        type: WasmgradError,
        message: "searchsorted: side 'left' and right contradict each other",
      },
      {
        run: () => lib.searchsorted(zeros([3]), zeros([3], { dtype: 'int32' })),
        type: DTypeError,
        message: 'searchsorted: the sequence and values must have one dtype, got float32, int32',
      },
    ],
  }),
  row('bucketize', {
    cases: [
      {
        in: {
          x: values([1, 3, 5], 'float32', { grad: false }),
          v: values(
            [
              [0, 1, 2],
              [3, 5, 6],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ x, v }) => [
          lib.bucketize(v, x),
          lib.bucketize(v, x, { right: true }),
          lib.bucketize(4, x, { outInt32: true }),
        ],
        torch: '[torch.bucketize(v, x), torch.bucketize(v, x, right=True), torch.bucketize(4, x)]',
      },
    ],
    errors: [
      {
        run: () => lib.bucketize(zeros([3]), zeros([2, 2])),
        type: ShapeError,
        message: 'bucketize: boundaries must have one dim, got boundaries [2, 2]',
      },
    ],
  }),
  row('unique', {
    cases: [
      { in: { x: ints([3, 7], -3, 4) }, run: ({ x }) => x.unique(), torch: 'x.unique()' },
      {
        in: { x: ints([3, 7], -3, 4) },
        run: ({ x }) => lib.unique(x, { returnInverse: true, returnCounts: true }) as lib.Tensor[],
        torch: 'torch.unique(x, return_inverse=True, return_counts=True)',
      },
      {
        in: { x: values([2, 1, 0, 2, -0, -Infinity], 'float32', { grad: false }) },
        run: ({ x }) => x.unique(true, false, true),
        torch: 'x.unique(True, False, True)',
      },
      {
        in: { x: ints([9, 2], 0, 2) },
        run: ({ x }) => x.unique({ dim: 0, returnInverse: true, returnCounts: true }),
        torch: 'x.unique(dim=0, return_inverse=True, return_counts=True)',
      },
      {
        in: { x: ints([2, 9], 0, 2) },
        run: ({ x }) => x.unique({ dim: 1, sorted: true, returnCounts: true }),
        torch: 'x.unique(dim=1, return_counts=True)',
      },
      { in: { x: bools([5]) }, run: ({ x }) => x.unique(), torch: 'x.unique()' },
      { in: { x: ints([0], 0, 2) }, run: ({ x }) => x.unique(), torch: 'x.unique()' },
    ],
    errors: [
      {
        run: () => zeros([2]).unique({ inverse: true } as object),
        type: WasmgradError,
        message: "unique: unknown option 'inverse' (known: sorted, returnInverse, returnCounts, dim)",
      },
    ],
  }),
  row('uniqueConsecutive', {
    cases: [
      { in: { x: ints([30], 0, 3) }, run: ({ x }) => x.uniqueConsecutive(), torch: 'x.unique_consecutive()' },
      {
        in: { x: ints([5, 6], 0, 2) },
        run: ({ x }) => lib.uniqueConsecutive(x, { returnInverse: true, returnCounts: true }) as lib.Tensor[],
        torch: 'torch.unique_consecutive(x, return_inverse=True, return_counts=True)',
      },
      {
        in: { x: ints([12, 2], 0, 2) },
        run: ({ x }) => x.uniqueConsecutive(true, true, 0),
        torch: 'x.unique_consecutive(True, True, 0)',
      },
    ],
  }),
  row('bincount', {
    cases: [
      { in: { x: ints([20], 0, 6) }, run: ({ x }) => x.bincount(), torch: 'x.bincount()' },
      {
        in: { x: ints([20], 0, 6), w: f([20], { grad: false }) },
        run: ({ x, w }) => [x.bincount(w), lib.bincount(x, { weights: w, minlength: 9 }), x.bincount(null, 8)],
        torch: '[x.bincount(w), torch.bincount(x, weights=w, minlength=9), x.bincount(None, 8)]',
      },
      {
        in: { x: ints([0], 0, 6) },
        run: ({ x }) => [x.bincount(), x.bincount({ minlength: 3 })],
        torch: '[x.bincount(), x.bincount(minlength=3)]',
      },
      {
        in: { x: ints([9], 0, 4, 'uint8'), w: ints([9], 0, 4) },
        run: ({ x, w }) => x.bincount(w),
        torch: 'x.bincount(w)',
      },
    ],
    errors: [
      {
        run: () => tensor([1, -2], { dtype: 'int32' }).bincount(),
        type: WasmgradError,
        message: 'bincount: takes numbers from 0 on, got -2',
      },
      {
        run: () => zeros([3]).bincount(),
        type: DTypeError,
        message: 'bincount: takes integers in one dim, got input float32',
      },
    ],
  }),
  row('topk of few', {
    cases: [
      { in: { x: f([3, 40]) }, run: ({ x }) => x.topk(5), torch: 'x.topk(5)' },
      { in: { x: f([40, 3]) }, run: ({ x }) => x.topk(4, 0, false), torch: 'x.topk(4, 0, False)' },
      { in: { x: ints([50], -999, 999) }, run: ({ x }) => x.topk(9), torch: 'x.topk(9)' },
      {
        in: { x: values([3, nan, 1, Infinity, nan, 2, -Infinity, 0, 5, 6, 7, 8]) },
        run: ({ x }) => [x.topk(3)[0], x.topk(2, { largest: false })[0]],
        torch: '[x.topk(3)[0], x.topk(2, largest=False)[0]]',
        gradcheck: 0,
      },
      { in: { x: f([60, 500]) }, run: ({ x }) => x.topk(20), large: true },
    ],
    errors: [
      {
        run: () => zeros([3]).topk(1, 1),
        type: IndexError,
        message: 'topk: dim 1 is out of range for 1 dims (expected -1 to 0)',
      },
    ],
  }),
];
