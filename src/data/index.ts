/** Data sets, their order and their batches. */
export { defaultCollate, padCollate, type Collated, type PadCollateOptions } from './collate.js';
export { ConcatDataset, Dataset, Subset, TensorDataset, randomSplit } from './dataset.js';
export * as datasets from './datasets.js';
export type { DatasetLike } from './dataset.js';
export { ChainDataset, IterableDataset, StackDataset } from './iterable.js';
export { DataLoader, type DataLoaderOptions } from './loader.js';
export type { DrawnBy } from './random.js';
export {
  BatchSampler,
  RandomSampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
  type RandomSamplerOptions,
  type Sampler,
  type WeightedRandomSamplerOptions,
} from './samplers.js';
export { KFold, StratifiedKFold, stratifiedSplit, type Fold, type KFoldOptions } from './splits.js';
export { TextDataset, type TextOptions } from './text.js';
export {
  BPETokenizer,
  ByteTokenizer,
  CharTokenizer,
  type BPEFile,
  type BPEOptions,
  type Tokenizer,
} from './tokenizers.js';
export * as transforms from './transforms/index.js';
