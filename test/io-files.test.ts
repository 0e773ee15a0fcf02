import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError, ShapeError, WasmgradError, init, io, rand, shutdown, tensor } from '../src/index.js';
import type { DType } from '../src/index.js';

// Made by tools/reference_files.py.
interface Stored {
  readonly base64: string;
  // Nested numbers of any depth.
  readonly expected: never;
  readonly shape?: number[];
  readonly dtype?: DType;
}
type Entries = Record<string, Stored>;

const files = JSON.parse(readFileSync(new URL('fixtures/files.json', import.meta.url), 'utf8')) as {
  npy: Entries;
  npz: Entries;
  images: Entries;
  unreadable: Record<string, string>;
};
const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

describe('npy', () => {
  for (const [name, { base64, expected, shape, dtype }] of Object.entries(files.npy)) {
    it(`reads what numpy writes: ${name}`, () => {
      const x = io.loadNpy(bytes(base64));
      expect([x.shape, x.dtype, x.tolist()]).toEqual([shape, dtype, expected]);
    });
  }

  it.each(['float32', 'float64', 'int32', 'uint8', 'bool'] as DType[])('writes and reads %s', (dtype) => {
    for (const shape of [[], [3], [0, 2], [2, 3, 1]]) {
      const x = rand(shape).mul(3).to(dtype);
      const back = io.loadNpy(io.saveNpy(x));
      expect([back.dtype, back.shape, back.tolist()]).toEqual([dtype, shape, x.tolist()]);
    }
    const turned = rand([2, 3]).to(dtype).T;
    expect(io.loadNpy(io.saveNpy(turned)).tolist()).toEqual(turned.tolist());
  });

  it.each([
    ['little', '<', [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c]],
    ['big', '>', [0x3c, 0x00, 0xc0, 0x00, 0x00, 0x01, 0x7c, 0x00]],
  ])('reads half precision, %s-endian', (_, order, elements) => {
    const header = `{'descr': '${order}f2', 'fortran_order': False, 'shape': (2, 2), }`.padEnd(117) + '\n';
    const file = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length, 0, ...new TextEncoder().encode(header), ...elements]; // prettier-ignore
    const x = io.loadNpy(Uint8Array.from(file));
    expect([x.dtype, x.tolist()]).toEqual(['float32', [[1, -2], [2 ** -24, Infinity]]]); // prettier-ignore
  });

  it("writes numpy's bytes", () => {
    const { base64, expected } = files.npy['float32']!;
    expect([...io.saveNpy(tensor(expected))]).toEqual([...bytes(base64)]);
  });

  it('refuses damaged files', () => {
    const good = io.saveNpy(tensor([1, 2, 3]));
    for (let length = 0; length < good.length; length++) {
      expect(() => io.loadNpy(good.slice(0, length)), `${length} bytes`).toThrow(FormatError);
    }
    const hostile = good.slice();
    hostile.set(new TextEncoder().encode("'shape': (9999999999,)"), good.indexOf(0x27, 40));
    expect(() => io.loadNpy(hostile)).toThrow(FormatError);
    expect(() => io.loadNpy(bytes(files.unreadable['complex']!))).toThrow('loadNpy: file: type <c16 has no dtype here');
    expect(() => io.loadNpy(bytes(files.unreadable['too large']!))).toThrow(
      'loadNpy: 1099511627776 does not fit in int32',
    );
  });
});

describe('npz', () => {
  for (const [name, { base64, expected }] of Object.entries(files.npz)) {
    it(`reads what numpy writes: ${name}`, async () => {
      const found = await io.loadNpz(bytes(base64));
      expect(Object.fromEntries(Object.entries(found).map(([key, x]) => [key, x.tolist()]))).toEqual(expected);
    });
  }

  it('writes and reads', async () => {
    const x = tensor([[1, 2], [3, 4]]); // prettier-ignore
    const packed = await io.saveNpz({ x }, { compress: true });
    const plain = await io.saveNpz({ x: rand([50, 50]).mul(0) });
    expect((await io.loadNpz(packed))['x']!.tolist()).toEqual([[1, 2], [3, 4]]); // prettier-ignore
    expect(plain.length).toBeGreaterThan(10_000);
    expect((await io.saveNpz({ x: rand([50, 50]).mul(0) }, { compress: true })).length).toBeLessThan(1000);
    await expect(io.loadNpz(packed.slice(0, 50))).rejects.toThrow(FormatError);
    await expect(io.saveNpz({ '../x': x })).rejects.toThrow(
      new WasmgradError("saveNpz: '../x' is no name for an array"),
    );
  });
});

describe('images', () => {
  for (const [mode, { base64, expected }] of Object.entries(files.images)) {
    it(`reads PNG of mode ${mode}`, async () => {
      const x = await io.decodePng(bytes(base64));
      expect([x.dtype, x.tolist()]).toEqual(['uint8', expected]);
    });
  }

  it('changes modes', async () => {
    const { base64, expected } = files.images['RGBA']!;
    const grey = await io.decodePng(bytes(base64), { mode: 'L' });
    const [r, g, b] = expected as [number[][], number[][], number[][]];
    expect(grey.shape).toEqual([1, 3, 5]);
    expect((grey.tolist() as number[][][])[0]![1]![2]).toBe(
      Math.round(0.299 * r[1]![2]! + 0.587 * g[1]![2]! + 0.114 * b[1]![2]!),
    );
    const opaque = await io.decodePng(bytes(files.images['L']!.base64), { mode: 'RGBA' });
    const [plane] = files.images['L']!.expected as [number[][]];
    expect(opaque.tolist()).toEqual([plane, plane, plane, plane.map((row: number[]) => row.map(() => 255))]);
  });

  it('writes PNG', async () => {
    for (const channels of [1, 2, 3, 4]) {
      const x = rand([channels, 4, 3]);
      const back = await io.decodePng(await io.encodePng(x));
      expect(back.tolist()).toEqual(x.mul(255).round().to('uint8').tolist());
      expect((await io.decodePng(await io.encodePng(back))).tolist()).toEqual(back.tolist());
    }
  });

  it('takes the pixels of a canvas', () => {
    const pixels = { width: 2, height: 1, data: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 128) };
    expect(io.imageFromPixels(pixels).tolist()).toEqual([[[1, 4]], [[2, 5]], [[3, 6]], [[255, 128]]]);
    expect(io.imageFromPixels(pixels, { mode: 'RGB' }).shape).toEqual([3, 1, 2]);
  });

  it('knows the colour that is transparent', async () => {
    // Pillow: a grey 3 × 1 image of 10, 20, 30 with transparency 20, and an RGB one of (1, 2, 3), (9, 2, 3), (200, 100, 50) with (1, 2, 3).
    const grey = bytes(
      'iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAAAAAA+i0toAAAAAnRSTlMAFGxJGUUAAAAMSURBVHicY+Ti4gIAAEQAILICLP8AAAAASUVORK5CYII=',
    );
    expect((await io.decodePng(grey, { mode: 'LA' })).tolist()).toEqual([[[10, 20, 30]], [[255, 0, 255]]]);
    expect((await io.decodePng(grey)).shape).toEqual([1, 1, 3]);
    const rgb = bytes(
      'iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAIAAACUgoPjAAAABnRSTlMAAQACAAPJS6v1AAAAEklEQVR4nGNkZGLmYGDYn6QPAAOiAWCp9uwCAAAAAElFTkSuQmCC',
    );
    expect((await io.decodePng(rgb, { mode: 'RGBA' })).select(0, 3).tolist()).toEqual([[0, 255, 255]]);
    // Pillow's convert('L').
    expect((await io.decodePng(rgb, { mode: 'L' })).tolist()).toEqual([[[2, 4, 124]]]);
  });

  it('refuses damaged files', async () => {
    const good = bytes(files.images['RGB']!.base64);
    for (const length of [0, 7, 20, 40, good.length - 20]) {
      await expect(io.decodePng(good.slice(0, length)), `${length} bytes`).rejects.toThrow(FormatError);
    }
    // The checksum of the header is as it was, but its sizes are looked at first.
    const higher = good.slice();
    new DataView(higher.buffer).setUint32(20, 4);
    await expect(io.decodePng(higher)).rejects.toThrow(new FormatError('decodePng: damaged file (too few pixels)'));
    new DataView(higher.buffer).setUint32(20, 2);
    await expect(io.decodePng(higher)).rejects.toThrow(new FormatError('decodePng: damaged file (too many pixels)'));
    const wide = good.slice();
    new DataView(wide.buffer).setUint32(16, 2 ** 26);
    await expect(io.decodePng(wide)).rejects.toThrow(new FormatError('decodePng: damaged file (too few pixels)'));
    const huge = good.slice();
    new DataView(huge.buffer).setUint32(16, 2 ** 31);
    await expect(io.decodePng(huge)).rejects.toThrow('decodePng: 2147483648 × 3 pixels');
    await expect(io.encodePng(tensor([[1]]))).rejects.toThrow(new ShapeError('encodePng: expected [C, H, W] with 1 to 4 channels, got [1, 1]')); // prettier-ignore
    await expect(io.decodePng(good, { mode: 'CMYK' as 'L' })).rejects.toThrow("decodePng: mode must be 'L', 'LA', 'RGB' or 'RGBA', got 'CMYK'"); // prettier-ignore
    expect(() => io.imageFromPixels({ width: 2, height: 2, data: [1] })).toThrow(ShapeError);
  });
});
