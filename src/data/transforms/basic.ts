import { ShapeError, WasmgradError, formatShape } from '../../core/errors.js';
import { oneHot } from '../../nn/functional/index.js';
import { tensor, type Tensor } from '../../tensor/index.js';
import type { DType } from '../../core/dtypes.js';
import { checkOptions } from '../../tensor/options.js';
import type { DrawnBy } from '../random.js';
import { chance, whole } from './draw.js';
import { centerCrop, pad, resize, type Padding, type PadOptions, type ResizeOptions } from './geometry.js';
import { extentOf, pairOf, toBytes, type Size } from './image.js';
import type { ChanceOptions } from './random-geometry.js';
import {
  ImageTransform,
  RandomTransform,
  applyTransform,
  checkProbability,
  type AnyTransform,
  type Transform,
} from './transform.js';

/** One transform after the other. Source: torchvision.transforms.Compose */
export class Compose extends ImageTransform {
  readonly transforms: readonly AnyTransform[];

  constructor(transforms: readonly AnyTransform[]) {
    super();
    this.transforms = transforms;
  }

  forward(x: Tensor): Tensor {
    return this.transforms.reduce<Tensor>((y, transform) => applyTransform(transform, y), x);
  }
}

/** A function as a transform. */
export class Lambda extends ImageTransform {
  readonly #fn: Transform;

  constructor(fn: Transform) {
    super();
    this.#fn = fn;
  }

  forward(x: Tensor): Tensor {
    return this.#fn(x);
  }
}

/** (x − mean) / std by channel. Shapes: [..., C, H, W] → the same. Source: torchvision.transforms.Normalize */
export class Normalize extends ImageTransform {
  readonly mean: readonly number[];
  readonly std: readonly number[];

  /** @throws WasmgradError where a std is 0 */
  constructor(mean: number | readonly number[], std: number | readonly number[]) {
    super();
    this.mean = typeof mean === 'number' ? [mean] : mean;
    this.std = typeof std === 'number' ? [std] : std;
    if (this.std.includes(0)) throw new WasmgradError(`Normalize: std must not be 0, got [${this.std.join(', ')}]`);
  }

  forward(x: Tensor): Tensor {
    const { channels } = extentOf('Normalize', x);
    const column = (list: readonly number[]): Tensor => {
      if (list.length !== 1 && list.length !== channels) {
        throw new ShapeError(`Normalize: ${list.length} values for the channels of ${formatShape(x.shape)}`);
      }
      return tensor(list, { dtype: x.dtype === 'float64' ? 'float64' : 'float32' }).reshape([-1, 1, 1]);
    };
    return x.sub(column(this.mean)).div(column(this.std));
  }
}

/** Another dtype; with `scale` bytes become 0 … 1 and floats 0 … 255. Source: torchvision.transforms.v2.ToDtype */
export class ToDtype extends ImageTransform {
  readonly dtype: DType;
  readonly scale: boolean;

  constructor(dtype: DType, options: { readonly scale?: boolean } = {}) {
    super();
    checkOptions('ToDtype', options, ['scale']);
    this.dtype = dtype;
    this.scale = options.scale ?? false;
  }

  forward(x: Tensor): Tensor {
    const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';
    if (!this.scale || isFloat(x.dtype) === isFloat(this.dtype)) return x.to(this.dtype);
    return isFloat(this.dtype) ? x.to(this.dtype).div(255) : toBytes(x, this.dtype);
  }
}

/** Classes as vectors of 0 and one 1. Shapes: [...] → float32 [..., numClasses] */
export class OneHot extends ImageTransform {
  readonly numClasses: number;

  constructor(numClasses: number) {
    super();
    this.numClasses = numClasses;
  }

  forward(x: Tensor): Tensor {
    return oneHot(x, this.numClasses).to('float32');
  }
}

/** Adds pixels around. Source: torchvision.transforms.Pad */
export class Pad extends ImageTransform {
  readonly padding: Padding;
  readonly #options: PadOptions;

  constructor(padding: Padding, options: PadOptions = {}) {
    super();
    checkOptions('Pad', options, ['fill', 'paddingMode']);
    this.padding = padding;
    this.#options = options;
  }

  forward(x: Tensor): Tensor {
    return pad(x, this.padding, this.#options);
  }
}

/** The middle. Source: torchvision.transforms.CenterCrop */
export class CenterCrop extends ImageTransform {
  readonly size: readonly [number, number];

  constructor(size: Size) {
    super();
    this.size = pairOf('CenterCrop', size);
  }

  forward(x: Tensor): Tensor {
    return centerCrop(x, this.size);
  }
}

/** Another size; a number is the shorter side's. Source: torchvision.transforms.Resize */
export class Resize extends ImageTransform {
  readonly size: Size;
  readonly #options: ResizeOptions;

  constructor(size: Size, options: ResizeOptions = {}) {
    super();
    checkOptions('Resize', options, ['interpolation', 'antialias', 'maxSize']);
    pairOf('Resize', size);
    this.size = size;
    this.#options = options;
  }

  forward(x: Tensor): Tensor {
    return resize(x, this.size, this.#options);
  }
}

/** All of some transforms with probability p (default 0.5), or none. Source: torchvision.transforms.RandomApply (here torch's generator draws) */
export class RandomApply extends RandomTransform {
  readonly transforms: readonly AnyTransform[];
  readonly p: number;

  constructor(transforms: readonly AnyTransform[], options: ChanceOptions = {}) {
    super('RandomApply', options, ['p']);
    this.transforms = transforms;
    this.p = checkProbability('RandomApply', options.p ?? 0.5);
  }

  forward(x: Tensor): Tensor {
    if (this.p < chance(this.generator)) return x;
    return this.transforms.reduce<Tensor>((y, transform) => applyTransform(transform, y), x);
  }
}

/**
 * One of some transforms. torchvision draws it by Python's generator; here the tensors' draws, so the choice is not torchvision's.
 * Source: torchvision.transforms.RandomChoice
 */
export class RandomChoice extends RandomTransform {
  readonly transforms: readonly AnyTransform[];

  constructor(transforms: readonly AnyTransform[], options: DrawnBy = {}) {
    super('RandomChoice', options, []);
    if (transforms.length === 0) throw new WasmgradError('RandomChoice: expected at least one transform');
    this.transforms = transforms;
  }

  forward(x: Tensor): Tensor {
    return applyTransform(this.transforms[whole(this.transforms.length, this.generator)]!, x);
  }
}
