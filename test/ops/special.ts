import * as lib from '../../src/index.js';
import { DTypeError, WasmgradError, tensor, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { bools, f, ints, row, values, type Case, type Row } from './table.js';

/** Where a function is defined, and whether its second derivative is PyTorch's business. */
interface Unary {
  readonly name:
    | 'acos'
    | 'acosh'
    | 'asin'
    | 'asinh'
    | 'atan'
    | 'atanh'
    | 'cosh'
    | 'digamma'
    | 'erfc'
    | 'erfinv'
    | 'exp2'
    | 'lgamma'
    | 'sinc'
    | 'sinh';
  readonly min?: number;
  readonly max?: number;
  readonly more?: readonly number[];
  readonly specials?: Row['specials'];
}

const functions: readonly Unary[] = [
  { name: 'asin', min: -0.95, max: 0.95, more: [-1, 1, 1.5, 1e-9] },
  { name: 'acos', min: -0.95, max: 0.95, more: [-1, 1, 1.5, 1e-9] },
  { name: 'atan', min: -9, max: 9, more: [1e-9, 1e9] },
  { name: 'sinh', more: [1e-9, 21, 23, -88, 89] },
  { name: 'cosh', more: [1e-9, 21, 23, -88, 89] },
  { name: 'asinh', min: -9, max: 9, more: [1e-9, 1e9, 1e30] },
  { name: 'acosh', min: 1.1, max: 9, more: [1, 0.5, -2, 1e9, 1e30] },
  { name: 'atanh', min: -0.95, max: 0.95, more: [-1, 1, 1.5, 1e-9] },
  { name: 'erfc', more: [0.2, 0.25, 0.9, -1, 1.3, 3, 5, 9, 13, -8, 30] },
  { name: 'erfinv', min: -0.95, max: 0.95, more: [-1, 1, 1.5, 0.5, 0.51, 0.7, 0.71, 0.9999999] },
  { name: 'lgamma', min: 0.1, max: 6, more: [1, 2, 12, 1e9, 1e-30, -0.5, -2.75, -7.1, -3] },
  { name: 'digamma', min: 0.1, max: 6, more: [1, 12, 10, 1e9, -0.5, -2.75, -7.1, -3] },
  { name: 'exp2', more: [-140, 30, 127, 128, 0.5] },
  { name: 'sinc', min: 0.1, max: 3, more: [1e-4, 0, 9] },
];

function unary({ name, min = -2, max = 2, more = [], specials = 'value' }: Unary): Row {
  return row(name, {
    elementwise: true,
    specials,
    cases: [
      { in: { x: f([2, 3], { min, max }) }, run: ({ x }) => x[name](), torch: `torch.${name}(x)` },
      {
        in: { x: values(more, 'float32', { grad: false }) },
        run: ({ x }) => lib[name](x),
        torch: `torch.${name}(x)`,
        elementwise: false,
        single: true,
      },
      { in: { x: values([0, 1, 3], 'int32') }, run: ({ x }) => lib[name](x), torch: `torch.${name}(x)`, single: true },
      { in: { x: bools([3]) }, run: ({ x }) => lib[name](x), torch: `torch.${name}(x)`, single: true },
    ],
  });
}

const pair = (name: string, run: (x: Tensor, y: Tensor) => Tensor, torch: string): Case<'x' | 'y'>[] => [
  {
    in: { x: f([2, 3]), y: f([2, 3], { min: 0.1, max: 3 }) },
    run: ({ x, y }) => run(x, y),
    torch: `torch.${name}(x, y)`,
  },
  {
    in: { x: f([2, 1, 3]), y: f([4, 1], { min: 0.1, max: 3 }) },
    run: ({ x, y }) => run(x, y),
    torch,
    elementwise: false,
  },
];

const numbers = [-1, -0, 0, 2, Infinity, -Infinity, NaN];

export const rows: Row[] = [
  ...functions.map(unary),
  row('polygamma', {
    cases: [
      ...[0, 1, 2, 3, 7].map((n): Case<'x'> => ({
        in: { x: f([7], { min: 0.3, max: 9 }) },
        run: ({ x }) => lib.polygamma(n, x),
        torch: `torch.polygamma(${n}, x)`,
      })),
      {
        in: { x: values([-0.5, -3.25, 0, 1e9], 'float32', { grad: false }) },
        run: ({ x }) => [lib.polygamma(1, x), lib.polygamma(2, x)],
        torch: '[torch.polygamma(1, x), torch.polygamma(2, x)]',
      },
      { in: { x: ints([4], 1, 9) }, run: ({ x }) => lib.polygamma(1, x), torch: 'torch.polygamma(1, x)', single: true },
    ],
    errors: [
      {
        run: () => lib.polygamma(-1, zeros([2])),
        type: WasmgradError,
        message: 'polygamma: n must be a whole number of at least 0, got -1',
      },
    ],
  }),
  row('logit', {
    cases: [
      { in: { x: f([2, 3], { min: 0.05, max: 0.95 }) }, run: ({ x }) => x.logit(), torch: 'torch.logit(x)' },
      {
        in: { x: f([9], { min: -0.2, max: 1.2 }) },
        run: ({ x }) => [x.logit(0.1), lib.logit(x, { eps: 0.25 })],
        torch: '[torch.logit(x, 0.1), torch.logit(x, eps=0.25)]',
      },
      {
        in: { x: values([0, 1, -1, 2, NaN], 'float32', { grad: false }) },
        run: ({ x }) => [x.logit(), x.logit({ eps: 0.1 })],
        torch: '[x.logit(), x.logit(0.1)]',
      },
    ],
    errors: [
      {
        run: () => zeros([2]).logit({ epsilon: 1 } as object),
        type: WasmgradError,
        message: "logit: unknown option 'epsilon' (known: eps)",
      },
    ],
  }),
  row('nanToNum', {
    elementwise: true,
    specials: 'none',
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.nanToNum(), torch: 'torch.nan_to_num(x)' },
      {
        in: { x: f([2, 3]) },
        run: ({ x }) => lib.nanToNum(x, { nan: 1.5, posinf: 9, neginf: -7 }),
        torch: 'torch.nan_to_num(x, nan=1.5, posinf=9, neginf=-7)',
      },
      {
        in: { x: values(numbers) },
        run: ({ x }) => [x.nanToNum(), x.nanToNum({ nan: 3 })],
        torch: '[x.nan_to_num(), x.nan_to_num(3)]',
        elementwise: false,
        single: true,
      },
      { in: { x: ints([3], -4, 4) }, run: ({ x }) => x.nanToNum({ nan: 2 }), torch: 'torch.nan_to_num(x, 2)' },
    ],
    errors: [
      {
        run: () => zeros([2]).nanToNum({ NaN: 1 } as object),
        type: WasmgradError,
        message: "nanToNum: unknown option 'NaN' (known: nan, posinf, neginf)",
      },
    ],
  }),
  row('hypot', {
    elementwise: true,
    specials: 'value',
    cases: [
      ...pair('hypot', (x, y) => x.hypot(y), 'torch.hypot(x, y)'),
      {
        in: { x: values([1e30, 0, 3e-30]), y: values([1e30, 2, 4e-30]) },
        run: ({ x, y }) => lib.hypot(x, y),
        torch: 'torch.hypot(x, y)',
        elementwise: false,
        gradcheck: 0,
      },
    ],
  }),
  row('copysign', {
    elementwise: true,
    specials: 'value',
    cases: [
      ...pair('copysign', (x, y) => lib.copysign(x, y), 'torch.copysign(x, y)'),
      { in: { x: f([5]) }, run: ({ x }) => lib.copysign(x, -2), torch: 'torch.copysign(x, -2.0)' },
      { in: { x: ints([5], -9, 9) }, run: ({ x }) => lib.copysign(x, 2), torch: 'torch.copysign(x, 2)', single: true },
    ],
  }),
  row('signbit', {
    cases: [
      {
        in: { x: values(numbers, 'float32', { grad: false }), i: ints([4], -3, 3) },
        run: ({ x, i }) => [lib.signbit(x), lib.signbit(i)],
        torch: '[torch.signbit(x), torch.signbit(i)]',
      },
    ],
  }),
  row('isposinf', {
    cases: [
      { in: { x: values(numbers) }, run: ({ x }) => lib.isposinf(x), torch: 'torch.isposinf(x)' },
      { in: { x: values(numbers) }, run: ({ x }) => lib.isneginf(x), torch: 'torch.isneginf(x)' },
    ],
  }),
  row('heaviside', {
    cases: [
      {
        in: { x: values(numbers, 'float32', { grad: false }), y: f([7], { grad: false }) },
        run: ({ x, y }) => [x.heaviside(y), lib.heaviside(x, lib.tensor(0.5).to(x.dtype))],
        torch: '[torch.heaviside(x, y), torch.heaviside(x, torch.tensor(0.5))]',
      },
      {
        in: { x: ints([6], -2, 2), y: ints([6], 3, 9) },
        run: ({ x, y }) => x.heaviside(y),
        torch: 'torch.heaviside(x, y)',
      },
    ],
    errors: [
      {
        run: () => zeros([2]).heaviside(zeros([2], { dtype: 'int32' })),
        type: DTypeError,
        message: 'heaviside: values must have the dtype of input, got int32 for float32',
      },
    ],
  }),
  row('xlogy', {
    elementwise: true,
    signedZeros: false,
    specials: 'value',
    cases: [
      ...pair('xlogy', (x, y) => x.xlogy(y), 'torch.xlogy(x, y)'),
      { in: { x: f([5]) }, run: ({ x }) => lib.xlogy(x, 2), torch: 'torch.xlogy(x, 2)' },
      {
        in: { x: f([5]) },
        run: ({ x }) => [lib.xlogy(x, 0), lib.xlogy(x, Infinity)],
        torch: "[torch.xlogy(x, 0), torch.xlogy(x, float('inf'))]",
        gradcheck: 0,
      },
      { in: { y: f([5], { min: 0.1, max: 3 }) }, run: ({ y }) => lib.xlogy(2, y), torch: 'torch.xlogy(2, y)' },
      { in: { y: f([5], { grad: false }) }, run: ({ y }) => lib.xlogy(0, y), torch: 'torch.xlogy(0, y)' },
      {
        in: { x: ints([5], 0, 3), y: ints([5], 0, 4) },
        run: ({ x, y }) => lib.xlogy(x, y),
        torch: 'torch.xlogy(x, y)',
        single: true,
        elementwise: false,
      },
    ],
  }),
  row('logaddexp', {
    elementwise: true,
    specials: 'value',
    cases: pair('logaddexp', lib.logaddexp, 'torch.logaddexp(x, y)'),
  }),
  row('logaddexp2', {
    elementwise: true,
    specials: 'value',
    cases: pair('logaddexp2', lib.logaddexp2, 'torch.logaddexp2(x, y)'),
  }),
  row('fmax', {
    elementwise: true,
    signedZeros: false,
    cases: pair('fmax', lib.fmax, 'torch.fmax(x, y)'),
  }),
  row('fmin', {
    elementwise: true,
    signedZeros: false,
    cases: pair('fmin', lib.fmin, 'torch.fmin(x, y)'),
  }),
  row('deg2rad', {
    cases: [
      { in: { x: f([4], { min: -360, max: 360 }) }, run: ({ x }) => lib.deg2rad(x), torch: 'torch.deg2rad(x)' },
      { in: { x: f([4]) }, run: ({ x }) => lib.rad2deg(x), torch: 'torch.rad2deg(x)' },
    ],
  }),
  row('bitwiseLeftShift', {
    cases: [
      {
        in: { x: ints([8], -9, 9), n: ints([8], 0, 9) },
        run: ({ x, n }) => [lib.bitwiseLeftShift(x, n), lib.bitwiseLeftShift(x, 3)],
        torch: '[torch.bitwise_left_shift(x, n), torch.bitwise_left_shift(x, 3)]',
      },
      {
        in: { x: ints([8], 0, 255, 'uint8') },
        run: ({ x }) => [lib.bitwiseLeftShift(x, 3), lib.bitwiseRightShift(x, 2)],
        torch: '[torch.bitwise_left_shift(x, 3), torch.bitwise_right_shift(x, 2)]',
      },
    ],
    errors: [
      {
        run: () => lib.bitwiseLeftShift(zeros([2]), 1),
        type: DTypeError,
        message: 'bitwiseLeftShift: takes integers, got float32',
      },
    ],
  }),
  row('bitwiseRightShift', {
    cases: [
      {
        in: { x: ints([8], -999, 999), n: ints([8], 0, 40) },
        run: ({ x, n }) => [lib.bitwiseRightShift(x, n), lib.bitwiseRightShift(x, 3), lib.bitwiseRightShift(x, 31)],
        torch: '[torch.bitwise_right_shift(x, n), torch.bitwise_right_shift(x, 3), torch.bitwise_right_shift(x, 31)]',
      },
    ],
    errors: [
      {
        run: () => lib.bitwiseRightShift(tensor([1], { dtype: 'int32' }), 0.5),
        type: DTypeError,
        message: 'bitwiseRightShift: takes integers, got 0.5',
      },
    ],
  }),
];
