import { isFloat } from '../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, checkWhole, fail } from '../core/errors.js';
import { apply } from '../autograd/apply.js';
import { overlapAdd } from '../ops/overlap-add.js';
import { inspect } from '../runtime/recorder.js';
import { elements } from '../runtime/tensor-data.js';
import { ones, zeros } from './creation.js';
import { fft, ifft, irfft, rfft } from './fft.js';
import { cat, stack } from './join.js';
import { checkTensor } from './operands.js';
import { checkOptions } from './options.js';
import type { Tensor } from './tensor.js';

/** What both directions of short-time transforms know. */
interface FrameOptions {
  /** How far frames lie apart. Default ⌊nFft / 4⌋. */
  readonly hopLength?: number | null;
  /** The length of the window, which lies in the middle of a frame. Default nFft. */
  readonly winLength?: number | null;
  /** [winLength]. Default: ones. */
  readonly window?: Tensor | null;
  /** Frame t is centered at t·hopLength. Default true. */
  readonly center?: boolean;
  /** Scale by 1/√nFft. Default false. */
  readonly normalized?: boolean;
  /** Only the frequencies 0 … nFft/2, which tell all of real numbers. Default true. */
  readonly onesided?: boolean;
}

/** Options of `stft`. */
export interface StftOptions extends FrameOptions {
  /** How both ends are continued where frames are centered. Default 'reflect'. */
  readonly padMode?: 'reflect' | 'constant' | 'replicate' | 'circular';
}

/** Options of `istft`. */
export interface IstftOptions extends FrameOptions {
  /** The length of the result. Default: all that is known. */
  readonly length?: number | null;
}

const FRAMES: readonly string[] = ['hopLength', 'winLength', 'window', 'center', 'normalized', 'onesided'];

/** The distance of frames, and the window in the middle of a frame [nFft] in float64. */
function framing(op: string, nFft: number, options: FrameOptions): { readonly hop: number; readonly window: Tensor } {
  const hop = options.hopLength ?? Math.floor(nFft / 4);
  const length = options.winLength ?? nFft;
  for (const [name, size] of Object.entries({ nFft, hopLength: hop, winLength: length })) {
    checkWhole(op, name, size, 1);
  }
  if (length > nFft) throw new ShapeError(`${op}: winLength must be at most nFft, ${nFft}, got ${length}`);
  const window = options.window ?? ones([length], { dtype: 'float64' });
  if (window.ndim !== 1 || window.shape[0] !== length) {
    fail(ShapeError, op, `window must be [${length}]`, ['window'], [window]);
  }
  const left = Math.floor((nFft - length) / 2);
  const sides = [left, nFft - length - left].map((n) => zeros([n], { dtype: 'float64' })) as [Tensor, Tensor];
  return { hop, window: cat([sides[0], window.to('float64'), sides[1]]) };
}

/** x [B, T] with n more elements at each end. */
function padded(x: Tensor, n: number, mode: StftOptions['padMode']): Tensor {
  const T = x.shape[1]!;
  if (mode === 'constant') {
    const nothing = zeros([x.shape[0]!, n], { dtype: x.dtype });
    return cat([nothing, x, nothing], 1);
  }
  if (mode === 'replicate') {
    const end = (at: number): Tensor => x.narrow(1, at, 1).expand([x.shape[0]!, n]);
    return cat([end(0), x, end(T - 1)], 1);
  }
  if (mode !== 'reflect' && mode !== 'circular') {
    throw new WasmgradError(
      `stft: padMode must be 'reflect', 'constant', 'replicate' or 'circular', got '${String(mode)}'`,
    );
  }
  if (n > T - (mode === 'reflect' ? 1 : 0)) {
    fail(ShapeError, 'stft', `input is too short for padMode '${mode}' by ${n}`, ['input'], [x]);
  }
  if (mode === 'circular') return cat([x.narrow(1, T - n, n), x, x.narrow(1, 0, n)], 1);
  return cat([x.narrow(1, 1, n).flip(1), x, x.narrow(1, T - 1 - n, n).flip(1)], 1);
}

/**
 * The transform of windows of a signal: y[k, t] = Σⱼ window[j]·x[t·hopLength + j]·e^(−2πi·jk/nFft), as pairs (real and imaginary parts).
 *
 * Shapes: input [T] or [B, T] → [K, frames, 2] or [B, K, frames, 2], K = ⌊nFft/2⌋ + 1, or nFft where not `onesided`
 *
 * @param options `hopLength` (⌊nFft / 4⌋), `winLength` (nFft), `window` (ones), `center` (true), `padMode` ('reflect'), `normalized` (false),
 * `onesided` (true)
 * @throws ShapeError where sizes do not fit; DTypeError where the input is not floating point; WasmgradError for an unknown `padMode`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.stft.html
 */
export function stft(input: Tensor, nFft: number, options: StftOptions = {}): Tensor {
  checkOptions('stft', options, [...FRAMES, 'padMode']);
  checkTensor('stft', 'input', input);
  if (!isFloat(input.dtype)) fail(DTypeError, 'stft', 'input must be floating point', ['input'], [input]);
  if (input.ndim !== 1 && input.ndim !== 2) fail(ShapeError, 'stft', 'input must be [T] or [B, T]', ['input'], [input]);
  const { hop, window } = framing('stft', nFft, options);
  const { center = true, padMode = 'reflect', normalized = false, onesided = true } = options;
  const rows = (input.ndim === 1 ? input.unsqueeze(0) : input).to('float64');
  const x = center ? padded(rows, Math.floor(nFft / 2), padMode) : rows;
  if (x.shape[1]! < nFft) fail(ShapeError, 'stft', `input is shorter than a frame of ${nFft}`, ['input'], [input]);
  const frames = x.unfold(1, nFft, hop).mul(window);
  const norm = normalized ? 'ortho' : 'backward';
  const y = onesided
    ? rfft(frames, { norm })
    : fft(stack([frames, zeros(frames.shape, { dtype: 'float64' })], -1), { norm });
  const turned = y.transpose(1, 2).to(input.dtype);
  return input.ndim === 1 ? turned.squeeze(0) : turned;
}

/**
 * The signal whose short-time transform is closest to a given one (in squares): frames are transformed back, windowed and added, and divided by the sum of the
 * squared windows. The inverse of `stft` with the same options.
 *
 * Shapes: input [K, frames, 2] or [B, K, frames, 2] → [T] or [B, T]
 *
 * @param options `hopLength` (⌊nFft / 4⌋), `winLength` (nFft), `window` (ones), `center` (true), `normalized` (false), `onesided` (true), `length`
 * @throws ShapeError where sizes do not fit; WasmgradError where no window reaches an element
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.istft.html (Griffin and Lim 1984)
 */
export function istft(input: Tensor, nFft: number, options: IstftOptions = {}): Tensor {
  checkOptions('istft', options, [...FRAMES, 'length']);
  checkTensor('istft', 'input', input);
  if (!isFloat(input.dtype)) fail(DTypeError, 'istft', 'input must be floating point', ['input'], [input]);
  const { hop, window } = framing('istft', nFft, options);
  const { center = true, normalized = false, onesided = true, length = null } = options;
  const K = onesided ? Math.floor(nFft / 2) + 1 : nFft;
  if ((input.ndim !== 3 && input.ndim !== 4) || input.shape.at(-1) !== 2 || input.shape.at(-3) !== K) {
    fail(ShapeError, 'istft', `input must be [${K}, frames, 2] or [B, ${K}, frames, 2]`, ['input'], [input]);
  }
  const batch = (input.ndim === 3 ? input.unsqueeze(0) : input).to('float64').transpose(1, 2);
  const norm = normalized ? 'ortho' : 'backward';
  const frames = onesided ? irfft(batch, { n: nFft, norm }) : ifft(batch, { norm }).select(-1, 0);
  const [B, count] = frames.shape as [number, number];
  const whole = nFft + hop * (count - 1);
  const joined = (x: Tensor): Tensor =>
    apply(overlapAdd, [x], { dim: 1, step: hop, dilation: 1, shape: [x.shape[0]!, whole] });
  const begin = center ? Math.floor(nFft / 2) : 0;
  const wanted = length ?? whole - 2 * begin;
  const known = Math.min(wanted, whole - begin);
  const weights = joined(window.square().expand([1, count, nFft]).contiguous()).narrow(1, begin, known);
  inspect(weights.detach().contiguous(), (x) => {
    for (const weight of elements(x)) {
      if (!(Math.abs(weight) > 1e-11)) {
        throw new WasmgradError('istft: an element lies under no window, or only under zeros of it (use center)');
      }
    }
  });
  const y = joined(frames.mul(window)).narrow(1, begin, known).div(weights);
  const all = known < wanted ? cat([y, zeros([B, wanted - known], { dtype: 'float64' })], 1) : y;
  return (input.ndim === 3 ? all.squeeze(0) : all).to(input.dtype);
}
