import { WasmgradError, distributions as D, tensor, zeros, type Tensor } from '../../src/index.js';
import { V, answers, close, seeds, usual } from './distributions-more.js';
import type { Any } from './distributions-more.js';
import { f, row, values, type Case, type Row } from './table.js';

const scale = { min: 0.3, max: 3 };
const chance = { min: 0.1, max: 0.9 };
const still = { grad: false };
const [cdf, icdf] = ['cdf(x)', 'icdf(x.sigmoid())'] as const;

/** Divergences of distributions that `make` makes of positive numbers; where they are ∞ there is no gradient. */
function divergences(
  pairs: Readonly<Record<string, readonly [(g: Given) => D.Distribution, (g: Given) => D.Distribution, string]>>,
): Case<'a' | 'b' | 'c' | 'x'>[] {
  return Object.entries(pairs).map(([name, [p, q, python]]) => ({
    in: { a: f([2, 3], scale), b: f([2, 3], scale), c: f([2, 3], scale), x: f([2, 3], scale) },
    run: (given) => {
      const sum = given.a.add(given.b).add(given.c).add(given.x).sum();
      return D.klDivergence(p(given), q(given)).add(sum.mul(0.1));
    },
    torch: `${V}kl_divergence(${python}) + 0.1 * (a + b + c + x).sum()`,
    ...(name.endsWith('∞') ? { gradcheck: 0 as const } : {}),
  }));
}
interface Given {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c: Tensor;
  readonly x: Tensor;
}

export const rows: Row[] = [
  row('HalfCauchy', {
    cases: [
      ...answers({ a: f([2, 3], scale), x: f([2, 3], scale) }, ({ a }) => new D.HalfCauchy(a), 'HalfCauchy(a)', [
        ...usual,
        cdf,
        icdf,
      ]),
      ...divergences({
        HC: [({ a }) => new D.HalfCauchy(a), ({ b }) => new D.HalfCauchy(b), 'HalfCauchy(a), HalfCauchy(b)'],
      }),
    ],
    errors: [
      {
        run: () => new D.HalfCauchy(0),
        type: WasmgradError,
        message: 'HalfCauchy: scale must be numbers above 0, got 0',
      },
    ],
  }),
  row('FisherSnedecor', {
    cases: [
      ...answers(
        { a: f([2, 3], { min: 2.5, max: 6 }), b: f([3], { min: 4.5, max: 9 }), x: f([2, 3], scale) },
        ({ a, b }) => new D.FisherSnedecor(a, b),
        'FisherSnedecor(a, b)',
        ['mean', 'mode', 'variance', 'stddev', 'log_prob(x)'],
      ),
      {
        run: () => [
          new D.FisherSnedecor(1, 2).mean,
          new D.FisherSnedecor(1, 2).mode,
          new D.FisherSnedecor(1, 4).variance,
        ],
        torch: `${V}t = torch.tensor
[FisherSnedecor(t([1.]), t([2.])).mean[0], FisherSnedecor(t([1.]), t([2.])).mode[0], FisherSnedecor(t([1.]), t([4.])).variance[0]]`,
      },
    ],
    errors: [
      {
        run: () => new D.FisherSnedecor(1, 0),
        type: WasmgradError,
        message: 'FisherSnedecor: df2 must be numbers above 0, got 0',
      },
    ],
  }),
  row('Weibull', {
    cases: answers(
      { a: f([2, 3], scale), b: f([3], { min: 1.2, max: 3 }), x: f([2, 3], scale) },
      ({ a, b }) => new D.Weibull(a, b),
      'Weibull(a, b)',
      [...usual, cdf, icdf],
    ),
    errors: [
      {
        run: () => new D.Weibull(1, 0),
        type: WasmgradError,
        message: 'Weibull: concentration must be numbers above 0, got 0',
      },
    ],
  }),
  row('Pareto', {
    cases: [
      ...answers(
        { a: f([2, 3], chance), b: f([3], { min: 2.2, max: 4 }), x: f([2, 3], { min: 1, max: 5 }) },
        ({ a, b }) => new D.Pareto(a, b),
        'Pareto(a, b)',
        [...usual, cdf, icdf],
      ),
      ...divergences({
        P: [
          ({ a, b }) => new D.Pareto(a.add(3), b.add(2)),
          ({ c, x }) => new D.Pareto(c, x),
          'Pareto(a + 3, b + 2), Pareto(c, x)',
        ],
        'P ∞': [
          ({ a, b }) => new D.Pareto(a, b),
          ({ c, x }) => new D.Pareto(c.add(3), x),
          'Pareto(a, b), Pareto(c + 3, x)',
        ],
        E: [
          ({ a, b }) => new D.Pareto(a, b.add(2)),
          ({ c }) => new D.Exponential(c),
          'Pareto(a, b + 2), Exponential(c)',
        ],
        G: [({ a, b }) => new D.Pareto(a, b.add(2)), ({ c, x }) => new D.Gamma(c, x), 'Pareto(a, b + 2), Gamma(c, x)'],
        N: [
          ({ a, b }) => new D.Pareto(a, b.add(2)),
          ({ c, x }) => new D.Normal(c, x),
          'Pareto(a, b + 2), Normal(c, x)',
        ],
        'N ∞': [({ a }) => new D.Pareto(a, 1), ({ c, x }) => new D.Normal(c, x), 'Pareto(a, 1.), Normal(c, x)'],
        'Be ∞': [({ a, b }) => new D.Pareto(a, b), ({ c, x }) => new D.Beta(c, x), 'Pareto(a, b), Beta(c, x)'],
        U: [
          ({ a, b }) => new D.Uniform(a.add(3), b.add(7)),
          ({ c, x }) => new D.Pareto(c, x),
          'Uniform(a + 3, b + 7), Pareto(c, x)',
        ],
        'GN ∞': [({ a, b }) => new D.Normal(a, b), ({ c, x }) => new D.Pareto(c, x), 'Normal(a, b), Pareto(c, x)'],
        'BeP ∞': [({ a, b }) => new D.Beta(a, b), ({ c, x }) => new D.Pareto(c, x), 'Beta(a, b), Pareto(c, x)'],
      }),
    ],
    errors: [
      {
        run: () => new D.Pareto(2, 1).logProb(tensor(1)),
        type: WasmgradError,
        message: 'Pareto: value must be at least scale',
      },
    ],
  }),
  row('Kumaraswamy', {
    cases: [
      ...answers(
        { a: f([2, 3], { min: 1.2, max: 3 }), b: f([3], { min: 1.2, max: 3 }), x: f([2, 3], chance) },
        ({ a, b }) => new D.Kumaraswamy(a, b),
        'Kumaraswamy(a, b)',
        ['mean', 'variance', 'stddev', 'entropy()', 'log_prob(x)', cdf, icdf],
      ),
      {
        in: { a: f([3], { min: 1.2, max: 3, grad: false }), b: f([3], { min: 1.2, max: 3, grad: false }) },
        run: ({ a, b }) => [new D.Kumaraswamy(a, b).mode, new D.Kumaraswamy(a, 0.5).mode],
        torch: '(((a - 1) / (a * b - 1)) ** (1 / a), a * float("nan"))',
      },
    ],
    errors: [
      {
        run: () => new D.Kumaraswamy(0, 1),
        type: WasmgradError,
        message: 'Kumaraswamy: concentration1 must be numbers above 0, got 0',
      },
    ],
  }),
  row('LogisticNormal', {
    cases: [
      {
        in: { a: f([2, 3]), b: f([3], scale), x: f([2, 4]) },
        run: ({ a, b, x }) => {
          const d = new D.LogisticNormal(a, b);
          return [
            d.logProb(x.softmax(-1)),
            d.loc.add(d.scale),
            new D.LogisticNormal(0, b.sum()).logProb(tensor([0.25, 0.75], { dtype: x.dtype as 'float32' })),
          ];
        },
        torch: `${V}d = LogisticNormal(a, b)
(d.log_prob(x.softmax(-1)), d.loc + d.scale, LogisticNormal(torch.zeros((), dtype=x.dtype), b.sum()).log_prob(torch.tensor([0.25, 0.75], dtype=x.dtype)))`,
      },
      ...seeds.map((seed): Any => ({
        seed,
        in: { a: f([2, 3]), b: f([3], scale) },
        run: ({ a, b }) => [
          new D.LogisticNormal(a, b).rsample([3]),
          new D.LogisticNormal(a, b).expand([3, 2]).sample([2]),
        ],
        torch: `${V}(LogisticNormal(a, b).rsample((3,)), LogisticNormal(a, b).expand((3, 2)).sample((2,)))`,
        ...close,
      })),
    ],
    errors: [
      {
        run: () => new D.LogisticNormal(zeros([2]), 0),
        type: WasmgradError,
        message: 'Normal: scale must be numbers above 0, got 0',
      },
    ],
  }),
  row('ContinuousBernoulli', {
    cases: [
      ...answers(
        // Away from ½, where the formulas lose digits in single precision.
        {
          a: values([
            [0.1, 0.2, 0.25],
            [0.75, 0.8, 0.9],
          ]),
          x: f([2, 3], chance),
        },
        ({ a }) => new D.ContinuousBernoulli(a),
        'ContinuousBernoulli(a)',
        ['mean', 'variance', 'stddev', 'entropy()', 'log_prob(x)', cdf, icdf],
      ),
      {
        in: { a: f([5]), x: f([5], chance) },
        run: ({ a, x }) => {
          const d = new D.ContinuousBernoulli({ logits: a, lims: [0.3, 0.7] });
          return [d.mean, d.variance, d.entropy(), d.logProb(x), d.cdf(x), d.icdf(x)];
        },
        torch: `${V}d = ContinuousBernoulli(logits=a, lims=(0.3, 0.7))
(d.mean, d.variance, d.entropy(), d.log_prob(x), d.cdf(x), d.icdf(x))`,
      },
      {
        in: { x: values([0, 1, 0.5], 'float32', still) },
        run: ({ x }) => new D.ContinuousBernoulli(0.2, { lims: [0.1, 0.9] }).cdf(x),
        torch: `${V}ContinuousBernoulli(torch.tensor(0.2, dtype=x.dtype), lims=(0.1, 0.9)).cdf(x)`,
        single: true,
      },
      ...divergences({
        CB: [
          ({ a }) => new D.ContinuousBernoulli({ logits: a }),
          ({ b }) => new D.ContinuousBernoulli({ logits: b }),
          'ContinuousBernoulli(logits=a), ContinuousBernoulli(logits=b)',
        ],
        E: [
          ({ a }) => new D.ContinuousBernoulli({ logits: a }),
          ({ c }) => new D.Exponential(c),
          'ContinuousBernoulli(logits=a), Exponential(c)',
        ],
        N: [
          ({ a }) => new D.ContinuousBernoulli({ logits: a }),
          ({ c, x }) => new D.Normal(c, x),
          'ContinuousBernoulli(logits=a), Normal(c, x)',
        ],
        U: [
          ({ a }) => new D.ContinuousBernoulli({ logits: a }),
          ({ c, x }) => new D.Uniform(c.neg(), x.add(1)),
          'ContinuousBernoulli(logits=a), Uniform(-c, x + 1)',
        ],
        'P ∞': [
          ({ a }) => new D.ContinuousBernoulli({ logits: a }),
          ({ c, x }) => new D.Pareto(c, x),
          'ContinuousBernoulli(logits=a), Pareto(c, x)',
        ],
        Be: [
          ({ a, b }) => new D.Beta(a, b),
          ({ c }) => new D.ContinuousBernoulli({ logits: c }),
          'Beta(a, b), ContinuousBernoulli(logits=c)',
        ],
        UC: [
          ({ a, b }) => new D.Uniform(a.mul(0.1), b.mul(0.1).add(0.5)),
          ({ c }) => new D.ContinuousBernoulli({ logits: c }),
          'Uniform(a * 0.1, b * 0.1 + 0.5), ContinuousBernoulli(logits=c)',
        ],
        'L ∞': [
          ({ a, b }) => new D.Laplace(a, b),
          ({ c }) => new D.ContinuousBernoulli({ logits: c }),
          'Laplace(a, b), ContinuousBernoulli(logits=c)',
        ],
      }),
    ],
    errors: [
      {
        run: () => new D.ContinuousBernoulli(1.5),
        type: WasmgradError,
        message: 'ContinuousBernoulli: probs must be numbers from 0 to 1, got 1.5',
      },
      {
        run: () => new D.ContinuousBernoulli({}),
        type: WasmgradError,
        message: 'ContinuousBernoulli: give either probs or logits',
      },
    ],
  }),
];
