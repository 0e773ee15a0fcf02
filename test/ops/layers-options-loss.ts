/** Every option of losses where its absence would be seen. */
import { nn, tensor, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, values, type Input, type Row } from './table.js';

const unit = { min: 0.1, max: 0.9 };
const plain = { grad: false };
const x = f([3, 4]);
const y = f([3, 4]);
const probabilities = f([3, 4], unit);
const targets = f([3, 4], { ...unit, grad: false });
const labels = values([2, 0, 3], 'int32');
const weight = [1, 2, 0.5, 3];
const WEIGHT = 'torch.tensor([1, 2, 0.5, 3])';
const given = (): Tensor => tensor(weight);
const signs = values([1, -1, 1], 'float32', plain);

/** A loss and its inputs, which come in this order. */
function loss(
  name: string,
  inputs: Record<string, Input>,
  ...cases: readonly (readonly [() => nn.Module, string])[]
): Row {
  return layer(name, { cases: cases.map(([make, torch]) => ({ make, torch: `nn.${name}(${torch})`, in: inputs })) });
}

const sum = { reduction: 'sum' } as const;
const SUM = "reduction='sum'";

export const rows: Row[] = [
  loss('CrossEntropyLoss', { x, t: labels }, [() => new nn.CrossEntropyLoss({ ignoreIndex: 0 }), 'ignore_index=0']),
  loss(
    'NLLLoss',
    { x, t: labels },
    [() => new nn.NLLLoss(sum), SUM],
    [() => new nn.NLLLoss({ weight: given() }), `weight=${WEIGHT}`],
  ),
  loss('MSELoss', { x, y }, [() => new nn.MSELoss(sum), SUM]),
  loss('SmoothL1Loss', { x, y }, [() => new nn.SmoothL1Loss(sum), SUM]),
  loss('HuberLoss', { x, y }, [() => new nn.HuberLoss(sum), SUM]),
  loss(
    'BCELoss',
    { x: probabilities, t: targets },
    [() => new nn.BCELoss(sum), SUM],
    [() => new nn.BCELoss({ weight: given() }), `weight=${WEIGHT}`],
  ),
  loss(
    'BCEWithLogitsLoss',
    { x, t: targets },
    [() => new nn.BCEWithLogitsLoss(sum), SUM],
    [() => new nn.BCEWithLogitsLoss({ weight: given() }), `weight=${WEIGHT}`],
  ),
  loss('MarginRankingLoss', { a: f([3]), b: f([3]), t: signs }, [() => new nn.MarginRankingLoss(sum), SUM]),
  loss('MultiMarginLoss', { x, t: labels }, [() => new nn.MultiMarginLoss(sum), SUM]),
  loss('CosineEmbeddingLoss', { x, y, t: signs }, [() => new nn.CosineEmbeddingLoss(sum), SUM]),
  layer('GaussianNLLLoss', {
    cases: [
      {
        make: () => new nn.GaussianNLLLoss({ eps: 0.5 }),
        torch: 'nn.GaussianNLLLoss(eps=0.5)',
        in: { x, y, v: f([3, 4], unit) },
        // Variances below eps count as eps, but their gradient passes.
        gradcheck: 0,
      },
    ],
  }),
  // The gradient below eps was another in PyTorch 1.13.
  loss('CosineSimilarity', { x: f([3, 4], plain), y: f([3, 4], plain) }, [
    () => new nn.CosineSimilarity({ eps: 2 }),
    'eps=2.0',
  ]),
  layer('CTCLoss', {
    cases: [
      {
        make: () => new nn.CTCLoss({ reduction: 'none', zeroInfinity: true }),
        torch: "nn.CTCLoss(reduction='none', zero_infinity=True)",
        // The first target is longer than its input.
        call: (m, { x: scores, t, il, tl }) => (m as nn.CTCLoss).forward(scores.logSoftmax(2), t, il, tl),
        torchCall: 'm(x.log_softmax(2), t, il, tl)',
        in: {
          x: f([5, 2, 4], plain),
          t: values([1, 2, 2, 3, 1], 'int32'),
          il: values([2, 5], 'int32'),
          tl: values([3, 2], 'int32'),
        },
      },
    ],
  }),
  layer('WassersteinCriticLoss', {
    cases: [
      {
        make: () => new nn.WassersteinCriticLoss({ lambda: 2, target: 9, oneSided: true }),
        torch: "type('WassersteinCriticLoss', (nn.Module,), {})()",
        // A linear critic has the same slope everywhere; here it is less than the target.
        call: (m, { r, k, w }) => (m as nn.WassersteinCriticLoss).forward((a) => a.matmul(w).reshape([-1]), r, k),
        torchCall: '((k - r) @ w).mean() + 2 * F.relu(w.norm() - 9).square()',
        in: { r: f([4, 3]), k: f([4, 3]), w: f([3, 1]) },
      },
    ],
  }),
];
