import { F, ShapeError, WasmgradError, ones, zeros } from '../../src/index.js';
import { f, row, values, type Row } from './table.js';

const x = f([2, 6, 3]);
const w = f([6]);

export const rows: Row[] = [
  row('groupNorm', {
    cases: [
      { in: { x }, run: ({ x }) => F.groupNorm(x, 3), torch: 'F.group_norm(x, 3)' },
      { in: { x, w, b: w }, run: ({ x, w, b }) => F.groupNorm(x, 2, w, b), torch: 'F.group_norm(x, 2, w, b)' },
      {
        in: { x: f([2, 4]), w: f([4]) },
        run: ({ x, w }) => F.groupNorm(x, 2, { weight: w, eps: 0.1 }),
        torch: 'F.group_norm(x, 2, w, eps=0.1)',
      },
      {
        in: { x: f([2, 4, 2, 3]), b: f([4]) },
        run: ({ x, b }) => F.groupNorm(x, 4, null, b),
        torch: 'F.group_norm(x, 4, torch.ones_like(b), b)',
      },
    ],
    errors: [
      {
        run: () => F.groupNorm(ones([2, 5]), 2),
        type: ShapeError,
        message: 'groupNorm: 5 channels do not split into 2 groups, got input [2, 5]',
      },
      {
        run: () => F.groupNorm(ones([2, 4]), 2, ones([3])),
        type: ShapeError,
        message: 'groupNorm: weight must have shape [4], got input [2, 4], weight [3]',
      },
      {
        run: () => F.groupNorm(ones([1, 2]), 2),
        type: ShapeError,
        message: 'groupNorm: needs more than one value per group, got input [1, 2]',
      },
    ],
  }),
  row('instanceNorm', {
    cases: [
      { in: { x }, run: ({ x }) => F.instanceNorm(x), torch: 'F.instance_norm(x)' },
      {
        in: { x, w, b: w },
        run: ({ x, w, b }) => F.instanceNorm(x, null, null, w, b, { eps: 0.1 }),
        torch: 'F.instance_norm(x, None, None, w, b, eps=0.1)',
      },
      {
        in: {
          x: f([2, 3, 4]),
          m: values([0.5, -0.5, 0], 'float32', { grad: false }),
          v: values([1, 2, 0.5], 'float32', { grad: false }),
        },
        run: ({ x, m, v }) => {
          const [mean, variance] = [m.clone(), v.clone()];
          return [F.instanceNorm(x, mean, variance, { momentum: 0.3 }), mean, variance];
        },
        torch: 'm, v = m.clone(), v.clone(); y = F.instance_norm(x, m, v, momentum=0.3); [y, m, v]',
      },
      {
        in: {
          x: f([2, 3, 4]),
          w: f([3]),
          b: f([3]),
          m: values([0.5, -0.5, 0], 'float32', { grad: false }),
          v: values([1, 2, 0.5], 'float32', { grad: false }),
        },
        run: ({ x, w, b, m, v }) =>
          F.instanceNorm(x, { runningMean: m, runningVar: v, weight: w, bias: b, useInputStats: false }),
        torch: 'F.instance_norm(x, m, v, w, b, use_input_stats=False)',
      },
      { in: { x: f([2, 3, 2, 2]) }, run: ({ x }) => F.instanceNorm(x), torch: 'F.instance_norm(x)' },
    ],
    errors: [
      {
        run: () => F.instanceNorm(ones([2, 3, 1])),
        type: ShapeError,
        message: 'instanceNorm: needs more than one value per channel, got input [2, 3, 1]',
      },
      {
        run: () => F.instanceNorm(ones([2, 3, 4]), { useInputStats: false }),
        type: WasmgradError,
        message: 'instanceNorm: runningMean and runningVar are needed without useInputStats',
      },
      {
        run: () => F.instanceNorm(ones([2, 3, 4]), zeros([2]), zeros([2])),
        type: ShapeError,
        message: 'instanceNorm: running statistics must have shape [3], got input [2, 3, 4], running statistics [2]',
      },
    ],
  }),
  row('rmsNorm', {
    cases: [
      { in: { x: f([3, 5]) }, run: ({ x }) => F.rmsNorm(x, 5), torch: 'F.rms_norm(x, (5,))' },
      {
        in: { x: f([2, 3, 4]), w: f([3, 4]) },
        run: ({ x, w }) => F.rmsNorm(x, [3, 4], w, 0.1),
        torch: 'F.rms_norm(x, (3, 4), w, 0.1)',
      },
      {
        in: { x: f([3, 5]), w: f([5]) },
        run: ({ x, w }) => F.rmsNorm(x, [5], { weight: w, eps: 1e-3 }),
        torch: 'F.rms_norm(x, (5,), w, 1e-3)',
      },
    ],
    errors: [
      {
        run: () => F.rmsNorm(ones([2, 3]), [4]),
        type: ShapeError,
        message: 'rmsNorm: the last dims of input must be normalizedShape [4], got input [2, 3]',
      },
      {
        run: () => F.rmsNorm(ones([2, 3]), [3], ones([2])),
        type: ShapeError,
        message: 'rmsNorm: weight must have shape [3], got input [2, 3], weight [2]',
      },
    ],
  }),
  row('localResponseNorm', {
    cases: [
      { in: { x: f([2, 5, 3]) }, run: ({ x }) => F.localResponseNorm(x, 3), torch: 'F.local_response_norm(x, 3)' },
      {
        in: { x: f([2, 5, 2, 2]) },
        run: ({ x }) => F.localResponseNorm(x, 4, 1, 0.5, 2),
        torch: 'F.local_response_norm(x, 4, 1, 0.5, 2)',
      },
      {
        in: { x: f([2, 3, 2, 2]) },
        run: ({ x }) => F.localResponseNorm(x, 2, { alpha: 0.5, beta: 1.5, k: 0.5 }),
        torch: 'F.local_response_norm(x, 2, alpha=0.5, beta=1.5, k=0.5)',
      },
    ],
    errors: [
      {
        run: () => F.localResponseNorm(ones([2, 3]), 2),
        type: ShapeError,
        message: 'localResponseNorm: needs at least three dims, got input [2, 3]',
      },
      {
        run: () => F.localResponseNorm(ones([2, 3, 4]), 0),
        type: WasmgradError,
        message: 'localResponseNorm: size must be a whole number of at least 1, got 0',
      },
    ],
  }),
];
