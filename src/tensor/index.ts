export { full, ones, tensor, zeros } from './creation.js';
export type { CreationOptions, TensorOptions } from './creation.js';
export type { Nested } from './nested.js';
export { addmm, baddbmm, bmm, dot, matmul, mm, mv, outer } from './products.js';
export type { AddProductOptions } from './products.js';
export { all, any, mean, prod, sum } from './reduce.js';
export type { Dims, ReduceDTypeOptions, ReduceOptions } from './reduce.js';
export { scope } from './scope.js';
export { Tensor } from './tensor.js';
