import * as lib from '../../src/index.js';
import { DTypeError, ShapeError, zeros } from '../../src/index.js';
import { bools, f, ints, row, values, type Row } from './table.js';

export const rows: Row[] = [
  ...(['maximum', 'minimum'] as const).map((name) =>
    row(name, {
      elementwise: true,
      signedZeros: false,
      cases: [
        { in: { x: f([7]), y: f([7]) }, run: ({ x, y }) => x[name](y), torch: `x.${name}(y)` },
        {
          in: { x: values([1, 2, 3]), y: values([3, 2, 1]) },
          run: ({ x, y }) => lib.maximum(x, y).add(lib.minimum(x, y)),
          torch: 'torch.maximum(x, y) + torch.minimum(x, y)',
          gradcheck: 0, // Equal operands: a kink.
        },
        { in: { x: f([2, 3]), y: f([3]) }, run: ({ x, y }) => lib[name](x, y), torch: `torch.${name}(x, y)` },
        {
          in: { x: ints([7], -9, 9), y: ints([7], -9, 9) },
          run: ({ x, y }) => x[name](y),
          torch: `x.${name}(y)`,
        },
        { in: { x: bools([7]), y: bools([7]) }, run: ({ x, y }) => x[name](y), torch: `x.${name}(y)` },
        {
          in: { x: ints([7], 0, 256, 'uint8'), y: ints([7], 0, 256, 'uint8') },
          run: ({ x, y }) => x[name](y),
          torch: `x.${name}(y)`,
        },
      ],
    }),
  ),
  ...(['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const).map((name) =>
    row(name, {
      elementwise: true,
      gradcheck: 0, // The result is bool.
      cases: [
        { in: { x: f([7]), y: f([7]) }, run: ({ x, y }) => x[name](y), torch: `x.${name}(y)` },
        { in: { x: f([2, 3]) }, run: ({ x }) => x[name](0.25), torch: `x.${name}(0.25)` },
        { in: { x: ints([9], 0, 3), y: ints([9], 0, 3) }, run: ({ x, y }) => x[name](y), torch: `x.${name}(y)` },
        { in: { x: ints([9], 0, 3), y: f([9]) }, run: ({ x, y }) => lib[name](x, y), torch: `torch.${name}(x, y)` },
        { in: { x: ints([9], 0, 3) }, run: ({ x }) => x[name](1), torch: `x.${name}(1)` },
        { in: { x: bools([9]), y: bools([9]) }, run: ({ x, y }) => x[name](y), torch: `x.${name}(y)` },
        { in: { x: ints([9], 0, 3, 'uint8') }, run: ({ x }) => x[name](1), torch: `x.${name}(1)` },
      ],
      errors: [
        {
          run: () => zeros([2, 3])[name](zeros([2])),
          type: ShapeError,
          message: `${name}: shapes do not broadcast, got input [2, 3], other [2]`,
        },
      ],
    }),
  ),
  row('logicalNot', {
    elementwise: true,
    gradcheck: 0, // The result is bool.
    cases: [
      { in: { x: bools([9]) }, run: ({ x }) => x.logicalNot(), torch: 'x.logical_not()' },
      { in: { x: ints([9], 0, 3) }, run: ({ x }) => lib.logicalNot(x), torch: 'torch.logical_not(x)' },
      { in: { x: f([9]) }, run: ({ x }) => x.logicalNot(), torch: 'x.logical_not()' },
    ],
  }),
  row('bitwiseNot', {
    elementwise: true,
    cases: [
      { in: { x: ints([9], -99, 99) }, run: ({ x }) => x.bitwiseNot(), torch: 'x.bitwise_not()' },
      { in: { x: ints([9], 0, 256, 'uint8') }, run: ({ x }) => lib.bitwiseNot(x), torch: 'torch.bitwise_not(x)' },
      { in: { x: bools([9]) }, run: ({ x }) => x.bitwiseNot(), torch: 'x.bitwise_not()' },
    ],
  }),
  row('isclose', {
    elementwise: true,
    gradcheck: 0, // The result is bool.
    cases: [
      {
        in: { x: f([9]), y: f([9]) },
        run: ({ x, y }) => x.isclose(y, { rtol: 0.5, atol: 0.3 }),
        torch: 'x.isclose(y, rtol=0.5, atol=0.3)',
      },
      { in: { x: f([9]) }, run: ({ x }) => lib.isclose(x, x.add(1e-9)), torch: 'torch.isclose(x, x + 1e-9)' },
      {
        in: { x: f([9]), y: f([9]) },
        run: ({ x, y }) => x.isclose(y, { equalNan: true }),
        torch: 'x.isclose(y, equal_nan=True)',
      },
      { in: { x: ints([9], 0, 3), y: ints([9], 0, 3) }, run: ({ x, y }) => x.isclose(y), torch: 'x.isclose(y)' },
    ],
  }),
  row('allclose', {
    gradcheck: 0, // The result is a boolean.
    cases: [
      { in: { x: f([9]) }, run: ({ x }) => x.allclose(x.add(1e-9)), torch: 'x.allclose(x + 1e-9)' },
      { in: { x: f([9]) }, run: ({ x }) => lib.allclose(x, x.add(1)), torch: 'torch.allclose(x, x + 1)' },
      { in: { x: f([9]) }, run: ({ x }) => x.equal(x.clone()), torch: 'x.equal(x.clone())' },
      { in: { x: f([9]), y: f([3]) }, run: ({ x, y }) => lib.equal(x, y), torch: 'torch.equal(x, y)' },
    ],
  }),
  ...(['And', 'Or', 'Xor'] as const).map((name) =>
    row(`logical${name}`, {
      elementwise: true,
      gradcheck: 0, // The result is bool.
      cases: [
        {
          in: { x: bools([9]), y: bools([9]) },
          run: ({ x, y }) => x[`logical${name}`](y),
          torch: `x.logical_${name.toLowerCase()}(y)`,
        },
        {
          in: { x: ints([9], 0, 2), y: f([9]) },
          run: ({ x, y }) => lib[`logical${name}`](x, y),
          torch: `torch.logical_${name.toLowerCase()}(x, y)`,
        },
      ],
    }),
  ),
  ...(['And', 'Or', 'Xor'] as const).map((name) =>
    row(`bitwise${name}`, {
      elementwise: true,
      cases: [
        {
          in: { x: ints([9], -99, 99), y: ints([9], -99, 99) },
          run: ({ x, y }) => x[`bitwise${name}`](y),
          torch: `x.bitwise_${name.toLowerCase()}(y)`,
        },
        {
          in: { x: ints([9], 0, 256, 'uint8') },
          run: ({ x }) => lib[`bitwise${name}`](x, 5),
          torch: `torch.bitwise_${name.toLowerCase()}(x, 5)`,
        },
        {
          in: { x: bools([9]), y: bools([9]) },
          run: ({ x, y }) => x[`bitwise${name}`](y),
          torch: `x.bitwise_${name.toLowerCase()}(y)`,
        },
      ],
      errors: [
        {
          run: () => zeros([2])[`bitwise${name}`](1),
          type: DTypeError,
          message: `bitwise${name}: takes integers and bools, got float32`,
        },
      ],
    }),
  ),
];
