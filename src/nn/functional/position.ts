import { DTypeError, ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { isFloat } from '../../core/dtypes.js';
import type { DType } from '../../core/dtypes.js';
import { tensor } from '../../tensor/creation.js';
import { cat, stack } from '../../tensor/join.js';
import { checkTensor } from '../../tensor/operands.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Options of `applyRotary`. */
export interface RotaryOptions {
  /** Which elements are turned together: 2i and 2i + 1 as in the paper, or (false) i and i + dim/2. Default true. */
  interleaved?: boolean;
}

/**
 * Rotary positions: each pair of elements turned by the angle of its position, (a, b) → (a cos − b sin, b cos + a sin). Products of
 * queries and keys then depend on how far apart they are.
 *
 * Shapes: x [..., L, E], cos and sin [L, R/2] (or what broadcasts to [..., L, R/2]), R ≤ E even: the first R elements are turned, the
 * rest stays
 *
 * @throws ShapeError where cos and sin do not fit
 *
 * Source: Su et al. 2021, "RoFormer: enhanced transformer with rotary position embedding", eq. 34.
 */
export function applyRotary(x: Tensor, cos: Tensor, sin: Tensor, options: RotaryOptions = {}): Tensor {
  const op = 'applyRotary';
  checkOptions(op, options, ['interleaved']);
  Object.entries({ x, cos, sin }).forEach(([name, given]) => checkTensor(op, name, given));
  const pairs = cos.shape.at(-1) ?? 0;
  const E = x.shape.at(-1) ?? 0;
  const fits = x.ndim >= 2 && cos.ndim >= 2 && 2 * pairs <= E && [1, x.shape.at(-2)].includes(cos.shape.at(-2)!);
  if (!fits || cos.shape.join() !== sin.shape.join()) {
    fail(ShapeError, op, 'cos and sin must have shape [L, pairs]', ['x', 'cos', 'sin'], [x, cos, sin]);
  }
  const turned = x.narrow(-1, 0, 2 * pairs);
  let y: Tensor;
  if (options.interleaved ?? true) {
    const apart = turned.unflatten(-1, [pairs, 2]);
    const [a, b] = [apart.select(-1, 0), apart.select(-1, 1)];
    y = stack([a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))], -1).flatten(-2);
  } else {
    const [a, b] = [turned.narrow(-1, 0, pairs), turned.narrow(-1, pairs, pairs)];
    y = cat([a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))], -1);
  }
  return 2 * pairs === E ? y : cat([y, x.narrow(-1, 2 * pairs, E - 2 * pairs)], -1);
}

function checkHeads(op: string, numHeads: number): void {
  if (Number.isInteger(numHeads) && numHeads >= 1) return;
  throw new ShapeError(`${op}: numHeads must be a whole number of at least 1, got ${String(numHeads)}`);
}

/** 2^(−8i/n), i from 1 to n, for a power of two n; otherwise those of the power below, and every other one of twice that power. */
function slopesOf(n: number): number[] {
  const powers = (count: number): number[] => Array.from({ length: count }, (_, i) => 2 ** ((-8 * (i + 1)) / count));
  const below = 2 ** Math.floor(Math.log2(n));
  if (below === n) return powers(n);
  const rest = powers(2 * below).filter((_, i) => i % 2 === 0);
  return [...powers(below), ...rest.slice(0, n - below)];
}

/**
 * The slopes of ALiBi, one for each head: 2^(−8i/n).
 *
 * Shapes: [numHeads]
 *
 * Source: Press, Smith and Lewis 2022, "Train short, test long: attention with linear biases enables input length extrapolation".
 */
export function alibiSlopes(numHeads: number, options: { dtype?: DType } = {}): Tensor {
  checkOptions('alibiSlopes', options, ['dtype']);
  checkHeads('alibiSlopes', numHeads);
  return tensor(slopesOf(numHeads), { dtype: options.dtype ?? 'float32' });
}

/** Options of `alibiBias`. */
export interface AlibiOptions {
  /** Keys; the queries are the last of them. Default: as many as queries. */
  S?: number;
  /** Hide the keys after a query (-Infinity). Default true. */
  causal?: boolean;
  /** Default float32. */
  dtype?: DType;
}

/**
 * Attention with linear biases: what is added to scores, −slope·|i − j| for the key j of query i, and -Infinity for keys that come after
 * it. It takes the place of positions added to the input.
 *
 * Shapes: [numHeads, L, S], an `attnMask` of `F.scaledDotProductAttention` on [N, numHeads, L, E]; `.repeat([N, 1, 1])` one of
 * `MultiheadAttention`
 *
 * @throws ShapeError where a size is wrong; DTypeError for a dtype that is no float
 *
 * Source: Press, Smith and Lewis 2022, "Train short, test long: attention with linear biases enables input length extrapolation".
 *
 * @example
 * const y = F.scaledDotProductAttention(q, k, v, { attnMask: F.alibiBias(8, 128) });
 */
export function alibiBias(numHeads: number, L: number, options: AlibiOptions = {}): Tensor {
  const op = 'alibiBias';
  checkOptions(op, options, ['S', 'causal', 'dtype']);
  checkHeads(op, numHeads);
  const { S = L, causal = true, dtype = 'float32' } = options;
  if (!Number.isInteger(L) || !Number.isInteger(S) || L < 0 || S < L) {
    throw new ShapeError(`${op}: L and S must be whole numbers, S at least L, got ${String(L)} and ${String(S)}`);
  }
  if (!isFloat(dtype)) throw new DTypeError(`${op}: dtype must be a float, got ${dtype}`);
  const bias = new Float64Array(numHeads * L * S);
  let at = 0;
  for (const slope of slopesOf(numHeads)) {
    for (let i = S - L; i < S; i++) {
      for (let j = 0; j < S; j++) bias[at++] = causal && j > i ? -Infinity : -slope * Math.abs(i - j) + 0;
    }
  }
  return tensor(bias, { shape: [numHeads, L, S], dtype });
}

/** The cosines and sines of positions times the rates base^(−2i/dim), in double precision: [maxLen, dim/2] each. */
export function rotations(
  op: string,
  dim: number,
  maxLen: number,
  base: number,
): { cos: Float64Array; sin: Float64Array } {
  if (!Number.isInteger(dim) || dim < 2 || dim % 2 !== 0) {
    throw new ShapeError(`${op}: dim must be an even number of at least 2, got ${String(dim)}`);
  }
  checkLength(op, maxLen);
  if (!(base > 0)) throw new WasmgradError(`${op}: base must be above 0, got ${String(base)}`);
  const pairs = dim / 2;
  const angle = (i: number): number => Math.floor(i / pairs) * base ** ((-2 * (i % pairs)) / dim);
  const n = maxLen * pairs;
  return {
    cos: Float64Array.from({ length: n }, (_, i) => Math.cos(angle(i))),
    sin: Float64Array.from({ length: n }, (_, i) => Math.sin(angle(i))),
  };
}

/** @internal */
export function checkLength(op: string, maxLen: number): void {
  if (Number.isInteger(maxLen) && maxLen >= 1) return;
  throw new ShapeError(`${op}: maxLen must be a whole number of at least 1, got ${String(maxLen)}`);
}
