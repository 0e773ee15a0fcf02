import { DTypeError, F, IndexError, ShapeError, WasmgradError, nn, tensor, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, row, values, type Row } from './table.js';

/** Labels of the head and of each cluster. */
const labels = values([0, 5, 2, 9, 3, 1], 'int32');
const rare = values([7, 8, 9, 7, 9, 8], 'int32');
const int = (list: number | number[]): Tensor => tensor(list, { dtype: 'int32' });
const adaptive = (): nn.AdaptiveLogSoftmaxWithLoss => new nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 7]);
/** With a B that is not 0. */
const updated = (options: nn.LoRALinearOptions): nn.LoRALinear => {
  const module = new nn.LoRALinear(new nn.Linear(5, 4), 2, options);
  nn.init.uniform_(module.lora_B);
  return module;
};
const list = (module: nn.Module, x: Tensor): Tensor[] => (module.forward as (x: Tensor) => Tensor[])(x);

export const rows: Row[] = [
  layer('AdaptiveLogSoftmaxWithLoss', {
    cases: [
      { make: adaptive, torch: 'nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 7])', in: { x: f([6, 16]), t: labels } },
      {
        make: () => new nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 7], { divValue: 2, headBias: true }),
        torch: 'nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 7], div_value=2., head_bias=True)',
        in: { x: f([6, 16]), t: rare },
      },
      {
        make: adaptive,
        torch: 'nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 7])',
        in: { x: f([16]), t: values(4, 'int32') },
      },
      {
        make: () => new nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 7], { divValue: 2 }),
        torch: 'nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 7], div_value=2.)',
        in: { x: f([12, 16], { min: -6, max: 6 }) },
        call: (module, { x }) => {
          const m = module as nn.AdaptiveLogSoftmaxWithLoss;
          return [m.logProb(x), m.predict(x)];
        },
        torchCall: '[m.log_prob(x), m.predict(x).int()]',
      },
    ],
    errors: [
      {
        run: () => new nn.AdaptiveLogSoftmaxWithLoss(16, 10, [7, 3]),
        type: WasmgradError,
        message: 'AdaptiveLogSoftmaxWithLoss: cutoffs must be ascending whole numbers from 1 to 9, got [7, 3]',
      },
      {
        run: () => new nn.AdaptiveLogSoftmaxWithLoss(16, 10, [3, 10]),
        type: WasmgradError,
        message: 'AdaptiveLogSoftmaxWithLoss: cutoffs must be ascending whole numbers from 1 to 9, got [3, 10]',
      },
      {
        run: () => adaptive().forward(zeros([2, 16]), int([3, 10])),
        type: IndexError,
        message: 'AdaptiveLogSoftmaxWithLoss: label 10 at position 1 is out of range for 10 classes',
      },
      {
        run: () => adaptive().forward(zeros([2, 16]), int([3])),
        type: ShapeError,
        message:
          'AdaptiveLogSoftmaxWithLoss: input must be [N, inFeatures] for a target [N], got input [2, 16], target [1]',
      },
      {
        run: () => adaptive().forward(zeros([1, 16]), zeros([1])),
        type: DTypeError,
        message: 'AdaptiveLogSoftmaxWithLoss: labels must be int32, got target float32 (use target.int())',
      },
    ],
  }),
  row('fractionalMaxPool3d', {
    cases: [
      {
        in: { x: f([2, 2, 5, 6, 7]) },
        run: ({ x }) => F.fractionalMaxPool3d(x, 2, { outputSize: [2, 3, 4], returnIndices: true }),
        torch: 'F.fractional_max_pool3d(x, 2, output_size=(2, 3, 4), return_indices=True)',
        seed: 3,
      },
      {
        in: { x: f([2, 6, 5, 7]) },
        run: ({ x }) => F.fractionalMaxPool3d(x, [3, 2, 2], { outputRatio: [0.5, 0.5, 0.7] }),
        torch: 'F.fractional_max_pool3d(x, (3, 2, 2), output_ratio=(0.5, 0.5, 0.7))',
        seed: 4,
      },
      {
        in: { x: f([1, 2, 5, 5, 5]), u: f([1, 2, 3], { min: 0, max: 1, grad: false }) },
        run: ({ x, u }) => F.fractionalMaxPool3d(x, 2, { outputSize: 3, randomSamples: u }),
        torch: 'F.fractional_max_pool3d(x, 2, output_size=3, _random_samples=u)',
      },
    ],
    errors: [
      {
        run: () => F.fractionalMaxPool3d(zeros([1, 4, 4]), 2, { outputSize: 2 }),
        type: ShapeError,
        message: 'fractionalMaxPool3d: input must have dims [N, C, D, H, W] or [C, D, H, W], got input [1, 4, 4]',
      },
      {
        run: () => F.fractionalMaxPool3d(zeros([1, 4, 4, 4]), 2, { outputSize: [2, 2, 4] }),
        type: ShapeError,
        message: 'fractionalMaxPool3d: [2, 2, 4] windows of [2, 2, 2] do not fit, got input [1, 4, 4, 4]',
      },
      {
        run: () => F.fractionalMaxPool3d(zeros([1, 4, 4, 4]), 2, { outputSize: 2, randomSamples: zeros([1, 1, 2]) }),
        type: ShapeError,
        message:
          'fractionalMaxPool3d: randomSamples must have shape [1, 1, 3], got input [1, 4, 4, 4], randomSamples [1, 1, 2]',
      },
    ],
  }),
  layer('FractionalMaxPool3d', {
    cases: [
      {
        make: () => new nn.FractionalMaxPool3d(2, { outputSize: 3 }),
        torch: 'nn.FractionalMaxPool3d(2, output_size=3)',
        in: { x: f([2, 2, 5, 6, 5]) },
        torchCall:
          'F.fractional_max_pool3d(x, 2, output_size=3, _random_samples=torch.rand(2, 2, 3, dtype=torch.float32).to(x.dtype))',
        double: false,
      },
      {
        make: () => new nn.FractionalMaxPool3d([2, 3, 1], { outputRatio: [0.5, 0.4, 0.6], returnIndices: true }),
        torch: 'nn.FractionalMaxPool3d((2, 3, 1), output_ratio=(0.5, 0.4, 0.6), return_indices=True)',
        in: { x: f([1, 2, 5, 6, 4]) },
        call: (m, { x }) => list(m, x),
        torchCall:
          'F.fractional_max_pool3d(x, (2, 3, 1), output_ratio=(0.5, 0.4, 0.6), return_indices=True, _random_samples=torch.rand(1, 2, 3, dtype=torch.float32).to(x.dtype))',
        double: false,
      },
      {
        make: () =>
          new nn.FractionalMaxPool3d(2, { outputSize: 2, randomSamples: tensor([[[0.25, 0.5, 0.75], [0.75, 0.125, 0.5]]]) }), // prettier-ignore
        torch:
          'nn.FractionalMaxPool3d(2, output_size=2, _random_samples=torch.tensor([[[0.25, 0.5, 0.75], [0.75, 0.125, 0.5]]]))',
        in: { x: f([1, 2, 5, 6, 4]) },
      },
    ],
    errors: [
      {
        run: () => new nn.FractionalMaxPool3d(2),
        type: WasmgradError,
        message: 'FractionalMaxPool3d: needs either outputSize or outputRatio',
      },
    ],
  }),
  layer('LoRALinear', {
    cases: [
      {
        make: () => updated({ alpha: 3 }),
        torch: 'LoRALinear(nn.Linear(5, 4), 2, alpha=3, filled=True)',
        in: { x: f([3, 5]) },
      },
      {
        make: () => new nn.LoRALinear(new nn.Linear(5, 4, { bias: false }), 3),
        torch: 'LoRALinear(nn.Linear(5, 4, bias=False), 3)',
        in: { x: f([2, 3, 5]) },
      },
      {
        make: () => updated({ dropout: 0.4 }),
        torch: 'LoRALinear(nn.Linear(5, 4), 2, dropout=0.4, filled=True)',
        in: { x: f([3, 5]) },
        eval: true,
      },
      {
        make: () => updated({ alpha: 3 }).merge().merge(),
        torch: 'LoRALinear(nn.Linear(5, 4), 2, alpha=3, filled=True, merged=True)',
        in: { x: f([3, 5]) },
        // Merged in float32, and rounded in an order of its own.
        tolerance: { float64: 1e-6 },
      },
      {
        make: () => updated({ alpha: 3 }).merge().unmerge(),
        torch: 'LoRALinear(nn.Linear(5, 4), 2, alpha=3, filled=True)',
        in: { x: f([3, 5]) },
        tolerance: { float64: 1e-6 },
      },
    ],
    errors: [
      {
        run: () => new nn.LoRALinear(new nn.Linear(5, 4), 0),
        type: ShapeError,
        message: 'LoRALinear: rank must be a whole number of at least 1, got 0',
      },
      {
        run: () => updated({}).merge().resetParameters(),
        type: WasmgradError,
        message: 'LoRALinear: the update is merged (unmerge() first)',
      },
    ],
  }),
];
