import { WasmgradError } from '../../core/errors.js';
import { gridSample, interpolate, pad as padTensor } from '../../nn/functional/index.js';
import { linspace, meshgrid, ones, stack, tensor } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { checkOptions } from '../../tensor/options.js';
import { batched, extentOf, floatExtentOf, pairOf, type Size } from './image.js';

/** Between pixels: the nearest one, or a mean of the four around. */
export type Interpolation = 'nearest' | 'bilinear';

/** Mirrors left and right. Shapes: [..., H, W] → the same */
export function hflip(x: Tensor): Tensor {
  extentOf('hflip', x);
  return x.flip([-1]);
}

/** Mirrors top and bottom. Shapes: [..., H, W] → the same */
export function vflip(x: Tensor): Tensor {
  extentOf('vflip', x);
  return x.flip([-2]);
}

/**
 * A part of an image; what lies outside is 0.
 *
 * Source: https://pytorch.org/vision/stable/generated/torchvision.transforms.functional.crop.html
 */
export function crop(x: Tensor, top: number, left: number, height: number, width: number): Tensor {
  const { height: H, width: W } = extentOf('crop', x);
  const [right, bottom] = [left + width, top + height];
  const inside = x.slice(-2, Math.max(top, 0), Math.min(bottom, H)).slice(-1, Math.max(left, 0), Math.min(right, W));
  if (left >= 0 && top >= 0 && right <= W && bottom <= H) return inside;
  const edges = [Math.max(-left, 0), Math.max(right - W, 0), Math.max(-top, 0), Math.max(bottom - H, 0)];
  return padTensor(inside, edges);
}

/** The middle of an image, padded with 0 where it is smaller. */
export function centerCrop(x: Tensor, size: Size): Tensor {
  const [height, width] = pairOf('centerCrop', size);
  const { height: H, width: W } = extentOf('centerCrop', x);
  const [up, leftwards] = [Math.max(height - H, 0), Math.max(width - W, 0)];
  const edges = [leftwards >> 1, (leftwards + 1) >> 1, up >> 1, (up + 1) >> 1];
  const padded = up || leftwards ? padTensor(x, edges) : x;
  const middle = (whole: number, part: number): number => Math.round((whole - part) / 2);
  return crop(padded, middle(Math.max(H, height), height), middle(Math.max(W, width), width), height, width);
}

/** Where the added pixels come from. */
export type PaddingMode = 'constant' | 'edge' | 'reflect';

/** Options of {@link pad}. */
export interface PadOptions {
  /** Of constant padding. Default 0. */
  readonly fill?: number;
  /** Default 'constant'. */
  readonly paddingMode?: PaddingMode;
}

/** On all sides; on the left and right, top and bottom; or left, top, right, bottom. */
export type Padding = number | readonly [number, number] | readonly [number, number, number, number];

/**
 * Adds pixels around an image.
 *
 * Source: https://pytorch.org/vision/stable/generated/torchvision.transforms.functional.pad.html
 */
export function pad(x: Tensor, padding: Padding, options: PadOptions = {}): Tensor {
  checkOptions('pad', options, ['fill', 'paddingMode']);
  extentOf('pad', x);
  const { fill = 0, paddingMode = 'constant' } = options;
  if (!['constant', 'edge', 'reflect'].includes(paddingMode)) {
    throw new WasmgradError(`pad: paddingMode must be 'constant', 'edge' or 'reflect', got '${String(paddingMode)}'`);
  }
  const list = typeof padding === 'number' ? [padding] : padding;
  const [left, top = left, right = left, bottom = top] = list as readonly [number, ...number[]];
  const edges = [left, right, top, bottom];
  if (paddingMode === 'constant') return padTensor(x, edges, { value: fill });
  return batched(x, (images) => padTensor(images, edges, { mode: paddingMode === 'edge' ? 'replicate' : 'reflect' }));
}

/**
 * Another size. A number is the shorter side's; the other follows.
 *
 * Source: https://pytorch.org/vision/stable/generated/torchvision.transforms.functional.resize.html
 */
export function resize(
  x: Tensor,
  size: Size,
  options: { readonly interpolation?: Interpolation | 'bicubic' } = {},
): Tensor {
  checkOptions('resize', options, ['interpolation']);
  const { height: H, width: W } = floatExtentOf('resize', x);
  const [height, width] = pairOf('resize', size);
  const shorter = Math.min(H, W);
  const target =
    typeof size === 'number'
      ? [Math.trunc((height * H) / shorter), Math.trunc((width * W) / shorter)]
      : [height, width];
  const { interpolation = 'bilinear' } = options;
  if (target[0] === H && target[1] === W) return x;
  const still = interpolation === 'nearest' ? {} : { alignCorners: false };
  return batched(x, (images) => interpolate(images, { size: target, mode: interpolation, ...still }));
}

/** Reads images at places in −1 … 1. Places outside are 0; with `fill`, what shows of them is painted over in that colour. */
export function sample(x: Tensor, grid: Tensor, interpolation: Interpolation, fill: number | null): Tensor {
  return batched(x, (images) => {
    const places = images.shape[0] === grid.shape[0] ? grid : grid.expand([images.shape[0]!, -1, -1, -1]);
    const read = (from: Tensor): Tensor =>
      gridSample(from, places, { mode: interpolation, paddingMode: 'zeros', alignCorners: false });
    const y = read(images);
    if (fill === null) return y;
    const inside = read(ones([images.shape[0]!, 1, ...images.shape.slice(2)], { dtype: x.dtype }));
    if (interpolation === 'nearest') return y.maskedFill(inside.lt(0.5).expand(y.shape), fill);
    return y.mul(inside).add(inside.rsub(1).mul(fill));
  });
}

type Matrix = readonly [number, number, number, number, number, number];

/** From places in the result, from its middle, to places in the image. */
function inverseAffine(
  [cx, cy]: readonly [number, number],
  angle: number,
  [tx, ty]: readonly [number, number],
  scale: number,
  shear: readonly [number, number],
): Matrix {
  const [rotation, sx, sy] = [angle, ...shear].map((degrees) => (degrees * Math.PI) / 180) as [number, number, number];
  const a = Math.cos(rotation - sy) / Math.cos(sy);
  const b = (-Math.cos(rotation - sy) * Math.tan(sx)) / Math.cos(sy) - Math.sin(rotation);
  const c = Math.sin(rotation - sy) / Math.cos(sy);
  const d = (-Math.sin(rotation - sy) * Math.tan(sx)) / Math.cos(sy) + Math.cos(rotation);
  const [p, q, r, s] = [d / scale, -b / scale, -c / scale, a / scale];
  return [p, q, p * (-cx - tx) + q * (-cy - ty) + cx, r, s, r * (-cx - tx) + s * (-cy - ty) + cy];
}

/** Places for `sample`, of a result of `height` × `width`. */
function affinePlaces(matrix: Matrix, x: Tensor, height: number, width: number): Tensor {
  const { height: H, width: W } = extentOf('affine', x);
  const axis = (n: number): Tensor => linspace(-n / 2 + 0.5, n / 2 - 0.5, n, { dtype: x.dtype });
  const [rows, columns] = meshgrid([axis(height), axis(width)], { indexing: 'ij' }) as [Tensor, Tensor];
  const base = stack([columns, rows, ones([height, width], { dtype: x.dtype })], -1).reshape([-1, 3]);
  const [a, b, c, d, e, f] = matrix;
  const theta = tensor(
    [
      [a / (W / 2), b / (W / 2), c / (W / 2)],
      [d / (H / 2), e / (H / 2), f / (H / 2)],
    ],
    { dtype: x.dtype },
  );
  return base.matmul(theta.T).reshape([1, height, width, 2]);
}

/** Options of {@link rotate} and {@link affine}. */
export interface WarpOptions {
  /** Default 'nearest'. */
  readonly interpolation?: Interpolation;
  /** The colour of what comes from outside, blended by the share that does; null: black, blended with itself. Default null; of the classes 0. */
  readonly fill?: number | null;
  /** What stays in its place: column and row. Default the middle. */
  readonly center?: readonly [number, number] | null;
}

/** Options of {@link rotate}. */
export interface RotateOptions extends WarpOptions {
  /** Makes the result as large as the rotated image (`center` is then the middle). Default false. */
  readonly expand?: boolean;
}

function centreOf(
  { height, width }: { height: number; width: number },
  center: readonly [number, number] | null,
): [number, number] {
  return center ? [center[0] - width / 2, center[1] - height / 2] : [0, 0];
}

/** The size that a rotated image takes. */
function expanded(matrix: Matrix, height: number, width: number): [number, number] {
  const corners = [[-width / 2, -height / 2], [-width / 2, height / 2], [width / 2, height / 2], [width / 2, -height / 2]] as const; // prettier-ignore
  const span = (p: number, q: number, half: number): number => {
    const places = corners.map(([x, y]) => Math.fround(p * x + q * y + half));
    // A thousandth keeps rounding from adding a row.
    const cut = (value: number): number => Math.trunc(value / 1e-4) * 1e-4;
    return Math.ceil(cut(Math.max(...places) + 0)) - Math.floor(cut(Math.min(...places) + 0));
  };
  return [span(matrix[3], matrix[4], height / 2), span(matrix[0], matrix[1], width / 2)];
}

/**
 * Turns an image against the clock.
 *
 * @param angle in degrees
 *
 * Source: https://pytorch.org/vision/stable/generated/torchvision.transforms.functional.rotate.html
 */
export function rotate(x: Tensor, angle: number, options: RotateOptions = {}): Tensor {
  checkOptions('rotate', options, ['interpolation', 'fill', 'center', 'expand']);
  const extent = floatExtentOf('rotate', x);
  const { interpolation = 'nearest', fill = null, center = null, expand = false } = options;
  const matrix = inverseAffine(expand ? [0, 0] : centreOf(extent, center), -angle, [0, 0], 1, [0, 0]);
  const [height, width] = expand ? expanded(matrix, extent.height, extent.width) : [extent.height, extent.width];
  return sample(x, affinePlaces(matrix, x, height, width), interpolation, fill);
}

/**
 * Turns (with the clock), moves, scales and shears an image.
 *
 * @param angle in degrees
 * @param translate pixels to the right and down
 * @param shear degrees along x and y
 *
 * Source: https://pytorch.org/vision/stable/generated/torchvision.transforms.functional.affine.html
 */
export function affine(
  x: Tensor,
  angle: number,
  translate: readonly [number, number],
  scale: number,
  shear: readonly [number, number],
  options: WarpOptions = {},
): Tensor {
  checkOptions('affine', options, ['interpolation', 'fill', 'center']);
  const extent = floatExtentOf('affine', x);
  if (!(scale > 0)) throw new WasmgradError(`affine: scale must be positive, got ${scale}`);
  const { interpolation = 'nearest', fill = null, center = null } = options;
  const matrix = inverseAffine(centreOf(extent, center), angle, translate, scale, shear);
  return sample(x, affinePlaces(matrix, x, extent.height, extent.width), interpolation, fill);
}
