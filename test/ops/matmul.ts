import {
  DTypeError,
  F,
  ShapeError,
  WasmgradError,
  addmm,
  baddbmm,
  bmm,
  dot,
  matmul,
  mm,
  mv,
  ones,
  outer,
  zeros,
} from '../../src/index.js';
import { f, ints, row, type Case, type Row } from './table.js';

type Product = Case<'a' | 'b'>;

function product(a: readonly number[], b: readonly number[]): Product {
  return { in: { a: f(a), b: f(b) }, run: ({ a, b }) => a.matmul(b), torch: 'a @ b' };
}

/** The product of transposed and sliced views, which kernels read in place. */
function views(m: number, n: number, k: number): Product[] {
  return [
    { in: { a: f([k, m]), b: f([k, n]) }, run: ({ a, b }) => a.T.matmul(b), torch: 'a.T @ b' },
    { in: { a: f([m, k]), b: f([n, k]) }, run: ({ a, b }) => a.matmul(b.T), torch: 'a @ b.T' },
    { in: { a: f([k, m]), b: f([n, k]) }, run: ({ a, b }) => a.T.matmul(b.T), torch: 'a.T @ b.T' },
    {
      in: { a: f([2 * m, k]), b: f([k, 2 * n]) },
      run: ({ a, b }) => a.slice(0, 0, null, 2).matmul(b.slice(1, 1, null, 2)),
      torch: 'a[::2] @ b[:, 1::2]',
    },
  ];
}

/** Sizes around the tiles of 4 and 2 rows by 8, 4 and fewer columns; test/products.test.ts has them all. */
const edges = [1, 3, 6, 9].flatMap((m, i) =>
  [1, 4, 7, 18].map((n, j) => product([m, [17, 3, 20, 1][(i + j) % 4]!], [[17, 3, 20, 1][(i + j) % 4]!, n])),
);

/** More elements than gradcheck can afford. */
const big: readonly Product[] = [
  product([18, 33], [33, 30]),
  product([5, 400], [400, 9]),
  product([4, 7, 13], [13, 20]),
].map((sample) => ({ ...sample, gradcheck: 0 as const }));

export const rows: Row[] = [
  row('matmul', {
    cases: [
      ...edges,
      ...big,
      product([5], [5]),
      product([3, 5], [5]),
      product([20, 33], [33]),
      product([5], [5, 3]),
      product([33], [33, 20]),
      product([2, 3, 5], [5]),
      product([5], [2, 5, 3]),
      product([2, 3, 5], [5, 4]),
      product([3, 5], [2, 5, 4]),
      product([2, 3, 5], [2, 5, 4]),
      product([2, 1, 3, 5], [4, 5, 2]),
      product([2, 1, 3, 5], [1, 3, 5, 2]),
      product([0, 5], [5, 3]),
      product([3, 0], [0, 4]),
      product([3, 5], [5, 0]),
      product([0, 3, 5], [0, 5, 2]),
      ...views(3, 6, 5),
      {
        in: { a: f([3, 2, 4, 5]), b: f([3, 2, 4, 5]) },
        run: ({ a, b }) => a.transpose(1, 2).matmul(b.permute([0, 2, 3, 1])),
        torch: 'a.transpose(1, 2) @ b.permute(0, 2, 3, 1)',
      },
      {
        in: { a: f([4, 5]), b: f([5, 3]) },
        run: ({ a, b }) => a.unsqueeze(0).expand([3, 4, 5]).matmul(b),
        torch: 'a.expand(3, 4, 5) @ b',
      },
      { in: { a: ints([7, 9], -50, 50), b: ints([9, 6], -50, 50) }, run: ({ a, b }) => a.matmul(b), torch: 'a @ b' },
      {
        in: { a: ints([3, 4], 0, 9, 'uint8'), b: ints([4, 2], 0, 9, 'uint8') },
        run: ({ a, b }) => a.matmul(b),
        torch: 'a @ b',
      },
      { in: { a: f([3, 5]), b: f([5, 4]) }, run: ({ a, b }) => matmul(a, b), torch: 'torch.matmul(a, b)' },
      { in: { a: f([200, 150]), b: f([150, 300]) }, run: ({ a, b }) => a.matmul(b), large: true },
      { in: { a: f([150, 200]), b: f([300, 150]) }, run: ({ a, b }) => a.T.matmul(b.T), large: true },
      { in: { a: f([400, 300]), b: f([300, 10]) }, run: ({ a, b }) => a.matmul(b), large: true },
      { in: { a: f([5, 700]), b: f([700, 300]) }, run: ({ a, b }) => a.matmul(b), large: true },
      { in: { a: f([2, 2000]), b: f([500, 2000]) }, run: ({ a, b }) => a.matmul(b.T), large: true },
      { in: { a: f([16, 40, 50]), b: f([16, 50, 60]) }, run: ({ a, b }) => a.matmul(b), large: true },
      { in: { a: ints([100, 70], -9, 9), b: ints([70, 80], -9, 9) }, run: ({ a, b }) => a.matmul(b), large: true },
    ],
    errors: [
      {
        run: () => zeros([32, 784]).matmul(zeros([256, 10])),
        type: ShapeError,
        message: 'matmul: inner sizes differ (784 vs 256), got input [32, 784], other [256, 10]',
      },
      {
        run: () => zeros([3]).matmul(zeros([4])),
        type: ShapeError,
        message: 'matmul: inner sizes differ (3 vs 4), got input [3], other [4]',
      },
      {
        run: () => zeros([]).matmul(zeros([4])),
        type: ShapeError,
        message: 'matmul: both operands need at least 1 dim, got input [], other [4] (use mul())',
      },
      {
        run: () => zeros([2, 3, 4]).matmul(zeros([3, 4, 5])),
        type: ShapeError,
        message: 'matmul: batch dims do not broadcast, got input [2, 3, 4], other [3, 4, 5]',
      },
      {
        run: () => zeros([2, 3]).matmul(zeros([3, 2], { dtype: 'float64' })),
        type: DTypeError,
        message: 'matmul: dtypes differ, got input float32, other float64 (convert one with to())',
      },
      {
        run: () => zeros([2, 3], { dtype: 'bool' }).matmul(zeros([3, 2], { dtype: 'bool' })),
        type: DTypeError,
        message: 'matmul: there is no product of this dtype, got input bool, other bool',
      },
    ],
  }),
  row('mm', {
    cases: [
      { in: { a: f([3, 5]), b: f([5, 4]) }, run: ({ a, b }) => a.mm(b), torch: 'a.mm(b)' },
      { in: { a: f([3, 5]), b: f([5, 4]) }, run: ({ a, b }) => mm(a, b), torch: 'torch.mm(a, b)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3, 4]).mm(zeros([4, 2])),
        type: ShapeError,
        message: 'mm: both operands need 2 dims, got input [2, 3, 4], mat2 [4, 2]',
      },
    ],
  }),
  row('bmm', {
    cases: [
      { in: { a: f([2, 3, 5]), b: f([2, 5, 4]) }, run: ({ a, b }) => a.bmm(b), torch: 'a.bmm(b)' },
      { in: { a: f([2, 3, 5]), b: f([2, 5, 4]) }, run: ({ a, b }) => bmm(a, b), torch: 'torch.bmm(a, b)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3, 4]).bmm(zeros([1, 4, 2])),
        type: ShapeError,
        message: 'bmm: batch sizes differ (2 vs 1), got input [2, 3, 4], mat2 [1, 4, 2]',
      },
    ],
  }),
  row('mv', {
    cases: [
      { in: { a: f([3, 5]), b: f([5]) }, run: ({ a, b }) => a.mv(b), torch: 'a.mv(b)' },
      { in: { a: f([20, 30]), b: f([30]) }, run: ({ a, b }) => mv(a, b), torch: 'torch.mv(a, b)', gradcheck: 1 },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).mv(zeros([3, 1])),
        type: ShapeError,
        message: 'mv: operands need 2 and 1 dim, got input [2, 3], vec [3, 1]',
      },
    ],
  }),
  row('dot', {
    cases: [
      { in: { a: f([7]), b: f([7]) }, run: ({ a, b }) => a.dot(b), torch: 'a.dot(b)' },
      { in: { a: f([0]), b: f([0]) }, run: ({ a, b }) => dot(a, b), torch: 'torch.dot(a, b)' },
      { in: { a: f([1500]), b: f([1500]) }, run: ({ a, b }) => dot(a, b), torch: 'torch.dot(a, b)', gradcheck: 0 },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).dot(zeros([3])),
        type: ShapeError,
        message: 'dot: both operands need 1 dim, got input [2, 3], tensor [3]',
      },
    ],
  }),
  row('outer', {
    cases: [
      { in: { a: f([3]), b: f([4]) }, run: ({ a, b }) => a.outer(b), torch: 'a.outer(b)' },
      { in: { a: f([3]), b: f([4]) }, run: ({ a, b }) => outer(a, b), torch: 'torch.outer(a, b)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).outer(zeros([3])),
        type: ShapeError,
        message: 'outer: both operands need 1 dim, got input [2, 3], vec2 [3]',
      },
    ],
  }),
  row('addmm', {
    cases: [
      { in: { x: f([3, 4]), a: f([3, 5]), b: f([5, 4]) }, run: ({ x, a, b }) => x.addmm(a, b), torch: 'x.addmm(a, b)' },
      {
        in: { x: f([4]), a: f([3, 5]), b: f([5, 4]) },
        run: ({ x, a, b }) => addmm(x, a, b, { beta: 0.5, alpha: -2 }),
        torch: 'torch.addmm(x, a, b, beta=0.5, alpha=-2)',
      },
      {
        in: { x: f([3, 1], { grad: false }), a: f([3, 5]), b: f([5, 4]) },
        run: ({ x, a, b }) => addmm(x, a, b, { beta: 0 }),
        torch: 'torch.addmm(x, a, b, beta=0)',
      },
    ],
    errors: [
      {
        run: () => addmm(zeros([2]), zeros([2, 3]), zeros([3])),
        type: ShapeError,
        message: 'addmm: both operands need 2 dims, got mat1 [2, 3], mat2 [3]',
      },
      {
        run: () => addmm(zeros([2]), zeros([2, 3]), zeros([3, 2]), { gamma: 1 } as object),
        type: WasmgradError,
        message: "addmm: unknown option 'gamma' (known: beta, alpha)",
      },
    ],
  }),
  row('baddbmm', {
    cases: [
      {
        in: { x: f([2, 3, 4]), a: f([2, 3, 5]), b: f([2, 5, 4]) },
        run: ({ x, a, b }) => x.baddbmm(a, b),
        torch: 'x.baddbmm(a, b)',
      },
      {
        in: { x: f([3, 1]), a: f([2, 3, 5]), b: f([2, 5, 4]) },
        run: ({ x, a, b }) => baddbmm(x, a, b, { beta: 3, alpha: 0.25 }),
        torch: 'torch.baddbmm(x, a, b, beta=3, alpha=0.25)',
      },
    ],
    errors: [
      {
        run: () => baddbmm(zeros([2]), zeros([2, 3]), zeros([3, 2])),
        type: ShapeError,
        message: 'baddbmm: both operands need 3 dims, got batch1 [2, 3], batch2 [3, 2]',
      },
    ],
  }),
  row('linear', {
    cases: [
      { in: { x: f([5, 7]), w: f([3, 7]) }, run: ({ x, w }) => F.linear(x, w), torch: 'F.linear(x, w)' },
      {
        in: { x: f([5, 7]), w: f([3, 7]), b: f([3]) },
        run: ({ x, w, b }) => F.linear(x, w, b),
        torch: 'F.linear(x, w, b)',
      },
      {
        in: { x: f([7]), w: f([3, 7]), b: f([3]) },
        run: ({ x, w, b }) => F.linear(x, w, b),
        torch: 'F.linear(x, w, b)',
      },
      {
        in: { x: f([2, 3, 4, 5]), w: f([6, 5]), b: f([6]) },
        run: ({ x, w, b }) => F.linear(x, w, b),
        torch: 'F.linear(x, w, b)',
      },
      {
        in: { x: f([0, 5]), w: f([6, 5]), b: f([6]) },
        run: ({ x, w, b }) => F.linear(x, w, b),
        torch: 'F.linear(x, w, b)',
      },
      {
        in: { x: f([4, 3, 5]), w: f([5, 6]), b: f([6]) },
        run: ({ x, w, b }) => F.linear(x.transpose(0, 1), w.T, b),
        torch: 'F.linear(x.transpose(0, 1), w.T, b)',
      },
      {
        in: { x: f([1, 90]), w: f([11, 90]), b: f([11]) },
        run: ({ x, w, b }) => F.linear(x, w, b),
        torch: 'F.linear(x, w, b)',
        gradcheck: 0,
      },
      {
        in: { x: f([70, 24]), w: f([19, 24]), b: f([19]) },
        run: ({ x, w, b }) => F.linear(x, w, b),
        torch: 'F.linear(x, w, b)',
        gradcheck: 0,
      },
      { in: { x: f([130, 200]), w: f([150, 200]), b: f([150]) }, run: ({ x, w, b }) => F.linear(x, w, b), large: true },
    ],
    errors: [
      {
        run: () => F.linear(zeros([2, 3]), zeros([4, 5])),
        type: ShapeError,
        message: 'linear: inner sizes differ (3 vs 5), got input [2, 3], weight [4, 5]',
      },
      {
        run: () => F.linear(zeros([2, 3]), zeros([4, 3]), ones([3])),
        type: ShapeError,
        message: 'linear: bias must have shape [4], got input [2, 3], weight [4, 3], bias [3]',
      },
      {
        run: () => F.linear(zeros([2, 3]), zeros([3])),
        type: ShapeError,
        message: 'linear: weight must have 2 dims, got input [2, 3], weight [3]',
      },
      {
        run: () => F.linear(zeros([2, 3], { dtype: 'int32' }), zeros([4, 3], { dtype: 'int32' })),
        type: DTypeError,
        message: 'linear: floats wanted, got input int32, weight int32',
      },
    ],
  }),
];
