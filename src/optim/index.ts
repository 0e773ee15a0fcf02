/** Optimizers, and learning rate schedules in `lrScheduler`. */
export { Adadelta, Adagrad } from './adagrad.js';
export type { AdadeltaOptions, AdagradOptions } from './adagrad.js';
export { Adam, AdamW } from './adam.js';
export type { AdamOptions, AdamWOptions } from './adam.js';
export { Adamax, NAdam, RAdam } from './adam-variants.js';
export type { AdamaxOptions, NAdamOptions, RAdamOptions } from './adam-variants.js';
export { ASGD, Rprop } from './asgd.js';
export type { ASGDOptions, RpropOptions } from './asgd.js';
export { DropoutScheduler } from './dropout-scheduler.js';
export type { DropoutSchedulerOptions, Dropping } from './dropout-scheduler.js';
export { GradientNoise } from './gradient-noise.js';
export type { GradientNoiseOptions } from './gradient-noise.js';
export { LAMB, LARS } from './layerwise.js';
export type { LAMBOptions, LARSOptions } from './layerwise.js';
export { LBFGS } from './lbfgs.js';
export type { LBFGSOptions } from './lbfgs.js';
export { Lion } from './lion.js';
export type { LionOptions } from './lion.js';
export { Lookahead } from './lookahead.js';
export type { LookaheadOptions } from './lookahead.js';
export * as lrScheduler from './lr-scheduler.js';
export { Muon } from './muon.js';
export type { MuonOptions } from './muon.js';
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
export { SAM } from './sam.js';
export type { SAMGroup, SAMOptions } from './sam.js';
export { SparseAdam } from './sparse-adam.js';
export type { SparseAdamOptions } from './sparse-adam.js';
export * as swaUtils from './swa-utils.js';
export type { StepArguments, StepPostHook, StepPreHook } from './step-hooks.js';
export type { Wrapped } from './wrapper.js';
