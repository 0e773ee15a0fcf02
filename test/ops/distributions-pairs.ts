import { WasmgradError, distributions as D, tensor, zeros, type Tensor } from '../../src/index.js';
import { f, row, type Case, type Row } from './table.js';

const V = 'from torch.distributions import *\n';
const scale = { min: 0.3, max: 3 };

type Any = Case<'a' | 'b' | 'c' | 'x'>;

/** Pairs of kinds between which PyTorch has formulas, from parameters `a` and `b` above 0. */
const kinds: Readonly<Record<string, readonly [(a: Tensor, b: Tensor) => D.Distribution, string]>> = {
  N: [(a, b) => new D.Normal(a, b), 'Normal(a, b)'],
  L: [(a, b) => new D.Laplace(a, b), 'Laplace(a, b)'],
  Gu: [(a, b) => new D.Gumbel(a, b), 'Gumbel(a, b)'],
  C: [(a, b) => new D.Cauchy(a, b), 'Cauchy(a, b)'],
  E: [(a) => new D.Exponential(a), 'Exponential(a)'],
  G: [(a, b) => new D.Gamma(a, b), 'Gamma(a, b)'],
  Be: [(a, b) => new D.Beta(a, b), 'Beta(a, b)'],
  U: [(a, b) => new D.Uniform(a.mul(0.1), b.mul(0.1).add(0.5)), 'Uniform(a * 0.1, b * 0.1 + 0.5)'],
  W: [(a, b) => new D.Uniform(a.neg(), b.add(1)), 'Uniform(-a, b + 1)'],
  P: [(a) => new D.Poisson(a), 'Poisson(a)'],
  B: [(a) => new D.Bernoulli({ logits: a }), 'Bernoulli(logits=a)'],
  Ge: [(a) => new D.Geometric({ logits: a }), 'Geometric(logits=a)'],
  LN: [(a, b) => new D.LogNormal(a, b), 'LogNormal(a, b)'],
  H: [(a) => new D.HalfNormal(a), 'HalfNormal(a)'],
  O: [(a) => new D.OneHotCategorical(a), 'OneHotCategorical(a)'],
  I: [(a, b) => new D.Independent(new D.Normal(a, b), 1), 'Independent(Normal(a, b), 1)'],
};
const pairs =
  'Gu-Gu C-C P-P Ge-Ge LN-LN H-H O-O I-I B-P P-B Be-E Be-G Be-N Be-U Be-W E-U E-Be E-G E-Gu E-N G-U G-Be G-E G-Gu G-N ' +
  'Gu-U Gu-G Gu-E Gu-Be Gu-N L-U L-G L-E L-Be L-N N-U N-G N-E N-Be N-Gu N-L U-Be U-E U-G U-Gu U-N W-E';

/** Those whose divergence is ∞. */
const endless: ReadonlySet<string> = new Set(
  'P-B Be-U E-U E-Be G-U G-Be Gu-U Gu-G Gu-E Gu-Be L-U L-G L-E L-Be N-U N-G N-E N-Be W-E'.split(' '),
);

export const rows: Row[] = [
  row('klDivergence of pairs', {
    cases: pairs.split(' ').map((pair): Any => {
      const [[p, pythonP], [q, pythonQ]] = pair.split('-').map((kind) => kinds[kind]!) as [
        (typeof kinds)[string],
        (typeof kinds)[string],
      ];
      const always = ['B-P', 'P-B'].includes(pair) ? 0 : 1;
      return {
        in: { a: f([2, 3], scale), b: f([2, 3], scale), c: f([2, 3], scale), x: f([2, 3], scale) },
        run: ({ a, b, c, x }) => D.klDivergence(p(a, b), q(c, x)).add(a.sum().mul(always)),
        torch: `${V}p = ${pythonP}\na0, a, b = a, c, x\nkl_divergence(p, ${pythonQ}) + a0.sum() * ${always}`,
        ...(endless.has(pair) ? { gradcheck: 0 as const } : {}),
      };
    }),
  }),
  row('distributionsPrinted', {
    cases: [
      {
        run: () => {
          const two = zeros([2]);
          const printed = [
            'Normal(loc: 0.0, scale: 1.0)',
            'Normal(loc: torch.Size([2]), scale: torch.Size([2]))',
            'Uniform(low: -0.5, high: 1e-05)',
            'Categorical(logits: torch.Size([2]))',
            'Independent(Normal(loc: torch.Size([2]), scale: torch.Size([2])), 1)',
            'MultivariateNormal(loc: torch.Size([2]), covariance_matrix: torch.Size([2, 2]))',
            'MixtureSameFamily(\n  Categorical(logits: torch.Size([2])),\n  Laplace(loc: torch.Size([2]), scale: torch.Size([2])))',
            'LogNormal()',
          ];
          const made = [
            new D.Normal(0, 1),
            new D.Normal(two, 1),
            new D.Uniform(tensor(-0.5, { dtype: 'float64' }), 1e-5),
            new D.Categorical({ logits: two }),
            new D.Independent(new D.Normal(two, 1), 1),
            new D.MultivariateNormal(
              two,
              tensor([
                [1, 0],
                [0, 1],
              ]),
            ),
            new D.MixtureSameFamily(new D.Categorical({ logits: two }), new D.Laplace(two, 1)),
            new D.LogNormal(0, 1),
          ];
          return made.map((d, i) => String(d) === printed[i]);
        },
        torch: `${V}t = torch.zeros(2)
made = [Normal(0., 1.), Normal(t, 1.), Uniform(torch.tensor(-0.5, dtype=torch.float64), torch.tensor(1e-5, dtype=torch.float64)),
 Categorical(logits=t), Independent(Normal(t, 1.), 1), MultivariateNormal(t, torch.eye(2)),
 MixtureSameFamily(Categorical(logits=t), Laplace(t, 1.)), LogNormal(0., 1.)]
printed = ['Normal(loc: 0.0, scale: 1.0)', 'Normal(loc: torch.Size([2]), scale: torch.Size([2]))', 'Uniform(low: -0.5, high: 1e-05)',
 'Categorical(logits: torch.Size([2]))', 'Independent(Normal(loc: torch.Size([2]), scale: torch.Size([2])), 1)',
 'MultivariateNormal(loc: torch.Size([2]), covariance_matrix: torch.Size([2, 2]))',
 'MixtureSameFamily(\\n  Categorical(logits: torch.Size([2])),\\n  Laplace(loc: torch.Size([2]), scale: torch.Size([2])))', 'LogNormal()']
[str(d) == p for d, p in zip(made, printed)]`,
        single: true,
      },
      {
        in: { a: f([2], scale) },
        run: ({ a }) => [
          new D.Dirichlet(a).mode,
          new D.Dirichlet(a.add(1)).mode,
          new D.Beta(a.add(1), 2).mode,
          new D.Gamma(a, 1).mode,
          new D.Uniform(a, 5).mode,
          new D.Exponential(a).mode,
          new D.Categorical(a).expand([3]).probs,
          new D.Bernoulli(a.div(4)).expand([3, 2]).probs,
          new D.Dirichlet(a).expand([2]).mean,
          new D.Beta(a, 2).expand([3, 2]).mean,
          new D.Uniform(a, 5).expand([3, 2]).mean,
          new D.Exponential(a).expand([3, 2]).mean,
          new D.Gamma(a, 1).expand([3, 2]).mean,
        ],
        torch: `${V}[Dirichlet(a).mode, Dirichlet(a + 1).mode, Beta(a + 1, 2.).mode, Gamma(a, 1.).mode, Uniform(a, 5.).mode, Exponential(a).mode,
 Categorical(a).expand((3,)).probs, Bernoulli(a / 4).expand((3, 2)).probs, Dirichlet(a).expand((2,)).mean, Beta(a, 2.).expand((3, 2)).mean,
 Uniform(a, 5.).expand((3, 2)).mean, Exponential(a).expand((3, 2)).mean, Gamma(a, 1.).expand((3, 2)).mean]`,
        gradcheck: 0,
      },
    ],
  }),
  row('MultivariateNormal checks', {
    cases: [
      {
        in: { a: f([2]), b: f([2, 2]) },
        run: ({ a, b }) => {
          const lower = b.tril(-1).add(
            tensor(
              [
                [1, 0],
                [0, 2],
              ],
              { dtype: b.dtype },
            ),
          );
          const d = new D.MultivariateNormal(a, { scaleTril: lower }).expand([3]);
          return [d.logProb(a), new D.MultivariateNormal(a, { scaleTril: b, validateArgs: false }).loc];
        },
        torch: `${V}l = b.tril(-1) + torch.tensor([[1, 0], [0, 2]])
(MultivariateNormal(a, scale_tril=l).expand((3,)).log_prob(a), MultivariateNormal(a, scale_tril=b, validate_args=False).loc)`,
      },
    ],
    errors: [
      {
        run: () =>
          new D.MultivariateNormal(zeros([2]), {
            scaleTril: tensor([
              [1, 1],
              [0, 1],
            ]),
          }),
        type: WasmgradError,
        message: 'MultivariateNormal: scaleTril must be a lower triangle with a diagonal above 0',
      },
      {
        run: () =>
          new D.MultivariateNormal(
            zeros([2]),
            tensor([
              [1, 0.5],
              [0, 1],
            ]),
          ),
        type: WasmgradError,
        message: 'MultivariateNormal: covarianceMatrix must be symmetric',
      },
    ],
  }),
  row('distributions unchecked', {
    cases: [
      {
        run: () => {
          const off = { validateArgs: false };
          const odd = tensor([-1, 2]);
          const normal = new D.Normal(zeros([2]), 1, off);
          return [
            new D.Gumbel(0, -1, off).mean,
            new D.Cauchy(0, -1, off).mode,
            new D.LogNormal(0, -1, off).mean,
            new D.HalfNormal(-1, off).mean,
            new D.StudentT(-1, 0, 1, off).mode,
            new D.Chi2(-1, off).mean,
            new D.Poisson(-1, off).mean,
            new D.Geometric(2, off).mean,
            new D.Multinomial(2, odd, off).mean,
            new D.OneHotCategorical(odd, off).mean,
            new D.RelaxedOneHotCategorical(-1, tensor([1, 1]), off).temperature,
            new D.Independent(normal, 1, off).logProb(tensor([NaN, 0])),
            new D.MixtureSameFamily(new D.Categorical(tensor([1, 1])), normal, off).logProb(tensor(NaN)),
          ];
        },
        torch: `${V}o = dict(validate_args=False)
t = torch.tensor
[Gumbel(0., t(-1.), **o).mean, t(0.), LogNormal(0., -1., **o).mean, t(-math.sqrt(2 / math.pi)), t(0.), Chi2(-1., **o).mean,
 Poisson(-1., **o).mean, Geometric(2., **o).mean, t([-2., 4.]), t([-1., 2.]), t(-1.), t(math.nan), t(math.nan)]`,
        single: true,
      },
    ],
  }),
];
