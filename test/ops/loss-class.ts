import { F, IndexError, ShapeError, tensor, zeros } from '../../src/index.js';
import { f, ints, row, values, type Row } from './table.js';

const y = 'F.one_hot(t, x.shape[-1]).to(x.dtype).reshape(x.shape)';

export const rows: Row[] = [
  row('sseLoss', {
    cases: [
      {
        in: { x: f([3, 4]), t: f([3, 4]) },
        run: ({ x, t }) => [
          F.sseLoss(x, t),
          F.sseLoss(x, t, { reduction: 'mean' }),
          F.sseLoss(x, t, { reduction: 'none' }),
        ],
        torch: '(x - t).square().sum(), F.mse_loss(x, t), (x - t).square()',
      },
    ],
    errors: [
      {
        run: () => F.sseLoss(zeros([3]), zeros([4])),
        type: ShapeError,
        message: 'sseLoss: shapes do not broadcast, got input [3], target [4]',
      },
    ],
  }),
  row('expectationLoss', {
    cases: [
      {
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
        run: ({ x, t }) => [F.expectationLoss(x, t), F.expectationLoss(x, t, { reduction: 'sum' })],
        torch: `y = ${y}; z = (y - x.softmax(1)).abs().sum(1); [z.mean(), z.sum()]`,
      },
      {
        in: { x: f([2, 3, 2]), y: f([2, 3, 2], { min: 0.05, max: 1 }) },
        run: ({ x, y }) => F.expectationLoss(x, y, { reduction: 'none' }),
        torch: '(y - x.softmax(1)).abs().sum(1)',
      },
      {
        in: { x: f([3]), t: values(1, 'int32') },
        run: ({ x, t }) => F.expectationLoss(x, t),
        torch: `x = x.unsqueeze(0); y = ${y}; ((y - x.softmax(1)).abs().sum(1)).mean()`,
      },
    ],
    errors: [
      {
        run: () => F.expectationLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'expectationLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.expectationLoss(zeros([2, 3]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message:
          'expectationLoss: input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape, got input [2, 3], target [3]',
      },
    ],
  }),
  row('regularizedExpectationLoss', {
    cases: [
      {
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
        run: ({ x, t }) => [
          F.regularizedExpectationLoss(x, t),
          F.regularizedExpectationLoss(x, t, { reduction: 'sum' }),
        ],
        torch: `y = ${y}; z = (y - x.softmax(1)).norm(dim=1); [z.mean(), z.sum()]`,
      },
      {
        in: { x: f([2, 3, 2]), y: f([2, 3, 2], { min: 0.05, max: 1 }) },
        run: ({ x, y }) => F.regularizedExpectationLoss(x, y, { reduction: 'none', squared: true }),
        torch: '(y - x.softmax(1)).square().sum(1)',
      },
      {
        in: { x: f([3]), t: values(1, 'int32') },
        run: ({ x, t }) => F.regularizedExpectationLoss(x, t, { squared: true }),
        torch: `x = x.unsqueeze(0); y = ${y}; ((y - x.softmax(1)).square().sum(1)).mean()`,
      },
    ],
    errors: [
      {
        run: () => F.regularizedExpectationLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'regularizedExpectationLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.regularizedExpectationLoss(zeros([2, 3]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message:
          'regularizedExpectationLoss: input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape, got input [2, 3], target [3]',
      },
    ],
  }),
  row('chebyshevLoss', {
    cases: [
      {
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
        run: ({ x, t }) => [F.chebyshevLoss(x, t), F.chebyshevLoss(x, t, { reduction: 'sum' })],
        torch: `y = ${y}; z = (x.softmax(1) - y).abs().amax(1); [z.mean(), z.sum()]`,
      },
      {
        in: { x: f([2, 3, 2]), y: f([2, 3, 2], { min: 0.05, max: 1 }) },
        run: ({ x, y }) => F.chebyshevLoss(x, y, { reduction: 'none' }),
        torch: '(x.softmax(1) - y).abs().amax(1)',
      },
      {
        in: { x: f([3]), t: values(1, 'int32') },
        run: ({ x, t }) => F.chebyshevLoss(x, t),
        torch: `x = x.unsqueeze(0); y = ${y}; ((x.softmax(1) - y).abs().amax(1)).mean()`,
      },
    ],
    errors: [
      {
        run: () => F.chebyshevLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'chebyshevLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.chebyshevLoss(zeros([2, 3]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message:
          'chebyshevLoss: input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape, got input [2, 3], target [3]',
      },
    ],
  }),
  row('hingeLoss', {
    cases: [
      {
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
        run: ({ x, t }) => [F.hingeLoss(x, t), F.hingeLoss(x, t, { reduction: 'sum' })],
        torch: `m = 0.5; y = ${y}; z = F.relu(m - (2 * y - 1) * x).sum(1); [z.mean(), z.sum()]`,
      },
      {
        in: { x: f([2, 3, 2]), y: f([2, 3, 2], { min: 0.05, max: 1 }) },
        run: ({ x, y }) => F.hingeLoss(x, y, { reduction: 'none', margin: 0.8 }),
        torch: 'm = 0.8; F.relu(m - (2 * y - 1) * x).sum(1)',
      },
      {
        in: { x: f([3]), t: values(1, 'int32') },
        run: ({ x, t }) => F.hingeLoss(x, t, { margin: 0.8 }),
        torch: `x = x.unsqueeze(0); m = 0.8; y = ${y}; (F.relu(m - (2 * y - 1) * x).sum(1)).mean()`,
      },
    ],
    errors: [
      {
        run: () => F.hingeLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'hingeLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.hingeLoss(zeros([2, 3]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message:
          'hingeLoss: input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape, got input [2, 3], target [3]',
      },
    ],
  }),
  row('squaredHingeLoss', {
    cases: [
      {
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
        run: ({ x, t }) => [F.squaredHingeLoss(x, t), F.squaredHingeLoss(x, t, { reduction: 'sum' })],
        torch: `m = 0.5; y = ${y}; z = F.relu(m - (2 * y - 1) * x).pow(2).sum(1); [z.mean(), z.sum()]`,
      },
      {
        in: { x: f([2, 3, 2]), y: f([2, 3, 2], { min: 0.05, max: 1 }) },
        run: ({ x, y }) => F.squaredHingeLoss(x, y, { reduction: 'none', margin: 0.8 }),
        torch: 'm = 0.8; F.relu(m - (2 * y - 1) * x).pow(2).sum(1)',
      },
      {
        in: { x: f([3]), t: values(1, 'int32') },
        run: ({ x, t }) => F.squaredHingeLoss(x, t, { margin: 0.8 }),
        torch: `x = x.unsqueeze(0); m = 0.8; y = ${y}; (F.relu(m - (2 * y - 1) * x).pow(2).sum(1)).mean()`,
      },
    ],
    errors: [
      {
        run: () => F.squaredHingeLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'squaredHingeLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.squaredHingeLoss(zeros([2, 3]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message:
          'squaredHingeLoss: input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape, got input [2, 3], target [3]',
      },
    ],
  }),
  row('cubedHingeLoss', {
    cases: [
      {
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
        run: ({ x, t }) => [F.cubedHingeLoss(x, t), F.cubedHingeLoss(x, t, { reduction: 'sum' })],
        torch: `m = 0.5; y = ${y}; z = F.relu(m - (2 * y - 1) * x).pow(3).sum(1); [z.mean(), z.sum()]`,
      },
      {
        in: { x: f([2, 3, 2]), y: f([2, 3, 2], { min: 0.05, max: 1 }) },
        run: ({ x, y }) => F.cubedHingeLoss(x, y, { reduction: 'none', margin: 0.8 }),
        torch: 'm = 0.8; F.relu(m - (2 * y - 1) * x).pow(3).sum(1)',
      },
      {
        in: { x: f([3]), t: values(1, 'int32') },
        run: ({ x, t }) => F.cubedHingeLoss(x, t, { margin: 0.8 }),
        torch: `x = x.unsqueeze(0); m = 0.8; y = ${y}; (F.relu(m - (2 * y - 1) * x).pow(3).sum(1)).mean()`,
      },
    ],
    errors: [
      {
        run: () => F.cubedHingeLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'cubedHingeLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.cubedHingeLoss(zeros([2, 3]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message:
          'cubedHingeLoss: input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape, got input [2, 3], target [3]',
      },
    ],
  }),
  row('logLoss', {
    cases: [
      {
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
        run: ({ x, t }) => [F.logLoss(x, t), F.logLoss(x, t, { reduction: 'sum' })],
        torch: `y = ${y}; z = -(x.log_softmax(1) * y).sum(1); [z.mean(), z.sum()]`,
      },
      {
        in: { x: f([2, 3, 2]), y: f([2, 3, 2], { min: 0.05, max: 1 }) },
        run: ({ x, y }) => F.logLoss(x, y, { reduction: 'none' }),
        torch: '-(x.log_softmax(1) * y).sum(1)',
      },
      {
        in: { x: f([3]), t: values(1, 'int32') },
        run: ({ x, t }) => F.logLoss(x, t),
        torch: `x = x.unsqueeze(0); y = ${y}; (-(x.log_softmax(1) * y).sum(1)).mean()`,
      },
    ],
    errors: [
      {
        run: () => F.logLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'logLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.logLoss(zeros([2, 3]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message:
          'logLoss: input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape, got input [2, 3], target [3]',
      },
    ],
  }),
  row('squaredLogLoss', {
    cases: [
      {
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
        run: ({ x, t }) => [F.squaredLogLoss(x, t), F.squaredLogLoss(x, t, { reduction: 'sum' })],
        torch: `y = ${y}; z = (x.log_softmax(1) * y).square().sum(1); [z.mean(), z.sum()]`,
      },
      {
        in: { x: f([2, 3, 2]), y: f([2, 3, 2], { min: 0.05, max: 1 }) },
        run: ({ x, y }) => F.squaredLogLoss(x, y, { reduction: 'none' }),
        torch: '(x.log_softmax(1) * y).square().sum(1)',
      },
      {
        in: { x: f([3]), t: values(1, 'int32') },
        run: ({ x, t }) => F.squaredLogLoss(x, t),
        torch: `x = x.unsqueeze(0); y = ${y}; ((x.log_softmax(1) * y).square().sum(1)).mean()`,
      },
    ],
    errors: [
      {
        run: () => F.squaredLogLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'squaredLogLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.squaredLogLoss(zeros([2, 3]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message:
          'squaredLogLoss: input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape, got input [2, 3], target [3]',
      },
    ],
  }),
  row('tanimotoLoss', {
    cases: [
      {
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
        run: ({ x, t }) => [F.tanimotoLoss(x, t), F.tanimotoLoss(x, t, { reduction: 'sum' })],
        torch: `y = ${y}; p = x.softmax(1); c = (p * y).sum(1); z = -c / (p.square().sum(1) + y.square().sum(1) - c); [z.mean(), z.sum()]`,
      },
      {
        in: { x: f([2, 3, 2]), y: f([2, 3, 2], { min: 0.05, max: 1 }) },
        run: ({ x, y }) => F.tanimotoLoss(x, y, { reduction: 'none' }),
        torch: 'p = x.softmax(1); c = (p * y).sum(1); -c / (p.square().sum(1) + y.square().sum(1) - c)',
      },
      {
        in: { x: f([3]), t: values(1, 'int32') },
        run: ({ x, t }) => F.tanimotoLoss(x, t),
        torch: `x = x.unsqueeze(0); y = ${y}; p = x.softmax(1); c = (p * y).sum(1); (-c / (p.square().sum(1) + y.square().sum(1) - c)).mean()`,
      },
    ],
    errors: [
      {
        run: () => F.tanimotoLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'tanimotoLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.tanimotoLoss(zeros([2, 3]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message:
          'tanimotoLoss: input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape, got input [2, 3], target [3]',
      },
    ],
  }),
  row('cauchySchwarzLoss', {
    cases: [
      {
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
        run: ({ x, t }) => [F.cauchySchwarzLoss(x, t), F.cauchySchwarzLoss(x, t, { reduction: 'sum' })],
        torch: `y = ${y}; p = x.softmax(1); z = -torch.log((p * y).sum(1) / (p.norm(dim=1) * y.norm(dim=1))); [z.mean(), z.sum()]`,
      },
      {
        in: { x: f([2, 3, 2]), y: f([2, 3, 2], { min: 0.05, max: 1 }) },
        run: ({ x, y }) => F.cauchySchwarzLoss(x, y, { reduction: 'none' }),
        torch: 'p = x.softmax(1); -torch.log((p * y).sum(1) / (p.norm(dim=1) * y.norm(dim=1)))',
      },
      {
        in: { x: f([3]), t: values(1, 'int32') },
        run: ({ x, t }) => F.cauchySchwarzLoss(x, t),
        torch: `x = x.unsqueeze(0); y = ${y}; p = x.softmax(1); (-torch.log((p * y).sum(1) / (p.norm(dim=1) * y.norm(dim=1)))).mean()`,
      },
    ],
    errors: [
      {
        run: () => F.cauchySchwarzLoss(zeros([2, 3]), tensor([0, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'cauchySchwarzLoss: label 3 at position 1 is out of range for 3 classes',
      },
      {
        run: () => F.cauchySchwarzLoss(zeros([2, 3]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message:
          'cauchySchwarzLoss: input must be [N, C, d1, …] for labels [N, d1, …] or a target of its shape, got input [2, 3], target [3]',
      },
    ],
  }),
];
