import * as lib from '../../src/index.js';
import { DTypeError, F, ShapeError, slice, tensor, zeros } from '../../src/index.js';
import { bools, f, ints, row, values, type Case, type Row } from './table.js';

const inf = Infinity;

/** What a comparison of all operations with PyTorch's found: dtypes, empty tensors, tensors without dims, infinities and NaN. */
export const rows: Row[] = [
  row('crossEntropy', {
    cases: [
      {
        // Beside logits of this size log Σ exp has no digits left for the loss.
        in: {
          x: values([
            [3000.25, 3000, -3],
            [-2000, -2000.5, -2001],
          ]),
          t: values([0, 2], 'int32'),
        },
        run: ({ x, t }) => [F.crossEntropy(x, t), F.crossEntropy(x, t, { reduction: 'sum', labelSmoothing: 0.25 })],
        torch: "[F.cross_entropy(x, t), F.cross_entropy(x, t, reduction='sum', label_smoothing=0.25)]",
      },
      {
        in: {
          x: values([
            [
              [3000.25, 1, 2, 3, 4],
              [3000, 0, 1, 2, 5000],
              [-3, 7, 8, 9, 4999.5],
            ],
          ]),
          t: values([[0, 1, 2, 1, 2]], 'int32'),
        },
        run: ({ x, t }) => F.crossEntropy(x, t, { reduction: 'none' }),
        torch: "F.cross_entropy(x, t, reduction='none')",
      },
    ],
  }),
  row('erfinv', {
    gradcheck: 0,
    cases: [
      {
        in: { x: values([1e-30, -1e-20, 1e-10, 3e-6, -1e-3, 0.0099, 0.0101]) },
        run: ({ x }) => lib.erfinv(x).div(x.detach()),
        torch: 'torch.erfinv(x) / x.detach()',
      },
    ],
  }),
  row('clamp', {
    gradcheck: 0,
    cases: [
      {
        in: { x: values([1, inf, -inf, 2]), low: values([NaN, NaN, 0, 1]), high: values([5, 5, NaN, 1.5]) },
        run: ({ x, low, high }) => [lib.clamp(x, low), lib.clamp(x, null, high)],
        torch: '[torch.clamp(x, low), torch.clamp(x, None, high)]',
      },
      {
        in: { x: values([1, inf, -inf, 2]) },
        run: ({ x }) => [lib.clamp(x, NaN, 2), lib.clamp(x, 0, NaN)],
        torch: "[torch.clamp(x, float('nan'), 2), torch.clamp(x, 0, float('nan'))]",
      },
    ],
  }),
  row('logaddexp', {
    cases: [
      {
        in: { x: f([3]), y: bools([3]) },
        run: ({ x, y }) => [lib.logaddexp(x, y), lib.logaddexp2(y, x)],
        torch: 'y = y.to(x.dtype)\n[torch.logaddexp(x, y), torch.logaddexp2(y, x)]',
      },
    ],
  }),
  row('bitwiseRightShift', {
    cases: [
      {
        in: { x: ints([4], -99, 99), b: bools([4]) },
        run: ({ x, b }) => [
          lib.bitwiseRightShift(x, b),
          lib.bitwiseLeftShift(x, b),
          lib.bitwiseLeftShift(x, true),
          lib.bitwiseLeftShift(b, 2),
          lib.bitwiseRightShift(x, 31),
        ],
        torch: '[x >> b, x << b, x << True, b << 2, x >> 31]',
      },
      {
        in: { x: ints([4], -99, 99), by: values([-1, -40, 40, 32], 'int32') },
        run: ({ x, by }) => [lib.bitwiseRightShift(x, by), lib.bitwiseRightShift(x, -1)],
        torch: '[x >> 40, x >> 40]',
      },
    ],
    errors: [
      {
        run: () => lib.bitwiseLeftShift(zeros([2], { dtype: 'bool' }), true),
        type: DTypeError,
        message: 'bitwiseLeftShift: takes integers, got bool',
      },
    ],
  }),
  row('xlogy', {
    cases: [{ in: { x: f([3], { min: -3 }) }, run: ({ x }) => lib.xlogy(false, x), torch: 'torch.xlogy(False, x)' }],
  }),
  row('add', {
    cases: [],
    errors: [
      {
        run: () => lib.add(tensor([true]), tensor([true]), { alpha: 2.5 }),
        type: DTypeError,
        message: 'add: alpha must be a whole number for integer tensors, got 2.5',
      },
    ],
  }),
  row('scatter', {
    cases: [
      {
        in: { x: f([]), s: f([]), i: values(0, 'int32') },
        run: ({ x, s, i }) => [
          x.scatter(0, i, 2),
          x.scatter(-1, i, s),
          x.scatterAdd(0, i, s),
          x.indexFill(0, i, 3),
          x.mul(1).scatterAdd_(0, i, s),
          x.mul(1).indexFill_(0, i, 3),
        ],
        torch:
          '[x.scatter(0, i, 2), x.scatter(-1, i, s), x.scatter_add(0, i, s), x.index_fill(0, i, 3), (x * 1).scatter_add_(0, i, s), (x * 1).index_fill_(0, i, 3)]',
      },
    ],
  }),
  row('index', {
    cases: [
      {
        in: { x: f([2, 3]), z: f([]), i: values([0, 1], 'int32') },
        run: ({ x, z, i }) => [
          x.index(true),
          x.index(false),
          z.index(tensor(true)),
          z.index(z.gt(100)),
          x.index(slice(), tensor(true), i),
          x.mul(1).indexPut([tensor(true)], 5),
          x.mul(1).indexPut([false], 5),
        ],
        torch:
          'y = x * 1\ny[torch.tensor(True)] = 5\n[x[True], x[False], z[torch.tensor(True)], z[z > 100], x[:, torch.tensor(True), i], y, x * 1]',
      },
    ],
  }),
  row('sum', {
    cases: [
      {
        in: { x: ints([2, 3], -9, 9) },
        run: ({ x }) => [
          lib.sum(x, { dtype: 'bool' }),
          lib.sum(x, { dtype: 'uint8' }),
          lib.sum(x, 1, true, { dtype: 'uint8' }),
          lib.prod(x, { dtype: 'uint8' }),
          lib.prod(x, 0, { dtype: 'bool' }),
          lib.cumsum(x, 1, { dtype: 'uint8' }),
          lib.cumprod(x, 1, { dtype: 'uint8' }),
        ],
        torch:
          '[x.sum(dtype=torch.bool), x.sum(dtype=torch.uint8), x.sum(1, True, dtype=torch.uint8), x.prod(dtype=torch.uint8), x.prod(0, dtype=torch.bool), x.cumsum(1, dtype=torch.uint8), x.cumprod(1, dtype=torch.uint8)]',
      },
    ],
  }),
  row('median', {
    gradcheck: 0,
    cases: [
      {
        in: { x: values([2, 1, 2, 5, 2, -3]), y: values([NaN, -inf, -inf, 3, NaN, -inf]), e: f([0, 3]) },
        run: ({ x, y, e }) => [
          lib.median(x),
          lib.nanmedian(x),
          lib.median(y),
          lib.nanmedian(y),
          lib.median(e),
          lib.nanmedian(e),
        ],
        torch: '[x.median(), x.nanmedian(), y.median(), y.nanmedian(), e.median(), e.nanmedian()]',
      },
    ],
  }),
  row('logsumexp', {
    cases: [
      {
        in: { n: ints([2, 3], -3, 3), b: bools([3]) },
        run: ({ n, b }) => [lib.logsumexp(n, 1), lib.logsumexp(b, 0)],
        torch: '[torch.logsumexp(n, 1), torch.logsumexp(b, 0)]',
      },
    ],
  }),
  row('asStrided', {
    cases: [
      {
        in: { x: f([5]) },
        run: ({ x }) => [x.mul(1).asStrided([3, 3], [1, 1]), x.mul(1).asStrided([2, 2], [1, 0], 2)],
        torch: '[(x * 1).as_strided((3, 3), (1, 1)), (x * 1).as_strided((2, 2), (1, 0), 2)]',
      },
    ],
    errors: [
      {
        run: () => zeros([3]).asStrided([2], [-1]),
        type: ShapeError,
        message: 'asStrided: strides must not be negative, got [-1]',
      },
    ],
  }),
  row('copy_', {
    cases: [
      {
        in: { x: f([3]), n: ints([3], 0, 9) },
        run: ({ x, n }) => n.clone().copy_(x).requiresGrad,
        torch: '(n.clone().copy_(x.detach())).requires_grad',
      },
    ],
  }),
  row('lerp', {
    cases: [
      {
        in: { x: values([1e6, -3, 2]), end: values([1, 2, 3]), w: values([1, 0.5, 0.25]) },
        run: ({ x, end, w }) => lib.lerp(x, end, w),
        torch: 'torch.lerp(x, end, w)',
      },
    ],
  }),
  row('huberLoss', {
    gradcheck: 0,
    cases: [
      {
        in: { x: values([inf, -inf, 3, 0.25, -1]), y: values([1, 2, 0, 0, 0]) },
        run: ({ x, y }) => [
          F.huberLoss(x, y, { reduction: 'none', delta: 2 }),
          F.smoothL1Loss(x, y, { reduction: 'none', beta: 0.5 }),
        ],
        torch: "[F.huber_loss(x, y, reduction='none', delta=2.), F.smooth_l1_loss(x, y, reduction='none', beta=.5)]",
      },
    ],
  }),
  row('mseLoss', {
    cases: [
      {
        in: { x: f([5]), b: bools([5]) },
        run: ({ x, b }) => [F.mseLoss(x, b), F.huberLoss(x, b), F.smoothL1Loss(x, b)],
        torch: 'b = b.to(x.dtype)\n[F.mse_loss(x, b), F.huber_loss(x, b), F.smooth_l1_loss(x, b)]',
      },
    ],
  }),
  row('cosineSimilarity', {
    cases: [
      {
        in: { x: f([2, 3]), n: ints([2, 3], 1, 9) },
        run: ({ x, n }) => F.cosineSimilarity(x, n),
        torch: 'F.cosine_similarity(x, n)',
      },
    ],
  }),
  row('unbind', {
    cases: [],
    errors: [
      { run: () => zeros([]).unbind(), type: ShapeError, message: 'unbind: needs at least one dim, got input []' },
      { run: () => zeros([]).split(1), type: ShapeError, message: 'split: needs at least one dim, got input []' },
      { run: () => zeros([]).chunk(1), type: ShapeError, message: 'chunk: needs at least one dim, got input []' },
      {
        run: () => zeros([]).narrow(0, 0, 0),
        type: ShapeError,
        message: 'narrow: needs at least one dim, got input []',
      },
      {
        run: () => zeros([]).flatten(1),
        type: lib.IndexError,
        message: 'flatten: dim 1 is out of range for 0 dims (expected -1 to 0)',
      },
    ],
  }),
  row('full', {
    cases: [],
    errors: [
      { run: () => lib.full([2], 300, { dtype: 'uint8' }), type: DTypeError, message: 'full: uint8 cannot hold 300' },
      { run: () => lib.full([2], NaN, { dtype: 'int32' }), type: DTypeError, message: 'full: int32 cannot hold NaN' },
      {
        run: () => tensor([1, 2 ** 31], { dtype: 'int32' }),
        type: DTypeError,
        message: 'tensor: int32 cannot hold 2147483648',
      },
      {
        run: () => zeros([2], { dtype: 'uint8' }).fill_(-256),
        type: DTypeError,
        message: 'fill_: uint8 cannot hold -256',
      },
      {
        run: () => zeros([2], { dtype: 'int32' }).maskedFill(tensor([true, false]), Infinity),
        type: DTypeError,
        message: 'maskedFill: int32 cannot hold Infinity',
      },
    ],
  }),
  ...(
    [
      ['det', 'torch.det(y)'],
      ['inverse', 'torch.inverse(y)'],
      ['logdet', 'torch.logdet(y)'],
      ['matrixExp', 'torch.matrix_exp(y)'],
    ] as const
  ).map(([name, torch]) =>
    row(name, {
      cases: [
        {
          in: { x: f([2, 3, 3]) },
          run: ({ x }) => lib[name](lib.matmul(x, x.mT).add(lib.eye(3, { dtype: x.dtype }))),
          torch: `y = x @ x.mT + torch.eye(3, dtype=x.dtype)\n${torch}`,
        } satisfies Case<'x'>,
      ],
    }),
  ),
  row('slogdet', {
    cases: [
      { in: { x: f([2, 2]) }, run: ({ x }) => lib.slogdet(x), torch: '[*torch.slogdet(x)]' },
      {
        in: {
          x: values(
            [
              [
                [0, 1],
                [1, 0],
              ],
              [
                [2, 1],
                [1, 3],
              ],
            ],
            'float32',
            { grad: false },
          ),
        },
        run: ({ x }) => lib.logdet(x),
        torch: 'torch.logdet(x)',
      },
    ],
  }),
  row('matrixPower', {
    cases: [
      {
        in: { x: f([2, 2]) },
        run: ({ x }) => [lib.matrixPower(x, 3), lib.matrixPower(x, 0)],
        torch: '[torch.matrix_power(x, 3), torch.matrix_power(x, 0)]',
      },
    ],
  }),
];
