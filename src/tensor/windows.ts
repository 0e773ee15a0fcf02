import type { DType } from '../core/dtypes.js';
import { isFloat } from '../core/dtypes.js';
import { DTypeError, checkWhole } from '../core/errors.js';
import { tensor } from './creation.js';
import { named } from './reduce.js';
import type { Tensor } from './tensor.js';

/** Options of windows, each of which may also be given by its place. */
export interface WindowOptions {
  /** One period of a periodic function, for spectra, rather than a symmetric window, for filters. Default true. */
  readonly periodic?: boolean;
  /** Default float32. */
  readonly dtype?: DType;
  /** Default false. */
  readonly requiresGrad?: boolean;
}

/** Options of `hammingWindow`. */
export interface HammingWindowOptions extends WindowOptions {
  /** Default 0.54. */
  readonly alpha?: number;
  /** Default 0.46. */
  readonly beta?: number;
}

/** Options of `kaiserWindow`. */
export interface KaiserWindowOptions extends WindowOptions {
  /** How narrow it is. Default 12. */
  readonly beta?: number;
}

type Given<O> = boolean | number | undefined | O;

/** f of the place t from 0 to 1 of each element. */
function windowOf(op: string, length: number, options: WindowOptions, f: (t: number) => number): Tensor {
  checkWhole(op, 'the length', length, 0);
  const { periodic = true, dtype = 'float32', requiresGrad = false } = options;
  if (!isFloat(dtype)) throw new DTypeError(`${op}: dtype must be floating point, got ${dtype}`);
  const last = periodic ? length : length - 1;
  const values = Float64Array.from({ length }, (_, i) => (length === 1 ? 1 : f(i / last)));
  return tensor(values, { dtype, requiresGrad });
}

/** Σ aₖ·cos(2πk·t). */
function cosines(...a: readonly number[]): (t: number) => number {
  return (t) => a.reduce((sum, ak, k) => sum + ak * Math.cos(2 * Math.PI * k * t), 0);
}

const NAMES = ['periodic', 'dtype', 'requiresGrad'] as const;

/**
 * Hann's window: w[i] = ½ − ½·cos(2πi / N), N = length, or length − 1 where it is not periodic.
 *
 * @param options `periodic` (true), `dtype` (float32), `requiresGrad` (false)
 * @throws ShapeError where the length is no whole number of at least 0
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.hann_window.html
 */
export function hannWindow(length: number, periodic?: Given<WindowOptions>, options?: WindowOptions): Tensor {
  const given = named<WindowOptions>('hannWindow', NAMES, [periodic, options]);
  return windowOf('hannWindow', length, given, cosines(0.5, -0.5));
}

/**
 * Hamming's window: w[i] = alpha − beta·cos(2πi / N).
 *
 * @param options `periodic` (true), `alpha` (0.54), `beta` (0.46), `dtype` (float32), `requiresGrad` (false)
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.hamming_window.html
 */
export function hammingWindow(
  length: number,
  periodic?: Given<HammingWindowOptions>,
  alpha?: Given<HammingWindowOptions>,
  beta?: Given<HammingWindowOptions>,
  options?: HammingWindowOptions,
): Tensor {
  const names = ['periodic', 'alpha', 'beta', 'dtype', 'requiresGrad'] as const;
  const given = named<HammingWindowOptions>('hammingWindow', names, [periodic, alpha, beta, options]);
  return windowOf('hammingWindow', length, given, cosines(given.alpha ?? 0.54, -(given.beta ?? 0.46)));
}

/**
 * Blackman's window: w[i] = 0.42 − ½·cos(2πi / N) + 0.08·cos(4πi / N).
 *
 * @param options `periodic` (true), `dtype` (float32), `requiresGrad` (false)
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.blackman_window.html
 */
export function blackmanWindow(length: number, periodic?: Given<WindowOptions>, options?: WindowOptions): Tensor {
  const given = named<WindowOptions>('blackmanWindow', NAMES, [periodic, options]);
  return windowOf('blackmanWindow', length, given, cosines(0.42, -0.5, 0.08));
}

/**
 * Bartlett's window, a triangle: w[i] = 1 − |2i / N − 1|.
 *
 * @param options `periodic` (true), `dtype` (float32), `requiresGrad` (false)
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.bartlett_window.html
 */
export function bartlettWindow(length: number, periodic?: Given<WindowOptions>, options?: WindowOptions): Tensor {
  const given = named<WindowOptions>('bartlettWindow', NAMES, [periodic, options]);
  return windowOf('bartlettWindow', length, given, (t) => 1 - Math.abs(2 * t - 1));
}

/** The modified Bessel function I₀, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 2 ** -54; k++) sum += term *= (x / 2 / k) ** 2;
  return sum;
}

/**
 * Kaiser's window: w[i] = I₀(beta·√(1 − (2i / N − 1)²)) / I₀(beta).
 *
 * @param options `periodic` (true), `beta` (12), `dtype` (float32), `requiresGrad` (false)
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.kaiser_window.html
 */
export function kaiserWindow(
  length: number,
  periodic?: Given<KaiserWindowOptions>,
  beta?: Given<KaiserWindowOptions>,
  options?: KaiserWindowOptions,
): Tensor {
  const names = ['periodic', 'beta', 'dtype', 'requiresGrad'] as const;
  const given = named<KaiserWindowOptions>('kaiserWindow', names, [periodic, beta, options]);
  const { beta: narrow = 12 } = given;
  return windowOf('kaiserWindow', length, given, (t) => {
    return bessel(narrow * Math.sqrt(Math.max(0, 1 - (2 * t - 1) ** 2))) / bessel(narrow);
  });
}
