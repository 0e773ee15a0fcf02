import { ShapeError, WasmgradError, distributions as D, tensor, zeros, type Tensor } from '../../src/index.js';
import { f, ints, row, values, type Case, type Row } from './table.js';

/** Samples of normal numbers and the like differ from PyTorch's in their last bits; sums of them a little more. */
const close = { tolerance: { float32: 2e-6 }, gradcheck: 0 as const };
const V = 'from torch.distributions import *\n';
const seeds = [0, 42, 2 ** 32 + 5];

type Name = 'a' | 'b' | 'x';
type Two = Case<Name>;
type Location = 'Normal' | 'Laplace' | 'Uniform';

/** What a distribution of two parameters answers, and its draws for three seeds. */
function twoParameters(
  name: Location | 'Gamma' | 'Beta',
  inputs: NonNullable<Two['in']>,
  functions: readonly ('cdf' | 'icdf')[],
): Two[] {
  const make = (a: Tensor, b: Tensor): D.Distribution => new D[name](a, b);
  const extra = functions.map((fn) => `, d.${fn}(${fn === 'icdf' ? 'x.sigmoid()' : 'x'})`).join('');
  return [
    {
      in: inputs,
      run: ({ a, b, x }) => {
        const d = make(a, b);
        const others = functions.map((fn) => d[fn](fn === 'icdf' ? x.sigmoid() : x));
        return [d.mean.mul(1), d.variance, d.stddev.mul(1), d.logProb(x), d.entropy(), ...others];
      },
      torch: `${V}d = ${name}(a, b)\n(d.mean * 1, d.variance, d.stddev * 1, d.log_prob(x), d.entropy()${extra})`,
    },
    ...seeds.map((seed): Two => ({
      seed,
      in: inputs,
      run: ({ a, b }) => [make(a, b).rsample([5]), make(a.detach(), b).sample(), make(a, b).sample([2, 1])],
      torch: `${V}(${name}(a, b).rsample((5,)), ${name}(a.detach(), b).sample(), ${name}(a, b).sample((2, 1)))`,
      layouts: false,
      ...close,
    })),
  ];
}

const scale = { min: 0.3, max: 3 };

/** The divergence of two distributions of one class. */
function divergence(name: Location | 'Gamma' | 'Beta', first: object, second: object): Case<Name | 'c' | 'd'> {
  return {
    in: { a: f([3], first), b: f([3], second), c: f([2, 3], first), d: f([3], second) },
    run: ({ a, b, c, d }) => D.klDivergence(new D[name](a, b), new D[name](c, d)),
    torch: `${V}kl_divergence(${name}(a, b), ${name}(c, d))`,
  };
}

const spread = 'm = lambda a: a @ a.mT + 2 * torch.eye(3)\n';

function covariance(a: Tensor): Tensor {
  return a.matmul(a.mT).add(
    tensor(
      [
        [2, 0, 0],
        [0, 2, 0],
        [0, 0, 2],
      ],
      { dtype: a.dtype },
    ),
  );
}

export const rows: Row[] = [
  row('Normal', {
    cases: twoParameters('Normal', { a: f([2, 3]), b: f([3], scale), x: f([2, 3]) }, ['cdf', 'icdf']),
    errors: [
      { run: () => new D.Normal(0, -1), type: WasmgradError, message: 'Normal: scale must be numbers above 0, got -1' },
      {
        run: () => new D.Normal(zeros([2]), zeros([3])),
        type: ShapeError,
        message: 'Normal: parameters do not broadcast, got [2], [3]',
      },
      {
        run: () => new D.Normal(zeros([2]), 1).logProb(zeros([3])),
        type: ShapeError,
        message: 'Normal: value [3] does not broadcast to [2]',
      },
      {
        run: () => new D.Normal(0, 1).logProb(tensor(NaN)),
        type: WasmgradError,
        message: 'Normal: value must be real numbers, got NaN',
      },
    ],
  }),
  row('Laplace', {
    cases: twoParameters('Laplace', { a: f([2, 3]), b: f([3], scale), x: f([2, 3]) }, ['cdf', 'icdf']),
    errors: [
      { run: () => new D.Laplace(0, 0), type: WasmgradError, message: 'Laplace: scale must be numbers above 0, got 0' },
    ],
  }),
  row('Uniform', {
    cases: twoParameters(
      'Uniform',
      { a: f([2, 3], { min: -4, max: -3 }), b: f([3], { min: 3, max: 4 }), x: f([2, 3], { grad: false }) },
      ['cdf', 'icdf'],
    ),
    errors: [
      { run: () => new D.Uniform(1, 1), type: WasmgradError, message: 'Uniform: low must be below high' },
      {
        run: () => new D.Uniform(0, 1).logProb(tensor(2)),
        type: WasmgradError,
        message: 'Uniform: value must lie within low and high',
      },
    ],
  }),
  row('Exponential', {
    cases: [
      {
        in: { a: f([3], scale), x: f([2, 3], scale) },
        run: ({ a, x }) => {
          const d = new D.Exponential(a);
          return [d.mean, d.variance, d.stddev, d.logProb(x), d.entropy(), d.cdf(x), d.icdf(x.sigmoid())];
        },
        torch: `${V}d = Exponential(a)\n(d.mean, d.variance, d.stddev, d.log_prob(x), d.entropy(), d.cdf(x), d.icdf(x.sigmoid()))`,
      },
      ...seeds.map((seed): Case<Name> => ({
        seed,
        in: { a: f([3], scale) },
        run: ({ a }) => new D.Exponential(a).rsample([4]),
        torch: `${V}Exponential(a).rsample((4,))`,
        layouts: false,
        ...close,
      })),
    ],
    errors: [
      {
        run: () => new D.Exponential(0),
        type: WasmgradError,
        message: 'Exponential: rate must be numbers above 0, got 0',
      },
    ],
  }),
  row('Gamma', {
    cases: [
      ...twoParameters('Gamma', { a: f([2, 3], { min: 0.2, max: 5 }), b: f([3], scale), x: f([2, 3], scale) }, []),
      {
        // All regions of the implicit gradient.
        seed: 1,
        in: { a: values([0.05, 0.3, 0.9, 2, 5, 7.9, 9, 40, 1000]) },
        run: ({ a }) => new D.Gamma(a, 1).rsample([12]),
        torch: `${V}Gamma(a, 1.0).rsample((12,))`,
        layouts: false,
        ...close,
        tolerance: { float32: 1e-5 },
      },
    ],
    errors: [
      {
        run: () => new D.Gamma(0, 1),
        type: WasmgradError,
        message: 'Gamma: concentration must be numbers above 0, got 0',
      },
    ],
  }),
  row('Beta', {
    cases: [
      ...twoParameters('Beta', { a: f([2, 3], scale), b: f([3], scale), x: f([2, 3], { min: 0.1, max: 0.9 }) }, []),
      {
        seed: 1,
        in: { a: values([0.3, 2, 7, 30, 3]), b: values([0.5, 3, 8, 9, 0.4]) },
        run: ({ a, b }) => new D.Beta(a, b).rsample([12]),
        torch: `${V}Beta(a, b).rsample((12,))`,
        layouts: false,
        ...close,
        tolerance: { float32: 1e-5 },
      },
    ],
    errors: [
      {
        run: () => new D.Beta(1, -1),
        type: WasmgradError,
        message: 'Beta: concentration0 must be numbers above 0, got -1',
      },
      {
        run: () => new D.Beta(1, 1).logProb(tensor(2)),
        type: WasmgradError,
        message: 'Beta: value must be numbers from 0 to 1, got 2',
      },
    ],
  }),
  row('Dirichlet', {
    cases: [
      {
        in: { a: f([2, 3], scale), x: f([2, 3], { grad: false }) },
        run: ({ a, x }) => {
          const d = new D.Dirichlet(a);
          return [d.mean, d.variance, d.logProb(x.softmax(-1)), d.entropy()];
        },
        torch: `${V}d = Dirichlet(a)\n(d.mean, d.variance, d.log_prob(x.softmax(-1)), d.entropy())`,
      },
      ...seeds.map((seed): Case<Name> => ({
        seed,
        in: { a: f([2, 3], scale) },
        run: ({ a }) => new D.Dirichlet(a).rsample([4]),
        torch: `${V}Dirichlet(a).rsample((4,))`,
        layouts: false,
        ...close,
        tolerance: { float32: 1e-5 },
      })),
    ],
    errors: [
      {
        run: () => new D.Dirichlet(tensor(1)),
        type: ShapeError,
        message: 'Dirichlet: the concentration must be a tensor of at least one dim',
      },
    ],
  }),
  row('Bernoulli', {
    cases: [
      {
        in: { a: f([3], { min: 0.1, max: 0.9 }), x: ints([2, 3], 0, 2) },
        run: ({ a, x }) => {
          const d = new D.Bernoulli(a);
          const e = new D.Bernoulli({ logits: a });
          const y = x.to(a.dtype);
          return [d.mean.mul(1), d.variance, d.logits, d.logProb(y), d.entropy(), e.probs, e.logProb(y), e.entropy()];
        },
        torch: `${V}d = Bernoulli(a)
e = Bernoulli(logits=a)
y = x.to(a.dtype)
(d.mean * 1, d.variance, d.logits, d.log_prob(y), d.entropy(), e.probs, e.log_prob(y), e.entropy())`,
      },
      ...seeds.map((seed): Case<Name> => ({
        seed,
        in: { a: f([7], { min: 0, max: 1, grad: false }) },
        run: ({ a }) => new D.Bernoulli(a).sample([9]),
        torch: `${V}Bernoulli(a).sample((9,))`,
        layouts: false,
        tolerance: { float32: 0 },
      })),
    ],
    errors: [
      {
        run: () => new D.Bernoulli(2),
        type: WasmgradError,
        message: 'Bernoulli: probs must be numbers from 0 to 1, got 2',
      },
      { run: () => new D.Bernoulli({}), type: WasmgradError, message: 'Bernoulli: give either probs or logits' },
      {
        run: () => new D.Bernoulli(0.5).rsample(),
        type: WasmgradError,
        message: 'Bernoulli: rsample is not defined for it (use sample())',
      },
      {
        run: () => new D.Bernoulli(0.5).logProb(tensor(0.5)),
        type: WasmgradError,
        message: 'Bernoulli: value must be 0 or 1, got 0.5',
      },
    ],
  }),
  row('Categorical', {
    cases: [
      {
        in: { a: f([2, 4], { min: 0.1, max: 1 }), x: ints([3, 2], 0, 4) },
        run: ({ a, x }) => {
          const d = new D.Categorical(a);
          const e = new D.Categorical({ logits: a });
          return [d.probs, d.logits, d.logProb(x), d.entropy(), e.probs, e.logits, e.logProb(x), e.entropy()];
        },
        torch: `${V}d = Categorical(a)
e = Categorical(logits=a)
(d.probs, d.logits, d.log_prob(x), d.entropy(), e.probs, e.logits, e.log_prob(x), e.entropy())`,
      },
      ...seeds.map((seed): Case<Name> => ({
        seed,
        in: { a: f([2, 4], { min: 0.1, max: 1, grad: false }) },
        run: ({ a }) => [new D.Categorical(a).sample([9]), new D.Categorical(a).sample()],
        torch: `${V}(Categorical(a).sample((9,)), Categorical(a).sample())`,
        layouts: false,
        tolerance: { float32: 0 },
      })),
    ],
    errors: [
      {
        run: () => new D.Categorical(tensor([0, 0])),
        type: WasmgradError,
        message: 'Categorical: the probs of a row must not add up to 0',
      },
      {
        run: () => new D.Categorical(tensor([1, 1])).logProb(tensor(2, { dtype: 'int32' })),
        type: WasmgradError,
        message: 'Categorical: value must be whole numbers below 2, got 2',
      },
    ],
  }),
  row('MultivariateNormal', {
    cases: [
      {
        in: { a: f([3, 3]), b: f([2, 3]), x: f([2, 3]) },
        run: ({ a, b, x }) => {
          const d = new D.MultivariateNormal(b, covariance(a));
          const e = new D.MultivariateNormal(b, { precisionMatrix: covariance(a) });
          return [d.variance, d.logProb(x), d.entropy(), e.scaleTril, e.logProb(x)];
        },
        torch: `${V}${spread}d = MultivariateNormal(b, m(a))
e = MultivariateNormal(b, precision_matrix=m(a))
(d.variance, d.log_prob(x), d.entropy(), e.scale_tril, e.log_prob(x))`,
        tolerance: { float32: 1e-5, float64: 1e-11 },
      },
      ...seeds.map((seed): Case<Name> => ({
        seed,
        in: { a: f([3, 3]), b: f([2, 3]) },
        run: ({ a, b }) => new D.MultivariateNormal(b, { scaleTril: covariance(a).tril() }).rsample([4]),
        torch: `${V}${spread}MultivariateNormal(b, scale_tril=m(a).tril()).rsample((4,))`,
        layouts: false,
        ...close,
      })),
    ],
    errors: [
      {
        run: () => new D.MultivariateNormal(zeros([3]), {}),
        type: WasmgradError,
        message: 'MultivariateNormal: give exactly one of covarianceMatrix, precisionMatrix and scaleTril',
      },
      {
        run: () => new D.MultivariateNormal(zeros([3]), zeros([2, 2])),
        type: ShapeError,
        message: 'MultivariateNormal: the matrix does not fit, got loc [3], matrix [2, 2]',
      },
    ],
  }),
  row('klDivergence', {
    cases: [
      divergence('Normal', {}, scale),
      divergence('Laplace', {}, scale),
      divergence('Gamma', scale, scale),
      divergence('Beta', scale, scale),
      {
        in: { a: f([3], scale), b: f([2, 3], scale) },
        run: ({ a, b }) => [
          D.klDivergence(new D.Exponential(a), new D.Exponential(b)),
          D.klDivergence(new D.Dirichlet(a), new D.Dirichlet(b)),
          D.klDivergence(new D.Categorical(a), new D.Categorical(b)),
          D.klDivergence(new D.Bernoulli({ logits: a.add(b) }), new D.Bernoulli({ logits: b })),
          D.klDivergence(new D.Uniform(b.neg(), b), new D.Uniform(b.neg().sub(1), b.add(2))),
        ],
        torch: `${V}(kl_divergence(Exponential(a), Exponential(b)),
 kl_divergence(Dirichlet(a), Dirichlet(b)),
 kl_divergence(Categorical(a), Categorical(b)),
 kl_divergence(Bernoulli(logits=a + b), Bernoulli(logits=b)),
 kl_divergence(Uniform(-b, b), Uniform(-b - 1, b + 2)))`,
      },
      {
        in: { a: f([3, 3]), b: f([3, 3]), x: f([2, 3]) },
        run: ({ a, b, x }) =>
          D.klDivergence(new D.MultivariateNormal(x, covariance(a)), new D.MultivariateNormal(x.mul(2), covariance(b))),
        torch: `${V}${spread}kl_divergence(MultivariateNormal(x, m(a)), MultivariateNormal(x * 2, m(b)))`,
      },
    ],
    errors: [
      {
        run: () => D.klDivergence(new D.Laplace(0, 1), new D.Cauchy(0, 1)),
        type: WasmgradError,
        message: 'klDivergence: no formula is known for Laplace and Cauchy',
      },
    ],
  }),
];
