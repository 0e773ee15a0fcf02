import { afterAll, beforeAll, expect, it } from 'vitest';
import { F, init, lgamma, shutdown, tensor } from '../src/index.js';
import type { Tensor } from '../src/index.js';

// The float32 formulas of assembly/simd/ against the same operations in float64, over a sweep of all float32 numbers.

/** A prime: every 100003rd bit pattern. */
const STEP = 100003;

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

/** Every STEP-th float32 from `low` to `high`, of both signs. */
function sweep(low: number, high: number): Float32Array {
  const values: number[] = [];
  const word = new Uint32Array(1);
  const float = new Float32Array(word.buffer);
  for (let bits = 0; bits < 2 ** 32; bits += STEP) {
    word[0] = bits;
    if (float[0]! >= low && float[0]! <= high) values.push(float[0]!);
  }
  return Float32Array.from(values);
}

/** The distance of neighbouring float32 numbers at y; that of normal numbers for subnormal ones. */
function ulp(y: number): number {
  return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(y))), -126) - 23);
}

/** The largest error of `fn` on [low, high], in units that `unit` tells for an argument and a result. */
function largestError(
  fn: (x: Tensor) => Tensor,
  [low, high]: readonly [number, number],
  unit: (x: number, y: number) => number,
): number {
  const values = sweep(low, high);
  const got = fn(tensor(values)).toTypedArray() as Float32Array;
  const want = fn(tensor(Float64Array.from(values))).toTypedArray() as Float64Array;
  let largest = 0;
  values.forEach((x, i) => {
    const y = want[i]!;
    // What float32 cannot hold is infinite.
    const error =
      Math.abs(y) > 3.4028235e38 && got[i] === Math.sign(y) * Infinity ? 0 : Math.abs(got[i]! - y) / unit(x, y);
    if (!(error <= largest)) largest = error;
  });
  return largest;
}

const ofResult = (_: number, y: number): number => ulp(y);
const everywhere = [-3.4e38, 3.4e38] as const;

it.each<[string, (x: Tensor) => Tensor, number, readonly [number, number]]>([
  ['exp', (x) => x.exp(), 1.1, everywhere],
  ['expm1', (x) => x.expm1(), 1.7, everywhere],
  ['log', (x) => x.log(), 0.9, [0.5 ** 149, 3.4e38]],
  ['log1p', (x) => x.log1p(), 0.9, [-0.9999999, 3.4e38]],
  ['sigmoid', (x) => x.sigmoid(), 2.5, [-87.3, 3.4e38]],
  ['tanh', (x) => x.tanh(), 2.5, everywhere],
  ['erf', (x) => x.erf(), 1, everywhere],
  ['sin', (x) => x.sin(), 1.6, everywhere],
  ['cos', (x) => x.cos(), 1.6, everywhere],
  ['asin', (x) => x.asin(), 0.6, [-1, 1]],
  ['acos', (x) => x.acos(), 0.6, [-1, 1]],
  ['atan', (x) => x.atan(), 0.6, everywhere],
  ['sinh', (x) => x.sinh(), 0.6, everywhere],
  ['cosh', (x) => x.cosh(), 0.6, everywhere],
  ['asinh', (x) => x.asinh(), 0.6, everywhere],
  ['acosh', (x) => x.acosh(), 0.6, [1, 3.4e38]],
  ['atanh', (x) => x.atanh(), 0.6, [-0.9999999, 0.9999999]],
  ['erfc', (x) => x.erfc(), 0.6, everywhere],
  ['erfinv', (x) => x.erfinv(), 0.6, [-0.9999999, 0.9999999]],
  ['lgamma', (x) => lgamma(x), 0.6, [1e-30, 3.4e38]],
  ['digamma', (x) => x.digamma(), 0.6, [1e-30, 3.4e38]],
])('%s is within its stated ulp', (_, fn, bound, range) => {
  expect(largestError(fn, range, ofResult)).toBeLessThanOrEqual(bound);
});

it('does not leave the range of a bounded function', () => {
  const x = tensor(sweep(...everywhere));
  for (const y of [x.tanh(), x.erf()]) expect(Math.max(y.amax().item(), -y.amin().item())).toBe(1);
  const s = x.sigmoid();
  expect([s.amin().item(), s.amax().item()]).toEqual([0, 1]);
});

it('gives gelu to two and a half ulp of x, and its slope to 2^-22', () => {
  expect(
    largestError(
      (x) => F.gelu(x),
      everywhere,
      (x) => ulp(x),
    ),
  ).toBeLessThanOrEqual(2.5);
  const slope = (x: Tensor): Tensor => {
    x.requiresGrad_();
    F.gelu(x).sum().backward();
    return x.grad!;
  };
  expect(largestError(slope, [-1e18, 1e18], () => 2 ** -22)).toBeLessThanOrEqual(1);
});
