import { pairOf, type Values } from './values.js';

function mean(metric: string, output: Values, target: Values, distance: (a: number, b: number) => number): number {
  const [predicted, actual] = pairOf(metric, output, target);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += distance(predicted[i]!, actual[i]!);
  return sum / actual.length;
}

/**
 * The mean absolute error, Σ|ŷ − y| / n. Shapes: output and target alike → number
 *
 * @throws ShapeError when shapes differ or there are no samples
 */
export function mae(output: Values, target: Values): number {
  return mean('mae', output, target, (a, b) => Math.abs(a - b));
}

/**
 * The mean squared error, Σ(ŷ − y)² / n. Shapes: output and target alike → number
 *
 * @throws ShapeError when shapes differ or there are no samples
 */
export function mse(output: Values, target: Values): number {
  return mean('mse', output, target, (a, b) => (a - b) ** 2);
}

/**
 * The root of the mean squared error. Shapes: output and target alike → number
 *
 * @throws ShapeError when shapes differ or there are no samples
 */
export function rmse(output: Values, target: Values): number {
  return Math.sqrt(mean('rmse', output, target, (a, b) => (a - b) ** 2));
}

/**
 * The coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; of targets that are all the same: 1 where they are met, else 0.
 *
 * Shapes: output and target alike → number
 *
 * @throws ShapeError when shapes differ or there are no samples
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.r2_score.html
 */
export function r2(output: Values, target: Values): number {
  const [predicted, actual] = pairOf('r2', output, target);
  const n = actual.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += actual[i]!;
  const first = actual[0]!;
  let constant = true;
  let [left, all] = [0, 0];
  for (let i = 0; i < n; i++) {
    left += (actual[i]! - predicted[i]!) ** 2;
    all += (actual[i]! - sum / n) ** 2;
    constant &&= actual[i] === first;
  }
  // The mean of equal targets need not be rounded to what they are.
  if (constant || all === 0) return left === 0 ? 1 : 0;
  return 1 - left / all;
}
