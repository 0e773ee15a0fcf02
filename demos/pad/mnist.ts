import { rasterise, strokeBounds, type Bounds, type Field, type Stroke } from './raster.js';

/** Side of an MNIST picture. */
export const SIDE = 28;

/** Side of the box that a digit fills in it, before it is moved to the middle. */
export const BOX = 20;

/** The centre of mass lies in the pixel with this index: over the 10,000 test images its mean is 14.00 and its range 13.5…14.5. */
const CENTRE = 14;

/** Strokes of MNIST's test images are 2.5 pixels wide in the middle of their distribution (2 · area / perimeter). */
const PEN = 2.5;

/** Side of the picture that strokes are drawn into before they are scaled down: ten pixels for each of the box. */
const CANVAS = 10 * BOX;

/** A drawing smaller than this share of the pad is not enlarged any further. */
const SMALLEST = 1 / 20;

/** The smallest box around all ink of a picture, or `null` when it is blank. */
export function inkBounds({ width, height, data }: Field): Bounds | null {
  let left = width;
  let top = height;
  let right = 0;
  let bottom = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if ((data[row * width + column] ?? 0) <= 0) continue;
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  }
  return right > left ? { left, top, right, bottom } : null;
}

/**
 * Makes an MNIST picture of a drawing: its bounding box is scaled, aspect ratio kept, to fit 20×20 pixels, each of them the
 * mean of the area it covers, and moved by whole pixels so that the centre of mass comes to the middle of the 28×28 field.
 *
 * @returns 784 values, 0 paper … 1 ink; `null` when the picture is blank
 * Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", file formats.
 */
export function normalise(field: Field): Float32Array | null {
  const bounds = inkBounds(field);
  if (!bounds) return null;
  const box = shrink(field, bounds);
  let mass = 0;
  let massX = 0;
  let massY = 0;
  box.forEach((ink, i) => {
    mass += ink;
    massX += ink * (i % BOX);
    massY += ink * Math.floor(i / BOX);
  });
  const shiftX = Math.round(CENTRE - massX / mass);
  const shiftY = Math.round(CENTRE - massY / mass);
  const image = new Float32Array(SIDE * SIDE);
  box.forEach((ink, i) => {
    const x = (i % BOX) + shiftX;
    const y = Math.floor(i / BOX) + shiftY;
    if (x >= 0 && x < SIDE && y >= 0 && y < SIDE) image[y * SIDE + x] = ink;
  });
  return image;
}

/** Scales what is inside `bounds` into the top left corner of a 20×20 box by the mean over each pixel's area. */
function shrink({ width, data }: Field, { left, top, right, bottom }: Bounds): Float32Array {
  const step = Math.max(right - left, bottom - top) / BOX;
  const box = new Float32Array(BOX * BOX);
  for (let y = 0; y < BOX; y++) {
    const y0 = top + y * step;
    const y1 = Math.min(bottom, y0 + step);
    for (let x = 0; x < BOX; x++) {
      const x0 = left + x * step;
      const x1 = Math.min(right, x0 + step);
      let ink = 0;
      for (let row = Math.floor(y0); row < y1; row++) {
        const share = Math.min(row + 1, y1) - Math.max(row, y0);
        for (let column = Math.floor(x0); column < x1; column++) {
          ink += (data[row * width + column] ?? 0) * share * (Math.min(column + 1, x1) - Math.max(column, x0));
        }
      }
      box[y * BOX + x] = ink / (step * step);
    }
  }
  return box;
}

/**
 * The MNIST picture of strokes on the pad. They are enlarged first and drawn with one width of pen then, so that a small
 * digit does not turn into a blot.
 *
 * @returns 784 values, 0 paper … 1 ink; `null` when nothing is drawn
 */
export function digitImage(strokes: readonly Stroke[]): Float32Array | null {
  const bounds = strokeBounds(strokes);
  if (!bounds) return null;
  const pen = (PEN * CANVAS) / BOX;
  const extent = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top, SMALLEST);
  const margin = pen / 2 / CANVAS;
  const scale = (1 - 2 * margin) / extent;
  const fitted = strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({ x: margin + (x - bounds.left) * scale, y: margin + (y - bounds.top) * scale })),
  );
  return normalise(rasterise(fitted, CANVAS, pen));
}
