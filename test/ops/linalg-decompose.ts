import { ShapeError, WasmgradError, linalg, zeros, type Tensor } from '../../src/index.js';
import { f, row, values, type Case, type Row } from './table.js';

type One = Case<'a'>;

const shapes = [
  [3, 3],
  [4, 2],
  [2, 4],
  [2, 3, 2],
  [2, 2, 3],
  [1, 1],
  [0, 2],
] as const;

function each(run: (a: Tensor) => ReturnType<One['run']>, torch: string): One[] {
  return shapes.map((shape) => ({ in: { a: f(shape) }, run: ({ a }) => run(a), torch }));
}

/** Signs of singular vectors and eigenvectors are free: what is compared does not depend on them. */
function svdInvariants(a: Tensor): Tensor[] {
  const [u, s, vh] = linalg.svd(a, { fullMatrices: false });
  return [u.square(), s, vh.square(), u.matmul(vh), u.mul(s.unsqueeze(-2)).matmul(vh)];
}

const SVD = 'u, s, v = torch.linalg.svd(a, full_matrices=False)\n(u ** 2, s, v ** 2, u @ v, (u * s.unsqueeze(-2)) @ v)';

function symmetric(a: Tensor): Tensor {
  return a.add(a.mT);
}

export const rows: Row[] = [
  row('linalg.qr', {
    cases: [
      ...each((a) => linalg.qr(a), 'torch.linalg.qr(a)'),
      ...(
        [
          [3, 3],
          [2, 4],
        ] as const
      ).map((shape): One => ({
        in: { a: f(shape) },
        run: ({ a }) => linalg.qr(a, 'complete'),
        torch: "torch.linalg.qr(a, mode='complete')",
      })),
      {
        in: { a: f([4, 2], { grad: false }) },
        run: ({ a }) => [...linalg.qr(a, { mode: 'complete' }), ...linalg.qr(a, { mode: 'r' })],
        torch: "(*torch.linalg.qr(a, mode='complete'), *torch.linalg.qr(a, mode='r'))",
      },
      { in: { a: f([20, 19, 17]) }, run: ({ a }) => linalg.qr(a), large: true },
    ],
    errors: [
      {
        run: () => linalg.qr(zeros([2, 2]), 'full' as 'complete'),
        type: WasmgradError,
        message: "qr: mode must be 'reduced', 'complete' or 'r', got 'full'",
      },
      {
        run: () => linalg.qr(zeros([2])),
        type: ShapeError,
        message: 'qr: input must have at least 2 dims, got input [2]',
      },
      {
        run: () =>
          linalg
            .qr(zeros([2, 2]).requiresGrad_(), 'r')[1]
            .sum()
            .backward(),
        type: WasmgradError,
        message: "qr: mode 'r' makes no q, which the gradient needs (use mode 'reduced')",
      },
      {
        run: () =>
          linalg
            .qr(zeros([3, 2]).requiresGrad_(), 'complete')[1]
            .sum()
            .backward(),
        type: WasmgradError,
        message: "qr: mode 'complete' has no gradient where there are more rows than columns",
      },
    ],
  }),
  row('linalg.svd', {
    cases: [
      ...(
        [
          [3, 3],
          [4, 2],
          [2, 4],
          [2, 3, 2],
          [1, 1],
        ] as const
      ).map((shape): One => ({ in: { a: f(shape) }, run: ({ a }) => svdInvariants(a), torch: SVD })),
      ...(
        [
          [4, 2],
          [2, 4],
        ] as const
      ).map((shape): One => ({
        in: { a: f(shape) },
        run: ({ a }) => {
          const [u, s, vh] = linalg.svd(a);
          const [p, , q] = linalg.svd(a.detach());
          return [p.matmul(p.mT), u.narrow(-1, 0, 2).square(), s, vh.narrow(-2, 0, 2).square(), q.matmul(q.mT)];
        },
        torch: `u, s, v = torch.linalg.svd(a)
(torch.eye(u.shape[0]), u[:, :2] ** 2, s, v[:2] ** 2, torch.eye(v.shape[0]))`,
      })),
      {
        // Of rank 1: what is left over is orthonormal all the same.
        in: {
          a: values(
            [
              [1, 2, 2],
              [2, 4, 4],
              [0, 0, 0],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ a }) => {
          const [u, s, vh] = linalg.svd(a);
          return [u.matmul(u.mT), s, vh.matmul(vh.mT), u.mul(s).matmul(vh)];
        },
        torch: '(torch.eye(3), torch.linalg.svdvals(a), torch.eye(3), a)',
      },
      {
        in: { a: f([3, 0], { grad: false }) },
        run: ({ a }) => linalg.svd(a),
        torch: 'torch.linalg.svd(a)',
      },
      { in: { a: f([10, 9, 7]) }, run: ({ a }) => linalg.svd(a), large: true },
    ],
    errors: [
      {
        run: () => linalg.svd(zeros([2])),
        type: ShapeError,
        message: 'svd: input must have at least 2 dims, got input [2]',
      },
    ],
  }),
  row('linalg.svdvals', {
    cases: (
      [
        [3, 3],
        [4, 2],
        [2, 2, 3],
        [3, 0],
      ] as const
    ).map((shape): One => ({
      in: { a: f(shape) },
      run: ({ a }) => linalg.svdvals(a),
      torch: 'torch.linalg.svdvals(a)',
    })),
    errors: [
      {
        run: () => linalg.svdvals(zeros([2])),
        type: ShapeError,
        message: 'svdvals: input must have at least 2 dims, got input [2]',
      },
    ],
  }),
  row('linalg.eigh', {
    cases: [
      ...(
        [
          [3, 3],
          [2, 4, 4],
          [1, 1],
          [0, 0],
        ] as const
      ).map((shape): One => ({
        in: { a: f(shape) },
        run: ({ a }) => {
          const [w, v] = linalg.eigh(symmetric(a));
          return [w, v.square(), v.mul(w.exp().unsqueeze(-2)).matmul(v.mT)];
        },
        torch: 'w, v = torch.linalg.eigh(a + a.mT)\n(w, v ** 2, (v * w.exp().unsqueeze(-2)) @ v.mT)',
      })),
      {
        in: { a: f([3, 3], { grad: false }) },
        run: ({ a }) => [linalg.eigh(a)[0], linalg.eigh(a, 'U')[0], linalg.eigh(a, { UPLO: 'U' })[1].square()],
        torch: "(torch.linalg.eigh(a)[0], torch.linalg.eigh(a, 'U')[0], torch.linalg.eigh(a, UPLO='U')[1] ** 2)",
      },
      {
        // Equal eigenvalues, and a zero diagonal.
        in: {
          a: values(
            [
              [0, 1, 1],
              [1, 0, 1],
              [1, 1, 0],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ a }) => {
          const [w, v] = linalg.eigh(a);
          return [w, v.mul(w.unsqueeze(-2)).matmul(v.mT)];
        },
        torch: '(torch.linalg.eigvalsh(a), a)',
      },
      { in: { a: f([10, 9, 9]) }, run: ({ a }) => linalg.eigh(a), large: true },
    ],
    errors: [
      {
        run: () => linalg.eigh(zeros([2, 2]), 'X' as 'L'),
        type: WasmgradError,
        message: "eigh: UPLO must be 'L' or 'U', got 'X'",
      },
      {
        run: () => linalg.eigh(zeros([2, 3])),
        type: ShapeError,
        message: 'eigh: input must be a square matrix, or a batch of them, got input [2, 3]',
      },
    ],
  }),
  row('linalg.eigvalsh', {
    cases: [
      { in: { a: f([3, 3]) }, run: ({ a }) => linalg.eigvalsh(symmetric(a)), torch: 'torch.linalg.eigvalsh(a + a.mT)' },
      {
        in: { a: f([2, 3, 3], { grad: false }) },
        run: ({ a }) => linalg.eigvalsh(a, { UPLO: 'U' }),
        torch: "torch.linalg.eigvalsh(a, UPLO='U')",
      },
    ],
    errors: [
      {
        run: () => linalg.eigvalsh(zeros([2, 3])),
        type: ShapeError,
        message: 'eigvalsh: input must be a square matrix, or a batch of them, got input [2, 3]',
      },
    ],
  }),
  row('linalg.matrixRank', {
    gradcheck: 0, // whole numbers
    cases: [
      {
        in: { a: f([2, 3, 4], { grad: false }) },
        run: ({ a }) => linalg.matrixRank(a),
        torch: 'torch.linalg.matrix_rank(a)',
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
        run: ({ a }) => linalg.matrixRank(a),
        torch: 'torch.linalg.matrix_rank(a)',
      },
      {
        in: {
          a: values(
            [
              [3, 0],
              [0, 0.5],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ a }) => [
          linalg.matrixRank(a, { atol: 1 }),
          linalg.matrixRank(a, { rtol: 0.2 }),
          linalg.matrixRank(a, { rtol: 0.1 }),
        ],
        torch:
          '(torch.linalg.matrix_rank(a, atol=1.0), torch.linalg.matrix_rank(a, rtol=0.2), torch.linalg.matrix_rank(a, rtol=0.1))',
      },
      {
        in: {
          a: values(
            [
              [1, 5],
              [0, 0],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ a }) => [linalg.matrixRank(a, { hermitian: true }), linalg.matrixRank(a.mT, { hermitian: true })],
        torch: '(torch.linalg.matrix_rank(a, hermitian=True), torch.linalg.matrix_rank(a.mT, hermitian=True))',
      },
      {
        in: { a: f([3, 0], { grad: false }) },
        run: ({ a }) => linalg.matrixRank(a),
        torch: 'torch.linalg.matrix_rank(a)',
      },
    ],
    errors: [
      {
        run: () => linalg.matrixRank(zeros([2, 2]), { rtol: -1 }),
        type: WasmgradError,
        message: 'matrixRank: a tolerance must be at least 0, got -1',
      },
    ],
  }),
];
