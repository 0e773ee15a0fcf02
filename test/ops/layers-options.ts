/** Every option of layers where its absence would be seen. */
import { nn, tensor, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, values, type Row } from './table.js';

/** A layer that writes over its input, which is what is compared. */
function overwriting(name: string, make: () => nn.Module, tolerance?: { float64: number }): Row {
  return layer(name, {
    cases: [
      {
        make,
        torch: `nn.${name}(inplace=True)`,
        in: { x: f([3, 5], { min: -4, max: 4 }) },
        call: (m, { x }) => {
          const y = x.mul(1);
          (m.forward as (x: Tensor) => Tensor)(y);
          return y;
        },
        torchCall: '(lambda y: (m(y), y)[1])(x * 1)',
        layouts: false,
        ...(tolerance ? { tolerance } : {}),
      },
    ],
  });
}

const nothing = values(
  [0, 1, 2, 3].map(() => [0, 1, 2, 3].map(() => 0)),
  'float32',
  { grad: false },
);
/** −∞ above the diagonal. */
const CAUSAL = 'torch.full((4, 4), -math.inf).triu(1)';
const small = { dimFeedforward: 5, dropout: 0 };
const src = f([4, 2, 4]);
const memory = f([4, 2, 4]);

/** A stack of a layer that it copies, which is freed. */
function stacked<S extends nn.Module>(original: nn.Module, make: (one: nn.Module) => S): S {
  const stack = make(original);
  for (const parameter of original.parameters()) parameter.dispose();
  return stack;
}

const table = [
  [1, 2, 3],
  [0, -1, 4],
  [3, 1, 1],
  [2, 2, 5],
];
const given = (): Tensor => tensor(table);
const TABLE = `torch.tensor(${JSON.stringify(table)}).float()`;
const labels = values([1, 2, 2, 0], 'int32');
const starts = values([0, 3, 4], 'int32');

export const rows: Row[] = [
  overwriting('ELU', () => new nn.ELU({ inplace: true })),
  overwriting('CELU', () => new nn.CELU({ inplace: true })),
  overwriting('Hardtanh', () => new nn.Hardtanh({ inplace: true })),
  overwriting('Hardswish', () => new nn.Hardswish({ inplace: true })),
  overwriting('Hardsigmoid', () => new nn.Hardsigmoid({ inplace: true }), { float64: 1e-7 }),
  overwriting('Dropout', () => new nn.Dropout({ inplace: true })),
  layer('TransformerEncoderLayer', {
    cases: [
      {
        make: () => new nn.TransformerEncoderLayer(4, 2, small),
        torch: 'nn.TransformerEncoderLayer(4, 2, 5, dropout=0)',
        in: { x: src, mask: nothing },
        // The mask is only a hint then: what counts is isCausal.
        call: (m, { x, mask }) => (m as nn.TransformerEncoderLayer).forward(x, { srcMask: mask, isCausal: true }),
        torchCall: `m(x, ${CAUSAL})`,
      },
    ],
  }),
  layer('TransformerEncoder', {
    cases: [
      {
        make: () => stacked(new nn.TransformerEncoderLayer(4, 2, small), (one) => new nn.TransformerEncoder(one, 2)),
        torch: 'nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 5, dropout=0), 2)',
        in: { x: src, mask: nothing },
        call: (m, { x, mask }) => (m as nn.TransformerEncoder).forward(x, { mask, isCausal: true }),
        torchCall: `m(x, ${CAUSAL})`,
      },
    ],
  }),
  layer('TransformerDecoderLayer', {
    cases: [
      {
        make: () => new nn.TransformerDecoderLayer(4, 2, small),
        torch: 'nn.TransformerDecoderLayer(4, 2, 5, dropout=0)',
        in: { x: src, memory, mask: nothing },
        call: (m, { x, memory: kept, mask }) =>
          (m as nn.TransformerDecoderLayer).forward(x, kept, { memoryMask: mask, memoryIsCausal: true }),
        torchCall: `m(x, memory, memory_mask=${CAUSAL})`,
      },
    ],
  }),
  layer('TransformerDecoder', {
    cases: [
      {
        make: () => stacked(new nn.TransformerDecoderLayer(4, 2, small), (one) => new nn.TransformerDecoder(one, 2)),
        torch: 'nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 5, dropout=0), 2)',
        in: { x: src, memory, mask: nothing },
        call: (m, { x, memory: kept, mask }) =>
          (m as nn.TransformerDecoder).forward(x, kept, { memoryMask: mask, memoryIsCausal: true }),
        torchCall: `m(x, memory, memory_mask=${CAUSAL})`,
      },
    ],
  }),
  layer('Transformer', {
    cases: [
      ...(['src', 'tgt', 'memory'] as const).map((which) => ({
        make: (): nn.Module =>
          new nn.Transformer({ ...small, dModel: 4, nhead: 1, numEncoderLayers: 1, numDecoderLayers: 1 }),
        torch: 'nn.Transformer(4, 1, 1, 1, 5, dropout=0)',
        in: { x: src, y: memory, mask: nothing },
        call: (m: nn.Module, { x, y, mask }: Readonly<Record<'x' | 'y' | 'mask', Tensor>>): Tensor =>
          (m as nn.Transformer).forward(x, y, { [`${which}Mask`]: mask, [`${which}IsCausal`]: true }),
        torchCall: `m(x, y, ${which}_mask=${CAUSAL})`,
      })),
      {
        make: () =>
          new nn.Transformer({ ...small, dModel: 4, nhead: 1, numEncoderLayers: 1, numDecoderLayers: 1, bias: false }),
        torch: 'without_bias(lambda: nn.Transformer(4, 1, 1, 1, 5, dropout=0))',
        in: { x: src, y: memory },
      },
    ],
  }),
  layer('fromPretrained', {
    cases: [
      {
        make: () =>
          nn.Embedding.fromPretrained(given(), { freeze: false, maxNorm: 2, normType: 1, scaleGradByFreq: true }),
        torch: `nn.Embedding.from_pretrained(${TABLE}, freeze=False, max_norm=2.0, norm_type=1.0, scale_grad_by_freq=True)`,
        in: { x: labels },
      },
      {
        make: () =>
          nn.EmbeddingBag.fromPretrained(given(), {
            freeze: false,
            maxNorm: 2,
            normType: 1,
            scaleGradByFreq: true,
            includeLastOffset: true,
          }),
        torch: `nn.EmbeddingBag.from_pretrained(${TABLE}, freeze=False, max_norm=2.0, norm_type=1.0, scale_grad_by_freq=True, include_last_offset=True)`,
        in: { x: labels, o: starts },
      },
    ],
  }),
  layer('transposed convolutions', {
    cases: [
      {
        make: () => new nn.ConvTranspose1d(2, 3, 2, { bias: false, dilation: 2 }),
        torch: 'nn.ConvTranspose1d(2, 3, 2, bias=False, dilation=2)',
        in: { x: f([1, 2, 4]) },
      },
      {
        make: () => new nn.ConvTranspose3d(2, 2, 2, { groups: 2, bias: false, dilation: 2 }),
        torch: 'nn.ConvTranspose3d(2, 2, 2, groups=2, bias=False, dilation=2)',
        in: { x: f([1, 2, 2, 2, 2]) },
      },
    ],
  }),
  layer('UpsamplingNearest2d', {
    cases: [
      {
        make: () => new nn.UpsamplingNearest2d({ size: [3, 5] }),
        torch: 'nn.UpsamplingNearest2d(size=(3, 5))',
        in: { x: f([1, 2, 2, 3]) },
      },
    ],
  }),
  layer('nn.utils', {
    cases: [
      {
        // The new weight has other sizes.
        make: () => {
          const { registerParametrization } = nn.utils.parametrize;
          return registerParametrization(new nn.Linear(4, 3), 'weight', new nn.Linear(4, 5), { unsafe: true });
        },
        torch: "nn.utils.parametrize.register_parametrization(nn.Linear(4, 3), 'weight', nn.Linear(4, 5), unsafe=True)",
        in: { x: f([2, 5]) },
      },
      {
        make: () => nn.utils.spectralNorm(new nn.Bilinear(2, 3, 4), { name: 'weight', dim: 1, eps: 3 }),
        torch: "nn.utils.spectral_norm(nn.Bilinear(2, 3, 4), name='weight', dim=1, eps=3.0)",
        in: { x: f([2, 2]), y: f([2, 3]) },
        // The directions of the power method come of the weight, but have no gradient.
        gradcheck: 0,
      },
      {
        make: () => nn.utils.spectralNorm(cell(), { name: 'weight_hh' }),
        torch: "nn.utils.spectral_norm(nn.RNNCell(2, 3), name='weight_hh')",
        in: { x: f([2, 2]), h: f([2, 3]) },
        gradcheck: 0,
      },
    ],
  }),
];

function cell(): nn.RNNCell {
  return new nn.RNNCell(2, 3);
}
