import { ShapeError, WasmgradError, distributions as D, tensor, zeros, type Tensor } from '../../src/index.js';
import { f, ints, row, values, type Case, type Row } from './table.js';

/** Samples of normal numbers and the like differ from PyTorch's in their last bits; sums of them a little more. */
export const close = { tolerance: { float32: 3e-6 }, gradcheck: 0 as const, layouts: false as const };
export const V = 'from torch.distributions import *\n';
export const seeds = [0, 42, 2 ** 32 + 5];

type Name = 'a' | 'b' | 'c' | 'x';
type Inputs = { readonly [N in Name]: Tensor };
export type Any = Case<Name>;

const scale = { min: 0.3, max: 3 };

/** What a distribution answers, by PyTorch's names. */
const questions = {
  mean: (d: D.Distribution) => d.mean.mul(1),
  mode: (d: D.Distribution) => d.mode.mul(1),
  variance: (d: D.Distribution) => d.variance.mul(1),
  stddev: (d: D.Distribution) => d.stddev.mul(1),
  'entropy()': (d: D.Distribution) => d.entropy(),
  'log_prob(x)': (d: D.Distribution, x: Tensor) => d.logProb(x),
  'cdf(x)': (d: D.Distribution, x: Tensor) => d.cdf(x),
  'icdf(x.sigmoid())': (d: D.Distribution, x: Tensor) => d.icdf(x.sigmoid()),
};
export type Question = keyof typeof questions;

export const usual: readonly Question[] = ['mean', 'mode', 'variance', 'stddev', 'entropy()', 'log_prob(x)'];

/** Answers and samples of one distribution. */
export function answers(
  inputs: NonNullable<Any['in']>,
  make: (inputs: Inputs) => D.Distribution,
  python: string,
  asked: readonly Question[],
  draw: 'sample' | 'rsample' = 'rsample',
): Any[] {
  return [
    {
      in: inputs,
      run: (given) => asked.map((name) => questions[name](make(given), given.x)),
      torch: `${V}d = ${python}\n[${asked.map((name) => (name.endsWith(')') ? `d.${name}` : `d.${name} * 1`)).join(', ')}]`,
    },
    ...seeds.map((seed): Any => ({
      seed,
      in: inputs,
      run: (given) => [make(given)[draw]([5]), make(given).sample([2, 1])],
      torch: `${V}(${python}.${draw}((5,)), ${python}.sample((2, 1)))`,
      ...close,
    })),
    {
      in: inputs,
      run: (given) => {
        const d = make(given).expand([3, 2, 3]);
        return [d.logProb(given.x), tensor(d.batchShape), d.mean.mul(1)];
      },
      torch: `${V}d = ${python}.expand((3, 2, 3))\n(d.log_prob(x), torch.tensor(d.batch_shape, dtype=torch.float32), d.mean * 1)`,
      single: true,
      gradcheck: 0,
    },
  ];
}

const place = { a: f([2, 3]), b: f([3], scale), x: f([2, 3]) };

export const rows: Row[] = [
  row('Gumbel', {
    cases: answers(place, ({ a, b }) => new D.Gumbel(a, b), 'Gumbel(a, b)', [...usual, 'icdf(x.sigmoid())']),
    errors: [
      { run: () => new D.Gumbel(0, 0), type: WasmgradError, message: 'Gumbel: scale must be numbers above 0, got 0' },
    ],
  }),
  row('Cauchy', {
    cases: answers(place, ({ a, b }) => new D.Cauchy(a, b), 'Cauchy(a, b)', [...usual, 'cdf(x)', 'icdf(x.sigmoid())']),
  }),
  row('LogNormal', {
    cases: answers(
      { ...place, b: f([3], { min: 0.3, max: 1 }), x: f([2, 3], scale) },
      ({ a, b }) => new D.LogNormal(a, b),
      'LogNormal(a, b)',
      [...usual, 'cdf(x)', 'icdf(x.sigmoid())'],
    ),
    errors: [
      {
        run: () => new D.LogNormal(0, 1).logProb(tensor(-1)),
        type: WasmgradError,
        message: 'LogNormal: value must be numbers above 0, got -1',
      },
    ],
  }),
  row('HalfNormal', {
    cases: answers({ a: f([2, 3], scale), x: f([2, 3], scale) }, ({ a }) => new D.HalfNormal(a), 'HalfNormal(a)', [
      ...usual,
      'cdf(x)',
      'icdf(x.sigmoid())',
    ]),
  }),
  row('StudentT', {
    cases: answers(
      { a: f([2, 3]), b: f([3], scale), c: values([0.5, 1.5, 4]), x: f([2, 3]) },
      ({ a, b, c }) => new D.StudentT(c, a, b),
      'StudentT(c, a, b)',
      usual.filter((name) => !['stddev', 'variance', 'mean'].includes(name)),
    ).concat({
      in: { c: values([0.5, 1.5, 4]), b: f([3], scale) },
      run: ({ b, c }) => [new D.StudentT(c).mean, new D.StudentT(c, 1, b).variance],
      torch: `${V}(StudentT(c).mean * 1, StudentT(c, 1., b).variance)`,
      gradcheck: 0,
    }),
    errors: [
      { run: () => new D.StudentT(0), type: WasmgradError, message: 'StudentT: df must be numbers above 0, got 0' },
    ],
  }),
  row('Chi2', {
    cases: answers({ a: f([2, 3], scale), x: f([2, 3], scale) }, ({ a }) => new D.Chi2(a), 'Chi2(a)', usual),
  }),
  row('Poisson', {
    cases: answers(
      { a: f([2, 3], { min: 0.3, max: 12 }), x: values([0, 3, 8], 'float32', { grad: false }) },
      ({ a }) => new D.Poisson(a),
      'Poisson(a)',
      ['mean', 'mode', 'variance', 'stddev', 'log_prob(x)'],
      'sample',
    ),
    errors: [
      {
        run: () => new D.Poisson(1).logProb(tensor(0.5)),
        type: WasmgradError,
        message: 'Poisson: value must be whole numbers of at least 0, got 0.5',
      },
      { run: () => new D.Poisson(1).entropy(), type: WasmgradError, message: 'Poisson: entropy is not defined for it' },
    ],
  }),
  row('Geometric', {
    cases: [
      ...answers(
        { a: f([2, 3], { min: 0.1, max: 0.9 }), x: ints([2, 3], 0, 9) },
        ({ a }) => new D.Geometric(a),
        'Geometric(a)',
        usual,
        'sample',
      ),
      {
        in: { a: f([3]), x: ints([3], 0, 4) },
        run: ({ a, x }) => [new D.Geometric({ logits: a }).logProb(x), new D.Geometric(1).logProb(tensor([0, 1]))],
        torch: `${V}(Geometric(logits=a).log_prob(x), Geometric(torch.tensor(1.)).log_prob(torch.tensor([0., 1.])))`,
      },
    ],
    errors: [
      {
        run: () => new D.Geometric(0),
        type: WasmgradError,
        message: 'Geometric: probs must be above 0 and numbers from 0 to 1, got 0',
      },
    ],
  }),
  row('Multinomial', {
    cases: [
      ...answers(
        { a: f([2, 3, 4], { min: 0.1, max: 1 }), x: values([1, 0, 3, 1]) },
        ({ a }) => new D.Multinomial(5, a),
        'Multinomial(5, a)',
        ['mean', 'variance', 'stddev', 'log_prob(x)'],
        'sample',
      ).map((each) => ({ ...each, in: { ...each.in, x: values([1, 0, 3, 1], 'float32', { grad: false }) } })),
      {
        in: { a: f([4]) },
        run: ({ a }) => [new D.Multinomial(3, { logits: a }).entropy(), new D.Multinomial(1, { logits: a }).mean],
        torch: `${V}(Multinomial(3, logits=a).entropy(), Multinomial(1, logits=a).mean)`,
      },
    ],
    errors: [
      {
        run: () => new D.Multinomial(1.5, tensor([1, 1])),
        type: WasmgradError,
        message: 'Multinomial: totalCount must be a whole number of at least 0, got 1.5',
      },
      {
        run: () => new D.Multinomial(2, tensor([1, 1])).logProb(tensor([1, 0])),
        type: WasmgradError,
        message: 'Multinomial: the sum of a value must be 2, got 1',
      },
    ],
  }),
  row('OneHotCategorical', {
    cases: [
      ...answers(
        { a: f([2, 3, 4], { min: 0.1, max: 1 }), x: values([0, 1, 0, 0], 'float32', { grad: false }) },
        ({ a }) => new D.OneHotCategorical(a),
        'OneHotCategorical(a)',
        usual,
        'sample',
      ),
      {
        in: { a: f([2, 3]) },
        run: ({ a }) => [
          new D.OneHotCategorical({ logits: a }).enumerateSupport(),
          new D.OneHotCategorical({ logits: a }).enumerateSupport({ expand: false }),
          new D.Categorical({ logits: a }).enumerateSupport(),
          new D.Categorical({ logits: a }).enumerateSupport({ expand: false }),
          new D.Bernoulli({ logits: a }).enumerateSupport(),
          new D.Bernoulli({ logits: a }).enumerateSupport({ expand: false }),
        ],
        torch: `${V}[d(logits=a).enumerate_support(expand=e) for d in (OneHotCategorical, Categorical, Bernoulli) for e in (True, False)]`,
      },
    ],
    errors: [
      {
        run: () => new D.OneHotCategorical(tensor([1, 1])).logProb(tensor([1, 1])),
        type: WasmgradError,
        message: 'OneHotCategorical: the sum of a value must be 1, got 2',
      },
    ],
  }),
  row('RelaxedOneHotCategorical', {
    cases: [
      {
        in: { a: f([2, 4]), b: f([], scale), x: f([3, 2, 4], { grad: false }) },
        run: ({ a, b, x }) => new D.RelaxedOneHotCategorical(b, { logits: a }).logProb(x.softmax(-1)),
        torch: `${V}RelaxedOneHotCategorical(b, logits=a).log_prob(x.softmax(-1))`,
      },
      ...seeds.map((seed): Any => ({
        seed,
        in: { a: f([2, 4], { min: 0.1, max: 1 }), b: f([], scale) },
        run: ({ a, b }) => [
          new D.RelaxedOneHotCategorical(b, a).rsample([3]),
          new D.RelaxedOneHotCategorical(0.5, a).expand([3, 2]).sample(),
        ],
        torch: `${V}(RelaxedOneHotCategorical(b, a).rsample((3,)), RelaxedOneHotCategorical(torch.tensor(0.5), a).expand((3, 2)).sample())`,
        ...close,
      })),
    ],
    errors: [
      {
        run: () => new D.RelaxedOneHotCategorical(0, tensor([1, 1])),
        type: WasmgradError,
        message: 'RelaxedOneHotCategorical: temperature must be numbers above 0, got 0',
      },
    ],
  }),
  row('Independent', {
    cases: [
      ...answers(
        { a: f([2, 3, 2]), b: f([2], scale), x: f([2, 3, 2]) },
        ({ a, b }) => new D.Independent(new D.Normal(a, b), 1),
        'Independent(Normal(a, b), 1)',
        usual,
      ),
    ],
    errors: [
      {
        run: () => new D.Independent(new D.Normal(zeros([2]), 1), 2),
        type: ShapeError,
        message: 'Independent: reinterpretedBatchNdims must be from 0 to 1, got 2',
      },
    ],
  }),
  row('MixtureSameFamily', {
    cases: [
      ...answers(
        { a: f([2, 3, 4]), b: f([4], scale), c: f([2, 3, 4]), x: f([2, 3]) },
        ({ a, b, c }) => new D.MixtureSameFamily(new D.Categorical({ logits: c }), new D.Normal(a, b)),
        'MixtureSameFamily(Categorical(logits=c), Normal(a, b))',
        ['mean', 'variance', 'stddev', 'log_prob(x)', 'cdf(x)'],
        'sample',
      ),
      {
        seed: 3,
        in: { a: f([4, 2]), b: f([2], scale), c: f([4]) },
        run: ({ a, b, c }) => {
          const components = new D.Independent(new D.Normal(a, b), 1);
          const d = new D.MixtureSameFamily(new D.Categorical({ logits: c }), components);
          return [d.sample([6]), d.logProb(a), d.mean, d.variance];
        },
        torch: `${V}d = MixtureSameFamily(Categorical(logits=c), Independent(Normal(a, b), 1))
(d.sample((6,)), d.log_prob(a), d.mean, d.variance)`,
        ...close,
      },
    ],
    errors: [
      {
        run: () => new D.MixtureSameFamily(new D.Categorical(tensor([1, 1])), new D.Normal(zeros([3]), 1)),
        type: ShapeError,
        message: 'MixtureSameFamily: batches do not fit, got mixture [2], components [3]',
      },
    ],
  }),
];
