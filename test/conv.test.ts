import { afterEach, describe, expect, it } from 'vitest';
import { F, init, scope, shutdown, tensor, type Tensor } from '../src/index.js';
import { uniforms } from './harness/random.js';

afterEach(() => shutdown());

type Shape4 = [number, number, number, number];
type Pair = [number, number];

interface Setting {
  x: Shape4;
  w: Shape4;
  stride?: Pair;
  padding?: Pair;
  dilation?: Pair;
  groups?: number;
  /** Added to the random numbers of x. */
  mean?: number;
}

function normals(seed: number, n: number, mean = 0): Float32Array {
  const u = uniforms(seed, 4 * n);
  return Float32Array.from(
    { length: n },
    (_, i) => mean + 2 * (u[4 * i]! + u[4 * i + 1]! + u[4 * i + 2]! + u[4 * i + 3]! - 2),
  );
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The convolution and both gradients as loops in double precision. */
function naive(s: Required<Setting>, x: Float32Array, w: Float32Array, dyOf: (n: number) => Float32Array) {
  const [N, C, H, W] = s.x;
  const [K, perGroup, KH, KW] = s.w;
  const [OH, OW] = [0, 1].map((i) => {
    const reach = s.dilation[i]! * (s.w[2 + i]! - 1) + 1;
    return Math.floor((s.x[2 + i]! + 2 * s.padding[i]! - reach) / s.stride[i]!) + 1;
  }) as Pair;
  const dy = dyOf(N * K * OH * OW);
  const [y, dx, dw] = [N * K * OH * OW, x.length, w.length].map((n) => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      for (let c = 0; c < perGroup; c++) {
        const plane = (n * C + Math.floor(k / (K / s.groups)) * perGroup + c) * H * W;
        for (let tap = 0; tap < KH * KW; tap++) {
          const [kh, kw] = [Math.floor(tap / KW), tap % KW];
          const at = (k * perGroup + c) * KH * KW + tap;
          for (let oh = 0; oh < OH; oh++) {
            const ih = oh * s.stride[0] - s.padding[0] + kh * s.dilation[0];
            if (ih < 0 || ih >= H) continue;
            for (let ow = 0; ow < OW; ow++) {
              const iw = ow * s.stride[1] - s.padding[1] + kw * s.dilation[1];
              if (iw < 0 || iw >= W) continue;
              const i = ((n * K + k) * OH + oh) * OW + ow;
              y[i]! += w[at]! * x[plane + ih * W + iw]!;
              dx[plane + ih * W + iw]! += w[at]! * dy[i]!;
              dw[at]! += dy[i]! * x[plane + ih * W + iw]!;
            }
          }
        }
      }
    }
  }
  return { y, dx, dw, dy, shape: [N, K, OH, OW] };
}

function off(got: Tensor, expected: Float64Array): number {
  const values = got.toTypedArray();
  expect(values.length).toBe(expected.length);
  let [most, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    const distance = Math.abs(values[i]! - expected[i]!);
    if (!(distance <= most)) most = distance;
  }
  return largest === 0 ? most : most / largest;
}

function complete(s: Setting): Required<Setting> {
  return { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1, mean: 0, ...s };
}

function check(setting: Setting, dtypes: readonly ('float32' | 'float64')[] = ['float32', 'float64']): void {
  const s = complete(setting);
  const [xs, ws] = [normals(count(s.x), count(s.x), s.mean), normals(count(s.w) + 1, count(s.w))];
  const expected = naive(s, xs, ws, (n) => normals(n + 2, n));
  for (const dtype of dtypes) {
    scope(() => {
      const x = tensor(xs, { shape: s.x, dtype, requiresGrad: true });
      const w = tensor(ws, { shape: s.w, dtype, requiresGrad: true });
      const { stride, padding, dilation, groups } = s;
      const y = F.conv2d(x, w, null, { stride, padding, dilation, groups });
      y.backward(tensor(expected.dy, { shape: expected.shape, dtype }));
      const allowed = dtype === 'float32' ? 1e-5 : 1e-12;
      const errors = { y: off(y, expected.y), dx: off(x.grad!, expected.dx), dw: off(w.grad!, expected.dw) };
      for (const [name, error] of Object.entries(errors)) {
        if (!(error <= allowed)) throw new Error(`${JSON.stringify(s)} ${dtype}: ${name} is off by ${error}`);
      }
    });
  }
}

describe('conv2d and its gradients agree with loops in double precision', () => {
  const kernels: readonly Pair[] = [
    [3, 3],
    [1, 1],
    [5, 5],
    [2, 4],
  ];
  const steps: readonly Pair[] = [
    [1, 1],
    [2, 2],
    [1, 3],
  ];
  const paddings: readonly Pair[] = [
    [0, 0],
    [1, 1],
    [2, 3],
  ];
  const channels: readonly (readonly [number, number, number])[] = [
    [1, 5, 1],
    [6, 4, 1],
    [6, 9, 3],
    [4, 4, 4],
    [3, 6, 3],
  ];
  it.each(channels)('%i channels to %i in %i groups, every stride, padding and dilation', async (C, K, groups) => {
    await init({ threads: 2 });
    for (const [KH, KW] of kernels) {
      for (const stride of steps) {
        for (const padding of paddings) {
          for (const dilation of steps.slice(0, 2)) {
            check({ x: [2, C, 11, 14], w: [K, C / groups, KH, KW], stride, padding, dilation, groups });
          }
        }
      }
    }
  });

  it('where Winograd computes: every width of a tile, paddings that reach over the filter, many channels, a large mean', async () => {
    await init({ threads: 2 });
    for (const size of [3, 4, 5, 6, 7, 8, 9]) {
      for (const pad of [0, 1, 2, 3]) {
        const x: Shape4 = [3, 9, size + 6, size + 3];
        check({ x, w: [17, 9, 3, 3], padding: [pad, (pad + 1) % 4] }, ['float32']);
      }
    }
    for (const mean of [0, 1, 100]) {
      check({ x: [2, 150, 9, 10], w: [20, 150, 3, 3], padding: [1, 1], mean }, ['float32']);
      check({ x: [1, 12, 18, 40], w: [130, 12, 3, 3], padding: [1, 1], mean }, ['float32']);
      check({ x: [1, 500, 6, 6], w: [8, 500, 3, 3], padding: [1, 1], mean }, ['float32']);
    }
  });

  it('on large planes, which are cut into bands', async () => {
    await init({ threads: 2 });
    check({ x: [1, 3, 150, 70], w: [6, 3, 7, 7], stride: [2, 2], padding: [3, 3] }, ['float32']);
    check({ x: [1, 2, 120, 130], w: [2, 1, 3, 3], padding: [1, 1], groups: 2 });
    check({ x: [1, 2, 120, 130], w: [4, 1, 3, 3], stride: [2, 2], padding: [1, 1], groups: 2 });
    check({ x: [1, 40, 30, 33], w: [8, 40, 3, 3], dilation: [2, 2] }, ['float32']);
  });
});

it('gives the same bits on 1, 2 and 4 threads', async () => {
  const settings: Setting[] = [
    { x: [9, 16, 22, 19], w: [40, 16, 3, 3], padding: [1, 1] },
    { x: [5, 3, 40, 40], w: [16, 3, 5, 5], stride: [2, 2], padding: [2, 2] },
    { x: [3, 24, 30, 30], w: [24, 1, 3, 3], padding: [1, 1], groups: 24 },
    { x: [9, 2, 40, 30], w: [4, 1, 5, 5], stride: [2, 2], groups: 2 },
    { x: [3, 12, 30, 30], w: [12, 4, 5, 3], padding: [1, 1], groups: 3 },
  ];
  const found: string[][] = [];
  for (const threads of [1, 2, 4]) {
    await init({ threads });
    const bytes: string[] = [];
    for (const setting of settings) {
      const s = complete(setting);
      const x = tensor(normals(1, count(s.x)), { shape: s.x, requiresGrad: true });
      const w = tensor(normals(2, count(s.w)), { shape: s.w, requiresGrad: true });
      const { stride, padding, groups } = s;
      const y = F.conv2d(x, w, null, { stride, padding, groups });
      y.backward(tensor(normals(3, y.numel), { shape: [...y.shape] }));
      for (const t of [y, x.grad!, w.grad!]) bytes.push(new Uint8Array(t.toTypedArray().buffer).join());
    }
    shutdown();
    found.push(bytes);
  }
  for (const bits of found.slice(1)) expect(bits.map((b, i) => b === found[0]![i])).toEqual(bits.map(() => true));
});

it('convolves volumes in parts where their patches would take much memory', async () => {
  await init({ threads: 1 });
  const sizes = { x: [3, 1, 16, 128, 128], w: [1, 1, 32, 1, 1] };
  const [x, w] = [sizes.x, sizes.w].map((shape, i) => tensor(normals(i, count(shape)), { shape, requiresGrad: true }));
  const options = { padding: [16, 0, 0] as [number, number, number] };
  const run = (input: Tensor): Tensor => F.conv3d(input, w!, null, options);
  const same = (a: Tensor, b: Tensor): boolean => {
    const [left, right] = [a.toTypedArray(), b.toTypedArray()];
    return left.every((value, i) => Object.is(value, right[i]));
  };
  const whole = run(x!);
  whole.square().sum().backward();
  const [dx, dw] = [x!.grad!, w!.grad!].map((dx) => dx.clone()) as [Tensor, Tensor];
  [x!.grad, w!.grad] = [null, null];
  for (const n of [0, 1, 2]) {
    const y = run(x!.narrow(0, n, 1));
    y.square().sum().backward();
    expect(same(y, whole.narrow(0, n, 1))).toBe(true);
  }
  expect(same(x!.grad!, dx)).toBe(true);
  expect(w!.grad!.sub(dw).abs().max().item()).toBeLessThan(1e-5 * dw.abs().max().item());
});
