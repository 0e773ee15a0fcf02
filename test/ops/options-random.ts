/** Draws from a generator of one's own, beside one that the global seed has moved elsewhere; other options of random functions. */
import {
  Generator,
  bernoulli,
  distributions as D,
  empty,
  eye,
  full,
  multinomial,
  nn,
  normal,
  ones,
  binomial,
  poisson,
  rand,
  randLike,
  randint,
  randintLike,
  randn,
  randnLike,
  randperm,
  tensor,
  type Tensor,
} from '../../src/index.js';
import { row, type Case, type Row } from './table.js';

const single = true;
const close = { tolerance: { float32: 1e-6 } };

/** One generator for all: it outlives scopes. */
let generator: Generator | null = null;
const own = (): Generator => (generator ??= new Generator()).manualSeed(7);

/** A draw, and the same in Python, where `g` is the generator. */
function drawn(name: string, run: (generator: Generator) => Tensor, torch: string): Row {
  const sample: Case = {
    seed: 1,
    run: () => run(own()),
    torch: `g = torch.Generator().manual_seed(7); ${torch}`,
    ...close,
  };
  return row(name, { cases: [sample] });
}

/** An initialisation, which PyTorch 1.13 can only draw from the global generator. */
function initialised(run: (generator: Generator) => Tensor, torch: string): Case {
  return { seed: 1, run: () => run(own()), torch: `torch.manual_seed(7); nn.init.${torch}`, ...close };
}

/** A distribution whose parameters are refused unless they are not checked. */
function unchecked(name: string, run: () => Tensor | number, torch: string): Row {
  return row(name, { cases: [{ run, torch: `torch.distributions.${torch}`, single, ...close }] });
}

const some = (): Tensor => full([4], 0.5);
const trust = { validateArgs: false };

export const rows: Row[] = [
  drawn(
    'bernoulli',
    (generator) => bernoulli(some(), { generator }),
    'torch.bernoulli(torch.full((4,), 0.5), generator=g)',
  ),
  drawn(
    'bernoulli_ of a generator',
    (generator) => empty([9]).bernoulli_(0.4, { generator }),
    'torch.empty(9).bernoulli_(0.4, generator=g)',
  ),
  drawn(
    'exponential_',
    (generator) => empty([4]).exponential_(2, { generator }),
    'torch.empty(4).exponential_(2, generator=g)',
  ),
  drawn(
    'random_',
    (generator) => empty([4]).random_(3, 90, { generator }),
    'torch.empty(4).random_(3, 90, generator=g)',
  ),
  drawn('cauchy_', (generator) => empty([4]).cauchy_({ generator }), 'torch.empty(4).cauchy_(generator=g)'),
  drawn(
    'geometric_',
    (generator) => empty([4]).geometric_(0.2, { generator }),
    'torch.empty(4).geometric_(0.2, generator=g)',
  ),
  drawn('logNormal_', (generator) => empty([4]).logNormal_({ generator }), 'torch.empty(4).log_normal_(generator=g)'),
  drawn(
    'binomial',
    (generator) => binomial(some().mul(80), some(), { generator }),
    'torch.binomial(torch.full((4,), 40.0), torch.full((4,), 0.5), generator=g)',
  ),
  drawn(
    'poisson',
    (generator) => poisson(some().mul(9), { generator }),
    'torch.poisson(torch.full((4,), 4.5), generator=g)',
  ),
  drawn(
    'multinomial',
    (generator) => multinomial(some(), 3, { generator }),
    'torch.multinomial(torch.full((4,), 0.5), 3, generator=g)',
  ),
  drawn('rand', (generator) => rand([4], { generator }), 'torch.rand(4, generator=g)'),
  drawn('randn', (generator) => randn([4], { generator }), 'torch.randn(4, generator=g)'),
  drawn('randint', (generator) => randint(99, [4], { generator }), 'torch.randint(99, (4,), generator=g)'),
  drawn('randperm', (generator) => randperm(9, { generator }), 'torch.randperm(9, generator=g)'),
  drawn('normal', (generator) => normal(1, 2, [4], { generator }), 'torch.normal(1.0, 2.0, (4,), generator=g)'),
  drawn('randLike of a generator', (generator) => randLike(some(), { generator }), 'torch.rand(4, generator=g)'),
  drawn('randnLike of a generator', (generator) => randnLike(some(), { generator }), 'torch.randn(4, generator=g)'),
  drawn(
    'randintLike of a generator',
    (generator) => randintLike(some(), 99, { generator }),
    'torch.randint(99, (4,), generator=g).float()',
  ),
  drawn(
    'uniform_ of a generator',
    (generator) => empty([4]).uniform_({ from: -3, to: 5, generator }),
    'torch.empty(4).uniform_(-3, 5, generator=g)',
  ),
  drawn(
    'normal_ of a generator',
    (generator) => empty([4]).normal_({ mean: 3, std: 2, generator }),
    'torch.empty(4).normal_(3, 2, generator=g)',
  ),
  row('init', {
    cases: [
      initialised((generator) => nn.init.uniform_(empty([4]), { generator }), 'uniform_(torch.empty(4))'),
      initialised((generator) => nn.init.normal_(empty([4]), { mean: 3, generator }), 'normal_(torch.empty(4), 3)'),
      initialised(
        (generator) => nn.init.truncNormal_(empty([4]), { mean: 1, generator }),
        'trunc_normal_(torch.empty(4), 1)',
      ),
      initialised(
        (generator) => nn.init.xavierUniform_(empty([3, 2]), { gain: 2, generator }),
        'xavier_uniform_(torch.empty(3, 2), 2)',
      ),
      initialised(
        (generator) => nn.init.xavierNormal_(empty([3, 2]), { generator }),
        'xavier_normal_(torch.empty(3, 2))',
      ),
      initialised(
        (generator) => nn.init.kaimingUniform_(empty([3, 2]), { mode: 'fan_out', generator }),
        "kaiming_uniform_(torch.empty(3, 2), mode='fan_out')",
      ),
      initialised(
        (generator) => nn.init.kaimingNormal_(empty([3, 2]), { a: 3, generator }),
        'kaiming_normal_(torch.empty(3, 2), 3)',
      ),
      initialised(
        (generator) => nn.init.kaimingNormal_(empty([3, 2]), { nonlinearity: 'tanh', generator }),
        "kaiming_normal_(torch.empty(3, 2), nonlinearity='tanh')",
      ),
    ],
  }),
  row('initStructured', {
    cases: [
      initialised(
        (generator) => nn.init.orthogonal_(empty([3, 2]), { gain: 2, generator }),
        'orthogonal_(torch.empty(3, 2), 2)',
      ),
      initialised(
        (generator) => nn.init.sparse_(empty([4, 2]), { sparsity: 0.5, generator }),
        'sparse_(torch.empty(4, 2), 0.5)',
      ),
    ],
  }),
  row('random creation', {
    cases: [
      {
        seed: 1,
        run: () => [
          rand([2], { requiresGrad: true }),
          randn([2], { requiresGrad: true }),
          randint(9, [2], { dtype: 'float32', requiresGrad: true }),
          randperm(3, { dtype: 'float32', requiresGrad: true }),
          normal(1, 2, [2], { requiresGrad: true }),
          normal(1, 2, [2], { dtype: 'float64' }),
        ],
        torch: [
          'r = {"requires_grad": True}',
          '[torch.rand(2, **r), torch.randn(2, **r), torch.randint(9, (2,), dtype=torch.float32, **r),',
          ' torch.randperm(3, dtype=torch.float32, **r), torch.normal(1.0, 2.0, (2,), **r),',
          ' torch.normal(1.0, 2.0, (2,), dtype=torch.float64)]',
        ].join('\n'),
        ...close,
      },
      {
        seed: 1,
        run: () => {
          const like = ones([3]);
          return [
            randLike(like, { requiresGrad: true }),
            randnLike(like, { requiresGrad: true }),
            randintLike(like, 9, { requiresGrad: true }),
            randLike(like, { dtype: 'float64' }),
            randnLike(like, { dtype: 'float64' }),
            randintLike(like, 9, { dtype: 'int32' }),
          ];
        },
        torch: [
          'x = torch.ones(3); r = {"requires_grad": True}; d = {"dtype": torch.float64}',
          '[torch.rand_like(x, **r), torch.randn_like(x, **r), torch.randint_like(x, 9, **r),',
          ' torch.rand_like(x, **d), torch.randn_like(x, **d), torch.randint_like(x, 9, dtype=torch.int32)]',
        ].join('\n'),
        ...close,
      },
    ],
  }),
  unchecked(
    'Normal',
    () => new D.Normal(1, -2, trust).logProb(tensor(3)).isnan(),
    'Normal(1., -2., validate_args=False).log_prob(torch.tensor(3.)).isnan()',
  ),
  unchecked('Laplace', () => new D.Laplace(1, -2, trust).variance, 'Laplace(1., -2., validate_args=False).variance'),
  unchecked('Uniform', () => new D.Uniform(3, 1, trust).mean, 'Uniform(3., 1., validate_args=False).mean'),
  unchecked('Exponential', () => new D.Exponential(-2, trust).mean, 'Exponential(-2., validate_args=False).mean'),
  unchecked('Gamma', () => new D.Gamma(-2, 3, trust).mean, 'Gamma(-2., 3., validate_args=False).mean'),
  unchecked('Beta', () => new D.Beta(-2, 3, trust).mean, 'Beta(-2., 3., validate_args=False).mean'),
  unchecked(
    'Dirichlet',
    () => new D.Dirichlet(tensor([-2, 3]), trust).mean,
    'Dirichlet(torch.tensor([-2., 3.]), validate_args=False).mean',
  ),
  unchecked('Bernoulli', () => new D.Bernoulli(1.5, trust).variance, 'Bernoulli(1.5, validate_args=False).variance'),
  unchecked(
    'Categorical',
    () => new D.Categorical(tensor([-1, 3]), trust).probs,
    'Categorical(torch.tensor([-1., 3.]), validate_args=False).probs',
  ),
  unchecked(
    'MultivariateNormal',
    () => new D.MultivariateNormal(tensor([NaN, 1]), { scaleTril: eye(2).mul(3), ...trust }).variance,
    'MultivariateNormal(torch.tensor([math.nan, 1.]), scale_tril=torch.eye(2) * 3, validate_args=False).variance',
  ),
];
