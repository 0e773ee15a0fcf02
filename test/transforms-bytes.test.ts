import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ShapeError, WasmgradError, init, manualSeed, scope, shutdown, tensor, transforms } from '../src/index.js';
import type { Tensor } from '../src/index.js';

interface Image {
  readonly shape: number[];
  readonly data: number[];
}

// Made by tools/reference_transform_bytes.py with torchvision.
const fixtures = JSON.parse(readFileSync(new URL('fixtures/transforms-bytes.json', import.meta.url), 'utf8')) as {
  image: Image;
  low: Image;
  plain: Record<string, Image>;
  drawn: Record<string, Image[]>;
};

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

const bytes = ({ data, shape }: Image): Tensor => tensor(data, { shape, dtype: 'uint8' });
const image = (): Tensor => bytes(fixtures.image);

/** A value that lies between two bytes may be rounded to either. */
function expectBytes(got: Tensor, want: Image, apart = 0): void {
  expect([got.shape, got.dtype]).toEqual([want.shape, 'uint8']);
  const off = Array.from(got.toTypedArray(), (value, i) => Math.abs(value - want.data[i]!)).filter((d) => d > 0);
  expect(Math.max(0, ...off)).toBeLessThanOrEqual(Math.min(apart, 1));
  expect(off.length).toBeLessThanOrEqual(apart);
}

const F = transforms.functional;
const colour = [60, 130, 200];

const plain: Record<string, (x: Tensor) => Tensor> = {
  centerCrop: (x) => F.centerCrop(x, [3, 2]),
  'centerCrop larger': (x) => F.centerCrop(x, [9, 2]),
  'crop above': (x) => F.crop(x, -3, 1, 2, 4),
  'pad symmetric': (x) => F.pad(x, [2, 3, 1, 0], { paddingMode: 'symmetric' }),
  rotate: (x) => F.rotate(x, 30, { interpolation: 'bilinear', fill: colour }),
  'rotate nearest': (x) => F.rotate(x, -50, { expand: true, fill: colour }),
  affine: (x) => F.affine(x, 20, [1, -2], 1.2, [5, -8], { interpolation: 'bilinear', fill: 60 }),
  resize: (x) => F.resize(x, [4, 8]),
  'resize plain': (x) => F.resize(x, 3, { antialias: false }),
  'resize bicubic': (x) => F.resize(x, [8, 9], { interpolation: 'bicubic' }),
  'resize maxSize': (x) => new transforms.Resize(10, { maxSize: 11 }).forward(x),
  brightness: (x) => F.adjustBrightness(x, 3),
  contrast: (x) => F.adjustContrast(x, 1.7),
  saturation: (x) => F.adjustSaturation(x, 0.4),
  sharpness: (x) => F.adjustSharpness(x, 2),
  gamma: (x) => F.adjustGamma(x, 2.2, 1.5),
  grayscale: (x) => F.rgbToGrayscale(x),
  invert: (x) => F.invert(x),
  posterize: (x) => F.posterize(x, 3),
  solarize: (x) => F.solarize(x, 100),
  autocontrast: () => F.autocontrast(bytes(fixtures.low)),
  equalize: () => F.equalize(bytes(fixtures.low)),
  gaussianBlur: (x) => F.gaussianBlur(x, [5, 3], [0.7, 1.9]),
};

const drawn: Record<string, () => transforms.ImageTransform> = {
  RandAugment: () => new transforms.RandAugment({ numOps: 3 }),
  'RandAugment options': () =>
    new transforms.RandAugment({
      numOps: 3,
      magnitude: 2,
      numMagnitudeBins: 17,
      interpolation: 'bilinear',
      fill: colour,
    }),
  RandomErasing: () => new transforms.RandomErasing({ p: 1, value: colour }),
  ElasticTransform: () => new transforms.ElasticTransform({ alpha: [4, 9], sigma: [0.4, 0.3], fill: 60 }),
  RandomResizedCrop: () => new transforms.RandomResizedCrop(3),
  ColorJitter: () => new transforms.ColorJitter({ brightness: 0.5, contrast: 0.5, saturation: 0.7 }),
  GaussianBlur: () => new transforms.GaussianBlur([3, 5], { sigma: 1.3 }),
};

describe("torchvision's bytes", () => {
  for (const [name, want] of Object.entries(fixtures.plain)) {
    it(name, () => scope(() => expectBytes(plain[name]!(image()), want, name.startsWith('resize') ? 2 : 0)));
  }

  for (const [name, wants] of Object.entries(fixtures.drawn)) {
    it(`${name}, for five seeds`, () => {
      wants.forEach((want, seed) =>
        scope(() => {
          manualSeed(seed);
          expectBytes(drawn[name]!().forward(image()), want, /RandAugment|Resized|Elastic/.test(name) ? 2 : 0);
        }),
      );
    });
  }

  it('a hue that is not turned leaves bytes as they were', () => {
    expect(F.adjustHue(image(), 0).tolist()).toEqual(image().tolist());
  });

  it('a crop beside an image is black', () => {
    const x = image().float();
    const beside = F.crop(x, 20, 20, 3, 2);
    expect([beside.shape, beside.sum().item()]).toEqual([[3, 3, 2], 0]);
    expect(F.crop(x, -9, -1, 2, 9).sum().item()).toBe(0);
  });
});

describe('misuse', () => {
  const misuse: [run: () => unknown, type: new (message: string) => WasmgradError, message: string][] = [
    [() => F.pad(image(), 6, { paddingMode: 'symmetric' }), ShapeError, 'pad: symmetric padding of 6 and 6 is more than the 5 pixels there are'], // prettier-ignore
    [() => F.pad(image(), 1, { paddingMode: 'wrap' as never }), WasmgradError, "pad: paddingMode must be 'constant', 'edge', 'reflect' or 'symmetric', got 'wrap'"], // prettier-ignore
    [() => F.resize(image(), 4, { maxSize: 4 }), WasmgradError, "resize: maxSize must be above the shorter side's 4, got 4"], // prettier-ignore
    [() => F.resize(image(), [4, 5], { maxSize: 9 }), WasmgradError, 'resize: maxSize is for a size that is one number, got [4, 5]'], // prettier-ignore
    [() => F.rotate(image(), 9, { fill: [1, 2] }), ShapeError, 'rotate: 2 fill values for the 3 channels of an image'],
    [() => F.gaussianBlur(image(), [3, 4]), WasmgradError, 'gaussianBlur: kernelSize must be an odd whole number, got 3,4'], // prettier-ignore
    [() => new transforms.GaussianBlur(4), WasmgradError, 'GaussianBlur: kernelSize must be an odd whole number, got 4'], // prettier-ignore
    [() => new transforms.GaussianBlur(3, { sigma: 0 }), WasmgradError, 'GaussianBlur: sigma must be positive, got 0'],
    [() => F.adjustGamma(image(), -1), WasmgradError, 'adjustGamma: gamma must not be negative, got -1'],
  ];
  for (const [run, type, message] of misuse) it(message, () => expect(run).toThrow(new type(message)));
});
