import { DTypeError, WasmgradError, empty, nn, poisson, tensor, zeros } from '../../src/index.js';
import { f, row, values, type Case, type Row } from './table.js';

/** Made of logarithms and the like: compared to 10⁻⁶; whole numbers bit for bit. */
const close = { tolerance: { float32: 1e-6 } };
const exact = { tolerance: { float32: 0 } };

/** Three seeds of one and two words. */
const seeds = [0, 42, 2 ** 32 + 5];

function each(run: Case['run'], torch: string, tolerance: object = close): Case[] {
  return seeds.map((seed) => ({ seed, run, torch, ...tolerance }));
}

export const rows: Row[] = [
  row('cauchy_', {
    cases: [
      ...each(() => empty([40]).cauchy_(), 'torch.empty(40).cauchy_()'),
      ...each(() => empty([5, 4]).cauchy_(1, 0.5), 'torch.empty(5, 4).cauchy_(1, 0.5)'),
      ...each(
        () => empty([9], { dtype: 'float64' }).cauchy_({ sigma: 2, median: -1 }),
        'torch.empty(9, dtype=torch.float64).cauchy_(sigma=2, median=-1)',
      ),
    ],
    errors: [
      { run: () => empty([2]).cauchy_(0, 0), type: WasmgradError, message: 'cauchy_: sigma must be above 0, got 0' },
      {
        run: () => zeros([2], { dtype: 'int32' }).cauchy_(),
        type: DTypeError,
        message: 'cauchy_: draws floating point numbers, got dtype int32',
      },
    ],
  }),
  row('geometric_', {
    cases: [
      ...each(() => empty([40]).geometric_(0.3), 'torch.empty(40).geometric_(0.3)', exact),
      ...each(
        () => empty([9], { dtype: 'int32' }).geometric_(0.05),
        'torch.empty(9, dtype=torch.int32).geometric_(0.05)',
        exact,
      ),
    ],
    errors: [
      {
        run: () => empty([2]).geometric_(1),
        type: WasmgradError,
        message: 'geometric_: p must be above 0 and below 1, got 1',
      },
    ],
  }),
  row('logNormal_', {
    cases: [
      ...each(() => empty([40]).logNormal_(), 'torch.empty(40).log_normal_()'),
      ...each(() => empty([9]).logNormal_(0.5, 0.25), 'torch.empty(9).log_normal_(0.5, 0.25)'),
      ...each(
        () => empty([3, 3], { dtype: 'float64' }).logNormal_({ std: 0.5, mean: -1 }),
        'torch.empty(3, 3, dtype=torch.float64).log_normal_(std=0.5, mean=-1)',
      ),
    ],
    errors: [
      {
        run: () => empty([2]).logNormal_(0, 0),
        type: WasmgradError,
        message: 'logNormal_: std must be above 0, got 0',
      },
    ],
  }),
  row('poisson', {
    gradcheck: 0, // drawn, so its gradient is zero
    cases: [
      ...seeds.map((seed): Case<'x'> => ({
        seed,
        in: { x: f([4, 30], { min: 0, max: 40 }) },
        run: ({ x }) => poisson(x),
        torch: 'torch.poisson(x)',
        ...exact,
      })),
      {
        seed: 3,
        in: { x: values([0, 0.5, 9.9, 10, 500, 1e5], 'float64', { grad: false }) },
        run: ({ x }) => poisson(x),
        torch: 'torch.poisson(x)',
        ...exact,
      },
    ],
    errors: [
      {
        run: () => poisson(tensor([1, -2])),
        type: WasmgradError,
        message: 'poisson: a mean must be at least 0, got -2',
      },
    ],
  }),
  row('random_', {
    cases: [
      ...each(() => empty([9], { dtype: 'int32' }).random_(), 'torch.empty(9, dtype=torch.int32).random_()', exact),
      ...each(() => empty([9]).random_(-7, 9), 'torch.empty(9).random_(-7, 9)', exact),
    ],
  }),
  row('truncNormal_', {
    cases: [
      ...each(() => nn.init.truncNormal_(empty([20])), 'nn.init.trunc_normal_(torch.empty(20))'),
      ...each(
        () => nn.init.truncNormal_(empty([4, 3]), 0.5, 2, -1, 1),
        'nn.init.trunc_normal_(torch.empty(4, 3), 0.5, 2, -1, 1)',
      ),
    ],
  }),
];
