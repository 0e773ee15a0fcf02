import {
  DTypeError,
  ShapeError,
  WasmgradError,
  cholesky,
  eye,
  linalg,
  pinverse,
  qr,
  svd,
  zeros,
  type Tensor,
} from '../../src/index.js';
import { f, ints, row, values, type Row } from './table.js';

const sound = (a: Tensor): Tensor => a.add(eye(a.shape.at(-1)!, { dtype: a.dtype }).mul(5));
const SOUND = 's = lambda a: a + 5 * torch.eye(a.shape[-1], dtype=a.dtype)\n';
const orders = [null, 2, -2, 'fro', 'nuc', 1, -1, Infinity, -Infinity] as const;
const python = (p: (typeof orders)[number]): string =>
  p === null ? 'None' : typeof p === 'string' ? `'${p}'` : String(p).replace('Infinity', 'math.inf');
/** PyTorch 1.13 fails in the gradient of cond where it inverts. */
const condition = (p: (typeof orders)[number]): string =>
  p === null || Math.abs(Number(p)) === 2
    ? `torch.linalg.cond(s(a), ${python(p)})`
    : ['s(a)', 'torch.linalg.inv(s(a))'].map((x) => `torch.linalg.matrix_norm(${x}, ${python(p)})`).join(' * ');
const singular = values(
  [
    [1, 2],
    [2, 4],
  ],
  'float32',
  { grad: false },
);

export const rows: Row[] = [
  row('linalg.cond', {
    cases: [
      ...orders.map((p) => ({
        in: { a: f([2, 3, 3]) },
        run: ({ a }: { readonly a: Tensor }) => linalg.cond(sound(a), p),
        torch: `${SOUND}${condition(p)}`,
      })),
      {
        in: { a: f([3, 2]) },
        run: ({ a }) => [linalg.cond(a), linalg.cond(a.mT, { p: -2 })],
        torch: '[torch.linalg.cond(a), torch.linalg.cond(a.mT, -2)]',
      },
      {
        in: { a: singular },
        run: ({ a }) => [
          linalg.cond(a, 1),
          linalg.cond(a.mul(0), 'fro'),
          linalg.cond(a.narrow(0, 0, 0).narrow(1, 0, 0)),
        ],
        torch: "[torch.linalg.cond(a, 1), torch.linalg.cond(a * 0, 'fro'), torch.linalg.cond(a[:0, :0])]",
      },
    ],
    errors: [
      {
        run: () => linalg.cond(zeros([2, 2]), 3),
        type: WasmgradError,
        message: "cond: p must be null, 2, -2, 'fro', 'nuc', 1, -1, Infinity or -Infinity, got 3",
      },
      {
        run: () => linalg.cond(zeros([2, 2], { dtype: 'int32' })),
        type: DTypeError,
        message: 'cond: input must be floating point, got input int32',
      },
    ],
  }),
  row('linalg.tensorinv', {
    cases: [
      {
        in: { a: f([6, 6]) },
        run: ({ a }) => [
          linalg.tensorinv(sound(a).reshape([2, 3, 6])),
          linalg.tensorinv(sound(a).reshape([6, 3, 2]), { ind: 1 }),
        ],
        torch: `${SOUND}[torch.linalg.tensorinv(s(a).reshape(2, 3, 6)), torch.linalg.tensorinv(s(a).reshape(6, 3, 2), ind=1)]`,
      },
    ],
    errors: [
      {
        run: () => linalg.tensorinv(zeros([2, 3]), 1),
        type: ShapeError,
        message: 'tensorinv: the first 1 dims and the others must have equal sizes, got input [2, 3]',
      },
      {
        run: () => linalg.tensorinv(zeros([2, 2]), 0),
        type: WasmgradError,
        message: 'tensorinv: ind must be above 0, got 0',
      },
    ],
  }),
  row('linalg.tensorsolve', {
    cases: [
      {
        in: { a: f([6, 6]), b: f([2, 3]) },
        run: ({ a, b }) => [
          linalg.tensorsolve(sound(a).reshape([2, 3, 6]), b),
          linalg.tensorsolve(sound(a).reshape([2, 3, 3, 2]), b),
          linalg.tensorsolve(sound(a).reshape([2, 3, 3, 2]).permute([2, 0, 1, 3]), b, [0, -1]),
          linalg.tensorsolve(sound(a).reshape([2, 3, 3, 2]).permute([2, 0, 1, 3]), b, { dims: [0, 3] }),
        ],
        torch: `${SOUND}x = s(a).reshape(2, 3, 3, 2)
y = x.permute(2, 0, 1, 3)
[torch.linalg.tensorsolve(s(a).reshape(2, 3, 6), b), torch.linalg.tensorsolve(x, b), torch.linalg.tensorsolve(y, b, dims=(0, -1)),
 torch.linalg.tensorsolve(y, b, dims=(0, 3))]`,
      },
    ],
    errors: [
      {
        run: () => linalg.tensorsolve(zeros([2, 3]), zeros([2])),
        type: ShapeError,
        message: 'tensorsolve: sizes do not fit, got input [2, 3], other [2]',
      },
    ],
  }),
  row('linalg.vander', {
    cases: [
      {
        in: { x: f([2, 3]) },
        run: ({ x }) => [linalg.vander(x), linalg.vander(x, { N: 4 }), linalg.vander(x, 2)],
        torch: '[torch.linalg.vander(x), torch.linalg.vander(x, N=4), torch.linalg.vander(x, N=2)]',
      },
      { in: { x: ints([3], -3, 4) }, run: ({ x }) => linalg.vander(x), torch: 'torch.linalg.vander(x)' },
    ],
    errors: [
      { run: () => linalg.vander(zeros([3]), 1), type: ShapeError, message: 'vander: N must be above 1, got 1' },
    ],
  }),
  row('linalg.diagonal', {
    cases: [
      {
        in: { x: f([2, 3, 4]) },
        run: ({ x }) => [linalg.diagonal(x), linalg.diagonal(x, { offset: 1, dim1: 0, dim2: 1 })],
        torch: '[torch.linalg.diagonal(x), torch.linalg.diagonal(x, offset=1, dim1=0, dim2=1)]',
      },
    ],
  }),
  row('cholesky', {
    cases: [
      {
        in: { a: f([2, 3, 3]) },
        run: ({ a }) => [cholesky(sound(a.matmul(a.mT))), cholesky(sound(a.matmul(a.mT)), { upper: true })],
        torch: `${SOUND}[torch.linalg.cholesky(s(a @ a.mT)), torch.linalg.cholesky(s(a @ a.mT), upper=True)]`,
      },
    ],
  }),
  row('pinverse', {
    cases: [
      { in: { a: f([3, 2]) }, run: ({ a }) => pinverse(a), torch: 'torch.pinverse(a)' },
      {
        in: { a: f([3, 2], { grad: false }) },
        run: ({ a }) => pinverse(a.matmul(a.mT), { rcond: 1e-3 }),
        torch: 'torch.pinverse(a @ a.mT, rcond=1e-3)',
      },
    ],
  }),
  row('qr', {
    cases: [
      {
        in: { a: f([2, 3, 2]) },
        run: ({ a }) => qr(a),
        torch: 'torch.linalg.qr(a)',
      },
      {
        in: { a: f([3, 2], { grad: false }) },
        run: ({ a }) => qr(a, { some: false }),
        torch: "torch.linalg.qr(a, mode='complete')",
      },
    ],
  }),
  row('svd', {
    cases: [
      {
        in: { a: f([2, 3, 2]) },
        run: ({ a }) => {
          const [u, s, v] = svd(a);
          return [u.mul(s.unsqueeze(-2)).matmul(v.mT), s, u.square(), v.square()];
        },
        torch: 'u, s, v = torch.svd(a); [u * s.unsqueeze(-2) @ v.mT, s, u.square(), v.square()]',
      },
      {
        in: { a: f([3, 2], { grad: false }) },
        run: ({ a }) => [...svd(a, { some: false }).map((x) => x.square()), ...svd(a, { computeUv: false })],
        torch: '[x.square() for x in torch.svd(a, some=False)] + list(torch.svd(a, compute_uv=False))',
      },
    ],
  }),
];
