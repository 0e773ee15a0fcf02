import { FormatError, ShapeError, WasmgradError, formatShape } from '../core/errors.js';
import { tensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { checkOptions } from '../tensor/options.js';
import { checkRows, pngParts } from './png-chunks.js';

/** Pixels as a canvas has them: rows of red, green, blue, alpha bytes. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/** The colours of an image: grey, grey and alpha, RGB, RGBA; by default as they are stored. */
export type ImageMode = 'L' | 'LA' | 'RGB' | 'RGBA';

/** Options of images. */
export interface ImageOptions {
  /** Default: as stored. Grey is 0.299 R + 0.587 G + 0.114 B. */
  readonly mode?: ImageMode;
}

const channelsOf: Readonly<Record<ImageMode, number>> = { L: 1, LA: 2, RGB: 3, RGBA: 4 };

function checkMode(op: string, mode: ImageMode | undefined): void {
  if (mode !== undefined && !Object.hasOwn(channelsOf, mode)) {
    throw new WasmgradError(`${op}: mode must be 'L', 'LA', 'RGB' or 'RGBA', got '${String(mode)}'`);
  }
}

/** In the sixteenths of a bit that Pillow computes with, so that grey is the same to the last level. */
function luminance(r: number, g: number, b: number): number {
  return (19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16;
}

/** Bytes [H, W, C] as planes [C, H, W] in a mode. */
function planes(data: ArrayLike<number>, channels: number, height: number, width: number, mode?: ImageMode): Tensor {
  const wanted = mode ? channelsOf[mode] : channels;
  const size = height * width;
  const out = new Uint8Array(wanted * size);
  const colours = channels > 2 ? 3 : 1;
  const alpha = channels === 2 || channels === 4;
  for (let i = 0; i < size; i++) {
    const at = i * channels;
    if (wanted < 3) {
      out[i] = colours === 1 ? data[at]! : luminance(data[at]!, data[at + 1]!, data[at + 2]!);
    } else {
      for (let c = 0; c < 3; c++) out[c * size + i] = data[at + (colours === 1 ? 0 : c)]!;
    }
    if (wanted === 2 || wanted === 4) out[(wanted - 1) * size + i] = alpha ? data[at + channels - 1]! : 255;
  }
  return tensor(out, { shape: [wanted, height, width] });
}

/**
 * An image from a canvas (`context.getImageData(…)`), RGBA unless `mode` says otherwise.
 *
 * Shapes: → uint8 [C, H, W]; `.float().div(255)` makes it 0 … 1
 *
 * @throws ShapeError when the bytes are not width × height × 4
 */
export function imageFromPixels(pixels: Pixels, options: ImageOptions = {}): Tensor {
  checkOptions('imageFromPixels', options, ['mode']);
  checkMode('imageFromPixels', options.mode);
  const { width, height, data } = pixels;
  if (data.length !== 4 * width * height) {
    throw new ShapeError(`imageFromPixels: ${data.length} bytes are not ${width} × ${height} pixels of 4`);
  }
  return planes(data, 4, height, width, options.mode);
}

/** Palette, fewer bits a sample and 16 bits, as bytes. */
function toBytes(png: {
  data: ArrayLike<number>;
  depth: number;
  channels: number;
  width: number;
  height: number;
  palette?: readonly ArrayLike<number>[] | undefined;
}): { data: ArrayLike<number>; channels: number } {
  const { data, depth, channels, width, height, palette } = png;
  const size = width * height * channels;
  if (depth === 16) return { data: Uint8Array.from({ length: size }, (_, i) => data[i]! >> 8), channels };
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  const sampleAt = (i: number): number => {
    if (depth === 8) return data[i]!;
    const [row, column] = [Math.floor(i / width), i % width];
    const byte = data[row * rowBytes + Math.floor((column * depth) / 8)]!;
    return (byte >> (8 - depth - ((column * depth) % 8))) & (2 ** depth - 1);
  };
  if (palette) {
    const entries = palette[0]?.length ?? 3;
    const out = new Uint8Array(width * height * entries);
    for (let i = 0; i < width * height; i++) {
      const colour = palette[sampleAt(i)];
      if (!colour) throw new FormatError('decodePng: a colour beyond the palette');
      for (let c = 0; c < entries; c++) out[i * entries + c] = colour[c]!;
    }
    return { data: out, channels: entries };
  }
  if (depth === 8) return { data, channels };
  return { data: Uint8Array.from({ length: size }, (_, i) => (sampleAt(i) * 255) / (2 ** depth - 1)), channels };
}

/** Adds alpha where a file has none but names a colour that is transparent. */
function withAlpha(
  { depth, width, height }: { depth: number; width: number; height: number },
  transparent: readonly number[] | null,
  { data, channels }: { data: ArrayLike<number>; channels: number },
): { data: ArrayLike<number>; channels: number } {
  if (transparent?.length !== channels) return { data, channels };
  const clear = transparent.map((sample) => (depth === 16 ? sample >> 8 : (sample * 255) / (2 ** depth - 1)));
  const size = width * height;
  const out = new Uint8Array(size * (channels + 1));
  for (let i = 0; i < size; i++) {
    let same = true;
    for (let c = 0; c < channels; c++) {
      const value = (out[i * (channels + 1) + c] = data[i * channels + c]!);
      same &&= value === clear[c];
    }
    out[i * (channels + 1) + channels] = same ? 0 : 255;
  }
  return { data: out, channels: channels + 1 };
}

/**
 * Decodes a PNG file, of any colour type and depth (16 bits keep their upper 8).
 *
 * Shapes: → uint8 [C, H, W]
 *
 * @throws FormatError when the file is damaged
 */
export async function decodePng(file: Uint8Array | ArrayBuffer, options: ImageOptions = {}): Promise<Tensor> {
  checkOptions('decodePng', options, ['mode']);
  checkMode('decodePng', options.mode);
  const bytes = file instanceof Uint8Array ? file : new Uint8Array(file);
  const parts = pngParts(bytes);
  await checkRows(parts);
  const { decode } = await import('fast-png');
  let image: ReturnType<typeof decode>;
  try {
    image = decode(parts.file, { checkCrc: true });
  } catch (error) {
    throw new FormatError(`decodePng: damaged file (${error instanceof Error ? error.message : String(error)})`, {
      cause: error,
    });
  }
  const wantsAlpha = options.mode === 'LA' || options.mode === 'RGBA';
  const { data, channels } = wantsAlpha ? withAlpha(image, parts.clear, toBytes(image)) : toBytes(image);
  return planes(data, channels, image.height, image.width, options.mode);
}

/**
 * Encodes an image as a PNG file.
 *
 * Shapes: x uint8 [C, H, W] with 1 to 4 channels (grey, grey and alpha, RGB, RGBA), or floats in 0 … 1, which are rounded
 *
 * @throws ShapeError for other shapes
 */
export async function encodePng(x: Tensor): Promise<Uint8Array<ArrayBuffer>> {
  const [channels, height, width] = x.shape;
  if (x.ndim !== 3 || channels! < 1 || channels! > 4 || height === 0 || width === 0) {
    throw new ShapeError(`encodePng: expected [C, H, W] with 1 to 4 channels, got ${formatShape(x.shape)}`);
  }
  const values = x.toTypedArray();
  const scale = x.dtype === 'float32' || x.dtype === 'float64' || x.dtype === 'bool' ? 255 : 1;
  const size = height! * width!;
  const data = new Uint8Array(channels! * size);
  for (let c = 0; c < channels!; c++) {
    for (let i = 0; i < size; i++) {
      data[i * channels! + c] = Math.min(255, Math.max(0, Math.round(values[c * size + i]! * scale)));
    }
  }
  const { encode } = await import('fast-png');
  return encode({ width: width!, height: height!, data, channels: channels!, depth: 8 }) as Uint8Array<ArrayBuffer>;
}
