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
export { capture } from './capture.js';
export type { Captured } from './capture.js';
export { addcdiv, addcmul, clone, flip, lerp, maskedFill, tril, triu, where } from './copy.js';
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
export {
  bernoulli,
  getRngState,
  multinomial,
  normal,
  rand,
  randLike,
  randint,
  randintLike,
  randn,
  randnLike,
  randperm,
  setRngState,
} from './random.js';
export { binomial, poisson } from './sampling.js';
export type { DrawOptions, MultinomialOptions, RandomOptions } from './random.js';
export type { Nested } from './nested.js';
export {
  addbmm,
  addmm,
  addmv,
  addr,
  baddbmm,
  bmm,
  chainMatmul,
  dot,
  inner,
  matmul,
  mm,
  mv,
  outer,
  vdot,
} from './products.js';
export { einsum, tensordot } from './einsum.js';
export type { ContractedDims, TensordotOptions } from './einsum.js';
export { blockDiag, cartesianProd, cdist, cross, diag, diagEmbed, diagflat, kron, trace } from './structured.js';
export type { CdistMode, CdistOptions, CrossOptions, DiagEmbedOptions } from './structured.js';
export type { AddProductOptions } from './products.js';
export { amax, amin, argmax, argmin, max, min } from './extreme.js';
export type { DimOptions } from './extreme.js';
export { logsumexp, norm, std, stdMean, varMean, variance as var } from './moment.js';
export type { NormOptions, VarOptions } from './moment.js';
export { cummax, cummin, cumprod, cumsum, logcumsumexp } from './scan.js';
export type { ScanOptions } from './scan.js';
export { argsort, kthvalue, median, mode, msort, sort, topk } from './sort.js';
export type { SortOptions, TopkOptions } from './sort.js';
export { logSoftmax, softmax } from './softmax.js';
export type { SoftmaxOptions } from './softmax.js';
export { all, any, mean, prod, sum } from './reduce.js';
export type { Dims, Named, ReduceDTypeOptions, ReduceOptions } from './reduce.js';
export { scope } from './scope.js';
export { aminmax, countNonzero, histc, nanmean, nanmedian, nanquantile, nansum, quantile } from './statistics.js';
export type { HistcOptions, Interpolation, QuantileOptions } from './statistics.js';
export { bincount, bucketize, searchsorted, unique, uniqueConsecutive } from './unique.js';
export type {
  BincountOptions,
  BucketizeOptions,
  SearchsortedOptions,
  UniqueConsecutiveOptions,
  UniqueOptions,
} from './unique.js';
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  bitwiseLeftShift,
  bitwiseRightShift,
  copysign,
  cosh,
  deg2rad,
  digamma,
  erfc,
  erfinv,
  exp2,
  fmax,
  fmin,
  heaviside,
  hypot,
  isneginf,
  isposinf,
  lgamma,
  logaddexp,
  logaddexp2,
  logit,
  nanToNum,
  polygamma,
  rad2deg,
  signbit,
  sinc,
  sinh,
  xlogy,
} from './special.js';
export type { NanToNumOptions } from './special.js';
export { Tensor } from './tensor.js';
export type { CauchyOptions, DiagonalOptions, FlattenOptions, NormalOptions, UniformOptions } from './tensor.js';
export {
  abs,
  ceil,
  clamp,
  clamp as clip,
  clampMax,
  clampMin,
  cos,
  erf,
  exp,
  expm1,
  floor,
  frac,
  isfinite,
  isinf,
  isnan,
  log,
  log10,
  log1p,
  log2,
  neg,
  reciprocal,
  relu,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  tan,
  tanh,
  trunc,
} from './unary.js';
export type { Bound, ClampOptions, RoundOptions } from './unary.js';
export {
  gather,
  indexAdd,
  indexCopy,
  indexFill,
  indexSelect,
  maskedScatter,
  maskedSelect,
  nonzero,
  scatter,
  scatterAdd,
  take,
  takeAlongDim,
} from './gather.js';
export type { NonzeroOptions, ScatterOptions } from './gather.js';
export { indexReduce, scatterReduce } from './scatter-reduce.js';
export type { Reduction, ScatterReduceOptions } from './scatter-reduce.js';
export { Slice, ellipsis, index, indexPut, slice } from './indexing.js';
export type { Index, IndexPutOptions } from './indexing.js';
export {
  broadcastTensors,
  cat,
  diff,
  fliplr,
  flipud,
  hstack,
  meshgrid,
  repeat,
  repeatInterleave,
  roll,
  rot90,
  stack,
  tile,
  vstack,
} from './join.js';
export type { DiffOptions, MeshgridOptions, RepeatInterleaveOptions, Rot90Options } from './join.js';
export { allclose, equal, isclose } from './close.js';
export type { CloseOptions } from './close.js';
export {
  asStrided,
  chunk,
  diagonal,
  flatten,
  isTensor,
  movedim,
  narrow,
  numel,
  permute,
  ravel,
  reshape,
  select,
  split,
  squeeze,
  t,
  transpose,
  unbind,
  unflatten,
  unsqueeze,
} from './views.js';
export {
  corrcoef,
  cov,
  cumulativeTrapezoid,
  dist,
  gradient,
  renorm,
  trapezoid,
  trapezoid as trapz,
  vander,
} from './numeric.js';
export type { CovOptions, GradientOptions, RenormOptions, TrapezoidOptions, VanderOptions } from './numeric.js';
export { combinations, histogram, isin } from './histogram.js';
export type { CombinationsOptions, HistogramOptions, IsinOptions } from './histogram.js';
export { atleast1d, atleast2d, atleast3d, columnStack, dsplit, dstack, hsplit, tensorSplit, vsplit } from './stacks.js';
export type { AtLeast, Sections } from './stacks.js';
export {
  asTensor,
  canCast,
  floatPower,
  gcd,
  isNonzero,
  lcm,
  ldexp,
  positive,
  promoteTypes,
  resultType,
  trilIndices,
  triuIndices,
} from './integers.js';
export type { AsTensorOptions, TriangleOptions } from './integers.js';
export {
  argwhere,
  broadcastShapes,
  broadcastTo,
  diagonalScatter,
  selectScatter,
  sliceScatter,
  swapaxes,
  swapaxes as swapdims,
} from './scatter-views.js';
export type { SliceScatterOptions } from './scatter-views.js';
export {
  atan2 as arctan2,
  div as divide,
  div as trueDivide,
  ge as greaterEqual,
  gt as greater,
  le as lessEqual,
  lt as less,
  mul as multiply,
  ne as notEqual,
  sub as subtract,
} from './binary.js';
export { cat as concat, cat as concatenate, vstack as rowStack } from './join.js';
export { outer as ger } from './products.js';
export {
  acos as arccos,
  acosh as arccosh,
  asin as arcsin,
  asinh as arcsinh,
  atan as arctan,
  atanh as arctanh,
} from './special.js';
export { abs as absolute, neg as negative, sign as sgn, trunc as fix } from './unary.js';
export { movedim as moveaxis } from './views.js';
export { istft, stft } from './stft.js';
export type { IstftOptions, StftOptions } from './stft.js';
export { bartlettWindow, blackmanWindow, hammingWindow, hannWindow, kaiserWindow } from './windows.js';
export type { HammingWindowOptions, KaiserWindowOptions, WindowOptions } from './windows.js';
export { choleskyInverse, choleskySolve } from './linalg/cholesky.js';
export { cholesky, pinverse, qr, svd } from './linalg/named.js';
export type { SvdCall } from './linalg/named.js';
export { det, inv as inverse, logdet, matrixExp, matrixPower, slogdet } from './linalg/solve.js';
