import type { DType } from '../../core/dtypes.js';
import { DTypeError, ShapeError, WasmgradError, formatShape } from '../../core/errors.js';
import type { Tensor } from '../../tensor/index.js';

/** An image [C, H, W] or images [N, C, H, W]. */
export interface Extent {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * The sizes of an image.
 * @throws ShapeError where it is none
 */
export function extentOf(op: string, x: Tensor): Extent {
  if (x.ndim !== 3 && x.ndim !== 4) {
    throw new ShapeError(`${op}: expected an image [C, H, W] or images [N, C, H, W], got ${formatShape(x.shape)}`);
  }
  const [channels, height, width] = x.shape.slice(-3) as [number, number, number];
  return { channels, height, width };
}

/**
 * The sizes of an image of floats in 0 … 1, or of bytes.
 * @throws DTypeError for other dtypes
 */
export function pixelExtentOf(op: string, x: Tensor): Extent {
  const extent = extentOf(op, x);
  if (!isFloat(x) && x.dtype !== 'uint8') {
    throw new DTypeError(`${op}: takes floats in 0 … 1 or uint8, got ${x.dtype}`);
  }
  return extent;
}

/**
 * The sizes of an image of floats in 0 … 1.
 * @throws DTypeError for other dtypes
 */
export function floatExtentOf(op: string, x: Tensor): Extent {
  const extent = extentOf(op, x);
  if (!isFloat(x)) throw new DTypeError(`${op}: takes floats in 0 … 1, got ${x.dtype} (x.float().div(255))`);
  return extent;
}

function isFloat(x: Tensor): boolean {
  return x.dtype === 'float32' || x.dtype === 'float64';
}

/** White: 1 of floats, 255 of bytes. */
export function whiteOf(x: Tensor): number {
  return isFloat(x) ? 1 : 255;
}

/** Calls `fn` with bytes as floats 0 … 255 and rounds what it makes; floats pass as they are. */
export function throughFloats(x: Tensor, fn: (x: Tensor) => Tensor): Tensor {
  return isFloat(x) ? fn(x) : fn(x.float()).round().to(x.dtype);
}

/** Calls `fn` with bytes as floats 0 … 1, and makes bytes of its floats as `ToDtype` does. */
export function throughUnit(x: Tensor, fn: (x: Tensor) => Tensor): Tensor {
  return isFloat(x) ? fn(x) : toBytes(fn(x.float().div(255)));
}

/** 0 … 1 as whole numbers 0 … 255, each for an equal share of the floats. */
export function toBytes(x: Tensor, dtype: DType = 'uint8'): Tensor {
  return x.mul(255 + 1 - 1e-3).to(dtype);
}

/** The sizes of an image of floats or bytes with one or three channels. */
export function colourExtentOf(op: string, x: Tensor): Extent {
  const extent = pixelExtentOf(op, x);
  if (extent.channels !== 1 && extent.channels !== 3) {
    throw new ShapeError(`${op}: expected 1 or 3 channels, got ${formatShape(x.shape)}`);
  }
  return extent;
}

/** Calls `fn` with images [N, C, H, W] and gives back what it makes in the dims of `x`. */
export function batched(x: Tensor, fn: (images: Tensor) => Tensor): Tensor {
  return x.ndim === 4 ? fn(x) : fn(x.unsqueeze(0)).squeeze(0);
}

/** Height and width: one number for both, or a pair. */
export type Size = number | readonly [number, number];

/** Height and width from a `Size`. */
export function pairOf(op: string, size: Size): [number, number] {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  for (const n of [height, width]) {
    if (!Number.isInteger(n) || n < 1)
      throw new WasmgradError(`${op}: size must be positive whole numbers, got ${String(size)}`);
  }
  return [height, width];
}
