import { FormatError } from '../core/errors.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Width and height whose product is more are refused before anything is unpacked. */
const MAX_PIXELS = 2 ** 28;
/** Deflate makes at most so many bytes of one. */
const MOST_DEFLATED = 1032;
/** As much is unpacked at a time before it is counted. */
const PIECE = 2 ** 16;

/** Samples a pixel, by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** The passes of interlaced images: first column and row, steps. */
const ADAM7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const; // prettier-ignore

/** What of a PNG file makes its pixels. */
export interface PngParts {
  /** A PNG file without all else: no text, profiles or further frames. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** The packed rows. */
  readonly packed: readonly Uint8Array[];
  /** How many bytes the rows are, each with its filter's number. */
  readonly rowBytes: number;
  /** The colour that is transparent, one number a sample; null where there is none, or the palette says it. */
  readonly clear: readonly number[] | null;
}

function bytesOfRows(view: DataView): number {
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const samples = SAMPLES[view.getUint8(25)];
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) {
    throw new FormatError(`decodePng: ${width} × ${height} pixels`);
  }
  if (samples === undefined) throw new FormatError(`decodePng: unknown colour type ${view.getUint8(25)}`);
  const bits = samples * view.getUint8(24);
  const bytes = (columns: number, rows: number): number => columns && rows * (1 + Math.ceil((columns * bits) / 8));
  if (view.getUint8(28) === 0) return bytes(width, height);
  return ADAM7.reduce((sum, [x, y, dx, dy]) => {
    const [columns, rows] = [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)];
    return sum + bytes(Math.max(columns, 0), Math.max(rows, 0));
  }, 0);
}

/**
 * Goes through a PNG file's chunks.
 *
 * @throws FormatError when it is none, is cut short, or its sizes cannot be true
 */
export function pngParts(bytes: Uint8Array): PngParts {
  if (bytes.length < 33 || SIGNATURE.some((byte, i) => bytes[i] !== byte)) {
    throw new FormatError('decodePng: not a PNG file');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rowBytes = bytesOfRows(view);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  const packed: Uint8Array[] = [];
  let clear: number[] | null = null;
  let type = '';
  for (let at = 8; type !== 'IEND';) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : Infinity;
    const end = at + 12 + length;
    if (end > bytes.length) throw new FormatError('decodePng: damaged file (cut short)');
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const palette = view.getUint8(25) === 3;
    if (type === 'tRNS' && !palette && length <= 6 && length % 2 === 0) {
      clear = Array.from({ length: length / 2 }, (_, i) => view.getUint16(at + 8 + 2 * i));
    }
    if (['IHDR', 'PLTE', 'IDAT', 'IEND'].includes(type) || (type === 'tRNS' && palette)) {
      kept.push(bytes.subarray(at, end));
    }
    if (type === 'IDAT') packed.push(bytes.subarray(at + 8, end - 4));
    at = end;
  }
  if (rowBytes > MOST_DEFLATED * (total(packed) + 1)) throw new FormatError('decodePng: damaged file (too few pixels)');
  const file = new Uint8Array(total(kept));
  let at = 0;
  for (const part of kept) {
    file.set(part, at);
    at += part.length;
  }
  return { file, packed, rowBytes, clear };
}

function total(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/**
 * Unpacks the rows without keeping them, to see that they are as many as the header says: decoders take what memory the data ask for.
 *
 * @throws FormatError when they are not, or the data are damaged
 */
export async function checkRows({ packed, rowBytes }: PngParts): Promise<void> {
  const { Unzlib } = await import('fflate');
  let left = rowBytes;
  const stream = new Unzlib((chunk) => {
    left -= chunk.length;
    if (left < 0) throw new FormatError('decodePng: damaged file (too many pixels)');
  });
  try {
    for (const part of packed) {
      for (let begin = 0; begin < part.length; begin += PIECE) stream.push(part.subarray(begin, begin + PIECE), false);
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError('decodePng: damaged file (its data cannot be unpacked)', { cause: error });
  }
  if (left > 0) throw new FormatError('decodePng: damaged file (too few pixels)');
}
