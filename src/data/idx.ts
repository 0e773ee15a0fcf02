import { FormatError, formatShape } from '../core/errors.js';

/** The contents of an IDX file of unsigned bytes. */
export interface Idx {
  readonly shape: readonly number[];
  /** A view into the bytes that were parsed. */
  readonly data: Uint8Array<ArrayBuffer>;
}

const typeNames: Readonly<Record<number, string>> = {
  0x09: 'int8',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
};

/** What a file that is no IDX file seems to be, to say so. */
function guess(bytes: Uint8Array): string {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).trimStart().toLowerCase();
  if (start.startsWith('<!doctype') || start.startsWith('<html')) return ' (an HTML page: is the address right?)';
  if (start.startsWith('version https://git-lfs')) return ' (a Git LFS pointer: fetch the file itself)';
  return '';
}

/**
 * Parses an IDX file of unsigned bytes, the format of MNIST:
 *
 * ```
 * 00 00 | type 08 | ndim | ndim × size (u32, big-endian) | bytes, last dim innermost
 * ```
 *
 * @param bytes the file, already unpacked
 * @param name the file's name, for messages
 * @param ndim the number of dims expected: 3 for images, 1 for labels
 * @throws FormatError when the magic number is another, or the sizes and the length do not agree
 *
 * Source: https://yann.lecun.com/exdb/mnist/
 */
export function parseIdx(bytes: Uint8Array<ArrayBuffer>, name: string, ndim: number): Idx {
  const header = 4 + 4 * ndim;
  if (bytes.length < 4) throw new FormatError(`${name}: truncated, ${bytes.length} bytes are no IDX file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const expected = 0x0800 + ndim;
  if (magic !== expected) {
    const type = magic < 0x10000 ? typeNames[magic >>> 8] : undefined;
    const hint = type
      ? ` (elements of ${type}; only unsigned bytes are read)`
      : magic === 0x0801
        ? ' (a label file?)'
        : magic === 0x0803
          ? ' (an image file?)'
          : guess(bytes);
    const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
    throw new FormatError(`${name}: wrong magic number ${hex(magic)}, expected ${hex(expected)}${hint}`);
  }
  if (bytes.length < header) {
    throw new FormatError(`${name}: truncated, ${bytes.length} bytes are less than the header's ${header}`);
  }
  const shape: number[] = [];
  let count = 1;
  for (let d = 0; d < ndim; d++) {
    const size = view.getUint32(4 + 4 * d);
    shape.push(size);
    count *= size;
  }
  const length = bytes.length - header;
  if (length < count) {
    throw new FormatError(`${name}: truncated, the header says ${formatShape(shape)} (${count} bytes), got ${length}`);
  }
  if (length > count) {
    throw new FormatError(`${name}: ${length - count} trailing bytes after the ${count} of ${formatShape(shape)}`);
  }
  return { shape, data: bytes.subarray(header) };
}

/**
 * Checks that class labels are in range.
 *
 * @throws FormatError that names the first one that is not
 */
export function checkLabels(labels: Uint8Array, classes: number, name: string): void {
  const bad = labels.findIndex((label) => label >= classes);
  if (bad >= 0) throw new FormatError(`${name}: label ${labels[bad]} of sample ${bad} is not in 0 … ${classes - 1}`);
}
