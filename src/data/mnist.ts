import { FormatError, formatShape } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { requireFile, type Location } from './files.js';
import { checkLabels, parseIdx } from './idx.js';
import { ImageDataset, type TransformOptions } from './images.js';

/** Options of the data sets that come in a training and a test part. */
export interface SplitOptions extends TransformOptions {
  /** The training part (true, the default) or the test part. */
  readonly train?: boolean;
}

const digits: readonly string[] = Array.from({ length: 10 }, (_, i) => String(i));

const garments: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

async function load(
  set: string,
  location: Location,
  classes: readonly string[],
  options: SplitOptions,
): Promise<ImageDataset> {
  checkOptions(set, options, ['train', 'transform', 'targetTransform']);
  const prefix = (options.train ?? true) ? 'train' : 't10k';
  // One after the other: of two missing files it is always the first that the error names.
  const imageFile = await requireFile(set, location, `${prefix}-images-idx3-ubyte`);
  const labelFile = await requireFile(set, location, `${prefix}-labels-idx1-ubyte`);
  const images = parseIdx(imageFile.bytes, `${set}: ${imageFile.name}`, 3);
  const labels = parseIdx(labelFile.bytes, `${set}: ${labelFile.name}`, 1);
  const [N, H, W] = images.shape as [number, number, number];
  if (H !== 28 || W !== 28) {
    throw new FormatError(`${set}: ${imageFile.name}: expected images of [28, 28], got ${formatShape([H, W])}`);
  }
  if (labels.shape[0] !== N) {
    throw new FormatError(
      `${set}: ${imageFile.name} holds ${N} images, but ${labelFile.name} holds ${labels.shape[0]} labels`,
    );
  }
  checkLabels(labels.data, classes.length, `${set}: ${labelFile.name}`);
  return new ImageDataset(images.data, labels.data, [1, 28, 28], classes, options);
}

/**
 * MNIST: 60,000 + 10,000 handwritten digits, from the four original IDX files, gzipped or not:
 * `train-images-idx3-ubyte[.gz]`, `train-labels-idx1-ubyte[.gz]`, `t10k-images-idx3-ubyte[.gz]`, `t10k-labels-idx1-ubyte[.gz]`.
 *
 * @param location a directory (Node), or a URL under which the files lie
 * @returns samples `[image float32 [1, 28, 28] in 0 … 1, label 0 … 9]`
 * @throws WasmgradError when a file is not there, FormatError when one is damaged
 *
 * Source: https://pytorch.org/vision/stable/generated/torchvision.datasets.MNIST.html
 */
export function MNIST(location: Location, options: SplitOptions = {}): Promise<ImageDataset> {
  return load('MNIST', location, digits, options);
}

/**
 * Fashion-MNIST: 60,000 + 10,000 pictures of garments, in files of the names and the format of MNIST's.
 *
 * @param location a directory (Node), or a URL under which the files lie
 * @returns samples `[image float32 [1, 28, 28] in 0 … 1, label 0 … 9]`
 * @throws WasmgradError when a file is not there, FormatError when one is damaged
 *
 * Source: https://github.com/zalandoresearch/fashion-mnist
 */
export function FashionMNIST(location: Location, options: SplitOptions = {}): Promise<ImageDataset> {
  return load('FashionMNIST', location, garments, options);
}
