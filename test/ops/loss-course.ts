import { DTypeError, F, IndexError, ShapeError, WasmgradError, nn, tensor, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, ints, row, values, type Row } from './table.js';

const unit = { min: 0.05, max: 0.95 };
const padded = values(
  [
    [1, 2, 2],
    [3, 1, -7],
    [2, -7, -7],
  ],
  'int32',
);
const joined = values([1, 2, 2, 3, 1, 2], 'int32');
const lengths = { il: values([6, 5, 3], 'int32'), tl: values([3, 2, 1], 'int32') };
const critic =
  (w: Tensor): ((x: Tensor) => Tensor) =>
  (x) =>
    x.flatten(1).matmul(w).tanh().sum(1);
const penalty =
  'r, k = r.detach(), k.detach(); e = torch.rand(4, 1, 1); c = lambda x: torch.tanh(x.flatten(1) @ w).sum(1); b = (k + e * (r - k)).requires_grad_(); n = torch.autograd.grad(c(b).sum(), b, create_graph=True)[0].flatten(1).norm(dim=1)';
const cosines = 'a = F.normalize(x); b = F.normalize(y); n = x.shape[0]';
const elbo = '0.5 * (l.exp() + m.square() - l - 1).sum(1)';
/** A module that prints under a name; what it computes is in `torchCall`. */
const named = (name: string): string => `type('${name}', (nn.Module,), {})()`;
const int = (list: number[]): Tensor => tensor(list, { dtype: 'int32' });

export const rows: Row[] = [
  row('ctcLoss', {
    cases: [
      {
        in: { x: f([6, 3, 4]), t: padded, ...lengths },
        run: ({ x, t, il, tl }) => F.ctcLoss(x.logSoftmax(2), t, il, tl),
        torch: 'F.ctc_loss(x.log_softmax(2), t, il, tl)',
      },
      {
        in: { x: f([6, 3, 4]), t: joined, ...lengths },
        run: ({ x, t, il, tl }) => F.ctcLoss(x.logSoftmax(2), t, il, tl, { reduction: 'none' }),
        torch: "F.ctc_loss(x.log_softmax(2), t, il, tl, reduction='none')",
      },
      {
        in: {
          x: f([6, 3, 4]),
          t: values(
            [
              [1, 2, 2],
              [0, 1, 0],
              [2, 1, 1],
            ],
            'int32',
          ),
          ...lengths,
        },
        run: ({ x, t, il, tl }) => F.ctcLoss(x.logSoftmax(2), t, il, tl, { blank: 3, reduction: 'sum' }),
        torch: "F.ctc_loss(x.log_softmax(2), t, il, tl, blank=3, reduction='sum')",
      },
      {
        in: { x: f([6, 3, 4]), t: padded },
        run: ({ x, t }) =>
          F.ctcLoss(x.logSoftmax(2), t, [2, 6, 6], [3, 2, 0], { zeroInfinity: true, reduction: 'none' }),
        torch:
          "F.ctc_loss(x.log_softmax(2), t, torch.tensor([2, 6, 6]), torch.tensor([3, 2, 0]), zero_infinity=True, reduction='none')",
      },
      {
        in: { x: f([2, 1, 4], { grad: false }), t: values([[1, 2, 2]], 'int32') },
        run: ({ x, t }) => F.ctcLoss(x.logSoftmax(2), t, [2], [3], { reduction: 'none' }),
        torch: "F.ctc_loss(x.log_softmax(2), t, torch.tensor([2]), torch.tensor([3]), reduction='none')",
      },
      {
        in: { x: f([5, 4]), t: values([1, 2, 2], 'int32') },
        run: ({ x, t }) => [
          F.ctcLoss(x.logSoftmax(1), t, 5, 3),
          F.ctcLoss(x.logSoftmax(1), t, [5], [3], { reduction: 'none' }),
        ],
        torch:
          "a = (x.log_softmax(1), t, torch.tensor(5), torch.tensor(3)); [F.ctc_loss(*a), F.ctc_loss(*a, reduction='none').reshape(())]",
      },
      {
        // The gradient of log-probabilities themselves is PyTorch's, not the true one.
        in: { x: f([6, 3, 4], { min: -3, max: -0.5 }), t: padded, ...lengths },
        run: ({ x, t, il, tl }) => F.ctcLoss(x, t, il, tl),
        torch: 'F.ctc_loss(x, t, il, tl)',
        gradcheck: 0,
      },
      {
        in: { x: f([40, 5, 7]), t: ints([5, 9], 1, 7) },
        run: ({ x, t }) => F.ctcLoss(x.logSoftmax(2), t, [40, 33, 40, 20, 38], [9, 8, 7, 9, 1], { reduction: 'sum' }),
        torch:
          "F.ctc_loss(x.log_softmax(2), t, torch.tensor([40, 33, 40, 20, 38]), torch.tensor([9, 8, 7, 9, 1]), reduction='sum')",
      },
    ],
    errors: [
      {
        run: () => F.ctcLoss(zeros([4, 2, 3]), zeros([2, 2], { dtype: 'int32' }), [4, 5], [2, 2]),
        type: IndexError,
        message: 'ctcLoss: inputLengths must be from 0 to 4, got 5 at position 1',
      },
      {
        run: () => F.ctcLoss(zeros([4, 2, 3]), zeros([2, 2], { dtype: 'int32' }), [4, 4], [2, 3]),
        type: IndexError,
        message: 'ctcLoss: targetLengths must be from 0 to 2, got 3 at position 1',
      },
      {
        run: () => F.ctcLoss(zeros([4, 2, 3]), int([1, 2, 1]), [4, 4], [2, 2]),
        type: ShapeError,
        message: 'ctcLoss: targetLengths add up to 4, but targets has 3 labels',
      },
      {
        run: () => F.ctcLoss(zeros([4, 2, 3]), int([1, 3, 1]), [4, 4], [2, 1]),
        type: IndexError,
        message: 'ctcLoss: label 3 is out of range for 3 classes',
      },
      {
        run: () => F.ctcLoss(zeros([4, 2, 3]), int([1, 2]), [4, 4], [1, 1], { blank: 3 }),
        type: WasmgradError,
        message: 'ctcLoss: blank must be one of 3 classes, got 3',
      },
      {
        run: () => F.ctcLoss(zeros([4, 2, 3]), int([1, 2]), [4], [1, 1]),
        type: ShapeError,
        message:
          'ctcLoss: there must be a length for each of N samples, got logProbs [4, 2, 3], targets [2], inputLengths [1], targetLengths [2]',
      },
      {
        run: () => F.ctcLoss(zeros([4]), int([1, 2]), [4], [2]),
        type: ShapeError,
        message:
          'ctcLoss: logProbs must be [T, N, C], got logProbs [4], targets [2], inputLengths [1], targetLengths [1]',
      },
      {
        run: () => F.ctcLoss(zeros([4, 2, 3]), zeros([2, 2]), [4, 4], [1, 1]),
        type: DTypeError,
        message: 'ctcLoss: labels must be int32, got target float32 (use target.int())',
      },
    ],
  }),
  layer('CTCLoss', {
    cases: [
      {
        make: () => new nn.CTCLoss({ blank: 3, reduction: 'none', zeroInfinity: true }),
        torch: "nn.CTCLoss(blank=3, reduction='none', zero_infinity=True)",
        call: (m, { x, t, il, tl }) => (m as nn.CTCLoss).forward(x.logSoftmax(2), t, il, tl),
        torchCall: 'm(x.log_softmax(2), t, il, tl)',
        in: { x: f([6, 3, 4], { grad: false }), t: values([0, 2, 2, 1, 1, 2], 'int32'), ...lengths },
      },
    ],
  }),
  row('focalLoss', {
    cases: [
      {
        in: { x: f([3, 4]), t: ints([3, 4], 0, 2) },
        run: ({ x, t }) => [F.focalLoss(x, t), F.focalLoss(x, t, { alpha: 0.7, gamma: 1.5, reduction: 'none' })],
        torch:
          "t = t.to(x.dtype); p = x.sigmoid(); q = p * t + (1 - p) * (1 - t); e = F.binary_cross_entropy_with_logits(x, t, reduction='none'); g = lambda a, c: (a * t + (1 - a) * (1 - t)) * e * (1 - q) ** c; [g(0.25, 2).mean(), g(0.7, 1.5)]",
      },
      {
        in: { x: f([3, 4]), t: f([3, 4], unit) },
        run: ({ x, t }) => F.focalLoss(x, t, { alpha: -1, gamma: 3, reduction: 'sum' }),
        torch:
          "p = x.sigmoid(); q = p * t + (1 - p) * (1 - t); (F.binary_cross_entropy_with_logits(x, t, reduction='none') * (1 - q) ** 3).sum()",
      },
    ],
    errors: [
      {
        run: () => F.focalLoss(zeros([3]), zeros([4])),
        type: ShapeError,
        message: 'focalLoss: target must have the shape of input, got input [3], target [4]',
      },
    ],
  }),
  row('diceLoss', {
    cases: [
      {
        in: { x: f([2, 3, 4], unit), t: ints([2, 3, 4], 0, 2) },
        run: ({ x, t }) => F.diceLoss(x, t),
        torch: 'd = (1, 2); (1 - (2 * (x * t).sum(d) + 1) / (x.sum(d) + t.sum(d) + 1)).mean()',
      },
      {
        in: { x: f([3, 4], unit), t: f([3, 4], unit) },
        run: ({ x, t }) => F.diceLoss(x, t, { smooth: 0.1, squared: true, reduction: 'none' }),
        torch: '1 - (2 * (x * t).sum(1) + 0.1) / (x.square().sum(1) + t.square().sum(1) + 0.1)',
      },
    ],
    errors: [
      {
        run: () => F.diceLoss(zeros([]), zeros([])),
        type: ShapeError,
        message: 'diceLoss: input must be [N, *], got input []',
      },
    ],
  }),
  row('infoNceLoss', {
    cases: [
      {
        in: { x: f([4, 3]), y: f([4, 3]) },
        run: ({ x, y }) => F.infoNceLoss(x, y),
        torch: `${cosines}; F.cross_entropy(a @ b.T / 0.1, torch.arange(n))`,
      },
      {
        in: { x: f([4, 3]), y: f([4, 3]), z: f([5, 3]) },
        run: ({ x, y, z }) => F.infoNceLoss(x, y, { negatives: z, temperature: 0.5, reduction: 'none' }),
        torch: `${cosines}; s = torch.cat([(a * b).sum(1, keepdim=True), a @ F.normalize(z).T], 1) / 0.5; F.cross_entropy(s, torch.zeros(n).long(), reduction='none')`,
      },
    ],
    errors: [
      {
        run: () => F.infoNceLoss(zeros([3, 2]), zeros([2, 2])),
        type: ShapeError,
        message: 'infoNceLoss: both must be [N, D], got query [3, 2], positive [2, 2]',
      },
      {
        run: () => F.infoNceLoss(zeros([2, 2]), zeros([2, 2]), { temperature: 0 }),
        type: WasmgradError,
        message: 'infoNceLoss: temperature must be greater than 0, got 0',
      },
      {
        run: () => F.infoNceLoss(zeros([2, 2]), zeros([2, 2]), { negatives: zeros([3]) }),
        type: ShapeError,
        message: 'infoNceLoss: negatives must be [M, D], got query [2, 2], negatives [3]',
      },
    ],
  }),
  row('ntXentLoss', {
    cases: [
      {
        in: { x: f([4, 3]), y: f([4, 3]) },
        run: ({ x, y }) => [F.ntXentLoss(x, y), F.ntXentLoss(x, y, { temperature: 0.2, reduction: 'none' })],
        torch:
          "z = F.normalize(torch.cat([x, y])); o = (torch.arange(8) + 4) % 8; s = (z @ z.T).masked_fill(torch.eye(8, dtype=torch.bool), float('-inf')); [F.cross_entropy(s / 0.5, o), F.cross_entropy(s / 0.2, o, reduction='none')]",
      },
    ],
    errors: [
      {
        run: () => F.ntXentLoss(zeros([3, 2]), zeros([3, 1])),
        type: ShapeError,
        message: 'ntXentLoss: both must be [N, D], got z1 [3, 2], z2 [3, 1]',
      },
    ],
  }),
  row('gradientPenalty', {
    cases: [
      {
        in: { r: f([4, 2, 3]), k: f([4, 2, 3]), w: f([6, 5]) },
        run: ({ r, k, w }) => F.gradientPenalty(critic(w), r, k),
        torch: `${penalty}; 10 * (n - 1).square().mean()`,
        seed: 3,
        layouts: false,
      },
      {
        in: { r: f([4, 2, 3]), k: f([4, 2, 3]), w: f([6, 5]) },
        run: ({ r, k, w }) => F.gradientPenalty(critic(w), r, k, { lambda: 2, target: 0.7, oneSided: true }),
        torch: `${penalty}; 2 * F.relu(n - 0.7).square().mean()`,
        seed: 3,
        layouts: false,
      },
    ],
    errors: [
      {
        run: () => F.gradientPenalty((x) => x.sum(1), zeros([2, 3]), zeros([3, 3])),
        type: ShapeError,
        message: 'gradientPenalty: both must be [N, *], got real [2, 3], fake [3, 3]',
      },
    ],
  }),
  row('wassersteinCriticLoss', {
    cases: [
      {
        in: { r: f([4, 2, 3]), k: f([4, 2, 3]), w: f([6, 5]) },
        run: ({ r, k, w }) => F.wassersteinCriticLoss(critic(w), r, k, { lambda: 3, target: 0.5, oneSided: true }),
        torch: `c = lambda x: torch.tanh(x.flatten(1) @ w).sum(1); y = c(k).mean() - c(r).mean(); ${penalty}; y + 3 * F.relu(n - 0.5).square().mean()`,
        seed: 4,
        layouts: false,
      },
      {
        in: { r: f([4, 2, 3]), k: f([4, 2, 3]), w: f([6, 5]) },
        run: ({ r, k, w }) => F.wassersteinCriticLoss(critic(w), r, k, { lambda: 0 }),
        torch: 'c = lambda x: torch.tanh(x.flatten(1) @ w).sum(1); c(k).mean() - c(r).mean()',
      },
    ],
  }),
  row('elboLoss', {
    cases: [
      {
        in: { o: f([3, 2, 2], unit), x: f([3, 2, 2], unit), m: f([3, 4]), l: f([3, 4]) },
        run: ({ o, x, m, l }) => F.elboLoss(o, x, m, l),
        torch: `(F.binary_cross_entropy(o, x, reduction='none').flatten(1).sum(1) + ${elbo}).mean()`,
      },
      {
        in: { o: f([3, 2, 2]), x: f([3, 2, 2], unit), m: f([3, 4]), l: f([3, 4]) },
        run: ({ o, x, m, l }) => [
          F.elboLoss(o, x, m, l, { reconstruction: 'mse', beta: 0.5, reduction: 'none' }),
          F.elboLoss(o, x, m, l, { reconstruction: 'bceWithLogits', reduction: 'sum' }),
        ],
        torch: `(o - x).square().flatten(1).sum(1) + 0.5 * ${elbo}, F.binary_cross_entropy_with_logits(o, x, reduction='sum') + (${elbo}).sum()`,
      },
    ],
    errors: [
      {
        run: () => F.elboLoss(zeros([2, 3]), zeros([2, 3]), zeros([3, 1]), zeros([3, 1])),
        type: ShapeError,
        message: 'elboLoss: both must be [N, L], got output [2, 3], mu [3, 1], logVar [3, 1]',
      },
      {
        run: () =>
          F.elboLoss(zeros([2, 3]), zeros([2, 3]), zeros([2, 1]), zeros([2, 1]), { reconstruction: 'l1' as 'bce' }),
        type: WasmgradError,
        message: "elboLoss: reconstruction must be 'bce', 'bceWithLogits' or 'mse', got 'l1'",
      },
    ],
  }),
  layer('FocalLoss', {
    cases: [
      {
        make: () => new nn.FocalLoss({ alpha: -1, gamma: 1, reduction: 'sum' }),
        torch: named('FocalLoss'),
        torchCall:
          "(F.binary_cross_entropy_with_logits(x, t.to(x.dtype), reduction='none') * (x.sigmoid() - t).abs()).sum()",
        in: { x: f([3, 4]), t: ints([3, 4], 0, 2) },
      },
    ],
  }),
  layer('DiceLoss', {
    cases: [
      {
        make: () => new nn.DiceLoss({ smooth: 0.5, squared: true, reduction: 'sum' }),
        torch: named('DiceLoss'),
        torchCall: '(1 - (2 * (x * t).sum(1) + 0.5) / (x.square().sum(1) + t.square().sum(1) + 0.5)).sum()',
        in: { x: f([3, 4], unit), t: f([3, 4], unit) },
      },
    ],
  }),
  layer('InfoNCELoss', {
    cases: [
      {
        make: () => new nn.InfoNCELoss({ temperature: 0.5, reduction: 'sum' }),
        torch: named('InfoNCELoss'),
        torchCall: "F.cross_entropy(F.normalize(x) @ F.normalize(y).T / 0.5, torch.arange(4), reduction='sum')",
        in: { x: f([4, 3]), y: f([4, 3]) },
      },
      {
        // The negatives are float32, as the inputs must be.
        double: false,
        gradcheck: 0,
        make: () => new nn.InfoNCELoss({ negatives: tensor([[1, -2, 0.5]]) }),
        torch: named('InfoNCELoss'),
        torchCall:
          'F.cross_entropy(torch.cat([F.cosine_similarity(x, y)[:, None], F.normalize(x) @ F.normalize(torch.tensor([[1, -2, 0.5]])).T], 1) / 0.1, torch.zeros(4).long())',
        in: { x: f([4, 3]), y: f([4, 3]) },
      },
    ],
  }),
  layer('NTXentLoss', {
    cases: [
      {
        make: () => new nn.NTXentLoss({ temperature: 0.3, reduction: 'sum' }),
        torch: named('NTXentLoss'),
        torchCall:
          "F.cross_entropy((lambda z: (z @ z.T / 0.3).masked_fill(torch.eye(8, dtype=torch.bool), float('-inf')))(F.normalize(torch.cat([x, y]))), (torch.arange(8) + 4) % 8, reduction='sum')",
        in: { x: f([4, 3]), y: f([4, 3]) },
      },
    ],
  }),
  layer('ELBOLoss', {
    cases: [
      {
        make: () => new nn.ELBOLoss({ reconstruction: 'mse', beta: 2, reduction: 'sum' }),
        torch: named('ELBOLoss'),
        torchCall: '(o - x).square().sum() + (l.exp() + u.square() - l - 1).sum()',
        in: { o: f([3, 5]), x: f([3, 5]), u: f([3, 4]), l: f([3, 4]) },
      },
    ],
  }),
  layer('WassersteinCriticLoss', {
    cases: [
      {
        make: () => new nn.WassersteinCriticLoss({ lambda: 2, target: 0.5, oneSided: true }),
        torch: named('WassersteinCriticLoss'),
        // A linear critic has the same slope everywhere.
        call: (m, { r, k, w }) => (m as nn.WassersteinCriticLoss).forward((x) => x.matmul(w).reshape([-1]), r, k),
        torchCall: '((k - r) @ w).mean() + 2 * F.relu(w.norm() - 0.5).square()',
        in: { r: f([4, 3]), k: f([4, 3]), w: f([3, 1]) },
      },
    ],
  }),
];
