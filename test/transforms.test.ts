import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DTypeError,
  ShapeError,
  WasmgradError,
  full,
  init,
  manualSeed,
  scope,
  shutdown,
  tensor,
  transforms,
} from '../src/index.js';
import type { Tensor } from '../src/index.js';

interface Image {
  readonly shape: number[];
  readonly data: number[];
}

// Made by tools/reference_transforms.py with torchvision.
const fixtures = JSON.parse(readFileSync(new URL('fixtures/transforms.json', import.meta.url), 'utf8')) as {
  image: Image;
  plain: Record<string, Image>;
  drawn: Record<string, Image[]>;
};

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

const image = (): Tensor => tensor(fixtures.image.data, { shape: fixtures.image.shape });

/** Places in between are computed in float32 on both sides, differently: nearest ones may fall on the other side. */
function expectNear(got: Tensor, want: Image, apart = 0): void {
  expect(got.shape).toEqual(want.shape);
  const values = got.toTypedArray();
  const off = want.data.filter((value, i) => !(Math.abs(values[i]! - value) <= 2e-5));
  expect(off.length).toBeLessThanOrEqual(apart);
}

const F = transforms.functional;

const plain: Record<string, (x: Tensor) => Tensor> = {
  crop: (x) => F.crop(x, 1, 2, 4, 3),
  'crop outside': (x) => F.crop(x, -1, 4, 5, 5),
  centerCrop: (x) => new transforms.CenterCrop([4, 3]).forward(x),
  'centerCrop larger': (x) => F.centerCrop(x, [9, 4]),
  pad: (x) => new transforms.Pad([1, 2], { fill: 0.5 }).forward(x),
  'pad reflect': (x) => F.pad(x, [1, 2, 3, 0], { paddingMode: 'reflect' }),
  'pad edge': (x) => F.pad(x, 2, { paddingMode: 'edge' }),
  resize: (x) => F.resize(x, [5, 9]),
  'resize shorter side': (x) => new transforms.Resize(4).forward(x),
  'resize plain': (x) => F.resize(x, [5, 9], { antialias: false }),
  'resize nearest': (x) => F.resize(x, [5, 9], { interpolation: 'nearest' }),
  'resize bicubic': (x) => new transforms.Resize([5, 9], { interpolation: 'bicubic' }).forward(x),
  rotate: (x) => F.rotate(x, 30),
  'rotate bilinear, fill': (x) => F.rotate(x, -50, { interpolation: 'bilinear', fill: 0.25 }),
  'rotate expand': (x) => F.rotate(x, 40, { interpolation: 'bilinear', expand: true }),
  'rotate center': (x) => F.rotate(x, 25, { center: [1, 2] }),
  affine: (x) => F.affine(x, 20, [1, -2], 1.2, [5, -8], { interpolation: 'bilinear' }),
  'affine fill, center': (x) => F.affine(x, -35, [0, 1], 0.7, [10, 0], { fill: 0.5, center: [2, 3] }),
  brightness: (x) => F.adjustBrightness(x, 1.7),
  contrast: (x) => F.adjustContrast(x, 0.4),
  'contrast grey': (x) => F.adjustContrast(x.narrow(0, 0, 1), 1.6),
  saturation: (x) => F.adjustSaturation(x, 2.2),
  hue: (x) => F.adjustHue(x, 0.3),
  'hue back': (x) => F.adjustHue(x, -0.45),
  sharpness: (x) => F.adjustSharpness(x, 2.5),
  grayscale: (x) => F.rgbToGrayscale(x),
  'grayscale 3': (x) => F.rgbToGrayscale(x, 3),
  invert: (x) => F.invert(x),
  solarize: (x) => F.solarize(x, 0.6),
  posterize: (x) => F.posterize(x, 3),
  autocontrast: (x) => F.autocontrast(x.mul(0.6).add(0.1)),
  equalize: (x) => F.equalize(x),
  gaussianBlur: (x) => F.gaussianBlur(x, 5, 1.1),
  'gaussianBlur default sigma': (x) => F.gaussianBlur(x, 3),
  Normalize: (x) => new transforms.Normalize([0.1, 0.2, 0.3], [0.5, 0.6, 0.7]).forward(x),
};

type Seeded = { seed?: number };

const drawn: Record<string, (by: Seeded) => transforms.ImageTransform> = {
  RandomHorizontalFlip: (by) => new transforms.RandomHorizontalFlip(by),
  RandomVerticalFlip: (by) => new transforms.RandomVerticalFlip({ p: 0.6, ...by }),
  RandomRotation: (by) => new transforms.RandomRotation(60, { interpolation: 'bilinear', fill: 0.1, ...by }),
  'RandomRotation range': (by) => new transforms.RandomRotation([10, 20], by),
  RandomAffine: (by) =>
    new transforms.RandomAffine(30, {
      translate: [0.3, 0.2],
      scale: [0.8, 1.3],
      shear: 10,
      interpolation: 'bilinear',
      ...by,
    }),
  'RandomAffine shears': (by) => new transforms.RandomAffine([-5, 50], { shear: [-5, 5, -20, 0], fill: 0.5, ...by }),
  RandomCrop: (by) => new transforms.RandomCrop([4, 3], by),
  'RandomCrop padding': (by) => new transforms.RandomCrop(6, { padding: 2, paddingMode: 'reflect', ...by }),
  'RandomCrop padIfNeeded': (by) => new transforms.RandomCrop(9, { padIfNeeded: true, fill: 0.3, ...by }),
  RandomResizedCrop: (by) => new transforms.RandomResizedCrop([5, 4], by),
  'RandomResizedCrop options': (by) =>
    new transforms.RandomResizedCrop([4, 4], { scale: [0.9, 1], ratio: [2.5, 3], interpolation: 'nearest', ...by }),
  RandomErasing: (by) => new transforms.RandomErasing({ p: 0.8, ...by }),
  'RandomErasing random': (by) =>
    new transforms.RandomErasing({ p: 1, scale: [0.3, 0.5], ratio: [0.5, 2], value: 'random', ...by }),
  'RandomErasing values': (by) => new transforms.RandomErasing({ p: 1, value: [0.1, 0.2, 0.3], ...by }),
  ElasticTransform: (by) => new transforms.ElasticTransform({ alpha: 4, sigma: 0.4, ...by }),
  'ElasticTransform nearest': (by) =>
    new transforms.ElasticTransform({ alpha: 6, sigma: 0.2, interpolation: 'nearest', fill: 0.5, ...by }),
  ColorJitter: (by) => new transforms.ColorJitter({ brightness: 0.4, contrast: 0.5, saturation: 0.6, hue: 0.2, ...by }),
  'ColorJitter some': (by) => new transforms.ColorJitter({ brightness: [0.5, 0.9], hue: [0.1, 0.3], ...by }),
  RandomGrayscale: (by) => new transforms.RandomGrayscale({ p: 0.5, ...by }),
  GaussianBlur: (by) => new transforms.GaussianBlur(5, { sigma: [0.2, 1.5], ...by }),
  RandomApply: (by) =>
    new transforms.RandomApply([new transforms.RandomVerticalFlip(), new transforms.RandomCrop(5)], by),
};

describe("torchvision's numbers", () => {
  for (const [name, want] of Object.entries(fixtures.plain)) {
    it(name, () => scope(() => expectNear(plain[name]!(image()), want, /rotate|affine/.test(name) ? 3 : 0)));
  }

  for (const [name, wants] of Object.entries(fixtures.drawn)) {
    it(`${name}, for three seeds`, () => {
      wants.forEach((want, seed) =>
        scope(() => {
          const apart = /Rotation|Affine|nearest/.test(name) ? 3 : 0;
          manualSeed(seed);
          const got = drawn[name]!({}).forward(image());
          expectNear(got, want, apart);
          // A batch is changed alike, and a generator of its own draws the same (what is inside of others has its own).
          if (name === 'RandomApply' || want.shape.length !== 3) return;
          const batch = image().unsqueeze(0).expand([2, -1, -1, -1]);
          if (name.startsWith('Elastic') || name.startsWith('RandomErasing')) return;
          const both = drawn[name]!({ seed }).forward(batch);
          expectNear(both.select(0, 1), { shape: [...got.shape], data: Array.from(got.toTypedArray()) });
        }),
      );
    });
  }
});

describe('RandAugment', () => {
  it('does what its draws say', () => {
    const x = image();
    manualSeed(3);
    const y = new transforms.RandAugment({ numOps: 3, magnitude: 12, fill: 0.5 }).forward(x);
    expect(y.shape).toEqual(x.shape);
    manualSeed(3);
    expect(new transforms.RandAugment({ numOps: 3, magnitude: 12, fill: 0.5 }).forward(x).tolist()).toEqual(y.tolist());
    expect(new transforms.RandAugment({ numOps: 0 }).forward(x).tolist()).toEqual(x.tolist());
    for (let seed = 0; seed < 40; seed++) {
      const z = new transforms.RandAugment({ numOps: 1, interpolation: 'bilinear', seed }).forward(x);
      expect([z.min().item() >= 0, z.max().item() <= 1]).toEqual([true, true]);
    }
  });
});

describe('noise and mixtures', () => {
  it('adds noise', () => {
    const x = tensor([[[0.5, 0.5], [0.5, 0.5]]]); // prettier-ignore
    const y = new transforms.GaussianNoise({ mean: 0.1, sigma: 0, seed: 0 }).forward(x);
    expectNear(y, { shape: [1, 2, 2], data: [0.6, 0.6, 0.6, 0.6] });
    expect(new transforms.GaussianNoise({ sigma: 9, seed: 0 }).forward(x).max().item()).toBeLessThanOrEqual(1);
    expect(
      new transforms.GaussianNoise({ sigma: 9, clip: false, seed: 0 }).forward(x).abs().max().item(),
    ).toBeGreaterThan(1);
  });

  const batch = (): [Tensor, Tensor] => [
    tensor(
      [0, 0, 0, 0, 1, 1, 1, 1].flatMap((v) => [v, v, v, v]),
      { shape: [2, 1, 4, 4] },
    ),
    tensor([0, 1], { dtype: 'int32' }),
  ];

  it('mixes images and targets by one share', () => {
    manualSeed(1);
    const [x, y] = new transforms.MixUp({ alpha: 0.4, numClasses: 2 }).forward(batch());
    const [[first]] = x.select(1, 0).flatten(1).tolist() as [[number]];
    const [[a, b]] = y.tolist() as [[number, number]];
    expect(a + b).toBeCloseTo(1, 6);
    expect(first).toBeCloseTo(b, 6);
    const [mixed] = new transforms.MixUp().forward([batch()[0], tensor([[1, 0], [0, 1]])]); // prettier-ignore
    expect(mixed.shape).toEqual([2, 1, 4, 4]);
  });

  it('cuts rectangles out of the image before', () => {
    for (let seed = 0; seed < 10; seed++) {
      manualSeed(seed);
      const [x, y] = new transforms.CutMix({ numClasses: 2 }).forward(batch());
      const [[, other]] = y.tolist() as [[number, number]];
      expect(x.select(0, 0).mean().item()).toBeCloseTo(other, 6);
    }
  });
});

describe('tables', () => {
  const table = (): Tensor => tensor([[1, 10, 7], [3, 30, 7], [5, 80, 7]]); // prettier-ignore

  it('are standardised', () => {
    const scaler = new transforms.StandardScaler().fit(table());
    expect(scaler.mean).toEqual([3, 40, 7]);
    expect(scaler.variance[0]).toBeCloseTo(8 / 3, 12);
    const y = scaler.transform(table());
    expectNear(y.mean(0), { shape: [3], data: [0, 0, 0] });
    expectNear(y.std(0, { correction: 0 }), { shape: [3], data: [1, 1, 0] });
    expectNear(scaler.inverseTransform(y), { shape: [3, 3], data: [1, 10, 7, 3, 30, 7, 5, 80, 7] });
    const parts = new transforms.StandardScaler()
      .partialFit(table().narrow(0, 0, 1))
      .partialFit(table().narrow(0, 1, 2));
    scaler.mean.forEach((mean, d) => expect(parts.mean[d]).toBeCloseTo(mean, 12));
    scaler.variance.forEach((variance, d) => expect(parts.variance[d]).toBeCloseTo(variance, 10));
  });

  // By scikit-learn 1.2.
  it('with missing values, and columns whose mean is rounded', () => {
    const x = tensor([[1, 0.1, NaN], [NaN, 0.1, 4], [3, 0.1, 8], [8, 0.1, NaN]], { dtype: 'float64' }); // prettier-ignore
    const standard = new transforms.StandardScaler().fit(x);
    expect(standard.mean.map((v) => Number(v.toFixed(9)))).toEqual([4, 0.1, 6]);
    const near = (got: Tensor, want: number[]): void => {
      const rounded = (v: number): number => Math.round(v * 1e6) / 1e6 + 0;
      expect(Array.from(got.flatten().toTypedArray(), rounded)).toEqual(want.map(rounded));
    };
    near(standard.transform(x), [-1.0190493, 0, NaN, NaN, 0, -1, -0.3396831, 0, 1, 1.3587324, 0, NaN]);
    near(new transforms.MinMaxScaler().fit(x).transform(x), [0, 0, NaN, NaN, 0, 0, 2 / 7, 0, 1, 1, 0, NaN]);
    const constant = full([100, 1], 0.1, { dtype: 'float64' });
    near(new transforms.StandardScaler().fit(constant).transform(constant.add(1)), Array(100).fill(1));
    const parts = new transforms.StandardScaler().partialFit(x.narrow(0, 0, 1)).partialFit(x.narrow(0, 1, 3));
    near(parts.transform(x), [...standard.transform(x).flatten().toTypedArray()]);
    near(new transforms.StandardScaler({ withMean: false }).fit(x).transform(x).select(1, 2), [NaN, 2, 4, NaN]);
    near(new transforms.StandardScaler({ withStd: false }).fit(x).transform(x).select(1, 2), [NaN, -2, 2, NaN]);
    // A table that does not fit leaves what was learned.
    expect(() => standard.fit(tensor([1]))).toThrow(ShapeError);
    expect(standard.mean.length).toBe(3);
  });

  it('are put in a range', () => {
    const scaler = new transforms.MinMaxScaler({ featureRange: [-1, 1] }).fit(table());
    expect([scaler.dataMin, scaler.dataMax]).toEqual([[1, 10, 7], [5, 80, 7]]); // prettier-ignore
    const y = scaler.transform(table());
    expect(y.select(1, 0).tolist()).toEqual([-1, 0, 1]);
    expect(y.select(1, 2).tolist()).toEqual([-1, -1, -1]);
    expectNear(scaler.inverseTransform(y), { shape: [3, 3], data: [1, 10, 7, 3, 30, 7, 5, 80, 7] });
    const clipped = new transforms.MinMaxScaler({ clip: true }).fit(table()).partialFit(tensor([[0, 0, 0]]));
    expect(clipped.transform(tensor([[9, -9, 3.5]])).tolist()).toEqual([[1, 0, 0.5]]);
  });
});

describe('small ones', () => {
  it('compose', () => {
    const both = new transforms.Compose([new transforms.Lambda((x) => x.mul(2)), (x) => x.add(1)]);
    expect(both.transform(tensor([1])).tolist()).toEqual([3]);
    const one = new transforms.RandomChoice([(x) => x.add(1), (x) => x.add(2)], { seed: 0 });
    const seen = new Set(Array.from({ length: 20 }, () => one.forward(tensor(0)).item()));
    expect([...seen].sort()).toEqual([1, 2]);
  });

  it('change dtypes', () => {
    const bytes = tensor([0, 128, 255], { dtype: 'uint8' });
    expectNear(new transforms.ToDtype('float32', { scale: true }).forward(bytes), {
      shape: [3],
      data: [0, 128 / 255, 1],
    });
    expect(new transforms.ToDtype('float32').forward(bytes).tolist()).toEqual([0, 128, 255]);
    expect(new transforms.ToDtype('uint8', { scale: true }).forward(tensor([0, 0.5, 1])).tolist()).toEqual([
      0, 127, 255,
    ]);
    expect(new transforms.OneHot(3).forward(tensor([2, 0], { dtype: 'int32' })).tolist()).toEqual([[0, 0, 1], [1, 0, 0]]); // prettier-ignore
  });
});

const misuse: [() => unknown, new (message: string) => Error, string][] = [
  [() => F.hflip(tensor([1])), ShapeError, 'hflip: expected an image [C, H, W] or images [N, C, H, W], got [1]'],
  [() => F.rotate(image().mul(255).to('int32'), 1), DTypeError, 'rotate: takes floats in 0 … 1 or uint8, got int32'], // prettier-ignore
  [() => new transforms.RandomCrop(9).forward(image()), ShapeError, 'RandomCrop: an image of 7 × 6 has no part of 9 × 9 (see padIfNeeded)'], // prettier-ignore
  [
    () => new transforms.RandomHorizontalFlip({ p: 2 }),
    WasmgradError,
    'RandomHorizontalFlip: p must be in 0 … 1, got 2',
  ],
  [() => new transforms.RandomRotation(-1), WasmgradError, 'RandomRotation: degrees must not be negative, got -1'],
  [() => new transforms.ColorJitter({ hue: 0.7 }), WasmgradError, 'ColorJitter: hue must be in -0.5 … 0.5, got 0.7'],
  [() => new transforms.ColorJitter({ gamma: 1 } as object), WasmgradError, "ColorJitter: unknown option 'gamma' (known: brightness, contrast, saturation, hue, seed, generator)"], // prettier-ignore
  [() => new transforms.Normalize([0, 0], 1).forward(image()), ShapeError, 'Normalize: 2 values for the channels of [3, 7, 6]'], // prettier-ignore
  [() => new transforms.Normalize(0, 0), WasmgradError, 'Normalize: std must not be 0, got [0]'],
  [() => new transforms.GaussianBlur(4).forward(image()), WasmgradError, 'GaussianBlur: kernelSize must be an odd whole number, got 4'], // prettier-ignore
  [() => new transforms.MixUp().forward([image().unsqueeze(0), tensor([1], { dtype: 'int32' })]), WasmgradError, 'MixUp: targets that are classes need the option numClasses'], // prettier-ignore
  [() => new transforms.StandardScaler().transform(tensor([[1]])), WasmgradError, 'StandardScaler: call fit first'],
  [() => new transforms.MinMaxScaler().fit(tensor([1])), ShapeError, 'MinMaxScaler: expected a table [N, D], got [1]'],
];

describe('misuse', () => {
  for (const [run, type, message] of misuse) it(message, () => expect(run).toThrow(new type(message)));
});
