import { F, ShapeError, WasmgradError, nn, ones, zeros } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, row, values, type Row } from './table.js';

const future = (size: number): ReturnType<typeof values> => {
  const places = Array.from({ length: size }, (_, i) => i);
  return values(
    places.map((i) => places.map((j) => j > i)),
    'bool',
  );
};
const padding = values(
  [
    [false, false, false, true, true],
    [false, false, false, false, true],
  ],
  'bool',
);
const late = values(
  [
    [false, false, false, false],
    [false, false, false, true],
  ],
  'bool',
);
const bias = values(
  [0, 1, 2, 3].map((i) => [0, 1, 2, 3, 4].map((j) => (i * j - 3) / 4)),
  'float32',
  { grad: false },
);

/** A stack of copies of a layer, which is freed. */
function stacked<S extends nn.Module>(original: nn.Module, make: (layer: nn.Module) => S): S {
  const stack = make(original);
  for (const parameter of original.parameters()) parameter.dispose();
  return stack;
}

const small = { dimFeedforward: 5, dropout: 0 };

export const rows: Row[] = [
  layer('TransformerDecoderLayer', {
    cases: [
      {
        make: () => new nn.TransformerDecoderLayer(6, 2, { dimFeedforward: 8, dropout: 0.5 }),
        torch: 'nn.TransformerDecoderLayer(6, 2, 8, dropout=0.5)',
        in: { x: f([4, 2, 6]), memory: f([5, 2, 6]) },
        eval: true,
      },
      {
        make: () =>
          new nn.TransformerDecoderLayer(6, 2, {
            ...small,
            activation: 'gelu',
            batchFirst: true,
            normFirst: true,
            layerNormEps: 1e-3,
          }),
        torch:
          "nn.TransformerDecoderLayer(6, 2, 5, dropout=0, activation='gelu', batch_first=True, norm_first=True, layer_norm_eps=1e-3)",
        in: { x: f([2, 4, 6]), memory: f([2, 5, 6]), mask: future(4), bias, late, pad: padding },
        call: (m, { x, memory, mask, bias, late, pad }) =>
          (m as nn.TransformerDecoderLayer).forward(x, memory, {
            tgtMask: mask,
            memoryMask: bias,
            tgtKeyPaddingMask: late,
            memoryKeyPaddingMask: pad,
          }),
        torchCall: 'm(x, memory, mask, bias, late, pad)',
        eval: true,
      },
      {
        make: () => new nn.TransformerDecoderLayer(6, 3, { ...small, bias: false, activation: (x) => F.silu(x) }),
        torch: 'without_bias(lambda: nn.TransformerDecoderLayer(6, 3, 5, dropout=0, activation=F.silu))',
        in: { x: f([4, 6]), memory: f([5, 6]), mask: future(4) },
        call: (m, { x, memory, mask }) =>
          (m as nn.TransformerDecoderLayer).forward(x, memory, {
            tgtMask: mask,
            tgtIsCausal: true,
            memoryMask: ones([4, 5], { dtype: 'bool' }).triu(1),
            memoryIsCausal: true,
          }),
        torchCall: 'm(x, memory, mask, torch.ones(4, 5).triu(1).bool())',
      },
    ],
    errors: [
      {
        run: () => new nn.TransformerDecoderLayer(6, 2, { ff: 8 } as object),
        type: WasmgradError,
        message:
          "TransformerDecoderLayer: unknown option 'ff' (known: dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias, dtype)",
      },
      {
        run: () => new nn.TransformerDecoderLayer(6, 2).forward(zeros([4, 2, 6]), zeros([5, 3, 6])),
        type: ShapeError,
        message: 'MultiheadAttention: batch sizes differ, got query [4, 2, 6], key [5, 3, 6], value [5, 3, 6]',
      },
    ],
  }),
  layer('TransformerDecoder', {
    cases: [
      {
        make: () =>
          stacked(new nn.TransformerDecoderLayer(6, 2, small), (one) => {
            return new nn.TransformerDecoder(one, 2, { norm: new nn.LayerNorm(6) });
          }),
        torch: 'nn.TransformerDecoder(nn.TransformerDecoderLayer(6, 2, 5, dropout=0), 2, nn.LayerNorm(6))',
        in: { x: f([4, 2, 6]), memory: f([5, 2, 6]), mask: future(4), pad: padding },
        call: (m, { x, memory, mask, pad }) =>
          (m as nn.TransformerDecoder).forward(x, memory, { tgtMask: mask, memoryKeyPaddingMask: pad }),
        torchCall: 'm(x, memory, tgt_mask=mask, memory_key_padding_mask=pad)',
        eval: true,
      },
    ],
  }),
  layer('TransformerEncoder', {
    cases: [
      {
        make: () =>
          stacked(new nn.TransformerEncoderLayer(6, 2, { ...small, bias: false }), (one) => {
            return new nn.TransformerEncoder(one, 2);
          }),
        torch: 'nn.TransformerEncoder(without_bias(lambda: nn.TransformerEncoderLayer(6, 2, 5, dropout=0)), 2)',
        in: { x: f([5, 2, 6]), mask: future(5), pad: padding },
        call: (m, { x, mask, pad }) =>
          (m as nn.TransformerEncoder).forward(x, { mask, srcKeyPaddingMask: pad, isCausal: true }),
        torchCall: 'm(x, mask, pad)',
      },
    ],
  }),
  layer('Transformer', {
    cases: [
      {
        make: () =>
          new nn.Transformer({ dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 2, dimFeedforward: 5 }),
        torch: 'nn.Transformer(4, 2, 1, 2, 5)',
        in: { src: f([5, 2, 4]), tgt: f([4, 2, 4]), mask: future(4), pad: padding },
        call: (m, { src, tgt, mask, pad }) =>
          (m as nn.Transformer).forward(src, tgt, {
            tgtMask: mask,
            tgtIsCausal: true,
            srcKeyPaddingMask: pad,
            memoryKeyPaddingMask: pad,
          }),
        torchCall: 'm(src, tgt, tgt_mask=mask, src_key_padding_mask=pad, memory_key_padding_mask=pad)',
        eval: true,
      },
      {
        make: () =>
          new nn.Transformer({
            ...small,
            dModel: 4,
            nhead: 1,
            numEncoderLayers: 1,
            numDecoderLayers: 1,
            activation: 'gelu',
            layerNormEps: 1e-3,
            batchFirst: true,
            normFirst: true,
          }),
        torch:
          "nn.Transformer(4, 1, 1, 1, 5, dropout=0, activation='gelu', layer_norm_eps=1e-3, batch_first=True, norm_first=True)",
        in: { src: f([2, 5, 4]), tgt: f([2, 4, 4]), mask: future(5), bias, late },
        call: (m, { src, tgt, mask, bias, late }) =>
          (m as nn.Transformer).forward(src, tgt, {
            srcMask: mask,
            srcIsCausal: true,
            memoryMask: bias,
            tgtKeyPaddingMask: late,
          }),
        torchCall: 'm(src, tgt, src_mask=mask, memory_mask=bias, tgt_key_padding_mask=late)',
      },
      {
        make: () =>
          new nn.Transformer({
            dModel: 4,
            customEncoder: stacked(new nn.TransformerEncoderLayer(4, 1, small), (one) => {
              return new nn.TransformerEncoder(one, 1);
            }),
            customDecoder: stacked(new nn.TransformerDecoderLayer(4, 1, small), (one) => {
              return new nn.TransformerDecoder(one, 1);
            }),
          }),
        torch:
          'nn.Transformer(4, custom_encoder=nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 1, 5, dropout=0), 1), ' +
          'custom_decoder=nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 1, 5, dropout=0), 1))',
        in: { src: f([5, 4]), tgt: f([4, 4]) },
      },
    ],
    errors: [
      {
        run: () => new nn.Transformer({ heads: 2 } as object),
        type: WasmgradError,
        message:
          "Transformer: unknown option 'heads' (known: dModel, nhead, numEncoderLayers, numDecoderLayers, customEncoder, customDecoder, dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias, dtype)",
      },
      {
        run: () => whole().forward(zeros([5, 2, 4]), zeros([4, 3, 4])),
        type: ShapeError,
        message: 'Transformer: batch sizes differ, got src [5, 2, 4], tgt [4, 3, 4]',
      },
      {
        run: () => whole().forward(zeros([5, 2, 4]), zeros([4, 2, 6])),
        type: ShapeError,
        message: 'Transformer: the last dims must be dModel 4, got src [5, 2, 4], tgt [4, 2, 6]',
      },
      {
        run: () => whole().forward(zeros([5, 2, 4]), zeros([4, 4])),
        type: ShapeError,
        message: 'Transformer: src and tgt must have 3 dims (or 2 without a batch), got src [5, 2, 4], tgt [4, 4]',
      },
    ],
  }),
  row('generateSquareSubsequentMask', {
    cases: [
      {
        run: () => nn.Transformer.generateSquareSubsequentMask(4),
        torch: 'nn.Transformer.generate_square_subsequent_mask(4)',
        single: true,
      },
      {
        run: () => nn.Transformer.generateSquareSubsequentMask(2, { dtype: 'float64' }),
        torch: 'nn.Transformer.generate_square_subsequent_mask(2).double()',
        single: true,
      },
    ],
  }),
];

function whole(): nn.Transformer {
  return new nn.Transformer({ ...small, dModel: 4, nhead: 1, numEncoderLayers: 1, numDecoderLayers: 1 });
}
