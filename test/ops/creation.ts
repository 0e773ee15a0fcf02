import {
  DTypeError,
  ShapeError,
  WasmgradError,
  arange,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  linspace,
  logspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from '../../src/index.js';
import { f, ints, row, type Row } from './table.js';

/** No inputs carry a precision here: everything is computed in the dtype that it says. */
const single = true;
const exact = { single, tolerance: { float32: 0 } };
const double = { single, tolerance: { float32: 1e-15 } };

export const rows: Row[] = [
  row('zeros', {
    cases: [
      { run: () => zeros([2, 3]), torch: 'torch.zeros(2, 3)', ...exact },
      { run: () => zeros([0, 2], { dtype: 'bool' }), torch: 'torch.zeros(0, 2, dtype=torch.bool)', ...exact },
      { run: () => zeros([], { dtype: 'int32' }), torch: 'torch.zeros((), dtype=torch.int32)', ...exact },
    ],
    errors: [
      { run: () => zeros([-1]), type: ShapeError, message: 'zeros: [-1] is not a shape' },
      {
        run: () => zeros(3 as unknown as number[]),
        type: ShapeError,
        message: 'zeros: the shape must be an array, got 3',
      },
      {
        run: () => zeros([3], { dtype: 'int64' as 'int32' }),
        type: DTypeError,
        message: "zeros: unknown dtype 'int64' (known: float32, float64, int32, uint8, bool)",
      },
      {
        run: () => zeros([3], { device: 'cpu' } as object),
        type: WasmgradError,
        message: "zeros: unknown option 'device' (known: dtype, requiresGrad)",
      },
    ],
  }),
  row('ones', {
    cases: [
      { run: () => ones([2, 3]), torch: 'torch.ones(2, 3)', ...exact },
      { run: () => ones([3], { dtype: 'uint8' }), torch: 'torch.ones(3, dtype=torch.uint8)', ...exact },
      {
        run: () => ones([2], { requiresGrad: true }).mul(3),
        torch: 'torch.ones(2, requires_grad=True).mul(3)',
        ...exact,
      },
    ],
  }),
  row('full', {
    cases: [
      { run: () => full([2, 2], 1.5), torch: 'torch.full((2, 2), 1.5)', ...exact },
      { run: () => full([3], true), torch: 'torch.full((3,), True)', ...exact },
      { run: () => full([3], -7, { dtype: 'int32' }), torch: 'torch.full((3,), -7, dtype=torch.int32)', ...exact },
    ],
  }),
  row('empty', {
    cases: [
      { run: () => empty([2, 3]).fill_(4), torch: 'torch.empty(2, 3).fill_(4)', ...exact },
      { run: () => empty([0], { dtype: 'int32' }), torch: 'torch.empty(0, dtype=torch.int32)', ...exact },
    ],
    errors: [{ run: () => empty([1.5]), type: ShapeError, message: 'empty: [1.5] is not a shape' }],
  }),
  row('eye', {
    cases: [
      { run: () => eye(3), torch: 'torch.eye(3)', ...exact },
      { run: () => eye(2, 4, { dtype: 'int32' }), torch: 'torch.eye(2, 4, dtype=torch.int32)', ...exact },
      { run: () => eye(4, { dtype: 'bool' }), torch: 'torch.eye(4, dtype=torch.bool)', ...exact },
      { run: () => eye(3, 0), torch: 'torch.eye(3, 0)', ...exact },
    ],
  }),
  row('arange', {
    cases: [
      { run: () => arange(5), torch: 'torch.arange(5)', ...exact },
      { run: () => arange(2, 9), torch: 'torch.arange(2, 9)', ...exact },
      { run: () => arange(9, 2, -3), torch: 'torch.arange(9, 2, -3)', ...exact },
      {
        run: () => arange(0, 10, 2, { dtype: 'float32' }),
        torch: 'torch.arange(0, 10, 2, dtype=torch.float32)',
        ...exact,
      },
      { run: () => arange(-1, 1, 0.3), torch: 'torch.arange(-1, 1, 0.3)', single },
      { run: () => arange(0.5), torch: 'torch.arange(0.5)', ...exact },
      { run: () => arange(0), torch: 'torch.arange(0)', ...exact },
      {
        run: () => arange(0, 1, 0.1, { dtype: 'float64' }),
        torch: 'torch.arange(0, 1, 0.1, dtype=torch.float64)',
        ...double,
      },
      { run: () => arange(250, 256, { dtype: 'uint8' }), torch: 'torch.arange(250, 256, dtype=torch.uint8)', ...exact },
    ],
    errors: [
      { run: () => arange(0, 5, 0), type: ShapeError, message: 'arange: step 0 does not lead from 0 to 5' },
      { run: () => arange(5, 0), type: ShapeError, message: 'arange: step 1 does not lead from 5 to 0' },
      {
        run: () => arange(3, { dtype: 'bool' }),
        type: DTypeError,
        message: 'arange: is not defined for bool',
      },
    ],
  }),
  row('linspace', {
    cases: [
      { run: () => linspace(0, 1, 7), torch: 'torch.linspace(0, 1, 7)', single },
      { run: () => linspace(3, -2.5, 4), torch: 'torch.linspace(3, -2.5, 4)', single },
      { run: () => linspace(3, 8, 1), torch: 'torch.linspace(3, 8, 1)', ...exact },
      { run: () => linspace(3, 8, 0), torch: 'torch.linspace(3, 8, 0)', ...exact },
      {
        run: () => linspace(0, 1, 11, { dtype: 'float64' }),
        torch: 'torch.linspace(0, 1, 11, dtype=torch.float64)',
        ...double,
      },
      {
        run: () => linspace(0, 10, 5, { dtype: 'int32' }),
        torch: 'torch.linspace(0, 10, 5, dtype=torch.int32)',
        ...exact,
      },
    ],
    errors: [
      {
        run: () => linspace(0, 1, -1),
        type: ShapeError,
        message: 'linspace: steps must be a whole number of at least 0, got -1',
      },
    ],
  }),
  row('logspace', {
    cases: [
      { run: () => logspace(-2, 2, 5), torch: 'torch.logspace(-2, 2, 5)', single },
      { run: () => logspace(0, 4, 3, { base: 2 }), torch: 'torch.logspace(0, 4, 3, base=2)', single },
      {
        run: () => logspace(0, 1, 4, { dtype: 'float64' }),
        torch: 'torch.logspace(0, 1, 4, dtype=torch.float64)',
        ...double,
      },
    ],
  }),
  row('zerosLike', {
    gradcheck: 0, // the result does not depend on the input's values
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => zerosLike(x), torch: 'torch.zeros_like(x)' },
      {
        in: { x: ints([3], 0, 5) },
        run: ({ x }) => zerosLike(x, { dtype: 'bool' }),
        torch: 'torch.zeros_like(x, dtype=torch.bool)',
      },
    ],
  }),
  row('onesLike', {
    gradcheck: 0, // as zerosLike
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => onesLike(x), torch: 'torch.ones_like(x)' },
      { in: { x: ints([3], 0, 5) }, run: ({ x }) => onesLike(x), torch: 'torch.ones_like(x)' },
    ],
  }),
  row('fullLike', {
    gradcheck: 0, // as zerosLike
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => fullLike(x, 2.5), torch: 'torch.full_like(x, 2.5)' },
      { in: { x: ints([3], 0, 5) }, run: ({ x }) => fullLike(x, 2), torch: 'torch.full_like(x, 2)' },
    ],
  }),
  row('emptyLike', {
    gradcheck: 0, // as zerosLike
    cases: [
      {
        in: { x: f([2, 3], { grad: false }) },
        run: ({ x }) => emptyLike(x).fill_(2),
        torch: 'torch.empty_like(x).fill_(2)',
      },
      {
        in: { x: f([2, 3], { grad: false }) },
        run: ({ x }) => [emptyLike(x.t()).copy_(x.t()), tensor([...emptyLike(x.t()).stride()], { dtype: 'int32' })],
        torch: '(torch.empty_like(x.t()).copy_(x.t()), torch.tensor(torch.empty_like(x.t()).stride()))',
        layouts: false,
      },
    ],
  }),
];
