import { ShapeError, WasmgradError, nn, zeros, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, row, type Row } from './table.js';

type Packed = nn.utils.rnn.PackedSequence;

/** What an LSTM answers, as a list. */
const flat = ([y, [h, c]]: [Tensor, [Tensor, Tensor]]): Tensor[] => [y, h, c];
const elements = ([y, ...rest]: [Packed, ...Tensor[]]): Tensor[] => [y.data, ...rest];

/** A module whose parameters are the given tensors, in their order. */
function given<M extends nn.Module>(module: M, weights: readonly Tensor[]): M {
  const named = module.namedParameters();
  for (const [, parameter] of named) parameter.dispose();
  return Object.assign(module, Object.fromEntries(named.map(([name], i) => [name, weights[i]!])));
}

/** Rows of a step: 3, 3, 2, 1 sequences go on. */
const lengths = [4, 3, 2];
const unsorted = [2, 4, 3];

export const rows: Row[] = [
  layer('RNN', {
    cases: [
      {
        make: () => new nn.RNN(3, 4),
        torch: 'nn.RNN(3, 4)',
        in: { x: f([5, 2, 3]), h: f([1, 2, 4]) },
      },
      {
        make: () => new nn.RNN(3, 5, { nonlinearity: 'relu', numLayers: 2, batchFirst: true, bias: false }),
        torch: "nn.RNN(3, 5, nonlinearity='relu', num_layers=2, batch_first=True, bias=False)",
        in: { x: f([2, 5, 3]) },
        eval: true,
      },
      {
        make: () => new nn.RNN(3, 2, { bidirectional: true }),
        torch: 'nn.RNN(3, 2, bidirectional=True)',
        in: { x: f([5, 3]), h: f([2, 2]) },
      },
      {
        make: () => new nn.RNN(3, 4, { numLayers: 2, dropout: 0.5, bidirectional: true }),
        torch: 'nn.RNN(3, 4, num_layers=2, dropout=0.5, bidirectional=True)',
        in: { x: f([4, 3, 3]), h: f([4, 3, 4]) },
        call: (m, { x, h }) => elements((m as nn.RNN).forward(nn.utils.rnn.packPaddedSequence(x, lengths), h)),
        torchCall: '(lambda y, h: [y.data, h])(*m(nn.utils.rnn.pack_padded_sequence(x, [4, 3, 2]), h))',
        eval: true,
      },
    ],
    errors: [
      {
        run: () => new nn.RNN(3, 4, { nonlinearity: 'gelu' as 'relu' }),
        type: WasmgradError,
        message: "RNN: nonlinearity must be 'tanh' or 'relu', got 'gelu'",
      },
      {
        run: () => new nn.RNN(3, 4, { projSize: 2 } as object),
        type: WasmgradError,
        message:
          "RNN: unknown option 'projSize' (known: numLayers, bias, batchFirst, dropout, bidirectional, dtype, nonlinearity)",
      },
      {
        run: () => new nn.RNN(3, 0),
        type: ShapeError,
        message: 'RNN: hiddenSize must be a whole number of at least 1, got 0',
      },
      {
        run: () => new nn.RNN(3, 4, { dropout: 2 }),
        type: WasmgradError,
        message: 'RNN: dropout must be from 0 to 1, got 2',
      },
      {
        run: () => new nn.RNN(3, 4).forward(zeros([2, 5])),
        type: ShapeError,
        message: 'RNN: the last dim of input must be 3, got input [2, 5]',
      },
      {
        run: () => new nn.RNN(3, 4).forward(zeros([3])),
        type: ShapeError,
        message: 'RNN: input must have 3 dims (or 2 without a batch), got input [3]',
      },
      {
        run: () => new nn.RNN(3, 4).forward(zeros([5, 2, 3]), zeros([1, 3, 4])),
        type: ShapeError,
        message: 'RNN: h0 must have shape [1, 2, 4], got h0 [1, 3, 4]',
      },
      {
        run: () => new nn.RNN(3, 4).forward(zeros([0, 2, 3])),
        type: ShapeError,
        message: 'RNN: needs at least one step, got input [0, 2, 3]',
      },
    ],
  }),
  layer('LSTM', {
    cases: [
      {
        make: () => new nn.LSTM(3, 5),
        torch: 'nn.LSTM(3, 5)',
        in: { x: f([4, 2, 3]), h: f([1, 2, 5]), c: f([1, 2, 5]) },
        call: (m, { x, h, c }) => flat((m as nn.LSTM).forward(x, [h, c])),
        torchCall: '(lambda y, s: [y, *s])(*m(x, (h, c)))',
      },
      {
        make: () => new nn.LSTM(3, 4, { numLayers: 3, batchFirst: true, dropout: 0.25, bidirectional: true }),
        torch: 'nn.LSTM(3, 4, num_layers=3, batch_first=True, dropout=0.25, bidirectional=True)',
        in: { x: f([2, 4, 3]) },
        call: (m, { x }) => flat((m as nn.LSTM).forward(x)),
        torchCall: '(lambda y, s: [y, *s])(*m(x))',
        eval: true,
      },
      {
        make: () => new nn.LSTM(3, 4, { projSize: 2, bias: false, numLayers: 2 }),
        torch: 'nn.LSTM(3, 4, proj_size=2, bias=False, num_layers=2)',
        in: { x: f([4, 3]), h: f([2, 2]), c: f([2, 4]) },
        call: (m, { x, h, c }) => flat((m as nn.LSTM).forward(x, [h, c])),
        torchCall: '(lambda y, s: [y, *s])(*m(x, (h, c)))',
      },
      {
        make: () => new nn.LSTM(3, 4, { bidirectional: true }),
        torch: 'nn.LSTM(3, 4, bidirectional=True)',
        in: { x: f([3, 5, 3]), h: f([2, 3, 4]), c: f([2, 3, 4]) },
        call(m, { x, h, c }) {
          const packed = nn.utils.rnn.packPaddedSequence(x, unsorted, { batchFirst: true, enforceSorted: false });
          const [y, state] = (m as nn.LSTM).forward(packed, [h, c]);
          return [y.data, ...state, nn.utils.rnn.padPackedSequence(y)[0]];
        },
        torchCall:
          '(lambda y, s: [y.data, *s, nn.utils.rnn.pad_packed_sequence(y)[0]])' +
          '(*m(nn.utils.rnn.pack_padded_sequence(x, [2, 4, 3], batch_first=True, enforce_sorted=False), (h, c)))',
      },
      {
        make: () => new nn.LSTM(3, 4, { bidirectional: true, projSize: 3 }),
        torch: 'nn.LSTM(3, 4, bidirectional=True, proj_size=3)',
        in: { x: f([4, 3, 3]) },
        call(m, { x }) {
          const [y, state] = (m as nn.LSTM).forward(nn.utils.rnn.packPaddedSequence(x, lengths));
          return [y.data, ...state];
        },
        torchCall: '(lambda y, s: [y.data, *s])(*m(nn.utils.rnn.pack_padded_sequence(x, [4, 3, 2])))',
      },
    ],
    errors: [
      {
        run: () => new nn.LSTM(3, 4, { projSize: 4 }),
        type: ShapeError,
        message: 'LSTM: projSize must be less than hiddenSize 4, got 4',
      },
      {
        run: () => new nn.LSTM(3, 4).forward(zeros([2, 3]), zeros([1, 4]) as never),
        type: WasmgradError,
        message: 'LSTM: the first state must be a pair [h0, c0]',
      },
      {
        run: () => new nn.LSTM(3, 4).forward(zeros([5, 2, 3]), [zeros([1, 2, 4]), zeros([1, 2, 3])]),
        type: ShapeError,
        message: 'LSTM: c0 must have shape [1, 2, 4], got c0 [1, 2, 3]',
      },
    ],
  }),
  layer('GRU', {
    cases: [
      {
        make: () => new nn.GRU(3, 5),
        torch: 'nn.GRU(3, 5)',
        in: { x: f([4, 2, 3]), h: f([1, 2, 5]) },
      },
      {
        make: () =>
          new nn.GRU(3, 4, { numLayers: 2, bias: false, batchFirst: true, dropout: 0.5, bidirectional: true }),
        torch: 'nn.GRU(3, 4, num_layers=2, bias=False, batch_first=True, dropout=0.5, bidirectional=True)',
        in: { x: f([2, 4, 3]) },
        eval: true,
      },
      {
        make: () => new nn.GRU(3, 4, { bidirectional: true }),
        torch: 'nn.GRU(3, 4, bidirectional=True)',
        in: { x: f([4, 3, 3]) },
        call: (m, { x }) => elements((m as nn.GRU).forward(nn.utils.rnn.packPaddedSequence(x, lengths))),
        torchCall: '(lambda y, h: [y.data, h])(*m(nn.utils.rnn.pack_padded_sequence(x, [4, 3, 2])))',
      },
    ],
  }),
  layer('RNNCell', {
    cases: [
      {
        make: () => new nn.RNNCell(3, 4),
        torch: 'nn.RNNCell(3, 4)',
        in: { x: f([2, 3]), h: f([2, 4]) },
      },
      {
        make: () => new nn.RNNCell(3, 6, { bias: false, nonlinearity: 'relu' }),
        torch: "nn.RNNCell(3, 6, bias=False, nonlinearity='relu')",
        in: { x: f([3]) },
      },
    ],
    errors: [
      {
        run: () => new nn.RNNCell(3, 4).forward(zeros([2, 3]), zeros([3, 4])),
        type: ShapeError,
        message: 'RNNCell: h0 must have shape [2, 4], got h0 [3, 4]',
      },
      {
        run: () => new nn.RNNCell(3, 4).forward(zeros([2, 4])),
        type: ShapeError,
        message: 'RNNCell: the last dim of input must be 3, got input [2, 4]',
      },
    ],
  }),
  layer('LSTMCell', {
    cases: [
      {
        make: () => new nn.LSTMCell(3, 4),
        torch: 'nn.LSTMCell(3, 4)',
        in: { x: f([2, 3]), h: f([2, 4]), c: f([2, 4]) },
        call: (m, { x, h, c }) => (m as nn.LSTMCell).forward(x, [h, c]),
        torchCall: 'm(x, (h, c))',
      },
      {
        make: () => new nn.LSTMCell(3, 5, { bias: false }),
        torch: 'nn.LSTMCell(3, 5, bias=False)',
        in: { x: f([3]) },
      },
    ],
    errors: [
      {
        run: () => new nn.LSTMCell(3, 4).forward(zeros([2, 3]), zeros([2, 4]) as never),
        type: WasmgradError,
        message: 'LSTMCell: the state must be a pair [h, c]',
      },
    ],
  }),
  layer('GRUCell', {
    cases: [
      {
        make: () => new nn.GRUCell(3, 4),
        torch: 'nn.GRUCell(3, 4)',
        in: { x: f([2, 3]), h: f([2, 4]) },
      },
      {
        make: () => new nn.GRUCell(3, 5, { bias: false }),
        torch: 'nn.GRUCell(3, 5, bias=False)',
        in: { x: f([3]), h: f([5]) },
      },
    ],
  }),
  // The same with weights as inputs: both precisions, and derivatives of first and second order.
  row('recurrent', {
    cases: [
      {
        in: { x: f([3, 2, 2]), h: f([1, 2, 3]), a: f([3, 2]), b: f([3, 3]), p: f([3]), q: f([3]) },
        run: ({ x, h, a, b, p, q }) => given(new nn.RNN(2, 3), [a, b, p, q]).forward(x, h),
        torch: 'torch.rnn_tanh(x, h, [a, b, p, q], True, 1, 0.0, False, False, False)',
      },
      {
        in: { x: f([3, 2, 2]), h: f([1, 2, 5]), a: f([5, 2]), b: f([5, 5]) },
        run: ({ x, h, a, b }) => given(new nn.RNN(2, 5, { nonlinearity: 'relu', bias: false }), [a, b]).forward(x, h),
        torch: 'torch.rnn_relu(x, h, [a, b], False, 1, 0.0, False, False, False)',
      },
      {
        in: { x: f([3, 2, 2]), h: f([1, 2, 5]), c: f([1, 2, 5]), a: f([20, 2]), b: f([20, 5]), p: f([20]), q: f([20]) },
        run: ({ x, h, c, a, b, p, q }) => flat(given(new nn.LSTM(2, 5), [a, b, p, q]).forward(x, [h, c])),
        torch: 'torch.lstm(x, (h, c), [a, b, p, q], True, 1, 0.0, False, False, False)',
      },
      {
        in: { x: f([3, 2, 2]), h: f([1, 2, 5]), a: f([15, 2]), b: f([15, 5]), p: f([15]), q: f([15]) },
        run: ({ x, h, a, b, p, q }) => given(new nn.GRU(2, 5), [a, b, p, q]).forward(x, h),
        torch: 'torch.gru(x, h, [a, b, p, q], True, 1, 0.0, False, False, False)',
      },
      {
        in: {
          x: f([6, 2]),
          h: f([2, 3, 3]),
          a: f([9, 2]),
          b: f([9, 3]),
          p: f([9]),
          q: f([9]),
          d: f([9, 2]),
          e: f([9, 3]),
          r: f([9]),
          s: f([9]),
        },
        run({ x, h, a, b, p, q, d, e, r, s }) {
          const packed = new nn.utils.rnn.PackedSequence(x, [3, 2, 1]);
          const module = given(new nn.GRU(2, 3, { bidirectional: true }), [a, b, p, q, d, e, r, s]);
          return elements(module.forward(packed, h));
        },
        torch: 'torch.gru(x, torch.tensor([3, 2, 1]), h, [a, b, p, q, d, e, r, s], True, 1, 0.0, False, True)',
      },
      {
        in: { x: f([6, 2]), a: f([12, 2]), b: f([12, 2]), w: f([2, 3]), d: f([12, 2]), e: f([12, 2]), v: f([2, 3]) },
        run({ x, a, b, w, d, e, v }) {
          const packed = new nn.utils.rnn.PackedSequence(x, [3, 2, 1]);
          const options = { bidirectional: true, projSize: 2, bias: false };
          const [y, state] = given(new nn.LSTM(2, 3, options), [a, b, w, d, e, v]).forward(packed);
          return [y.data, ...state];
        },
        torch:
          'torch.lstm(x, torch.tensor([3, 2, 1]), (torch.zeros(2, 3, 2), torch.zeros(2, 3, 3)), [a, b, w, d, e, v], False, 1, 0.0, False, True)',
      },
      {
        in: { x: f([3, 30, 8]), a: f([160, 8]), b: f([160, 40]), p: f([160]), q: f([160]) },
        run: ({ x, a, b, p, q }) => flat(given(new nn.LSTM(8, 40), [a, b, p, q]).forward(x)),
        large: true,
      },
      {
        in: { x: f([3, 30, 8]), a: f([120, 8]), b: f([120, 40]), p: f([120]), q: f([120]) },
        run: ({ x, a, b, p, q }) => given(new nn.GRU(8, 40), [a, b, p, q]).forward(x),
        large: true,
      },
      {
        in: { x: f([3, 300, 8]), a: f([40, 8]), b: f([40, 40]) },
        run: ({ x, a, b }) => given(new nn.RNN(8, 40, { bias: false }), [a, b]).forward(x),
        large: true,
      },
    ],
  }),
];
