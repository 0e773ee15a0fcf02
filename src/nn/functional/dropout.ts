import { isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, fail } from '../../core/errors.js';
import { applyMany } from '../../autograd/apply.js';
import { dropout as dropoutOp } from '../../ops/random.js';
import { defaultStream } from '../../runtime/stream.js';
import { empty } from '../../tensor/creation.js';
import { checkOptions } from '../../tensor/options.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Options of the dropout functions. */
export interface DropoutOptions {
  /** The probability that an element is dropped. Default: 0.5. */
  p?: number;
  /** Whether anything is dropped. Default: true, but false for `alphaDropout` and `featureAlphaDropout`, as in PyTorch. */
  training?: boolean;
  /** Overwrites the input. Default: false. */
  inplace?: boolean;
}

function read(op: string, x: Tensor, given: number | DropoutOptions, trains = true): Required<DropoutOptions> {
  const options = typeof given === 'number' ? { p: given } : given;
  checkOptions(op, options, ['p', 'training', 'inplace']);
  const { p = 0.5, training = trains, inplace = false } = options;
  if (!(p >= 0 && p <= 1)) throw new WasmgradError(`${op}: p must be from 0 to 1, got ${String(p)}`);
  if (!isFloat(x.dtype)) fail(DTypeError, op, 'needs floating point numbers', ['input'], [x]);
  return { p, training, inplace };
}

/** Drops with options that say so; in place where they do. */
function apply(x: Tensor, { p, training, inplace }: Required<DropoutOptions>, drop: (x: Tensor) => Tensor): Tensor {
  if (p === 0 || !training || x.numel === 0) return x;
  const y = p === 1 ? x.mul(0) : drop(x);
  return inplace ? x.copy_(y) : y;
}

/**
 * y = x · m / (1 - p), with m 1 at random with probability 1 - p, else 0: PyTorch's numbers (of a build without MKL) after the same seed.
 * Without training, y = x.
 *
 * Shapes: x [...] → [...]
 *
 * @throws WasmgradError when p is not in [0, 1]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html;
 * Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting".
 *
 * @example
 * F.dropout(x, { p: 0.25, training: this.training });
 */
export function dropout(x: Tensor, options: number | DropoutOptions = {}): Tensor {
  const given = read('dropout', x, options);
  // Unlike other draws, PyTorch's mask follows the order of the dims, not that of the memory.
  return apply(x, given, () => applyMany(dropoutOp, [x], { p: given.p, generator: defaultStream() })[0]!);
}

/** One draw for each channel of each sample: 1 with probability 1 - p. Shapes: x [N, C, …] → [N, C, 1, …] */
function channels(op: string, x: Tensor, p: number): Tensor {
  if (x.ndim < 2) fail(ShapeError, op, 'needs at least two dims', ['input'], [x]);
  const shape = x.shape.map((size, d) => (d < 2 ? size : 1));
  return empty(shape, { dtype: x.dtype }).bernoulli_(1 - p);
}

/** Drops channels of inputs with `dims` or one dim fewer; those without a batch dim get one where `unbatched`. */
function dropChannels(op: string, x: Tensor, options: number | DropoutOptions, dims: number, unbatched = true): Tensor {
  const given = read(op, x, options);
  if (x.ndim !== dims && x.ndim !== dims - 1) fail(ShapeError, op, `needs ${dims - 1} or ${dims} dims`, ['input'], [x]);
  const single = unbatched && x.ndim === dims - 1;
  return apply(x, given, () => {
    const samples = single ? x.unsqueeze(0) : x;
    const y = samples.mul(channels(op, samples, given.p).div_(1 - given.p));
    return single ? y.squeeze(0) : y;
  });
}

/**
 * Dropout of whole channels. Shapes: x [N, C, L] or [C, L]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout1d.html
 */
export function dropout1d(x: Tensor, options: number | DropoutOptions = {}): Tensor {
  return dropChannels('dropout1d', x, options, 3);
}

/**
 * Dropout of whole channels. Shapes: x [N, C, H, W] (three dims count as [N, C, L])
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout2d.html;
 * Tompson et al. 2014, "Efficient object localization using convolutional networks".
 */
export function dropout2d(x: Tensor, options: number | DropoutOptions = {}): Tensor {
  return dropChannels('dropout2d', x, options, 4, false);
}

/**
 * Dropout of whole channels. Shapes: x [N, C, D, H, W] or [C, D, H, W]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout3d.html
 */
export function dropout3d(x: Tensor, options: number | DropoutOptions = {}): Tensor {
  return dropChannels('dropout3d', x, options, 5);
}

/** What SELU's output tends to for large negative inputs, negated. */
const SATURATION = 1.7580993408473766;

function alphaDrop(x: Tensor, keep: Tensor, p: number): Tensor {
  const a = 1 / Math.sqrt((SATURATION * SATURATION * p + 1) * (1 - p));
  const shift = keep
    .add(-1)
    .mul_(SATURATION * a)
    .add_(SATURATION * a * p);
  return x.mul(keep.mul_(a)).add(shift);
}

/**
 * Dropout for networks with SELU: what is dropped takes SELU's lowest value, and mean and variance are kept.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.alpha_dropout.html;
 * Klambauer et al. 2017, "Self-normalizing neural networks".
 */
export function alphaDropout(x: Tensor, options: number | DropoutOptions = {}): Tensor {
  const given = read('alphaDropout', x, options, false);
  return apply(x, given, () => alphaDrop(x, empty(x.shape, { dtype: x.dtype }).bernoulli_(1 - given.p), given.p));
}

/**
 * Alpha dropout of whole channels. Shapes: x [N, C, …]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.functional.feature_alpha_dropout.html
 */
export function featureAlphaDropout(x: Tensor, options: number | DropoutOptions = {}): Tensor {
  const given = read('featureAlphaDropout', x, options, false);
  return apply(x, given, () => alphaDrop(x, channels('featureAlphaDropout', x, given.p), given.p));
}
