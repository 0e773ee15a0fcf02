import { FormatError, WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import { readFile, type Location } from './files.js';
import { checkLabels, parseIdx, type Idx } from './idx.js';
import { ImageDataset, type TransformOptions } from './images.js';

/** Options of {@link digits}. */
export interface DigitsOptions extends TransformOptions {
  /** The 8,000 digits for training (true), the 2,000 for testing (false), or all 10,000 (the default). */
  readonly train?: boolean;
  /** Where `digits.bin.gz` lies, where a bundler leaves it behind. Default: beside the library's own files. */
  readonly url?: Location;
}

const classes: readonly string[] = Array.from({ length: 10 }, (_, i) => String(i));
const imageBytes = 28 * 28;
const trainingCount = 8000;

/** Reads the file beside the library's code. Bundlers know this form of URL. */
function packagedFile(): URL {
  return new URL('./digits.bin.gz', import.meta.url);
}

async function readPacked(url: Location | undefined): Promise<Idx> {
  try {
    return parseIdx(await readFile('digits', url ?? packagedFile()), 'digits.bin.gz', 2);
  } catch (error) {
    if (url !== undefined || !(error instanceof WasmgradError)) throw error;
    // Bundlers that do not know the form of URL move the code and leave the file behind.
    const hint = "serve the package's dist/digits.bin.gz and pass its address: digits({ url })";
    throw new WasmgradError(`${error.message} (${hint})`, { cause: error });
  }
}

/**
 * 10,000 real handwritten digits that come with the library (1.6 MB, read when first asked for): the first 10,000 images of MNIST's
 * training set, in a fixed shuffled order; 8,000 for training, 2,000 for testing. None is in MNIST's test set.
 *
 * @returns samples `[image float32 [1, 28, 28] in 0 … 1, label 0 … 9]`
 * @throws WasmgradError when the file is not there, FormatError when it is damaged
 *
 * @example
 * ```ts
 * import { data } from 'wasmgrad';
 * const training = await data.datasets.digits({ train: true });
 * const [image, label] = training.get(0);
 * ```
 */
export async function digits(options: DigitsOptions = {}): Promise<ImageDataset> {
  checkOptions('digits', options, ['train', 'url', 'transform', 'targetTransform']);
  const { shape, data } = await readPacked(options.url);
  const [N, row] = shape as [number, number];
  if (row !== 1 + imageBytes) throw new FormatError(`digits.bin.gz: rows of ${row} bytes, expected ${1 + imageBytes}`);
  const split = Math.min(trainingCount, N);
  const begin = options.train === false ? split : 0;
  const end = options.train === true ? split : N;
  const pixels = new Uint8Array((end - begin) * imageBytes);
  const labels = new Uint8Array(end - begin);
  for (let i = begin; i < end; i++) {
    labels[i - begin] = data[i * row]!;
    pixels.set(data.subarray(i * row + 1, (i + 1) * row), (i - begin) * imageBytes);
  }
  checkLabels(labels, classes.length, 'digits.bin.gz');
  return new ImageDataset(pixels, labels, [1, 28, 28], classes, options);
}
