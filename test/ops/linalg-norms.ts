import { ShapeError, WasmgradError, linalg, zeros } from '../../src/index.js';
import { f, ints, row, type Case, type Row } from './table.js';

type One = Case<'a'>;

export const rows: Row[] = [
  row('linalg.vectorNorm', {
    cases: [
      ...([undefined, 1, 3, Infinity, -Infinity, -1, 0.5] as const).map((ord): One => ({
        in: { a: f([2, 3]) },
        run: ({ a }) => linalg.vectorNorm(a, ord),
        torch: `torch.linalg.vector_norm(a${ord === undefined ? '' : `, float('${ord}')`})`,
      })),
      {
        in: { a: f([2, 3]) },
        run: ({ a }) => linalg.vectorNorm(a, 0),
        torch: 'torch.linalg.vector_norm(a, 0)',
        gradcheck: 0,
      },
      {
        in: { a: f([2, 3, 2]) },
        run: ({ a }) => linalg.vectorNorm(a, 2, [0, 2], true),
        torch: 'torch.linalg.vector_norm(a, 2, (0, 2), True)',
      },
      {
        in: { a: ints([3, 4], -5, 5) },
        run: ({ a }) => linalg.vectorNorm(a, { dim: 1, dtype: 'float64' }),
        torch: 'torch.linalg.vector_norm(a.double(), dim=1, dtype=torch.float64)',
      },
    ],
    errors: [
      {
        run: () => linalg.vectorNorm(zeros([2]), 'fro' as never),
        type: WasmgradError,
        message: 'vectorNorm: ord must be a number, got fro',
      },
    ],
  }),
  row('linalg.matrixNorm', {
    cases: [
      ...(['fro', 'nuc', 1, -1, 2, -2, Infinity, -Infinity] as const).flatMap((ord): One[] => {
        const name = typeof ord === 'string' ? `'${ord}'` : `float('${ord}')`;
        return [
          {
            in: { a: f([3, 4]) },
            run: ({ a }) => linalg.matrixNorm(a, ord),
            torch: `torch.linalg.matrix_norm(a, ${name})`,
          },
          {
            in: { a: f([2, 2, 3]) },
            run: ({ a }) => linalg.matrixNorm(a, { ord, dim: [2, 0], keepdim: true }),
            torch: `torch.linalg.matrix_norm(a, ${name}, dim=(2, 0), keepdim=True)`,
          },
        ];
      }),
      {
        in: { a: ints([3, 4], -5, 5) },
        run: ({ a }) => linalg.matrixNorm(a, { dtype: 'float64' }),
        torch: 'torch.linalg.matrix_norm(a.double(), dtype=torch.float64)',
      },
    ],
    errors: [
      {
        run: () => linalg.matrixNorm(zeros([2, 2]), 3),
        type: WasmgradError,
        message: "matrixNorm: ord must be 'fro', 'nuc', ±Infinity, ±1 or ±2, got 3",
      },
      {
        run: () => linalg.matrixNorm(zeros([2, 2]), { dim: [0, 0] }),
        type: ShapeError,
        message: 'matrixNorm: dim must name two different dims, got [0, 0]',
      },
      {
        run: () => linalg.matrixNorm(zeros([2])),
        type: ShapeError,
        message: 'matrixNorm: input must have at least 2 dims, got input [2]',
      },
    ],
  }),
  row('linalg.norm', {
    cases: [
      { in: { a: f([2, 3, 2]) }, run: ({ a }) => linalg.norm(a), torch: 'torch.linalg.norm(a)' },
      { in: { a: f([4]) }, run: ({ a }) => linalg.norm(a, 3), torch: 'torch.linalg.norm(a, 3)' },
      { in: { a: f([3, 4]) }, run: ({ a }) => linalg.norm(a, 'nuc'), torch: "torch.linalg.norm(a, 'nuc')" },
      { in: { a: f([3, 4]) }, run: ({ a }) => linalg.norm(a, Infinity), torch: "torch.linalg.norm(a, float('inf'))" },
      { in: { a: f([3, 4]) }, run: ({ a }) => linalg.norm(a, 1, 1), torch: 'torch.linalg.norm(a, 1, 1)' },
      {
        in: { a: f([2, 3, 4]) },
        run: ({ a }) => linalg.norm(a, { ord: 2, dim: [0, 2], keepdim: true }),
        torch: 'torch.linalg.norm(a, ord=2, dim=(0, 2), keepdim=True)',
      },
      { in: { a: f([2, 3]) }, run: ({ a }) => linalg.norm(a, null, 0), torch: 'torch.linalg.norm(a, None, 0)' },
      {
        in: { a: ints([3, 4], -5, 5) },
        run: ({ a }) => linalg.norm(a, { dtype: 'float64' }),
        torch: 'torch.linalg.norm(a.double(), dtype=torch.float64)',
      },
    ],
    errors: [
      {
        run: () => linalg.norm(zeros([2, 2, 2]), 2),
        type: ShapeError,
        message: 'norm: with ord and without dim, input must have 1 or 2 dims, got input [2, 2, 2]',
      },
      {
        run: () => linalg.norm(zeros([2]), 'fro'),
        type: WasmgradError,
        message: "norm: 'fro' is no order of a norm of vectors",
      },
    ],
  }),
];
