import {
  ShapeError,
  WasmgradError,
  addbmm,
  addmv,
  addr,
  chainMatmul,
  einsum,
  inner,
  tensordot,
  vdot,
  zeros,
} from '../../src/index.js';
import { f, ints, row, type Case, type Row } from './table.js';

type Name = 'a' | 'b' | 'c';

/** An equation over inputs a, b, c of the given shapes. */
function sum(equation: string, ...shapes: readonly (readonly number[])[]): Case<Name> {
  const names = (['a', 'b', 'c'] as const).slice(0, shapes.length);
  return {
    in: Object.fromEntries(names.map((name, i) => [name, f(shapes[i]!)])),
    run: (inputs) => einsum(equation, ...names.map((name) => inputs[name])),
    torch: `torch.einsum('${equation}', ${names.join(', ')})`,
  };
}

/** More operands than are weighed in every order. */
const many = 'ab,bc,cd,de,ef,fg,gh,hi,ij->aj';
const manySizes = [3, 2, 3, 2, 1, 2, 3, 2, 2, 3];

export const rows: Row[] = [
  row('addmv', {
    cases: [
      {
        in: { x: f([3]), a: f([3, 5]), b: f([5]) },
        run: ({ x, a, b }) => addmv(x, a, b),
        torch: 'torch.addmv(x, a, b)',
      },
      {
        in: { x: f([1]), a: f([3, 5]), b: f([5]) },
        run: ({ x, a, b }) => addmv(x, a, b, { beta: 0.5, alpha: -2 }),
        torch: 'torch.addmv(x, a, b, beta=0.5, alpha=-2)',
      },
    ],
    errors: [
      {
        run: () => addmv(zeros([2]), zeros([2, 3]), zeros([3, 1])),
        type: ShapeError,
        message: 'addmv: operands need 2 and 1 dim, got mat [2, 3], vec [3, 1]',
      },
    ],
  }),
  row('addr', {
    cases: [
      { in: { x: f([3, 4]), a: f([3]), b: f([4]) }, run: ({ x, a, b }) => addr(x, a, b), torch: 'torch.addr(x, a, b)' },
      {
        in: { x: f([4]), a: f([3]), b: f([4]) },
        run: ({ x, a, b }) => addr(x, a, b, { beta: 3, alpha: 0.25 }),
        torch: 'torch.addr(x, a, b, beta=3, alpha=0.25)',
      },
    ],
    errors: [
      {
        run: () => addr(zeros([2]), zeros([2, 3]), zeros([3])),
        type: ShapeError,
        message: 'addr: both operands need 1 dim, got vec1 [2, 3], vec2 [3]',
      },
    ],
  }),
  row('addbmm', {
    cases: [
      {
        in: { x: f([3, 4]), a: f([2, 3, 5]), b: f([2, 5, 4]) },
        run: ({ x, a, b }) => addbmm(x, a, b),
        torch: 'torch.addbmm(x, a, b)',
      },
      {
        in: { x: f([4]), a: f([2, 3, 5]), b: f([2, 5, 4]) },
        run: ({ x, a, b }) => addbmm(x, a, b, { beta: 3, alpha: 0.25 }),
        torch: 'torch.addbmm(x, a, b, beta=3, alpha=0.25)',
      },
    ],
    errors: [
      {
        run: () => addbmm(zeros([2]), zeros([2, 3]), zeros([3, 2])),
        type: ShapeError,
        message: 'addbmm: both operands need 3 dims, got batch1 [2, 3], batch2 [3, 2]',
      },
    ],
  }),
  row('inner', {
    cases: [
      { in: { a: f([4]), b: f([4]) }, run: ({ a, b }) => inner(a, b), torch: 'torch.inner(a, b)' },
      { in: { a: f([2, 3, 4]), b: f([5, 4]) }, run: ({ a, b }) => inner(a, b), torch: 'torch.inner(a, b)' },
      { in: { a: f([2, 3]), b: f([]) }, run: ({ a, b }) => inner(a, b), torch: 'torch.inner(a, b)' },
    ],
    errors: [
      {
        run: () => inner(zeros([2, 3]), zeros([2])),
        type: ShapeError,
        message: 'inner: last sizes differ (3 vs 2), got input [2, 3], other [2]',
      },
    ],
  }),
  row('vdot', {
    cases: [{ in: { a: f([7]), b: f([7]) }, run: ({ a, b }) => vdot(a, b), torch: 'torch.vdot(a, b)' }],
    errors: [
      {
        run: () => vdot(zeros([2, 3]), zeros([3])),
        type: ShapeError,
        message: 'vdot: both operands need 1 dim, got input [2, 3], other [3]',
      },
    ],
  }),
  row('chainMatmul', {
    cases: [
      {
        in: { a: f([2, 5]), b: f([5, 3]), c: f([3, 4]) },
        run: ({ a, b, c }) => chainMatmul(a, b, c),
        torch: 'torch.chain_matmul(a, b, c)',
      },
      { in: { a: f([2, 5]) }, run: ({ a }) => chainMatmul(a), torch: 'torch.chain_matmul(a)' },
    ],
    errors: [
      {
        run: () => chainMatmul(zeros([2, 3]), zeros([2, 3])),
        type: ShapeError,
        message: 'chainMatmul: neighbours do not fit each other, got tensors[0] [2, 3], tensors[1] [2, 3]',
      },
      {
        run: () => chainMatmul(zeros([2, 3]), zeros([3])),
        type: ShapeError,
        message: 'chainMatmul: all must be matrices, got matrices[0] [2, 3], matrices[1] [3]',
      },
    ],
  }),
  row('einsum', {
    cases: [
      sum('ij->ji', [2, 3]),
      sum('ii->i', [3, 3]),
      sum('ii', [3, 3]),
      sum('iij->ji', [3, 3, 2]),
      sum('ijki->kj', [2, 3, 4, 2]),
      sum('ij->', [2, 3]),
      sum('ij->j', [2, 3]),
      sum('ba', [2, 3]),
      sum('i,i', [4], [4]),
      sum('i,j->ij', [3], [4]),
      sum('i, j -> ji', [3], [4]),
      sum('ik,kj', [2, 3], [3, 4]),
      sum('bij,bjk->bik', [2, 3, 4], [2, 4, 2]),
      sum('bij,bjk->ikb', [2, 3, 4], [2, 4, 2]),
      sum('...ij,...jk->...ik', [2, 3, 4], [4, 2]),
      sum('...ij,...jk', [2, 1, 2, 3], [3, 3, 2]),
      sum('i...->...i', [2, 3, 4]),
      sum('i...j,j->...', [2, 3, 4], [4]),
      sum('bn,anm,bm->ba', [2, 3], [2, 3, 4], [2, 4]),
      sum('ij,jk,kl->il', [2, 3], [3, 4], [4, 2]),
      sum('ab,b,c->ac', [2, 3], [3], [2]),
      sum('ij,jk->ik', [2, 1], [3, 2]),
      sum('ij,ij->ij', [2, 3], [1, 3]),
      sum('Ab,bC', [2, 3], [3, 2]),
      sum('iij,jkk->ik', [2, 2, 3], [3, 2, 2]),
      {
        in: { a: f([2, 3]), b: f([3, 4]) },
        run: ({ a, b }) => einsum('ij,jk->ik', [a, b]),
        torch: "torch.einsum('ij,jk->ik', [a, b])",
      },
      {
        in: { a: ints([2, 3], -5, 5), b: ints([3, 2], -5, 5) },
        run: ({ a, b }) => einsum('ij,jk', a, b),
        torch: "torch.einsum('ij,jk', a, b)",
      },
      {
        in: { a: f([44]) },
        run: ({ a }) => {
          let at = 0;
          const operands = manySizes.slice(1).map((n, i) => {
            const m = manySizes[i]!;
            at += m * n;
            return a.narrow(0, at - m * n, m * n).reshape([m, n]);
          });
          return einsum(many, operands);
        },
        torch: `s = [${manySizes.join(', ')}]
at = 0
parts = []
for m, n in zip(s, s[1:]):
  parts.append(a[at:at + m * n].reshape(m, n))
  at += m * n
torch.einsum('${many}', *parts)`,
      },
      { in: { a: f([8, 90, 70]), b: f([8, 70, 50]) }, run: ({ a, b }) => einsum('bij,bjk->bki', a, b), large: true },
    ],
    errors: [
      {
        run: () => einsum('ij,jk', zeros([2, 3])),
        type: WasmgradError,
        message: "einsum: 'ij,jk' is for 2 operands, got 1",
      },
      {
        run: () => einsum('ij->ik', zeros([2, 3])),
        type: WasmgradError,
        message: "einsum: label 'k' of the output is in no operand",
      },
      {
        run: () => einsum('ij->ii', zeros([2, 3])),
        type: WasmgradError,
        message: "einsum: label 'i' comes twice in the output",
      },
      {
        run: () => einsum('i1->i', zeros([2, 3])),
        type: WasmgradError,
        message: "einsum: a term may have letters and one ellipsis (...), got 'i1'",
      },
      {
        run: () => einsum('ijk->i', zeros([2, 3])),
        type: ShapeError,
        message: "einsum: 'ijk' does not fit an operand of 2 dims",
      },
      {
        run: () => einsum('ii->i', zeros([2, 3])),
        type: ShapeError,
        message: "einsum: label 'i' stands for sizes 2 and 3, got operands[0] [2, 3]",
      },
      {
        run: () => einsum('ij,jk', zeros([2, 3]), zeros([4, 2])),
        type: ShapeError,
        message: "einsum: label 'j' stands for sizes 3 and 4, got operands[0] [2, 3], operands[1] [4, 2]",
      },
      {
        run: () => einsum('i->i->i', zeros([2])),
        type: WasmgradError,
        message: "einsum: '->' may come once, got 'i->i->i'",
      },
    ],
  }),
  row('tensordot', {
    cases: [
      { in: { a: f([2, 3, 4]), b: f([3, 4, 2]) }, run: ({ a, b }) => tensordot(a, b), torch: 'torch.tensordot(a, b)' },
      { in: { a: f([2, 3]), b: f([3, 4]) }, run: ({ a, b }) => tensordot(a, b, 1), torch: 'torch.tensordot(a, b, 1)' },
      {
        in: { a: f([2, 3]), b: f([2]) },
        run: ({ a, b }) => tensordot(a, b, { dims: 0 }),
        torch: 'torch.tensordot(a, b, dims=0)',
      },
      {
        in: { a: f([2, 3, 4]), b: f([4, 5, 2]) },
        run: ({ a, b }) =>
          tensordot(a, b, [
            [0, -1],
            [2, 0],
          ]),
        torch: 'torch.tensordot(a, b, ([0, -1], [2, 0]))',
      },
    ],
    errors: [
      {
        run: () => tensordot(zeros([2, 3]), zeros([2, 4]), 1),
        type: ShapeError,
        message: 'tensordot: the dims do not fit each other, got a [2, 3], b [2, 4]',
      },
      {
        run: () => tensordot(zeros([2, 3]), zeros([2, 4]), 3),
        type: ShapeError,
        message: 'tensordot: cannot sum over 3 dims, got a [2, 3], b [2, 4]',
      },
    ],
  }),
];
