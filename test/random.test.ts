import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tensor } from '../src/index.js';
import {
  F,
  Generator,
  WasmgradError,
  arange,
  autograd,
  bernoulli,
  defaultGenerator,
  empty,
  getRngState,
  init,
  initialSeed,
  manualSeed,
  multinomial,
  nn,
  normal,
  rand,
  randLike,
  randint,
  randintLike,
  randn,
  randnLike,
  randperm,
  scope,
  seed,
  setRngState,
  shutdown,
  tensor,
  zeros,
} from '../src/index.js';

type Check = number | number[];

interface Stream {
  readonly seed: string;
  readonly calls: readonly (readonly [string, number, Check])[];
}

const fixtures = JSON.parse(readFileSync(new URL('fixtures/random.json', import.meta.url), 'utf8')) as {
  streams: Stream[];
};

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

function weights(n: number, shape: number[] = [n], dtype: 'float32' | 'float64' = 'float32'): Tensor {
  return tensor(
    Array.from({ length: n }, (_, i) => ((i * 5) % 8) / 8),
    { dtype },
  ).reshape(shape);
}

/** The calls of tools/reference_random.py. */
const calls: Record<string, (n: number) => Tensor> = {
  rand: (n) => rand([n]),
  rand64: (n) => rand([n], { dtype: 'float64' }),
  uniform: (n) => empty([n]).uniform_(-0.37, 0.11),
  uniform64: (n) => empty([n], { dtype: 'float64' }).uniform_(-0.37, 0.11),
  uniformShifted: (n) => empty([n]).uniform_(1e-9, 7.3),
  randint: (n) => randint(-7, 93, [n]),
  randintByte: (n) => randint(3, 256, [n], { dtype: 'uint8' }),
  randintFloat: (n) => randint(2 ** 24, [n], { dtype: 'float32' }),
  randintWide: (n) => randint(-5, 2 ** 40, [n], { dtype: 'float64' }),
  randomInt: (n) => empty([n], { dtype: 'int32' }).random_(),
  randomByte: (n) => empty([n], { dtype: 'uint8' }).random_(),
  randomBool: (n) => empty([n], { dtype: 'bool' }).random_(),
  randomFloat: (n) => empty([n]).random_(),
  randomDouble: (n) => empty([n], { dtype: 'float64' }).random_(),
  bernoulliScalar: (n) => empty([n]).bernoulli_(0.3),
  bernoulli: (n) => bernoulli(weights(n)),
  bernoulli64: (n) => bernoulli(weights(n, [n], 'float64')),
  randperm: (n) => randperm(n),
  multinomial: (n) => multinomial(weights(13), n, true),
  multinomial64: (n) => multinomial(weights(13, [13], 'float64'), n, true),
  multinomialRows: (n) => multinomial(weights(26, [2, 13]), n, { replacement: true }),
  multinomialOnce: (n) => multinomial(weights(n + 2), 1),
  multinomialDistinct: (n) => multinomial(weights(2 * n, [2 * n], 'float64').add(0.5), n),
  dropout: (n) => F.dropout(weights(n), { p: 0.3 }),
  dropout64: (n) => F.dropout(weights(n, [n], 'float64'), { p: 0.3 }),
  randn: (n) => randn([n]),
  randn64: (n) => randn([n], { dtype: 'float64' }),
  normal: (n) => empty([n]).normal_(0.5, 2),
  normalTransposed: (n) => empty([3, n]).t().normal_().contiguous(),
  normalTensors: (n) => normal(weights(n), weights(n).add(1)),
  exponential: (n) => empty([n]).exponential_(1.7),
  truncNormal: (n) => nn.init.truncNormal_(empty([n]), 0.1, 0.5),
};

/** As `digest` in tools/reference_random.py: sum of (2 i + 1) times byte i, modulo 2^32. */
function digest(x: Tensor): number {
  const values = x.toTypedArray();
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum = (sum + Math.imul(bytes[i]!, 2 * i + 1)) | 0;
  return sum >>> 0;
}

function sample(x: Tensor): number[] {
  const values = x.toTypedArray();
  const step = Math.max(1, Math.floor(values.length / 4));
  return Array.from({ length: Math.ceil(values.length / step) }, (_, i) => Math.fround(values[i * step]!));
}

describe('the stream of PyTorch', () => {
  for (const stream of fixtures.streams) {
    it(`is drawn from seed ${stream.seed}`, () => {
      manualSeed(BigInt(stream.seed));
      for (const [name, n, expected] of stream.calls) {
        scope(() => {
          const y = calls[name]!(n);
          if (typeof expected === 'number') {
            expect(digest(y), `${name} of ${n}`).toBe(expected);
            return;
          }
          const got = sample(y);
          expect(got.length).toBe(expected.length);
          for (const [i, value] of expected.entries()) {
            const error = Math.abs(got[i]! - value) / Math.max(1, Math.abs(value));
            expect(error, `${name} of ${n}, sample ${i}`).toBeLessThan(1e-6);
          }
        });
      }
    });
  }
});

describe('seeds', () => {
  it('repeat the stream', () => {
    manualSeed(7);
    const first = rand([5]).tolist();
    expect(rand([5]).tolist()).not.toEqual(first);
    manualSeed(7);
    expect(rand([5]).tolist()).toEqual(first);
    expect(initialSeed()).toBe(7);
  });

  it('forget the second normal number of a pair', () => {
    manualSeed(7);
    const first = randn([1]).item();
    manualSeed(7);
    expect(randn([1]).item()).toBe(first);
  });

  it('below 0 count down from 2^64', () => {
    expect(new Generator().manualSeed(-1).initialSeed()).toBe(2n ** 64n - 1n);
    const a = new Generator().manualSeed(-1);
    const b = new Generator().manualSeed(2n ** 32n - 1n);
    expect(rand([3], { generator: a }).tolist()).toEqual(rand([3], { generator: b }).tolist());
  });

  it('must be whole numbers', () => {
    expect(() => manualSeed(1.5)).toThrow(new WasmgradError('manualSeed: the seed must be a whole number, got 1.5'));
  });

  it('come from entropy with seed()', () => {
    const a = seed();
    expect(initialSeed()).toBe(a);
    expect(seed()).not.toBe(a);
  });
});

describe('generators', () => {
  beforeEach(() => void manualSeed(0));

  it('are independent of the default one', () => {
    const generator = new Generator().manualSeed(42);
    const before = defaultGenerator().getState();
    const y = rand([4], { generator });
    expect(defaultGenerator().getState()).toEqual(before);
    manualSeed(42);
    expect(rand([4]).tolist()).toEqual(y.tolist());
  });

  it("start as PyTorch's, with the seed 67280421310721", () => {
    expect(new Generator().initialSeed()).toBe(67280421310721);
  });

  it('go back to a state', () => {
    const generator = new Generator().manualSeed(3);
    randn([3], { generator });
    const state = generator.getState();
    const next = randn([5], { generator }).tolist();
    generator.setState(state);
    expect(randn([5], { generator }).tolist()).toEqual(next);
    expect(() => generator.setState(new Uint8Array(3))).toThrow(WasmgradError);
  });

  it("have PyTorch's state", () => {
    manualSeed(42);
    randn([1], { dtype: 'float64' });
    // digest(torch.get_rng_state()) of tools/reference_random.py, after the same calls.
    expect(digest(getRngState())).toBe(1627012357);
    const state = getRngState();
    const next = [...randn([3]).toTypedArray(), ...rand([700]).toTypedArray()];
    manualSeed(1);
    setRngState(state);
    expect([...randn([3]).toTypedArray(), ...rand([700]).toTypedArray()]).toEqual(next);
    expect(initialSeed()).toBe(42);
  });

  it('give raw words', () => {
    const generator = new Generator().manualSeed(5489);
    // The first words of the reference implementation of mt19937, whose default seed this is.
    expect(generator.random()).toBe(3499211612);
    expect(generator.random64()).toBe((581869302n << 32n) | 3890346734n);
  });
});

describe('like forms', () => {
  it('keep dtype and shape', () => {
    const x = zeros([2, 3], { dtype: 'float64' });
    for (const y of [randLike(x), randnLike(x), randintLike(x, 5)]) {
      expect(y.dtype).toBe('float64');
      expect(y.shape).toEqual([2, 3]);
    }
    expect(randintLike(arange(4), 3, 4).tolist()).toEqual([3, 3, 3, 3]);
  });

  it('draw in the order of memory', () => {
    const x = zeros([3, 2]).t();
    manualSeed(1);
    const y = randLike(x);
    manualSeed(1);
    expect(y.tolist()).toEqual(rand([3, 2]).t().tolist());
  });
});

describe('gradients', () => {
  it('of dropout pass its mask, in both orders', () => {
    const x = tensor([1, -2, 3, 0.5], { dtype: 'float64', requiresGrad: true });
    const drop = (input: Tensor): Tensor => {
      manualSeed(3);
      return F.dropout(input.mul(input), { p: 0.4 });
    };
    autograd.gradcheck(drop, [x]);
    autograd.gradgradcheck(drop, [x]);
    const mask = drop(x.detach()).ne(0).double();
    drop(x).sum().backward();
    const expected = x
      .detach()
      .mul(2 / 0.6)
      .mul(mask);
    expect(x.grad!.sub(expected).abs().max().item()).toBeLessThan(1e-12);
  });

  it('stop where numbers are drawn in place', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.mul(2);
    y.uniform_();
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual([0, 0]);
  });
});
