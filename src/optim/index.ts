/** Optimizers, and learning rate schedules in `lrScheduler`. */
export { Adadelta, Adagrad } from './adagrad.js';
export type { AdadeltaOptions, AdagradOptions } from './adagrad.js';
export { Adam, AdamW } from './adam.js';
export type { AdamOptions } from './adam.js';
export { Adamax, NAdam, RAdam } from './adam-variants.js';
export type { AdamaxOptions, NAdamOptions, RAdamOptions } from './adam-variants.js';
export { ASGD, Rprop } from './asgd.js';
export type { ASGDOptions, RpropOptions } from './asgd.js';
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
export { RMSprop } from './rmsprop.js';
export type { RMSpropOptions } from './rmsprop.js';
export { SGD } from './sgd.js';
export type { SGDOptions } from './sgd.js';
