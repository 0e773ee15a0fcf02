import type { Tensor } from '../tensor/tensor.js';

/** A point on the line: how far along, the value, the gradient, and the slope along the line. */
export interface Point {
  readonly t: number;
  readonly f: number;
  readonly g: Tensor;
  readonly slope: number;
}

/** The minimum of the cubic through two points with these slopes, within bounds; their middle where there is none. */
function cubicMinimum(a: Point, b: Point, low = Math.min(a.t, b.t), high = Math.max(a.t, b.t)): number {
  const d1 = a.slope + b.slope - (3 * (a.f - b.f)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const t = right.t - (right.t - left.t) * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
  return Math.min(Math.max(t, low), high);
}

/** Sufficient decrease, and curvature. */
const C1 = 1e-4;
const C2 = 0.9;
const MOST_EVALUATIONS = 25;

/**
 * A step that satisfies the strong Wolfe conditions, by bracketing and cubic interpolation.
 *
 * @param at evaluates the function at a distance along the line
 * @param start where the line begins
 * @param t the first distance tried
 * @param length the largest element of the direction
 * @returns the point that was found, and how many evaluations that took
 *
 * Source: PyTorch's `_strong_wolfe` (torch/optim/lbfgs.py); Nocedal & Wright 2006, "Numerical optimization", algorithms 3.5 and 3.6.
 */
export function strongWolfe(
  at: (t: number) => Point,
  start: Point,
  t: number,
  length: number,
  tolerance: number,
): { point: Point; evaluations: number } {
  const rises = (point: Point): boolean => point.f > start.f + C1 * point.t * start.slope;
  const flat = (point: Point): boolean => Math.abs(point.slope) <= -C2 * start.slope;
  let point = at(t);
  let before = start;
  let searches = 0;
  let bracket: [Point, Point] | null = null;
  while (searches < MOST_EVALUATIONS) {
    if (rises(point) || (searches > 1 && point.f >= before.f)) {
      bracket = [before, point];
      break;
    }
    if (flat(point)) return { point, evaluations: searches + 1 };
    if (point.slope >= 0) {
      bracket = [before, point];
      break;
    }
    const next = cubicMinimum(before, point, point.t + 0.01 * (point.t - before.t), point.t * 10);
    before = point;
    point = at(next);
    searches++;
  }
  bracket ??= [start, point];
  let done = false;
  let stalled = false;
  let low: 0 | 1 = bracket[0].f <= bracket[1].f ? 0 : 1;
  while (!done && searches < MOST_EVALUATIONS) {
    const [a, b] = bracket;
    if (Math.abs(b.t - a.t) * length < tolerance) break;
    let next = cubicMinimum(a, b);
    const [least, most] = [Math.min(a.t, b.t), Math.max(a.t, b.t)];
    const margin = 0.1 * (most - least);
    if (Math.min(most - next, next - least) < margin) {
      // Close to an end: the second time, or on the end itself, step away from it.
      if (stalled || next >= most || next <= least) {
        next = Math.abs(next - most) < Math.abs(next - least) ? most - margin : least + margin;
        stalled = false;
      } else {
        stalled = true;
      }
    } else {
      stalled = false;
    }
    point = at(next);
    searches++;
    const high: 0 | 1 = low === 0 ? 1 : 0;
    if (rises(point) || point.f >= bracket[low].f) {
      bracket[high] = point;
      low = bracket[0].f <= bracket[1].f ? 0 : 1;
      continue;
    }
    if (flat(point)) done = true;
    else if (point.slope * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = bracket[low];
    bracket[low] = point;
  }
  return { point: bracket[low], evaluations: searches + 1 };
}
