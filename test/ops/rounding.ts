import {
  DTypeError,
  WasmgradError,
  ceil,
  clamp,
  clampMax,
  clampMin,
  floor,
  frac,
  round,
  tensor,
  trunc,
} from '../../src/index.js';
import { f, ints, row, values, type Row } from './table.js';

export const rows: Row[] = [
  row('floor', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 5], { min: -4, max: 4 }) }, run: ({ x }) => x.floor(), torch: 'x.floor()' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).floor_(), torch: 'x.mul(1).floor_()' },
      { in: { x: values([-3, 0, 5], 'int32') }, run: ({ x }) => floor(x), torch: 'torch.floor(x)' },
    ],
  }),
  row('ceil', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 5], { min: -4, max: 4 }) }, run: ({ x }) => x.ceil(), torch: 'x.ceil()' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).ceil_(), torch: 'x.mul(1).ceil_()' },
      { in: { x: values([-3, 0, 5], 'int32') }, run: ({ x }) => ceil(x), torch: 'torch.ceil(x)' },
    ],
  }),
  row('trunc', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 5], { min: -4, max: 4 }) }, run: ({ x }) => x.trunc(), torch: 'x.trunc()' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).trunc_(), torch: 'x.mul(1).trunc_()' },
      { in: { x: values([-3, 0, 5], 'int32') }, run: ({ x }) => trunc(x), torch: 'torch.trunc(x)' },
    ],
  }),
  row('round', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 5], { min: -4, max: 4 }) }, run: ({ x }) => x.round(), torch: 'x.round()' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).round_(), torch: 'x.mul(1).round_()' },
      {
        in: { x: values([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]) },
        run: ({ x }) => round(x),
        torch: 'x.round()',
        gradcheck: 0,
      },
      {
        in: { x: f([2, 5], { min: -4, max: 4 }) },
        run: ({ x }) => x.round({ decimals: 2 }),
        torch: 'x.round(decimals=2)',
        elementwise: false,
      },
      {
        in: { x: f([2, 5], { min: -400, max: 400 }) },
        run: ({ x }) => x.round({ decimals: -1 }),
        torch: 'x.round(decimals=-1)',
        elementwise: false,
      },
      { in: { x: values([-3, 0, 5], 'int32') }, run: ({ x }) => round(x), torch: 'x.round()' },
    ],
    errors: [
      {
        run: () => tensor([1], { dtype: 'int32' }).round({ decimals: 1 }),
        type: DTypeError,
        message: 'round: needs a floating point input, got input int32 (use x.float())',
      },
      {
        run: () => tensor([1]).round({ decimals: 0.5 }),
        type: WasmgradError,
        message: 'round: decimals must be a whole number, got 0.5',
      },
    ],
  }),
  row('frac', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3], { min: -4, max: 4 }) }, run: ({ x }) => x.frac(), torch: 'x.frac()' },
      { in: { x: f([3]) }, run: ({ x }) => frac(x), torch: 'x.frac()' },
    ],
  }),
  row('clamp', {
    elementwise: true,
    signedZeros: false,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.clamp(-0.5, 1), torch: 'x.clamp(-0.5, 1)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.clamp({ min: -0.5 }), torch: 'x.clamp(min=-0.5)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.clamp({ max: 0.5 }), torch: 'x.clamp(max=0.5)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => clamp(x, null, 0.3), torch: 'x.clamp(None, 0.3)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.clamp(1, -1), torch: 'x.clamp(1, -1)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).clamp_(-0.5, 1), torch: 'x.mul(1).clamp_(-0.5, 1)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).clamp_({ min: 0 }), torch: 'x.mul(1).clamp_(min=0)' },
      { in: { x: ints([7], -5, 9) }, run: ({ x }) => x.clamp(-2, 3), torch: 'x.clamp(-2, 3)' },
      { in: { x: ints([7], -5, 9) }, run: ({ x }) => x.clamp(-1.5, 3), torch: 'x.clamp(-1.5, 3)', single: true },
      { in: { x: ints([7], 0, 200, 'uint8') }, run: ({ x }) => x.clamp(20, 90), torch: 'x.clamp(20, 90)' },
      {
        in: { x: f([3, 4]), a: f([4], { min: -1.5, max: 0 }), b: f([3, 1], { min: 0.2, max: 1.5 }) },
        run: ({ x, a, b }) => x.clamp(a, b),
        torch: 'torch.clamp(x, a, b)',
        elementwise: false,
      },
      {
        in: { x: f([3, 4]), a: f([4], { min: -1.5, max: 0 }), b: f([3, 1], { min: 0.2, max: 1.5 }) },
        run: ({ x, a, b }) => x.clamp({ min: a }).mul(b),
        torch: 'torch.clamp(x, min=a) * b',
        elementwise: false,
      },
      {
        in: { x: f([3, 4]), a: f([4], { min: -1.5, max: 0 }), b: f([3, 1], { min: 0.2, max: 1.5 }) },
        run: ({ x, a, b }) => x.clamp({ max: b }).add(a),
        torch: 'torch.clamp(x, max=b) + a',
        elementwise: false,
      },
    ],
    errors: [
      { run: () => tensor([1]).clamp(), type: WasmgradError, message: 'clamp: needs min or max' },
      {
        run: () => tensor([1]).clamp({ low: 1 } as object),
        type: WasmgradError,
        message: "clamp: unknown option 'low' (known: min, max)",
      },
      {
        run: () => tensor([1], { dtype: 'int32' }).clamp_(0.5, 2),
        type: DTypeError,
        message: 'clamp_: the result is float32, which a tensor of int32 cannot hold',
      },
    ],
  }),
  row('clampMin', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.clampMin(0.5), torch: 'x.clamp_min(0.5)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => clampMin(x, -0.5), torch: 'x.clamp_min(-0.5)' },
    ],
  }),
  row('clampMax', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.clampMax(0.5), torch: 'x.clamp_max(0.5)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => clampMax(x, -0.5), torch: 'x.clamp_max(-0.5)' },
    ],
  }),
];
