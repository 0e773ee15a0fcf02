export { full, ones, tensor, zeros } from './creation.js';
export type { CreationOptions, TensorOptions } from './creation.js';
export type { Nested } from './nested.js';
export { scope } from './scope.js';
export { Tensor } from './tensor.js';
