import { F, ShapeError, WasmgradError, nn, zeros, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, values, type Row } from './table.js';

type Attention = nn.MultiheadAttention;

const given = (results: readonly (Tensor | null)[]): Tensor[] => results.filter((y) => y !== null);

/** True above the diagonal. */
const future = values(
  [0, 1, 2, 3, 4].map((i) => [0, 1, 2, 3, 4].map((j) => j > i)),
  'bool',
);
const padding = values(
  [
    [false, false, false, true, true],
    [false, false, false, false, true],
  ],
  'bool',
);
const bias = values(
  [0, 1, 2, 3, 4].map((i) => [0, 1, 2, 3, 4].map((j) => (i * j - 3) / 4)),
  'float32',
  { grad: false },
);

/** An encoder of copies of a layer, which is freed. */
function encoder(make: () => nn.TransformerEncoderLayer, count: number, norm: nn.Module | null = null): nn.Module {
  const original = make();
  const stack = new nn.TransformerEncoder(original, count, { norm });
  for (const parameter of original.parameters()) parameter.dispose();
  return stack;
}

export const rows: Row[] = [
  layer('MultiheadAttention', {
    cases: [
      {
        make: () => new nn.MultiheadAttention(6, 2),
        torch: 'nn.MultiheadAttention(6, 2)',
        in: { x: f([5, 2, 6]) },
        call: (m, { x }) => given((m as Attention).forward(x, x, x)),
        torchCall: 'm(x, x, x)',
      },
      {
        make: () => new nn.MultiheadAttention(6, 2, { batchFirst: true }),
        torch: 'nn.MultiheadAttention(6, 2, batch_first=True)',
        in: { x: f([2, 5, 6]) },
        call: (m, { x }) => given((m as Attention).forward(x, x, x, { needWeights: false })),
        torchCall: 'm(x, x, x, need_weights=False)[0]',
        eval: true,
      },
      {
        make: () => new nn.MultiheadAttention(6, 2),
        torch: 'nn.MultiheadAttention(6, 2)',
        in: { x: f([5, 2, 6]), mask: future },
        call: (m, { x, mask }) =>
          given((m as Attention).forward(x, x, x, { needWeights: false, attnMask: mask, isCausal: true })),
        torchCall: 'm(x, x, x, need_weights=False, attn_mask=mask)[0]',
      },
      {
        make: () => new nn.MultiheadAttention(6, 3, { bias: false }),
        torch: 'nn.MultiheadAttention(6, 3, bias=False)',
        in: { x: f([5, 2, 6]), mask: future, pad: padding },
        call: (m, { x, mask, pad }) =>
          given((m as Attention).forward(x, x, x, { needWeights: false, attnMask: mask, keyPaddingMask: pad })),
        torchCall: 'm(x, x, x, need_weights=False, attn_mask=mask, key_padding_mask=pad)[0]',
      },
      {
        make: () => new nn.MultiheadAttention(6, 2, { batchFirst: true }),
        torch: 'nn.MultiheadAttention(6, 2, batch_first=True)',
        in: { x: f([2, 5, 6]), mask: bias, pad: padding },
        call: (m, { x, mask, pad }) =>
          given((m as Attention).forward(x, x, x, { averageAttnWeights: false, attnMask: mask, keyPaddingMask: pad })),
        torchCall: 'm(x, x, x, average_attn_weights=False, attn_mask=mask, key_padding_mask=pad)',
      },
      {
        make: () => new nn.MultiheadAttention(6, 2),
        torch: 'nn.MultiheadAttention(6, 2)',
        in: { q: f([3, 2, 6]), k: f([5, 2, 6]), pad: padding },
        call: (m, { q, k, pad }) =>
          given((m as Attention).forward(q, k, k, { needWeights: false, keyPaddingMask: pad })),
        torchCall: 'm(q, k, k, need_weights=False, key_padding_mask=pad)[0]',
      },
      {
        make: () => new nn.MultiheadAttention(6, 2, { batchFirst: true }),
        torch: 'nn.MultiheadAttention(6, 2, batch_first=True)',
        in: { q: f([2, 3, 6]), k: f([2, 5, 6]), v: f([2, 5, 6]), mask: f([4, 3, 5]) },
        call: (m, { q, k, v, mask }) =>
          given((m as Attention).forward(q, k, v, { needWeights: false, attnMask: mask })),
        torchCall: 'm(q, k, v, need_weights=False, attn_mask=mask)[0]',
      },
      {
        make: () => new nn.MultiheadAttention(6, 2, { kdim: 3, vdim: 4 }),
        torch: 'nn.MultiheadAttention(6, 2, kdim=3, vdim=4)',
        in: { q: f([3, 2, 6]), k: f([5, 2, 3]), v: f([5, 2, 4]) },
        call: (m, { q, k, v }) => given((m as Attention).forward(q, k, v)),
        torchCall: 'm(q, k, v)',
      },
      {
        make: () => new nn.MultiheadAttention(6, 2, { addBiasKv: true, addZeroAttn: true }),
        torch: 'nn.MultiheadAttention(6, 2, add_bias_kv=True, add_zero_attn=True)',
        in: { x: f([5, 2, 6]), mask: future, pad: padding },
        call: (m, { x, mask, pad }) =>
          given((m as Attention).forward(x, x, x, { attnMask: mask, keyPaddingMask: pad })),
        torchCall: 'm(x, x, x, attn_mask=mask, key_padding_mask=pad)',
      },
      {
        make: () => new nn.MultiheadAttention(6, 2, { batchFirst: true }),
        torch: 'nn.MultiheadAttention(6, 2, batch_first=True)',
        in: { x: f([5, 6]) },
        call: (m, { x }) => given((m as Attention).forward(x, x, x)),
        torchCall: 'm(x, x, x)',
      },
      {
        make: () => new nn.MultiheadAttention(6, 2, { dropout: 0.5 }),
        torch: 'nn.MultiheadAttention(6, 2, dropout=0.5)',
        in: { x: f([5, 2, 6]) },
        call: (m, { x }) => given((m as Attention).forward(x, x, x)),
        torchCall: 'm(x, x, x)',
        eval: true,
      },
      {
        make: () => new nn.MultiheadAttention(6, 2, { bias: false, kdim: 3, batchFirst: true, addBiasKv: true }),
        torch: 'nn.MultiheadAttention(6, 2, bias=False, kdim=3, batch_first=True, add_bias_kv=True)',
        in: { q: f([2, 3, 6]), k: f([2, 5, 3]), v: f([2, 5, 6]), pad: padding },
        call: (m, { q, k, v, pad }) =>
          given((m as Attention).forward(q, k, v, { keyPaddingMask: pad, averageAttnWeights: false })),
        torchCall: 'm(q, k, v, key_padding_mask=pad, average_attn_weights=False)',
      },
      {
        make: () => new nn.MultiheadAttention(6, 2, { addZeroAttn: true }),
        torch: 'nn.MultiheadAttention(6, 2, add_zero_attn=True)',
        in: { x: f([5, 2, 6]), k: f([3, 2, 6]), bias: f([4, 5, 3], { grad: false }) },
        call: (m, { x, k, bias }) => given((m as Attention).forward(x, k, k, { attnMask: bias, needWeights: false })),
        torchCall: 'm(x, k, k, attn_mask=bias, need_weights=False)[0]',
      },
    ],
    errors: [
      {
        run: () => new nn.MultiheadAttention(6, 4),
        type: ShapeError,
        message: 'MultiheadAttention: embedDim must be divisible by numHeads, got 6 and 4',
      },
      {
        run: () => new nn.MultiheadAttention(6, 2, { heads: 2 } as object),
        type: WasmgradError,
        message:
          "MultiheadAttention: unknown option 'heads' (known: dropout, bias, addBiasKv, addZeroAttn, kdim, vdim, batchFirst, dtype)",
      },
      {
        run: () => attend(zeros([5, 2, 6]), zeros([5, 2, 4])),
        type: ShapeError,
        message:
          'MultiheadAttention: the last dims must be 6, 6, 6, got query [5, 2, 6], key [5, 2, 4], value [5, 2, 4]',
      },
      {
        run: () => attend(zeros([5, 2, 6]), zeros([5, 3, 6])),
        type: ShapeError,
        message: 'MultiheadAttention: batch sizes differ, got query [5, 2, 6], key [5, 3, 6], value [5, 3, 6]',
      },
      {
        run: () => attend(zeros([5, 2, 6]), zeros([5, 2, 6]), { attnMask: zeros([5, 4]) }),
        type: ShapeError,
        message: 'MultiheadAttention: attnMask must have shape [5, 5] or [4, 5, 5], got attnMask [5, 4]',
      },
      {
        run: () => attend(zeros([5, 2, 6]), zeros([5, 2, 6]), { isCausal: true }),
        type: WasmgradError,
        message: 'MultiheadAttention: isCausal needs attnMask (it says what that mask is)',
      },
    ],
  }),
  layer('TransformerEncoderLayer', {
    cases: [
      {
        make: () => new nn.TransformerEncoderLayer(6, 2, { dimFeedforward: 8, dropout: 0 }),
        torch: 'nn.TransformerEncoderLayer(6, 2, 8, dropout=0)',
        in: { x: f([5, 2, 6]) },
        eval: true,
      },
      {
        make: () =>
          new nn.TransformerEncoderLayer(6, 2, {
            dimFeedforward: 8,
            activation: 'gelu',
            batchFirst: true,
            normFirst: true,
            layerNormEps: 1e-3,
          }),
        torch:
          "nn.TransformerEncoderLayer(6, 2, 8, activation='gelu', batch_first=True, norm_first=True, layer_norm_eps=1e-3)",
        in: { x: f([2, 5, 6]), mask: future, pad: padding },
        call: (m, { x, mask, pad }) =>
          (m as nn.TransformerEncoderLayer).forward(x, { srcMask: mask, srcKeyPaddingMask: pad }),
        torchCall: 'm(x, src_mask=mask, src_key_padding_mask=pad)',
        eval: true,
      },
      {
        make: () => new nn.TransformerEncoderLayer(6, 3, { dimFeedforward: 8, activation: new nn.Tanh() }),
        torch: 'nn.TransformerEncoderLayer(6, 3, 8, activation=nn.Tanh())',
        in: { x: f([5, 6]) },
      },
      {
        make: () =>
          new nn.TransformerEncoderLayer(6, 3, { dimFeedforward: 8, dropout: 0, activation: (x) => F.silu(x) }),
        torch: 'nn.TransformerEncoderLayer(6, 3, 8, dropout=0, activation=F.silu)',
        in: { x: f([5, 2, 6]) },
      },
    ],
    errors: [
      {
        run: () => new nn.TransformerEncoderLayer(6, 2, { activation: 'tanh' as 'relu' }),
        type: WasmgradError,
        message: "TransformerEncoderLayer: activation must be 'relu', 'gelu' or a function, got 'tanh'",
      },
      {
        run: () => new nn.TransformerEncoderLayer(6, 2, { ff: 8 } as object),
        type: WasmgradError,
        message:
          "TransformerEncoderLayer: unknown option 'ff' (known: dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias, dtype)",
      },
    ],
  }),
  layer('TransformerEncoder', {
    cases: [
      {
        make: () => encoder(() => new nn.TransformerEncoderLayer(6, 2, { dimFeedforward: 8 }), 2, new nn.LayerNorm(6)),
        torch: 'nn.TransformerEncoder(nn.TransformerEncoderLayer(6, 2, 8), 2, nn.LayerNorm(6))',
        in: { x: f([5, 2, 6]), mask: future },
        call: (m, { x, mask }) => (m as nn.TransformerEncoder).forward(x, { mask }),
        torchCall: 'm(x, mask=mask)',
        eval: true,
      },
    ],
  }),
];

function attend(x: Tensor, y: Tensor, options: nn.MultiheadAttentionCall = {}): void {
  const module = new nn.MultiheadAttention(6, 2);
  module.forward(x, y, y, options);
}
