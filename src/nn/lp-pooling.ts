import { WasmgradError } from '../core/errors.js';
import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  fractionalMaxPool2d,
  fractionalMaxPool3d,
  globalAvgPool,
  lpPool1d,
  lpPool2d,
} from './functional/other-pool.js';
import type { FractionalMaxPoolOptions, GlobalPoolOptions, LpPoolOptions } from './functional/other-pool.js';
import type { Size, Size1, Size2, Size3 } from './functional/pair.js';
import { Module } from './module.js';
import type { Pooled } from './pooling.js';
import { pythonRepr } from './repr.js';

/** What power-average poolings have in common. */
abstract class LPPool<S extends Size> extends Module {
  readonly normType: number;
  readonly kernelSize: S;
  readonly stride: S | null;
  readonly ceilMode: boolean;

  constructor(normType: number, kernelSize: S, options: LpPoolOptions<S>) {
    super();
    checkOptions(new.target.name, options, ['stride', 'ceilMode']);
    this.normType = normType;
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? null;
    this.ceilMode = options.ceilMode ?? false;
  }

  override extraRepr(): string {
    const size = `norm_type=${this.normType}, kernel_size=${pythonRepr(this.kernelSize)}`;
    return `${size}, stride=${pythonRepr(this.stride)}, ceil_mode=${pythonRepr(this.ceilMode)}`;
  }
}

/**
 * The power-average of each window of sequences: y = (Σ xᵖ)^(1/p) with p = normType.
 *
 * Shapes: x [N, C, L] or [C, L] → [N, C, OL] or [C, OL]; see `F.lpPool1d`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LPPool1d.html
 */
export class LPPool1d extends LPPool<Size1> {
  constructor(normType: number, kernelSize: Size1, options: LpPoolOptions<Size1> = {}) {
    super(normType, kernelSize, options);
  }

  /** The power-averages. */
  override forward(x: Tensor): Tensor {
    return lpPool1d(x, this.normType, this.kernelSize, { stride: this.stride, ceilMode: this.ceilMode });
  }
}

/**
 * The power-average of each window of planes: y = (Σ xᵖ)^(1/p) with p = normType.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW]; see `F.lpPool2d`
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LPPool2d.html
 */
export class LPPool2d extends LPPool<Size2> {
  constructor(normType: number, kernelSize: Size2, options: LpPoolOptions<Size2> = {}) {
    super(normType, kernelSize, options);
  }

  /** The power-averages. */
  override forward(x: Tensor): Tensor {
    return lpPool2d(x, this.normType, this.kernelSize, { stride: this.stride, ceilMode: this.ceilMode });
  }
}

/** What poolings of windows at random distances have in common. */
abstract class FractionalMaxPool<S extends Size, R extends readonly number[], Indices extends boolean> extends Module {
  readonly kernelSize: S;
  readonly outputSize: S | null;
  readonly outputRatio: number | R | null;
  readonly returnIndices: boolean;
  /** Where windows begin, where that is not drawn: PyTorch's name for the buffer. */
  declare _random_samples: Tensor | null;

  /** @throws WasmgradError where neither or both of `outputSize` and `outputRatio` are given */
  constructor(kernelSize: S, options: FractionalMaxPoolOptions<S, R> & { returnIndices?: Indices } = {}) {
    super();
    const { name } = new.target;
    checkOptions(name, options, ['outputSize', 'outputRatio', 'returnIndices', 'randomSamples']);
    this.kernelSize = kernelSize;
    this.outputSize = options.outputSize ?? null;
    this.outputRatio = options.outputRatio ?? null;
    this.returnIndices = options.returnIndices ?? false;
    this.registerBuffer('_random_samples', options.randomSamples ?? null);
    if ((this.outputSize === null) === (this.outputRatio === null)) {
      throw new WasmgradError(`${name}: needs either outputSize or outputRatio`);
    }
  }

  protected get options(): FractionalMaxPoolOptions<S, R> {
    const { outputSize, outputRatio, returnIndices, _random_samples: randomSamples } = this;
    return { outputSize, outputRatio, returnIndices, randomSamples };
  }
}

/**
 * The largest element of each of a number of windows that lie at random distances; see `F.fractionalMaxPool2d`.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C, OH, OW] or [C, OH, OW]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool2d.html (Graham 2015, https://arxiv.org/abs/1412.6071)
 */
export class FractionalMaxPool2d<Indices extends boolean = false> extends FractionalMaxPool<
  Size2,
  readonly [number, number],
  Indices
> {
  /** The largest elements, and their indices where `returnIndices` is set. */
  override forward(x: Tensor): Pooled<Indices> {
    return fractionalMaxPool2d(x, this.kernelSize, this.options) as Pooled<Indices>;
  }
}

/**
 * The largest element of each of a number of windows of volumes that lie at random distances; see `F.fractionalMaxPool3d`.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → [N, C, OD, OH, OW] or [C, OD, OH, OW]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool3d.html (Graham 2015, https://arxiv.org/abs/1412.6071)
 */
export class FractionalMaxPool3d<Indices extends boolean = false> extends FractionalMaxPool<
  Size3,
  readonly [number, number, number],
  Indices
> {
  /** The largest elements, and their indices where `returnIndices` is set. */
  override forward(x: Tensor): Pooled<Indices> {
    return fractionalMaxPool3d(x, this.kernelSize, this.options) as Pooled<Indices>;
  }
}

/**
 * The mean of each channel; see `F.globalAvgPool`.
 *
 * Shapes: x [N, C, *] → [N, C], or with `keepdim` [N, C, 1, …]
 *
 * Source: Lin, Chen and Yan 2014, Network in Network, https://arxiv.org/abs/1312.4400 (section 3.2)
 */
export class GlobalAvgPool extends Module {
  readonly keepdim: boolean;

  constructor(options: GlobalPoolOptions = {}) {
    super();
    checkOptions('GlobalAvgPool', options, ['keepdim']);
    this.keepdim = options.keepdim ?? false;
  }

  /** The means. */
  override forward(x: Tensor): Tensor {
    return globalAvgPool(x, { keepdim: this.keepdim });
  }

  override extraRepr(): string {
    return `keepdim=${pythonRepr(this.keepdim)}`;
  }
}
