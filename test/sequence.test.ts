import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  F,
  arange,
  autograd,
  capture,
  info,
  init,
  manualSeed,
  nn,
  optim,
  randint,
  randn,
  scope,
  shutdown,
  tensor,
  type Tensor,
} from '../src/index.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

/** Tells from the last state whether the first element was above zero. */
class Memory extends nn.Module {
  lstm = new nn.LSTM(1, 8);
  head = new nn.Linear(8, 1);

  override forward(x: Tensor): Tensor {
    const [, [h]] = this.lstm.forward(x);
    return this.head.forward(h.squeeze(0));
  }
}

/** Losses of a network that learns to remember the first of four elements. */
function remember(captured: boolean): number[] {
  manualSeed(1);
  const model = new Memory();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.03 });
  const plain = (x: Tensor, y: Tensor): Tensor => {
    optimizer.zeroGrad();
    const loss = F.binaryCrossEntropyWithLogits(model.forward(x), y);
    loss.backward();
    optimizer.step();
    return loss;
  };
  const step = captured ? capture(plain) : plain;
  const losses: number[] = [];
  let used = 0;
  for (let i = 0; i < 120; i++) {
    scope(() => {
      const x = randn([4, 32, 1]).sign();
      losses.push(step(x, x.select(0, 0).gt(0).float()).item());
    });
    if (i === 10) ({ used } = info().memory);
  }
  expect(info().memory.used).toBe(used);
  return losses;
}

describe('an LSTM', () => {
  it('learns to remember, in flat memory, and with capture to the bit as without', () => {
    const losses = remember(false);
    expect(losses[0]).toBeGreaterThan(0.6);
    expect(Math.max(...losses.slice(-5))).toBeLessThan(0.1);
    expect(remember(true)).toEqual(losses);
  });

  it('gives the same gradients where backward is recorded', () => {
    manualSeed(2);
    const lstm = new nn.LSTM(3, 5, { numLayers: 2, bidirectional: true });
    const x = randn([4, 2, 3]);
    const gradients = (createGraph: boolean): number[] => {
      const [y, [h, c]] = lstm.forward(x);
      const loss = y.square().sum().add(h.sum()).add(c.sum());
      return autograd.grad(loss, lstm.parameters(), { createGraph }).flatMap((dp) => [...dp.toTypedArray()]);
    };
    const [fused, recorded] = [gradients(false), gradients(true)];
    fused.forEach((value, i) => expect(recorded[i]).toBeCloseTo(value, 4));
  });
});

/** Predicts the next token: a decoder-only model, of encoder layers that see no future. */
class Language extends nn.Module {
  embedding = new nn.Embedding(5, 16);
  positions = new nn.LearnedPositionalEncoding(16, { maxLen: 32, batchFirst: true });
  encoder: nn.TransformerEncoder;
  head = new nn.Linear(16, 5);

  constructor() {
    super();
    const options = { dimFeedforward: 32, dropout: 0, batchFirst: true, normFirst: true };
    this.encoder = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(16, 2, options), 2);
  }

  override forward(tokens: Tensor, cache: nn.KVCache | null = null): Tensor {
    const x = this.positions.forward(this.embedding.forward(tokens), { offset: cache?.length ?? 0 });
    const mask = cache ? null : nn.Transformer.generateSquareSubsequentMask(tokens.shape[1]!);
    return this.head.forward(this.encoder.forward(x, { cache, mask, isCausal: true }));
  }
}

describe('a decoder-only model', () => {
  it('learns to count, and continues alike with a cache and without', () => {
    manualSeed(3);
    const model = new Language();
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
    const losses: number[] = [];
    for (let i = 0; i < 40; i++) {
      scope(() => {
        const starts = randint(0, 5, [8, 1]);
        const tokens = starts.add(arange(0, 9, { dtype: 'int32' })).remainder(5);
        optimizer.zeroGrad();
        const logits = model.forward(tokens.narrow(1, 0, 8));
        const loss = F.crossEntropy(logits.flatten(0, 1), tokens.narrow(1, 1, 8).flatten());
        loss.backward();
        optimizer.step();
        losses.push(loss.item());
      });
    }
    expect(losses.at(-1)).toBeLessThan(0.1);
    model.eval();
    const prompt = tensor(
      [
        [1, 2],
        [4, 0],
      ],
      { dtype: 'int32' },
    );
    const greedy = { maxNewTokens: 20, temperature: 0 };
    const run = (tokens: Tensor, cache: nn.KVCache | null): Tensor => model.forward(tokens, cache);
    const counted = nn.generate(run, prompt, greedy).tolist() as number[][];
    expect(counted.map((row) => row.slice(0, 7))).toEqual([
      [1, 2, 3, 4, 0, 1, 2],
      [4, 0, 1, 2, 3, 4, 0],
    ]);
    expect(nn.generate(run, prompt, { ...greedy, useCache: false }).tolist()).toEqual(counted);
    const drawn = (useCache: boolean): unknown => {
      manualSeed(4);
      return nn.generate(run, prompt, { maxNewTokens: 20, temperature: 3, topP: 0.9, useCache }).tolist();
    };
    expect(drawn(true)).toEqual(drawn(false));
    const before = info().memory.used;
    scope(() => void nn.generate(run, prompt, greedy));
    expect(info().memory.used).toBe(before);
  });
});

describe('random features', () => {
  it('approach the attention of softmax', () => {
    manualSeed(5);
    // The error of a weight is √(e^(‖q + k‖²/√8) − 1) of it over the root of the number of features: about 0.03 for 2048.
    const [q, k, v] = [0, 1, 2].map(() => randn([2, 6, 8]).mul(0.4)) as [Tensor, Tensor, Tensor];
    const exact = F.scaledDotProductAttention(q, k, v);
    const error = (features: number): number => {
      const near = F.performerAttention(q, k, v, F.orthogonalFeatures(features, 8), { eps: 1e-6 });
      return near.sub(exact).norm().div(exact.norm()).item();
    };
    expect(error(2048)).toBeLessThan(0.05);
    expect(error(2048)).toBeLessThan(error(32) / 3);
  });
});
