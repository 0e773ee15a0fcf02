/** Training loops: a thin layer over the plain loop. */
export { earlyStopping, type Callback, type EarlyStoppingOptions, type TrainingState } from './callbacks.js';
export { evaluate, type EvaluateOptions, type Evaluation } from './evaluate.js';
export { fit, type FitOptions, type History, type MetricScheduler } from './fit.js';
export type { Metric, Metrics } from './means.js';
export { accuracy } from './metrics/classification.js';
export * as metrics from './metrics/index.js';
export type { Batches, Loss, Model } from './batches.js';
