import { FormatError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { findFile, requireFile, type FoundFile, type Location } from './files.js';
import { checkLabels } from './idx.js';
import { ImageDataset } from './images.js';
import type { SplitOptions } from './mnist.js';

const classes: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

const imageBytes = 3 * 32 * 32;
const recordBytes = 1 + imageBytes;
const trainingBatches = 5;

/**
 * CIFAR-10 from the files of its binary version, gzipped or not: `data_batch_1.bin[.gz]` … `data_batch_5.bin[.gz]` for training
 * (as many of them as are there, at least the first), `test_batch.bin[.gz]` for testing. Records are
 * `label | 1024 red | 1024 green | 1024 blue` bytes.
 *
 * @param location a directory (Node), or a URL under which the files lie
 * @returns samples `[image float32 [3, 32, 32] in 0 … 1, label 0 … 9]`
 * @throws WasmgradError when no file is there, FormatError when one is damaged
 *
 * Source: https://www.cs.toronto.edu/~kriz/cifar.html
 */
export async function CIFAR10(location: Location, options: SplitOptions = {}): Promise<ImageDataset> {
  checkOptions('CIFAR10', options, ['train', 'transform', 'targetTransform']);
  const files: FoundFile[] = [];
  if (options.train ?? true) {
    files.push(await requireFile('CIFAR10', location, 'data_batch_1.bin'));
    for (let i = 2; i <= trainingBatches; i++) {
      const file = await findFile(location, `data_batch_${i}.bin`);
      if (file) files.push(file);
    }
  } else {
    files.push(await requireFile('CIFAR10', location, 'test_batch.bin'));
  }
  const count = files.reduce((sum, { bytes, name }) => {
    if (bytes.length === 0 || bytes.length % recordBytes !== 0) {
      throw new FormatError(`CIFAR10: ${name}: ${bytes.length} bytes are not whole records of ${recordBytes}`);
    }
    return sum + bytes.length / recordBytes;
  }, 0);
  const pixels = new Uint8Array(count * imageBytes);
  const labels = new Uint8Array(count);
  let n = 0;
  for (const { bytes, name } of files) {
    const first = n;
    for (let begin = 0; begin < bytes.length; begin += recordBytes) {
      labels[n] = bytes[begin]!;
      pixels.set(bytes.subarray(begin + 1, begin + recordBytes), n * imageBytes);
      n++;
    }
    checkLabels(labels.subarray(first, n), classes.length, `CIFAR10: ${name}`);
  }
  return new ImageDataset(pixels, labels, [3, 32, 32], classes, options);
}
