import { gzipSync } from 'node:zlib';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError, data, info, init, rand, tensor, type Tensor } from '../src/index.js';
import { gunzip } from '../src/data/files.js';
import { parseIdx } from '../src/data/idx.js';

beforeAll(() => init());

const ten = (): data.TensorDataset<[Tensor]> => new data.TensorDataset(tensor(Array.from({ length: 10 }, (_, i) => i)));

/** The values of some passes of a loader over one tensor. */
function passes(loader: Iterable<readonly Tensor[]>, count: number): number[][][] {
  return Array.from({ length: count }, () => Array.from(loader, ([x]) => Array.from(x!.toTypedArray())));
}

describe('data sets', () => {
  it('of tensors', () => {
    const set = new data.TensorDataset(
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([5, 6], { dtype: 'int32' }),
    );
    expect([set.length, set.get(1)[0].tolist(), set.get(-1)[1].item()]).toEqual([2, [3, 4], 6]);
    expect(() => set.get(2)).toThrow('TensorDataset: index 2 is out of range for 2 samples');
    expect(() => new data.TensorDataset(rand([2]), rand([3]))).toThrow(
      'TensorDataset: expected tensors of one first size, got [2], [3]',
    );
    expect(() => new data.TensorDataset()).toThrow('TensorDataset: expected tensors of one first size, got none');
  });

  it('of a subclass: its own get is used', () => {
    class Doubled extends data.TensorDataset<[Tensor]> {
      override get(i: number): [Tensor] {
        return [super.get(i)[0].mul(2)];
      }
    }
    expect(passes(new data.DataLoader(new Doubled(tensor([1, 2, 3])), { batchSize: 3 }), 1)).toEqual([[[2, 4, 6]]]);
  });

  it('Subset and ConcatDataset', () => {
    const subset = new data.Subset(ten(), [7, 2]);
    const both = new data.ConcatDataset([subset, new data.TensorDataset(tensor([20, 21])) as data.Dataset<[Tensor]>]);
    expect(both.length).toBe(4);
    expect(Array.from(both, ([x]) => x.item())).toEqual([7, 2, 20, 21]);
    expect(both.get(-1)[0].item()).toBe(21);
    expect(passes(new data.DataLoader(both, { batchSize: 4 }), 1)).toEqual([[[7, 2, 20, 21]]]);
    expect(() => subset.get(2)).toThrow('Subset: index 2 is out of range for 2 samples');
    expect(() => both.get(4)).toThrow('ConcatDataset: index 4 is out of range for 4 samples');
  });

  it('of the user, and arrays', () => {
    class Squares extends data.Dataset<[number, number]> {
      readonly length = 3;
      get(i: number): [number, number] {
        return [i, i * i];
      }
    }
    const [[x, y]] = [...new data.DataLoader(new Squares(), { batchSize: 3 }).deferred()].map((load) => load()) as [
      [Tensor, Tensor],
    ];
    expect([x.dtype, x.tolist(), y.tolist()]).toEqual(['int32', [0, 1, 2], [0, 1, 4]]);
    for (const batch of new data.DataLoader(['a', 'b'], { batchSize: 2 })) expect(batch).toEqual(['a', 'b']);
  });
});

describe('defaultCollate', () => {
  it('makes batches', () => {
    const batch = data.defaultCollate([
      { a: [1, 0.5], b: true, s: 'x', t: new Float32Array([1, 2]) },
      { a: [2, 1], b: false, s: 'y', t: new Float32Array([3, 4]) },
    ]);
    expect(batch.a.map((x) => [x.dtype, x.tolist()])).toEqual([
      ['int32', [1, 2]],
      ['float64', [0.5, 1]],
    ]);
    expect([batch.b.dtype, batch.b.tolist(), batch.s]).toEqual(['bool', [true, false], ['x', 'y']]);
    expect([batch.t.dtype, batch.t.tolist()]).toEqual([
      'float32',
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  it('throws on what it cannot', () => {
    expect(() => data.defaultCollate([])).toThrow('defaultCollate: an empty batch');
    expect(() => data.defaultCollate([null])).toThrow('defaultCollate: samples hold null, expected tensors, numbers');
    expect(() => data.defaultCollate([rand([2]), rand([3])])).toThrow(
      'defaultCollate: samples of unequal shape, got [2] and [3] (pass collate to pad them)',
    );
    expect(() => data.defaultCollate([[1], [1, 2]])).toThrow('defaultCollate: samples of unequal length (1 and 2)');
    expect(() => data.defaultCollate<unknown>([rand([2]), 1])).toThrow(
      'defaultCollate: samples of unequal kind (tensor and number)',
    );
    expect(() => data.defaultCollate<unknown>(['a', 1])).toThrow('samples of unequal kind (string and number)');
    expect(() => data.defaultCollate<unknown>([{ a: 1 }, null])).toThrow('samples of unequal kind (object and null)');
    expect(() => data.defaultCollate<unknown>([{ a: 1 }, { b: 2 }])).toThrow('defaultCollate: a sample has no field a');
  });
});

describe('DataLoader', () => {
  it('has a scope an iteration: memory stays flat, and what is kept stays', () => {
    const loader = new data.DataLoader(ten(), { batchSize: 2 });
    const kept: Tensor[] = [];
    const before = info().memory.tensors;
    for (const [x] of loader) {
      x.mul(2).add(1);
      if (kept.length === 0) kept.push(x.sum().keep());
    }
    expect(info().memory.tensors).toBe(before + 1);
    expect(kept[0]!.item()).toBe(1);
    kept[0]!.dispose();
  });

  it('frees a batch when the loop is left', () => {
    const set = ten();
    const before = info().memory.tensors;
    for (const [x] of new data.DataLoader(set)) if (x.item() === 0) break;
    expect(() => {
      for (const [x] of new data.DataLoader(set)) throw new Error(`stop at ${x.item()}`);
    }).toThrow('stop at 0');
    expect(info().memory.tensors).toBe(before);
  });

  it('uses collate', () => {
    const loader = new data.DataLoader([3, 4, 5], { batchSize: 2, collate: (samples) => samples.join('+') });
    expect([...loader]).toEqual(['3+4', '5']);
  });

  it('throws on options that do not fit', () => {
    const set = ten();
    const sampler = new data.SequentialSampler(set);
    expect(() => new data.DataLoader(set, { batchsize: 3 } as object)).toThrow(
      "DataLoader: unknown option 'batchsize' (known: batchSize, shuffle",
    );
    expect(() => new data.DataLoader(set, { batchSize: 0 })).toThrow(
      'BatchSampler: batchSize must be a positive whole number, got 0',
    );
    expect(() => new data.DataLoader(set, { sampler, shuffle: true })).toThrow('DataLoader: sampler excludes shuffle');
    expect(() => new data.DataLoader(set, { batchSampler: [[0]], batchSize: 2 })).toThrow(
      'DataLoader: batchSampler excludes batchSize',
    );
    expect(() => new data.DataLoader([], { shuffle: true })).toThrow(
      'RandomSampler: the number of samples must be a positive whole number, got 0',
    );
  });

  it('of nothing has no batches', () => {
    expect([...new data.DataLoader([])]).toEqual([]);
  });
});

describe('IDX', () => {
  const idx = (magic: number, sizes: number[], bytes: number): Uint8Array<ArrayBuffer> => {
    const file = new Uint8Array(4 + 4 * sizes.length + bytes);
    const view = new DataView(file.buffer);
    view.setUint32(0, magic);
    sizes.forEach((size, i) => view.setUint32(4 + 4 * i, size));
    return file;
  };
  it('reads sizes and bytes', () => {
    const file = idx(0x803, [2, 1, 3], 6);
    file.set([1, 2, 3, 4, 5, 6], 16);
    const { shape, data: bytes } = parseIdx(file, 'x', 3);
    expect([shape, [...bytes]]).toEqual([
      [2, 1, 3],
      [1, 2, 3, 4, 5, 6],
    ]);
  });
  const bad: [string, Uint8Array<ArrayBuffer>, string][] = [
    ['nothing', new Uint8Array(0), 'x: truncated, 0 bytes are no IDX file'],
    ['a short header', idx(0x803, [1], 0), "x: truncated, 8 bytes are less than the header's 16"],
    ['labels', idx(0x801, [1], 1), 'x: wrong magic number 0x00000801, expected 0x00000803 (a label file?)'],
    [
      'floats',
      idx(0xd03, [1, 1, 1], 4),
      'x: wrong magic number 0x00000d03, expected 0x00000803 (elements of float32; only unsigned bytes are read)',
    ],
    ['a page', new TextEncoder().encode('<!DOCTYPE html><p>404'), '(an HTML page: is the address right?)'],
    ['few bytes', idx(0x803, [2, 28, 28], 10), 'x: truncated, the header says [2, 28, 28] (1568 bytes), got 10'],
    [
      'hostile sizes',
      idx(0x803, [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], 0),
      'x: truncated, the header says [4294967295, 4294967295, 4294967295]',
    ],
    ['trailing bytes', idx(0x803, [1, 1, 1], 3), 'x: 2 trailing bytes after the 1 of [1, 1, 1]'],
  ];
  it.each(bad)('refuses %s', (_, bytes, message) => {
    expect(() => parseIdx(bytes, 'x', 3)).toThrow(FormatError);
    expect(() => parseIdx(bytes, 'x', 3)).toThrow(message);
  });

  it('refuses damaged, cut and bloated gzip data', async () => {
    const packed = new Uint8Array(gzipSync(new Uint8Array(10_000)));
    expect((await gunzip(packed, 'x')).length).toBe(10_000);
    await expect(gunzip(packed.slice(0, -10), 'x')).rejects.toThrow('x: damaged or incomplete gzip data');
    await expect(
      gunzip(
        packed.map((byte, i) => (i > 12 ? 0xff : byte)),
        'x',
      ),
    ).rejects.toThrow('x: damaged or incomplete gzip data');
    await expect(gunzip(packed, 'x', 9999)).rejects.toThrow('x: unpacks to more than 9999 bytes');
  });

  describe('in a directory', () => {
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'idx-'));
      const images = idx(0x803, [3, 28, 28], 3 * 784);
      images[16 + 784] = 255;
      images[16 + 785] = 51;
      await writeFile(join(folder, 'train-images-idx3-ubyte.gz'), gzipSync(images));
      await writeFile(join(folder, 'train-labels-idx1-ubyte'), Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 3, 7, 1, 9]));
      await writeFile(join(folder, 't10k-images-idx3-ubyte'), idx(0x803, [2, 28, 28], 2 * 784));
      await writeFile(join(folder, 't10k-labels-idx1-ubyte'), Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 3, 7, 1, 9]));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('reads MNIST, gzipped or not', async () => {
      const set = await data.datasets.MNIST(folder);
      const [x, label] = set.get(1);
      expect([set.length, x.shape, x.dtype, label]).toEqual([3, [1, 28, 28], 'float32', 1]);
      expect(Array.from(x.toTypedArray().subarray(0, 3))).toEqual([1, Math.fround(0.2), 0]);
      for (const [images, labels] of new data.DataLoader(set, { batchSize: 3 })) {
        expect([images.shape, labels.dtype, labels.tolist()]).toEqual([[3, 1, 28, 28], 'int32', [7, 1, 9]]);
        expect(images.select(0, 1).tolist()).toEqual(x.tolist());
      }
      const changed = await data.datasets.MNIST(folder, {
        transform: (image) => image.mul(2),
        targetTransform: (t) => t % 2,
      });
      for (const [images, labels] of new data.DataLoader(changed, { batchSize: 3 })) {
        expect([images.max().item(), labels.tolist()]).toEqual([2, [1, 1, 1]]);
      }
    });

    it('reads by URL', async () => {
      const server = createServer((request, response) => {
        const name = (request.url ?? '').replace('/mnist/', '');
        if (name.startsWith('page')) response.end('<!DOCTYPE html><p>Welcome');
        else if (name.startsWith('broken')) response.writeHead(500).end();
        else {
          readFile(join(folder, name)).then(
            (bytes) => response.end(bytes),
            () => response.writeHead(404).end(),
          );
        }
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mnist`;
        const fromText = await data.datasets.MNIST(base);
        const fromUrl = await data.datasets.MNIST(new URL(base));
        expect([...fromText.targets, ...fromUrl.targets]).toEqual([7, 1, 9, 7, 1, 9]);
        await expect(data.datasets.MNIST(`${base}/none`)).rejects.toThrow(
          `MNIST: file not found, tried ${base}/none/train-images-idx3-ubyte.gz and ${base}/none/train-images-idx3-ubyte`,
        );
        await expect(data.datasets.MNIST(`${base}/page`)).rejects.toThrow('(an HTML page: is the address right?)');
        await expect(data.datasets.MNIST(`${base}/broken`)).rejects.toThrow(
          'the server answered 500 Internal Server Error',
        );
      } finally {
        server.close();
        server.closeAllConnections();
      }
    });

    it('refuses counts that disagree, and names files that are not there', async () => {
      await expect(data.datasets.MNIST(folder, { train: false })).rejects.toThrow(
        'MNIST: t10k-images-idx3-ubyte holds 2 images, but t10k-labels-idx1-ubyte holds 3 labels',
      );
      await expect(data.datasets.FashionMNIST(join(folder, 'none'))).rejects.toThrow(
        `FashionMNIST: file not found, tried ${folder}/none/train-images-idx3-ubyte.gz and ${folder}/none/train-images-idx3-ubyte`,
      );
    });

    it('reads CIFAR-10 records', async () => {
      const record = new Uint8Array(3073).fill(255, 1 + 1024, 1 + 2048);
      record[0] = 6;
      await writeFile(join(folder, 'data_batch_1.bin.gz'), gzipSync(record));
      await writeFile(join(folder, 'test_batch.bin'), record.subarray(1));
      const set = await data.datasets.CIFAR10(folder);
      const [x, label] = set.get(0);
      expect([set.length, x.shape, label, set.classes[label]]).toEqual([1, [3, 32, 32], 6, 'frog']);
      expect(x.sum([1, 2]).tolist()).toEqual([0, 1024, 0]);
      await expect(data.datasets.CIFAR10(folder, { train: false })).rejects.toThrow(
        'CIFAR10: test_batch.bin: 3072 bytes are not whole records of 3073',
      );
    });
  });
});

describe('digits', () => {
  it('are 10,000 of ten classes, the same in every run', async () => {
    const all = await data.datasets.digits();
    const training = await data.datasets.digits({ train: true });
    const test = await data.datasets.digits({ train: false });
    expect([all.length, training.length, test.length]).toEqual([10_000, 8_000, 2_000]);
    const counts = Array.from({ length: 10 }, () => 0);
    for (const label of all.targets) counts[label]!++;
    expect(counts).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
    expect([...all.targets.subarray(0, 8)]).toEqual([...training.targets.subarray(0, 8)]);
    expect([...test.targets.subarray(0, 8)]).toEqual([...all.targets.subarray(8000, 8008)]);
    const hash = await crypto.subtle.digest('SHA-256', all.data as Uint8Array<ArrayBuffer>);
    expect(Buffer.from(hash).toString('hex').slice(0, 16)).toBe('a8bc2146ae85361f');
  });
});
