import { ShapeError, WasmgradError, formatShape } from '../../core/errors.js';
import type { Tensor } from '../../tensor/index.js';
import { checkOptions } from '../../tensor/options.js';
import { checkClass, classesOf, type Values } from './values.js';

/**
 * The share of samples whose largest logit is the target's class (or whose logit is above 0 where there is but one).
 *
 * Shapes: output [N, C, …], target int32 [N, …] → number; output and target [N] or [N, 1] for two classes
 *
 * @throws ShapeError when the target has neither shape
 */
export function accuracy(output: Tensor, target: Tensor): number {
  const [N, C = 1, ...rest] = output.shape as [number, ...number[]];
  if (C === 1 && output.numel === target.numel) {
    const logits = output.toTypedArray();
    const classes = target.toTypedArray();
    let correct = 0;
    for (let i = 0; i < logits.length; i++) if (logits[i]! > 0 === classes[i]! > 0.5) correct++;
    return correct / logits.length;
  }
  if (formatShape(target.shape) !== formatShape([N, ...rest])) {
    throw new ShapeError(
      `accuracy: expected target ${formatShape([N, ...rest])}, got output ${formatShape(output.shape)}, target ${formatShape(target.shape)}`,
    );
  }
  const predicted = output.argmax(1).toTypedArray();
  const classes = target.toTypedArray();
  let correct = 0;
  for (let i = 0; i < classes.length; i++) if (predicted[i] === classes[i]) correct++;
  return correct / classes.length;
}

/**
 * The share of samples whose class is among the `k` largest scores. Of equal scores the earlier class comes first.
 *
 * Shapes: output [N, C], target [N] → number
 *
 * @throws ShapeError for other shapes; WasmgradError when k is not in 1 … C
 *
 * Source: https://lightning.ai/docs/torchmetrics/stable/classification/accuracy.html (top_k)
 */
export function topkAccuracy(output: Tensor, target: Values, k: number): number {
  if (output.ndim !== 2)
    throw new ShapeError(`topkAccuracy: expected scores [N, C], got output ${formatShape(output.shape)}`);
  const [N, C] = output.shape as [number, number];
  if (!Number.isInteger(k) || k < 1 || k > C) {
    throw new WasmgradError(`topkAccuracy: k must be a whole number in 1 … ${C}, got ${k}`);
  }
  const [, classes] = classesOf('topkAccuracy', output, target);
  const scores = output.toTypedArray();
  let correct = 0;
  for (let n = 0; n < N; n++) {
    const own = checkClass('topkAccuracy', classes[n]!, C);
    const score = scores[n * C + own]!;
    let before = 0;
    for (let c = 0; c < C; c++) {
      const other = scores[n * C + c]!;
      if (other > score || (other === score && c < own)) before++;
    }
    if (before < k) correct++;
  }
  return correct / N;
}

/** Options of what counts classes. */
export interface ConfusionOptions {
  /** Default: one more than the largest class seen. */
  readonly numClasses?: number;
}

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions extends ConfusionOptions {
  /** Counts as shares: of each true class ('true'), each predicted one ('pred'), or of all samples ('all'); 0 where there are none. Default null: counts. */
  readonly normalize?: 'true' | 'pred' | 'all' | null;
}

/** A class beyond these makes no matrix of its own accord: it is no class, or `numClasses` says so. */
const MOST_CLASSES = 2 ** 12;

/**
 * Counts how often class i (row) was taken for class j (column).
 *
 * Shapes: output [N] of classes or [N, C] of scores, target [N] → [C][C]
 *
 * @throws ShapeError for other shapes; WasmgradError for a class out of range
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.confusion_matrix.html
 *
 * @example
 * ```ts
 * import { metrics, tensor } from 'wasmgrad';
 * metrics.confusionMatrix(tensor([0, 1, 0]), tensor([0, 1, 1])); // [[1, 0], [1, 1]]
 * ```
 */
export function confusionMatrix(output: Values, target: Values, options: ConfusionMatrixOptions = {}): number[][] {
  checkOptions('confusionMatrix', options, ['numClasses', 'normalize']);
  const { numClasses, normalize = null } = options;
  if (normalize !== null && !['true', 'pred', 'all'].includes(normalize)) {
    throw new WasmgradError(`confusionMatrix: normalize must be 'true', 'pred', 'all' or null, got '${normalize}'`);
  }
  const [predicted, classes] = classesOf('confusionMatrix', output, target);
  let count = numClasses ?? 0;
  if (numClasses === undefined) {
    for (let i = 0; i < classes.length; i++) {
      for (const label of [predicted[i]!, classes[i]!]) {
        count = Math.max(count, checkClass('confusionMatrix', label, MOST_CLASSES) + 1);
      }
    }
  }
  const matrix = emptyMatrix('confusionMatrix', count);
  addTo(matrix, predicted, classes);
  return normalize === null ? matrix : shares(matrix, normalize);
}

function emptyMatrix(name: string, numClasses: number): number[][] {
  if (!Number.isInteger(numClasses) || numClasses < 1) {
    throw new WasmgradError(`${name}: the number of classes must be a positive whole number, got ${numClasses}`);
  }
  return Array.from({ length: numClasses }, () => Array.from({ length: numClasses }, () => 0));
}

const rowSums = (matrix: readonly (readonly number[])[]): number[] =>
  matrix.map((row) => row.reduce((a, b) => a + b, 0));
const columnSums = (matrix: readonly (readonly number[])[]): number[] =>
  matrix.map((_, j) => matrix.reduce((sum, row) => sum + row[j]!, 0));

function shares(matrix: readonly (readonly number[])[], of: 'true' | 'pred' | 'all'): number[][] {
  const [rows, columns] = [rowSums(matrix), columnSums(matrix)];
  const all = rows.reduce((a, b) => a + b, 0);
  return matrix.map((row, i) =>
    row.map((n, j) => n / ((of === 'all' ? all : of === 'true' ? rows[i]! : columns[j]!) || 1)),
  );
}

function addTo(matrix: number[][], predicted: ArrayLike<number>, classes: ArrayLike<number>): void {
  for (let i = 0; i < classes.length; i++) {
    const row = matrix[checkClass('confusionMatrix', classes[i]!, matrix.length)]!;
    row[checkClass('confusionMatrix', predicted[i]!, matrix.length)]!++;
  }
}

/**
 * How the scores of classes become one: 'macro' their mean, 'weighted' their mean weighted by the samples of each class, 'micro' the score of
 * all decisions counted together, 'binary' that of class 1, 'none' a list.
 */
export type Average = 'macro' | 'weighted' | 'micro' | 'binary' | 'none';

/** Options of {@link precision}, {@link recall} and {@link f1}. */
export interface ScoreOptions extends ConfusionOptions {
  /** Default 'macro'. */
  readonly average?: Average;
  /** The score where there is nothing to divide by. Default 0. */
  readonly zeroDivision?: number;
  /** Of `fBeta`: recall counts beta times as much as precision. Default 1. */
  readonly beta?: number;
}

type Score = (hits: number, predicted: number, actual: number) => [above: number, below: number];

const SCORES = {
  precision: (hits, predicted) => [hits, predicted],
  recall: (hits, _, actual) => [hits, actual],
} satisfies Record<string, Score>;

function fScore(beta: number): Score {
  return (hits, predicted, actual) => [(1 + beta ** 2) * hits, predicted + beta ** 2 * actual];
}

function averaged(
  name: string,
  matrix: readonly (readonly number[])[],
  score: Score,
  options: ScoreOptions,
): number | number[] {
  const { average = 'macro', zeroDivision = 0 } = options;
  const share = (hits: number, predicted: number, actual: number): number => {
    const [above, below] = score(hits, predicted, actual);
    return below === 0 ? zeroDivision : above / below;
  };
  const [actual, predicted] = [rowSums(matrix), columnSums(matrix)];
  const total = actual.reduce((a, b) => a + b, 0);
  const each = matrix.map((row, i) => share(row[i]!, predicted[i]!, actual[i]!));
  switch (average) {
    case 'none':
      return each;
    case 'micro':
      return share(
        matrix.reduce((sum, row, i) => sum + row[i]!, 0),
        total,
        total,
      );
    case 'weighted':
      return each.reduce((sum, value, i) => sum + (value * actual[i]!) / total, 0);
    case 'binary':
      if (matrix.length > 2)
        throw new WasmgradError(`${name}: average 'binary' is for two classes, got ${matrix.length}`);
      return each[1] ?? zeroDivision;
    case 'macro': {
      // Classes that neither occur nor are predicted do not count.
      const seen = each.filter((_, i) => actual[i]! + predicted[i]! > 0);
      return seen.reduce((a, b) => a + b, 0) / seen.length;
    }
    default:
      throw new WasmgradError(
        `${name}: average must be 'macro', 'weighted', 'micro', 'binary' or 'none', got '${String(average)}'`,
      );
  }
}

function scored(name: string, score: Score, output: Values, target: Values, options: ScoreOptions): number | number[] {
  const { numClasses } = options;
  const matrix = confusionMatrix(output, target, numClasses === undefined ? {} : { numClasses });
  return averaged(name, matrix, score, options);
}

const SCORE_OPTIONS = ['average', 'numClasses', 'zeroDivision'] as const;

/**
 * Of the samples taken for a class, the share that is of it: TP / (TP + FP).
 *
 * Shapes: output [N] of classes or [N, C] of scores, target [N] → number, or a list with `average: 'none'`
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_score.html
 */
export function precision(output: Values, target: Values, options: ScoreOptions = {}): number | number[] {
  checkOptions('precision', options, SCORE_OPTIONS);
  return scored('precision', SCORES.precision, output, target, options);
}

/**
 * Of the samples of a class, the share that was taken for it: TP / (TP + FN). Shapes and options as `precision`.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.recall_score.html
 */
export function recall(output: Values, target: Values, options: ScoreOptions = {}): number | number[] {
  checkOptions('recall', options, SCORE_OPTIONS);
  return scored('recall', SCORES.recall, output, target, options);
}

/**
 * The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN). Shapes and options as `precision`.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html
 */
export function f1(output: Values, target: Values, options: ScoreOptions = {}): number | number[] {
  checkOptions('f1', options, SCORE_OPTIONS);
  return scored('f1', fScore(1), output, target, options);
}

/**
 * (1 + β²) TP / ((1 + β²) TP + β² FN + FP): recall counts β times as much as precision. Shapes and options as `precision`.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.fbeta_score.html
 */
export function fBeta(output: Values, target: Values, options: ScoreOptions = {}): number | number[] {
  checkOptions('fBeta', options, [...SCORE_OPTIONS, 'beta']);
  return scored('fBeta', fScore(options.beta ?? 1), output, target, options);
}

/**
 * A confusion matrix that grows batch by batch, for scores over a whole data set (means of batches' scores are not the scores of all).
 *
 * @example
 * ```ts
 * import { metrics, tensor } from 'wasmgrad';
 * const confusion = new metrics.ConfusionMatrix(2);
 * confusion.update(tensor([0, 1, 0]), tensor([0, 1, 1]));
 * confusion.f1({ average: 'macro' }); // 0.666…
 * ```
 */
export class ConfusionMatrix {
  /** How often class i (row) was taken for class j (column). */
  readonly matrix: number[][];

  constructor(numClasses: number) {
    this.matrix = emptyMatrix('ConfusionMatrix', numClasses);
  }

  /** Counts a batch: output [N] of classes or [N, C] of scores, target [N]. */
  update(output: Values, target: Values): void {
    addTo(this.matrix, ...classesOf('ConfusionMatrix', output, target));
  }

  /** Forgets all counts. */
  reset(): void {
    for (const row of this.matrix) row.fill(0);
  }

  /** The share of samples that were recognised; NaN before the first. */
  accuracy(): number {
    const total = this.matrix.flat().reduce((a, b) => a + b, 0);
    return this.matrix.reduce((sum, row, i) => sum + row[i]!, 0) / total;
  }

  /** As the function `precision`. */
  precision(options: ScoreOptions = {}): number | number[] {
    checkOptions('precision', options, ['average', 'zeroDivision']);
    return averaged('precision', this.matrix, SCORES.precision, options);
  }

  /** As the function `recall`. */
  recall(options: ScoreOptions = {}): number | number[] {
    checkOptions('recall', options, ['average', 'zeroDivision']);
    return averaged('recall', this.matrix, SCORES.recall, options);
  }

  /** As the function `f1`. */
  f1(options: ScoreOptions = {}): number | number[] {
    checkOptions('f1', options, ['average', 'zeroDivision']);
    return averaged('f1', this.matrix, fScore(1), options);
  }
}
