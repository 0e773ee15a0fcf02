import * as lib from '../../src/index.js';
import { DTypeError, ShapeError, ones, zeros } from '../../src/index.js';
import { bools, f, ints, row, values, type Row } from './table.js';

const dtypes = {
  float: 'torch.float32',
  double: 'torch.float64',
  int: 'torch.int32',
  byte: 'torch.uint8',
  bool: 'torch.bool',
};

export const rows: Row[] = [
  row('clone', {
    elementwise: true,
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.clone(), torch: 'x.clone()' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => lib.clone(x.transpose(0, -1)), torch: 'x.transpose(0, -1).clone()' },
      { in: { x: bools([9]) }, run: ({ x }) => x.clone(), torch: 'x.clone()' },
      { in: { x: f([300, 200]) }, run: ({ x }) => x.T.clone(), large: true, elementwise: false },
    ],
  }),
  row('contiguous', {
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.T.contiguous(), torch: 'x.T.contiguous()' },
      {
        in: { x: f([2, 3, 5]) },
        run: ({ x }) => x.permute([1, 2, 0]).contiguous(),
        torch: 'x.permute(1, 2, 0).contiguous()',
      },
      {
        in: { x: f([5, 6, 9]) },
        run: ({ x }) => x.permute([2, 1, 0]).contiguous(),
        torch: 'x.permute(2, 1, 0).contiguous()',
      },
      { in: { x: f([3]) }, run: ({ x }) => x.expand([4, 3]).contiguous(), torch: 'x.expand(4, 3).contiguous()' },
    ],
  }),
  row('to', {
    elementwise: true,
    cases: [
      { in: { x: f([7]) }, run: ({ x }) => x.to('float32'), torch: 'x.to(torch.float32)', single: true },
      { in: { x: f([7]) }, run: ({ x }) => x.to('float64'), torch: 'x.to(torch.float64)', single: true },
    ],
    errors: [
      {
        run: () => zeros([2]).to('float16' as never),
        type: DTypeError,
        message: "to: unknown dtype 'float16' (known: float32, float64, int32, uint8, bool)",
      },
    ],
  }),
  ...(['float', 'double', 'int', 'byte', 'bool'] as const).map((name) =>
    row(name, {
      elementwise: true,
      // What no whole number can hold is undefined in PyTorch, too.
      specials: name === 'int' || name === 'byte' ? 'none' : 'value',
      cases: [
        {
          in: { x: f([7], { min: -9, max: 300 }) },
          run: ({ x }) => x[name](),
          torch: `x.to(${dtypes[name]})`,
          single: true,
        },
        {
          in: { x: values([-2.7, -0.5, 0, 0.5, 2.7, 300], 'float64') },
          run: ({ x }) => x[name](),
          torch: `x.to(${dtypes[name]})`,
          single: true,
        },
        { in: { x: ints([7], -300, 300) }, run: ({ x }) => x[name](), torch: `x.to(${dtypes[name]})`, single: true },
        {
          in: { x: ints([7], 0, 256, 'uint8') },
          run: ({ x }) => x[name](),
          torch: `x.to(${dtypes[name]})`,
          single: true,
        },
        { in: { x: bools([7]) }, run: ({ x }) => x[name](), torch: `x.to(${dtypes[name]})`, single: true },
      ],
    }),
  ),
  row('copy_', {
    cases: [
      { in: { x: f([2, 3]), y: f([3]) }, run: ({ x, y }) => x.clone().copy_(y), torch: 'x.clone().copy_(y)' },
      { in: { x: ints([4], 0, 9), y: f([4], { grad: false }) }, run: ({ x, y }) => x.copy_(y), torch: 'x.copy_(y)' },
      {
        in: { x: f([4, 3]), y: f([3]) },
        run: ({ x, y }) => {
          const z = x.mul(2);
          z.select(0, 1).copy_(y);
          return z;
        },
        torch: 'z = x * 2; z.select(0, 1).copy_(y); z',
      },
    ],
    errors: [
      {
        run: () => zeros([3]).copy_(zeros([2, 3])),
        type: ShapeError,
        message: 'copy_: source does not broadcast to input, got input [3], source [2, 3]',
      },
    ],
  }),
  row('fill_', {
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.mul(2).fill_(1.5), torch: '(x * 2).fill_(1.5)' },
      { in: { x: f([2, 3]), y: f([]) }, run: ({ x, y }) => x.mul(2).fill_(y), torch: '(x * 2).fill_(y)' },
      { in: { x: ints([4], 0, 9) }, run: ({ x }) => x.fill_(7), torch: 'x.fill_(7)' },
    ],
    errors: [
      {
        run: () => zeros([3]).fill_(zeros([3])),
        type: ShapeError,
        message: 'fill_: value must have no dims, got input [3], value [3]',
      },
    ],
  }),
  row('zero_', {
    cases: [
      {
        in: { x: f([3, 4]) },
        run: ({ x }) => {
          const z = x.mul(2);
          z.select(1, 2).zero_();
          return z;
        },
        torch: 'z = x * 2; z.select(1, 2).zero_(); z',
      },
    ],
  }),
  ...(['tril', 'triu'] as const).map((name) =>
    row(name, {
      cases: [
        { in: { x: f([4, 4]) }, run: ({ x }) => x[name](), torch: `x.${name}()` },
        { in: { x: f([2, 3, 5]) }, run: ({ x }) => x[name](1), torch: `x.${name}(1)` },
        { in: { x: f([5, 3]) }, run: ({ x }) => lib[name](x, -2), torch: `torch.${name}(x, -2)` },
        { in: { x: bools([3, 4]) }, run: ({ x }) => x[name](9), torch: `x.${name}(9)` },
        { in: { x: f([0, 3]) }, run: ({ x }) => x[name](), torch: `x.${name}()` },
      ],
      errors: [
        { run: () => zeros([3])[name](), type: ShapeError, message: `${name}: needs at least two dims, got input [3]` },
      ],
    }),
  ),
  row('where', {
    elementwise: true,
    cases: [
      {
        in: { c: bools([9]), x: f([9]), y: f([9]) },
        run: ({ c, x, y }) => x.where(c, y),
        torch: 'torch.where(c, x, y)',
      },
      {
        in: { c: bools([2, 1]), x: f([3]), y: f([2, 3]) },
        run: ({ c, x, y }) => lib.where(c, x, y),
        torch: 'torch.where(c, x, y)',
      },
      { in: { c: bools([9]), x: f([9]) }, run: ({ c, x }) => lib.where(c, x, 2), torch: 'torch.where(c, x, 2.0)' },
      {
        in: { c: bools([9]), x: f([9]) },
        run: ({ c, x }) => lib.where(c, 0.5, x),
        torch: 'torch.where(c, torch.tensor(0.5, dtype=x.dtype), x)',
      },
      { in: { c: bools([9]) }, run: ({ c }) => lib.where(c, 1, 0), torch: 'torch.where(c, 1, 0)' },
      {
        in: { c: bools([9]), x: ints([9], 0, 9), y: ints([9], 0, 9) },
        run: ({ c, x, y }) => lib.where(c, x, y),
        torch: 'torch.where(c, x, y)',
      },
      {
        in: { c: bools([9]), x: bools([9]), y: bools([9]) },
        run: ({ c, x, y }) => lib.where(c, x, y),
        torch: 'torch.where(c, x, y)',
      },
    ],
    errors: [
      {
        run: () => lib.where(zeros([2]), 1, 2),
        type: DTypeError,
        message: 'where: condition must be bool, got float32',
      },
      {
        run: () => lib.where(zeros([2], { dtype: 'bool' }), zeros([3]), 2),
        type: ShapeError,
        message: 'where: shapes do not broadcast, got condition [2], input [3]',
      },
    ],
  }),
  row('maskedFill', {
    elementwise: true,
    cases: [
      {
        in: { x: f([2, 3]), m: bools([2, 3]) },
        run: ({ x, m }) => x.maskedFill(m, -1.5),
        torch: 'x.masked_fill(m, -1.5)',
      },
      { in: { x: f([2, 3]), m: bools([3]) }, run: ({ x, m }) => lib.maskedFill(x, m, 2), torch: 'x.masked_fill(m, 2)' },
      { in: { x: f([3]), m: bools([2, 3]) }, run: ({ x, m }) => x.maskedFill(m, 2), torch: 'x.masked_fill(m, 2)' },
      {
        in: { x: f([2, 3]), m: bools([2, 3]), v: f([]) },
        run: ({ x, m, v }) => x.maskedFill(m, v),
        torch: 'x.masked_fill(m, v)',
        elementwise: false,
      },
      {
        in: { x: f([5]), m: bools([5]) },
        run: ({ x, m }) => x.maskedFill(m, -Infinity),
        torch: "x.masked_fill(m, float('-inf'))",
        gradcheck: 0, // Differences of infinities.
      },
    ],
    errors: [
      {
        run: () => zeros([2]).maskedFill(zeros([2]), 1),
        type: DTypeError,
        message: 'maskedFill: mask must be bool, got float32',
      },
    ],
  }),
  row('maskedFill_', {
    cases: [
      {
        in: { x: f([2, 3]), m: bools([3]) },
        run: ({ x, m }) => x.clone().maskedFill_(m, 2),
        torch: 'x.clone().masked_fill_(m, 2)',
      },
    ],
    errors: [
      {
        run: () => zeros([2]).maskedFill_(zeros([3, 2], { dtype: 'bool' }), 1),
        type: ShapeError,
        message: 'maskedFill_: mask does not broadcast to input, got input [2], mask [3, 2]',
      },
    ],
  }),
  row('lerp', {
    elementwise: true,
    cases: [
      { in: { x: f([4]), y: f([4]) }, run: ({ x, y }) => x.lerp(y, 0.25), torch: 'x.lerp(y, 0.25)' },
      { in: { x: f([4]), y: f([4]) }, run: ({ x, y }) => lib.lerp(x, y, 0.75), torch: 'torch.lerp(x, y, 0.75)' },
      { in: { x: f([4]), y: f([4]), w: f([4]) }, run: ({ x, y, w }) => x.lerp(y, w), torch: 'x.lerp(y, w)' },
      { in: { x: f([4]), y: f([4]) }, run: ({ x, y }) => x.clone().lerp_(y, 0.5), torch: 'x.clone().lerp_(y, 0.5)' },
    ],
    specials: 'none', // The difference of infinities is NaN in one of PyTorch's two branches and not in the other.
    errors: [
      {
        run: () => ones([2], { dtype: 'int32' }).lerp(ones([2]), 0.5),
        type: DTypeError,
        message: 'lerp: needs a floating point input, got input int32 (use x.float())',
      },
    ],
  }),
];
