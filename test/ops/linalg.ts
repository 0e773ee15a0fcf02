import { DTypeError, ShapeError, WasmgradError, eye, linalg, tensor, zeros, type Tensor } from '../../src/index.js';
import { f, row, values, type Case, type Row } from './table.js';

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

const squares = [
  [3, 3],
  [2, 4, 4],
  [2, 1, 5, 5],
  [1, 1],
  [0, 0],
  [2, 0, 0],
] as const;

type One = Case<'a'>;

/** A function of sound matrices of several shapes. */
function onSquares(run: (a: Tensor) => ReturnType<One['run']>, torch: string): One[] {
  return squares.map((shape) => ({
    in: { a: f(shape) },
    run: ({ a }) => run(sound(a)),
    torch: `${SOUND}${torch.replaceAll('$', 's(a)')}`,
  }));
}

export const rows: Row[] = [
  row('linalg.inv', {
    cases: onSquares((a) => linalg.inv(a), 'torch.linalg.inv($)'),
    errors: [
      {
        run: () =>
          linalg.inv(
            tensor([
              [1, 2],
              [2, 4],
            ]),
          ),
        type: WasmgradError,
        message: 'inv: the matrix is singular: diagonal element 2 of its triangular factor is zero',
      },
      {
        run: () =>
          linalg.inv(
            tensor([
              [
                [1, 2],
                [3, 4],
              ],
              [
                [0, 0],
                [0, 0],
              ],
            ]),
          ),
        type: WasmgradError,
        message:
          'inv: the matrix is singular: diagonal element 1 of its triangular factor is zero (number 1 of the batch)',
      },
      {
        run: () => linalg.inv(zeros([2, 3])),
        type: ShapeError,
        message: 'inv: input must be a square matrix, or a batch of them, got input [2, 3]',
      },
      {
        run: () => linalg.inv(zeros([2, 2], { dtype: 'int32' })),
        type: DTypeError,
        message: 'inv: input must be floating point, got input int32',
      },
      {
        run: () => linalg.inv(zeros([2])),
        type: ShapeError,
        message: 'inv: input must have at least 2 dims, got input [2]',
      },
    ],
  }),
  row('linalg.solve', {
    cases: [
      ...(
        [
          [
            [3, 3],
            [3, 2],
          ],
          [[3, 3], [3]],
          [
            [2, 3, 3],
            [3, 2],
          ],
          [
            [2, 3, 3],
            [2, 3],
          ],
          [
            [3, 3],
            [4, 3, 1],
          ],
          [[2, 4, 4], [4]],
        ] as const
      ).map(([a, b]): Case<'a' | 'b'> => ({
        in: { a: f(a), b: f(b) },
        run: (x) => linalg.solve(sound(x.a), x.b),
        torch:
          b.length === 1 && a.length === 3
            ? `${SOUND}torch.linalg.solve(s(a), b.expand(2, 4))`
            : `${SOUND}torch.linalg.solve(s(a), b)`,
      })),
      {
        in: { a: f([2, 3, 3]), b: f([4, 3]) },
        run: ({ a, b }) => linalg.solve(sound(a), b, { left: false }),
        torch: `${SOUND}torch.linalg.solve(s(a), b, left=False)`,
      },
      {
        in: {
          a: values([
            [0, 1, 2],
            [3, 0, 1],
            [1, 4, 0],
          ]),
          b: f([3, 2]),
        },
        run: ({ a, b }) => linalg.solve(a, b),
        torch: 'torch.linalg.solve(a, b)',
      },
      {
        in: { a: f([20, 17, 17]), b: f([20, 17, 3]) },
        run: ({ a, b }) => linalg.solve(sound(a.mul(0.5)), b),
        large: true,
      },
    ],
    errors: [
      {
        run: () => linalg.solve(zeros([3, 3]), zeros([2, 2])),
        type: ShapeError,
        message: 'solve: sizes do not fit, got input [3, 3], other [2, 2]',
      },
      {
        run: () => linalg.solve(zeros([3, 3]), zeros([3])),
        type: WasmgradError,
        message: 'solve: the matrix is singular: diagonal element 1 of its triangular factor is zero',
      },
      {
        run: () => linalg.solve(zeros([3, 3]), zeros([3], { dtype: 'float64' })),
        type: DTypeError,
        message: 'solve: dtypes differ, got input float32, other float64 (convert one with to())',
      },
      {
        run: () => linalg.solve(zeros([3, 3]), zeros([3]), { left: false }),
        type: ShapeError,
        message: 'solve: with left: false, the right-hand side must be a matrix',
      },
    ],
  }),
  row('linalg.solveTriangular', {
    cases: [true, false].flatMap((upper): Case<'a' | 'b'>[] => {
      const name = upper ? 'True' : 'False';
      return [
        {
          in: { a: f([4, 4]), b: f([4, 2]) },
          run: ({ a, b }) => linalg.solveTriangular(sound(a), b, { upper }),
          torch: `${SOUND}x = s(a)\ntorch.linalg.solve_triangular(x.triu() if ${name} else x.tril(), b, upper=${name})`,
        },
        {
          in: { a: f([2, 3, 3]), b: f([4, 3]) },
          run: ({ a, b }) => linalg.solveTriangular(sound(a), b, { upper, left: false }),
          torch: `${SOUND}x = s(a)\ntorch.linalg.solve_triangular(x.triu() if ${name} else x.tril(), b, upper=${name}, left=False)`,
        },
        {
          in: { a: f([3, 3]), b: f([2, 3, 1]) },
          run: ({ a, b }) => linalg.solveTriangular(a, b, { upper, unitriangular: true }),
          torch: `torch.linalg.solve_triangular(a.triu() if ${name} else a.tril(), b, upper=${name}, unitriangular=True)`,
        },
      ];
    }),
    errors: [
      {
        run: () => linalg.solveTriangular(zeros([3, 3]), zeros([3, 1]), undefined as never),
        type: WasmgradError,
        message: 'solveTriangular: say whether the matrix is upper: true or false',
      },
      {
        run: () => linalg.solveTriangular(zeros([3, 3]), zeros([2, 1]), { upper: true }),
        type: ShapeError,
        message: 'solveTriangular: sizes do not fit, got input [3, 3], other [2, 1]',
      },
    ],
  }),
  row('linalg.det', {
    cases: [
      ...onSquares((a) => linalg.det(a), 'torch.linalg.det($)'),
      { in: { a: f([3, 3]) }, run: ({ a }) => linalg.det(a), torch: 'torch.linalg.det(a)' },
      {
        // A singular matrix: PyTorch's gradient of det itself is 0 there, which is not the derivative.
        in: {
          a: values([
            [1, 2, 3],
            [2, 4, 6],
            [1, 0, 1],
          ]),
        },
        run: ({ a }) => linalg.det(a),
        torch: 'a[0].dot(torch.linalg.cross(a[1], a[2]))',
        gradcheck: 1,
      },
    ],
    errors: [
      {
        run: () => linalg.det(zeros([2, 3])),
        type: ShapeError,
        message: 'det: input must be a square matrix, or a batch of them, got input [2, 3]',
      },
    ],
  }),
  row('linalg.slogdet', {
    cases: [
      ...onSquares((a) => linalg.slogdet(a), 'torch.linalg.slogdet($)'),
      {
        in: {
          a: values([
            [1, 2],
            [3, 4],
          ]),
        },
        run: ({ a }) => linalg.slogdet(a),
        torch: 'torch.linalg.slogdet(a)',
      },
      {
        in: {
          a: values(
            [
              [1, 2],
              [2, 4],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ a }) => linalg.slogdet(a),
        torch: 'torch.linalg.slogdet(a)',
      },
    ],
    errors: [
      {
        run: () => linalg.slogdet(zeros([2, 3])),
        type: ShapeError,
        message: 'slogdet: input must be a square matrix, or a batch of them, got input [2, 3]',
      },
    ],
  }),
  row('linalg.cholesky', {
    cases: [
      ...squares.map((shape): One => ({
        in: { a: f(shape) },
        run: ({ a }) => linalg.cholesky(definite(a)),
        torch: `${DEFINITE}torch.linalg.cholesky(d(a))`,
      })),
      {
        in: { a: f([2, 3, 3]) },
        run: ({ a }) => linalg.cholesky(definite(a), { upper: true }),
        torch: `${DEFINITE}torch.linalg.cholesky(d(a), upper=True)`,
      },
    ],
    errors: [
      {
        run: () =>
          linalg.cholesky(
            tensor([
              [1, 2],
              [2, 1],
            ]),
          ),
        type: WasmgradError,
        message: 'cholesky: the matrix is not positive-definite: its leading minor of order 2 is not',
      },
      {
        run: () => linalg.cholesky(zeros([2, 3])),
        type: ShapeError,
        message: 'cholesky: input must be a square matrix, or a batch of them, got input [2, 3]',
      },
    ],
  }),
];
