export { grad } from './backward.js';
export type { GradOptions } from './backward.js';
export type { BackwardOptions } from './engine.js';
export { Function, FunctionContext } from './function.js';
export { GradcheckError, gradcheck, gradgradcheck } from './gradcheck.js';
export type { GradcheckOptions } from './gradcheck.js';
export { enableGrad, isGradEnabled, noGrad } from './mode.js';
