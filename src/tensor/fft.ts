import { isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, checkWhole, fail } from '../core/errors.js';
import { normalizeDim } from '../core/shapes.js';
import { apply } from '../autograd/apply.js';
import { dft } from '../ops/fft.js';
import { arange, zeros } from './creation.js';
import type { CreationOptions } from './creation.js';
import { cat, roll, stack } from './join.js';
import { checkTensor } from './operands.js';
import { checkOptions } from './options.js';
import { named } from './reduce.js';
import type { Tensor } from './tensor.js';

/** How a transform is scaled: 'backward' 1/n on the way back, 'forward' on the way there, 'ortho' 1/√n both ways. */
export type FftNorm = 'backward' | 'forward' | 'ortho';

/** Options of transforms along one dim. */
export interface FftOptions {
  /** The length: the input is cut, or filled with zeros, first. Default: its size (for `irfft` 2·(size − 1)). */
  readonly n?: number | null;
  /** The dim, not counting that of the pairs. Default -1. */
  readonly dim?: number;
  /** Default 'backward'. */
  readonly norm?: FftNorm | null;
}

/** Options of transforms along several dims. */
export interface FftnOptions {
  /** The lengths. Default, and for -1: the sizes (see `FftOptions`). */
  readonly s?: readonly number[] | null;
  /** The dims, not counting that of the pairs. Default [-2, -1], or those that `s` or the input has. */
  readonly dim?: readonly number[] | null;
  /** Default 'backward'. */
  readonly norm?: FftNorm | null;
}

/** Options of shifts. */
export interface ShiftOptions {
  /** One dim or several; all by default. */
  readonly dim?: number | readonly number[] | null;
}

type Given<O> = number | readonly number[] | string | null | undefined | O;

/** @throws where pairs are wanted and the last dim is not 2, or the input is not floating point */
function checkPairs(op: string, input: Tensor): void {
  checkTensor(op, 'input', input);
  if (!isFloat(input.dtype)) fail(DTypeError, op, 'input must be floating point', ['input'], [input]);
  if (input.ndim < 2 || input.shape.at(-1) !== 2) {
    fail(ShapeError, op, 'input must hold pairs: [..., n, 2], real and imaginary parts', ['input'], [input]);
  }
}

function checkReal(op: string, input: Tensor): Tensor {
  checkTensor(op, 'input', input);
  if (input.ndim < 1) fail(ShapeError, op, 'input needs at least one dim', ['input'], [input]);
  return isFloat(input.dtype) ? input : input.to('float32');
}

/** The input with size n along a dim: cut, or filled up with zeros. */
function sized(op: string, x: Tensor, dim: number, n: number): Tensor {
  checkWhole(op, 'a length', n, 1);
  const size = x.shape[dim]!;
  if (n <= size) return n === size ? x : x.narrow(dim, 0, n);
  const shape = x.shape.map((length, d) => (d === dim ? n - size : length));
  return cat([x, zeros(shape, { dtype: x.dtype })], dim);
}

function scaleOf(op: string, norm: FftNorm | null | undefined, n: number, inverse: boolean): number {
  const given = norm ?? 'backward';
  if (given === 'ortho') return 1 / Math.sqrt(n);
  if (given !== 'backward' && given !== 'forward') {
    throw new WasmgradError(`${op}: norm must be 'backward', 'forward' or 'ortho', got '${String(given)}'`);
  }
  return (given === 'forward') === inverse ? 1 : 1 / n;
}

/** The transform of pairs along a dim, in float64. */
function transform(op: string, x: Tensor, dim: number, inverse: boolean, norm: FftNorm | null | undefined): Tensor {
  const scale = scaleOf(op, norm, x.shape[dim]!, inverse);
  const moved = x.movedim(dim, -2);
  return apply(dft, [moved], { sign: inverse ? 1 : -1, scale }).movedim(-2, dim);
}

function oneDim(op: string, given: readonly Given<FftOptions>[]): FftOptions {
  return named<FftOptions>(op, ['n', 'dim', 'norm'], given);
}

function complex(op: string, input: Tensor, inverse: boolean, options: FftOptions): Tensor {
  checkPairs(op, input);
  const dim = normalizeDim(op, options.dim ?? -1, input.ndim - 1);
  const x = sized(op, input.to('float64'), dim, options.n ?? input.shape[dim]!);
  return transform(op, x, dim, inverse, options.norm).to(input.dtype);
}

/**
 * The discrete Fourier transform y[k] = Σⱼ x[j]·e^(−2πi·jk/n) of complex numbers, which are pairs: the last dim holds real and imaginary parts
 * (PyTorch's `view_as_real`).
 *
 * Shapes: [..., n, 2] → [..., n, 2]. Any length; gradients of any order.
 *
 * @param options `n`, `dim` (default -1, the pairs' dim not counted), `norm` (default 'backward'), also by their places
 * @throws ShapeError where the input is no tensor of pairs; WasmgradError for an unknown norm
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.fft.html
 */
export function fft(input: Tensor, n?: Given<FftOptions>, dim?: Given<FftOptions>, norm?: Given<FftOptions>): Tensor {
  return complex('fft', input, false, oneDim('fft', [n, dim, norm]));
}

/**
 * The inverse of `fft`: y[k] = 1/n·Σⱼ x[j]·e^(2πi·jk/n).
 *
 * Shapes and options as `fft`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.ifft.html
 */
export function ifft(input: Tensor, n?: Given<FftOptions>, dim?: Given<FftOptions>, norm?: Given<FftOptions>): Tensor {
  return complex('ifft', input, true, oneDim('ifft', [n, dim, norm]));
}

/** Real numbers as pairs with imaginary parts 0. */
function paired(x: Tensor): Tensor {
  return stack([x, zeros(x.shape, { dtype: x.dtype })], -1);
}

/**
 * The transform of real numbers, of which half tells all: k = 0 … n/2.
 *
 * Shapes: [..., n] → [..., ⌊n/2⌋ + 1, 2]
 *
 * @param options `n`, `dim` (default -1), `norm` (default 'backward'), also by their places
 * @throws ShapeError for a length below 1; WasmgradError for an unknown norm
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.rfft.html
 */
export function rfft(input: Tensor, n?: Given<FftOptions>, dim?: Given<FftOptions>, norm?: Given<FftOptions>): Tensor {
  const options = oneDim('rfft', [n, dim, norm]);
  const given = checkReal('rfft', input);
  const at = normalizeDim('rfft', options.dim ?? -1, input.ndim);
  const x = sized('rfft', given.to('float64'), at, options.n ?? input.shape[at]!);
  const y = transform('rfft', paired(x), at, false, options.norm);
  return y.narrow(at, 0, Math.floor(x.shape[at]! / 2) + 1).to(given.dtype);
}

/** The real numbers whose transform begins with x [..., ⌊n/2⌋ + 1, 2] along a dim, in float64. */
function fromHalf(op: string, x: Tensor, dim: number, n: number, norm: FftNorm | null | undefined): Tensor {
  checkWhole(op, 'a length', n, 1);
  const half = sized(op, x, dim, Math.floor(n / 2) + 1);
  const rest = n - half.shape[dim]!;
  const mirrored = half.narrow(dim, 1, rest).flip(dim);
  const conjugate = stack([mirrored.select(-1, 0), mirrored.select(-1, 1).neg()], -1);
  return transform(op, rest > 0 ? cat([half, conjugate], dim) : half, dim, true, norm).select(-1, 0);
}

/**
 * The inverse of `rfft`: real numbers from half of their transform.
 *
 * Shapes: [..., m, 2] → [..., n], n = 2·(m − 1) by default. The imaginary parts of y[0] and (even n) y[n/2] do not matter.
 *
 * @param options `n`, `dim` (default -1, the pairs' dim not counted), `norm` (default 'backward'), also by their places
 * @throws ShapeError where the input is no tensor of pairs, or the length is below 1; WasmgradError for an unknown norm
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.irfft.html
 */
export function irfft(input: Tensor, n?: Given<FftOptions>, dim?: Given<FftOptions>, norm?: Given<FftOptions>): Tensor {
  const options = oneDim('irfft', [n, dim, norm]);
  checkPairs('irfft', input);
  const at = normalizeDim('irfft', options.dim ?? -1, input.ndim - 1);
  const length = options.n ?? 2 * (input.shape[at]! - 1);
  return fromHalf('irfft', input.to('float64'), at, length, options.norm).to(input.dtype);
}

/** The dims and lengths of a transform along several dims: those of `dim`, else the last ones of `s`, else `usual`. */
function someDims(
  op: string,
  given: readonly Given<FftnOptions>[],
  shape: readonly number[],
  usual: readonly number[] | null,
): { readonly dim: number[]; readonly s: (number | null)[]; readonly norm: FftNorm | null } {
  const options = named<FftnOptions>(op, ['s', 'dim', 'norm'], given);
  const { s = null, norm = null } = options;
  const last = (n: number): number[] => Array.from({ length: n }, (_, i) => i - n);
  const dims = options.dim ?? usual ?? last(s ? s.length : shape.length);
  const dim = dims.map((d) => normalizeDim(op, d, shape.length));
  if (s && s.length !== dim.length) throw new ShapeError(`${op}: s and dim must be of one length`);
  if (new Set(dim).size !== dim.length) throw new ShapeError(`${op}: a dim comes twice in [${dims.join(', ')}]`);
  // As in PyTorch, -1 keeps a size.
  return { dim, s: dim.map((_, i) => (s && s[i] !== -1 ? s[i]! : null)), norm };
}

function complexN(
  op: string,
  input: Tensor,
  inverse: boolean,
  given: readonly Given<FftnOptions>[],
  usual: readonly number[] | null,
): Tensor {
  checkPairs(op, input);
  const { s, dim, norm } = someDims(op, given, input.shape.slice(0, -1), usual);
  return dim
    .reduce((x, d, i) => transform(op, sized(op, x, d, s[i] ?? x.shape[d]!), d, inverse, norm), input.to('float64'))
    .to(input.dtype);
}

function realN(
  op: string,
  input: Tensor,
  given: readonly Given<FftnOptions>[],
  usual: readonly number[] | null,
): Tensor {
  const x = checkReal(op, input);
  const { s, dim, norm } = someDims(op, given, x.shape, usual);
  if (dim.length === 0) throw new ShapeError(`${op}: needs at least one dim`);
  const cut = dim.reduce((y, d, i) => sized(op, y, d, s[i] ?? y.shape[d]!), x.to('float64'));
  const last = dim.at(-1)!;
  const half = transform(op, paired(cut), last, false, norm).narrow(last, 0, Math.floor(cut.shape[last]! / 2) + 1);
  return dim
    .slice(0, -1)
    .reduce((y, d) => transform(op, y, d, false, norm), half)
    .to(x.dtype);
}

function fromHalfN(
  op: string,
  input: Tensor,
  given: readonly Given<FftnOptions>[],
  usual: readonly number[] | null,
): Tensor {
  checkPairs(op, input);
  const { s, dim, norm } = someDims(op, given, input.shape.slice(0, -1), usual);
  if (dim.length === 0) throw new ShapeError(`${op}: needs at least one dim`);
  const last = dim.at(-1)!;
  const others = dim.slice(0, -1);
  const x = others.reduce(
    (y, d, i) => transform(op, sized(op, y, d, s[i] ?? y.shape[d]!), d, true, norm),
    input.to('float64'),
  );
  return fromHalf(op, x, last, s.at(-1) ?? 2 * (x.shape[last]! - 1), norm).to(input.dtype);
}

type Arg = Given<FftnOptions>;

/**
 * The transform along two dims (or those of `dim`), of pairs.
 *
 * Shapes: [..., m, n, 2] → [..., m, n, 2]
 *
 * @param options `s`, `dim` (default [-2, -1]), `norm` (default 'backward'), also by their places
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.fft2.html
 */
export function fft2(input: Tensor, s?: Arg, dim?: Arg, norm?: Arg): Tensor {
  return complexN('fft2', input, false, [s, dim, norm], [-2, -1]);
}

/** The inverse of `fft2`. Source: https://pytorch.org/docs/stable/generated/torch.fft.ifft2.html */
export function ifft2(input: Tensor, s?: Arg, dim?: Arg, norm?: Arg): Tensor {
  return complexN('ifft2', input, true, [s, dim, norm], [-2, -1]);
}

/**
 * The transform along several dims, of pairs.
 *
 * @param options `s`, `dim` (default: the last ones of `s`, else all), `norm` (default 'backward'), also by their places
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.fftn.html
 */
export function fftn(input: Tensor, s?: Arg, dim?: Arg, norm?: Arg): Tensor {
  return complexN('fftn', input, false, [s, dim, norm], null);
}

/** The inverse of `fftn`. Source: https://pytorch.org/docs/stable/generated/torch.fft.ifftn.html */
export function ifftn(input: Tensor, s?: Arg, dim?: Arg, norm?: Arg): Tensor {
  return complexN('ifftn', input, true, [s, dim, norm], null);
}

/**
 * The transform of real numbers along two dims, of which the last one is halved: [..., m, n] → [..., m, ⌊n/2⌋ + 1, 2].
 *
 * @param options `s`, `dim` (default [-2, -1]), `norm` (default 'backward'), also by their places
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.rfft2.html
 */
export function rfft2(input: Tensor, s?: Arg, dim?: Arg, norm?: Arg): Tensor {
  return realN('rfft2', input, [s, dim, norm], [-2, -1]);
}

/** The inverse of `rfft2`. Source: https://pytorch.org/docs/stable/generated/torch.fft.irfft2.html */
export function irfft2(input: Tensor, s?: Arg, dim?: Arg, norm?: Arg): Tensor {
  return fromHalfN('irfft2', input, [s, dim, norm], [-2, -1]);
}

/**
 * The transform of real numbers along several dims, of which the last one is halved.
 *
 * @param options `s`, `dim` (default: the last ones of `s`, else all), `norm` (default 'backward'), also by their places
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.rfftn.html
 */
export function rfftn(input: Tensor, s?: Arg, dim?: Arg, norm?: Arg): Tensor {
  return realN('rfftn', input, [s, dim, norm], null);
}

/** The inverse of `rfftn`. Source: https://pytorch.org/docs/stable/generated/torch.fft.irfftn.html */
export function irfftn(input: Tensor, s?: Arg, dim?: Arg, norm?: Arg): Tensor {
  return fromHalfN('irfftn', input, [s, dim, norm], null);
}

function checkFrequencies(op: string, n: number, d: number): void {
  checkWhole(op, 'n', n, 1);
  if (typeof d !== 'number' || d === 0) throw new WasmgradError(`${op}: d must be a number but 0, got ${String(d)}`);
}

/**
 * The frequencies of `fft`'s results: [0, 1, …, −2, −1] / (n·d).
 *
 * @param d the distance between samples. Default 1
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.fftfreq.html
 */
export function fftfreq(n: number, d = 1, options: CreationOptions = {}): Tensor {
  checkFrequencies('fftfreq', n, d);
  checkOptions('fftfreq', options, ['dtype', 'requiresGrad']);
  const { dtype = 'float32', requiresGrad = false } = options;
  const positive = Math.ceil(n / 2);
  const y = cat([arange(0, positive, { dtype }), arange(-Math.floor(n / 2), 0, { dtype })]).mul(1 / (n * d));
  return requiresGrad ? y.requiresGrad_() : y;
}

/**
 * The frequencies of `rfft`'s results: [0, 1, …, ⌊n/2⌋] / (n·d).
 *
 * @param d the distance between samples. Default 1
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.rfftfreq.html
 */
export function rfftfreq(n: number, d = 1, options: CreationOptions = {}): Tensor {
  checkFrequencies('rfftfreq', n, d);
  checkOptions('rfftfreq', options, ['dtype', 'requiresGrad']);
  const { dtype = 'float32', requiresGrad = false } = options;
  const y = arange(0, Math.floor(n / 2) + 1, { dtype }).mul(1 / (n * d));
  return requiresGrad ? y.requiresGrad_() : y;
}

function shift(
  op: string,
  input: Tensor,
  dim: number | readonly number[] | null | undefined | ShiftOptions,
  back: boolean,
): Tensor {
  const given = named<ShiftOptions>(op, ['dim'], [dim ?? undefined]).dim ?? null;
  const dims = given === null ? input.shape.map((_, d) => d) : typeof given === 'number' ? [given] : given;
  const at = dims.map((d) => normalizeDim(op, d, input.ndim));
  if (at.length === 0) return input;
  return roll(
    input,
    at.map((d) => (back ? Math.ceil(input.shape[d]! / 2) : Math.floor(input.shape[d]! / 2))),
    at,
  );
}

/**
 * Frequency 0 moved from the start of dims to the middle. Of pairs name the dims, so that the parts stay apart.
 *
 * @param dim one or several; all by default
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.fft.fftshift.html
 */
export function fftshift(input: Tensor, dim?: number | readonly number[] | null | ShiftOptions): Tensor {
  return shift('fftshift', input, dim, false);
}

/** The inverse of `fftshift`. Source: https://pytorch.org/docs/stable/generated/torch.fft.ifftshift.html */
export function ifftshift(input: Tensor, dim?: number | readonly number[] | null | ShiftOptions): Tensor {
  return shift('ifftshift', input, dim, true);
}
