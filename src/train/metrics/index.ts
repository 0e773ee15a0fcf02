/** How good predictions are, and how far apart distributions. Classes and scores come as tensors or lists; answers are numbers. */
export {
  ConfusionMatrix,
  accuracy,
  confusionMatrix,
  f1,
  fBeta,
  precision,
  recall,
  topkAccuracy,
  type Average,
  type ConfusionMatrixOptions,
  type ConfusionOptions,
  type ScoreOptions,
} from './classification.js';
export { frechetDistance, mmd, wasserstein1, type MmdOptions, type WassersteinOptions } from './distances.js';
export { psnr, ssim, type PsnrOptions, type SsimOptions } from './images.js';
export {
  averagePrecision,
  perplexity,
  prCurve,
  rocAuc,
  rocCurve,
  type PrCurve,
  type RocAucOptions,
  type RocCurveOptions,
  type RocCurve,
} from './ranking.js';
export { mae, mse, r2, rmse } from './regression.js';
export type { Values } from './values.js';
