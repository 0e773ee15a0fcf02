import { afterEach, expect, test } from 'vitest';
import { F, IndexError, arange, capture, init, shutdown, tensor, zeros } from '../src/index.js';
import type { Tensor } from '../src/index.js';

afterEach(() => shutdown());

const [ROWS, WIDTH, N] = [11, 37, 90];
/** Every third index names one row, two rows are never named. */
const index = Array.from({ length: N }, (_, i) => (i % 3 === 0 ? 4 : (i * 7 + (i >> 3)) % (ROWS - 2)));
const terms = Array.from({ length: N * WIDTH }, (_, i) => Math.fround(Math.sin(i + 1) * 10 ** ((i % 5) - 2)));

/** Sums in the order of the indices, rounded after each term. */
function expected(from: number, round: (x: number) => number, skip = -1): number[] {
  const sums = new Array<number>(ROWS * WIDTH).fill(from);
  index.forEach((row, i) => {
    if (row === skip) return;
    for (let c = 0; c < WIDTH; c++) sums[row * WIDTH + c] = round(sums[row * WIDTH + c]! + terms[i * WIDTH + c]!);
  });
  return sums;
}

for (const threads of [1, 2, 4]) {
  for (const dtype of ['float32', 'float64'] as const) {
    test(`rows add up in the order of their indices: ${dtype}, ${threads} threads`, async () => {
      await init({ threads });
      const round = dtype === 'float32' ? Math.fround : Number;
      const at = tensor(Int32Array.from(index));
      const dy = tensor(terms, { dtype }).reshape([N, WIDTH]);
      const gradient = (pick: (w: Tensor) => Tensor): number[] => {
        const w = zeros([ROWS, WIDTH], { dtype, requiresGrad: true });
        pick(w).backward(dy);
        return [...w.grad!.toTypedArray()].map(Number);
      };
      const sums = expected(0, round);
      expect(gradient((w) => F.embedding(at, w))).toEqual(sums);
      expect(gradient((w) => F.embedding(at, w, { paddingIdx: 4 }))).toEqual(expected(0, round, 4));
      expect(gradient((w) => w.indexSelect(0, at))).toEqual(sums);
      expect(gradient((w) => w.index(at.sub(ROWS)))).toEqual(sums);
      const x = zeros([ROWS, WIDTH], { dtype }).fill_(0.5);
      x.indexPut([at], dy, { accumulate: true });
      expect([...x.toTypedArray()].map(Number)).toEqual(expected(0.5, round));
    });
  }
}

test('the first index out of range is the one that is named, and nothing is written', async () => {
  await init({ threads: 2 });
  const places = Array.from({ length: 40_000 }, (_, i) => i % 5);
  places[20_001] = 5;
  places[39_999] = -9;
  const at = tensor(Int32Array.from(places));
  const w = arange(20).float().reshape([5, 4]);
  const message = (op: string): string => `${op}: index 5 is out of range for dim 0 of size 5`;
  expect(() => F.embedding(at, w)).toThrow(new IndexError(message('embedding')));
  expect(() => w.indexSelect(0, at)).toThrow(new IndexError(message('indexSelect')));
  expect(() => w.index(at)).toThrow(new IndexError(message('index')));
  expect(() => w.T.indexSelect(1, at)).toThrow('indexSelect: index 5 is out of range for dim 1 of size 5');
  expect(() => w.indexPut([at], tensor(1), { accumulate: true })).toThrow(new IndexError(message('indexPut')));
  expect(w.tolist()).toEqual(arange(20).float().reshape([5, 4]).tolist());
  expect(() => F.embedding(tensor(Int32Array.of(0, -1)), w)).toThrow('embedding: index -1 is out of range');
});

test('a recorded step names what is out of range each time, and goes on afterwards', async () => {
  await init({ threads: 1 });
  const w = arange(20).float().reshape([5, 4]);
  const look = capture((at: Tensor) => F.embedding(at, w).sum(1));
  const at = (...places: number[]): Tensor => tensor(Int32Array.from(places));
  expect(look(at(0, 1)).tolist()).toEqual([6, 22]);
  expect(() => look(at(7, 8))).toThrow('embedding: index 7 is out of range for dim 0 of size 5');
  expect(() => look(at(0, 8))).toThrow('embedding: index 8 is out of range for dim 0 of size 5');
  expect(look(at(4, 0)).tolist()).toEqual([70, 6]);
});
