import {
  DTypeError,
  ShapeError,
  WasmgradError,
  binomial,
  distributions as D,
  eye,
  tensor,
  zeros,
  type Tensor,
} from '../../src/index.js';
import { V, answers, close, seeds, usual } from './distributions-more.js';
import type { Any } from './distributions-more.js';
import { f, row, values, type Row } from './table.js';

const scale = { min: 0.3, max: 3 };
const chance = { min: 0.1, max: 0.9 };
const still = { grad: false };
const counts = values([3, 12, 90], 'float32', still);

interface Given {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c: Tensor;
  readonly x: Tensor;
}

/** `expand` of a distribution of vectors. */
function expanded({ a, b, c, x }: Given): Tensor[] {
  const d = new D.LowRankMultivariateNormal(a, b, c).expand([3, 2]);
  return [d.logProb(x), tensor(d.batchShape), d.mean.mul(1)];
}
const expandedTorch = `${V}d = LowRankMultivariateNormal(a, b, c).expand((3, 2))
(d.log_prob(x), torch.tensor(d.batch_shape, dtype=torch.float32), d.mean * 1)`;

export const rows: Row[] = [
  row('binomial', {
    cases: seeds.map((seed) => ({
      seed,
      in: {
        a: values([[5], [40], [1000]], 'float32', still),
        b: values([0, 0.02, 0.3, 0.5, 0.7, 1], 'float32', still),
      },
      run: ({ a, b }: Pick<Given, 'a' | 'b'>) => [
        binomial(a, b),
        binomial(a.double(), b.double()),
        binomial(a.neg(), b),
        binomial(a, b.add(1)),
      ],
      torch: `n, p = torch.broadcast_tensors(a, b)
[torch.binomial(n, p), torch.binomial(n.double(), p.double()), torch.binomial(-n, p), torch.binomial(n, p + 1)]`,
      layouts: false as const,
    })),
    errors: [
      {
        run: () => binomial(zeros([2]), zeros([2], { dtype: 'float64' })),
        type: DTypeError,
        message: 'binomial: count and prob must share a dtype, got float32 and float64',
      },
    ],
  }),
  row('Binomial', {
    cases: [
      ...answers(
        { a: f([2, 3], chance), c: counts, x: values([0, 3, 50], 'float32', still) },
        ({ a, c }) => new D.Binomial(c, a),
        'Binomial(c, a)',
        ['mean', 'mode', 'variance', 'stddev', 'log_prob(x)'],
        'sample',
      ).map((each) => ({ ...each, in: { ...each.in, x: values([0, 3, 50], 'float32', still) } })),
      {
        in: { a: f([2, 3]) },
        run: ({ a }) => {
          const d = new D.Binomial(4, { logits: a });
          return [d.entropy(), d.enumerateSupport(), d.enumerateSupport({ expand: false }), d.mean, d.probs.mul(1)];
        },
        torch: `${V}d = Binomial(4, logits=a)
(d.entropy(), d.enumerate_support(), d.enumerate_support(False), d.mean, d.probs * 1)`,
      },
      {
        in: { a: f([3]), b: f([3]), c: counts },
        run: ({ a, b, c }) => D.klDivergence(new D.Binomial(c, { logits: a }), new D.Binomial(c, { logits: b })),
        torch: `${V}kl_divergence(Binomial(c, logits=a), Binomial(c, logits=b))`,
      },
      {
        in: { a: f([3]), b: f([3]), c: counts },
        run: ({ a, b, c }) => [
          D.klDivergence(new D.Binomial(c.add(1), { logits: a }), new D.Binomial(c, { logits: b })),
          D.klDivergence(new D.Poisson(c), new D.Binomial(c, { logits: b })),
        ],
        torch: `${V}(kl_divergence(Binomial(c + 1, logits=a), Binomial(c, logits=b)), kl_divergence(Poisson(c), Binomial(c, logits=b)))`,
        gradcheck: 0,
      },
    ],
    errors: [
      {
        run: () => new D.Binomial(3, 0.5).logProb(tensor(4)),
        type: WasmgradError,
        message: 'Binomial: value must be at most totalCount',
      },
      {
        run: () => new D.Binomial(tensor([1, 2]), 0.5).entropy(),
        type: WasmgradError,
        message: 'Binomial: enumerateSupport and entropy need equal counts',
      },
      {
        run: () => new D.Binomial(1.5, 0.5),
        type: WasmgradError,
        message: 'Binomial: totalCount must be whole numbers of at least 0, got 1.5',
      },
      {
        run: () => new D.Binomial(1, {}),
        type: WasmgradError,
        message: 'Binomial: give either probs or logits',
      },
      {
        run: () => D.klDivergence(new D.Binomial(1, 0.5), new D.Binomial(2, 0.5)),
        type: WasmgradError,
        message: 'klDivergence: no formula is known for binomials where q has the greater totalCount',
      },
    ],
  }),
  row('NegativeBinomial', {
    cases: [
      ...answers(
        { a: f([2, 3], chance), c: f([3], scale), x: values([0, 3, 8], 'float32', still) },
        ({ a, c }) => new D.NegativeBinomial(c, a),
        'NegativeBinomial(c, a)',
        ['mean', 'mode', 'variance', 'stddev', 'log_prob(x)'],
        'sample',
      ).map((each) => ({ ...each, in: { ...each.in, x: values([0, 3, 8], 'float32', still) } })),
      {
        in: { a: f([3]), x: values([0, 1, 4], 'float32', still) },
        run: ({ a, x }) => [
          new D.NegativeBinomial(2.5, { logits: a }).logProb(x),
          new D.NegativeBinomial(0, { logits: a }).logProb(x.mul(0)),
        ],
        torch: `${V}(NegativeBinomial(2.5, logits=a).log_prob(x), NegativeBinomial(0., logits=a).log_prob(x * 0))`,
      },
    ],
    errors: [
      {
        run: () => new D.NegativeBinomial(1, 1),
        type: WasmgradError,
        message: 'NegativeBinomial: probs must be numbers from 0 to below 1, got 1',
      },
      {
        run: () => new D.NegativeBinomial(1, 0.5).entropy(),
        type: WasmgradError,
        message: 'NegativeBinomial: entropy is not defined for it',
      },
    ],
  }),
  row('OneHotCategoricalStraightThrough', {
    cases: answers(
      { a: f([2, 3, 4], { min: 0.1, max: 1 }), x: values([0, 1, 0, 0], 'float32', still) },
      ({ a }) => new D.OneHotCategoricalStraightThrough(a),
      'OneHotCategoricalStraightThrough(a)',
      usual,
    ).map((each) => ({ ...each, in: { ...each.in, x: values([0, 1, 0, 0], 'float32', still) } })),
  }),
  row('VonMises', {
    cases: [
      {
        in: { a: f([2, 3]), b: f([3], { min: 0.3, max: 9 }), x: f([2, 3]) },
        run: ({ a, b, x }) => {
          const d = new D.VonMises(a, b);
          return [d.mean.mul(1), d.mode.mul(1), d.variance, d.logProb(x), d.expand([2, 2, 3]).logProb(x)];
        },
        torch: `${V}d = VonMises(a, b)
(d.mean * 1, d.mode * 1, d.variance, d.log_prob(x), d.expand((2, 2, 3)).log_prob(x))`,
      },
    ],
    errors: [
      {
        run: () => new D.VonMises(0, 0),
        type: WasmgradError,
        message: 'VonMises: concentration must be numbers above 0, got 0',
      },
      {
        run: () => new D.VonMises(0, 1).entropy(),
        type: WasmgradError,
        message: 'VonMises: entropy is not defined for it',
      },
    ],
  }),
  row('vonMisesSamples', {
    cases: seeds.map((seed): Any => ({
      seed,
      in: { a: f([2, 3], still), b: f([3], { min: 0.3, max: 9, grad: false }) },
      run: ({ a, b }) => [new D.VonMises(a, b).sample([4]), new D.VonMises(a, b).sample()],
      // Since 2.0 PyTorch draws in double precision whatever the parameters.
      torch: `${V}d = VonMises(a.double(), b.double())\n(d.sample((4,)).float(), d.sample().float())`,
      ...close,
    })),
  }),
  row('LowRankMultivariateNormal', {
    cases: [
      ...answers(
        { a: f([2, 3]), b: f([2, 3, 2]), c: f([3], scale), x: f([2, 3]) },
        ({ a, b, c }) => new D.LowRankMultivariateNormal(a, b, c),
        'LowRankMultivariateNormal(a, b, c)',
        ['mean', 'mode', 'variance', 'stddev', 'entropy()', 'log_prob(x)'],
      ).map((each, i, { length }) => (i < length - 1 ? each : { ...each, run: expanded, torch: expandedTorch })),
      {
        in: { a: f([3]), b: f([3, 2]), c: f([3], scale) },
        run: ({ a, b, c }) => {
          const d = new D.LowRankMultivariateNormal(a, b, c);
          return [d.covarianceMatrix, d.precisionMatrix, d.scaleTril];
        },
        torch: `${V}d = LowRankMultivariateNormal(a, b, c)\n(d.covariance_matrix, d.precision_matrix, d.scale_tril)`,
      },
      {
        in: { a: f([3]), b: f([3, 2]), c: f([3], scale), x: f([3, 1]) },
        run: ({ a, b, c, x }) => {
          const p = new D.LowRankMultivariateNormal(a, b, c);
          const q = new D.LowRankMultivariateNormal(a.neg(), x, c.add(1));
          const wide = new D.MultivariateNormal(a.mul(2), x.matmul(x.mT).add(eye(3, { dtype: x.dtype })));
          return [D.klDivergence(p, q), D.klDivergence(p, wide), D.klDivergence(wide, q)];
        },
        torch: `${V}p = LowRankMultivariateNormal(a, b, c)
q = LowRankMultivariateNormal(-a, x, c + 1)
w = MultivariateNormal(2 * a, x @ x.mT + torch.eye(3, dtype=x.dtype))
(kl_divergence(p, q), kl_divergence(p, w), kl_divergence(w, q))`,
      },
    ],
    errors: [
      {
        run: () => new D.LowRankMultivariateNormal(zeros([3]), zeros([2, 2]), zeros([3])),
        type: ShapeError,
        message: 'LowRankMultivariateNormal: shapes do not fit, got loc [3], covFactor [2, 2], covDiag [3]',
      },
    ],
  }),
  row('furtherDistributionsPrinted', {
    cases: [
      {
        run: () => {
          const two = zeros([2]);
          const printed = [
            [new D.Binomial(3, 0.5), 'Binomial(total_count: 3.0, probs: 0.5)'],
            [new D.NegativeBinomial(3, { logits: 0.5 }), 'NegativeBinomial(total_count: 3.0, logits: 0.5)'],
            [new D.Weibull(1, 2), 'Weibull(scale: 1.0, concentration: 2.0)'],
            [new D.Pareto(1, 2), 'Pareto(alpha: 2.0, scale: 1.0)'],
            [new D.Kumaraswamy(1, 2), 'Kumaraswamy(concentration1: 1.0, concentration0: 2.0)'],
            [new D.FisherSnedecor(1, 2), 'FisherSnedecor(df1: 1.0, df2: 2.0)'],
            [new D.VonMises(1, 2), 'VonMises(loc: 1.0, concentration: 2.0)'],
            [new D.HalfCauchy(1), 'HalfCauchy()'],
            [new D.LogisticNormal(two, 1), 'LogisticNormal()'],
            [
              new D.LowRankMultivariateNormal(two, zeros([2, 1]), two.add(1)),
              'LowRankMultivariateNormal(loc: torch.Size([2]), cov_factor: torch.Size([2, 1]), cov_diag: torch.Size([2]))',
            ],
          ] as const;
          return printed.map(([d, text]) => String(d) === text);
        },
        torch: `${V}t, two = torch.tensor, torch.zeros(2)
made = [(Binomial(3, t(0.5)), 'Binomial(total_count: 3.0, probs: 0.5)'), (NegativeBinomial(3, logits=t(0.5)), 'NegativeBinomial(total_count: 3.0, logits: 0.5)'),
 (Weibull(t(1.), t(2.)), 'Weibull(scale: 1.0, concentration: 2.0)'), (Pareto(t(1.), t(2.)), 'Pareto(alpha: 2.0, scale: 1.0)'),
 (Kumaraswamy(t(1.), t(2.)), 'Kumaraswamy(concentration1: 1.0, concentration0: 2.0)'), (FisherSnedecor(t(1.), t(2.)), 'FisherSnedecor(df1: 1.0, df2: 2.0)'),
 (VonMises(t(1.), t(2.)), 'VonMises(loc: 1.0, concentration: 2.0)'), (HalfCauchy(t(1.)), 'HalfCauchy()'), (LogisticNormal(two, two + 1), 'LogisticNormal()'),
 (LowRankMultivariateNormal(two, torch.zeros(2, 1), two + 1), 'LowRankMultivariateNormal(loc: torch.Size([2]), cov_factor: torch.Size([2, 1]), cov_diag: torch.Size([2]))')]
[str(d) == p for d, p in made]`,
        single: true,
      },
    ],
  }),
  row('further distributions unchecked', {
    cases: [
      {
        run: () => {
          const off = { validateArgs: false };
          return [
            new D.HalfCauchy(-1, off).mode,
            new D.FisherSnedecor(-1, 3, off).mean,
            new D.Weibull(-1, 1, off).mean,
            new D.Pareto(-1, 2, off).mean,
            new D.Kumaraswamy(-1, 2, off).concentration1,
            new D.LogisticNormal(zeros([1]), 1, off).logProb(tensor([0.5, 1.5])),
            new D.OneHotCategoricalStraightThrough(tensor([-1, 2]), off).mean,
            new D.ContinuousBernoulli(-0.5, off).probs,
            new D.VonMises(0, -1, off).mode,
            new D.LowRankMultivariateNormal(zeros([2]), zeros([2, 1]), tensor([-1, 1]), off).variance,
            new D.Binomial(1, 1.5, off).mean,
            new D.NegativeBinomial(2, 1.5, off).totalCount,
          ];
        },
        torch: `${V}o = dict(validate_args=False)
t = torch.tensor
[t(0.), t(3.), Weibull(t(-1.), t(1.), **o).mean, Pareto(t(-1.), t(2.), **o).mean, t(-1.), LogisticNormal(torch.zeros(1), torch.ones(1), **o).log_prob(t([0.5, 1.5])),
 t([-1., 2.]), t(2.0 ** -23), VonMises(t(0.), t(-1.), **o).mode,
 LowRankMultivariateNormal(torch.zeros(2), torch.zeros(2, 1), t([-1., 1.]), **o).variance, Binomial(1, t(1.5), **o).mean, t(2.)]`,
        single: true,
      },
    ],
  }),
];
