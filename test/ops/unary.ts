import {
  DTypeError,
  F,
  WasmgradError,
  abs,
  cos,
  erf,
  exp,
  expm1,
  isfinite,
  isinf,
  isnan,
  log,
  log10,
  log1p,
  log2,
  neg,
  reciprocal,
  relu,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  tan,
  tanh,
  tensor,
} from '../../src/index.js';
import { f, row, values, type Row } from './table.js';

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
  ...(['log2', 'log10'] as const).map((name) =>
    row(name, {
      elementwise: true,
      cases: [
        { in: { x: f([2, 3], { min: 0.1, max: 0.9 }) }, run: ({ x }) => x[name](), torch: `x.${name}()` },
        {
          in: { x: values([1, 8, 100], 'int32') },
          run: ({ x }) => ({ log2, log10 })[name](x),
          torch: `x.${name}()`,
          single: true,
        },
      ],
    }),
  ),
  row('tan', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3], { min: -1.2, max: 1.2 }) }, run: ({ x }) => x.tan(), torch: 'x.tan()' },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => tan(x), torch: 'x.tan()', single: true },
    ],
  }),
];
