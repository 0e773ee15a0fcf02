import type { TypedArray } from '../../src/core/dtypes.js';

/** Numbers of any width. */
export type Numbers = TypedArray | readonly number[];

const float32Max = 3.4028234663852886e38;

/** Throws unless two values are equal. */
export function expectEqual(what: string, got: unknown, want: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(want)];
  if (a !== b) throw new Error(`${what}: got ${a}, expected ${b}`);
}

/** How closely numbers must agree. */
export interface Closeness {
  /** Allowed distance, relative to the largest finite expected element; 0 means equal. */
  readonly tolerance: number;
  /** Tells +0 from -0. */
  readonly signedZeros?: boolean;
  /** Skips elements whose expected value is not finite. */
  readonly finiteOnly?: boolean;
}

/** Throws unless `got` agrees with `want`: NaN where NaN, the same infinities, everything else within tolerance. */
export function expectClose(what: string, got: Numbers, want: Numbers, closeness: Closeness): void {
  if (got.length !== want.length) throw new Error(`${what}: got ${got.length} elements, expected ${want.length}`);
  const narrow = got instanceof Float32Array;
  // A float32 result overflows where the float64 reference does not.
  const expected = Array.from(want, (x) => (narrow && Math.abs(x) > float32Max ? Math.sign(x) * Infinity : x));
  let largest = 0;
  for (const x of expected) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
  const allowed = closeness.tolerance * largest;
  for (let i = 0; i < expected.length; i++) {
    const [x, y] = [got[i]!, expected[i]!];
    if (closeness.finiteOnly && !Number.isFinite(y)) continue;
    const close =
      Object.is(x, y) || (Number.isFinite(y) ? Math.abs(x - y) <= allowed : Number.isNaN(x) && Number.isNaN(y));
    // A value that float32 rounds to zero keeps only its sign.
    const zeros = closeness.signedZeros && x === 0 && y === 0 && !Object.is(x, y);
    if (close && !zeros) continue;
    const show = (z: number): string => (Object.is(z, -0) ? '-0' : String(z));
    const off = Math.abs(x - y) / largest;
    throw new Error(
      `${what}: element ${i} of ${expected.length} is ${show(x)}, expected ${show(y)} ` +
        `(off by ${off.toExponential(1)} of the largest, ${largest}; allowed ${closeness.tolerance})`,
    );
  }
}

/** Throws unless two arrays hold the same bits (any NaN equals any NaN). */
export function expectSameBits(what: string, got: TypedArray, want: TypedArray): void {
  if (got.length !== want.length) throw new Error(`${what}: got ${got.length} elements, expected ${want.length}`);
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], want[i])) {
      throw new Error(`${what}: element ${i} of ${got.length} is ${got[i]}, expected exactly ${want[i]}`);
    }
  }
}
