import { beforeAll, describe, expect, it } from 'vitest';
import { Generator, data, init, manualSeed, rand, tensor, type Tensor } from '../src/index.js';

beforeAll(() => init());

const ten = (): data.TensorDataset<[Tensor]> => new data.TensorDataset(tensor(Array.from({ length: 10 }, (_, i) => i)));

/** The values of some passes of a loader over one tensor. */
function passes(loader: Iterable<readonly Tensor[]>, count: number): number[][][] {
  return Array.from({ length: count }, () => Array.from(loader, ([x]) => Array.from(x!.toTypedArray())));
}

// All orders below were printed by PyTorch 1.13 with torch.utils.data and the same seeds.
describe('order', () => {
  it('is that of a seeded generator, pass by pass', () => {
    const loader = new data.DataLoader(ten(), { batchSize: 4, shuffle: true, seed: 3 });
    expect(passes(loader, 2)).toEqual([
      [
        [7, 4, 2, 9],
        [1, 5, 0, 8],
        [6, 3],
      ],
      [
        [1, 2, 0, 5],
        [9, 4, 8, 3],
        [6, 7],
      ],
    ]);
  });

  it('is drawn from the global generator without a seed, which moves on as in PyTorch', () => {
    manualSeed(5);
    expect(passes(new data.DataLoader(ten(), { batchSize: 4, shuffle: true }), 2)).toEqual([
      [
        [8, 3, 0, 5],
        [9, 1, 6, 2],
        [4, 7],
      ],
      [
        [5, 8, 9, 7],
        [2, 0, 4, 1],
        [3, 6],
      ],
    ]);
    expect(rand([2]).tolist()).toEqual([0.0332646369934082, 0.9941847324371338]);
  });

  it('draws from the global generator without shuffling too', () => {
    manualSeed(5);
    expect(passes(new data.DataLoader(ten(), { batchSize: 4 }), 1)).toEqual([
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9],
      ],
    ]);
    expect(rand([2]).tolist()).toEqual([0.9074696898460388, 0.8199270367622375]);
  });

  it('drops the last batch', () => {
    const loader = new data.DataLoader(ten(), { batchSize: 4, shuffle: true, seed: 3, dropLast: true });
    expect(loader.length).toBe(2);
    expect(passes(loader, 3)).toEqual([
      [
        [7, 4, 2, 9],
        [1, 5, 0, 8],
      ],
      [
        [1, 2, 0, 5],
        [9, 4, 8, 3],
      ],
      [
        [6, 1, 8, 2],
        [3, 4, 7, 0],
      ],
    ]);
  });

  it('goes on as in PyTorch after a pass that was left', () => {
    const loader = new data.DataLoader(ten(), { batchSize: 4, shuffle: true, seed: 3 });
    for (const [x] of loader) {
      expect(x.tolist()).toEqual([7, 4, 2, 9]);
      break;
    }
    expect(passes(loader, 1)).toEqual([
      [
        [9, 1, 7, 0],
        [4, 5, 6, 2],
        [3, 8],
      ],
    ]);
  });

  it('follows a sampler', () => {
    manualSeed(9);
    const loader = new data.DataLoader(ten(), { batchSize: 3, sampler: new data.SubsetRandomSampler([1, 3, 5, 7]) });
    expect(passes(loader, 2)).toEqual([
      [[5, 7, 1], [3]],
      [[5, 1, 7], [3]],
    ]);
  });

  it('follows a batch sampler', () => {
    const loader = new data.DataLoader(ten(), { batchSampler: [[1, 2], [9]] });
    expect([loader.length, passes(loader, 1)]).toEqual([2, [[[1, 2], [9]]]]);
  });

  const generator = (seed: number): Generator => new Generator().manualSeed(seed);
  it('of samplers', () => {
    const of = (sampler: Iterable<number>): number[] => [...sampler];
    const six = { length: 6 };
    expect(of(new data.SubsetRandomSampler([3, 5, 9, 11], { generator: generator(1) }))).toEqual([5, 11, 9, 3]);
    expect(of(new data.WeightedRandomSampler([0.1, 0.9, 0.4, 0.7, 3, 0.6], 8, { generator: generator(1) }))).toEqual([
      1, 2, 2, 2, 4, 1, 4, 4,
    ]);
    expect(
      of(
        new data.WeightedRandomSampler([0.1, 0.9, 0.4, 0.7, 3, 0.6], 5, {
          replacement: false,
          generator: generator(1),
        }),
      ),
    ).toEqual([5, 4, 3, 1, 0]);
    expect(of(new data.RandomSampler(six, { replacement: true, numSamples: 40, generator: generator(1) }))).toEqual([
      1, 5, 0, 2, 1, 1, 5, 5, 5, 0, 2, 3, 4, 5, 1, 0, 0, 3, 2, 4, 0, 3, 2, 4, 3, 0, 4, 2, 5, 4, 2, 2, 3, 3, 1, 3, 5, 0,
      2, 2,
    ]);
    expect(of(new data.RandomSampler(six, { numSamples: 14, generator: generator(1) }))).toEqual([
      1, 5, 2, 0, 3, 4, 1, 2, 3, 5, 4, 0, 2, 5,
    ]);
    manualSeed(9);
    expect(of(new data.SubsetRandomSampler([3, 5, 9, 11]))).toEqual([9, 3, 5, 11]);
    manualSeed(9);
    const weighted = new data.WeightedRandomSampler([1, 2, 3], 4);
    expect([of(weighted), of(weighted)]).toEqual([
      [1, 2, 1, 0],
      [0, 2, 0, 0],
    ]);
    manualSeed(9);
    const replaced = new data.RandomSampler(six, { replacement: true, numSamples: 5 });
    expect([of(replaced), of(replaced)]).toEqual([
      [4, 1, 3, 2, 4],
      [3, 1, 4, 0, 3],
    ]);
    expect(of(new data.SequentialSampler(six))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('of randomSplit', () => {
    const indices = (parts: { indices: readonly number[] }[]): number[][] => parts.map((part) => [...part.indices]);
    expect(indices(data.randomSplit(ten(), [5, 3, 2], { generator: generator(7) }))).toEqual([
      [5, 0, 3, 4, 1],
      [7, 9, 6],
      [8, 2],
    ]);
    const eleven = new data.TensorDataset(rand([11]));
    expect(indices(data.randomSplit(eleven, [0.5, 0.3, 0.2], { generator: generator(7) }))).toEqual([
      [3, 0, 9, 2, 5, 8],
      [4, 10, 1],
      [7, 6],
    ]);
    manualSeed(9);
    expect(indices(data.randomSplit(ten(), [8, 2]))).toEqual([
      [0, 5, 8, 7, 6, 2, 9, 1],
      [4, 3],
    ]);
    expect(() => data.randomSplit(ten(), [8, 1])).toThrow(
      "randomSplit: lengths [8, 1] do not sum to the data set's 10 (or to 1)",
    );
  });

  it('by a seed instead of a generator, of plain arrays', () => {
    const of = (sampler: Iterable<number>): number[] => [...sampler];
    const letters = [...'abcdefghij'];
    const parts = data.randomSplit(letters, [5, 3, 2], { seed: 7 });
    expect(parts.map((part) => [...part].join(''))).toEqual(['fadeb', 'hjg', 'ic']);
    expect([...new data.ConcatDataset([letters, parts[2]!])].join('')).toBe('abcdefghijic');
    expect(of(new data.RandomSampler(letters, { seed: 7 }))).toEqual(
      of(new data.RandomSampler(letters, { generator: generator(7) })),
    );
    const weights = [0.1, 0.9, 0.4, 0.7];
    expect(of(new data.WeightedRandomSampler(weights, 9, { seed: 7 }))).toEqual(
      of(new data.WeightedRandomSampler(weights, 9, { generator: generator(7) })),
    );
    expect(() => data.randomSplit(letters, [5, 5], { seed: 1, generator: generator(1) })).toThrow(
      'randomSplit: seed excludes generator',
    );
  });
});
