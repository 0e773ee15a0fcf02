import { ShapeError, WasmgradError } from '../../core/errors.js';
import { cat, empty, linspace, meshgrid, rand, stack, type Tensor } from '../../tensor/index.js';
import type { DrawnBy } from '../random.js';
import { bothOf, gaussianBlur, type Both } from './colour.js';
import { chance, roundEven, uniform, whole } from './draw.js';
import {
  affine,
  crop,
  hflip,
  pad,
  resize,
  rotate,
  sample,
  vflip,
  type Fill,
  type Interpolation,
  type Padding,
  type PadOptions,
  type ResizeOptions,
  type RotateOptions,
  type WarpOptions,
} from './geometry.js';
import { extentOf, pairOf, pixelExtentOf, type Size } from './image.js';
import { RandomTransform, checkProbability, rangeOf, type Range } from './transform.js';

/** Options of flips. */
export interface ChanceOptions extends DrawnBy {
  /** How often. Default 0.5. */
  readonly p?: number;
}

/** Mirrors left and right with probability p. Source: torchvision.transforms.RandomHorizontalFlip */
export class RandomHorizontalFlip extends RandomTransform {
  readonly p: number;

  constructor(options: ChanceOptions = {}) {
    super('RandomHorizontalFlip', options, ['p']);
    this.p = checkProbability('RandomHorizontalFlip', options.p ?? 0.5);
  }

  forward(x: Tensor): Tensor {
    return chance(this.generator) < this.p ? hflip(x) : x;
  }
}

/** Mirrors top and bottom with probability p. Source: torchvision.transforms.RandomVerticalFlip */
export class RandomVerticalFlip extends RandomTransform {
  readonly p: number;

  constructor(options: ChanceOptions = {}) {
    super('RandomVerticalFlip', options, ['p']);
    this.p = checkProbability('RandomVerticalFlip', options.p ?? 0.5);
  }

  forward(x: Tensor): Tensor {
    return chance(this.generator) < this.p ? vflip(x) : x;
  }
}

/** Options of {@link RandomRotation}. */
export interface RandomRotationOptions extends RotateOptions, DrawnBy {}

/** Turns by an angle from a range, in degrees. Source: torchvision.transforms.RandomRotation */
export class RandomRotation extends RandomTransform {
  readonly degrees: readonly [number, number];
  readonly #options: RotateOptions;

  constructor(degrees: Range, options: RandomRotationOptions = {}) {
    super('RandomRotation', options, ['interpolation', 'fill', 'center', 'expand']);
    this.degrees = rangeOf('RandomRotation', 'degrees', degrees);
    const { interpolation = 'nearest', fill = 0, center = null, expand = false } = options;
    this.#options = { interpolation, fill, center, expand };
  }

  forward(x: Tensor): Tensor {
    return rotate(x, uniform(...this.degrees, this.generator), this.#options);
  }
}

/** Options of {@link RandomAffine}. */
export interface RandomAffineOptions extends WarpOptions, DrawnBy {
  /** The largest shares of width and height to move by. Default: not moved. */
  readonly translate?: readonly [number, number] | null;
  /** Default: not scaled. */
  readonly scale?: readonly [number, number] | null;
  /** Degrees along x; four numbers are ranges along x and y. Default: not sheared. */
  readonly shear?: Range | readonly [number, number, number, number] | null;
}

/** Turns, moves, scales and shears at random. Source: torchvision.transforms.RandomAffine */
export class RandomAffine extends RandomTransform {
  readonly degrees: readonly [number, number];
  readonly #options: RandomAffineOptions;
  readonly #shear: readonly number[] | null;

  constructor(degrees: Range, options: RandomAffineOptions = {}) {
    super('RandomAffine', options, ['translate', 'scale', 'shear', 'interpolation', 'fill', 'center']);
    this.degrees = rangeOf('RandomAffine', 'degrees', degrees);
    const { translate, scale, shear } = options;
    if (translate?.some((share) => !(share >= 0 && share <= 1))) {
      throw new WasmgradError(`RandomAffine: translate must be in 0 … 1, got [${translate.join(', ')}]`);
    }
    if (scale?.some((factor) => !(factor > 0))) {
      throw new WasmgradError(`RandomAffine: scale must be positive, got [${scale.join(', ')}]`);
    }
    this.#options = options;
    if (shear === undefined || shear === null) this.#shear = null;
    else
      this.#shear = typeof shear === 'number' || shear.length === 2 ? rangeOf('RandomAffine', 'shear', shear) : shear;
  }

  forward(x: Tensor): Tensor {
    const { height, width } = pixelExtentOf('RandomAffine', x);
    const { translate, scale, interpolation = 'nearest', fill = 0, center = null } = this.#options;
    const draw = (low: number, high: number): number => uniform(low, high, this.generator);
    const angle = draw(...this.degrees);
    const shift = (share: number, size: number): number => roundEven(draw(-share * size, share * size));
    const moved: [number, number] = translate ? [shift(translate[0], width), shift(translate[1], height)] : [0, 0];
    const factor = scale ? draw(...scale) : 1;
    const shear = this.#shear;
    const along: [number, number] = [
      shear ? draw(shear[0]!, shear[1]!) : 0,
      shear && shear.length === 4 ? draw(shear[2]!, shear[3]!) : 0,
    ];
    return affine(x, angle, moved, factor, along, { interpolation, fill, center });
  }
}

/** Options of {@link RandomCrop}. */
export interface RandomCropOptions extends PadOptions, DrawnBy {
  /** Added around first. Default: none. */
  readonly padding?: Padding | null;
  /** Adds what a smaller image lacks. Default false. */
  readonly padIfNeeded?: boolean;
}

/**
 * A part of the image from a random place.
 * @throws ShapeError (`forward`) when the image is smaller. Source: torchvision.transforms.RandomCrop
 */
export class RandomCrop extends RandomTransform {
  readonly size: readonly [number, number];
  readonly #options: RandomCropOptions;

  constructor(size: Size, options: RandomCropOptions = {}) {
    super('RandomCrop', options, ['padding', 'padIfNeeded', 'fill', 'paddingMode']);
    this.size = pairOf('RandomCrop', size);
    this.#options = options;
  }

  forward(image: Tensor): Tensor {
    const { padding, padIfNeeded = false, fill = 0, paddingMode = 'constant' } = this.#options;
    const [th, tw] = this.size;
    const around = (x: Tensor, edges: Padding): Tensor => pad(x, edges, { fill, paddingMode });
    let x = padding === undefined || padding === null ? image : around(image, padding);
    if (padIfNeeded && extentOf('RandomCrop', x).width < tw) x = around(x, [tw - extentOf('RandomCrop', x).width, 0]);
    if (padIfNeeded && extentOf('RandomCrop', x).height < th) x = around(x, [0, th - extentOf('RandomCrop', x).height]);
    const { height, width } = extentOf('RandomCrop', x);
    if (height < th || width < tw) {
      throw new ShapeError(
        `RandomCrop: an image of ${height} × ${width} has no part of ${th} × ${tw} (see padIfNeeded)`,
      );
    }
    if (height === th && width === tw) return x;
    const top = whole(height - th + 1, this.generator);
    return crop(x, top, whole(width - tw + 1, this.generator), th, tw);
  }
}

/** A part of an image by its area and its sides' proportion. */
function drawPart(
  { height, width }: { height: number; width: number },
  scale: readonly [number, number],
  ratio: readonly [number, number],
  generator: DrawnBy['generator'],
): [height: number, width: number] {
  const area = height * width * uniform(scale[0], scale[1], generator);
  const logs = ratio.map((r) => Math.fround(Math.log(Math.fround(r)))) as [number, number];
  const proportion = Math.fround(Math.exp(uniform(...logs, generator)));
  return [roundEven(Math.sqrt(area / proportion)), roundEven(Math.sqrt(area * proportion))];
}

/** Attempts to find a part that lies inside. */
const TRIES = 10;

/** Options of {@link RandomResizedCrop}. */
export interface RandomResizedCropOptions extends Pick<ResizeOptions, 'interpolation' | 'antialias'>, DrawnBy {
  /** The share of the area. Default [0.08, 1]. */
  readonly scale?: readonly [number, number];
  /** Width by height. Default [3/4, 4/3]. */
  readonly ratio?: readonly [number, number];
}

/** A random part of the image in another size. Source: torchvision.transforms.RandomResizedCrop */
export class RandomResizedCrop extends RandomTransform {
  readonly size: readonly [number, number];
  readonly scale: readonly [number, number];
  readonly ratio: readonly [number, number];
  readonly #resize: ResizeOptions;

  constructor(size: Size, options: RandomResizedCropOptions = {}) {
    super('RandomResizedCrop', options, ['scale', 'ratio', 'interpolation', 'antialias']);
    this.size = pairOf('RandomResizedCrop', size);
    this.scale = rangeOf('RandomResizedCrop', 'scale', options.scale ?? [0.08, 1]);
    this.ratio = rangeOf('RandomResizedCrop', 'ratio', options.ratio ?? [3 / 4, 4 / 3]);
    const { interpolation = 'bilinear', antialias = true } = options;
    this.#resize = { interpolation, antialias };
  }

  forward(x: Tensor): Tensor {
    return resize(crop(x, ...this.#part(x)), this.size, this.#resize);
  }

  #part(x: Tensor): [number, number, number, number] {
    const extent = pixelExtentOf('RandomResizedCrop', x);
    const { height: H, width: W } = extent;
    for (let i = 0; i < TRIES; i++) {
      const [h, w] = drawPart(extent, this.scale, this.ratio, this.generator);
      if (w <= 0 || w > W || h <= 0 || h > H) continue;
      const top = whole(H - h + 1, this.generator);
      return [top, whole(W - w + 1, this.generator), h, w];
    }
    const [least, most] = this.ratio;
    let [h, w] = [H, W];
    if (W / H < least) h = roundEven(W / least);
    else if (W / H > most) w = roundEven(H * most);
    return [(H - h) >> 1, (W - w) >> 1, h, w];
  }
}

/** Options of {@link RandomErasing}. */
export interface RandomErasingOptions extends ChanceOptions {
  /** The share of the area. Default [0.02, 0.33]. */
  readonly scale?: readonly [number, number];
  /** Height by width. Default [0.3, 3.3]. */
  readonly ratio?: readonly [number, number];
  /** The colour, or normal noise. Default 0. */
  readonly value?: number | readonly number[] | 'random';
}

/**
 * Paints over a random rectangle (cutout). Source: torchvision.transforms.RandomErasing; Zhong et al. 2020, "Random Erasing Data Augmentation"
 */
export class RandomErasing extends RandomTransform {
  readonly p: number;
  readonly #options: RandomErasingOptions;

  constructor(options: RandomErasingOptions = {}) {
    super('RandomErasing', options, ['p', 'scale', 'ratio', 'value']);
    this.p = checkProbability('RandomErasing', options.p ?? 0.5);
    this.#options = options;
  }

  forward(x: Tensor): Tensor {
    const extent = pixelExtentOf('RandomErasing', x);
    const { channels, height: H, width: W } = extent;
    const { scale = [0.02, 0.33], ratio = [0.3, 3.3], value = 0 } = this.#options;
    if (Array.isArray(value) && value.length !== channels) {
      throw new ShapeError(`RandomErasing: ${value.length} values for ${channels} channels`);
    }
    if (chance(this.generator) >= this.p) return x;
    for (let i = 0; i < TRIES; i++) {
      // Height by width: the other way round than crops.
      const [w, h] = drawPart(extent, scale, ratio, this.generator);
      if (h >= H || w >= W) continue;
      const noise = empty([channels, h, w], { dtype: x.dtype === 'float64' ? 'float64' : 'float32' });
      if (value === 'random') noise.normal_(0, 1, this.generator ? { generator: this.generator } : {});
      else for (let c = 0; c < channels; c++) noise.select(0, c).fill_(typeof value === 'number' ? value : value[c]!);
      const top = whole(H - h + 1, this.generator);
      const left = whole(W - w + 1, this.generator);
      const y = x.clone();
      const part = y.narrow(-2, top, h).narrow(-1, left, w);
      part.copy_(noise.expand(part.shape));
      return y;
    }
    return x;
  }
}

/** Options of {@link ElasticTransform}. */
export interface ElasticOptions extends DrawnBy {
  /** How far, in pixels; one number, or along x and y. Default 50. */
  readonly alpha?: Both;
  /** How smooth, in pixels; one number, or along x and y. Default 5. */
  readonly sigma?: Both;
  /** Default 'bilinear'. */
  readonly interpolation?: Interpolation;
  /** The colour of what comes from outside. Default 0. */
  readonly fill?: Fill;
}

/**
 * Moves each pixel a little, neighbours alike. Source: torchvision.transforms.ElasticTransform; Simard, Steinkraus and Platt 2003
 */
export class ElasticTransform extends RandomTransform {
  readonly #options: ElasticOptions;

  constructor(options: ElasticOptions = {}) {
    super('ElasticTransform', options, ['alpha', 'sigma', 'interpolation', 'fill']);
    this.#options = options;
  }

  forward(x: Tensor): Tensor {
    const { height: H, width: W } = pixelExtentOf('ElasticTransform', x);
    const { alpha = 50, sigma = 5, interpolation = 'bilinear', fill = 0 } = this.#options;
    const [widths, strengths] = [bothOf(sigma), bothOf(alpha)];
    const field = (size: number, along: 0 | 1): Tensor => {
      const noise = rand([1, 1, H, W], this.generator ? { generator: this.generator } : {})
        .mul(2)
        .sub(1);
      // An odd window of four sigma to each side.
      const window = Math.floor(8 * widths[along] + 1) | 1;
      const smooth = widths[along] > 0 ? gaussianBlur(noise, window, widths) : noise;
      return smooth.mul(strengths[along] / size);
    };
    const dtype = x.dtype === 'float64' ? 'float64' : 'float32';
    // torchvision divides what moves along x by the height.
    const moves = cat([field(H, 0), field(W, 1)], 1)
      .permute([0, 2, 3, 1])
      .to(dtype);
    const axis = (n: number): Tensor => linspace((1 - n) / n, (n - 1) / n, n, { dtype });
    const [rows, columns] = meshgrid([axis(H), axis(W)], { indexing: 'ij' }) as [Tensor, Tensor];
    return sample('ElasticTransform', x, stack([columns, rows], -1).unsqueeze(0).add(moves), interpolation, fill);
  }
}
