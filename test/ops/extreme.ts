import { IndexError, zeros } from '../../src/index.js';
import { bools, f, ints, row, values, type Row } from './table.js';

const nan = Number.NaN;

export const rows: Row[] = [
  row('amax', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.amax(), torch: 'x.amax()' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.amax([0, 2]), torch: 'x.amax((0, 2))' },
      { in: { x: f([2, 3, 20]) }, run: ({ x }) => x.amax(1, true), torch: 'x.amax(1, True)' },
      {
        in: {
          x: values([
            [1, 2, 2],
            [3, 3, 3],
          ]),
        },
        run: ({ x }) => x.amax(1),
        torch: 'x.amax(1)',
        gradcheck: 0,
      },
      { in: { x: ints([3, 4], -5, 9) }, run: ({ x }) => x.amax(0), torch: 'x.amax(0)' },
      { in: { x: ints([30], 0, 255, 'uint8') }, run: ({ x }) => x.amax(), torch: 'x.amax()' },
      { in: { x: bools([3, 2]) }, run: ({ x }) => x.amax(1), torch: 'x.amax(1)' },
    ],
    errors: [
      {
        run: () => zeros([2, 0]).amax(1),
        type: IndexError,
        message: 'amax: dim 1 has size 0, which has no such element, got input [2, 0]',
      },
    ],
  }),
  row('amin', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.amin(), torch: 'x.amin()' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.amin([0, 2], true), torch: 'x.amin((0, 2), True)' },
      {
        in: {
          x: values([
            [1, 1, 2],
            [3, 3, 3],
          ]),
        },
        run: ({ x }) => x.amin(1),
        torch: 'x.amin(1)',
        gradcheck: 0,
      },
      { in: { x: ints([3, 4], -5, 9) }, run: ({ x }) => x.amin(0), torch: 'x.amin(0)' },
      { in: { x: ints([30], 0, 255, 'uint8') }, run: ({ x }) => x.amin(), torch: 'x.amin()' },
    ],
  }),
  row('max', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.max(), torch: 'x.max()' },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.max(1), torch: 'x.max(1)' },
      { in: { x: f([2, 7, 9]) }, run: ({ x }) => x.max(1, true), torch: 'x.max(1, True)' },
      {
        in: { x: f([2, 7, 9]) },
        run: ({ x }) => x.max({ dim: 0, keepdim: true }),
        torch: 'x.max(dim=0, keepdim=True)',
      },
      { in: { x: f([2, 3]), y: f([3]) }, run: ({ x, y }) => x.max(y), torch: 'x.max(y)' },
      { in: { x: values([2, 5, 5, 1]) }, run: ({ x }) => x.max(0), torch: 'x.max(0)', gradcheck: 0 },
      { in: { x: values([2, 5, 5, 1]) }, run: ({ x }) => x.max(), torch: 'x.max()', gradcheck: 0 },
      {
        in: {
          x: values([
            [1, nan, 3, nan],
            [-Infinity, -Infinity, 0, Infinity],
          ]),
        },
        run: ({ x }) => [...x.max(1), ...x.max(0)],
        torch: '*x.max(1), *x.max(0)',
        gradcheck: 0,
      },
      { in: { x: ints([3, 4], -5, 9) }, run: ({ x }) => [x.max(), ...x.max(0)], torch: 'x.max(), *x.max(0)' },
      { in: { x: ints([9], 0, 255, 'uint8') }, run: ({ x }) => [x.max(), ...x.max(0)], torch: 'x.max(), *x.max(0)' },
      { in: { x: f([]) }, run: ({ x }) => x.max(0), torch: 'x.max(0)' },
      { in: { x: f([50000]) }, run: ({ x }) => [...x.max(0), x.max()], large: true },
    ],
    errors: [
      {
        run: () => zeros([0]).max(),
        type: IndexError,
        message: 'max: dim 0 has size 0, which has no such element, got input [0]',
      },
    ],
  }),
  row('min', {
    cases: [
      { in: { x: f([3, 4]) }, run: ({ x }) => x.min(), torch: 'x.min()' },
      { in: { x: f([3, 4]) }, run: ({ x }) => x.min(-1), torch: 'x.min(-1)' },
      { in: { x: f([2, 7, 9]) }, run: ({ x }) => x.min(1, { keepdim: true }), torch: 'x.min(1, keepdim=True)' },
      { in: { x: f([2, 3]), y: f([2, 1]) }, run: ({ x, y }) => x.min(y), torch: 'x.min(y)' },
      {
        in: {
          x: values([
            [1, nan, 3, nan],
            [7, 2, 2, 9],
          ]),
        },
        run: ({ x }) => x.min(1),
        torch: 'x.min(1)',
        gradcheck: 0,
      },
      { in: { x: ints([3, 4], -5, 9) }, run: ({ x }) => [x.min(), ...x.min(0)], torch: 'x.min(), *x.min(0)' },
    ],
  }),
  row('argmax', {
    gradcheck: 0, // Its results are indices.
    cases: [
      {
        in: { x: f([3, 5]) },
        run: ({ x }) => [x.argmax(), x.argmax(0), x.argmax(-1, true)],
        torch: 'x.argmax(), x.argmax(0), x.argmax(-1, True)',
      },
      { in: { x: f([2, 1027]) }, run: ({ x }) => x.argmax(1), torch: 'x.argmax(1)' },
      { in: { x: values([1, 3, 3, 2, 3]) }, run: ({ x }) => x.argmax(), torch: 'x.argmax()' },
      {
        in: {
          x: values([
            [1, nan, 3],
            [nan, 1, nan],
          ]),
        },
        run: ({ x }) => [x.argmax(), x.argmax(0), x.argmax(1)],
        torch: 'x.argmax(), x.argmax(0), x.argmax(1)',
      },
      { in: { x: ints([4, 6], -5, 50) }, run: ({ x }) => x.argmax({ dim: 1 }), torch: 'x.argmax(dim=1)' },
    ],
    errors: [
      {
        run: () => zeros([2, 0]).argmax(1),
        type: IndexError,
        message: 'argmax: dim 1 has size 0, which has no such element, got input [2, 0]',
      },
    ],
  }),
  row('argmin', {
    gradcheck: 0, // Its results are indices.
    cases: [
      {
        in: { x: f([3, 5]) },
        run: ({ x }) => [x.argmin(), x.argmin(0), x.argmin(-1, { keepdim: true })],
        torch: 'x.argmin(), x.argmin(0), x.argmin(-1, keepdim=True)',
      },
      {
        in: {
          x: values([
            [2, nan, 1],
            [1, 1, 4],
          ]),
        },
        run: ({ x }) => [x.argmin(0), x.argmin(1)],
        torch: 'x.argmin(0), x.argmin(1)',
      },
      { in: { x: ints([4, 6], -5, 50) }, run: ({ x }) => x.argmin(), torch: 'x.argmin()' },
    ],
  }),
];
