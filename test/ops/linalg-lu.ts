import {
  DTypeError,
  IndexError,
  ShapeError,
  WasmgradError,
  linalg,
  ones,
  tensor,
  zeros,
  type Tensor,
} from '../../src/index.js';
import { f, row, values, type Case, type Row } from './table.js';

type One = Case<'a'>;

const shapes = [
  [3, 3],
  [4, 2],
  [2, 4],
  [2, 3, 2],
  [2, 1, 2, 3],
  [1, 1],
  [0, 0],
  [0, 2],
  [2, 3, 0],
] as const;

const SINGULAR = [
  [1, 2],
  [2, 4],
] as const;

/** Whose rows would be exchanged. */
const small = values([
  [1, 2, 3],
  [4, 5.5, 6],
  [7, 8, 1],
]);

/** LU without exchanges, as it is said in books. */
const UNPIVOTED = `def factors(a):
    l = torch.eye(a.shape[0])
    for k in range(a.shape[0] - 1):
        e = torch.cat([torch.zeros(k + 1, 1), a[k + 1:, k:k + 1] / a[k, k]])
        a = a - e * a[k]
        l = torch.cat([l[:, :k], l[:, k:k + 1] + e, l[:, k + 1:]], 1)
    return l, a
l, u = factors(a)
`;

const int = (list: number[]): Tensor => tensor(list, { dtype: 'int32' });

/** A system with the factors of `a` and both options. */
function system(a: readonly number[], b: readonly number[], left = true, adjoint = false): Case<'a' | 'b'> {
  return {
    in: { a: f(a), b: f(b) },
    run: (x) => linalg.luSolve(...linalg.luFactor(x.a), x.b, { left, adjoint }),
    torch: `torch.linalg.lu_solve(*torch.linalg.lu_factor(a), b, left=${left ? 'True' : 'False'}, adjoint=${adjoint ? 'True' : 'False'})`,
  };
}

export const rows: Row[] = [
  row('linalg.luFactor', {
    cases: [
      ...shapes.map((shape): One => ({
        in: { a: f(shape) },
        run: ({ a }) => linalg.luFactor(a),
        torch: 'torch.linalg.lu_factor(a)',
      })),
      {
        in: { a: small },
        run: ({ a }) => linalg.luFactor(a, { pivot: false }),
        torch: `${UNPIVOTED}(l.tril(-1) + u.triu(), torch.tensor([1, 2, 3], dtype=torch.int32))`,
      },
      { in: { a: f([20, 17, 19]) }, run: ({ a }) => linalg.luFactor(a), large: true },
    ],
    errors: [
      {
        run: () => linalg.luFactor(tensor(SINGULAR)),
        type: WasmgradError,
        message: 'luFactor: diagonal element 2 of U is zero (linalg.lu allows that)',
      },
      {
        run: () => linalg.luFactor(zeros([2, 3, 3])),
        type: WasmgradError,
        message: 'luFactor: diagonal element 1 of U is zero (linalg.lu allows that) (number 0 of the batch)',
      },
      {
        run: () => linalg.luFactor(zeros([2])),
        type: ShapeError,
        message: 'luFactor: input must have at least 2 dims, got input [2]',
      },
      {
        run: () => linalg.luFactor(ones([2, 2], { dtype: 'int32' })),
        type: DTypeError,
        message: 'luFactor: input must be floating point, got input int32',
      },
    ],
  }),
  row('linalg.lu', {
    cases: [
      ...shapes.map((shape): One => ({
        in: { a: f(shape) },
        run: ({ a }) => linalg.lu(a),
        torch: 'torch.linalg.lu(a)',
      })),
      {
        in: { a: small },
        run: ({ a }) => linalg.lu(a, { pivot: false }),
        torch: `${UNPIVOTED}(torch.zeros(0), l, u.triu())`,
      },
      {
        in: { a: values(SINGULAR, 'float32', { grad: false }) },
        run: ({ a }) => linalg.lu(a),
        torch: 'torch.linalg.lu(a)',
      },
      { in: { a: f([20, 19, 17]) }, run: ({ a }) => linalg.lu(a), large: true },
    ],
    errors: [
      {
        run: () => linalg.lu(zeros([2])),
        type: ShapeError,
        message: 'lu: input must have at least 2 dims, got input [2]',
      },
    ],
  }),
  row('linalg.luSolve', {
    cases: [
      system([3, 3], [3, 2]),
      system([2, 3, 3], [3, 1]),
      system([3, 3], [2, 3, 2]),
      system([3, 3], [2, 3], false),
      system([3, 3], [3, 2], true, true),
      system([2, 3, 3], [2, 4, 3], false, true),
      system([2, 0, 0], [0, 2]),
      {
        // Factors and pivots of one's own.
        in: { a: f([3, 3], { min: 1, max: 2 }), b: f([3, 2]) },
        run: ({ a, b }) => linalg.luSolve(a, int([3, 3, 3]), b),
        torch: 'torch.linalg.lu_solve(a, torch.tensor([3, 3, 3], dtype=torch.int32), b)',
      },
      {
        in: { a: f([20, 17, 17]), b: f([20, 17, 3]) },
        run: ({ a, b }) => linalg.luSolve(...linalg.luFactor(a), b, { adjoint: true }),
        large: true,
      },
    ],
    errors: [
      {
        run: () => linalg.luSolve(zeros([3, 3]), int([1, 2, 4]), zeros([3, 1])),
        type: IndexError,
        message: 'luSolve: pivots must be in 1 … 3, got 4',
      },
      {
        run: () => linalg.luSolve(zeros([3, 2]), int([1, 2]), zeros([3, 1])),
        type: ShapeError,
        message: 'luSolve: input must be a square matrix, or a batch of them, got input [3, 2]',
      },
      {
        run: () => linalg.luSolve(zeros([3, 3]), int([1, 2]), zeros([3, 1])),
        type: ShapeError,
        message: 'luSolve: there must be a pivot for each row, got input [3, 3], pivots [2]',
      },
      {
        run: () => linalg.luSolve(zeros([3, 3]), zeros([3]), zeros([3, 1])),
        type: DTypeError,
        message: 'luSolve: pivots must be int32, got pivots float32',
      },
      {
        run: () => linalg.luSolve(zeros([3, 3]), int([1, 2, 3]), zeros([2, 1])),
        type: ShapeError,
        message: 'luSolve: sizes do not fit, got input [3, 3], other [2, 1]',
      },
      {
        run: () => linalg.luSolve(zeros([3, 3]), int([1, 2, 3]), zeros([3])),
        type: ShapeError,
        message: 'luSolve: other must have at least 2 dims, got other [3]',
      },
    ],
  }),
];
