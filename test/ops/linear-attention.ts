import { DTypeError, F, ShapeError, WasmgradError, nn, zeros } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, row, type Row } from './table.js';

/** The features are drawn, and made orthogonal, in float32 in both libraries. */
const DRAWN = { float64: 1e-6 };

export const rows: Row[] = [
  row('linearAttention', {
    cases: [
      {
        in: { q: f([2, 3, 4]), k: f([2, 5, 4]), v: f([2, 5, 3]) },
        run: ({ q, k, v }) => F.linearAttention(q, k, v),
        torch: 'linear_attention(F.elu(q) + 1, F.elu(k) + 1, v, False, 1e-6)',
      },
      {
        in: { q: f([5, 4]), k: f([5, 4]), v: f([5, 3]) },
        run: ({ q, k, v }) => F.linearAttention(q, k, v, { isCausal: true, eps: 0.5 }),
        torch: 'linear_attention(F.elu(q) + 1, F.elu(k) + 1, v, True, 0.5)',
      },
      // More than one block of rows.
      {
        in: { q: f([2, 130, 2]), k: f([2, 130, 2]), v: f([2, 130, 2]) },
        run: ({ q, k, v }) => F.linearAttention(q, k, v, { isCausal: true }),
        torch: 'linear_attention(F.elu(q) + 1, F.elu(k) + 1, v, True, 1e-6)',
        gradcheck: 1,
      },
    ],
    errors: [
      {
        run: () => F.linearAttention(zeros([2, 4]), zeros([2, 5]), zeros([2, 5])),
        type: ShapeError,
        message: 'linearAttention: query and key differ in their last dim, got query [2, 4], key [2, 5], value [2, 5]',
      },
      {
        run: () => F.linearAttention(zeros([2, 4]), zeros([3, 4]), zeros([3, 4]), { isCausal: true }),
        type: ShapeError,
        message: 'linearAttention: isCausal needs as many queries as keys, got query [2, 4], key [3, 4]',
      },
      {
        run: () => F.linearAttention(zeros([2, 4]), zeros([2, 4], { dtype: 'float64' }), zeros([2, 4])),
        type: DTypeError,
        message: 'linearAttention: dtypes differ, got query float32, key float64, value float32',
      },
    ],
  }),
  row('performerAttention', {
    cases: [
      {
        in: { q: f([2, 3, 4]), k: f([2, 5, 4]), v: f([2, 5, 3]), w: f([6, 4]) },
        run: ({ q, k, v, w }) => F.performerAttention(q, k, v, w),
        torch: 'performer_attention(q, k, v, w, False, 0.5, 1e-4)',
      },
      {
        in: { q: f([5, 4]), k: f([5, 4]), v: f([5, 3]), w: f([6, 4]) },
        run: ({ q, k, v, w }) => F.performerAttention(q, k, v, w, { isCausal: true, scale: 0.3, eps: 0.01 }),
        torch: 'performer_attention(q, k, v, w, True, 0.3, 0.01)',
      },
    ],
    errors: [
      {
        run: () => F.performerAttention(zeros([2, 4]), zeros([2, 4]), zeros([2, 4]), zeros([6, 3])),
        type: ShapeError,
        message: 'performerAttention: projection must have shape [m, 4], got projection [6, 3]',
      },
      {
        run: () => F.performerAttention(zeros([2, 4]), zeros([2, 4]), zeros([2, 4]), zeros([6, 4]), { scale: -1 }),
        type: WasmgradError,
        message: 'performerAttention: scale must be above 0, got -1',
      },
    ],
  }),
  row('orthogonalFeatures', {
    cases: [
      {
        run: () => F.orthogonalFeatures(6, 4),
        torch: 'orthogonal_features(6, 4)',
        seed: 3,
      },
    ],
    errors: [
      {
        run: () => F.orthogonalFeatures(0, 4),
        type: ShapeError,
        message: 'orthogonalFeatures: numFeatures must be a whole number of at least 1, got 0',
      },
    ],
  }),
  layer('LinearAttention', {
    cases: [
      {
        make: () => new nn.LinearAttention(4, 2),
        torch: 'LinearAttention(4, 2)',
        in: { x: f([5, 2, 4]), y: f([3, 2, 4]) },
        call: (m, { x, y }) => (m as nn.LinearAttention).forward(x, y, y),
      },
      {
        make: () => new nn.LinearAttention(4, 2, { batchFirst: true, isCausal: true, bias: false }),
        torch: 'LinearAttention(4, 2, batch_first=True, is_causal=True, bias=False)',
        in: { x: f([2, 5, 4]) },
        call: (m, { x }) => (m as nn.LinearAttention).forward(x, x, x),
        torchCall: 'm(x, x)',
      },
      {
        make: () => new nn.LinearAttention(4, 2, { isCausal: true }),
        torch: 'LinearAttention(4, 2, is_causal=True)',
        in: { x: f([5, 4]) },
        call: (m, { x }) => (m as nn.LinearAttention).forward(x, x, x),
        torchCall: 'm(x, x)',
      },
    ],
    errors: [
      {
        run: () => new nn.LinearAttention(5, 2),
        type: ShapeError,
        message: 'LinearAttention: embedDim must be divisible by numHeads, got 5 and 2',
      },
      {
        run: () => new nn.LinearAttention(4, 2).forward(zeros([3, 2, 4]), zeros([3, 2, 4]), zeros([3, 2, 5])),
        type: ShapeError,
        message:
          'LinearAttention: inputs must have 3 dims (or 2 without a batch), the last of 4, got query [3, 2, 4], key [3, 2, 4], value [3, 2, 5]',
      },
      {
        run: () => new nn.LinearAttention(4, 2).forward(zeros([3, 2, 4]), zeros([3, 1, 4]), zeros([3, 1, 4])),
        type: ShapeError,
        message:
          'LinearAttention: batch sizes or numbers of keys and values differ, got query [3, 2, 4], key [3, 1, 4], value [3, 1, 4]',
      },
    ],
  }),
  layer('PerformerAttention', {
    cases: [
      {
        make: () => new nn.PerformerAttention(8, 2),
        torch: 'PerformerAttention(8, 2, 6)',
        in: { x: f([5, 2, 8]), y: f([3, 2, 8]) },
        tolerance: DRAWN,
        call: (m, { x, y }) => (m as nn.PerformerAttention).forward(x, y, y),
      },
      {
        make: () => new nn.PerformerAttention(4, 1, { numFeatures: 10, isCausal: true, batchFirst: true }),
        torch: 'PerformerAttention(4, 1, 10, is_causal=True, batch_first=True)',
        in: { x: f([2, 5, 4]) },
        tolerance: DRAWN,
        call: (m, { x }) => (m as nn.PerformerAttention).forward(x, x, x),
        torchCall: 'm(x, x)',
      },
    ],
  }),
];
