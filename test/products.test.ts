import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { F, init, scope, shutdown, tensor, type Tensor } from '../src/index.js';
import { uniforms } from './harness/random.js';

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

function draw(seed: number, shape: readonly number[], dtype: 'float32' | 'float64'): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const values = Float64Array.from(uniforms(seed, n), (u) => 2 * u - 1);
  return tensor(dtype === 'float32' ? Float32Array.from(values) : values, { shape });
}

/** Compares with sums of `terms` products of numbers in ±1. */
function near(y: Tensor, expected: Float64Array, terms: number, what: string): void {
  const unit = y.dtype === 'float32' ? 2 ** -24 : 2 ** -53;
  const allowed = 4 * unit * Math.sqrt(terms + 1) * Math.max(1, Math.sqrt(terms));
  const got = y.toTypedArray();
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(got[i]! - expected[i]!) <= allowed))
      throw new Error(`${what}: element ${i} is ${got[i]}, not ${expected[i]}`);
  }
}

/** The product as three loops. */
function product(a: Tensor, b: Tensor): Float64Array {
  const [m, k] = a.shape as [number, number];
  const n = b.shape[1]!;
  const [x, w] = [a.toTypedArray(), b.toTypedArray()];
  const y = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) for (let j = 0; j < n; j++) y[i * n + j]! += x[i * k + p]! * w[p * n + j]!;
  }
  return y;
}

/** Every way in which two matrices can lie in memory: rows first, columns first, with gaps. */
function check(m: number, n: number, k: number, dtype: 'float32' | 'float64'): void {
  scope(() => {
    const a = draw(m * 71 + k, [m, k], dtype);
    const b = draw(n * 73 + k, [k, n], dtype);
    const expected = product(a, b);
    const layouts = (x: Tensor): Tensor[] => {
      const gaps = x
        .unsqueeze(-1)
        .expand([...x.shape, 2])
        .clone()
        .select(-1, 1);
      return [x, x.T.clone().T, gaps];
    };
    layouts(a).forEach((left, i) => {
      layouts(b).forEach((right, j) =>
        near(left.matmul(right), expected, k, `${m}×${k}×${n} ${dtype}, layouts ${i} ${j}`),
      );
    });
  });
}

/** x·wᵀ + bias. */
function checkBias(m: number, n: number, k: number, dtype: 'float32' | 'float64'): void {
  scope(() => {
    const x = draw(m * 71 + k, [m, k], dtype);
    const w = draw(n * 73 + k, [n, k], dtype);
    const bias = draw(n, [n], dtype);
    const values = bias.toTypedArray();
    const expected = product(x, w.T).map((y, i) => y + values[i % n]!);
    near(F.linear(x, w, bias), expected, k, `${m}×${k}×${n} ${dtype} with a bias`);
    near(F.linear(x, w.T.clone().T, bias), expected, k, `${m}×${k}×${n} ${dtype} with a bias, columns first`);
  });
}

describe('matmul agrees with three loops', () => {
  const sizes = Array.from({ length: 70 }, (_, i) => i + 1);
  const others: readonly [number, number][] = [
    [1, 1],
    [3, 17],
    [33, 40],
  ];
  for (const dtype of ['float32', 'float64'] as const) {
    it(`at every number of rows, ${dtype}`, () => {
      for (const m of sizes) for (const [n, k] of others) check(m, n, k, dtype);
    });
    it(`at every number of columns, ${dtype}`, () => {
      for (const n of sizes) for (const [m, k] of others) check(m, n, k, dtype);
    });
    it(`at every number of terms, ${dtype}`, () => {
      for (const k of sizes) for (const [m, n] of others) check(m, n, k, dtype);
    });
    it(`with a bias, ${dtype}`, () => {
      for (const n of sizes) {
        for (const [m, k] of [
          [1, 20],
          [7, 20],
          [13, 9],
          [50, 300],
        ] as const)
          checkBias(m, n, k, dtype);
      }
    });
    it(`over several blocks, ${dtype}`, () => {
      for (const k of [383, 384, 385, 769, 1025, 2100]) check(5, 9, k, dtype);
      for (const [m, n, k] of [
        [70, 300, 130],
        [150, 20, 400],
        [200, 131, 90],
        [65, 300, 20],
        [300, 10, 270],
        [400, 3, 520],
        [9, 600, 260],
      ] as const)
        check(m, n, k, dtype);
    });
  }
});

interface Setting {
  stride: [number, number];
  padding: [number, number];
  dilation: [number, number];
  groups: number;
}

/** The convolution and its gradients (for dy) as nested loops. */
function convolution(x: Tensor, w: Tensor, dy: Tensor, { stride, padding, dilation, groups }: Setting): Float64Array[] {
  const [N, C, H, W] = x.shape as [number, number, number, number];
  const [K, inner, KH, KW] = w.shape as [number, number, number, number];
  const [, , OH, OW] = dy.shape as [number, number, number, number];
  const [xs, ws, dys] = [x.toTypedArray(), w.toTypedArray(), dy.toTypedArray()];
  const [y, dx, dw] = [new Float64Array(dys.length), new Float64Array(xs.length), new Float64Array(ws.length)];
  let at = 0;
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      const first = Math.floor(k / (K / groups)) * inner;
      for (let oh = 0; oh < OH; oh++) {
        for (let ow = 0; ow < OW; ow++, at++) {
          for (let r = 0; r < inner * KH * KW; r++) {
            const [c, kh, kw] = [Math.floor(r / (KH * KW)), Math.floor(r / KW) % KH, r % KW];
            const ih = oh * stride[0] - padding[0] + kh * dilation[0];
            const iw = ow * stride[1] - padding[1] + kw * dilation[1];
            if (ih < 0 || ih >= H || iw < 0 || iw >= W) continue;
            const i = ((n * C + first + c) * H + ih) * W + iw;
            const j = k * inner * KH * KW + r;
            y[at]! += xs[i]! * ws[j]!;
            dx[i]! += dys[at]! * ws[j]!;
            dw[j]! += dys[at]! * xs[i]!;
          }
        }
      }
    }
  }
  return [y, dx, dw];
}

it('conv2d and its gradients agree with loops over a grid of strides, paddings, dilations and groups', () => {
  let seed = 0;
  for (const [KH, KW] of [
    [1, 1],
    [3, 3],
    [2, 5],
  ] as const)
    for (const stride of [
      [1, 1],
      [2, 2],
      [1, 3],
    ] as const)
      for (const padding of [
        [0, 0],
        [1, 1],
        [2, 3],
      ] as const)
        for (const dilation of [
          [1, 1],
          [2, 2],
        ] as const)
          for (const [C, K, groups] of [
            [1, 3, 1],
            [5, 4, 1],
            [4, 8, 2],
            [6, 6, 6],
            [2, 6, 2],
          ] as const)
            for (const [H, W] of [
              [6, 7],
              [9, 23],
            ] as const)
              scope(() => {
                seed++;
                const dtype = seed % 2 ? 'float32' : 'float64';
                const setting: Setting = {
                  stride: [...stride],
                  padding: [...padding],
                  dilation: [...dilation],
                  groups,
                };
                if (W + 2 * padding[1] <= dilation[1] * (KW - 1) || H + 2 * padding[0] <= dilation[0] * (KH - 1))
                  return;
                const x = draw(seed, [2, C, H, W], dtype).requiresGrad_();
                const w = draw(seed + 1000, [K, C / groups, KH, KW], dtype).requiresGrad_();
                const y = F.conv2d(x, w, null, setting);
                const dy = draw(seed + 2000, y.shape, dtype);
                y.backward(dy);
                const [ey, edx, edw] = convolution(x, w, dy, setting) as [Float64Array, Float64Array, Float64Array];
                const what = `${KH}×${KW} ${JSON.stringify(setting)} on ${C}×${H}×${W}`;
                near(y, ey, C * KH * KW, `y of ${what}`);
                near(x.grad!, edx, K * KH * KW, `dx of ${what}`);
                near(w.grad!, edw, 2 * y.shape[2]! * y.shape[3]!, `dw of ${what}`);
              });
});

it('conv2d and its gradients agree with loops over several blocks', () => {
  const setting: Setting = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 };
  for (const [N, C, K, H, kernel] of [
    [3, 50, 9, 12, 3],
    [2, 410, 6, 5, 1],
    [1, 3, 400, 9, 3],
    [2, 2, 4, 30, 3],
  ] as const) {
    scope(() => {
      const x = draw(N + C, [N, C, H, H], 'float32').requiresGrad_();
      const w = draw(K, [K, C, kernel, kernel], 'float32').requiresGrad_();
      const y = F.conv2d(x, w, null, setting);
      const dy = draw(H, y.shape, 'float32');
      y.backward(dy);
      const [ey, edx, edw] = convolution(x, w, dy, setting) as [Float64Array, Float64Array, Float64Array];
      near(y, ey, C * kernel * kernel, 'y');
      near(x.grad!, edx, K * kernel * kernel, 'dx');
      near(w.grad!, edw, N * y.shape[2]! * y.shape[3]!, 'dw');
    });
  }
});
