import { ShapeError, WasmgradError, formatShape } from '../../core/errors.js';
import { oneHot } from '../../nn/functional/index.js';
import { scope, tensor, type Tensor } from '../../tensor/index.js';
import { checkOptions } from '../../tensor/options.js';
import { Beta } from '../../distributions/index.js';
import { whole } from './draw.js';

/** Options of {@link MixUp} and {@link CutMix}. */
export interface MixOptions {
  /** The parameter of the Beta distribution that shares are drawn from. Default 1: all shares alike. */
  readonly alpha?: number;
  /** Of targets that are classes. */
  readonly numClasses?: number;
}

/** A batch: images [N, C, H, W] and targets, int32 [N] or float [N, classes]. */
export type ImageBatch = readonly [Tensor, Tensor];

abstract class Mix {
  readonly #name: string;
  readonly #alpha: number;
  readonly #numClasses: number | undefined;

  constructor(name: string, options: MixOptions) {
    checkOptions(name, options, ['alpha', 'numClasses']);
    this.#name = name;
    this.#alpha = options.alpha ?? 1;
    this.#numClasses = options.numClasses;
    if (!(this.#alpha > 0)) throw new WasmgradError(`${name}: alpha must be positive, got ${this.#alpha}`);
  }

  protected share(): number {
    return scope(() => {
      const alpha = tensor(this.#alpha);
      return new Beta(alpha, alpha).sample().item();
    });
  }

  protected targets(target: Tensor, share: number): Tensor {
    const classes = this.#numClasses;
    if (target.ndim === 1 && classes === undefined) {
      throw new WasmgradError(`${this.#name}: targets that are classes need the option numClasses`);
    }
    const y = target.ndim === 1 ? oneHot(target, classes).to('float32') : target;
    return y.mul(share).add(y.roll(1, 0).mul(1 - share));
  }

  protected check(x: Tensor, target: Tensor): void {
    if (x.ndim === 4 && target.shape[0] === x.shape[0]) return;
    throw new ShapeError(
      `${this.#name}: expected images [N, C, H, W] and N targets, got ${formatShape(x.shape)} and ${formatShape(target.shape)}`,
    );
  }
}

/**
 * Mixes each image with the one before it: λ x + (1 − λ) x′, targets alike, one λ ~ Beta(α, α) a batch.
 *
 * Source: torchvision.transforms.v2.MixUp; Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization"
 */
export class MixUp extends Mix {
  constructor(options: MixOptions = {}) {
    super('MixUp', options);
  }

  /** The mixed batch. */
  forward([x, target]: ImageBatch): [Tensor, Tensor] {
    this.check(x, target);
    const share = this.share();
    return [x.mul(share).add(x.roll(1, 0).mul(1 - share)), this.targets(target, share)];
  }
}

/**
 * Puts a rectangle of the image before into each one: of the share 1 − λ of its area, λ ~ Beta(α, α); targets by the areas.
 *
 * Source: torchvision.transforms.v2.CutMix; Yun et al. 2019, "CutMix: Regularization Strategy to Train Strong Classifiers"
 */
export class CutMix extends Mix {
  constructor(options: MixOptions = {}) {
    super('CutMix', options);
  }

  /** The mixed batch. */
  forward([x, target]: ImageBatch): [Tensor, Tensor] {
    this.check(x, target);
    const [H, W] = x.shape.slice(2) as [number, number];
    const share = this.share();
    const column = whole(W, undefined);
    const row = whole(H, undefined);
    const half = 0.5 * Math.sqrt(1 - share);
    const [w, h] = [Math.trunc(half * W), Math.trunc(half * H)];
    const [left, right] = [Math.max(column - w, 0), Math.min(column + w, W)];
    const [top, bottom] = [Math.max(row - h, 0), Math.min(row + h, H)];
    const y = x.clone();
    if (right > left && bottom > top) {
      const part = (z: Tensor): Tensor => z.slice(2, top, bottom).slice(3, left, right);
      part(y).copy_(part(x.roll(1, 0)));
    }
    return [y, this.targets(target, 1 - ((right - left) * (bottom - top)) / (W * H))];
  }
}
