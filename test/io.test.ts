import { beforeAll, describe, expect, it } from 'vitest';
import { parseSafetensors } from '../src/io/safetensors-format.js';
import { FormatError, init, io, nn, tensor, zeros } from '../src/index.js';

beforeAll(() => init());

/** A file from a header (text or an object) and a number of data bytes. */
function file(header: string | object, dataBytes = 0): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

/** A file of one tensor with the given data. */
function fileOf(dtype: string, shape: number[], data: ArrayBufferView): Uint8Array<ArrayBuffer> {
  const bytes = file({ x: { dtype, shape, data_offsets: [0, data.byteLength] } }, data.byteLength);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), bytes.length - data.byteLength);
  return bytes;
}

describe('safetensors', () => {
  it('brings every dtype, shape and name back, in order', () => {
    const saved = {
      flag: tensor([true, false, true]),
      w: tensor([
        [1, 2, 3],
        [4, 5, 6.5],
      ]),
      d: tensor(Math.PI, { dtype: 'float64' }),
      i: tensor([-5, 7], { dtype: 'int32' }),
      'u é"': tensor([[1, 2, 255]], { dtype: 'uint8' }),
      none: zeros([0, 4]),
      ['__proto__']: tensor([9]),
    };
    const bytes = io.saveSafetensors(saved, { metadata: { format: 'pt' } });
    const loaded = io.loadSafetensors(bytes);
    expect(Object.keys(loaded)).toEqual(Object.keys(saved));
    for (const [name, x] of Object.entries(saved)) {
      expect(loaded[name]!.dtype).toBe(x.dtype);
      expect(loaded[name]!.shape).toEqual(x.shape);
      expect(loaded[name]!.tolist()).toEqual(x.tolist());
    }
    expect(io.safetensorsMetadata(bytes)).toEqual({ format: 'pt' });
  });

  it('pads the header to 8 bytes and aligns every tensor to its element size', () => {
    const bytes = io.saveSafetensors({
      a: tensor([1], { dtype: 'uint8' }),
      b: tensor([1, 2]),
      c: tensor([1], { dtype: 'float64' }),
    });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header).toEqual({
      a: { dtype: 'U8', shape: [1], data_offsets: [16, 17] },
      b: { dtype: 'F32', shape: [2], data_offsets: [8, 16] },
      c: { dtype: 'F64', shape: [1], data_offsets: [0, 8] },
    });
  });

  it('writes non-contiguous tensors row-major', () => {
    const loaded = io.loadSafetensors(
      io.saveSafetensors({
        x: tensor([
          [1, 2],
          [3, 4],
        ]).transpose(0, 1),
      }),
    );
    expect(loaded['x']!.tolist()).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it('moves the weights of a model', () => {
    const from = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4));
    const to = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4));
    to.loadStateDict(io.loadSafetensors(io.saveSafetensors(from.stateDict())));
    for (const [name, x] of Object.entries(from.stateDict()))
      expect(to.stateDict()[name]!.tolist()).toEqual(x.tolist());
  });

  it('reads from a part of a larger buffer whose slices are views, as those of Node’s Buffer, and from an ArrayBuffer', () => {
    class Pooled extends Uint8Array<ArrayBuffer> {
      override slice(begin?: number, end?: number): Uint8Array<ArrayBuffer> {
        return this.subarray(begin, end);
      }
    }
    const bytes = io.saveSafetensors({ x: tensor([1, 2]) });
    const pool = new Pooled(Uint8Array.from([1, 2, 3, ...bytes]).buffer, 3);
    expect(io.loadSafetensors(pool)['x']!.tolist()).toEqual([1, 2]);
    expect(io.loadSafetensors(bytes.buffer)['x']!.tolist()).toEqual([1, 2]);
  });

  it('reads the dtypes that it has not', () => {
    const read = (dtype: string, data: ArrayBufferView, n: number): [string, number[]] => {
      const x = parseSafetensors(fileOf(dtype, [n], data)).tensors.get('x')!;
      return [x.dtype, Array.from(x.data)];
    };
    expect(read('F16', new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000]), 6)).toEqual([
      'float32',
      [1, -2, 2 ** -24, 65504, Infinity, -0],
    ]);
    expect(read('F16', new Uint16Array([0x7e00]), 1)[1]).toEqual([NaN]);
    expect(read('BF16', new Uint16Array([0x3f80, 0xc040]), 2)).toEqual(['float32', [1, -3]]);
    expect(read('I64', new BigInt64Array([5n, -(2n ** 31n)]), 2)).toEqual(['int32', [5, -(2 ** 31)]]);
    expect(read('I16', new Int16Array([-7]), 1)).toEqual(['int32', [-7]]);
    expect(read('I8', new Int8Array([-7]), 1)).toEqual(['int32', [-7]]);
    expect(read('U16', new Uint16Array([65535]), 1)).toEqual(['int32', [65535]]);
    expect(read('U32', new Uint32Array([7]), 1)).toEqual(['int32', [7]]);
    expect(read('U64', new BigUint64Array([7n]), 1)).toEqual(['int32', [7]]);
    expect(() => read('U32', new Uint32Array([2 ** 31]), 1)).toThrow('safetensors: "x" holds 2147483648, which int32 cannot (there is no int64)'); // prettier-ignore
    expect(() => read('U64', new BigUint64Array([2n ** 64n - 1n]), 1)).toThrow(FormatError);
  });

  const f32 = (begin: number, end: number): object => ({
    dtype: 'F32',
    shape: [(end - begin) / 4],
    data_offsets: [begin, end],
  });
  const hostile: [string, Uint8Array, string][] = [
    ['nothing', new Uint8Array(0), 'safetensors: truncated, 0 bytes hold no header length'],
    [
      'a foreign file',
      new TextEncoder().encode('PK\x03\x04 a zip file'),
      'is over the limit of 100000000 (is it a safetensors file?)',
    ],
    [
      'a header longer than the file',
      file('{}').subarray(0, 9),
      'safetensors: truncated, the header takes 2 bytes but only 1 follow',
    ],
    ['no JSON', file('{"x":'), 'safetensors: the header is not JSON'],
    ['no UTF-8', Uint8Array.from([2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]), 'safetensors: the header is not JSON'],
    ['a list', file('[]'), 'safetensors: the header is not a JSON object'],
    ['a repeated name', file('{"a":{"b":1},"\\u0061":{}}'), 'safetensors: "a" comes twice in the header'],
    ['metadata of numbers', file({ __metadata__: { a: 1 } }), 'safetensors: __metadata__ must map strings to strings'],
    ['an entry that is none', file({ x: 3 }), 'safetensors: the entry of "x" is not an object'],
    [
      'an unknown dtype',
      file({ x: { dtype: 'F8_E4M3', shape: [], data_offsets: [0, 1] } }, 1),
      'safetensors: "x" has dtype "F8_E4M3"; known are F64 F32',
    ],
    [
      'a dtype from the prototype',
      file({ x: { dtype: 'toString', shape: [], data_offsets: [0, 1] } }, 1),
      '"x" has dtype "toString"',
    ],
    [
      'a negative size',
      file({ x: { dtype: 'U8', shape: [-1], data_offsets: [0, 0] } }),
      'safetensors: "x" has shape [-1]',
    ],
    [
      'a fraction of a size',
      file({ x: { dtype: 'U8', shape: [0.5], data_offsets: [0, 0] } }),
      'safetensors: "x" has shape [0.5]',
    ],
    [
      'offsets beyond the end',
      file({ x: f32(0, 8) }, 4),
      'safetensors: "x" has offsets [0,8], which are not within its 4 bytes of data',
    ],
    [
      'offsets the wrong way',
      file({ x: { dtype: 'F32', shape: [0], data_offsets: [4, 0] } }, 4),
      'safetensors: "x" has offsets [4,0]',
    ],
    [
      'too few bytes for the shape',
      file({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, 4),
      'safetensors: "x" takes 4 bytes, but F32 [2] needs 8',
    ],
    [
      'sizes that overflow',
      file({ x: { dtype: 'F32', shape: [2 ** 52, 2 ** 52], data_offsets: [0, 4] } }, 4),
      'safetensors: "x" takes 4 bytes',
    ],
    ['overlapping tensors', file({ x: f32(0, 8), y: f32(4, 12) }, 12), 'safetensors: "y" overlaps another tensor'],
    ['a gap', file({ x: f32(0, 4), y: f32(8, 12) }, 12), 'safetensors: "y" leaves a gap of 4 bytes before it'],
    ['trailing bytes', file({ x: f32(0, 4) }, 6), 'safetensors: 2 trailing bytes after the last tensor'],
    [
      'an int64 out of range',
      fileOf('I64', [1], new BigInt64Array([2n ** 31n])),
      'safetensors: "x" holds 2147483648, which int32 cannot',
    ],
  ];
  it.each(hostile)('refuses %s', (_, bytes, message) => {
    expect(() => io.loadSafetensors(bytes)).toThrow(FormatError);
    expect(() => io.loadSafetensors(bytes)).toThrow(message);
  });

  it('refuses to save what cannot be read back', () => {
    expect(() => io.saveSafetensors({ __metadata__: tensor([1]) })).toThrow(
      "saveSafetensors: no tensor may be called '__metadata__'",
    );
  });
});
