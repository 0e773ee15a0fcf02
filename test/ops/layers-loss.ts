import { WasmgradError, nn, tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, ints, values, type Row } from './table.js';

const labels = values([1, 0, -100, 4, 2, -100], 'int32');
const unit = { min: 0.05, max: 0.95 };

export const rows: Row[] = [
  layer('CrossEntropyLoss', {
    cases: [
      {
        make: () => new nn.CrossEntropyLoss(),
        torch: 'nn.CrossEntropyLoss()',
        in: { x: f([6, 5]), t: ints([6], 0, 5) },
      },
      {
        make: () =>
          new nn.CrossEntropyLoss({ weight: tensor([1, 2, 0.5, 1, 3]), labelSmoothing: 0.1, reduction: 'sum' }),
        torch: "nn.CrossEntropyLoss(torch.tensor([1, 2, 0.5, 1, 3]), label_smoothing=0.1, reduction='sum')",
        in: { x: f([6, 5]), t: labels },
      },
    ],
    errors: [
      {
        run: () => new nn.CrossEntropyLoss({ smoothing: 1 } as object),
        type: WasmgradError,
        message: "CrossEntropyLoss: unknown option 'smoothing' (known: weight, ignoreIndex, labelSmoothing, reduction)",
      },
    ],
  }),
  layer('NLLLoss', {
    cases: [
      {
        make: () => new nn.NLLLoss({ ignoreIndex: 0 }),
        torch: 'nn.NLLLoss(ignore_index=0)',
        in: { x: f([6, 5]), t: ints([6], 0, 5) },
      },
    ],
  }),
  layer('MSELoss', {
    cases: [{ make: () => new nn.MSELoss(), torch: 'nn.MSELoss()', in: { x: f([3, 4]), t: f([3, 4]) } }],
  }),
  layer('L1Loss', {
    cases: [
      {
        make: () => new nn.L1Loss({ reduction: 'sum' }),
        torch: "nn.L1Loss(reduction='sum')",
        in: { x: f([3, 4]), t: f([3, 4]) },
      },
    ],
  }),
  layer('SmoothL1Loss', {
    cases: [
      {
        make: () => new nn.SmoothL1Loss({ beta: 0.3 }),
        torch: 'nn.SmoothL1Loss(beta=0.3)',
        in: { x: f([3, 4]), t: f([3, 4]) },
      },
    ],
  }),
  layer('HuberLoss', {
    cases: [
      {
        make: () => new nn.HuberLoss({ delta: 0.3 }),
        torch: 'nn.HuberLoss(delta=0.3)',
        in: { x: f([3, 4]), t: f([3, 4]) },
      },
    ],
  }),
  layer('BCELoss', {
    cases: [{ make: () => new nn.BCELoss(), torch: 'nn.BCELoss()', in: { x: f([3, 4], unit), t: f([3, 4], unit) } }],
  }),
  layer('BCEWithLogitsLoss', {
    cases: [
      {
        make: () => new nn.BCEWithLogitsLoss({ posWeight: tensor([1, 2, 0.5, 3]) }),
        torch: 'nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1, 2, 0.5, 3]))',
        in: { x: f([3, 4]), t: f([3, 4], unit) },
      },
    ],
  }),
  layer('KLDivLoss', {
    cases: [
      {
        make: () => new nn.KLDivLoss({ reduction: 'batchmean', logTarget: true }),
        torch: "nn.KLDivLoss(reduction='batchmean', log_target=True)",
        in: { x: f([3, 4]), t: f([3, 4]) },
      },
    ],
  }),
];
