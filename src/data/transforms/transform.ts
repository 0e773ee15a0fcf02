import { WasmgradError } from '../../core/errors.js';
import type { Tensor } from '../../tensor/index.js';
import { checkOptions } from '../../tensor/options.js';
import { generatorOf, type DrawnBy, type Generator } from '../random.js';

/** A function of an image, as the `transform` of a data set takes it. */
export type Transform = (x: Tensor) => Tensor;

/** A transform with settings. Call `forward`, or hand `transform` to a data set. */
export abstract class ImageTransform {
  /** The changed image. */
  abstract forward(x: Tensor): Tensor;

  /** `forward` as a function, for the `transform` of a data set. */
  get transform(): Transform {
    return (x) => this.forward(x);
  }
}

/** A transform that draws: by the global generator, or one of its own. A batch is changed alike. */
export abstract class RandomTransform extends ImageTransform {
  /** @internal */
  protected readonly generator: Generator | undefined;

  constructor(name: string, options: DrawnBy, known: readonly string[]) {
    super();
    checkOptions(name, options, [...known, 'seed', 'generator']);
    this.generator = generatorOf(name, options);
  }
}

/** A probability in 0 … 1. */
export function checkProbability(name: string, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new WasmgradError(`${name}: p must be in 0 … 1, got ${p}`);
  return p;
}

/** From the least to the most: a number d stands for −d … d. */
export type Range = number | readonly [number, number];

/** Both ends of a range. */
export function rangeOf(name: string, what: string, range: Range): [number, number] {
  if (typeof range === 'number') {
    if (!(range >= 0)) throw new WasmgradError(`${name}: ${what} must not be negative, got ${range}`);
    return [-range, range];
  }
  if (!(range[0] <= range[1])) throw new WasmgradError(`${name}: ${what} must rise, got [${range.join(', ')}]`);
  return [range[0], range[1]];
}

/** Whatever changes an image. */
export type AnyTransform = ImageTransform | Transform;

/** Changes an image. */
export function applyTransform(transform: AnyTransform, x: Tensor): Tensor {
  return typeof transform === 'function' ? transform(x) : transform.forward(x);
}
