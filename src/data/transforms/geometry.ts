import { ShapeError, WasmgradError } from '../../core/errors.js';
import { gridSample, interpolate, pad as padTensor } from '../../nn/functional/index.js';
import { linspace, meshgrid, ones, stack, tensor, where } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { checkOptions } from '../../tensor/options.js';
import { roundEven } from './draw.js';
import { batched, extentOf, pairOf, pixelExtentOf, throughFloats, type Size } from './image.js';

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
  const [columns, rows] = [within(left, left + width, W), within(top, top + height, H)];
  const inside = x.slice(-2, rows.begin, rows.end).slice(-1, columns.begin, columns.end);
  const edges = [columns.before, columns.after, rows.before, rows.after];
  return edges.every((edge) => edge === 0) ? inside : padTensor(inside, edges);
}

/** The part of [begin, end) that lies in [0, size), and how much lies before and after it. */
function within(
  begin: number,
  end: number,
  size: number,
): { begin: number; end: number; before: number; after: number } {
  const held = (at: number): number => Math.min(Math.max(at, 0), size);
  const [first, last] = [held(begin), held(end)];
  const before = Math.min(Math.max(-begin, 0), end - begin);
  return { begin: first, end: last, before, after: end - begin - before - (last - first) };
}

/** The middle of an image, padded with 0 where it is smaller. */
export function centerCrop(x: Tensor, size: Size): Tensor {
  const [height, width] = pairOf('centerCrop', size);
  const { height: H, width: W } = extentOf('centerCrop', x);
  const [up, leftwards] = [Math.max(height - H, 0), Math.max(width - W, 0)];
  const edges = [leftwards >> 1, (leftwards + 1) >> 1, up >> 1, (up + 1) >> 1];
  const padded = up || leftwards ? padTensor(x, edges) : x;
  const middle = (whole: number, part: number): number => roundEven((whole - part) / 2);
  return crop(padded, middle(Math.max(H, height), height), middle(Math.max(W, width), width), height, width);
}

/** Where the added pixels come from; 'reflect' leaves out the pixel at the edge, 'symmetric' repeats it. */
export type PaddingMode = 'constant' | 'edge' | 'reflect' | 'symmetric';

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
  if (!['constant', 'edge', 'reflect', 'symmetric'].includes(paddingMode)) {
    throw new WasmgradError(
      `pad: paddingMode must be 'constant', 'edge', 'reflect' or 'symmetric', got '${String(paddingMode)}'`,
    );
  }
  const list = typeof padding === 'number' ? [padding] : padding;
  const [left, top = left, right = left, bottom = top] = list as readonly [number, ...number[]];
  const edges = [left, right, top, bottom];
  if (paddingMode === 'constant') return padTensor(x, edges, { value: fill });
  if (paddingMode === 'symmetric') return symmetric(symmetric(x, -1, left, right), -2, top, bottom);
  return batched(x, (images) => padTensor(images, edges, { mode: paddingMode === 'edge' ? 'replicate' : 'reflect' }));
}

/** Mirrors at the edges of a dim, or cuts off where a number is negative. */
function symmetric(x: Tensor, dim: number, before: number, after: number): Tensor {
  const n = x.shape.at(dim)!;
  if (before > n || after > n) {
    throw new ShapeError(`pad: symmetric padding of ${before} and ${after} is more than the ${n} pixels there are`);
  }
  const places = Array.from({ length: Math.max(n + before + after, 0) }, (_, i) => {
    const at = i - before;
    return at < 0 ? -1 - at : at < n ? at : 2 * n - 1 - at;
  });
  return x.indexSelect(dim, tensor(places, { dtype: 'int32' }));
}

/** Options of {@link resize}. */
export interface ResizeOptions {
  /** Default 'bilinear'. */
  readonly interpolation?: Interpolation | 'bicubic';
  /** Takes the mean of what a smaller pixel covers; of 'nearest' without effect. Default true, as in torchvision from 0.17 on. */
  readonly antialias?: boolean;
  /** The most that the longer side may have, where `size` is a number. Default: no limit. */
  readonly maxSize?: number | null;
}

/** The size of a result whose shorter side is given. */
function byShorterSide(short: number, H: number, W: number, maxSize: number | null): [number, number] {
  if (maxSize !== null && maxSize <= short) {
    throw new WasmgradError(`resize: maxSize must be above the shorter side's ${short}, got ${maxSize}`);
  }
  const long = Math.trunc((short * Math.max(H, W)) / Math.min(H, W));
  const sides: [number, number] =
    maxSize === null || long <= maxSize ? [short, long] : [Math.trunc((maxSize * short) / long), maxSize];
  return W <= H ? [sides[1], sides[0]] : sides;
}

/**
 * Another size. A number is the shorter side's; the other follows.
 *
 * @throws WasmgradError when `maxSize` is not above the shorter side, or both sides are given
 *
 * Source: https://pytorch.org/vision/stable/generated/torchvision.transforms.functional.resize.html
 */
export function resize(x: Tensor, size: Size, options: ResizeOptions = {}): Tensor {
  checkOptions('resize', options, ['interpolation', 'antialias', 'maxSize']);
  const { height: H, width: W } = pixelExtentOf('resize', x);
  const { interpolation = 'bilinear', antialias = true, maxSize = null } = options;
  const pair = pairOf('resize', size);
  if (typeof size !== 'number' && maxSize !== null) {
    throw new WasmgradError(`resize: maxSize is for a size that is one number, got [${pair.join(', ')}]`);
  }
  const target = typeof size === 'number' ? byShorterSide(size, H, W, maxSize) : pair;
  if (target[0] === H && target[1] === W) return x;
  const between = interpolation === 'nearest' ? {} : { alignCorners: false, antialias };
  return throughFloats(x, (pixels) => {
    const y = batched(pixels, (images) => interpolate(images, { size: target, mode: interpolation, ...between }));
    // Bicubic weights reach beyond the range, which bytes have not.
    return x.dtype === 'uint8' && interpolation === 'bicubic' ? y.clamp(0, 255) : y;
  });
}

/** A colour: one number for all channels, or one for each. */
export type Fill = number | readonly number[];

/** A colour as [C, 1, 1], or its one number. */
function colourOf(op: string, fill: Fill, x: Tensor): number | Tensor {
  if (typeof fill === 'number') return fill;
  const channels = x.shape.at(-3)!;
  if (fill.length !== 1 && fill.length !== channels) {
    throw new ShapeError(`${op}: ${fill.length} fill values for the ${channels} channels of an image`);
  }
  return tensor(fill, { dtype: x.dtype }).reshape([-1, 1, 1]);
}

/** Reads images at places in −1 … 1. Places outside are 0; with `fill`, what shows of them is painted over in that colour. */
export function sample(op: string, x: Tensor, grid: Tensor, interpolation: Interpolation, fill: Fill | null): Tensor {
  return throughFloats(x, (pixels) => sampleFloats(op, pixels, grid, interpolation, fill));
}

function sampleFloats(op: string, x: Tensor, grid: Tensor, interpolation: Interpolation, fill: Fill | null): Tensor {
  return batched(x, (images) => {
    const places = images.shape[0] === grid.shape[0] ? grid : grid.expand([images.shape[0]!, -1, -1, -1]);
    const read = (from: Tensor): Tensor =>
      gridSample(from, places, { mode: interpolation, paddingMode: 'zeros', alignCorners: false });
    const y = read(images);
    if (fill === null) return y;
    const inside = read(ones([images.shape[0]!, 1, ...images.shape.slice(2)], { dtype: x.dtype }));
    const colour = colourOf(op, fill, x);
    if (interpolation === 'nearest') return where(inside.lt(0.5), colour, y);
    return y.mul(inside).add(inside.rsub(1).mul(colour));
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
  const dtype = x.dtype === 'float64' ? 'float64' : 'float32';
  const axis = (n: number): Tensor => linspace(-n / 2 + 0.5, n / 2 - 0.5, n, { dtype });
  const [rows, columns] = meshgrid([axis(height), axis(width)], { indexing: 'ij' }) as [Tensor, Tensor];
  const base = stack([columns, rows, ones([height, width], { dtype })], -1).reshape([-1, 3]);
  const [a, b, c, d, e, f] = matrix;
  const theta = tensor(
    [
      [a / (W / 2), b / (W / 2), c / (W / 2)],
      [d / (H / 2), e / (H / 2), f / (H / 2)],
    ],
    { dtype },
  );
  return base.matmul(theta.T).reshape([1, height, width, 2]);
}

/** Options of {@link rotate} and {@link affine}. */
export interface WarpOptions {
  /** Default 'nearest'. */
  readonly interpolation?: Interpolation;
  /** The colour of what comes from outside, blended by the share that does; null: black, blended with itself. Default null; of the classes 0. */
  readonly fill?: Fill | null;
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
  const extent = pixelExtentOf('rotate', x);
  const { interpolation = 'nearest', fill = null, center = null, expand = false } = options;
  const matrix = inverseAffine(expand ? [0, 0] : centreOf(extent, center), -angle, [0, 0], 1, [0, 0]);
  const [height, width] = expand ? expanded(matrix, extent.height, extent.width) : [extent.height, extent.width];
  return sample('rotate', x, affinePlaces(matrix, x, height, width), interpolation, fill);
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
  const extent = pixelExtentOf('affine', x);
  if (!(scale > 0)) throw new WasmgradError(`affine: scale must be positive, got ${scale}`);
  const { interpolation = 'nearest', fill = null, center = null } = options;
  const matrix = inverseAffine(centreOf(extent, center), angle, translate, scale, shear);
  return sample('affine', x, affinePlaces(matrix, x, extent.height, extent.width), interpolation, fill);
}
