/** A place on the pad: 0…1 from left to right and from top to bottom, whatever its size on the screen. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Stroke = readonly Point[];

/** A grey picture, row by row: 0 is paper, 1 is ink. */
export interface Field {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Bounds of a drawing: left and top inside, right and bottom outside. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The smallest box around the points of all strokes, or `null` when there is none. */
export function strokeBounds(strokes: readonly Stroke[]): Bounds | null {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const stroke of strokes) {
    for (const { x, y } of stroke) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return left <= right ? { left, top, right, bottom } : null;
}

/**
 * Draws strokes with a round pen: each pixel gets `clamp(penWidth/2 + 1/2 − d, 0, 1)`, with d the distance from its centre
 * to the nearest line, so edges are anti-aliased and crossing lines do not add up.
 *
 * @param side width and height of the picture in pixels; the unit square of the strokes fills it
 * @param penWidth in pixels
 */
export function rasterise(strokes: readonly Stroke[], side: number, penWidth: number): Field {
  const data = new Float32Array(side * side);
  for (const stroke of strokes) {
    stroke.forEach((end, i) => drawLine(data, side, penWidth / 2, stroke[Math.max(0, i - 1)] ?? end, end));
  }
  return { width: side, height: side, data };
}

function drawLine(data: Float32Array, side: number, radius: number, from: Point, to: Point): void {
  const ax = from.x * side;
  const ay = from.y * side;
  const dx = to.x * side - ax;
  const dy = to.y * side - ay;
  const length2 = dx * dx + dy * dy;
  const reach = radius + 1;
  const left = Math.max(0, Math.floor(Math.min(ax, ax + dx) - reach));
  const right = Math.min(side, Math.ceil(Math.max(ax, ax + dx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, ay + dy) - reach));
  const bottom = Math.min(side, Math.ceil(Math.max(ay, ay + dy) + reach));
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const px = column + 0.5 - ax;
      const py = row + 0.5 - ay;
      const along = length2 > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / length2)) : 0;
      const ink = Math.min(1, radius + 0.5 - Math.hypot(px - along * dx, py - along * dy));
      const at = row * side + column;
      if (ink > (data[at] ?? 0)) data[at] = ink;
    }
  }
}
