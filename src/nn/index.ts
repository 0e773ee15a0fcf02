/** Layers, losses, their functional forms and initialisers. */
export {
  CELU,
  ELU,
  GELU,
  GLU,
  LeakyReLU,
  LogSigmoid,
  Mish,
  PReLU,
  ReLU,
  SELU,
  SiLU,
  Sigmoid,
  Softplus,
  Softsign,
  Tanh,
  Tanhshrink,
} from './activation.js';
export { MultiheadAttention } from './attention.js';
export type { MultiheadAttentionCall, MultiheadAttentionOptions } from './attention.js';
export { LinearAttention, PerformerAttention } from './linear-attention.js';
export type { LinearAttentionLayerOptions, PerformerAttentionOptions } from './linear-attention.js';
export { LearnedPositionalEncoding, RotaryEmbedding, SinusoidalPositionalEncoding } from './position.js';
export type {
  LearnedPositionalOptions,
  PositionalCall,
  PositionalOptions,
  RotaryEmbeddingOptions,
} from './position.js';
export { KVCache } from './kv-cache.js';
export { generate, sampleTokens } from './generation.js';
export type { GenerateOptions, SamplingOptions } from './generation.js';
export { TransformerDecoder, TransformerDecoderLayer } from './transformer-decoder.js';
export type { DecoderCall, DecoderLayerCall } from './transformer-decoder.js';
export { Transformer } from './transformer-whole.js';
export type { TransformerCall, TransformerOptions } from './transformer-whole.js';
export { TransformerEncoder, TransformerEncoderLayer } from './transformer.js';
export type { EncoderCall, EncoderLayerCall, TransformerActivation, TransformerLayerOptions } from './transformer.js';
export { Hardsigmoid, Hardswish, Hardtanh, ReLU6 } from './hard-activation.js';
export { ModuleList, Sequential } from './containers.js';
export * as functional from './functional/index.js';
export * as F from './functional/index.js';
export { Module } from './module.js';
export type { LoadOptions, StateDict, StateDictOptions } from './module.js';
export type { TreeOptions } from './module-tree.js';
export type { HookHandle } from '../core/hooks.js';
export type {
  BackwardHook,
  ForwardHook,
  ForwardPreHook,
  HookGradients,
  LoadHook,
  LoadedHook,
  StateDictHook,
} from './module-hooks.js';
export * as utils from './utils.js';
export { Parameter } from './parameter.js';
export { AlphaDropout, Dropout, Dropout1d, Dropout2d, Dropout3d, FeatureAlphaDropout } from './dropout.js';
export type { DropoutLayerOptions } from './dropout.js';
export * as init from './init.js';
export { Conv1d, Conv2d, Conv3d } from './conv.js';
export type { ConvOptions, PaddingMode } from './conv.js';
export { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from './conv-transpose.js';
export type { ConvTransposeOptions } from './conv-transpose.js';
export { Flatten, Identity, Linear, Unflatten } from './linear.js';
export {
  LazyBatchNorm1d,
  LazyBatchNorm2d,
  LazyBatchNorm3d,
  LazyConv1d,
  LazyConv2d,
  LazyConv3d,
  LazyConvTranspose1d,
  LazyConvTranspose2d,
  LazyConvTranspose3d,
  LazyInstanceNorm1d,
  LazyInstanceNorm2d,
  LazyInstanceNorm3d,
  LazyLinear,
} from './lazy.js';
export type { FlattenOptions, LinearOptions } from './linear.js';
export { AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d } from './pooling.js';
export type { Pooled } from './pooling.js';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
} from './adaptive-pooling.js';
export { MaxUnpool1d, MaxUnpool2d, MaxUnpool3d } from './unpooling.js';
export type { MaxUnpoolLayerOptions } from './unpooling.js';
export { FractionalMaxPool2d, FractionalMaxPool3d, GlobalAvgPool, LPPool1d, LPPool2d } from './lp-pooling.js';
export { AttentionPool, GatedPool2d, MixedPool2d } from './learned-pooling.js';
export type { AttentionPoolOptions, LearnedPoolOptions } from './learned-pooling.js';
export {
  ChannelShuffle,
  PixelShuffle,
  PixelUnshuffle,
  Upsample,
  UpsamplingBilinear2d,
  UpsamplingNearest2d,
} from './upsample.js';
export type { UpsampleOptions, Upsampling2dOptions } from './upsample.js';
export {
  CircularPad1d,
  CircularPad2d,
  CircularPad3d,
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
  ZeroPad1d,
  ZeroPad2d,
  ZeroPad3d,
} from './padding.js';
export type { Padding1, Padding2, Padding3 } from './padding.js';
export { Fold, Unfold } from './fold.js';
export { Embedding } from './sparse.js';
export type { EmbeddingLayerOptions, PretrainedOptions } from './sparse.js';
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
} from './loss.js';
export {
  CosineEmbeddingLoss,
  HingeEmbeddingLoss,
  MarginRankingLoss,
  MultiLabelMarginLoss,
  MultiLabelSoftMarginLoss,
  MultiMarginLoss,
  SoftMarginLoss,
  TripletMarginLoss,
  TripletMarginWithDistanceLoss,
} from './margin-loss.js';
export type { Distance, TripletMarginWithDistanceLossLayerOptions } from './margin-loss.js';
export { CTCLoss } from './ctc-loss.js';
export {
  CauchySchwarzLoss,
  ChebyshevLoss,
  CubedHingeLoss,
  ExpectationLoss,
  HingeLoss,
  LogLoss,
  RegularizedExpectationLoss,
  SSELoss,
  SquaredHingeLoss,
  SquaredLogLoss,
  TanimotoLoss,
} from './class-loss.js';
export { DiceLoss, ELBOLoss, FocalLoss, InfoNCELoss, NTXentLoss, WassersteinCriticLoss } from './course-loss.js';
export * as graph from './graph/index.js';
export { GATConv, GATv2Conv } from './graph/gat.js';
export type { GATConvCall, GATConvOptions, GATv2ConvOptions, WithAttention } from './graph/gat.js';
export { GCNConv } from './graph/gcn.js';
export type { GCNConvOptions } from './graph/gcn.js';
export { EdgeConv, GINConv, GINEConv } from './graph/gin.js';
export type { GINConvOptions, GINEConvOptions, RowNetwork } from './graph/gin.js';
export { MessagePassing } from './graph/message-passing.js';
export type { Edges, Flow, GraphSize, MessagePassingOptions, Nodes } from './graph/message-passing.js';
export { GraphConv, SAGEConv } from './graph/sage.js';
export type { GraphConvOptions, SAGEConvOptions } from './graph/sage.js';
export { GaussianNLLLoss, PoissonNLLLoss } from './likelihood-loss.js';
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, LayerNorm } from './normalization.js';
export type { BatchNormLayerOptions, LayerNormLayerOptions } from './normalization.js';
export { LogSoftmax, Softmax, Softmax2d, Softmin } from './softmax.js';
export { GRU, LSTM, RNN } from './recurrent.js';
export type { GRUOptions, LSTMOptions, RNNOptions } from './recurrent.js';
export { GRUCell, LSTMCell, RNNCell } from './recurrent-cells.js';
export type { CellOptions, RNNCellOptions } from './recurrent-cells.js';
export type { SoftmaxLayerOptions } from './softmax.js';
export { Arctan, BinaryStep, Hardshrink, Maxout, RReLU, Softshrink, Threshold } from './threshold.js';
export type { RReLUOptions, ShrinkOptions } from './threshold.js';
export { CosineSimilarity, PairwiseDistance } from './distance.js';
export { GroupNorm, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d, LocalResponseNorm, RMSNorm } from './group-norm.js';
export type { GroupNormLayerOptions, InstanceNormLayerOptions, RMSNormLayerOptions } from './group-norm.js';
export { ModuleDict, ParameterDict, ParameterList } from './dictionaries.js';
export type { Entries } from './dictionaries.js';
export { Bilinear } from './bilinear.js';
export { DropConnect, StochasticDepth } from './drop-connect.js';
export type { DropConnectLayerOptions } from './drop-connect.js';
export { EmbeddingBag } from './embedding-bag.js';
export type { EmbeddingBagLayerOptions, PretrainedBagOptions } from './embedding-bag.js';
export { AdaptiveLogSoftmaxWithLoss } from './adaptive-softmax.js';
export type { AdaptiveSoftmaxOptions } from './adaptive-softmax.js';
export { Adapter, LoRALinear, ParallelAdapter } from './adapter.js';
export type { LoRALinearOptions } from './adapter.js';
export { Hopfield, ModernHopfield } from './hopfield.js';
export type { ModernHopfieldOptions, RecallOptions } from './hopfield.js';
export { KohonenMap } from './kohonen.js';
export type { KohonenOptions } from './kohonen.js';
export { RBF, RBFNetwork } from './rbf.js';
export type { RBFNetworkOptions, RBFOptions, RadialBasis } from './rbf.js';
export { RBM } from './rbm.js';
export type { ContrastiveOptions } from './rbm.js';
