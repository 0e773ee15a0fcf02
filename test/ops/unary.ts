import {
  DTypeError,
  F,
  WasmgradError,
  abs,
  ceil,
  clamp,
  cos,
  erf,
  exp,
  expm1,
  floor,
  isfinite,
  isinf,
  isnan,
  log,
  log1p,
  neg,
  reciprocal,
  relu,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  tanh,
  trunc,
  tensor,
} from '../../src/index.js';
import { f, ints, row, values, type Row } from './table.js';

export const rows: Row[] = [
  row('exp', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.exp(), torch: 'torch.exp(x)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).exp_(), torch: 'x.mul(1).exp_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => exp(x), torch: 'torch.exp(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => exp(x), torch: 'torch.exp(x)', single: true },
      {
        in: { x: values([-100, -88, -20, -1e-6, 0, 1e-6, 20, 80], 'float32') },
        run: ({ x }) => x.exp(),
        torch: 'x.exp()',
        gradcheck: 0,
        single: true,
      },
    ],
    errors: [
      {
        run: () => tensor([1], { dtype: 'int32' }).exp_(),
        type: DTypeError,
        message: 'exp_: the result is float32, which a tensor of int32 cannot hold',
      },
    ],
  }),
  row('expm1', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.expm1(), torch: 'torch.expm1(x)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).expm1_(), torch: 'x.mul(1).expm1_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => expm1(x), torch: 'torch.expm1(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => expm1(x), torch: 'torch.expm1(x)', single: true },
    ],
  }),
  row('log', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3], { min: 0.1, max: 4 }) }, run: ({ x }) => x.log(), torch: 'torch.log(x)' },
      { in: { x: f([2, 3], { min: 0.1, max: 4 }) }, run: ({ x }) => x.mul(1).log_(), torch: 'x.mul(1).log_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => log(x), torch: 'torch.log(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => log(x), torch: 'torch.log(x)', single: true },
    ],
  }),
  row('log1p', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3], { min: -0.9, max: 3 }) }, run: ({ x }) => x.log1p(), torch: 'torch.log1p(x)' },
      { in: { x: f([2, 3], { min: -0.9, max: 3 }) }, run: ({ x }) => x.mul(1).log1p_(), torch: 'x.mul(1).log1p_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => log1p(x), torch: 'torch.log1p(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => log1p(x), torch: 'torch.log1p(x)', single: true },
    ],
  }),
  row('sqrt', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3], { min: 0.1, max: 4 }) }, run: ({ x }) => x.sqrt(), torch: 'torch.sqrt(x)' },
      { in: { x: f([2, 3], { min: 0.1, max: 4 }) }, run: ({ x }) => x.mul(1).sqrt_(), torch: 'x.mul(1).sqrt_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => sqrt(x), torch: 'torch.sqrt(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => sqrt(x), torch: 'torch.sqrt(x)', single: true },
    ],
    errors: [
      {
        run: () => tensor([1], { dtype: 'int32' }).sqrt_(),
        type: DTypeError,
        message: 'sqrt_: the result is float32, which a tensor of int32 cannot hold',
      },
    ],
  }),
  row('rsqrt', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3], { min: 0.2, max: 4 }) }, run: ({ x }) => x.rsqrt(), torch: 'torch.rsqrt(x)' },
      { in: { x: f([2, 3], { min: 0.2, max: 4 }) }, run: ({ x }) => x.mul(1).rsqrt_(), torch: 'x.mul(1).rsqrt_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => rsqrt(x), torch: 'torch.rsqrt(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => rsqrt(x), torch: 'torch.rsqrt(x)', single: true },
    ],
  }),
  row('reciprocal', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3], { min: 0.3, max: 3 }) }, run: ({ x }) => x.reciprocal(), torch: 'torch.reciprocal(x)' },
      {
        in: { x: f([2, 3], { min: 0.3, max: 3 }) },
        run: ({ x }) => x.mul(1).reciprocal_(),
        torch: 'x.mul(1).reciprocal_()',
      },
      {
        in: { x: values([0, 1, 3], 'int32') },
        run: ({ x }) => reciprocal(x),
        torch: 'torch.reciprocal(x)',
        single: true,
      },
      {
        in: { x: values([true, false], 'bool') },
        run: ({ x }) => reciprocal(x),
        torch: 'torch.reciprocal(x)',
        single: true,
      },
    ],
  }),
  row('sin', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3], { min: -9, max: 9 }) }, run: ({ x }) => x.sin(), torch: 'torch.sin(x)' },
      { in: { x: f([2, 3], { min: -9, max: 9 }) }, run: ({ x }) => x.mul(1).sin_(), torch: 'x.mul(1).sin_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => sin(x), torch: 'torch.sin(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => sin(x), torch: 'torch.sin(x)', single: true },
    ],
  }),
  row('cos', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3], { min: -9, max: 9 }) }, run: ({ x }) => x.cos(), torch: 'torch.cos(x)' },
      { in: { x: f([2, 3], { min: -9, max: 9 }) }, run: ({ x }) => x.mul(1).cos_(), torch: 'x.mul(1).cos_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => cos(x), torch: 'torch.cos(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => cos(x), torch: 'torch.cos(x)', single: true },
    ],
  }),
  row('tanh', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.tanh(), torch: 'torch.tanh(x)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).tanh_(), torch: 'x.mul(1).tanh_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => tanh(x), torch: 'torch.tanh(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => tanh(x), torch: 'torch.tanh(x)', single: true },
    ],
  }),
  row('sigmoid', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.sigmoid(), torch: 'torch.sigmoid(x)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).sigmoid_(), torch: 'x.mul(1).sigmoid_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => sigmoid(x), torch: 'torch.sigmoid(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => sigmoid(x), torch: 'torch.sigmoid(x)', single: true },
    ],
  }),
  row('erf', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.erf(), torch: 'torch.erf(x)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).erf_(), torch: 'x.mul(1).erf_()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => erf(x), torch: 'torch.erf(x)', single: true },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => erf(x), torch: 'torch.erf(x)', single: true },
    ],
  }),
  row('square', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.square(), torch: 'torch.square(x)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).square_(), torch: 'x.mul(1).square_()' },
      { in: { x: values([-3, 0, 5], 'int32') }, run: ({ x }) => square(x), torch: 'torch.square(x)' },
      { in: { x: values([3, 20], 'uint8') }, run: ({ x }) => square(x), torch: 'torch.square(x)' },
    ],
  }),
  row('neg', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.neg(), torch: '-x' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).neg_(), torch: 'x.mul(1).neg_()' },
      { in: { x: values([-3, 0, 5], 'int32') }, run: ({ x }) => neg(x), torch: '-x' },
      { in: { x: values([0, 1, 200], 'uint8') }, run: ({ x }) => neg(x), torch: '-x' },
    ],
    errors: [
      {
        run: () => tensor([true]).neg(),
        type: DTypeError,
        message: 'neg: takes float32, float64, int32, uint8, got input bool',
      },
    ],
  }),
  row('abs', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.abs(), torch: 'x.abs()' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).abs_(), torch: 'x.mul(1).abs_()' },
      { in: { x: values([-3, 0, 5], 'int32') }, run: ({ x }) => abs(x), torch: 'x.abs()' },
      { in: { x: values([0, 1, 200], 'uint8') }, run: ({ x }) => abs(x), torch: 'x.abs()' },
    ],
    errors: [
      {
        run: () => tensor([true]).abs(),
        type: DTypeError,
        message: 'abs: takes float32, float64, int32, uint8, got input bool',
      },
    ],
  }),
  row('sign', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.sign(), torch: 'x.sign()' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).sign_(), torch: 'x.mul(1).sign_()' },
      { in: { x: values([-3, 0, 5], 'int32') }, run: ({ x }) => sign(x), torch: 'x.sign()' },
      { in: { x: values([0, 1, 200], 'uint8') }, run: ({ x }) => sign(x), torch: 'x.sign()' },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => sign(x), torch: 'x.sign()' },
    ],
  }),
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
        message: 'round: decimals need a floating point tensor, got int32',
      },
      {
        run: () => tensor([1]).round({ decimals: 0.5 }),
        type: WasmgradError,
        message: 'round: decimals must be a whole number, got 0.5',
      },
    ],
  }),
  row('isnan', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.isnan(), torch: 'x.isnan()' },
      { in: { x: values([0, Infinity, -Infinity, NaN, 1]) }, run: ({ x }) => isnan(x), torch: 'torch.isnan(x)' },
      { in: { x: values([1, 2, 3], 'int32') }, run: ({ x }) => isnan(x), torch: 'torch.isnan(x)' },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => isnan(x), torch: 'torch.isnan(x)' },
    ],
    gradcheck: 0, // has no gradient
  }),
  row('isinf', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.isinf(), torch: 'x.isinf()' },
      { in: { x: values([0, Infinity, -Infinity, NaN, 1]) }, run: ({ x }) => isinf(x), torch: 'torch.isinf(x)' },
      { in: { x: values([1, 2, 3], 'int32') }, run: ({ x }) => isinf(x), torch: 'torch.isinf(x)' },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => isinf(x), torch: 'torch.isinf(x)' },
    ],
    gradcheck: 0, // has no gradient
  }),
  row('isfinite', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.isfinite(), torch: 'x.isfinite()' },
      { in: { x: values([0, Infinity, -Infinity, NaN, 1]) }, run: ({ x }) => isfinite(x), torch: 'torch.isfinite(x)' },
      { in: { x: values([1, 2, 3], 'int32') }, run: ({ x }) => isfinite(x), torch: 'torch.isfinite(x)' },
      { in: { x: values([true, false], 'bool') }, run: ({ x }) => isfinite(x), torch: 'torch.isfinite(x)' },
    ],
    gradcheck: 0, // has no gradient
  }),
  row('relu', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.relu(), torch: 'x.relu()' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(1).relu_(), torch: 'x.mul(1).relu_()' },
      { in: { x: f([2, 3]) }, run: ({ x }) => F.relu(x), torch: 'F.relu(x)' },
      {
        in: { x: f([2, 3]) },
        run: ({ x }) => F.relu(x.mul(1), { inplace: true }),
        torch: 'F.relu(x.mul(1), inplace=True)',
      },
      { in: { x: values([-3, 0, 5], 'int32') }, run: ({ x }) => relu(x), torch: 'torch.relu(x)' },
      { in: { x: values([0, 5], 'uint8') }, run: ({ x }) => relu(x), torch: 'torch.relu(x)' },
    ],
    errors: [
      {
        run: () => tensor([true]).relu(),
        type: DTypeError,
        message: 'relu: takes float32, float64, int32, uint8, got input bool',
      },
      {
        run: () => F.relu(tensor([1]), { inPlace: true } as object),
        type: WasmgradError,
        message: "relu: unknown option 'inPlace' (known: inplace)",
      },
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
];
