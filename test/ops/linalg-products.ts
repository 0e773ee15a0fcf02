import { ShapeError, WasmgradError, eye, linalg, zeros, type Tensor } from '../../src/index.js';
import { f, ints, row, values, type Case, type Row } from './table.js';

/** A well-conditioned matrix from any of its shape. */
function sound(a: Tensor): Tensor {
  return a.add(eye(a.shape.at(-1)!, { dtype: a.dtype }).mul(5));
}

/** A positive-definite matrix from any square one; symmetric. */
function definite(a: Tensor): Tensor {
  return sound(a.matmul(a.mT));
}

const SOUND = 's = lambda a: a + 5 * torch.eye(a.shape[-1])\n';
const DEFINITE = 'd = lambda a: a @ a.mT + 5 * torch.eye(a.shape[-1])\n';

type One = Case<'a'>;

export const rows: Row[] = [
  row('linalg.pinv', {
    cases: [
      ...(
        [
          [4, 3],
          [3, 4],
          [2, 3, 2],
          [3, 3],
          [0, 3],
        ] as const
      ).map((shape): One => ({ in: { a: f(shape) }, run: ({ a }) => linalg.pinv(a), torch: 'torch.linalg.pinv(a)' })),
      {
        in: {
          a: values(
            [
              [1, 2],
              [2, 4],
              [3, 6],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ a }) => linalg.pinv(a),
        torch: 'torch.linalg.pinv(a)',
      },
      {
        in: {
          a: values(
            [
              [3, 0],
              [0, 0.5],
              [0, 0],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ a }) => [
          linalg.pinv(a, { atol: 1 }),
          linalg.pinv(a, { rtol: 0.2 }),
          linalg.pinv(a, { atol: 0.1, rtol: 0.2 }),
        ],
        torch:
          '(torch.linalg.pinv(a, atol=1.0), torch.linalg.pinv(a, rtol=0.2), torch.linalg.pinv(a, atol=0.1, rtol=0.2))',
      },
      {
        in: { a: f([3, 3]) },
        run: ({ a }) => linalg.pinv(definite(a), { hermitian: true }),
        torch: `${DEFINITE}torch.linalg.pinv(d(a), hermitian=True)`,
      },
      {
        in: { a: f([3, 3], { grad: false }) },
        run: ({ a }) => linalg.pinv(definite(a).add(a.triu(1)), { hermitian: true }),
        torch: `${DEFINITE}torch.linalg.pinv(d(a) + a.triu(1), hermitian=True)`,
      },
    ],
    errors: [
      {
        run: () => linalg.pinv(zeros([2, 2]), { atol: -1 }),
        type: WasmgradError,
        message: 'pinv: a tolerance must be at least 0, got -1',
      },
    ],
  }),
  row('linalg.lstsq', {
    cases: [
      ...(
        [
          [
            [4, 2],
            [4, 3],
          ],
          [
            [2, 4],
            [2, 1],
          ],
          [
            [2, 3, 2],
            [2, 3, 2],
          ],
        ] as const
      ).map(([a, b]): Case<'a' | 'b'> => ({
        in: { a: f(a), b: f(b) },
        run: (x) => linalg.lstsq(x.a, x.b)[0],
        torch: 'torch.linalg.lstsq(a, b).solution',
      })),
      ...(['gels', 'gelsy', 'gelsd', 'gelss'] as const).map((driver): Case<'a' | 'b'> => ({
        in: { a: f([4, 2], { grad: false }), b: f([4, 3], { grad: false }) },
        run: ({ a, b }) => linalg.lstsq(a, b, { driver }),
        torch: `x = torch.linalg.lstsq(a, b, driver='${driver}')\n(x.solution, x.residuals, x.rank, x.singular_values)`,
      })),
      {
        in: {
          a: values(
            [
              [3, 0],
              [0, 0.5],
              [0, 0],
            ],
            'float32',
            { grad: false },
          ),
          b: f([3, 1], { grad: false }),
        },
        run: ({ a, b }) => linalg.lstsq(a, b, { rcond: 0.5, driver: 'gelsd' }),
        torch:
          "x = torch.linalg.lstsq(a, b, rcond=0.5, driver='gelsd')\n(x.solution, x.residuals, x.rank, x.singular_values)",
      },
    ],
    errors: [
      {
        run: () => linalg.lstsq(zeros([3, 2]), zeros([2, 1])),
        type: ShapeError,
        message: 'lstsq: sizes do not fit, got input [3, 2], other [2, 1]',
      },
      {
        run: () => linalg.lstsq(zeros([3, 2]), zeros([3, 1]), { driver: 'qr' as 'gels' }),
        type: WasmgradError,
        message: "lstsq: driver must be one of gels, gelsy, gelsd, gelss, got 'qr'",
      },
    ],
  }),
  row('linalg.matrixExp', {
    cases: (
      [
        [3, 3],
        [2, 2, 2],
        [1, 1],
        [0, 0],
      ] as const
    ).map((shape): One => ({
      in: { a: f(shape) },
      run: ({ a }) => linalg.matrixExp(a),
      torch: 'torch.linalg.matrix_exp(a)',
    })),
    errors: [
      {
        run: () => linalg.matrixExp(zeros([2, 3])),
        type: ShapeError,
        message: 'matrixExp: input must be a square matrix, or a batch of them, got input [2, 3]',
      },
    ],
  }),
  row('linalg.matrixPower', {
    cases: [
      ...[0, 1, 2, 3, 6].map((n): One => ({
        in: { a: f([2, 3, 3]) },
        run: ({ a }) => linalg.matrixPower(a, n),
        torch: `torch.linalg.matrix_power(a, ${n})`,
      })),
      {
        in: { a: f([3, 3]) },
        run: ({ a }) => linalg.matrixPower(sound(a), -2),
        torch: `${SOUND}torch.linalg.matrix_power(s(a), -2)`,
      },
      {
        in: { a: ints([2, 2], -3, 4) },
        run: ({ a }) => linalg.matrixPower(a, 3),
        torch: 'torch.linalg.matrix_power(a, 3)',
      },
    ],
    errors: [
      {
        run: () => linalg.matrixPower(zeros([2, 2]), 0.5),
        type: WasmgradError,
        message: 'matrixPower: n must be a whole number, got 0.5',
      },
      {
        run: () => linalg.matrixPower(zeros([2, 3]), 2),
        type: ShapeError,
        message: 'matrixPower: input must be a square matrix, or a batch of them, got input [2, 3]',
      },
    ],
  }),
  row('linalg.multiDot', {
    cases: [
      {
        in: { a: f([2, 5]), b: f([5, 3]), c: f([3, 4]) },
        run: ({ a, b, c }) => linalg.multiDot([a, b, c]),
        torch: 'torch.linalg.multi_dot([a, b, c])',
      },
      {
        in: { a: f([5]), b: f([5, 3]), c: f([3]) },
        run: ({ a, b, c }) => linalg.multiDot([a, b, c]),
        torch: 'torch.linalg.multi_dot([a, b, c])',
      },
    ],
    errors: [
      {
        run: () => linalg.multiDot([zeros([2, 3])]),
        type: WasmgradError,
        message: 'multiDot: needs at least two tensors, got 1',
      },
    ],
  }),
  row('linalg.cross', {
    cases: [
      { in: { a: f([3, 3]), b: f([1, 3]) }, run: ({ a, b }) => linalg.cross(a, b), torch: 'torch.linalg.cross(a, b)' },
      {
        in: { a: f([3, 2]), b: f([3, 2]) },
        run: ({ a, b }) => linalg.cross(a, b, { dim: 0 }),
        torch: 'torch.linalg.cross(a, b, dim=0)',
      },
    ],
    errors: [
      {
        run: () => linalg.cross(zeros([3, 2]), zeros([3, 2])),
        type: ShapeError,
        message: 'cross: dim -1 must have size 3, got input [3, 2], other [3, 2]',
      },
    ],
  }),
  row('linalg.vecdot', {
    cases: [
      { in: { a: f([2, 3]), b: f([3]) }, run: ({ a, b }) => linalg.vecdot(a, b), torch: 'torch.linalg.vecdot(a, b)' },
      {
        in: { a: f([2, 3]), b: f([2, 3]) },
        run: ({ a, b }) => linalg.vecdot(a, b, { dim: 0 }),
        torch: 'torch.linalg.vecdot(a, b, dim=0)',
      },
    ],
  }),
];
