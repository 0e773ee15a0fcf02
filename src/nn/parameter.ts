import { DTypeError } from '../core/errors.js';
import { isFloat } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { checkOptions } from '../tensor/options.js';
import { Tensor } from '../tensor/tensor.js';

function checkLearnable(dtype: DType, requiresGrad: boolean): void {
  if (requiresGrad && !isFloat(dtype)) {
    throw new DTypeError(`Parameter: only floating point tensors can require gradients, got ${dtype}`);
  }
}

/**
 * A tensor that a module learns. Assigned to a field of a module it is one of its parameters; scopes leave it alone.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
 */
export class Parameter extends Tensor {
  /**
   * @param data its first values; the memory is shared
   * @param options.requiresGrad default true
   * @throws DTypeError for a dtype that is not floating point while a gradient is required
   */
  constructor(data: Tensor, options: { requiresGrad?: boolean } = {}) {
    data.check('Parameter');
    checkOptions('Parameter', options, ['requiresGrad']);
    const requiresGrad = options.requiresGrad ?? true;
    checkLearnable(data.dtype, requiresGrad);
    data.storage.retain();
    super(data.storage, data.dtype, data.shape, data.strides, data.offset);
    this.moveTo(null);
    this.requiresGrad = requiresGrad;
  }

  /**
   * @internal Casts it and its gradient to a floating point dtype. It stays the same object, so that optimizers and modules that share
   * it go on with it.
   */
  cast(dtype: DType): void {
    if (this.dtype === dtype) return;
    const grad = this.ownGrad?.detach().to(dtype) ?? null;
    this.ownGrad = null;
    const data = this.detach().to(dtype);
    this.adopt(data);
    data.dispose();
    this.ownGrad = grad;
  }

  /** @internal Takes on the shape and the memory of another tensor, and stays the same object. */
  become(data: Tensor): void {
    this.adopt(data);
    Object.assign(this, { shape: data.shape, numel: data.numel });
  }

  /** @internal Takes on the memory and dtype of a tensor of its shape, and stays the same object. @throws DTypeError as a new one does */
  assign(data: Tensor): void {
    checkLearnable(data.dtype, this.requiresGrad);
    this.ownGrad = null;
    this.adopt(data);
  }

  /** The tensor as PyTorch prints a parameter. */
  override toString(): string {
    return `Parameter containing:\n${super.toString()}`;
  }
}
