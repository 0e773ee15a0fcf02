import { DTypeError, F, ShapeError, WasmgradError, nn, ones, zeros } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, row, type Row } from './table.js';

const channels = { m: f([3], { grad: false }), v: f([3], { min: 0.5, max: 2, grad: false }) };

export const rows: Row[] = [
  row('layerNorm', {
    cases: [
      { in: { x: f([3, 5]) }, run: ({ x }) => F.layerNorm(x, [5]), torch: 'F.layer_norm(x, (5,))' },
      {
        in: { x: f([2, 3, 4]), w: f([4]), b: f([4]) },
        run: ({ x, w, b }) => F.layerNorm(x, 4, w, b),
        torch: 'F.layer_norm(x, (4,), w, b)',
      },
      {
        in: { x: f([2, 3, 4]), w: f([3, 4]) },
        run: ({ x, w }) => F.layerNorm(x, [3, 4], { weight: w, eps: 0.1 }),
        torch: 'F.layer_norm(x, (3, 4), w, eps=0.1)',
      },
      {
        in: { x: f([2, 6]), b: f([6]) },
        run: ({ x, b }) => F.layerNorm(x, [6], null, b),
        torch: 'F.layer_norm(x, (6,), None, b)',
      },
      {
        in: { x: f([90, 37]), w: f([37]), b: f([37]) },
        run: ({ x, w, b }) => F.layerNorm(x, [37], w, b, 1e-3),
        torch: 'F.layer_norm(x, (37,), w, b, 1e-3)',
      },
      {
        in: { x: f([900, 70]), w: f([70]), b: f([70]) },
        run: ({ x, w, b }) => F.layerNorm(x, [70], w, b),
        large: true,
      },
    ],
    errors: [
      {
        run: () => F.layerNorm(zeros([2, 3]), [4]),
        type: ShapeError,
        message: 'layerNorm: the last dims of input must be normalizedShape [4], got input [2, 3]',
      },
      {
        run: () => F.layerNorm(zeros([2, 3]), [3], ones([2])),
        type: ShapeError,
        message: 'layerNorm: weight must have shape [3], got input [2, 3], weight [2]',
      },
      {
        run: () => F.layerNorm(zeros([2, 3]), [3], ones([3], { dtype: 'float64' })),
        type: DTypeError,
        message: 'layerNorm: weight must have the dtype of input, got input float32, weight float64',
      },
      {
        run: () => F.layerNorm(zeros([2, 3], { dtype: 'int32' }), [3]),
        type: DTypeError,
        message: 'layerNorm: needs a floating point input, got input int32 (use x.float())',
      },
    ],
  }),
  row('batchNorm', {
    cases: [
      {
        in: { x: f([5, 3]), ...channels },
        run: ({ x, m, v }) => F.batchNorm(x, m, v),
        torch: 'F.batch_norm(x, m, v)',
      },
      {
        in: { x: f([4, 3, 2, 3]), ...channels, w: f([3]), b: f([3]) },
        run: ({ x, m, v, w, b }) => F.batchNorm(x, m, v, w, b, { eps: 0.1 }),
        torch: 'F.batch_norm(x, m, v, w, b, eps=0.1)',
      },
      {
        in: { x: f([5, 3]), w: f([3]), b: f([3]) },
        run: ({ x, w, b }) => F.batchNorm(x, null, null, w, b, true),
        torch: 'F.batch_norm(x, None, None, w, b, True)',
      },
      {
        in: { x: f([4, 3, 2, 3]), w: f([3]), b: f([3]) },
        run: ({ x, w, b }) => F.batchNorm(x, null, null, { weight: w, bias: b, training: true, eps: 1e-3 }),
        torch: 'F.batch_norm(x, None, None, w, b, True, eps=1e-3)',
      },
      {
        in: { x: f([2, 2, 17]), w: f([2]), b: f([2]) },
        run: ({ x, w, b }) => F.batchNorm(x, null, null, w, b, true),
        torch: 'F.batch_norm(x, None, None, w, b, True)',
      },
      {
        in: { x: f([1, 3, 7]) },
        run: ({ x }) => F.batchNorm(x, null, null, { training: true }),
        torch: 'F.batch_norm(x, None, None, training=True)',
      },
      {
        in: { x: f([6, 1, 5]), w: f([1]) },
        run: ({ x, w }) => F.batchNorm(x, null, null, w, null, true),
        torch: 'F.batch_norm(x, None, None, w, None, True)',
      },
      {
        in: { x: f([6, 3, 4]), ...channels },
        run: ({ x, m, v }) => {
          const [mean, variance] = [m.clone(), v.clone()];
          return [F.batchNorm(x, mean, variance, { training: true, momentum: 0.3 }), mean, variance];
        },
        torch: 'm = m.clone(); v = v.clone(); (F.batch_norm(x, m, v, training=True, momentum=0.3), m, v)',
      },
      {
        in: { x: f([700, 33]), w: f([33]), b: f([33]) },
        run: ({ x, w, b }) => F.batchNorm(x, null, null, w, b, true),
        large: true,
      },
      {
        in: { x: f([20, 3, 700]), w: f([3]), b: f([3]) },
        run: ({ x, w, b }) => F.batchNorm(x, null, null, w, b, true),
        large: true,
      },
    ],
    errors: [
      {
        run: () => F.batchNorm(zeros([1, 3]), null, null, { training: true }),
        type: ShapeError,
        message: 'batchNorm: training needs more than one value per channel, got input [1, 3]',
      },
      {
        run: () => F.batchNorm(zeros([2, 3]), null, null),
        type: WasmgradError,
        message: 'batchNorm: runningMean and runningVar are needed outside of training',
      },
      {
        run: () => F.batchNorm(zeros([2, 3]), zeros([3]), ones([4])),
        type: ShapeError,
        message: 'batchNorm: runningVar must have shape [3], got input [2, 3], runningMean [3], runningVar [4]',
      },
    ],
  }),
  layer('LayerNorm', {
    cases: [
      { make: () => new nn.LayerNorm(4), torch: 'nn.LayerNorm(4)', in: { x: f([2, 3, 4]) } },
      {
        make: () => new nn.LayerNorm([3, 4], { eps: 0.01 }),
        torch: 'nn.LayerNorm([3, 4], eps=0.01)',
        in: { x: f([2, 3, 4]) },
      },
      {
        make: () => new nn.LayerNorm([4], { elementwiseAffine: false }),
        torch: 'nn.LayerNorm([4], elementwise_affine=False)',
        in: { x: f([2, 4]) },
      },
    ],
    errors: [
      {
        run: () => new nn.LayerNorm(4, { affine: false } as object),
        type: WasmgradError,
        message: "LayerNorm: unknown option 'affine' (known: eps, elementwiseAffine, bias, dtype)",
      },
    ],
  }),
  layer('BatchNorm1d', {
    cases: [
      { make: () => new nn.BatchNorm1d(3), torch: 'nn.BatchNorm1d(3)', in: { x: f([5, 3]) }, eval: true },
      {
        make: () => new nn.BatchNorm1d(3, { momentum: null, eps: 0.1 }),
        torch: 'nn.BatchNorm1d(3, momentum=None, eps=0.1)',
        in: { x: f([5, 3, 4]), y: f([2, 3, 4]) },
        call: (m, { x, y }) => [(m as nn.BatchNorm1d).forward(x), (m as nn.BatchNorm1d).forward(y)],
        torchCall: '(m(x), m(y))',
        eval: true,
      },
      {
        make: () => new nn.BatchNorm1d(3, { affine: false, trackRunningStats: false }),
        torch: 'nn.BatchNorm1d(3, affine=False, track_running_stats=False)',
        in: { x: f([5, 3]) },
        eval: true,
      },
    ],
    errors: [
      {
        run: () => new nn.BatchNorm1d(3).forward(zeros([2, 4])),
        type: ShapeError,
        message: 'BatchNorm1d: expected 3 channels (dim 1), got input [2, 4]',
      },
      {
        run: () => new nn.BatchNorm1d(3).forward(zeros([2, 3, 4, 5])),
        type: ShapeError,
        message: 'BatchNorm1d: input must have 2 or 3 dims, got input [2, 3, 4, 5]',
      },
    ],
  }),
  layer('BatchNorm2d', {
    cases: [
      {
        make: () => new nn.BatchNorm2d(2, { momentum: 0.5 }),
        torch: 'nn.BatchNorm2d(2, momentum=0.5)',
        in: { x: f([3, 2, 4, 5]) },
        eval: true,
      },
    ],
    errors: [
      {
        run: () => new nn.BatchNorm2d(3).forward(zeros([2, 3])),
        type: ShapeError,
        message: 'BatchNorm2d: input must have 4 dims, got input [2, 3]',
      },
    ],
  }),
  layer('BatchNorm3d', {
    cases: [
      {
        make: () => new nn.BatchNorm3d(2),
        torch: 'nn.BatchNorm3d(2)',
        in: { x: f([3, 2, 2, 2, 3]) },
        eval: true,
      },
    ],
  }),
];
