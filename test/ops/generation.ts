import { F, ShapeError, WasmgradError, cat, nn, noGrad, ones, tensor, zeros, type Tensor } from '../../src/index.js';
import { layer } from '../harness/layer.js';
import { f, row, values, type Row } from './table.js';

const padding = values(
  [
    [false, false, false, true, true],
    [false, false, false, false, true],
  ],
  'bool',
);
/** A stack of copies of a layer, which is freed. */
function stacked<S extends nn.Module>(original: nn.Module, make: (layer: nn.Module) => S): S {
  const stack = make(original);
  for (const parameter of original.parameters()) parameter.dispose();
  return stack;
}

const small = { dimFeedforward: 5, dropout: 0 };

export const rows: Row[] = [
  layer('KVCache', {
    cases: [
      // Twenty positions in parts of 3, 1 and 16: the first outgrow the room that there is at first.
      {
        make: () => new nn.MultiheadAttention(6, 2),
        torch: 'nn.MultiheadAttention(6, 2)',
        in: { x: f([20, 2, 6], { grad: false }) },
        call: (m, { x }) => inParts(m as nn.MultiheadAttention, x, [3, 1, 16], false),
        torchCall: 'm(x, x, x, attn_mask=torch.ones(20, 20).triu(1).bool())[0].detach()',
      },
      {
        make: () => new nn.MultiheadAttention(6, 2, { bias: false, batchFirst: true }),
        torch: 'nn.MultiheadAttention(6, 2, bias=False, batch_first=True)',
        in: { x: f([5, 6], { grad: false }) },
        call: (m, { x }) => inParts(m as nn.MultiheadAttention, x, [2, 3], true),
        torchCall: 'm(x, x, x, attn_mask=torch.ones(5, 5).triu(1).bool())[0].detach()',
      },
      {
        make: () => stacked(new nn.TransformerDecoderLayer(6, 2, small), (one) => new nn.TransformerDecoder(one, 2)),
        torch: 'nn.TransformerDecoder(nn.TransformerDecoderLayer(6, 2, 5, dropout=0), 2)',
        in: { x: f([4, 2, 6], { grad: false }), memory: f([5, 2, 6], { grad: false }), pad: padding },
        call: (m, { x, memory, pad }) =>
          noGrad(() => {
            const cache = new nn.KVCache();
            const options = { cache, tgtIsCausal: true, memoryKeyPaddingMask: pad };
            const run = (part: Tensor): Tensor => (m as nn.TransformerDecoder).forward(part, memory, options);
            const ys = x.split([1, 2, 1]).map(run);
            cache.clear();
            return ys;
          }),
        torchCall:
          'm(x, memory, torch.ones(4, 4).triu(1).bool(), memory_key_padding_mask=pad).detach().split([1, 2, 1])',
      },
      {
        make: () => stacked(new nn.TransformerEncoderLayer(6, 2, small), (one) => new nn.TransformerEncoder(one, 2)),
        torch: 'nn.TransformerEncoder(nn.TransformerEncoderLayer(6, 2, 5, dropout=0), 2)',
        in: { x: f([4, 2, 6], { grad: false }) },
        call: (m, { x }) =>
          noGrad(() => {
            const cache = new nn.KVCache();
            // Masks of the queries of a part on all keys so far; sequences change places in between.
            const run = (part: Tensor, from: number, to: number): Tensor => {
              return (m as nn.TransformerEncoder).forward(part, { cache, mask: later(from, to) });
            };
            const first = run(x.narrow(0, 0, 3), 0, 3);
            const swap = tensor([1, 0], { dtype: 'int32' });
            cache.reorder(swap);
            const last = run(x.narrow(0, 3, 1).indexSelect(1, swap), 3, 4).indexSelect(1, swap);
            const { length } = cache;
            cache.clear();
            return [first, last, tensor([length, cache.length])];
          }),
        torchCall: '[*m(x, torch.ones(4, 4).triu(1).bool()).detach().split([3, 1]), torch.tensor([4., 0.])]',
      },
    ],
    errors: [
      {
        run: () => attendTwice(new nn.MultiheadAttention(4, 2), zeros([2, 1, 4]), zeros([2, 3, 4])),
        type: ShapeError,
        message: 'KVCache: keys and values do not fit to those before, got key [3, 2, 2, 2], value [3, 2, 2, 2]',
      },
      {
        run: () => new nn.KVCache().append({}, zeros([2, 2], { requiresGrad: true }), zeros([2, 2])),
        type: WasmgradError,
        message: 'KVCache: keys and values are kept without history (run the model inside of noGrad)',
      },
      {
        run: () => attendTwice(new nn.MultiheadAttention(4, 2, { addZeroAttn: true }), zeros([2, 1, 4]), zeros([1])),
        type: WasmgradError,
        message: 'MultiheadAttention: a cache does not go with addBiasKv or addZeroAttn',
      },
    ],
  }),
  row('sampleTokens', {
    cases: [
      {
        in: { x: f([6, 9], { grad: false }) },
        run: ({ x }) => nn.sampleTokens(x),
        torch: 'torch.multinomial(x.softmax(-1), 1).squeeze(-1)',
        seed: 3,
      },
      {
        in: { x: f([6, 9], { grad: false }) },
        run: ({ x }) => nn.sampleTokens(x, { temperature: 0 }),
        torch: 'x.argmax(-1)',
      },
      {
        in: { x: f([20, 9], { grad: false }) },
        run: ({ x }) => nn.sampleTokens(x, { temperature: 0.5, topK: 3 }),
        torch:
          'x = x / 0.5\ntorch.multinomial(x.masked_fill(x < x.topk(3)[0][:, -1:], -math.inf).softmax(-1), 1).squeeze(-1)',
        seed: 4,
      },
      {
        in: { x: f([20, 9], { grad: false }) },
        run: ({ x }) => nn.sampleTokens(x, { topP: 0.6 }),
        torch:
          's, i = x.sort(-1, descending=True)\ndrop = s.softmax(-1).cumsum(-1) - s.softmax(-1) > 0.6\n' +
          'torch.multinomial(x.masked_fill(drop.scatter(-1, i, drop), -math.inf).softmax(-1), 1).squeeze(-1)',
        seed: 5,
      },
    ],
    errors: [
      {
        run: () => nn.sampleTokens(zeros([2, 3]), { temperature: -1 }),
        type: WasmgradError,
        message: 'sampleTokens: temperature must be at least 0, got -1',
      },
      {
        run: () => nn.sampleTokens(zeros([2, 3]), { topK: 0 }),
        type: WasmgradError,
        message: 'sampleTokens: topK must be a whole number of at least 1, got 0',
      },
      {
        run: () => nn.sampleTokens(zeros([2, 3]), { topP: 2 }),
        type: WasmgradError,
        message: 'sampleTokens: topP must be above 0 and at most 1, got 2',
      },
      {
        run: () => nn.sampleTokens(zeros([3])),
        type: ShapeError,
        message: 'sampleTokens: needs two dims, got logits [3]',
      },
    ],
  }),
  row('generate', {
    cases: [
      {
        in: { w: f([6, 6], { grad: false }) },
        run: ({ w }) => nn.generate((tokens) => F.embedding(tokens, w), start(), { maxNewTokens: 4, temperature: 0 }),
        torch:
          't = torch.tensor([[0, 2], [1, 3]])\nfor _ in range(4):\n  t = torch.cat([t, w[t[:, -1]].argmax(-1, True)], 1)\nt',
      },
      {
        in: { w: f([6, 6], { grad: false }) },
        run: ({ w }) =>
          nn.generate((tokens) => F.embedding(tokens, w), start(), { temperature: 0.7, topK: 2, useCache: false }),
        torch:
          't = torch.tensor([[0, 2], [1, 3]])\nfor _ in range(20):\n  x = w[t[:, -1]] / 0.7\n' +
          '  x = x.masked_fill(x < x.topk(2)[0][:, -1:], -math.inf)\n' +
          '  t = torch.cat([t, torch.multinomial(x.softmax(-1), 1)], 1)\nt',
        seed: 6,
      },
      // The first sequence ends at once and is filled up; both have ended before the last step.
      {
        run: () =>
          nn.generate((tokens) => F.oneHot(tokens.add(1).remainder(5), 5).float(), start(), {
            temperature: 0,
            maxNewTokens: 9,
            eosToken: 4,
          }),
        torch: 'torch.tensor([[0, 2, 3, 4], [1, 3, 4, 4]])',
      },
      {
        in: { w: f([6, 6], { grad: false }) },
        run: ({ w }) => nn.generate((tokens) => F.embedding(tokens, w), start(), { maxNewTokens: 3, topP: 1e-6 }),
        torch:
          't = torch.tensor([[0, 2], [1, 3]])\nfor _ in range(3):\n  t = torch.cat([t, w[t[:, -1]].argmax(-1, True)], 1)\nt',
        seed: 1,
      },
    ],
    errors: [
      {
        run: () => nn.generate((tokens) => tokens, zeros([3])),
        type: ShapeError,
        message: 'generate: needs tokens [N, L], got prompt [3]',
      },
      {
        run: () => nn.generate((tokens) => tokens, start()),
        type: ShapeError,
        message: 'generate: the model must answer scores [N, L, V], got logits [2, 2]',
      },
      {
        run: () => nn.generate((tokens) => tokens, start(), { maxNewTokens: -1 }),
        type: WasmgradError,
        message: 'generate: maxNewTokens must be a whole number of at least 0, got -1',
      },
    ],
  }),
];

const start = (): Tensor =>
  tensor(
    [
      [0, 2],
      [1, 3],
    ],
    { dtype: 'int32' },
  );

/** True where a key comes after the query: of positions `from` … `to` on all keys so far. */
const later = (from: number, to: number): Tensor => ones([to - from, to], { dtype: 'bool' }).triu(from + 1);

/** What a self-attention answers to parts of x, one after the other. */
function inParts(module: nn.MultiheadAttention, x: Tensor, sizes: number[], needWeights: boolean): Tensor {
  return noGrad(() => {
    const cache = new nn.KVCache();
    const ys = x
      .split(sizes)
      .map((part) => module.forward(part, part, part, { cache, isCausal: true, needWeights })[0]);
    cache.clear();
    return cat(ys);
  });
}

function attendTwice(module: nn.MultiheadAttention, a: Tensor, b: Tensor): void {
  noGrad(() => {
    const cache = new nn.KVCache();
    for (const x of [a, b]) module.forward(x, x, x, { cache });
  });
}
