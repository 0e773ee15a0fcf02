import * as lib from '../../src/index.js';
import { DTypeError, IndexError, ShapeError, WasmgradError, tensor, zeros } from '../../src/index.js';
import { bools, f, ints, row, values, type Row } from './table.js';

const int = (nested: number | readonly number[]): lib.Tensor => tensor(nested, { dtype: 'int32' });
const at = (nested: Parameters<typeof values>[0]) => values(nested, 'int32');

export const rows: Row[] = [
  row('gather', {
    cases: [
      { in: { x: f([3, 4]), i: ints([2, 4], 0, 3) }, run: ({ x, i }) => x.gather(0, i), torch: 'x.gather(0, i)' },
      { in: { x: f([3, 4]), i: ints([3, 6], 0, 4) }, run: ({ x, i }) => x.gather(1, i), torch: 'x.gather(1, i)' },
      {
        in: { x: f([2, 3, 4]), i: ints([1, 2, 4], 0, 3) },
        run: ({ x, i }) => lib.gather(x, -2, i),
        torch: 'torch.gather(x, -2, i)',
      },
      { in: { x: bools([3, 4]), i: ints([2, 4], 0, 3) }, run: ({ x, i }) => x.gather(0, i), torch: 'x.gather(0, i)' },
      { in: { x: f([3, 4]), i: ints([3, 0], 0, 3) }, run: ({ x, i }) => x.gather(1, i), torch: 'x.gather(1, i)' },
      { in: { x: f([]), i: at(0) }, run: ({ x, i }) => x.gather(0, i), torch: 'x.gather(0, i)' },
    ],
    errors: [
      {
        run: () => zeros([3, 4]).gather(0, tensor([[3]], { dtype: 'int32' })),
        type: IndexError,
        message: 'gather: index 3 is out of range for dim 0 of size 3',
      },
      {
        run: () => zeros([3, 4]).gather(0, tensor([[-1]], { dtype: 'int32' })),
        type: IndexError,
        message: 'gather: index -1 is out of range for dim 0 of size 3',
      },
      {
        run: () => zeros([3, 4]).gather(0, int([0])),
        type: ShapeError,
        message: 'gather: index must have the dims of input and be no larger but in dim 0, got input [3, 4], index [1]',
      },
      {
        run: () => zeros([3]).gather(0, zeros([1])),
        type: DTypeError,
        message: 'gather: indices must be int32, got index float32 (use x.int())',
      },
    ],
  }),
  row('scatter', {
    cases: [
      {
        in: { x: f([3, 4]), i: at([[0, 2, 1, 0]]), s: f([1, 4]) },
        run: ({ x, i, s }) => x.scatter(0, i, s),
        torch: 'x.scatter(0, i, s)',
      },
      {
        in: { x: ints([3, 4], 0, 99, 'uint8'), i: at([[0, 2, 1, 0]]), s: ints([1, 4], 100, 200, 'uint8') },
        run: ({ x, i, s }) => x.scatter(0, i, s),
        torch: 'x.scatter(0, i, s)',
      },
      {
        in: {
          x: f([3, 4]),
          i: at([
            [0, 2],
            [1, 3],
          ]),
        },
        run: ({ x, i }) => lib.scatter(x, 1, i, -2),
        torch: 'torch.scatter(x, 1, i, -2)',
      },
      {
        in: {
          x: f([3, 4]),
          i: at([
            [0, 2],
            [0, 1],
          ]),
          s: f([2, 2], { grad: false }),
        },
        run: ({ x, i, s }) => x.scatter(0, i, s, { reduce: 'add' }),
        torch: 'x.scatter_add(0, i, s)',
      },
      {
        in: { x: ints([3, 4], -9, 9), i: ints([5, 4], 0, 3), s: ints([5, 4], -9, 9) },
        run: ({ x, i, s }) => x.scatterAdd(0, i, s),
        torch: 'x.scatter_add(0, i, s)',
      },
      {
        in: {
          x: f([3, 4]),
          i: at([
            [0, 2],
            [1, 3],
          ]),
        },
        run: ({ x, i }) => x.clone().scatter_(1, i, 1.5),
        torch: 'x.clone().scatter_(1, i, 1.5)',
      },
      { in: { x: ints([5], 0, 9), i: at([4, 1]) }, run: ({ x, i }) => x.scatter(0, i, 3), torch: 'x.scatter(0, i, 3)' },
    ],
    errors: [
      {
        run: () => zeros([3]).scatter(0, int([3]), 1),
        type: IndexError,
        message: 'scatter: index 3 is out of range for dim 0 of size 3',
      },
      {
        run: () => zeros([3]).scatter(0, int([0, 1]), zeros([1])),
        type: ShapeError,
        message: 'scatter: src must be at least as large as index, got input [3], index [2], src [1]',
      },
      {
        run: () => zeros([3]).scatter(0, int([0]), zeros([1], { dtype: 'int32' })),
        type: DTypeError,
        message: 'scatter: src must have the dtype of input, got int32 for float32',
      },
      {
        run: () => zeros([3]).scatter(0, int([0]), 1, { reduce: 'mean' as never }),
        type: WasmgradError,
        message: "scatter: reduce must be 'add' or 'multiply', got 'mean'",
      },
    ],
  }),
  row('scatterAdd', {
    cases: [
      {
        in: { x: f([3, 4]), i: ints([5, 4], 0, 3), s: f([5, 4]) },
        run: ({ x, i, s }) => x.scatterAdd(0, i, s),
        torch: 'x.scatter_add(0, i, s)',
      },
      {
        in: { x: f([3, 4]), i: ints([2, 6], 0, 4), s: f([2, 6]) },
        run: ({ x, i, s }) => lib.scatterAdd(x, 1, i, s),
        torch: 'torch.scatter_add(x, 1, i, s)',
      },
      {
        in: { x: f([3, 4]), i: ints([2, 6], 0, 4), s: f([2, 6]) },
        run: ({ x, i, s }) => x.clone().scatterAdd_(1, i, s),
        torch: 'x.clone().scatter_add_(1, i, s)',
      },
      {
        in: { x: f([40, 30]), i: ints([2000, 30], 0, 40), s: f([2000, 30]) },
        run: ({ x, i, s }) => x.scatterAdd(0, i, s),
        large: true,
      },
    ],
  }),
  row('indexSelect', {
    cases: [
      { in: { x: f([4, 3]), i: at([3, 0, 3]) }, run: ({ x, i }) => x.indexSelect(0, i), torch: 'x.index_select(0, i)' },
      {
        in: { x: f([2, 4, 3]), i: at([3, 0]) },
        run: ({ x, i }) => lib.indexSelect(x, -2, i),
        torch: 'torch.index_select(x, -2, i)',
      },
      { in: { x: f([2, 3]), i: at([1]) }, run: ({ x, i }) => x.indexSelect(1, i), torch: 'x.index_select(1, i)' },
    ],
    errors: [
      {
        run: () => zeros([5]).indexSelect(0, int([0, 7])),
        type: IndexError,
        message: 'indexSelect: index 7 is out of range for dim 0 of size 5',
      },
      {
        run: () => zeros([5]).indexSelect(0, zeros([1, 1], { dtype: 'int32' })),
        type: ShapeError,
        message: 'indexSelect: index must have one dim, got index [1, 1]',
      },
    ],
  }),
  row('indexAdd', {
    cases: [
      {
        in: { x: f([4, 3]), i: at([3, 0, 3]), s: f([3, 3]) },
        run: ({ x, i, s }) => x.indexAdd(0, i, s),
        torch: 'x.index_add(0, i, s)',
      },
      {
        in: { x: f([2, 4]), i: at([3, 0, 3]), s: f([2, 3]) },
        run: ({ x, i, s }) => lib.indexAdd(x, 1, i, s, { alpha: -2 }),
        torch: 'torch.index_add(x, 1, i, s, alpha=-2)',
      },
      {
        in: { x: f([4, 3]), i: at([3, 0]), s: f([2, 3]) },
        run: ({ x, i, s }) => x.clone().indexAdd_(0, i, s),
        torch: 'x.clone().index_add_(0, i, s)',
      },
    ],
    errors: [
      {
        run: () => zeros([4, 3]).indexAdd(0, int([0]), zeros([2, 3])),
        type: ShapeError,
        message:
          'indexAdd: source must have the sizes of input, and of index in dim, got input [4, 3], index [1], source [2, 3]',
      },
    ],
  }),
  row('indexCopy', {
    cases: [
      {
        in: { x: f([4, 3]), i: at([3, 0]), s: f([2, 3]) },
        run: ({ x, i, s }) => lib.indexCopy(x, 0, i, s),
        torch: 'torch.index_copy(x, 0, i, s)',
      },
      {
        in: { x: f([4, 3]), i: at([1, 0]), s: f([4, 2]) },
        run: ({ x, i, s }) => x.clone().indexCopy_(1, i, s),
        torch: 'x.clone().index_copy_(1, i, s)',
      },
    ],
  }),
  row('indexFill', {
    cases: [
      { in: { x: f([4, 3]), i: at([3, -4]) }, run: ({ x, i }) => x.indexFill(0, i, 2), torch: 'x.index_fill(0, i, 2)' },
      {
        in: { x: f([4, 3]), i: at([2, 0]), v: f([]) },
        run: ({ x, i, v }) => lib.indexFill(x, 1, i, v),
        torch: 'torch.index_fill(x, 1, i, v)',
      },
      {
        in: { x: f([4, 3]), i: at([2, 0]) },
        run: ({ x, i }) => x.clone().indexFill_(1, i, -1),
        torch: 'x.clone().index_fill_(1, i, -1)',
      },
    ],
  }),
  row('take', {
    cases: [
      {
        in: {
          x: f([3, 4]),
          i: at([
            [0, 11],
            [-1, 5],
          ]),
        },
        run: ({ x, i }) => x.take(i),
        torch: 'x.take(i)',
      },
      { in: { x: f([3, 4]), i: at([4, 4]) }, run: ({ x, i }) => lib.take(x.T, i), torch: 'torch.take(x.T, i)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).take(int([6])),
        type: IndexError,
        message: 'take: index 6 is out of range for dim 0 of size 6',
      },
    ],
  }),
  row('takeAlongDim', {
    cases: [
      {
        in: { x: f([3, 4]), i: ints([3, 2], 0, 4) },
        run: ({ x, i }) => x.takeAlongDim(i, 1),
        torch: 'x.take_along_dim(i, 1)',
      },
      {
        in: { x: f([3, 4]), i: ints([1, 4], 0, 3) },
        run: ({ x, i }) => lib.takeAlongDim(x, i, 0),
        torch: 'torch.take_along_dim(x, i, 0)',
      },
      {
        in: { x: f([3, 4]), i: ints([2, 1], 0, 3) },
        run: ({ x, i }) => x.takeAlongDim(i, 0),
        torch: 'x.take_along_dim(i, 0)',
      },
      { in: { x: f([3, 4]), i: ints([5], 0, 12) }, run: ({ x, i }) => x.takeAlongDim(i), torch: 'x.take_along_dim(i)' },
    ],
  }),
];
