import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  IndexError,
  ShapeError,
  WasmgradError,
  data,
  info,
  init,
  manualSeed,
  scope,
  shutdown,
  tensor,
  train,
  nn,
  F,
  optim,
} from '../src/index.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

class Countdown extends data.IterableDataset<number> {
  readonly from: number;
  constructor(from: number) {
    super();
    this.from = from;
  }
  *[Symbol.iterator](): Iterator<number> {
    for (let i = this.from; i > 0; i--) yield i;
  }
}

class Pairs extends data.IterableDataset<[ReturnType<typeof tensor>, ReturnType<typeof tensor>]> {
  *[Symbol.iterator](): Iterator<[ReturnType<typeof tensor>, ReturnType<typeof tensor>]> {
    for (let i = 0; i < 6; i++) yield [tensor([i / 6, 1]), tensor([i / 3])];
  }
}

describe('iterable data sets', () => {
  it('come in batches, in their order', () => {
    const batches = (options: object): unknown[] =>
      Array.from(new data.DataLoader(new Countdown(5), options), (x) => x.tolist());
    expect(batches({ batchSize: 2 })).toEqual([[5, 4], [3, 2], [1]]);
    expect(batches({ batchSize: 2, dropLast: true })).toEqual([
      [5, 4],
      [3, 2],
    ]);
    const collate = (samples: number[]): number => samples.reduce((a, b) => a + b, 0);
    expect([...new data.DataLoader(new Countdown(3), { batchSize: 3, collate })]).toEqual([6]);
  });

  it('are told when a loop is left', () => {
    const open: string[] = [];
    class File extends data.IterableDataset<number> {
      *[Symbol.iterator](): Iterator<number> {
        open.push('opened');
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          open.push('closed');
        }
      }
    }
    for (const x of new data.DataLoader(new File(), { batchSize: 2 })) if (x.sum().item() > 4) break;
    expect(open).toEqual(['opened', 'closed']);
    const failing = new data.DataLoader(new File(), { batchSize: 2, collate: () => { throw new Error('no'); } }); // prettier-ignore
    const before = info().memory.tensors;
    expect(() => [...failing]).toThrow('no');
    expect([open.length, info().memory.tensors]).toEqual([4, before]);
  });

  it('are chained', () => {
    const chain = new data.ChainDataset([new Countdown(2), [7, 8]]);
    expect([...chain]).toEqual([2, 1, 7, 8]);
    expect([...new data.DataLoader(chain, { batchSize: 4 })].length).toBe(1);
  });

  it('leave nothing behind, and train', async () => {
    const loader = new data.DataLoader(new Pairs(), { batchSize: 4 });
    const pass = (): void => {
      for (const [x, y] of loader) expect([x.shape[1], y.shape[1]]).toEqual([2, 1]);
    };
    pass();
    const before = info().memory.tensors;
    pass();
    expect(info().memory.tensors).toBe(before);
    for (const batch of loader) {
      expect(batch.length).toBe(2);
      break;
    }
    expect(info().memory.tensors).toBe(before);
    manualSeed(0);
    const model = new nn.Linear(2, 1);
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const history = await train.fit(model, loader, { loss: F.mseLoss, optimizer, epochs: 3, progress: 'none' });
    expect(history.loss.length).toBe(3);
    expect(history.loss[2]).toBeLessThan(history.loss[0]!);
  });
});

describe('StackDataset', () => {
  it('gives samples side by side', () => {
    const list = new data.StackDataset([
      [1, 2, 3],
      ['a', 'b', 'c'],
    ]);
    expect(list.length).toBe(3);
    expect(list.get(-1)).toEqual([3, 'c']);
    const named = new data.StackDataset({ n: [1, 2], text: ['a', 'b'] });
    expect(named.get(1)).toEqual({ n: 2, text: 'b' });
    for (const batch of new data.DataLoader(named, { batchSize: 2 })) {
      expect(batch.n.tolist()).toEqual([1, 2]);
      expect(batch.text).toEqual(['a', 'b']);
    }
  });
});

describe('splits', () => {
  const labels = Array.from({ length: 50 }, (_, i) => (i % 10 < 7 ? 0 : 1));
  const set = labels.map((label, i) => [i, label]);

  it('keep the shares of classes', () => {
    const parts = data.stratifiedSplit(set, labels, [0.8, 0.2], { seed: 1 });
    expect(parts.map((part) => part.length)).toEqual([40, 10]);
    const share = (part: data.Subset<number[]>): number =>
      [...part].filter(([, label]) => label === 1).length / part.length;
    expect(parts.map(share)).toEqual([0.3, 0.3]);
    expect(parts.flatMap((part) => part.indices).sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
    expect(data.stratifiedSplit(set, labels, [0.8, 0.2], { seed: 1 })[1]!.indices).toEqual(parts[1]!.indices);
    expect(data.stratifiedSplit(set, labels, [0.8, 0.2], { seed: 2 })[1]!.indices).not.toEqual(parts[1]!.indices);
  });

  // The examples of scikit-learn's pages.
  it('of plain arrays take negative indices', () => {
    expect(new data.Subset(['a', 'b', 'c'], [-1, 0]).get(0)).toBe('c');
    expect(new data.StackDataset([[1, 2], ['a', 'b']]).get(-1)).toEqual([2, 'b']); // prettier-ignore
    expect(new data.ConcatDataset([[1, 2], [3]]).get(-3)).toBe(1);
  });

  it("make scikit-learn's folds", () => {
    expect(new data.KFold(2).split([1, 2, 3, 4])).toEqual([
      { training: [2, 3], validation: [0, 1] },
      { training: [0, 1], validation: [2, 3] },
    ]);
    expect(new data.StratifiedKFold(2).split([0, 0, 1, 1])).toEqual([
      { training: [1, 3], validation: [0, 2] },
      { training: [0, 2], validation: [1, 3] },
    ]);
    expect(new data.KFold(3).split({ length: 8 }).map(({ validation }) => validation.length)).toEqual([3, 3, 2]);
  });

  it('make folds that cover everything once', () => {
    for (const folds of [
      new data.KFold(4, { shuffle: true, seed: 3 }).split(set),
      new data.StratifiedKFold(4, { shuffle: true, seed: 3 }).split(labels),
    ]) {
      expect(folds.flatMap(({ validation }) => validation).sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
      for (const { training, validation } of folds) {
        expect(training.length + validation.length).toBe(50);
        expect(training.some((i) => validation.includes(i))).toBe(false);
      }
    }
    const ones = new data.StratifiedKFold(5, { shuffle: true, seed: 0 })
      .split(labels)
      .map(({ validation }) => validation.filter((i) => labels[i] === 1).length);
    expect(ones).toEqual([3, 3, 3, 3, 3]);
  });
});

describe('padCollate', () => {
  it('pads to the largest of the batch', () => {
    scope(() => {
      const collate = data.padCollate<[ReturnType<typeof tensor>, number]>({ value: -1 });
      const [x, n] = collate([
        [
          tensor([
            [1, 2],
            [3, 4],
          ]),
          2,
        ],
        [tensor([[5]]), 1],
      ]);
      expect(x.tolist()).toEqual([[[1, 2], [3, 4]], [[5, -1], [-1, -1]]]); // prettier-ignore
      expect(n.tolist()).toEqual([2, 1]);
      const named = data.padCollate()([
        { ids: tensor([1], { dtype: 'int32' }) },
        { ids: tensor([2, 3], { dtype: 'int32' }) },
      ]);
      expect(named).toMatchObject({ ids: { dtype: 'int32' } });
      expect(data.padCollate()([Float32Array.of(1), Float32Array.of(2, 3)])).toMatchObject({ shape: [2, 2] });
    });
  });
});

const misuse: [() => unknown, new (message: string) => Error, string][] = [
  [() => new data.StackDataset([[1], [1, 2]]), ShapeError, 'StackDataset: expected data sets of one length, got 1, 2'],
  [() => new data.DataLoader(new Countdown(2)).length, WasmgradError, 'DataLoader: an IterableDataset has no length'],
  [() => new data.DataLoader(new Countdown(2), { shuffle: true }), WasmgradError, 'DataLoader: an IterableDataset excludes shuffle, sampler and batchSampler'], // prettier-ignore
  [() => data.stratifiedSplit([1, 2], [0], [1]), ShapeError, 'stratifiedSplit: 1 labels for 2 samples'],
  [() => data.stratifiedSplit([1], [0], [0.5]), WasmgradError, 'stratifiedSplit: fractions [0.5] do not sum to 1'],
  [() => new data.KFold(1), WasmgradError, 'KFold: the number of folds must be a whole number of at least 2, got 1'],
  [() => new data.KFold(3, { seed: 1 }), WasmgradError, 'KFold: a seed or a generator has no effect without shuffle'],
  [() => new data.Subset(['a', 'b'], [2]).get(0), IndexError, 'Dataset: index 2 is out of range for 2 samples'],
  [() => new data.KFold(3).split([1, 2]), WasmgradError, 'KFold: 3 folds of 2 samples'],
  [() => new data.StratifiedKFold(3).split([0, 1, 1]), WasmgradError, 'StratifiedKFold: 3 folds, but no class has more than 2 samples'], // prettier-ignore
  [() => data.padCollate()([tensor([1]), tensor([[1]])]), WasmgradError, 'padCollate: samples of unequal dims, got [1] and [1, 1]'], // prettier-ignore
  [() => data.padCollate()([]), WasmgradError, 'padCollate: an empty batch'],
];

describe('misuse', () => {
  for (const [run, type, message] of misuse) it(message, () => expect(run).toThrow(new type(message)));
});
