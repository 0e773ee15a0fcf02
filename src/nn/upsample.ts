import { WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { interpolate } from './functional/interpolate.js';
import type { InterpolateMode } from './functional/interpolate.js';
import { channelShuffle, pixelShuffle, pixelUnshuffle } from './functional/shuffle.js';
import { Module } from './module.js';
import { floatRepr, pythonRepr } from './repr.js';

/** Options of `Upsample`. */
export interface UpsampleOptions {
  /** The sizes of the result: one for all spatial dims, or one for each. This or `scaleFactor`. */
  size?: number | readonly number[] | null;
  /** What sizes are multiplied by: one for all spatial dims, or one for each. */
  scaleFactor?: number | readonly number[] | null;
  /** Default `'nearest'`. */
  mode?: Exclude<InterpolateMode, 'area'>;
  /** Whether the centres of the corners, not their outer edges, lie on each other. Default null (false). */
  alignCorners?: boolean | null;
  /** Whether positions follow from the (rounded) sizes instead of `scaleFactor`. Default null (false). */
  recomputeScaleFactor?: boolean | null;
}

/** Options of `UpsamplingNearest2d` and `UpsamplingBilinear2d`. */
export type Upsampling2dOptions = Pick<UpsampleOptions, 'size' | 'scaleFactor'>;

/** The options from an options object, or from the size that may stand in its place. */
function optionsOf<O extends UpsampleOptions>(
  name: string,
  given: number | readonly number[] | O,
  known: readonly (keyof O & string)[],
): UpsampleOptions {
  if (typeof given === 'number' || Array.isArray(given)) return { size: given as number | readonly number[] };
  checkOptions(name, given as O, known);
  return given as O;
}

/**
 * Spatial dims in other sizes; see `F.interpolate`.
 *
 * Shapes: x [N, C, L], [N, C, H, W] or [N, C, D, H, W] → [N, C, ...size] with size = ⌊size of x · scaleFactor⌋
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Upsample.html
 *
 * @example
 * const y = new nn.Upsample({ scaleFactor: 2, mode: 'bilinear' }).forward(randn([1, 3, 8, 8])); // [1, 3, 16, 16]
 */
export class Upsample extends Module {
  readonly size: number | readonly number[] | null;
  readonly scaleFactor: number | readonly number[] | null;
  readonly mode: InterpolateMode;
  readonly alignCorners: boolean | null;
  readonly recomputeScaleFactor: boolean | null;

  /** @param given the options, or the size */
  constructor(given: number | readonly number[] | UpsampleOptions = {}) {
    super();
    const known = ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor'] as const;
    const options = optionsOf<UpsampleOptions>('Upsample', given, known);
    this.size = options.size ?? null;
    this.scaleFactor = options.scaleFactor ?? null;
    this.mode = options.mode ?? 'nearest';
    this.alignCorners = options.alignCorners ?? null;
    this.recomputeScaleFactor = options.recomputeScaleFactor ?? null;
  }

  /** The resampled input. */
  override forward(x: Tensor): Tensor {
    const { size, scaleFactor, mode, alignCorners, recomputeScaleFactor } = this;
    return interpolate(x, { size, scaleFactor, mode, alignCorners, recomputeScaleFactor });
  }

  override extraRepr(): string {
    const { scaleFactor: factor, size } = this;
    if (factor === null) return `size=${pythonRepr(size)}, mode=${this.mode}`;
    const text = typeof factor === 'number' ? floatRepr(factor) : `(${factor.map(floatRepr).join(', ')})`;
    return `scale_factor=${text}, mode=${this.mode}`;
  }
}

/**
 * Planes in other sizes, each element from its nearest.
 *
 * Shapes: x [N, C, H, W] → [N, C, ...size]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.UpsamplingNearest2d.html
 */
export class UpsamplingNearest2d extends Upsample {
  /** @param given the options, or the size */
  constructor(given: number | readonly [number, number] | Upsampling2dOptions = {}) {
    super({ ...optionsOf<Upsampling2dOptions>(new.target.name, given, ['size', 'scaleFactor']), mode: 'nearest' });
  }
}

/**
 * Planes in other sizes, each element from its four neighbours; the centres of the corners lie on each other.
 *
 * Shapes: x [N, C, H, W] → [N, C, ...size]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.UpsamplingBilinear2d.html
 */
export class UpsamplingBilinear2d extends Upsample {
  /** @param given the options, or the size */
  constructor(given: number | readonly [number, number] | Upsampling2dOptions = {}) {
    const options = optionsOf<Upsampling2dOptions>(new.target.name, given, ['size', 'scaleFactor']);
    super({ ...options, mode: 'bilinear', alignCorners: true });
  }
}

function checkFactor(name: string, what: string, factor: number): number {
  if (Number.isInteger(factor) && factor >= 1) return factor;
  throw new WasmgradError(`${name}: ${what} must be a whole number of at least 1, got ${String(factor)}`);
}

/**
 * Channels as pixels; see `F.pixelShuffle`.
 *
 * Shapes: x [*, C·r², H, W] → [*, C, H·r, W·r]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html
 */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;

  constructor(upscaleFactor: number) {
    super();
    this.upscaleFactor = checkFactor('PixelShuffle', 'upscaleFactor', upscaleFactor);
  }

  /** The rearranged input. */
  override forward(x: Tensor): Tensor {
    return pixelShuffle(x, this.upscaleFactor);
  }

  override extraRepr(): string {
    return `upscale_factor=${this.upscaleFactor}`;
  }
}

/**
 * Pixels as channels; see `F.pixelUnshuffle`.
 *
 * Shapes: x [*, C, H·r, W·r] → [*, C·r², H, W]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.PixelUnshuffle.html
 */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;

  constructor(downscaleFactor: number) {
    super();
    this.downscaleFactor = checkFactor('PixelUnshuffle', 'downscaleFactor', downscaleFactor);
  }

  /** The rearranged input. */
  override forward(x: Tensor): Tensor {
    return pixelUnshuffle(x, this.downscaleFactor);
  }

  override extraRepr(): string {
    return `downscale_factor=${this.downscaleFactor}`;
  }
}

/**
 * Channels of all groups in turn; see `F.channelShuffle`.
 *
 * Shapes: x [N, C, *] → [N, C, *]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
 */
export class ChannelShuffle extends Module {
  readonly groups: number;

  constructor(groups: number) {
    super();
    this.groups = checkFactor('ChannelShuffle', 'groups', groups);
  }

  /** The rearranged input. */
  override forward(x: Tensor): Tensor {
    return channelShuffle(x, this.groups);
  }

  override extraRepr(): string {
    return `groups=${this.groups}`;
  }
}
