import { WasmgradError } from '../../core/errors.js';
import { linspace, randn, scope, type Tensor } from '../../tensor/index.js';
import type { DrawnBy } from '../random.js';
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  adjustSharpness,
  autocontrast,
  equalize,
  gaussianBlur,
  posterize,
  rgbToGrayscale,
  solarize,
  windowSizes,
  type Both,
} from './colour.js';
import { chance, order, roundEven, uniform, whole } from './draw.js';
import { affine, rotate, type Fill, type Interpolation } from './geometry.js';
import { colourExtentOf, floatExtentOf, whiteOf } from './image.js';
import type { ChanceOptions } from './random-geometry.js';
import { RandomTransform, checkProbability, rangeOf, type Range } from './transform.js';

/** Options of {@link ColorJitter}: a number d stands for factors 1 − d … 1 + d (of the hue: turns by −d … d). Default 0: unchanged. */
export interface ColorJitterOptions extends DrawnBy {
  readonly brightness?: Range;
  readonly contrast?: Range;
  readonly saturation?: Range;
  /** At most 0.5. */
  readonly hue?: Range;
}

const JITTER = ['brightness', 'contrast', 'saturation', 'hue'] as const;
const ADJUST = { brightness: adjustBrightness, contrast: adjustContrast, saturation: adjustSaturation, hue: adjustHue };

/** Changes brightness, contrast, saturation and hue, in a random order. Source: torchvision.transforms.ColorJitter */
export class ColorJitter extends RandomTransform {
  /** By name, in the order in which they are drawn; null where one stays. */
  readonly #ranges: readonly (readonly [number, number] | null)[];

  constructor(options: ColorJitterOptions = {}) {
    super('ColorJitter', options, JITTER);
    this.#ranges = JITTER.map((name) => {
      const given = options[name] ?? 0;
      const centre = name === 'hue' ? 0 : 1;
      let [low, high] = rangeOf('ColorJitter', name, given);
      if (typeof given === 'number') [low, high] = [centre + low, centre + high];
      if (name !== 'hue') low = Math.max(low, 0);
      else if (low < -0.5 || high > 0.5)
        throw new WasmgradError(`ColorJitter: hue must be in -0.5 … 0.5, got ${String(given)}`);
      return low === centre && high === centre ? null : [low, high];
    });
  }

  forward(x: Tensor): Tensor {
    const sequence = order(4, this.generator);
    const factors = this.#ranges.map((range) => range && uniform(...range, this.generator));
    return sequence.reduce((y, i) => {
      const factor = factors[i];
      return factor === null || factor === undefined ? y : ADJUST[JITTER[i]!](y, factor);
    }, x);
  }
}

/** Grey with probability p (default 0.1), in as many channels. Source: torchvision.transforms.RandomGrayscale */
export class RandomGrayscale extends RandomTransform {
  readonly p: number;

  constructor(options: ChanceOptions = {}) {
    super('RandomGrayscale', options, ['p']);
    this.p = checkProbability('RandomGrayscale', options.p ?? 0.1);
  }

  forward(x: Tensor): Tensor {
    const { channels } = colourExtentOf('RandomGrayscale', x);
    return chance(this.generator) < this.p ? rgbToGrayscale(x, channels as 1 | 3) : x;
  }
}

/** Options of {@link GaussianBlur}. */
export interface GaussianBlurOptions extends DrawnBy {
  /** Default [0.1, 2]. */
  readonly sigma?: number | readonly [number, number];
}

/** Blurs by a random sigma. Source: torchvision.transforms.GaussianBlur */
export class GaussianBlur extends RandomTransform {
  readonly kernelSize: readonly [number, number];
  readonly sigma: readonly [number, number];

  /**
   * @param kernelSize odd; one number, or along x and y
   * @throws WasmgradError for an even width, or a sigma that is not positive
   */
  constructor(kernelSize: Both, options: GaussianBlurOptions = {}) {
    super('GaussianBlur', options, ['sigma']);
    const { sigma = [0.1, 2] } = options;
    this.kernelSize = windowSizes('GaussianBlur', kernelSize);
    this.sigma = rangeOf('GaussianBlur', 'sigma', typeof sigma === 'number' ? [sigma, sigma] : sigma);
    if (!(this.sigma[0] > 0)) throw new WasmgradError(`GaussianBlur: sigma must be positive, got ${String(sigma)}`);
  }

  forward(x: Tensor): Tensor {
    return gaussianBlur(x, this.kernelSize, uniform(...this.sigma, this.generator));
  }
}

/** Options of {@link GaussianNoise}. */
export interface GaussianNoiseOptions extends DrawnBy {
  /** Default 0. */
  readonly mean?: number;
  /** Default 0.1. */
  readonly sigma?: number;
  /** Holds the result in 0 … 1. Default true. */
  readonly clip?: boolean;
}

/** Adds normal noise. Source: torchvision.transforms.v2.GaussianNoise */
export class GaussianNoise extends RandomTransform {
  readonly #options: GaussianNoiseOptions;

  constructor(options: GaussianNoiseOptions = {}) {
    super('GaussianNoise', options, ['mean', 'sigma', 'clip']);
    if (!((options.sigma ?? 0) >= 0)) {
      throw new WasmgradError(`GaussianNoise: sigma must not be negative, got ${options.sigma}`);
    }
    this.#options = options;
  }

  forward(x: Tensor): Tensor {
    floatExtentOf('GaussianNoise', x);
    const { mean = 0, sigma = 0.1, clip = true } = this.#options;
    const noise = randn(x.shape, { dtype: x.dtype, ...(this.generator ? { generator: this.generator } : {}) });
    const y = x.add(noise.mul(sigma).add(mean));
    return clip ? y.clamp(0, 1) : y;
  }
}

/** Options of {@link RandAugment}. */
export interface RandAugmentOptions extends DrawnBy {
  /** How many operations one after the other. Default 2. */
  readonly numOps?: number;
  /** How strong, below numMagnitudeBins. Default 9. */
  readonly magnitude?: number;
  /** Default 31. */
  readonly numMagnitudeBins?: number;
  /** Default 'nearest'. */
  readonly interpolation?: Interpolation;
  /** The colour of what comes from outside. Default null: black. */
  readonly fill?: Fill | null;
}

/** Strengths at rising magnitudes, `bins` of them from `first` to `last`. */
interface Scale {
  readonly first: number;
  readonly last: number;
}

interface Operation {
  /** The strengths between which magnitudes lie; `size` are height and width. */
  readonly scale: (size: readonly [number, number]) => Scale;
  readonly signed: boolean;
  readonly run: (x: Tensor, strength: number, warp: { interpolation: Interpolation; fill: Fill | null }) => Tensor;
}

const degrees = (slope: number): number => (Math.atan(slope) * 180) / Math.PI;
const still: readonly [number, number] = [0, 0];
const up = (last: number) => (): Scale => ({ first: 0, last });
const none = (): Scale => ({ first: 0, last: 0 });

/** In torchvision's order, by which they are drawn. Centres of shears are the upper left corner. */
const OPERATIONS: readonly Operation[] = [
  { scale: none, signed: false, run: (x) => x },
  {
    scale: up(0.3),
    signed: true,
    run: (x, m, warp) => affine(x, 0, still, 1, [degrees(m), 0], { ...warp, center: still }),
  },
  {
    scale: up(0.3),
    signed: true,
    run: (x, m, warp) => affine(x, 0, still, 1, [0, degrees(m)], { ...warp, center: still }),
  },
  {
    scale: ([, width]) => ({ first: 0, last: (150 / 331) * width }),
    signed: true,
    run: (x, m, warp) => affine(x, 0, [Math.trunc(m), 0], 1, still, warp),
  },
  {
    scale: ([height]) => ({ first: 0, last: (150 / 331) * height }),
    signed: true,
    run: (x, m, warp) => affine(x, 0, [0, Math.trunc(m)], 1, still, warp),
  },
  { scale: up(30), signed: true, run: (x, m, warp) => rotate(x, m, warp) },
  { scale: up(0.9), signed: true, run: (x, m) => adjustBrightness(x, 1 + m) },
  { scale: up(0.9), signed: true, run: (x, m) => adjustSaturation(x, 1 + m) },
  { scale: up(0.9), signed: true, run: (x, m) => adjustContrast(x, 1 + m) },
  { scale: up(0.9), signed: true, run: (x, m) => adjustSharpness(x, 1 + m) },
  { scale: () => ({ first: 0, last: 4 }), signed: false, run: (x, m) => posterize(x, 8 - roundEven(m)) },
  { scale: () => ({ first: 1, last: 0 }), signed: false, run: (x, m) => solarize(x, m * whiteOf(x)) },
  { scale: none, signed: false, run: autocontrast },
  { scale: none, signed: false, run: equalize },
];

/**
 * A few operations of the fourteen of RandAugment, drawn at random, each at one strength.
 *
 * Source: torchvision.transforms.RandAugment; Cubuk et al. 2020, "RandAugment: Practical automated data augmentation with a reduced search space"
 */
export class RandAugment extends RandomTransform {
  readonly #options: RandAugmentOptions;

  constructor(options: RandAugmentOptions = {}) {
    super('RandAugment', options, ['numOps', 'magnitude', 'numMagnitudeBins', 'interpolation', 'fill']);
    const { magnitude = 9, numMagnitudeBins = 31 } = options;
    if (!Number.isInteger(magnitude) || magnitude < 0 || magnitude >= numMagnitudeBins) {
      throw new WasmgradError(`RandAugment: magnitude must be in 0 … ${numMagnitudeBins - 1}, got ${magnitude}`);
    }
    this.#options = options;
  }

  forward(image: Tensor): Tensor {
    const { height, width } = colourExtentOf('RandAugment', image);
    const { numOps = 2, magnitude = 9, numMagnitudeBins = 31, interpolation = 'nearest', fill = null } = this.#options;
    let x = image;
    for (let i = 0; i < numOps; i++) {
      const { scale, signed, run } = OPERATIONS[whole(OPERATIONS.length, this.generator)]!;
      const { first, last } = scale([height, width]);
      const strength = scope(() => linspace(first, last, numMagnitudeBins).select(0, magnitude).item());
      x = run(x, signed && whole(2, this.generator) ? -strength : strength, { interpolation, fill });
    }
    return x;
  }
}
