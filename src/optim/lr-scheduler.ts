/** Learning rate schedules: `step()` after each epoch, or after each batch for the cyclic ones. */
export { ChainedScheduler, SequentialLR } from './composed-schedulers.js';
export type { ChainedSchedulerOptions, CompositeScheduler, Steppable } from './composed-schedulers.js';
export { CosineAnnealingLR, CosineAnnealingWarmRestarts } from './cosine-schedulers.js';
export type { CosineAnnealingLROptions, WarmRestartsOptions } from './cosine-schedulers.js';
export { CyclicLR, OneCycleLR } from './cycle-schedulers.js';
export type { CyclicLROptions, OneCycleLROptions } from './cycle-schedulers.js';
export { ReduceLROnPlateau } from './plateau.js';
export type { PlateauOptions } from './plateau.js';
export { LRScheduler } from './scheduler.js';
export type { Scheduled, ScheduledGroup, SchedulerOptions, SchedulerState } from './scheduler.js';
export {
  ConstantLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  MultiplicativeLR,
  PolynomialLR,
  StepLR,
} from './schedulers.js';
export type { ConstantLROptions, Factor, GammaOptions, LinearLROptions, PolynomialLROptions } from './schedulers.js';
export { SWALR } from './swa-lr.js';
export type { SWALROptions } from './swa-lr.js';
export { WarmupLR } from './warmup.js';
export type { WarmupLROptions } from './warmup.js';
