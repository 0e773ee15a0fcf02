import {
  DTypeError,
  ShapeError,
  choleskyInverse,
  choleskySolve,
  eye,
  ones,
  zeros,
  type Tensor,
} from '../../src/index.js';
import { f, row, type Row } from './table.js';

/** A triangular factor with a sound diagonal. */
function factor(a: Tensor): Tensor {
  return a.tril().add(eye(a.shape.at(-1)!, { dtype: a.dtype }).mul(4));
}

const FACTOR = 's = lambda a: a.tril() + 4 * torch.eye(a.shape[-1])\n';

export const rows: Row[] = [
  row('choleskySolve', {
    cases: [
      {
        in: { b: f([4, 2]), a: f([4, 4]) },
        run: ({ b, a }) => choleskySolve(b, factor(a)),
        torch: `${FACTOR}torch.cholesky_solve(b, s(a))`,
      },
      {
        in: { b: f([2, 3, 1]), a: f([3, 3]) },
        run: ({ b, a }) => [choleskySolve(b, factor(a).mT, true), choleskySolve(b, factor(a).mT, { upper: true })],
        torch: `${FACTOR}[torch.cholesky_solve(b, s(a).mT, upper=True)] * 2`,
      },
      {
        in: { b: f([0, 2]), a: f([0, 0]) },
        run: ({ b, a }) => choleskySolve(b, a),
        torch: 'torch.cholesky_solve(b, a)',
      },
    ],
    errors: [
      {
        run: () => choleskySolve(zeros([3, 1]), zeros([2, 2])),
        type: ShapeError,
        message: 'choleskySolve: sizes do not fit, got input [3, 1], other [2, 2]',
      },
      {
        run: () => choleskySolve(zeros([3, 1]), zeros([3, 2])),
        type: ShapeError,
        message: 'choleskySolve: other must be a square matrix, or a batch of them, got other [3, 2]',
      },
      {
        run: () => choleskySolve(zeros([3, 1]), ones([3, 3], { dtype: 'float64' })),
        type: DTypeError,
        message: 'choleskySolve: dtypes differ, got input float32, other float64 (convert one with to())',
      },
    ],
  }),
  row('choleskyInverse', {
    cases: [
      {
        in: { a: f([4, 4]) },
        run: ({ a }) => choleskyInverse(factor(a)),
        torch: `${FACTOR}torch.cholesky_inverse(s(a))`,
      },
      {
        in: { a: f([2, 3, 3]) },
        run: ({ a }) => [choleskyInverse(factor(a).mT, true), choleskyInverse(factor(a).mT, { upper: true })],
        torch: `${FACTOR}[torch.cholesky_inverse(s(a).mT, upper=True)] * 2`,
      },
    ],
    errors: [
      {
        run: () => choleskyInverse(zeros([3, 2])),
        type: ShapeError,
        message: 'choleskyInverse: input must be a square matrix, or a batch of them, got input [3, 2]',
      },
    ],
  }),
];
