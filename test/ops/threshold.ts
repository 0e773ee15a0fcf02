import { DTypeError, F, ShapeError, WasmgradError, ones, tensor, zeros } from '../../src/index.js';
import { f, row, values, type Row } from './table.js';

const x = f([2, 5], { min: -2, max: 2 });
const logits = f([3, 6]);

export const rows: Row[] = [
  row('softshrink', {
    elementwise: true,
    // PyTorch 1.13 makes 0 of NaN, later ones keep it.
    specials: 'none',
    cases: [
      { in: { x }, run: ({ x }) => F.softshrink(x), torch: 'F.softshrink(x)' },
      { in: { x }, run: ({ x }) => F.softshrink(x, 1), torch: 'F.softshrink(x, 1.0)' },
      { in: { x }, run: ({ x }) => F.softshrink(x, { lambd: 0.25 }), torch: 'F.softshrink(x, 0.25)' },
      {
        in: { x: values([-0.5, 0.5, 0, Infinity, -Infinity]) },
        run: ({ x }) => F.softshrink(x),
        torch: 'F.softshrink(x)',
        gradcheck: 0,
      },
    ],
    errors: [
      {
        run: () => F.softshrink(ones([2]), -1),
        type: WasmgradError,
        message: 'softshrink: lambd must be at least 0, got -1',
      },
      {
        run: () => F.softshrink(zeros([2], { dtype: 'int32' })),
        type: DTypeError,
        message: 'softshrink: needs floating point numbers, got input int32',
      },
    ],
  }),
  row('hardshrink', {
    elementwise: true,
    // PyTorch's scalar and vector code disagree on the gradient at NaN.
    specials: 'value',
    cases: [
      { in: { x }, run: ({ x }) => F.hardshrink(x), torch: 'F.hardshrink(x)' },
      { in: { x }, run: ({ x }) => F.hardshrink(x, 1), torch: 'F.hardshrink(x, 1.0)' },
      { in: { x }, run: ({ x }) => F.hardshrink(x, { lambd: 0.25 }), torch: 'F.hardshrink(x, 0.25)' },
    ],
    errors: [
      {
        run: () => F.hardshrink(zeros([2]), { lambda: 1 } as object),
        type: WasmgradError,
        message: "hardshrink: unknown option 'lambda' (known: lambd)",
      },
    ],
  }),
  row('threshold', {
    elementwise: true,
    cases: [
      { in: { x }, run: ({ x }) => F.threshold(x, 0.1, 20), torch: 'F.threshold(x, 0.1, 20)' },
      {
        in: { x },
        run: ({ x }) => F.threshold(x.mul(1), -0.5, -3, { inplace: true }),
        torch: 'F.threshold(x.mul(1), -0.5, -3, inplace=True)',
      },
      { in: { x }, run: ({ x }) => F.threshold(x.mul(1), 0, 1, true), torch: 'F.threshold(x, 0, 1)' },
    ],
  }),
  row('rrelu', {
    cases: [
      { in: { x }, run: ({ x }) => F.rrelu(x), torch: 'F.rrelu(x)' },
      { in: { x }, run: ({ x }) => F.rrelu(x, 0.1, 0.5), torch: 'F.rrelu(x, 0.1, 0.5)' },
      {
        in: { x },
        run: ({ x }) => F.rrelu(x.mul(1), { lower: 0.2, upper: 0.4, inplace: true }),
        torch: 'F.rrelu(x.mul(1), 0.2, 0.4, inplace=True)',
      },
      {
        in: { x: f([4, 9]) },
        seed: 1,
        run: ({ x }) => F.rrelu(x, { training: true }),
        torch: 'F.rrelu(x, training=True)',
      },
      {
        in: { x: f([4, 9]) },
        seed: 2,
        run: ({ x }) => F.rrelu(x.mul(1), { lower: 0.25, upper: 0.75, training: true, inplace: true }),
        torch: 'F.rrelu(x.mul(1), 0.25, 0.75, training=True, inplace=True)',
      },
      {
        in: { x: f([4, 9]) },
        seed: 3,
        run: ({ x }) => F.rrelu(x.double(), { training: true }),
        torch: 'F.rrelu(x.double(), training=True)',
      },
    ],
    errors: [
      { run: () => F.rrelu(ones([2]), 1, 0), type: WasmgradError, message: 'rrelu: lower 1 is larger than upper 0' },
    ],
  }),
  row('binaryStep', {
    elementwise: true,
    specials: 'none',
    gradcheck: 0,
    cases: [
      { in: { x }, run: ({ x }) => F.binaryStep(x), torch: 'x.sign() * 0 + (x >= 0).to(x.dtype)' },
      {
        in: { x },
        run: ({ x }) => F.binaryStep(x, { straightThrough: true }),
        torch: 'x - x.detach() + (x >= 0).to(x.dtype)',
      },
      {
        in: { x: values([-1, -0, 0, 1]) },
        run: ({ x }) => F.binaryStep(x, { straightThrough: true }).mul(x),
        torch: '(x - x.detach() + (x >= 0).to(x.dtype)) * x',
      },
    ],
    errors: [
      {
        run: () => F.binaryStep(ones([1]), { ste: true } as object),
        type: WasmgradError,
        message: "binaryStep: unknown option 'ste' (known: straightThrough)",
      },
    ],
  }),
  row('arctan', {
    elementwise: true,
    cases: [{ in: { x: f([2, 5], { min: -5, max: 5 }) }, run: ({ x }) => F.arctan(x), torch: 'torch.atan(x)' }],
  }),
  row('maxout', {
    cases: [
      { in: { x: f([3, 6]) }, run: ({ x }) => F.maxout(x, 3), torch: 'x.reshape(3, 2, 3).amax(2)' },
      { in: { x: f([2, 4, 3]) }, run: ({ x }) => F.maxout(x, 2, 1), torch: 'x.reshape(2, 2, 2, 3).amax(2)' },
      { in: { x: f([6, 2]) }, run: ({ x }) => F.maxout(x, 3, { dim: 0 }), torch: 'x.reshape(2, 3, 2).amax(1)' },
    ],
    errors: [
      {
        run: () => F.maxout(ones([2, 5]), 2),
        type: ShapeError,
        message: 'maxout: dim -1 does not split into groups of 2, got input [2, 5]',
      },
    ],
  }),
  row('gumbelSoftmax', {
    cases: [
      { in: { x: logits }, seed: 0, run: ({ x }) => F.gumbelSoftmax(x), torch: 'F.gumbel_softmax(x)' },
      { in: { x: logits }, seed: 0, run: ({ x }) => F.gumbelSoftmax(x, 0.5), torch: 'F.gumbel_softmax(x, 0.5)' },
      {
        in: { x: logits },
        seed: 0,
        run: ({ x }) => F.gumbelSoftmax(x, { tau: 2, hard: true }),
        torch: 'F.gumbel_softmax(x, 2, hard=True)',
      },
      {
        in: { x: logits },
        seed: 0,
        run: ({ x }) => F.gumbelSoftmax(x, { dim: 0 }),
        torch: 'F.gumbel_softmax(x, dim=0)',
      },
    ],
    errors: [
      {
        run: () => F.gumbelSoftmax(tensor([1, 2]), 0),
        type: WasmgradError,
        message: 'gumbelSoftmax: tau must be above 0, got 0',
      },
    ],
  }),
  row('normalize', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => F.normalize(x), torch: 'F.normalize(x)' },
      { in: { x: f([3, 4]) }, run: ({ x }) => F.normalize(x, 1, 0), torch: 'F.normalize(x, 1, 0)' },
      { in: { x: f([5]) }, run: ({ x }) => F.normalize(x, { p: 3, dim: 0 }), torch: 'F.normalize(x, 3, 0)' },
      { in: { x: f([3, 4]) }, run: ({ x }) => F.normalize(x, { eps: 3 }), torch: 'F.normalize(x, eps=3)' },
      { in: { x: f([2, 3, 2]) }, run: ({ x }) => F.normalize(x, { dim: [1, 2] }), torch: 'F.normalize(x, dim=(1, 2))' },
      {
        in: { x: values([0, 0, 0]) },
        run: ({ x }) => F.normalize(x, { dim: 0 }),
        torch: 'F.normalize(x, dim=0)',
        gradcheck: 0,
      },
    ],
  }),
  row('cosineSimilarity', {
    cases: [
      {
        in: { a: f([3, 4]), b: f([3, 4]) },
        run: ({ a, b }) => F.cosineSimilarity(a, b),
        torch: 'F.cosine_similarity(a, b)',
      },
      {
        in: { a: f([3, 4]), b: f([3, 1]) },
        run: ({ a, b }) => F.cosineSimilarity(a, b, { dim: 0 }),
        torch: 'F.cosine_similarity(a, b, dim=0)',
      },
      {
        in: { a: f([2, 3, 4]), b: f([2, 1, 4]) },
        run: ({ a, b }) => F.cosineSimilarity(a, b, -1),
        torch: 'F.cosine_similarity(a, b, -1)',
      },
      {
        in: { a: f([3, 4], { grad: false }), b: f([3, 4], { grad: false }) },
        run: ({ a, b }) => F.cosineSimilarity(a, b, { eps: 3 }),
        torch: 'F.cosine_similarity(a, b, eps=3.0)',
      },
    ],
    errors: [
      {
        run: () => F.cosineSimilarity(ones([2, 3]), ones([2, 3]), { axis: 1 } as object),
        type: WasmgradError,
        message: "cosineSimilarity: unknown option 'axis' (known: dim, eps)",
      },
    ],
  }),
  row('pairwiseDistance', {
    cases: [
      {
        in: { a: f([3, 4]), b: f([3, 4]) },
        run: ({ a, b }) => F.pairwiseDistance(a, b),
        torch: 'F.pairwise_distance(a, b)',
      },
      {
        in: { a: f([3, 4]), b: f([4]) },
        run: ({ a, b }) => F.pairwiseDistance(a, b, 1, 0.5, true),
        torch: 'F.pairwise_distance(a, b, 1, 0.5, True)',
      },
      {
        in: { a: f([4]), b: f([4]) },
        run: ({ a, b }) => F.pairwiseDistance(a, b, { p: 3, eps: 0.1 }),
        torch: 'F.pairwise_distance(a, b, 3, 0.1)',
      },
    ],
  }),
];
