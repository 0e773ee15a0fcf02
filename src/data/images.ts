import { ShapeError, formatShape } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import { tensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import type { Collated } from './collate.js';
import { Dataset, checkIndex } from './dataset.js';

/** What `datasets.*` take to change samples on the way out. */
export interface TransformOptions {
  /** Applied to each image [C, H, W]. Default: none, which lets a loader read whole batches at once. */
  readonly transform?: (image: Tensor) => Tensor;
  /** Applied to each label. */
  readonly targetTransform?: (label: number) => number;
}

/** pixel / 255 in float32, for each byte. */
const unit: Float32Array = Float32Array.from({ length: 256 }, (_, pixel) => pixel / 255);

/**
 * Images with labels, kept as bytes: sample i is `[image float32 [C, H, W] in 0 … 1, label]`.
 *
 * @throws ShapeError when pixels and labels do not fit the shape
 */
export class ImageDataset extends Dataset<[Tensor, number]> {
  /** The pixels of all images, [N, C, H, W], 0 … 255. */
  readonly data: Uint8Array;
  /** The labels of all images. */
  readonly targets: Uint8Array;
  /** The shape of an image, [C, H, W]. */
  readonly imageShape: readonly [number, number, number];
  /** The names of the classes. */
  readonly classes: readonly string[];
  readonly length: number;
  readonly #options: TransformOptions;

  constructor(
    data: Uint8Array,
    targets: Uint8Array,
    imageShape: readonly [number, number, number],
    classes: readonly string[],
    options: TransformOptions = {},
  ) {
    super();
    if (data.length !== targets.length * sizeOf(imageShape)) {
      throw new ShapeError(
        `ImageDataset: ${data.length} bytes are not ${targets.length} images of ${formatShape(imageShape)}`,
      );
    }
    this.data = data;
    this.targets = targets;
    this.imageShape = imageShape;
    this.classes = classes;
    this.length = targets.length;
    this.#options = options;
  }

  #images(indices: readonly number[]): Float32Array {
    const size = sizeOf(this.imageShape);
    const pixels = new Float32Array(indices.length * size);
    indices.forEach((index, n) => {
      const begin = index * size;
      for (let i = 0; i < size; i++) pixels[n * size + i] = unit[this.data[begin + i]!]!;
    });
    return pixels;
  }

  #target(index: number): number {
    const label = this.targets[index]!;
    return this.#options.targetTransform ? this.#options.targetTransform(label) : label;
  }

  get(index: number): [Tensor, number] {
    const i = checkIndex('ImageDataset', index, this.length);
    const image = tensor(this.#images([i]), { shape: this.imageShape });
    return [this.#options.transform ? this.#options.transform(image) : image, this.#target(i)];
  }

  override getBatch(indices: readonly number[]): Collated<[Tensor, number]> {
    if (this.#options.transform || this.get !== ImageDataset.prototype.get) return super.getBatch(indices);
    const picked = indices.map((index) => checkIndex('ImageDataset', index, this.length));
    return [
      tensor(this.#images(picked), { shape: [picked.length, ...this.imageShape] }),
      tensor(
        picked.map((i) => this.#target(i)),
        { dtype: 'int32' },
      ),
    ];
  }
}
