import { afterEach, describe, expect, it } from 'vitest';
import { F, capture, info, init, noGrad, scope, shutdown, tensor, type Tensor } from '../src/index.js';
import { Calibration, chooseTile, setTileRows, tiles } from '../src/runtime/tile.js';
import { uniforms } from './harness/random.js';

afterEach(() => shutdown());

function draw(seed: number, shape: readonly number[], dtype: 'float32' | 'float64'): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const values = Float64Array.from(uniforms(seed, n), (u) => 2 * u - 1);
  return tensor(dtype === 'float32' ? Float32Array.from(values) : values, { shape });
}

/** Results by name: products at every number of rows, columns and terms from 1 to 70, over several blocks, with their B kept, and in other kernels. */
function products(): Map<string, Int32Array> {
  const results = new Map<string, Int32Array>();
  const keep = (name: string, y: Tensor): void => {
    const values = y.toTypedArray();
    results.set(name, new Int32Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength)));
  };
  const multiply = (m: number, n: number, k: number, dtype: 'float32' | 'float64'): void =>
    scope(() => {
      const [x, w] = [draw(m + 71 * k, [m, k], dtype), draw(n + 73 * k, [n, k], dtype)];
      const name = `${m}×${k}×${n} ${dtype}`;
      keep(name, x.matmul(w.T));
      keep(`${name}, columns first`, w.matmul(x.T));
      keep(`${name}, with a bias`, F.linear(x, w, draw(n, [n], dtype)));
    });
  for (const dtype of ['float32', 'float64'] as const) {
    for (let i = 1; i <= 70; i++) {
      multiply(i, 33, 40, dtype);
      multiply(50, i, 9, dtype);
      multiply(23, 24, i, dtype);
    }
    for (const [m, n, k] of [
      [70, 300, 290],
      [123, 45, 520],
      [400, 3, 600],
    ] as const)
      multiply(m, n, k, dtype);
  }
  for (let m = 9; m <= 64; m += 5) {
    scope(() => {
      const [x, w] = [draw(m, [m, 130], 'float32'), draw(7, [130, 45], 'float32').keep()];
      const step = capture((input: Tensor) => noGrad(() => input.matmul(w)));
      step(x);
      keep(`${m} rows by a kept B`, step(x));
    });
  }
  for (const [C, K, kernel, H] of [
    [9, 22, 3, 13],
    [20, 31, 3, 16],
    [13, 18, 1, 9],
    [40, 27, 5, 8],
  ] as const) {
    scope(() => {
      const x = draw(C, [2, C, H, H], 'float32').requiresGrad_();
      const w = draw(K, [K, C, kernel, kernel], 'float32').requiresGrad_();
      const y = F.conv2d(x, w, null, { padding: kernel >> 1 });
      y.backward(draw(H, y.shape, 'float32'));
      const name = `convolution ${C}→${K}, ${kernel}×${kernel}`;
      [y, x.grad!, w.grad!].forEach((each, i) => keep(`${name}, ${['y', 'dx', 'dw'][i]}`, each));
    });
  }
  for (const L of [11, 64, 75]) {
    scope(() => {
      const [q, k, v] = [1, 2, 3].map((seed) => draw(seed, [2, L, 24], 'float32').requiresGrad_()) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      const y = F.scaledDotProductAttention(q, k, v);
      y.backward(draw(L, y.shape, 'float32'));
      [y, q.grad!, k.grad!, v.grad!].forEach((each, i) => keep(`attention of ${L}, result ${i}`, each));
    });
  }
  return results;
}

describe('the tiles of products', () => {
  it('give the same bits, all of them, on 1, 2 and 4 threads', { timeout: 120_000 }, async () => {
    let expected: Map<string, Int32Array> | null = null;
    for (const threads of [1, 2, 4]) {
      await init({ threads });
      for (const tile of tiles[info().build]) {
        setTileRows(tile);
        const got = products();
        expected ??= got;
        expect(got.size).toBe(expected.size);
        for (const [name, bits] of expected) {
          const differs = bits.findIndex((word, i) => word !== got.get(name)![i]);
          if (differs >= 0) throw new Error(`${name}: tile ${tile}×8 on ${threads} threads differs at word ${differs}`);
        }
      }
      shutdown();
    }
  });

  it('are named by info, and fit a memory of 1 MiB', async () => {
    await init({ threads: 1, memory: { initial: 1, maximum: 2 } });
    expect(tiles[info().build].map((rows) => `${rows}×8`)).toContain(info().tile);
    expect(info().memory.used).toBe(0);
  });
});

describe('the choice of a tile', () => {
  it('takes another tile only where it is clearly faster', () => {
    expect(chooseTile([10, 9.5, 12])).toBe(0);
    expect(chooseTile([10, 9, 12])).toBe(1);
    expect(chooseTile([10, 9, 8])).toBe(2);
    expect(chooseTile([10, Infinity, 11])).toBe(0);
  });

  it('does not believe in a tile that is several times faster', () => {
    expect(chooseTile([10, 3, 9])).toBe(0);
  });
});

/** A machine on a clock of its own, with µs of a run in first and in optimized code, which runs from a tile's `optimizedAt`th run on. */
class Machine {
  time = 0;
  readonly #runs = new Map<number, number>();

  constructor(
    readonly speeds: Readonly<Record<number, readonly [number, number]>>,
    readonly optimizedAt = 6,
    readonly step = 0.0001,
  ) {}

  calibrate(...milliseconds: number[]): number | null {
    const now = (): number => Math.floor((this.time += 0.00005) / this.step) * this.step;
    const run = (rows: number, empty: boolean): void => {
      const runs = this.#runs.get(rows) ?? 0;
      const [first, optimized] = this.speeds[rows]!;
      if (empty) this.time += 0.3;
      else this.time += (runs < this.optimizedAt ? first : optimized) / 1000;
      if (!empty) this.#runs.set(rows, runs + 1);
    };
    const calibration = new Calibration(Object.keys(this.speeds).map(Number), run, now);
    for (const limit of milliseconds) calibration.go(limit);
    return calibration.choice;
  }
}

describe('the calibration', () => {
  it('finds the fastest tile', () => {
    expect(new Machine({ 4: [70, 25], 6: [90, 32], 8: [60, 38] }).calibrate(5)).toBe(4);
    expect(new Machine({ 4: [70, 25], 6: [90, 20], 8: [60, 38] }).calibrate(5)).toBe(6);
    expect(new Machine({ 4: [70, 25], 6: [90, 32], 8: [60, 19] }).calibrate(2, 3)).toBe(8);
  });

  it('ends when it knows enough, or when its time is up', () => {
    const quick = new Machine({ 4: [70, 25], 8: [60, 30] });
    quick.calibrate(50);
    expect(quick.time).toBeLessThan(2.5);
    const slow = new Machine({ 4: [70, 25], 8: [60, 30] }, Infinity);
    slow.calibrate(2, 3);
    expect(slow.time).toBeGreaterThan(5);
    expect(slow.time).toBeLessThan(6);
  });

  it('knows nothing from code that is not optimized, nor by a coarse clock', () => {
    expect(new Machine({ 4: [70, 25], 8: [50, 20] }, Infinity).calibrate(5)).toBe(null);
    expect(new Machine({ 4: [25, 25], 8: [20, 20] }).calibrate(5)).toBe(null);
    expect(new Machine({ 4: [70, 25], 8: [60, 20] }, 6, 0.1).calibrate(5)).toBe(null);
  });

  it('ends on a clock that stands still', () => {
    expect(new Machine({ 4: [70, 25], 6: [90, 20] }, 6, Infinity).calibrate(2, 3)).toBe(null);
  });

  it('times several runs together where the clock is not fine', () => {
    expect(new Machine({ 4: [70, 25], 8: [60, 20] }, 6, 0.005).calibrate(5)).toBe(8);
  });

  it('does not fail for a tile that optimizing hardly helps', () => {
    const slow = new Machine({ 4: [70, 25], 6: [90, 24], 8: [60, 55] });
    expect(slow.calibrate(5)).toBe(4);
  });
});
