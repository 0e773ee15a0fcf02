import type { DType, TypedArray } from '../core/dtypes.js';
import { FormatError } from '../core/errors.js';

/** A tensor as a safetensors file holds it, already of a dtype that wasmgrad has. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** The contents of a safetensors file. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The limit of the reference implementation. */
const maxHeaderBytes = 100_000_000;

const names: Readonly<Record<DType, string>> = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
};

/** How each stored dtype is read: its size in the file and the conversion of `n` elements of little-endian bytes. */
interface Reading {
  readonly size: number;
  readonly dtype: DType;
  /** `bytes` starts at an aligned offset of a buffer of its own. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>, n: number, name: string) => TypedArray;
}

/** Half precision: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
export function fromF16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** A whole number that int32 holds; one that is rounded on its way from 64 bits is far beyond it. */
function inInt32(value: number, name: string): number {
  if ((value | 0) === value) return value;
  throw new FormatError(`safetensors: ${JSON.stringify(name)} holds ${value}, which int32 cannot (there is no int64)`);
}

const readings: Readonly<Record<string, Reading>> = {
  F64: { size: 8, dtype: 'float64', read: (b, n) => new Float64Array(b.buffer, 0, n) },
  F32: { size: 4, dtype: 'float32', read: (b, n) => new Float32Array(b.buffer, 0, n) },
  F16: { size: 2, dtype: 'float32', read: (b, n) => Float32Array.from(new Uint16Array(b.buffer, 0, n), fromF16) },
  BF16: {
    size: 2,
    dtype: 'float32',
    // The upper half of a float32.
    read: (b, n) => new Float32Array(Uint32Array.from(new Uint16Array(b.buffer, 0, n), (bits) => bits << 16).buffer),
  },
  I64: {
    size: 8,
    dtype: 'int32',
    read: (b, n, name) =>
      Int32Array.from(new BigInt64Array(b.buffer, 0, n) as Iterable<bigint>, (value) => inInt32(Number(value), name)),
  },
  I32: { size: 4, dtype: 'int32', read: (b, n) => new Int32Array(b.buffer, 0, n) },
  I16: { size: 2, dtype: 'int32', read: (b, n) => Int32Array.from(new Int16Array(b.buffer, 0, n)) },
  I8: { size: 1, dtype: 'int32', read: (b, n) => Int32Array.from(new Int8Array(b.buffer, 0, n)) },
  U64: {
    size: 8,
    dtype: 'int32',
    read: (b, n, name) =>
      Int32Array.from(new BigUint64Array(b.buffer, 0, n) as Iterable<bigint>, (value) => inInt32(Number(value), name)),
  },
  U32: {
    size: 4,
    dtype: 'int32',
    read: (b, n, name) => Int32Array.from(new Uint32Array(b.buffer, 0, n), (value) => inInt32(value, name)),
  },
  U16: { size: 2, dtype: 'int32', read: (b, n) => Int32Array.from(new Uint16Array(b.buffer, 0, n)) },
  U8: { size: 1, dtype: 'uint8', read: (b, n) => b.subarray(0, n) },
  BOOL: { size: 1, dtype: 'bool', read: (b, n) => Uint8Array.from(b.subarray(0, n), (value) => (value ? 1 : 0)) },
};

/**
 * Lays tensors out as a safetensors file: `u64 header length | JSON header, padded with spaces to 8 bytes | data`.
 * The data goes by falling element size, so that every tensor is aligned; the header keeps the given order.
 *
 * Source: https://github.com/huggingface/safetensors#format
 */
export function formatSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const offsets = new Map<string, number>();
  let length = 0;
  const byElementSize = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  for (const [name, { data }] of byElementSize) {
    offsets.set(name, length);
    length += data.byteLength;
  }
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  for (const [name, { dtype, shape, data }] of tensors) {
    const begin = offsets.get(name)!;
    entries.push([name, { dtype: names[dtype], shape, data_offsets: [begin, begin + data.byteLength] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8 + json.length, 8 + headerLength);
  bytes.set(json, 8);
  for (const [name, { data }] of byElementSize) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + headerLength + offsets.get(name)!);
  }
  return bytes;
}

/** The first key that comes twice in the outermost object of valid JSON, which `JSON.parse` would pass over. */
function repeatedKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  for (let match = token.exec(json); match; match = token.exec(json)) {
    const text = match[0];
    if (text === '{' || text === '[') depth++;
    else if (text === '}' || text === ']') depth--;
    else if (match[1] !== undefined && depth === 1) {
      const key = JSON.parse(text.slice(0, text.length - match[1].length)) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function parseHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataBegin: number } {
  if (bytes.length < 8) throw new FormatError(`safetensors: truncated, ${bytes.length} bytes hold no header length`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new FormatError(
      `safetensors: header of ${length} bytes is over the limit of ${maxHeaderBytes} (is it a safetensors file?)`,
    );
  }
  const dataBegin = 8 + Number(length);
  if (dataBegin > bytes.length) {
    throw new FormatError(
      `safetensors: truncated, the header takes ${length} bytes but only ${bytes.length - 8} follow`,
    );
  }
  let json: string;
  let header: unknown;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, dataBegin));
    header = JSON.parse(json);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FormatError(`safetensors: the header is not JSON (${why})`, { cause: error });
  }
  if (!isObject(header)) throw new FormatError('safetensors: the header is not a JSON object');
  const repeated = repeatedKey(json);
  if (repeated !== undefined)
    throw new FormatError(`safetensors: ${JSON.stringify(repeated)} comes twice in the header`);
  return { header, dataBegin };
}

function parseMetadata(value: unknown): Record<string, string> {
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === 'string')) {
    throw new FormatError('safetensors: __metadata__ must map strings to strings');
  }
  return value as Record<string, string>;
}

/**
 * Parses a safetensors file. float16 and bfloat16 become float32; other whole numbers become int32, where the values fit.
 *
 * @throws FormatError when the header is too long, cut short, no JSON or not of the form; when a dtype is unknown; when
 * offsets lie outside the file, overlap, leave gaps, or do not agree with a shape
 */
export function parseSafetensors(file: Uint8Array | ArrayBuffer): SafetensorsFile {
  // A plain Uint8Array also where Node's Buffer comes in, whose slice() would not copy.
  const bytes =
    file instanceof ArrayBuffer ? new Uint8Array(file) : new Uint8Array(file.buffer, file.byteOffset, file.length);
  const { header, dataBegin } = parseHeader(bytes);
  const dataLength = bytes.length - dataBegin;
  const tensors = new Map<string, StoredTensor>();
  const spans: { name: string; begin: number; end: number }[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      metadata = parseMetadata(entry);
      continue;
    }
    const quoted = JSON.stringify(name);
    if (!isObject(entry)) throw new FormatError(`safetensors: the entry of ${quoted} is not an object`);
    const { dtype, shape, data_offsets: span } = entry;
    const reading = typeof dtype === 'string' && Object.hasOwn(readings, dtype) ? readings[dtype] : undefined;
    if (!reading) {
      const known = Object.keys(readings).join(' ');
      throw new FormatError(`safetensors: ${quoted} has dtype ${JSON.stringify(dtype)}; known are ${known}`);
    }
    if (!isSizes(shape)) throw new FormatError(`safetensors: ${quoted} has shape ${JSON.stringify(shape)}`);
    if (!isSizes(span) || span.length !== 2 || span[0]! > span[1]! || span[1]! > dataLength) {
      throw new FormatError(
        `safetensors: ${quoted} has offsets ${JSON.stringify(span)}, which are not within its ${dataLength} bytes of data`,
      );
    }
    const [begin, end] = span as [number, number];
    const n = shape.reduce((product, size) => product * size, 1);
    if (n * reading.size !== end - begin) {
      throw new FormatError(
        `safetensors: ${quoted} takes ${end - begin} bytes, but ${dtype as string} ${JSON.stringify(shape)} needs ${n * reading.size}`,
      );
    }
    spans.push({ name, begin, end });
    // A copy of its own, since the file's data need not be aligned and callers may change either.
    const data = reading.read(bytes.slice(dataBegin + begin, dataBegin + end), n, name);
    tensors.set(name, { dtype: reading.dtype, shape, data });
  }
  checkSpans(spans, dataLength);
  return { tensors, metadata };
}

/** The format demands that tensors cover the data without overlaps and gaps, so that a file can hide nothing. */
function checkSpans(spans: { name: string; begin: number; end: number }[], dataLength: number): void {
  spans.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of spans) {
    if (begin !== covered) {
      const what = begin < covered ? 'overlaps another tensor' : `leaves a gap of ${begin - covered} bytes before it`;
      throw new FormatError(`safetensors: ${JSON.stringify(name)} ${what}`);
    }
    covered = end;
  }
  if (covered !== dataLength)
    throw new FormatError(`safetensors: ${dataLength - covered} trailing bytes after the last tensor`);
}
