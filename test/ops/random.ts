import {
  DTypeError,
  F,
  ShapeError,
  WasmgradError,
  bernoulli,
  empty,
  multinomial,
  normal,
  ones,
  rand,
  randLike,
  randint,
  randintLike,
  randn,
  randnLike,
  randperm,
  tensor,
  zeros,
  type Tensor,
} from '../../src/index.js';
import { f, ints, row, type Case, type Row } from './table.js';

/** Bit for bit; what comes of normal numbers is compared to 10⁻⁶ (the whole stream: test/random.test.ts). */
const exact = { tolerance: { float32: 0 } };
const close = { tolerance: { float32: 1e-6 } };

type Dropout = 'dropout' | 'dropout1d' | 'dropout2d' | 'dropout3d' | 'alphaDropout' | 'featureAlphaDropout';

/** Dropout on one input of each kind. */
function dropouts(name: Dropout, torch: string, shapes: number[][]): Row {
  const drop = (x: Tensor, options?: F.DropoutOptions): Tensor => F[name](x, options);
  return row(name, {
    cases: shapes.flatMap((shape, seed): Case<'x'>[] => [
      // PyTorch draws in the order of memory, so that other layouts give other numbers.
      { in: { x: f(shape) }, seed, run: ({ x }) => drop(x), torch: `F.${torch}(x)`, layouts: false },
      {
        in: { x: f(shape) },
        seed,
        run: ({ x }) => drop(x, { p: 0.2, training: true }),
        torch: `F.${torch}(x, p=0.2, training=True)`,
        layouts: false,
      },
      {
        in: { x: f(shape) },
        seed,
        run: ({ x }) => drop(x, { training: false }),
        torch: `F.${torch}(x, training=False)`,
      },
      {
        in: { x: f(shape) },
        seed,
        run: ({ x }) => drop(x, { p: 1, training: true }),
        torch: `F.${torch}(x, p=1.0, training=True)`,
      },
      {
        in: { x: f(shape) },
        seed,
        run: ({ x }) => drop(x.mul(2), { p: 0.3, training: true, inplace: true }),
        torch: `F.${torch}(x * 2, p=0.3, training=True, inplace=True)`,
        layouts: false,
      },
    ]),
    errors: [
      {
        run: () => drop(zeros([2, 3, 4, 5]), { p: 1.5 }),
        type: WasmgradError,
        message: `${name}: p must be from 0 to 1, got 1.5`,
      },
    ],
  });
}

export const rows: Row[] = [
  row('rand', {
    cases: [
      { seed: 0, run: () => rand([2, 5]), torch: 'torch.rand(2, 5)', ...exact },
      {
        seed: 1,
        run: () => rand([700], { dtype: 'float64' }),
        torch: 'torch.rand(700, dtype=torch.float64)',
        ...exact,
      },
    ],
    errors: [
      {
        run: () => rand([2], { dtype: 'int32' }),
        type: DTypeError,
        message: 'rand: draws floating point numbers, got dtype int32',
      },
    ],
  }),
  row('randn', {
    cases: [
      { seed: 0, run: () => randn([15]), torch: 'torch.randn(15)', ...close },
      { seed: 0, run: () => randn([4, 5]), torch: 'torch.randn(4, 5)', ...close },
      {
        seed: 1,
        run: () => randn([20], { dtype: 'float64' }),
        torch: 'torch.randn(20, dtype=torch.float64)',
        ...close,
      },
    ],
  }),
  row('randint', {
    cases: [
      { seed: 0, run: () => randint(10, [2, 5]), torch: 'torch.randint(10, (2, 5))', ...exact },
      { seed: 0, run: () => randint(-3, 4, [9]), torch: 'torch.randint(-3, 4, (9,))', ...exact },
      {
        seed: 0,
        run: () => randint(0, 2, [9], { dtype: 'bool' }),
        torch: 'torch.randint(0, 2, (9,), dtype=torch.bool)',
        ...exact,
      },
    ],
    errors: [
      {
        run: () => randint(3, 3, [2]),
        type: ShapeError,
        message: 'randint: low must be a whole number below high, got 3 and 3',
      },
      {
        run: () => randint(300, [2], { dtype: 'uint8' }),
        type: DTypeError,
        message: 'randint: [0, 300) does not fit uint8, which holds 0 to 255',
      },
    ],
  }),
  row('randperm', {
    cases: [
      { seed: 0, run: () => randperm(12), torch: 'torch.randperm(12)', ...exact },
      {
        seed: 0,
        run: () => randperm(5, { dtype: 'float32' }),
        torch: 'torch.randperm(5, dtype=torch.float32)',
        ...exact,
      },
      { seed: 0, run: () => randperm(0), torch: 'torch.randperm(0)', ...exact },
    ],
    errors: [
      {
        run: () => randperm(-2),
        type: ShapeError,
        message: 'randperm: n must be a whole number of at least 0, got -2',
      },
    ],
  }),
  row('normal', {
    gradcheck: 0, // drawn outside of the tape
    cases: [
      { seed: 0, run: () => normal(2, 0.5, [17]), torch: 'torch.normal(2.0, 0.5, (17,))', ...close },
      {
        seed: 0,
        in: { m: f([2, 3], { grad: false }) },
        run: ({ m }) => normal(m),
        torch: 'torch.normal(m)',
        ...close,
      },
      {
        seed: 0,
        in: { m: f([2, 3], { grad: false }), s: f([3], { min: 0.5, grad: false }) },
        run: ({ m, s }) => normal(m, s),
        torch: 'torch.normal(m, s)',
        ...close,
      },
      {
        seed: 0,
        in: { s: f([20], { min: 0.5, grad: false }) },
        run: ({ s }) => normal(1, s),
        torch: 'torch.normal(1.0, s)',
        ...close,
      },
    ],
    errors: [
      { run: () => normal(0, -1, [2]), type: WasmgradError, message: 'normal: std must be at least 0, got -1' },
      {
        run: () => normal(zeros([2]), ones([3])),
        type: ShapeError,
        message: 'normal: the shapes do not broadcast, got mean [2], std [3]',
      },
    ],
  }),
  row('bernoulli', {
    gradcheck: 0, // drawn, so its gradient is zero
    cases: [
      {
        seed: 0,
        in: { x: f([3, 40], { min: 0, max: 1 }) },
        run: ({ x }) => bernoulli(x),
        torch: 'torch.bernoulli(x)',
        ...exact,
      },
      {
        seed: 0,
        in: { x: f([9], { min: 0, max: 1, grad: false }) },
        run: ({ x }) => x.bernoulli({ p: 0.7 }),
        torch: 'x.bernoulli(0.7)',
        ...exact,
      },
      {
        seed: 0,
        run: () => empty([9], { dtype: 'int32' }).bernoulli_(),
        torch: 'torch.empty(9, dtype=torch.int32).bernoulli_()',
        ...exact,
      },
      {
        seed: 0,
        in: { p: f([4], { min: 0, max: 1, grad: false }) },
        run: ({ p }) => empty([3, 4]).bernoulli_(p),
        torch: 'torch.empty(3, 4).bernoulli_(p)',
        ...exact,
      },
    ],
    errors: [
      {
        run: () => bernoulli(tensor([0.5, 2])),
        type: WasmgradError,
        message: 'bernoulli: a probability must be from 0 to 1, got 2',
      },
      {
        run: () => zeros([2]).bernoulli_(zeros([3])),
        type: ShapeError,
        message: 'bernoulli_: the probabilities do not broadcast, got p [3], input [2]',
      },
    ],
  }),
  row('multinomial', {
    gradcheck: 0, // indices
    cases: [
      {
        seed: 0,
        in: { w: f([3, 7], { min: 0, max: 1, grad: false }) },
        run: ({ w }) => multinomial(w, 4),
        torch: 'torch.multinomial(w, 4)',
        layouts: false,
        ...exact,
      },
      {
        seed: 0,
        in: { w: f([7], { min: 0, max: 1, grad: false }) },
        run: ({ w }) => [w.multinomial(1), w.multinomial(9, true)],
        torch: '(w.multinomial(1), w.multinomial(9, True))',
        ...exact,
      },
    ],
    errors: [
      {
        run: () => multinomial(ones([3]), 4),
        type: ShapeError,
        message: 'multinomial: 4 different categories cannot be drawn from 3',
      },
      {
        run: () => multinomial(zeros([3]), 1),
        type: WasmgradError,
        message: 'multinomial: the weights of a row must not add up to 0',
      },
      {
        run: () => multinomial(tensor([1, -1]), 1),
        type: WasmgradError,
        message: 'multinomial: weights must be finite and at least 0, got -1',
      },
    ],
  }),
  row('likeForms', {
    gradcheck: 0, // the results do not depend on the input's values
    cases: [
      {
        seed: 0,
        in: { x: f([3, 4], { grad: false }) },
        run: ({ x }) => randLike(x),
        torch: 'torch.rand_like(x)',
        layouts: false,
        ...exact,
      },
      {
        seed: 0,
        in: { x: f([5, 4], { grad: false }) },
        run: ({ x }) => randLike(x.t()),
        torch: 'torch.rand_like(x.t())',
        layouts: false,
        ...exact,
      },
      {
        seed: 0,
        in: { x: f([5, 4], { grad: false }) },
        run: ({ x }) => randnLike(x),
        torch: 'torch.randn_like(x)',
        layouts: false,
        ...close,
      },
      {
        seed: 0,
        in: { x: f([5, 4], { grad: false }) },
        run: ({ x }) => randnLike(x.t()),
        torch: 'torch.randn_like(x.t())',
        layouts: false,
        ...close,
      },
      {
        seed: 0,
        in: { x: ints([9], 0, 3) },
        run: ({ x }) => randintLike(x, 2, 50),
        torch: 'torch.randint_like(x, 2, 50)',
        layouts: false,
        ...exact,
      },
    ],
  }),
  row('drawsInPlace', {
    cases: [
      { seed: 0, run: () => empty([9]).uniform_(2, 3), torch: 'torch.empty(9).uniform_(2, 3)', ...exact },
      { seed: 0, run: () => empty([9]).normal_(2, 3), torch: 'torch.empty(9).normal_(2, 3)', ...close },
      { seed: 0, run: () => empty([9]).exponential_(2), torch: 'torch.empty(9).exponential_(2)', ...close },
      {
        seed: 0,
        run: () => empty([9], { dtype: 'int32' }).random_(7),
        torch: 'torch.empty(9, dtype=torch.int32).random_(7)',
        ...exact,
      },
      { seed: 0, run: () => empty([9]).random_(-7, 7), torch: 'torch.empty(9).random_(-7, 7)', ...exact },
      {
        seed: 0,
        run: () => zeros([4, 6]).slice(1, 0, 6, 2).uniform_(),
        torch: 'torch.zeros(4, 6)[:, ::2].uniform_()',
        ...exact,
      },
      {
        seed: 0,
        run: () => zeros([4, 6]).slice(1, 0, 6, 2).normal_(),
        torch: 'torch.zeros(4, 6)[:, ::2].normal_()',
        ...close,
      },
    ],
    errors: [
      {
        run: () => zeros([2], { requiresGrad: true }).uniform_(),
        type: WasmgradError,
        message: 'uniform_: a leaf that requires a gradient cannot be changed in place (do it in noGrad())',
      },
      {
        run: () => zeros([2]).uniform_(1, 0),
        type: WasmgradError,
        message: 'uniform_: from must be at most to, got from 1, to 0',
      },
      { run: () => zeros([2]).normal_(0, -1), type: WasmgradError, message: 'normal_: std must be at least 0, got -1' },
      {
        run: () => zeros([2], { dtype: 'int32' }).normal_(),
        type: DTypeError,
        message: 'normal_: draws floating point numbers, got dtype int32',
      },
      {
        run: () => zeros([2]).exponential_(0),
        type: WasmgradError,
        message: 'exponential_: lambda must be above 0, got 0',
      },
    ],
  }),
  dropouts('dropout', 'dropout', [
    [3, 7],
    [2, 3, 4],
  ]),
  dropouts('dropout1d', 'dropout1d', [
    [6, 3],
    [2, 3, 4],
  ]),
  dropouts('dropout2d', 'dropout2d', [[2, 3, 2, 2]]),
  dropouts('dropout3d', 'dropout3d', [
    [5, 2, 2, 2],
    [2, 3, 1, 2, 2],
  ]),
  dropouts('alphaDropout', 'alpha_dropout', [[3, 7]]),
  dropouts('featureAlphaDropout', 'feature_alpha_dropout', [[2, 3, 4]]),
];
