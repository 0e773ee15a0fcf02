import { dtypeBytes, type DType, type TypedArray } from '../core/dtypes.js';
import { FormatError, WasmgradError } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import { tensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { checkOptions } from '../tensor/options.js';
import { fromF16 } from './safetensors-format.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** numpy pads its headers so that the elements begin at a multiple of this. */
const ALIGNMENT = 64;
/** A zip file that unpacks to more is refused. */
const MAX_UNPACKED_BYTES = 2 ** 31 - 1;
/** Deflate makes at most so many bytes of one. */
const MOST_DEFLATED = 1032;

const descriptions: Readonly<Record<DType, string>> = {
  float32: '<f4',
  float64: '<f8',
  int32: '<i4',
  uint8: '|u1',
  bool: '|b1',
};

/** How a stored type is read, element by element. */
interface Reading {
  readonly bytes: number;
  readonly dtype: DType;
  readonly get: (view: DataView, at: number, little: boolean) => number;
}

function whole(value: bigint): number {
  if (BigInt.asIntN(32, value) !== value) throw new FormatError(`loadNpy: ${value} does not fit in int32`);
  return Number(value);
}

function narrow(value: number): number {
  return value === (value | 0) ? value : whole(BigInt(value));
}

const readings: Readonly<Record<string, Reading>> = {
  f2: { bytes: 2, dtype: 'float32', get: (view, at, little) => fromF16(view.getUint16(at, little)) },
  f4: { bytes: 4, dtype: 'float32', get: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, dtype: 'float64', get: (view, at, little) => view.getFloat64(at, little) },
  i1: { bytes: 1, dtype: 'int32', get: (view, at) => view.getInt8(at) },
  i2: { bytes: 2, dtype: 'int32', get: (view, at, little) => view.getInt16(at, little) },
  i4: { bytes: 4, dtype: 'int32', get: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, dtype: 'int32', get: (view, at, little) => whole(view.getBigInt64(at, little)) },
  u1: { bytes: 1, dtype: 'uint8', get: (view, at) => view.getUint8(at) },
  u2: { bytes: 2, dtype: 'int32', get: (view, at, little) => view.getUint16(at, little) },
  u4: { bytes: 4, dtype: 'int32', get: (view, at, little) => narrow(view.getUint32(at, little)) },
  u8: { bytes: 8, dtype: 'int32', get: (view, at, little) => whole(view.getBigUint64(at, little)) },
  b1: { bytes: 1, dtype: 'bool', get: (view, at) => Number(view.getUint8(at) !== 0) },
};

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} satisfies Record<DType, unknown>;

interface Header {
  readonly reading: Reading;
  readonly little: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly begin: number;
}

function headerOf(bytes: Uint8Array, name: string): Header {
  const damaged = (what: string): FormatError => new FormatError(`loadNpy: ${name}: ${what}`);
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) throw damaged('not an npy file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw damaged(`unknown version ${version}`);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw damaged('cut short in its header');
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) throw damaged('cut short in its header');
  const text = new TextDecoder('utf-8').decode(bytes.subarray(start, start + length));
  const descr = /'descr'\s*:\s*'([<>|=])([a-zA-Z])(\d+)'/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const dims = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text);
  if (!descr || !order || !dims) throw damaged('a header that is not of plain numbers');
  const reading = readings[`${descr[2]}${descr[3]}`];
  if (!reading) throw damaged(`type ${descr[1]}${descr[2]}${descr[3]} has no dtype here`);
  const shape = dims[1]!
    .split(',')
    .map((size) => size.trim().replace(/L$/, ''))
    .filter((size) => size !== '')
    .map(Number);
  const count = sizeOf(shape);
  if (!Number.isSafeInteger(count) || start + length + count * reading.bytes !== bytes.length) {
    throw damaged(`${bytes.length - start - length} bytes of elements, expected ${count * reading.bytes}`);
  }
  return { reading, little: descr[1] !== '>', fortran: order[1] === 'True', shape, begin: start + length };
}

function read(bytes: Uint8Array, name: string): Tensor {
  const { reading, little, fortran, shape, begin } = headerOf(bytes, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: TypedArray = new arrays[reading.dtype](sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = reading.get(view, begin + i * reading.bytes, little);
  if (!fortran || shape.length < 2) return tensor(data, { dtype: reading.dtype, shape });
  // Column by column is row by row of the transpose.
  const turned = tensor(data, { dtype: reading.dtype, shape: shape.toReversed() });
  const x = turned.permute(shape.map((_, d) => shape.length - 1 - d)).contiguous();
  turned.dispose();
  return x;
}

function bytesOf(file: Uint8Array | ArrayBuffer): Uint8Array {
  return file instanceof Uint8Array ? file : new Uint8Array(file);
}

/**
 * Reads an array as `numpy.save` writes it, of either byte order, row by row or column by column. float16 becomes float32; int8, int16, int64 and
 * unsigned ones become int32 where the values fit.
 *
 * @throws FormatError when the file is damaged, or of a type that no dtype here can hold
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @example
 * ```ts
 * import { io, tensor } from 'wasmgrad';
 * io.loadNpy(io.saveNpy(tensor([[1, 2], [3, 4]]))).shape; // [2, 2]
 * ```
 */
export function loadNpy(file: Uint8Array | ArrayBuffer): Tensor {
  return read(bytesOf(file), 'file');
}

/**
 * Writes a tensor as `numpy.load` reads it, row by row, in little-endian order.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function saveNpy(x: Tensor): Uint8Array<ArrayBuffer> {
  const data = x.toTypedArray();
  const shape = x.shape.length === 1 ? `${x.shape[0]},` : x.shape.join(', ');
  const header = `{'descr': '${descriptions[x.dtype]}', 'fortran_order': False, 'shape': (${shape}), }`;
  const begin = Math.ceil((10 + header.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(begin + data.length * dtypeBytes[x.dtype]);
  bytes.set(MAGIC);
  bytes.set([1, 0, (begin - 10) & 255, (begin - 10) >> 8], 6);
  bytes.set(new TextEncoder().encode(`${header.padEnd(begin - 11)}\n`), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), begin);
  return bytes;
}

/**
 * Reads the arrays of an npz file (`numpy.savez`, compressed or not), by name.
 *
 * @throws FormatError when the file or one of its arrays is damaged
 */
export async function loadNpz(file: Uint8Array | ArrayBuffer): Promise<Record<string, Tensor>> {
  const { unzipSync } = await import('fflate');
  let entries: Record<string, Uint8Array>;
  let unpacked = 0;
  try {
    entries = unzipSync(bytesOf(file), {
      filter: ({ name, size, originalSize }) => {
        if (!name.endsWith('.npy')) return false;
        unpacked += originalSize;
        // Memory is taken by what the file says of itself, before anything is unpacked.
        if (unpacked > MAX_UNPACKED_BYTES || originalSize > MOST_DEFLATED * (size + 1)) {
          throw new FormatError(`${name} of ${size} bytes cannot be ${originalSize} bytes`);
        }
        return true;
      },
    });
  } catch (error) {
    throw new FormatError(`loadNpz: damaged zip file (${error instanceof Error ? error.message : String(error)})`, {
      cause: error,
    });
  }
  return Object.fromEntries(Object.entries(entries).map(([name, bytes]) => [name.slice(0, -4), read(bytes, name)]));
}

/**
 * Writes tensors as an npz file, which `numpy.load` reads.
 *
 * @param tensors by name
 * @param options `compress`: default false, as `numpy.savez`
 * @throws WasmgradError for a name that is no file name
 */
export async function saveNpz(
  tensors: Readonly<Record<string, Tensor>>,
  options: { readonly compress?: boolean } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions('saveNpz', options, ['compress']);
  const { zipSync } = await import('fflate');
  const entries = Object.entries(tensors).map(([name, x]) => {
    if (name === '' || name.includes('..') || name.startsWith('/')) {
      throw new WasmgradError(`saveNpz: '${name}' is no name for an array`);
    }
    return [`${name}.npy`, saveNpy(x)] as const;
  });
  return zipSync(Object.fromEntries(entries), { level: options.compress ? 6 : 0 }) as Uint8Array<ArrayBuffer>;
}
