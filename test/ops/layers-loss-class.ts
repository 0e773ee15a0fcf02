import { nn } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, ints, type Row } from './table.js';

const y = 'F.one_hot(t, x.shape[-1]).to(x.dtype)';
/** A module that prints under a name; what it computes is in `torchCall`. */
const named = (name: string): string => `type('${name}', (nn.Module,), {})()`;

export const rows: Row[] = [
  layer('SSELoss', {
    cases: [
      {
        make: () => new nn.SSELoss({ reduction: 'none' }),
        torch: named('SSELoss'),
        torchCall: '(x - t).square()',
        in: { x: f([3, 4]), t: f([3, 4]) },
      },
    ],
  }),
  layer('ExpectationLoss', {
    cases: [
      {
        make: () => new nn.ExpectationLoss({ reduction: 'sum' }),
        torch: named('ExpectationLoss'),
        torchCall: `((${y} - x.softmax(1)).abs().sum(1)).sum()`,
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
  }),
  layer('RegularizedExpectationLoss', {
    cases: [
      {
        make: () => new nn.RegularizedExpectationLoss({ squared: true, reduction: 'sum' }),
        torch: named('RegularizedExpectationLoss'),
        torchCall: `((${y} - x.softmax(1)).square().sum(1)).sum()`,
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
  }),
  layer('ChebyshevLoss', {
    cases: [
      {
        make: () => new nn.ChebyshevLoss({ reduction: 'sum' }),
        torch: named('ChebyshevLoss'),
        torchCall: `((x.softmax(1) - ${y}).abs().amax(1)).sum()`,
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
  }),
  layer('HingeLoss', {
    cases: [
      {
        make: () => new nn.HingeLoss({ margin: 0.9, reduction: 'sum' }),
        torch: named('HingeLoss'),
        torchCall: `(F.relu(0.9 - (2 * ${y} - 1) * x).sum(1)).sum()`,
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
  }),
  layer('SquaredHingeLoss', {
    cases: [
      {
        make: () => new nn.SquaredHingeLoss({ margin: 0.9, reduction: 'sum' }),
        torch: named('SquaredHingeLoss'),
        torchCall: `(F.relu(0.9 - (2 * ${y} - 1) * x).pow(2).sum(1)).sum()`,
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
  }),
  layer('CubedHingeLoss', {
    cases: [
      {
        make: () => new nn.CubedHingeLoss({ margin: 0.9, reduction: 'sum' }),
        torch: named('CubedHingeLoss'),
        torchCall: `(F.relu(0.9 - (2 * ${y} - 1) * x).pow(3).sum(1)).sum()`,
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
  }),
  layer('LogLoss', {
    cases: [
      {
        make: () => new nn.LogLoss({ reduction: 'sum' }),
        torch: named('LogLoss'),
        torchCall: `(-(x.log_softmax(1) * ${y}).sum(1)).sum()`,
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
  }),
  layer('SquaredLogLoss', {
    cases: [
      {
        make: () => new nn.SquaredLogLoss({ reduction: 'sum' }),
        torch: named('SquaredLogLoss'),
        torchCall: `((x.log_softmax(1) * ${y}).square().sum(1)).sum()`,
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
  }),
  layer('TanimotoLoss', {
    cases: [
      {
        make: () => new nn.TanimotoLoss({ reduction: 'sum' }),
        torch: named('TanimotoLoss'),
        torchCall: `(-(x.softmax(1) * ${y}).sum(1) / (x.softmax(1).square().sum(1) + ${y}.square().sum(1) - (x.softmax(1) * ${y}).sum(1))).sum()`,
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
  }),
  layer('CauchySchwarzLoss', {
    cases: [
      {
        make: () => new nn.CauchySchwarzLoss({ reduction: 'sum' }),
        torch: named('CauchySchwarzLoss'),
        torchCall: `(-torch.log((x.softmax(1) * ${y}).sum(1) / (x.softmax(1).norm(dim=1) * ${y}.norm(dim=1)))).sum()`,
        in: { x: f([4, 3]), t: ints([4], 0, 3) },
      },
    ],
  }),
];
