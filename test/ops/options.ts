/** Every option of functions where its absence would be seen. */
import {
  F,
  arange,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  linalg,
  linspace,
  logspace,
  nn,
  onesLike,
  tensor,
  zeros,
  zerosLike,
  type Tensor,
} from '../../src/index.js';
import { bools, f, ints, row, values, type Case, type Row } from './table.js';

const single = true;
const nan = Number.NaN;
const plain = f([2, 3], { grad: false });
const x = f([3, 4]);
const gaps = values([
  [1, nan, 3],
  [0.5, 2, 7],
]);

/** A function that writes over its input, which is what is compared. */
function overwriting(name: string, run: (y: Tensor) => unknown, call = `F.${name}(y, inplace=True)`): Row {
  const sample: Case<'x'> = {
    in: { x: f([2, 3, 4], { min: -7, max: 7 }) },
    run: (given) => {
      const y = given.x.mul(1);
      run(y);
      return y;
    },
    torch: `y = x * 1; ${call}; y`,
  };
  return row(name, { cases: [sample] });
}

/** A random function that writes over its input. */
function dropping(
  name: 'dropout' | 'dropout1d' | 'dropout2d' | 'dropout3d' | 'alphaDropout' | 'featureAlphaDropout',
  shape: number[],
  torch: string = name,
): Row {
  return row(name, {
    cases: [
      {
        in: { x: f(shape) },
        seed: 2,
        run: (given) => {
          const y = given.x.mul(1);
          F[name](y, { inplace: true, training: true });
          return y;
        },
        torch: `y = x * 1; F.${torch}(y, inplace=True, training=True); y`,
        layouts: false,
      },
    ],
  });
}

/** A convolution with its bias among the options. */
function biased(name: string, torch: string, run: (x: Tensor, w: Tensor, b: Tensor) => Tensor, dims: number): Row {
  const sizes = Array.from({ length: dims }, () => 3);
  const kernel = Array.from({ length: dims }, () => 2);
  const sample: Case<'x' | 'w' | 'b'> = {
    in: { x: f([1, 2, ...sizes]), w: f([2, 2, ...kernel]), b: f([2]) },
    run: (given) => run(given.x, given.w, given.b),
    torch: `F.${torch}(x, w, bias=b)`,
  };
  return row(name, { cases: [sample] });
}

const few = values([1, nan, 3], 'float32', { grad: false });
const near = values([1.25, nan, 3.5], 'float32', { grad: false });

/** Whether a function throws for a gradient that is not finite. */
function refusing(run: (p: Tensor) => unknown): Case {
  return {
    run: () => {
      const p = zeros([2]).requiresGrad_();
      p.grad = tensor([1, Infinity]);
      try {
        run(p);
        return false;
      } catch (error) {
        if (!String(error).includes('is Infinity')) throw error;
        return true;
      }
    },
    torch: [
      'def refused():',
      '    p = torch.zeros(2).requires_grad_()',
      '    p.grad = torch.tensor([1, math.inf])',
      '    try:',
      '        nn.utils.clip_grad_norm_([p], 1.0, error_if_nonfinite=True)',
      '        return False',
      '    except RuntimeError:',
      '        return True',
      'refused()',
    ].join('\n'),
    single,
  };
}

export const rows: Row[] = [
  overwriting('relu', (y) => F.relu(y, { inplace: true })),
  overwriting('leakyRelu', (y) => F.leakyRelu(y, { inplace: true }), 'F.leaky_relu(y, inplace=True)'),
  overwriting('silu', (y) => F.silu(y, { inplace: true })),
  overwriting('elu', (y) => F.elu(y, { inplace: true })),
  overwriting('celu', (y) => F.celu(y, { inplace: true })),
  overwriting('selu', (y) => F.selu(y, { inplace: true })),
  overwriting('mish', (y) => F.mish(y, { inplace: true })),
  overwriting('hardtanh', (y) => F.hardtanh(y, { inplace: true })),
  overwriting('relu6', (y) => F.relu6(y, { inplace: true })),
  // PyTorch 1.13 holds its 1/6 in float32.
  row('hardsigmoid', {
    cases: [
      {
        ...overwriting('hardsigmoid', (y) => F.hardsigmoid(y, { inplace: true })).cases[0]!,
        tolerance: { float64: 1e-7 },
      },
    ],
  }),
  overwriting('hardswish', (y) => F.hardswish(y, { inplace: true })),
  overwriting('rrelu', (y) => F.rrelu(y, { inplace: true })),
  overwriting('threshold', (y) => F.threshold(y, 1, 2, { inplace: true }), 'F.threshold(y, 1, 2, inplace=True)'),
  dropping('dropout', [3, 4]),
  dropping('dropout1d', [3, 4, 2]),
  dropping('alphaDropout', [3, 4], 'alpha_dropout'),
  dropping('featureAlphaDropout', [3, 4, 2], 'feature_alpha_dropout'),
  dropping('dropout2d', [3, 4, 2, 2]),
  dropping('dropout3d', [3, 4, 1, 2, 2]),
  biased('conv1d', 'conv1d', (a, w, bias) => F.conv1d(a, w, { bias }), 1),
  biased('conv2d', 'conv2d', (a, w, bias) => F.conv2d(a, w, { bias }), 2),
  biased('conv3d', 'conv3d', (a, w, bias) => F.conv3d(a, w, { bias }), 3),
  biased('convTranspose1d', 'conv_transpose1d', (a, w, bias) => F.convTranspose1d(a, w, { bias }), 1),
  biased('convTranspose2d', 'conv_transpose2d', (a, w, bias) => F.convTranspose2d(a, w, { bias }), 2),
  biased('convTranspose3d', 'conv_transpose3d', (a, w, bias) => F.convTranspose3d(a, w, { bias }), 3),
  row('creation', {
    cases: [
      {
        run: () => [
          tensor([1, 2], { requiresGrad: true }),
          full([2], 3, { requiresGrad: true }),
          zeros([2], { requiresGrad: true }),
          empty([2], { requiresGrad: true }).detach().fill_(1),
          arange(0, 3, 1, { requiresGrad: true, dtype: 'float32' }),
          eye(2, { requiresGrad: true }),
          linspace(0, 1, 3, { requiresGrad: true }),
          logspace(0, 1, 3, { requiresGrad: true }),
        ],
        torch: [
          'r = {"requires_grad": True}',
          '[torch.tensor([1., 2.], **r), torch.full((2,), 3., **r), torch.zeros(2, **r), torch.ones(2),',
          ' torch.arange(0., 3., **r), torch.eye(2, **r), torch.linspace(0, 1, 3, **r), torch.logspace(0, 1, 3, **r)]',
        ].join('\n'),
        single,
      },
      {
        run: () => {
          const y = empty([2], { requiresGrad: true });
          return y.requiresGrad;
        },
        torch: 'torch.empty(2, requires_grad=True).requires_grad',
        single,
      },
    ],
  }),
  row('creationLike', {
    gradcheck: 0, // Results do not depend on the input's values.
    cases: [
      {
        in: { x: plain },
        run: (given) => [
          zerosLike(given.x, { requiresGrad: true }),
          onesLike(given.x, { requiresGrad: true }),
          fullLike(given.x, 3, { requiresGrad: true }),
          emptyLike(given.x, { requiresGrad: true }).requiresGrad,
          onesLike(given.x, { dtype: 'int32' }),
          emptyLike(given.x, { dtype: 'uint8' }).fill_(7),
        ],
        torch: [
          'r = {"requires_grad": True}',
          '[torch.zeros_like(x, **r), torch.ones_like(x, **r), torch.full_like(x, 3, **r),',
          ' torch.empty_like(x, **r).requires_grad, torch.ones_like(x, dtype=torch.int32),',
          ' torch.empty_like(x, dtype=torch.uint8).fill_(7)]',
        ].join('\n'),
      },
    ],
  }),
  row('min', {
    cases: [{ in: { x }, run: (given) => given.x.min({ dim: 0 }), torch: 'x.min(dim=0)' }],
  }),
  row('argmin', {
    gradcheck: 0,
    cases: [
      {
        in: { x },
        run: (given) => [given.x.argmin({ dim: 0 }), given.x.argmax(1, { keepdim: true })],
        torch: '[x.argmin(dim=0), x.argmax(1, keepdim=True)]',
      },
    ],
  }),
  row('mean', {
    cases: [
      {
        in: { x },
        run: (given) => [given.x.mean({ dim: 0 }), given.x.mean(1, { keepdim: true })],
        torch: '[x.mean(dim=0), x.mean(1, keepdim=True)]',
      },
    ],
  }),
  row('prod', {
    cases: [
      {
        in: { x },
        run: (given) => [given.x.prod({ dim: 0 }), given.x.prod(1, { dtype: 'float64' })],
        torch: '[x.prod(dim=0), x.prod(1, dtype=torch.float64)]',
      },
    ],
  }),
  row('any', {
    gradcheck: 0,
    cases: [
      { in: { x: bools([3, 4]) }, run: (given) => given.x.any(1, { keepdim: true }), torch: 'x.any(1, keepdim=True)' },
    ],
  }),
  row('std', {
    cases: [
      {
        in: { x },
        run: (given) => [given.x.std({ dim: 0 }), given.x.std(1, { unbiased: false })],
        torch: '[x.std(dim=0), x.std(1, unbiased=False)]',
      },
    ],
  }),
  row('varMean', {
    cases: [
      {
        in: { x },
        run: (given) => [...given.x.varMean({ dim: 0 }), ...given.x.varMean(1, { unbiased: false })],
        torch: '[*torch.var_mean(x, dim=0), *torch.var_mean(x, 1, unbiased=False)]',
      },
    ],
  }),
  row('norm', {
    cases: [{ in: { x }, run: (given) => given.x.norm({ p: 3, dim: 1 }), torch: 'x.norm(p=3, dim=1)' }],
  }),
  row('logsumexp', {
    cases: [{ in: { x }, run: (given) => given.x.logsumexp({ dim: 0 } as never), torch: 'x.logsumexp(dim=0)' }],
  }),
  row('cumprod', {
    cases: [
      {
        in: { x },
        run: (given) => given.x.cumprod(1, { dtype: 'float64' }),
        torch: 'x.cumprod(1, dtype=torch.float64)',
      },
    ],
  }),
  row('median', {
    cases: [{ in: { x }, run: (given) => given.x.median({ dim: 0 }), torch: 'tuple(x.median(dim=0))' }],
  }),
  row('nansum', {
    gradcheck: 0,
    cases: [
      {
        in: { x: gaps },
        run: (given) => [given.x.nansum({ dim: 0 }), given.x.nansum(1, { keepdim: true })],
        torch: '[x.nansum(dim=0), x.nansum(1, keepdim=True)]',
      },
    ],
  }),
  row('nanmean', {
    gradcheck: 0,
    cases: [
      {
        in: { x: gaps },
        run: (given) => [given.x.nanmean({ dim: 0 }), given.x.nanmean(1, { keepdim: true })],
        torch: '[x.nanmean(dim=0), x.nanmean(1, keepdim=True)]',
      },
    ],
  }),
  row('countNonzero', {
    cases: [
      {
        in: { x: ints([3, 4], 0, 2) },
        run: (given) => given.x.countNonzero({ dim: 0 }),
        torch: 'x.count_nonzero(dim=0)',
      },
    ],
  }),
  row('nanquantile', {
    gradcheck: 0,
    cases: [
      {
        in: { x: gaps },
        run: (given) => given.x.nanquantile(0.3, { dim: 1, keepdim: true }),
        torch: 'x.nanquantile(0.3, dim=1, keepdim=True)',
      },
    ],
  }),
  row('diff', {
    cases: [{ in: { x }, run: (given) => given.x.diff({ dim: 0 }), torch: 'x.diff(dim=0)' }],
  }),
  row('rot90', {
    cases: [{ in: { x }, run: (given) => given.x.rot90({ k: 2 }), torch: 'x.rot90(k=2)' }],
  }),
  row('nanToNum', {
    gradcheck: 0,
    cases: [
      {
        in: { x: values([1, nan, Infinity, -Infinity]) },
        run: (given) => given.x.nanToNum({ nan: 2, posinf: 5, neginf: -6 }),
        torch: 'x.nan_to_num(nan=2, posinf=5, neginf=-6)',
      },
    ],
  }),
  row('uniqueConsecutive', {
    cases: [
      {
        in: { x: ints([6, 2], 0, 2) },
        run: (given) => given.x.uniqueConsecutive({ dim: 0 }),
        torch: 'x.unique_consecutive(dim=0)',
      },
    ],
  }),
  row('clamp_ by name', {
    cases: [{ in: { x }, run: (given) => given.x.mul(1).clamp_({ max: 0.5 }), torch: '(x * 1).clamp_(max=0.5)' }],
  }),
  row('vectorNorm', {
    cases: [
      {
        in: { x },
        run: (given) => linalg.vectorNorm(given.x, { dim: 1, keepdim: true }),
        torch: 'torch.linalg.vector_norm(x, dim=1, keepdim=True)',
      },
    ],
  }),
  row('isclose', {
    cases: [
      {
        in: { x: few, y: near },
        run: (given) => given.x.isclose(given.y, { equalNan: true }),
        torch: 'x.isclose(y, equal_nan=True)',
      },
    ],
  }),
  row('allclose', {
    cases: [
      {
        in: { x: few, y: near },
        run: (given) => {
          const pair = (i: number): [Tensor, Tensor] => [given.x.narrow(0, i, 1), given.y.narrow(0, i, 1)];
          const [[a, b], [c, d]] = [pair(0), pair(1)];
          return [a.allclose(b, { rtol: 0.3 }), a.allclose(b, { atol: 0.3 }), c.allclose(d, { equalNan: true })];
        },
        torch:
          '[x[:1].allclose(y[:1], rtol=0.3), x[:1].allclose(y[:1], atol=0.3), x[1:2].allclose(y[1:2], equal_nan=True)]',
      },
    ],
  }),
  row('errorIfNonfinite', {
    cases: [
      refusing((p) => nn.utils.clipGradNorm_([p], 1, { errorIfNonfinite: true })),
      refusing((p) => nn.utils.getTotalNorm([p.grad!], { errorIfNonfinite: true })),
    ],
  }),
];
