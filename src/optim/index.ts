/** Optimizers, and learning rate schedules in `lrScheduler`. */
export { Adam, AdamW } from './adam.js';
export type { AdamOptions } from './adam.js';
export * as lrScheduler from './lr-scheduler.js';
export { Optimizer } from './optimizer.js';
export type {
  GroupOptions,
  GroupState,
  OptimizerOptions,
  OptimizerState,
  ParamGroup,
  ParamState,
  Parameters,
} from './optimizer.js';
export { SGD } from './sgd.js';
export type { SGDOptions } from './sgd.js';
