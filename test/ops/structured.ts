import {
  DTypeError,
  ShapeError,
  WasmgradError,
  blockDiag,
  cartesianProd,
  cdist,
  cross,
  diag,
  diagEmbed,
  diagflat,
  kron,
  tensor,
  trace,
  zeros,
} from '../../src/index.js';
import { f, ints, row, values, type Case, type Row } from './table.js';

type Points = Case<'a' | 'b'>;

function distances(p: number, torch: string): Points[] {
  return [
    {
      in: { a: f([3, 4]), b: f([2, 4]) },
      run: ({ a, b }) => cdist(a, b, { p }),
      torch: `torch.cdist(a, b, p=${torch})`,
    },
    {
      in: { a: f([2, 1, 3, 2]), b: f([3, 2, 2]) },
      run: ({ a, b }) => cdist(a, b, { p }),
      torch: `torch.cdist(a, b, p=${torch})`,
    },
  ];
}

export const rows: Row[] = [
  row('kron', {
    cases: [
      { in: { a: f([2, 3]), b: f([3, 2]) }, run: ({ a, b }) => a.kron(b), torch: 'torch.kron(a, b)' },
      { in: { a: f([2]), b: f([2, 3, 2]) }, run: ({ a, b }) => kron(a, b), torch: 'torch.kron(a, b)' },
      { in: { a: ints([2, 2], 0, 9), b: ints([3], 0, 9) }, run: ({ a, b }) => kron(a, b), torch: 'torch.kron(a, b)' },
    ],
    errors: [
      {
        run: () => kron(zeros([2]), 3 as never),
        type: DTypeError,
        message: 'kron: other must be a tensor, got number',
      },
    ],
  }),
  row('cross', {
    cases: [
      { in: { a: f([3]), b: f([3]) }, run: ({ a, b }) => a.cross(b), torch: 'torch.cross(a, b)' },
      { in: { a: f([2, 3, 3]), b: f([2, 3, 3]) }, run: ({ a, b }) => cross(a, b), torch: 'torch.cross(a, b)' },
      { in: { a: f([2, 3, 3]), b: f([2, 3, 3]) }, run: ({ a, b }) => cross(a, b, -1), torch: 'torch.cross(a, b, -1)' },
      {
        in: { a: f([3, 2, 3]), b: f([3, 2, 3]) },
        run: ({ a, b }) => cross(a, b, { dim: 2 }),
        torch: 'torch.cross(a, b, dim=2)',
      },
    ],
    errors: [
      {
        run: () => cross(zeros([2, 4]), zeros([2, 4])),
        type: ShapeError,
        message: 'cross: no dim has size 3, got input [2, 4], other [2, 4]',
      },
      {
        run: () => cross(zeros([2, 4]), zeros([2, 4]), 1),
        type: ShapeError,
        message: 'cross: dim 1 must have size 3, got input [2, 4], other [2, 4]',
      },
    ],
  }),
  row('trace', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.trace(), torch: 'x.trace()' },
      { in: { x: ints([3, 3], 0, 9) }, run: ({ x }) => trace(x), torch: 'torch.trace(x)' },
    ],
    errors: [{ run: () => trace(zeros([3])), type: ShapeError, message: 'trace: takes a matrix, got input [3]' }],
  }),
  row('diagEmbed', {
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.diagEmbed(), torch: 'x.diag_embed()' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.diagEmbed(1), torch: 'x.diag_embed(1)' },
      {
        in: { x: f([2, 3]) },
        run: ({ x }) => diagEmbed(x, { offset: -2, dim1: 0, dim2: 1 }),
        torch: 'torch.diag_embed(x, offset=-2, dim1=0, dim2=1)',
      },
      {
        in: { x: f([2, 3]) },
        run: ({ x }) => diagEmbed(x, 1, 2, 0),
        torch: 'torch.diag_embed(x, 1, 2, 0)',
      },
      {
        in: { x: values([1, Infinity, NaN]) },
        run: ({ x }) => diagEmbed(x),
        torch: 'torch.diag_embed(x)',
        gradcheck: 0,
      },
      { in: { x: ints([3], 0, 9) }, run: ({ x }) => diagEmbed(x), torch: 'torch.diag_embed(x)' },
    ],
    errors: [
      {
        run: () => diagEmbed(zeros([3]), { dim1: 0, dim2: -2 }),
        type: ShapeError,
        message: 'diagEmbed: needs two different dims, got 0 and -2',
      },
      {
        run: () => diagEmbed(tensor(3)),
        type: ShapeError,
        message: 'diagEmbed: needs at least one dim, got input []',
      },
    ],
  }),
  row('diag', {
    cases: [
      { in: { x: f([3]) }, run: ({ x }) => x.diag(), torch: 'x.diag()' },
      { in: { x: f([3]) }, run: ({ x }) => diag(x, { diagonal: -1 }), torch: 'torch.diag(x, diagonal=-1)' },
      { in: { x: f([3, 4]) }, run: ({ x }) => diag(x, 1), torch: 'torch.diag(x, 1)' },
      { in: { x: f([3, 4]) }, run: ({ x }) => diag(x), torch: 'torch.diag(x)' },
    ],
    errors: [
      {
        run: () => diag(zeros([1, 2, 3])),
        type: ShapeError,
        message: 'diag: takes a vector or a matrix, got input [1, 2, 3]',
      },
    ],
  }),
  row('diagflat', {
    cases: [
      { in: { x: f([2, 2]) }, run: ({ x }) => diagflat(x), torch: 'torch.diagflat(x)' },
      { in: { x: f([3]) }, run: ({ x }) => diagflat(x, { offset: 1 }), torch: 'torch.diagflat(x, offset=1)' },
    ],
  }),
  row('blockDiag', {
    cases: [
      {
        in: { a: f([2, 3]), b: f([2]), c: f([]) },
        run: ({ a, b, c }) => blockDiag(a, b, c),
        torch: 'torch.block_diag(a, b, c)',
      },
    ],
    errors: [
      {
        run: () => blockDiag(zeros([2, 2]), zeros([1, 2, 3])),
        type: ShapeError,
        message: 'blockDiag: tensors[1] has more than two dims, got input [1, 2, 3]',
      },
    ],
  }),
  row('cartesianProd', {
    cases: [
      { in: { a: f([2]), b: f([3]) }, run: ({ a, b }) => cartesianProd(a, b), torch: 'torch.cartesian_prod(a, b)' },
      {
        in: { a: ints([2], 0, 9), b: ints([3], 0, 9) },
        run: ({ a, b }) => cartesianProd(a, b, a),
        torch: 'torch.cartesian_prod(a, b, a)',
      },
      { in: { a: f([2]) }, run: ({ a }) => cartesianProd(a), torch: 'torch.cartesian_prod(a)' },
    ],
    errors: [
      {
        run: () => cartesianProd(zeros([2, 2])),
        type: ShapeError,
        message: 'cartesianProd: tensors[0] must be a vector, got input [2, 2]',
      },
    ],
  }),
  row('cdist', {
    cases: [
      { in: { a: f([3, 4]), b: f([2, 4]) }, run: ({ a, b }) => cdist(a, b), torch: 'torch.cdist(a, b)' },
      { in: { a: f([3, 4]), b: f([2, 4]) }, run: ({ a, b }) => cdist(a, b, 1), torch: 'torch.cdist(a, b, 1)' },
      ...distances(2, '2'),
      ...distances(1, '1'),
      ...distances(3, '3'),
      ...distances(1.5, '1.5'),
      ...distances(Infinity, "float('inf')"),
      ...distances(0, '0').map((sample) => ({ ...sample, gradcheck: 0 as const })),
      {
        in: { a: f([27, 2]), b: f([3, 2]) },
        run: ({ a, b }) => cdist(a, b),
        torch: 'torch.cdist(a, b)',
        tolerance: { float32: 1e-5, float64: 1e-11 },
      },
      {
        in: { a: f([3, 4]), b: f([2, 4]) },
        run: ({ a, b }) => cdist(a, b, { computeMode: 'use_mm_for_euclid_dist' }),
        torch: "torch.cdist(a, b, compute_mode='use_mm_for_euclid_dist')",
      },
      {
        in: { a: f([27, 2]), b: f([3, 2]) },
        run: ({ a, b }) => cdist(a, b, { computeMode: 'donot_use_mm_for_euclid_dist' }),
        torch: "torch.cdist(a, b, compute_mode='donot_use_mm_for_euclid_dist')",
      },
      {
        in: {
          a: values([
            [1, 2],
            [3, 4],
          ]),
          b: values([
            [1, 2],
            [0, 0],
          ]),
        },
        run: ({ a, b }) => cdist(a, b),
        torch: 'torch.cdist(a, b)',
        gradcheck: 0, // no derivative where a distance is 0
      },
      {
        in: {
          a: values([
            [1, 2],
            [3, 4],
          ]),
          b: values([
            [1, 2],
            [0, 0],
          ]),
        },
        run: ({ a, b }) => cdist(a, b, { computeMode: 'use_mm_for_euclid_dist' }),
        torch: "torch.cdist(a, b, compute_mode='use_mm_for_euclid_dist')",
        gradcheck: 0,
      },
    ],
    errors: [
      {
        run: () => cdist(zeros([2, 3]), zeros([2, 4])),
        type: ShapeError,
        message: 'cdist: last sizes differ, got x1 [2, 3], x2 [2, 4]',
      },
      {
        run: () => cdist(zeros([2, 3]), zeros([2, 3]), { p: -1 }),
        type: WasmgradError,
        message: 'cdist: p must be at least 0, got -1',
      },
      {
        run: () => cdist(zeros([2, 3]), zeros([2, 3], { dtype: 'float64' })),
        type: DTypeError,
        message: 'cdist: floats of one dtype wanted, got x1 float32, x2 float64',
      },
    ],
  }),
];
