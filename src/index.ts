/** Deep learning in WebAssembly SIMD: PyTorch's names and numbers, in browsers and in Node. */
export * as autograd from './autograd/index.js';
export { enableGrad, isGradEnabled, noGrad } from './autograd/mode.js';
export type { DType, TypedArray } from './core/dtypes.js';
export {
  DTypeError,
  DisposedError,
  FormatError,
  IndexError,
  OutOfMemoryError,
  ShapeError,
  WasmgradError,
} from './core/errors.js';
export * as data from './data/index.js';
export * as transforms from './data/transforms/index.js';
export * as io from './io/index.js';
export * as nn from './nn/index.js';
export * as F from './nn/functional/index.js';
export * as func from './nn/func.js';
export { Generator, defaultGenerator, initialSeed, manualSeed, seed } from './runtime/generator.js';
export { info, init, shutdown } from './runtime/init.js';
export type { Info, InitOptions } from './runtime/init.js';
export { profile } from './runtime/profile.js';
export type { ChromeTrace, KernelProfile, Profile } from './runtime/profile.js';
export * as distributions from './distributions/index.js';
export * as fft from './tensor/fft.js';
export * as linalg from './tensor/linalg/index.js';
export * from './tensor/index.js';
export * as train from './train/index.js';
export * as metrics from './train/metrics/index.js';
export * as viz from './viz/index.js';
export * as optim from './optim/index.js';
