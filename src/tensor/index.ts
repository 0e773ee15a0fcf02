export {
  add,
  atan2,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  div,
  eq,
  floorDivide,
  fmod,
  ge,
  gt,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  pow,
  remainder,
  sub,
} from './binary.js';
export type { AlphaOptions, DivOptions } from './binary.js';
export { clone, flip, lerp, maskedFill, tril, triu, where } from './copy.js';
export type { ValueOptions } from './copy.js';
export type { Operand } from './operands.js';
export { full, ones, tensor, zeros } from './creation.js';
export type { CreationOptions, TensorOptions } from './creation.js';
export type { Nested } from './nested.js';
export { addmm, baddbmm, bmm, dot, matmul, mm, mv, outer } from './products.js';
export type { AddProductOptions } from './products.js';
export { all, any, mean, prod, sum } from './reduce.js';
export type { Dims, ReduceDTypeOptions, ReduceOptions } from './reduce.js';
export { scope } from './scope.js';
export { Tensor } from './tensor.js';
