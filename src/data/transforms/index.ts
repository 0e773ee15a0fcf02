/** Changes to images and tables: torchvision's names, numbers and draws, on tensors [C, H, W] and batches of them. */
export {
  CenterCrop,
  Compose,
  Lambda,
  Normalize,
  OneHot,
  Pad,
  RandomApply,
  RandomChoice,
  Resize,
  ToDtype,
} from './basic.js';
export * as functional from './functional.js';
export type { Both } from './colour.js';
export type {
  Fill,
  Interpolation,
  Padding,
  PaddingMode,
  PadOptions,
  ResizeOptions,
  RotateOptions,
  WarpOptions,
} from './geometry.js';
export type { Size } from './image.js';
export { CutMix, MixUp, type ImageBatch, type MixOptions } from './mix.js';
export {
  ColorJitter,
  GaussianBlur,
  GaussianNoise,
  RandAugment,
  RandomGrayscale,
  type ColorJitterOptions,
  type GaussianBlurOptions,
  type GaussianNoiseOptions,
  type RandAugmentOptions,
} from './random-colour.js';
export {
  ElasticTransform,
  RandomAffine,
  RandomCrop,
  RandomErasing,
  RandomHorizontalFlip,
  RandomResizedCrop,
  RandomRotation,
  RandomVerticalFlip,
  type ChanceOptions,
  type ElasticOptions,
  type RandomAffineOptions,
  type RandomCropOptions,
  type RandomErasingOptions,
  type RandomResizedCropOptions,
  type RandomRotationOptions,
} from './random-geometry.js';
export { MinMaxScaler, StandardScaler, type MinMaxOptions, type StandardScalerOptions } from './scalers.js';
export { ImageTransform, RandomTransform, type AnyTransform, type Range, type Transform } from './transform.js';
