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
export {
  arange,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  linspace,
  logspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from './creation.js';
export type { CreationOptions, LogspaceOptions, TensorOptions } from './creation.js';
export { bernoulli, multinomial, normal, rand, randLike, randint, randintLike, randn, randnLike, randperm } from './random.js';
export type { DrawOptions, MultinomialOptions, RandomOptions } from './random.js';
export type { Nested } from './nested.js';
export { addmm, baddbmm, bmm, dot, matmul, mm, mv, outer } from './products.js';
export type { AddProductOptions } from './products.js';
export { all, any, mean, prod, sum } from './reduce.js';
export type { Dims, ReduceDTypeOptions, ReduceOptions } from './reduce.js';
export { scope } from './scope.js';
export { Tensor } from './tensor.js';
