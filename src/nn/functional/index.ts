export {
  celu,
  elu,
  gelu,
  glu,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logsigmoid,
  mish,
  prelu,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
  tanhshrink,
} from './activation.js';
export type {
  EluOptions,
  GeluOptions,
  HardtanhOptions,
  InplaceOptions,
  LeakyReluOptions,
  SoftplusOptions,
} from './activation.js';
export { linearAttention, orthogonalFeatures, performerAttention } from './linear-attention.js';
export type { LinearAttentionOptions, PerformerOptions } from './linear-attention.js';
export { alibiBias, alibiSlopes, applyRotary } from './position.js';
export type { AlibiOptions, RotaryOptions } from './position.js';
export { scaledDotProductAttention } from './attention.js';
export type { AttentionOptions } from './attention.js';
export { conv1d, conv2d, conv3d } from './conv.js';
export type { Conv1dOptions, Conv2dOptions, Conv3dOptions, ConvFunctionOptions } from './conv.js';
export { convTranspose1d, convTranspose2d, convTranspose3d } from './conv-transpose.js';
export type {
  ConvTranspose1dOptions,
  ConvTranspose2dOptions,
  ConvTranspose3dOptions,
  ConvTransposeFunctionOptions,
} from './conv-transpose.js';
export { linear } from './linear.js';
export { pad } from './pad.js';
export type { PadMode, PadOptions } from './pad.js';
export type { Size, Size1, Size2, Size3 } from './pair.js';
export { fold, unfold } from './fold.js';
export type { UnfoldOptions } from './fold.js';
export { affineGrid, gridSample } from './grid.js';
export type { AffineGridOptions, GridSampleOptions } from './grid.js';
export { interpolate } from './interpolate.js';
export type { InterpolateMode, InterpolateOptions } from './interpolate.js';
export { fractionalMaxPool2d, fractionalMaxPool3d, globalAvgPool, lpPool1d, lpPool2d } from './other-pool.js';
export type {
  FractionalMaxPool2dOptions,
  FractionalMaxPool3dOptions,
  FractionalMaxPoolOptions,
  GlobalPoolOptions,
  LpPoolOptions,
} from './other-pool.js';
export { adaptiveAvgPool2d, adaptiveMaxPool2d, avgPool2d, maxPool2d } from './pool.js';
export type {
  AdaptiveMaxPool2dOptions,
  AdaptiveMaxPoolOptions,
  AvgPool2dOptions,
  AvgPoolOptions,
  MaxPool2dOptions,
  MaxPoolOptions,
  OutputSize,
} from './pool.js';
export { adaptiveAvgPool1d, adaptiveMaxPool1d, avgPool1d, maxPool1d } from './pool1d.js';
export type { AvgPool1dOptions, MaxPool1dOptions, OutputSize1 } from './pool1d.js';
export { adaptiveAvgPool3d, adaptiveMaxPool3d, avgPool3d, maxPool3d } from './pool3d.js';
export type { AvgPool3dOptions, MaxPool3dOptions, OutputSize3 } from './pool3d.js';
export { channelShuffle, pixelShuffle, pixelUnshuffle } from './shuffle.js';
export { maxUnpool1d, maxUnpool2d, maxUnpool3d } from './unpool.js';
export type { MaxUnpoolOptions } from './unpool.js';
export { alphaDropout, dropout, dropout1d, dropout2d, dropout3d, featureAlphaDropout } from './dropout.js';
export type { DropoutOptions } from './dropout.js';
export { embedding, oneHot } from './sparse.js';
export type { EmbeddingOptions } from './sparse.js';
export {
  bceLoss,
  bceWithLogitsLoss,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  nllLoss,
  smoothL1Loss,
} from './loss.js';
export type {
  BceLossOptions,
  BceWithLogitsLossOptions,
  CrossEntropyOptions,
  HuberLossOptions,
  KlDivOptions,
  NllLossOptions,
  SmoothL1LossOptions,
} from './loss.js';
export type { LossOptions, Reduction } from './loss-reduction.js';
export {
  cosineEmbeddingLoss,
  hingeEmbeddingLoss,
  marginRankingLoss,
  multiMarginLoss,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  softMarginLoss,
  tripletMarginLoss,
  tripletMarginWithDistanceLoss,
} from './margin-loss.js';
export type {
  CosineEmbeddingLossOptions,
  MarginLossOptions,
  MultiMarginLossOptions,
  MultilabelSoftMarginLossOptions,
  TripletMarginLossOptions,
  TripletMarginWithDistanceLossOptions,
} from './margin-loss.js';
export { ctcLoss } from './ctc-loss.js';
export type { CtcLossOptions } from './ctc-loss.js';
export {
  cauchySchwarzLoss,
  chebyshevLoss,
  cubedHingeLoss,
  expectationLoss,
  hingeLoss,
  logLoss,
  regularizedExpectationLoss,
  squaredHingeLoss,
  squaredLogLoss,
  sseLoss,
  tanimotoLoss,
} from './class-loss.js';
export type { HingeLossOptions, RegularizedExpectationLossOptions } from './class-loss.js';
export {
  diceLoss,
  elboLoss,
  focalLoss,
  gradientPenalty,
  infoNceLoss,
  ntXentLoss,
  wassersteinCriticLoss,
} from './course-loss.js';
export type {
  Critic,
  DiceLossOptions,
  ElboLossOptions,
  FocalLossOptions,
  GradientPenaltyOptions,
  InfoNceLossOptions,
  NtXentLossOptions,
} from './course-loss.js';
export { gaussianNllLoss, poissonNllLoss } from './likelihood-loss.js';
export type { LikelihoodLossOptions, PoissonNllLossOptions } from './likelihood-loss.js';
export { batchNorm, layerNorm } from './normalization.js';
export type { BatchNormOptions, LayerNormOptions } from './normalization.js';
export { logSoftmax, softmax, softmin } from './softmax.js';
export type { SoftmaxOptions } from './softmax.js';
export { arctan, binaryStep, gumbelSoftmax, hardshrink, maxout, rrelu, softshrink, threshold } from './threshold.js';
export type { BinaryStepOptions, GumbelSoftmaxOptions, RreluOptions } from './threshold.js';
export { cosineSimilarity, normalize, pairwiseDistance } from './distance.js';
export type { CosineSimilarityOptions, NormalizeOptions, PairwiseDistanceOptions } from './distance.js';
export { groupNorm, instanceNorm, localResponseNorm, rmsNorm } from './group-norm.js';
export type { GroupNormOptions, InstanceNormOptions, LocalResponseNormOptions, RmsNormOptions } from './group-norm.js';
export { bilinear } from './bilinear.js';
export { dropConnect, stochasticDepth } from './drop-connect.js';
export type { DropConnectOptions, StochasticDepthMode } from './drop-connect.js';
export { embeddingBag } from './embedding-bag.js';
export type { BagMode, EmbeddingBagOptions } from './embedding-bag.js';
