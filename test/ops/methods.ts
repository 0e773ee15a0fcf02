import { WasmgradError, zeros } from '../../src/index.js';
import { f, row, values, type Row } from './table.js';

export const rows: Row[] = [
  row('methods in place', {
    gradcheck: 0,
    cases: [
      {
        in: { x: f([3, 3], { min: 0.1, max: 0.9, grad: false }) },
        run: ({ x }) => [
          x.clone().frac_(),
          x.clone().tan_(),
          x.clone().log2_(),
          x.clone().log10_(),
          x.clone().erfinv_(),
          x.clone().clampMin_(0.4),
          x.clone().clampMax_(0.6),
          x.clone().tril_(),
          x.clone().triu_(1),
        ],
        torch:
          '[x.clone().frac_(), x.clone().tan_(), x.clone().log2_(), x.clone().log10_(), x.clone().erfinv_(), x.clone().clamp_min_(0.4), x.clone().clamp_max_(0.6), x.clone().tril_(), x.clone().triu_(1)]',
      },
    ],
  }),
  row('methods that make tensors', {
    cases: [
      {
        in: { x: f([2, 1]), i: values([1, 2], 'int32') },
        run: ({ x, i }) => [
          x.newZeros([2, 3]),
          i.newOnes([3]),
          x.newFull([2], 1.5),
          i.newTensor([4, 5]),
          i.newZeros([2], { dtype: 'float64' }),
          x.broadcastTo([2, 3]),
        ],
        torch:
          '[x.new_zeros(2, 3), i.new_ones(3), x.new_full((2,), 1.5), i.new_tensor([4, 5]), i.new_zeros(2, dtype=torch.float64), x.broadcast_to((2, 3))]',
      },
    ],
    errors: [
      {
        run: () => zeros([1]).newOnes([2], { type: 'int32' } as object),
        type: WasmgradError,
        message: "full: unknown option 'type' (known: dtype, requiresGrad)",
      },
    ],
  }),
];
