import * as lib from '../../src/index.js';
import {
  DTypeError,
  F,
  IndexError,
  ShapeError,
  WasmgradError,
  ellipsis,
  ones,
  slice,
  tensor,
  zeros,
} from '../../src/index.js';
import { bools, f, ints, row, values, type Row } from './table.js';

const int = (nested: number | readonly number[]): lib.Tensor => tensor(nested, { dtype: 'int32' });
const at = (nested: Parameters<typeof values>[0]) => values(nested, 'int32');

export const rows: Row[] = [
  row('index', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.index(1), torch: 'x[1]' },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.index(slice(), -1), torch: 'x[:, -1]' },
      { in: { x: f([5, 4]) }, run: ({ x }) => x.index(slice(1, -1, 2), null, slice(2)), torch: 'x[1:-1:2, None, 2:]' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => lib.index(x, ellipsis, 0), torch: 'x[..., 0]' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.index(0, ellipsis, null), torch: 'x[0, ..., None]' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.index(ellipsis), torch: 'x[...]' },
      { in: { x: f([4, 3]), i: at([0, 2, 2, -1]) }, run: ({ x, i }) => x.index(i), torch: 'x[i]' },
      {
        in: {
          x: f([4, 3]),
          i: at([
            [0, 2],
            [1, 1],
          ]),
        },
        run: ({ x, i }) => x.index(i),
        torch: 'x[i]',
      },
      { in: { x: f([4, 3]), i: at([2, 0]) }, run: ({ x, i }) => x.index(slice(), i), torch: 'x[:, i]' },
      { in: { x: f([4, 3]), i: at([0, 3]), j: at([2, -3]) }, run: ({ x, i, j }) => x.index(i, j), torch: 'x[i, j]' },
      {
        in: { x: f([4, 3, 2]), i: at([[0], [3]]), j: at([2, 0, 1]) },
        run: ({ x, i, j }) => x.index(i, j),
        torch: 'x[i, j]',
      },
      {
        in: { x: f([2, 4, 3, 5]), i: at([0, 3]), j: at([2, 0]) },
        run: ({ x, i, j }) => x.index(slice(), i, j, slice(1, 4)),
        torch: 'x[:, i, j, 1:4]',
      },
      {
        in: { x: f([4, 2, 3]), i: at([0, 3]), j: at([2, 0]) },
        run: ({ x, i, j }) => x.index(i, slice(), j),
        torch: 'x[i, :, j]',
      },
      {
        in: { x: f([4, 2, 3]), i: at([0, 3]), j: at([2, 0]) },
        run: ({ x, i, j }) => x.index(i, 1, j),
        torch: 'x[i, 1, j]',
      },
      {
        in: { x: f([4, 3]), i: at([0, 3]), j: at([2, 0]) },
        run: ({ x, i, j }) => x.index(i, null, j),
        torch: 'x[i, None, j]',
      },
      { in: { x: f([3, 4]), m: bools([3, 4]) }, run: ({ x, m }) => x.index(m), torch: 'x[m]' },
      { in: { x: f([3, 4]), m: bools([3]) }, run: ({ x, m }) => x.index(m), torch: 'x[m]' },
      { in: { x: f([2, 3, 4]), m: bools([3]) }, run: ({ x, m }) => x.index(0, m, slice(1)), torch: 'x[0, m, 1:]' },
      {
        in: { x: f([2, 3, 4]), m: values([true, false, true], 'bool'), i: at([1, 0]) },
        run: ({ x, m, i }) => x.index(slice(), m, i),
        torch: 'x[:, m, i]',
      },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.index(int(2)), torch: 'x[torch.tensor(2)]' },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.index([0, 2], [1, 1]), torch: 'x[[0, 2], [1, 1]]' },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.index([[true, false, true]].flat()), torch: 'x[[True, False, True]]' },
      { in: { x: f([3, 4]), i: at([]) }, run: ({ x, i }) => x.index(i), torch: 'x[i.long()]' },
      { in: { x: ints([3, 4], 0, 9), i: at([1, 2]) }, run: ({ x, i }) => x.index(i), torch: 'x[i]' },
      { in: { x: f([60, 500]), i: ints([3000], 0, 60) }, run: ({ x, i }) => x.index(i), large: true },
    ],
    errors: [
      {
        run: () => zeros([3, 4]).index(3),
        type: IndexError,
        message: 'index: index 3 is out of range for dim 0 of size 3',
      },
      {
        run: () => zeros([3, 4]).index(slice(), int([0, 7])),
        type: IndexError,
        message: 'index: index 7 is out of range for dim 1 of size 4',
      },
      {
        run: () => zeros([3, 4]).index(0, 0, 0),
        type: IndexError,
        message: 'index: too many indices, got 3 for 2 dims',
      },
      {
        run: () => zeros([3, 4]).index(ellipsis, ellipsis),
        type: IndexError,
        message: 'index: only one ellipsis can be given',
      },
      {
        run: () => zeros([3, 4]).index(zeros([4], { dtype: 'bool' })),
        type: IndexError,
        message: 'index: the mask [4] does not fit dims [3] of input [3, 4]',
      },
      {
        run: () => zeros([3, 4]).index(zeros([2])),
        type: DTypeError,
        message: 'index: index tensors must be int32 or bool, got float32',
      },
      {
        run: () => zeros([3, 4]).index(int([0, 1]), int([0, 1, 2])),
        type: ShapeError,
        message: 'index: shapes do not broadcast, got index 0 [2], index 1 [3]',
      },
    ],
  }),
  row('indexPut', {
    cases: [
      {
        in: { x: f([3, 4]), v: f([4]) },
        run: ({ x, v }) => x.clone().indexPut([1], v),
        torch: 'y = x.clone(); y[1] = v; y',
      },
      {
        in: { x: f([3, 4]) },
        run: ({ x }) => x.clone().indexPut([slice(), slice(1, 3)], 7),
        torch: 'y = x.clone(); y[:, 1:3] = 7; y',
      },
      {
        in: { x: f([4, 3]), i: at([0, 2]), v: f([2, 3]) },
        run: ({ x, i, v }) => x.clone().indexPut([i], v),
        torch: 'x.index_put((i,), v)',
      },
      {
        in: { x: f([4, 3]), i: at([0, 2, 0]), v: f([3]) },
        run: ({ x, i, v }) => lib.indexPut(x.clone(), [i], v, { accumulate: true }),
        torch: 'x.index_put((i,), v, accumulate=True)',
      },
      {
        in: { x: f([4, 3]), i: at([0, 2, 0]), j: at([1, 2, 1]), v: f([3]) },
        run: ({ x, i, j, v }) => x.clone().indexPut([i, j], v, { accumulate: true }),
        torch: 'x.index_put((i, j), v, accumulate=True)',
      },
      {
        in: { x: f([4, 2, 3]), i: at([[0], [3]]), j: at([2, 0]), v: f([2, 2, 2]) },
        run: ({ x, i, j, v }) => x.clone().indexPut([i, slice(), j], v),
        torch: 'y = x.clone(); y[i, :, j] = v; y',
      },
      {
        in: { x: f([2, 4, 3]), i: at([1, 2]), v: f([2, 1]) },
        run: ({ x, i, v }) => x.clone().indexPut([1, i], v),
        torch: 'y = x.clone(); y[1, i] = v; y',
      },
      {
        in: { x: f([3, 4]), m: bools([3, 4]) },
        run: ({ x, m }) => x.clone().indexPut([m], -1),
        torch: 'y = x.clone(); y[m] = -1; y',
      },
      {
        in: { x: f([3, 4]), v: f([4]) },
        run: ({ x, v }) => x.clone().indexPut([slice(0, 2)], v, { accumulate: true }),
        torch: 'y = x.clone(); y[0:2] += v; y',
      },
      {
        in: { x: ints([5], 0, 9), i: at([1, 3]) },
        run: ({ x, i }) => x.clone().indexPut([i], 5),
        torch: 'x[i] = 5; x',
      },
      {
        in: { x: f([50, 40]), i: ints([9000], 0, 50), v: f([9000, 40]) },
        run: ({ x, i, v }) => x.clone().indexPut([i], v, { accumulate: true }),
        large: true,
      },
    ],
    errors: [
      {
        run: () => zeros([3, 4]).indexPut([int([3])], 1),
        type: IndexError,
        message: 'indexPut: index 3 is out of range for dim 0 of size 3',
      },
      {
        run: () => zeros([3, 4]).indexPut([int([0, 1])], zeros([3])),
        type: ShapeError,
        message: 'indexPut: shapes do not broadcast, got target [2, 4], value [3]',
      },
      {
        run: () => zeros([3]).indexPut([0], 1, { add: true } as never),
        type: WasmgradError,
        message: "indexPut: unknown option 'add' (known: accumulate)",
      },
    ],
  }),
  row('indexPut_', {
    cases: [
      {
        in: { x: f([4, 3]), i: at([0, 2]), v: f([2, 3]) },
        run: ({ x, i, v }) => x.clone().indexPut_([i], v),
        torch: 'x.clone().index_put_((i,), v)',
      },
      {
        in: { x: f([4, 3]), v: f([]) },
        run: ({ x, v }) => x.mul(2).indexPut_([slice(), 1], v),
        torch: 'y = x * 2; y[:, 1] = v; y',
      },
      {
        in: { x: f([4, 3]), i: at([0, 2]), v: f([2]) },
        run: ({ x, i, v }) => x.mul(2).indexPut_([i, 0], v, { accumulate: true }),
        torch: 'y = x * 2; y[:, 0] = y[:, 0].index_put((i,), v, accumulate=True); y',
      },
    ],
  }),
  row('maskedSelect', {
    cases: [
      { in: { x: f([3, 4]), m: bools([3, 4]) }, run: ({ x, m }) => x.maskedSelect(m), torch: 'x.masked_select(m)' },
      {
        in: { x: f([3, 1]), m: bools([4]) },
        run: ({ x, m }) => lib.maskedSelect(x, m),
        torch: 'torch.masked_select(x, m)',
      },
      { in: { x: f([0]), m: bools([0]) }, run: ({ x, m }) => x.maskedSelect(m), torch: 'x.masked_select(m)' },
    ],
    errors: [
      {
        run: () => zeros([2]).maskedSelect(zeros([2])),
        type: DTypeError,
        message: 'maskedSelect: mask must be bool, got float32',
      },
    ],
  }),
  row('maskedScatter', {
    cases: [
      {
        in: { x: f([3, 4]), m: bools([3, 4]), s: f([12]) },
        run: ({ x, m, s }) => x.maskedScatter(m, s),
        torch: 'x.masked_scatter(m, s)',
      },
      {
        in: { x: f([3, 4]), m: bools([4]), s: f([3, 4]) },
        run: ({ x, m, s }) => x.clone().maskedScatter_(m, s),
        torch: 'x.clone().masked_scatter_(m, s)',
      },
      {
        in: { x: f([6]), m: bools([6]), s: f([6]) },
        run: ({ x, m, s }) => lib.maskedScatter(x, m, s),
        torch: 'torch.masked_scatter(x, m, s)',
      },
    ],
    errors: [
      {
        run: () => zeros([2]).maskedScatter(ones([2], { dtype: 'bool' }), zeros([1])),
        type: ShapeError,
        message: 'maskedScatter: source has fewer elements than the 2 that the mask asks for, got source [1]',
      },
    ],
  }),
  row('nonzero', {
    cases: [
      { in: { x: bools([3, 4]) }, run: ({ x }) => x.nonzero(), torch: 'x.nonzero()' },
      { in: { x: ints([2, 3, 2], 0, 2) }, run: ({ x }) => lib.nonzero(x), torch: 'torch.nonzero(x)' },
      {
        in: { x: ints([3, 4], 0, 2) },
        run: ({ x }) => x.nonzero({ asTuple: true }),
        torch: 'x.nonzero(as_tuple=True)',
      },
      { in: { x: f([5]) }, run: ({ x }) => x.nonzero(), torch: 'x.nonzero()', gradcheck: 0 },
      { in: { x: f([0, 2]) }, run: ({ x }) => x.nonzero(), torch: 'x.nonzero()', gradcheck: 0 },
    ],
  }),
  row('embedding', {
    cases: [
      {
        in: { w: f([5, 3]), i: ints([2, 4], 0, 5) },
        run: ({ w, i }) => F.embedding(i, w),
        torch: 'F.embedding(i, w)',
      },
      {
        in: { w: f([5, 3]), i: at([1, 4, 1, 0]) },
        run: ({ w, i }) => F.embedding(i, w, { paddingIdx: 1 }),
        torch: 'F.embedding(i, w, padding_idx=1)',
        gradcheck: 0, // The padding row's gradient is 0 by decree.
      },
      {
        in: { w: f([5, 3]), i: at([1, 4, 1, 0]) },
        run: ({ w, i }) => F.embedding(i, w, { scaleGradByFreq: true, paddingIdx: -1 }),
        torch: 'F.embedding(i, w, scale_grad_by_freq=True, padding_idx=-1)',
        gradcheck: 0, // Scaled by decree, too.
      },
      {
        in: { w: f([5, 3], { grad: false }), i: at([1, 4, 1]) },
        run: ({ w, i }) => F.embedding(i, w, { maxNorm: 1 }),
        torch: 'F.embedding(i, w, max_norm=1.0)',
      },
      {
        in: { w: f([5, 3], { grad: false }), i: at([1, 4, 1]) },
        run: ({ w, i }) => F.embedding(i, w, { maxNorm: 1, normType: 1 }),
        torch: 'F.embedding(i, w, max_norm=1.0, norm_type=1.0)',
      },
      {
        in: { w: f([50, 64]), i: ints([5000], 0, 50) },
        run: ({ w, i }) => F.embedding(i, w),
        large: true,
      },
    ],
    errors: [
      {
        run: () => F.embedding(int([5]), zeros([5, 3])),
        type: IndexError,
        message: 'embedding: index 5 is out of range for dim 0 of size 5',
      },
      {
        run: () => F.embedding(zeros([1]), zeros([5, 3])),
        type: DTypeError,
        message: 'embedding: indices must be int32, got index float32 (use x.int())',
      },
      {
        run: () => F.embedding(int([0]), zeros([5, 3]), { paddingIdx: 5 }),
        type: WasmgradError,
        message: 'embedding: paddingIdx 5 must lie within the 5 embeddings',
      },
      {
        run: () => F.embedding(int([0]), zeros([5])),
        type: ShapeError,
        message: 'embedding: weight must have two dims, got weight [5]',
      },
    ],
  }),
  row('oneHot', {
    cases: [
      { in: { x: ints([2, 3], 0, 4) }, run: ({ x }) => F.oneHot(x, 5), torch: 'F.one_hot(x, 5)' },
      { in: { x: at([0, 2, 1]) }, run: ({ x }) => F.oneHot(x), torch: 'F.one_hot(x)' },
      { in: { x: at(1) }, run: ({ x }) => F.oneHot(x, { numClasses: 3 }), torch: 'F.one_hot(x, 3)' },
    ],
    errors: [
      {
        run: () => F.oneHot(int([5]), 5),
        type: IndexError,
        message: 'oneHot: index 5 is out of range for dim 1 of size 5',
      },
      {
        run: () => F.oneHot(zeros([2]), 5),
        type: DTypeError,
        message: 'oneHot: classes must be int32, got float32',
      },
    ],
  }),
];
