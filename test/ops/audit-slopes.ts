import * as lib from '../../src/index.js';
import { F, ShapeError, autograd, distributions as D, nn, zeros, type Tensor } from '../../src/index.js';
import { f, row, values, type Case, type Row } from './table.js';

/** The gradient of the sum of the squares of `run(x)`, so that its own gradient shows the second derivative. */
function curve(run: (x: Tensor) => Tensor, torch: string): Case<'x'> {
  return {
    in: { x: values([0, 1, -1, 2, -2, 4]) },
    run: ({ x }) => autograd.grad([run(x).square().sum()], [x], { createGraph: true }),
    torch: `torch.autograd.grad(${torch}.square().sum(), x, create_graph=True)[0]`,
    layouts: false,
  };
}

/** What a comparison of gradients of first and second order and of layers at their edges with PyTorch's found. */
export const rows: Row[] = [
  row('elu', {
    gradcheck: 0,
    cases: [curve((x) => F.elu(x, { alpha: 1.5 }).add(1), '(F.elu(x, 1.5) + 1)')],
  }),
  row('celu', { gradcheck: 0, cases: [curve((x) => F.celu(x).add(1), '(F.celu(x) + 1)')] }),
  row('selu', { gradcheck: 0, cases: [curve((x) => F.selu(x).add(1), '(F.selu(x) + 1)')] }),
  row('softplus', {
    gradcheck: 0,
    cases: [curve((x) => F.softplus(x, { beta: 2, threshold: 4 }), 'F.softplus(x, 2, 4)')],
  }),
  row('crossEntropy', {
    gradcheck: 0,
    cases: [
      {
        // No label counts: the mean is 0 / 0, and its gradients of all orders are 0.
        in: { x: f([2, 3]), t: values([1, 1], 'int32') },
        run({ x, t }) {
          const [dx] = autograd.grad([F.crossEntropy(x, t, { ignoreIndex: 1 })], [x], { createGraph: true });
          return autograd.grad([dx!.sum()], [x]);
        },
        torch:
          'torch.autograd.grad(torch.autograd.grad(F.cross_entropy(x, t, ignore_index=1), x, create_graph=True)[0].sum(), x)[0]',
      },
    ],
  }),
  ...(['Gamma', 'Beta'] as const).map((name) =>
    row(name, {
      cases: [
        {
          // Where a concentration is 1, the density is flat in x and yet has a slope in the concentration.
          in: { a: values([1, 1, 2]), b: values([1, 3, 1]), x: values([0.2, 0.5, 0.7]) },
          run: ({ a, b, x }) => new D[name](a, b).logProb(x),
          torch: `torch.distributions.${name}(a, b).log_prob(x)`,
        },
      ],
    }),
  ),
  row('Dirichlet', {
    cases: [
      {
        in: { a: values([1, 1, 2]), x: values([0.2, 0.5, 0.3], 'float32', { grad: false }) },
        run: ({ a, x }) => new D.Dirichlet(a).logProb(x),
        torch: 'torch.distributions.Dirichlet(a).log_prob(x)',
      },
    ],
  }),
  row('Bernoulli', {
    gradcheck: 0,
    cases: [
      {
        in: { p: values([0.25, 0.5], 'float32', { grad: false }) },
        run({ p }) {
          const made = [new D.Bernoulli(p), new D.Categorical(p), new D.OneHotCategorical(p), new D.Normal(p, p)];
          const all = [...made, new D.Independent(made[0]!, 0), new D.Independent(made[0]!, 1)];
          return lib.tensor(all.map((each) => each.hasEnumerateSupport));
        },
        torch:
          '(lambda D: torch.tensor([d.has_enumerate_support for d in [D.Bernoulli(p), D.Categorical(p), D.OneHotCategorical(p), D.Normal(p, p), D.Independent(D.Bernoulli(p), 0), D.Independent(D.Bernoulli(p), 1)]]))(torch.distributions)',
      },
    ],
  }),
  row('padSequence', {
    cases: [
      {
        // The first sequence says of which dtype the result is.
        in: { a: values([1, 2], 'int32'), b: values([1.75, 2.5, -3.25], 'float32', { grad: false }) },
        run: ({ a, b }) => [nn.utils.rnn.padSequence([a, b]), nn.utils.rnn.padSequence([b, a], { batchFirst: true })],
        torch: '[nn.utils.rnn.pad_sequence([a, b]), nn.utils.rnn.pad_sequence([b, a], batch_first=True)]',
      },
    ],
  }),
  row('batchNorm', {
    gradcheck: 0,
    cases: [
      {
        // A batch without samples leaves the running statistics as they are.
        in: {
          x: f([0, 2, 3]),
          w: f([2]),
          b: f([2]),
          mean: values([1, 2], 'float32', { grad: false }),
          v: values([3, 4], 'float32', { grad: false }),
        },
        run({ x, w, b, mean, v }) {
          const running = [mean.clone(), v.clone()] as const;
          return [F.batchNorm(x, ...running, w, b, { training: true }), ...running];
        },
        torch: '(lambda m, r: [F.batch_norm(x, m, r, w, b, True), m, r])(mean.clone(), v.clone())',
      },
    ],
  }),
  row('multinomial', {
    cases: [],
    errors: [
      {
        run: () => lib.multinomial(zeros([2, 0]), 1, true),
        type: ShapeError,
        message: 'multinomial: there is no category to draw, got input [2, 0]',
      },
    ],
  }),
  row('packPaddedSequence', {
    cases: [],
    errors: [
      {
        run: () => nn.utils.rnn.packPaddedSequence(zeros([4, 0, 2]), []),
        type: ShapeError,
        message: 'packPaddedSequence: there is nothing to pack, got input [4, 0, 2]',
      },
    ],
  }),
];
