import { DTypeError, F, IndexError, ShapeError, WasmgradError, tensor, zeros } from '../../src/index.js';
import { f, ints, row, values, type Row } from './table.js';

const labels = values([1, 0, -100, 4, 2, -100], 'int32');
const weight = f([5], { min: 0.5, max: 2, grad: false });
const unit = { min: 0.05, max: 0.95 };

export const rows: Row[] = [
  row('crossEntropy', {
    cases: [
      {
        in: { x: f([6, 5]), t: ints([6], 0, 5) },
        run: ({ x, t }) => F.crossEntropy(x, t),
        torch: 'F.cross_entropy(x, t)',
      },
      {
        in: { x: f([6, 5]), t: labels, w: weight },
        run: ({ x, t, w }) => F.crossEntropy(x, t, { weight: w }),
        torch: 'F.cross_entropy(x, t, w)',
      },
      {
        in: { x: f([6, 5]), t: labels, w: weight },
        run: ({ x, t, w }) => F.crossEntropy(x, t, { weight: w, reduction: 'none', labelSmoothing: 0.2 }),
        torch: "F.cross_entropy(x, t, w, reduction='none', label_smoothing=0.2)",
      },
      {
        in: { x: f([6, 5]), t: labels, w: weight },
        run: ({ x, t, w }) => F.crossEntropy(x, t, { weight: w, labelSmoothing: 0.2 }),
        torch: 'F.cross_entropy(x, t, w, label_smoothing=0.2)',
      },
      {
        in: { x: f([6, 5]), t: labels },
        run: ({ x, t }) => F.crossEntropy(x, t, { reduction: 'sum', labelSmoothing: 0.1 }),
        torch: "F.cross_entropy(x, t, reduction='sum', label_smoothing=0.1)",
      },
      {
        in: { x: f([6, 5]), t: ints([6], 0, 5) },
        run: ({ x, t }) => F.crossEntropy(x, t, { ignoreIndex: 2 }),
        torch: 'F.cross_entropy(x, t, ignore_index=2)',
      },
      {
        in: { x: f([2, 5, 3, 4]), t: ints([2, 3, 4], 0, 5), w: weight },
        run: ({ x, t, w }) => F.crossEntropy(x, t, { weight: w, labelSmoothing: 0.1 }),
        torch: 'F.cross_entropy(x, t, w, label_smoothing=0.1)',
      },
      {
        in: { x: f([2, 3, 7]), t: ints([2, 7], 0, 3) },
        run: ({ x, t }) => F.crossEntropy(x, t, { reduction: 'none' }),
        torch: "F.cross_entropy(x, t, reduction='none')",
      },
      {
        in: { x: f([5]), t: values(3, 'int32') },
        run: ({ x, t }) => [F.crossEntropy(x, t), F.crossEntropy(x, t, { reduction: 'none' })],
        torch: "F.cross_entropy(x, t), F.cross_entropy(x, t, reduction='none')",
      },
      {
        in: { x: f([3, 5]), t: f([3, 5], unit), w: weight },
        run: ({ x, t, w }) => F.crossEntropy(x, t, { weight: w, labelSmoothing: 0.1 }),
        torch: 'F.cross_entropy(x, t, w, label_smoothing=0.1)',
      },
      {
        in: { x: f([2, 5, 3]), t: f([2, 5, 3], unit) },
        run: ({ x, t }) => [F.crossEntropy(x, t), F.crossEntropy(x, t, { reduction: 'none' })],
        torch: "F.cross_entropy(x, t), F.cross_entropy(x, t, reduction='none')",
      },
      {
        in: {
          x: values([
            [1000, -1000, 0],
            [-3000, 2, 1],
          ]),
          t: values([1, 0], 'int32'),
        },
        run: ({ x, t }) => F.crossEntropy(x, t),
        torch: 'F.cross_entropy(x, t)',
        gradcheck: 0,
      },
      {
        in: { x: f([3, 5]), t: values([-100, -100, -100], 'int32') },
        run: ({ x, t }) => F.crossEntropy(x, t),
        torch: 'F.cross_entropy(x, t)',
        gradcheck: 0,
      },
      { in: { x: f([4000, 10]), t: ints([4000], 0, 10) }, run: ({ x, t }) => F.crossEntropy(x, t), large: true },
    ],
    errors: [
      {
        run: () => F.crossEntropy(zeros([4, 10]), tensor([0, 9, 3, 10], { dtype: 'int32' })),
        type: IndexError,
        message: 'crossEntropy: label 10 at position 3 is out of range for 10 classes',
      },
      {
        run: () => F.crossEntropy(zeros([2, 10]), tensor([-1, 3], { dtype: 'int32' })),
        type: IndexError,
        message: 'crossEntropy: label -1 at position 0 is out of range for 10 classes',
      },
      {
        run: () => F.crossEntropy(zeros([4, 10]), zeros([3], { dtype: 'int32' })),
        type: ShapeError,
        message: 'crossEntropy: input must be [N, C, d1, …] for labels [N, d1, …], got input [4, 10], target [3]',
      },
      {
        run: () => F.crossEntropy(zeros([4, 10]), zeros([4])),
        type: ShapeError,
        message:
          'crossEntropy: probabilities must have the shape of input, got input [4, 10], target [4] (labels are int32: use target.int())',
      },
      {
        run: () => F.crossEntropy(zeros([4, 10]), zeros([4], { dtype: 'int32' }), { weight: zeros([9]) }),
        type: ShapeError,
        message:
          'crossEntropy: weight must have one element for each of 10 classes, got input [4, 10], target [4], weight [9]',
      },
      {
        run: () => F.crossEntropy(zeros([4, 10]), zeros([4], { dtype: 'int32' }), { smoothing: 0.1 } as object),
        type: WasmgradError,
        message: "crossEntropy: unknown option 'smoothing' (known: reduction, weight, ignoreIndex, labelSmoothing)",
      },
      {
        run: () => F.crossEntropy(zeros([1, 2]), zeros([1], { dtype: 'int32' }), { reduction: 'avg' as 'mean' }),
        type: WasmgradError,
        message: "crossEntropy: reduction must be 'mean', 'sum' or 'none', got 'avg'",
      },
      {
        run: () => F.crossEntropy(zeros([1, 2]), zeros([1], { dtype: 'int32' }), { labelSmoothing: 1.5 }),
        type: WasmgradError,
        message: 'crossEntropy: labelSmoothing must be from 0 to 1, got 1.5',
      },
      {
        run: () => F.crossEntropy(zeros([1, 2]), zeros([1, 2]), { ignoreIndex: 1 }),
        type: WasmgradError,
        message: 'crossEntropy: ignoreIndex is for labels, and target holds probabilities',
      },
      {
        run: () => F.crossEntropy(zeros([1, 2], { dtype: 'int32' }), zeros([1], { dtype: 'int32' })),
        type: DTypeError,
        message: 'crossEntropy: needs a floating point input, got input int32 (use x.float())',
      },
    ],
  }),
  row('nllLoss', {
    cases: [
      {
        in: { x: f([6, 5]), t: labels, w: weight },
        run: ({ x, t, w }) => F.nllLoss(x, t, { weight: w }),
        torch: 'F.nll_loss(x, t, w)',
      },
      {
        in: { x: f([6, 5]), t: ints([6], 0, 5) },
        run: ({ x, t }) => F.nllLoss(x, t, { reduction: 'none', ignoreIndex: 1 }),
        torch: "F.nll_loss(x, t, reduction='none', ignore_index=1)",
      },
      {
        in: { x: f([2, 5, 3, 2]), t: ints([2, 3, 2], 0, 5), w: weight },
        run: ({ x, t, w }) => F.nllLoss(x, t, { weight: w, reduction: 'sum' }),
        torch: "F.nll_loss(x, t, w, reduction='sum')",
      },
      { in: { x: f([5]), t: values(3, 'int32') }, run: ({ x, t }) => F.nllLoss(x, t), torch: 'F.nll_loss(x, t)' },
      {
        in: {
          x: values([
            [-Infinity, -1, -2],
            [-1, -Infinity, -2],
          ]),
          t: values([1, 1], 'int32'),
        },
        run: ({ x, t }) => F.nllLoss(x, t, { reduction: 'none' }),
        torch: "F.nll_loss(x, t, reduction='none')",
        gradcheck: 0,
      },
    ],
    errors: [
      {
        run: () => F.nllLoss(zeros([1, 3]), tensor([3], { dtype: 'int32' })),
        type: IndexError,
        message: 'nllLoss: label 3 at position 0 is out of range for 3 classes',
      },
      {
        run: () => F.nllLoss(zeros([2, 3]), tensor([1, 0], { dtype: 'int32' }), { weight: zeros([2]) }),
        type: ShapeError,
        message: 'nllLoss: weight must have one element for each of 3 classes, got input [2, 3], weight [2]',
      },
      {
        run: () => F.nllLoss(zeros([1, 3]), zeros([1])),
        type: DTypeError,
        message: 'nllLoss: labels must be int32, got target float32 (use target.int())',
      },
    ],
  }),
  row('mseLoss', {
    cases: [
      { in: { x: f([3, 4]), t: f([3, 4]) }, run: ({ x, t }) => F.mseLoss(x, t), torch: 'F.mse_loss(x, t)' },
      {
        in: { x: f([3, 4]), t: f([3, 4]) },
        run: ({ x, t }) => [F.mseLoss(x, t, { reduction: 'sum' }), F.mseLoss(x, t, { reduction: 'none' })],
        torch: "F.mse_loss(x, t, reduction='sum'), F.mse_loss(x, t, reduction='none')",
      },
    ],
    errors: [
      {
        run: () => F.mseLoss(zeros([3]), zeros([4])),
        type: ShapeError,
        message: 'mseLoss: shapes do not broadcast, got input [3], target [4]',
      },
    ],
  }),
  row('l1Loss', {
    cases: [
      { in: { x: f([3, 4]), t: f([3, 4]) }, run: ({ x, t }) => F.l1Loss(x, t), torch: 'F.l1_loss(x, t)' },
      {
        in: { x: f([3, 4]), t: f([3, 4]) },
        run: ({ x, t }) => [F.l1Loss(x, t, { reduction: 'sum' }), F.l1Loss(x, t, { reduction: 'none' })],
        torch: "F.l1_loss(x, t, reduction='sum'), F.l1_loss(x, t, reduction='none')",
      },
    ],
  }),
  row('smoothL1Loss', {
    cases: [
      { in: { x: f([3, 4]), t: f([3, 4]) }, run: ({ x, t }) => F.smoothL1Loss(x, t), torch: 'F.smooth_l1_loss(x, t)' },
      {
        in: { x: f([3, 4]), t: f([3, 4]) },
        run: ({ x, t }) => F.smoothL1Loss(x, t, { beta: 0.5, reduction: 'sum' }),
        torch: "F.smooth_l1_loss(x, t, beta=0.5, reduction='sum')",
      },
      {
        in: { x: f([3, 4]), t: f([3, 4]) },
        run: ({ x, t }) => F.smoothL1Loss(x, t, { beta: 0, reduction: 'none' }),
        torch: "F.smooth_l1_loss(x, t, beta=0.0, reduction='none')",
      },
    ],
    errors: [
      {
        run: () => F.smoothL1Loss(zeros([3]), zeros([3]), { beta: -1 }),
        type: WasmgradError,
        message: 'smoothL1Loss: beta must not be negative, got -1',
      },
    ],
  }),
  row('huberLoss', {
    cases: [
      { in: { x: f([3, 4]), t: f([3, 4]) }, run: ({ x, t }) => F.huberLoss(x, t), torch: 'F.huber_loss(x, t)' },
      {
        in: { x: f([3, 4]), t: f([3, 4]) },
        run: ({ x, t }) => F.huberLoss(x, t, { delta: 0.5, reduction: 'none' }),
        torch: "F.huber_loss(x, t, delta=0.5, reduction='none')",
      },
    ],
    errors: [
      {
        run: () => F.huberLoss(zeros([3]), zeros([3]), { delta: 0 }),
        type: WasmgradError,
        message: 'huberLoss: delta must be greater than 0, got 0',
      },
    ],
  }),
  row('binaryCrossEntropy', {
    cases: [
      {
        in: { x: f([3, 4], unit), t: f([3, 4], unit) },
        run: ({ x, t }) => F.binaryCrossEntropy(x, t),
        torch: 'F.binary_cross_entropy(x, t)',
      },
      {
        in: { x: f([3, 4], unit), t: f([3, 4], { ...unit, grad: false }), w: f([4], { grad: false }) },
        run: ({ x, t, w }) => F.binaryCrossEntropy(x, t, { weight: w, reduction: 'sum' }),
        torch: "F.binary_cross_entropy(x, t, w, reduction='sum')",
      },
      {
        in: { x: f([3, 4], unit), t: ints([3, 4], 0, 2) },
        run: ({ x, t }) => F.bceLoss(x, t.float().to(x.dtype), { reduction: 'none' }),
        torch: "F.binary_cross_entropy(x, t.to(x.dtype), reduction='none')",
      },
      {
        in: {
          x: values([0, 1, 0, 1, 0.5]),
          t: values([0, 1, 1, 0, 0.3], 'float32', { grad: false }),
        },
        run: ({ x, t }) => F.binaryCrossEntropy(x, t, { reduction: 'none' }),
        torch: "F.binary_cross_entropy(x, t, reduction='none')",
        gradcheck: 0,
      },
    ],
    errors: [
      {
        run: () => F.binaryCrossEntropy(tensor([0.5, 1.5]), zeros([2])),
        type: WasmgradError,
        message:
          'binaryCrossEntropy: input must be between 0 and 1, got 1.5 at position 1 (use binaryCrossEntropyWithLogits() for scores)',
      },
      {
        run: () => F.binaryCrossEntropy(zeros([2, 1]), zeros([2])),
        type: ShapeError,
        message: 'binaryCrossEntropy: target must have the shape of input, got input [2, 1], target [2]',
      },
      {
        run: () => F.binaryCrossEntropy(zeros([2]), zeros([2]), { weight: zeros([3, 2]) }),
        type: ShapeError,
        message: 'binaryCrossEntropy: weight does not broadcast to input, got input [2], weight [3, 2]',
      },
    ],
  }),
  row('binaryCrossEntropyWithLogits', {
    cases: [
      {
        in: { x: f([3, 4]), t: f([3, 4], unit) },
        run: ({ x, t }) => F.binaryCrossEntropyWithLogits(x, t),
        torch: 'F.binary_cross_entropy_with_logits(x, t)',
      },
      {
        in: {
          x: f([3, 4]),
          t: f([3, 4], unit),
          w: f([4], { grad: false }),
          p: f([4], { min: 0.5, max: 3, grad: false }),
        },
        run: ({ x, t, w, p }) => F.bceWithLogitsLoss(x, t, { weight: w, posWeight: p, reduction: 'sum' }),
        torch: "F.binary_cross_entropy_with_logits(x, t, w, pos_weight=p, reduction='sum')",
      },
      {
        in: {
          x: values([-200, -30, -0.5, 0, 0.5, 30, 200]),
          t: values([0, 1, 0, 1, 1, 0, 1], 'float32', { grad: false }),
        },
        run: ({ x, t }) => F.binaryCrossEntropyWithLogits(x, t, { reduction: 'none' }),
        torch: "F.binary_cross_entropy_with_logits(x, t, reduction='none')",
      },
    ],
    errors: [
      {
        run: () => F.binaryCrossEntropyWithLogits(zeros([2, 1]), zeros([2])),
        type: ShapeError,
        message: 'binaryCrossEntropyWithLogits: target must have the shape of input, got input [2, 1], target [2]',
      },
    ],
  }),
  row('klDiv', {
    cases: [
      {
        in: { x: f([3, 4]), t: f([3, 4], unit) },
        run: ({ x, t }) => F.klDiv(x, t),
        torch: 'F.kl_div(x, t)',
      },
      {
        in: { x: f([3, 4]), t: f([3, 4], unit) },
        run: ({ x, t }) => [F.klDiv(x, t, { reduction: 'batchmean' }), F.klDiv(x, t, { reduction: 'sum' })],
        torch: "F.kl_div(x, t, reduction='batchmean'), F.kl_div(x, t, reduction='sum')",
      },
      {
        in: { x: f([3, 4]), t: f([3, 4]) },
        run: ({ x, t }) => F.klDiv(x, t, { logTarget: true, reduction: 'none' }),
        torch: "F.kl_div(x, t, log_target=True, reduction='none')",
      },
      {
        in: { x: f([3]), t: values([0, 0.5, 0.5], 'float32', { grad: false }) },
        run: ({ x, t }) => F.klDiv(x, t, { reduction: 'none' }),
        torch: "F.kl_div(x, t, reduction='none')",
      },
    ],
    errors: [
      {
        run: () => F.klDiv(zeros([2]), zeros([2]), { reduction: 'avg' as 'mean' }),
        type: WasmgradError,
        message: "klDiv: reduction must be 'batchmean', 'mean', 'sum' or 'none', got 'avg'",
      },
      {
        run: () => F.klDiv(zeros([2]), zeros([2]), { log: true } as object),
        type: WasmgradError,
        message: "klDiv: unknown option 'log' (known: reduction, logTarget)",
      },
    ],
  }),
];
