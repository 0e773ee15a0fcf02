import * as lib from '../../src/index.js';
import { DTypeError, ShapeError, WasmgradError, ones, tensor, zeros } from '../../src/index.js';
import { bools, f, ints, row, type Row } from './table.js';

const away = { min: 0.5, max: 3 };

export const rows: Row[] = [
  row('add', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]), y: f([2, 3]) }, run: ({ x, y }) => x.add(y), torch: 'x.add(y)' },
      { in: { x: f([2, 3]), y: f([3]) }, run: ({ x, y }) => x.add(y, { alpha: -1.5 }), torch: 'x.add(y, alpha=-1.5)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.add(2, { alpha: 3 }), torch: 'x.add(2, alpha=3)' },
      { in: { x: f([2, 1, 3]), y: f([4, 1]) }, run: ({ x, y }) => lib.add(x, y), torch: 'torch.add(x, y)' },
      { in: { x: f([2]), y: ints([2], -5, 5) }, run: ({ x, y }) => y.add(x), torch: 'y.add(x)' },
      { in: { x: ints([5], -9, 9) }, run: ({ x }) => x.add(2), torch: 'x.add(2)' },
      { in: { x: ints([5], -9, 9) }, run: ({ x }) => x.add(0.5), torch: 'x.add(0.5)', single: true },
      { in: { x: ints([5], 0, 256, 'uint8') }, run: ({ x }) => x.add(200, { alpha: 2 }), torch: 'x.add(200, alpha=2)' },
      { in: { x: bools([5]), y: bools([5]) }, run: ({ x, y }) => x.add(y), torch: 'x.add(y)' },
      { in: { x: bools([5]) }, run: ({ x }) => x.add(3), torch: 'x.add(3)' },
      { in: { x: bools([5]), y: ints([5], 0, 256, 'uint8') }, run: ({ x, y }) => x.add(y), torch: 'x.add(y)' },
      { in: { x: ints([2], -5, 5), y: f([]) }, run: ({ x, y }) => x.add(y), torch: 'x.add(y)', elementwise: false },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).add(zeros([4])),
        type: ShapeError,
        message: 'add: shapes do not broadcast, got input [2, 3], other [4]',
      },
      {
        run: () => zeros([2], { dtype: 'int32' }).add(1, { alpha: 0.5 }),
        type: DTypeError,
        message: 'add: alpha must be a whole number for integer tensors, got 0.5',
      },
      {
        run: () => zeros([2]).add(1, { beta: 2 } as never),
        type: WasmgradError,
        message: "add: unknown option 'beta' (known: alpha)",
      },
      {
        run: () => zeros([2]).add(undefined as never),
        type: DTypeError,
        message: 'add: other must be a tensor, a number or a boolean, got undefined',
      },
    ],
  }),
  row('add_', {
    cases: [
      {
        in: { x: f([2, 3]), y: f([3]) },
        run: ({ x, y }) => x.clone().add_(y, { alpha: 2 }),
        torch: 'x.clone().add_(y, alpha=2)',
      },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.clone().add_(2), torch: 'x.clone().add_(2)' },
      { in: { x: ints([3], 0, 256, 'uint8') }, run: ({ x }) => x.add_(100), torch: 'x.add_(100)' },
    ],
    errors: [
      {
        run: () => zeros([3]).add_(zeros([2, 3])),
        type: ShapeError,
        message: 'add_: the result [2, 3] does not fit in place, got input [3], other [2, 3]',
      },
      {
        run: () => zeros([3], { dtype: 'int32' }).add_(0.5),
        type: DTypeError,
        message: 'add_: the result is float32, which a tensor of int32 cannot hold',
      },
      {
        run: () => ones([3], { requiresGrad: true }).add_(1),
        type: WasmgradError,
        message: 'add_: a leaf that requires a gradient cannot be changed in place (do it in noGrad())',
      },
    ],
  }),
  row('sub', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]), y: f([3]) }, run: ({ x, y }) => x.sub(y, { alpha: 2 }), torch: 'x.sub(y, alpha=2)' },
      { in: { x: f([4]) }, run: ({ x }) => x.sub(2), torch: 'x.sub(2)' },
      { in: { x: ints([5], 0, 256, 'uint8') }, run: ({ x }) => x.sub(200), torch: 'x.sub(200)' },
      { in: { x: f([4]) }, run: ({ x }) => lib.sub(2, x), torch: 'torch.sub(torch.tensor(2), x)' },
    ],
    errors: [
      {
        run: () => zeros([2], { dtype: 'bool' }).sub(1),
        type: DTypeError,
        message: 'sub: not defined for bool (use logicalXor() or logicalNot())',
      },
    ],
  }),
  row('sub_', {
    cases: [
      { in: { x: f([2, 3]), y: f([3]) }, run: ({ x, y }) => x.clone().sub_(y), torch: 'x.clone().sub_(y)' },
      { in: { x: f([3]) }, run: ({ x }) => x.clone().sub_(1, { alpha: 2 }), torch: 'x.clone().sub_(1, alpha=2)' },
    ],
  }),
  row('rsub', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.rsub(1), torch: '1 - x' },
      {
        in: { x: f([2, 3]), y: f([3]) },
        run: ({ x, y }) => x.rsub(y, { alpha: 2 }),
        torch: 'torch.rsub(x, y, alpha=2)',
      },
    ],
  }),
  row('mul', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]), y: f([2, 3]) }, run: ({ x, y }) => x.mul(y), torch: 'x.mul(y)' },
      { in: { x: f([2, 3]), y: f([2, 1]) }, run: ({ x, y }) => lib.mul(x, y), torch: 'torch.mul(x, y)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(-2.5), torch: 'x.mul(-2.5)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(x), torch: 'x.mul(x)' },
      { in: { x: ints([5], 0, 256, 'uint8') }, run: ({ x }) => x.mul(7), torch: 'x.mul(7)' },
      { in: { x: bools([5]), y: bools([5]) }, run: ({ x, y }) => x.mul(y), torch: 'x.mul(y)' },
      { in: { x: f([5]), y: bools([5]) }, run: ({ x, y }) => x.mul(y), torch: 'x.mul(y)' },
    ],
  }),
  row('mul_', {
    cases: [
      { in: { x: f([2, 3]), y: f([3]) }, run: ({ x, y }) => x.clone().mul_(y), torch: 'x.clone().mul_(y)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.clone().mul_(3), torch: 'x.clone().mul_(3)' },
    ],
  }),
  row('div', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]), y: f([3], away) }, run: ({ x, y }) => x.div(y), torch: 'x.div(y)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.div(3), torch: 'x.div(3)' },
      { in: { x: f([3], away) }, run: ({ x }) => lib.div(2, x), torch: 'torch.div(2, x)' },
      { in: { x: ints([5], -9, 9) }, run: ({ x }) => x.div(2), torch: 'x.div(2)', single: true },
      {
        in: { x: ints([5], -9, 9), y: ints([5], 1, 4) },
        run: ({ x, y }) => x.div(y, { roundingMode: 'trunc' }),
        torch: "x.div(y, rounding_mode='trunc')",
      },
      {
        in: { x: ints([5], -9, 9) },
        run: ({ x }) => x.div(2, { roundingMode: 'floor' }),
        torch: "x.div(2, rounding_mode='floor')",
      },
    ],
    errors: [
      {
        run: () => ones([2], { dtype: 'int32' }).div(0, { roundingMode: 'floor' }),
        type: WasmgradError,
        message: 'div: ZeroDivisionError, an integer divisor is 0',
      },
      {
        run: () => ones([2]).div(2, { roundingMode: 'ceil' as never }),
        type: WasmgradError,
        message: "div: roundingMode must be null, 'floor' or 'trunc', got 'ceil'",
      },
      {
        run: () => ones([2], { dtype: 'bool' }).div(ones([2], { dtype: 'bool' }), { roundingMode: 'floor' }),
        type: DTypeError,
        message: 'div: not defined for bool (cast with int() or float())',
      },
    ],
  }),
  row('div, rounded', {
    elementwise: true,
    // A step function: its difference quotients are 0 or huge. Its gradient, zeros, is compared with PyTorch's.
    gradcheck: 0,
    cases: [
      {
        in: { x: f([7]), y: f([7], away) },
        run: ({ x, y }) => x.div(y, { roundingMode: 'floor' }),
        torch: "x.div(y, rounding_mode='floor')",
      },
      {
        in: { x: f([7]), y: f([7], away) },
        run: ({ x, y }) => x.div(y, { roundingMode: 'trunc' }),
        torch: "x.div(y, rounding_mode='trunc')",
      },
    ],
  }),
  row('div_', {
    cases: [
      { in: { x: f([2, 3]), y: f([3], away) }, run: ({ x, y }) => x.clone().div_(y), torch: 'x.clone().div_(y)' },
      {
        in: { x: ints([3], -9, 9) },
        run: ({ x }) => x.div_(2, { roundingMode: 'floor' }),
        torch: "x.div_(2, rounding_mode='floor')",
      },
    ],
    errors: [
      {
        run: () => ones([2], { dtype: 'int32' }).div_(2),
        type: DTypeError,
        message: 'div_: the result is float32, which a tensor of int32 cannot hold',
      },
    ],
  }),
  row('floorDivide', {
    elementwise: true,
    gradcheck: 0, // A step function, and not differentiable in PyTorch.
    cases: [
      {
        in: { x: f([7], { grad: false }), y: f([7], { ...away, grad: false }) },
        run: ({ x, y }) => x.floorDivide(y),
        torch: 'x.floor_divide(y)',
      },
      { in: { x: ints([7], -9, 9) }, run: ({ x }) => x.floorDivide(-4), torch: 'x.floor_divide(-4)' },
      {
        in: { x: ints([7], 0, 256, 'uint8') },
        run: ({ x }) => lib.floorDivide(x, 7),
        torch: 'torch.floor_divide(x, 7)',
      },
    ],
    errors: [
      {
        run: () => ones([2], { dtype: 'int32' }).floorDivide(tensor([1, 0], { dtype: 'int32' })),
        type: WasmgradError,
        message: 'floorDivide: ZeroDivisionError, an integer divisor is 0',
      },
    ],
  }),
  row('remainder', {
    elementwise: true,
    cases: [
      { in: { x: f([7]), y: f([7], away) }, run: ({ x, y }) => x.remainder(y), torch: 'x.remainder(y)' },
      {
        in: { x: f([7]), y: f([7], { min: -3, max: -0.5 }) },
        run: ({ x, y }) => lib.remainder(x, y),
        torch: 'torch.remainder(x, y)',
      },
      { in: { x: f([7]) }, run: ({ x }) => x.remainder(0.7), torch: 'x.remainder(0.7)' },
      { in: { x: ints([7], -9, 9) }, run: ({ x }) => x.remainder(-4), torch: 'x.remainder(-4)' },
      { in: { x: ints([7], 0, 256, 'uint8') }, run: ({ x }) => x.remainder(7), torch: 'x.remainder(7)' },
    ],
    errors: [
      {
        run: () => ones([2], { dtype: 'int32' }).remainder(0),
        type: WasmgradError,
        message: 'remainder: ZeroDivisionError, an integer divisor is 0',
      },
    ],
  }),
  row('fmod', {
    elementwise: true,
    cases: [
      {
        in: { x: f([7]), y: f([7], { min: -3, max: -0.5 }) },
        run: ({ x, y }) => x.fmod(y),
        torch: 'x.fmod(y)',
      },
      { in: { x: f([7]) }, run: ({ x }) => lib.fmod(x, 0.7), torch: 'torch.fmod(x, 0.7)' },
      { in: { x: ints([7], -9, 9) }, run: ({ x }) => x.fmod(4), torch: 'x.fmod(4)' },
    ],
  }),
  row('pow', {
    elementwise: true,
    cases: [
      { in: { x: f([7], away), y: f([7]) }, run: ({ x, y }) => x.pow(y), torch: 'x.pow(y)' },
      ...[0, 1, 2, 3, 0.5, -0.5, -1, -2, 2.5, 4].map((n) => ({
        in: { x: f([7], away) },
        run: ({ x }: { x: lib.Tensor }) => x.pow(n),
        torch: `x.pow(${n})`,
      })),
      { in: { x: f([7]) }, run: ({ x }) => lib.pow(2, x), torch: 'torch.pow(2, x)' },
      { in: { x: f([7], away) }, run: ({ x }) => lib.pow(0, x), torch: 'torch.pow(0, x)' },
      { in: { x: ints([7], -5, 5) }, run: ({ x }) => x.pow(3), torch: 'x.pow(3)' },
      { in: { x: ints([7], -2, 3), y: ints([7], 0, 5) }, run: ({ x, y }) => x.pow(y), torch: 'x.pow(y)' },
      { in: { x: ints([7], 0, 99, 'uint8') }, run: ({ x }) => x.pow(3), torch: 'x.pow(3)' },
      { in: { x: ints([7], 1, 9) }, run: ({ x }) => x.pow(0.5), torch: 'x.pow(0.5)', single: true },
    ],
    errors: [
      {
        run: () => ones([2], { dtype: 'int32' }).pow(-1),
        type: WasmgradError,
        message: 'pow: integers to negative integer powers are not allowed (cast with float())',
      },
    ],
  }),
  row('pow_', {
    cases: [
      { in: { x: f([3], away) }, run: ({ x }) => x.clone().pow_(3), torch: 'x.clone().pow_(3)' },
      { in: { x: f([3], away), y: f([3]) }, run: ({ x, y }) => x.clone().pow_(y), torch: 'x.clone().pow_(y)' },
    ],
  }),
  row('atan2', {
    elementwise: true,
    cases: [
      { in: { x: f([7]), y: f([7]) }, run: ({ x, y }) => x.atan2(y), torch: 'x.atan2(y)' },
      {
        in: { x: f([7]), y: f([7]) },
        run: ({ x, y }) => lib.atan2(x, y),
        torch: 'torch.atan2(x, y)',
      },
    ],
  }),
  row('addcmul', {
    elementwise: true,
    cases: [
      {
        in: { x: f([4]), a: f([4]), b: f([4]) },
        run: ({ x, a, b }) => x.addcmul(a, b, { value: 0.5 }),
        torch: 'x.addcmul(a, b, value=0.5)',
      },
      {
        in: { x: f([4]), a: f([4]), b: f([4]) },
        run: ({ x, a, b }) => x.clone().addcmul_(a, b),
        torch: 'x.clone().addcmul_(a, b)',
      },
    ],
  }),
  row('addcdiv', {
    elementwise: true,
    cases: [
      {
        in: { x: f([4]), a: f([4]), b: f([4], away) },
        run: ({ x, a, b }) => x.addcdiv(a, b, { value: -2 }),
        torch: 'x.addcdiv(a, b, value=-2)',
      },
      {
        in: { x: f([4]), a: f([4]), b: f([4], away) },
        run: ({ x, a, b }) => x.clone().addcdiv_(a, b),
        torch: 'x.clone().addcdiv_(a, b)',
      },
    ],
  }),
  row('remainder_', {
    cases: [
      {
        in: { x: f([5]) },
        run: ({ x }) => x.clone().remainder_(0.7),
        torch: 'x.clone().remainder_(0.7)',
      },
      { in: { x: f([5]) }, run: ({ x }) => x.clone().fmod_(0.7), torch: 'x.clone().fmod_(0.7)' },
      { in: { x: ints([5], -9, 9) }, run: ({ x }) => x.floorDivide_(2), torch: 'x.floor_divide_(2)' },
      { in: { x: ints([5], 0, 256, 'uint8') }, run: ({ x }) => x.floorDivide_(7), torch: 'x.floor_divide_(7)' },
    ],
  }),
];
