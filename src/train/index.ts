/** Training loops: a thin layer over the plain loop. */
export { earlyStopping, type Callback, type EarlyStoppingOptions, type TrainingState } from './callbacks.js';
export { evaluate, type EvaluateOptions, type Evaluation } from './evaluate.js';
export { fit, type FitOptions, type History } from './fit.js';
export { accuracy, type Metric, type Metrics } from './metrics.js';
export type { Batches, Loss, Model } from './batches.js';
