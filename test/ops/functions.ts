import * as lib from '../../src/index.js';
import { DTypeError, ShapeError, WasmgradError, zeros } from '../../src/index.js';
import { f, ints, row, values, type Case, type Row } from './table.js';

type X = Case<'x'>;

/** One function of one tensor under PyTorch's other names. */
const aliases = {
  absolute: lib.absolute,
  negative: lib.negative,
  arccos: lib.arccos,
  arccosh: lib.arccosh,
  arcsin: lib.arcsin,
  arcsinh: lib.arcsinh,
  arctan: lib.arctan,
  arctanh: lib.arctanh,
  fix: lib.fix,
  sgn: lib.sgn,
};

const pairs = {
  arctan2: [lib.arctan2, 'arctan2'],
  divide: [lib.divide, 'divide'],
  trueDivide: [lib.trueDivide, 'true_divide'],
  multiply: [lib.multiply, 'multiply'],
  subtract: [lib.subtract, 'subtract'],
  greater: [lib.greater, 'greater'],
  greaterEqual: [lib.greaterEqual, 'greater_equal'],
  less: [lib.less, 'less'],
  lessEqual: [lib.lessEqual, 'less_equal'],
  notEqual: [lib.notEqual, 'not_equal'],
} as const;

export const rows: Row[] = [
  // (PyTorch 1.13 gives sgn a slope of its own.)
  ...Object.entries(aliases).map(([name, fn]) =>
    row(name, {
      cases: [
        {
          in: {
            x:
              name === 'arccosh' ? f([5], { min: 1.1, max: 3 }) : f([5], { min: -0.9, max: 0.9, grad: name !== 'sgn' }),
          },
          run: ({ x }) => fn(x),
          torch: `torch.${name}(x)`,
        } satisfies X,
      ],
    }),
  ),
  ...Object.entries(pairs).map(([name, [fn, python]]) =>
    row(name, {
      cases: [
        {
          in: { x: f([2, 3]), y: f([3], { min: 0.3 }) },
          run: ({ x, y }) => fn(x, y),
          torch: `torch.${python}(x, y)`,
        } satisfies Case<'x' | 'y'>,
      ],
    }),
  ),
  row('cov', {
    cases: [
      { in: { x: f([3, 5]) }, run: ({ x }) => lib.cov(x), torch: 'torch.cov(x)' },
      { in: { x: f([5]) }, run: ({ x }) => lib.cov(x, { correction: 0 }), torch: 'torch.cov(x, correction=0)' },
      {
        in: { x: f([3, 4]), w: f([4], { min: 0.2, max: 1, grad: false }), n: ints([4], 1, 4) },
        run: ({ x, w, n }) => [
          lib.cov(x, { fweights: n }),
          lib.cov(x, { aweights: w }),
          lib.cov(x, { aweights: w, fweights: n, correction: 2 }),
          lib.cov(x, { aweights: w, correction: 0 }),
        ],
        torch: `[torch.cov(x, fweights=n), torch.cov(x, aweights=w), torch.cov(x, aweights=w, fweights=n, correction=2),
 torch.cov(x, aweights=w, correction=0)]`,
      },
      {
        in: { x: ints([2, 4], -3, 5) },
        run: ({ x }) => [lib.cov(x), lib.cov(lib.tensor(2)), lib.cov(x.float(), { correction: 4 })],
        torch: '[torch.cov(x), torch.cov(torch.tensor(2.)), torch.cov(x.float(), correction=4)]',
        single: true,
      },
    ],
    errors: [
      {
        run: () => lib.cov(zeros([2, 2, 2])),
        type: ShapeError,
        message: 'cov: takes at most two dims, got input [2, 2, 2]',
      },
      {
        run: () => lib.cov(zeros([2, 3]), { aweights: zeros([2]) }),
        type: ShapeError,
        message: 'cov: aweights must be one for each of 3 observations, got aweights [2]',
      },
    ],
  }),
  row('corrcoef', {
    cases: [
      { in: { x: f([3, 5]) }, run: ({ x }) => lib.corrcoef(x), torch: 'torch.corrcoef(x)' },
      { in: { x: f([5], { grad: false }) }, run: ({ x }) => lib.corrcoef(x), torch: 'torch.corrcoef(x)' },
    ],
  }),
  row('dist', {
    cases: [
      { in: { x: f([2, 3]), y: f([3]) }, run: ({ x, y }) => lib.dist(x, y), torch: 'torch.dist(x, y)' },
      {
        in: { x: f([2, 3]), y: f([2, 3]) },
        run: ({ x, y }) => [lib.dist(x, y, 1), lib.dist(x, y, { p: 3 }), lib.dist(x, y, Infinity)],
        torch: '[torch.dist(x, y, 1), torch.dist(x, y, p=3), torch.dist(x, y, float("inf"))]',
      },
    ],
  }),
  row('vander', {
    cases: [
      {
        in: { x: f([4]) },
        run: ({ x }) => [lib.vander(x), lib.vander(x, 3, true), lib.vander(x, { N: 5, increasing: true })],
        // (PyTorch 1.13 changes what its gradient needs.)
        torch: 'v = lambda n: torch.stack([x**i for i in range(n)], -1)\n[v(4).flip(1), v(3), v(5)]',
      },
      {
        in: { x: ints([3], -3, 4) },
        run: ({ x }) => [lib.vander(x), lib.vander(x, 1), lib.vander(x, 0)],
        torch: '[torch.vander(x), torch.vander(x, 1), torch.vander(x, 0)]',
      },
    ],
    errors: [
      {
        run: () => lib.vander(zeros([2, 2])),
        type: ShapeError,
        message: 'vander: takes a tensor of one dim, got x [2, 2]',
      },
    ],
  }),
  row('trapezoid', {
    cases: [
      {
        in: { y: f([3, 4]), x: f([4]), z: f([3, 1]) },
        run: ({ y, x, z }) => [
          lib.trapezoid(y),
          lib.trapezoid(y, x),
          lib.trapezoid(y, { dx: 0.5, dim: 0 }),
          lib.trapezoid(y, z, { dim: 0 }),
          lib.trapz(y, null, { dim: 0 }),
        ],
        torch: `[torch.trapezoid(y), torch.trapezoid(y, x), torch.trapezoid(y, dx=0.5, dim=0), torch.trapezoid(y, z, dim=0),
 torch.trapz(y, dim=0)]`,
      },
      {
        in: { y: f([1]) },
        run: ({ y }) => [lib.trapezoid(y), lib.cumulativeTrapezoid(y)],
        torch: '[torch.trapezoid(y), torch.cumulative_trapezoid(y)]',
      },
    ],
    errors: [
      {
        run: () => lib.trapezoid(zeros([3]), zeros([2])),
        type: ShapeError,
        message: 'trapezoid: x must be as long as dim -1 of y, got y [3], x [2]',
      },
      {
        run: () => lib.trapezoid(zeros([3]), zeros([3]), { dx: 2 }),
        type: WasmgradError,
        message: 'trapezoid: give x or dx, not both',
      },
    ],
  }),
  row('cumulativeTrapezoid', {
    cases: [
      {
        in: { y: f([3, 4]), x: f([4]) },
        run: ({ y, x }) => [
          lib.cumulativeTrapezoid(y, x),
          lib.cumulativeTrapezoid(y, { dx: 0.5, dim: 0 }),
          lib.cumulativeTrapezoid(y),
        ],
        torch:
          '[torch.cumulative_trapezoid(y, x), torch.cumulative_trapezoid(y, dx=0.5, dim=0), torch.cumulative_trapezoid(y)]',
      },
    ],
  }),
  row('gradient', {
    cases: [
      {
        in: { x: f([4, 5]) },
        run: ({ x }) => [
          ...lib.gradient(x),
          ...lib.gradient(x, { spacing: 0.5, edgeOrder: 2 }),
          ...lib.gradient(x, { spacing: [2, 3], dim: [1, 0] }),
          ...lib.gradient(x, { dim: -1 }),
        ],
        torch: `[*torch.gradient(x), *torch.gradient(x, spacing=0.5, edge_order=2), *torch.gradient(x, spacing=[2., 3.], dim=(1, 0)),
 *torch.gradient(x, dim=-1)]`,
      },
      {
        in: { x: f([2, 4]) },
        run: ({ x }) => [
          ...lib.gradient(x, { spacing: [lib.tensor([0, 1, 3, 3.5], { dtype: x.dtype })], dim: 1, edgeOrder: 2 }),
          ...lib.gradient(x, { spacing: [lib.tensor([0, 1, 3, 3.5], { dtype: x.dtype })], dim: 1 }),
        ],
        torch: `t = torch.tensor([0, 1, 3, 3.5], dtype=x.dtype)
[*torch.gradient(x, spacing=(t,), dim=1, edge_order=2), *torch.gradient(x, spacing=(t,), dim=1)]`,
      },
    ],
    errors: [
      {
        run: () => lib.gradient(zeros([1])),
        type: ShapeError,
        message: 'gradient: dim 0 needs at least 2 elements, got 1',
      },
    ],
  }),
  row('renorm', {
    cases: [
      {
        in: { x: f([3, 2, 2]) },
        run: ({ x }) => [lib.renorm(x, 2, 0, 1.5), lib.renorm(x, { p: 1, dim: -1, maxnorm: 4 })],
        torch: '[torch.renorm(x, 2, 0, 1.5), torch.renorm(x, p=1, dim=-1, maxnorm=4)]',
      },
    ],
    errors: [
      {
        run: () => lib.renorm(zeros([2, 2]), 0, 0, 1),
        type: WasmgradError,
        message: 'renorm: p must be above 0, got 0',
      },
    ],
  }),
  row('histogram', {
    cases: [
      {
        in: { x: f([30], { grad: false }), w: f([30], { min: 0, max: 1, grad: false }) },
        run: ({ x, w }) => [
          ...lib.histogram(x, 5),
          ...lib.histogram(x, 4, { range: [-1, 1.5] }),
          ...lib.histogram(x, 3, { weight: w, density: true }),
        ],
        torch: `[*torch.histogram(x, 5), *torch.histogram(x, 4, range=(-1., 1.5)), *torch.histogram(x, 3, weight=w, density=True)]`,
      },
      {
        in: { x: values([0, 1, 1, 2, 2.5, 4, 5], 'float32', { grad: false }) },
        run: ({ x }) => [
          ...lib.histogram(x, lib.tensor([0, 1, 2.5, 4], { dtype: x.dtype })),
          ...lib.histogram(x, 2, { range: [1, 1] }),
        ],
        torch:
          '[*torch.histogram(x, torch.tensor([0, 1, 2.5, 4], dtype=x.dtype)), *torch.histogram(x, 2, range=(1., 1.))]',
      },
    ],
    errors: [
      {
        run: () => lib.histogram(zeros([2]), 0),
        type: WasmgradError,
        message: 'histogram: bins must be a whole number of at least 1, got 0',
      },
      {
        run: () => lib.histogram(zeros([2]), zeros([3]), { range: [0, 1] }),
        type: WasmgradError,
        message: 'histogram: range is for a number of bins, not for edges',
      },
    ],
  }),
  row('isin', {
    cases: [
      {
        in: { x: ints([2, 5], 0, 6), t: ints([3], 0, 6) },
        run: ({ x, t }) => [
          lib.isin(x, t),
          lib.isin(x, t, { invert: true, assumeUnique: true }),
          lib.isin(x, 3),
          lib.isin(2, t),
          lib.isin(x, t.narrow(0, 0, 0)),
        ],
        torch:
          '[torch.isin(x, t), torch.isin(x, t, invert=True), torch.isin(x, 3), torch.isin(2, t), torch.isin(x, t[:0])]',
      },
      {
        in: { x: values([1, NaN, -0, Infinity, 2]), t: values([0, NaN, Infinity]) },
        run: ({ x, t }) => lib.isin(x, t),
        torch: 'torch.isin(x, t)',
      },
    ],
    errors: [
      { run: () => lib.isin(1, 2), type: DTypeError, message: 'isin: elements or testElements must be a tensor' },
    ],
  }),
  row('combinations', {
    cases: [
      {
        in: { x: f([4]) },
        run: ({ x }) => [
          lib.combinations(x),
          lib.combinations(x, 3),
          lib.combinations(x, { r: 3, withReplacement: true }),
          lib.combinations(x, 1, true),
          lib.combinations(x, 2, { withReplacement: true }),
        ],
        torch: `[torch.combinations(x), torch.combinations(x, 3), torch.combinations(x, r=3, with_replacement=True),
 torch.combinations(x, 1, True), torch.combinations(x, 2, with_replacement=True)]`,
      },
      {
        in: { x: ints([2], 0, 9) },
        run: ({ x }) => [lib.combinations(x, 0), lib.combinations(x, 3)],
        torch: '[torch.combinations(x, 0), torch.combinations(x, 3)]',
      },
    ],
  }),
  row('gcd', {
    cases: [
      {
        in: { x: ints([2, 6], -40, 40), y: ints([6], -40, 40), b: ints([6], 0, 255, 'uint8') },
        run: ({ x, y, b }) => [lib.gcd(x, y), lib.gcd(x, 12), lib.gcd(b, b.add(6)), lib.gcd(b, y), lib.gcd(x, 0)],
        torch:
          '[torch.gcd(x, y), torch.gcd(x, torch.tensor(12)), torch.gcd(b, b + 6), torch.gcd(b, y), torch.gcd(x, torch.tensor(0))]',
      },
    ],
    errors: [{ run: () => lib.gcd(zeros([2]), 2), type: DTypeError, message: 'gcd: takes integers, got float32' }],
  }),
  row('lcm', {
    cases: [
      {
        in: { x: ints([2, 6], -40, 40), y: ints([6], -40, 40) },
        run: ({ x, y }) => [lib.lcm(x, y), lib.lcm(x, 12), lib.lcm(x, 0)],
        torch: '[torch.lcm(x, y), torch.lcm(x, torch.tensor(12)), torch.lcm(x, torch.tensor(0))]',
      },
    ],
  }),
  row('floatPower', {
    cases: [
      {
        in: { x: f([2, 3], { min: 0.2 }), y: f([3]) },
        run: ({ x, y }) => [lib.floatPower(x, y), lib.floatPower(x, 2), lib.floatPower(3, y)],
        torch: '[torch.float_power(x, y), torch.float_power(x, 2), torch.float_power(3, y)]',
      },
      { in: { x: ints([4], 1, 5) }, run: ({ x }) => lib.floatPower(x, -2), torch: 'torch.float_power(x, -2)' },
    ],
  }),
  row('ldexp', {
    cases: [
      {
        in: { x: f([2, 3]), n: ints([3], -3, 5) },
        run: ({ x, n }) => lib.ldexp(x, n),
        torch: 'torch.ldexp(x, n)',
      },
    ],
  }),
  row('positive', {
    cases: [{ in: { x: f([3]) }, run: ({ x }) => lib.positive(x).mul(2), torch: 'torch.positive(x) * 2' }],
  }),
  row('full', {
    cases: [
      {
        run: () => [lib.full([3], true, { dtype: undefined } as object), lib.full([2], 2)],
        torch: '[torch.full((3,), True), torch.full((2,), 2.)]',
        single: true,
      },
    ],
  }),
  row('bmm', {
    cases: [
      {
        in: { x: f([2, 2, 3]), y: f([2, 3, 2]) },
        run: ({ x, y }) => [lib.bmm(x, y), lib.mm(x.select(0, 0), y.select(0, 1))],
        torch: '[torch.bmm(x, y), torch.mm(x[0], y[1])]',
      },
    ],
    errors: [
      {
        run: () => lib.bmm(zeros([2, 2, 3]), zeros([2, 2, 3])),
        type: ShapeError,
        message: 'bmm: inner sizes differ (3 vs 2), got input [2, 2, 3], mat2 [2, 2, 3]',
      },
      {
        run: () => lib.mm(zeros([2, 3]), zeros([2, 3])),
        type: ShapeError,
        message: 'mm: inner sizes differ (3 vs 2), got input [2, 3], mat2 [2, 3]',
      },
    ],
  }),
];
