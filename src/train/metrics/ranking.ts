import { ShapeError, WasmgradError, formatShape } from '../../core/errors.js';
import type { Tensor } from '../../tensor/index.js';
import { checkOptions } from '../../tensor/options.js';
import { numbersOf, pairOf, type Values } from './values.js';

/** True and false positives at each threshold, from the highest score down. */
interface Counts {
  readonly thresholds: number[];
  readonly hits: number[];
  readonly misses: number[];
  readonly positives: number;
  readonly negatives: number;
}

function countsOf(metric: string, scores: ArrayLike<number>, target: ArrayLike<number>): Counts {
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i]!)) throw new WasmgradError(`${metric}: score ${i} is NaN`);
    if (target[i] !== 0 && target[i] !== 1) {
      throw new WasmgradError(`${metric}: targets are 0 or 1, got ${target[i]} for sample ${i}`);
    }
  }
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const [thresholds, hits, misses]: [number[], number[], number[]] = [[], [], []];
  let [positives, negatives] = [0, 0];
  order.forEach((i, at) => {
    if (target[i] === 1) positives++;
    else negatives++;
    // Equal scores are passed together.
    if (at + 1 < order.length && scores[order[at + 1]!] === scores[i]) return;
    thresholds.push(scores[i]!);
    hits.push(positives);
    misses.push(negatives);
  });
  return { thresholds, hits, misses, positives, negatives };
}

function both(metric: string, { positives, negatives }: Counts): void {
  if (positives === 0 || negatives === 0) {
    throw new WasmgradError(
      `${metric}: needs samples of both classes, got ${positives} positive and ${negatives} negative`,
    );
  }
}

/** The receiver operating characteristic: rates at falling thresholds. */
export interface RocCurve {
  /** False positive rates, from 0 to 1. */
  readonly fpr: number[];
  /** True positive rates, from 0 to 1. */
  readonly tpr: number[];
  /** Scores from which on a sample counts as positive; the first is infinity. */
  readonly thresholds: number[];
}

/** Options of {@link rocCurve}. */
export interface RocCurveOptions {
  /** Leaves out points on a straight line between their neighbours. Default false. */
  readonly dropIntermediate?: boolean;
}

/** Whether point i of two staircases is one where the way turns. */
function turnsAt(a: readonly number[], b: readonly number[], i: number): boolean {
  if (i === 0 || i === a.length - 1) return true;
  const bend = (list: readonly number[]): number => list[i + 1]! - 2 * list[i]! + list[i - 1]!;
  return bend(a) !== 0 || bend(b) !== 0;
}

/**
 * The receiver operating characteristic of scores for two classes, a point for each different score.
 *
 * Shapes: output [N] of scores, target [N] of 0 and 1
 *
 * @throws ShapeError when they differ in shape; WasmgradError for NaN, other targets, or where one class is missing
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.roc_curve.html (here drop_intermediate=False by default)
 */
export function rocCurve(output: Values, target: Values, options: RocCurveOptions = {}): RocCurve {
  checkOptions('rocCurve', options, ['dropIntermediate']);
  const all = countsOf('rocCurve', ...pairOf('rocCurve', output, target));
  both('rocCurve', all);
  const kept = (list: readonly number[]): number[] =>
    options.dropIntermediate ? list.filter((_, i) => turnsAt(all.hits, all.misses, i)) : [...list];
  const counts = { ...all, hits: kept(all.hits), misses: kept(all.misses), thresholds: kept(all.thresholds) };
  return {
    fpr: [0, ...counts.misses.map((n) => n / counts.negatives)],
    tpr: [0, ...counts.hits.map((n) => n / counts.positives)],
    thresholds: [Infinity, ...counts.thresholds],
  };
}

function area(metric: string, scores: ArrayLike<number>, target: ArrayLike<number>): number {
  const counts = countsOf(metric, scores, target);
  both(metric, counts);
  let sum = 0;
  let [hits, misses] = [0, 0];
  counts.hits.forEach((n, i) => {
    sum += ((counts.misses[i]! - misses) * (n + hits)) / 2;
    [hits, misses] = [n, counts.misses[i]!];
  });
  return sum / (counts.positives * counts.negatives);
}

/** Options of {@link rocAuc}. */
export interface RocAucOptions {
  /** For scores [N, C]: the mean over classes (or pairs of them), weighted by their samples or not. Default 'macro'. */
  readonly average?: 'macro' | 'weighted' | 'none';
  /** For scores [N, C]: each class against the rest, or each against each other one. Default 'ovr'. */
  readonly multiClass?: 'ovr' | 'ovo';
}

/**
 * The area under the receiver operating characteristic: the chance that a positive sample scores above a negative one. For more than two
 * classes each is held against the rest, or with `multiClass: 'ovo'` pairs of classes against one another: of samples of i and j alone, the mean of the area
 * by the score of i and of that by the score of j (Hand & Till), which does not depend on how many samples classes have; 'weighted' weighs a pair by
 * its samples.
 *
 * Shapes: output [N] of scores, target [N] of 0 and 1; or output [N, C], target [N] of classes → number, or a list with `average: 'none'`
 *
 * @param options `average` (default 'macro'), `multiClass` (default 'ovr')
 * @throws as `rocCurve`; WasmgradError for other options, or `average: 'none'` with 'ovo'
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.roc_auc_score.html;
 * Hand & Till 2001, https://doi.org/10.1023/A:1010920819831
 */
export function rocAuc(output: Values, target: Values, options: RocAucOptions = {}): number | number[] {
  checkOptions('rocAuc', options, ['average', 'multiClass']);
  const { average = 'macro', multiClass = 'ovr' } = options;
  if (!['macro', 'weighted', 'none'].includes(average)) {
    throw new WasmgradError(`rocAuc: average must be 'macro', 'weighted' or 'none', got '${String(average)}'`);
  }
  if (!['ovr', 'ovo'].includes(multiClass)) {
    throw new WasmgradError(`rocAuc: multiClass must be 'ovr' or 'ovo', got '${String(multiClass)}'`);
  }
  if (multiClass === 'ovo' && average === 'none') {
    throw new WasmgradError("rocAuc: multiClass 'ovo' has no average 'none' (use 'macro' or 'weighted')");
  }
  if (!('shape' in output) || output.ndim < 2) return area('rocAuc', ...pairOf('rocAuc', output, target));
  const classes = numbersOf(target);
  const [N, C] = output.shape as [number, number];
  if (output.ndim !== 2 || classes.length !== N) {
    throw new ShapeError(
      `rocAuc: expected scores [N] or [N, C] and N targets, got output ${formatShape(output.shape)}, target [${classes.length}]`,
    );
  }
  const scores = output.toTypedArray();
  const indices = Array.from({ length: N }, (_, n) => n);
  const areaOf = (c: number, among: readonly number[]): number =>
    area(
      'rocAuc',
      among.map((n) => scores[n * C + c]!),
      among.map((n) => Number(classes[n] === c)),
    );
  if (multiClass === 'ovo') {
    const [areas, weights]: [number[], number[]] = [[], []];
    for (let i = 0; i < C; i++) {
      for (let j = i + 1; j < C; j++) {
        const among = indices.filter((n) => classes[n] === i || classes[n] === j);
        areas.push((areaOf(i, among) + areaOf(j, among)) / 2);
        weights.push(average === 'macro' ? 1 : among.length);
      }
    }
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return areas.reduce((sum, value, pair) => sum + (value * weights[pair]!) / total, 0);
  }
  const areas = Array.from({ length: C }, (_, c) => areaOf(c, indices));
  if (average === 'none') return areas;
  const weight = (c: number): number =>
    average === 'macro' ? 1 / C : indices.filter((n) => classes[n] === c).length / N;
  return areas.reduce((sum, value, c) => sum + value * weight(c), 0);
}

/** Precision and recall at rising thresholds. */
export interface PrCurve {
  /** The last is 1. */
  readonly precision: number[];
  /** From 1 down to 0. */
  readonly recall: number[];
  /** One less than points. */
  readonly thresholds: number[];
}

/**
 * Precision and recall of scores for two classes, a point for each different score.
 *
 * Shapes: output [N] of scores, target [N] of 0 and 1
 *
 * @throws ShapeError when they differ in shape; WasmgradError for NaN, other targets, or where no sample is positive
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_recall_curve.html
 */
export function prCurve(output: Values, target: Values): PrCurve {
  const { thresholds, hits, misses, positives } = countsOf('prCurve', ...pairOf('prCurve', output, target));
  if (positives === 0) throw new WasmgradError('prCurve: needs at least one positive sample, got none');
  return {
    precision: [...hits.map((n, i) => n / (n + misses[i]!)).reverse(), 1],
    recall: [...hits.map((n) => n / positives).reverse(), 0],
    thresholds: thresholds.reverse(),
  };
}

/**
 * The area under the steps of precision over recall: Σ (Rₙ − Rₙ₋₁) Pₙ.
 *
 * Shapes: output [N] of scores, target [N] of 0 and 1 → number
 *
 * @throws as `prCurve`
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.average_precision_score.html
 */
export function averagePrecision(output: Values, target: Values): number {
  const { precision, recall } = prCurve(output, target);
  return recall.slice(1).reduce((sum, r, i) => sum + (recall[i]! - r) * precision[i]!, 0);
}

/**
 * e to the mean cross entropy of the targets: how many equally likely tokens the model hesitates between.
 *
 * Shapes: output [N, C] or [N, T, C] of logits, target [N] or [N, T] → number
 *
 * @param options `ignoreIndex`: a target that does not count
 * @throws ShapeError for other shapes
 *
 * Source: https://lightning.ai/docs/torchmetrics/stable/text/perplexity.html
 */
export function perplexity(output: Tensor, target: Tensor, options: { readonly ignoreIndex?: number } = {}): number {
  checkOptions('perplexity', options, ['ignoreIndex']);
  const C = output.shape[output.ndim - 1];
  if (!C || output.numel !== target.numel * C) {
    throw new ShapeError(
      `perplexity: expected logits […, C] and targets […], got output ${formatShape(output.shape)}, target ${formatShape(target.shape)}`,
    );
  }
  const logits = output.reshape([-1, C]);
  const rows = logits.logSoftmax(1);
  const logs = rows.toTypedArray();
  rows.dispose();
  if (logits !== output) logits.dispose();
  const classes = target.toTypedArray();
  let [sum, count] = [0, 0];
  for (let n = 0; n < classes.length; n++) {
    if (classes[n] === options.ignoreIndex) continue;
    const log = logs[n * C + classes[n]!];
    if (log === undefined || classes[n]! < 0 || classes[n]! >= C) {
      throw new WasmgradError(`perplexity: target ${classes[n]} is out of range for ${C} classes`);
    }
    sum -= log;
    count++;
  }
  return Math.exp(sum / count);
}
