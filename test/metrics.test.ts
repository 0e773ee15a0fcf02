import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ShapeError, WasmgradError, init, metrics, shutdown, tensor } from '../src/index.js';
import type { Tensor } from '../src/index.js';

// Made by tools/reference_metrics.py.
const expected = JSON.parse(readFileSync(new URL('fixtures/metrics.json', import.meta.url), 'utf8'));

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

const labels = (list: number[]): Tensor => tensor(list, { dtype: 'int32' });

function near(got: unknown, want: unknown): void {
  if (!Array.isArray(want)) return expect(got).toBeCloseTo(want as number, 9);
  expect((got as unknown[]).length).toBe(want.length);
  want.forEach((value, i) => near((got as unknown[])[i], value));
}

describe('classes', () => {
  const { classes } = expected;
  const both = (): [Tensor, Tensor] => [tensor(classes.scores), labels(classes.target)];

  it('are counted, from scores or from classes', () => {
    const [scores, target] = both();
    expect(metrics.confusionMatrix(scores, target)).toEqual(classes.confusion);
    expect(metrics.confusionMatrix(scores.argmax(1), classes.target)).toEqual(classes.confusion);
    expect(metrics.confusionMatrix([0, 1], [0, 0], { numClasses: 3 })).toEqual([[1, 1, 0], [0, 0, 0], [0, 0, 0]]); // prettier-ignore
    near(metrics.accuracy(scores, target), classes.accuracy);
    near(metrics.topkAccuracy(scores, target, 2), classes.top2);
    near(metrics.topkAccuracy(scores, target, 1), classes.accuracy);
  });

  it.each(['none', 'macro', 'weighted', 'micro'] as const)('have scores: %s', (average) => {
    const [scores, target] = both();
    near(metrics.precision(scores, target, { average }), classes.f1.precision[average]);
    near(metrics.recall(scores, target, { average }), classes.f1.recall[average]);
    near(metrics.f1(scores, target, { average }), classes.f1.f[average]);
    near(metrics.fBeta(scores, target, { average, beta: 2 }), classes.f2[average]);
  });

  it('have scores over batches as over all', () => {
    const [scores, target] = both();
    const confusion = new metrics.ConfusionMatrix(4);
    for (const begin of [0, 25]) {
      const end = begin === 0 ? 25 : 40;
      confusion.update(scores.slice(0, begin, end), target.slice(0, begin, end));
    }
    expect(confusion.matrix).toEqual(classes.confusion);
    near(confusion.accuracy(), classes.accuracy);
    near(confusion.precision(), classes.f1.precision.macro);
    near(confusion.recall({ average: 'none' }), classes.f1.recall.none);
    near(confusion.f1({ average: 'weighted' }), classes.f1.f.weighted);
    confusion.reset();
    expect(confusion.accuracy()).toBeNaN();
  });

  it('are counted as shares', () => {
    const [output, target] = [
      [0, 1, 1, 0, 3],
      [0, 0, 1, 0, 1],
    ];
    const rounded = (normalize: 'true' | 'pred' | 'all'): number[] =>
      metrics.confusionMatrix(output, target, { normalize }).flat().map((x) => Math.round(x * 1e6) / 1e6); // prettier-ignore
    expect(rounded('true')).toEqual([0.666667, 0.333333, 0, 0, 0, 0.5, 0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(rounded('pred')).toEqual([1, 0.5, 0, 0, 0, 0.5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(rounded('all')).toEqual([0.4, 0.2, 0, 0, 0, 0.2, 0, 0.2, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(metrics.confusionMatrix(output, target, { normalize: null })[0]).toEqual([2, 1, 0, 0]);
  });

  it('that do not occur', () => {
    expect(metrics.precision([0, 0], [0, 1], { average: 'binary', zeroDivision: 1 })).toBe(1);
    expect(metrics.precision([0, 0], [0, 1], { average: 'none', numClasses: 3 })).toEqual([0.5, 0, 0]);
    expect(metrics.recall([0, 1, 1], [0, 1, 0], { average: 'binary' })).toBe(1);
  });
});

describe('scores', () => {
  it('of two classes have a curve and an area', () => {
    const { score, target, auc, fpr, tpr, precision, averagePrecision } = expected.binary;
    const roc = metrics.rocCurve(tensor(score), labels(target));
    near(roc.fpr, [0, ...fpr]);
    near(roc.tpr, [0, ...tpr]);
    expect(roc.thresholds[0]).toBe(Infinity);
    near(metrics.rocAuc(score, target), auc);
    const curve = metrics.prCurve(score, target);
    near(curve.precision, [...precision.toReversed(), 1]);
    near(curve.recall, [...tpr.toReversed(), 0]);
    expect(curve.thresholds.length).toBe(tpr.length);
    near(metrics.averagePrecision(score, target), averagePrecision);
  });

  it('of several classes have areas, one against the rest', () => {
    const { scores, target, auc } = expected.classes;
    near(metrics.rocAuc(tensor(scores), target, { average: 'none' }), auc);
    near(metrics.rocAuc(tensor(scores), target), auc.reduce((a: number, b: number) => a + b) / auc.length);
    const share = (c: number): number => target.filter((t: number) => t === c).length / target.length;
    const weighted = auc.reduce((sum: number, a: number, c: number) => sum + a * share(c), 0);
    near(metrics.rocAuc(tensor(scores), target, { average: 'weighted' }), weighted);
  });

  it('of several classes have areas, one against one', () => {
    const { scores, target, aucPairs } = expected.classes;
    near(metrics.rocAuc(tensor(scores), target, { multiClass: 'ovo' }), aucPairs.macro);
    near(metrics.rocAuc(tensor(scores), target, { multiClass: 'ovo', average: 'weighted' }), aucPairs.weighted);
  });

  it('of tokens have a perplexity', () => {
    const { logits, target, perplexity, withoutClass0 } = expected.tokens;
    const [x, y] = [tensor(logits), tensor(target, { dtype: 'int32' })];
    expect(metrics.perplexity(x, y)).toBeCloseTo(perplexity, 5);
    expect(metrics.perplexity(x, y, { ignoreIndex: 0 })).toBeCloseTo(withoutClass0, 5);
  });
});

describe('numbers', () => {
  it('have errors', () => {
    const { output, target, ...errors } = expected.regression;
    for (const name of ['mae', 'mse', 'rmse', 'r2'] as const)
      near(metrics[name](tensor(output), tensor(target)), errors[name]);
    expect(metrics.r2([1, 1], [1, 1])).toBe(1);
    expect(metrics.r2([1, 2], [1, 1])).toBe(0);
  });

  it('of images', () => {
    const { output, target, psnr, psnr255, ssim, ssimOptions } = expected.images;
    const [x, y] = [tensor(output), tensor(target)];
    near(metrics.psnr(x, y), psnr);
    near(metrics.psnr(x, y, { dataRange: 255 }), psnr255);
    expect(metrics.psnr(x, x)).toBe(Infinity);
    near(metrics.ssim(x, y), ssim);
    near(
      metrics.ssim(x.unsqueeze(0), y.unsqueeze(0), { kernelSize: 7, sigma: 2, k1: 0.02, k2: 0.05, dataRange: 2 }),
      ssimOptions,
    );
    near(metrics.ssim(x, x), 1);
  });

  it('of two sets', () => {
    const sets = expected.sets;
    const [x, y] = [tensor(sets.x), tensor(sets.y)];
    near(metrics.frechetDistance(x, y), sets.frechet);
    near(metrics.frechetDistance(x, x), 0);
    near(metrics.mmd(x, y), sets.rbf);
    near(metrics.mmd(x, y, { gamma: 0.2, unbiased: false }), sets.rbfBiased);
    near(metrics.mmd(x, y, { kernel: 'polynomial' }), sets.polynomial);
    near(metrics.mmd(x, y, { kernel: 'polynomial', degree: 2, coef0: 0.5 }), sets.polynomial2);
  });

  it('on a line', () => {
    const { x, y, xWeights, yWeights, plain, weighted } = expected.line;
    near(metrics.wasserstein1(x, y), plain);
    near(metrics.wasserstein1(y, x), plain);
    near(metrics.wasserstein1(x, y, { xWeights, yWeights }), weighted);
    expect(metrics.wasserstein1([0, 1, 3], [5, 6, 8])).toBe(5);
  });
});

// By scikit-learn 1.2: roc_curve with drop_intermediate=True, r2_score.
it('points on straight lines are left out on request', () => {
  const scores = [-0.888293, -0.723038, 0.043664, -0.624214, 1.234602, -1.840384];
  const { fpr, tpr, thresholds } = metrics.rocCurve(scores, [0, 1, 0, 0, 0, 0], { dropIntermediate: true });
  near(fpr, [0, 0.2, 0.6, 0.6, 1]);
  near(tpr, [0, 0, 0, 1, 1]);
  expect(thresholds).toEqual([Infinity, 1.234602, -0.624214, -0.723038, -1.840384]);
});

it('targets that are all the same have no variance to explain, whatever their mean is rounded to', () => {
  const constant = Array(16).fill(0.1);
  expect(metrics.r2(Array(16).fill(2.5), constant)).toBe(0);
  expect(metrics.r2(constant, constant)).toBe(1);
});

const misuse: [() => unknown, new (message: string) => Error, string][] = [
  [() => metrics.mae([1, 2], [1]), ShapeError, 'mae: shapes differ, got output [2], target [1]'],
  [() => metrics.mse([], []), ShapeError, 'mse: no samples, got output [0], target [0]'],
  [() => metrics.confusionMatrix([0, 2], [0, 1], { numClasses: 2 }), WasmgradError, 'confusionMatrix: class 2 is out of range (expected 0 … 1)'], // prettier-ignore
  [() => metrics.confusionMatrix([0, 1e9], [0, 1]), WasmgradError, 'confusionMatrix: class 1000000000 is out of range (expected 0 … 4095)'], // prettier-ignore
  [() => metrics.confusionMatrix([0], [0], { normalize: 'rows' as 'all' }), WasmgradError, "confusionMatrix: normalize must be 'true', 'pred', 'all' or null, got 'rows'"], // prettier-ignore
  [() => metrics.recall([0], [0], { numClasses: 1.5 }), WasmgradError, 'confusionMatrix: the number of classes must be a positive whole number, got 1.5'], // prettier-ignore
  [() => metrics.psnr(tensor([1]), tensor([0]), { dataRange: 0 }), WasmgradError, 'psnr: dataRange must be positive, got 0'], // prettier-ignore
  [() => metrics.ssim(tensor([[[1]]]), tensor([[[1]]]), { sigma: 0 }), WasmgradError, 'ssim: sigma must be positive, got 0'], // prettier-ignore
  [() => metrics.wasserstein1([1], [1], { xWeights: [Infinity] }), WasmgradError, 'wasserstein1: the weights of x sum to Infinity'], // prettier-ignore
  [() => metrics.f1([0, 1, 2], [0, 1, 2], { average: 'binary' }), WasmgradError, "f1: average 'binary' is for two classes, got 3"], // prettier-ignore
  [() => metrics.f1([0], [0], { average: 'mean' as 'macro' }), WasmgradError, "f1: average must be 'macro', 'weighted', 'micro', 'binary' or 'none', got 'mean'"], // prettier-ignore
  [() => metrics.precision([0], [0], { beta: 2 }), WasmgradError, "precision: unknown option 'beta' (known: average, numClasses, zeroDivision)"], // prettier-ignore
  [() => metrics.topkAccuracy(tensor([[1, 2]]), [0], 3), WasmgradError, 'topkAccuracy: k must be a whole number in 1 … 2, got 3'], // prettier-ignore
  [() => metrics.rocAuc([0.1, 0.2], [1, 1]), WasmgradError, 'rocAuc: needs samples of both classes, got 2 positive and 0 negative'], // prettier-ignore
  [() => metrics.rocAuc([0.1, 0.2], [0, 1], { multiClass: 'all' as 'ovo' }), WasmgradError, "rocAuc: multiClass must be 'ovr' or 'ovo', got 'all'"], // prettier-ignore
  [() => metrics.rocAuc([0.1, 0.2], [0, 1], { multiClass: 'ovo', average: 'none' }), WasmgradError, "rocAuc: multiClass 'ovo' has no average 'none' (use 'macro' or 'weighted')"], // prettier-ignore
  [() => metrics.rocCurve([NaN, 0.2], [0, 1]), WasmgradError, 'rocCurve: score 0 is NaN'],
  [() => metrics.prCurve([0.1], [2]), WasmgradError, 'prCurve: targets are 0 or 1, got 2 for sample 0'],
  [() => metrics.ssim(tensor([[[1]]]), tensor([[[1]]])), ShapeError, 'ssim: a window of 11 does not fit in images [1, 1, 1]'], // prettier-ignore
  [() => metrics.frechetDistance(tensor([[1, 2]]), tensor([[1, 2]])), ShapeError, 'frechetDistance: expected [N, D] and [M, D] with N and M at least 2, got x [1, 2], y [1, 2]'], // prettier-ignore
  [() => metrics.wasserstein1([1], []), ShapeError, 'wasserstein1: expected values and as many weights, got y [0], weights [0]'], // prettier-ignore
  [() => new metrics.ConfusionMatrix(0), WasmgradError, 'ConfusionMatrix: the number of classes must be a positive whole number, got 0'], // prettier-ignore
];

describe('misuse', () => {
  for (const [run, type, message] of misuse) it(message, () => expect(run).toThrow(new type(message)));
});
