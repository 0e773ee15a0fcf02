import { F, IndexError, ShapeError, WasmgradError, tensor, zeros } from '../../src/index.js';
import { f, ints, row, values, type Row } from './table.js';

const signs = values([1, -1, 1, 1, -1, -1], 'int32');
const table = values(
  [
    [1, -1, 1, 1],
    [-1, -1, 1, -1],
    [1, 1, -1, 0],
  ],
  'int32',
);
const positive = { min: 0.1, max: 2 };

export const rows: Row[] = [
  row('hingeEmbeddingLoss', {
    cases: [
      {
        in: { x: f([3, 4]), t: table },
        run: ({ x, t }) => F.hingeEmbeddingLoss(x, t),
        torch: 'F.hinge_embedding_loss(x, t)',
      },
      {
        in: { x: f([3, 4]), t: table },
        run: ({ x, t }) => [
          F.hingeEmbeddingLoss(x, t, { margin: 0.3, reduction: 'none' }),
          F.hingeEmbeddingLoss(x, t, { margin: 0.3, reduction: 'sum' }),
        ],
        torch:
          "F.hinge_embedding_loss(x, t, margin=0.3, reduction='none'), F.hinge_embedding_loss(x, t, margin=0.3, reduction='sum')",
      },
    ],
    errors: [
      {
        run: () => F.hingeEmbeddingLoss(zeros([3]), zeros([4])),
        type: ShapeError,
        message: 'hingeEmbeddingLoss: shapes do not broadcast, got input [3], target [4]',
      },
    ],
  }),
  row('marginRankingLoss', {
    cases: [
      {
        in: { x: f([6]), y: f([6]), t: signs },
        run: ({ x, y, t }) => F.marginRankingLoss(x, y, t),
        torch: 'F.margin_ranking_loss(x, y, t)',
      },
      {
        in: { x: f([6]), y: f([6]), t: signs },
        run: ({ x, y, t }) => [
          F.marginRankingLoss(x, y, t, { margin: 0.5, reduction: 'none' }),
          F.marginRankingLoss(x, y, t, { margin: 0.5, reduction: 'sum' }),
        ],
        torch:
          "F.margin_ranking_loss(x, y, t, margin=0.5, reduction='none'), F.margin_ranking_loss(x, y, t, margin=0.5, reduction='sum')",
      },
    ],
    errors: [
      {
        run: () => F.marginRankingLoss(zeros([3]), zeros([3]), zeros([3, 1])),
        type: ShapeError,
        message: 'marginRankingLoss: all must have the same number of dims, got input1 [3], input2 [3], target [3, 1]',
      },
    ],
  }),
  row('multiMarginLoss', {
    cases: [
      {
        in: { x: f([4, 5]), t: ints([4], 0, 5) },
        run: ({ x, t }) => F.multiMarginLoss(x, t),
        torch: 'F.multi_margin_loss(x, t)',
      },
      {
        in: { x: f([4, 5]), t: ints([4], 0, 5), w: f([5], { ...positive, grad: false }) },
        run: ({ x, t, w }) => F.multiMarginLoss(x, t, { p: 2, margin: 0.7, weight: w, reduction: 'none' }),
        torch: "F.multi_margin_loss(x, t, p=2, margin=0.7, weight=w, reduction='none')",
      },
      {
        in: { x: f([5]), t: values(3, 'int32') },
        run: ({ x, t }) => [F.multiMarginLoss(x, t), F.multiMarginLoss(x, t.reshape([1]), { reduction: 'none' })],
        torch: "F.multi_margin_loss(x, t), F.multi_margin_loss(x, t.reshape(1), reduction='none')",
      },
      {
        in: { x: f([4, 5]), t: ints([4], 0, 5) },
        run: ({ x, t }) => F.multiMarginLoss(x, t, { reduction: 'sum' }),
        torch: "F.multi_margin_loss(x, t, reduction='sum')",
      },
    ],
    errors: [
      {
        run: () => F.multiMarginLoss(zeros([3, 4]), tensor([0, 4, 1], { dtype: 'int32' })),
        type: IndexError,
        message: 'multiMarginLoss: label 4 at position 1 is out of range for 4 classes',
      },
      {
        run: () => F.multiMarginLoss(zeros([3, 4]), zeros([4], { dtype: 'int32' })),
        type: ShapeError,
        message: 'multiMarginLoss: target must have one label for each row of input, got input [3, 4], target [4]',
      },
      {
        run: () => F.multiMarginLoss(zeros([2, 3, 4]), zeros([2], { dtype: 'int32' })),
        type: ShapeError,
        message: 'multiMarginLoss: input must be [N, C] or [C], got input [2, 3, 4], target [2]',
      },
      {
        run: () => F.multiMarginLoss(zeros([3, 4]), zeros([3], { dtype: 'int32' }), { p: 3 }),
        type: WasmgradError,
        message: 'multiMarginLoss: p must be 1 or 2, got 3',
      },
      {
        run: () => F.multiMarginLoss(zeros([3, 4]), zeros([3], { dtype: 'int32' }), { weight: zeros([3]) }),
        type: ShapeError,
        message:
          'multiMarginLoss: weight must have one element for each of 4 classes, got input [3, 4], target [3], weight [3]',
      },
    ],
  }),
  row('multilabelMarginLoss', {
    cases: [
      {
        in: {
          x: f([3, 4]),
          t: values(
            [
              [3, 0, -1, 1],
              [-1, 2, 1, 0],
              [0, 1, 2, 3],
            ],
            'int32',
          ),
        },
        run: ({ x, t }) => [F.multilabelMarginLoss(x, t), F.multilabelMarginLoss(x, t, { reduction: 'none' })],
        torch: "F.multilabel_margin_loss(x, t), F.multilabel_margin_loss(x, t, reduction='none')",
      },
      {
        in: { x: f([4]), t: values([2, 2, -1, 0], 'int32') },
        run: ({ x, t }) => [
          F.multilabelMarginLoss(x, t, { reduction: 'sum' }),
          F.multilabelMarginLoss(x, t, { reduction: 'none' }),
        ],
        torch: "F.multilabel_margin_loss(x, t, reduction='sum'), F.multilabel_margin_loss(x, t, reduction='none')",
      },
    ],
    errors: [
      {
        run: () => F.multilabelMarginLoss(zeros([1, 3]), tensor([[0, 3, -1]], { dtype: 'int32' })),
        type: IndexError,
        message: 'multilabelMarginLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.multilabelMarginLoss(zeros([3, 4]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message: 'multilabelMarginLoss: target must have the shape of input, got input [3, 4], target [3]',
      },
    ],
  }),
  row('multilabelSoftMarginLoss', {
    cases: [
      {
        in: { x: f([3, 4]), t: f([3, 4], { min: 0, max: 1 }) },
        run: ({ x, t }) => F.multilabelSoftMarginLoss(x, t),
        torch: 'F.multilabel_soft_margin_loss(x, t)',
      },
      {
        in: { x: f([2, 3, 4]), t: ints([2, 3, 4], 0, 2), w: f([4], { ...positive, grad: false }) },
        run: ({ x, t, w }) => [
          F.multilabelSoftMarginLoss(x, t, { weight: w, reduction: 'none' }),
          F.multilabelSoftMarginLoss(x, t, { reduction: 'sum' }),
        ],
        torch:
          "F.multilabel_soft_margin_loss(x, t, w, reduction='none'), F.multilabel_soft_margin_loss(x, t, reduction='sum')",
      },
    ],
    errors: [
      {
        run: () => F.multilabelSoftMarginLoss(zeros([3, 4]), zeros([3, 4]), { weight: zeros([3]) }),
        type: ShapeError,
        message: 'multilabelSoftMarginLoss: weight does not broadcast to input, got input [3, 4], weight [3]',
      },
    ],
  }),
  row('softMarginLoss', {
    cases: [
      {
        in: { x: f([3, 4]), t: table },
        run: ({ x, t }) => [F.softMarginLoss(x, t), F.softMarginLoss(x, t, { reduction: 'none' })],
        torch: "F.soft_margin_loss(x, t.to(x.dtype)), F.soft_margin_loss(x, t.to(x.dtype), reduction='none')",
      },
      {
        in: { x: f([3, 4]), t: f([3, 4]) },
        run: ({ x, t }) => F.softMarginLoss(x, t, { reduction: 'sum' }),
        torch: "F.soft_margin_loss(x, t.detach(), reduction='sum') * 0 + torch.log(1 + torch.exp(-x * t)).sum()",
      },
      {
        in: { x: values([-800, 800, 30, -30]), t: values([1, -1, 1, 1], 'int32') },
        run: ({ x, t }) => F.softMarginLoss(x, t, { reduction: 'none' }),
        torch: '-F.logsigmoid(x * t)',
      },
    ],
    errors: [
      {
        run: () => F.softMarginLoss(zeros([3]), zeros([4])),
        type: ShapeError,
        message: 'softMarginLoss: shapes do not broadcast, got input [3], target [4]',
      },
    ],
  }),
  row('cosineEmbeddingLoss', {
    cases: [
      {
        in: { x: f([6, 5]), y: f([6, 5]), t: signs },
        run: ({ x, y, t }) => F.cosineEmbeddingLoss(x, y, t),
        torch: 'F.cosine_embedding_loss(x, y, t)',
      },
      {
        in: { x: f([6, 5]), y: f([1, 5]), t: values([1, -1, -1, 0, -1, 1], 'int32') },
        run: ({ x, y, t }) => [
          F.cosineEmbeddingLoss(x, y, t, { margin: -0.4, reduction: 'none' }),
          F.cosineEmbeddingLoss(x, y, t, { margin: 0.2, reduction: 'sum' }),
        ],
        torch:
          "F.cosine_embedding_loss(x, y, t, margin=-0.4, reduction='none'), F.cosine_embedding_loss(x, y, t, margin=0.2, reduction='sum')",
      },
      {
        in: { x: f([5]), y: f([5]), t: values(1, 'int32') },
        run: ({ x, y, t }) => F.cosineEmbeddingLoss(x, y, t),
        torch: 'F.cosine_embedding_loss(x, y, t)',
      },
    ],
    errors: [
      {
        run: () => F.cosineEmbeddingLoss(zeros([4]), zeros([4]), zeros([1])),
        type: ShapeError,
        message:
          'cosineEmbeddingLoss: inputs must be [N, D] for a target [N], or [D] for a target [], got input1 [4], input2 [4], target [1]',
      },
      {
        run: () => F.cosineEmbeddingLoss(zeros([3, 4]), zeros([3, 4]), zeros([4])),
        type: ShapeError,
        message: 'cosineEmbeddingLoss: shapes do not broadcast, got cosine [3], target [4]',
      },
    ],
  }),
  row('tripletMarginLoss', {
    cases: [
      {
        in: { a: f([4, 3]), p: f([4, 3]), n: f([4, 3]) },
        run: ({ a, p, n }) => F.tripletMarginLoss(a, p, n),
        torch: 'F.triplet_margin_loss(a, p, n)',
      },
      {
        in: { a: f([4, 3]), p: f([4, 3]), n: f([1, 3]) },
        run: ({ a, p, n }) => [
          F.tripletMarginLoss(a, p, n, { margin: 2, swap: true, reduction: 'none' }),
          F.tripletMarginLoss(a, p, n, { margin: 2, p: 1, eps: 0.1, reduction: 'sum' }),
        ],
        torch:
          "F.triplet_margin_loss(a, p, n, margin=2, swap=True, reduction='none'), F.triplet_margin_loss(a, p, n, margin=2, p=1, eps=0.1, reduction='sum')",
      },
      {
        in: { a: f([3]), p: f([3]), n: f([3]) },
        run: ({ a, p, n }) => F.tripletMarginLoss(a, p, n, { margin: 5, p: 3 }),
        torch: 'F.triplet_margin_loss(a, p, n, margin=5, p=3)',
      },
    ],
    errors: [
      {
        run: () => F.tripletMarginLoss(zeros([3, 4]), zeros([3, 4]), zeros([4])),
        type: ShapeError,
        message:
          'tripletMarginLoss: all must have the same number of dims, got anchor [3, 4], positive [3, 4], negative [4]',
      },
      {
        run: () => F.tripletMarginLoss(zeros([3, 4]), zeros([3, 4]), zeros([3, 4]), { margin: 0 }),
        type: WasmgradError,
        message: 'tripletMarginLoss: margin must be greater than 0, got 0',
      },
    ],
  }),
  row('tripletMarginWithDistanceLoss', {
    cases: [
      {
        in: { a: f([4, 3]), p: f([4, 3]), n: f([4, 3]) },
        run: ({ a, p, n }) => F.tripletMarginWithDistanceLoss(a, p, n),
        torch: 'F.triplet_margin_with_distance_loss(a, p, n)',
      },
      {
        in: { a: f([4, 3]), p: f([4, 3]), n: f([4, 3]) },
        run: ({ a, p, n }) => {
          const distanceFunction = (x: typeof a, y: typeof a): typeof a => x.sub(y).square().sum(1);
          const options = { distanceFunction, margin: 1.5, swap: true } as const;
          return [
            F.tripletMarginWithDistanceLoss(a, p, n, { ...options, reduction: 'none' }),
            F.tripletMarginWithDistanceLoss(a, p, n, { ...options, reduction: 'sum' }),
          ];
        },
        torch:
          "d = lambda x, y: (x - y).square().sum(1); [F.triplet_margin_with_distance_loss(a, p, n, distance_function=d, margin=1.5, swap=True, reduction=r) for r in ('none', 'sum')]",
      },
    ],
    errors: [
      {
        run: () => F.tripletMarginWithDistanceLoss(zeros([3]), zeros([3]), zeros([3]), { margin: -1 }),
        type: WasmgradError,
        message: 'tripletMarginWithDistanceLoss: margin must be greater than 0, got -1',
      },
    ],
  }),
  row('gaussianNllLoss', {
    cases: [
      {
        in: { x: f([3, 4]), t: f([3, 4]), v: f([3, 4], positive) },
        run: ({ x, t, v }) => F.gaussianNllLoss(x, t, v),
        torch: 'F.gaussian_nll_loss(x, t, v)',
      },
      {
        in: { x: f([3, 4]), t: f([4]), v: f([3], positive) },
        run: ({ x, t, v }) => [
          F.gaussianNllLoss(x, t, v, { full: true, reduction: 'none' }),
          F.gaussianNllLoss(x, t, v.unsqueeze(1), { reduction: 'sum' }),
        ],
        torch:
          "F.gaussian_nll_loss(x, t, v, full=True, reduction='none'), F.gaussian_nll_loss(x, t, v.unsqueeze(1), reduction='sum')",
      },
      {
        in: { x: f([3, 4]), t: f([3, 4]), v: f([3, 4], { min: 0.05, max: 0.4 }) },
        run: ({ x, t, v }) => [F.gaussianNllLoss(x, t, v, { eps: 0.2 }), F.gaussianNllLoss(x, t, 0.5)],
        torch: 'F.gaussian_nll_loss(x, t, v, eps=0.2), F.gaussian_nll_loss(x, t, torch.full_like(x, 0.5))',
        gradcheck: 0,
      },
    ],
    errors: [
      {
        run: () => F.gaussianNllLoss(zeros([3, 4]), zeros([3, 4]), zeros([4])),
        type: ShapeError,
        message: 'gaussianNllLoss: var does not fit input, got input [3, 4], var [4]',
      },
      {
        run: () => F.gaussianNllLoss(zeros([2]), zeros([2]), tensor([1, -1])),
        type: WasmgradError,
        message: 'gaussianNllLoss: var must not be negative, got -1',
      },
    ],
  }),
  row('poissonNllLoss', {
    cases: [
      {
        in: { x: f([3, 4]), t: ints([3, 4], 0, 6) },
        run: ({ x, t }) => [F.poissonNllLoss(x, t), F.poissonNllLoss(x, t, { full: true, reduction: 'none' })],
        torch:
          "F.poisson_nll_loss(x, t.to(x.dtype)), F.poisson_nll_loss(x, t.to(x.dtype), full=True, reduction='none')",
      },
      {
        in: { x: f([3, 4], positive), t: f([3, 4], { min: 0.2, max: 5 }) },
        run: ({ x, t }) => F.poissonNllLoss(x, t, { logInput: false, full: true, eps: 0.1, reduction: 'sum' }),
        torch: "F.poisson_nll_loss(x, t, log_input=False, full=True, eps=0.1, reduction='sum')",
      },
    ],
    errors: [
      {
        run: () => F.poissonNllLoss(zeros([3]), zeros([3]), { log: true } as object),
        type: WasmgradError,
        message: "poissonNllLoss: unknown option 'log' (known: reduction, logInput, full, eps)",
      },
    ],
  }),
];
