import { IndexError, ShapeError, zeros } from '../../src/index.js';
import { f, ints, row, type Row } from './table.js';

export const rows: Row[] = [
  row('reshape', {
    cases: [
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.reshape([4, -1]), torch: 'x.reshape(4, -1)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.T.reshape([6]), torch: 'x.T.reshape(6)' },
      { in: { x: f([0, 3]) }, run: ({ x }) => x.reshape([3, 0, 2]), torch: 'x.reshape(3, 0, 2)' },
      { in: { x: f([1]) }, run: ({ x }) => x.reshape([]), torch: 'x.reshape(())' },
      { in: { x: ints([4], 0, 9) }, run: ({ x }) => x.reshape([2, 2]), torch: 'x.reshape(2, 2)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).reshape([4, -1]),
        type: ShapeError,
        message: 'reshape: 6 elements do not fit shape [4, -1], got input [2, 3]',
      },
    ],
  }),
  row('reshapeAs', {
    cases: [{ in: { x: f([2, 3]), y: f([3, 2]) }, run: ({ x, y }) => x.reshapeAs(y), torch: 'x.reshape_as(y)' }],
  }),
  row('view', {
    cases: [
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.contiguous().view([6, 4]), torch: 'x.contiguous().view(6, 4)' },
      {
        in: { x: f([2, 3, 4]) },
        run: ({ x }) => x.contiguous().transpose(0, 1).view([3, 2, 2, -1]),
        torch: 'x.contiguous().transpose(0, 1).view(3, 2, 2, -1)',
      },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).T.view([6]),
        type: ShapeError,
        message: 'view: strides [1, 3] do not allow a view of shape [6], got input [3, 2] (use reshape())',
      },
    ],
  }),
  row('viewAs', {
    cases: [
      {
        in: { x: f([2, 3]), y: f([6]) },
        run: ({ x, y }) => x.contiguous().viewAs(y),
        torch: 'x.contiguous().view_as(y)',
      },
    ],
  }),
  row('flatten', {
    cases: [
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.flatten(), torch: 'x.flatten()' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.flatten(1), torch: 'x.flatten(1)' },
      { in: { x: f([2, 3, 4, 2]) }, run: ({ x }) => x.flatten(1, -2), torch: 'x.flatten(1, -2)' },
      { in: { x: f([]) }, run: ({ x }) => x.flatten(), torch: 'x.flatten()' },
    ],
    errors: [
      {
        run: () => zeros([2, 3, 4]).flatten(2, 1),
        type: ShapeError,
        message: 'flatten: startDim 2 comes after endDim 1',
      },
    ],
  }),
  row('unflatten', {
    cases: [{ in: { x: f([2, 6]) }, run: ({ x }) => x.unflatten(1, [2, -1]), torch: 'x.unflatten(1, (2, -1))' }],
    errors: [
      {
        run: () => zeros([2, 6]).unflatten(1, [4, -1]),
        type: ShapeError,
        message: 'unflatten: 6 elements do not fit shape [4, -1], got input [6]',
      },
    ],
  }),
  row('transpose', {
    cases: [
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.transpose(0, 2), torch: 'x.transpose(0, 2)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.transpose(-1, 1), torch: 'x.transpose(-1, 1)' },
      { in: { x: f([]) }, run: ({ x }) => x.transpose(0, -1), torch: 'x.transpose(0, -1)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).transpose(0, 2),
        type: IndexError,
        message: 'transpose: dim 2 is out of range for 2 dims (expected -2 to 1)',
      },
    ],
  }),
  row('T', { cases: [{ in: { x: ints([3, 2], 0, 9) }, run: ({ x }) => x.T, torch: 'x.T' }] }),
  row('t', {
    cases: [
      { in: { x: f([3, 2]) }, run: ({ x }) => x.t(), torch: 'x.t()' },
      { in: { x: f([3]) }, run: ({ x }) => x.t(), torch: 'x.t()' },
    ],
    errors: [
      {
        run: () => zeros([2, 3, 4]).t(),
        type: ShapeError,
        message: 't: takes at most two dims, got input [2, 3, 4] (use transpose())',
      },
    ],
  }),
  row('mT', {
    cases: [{ in: { x: f([2, 3, 4]) }, run: ({ x }) => x.mT, torch: 'x.mT' }],
    errors: [{ run: () => zeros([3]).mT, type: ShapeError, message: 'mT: needs at least two dims, got input [3]' }],
  }),
  row('permute', {
    cases: [
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.permute([2, 0, 1]), torch: 'x.permute(2, 0, 1)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.permute([-1, -2, 0]), torch: 'x.permute(-1, -2, 0)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).permute([0, 0]),
        type: ShapeError,
        message: 'permute: [0, 0] does not name each of 2 dims once, got input [2, 3]',
      },
    ],
  }),
  row('movedim', {
    cases: [
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.movedim(0, 2), torch: 'x.movedim(0, 2)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.movedim(-1, 0), torch: 'x.movedim(-1, 0)' },
    ],
  }),
  row('squeeze', {
    cases: [
      { in: { x: f([1, 3, 1, 2]) }, run: ({ x }) => x.squeeze(), torch: 'x.squeeze()' },
      { in: { x: f([1, 3, 1, 2]) }, run: ({ x }) => x.squeeze(2), torch: 'x.squeeze(2)' },
      { in: { x: f([1, 3, 1]) }, run: ({ x }) => x.squeeze([0, 1]), torch: 'x.squeeze(0)' },
      { in: { x: f([1, 3]) }, run: ({ x }) => x.squeeze(1), torch: 'x.squeeze(1)' },
    ],
    errors: [
      {
        run: () => zeros([1, 2]).squeeze(2),
        type: IndexError,
        message: 'squeeze: dim 2 is out of range for 2 dims (expected -2 to 1)',
      },
    ],
  }),
  row('unsqueeze', {
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.unsqueeze(0), torch: 'x.unsqueeze(0)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.unsqueeze(-1), torch: 'x.unsqueeze(-1)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.unsqueeze(-2), torch: 'x.unsqueeze(-2)' },
    ],
    errors: [
      {
        run: () => zeros([2]).unsqueeze(2),
        type: IndexError,
        message: 'unsqueeze: dim 2 is out of range for 2 dims (expected -2 to 1)',
      },
    ],
  }),
  row('expand', {
    cases: [
      { in: { x: f([3, 1]) }, run: ({ x }) => x.expand([3, 4]), torch: 'x.expand(3, 4)' },
      { in: { x: f([3, 1]) }, run: ({ x }) => x.expand([2, -1, 4]), torch: 'x.expand(2, -1, 4)' },
      { in: { x: f([1, 2]) }, run: ({ x }) => x.expand([0, 2]), torch: 'x.expand(0, 2)' },
      { in: { x: f([]) }, run: ({ x }) => x.expand([3]), torch: 'x.expand(3)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).expand([4, 3]),
        type: ShapeError,
        message: 'expand: cannot expand to [4, 3], got input [2, 3]',
      },
    ],
  }),
  row('expandAs', {
    cases: [{ in: { x: f([3, 1]), y: f([3, 2]) }, run: ({ x, y }) => x.expandAs(y), torch: 'x.expand_as(y)' }],
  }),
  row('narrow', {
    cases: [
      { in: { x: f([4, 5]) }, run: ({ x }) => x.narrow(1, 1, 3), torch: 'x.narrow(1, 1, 3)' },
      { in: { x: f([4, 5]) }, run: ({ x }) => x.narrow(-2, -2, 2), torch: 'x.narrow(-2, -2, 2)' },
      { in: { x: f([4]) }, run: ({ x }) => x.narrow(0, 4, 0), torch: 'x.narrow(0, 4, 0)' },
    ],
    errors: [
      {
        run: () => zeros([4, 5]).narrow(1, 3, 3),
        type: IndexError,
        message: 'narrow: start 3 and length 3 exceed dim 1 of size 5',
      },
    ],
  }),
  row('select', {
    cases: [
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.select(1, 2), torch: 'x.select(1, 2)' },
      { in: { x: f([2, 3, 4]) }, run: ({ x }) => x.select(-1, -4), torch: 'x.select(-1, -4)' },
    ],
    errors: [
      {
        run: () => zeros([2, 3]).select(1, 3),
        type: IndexError,
        message: 'select: index 3 is out of range for dim 1 of size 3',
      },
    ],
  }),
  row('slice', {
    cases: [
      { in: { x: f([5, 6]) }, run: ({ x }) => x.slice(1, 1, null, 2), torch: 'x[:, 1::2]' },
      { in: { x: f([5, 6]) }, run: ({ x }) => x.slice(0, -3, -1), torch: 'x[-3:-1]' },
      { in: { x: f([5, 6]) }, run: ({ x }) => x.slice(-1, 4, 2), torch: 'x[:, 4:2]' },
      { in: { x: f([5]) }, run: ({ x }) => x.slice(), torch: 'x[:]' },
      { in: { x: f([5]) }, run: ({ x }) => x.slice(0, -9, 9, 3), torch: 'x[-9:9:3]' },
    ],
    errors: [
      {
        run: () => zeros([4]).slice(0, 0, 4, -1),
        type: IndexError,
        message: 'slice: step must be a whole number of at least 1, got -1',
      },
    ],
  }),
  row('split', {
    cases: [
      { in: { x: f([5, 2]) }, run: ({ x }) => x.split(2), torch: 'x.split(2)' },
      { in: { x: f([2, 6]) }, run: ({ x }) => x.split([1, 5, 0], -1), torch: 'x.split((1, 5, 0), -1)' },
    ],
    errors: [
      {
        run: () => zeros([5]).split([2, 2]),
        type: ShapeError,
        message: 'split: sizes [2, 2] add up to 4, not to dim 0 of size 5',
      },
      {
        run: () => zeros([5]).split(0),
        type: ShapeError,
        message: 'split: size must be a whole number of at least 1, got 0',
      },
    ],
  }),
  row('chunk', {
    cases: [
      { in: { x: f([7, 2]) }, run: ({ x }) => x.chunk(3), torch: 'x.chunk(3)' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.chunk(5, 1), torch: 'x.chunk(5, 1)' },
      { in: { x: f([2, 0]) }, run: ({ x }) => x.chunk(3, 1), torch: 'x.chunk(3, 1)' },
    ],
    errors: [
      {
        run: () => zeros([5]).chunk(0),
        type: ShapeError,
        message: 'chunk: chunks must be a whole number of at least 1, got 0',
      },
    ],
  }),
  row('unbind', {
    cases: [
      { in: { x: f([2, 3]) }, run: ({ x }) => x.unbind(), torch: 'x.unbind()' },
      { in: { x: f([2, 3]) }, run: ({ x }) => x.unbind(-1), torch: 'x.unbind(-1)' },
    ],
  }),
  row('diagonal', {
    cases: [
      { in: { x: f([4, 3]) }, run: ({ x }) => x.diagonal(), torch: 'x.diagonal()' },
      { in: { x: f([4, 3]) }, run: ({ x }) => x.diagonal(1), torch: 'x.diagonal(1)' },
      { in: { x: f([2, 4, 3]) }, run: ({ x }) => x.diagonal(-2, -2, -1), torch: 'x.diagonal(-2, -2, -1)' },
      { in: { x: f([3, 3]) }, run: ({ x }) => x.diagonal(3), torch: 'x.diagonal(3)' },
    ],
    errors: [
      {
        run: () => zeros([3, 3]).diagonal(0, 1, -1),
        type: ShapeError,
        message: 'diagonal: needs two different dims, got 1 and -1',
      },
    ],
  }),
  row('unfold', {
    cases: [
      { in: { x: f([7]) }, run: ({ x }) => x.unfold(0, 3, 2), torch: 'x.unfold(0, 3, 2)' },
      { in: { x: f([2, 6]) }, run: ({ x }) => x.unfold(-1, 2, 3), torch: 'x.unfold(-1, 2, 3)' },
      { in: { x: f([5, 2]) }, run: ({ x }) => x.unfold(0, 3, 1), torch: 'x.unfold(0, 3, 1)' },
    ],
    errors: [
      {
        run: () => zeros([4]).unfold(0, 5, 1),
        type: ShapeError,
        message: 'unfold: size 5 does not fit dim 0 of size 4',
      },
    ],
  }),
  row('asStrided', {
    cases: [
      {
        in: { x: f([3, 4]) },
        run: ({ x }) => x.contiguous().asStrided([2, 2], [4, 1], 1),
        torch: 'x.contiguous().as_strided((2, 2), (4, 1), 1)',
        layouts: false,
      },
    ],
    errors: [
      {
        run: () => zeros([2, 2]).asStrided([3, 3], [2, 1]),
        type: ShapeError,
        message: 'asStrided: element 6 lies outside of the storage of 4 elements',
      },
    ],
  }),
  row('detach', {
    cases: [{ in: { x: f([2, 3]) }, run: ({ x }) => x.detach(), torch: 'x.detach()' }],
  }),
];
