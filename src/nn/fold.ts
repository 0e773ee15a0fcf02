import { checkOptions } from '../tensor/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { fold, unfold } from './functional/fold.js';
import type { UnfoldOptions } from './functional/fold.js';
import type { Size2 } from './functional/pair.js';
import { Module } from './module.js';
import { pythonRepr } from './repr.js';

const OPTIONS = ['dilation', 'padding', 'stride'];

/** What both layers have in common. */
abstract class Blocks extends Module {
  readonly kernelSize: Size2;
  readonly dilation: Size2;
  readonly padding: Size2;
  readonly stride: Size2;

  constructor(kernelSize: Size2, options: UnfoldOptions) {
    super();
    checkOptions(new.target.name, options, OPTIONS);
    this.kernelSize = kernelSize;
    this.dilation = options.dilation ?? 1;
    this.padding = options.padding ?? 0;
    this.stride = options.stride ?? 1;
  }

  override extraRepr(): string {
    const { kernelSize, dilation, padding, stride } = this;
    const sizes = `kernel_size=${pythonRepr(kernelSize)}, dilation=${pythonRepr(dilation)}`;
    return `${sizes}, padding=${pythonRepr(padding)}, stride=${pythonRepr(stride)}`;
  }
}

/**
 * Blocks of planes as columns (im2col); see `F.unfold`.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → [N, C·KH·KW, L] or [C·KH·KW, L]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Unfold.html
 */
export class Unfold extends Blocks {
  constructor(kernelSize: Size2, options: UnfoldOptions = {}) {
    super(kernelSize, options);
  }

  /** The blocks of x. */
  override forward(x: Tensor): Tensor {
    const { kernelSize, dilation, padding, stride } = this;
    return unfold(x, kernelSize, { dilation, padding, stride });
  }
}

/**
 * Columns added up to planes (col2im); see `F.fold`.
 *
 * Shapes: x [N, C·KH·KW, L] or [C·KH·KW, L] → [N, C, ...outputSize] or [C, ...outputSize]
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.Fold.html
 */
export class Fold extends Blocks {
  readonly outputSize: Size2;

  constructor(outputSize: Size2, kernelSize: Size2, options: UnfoldOptions = {}) {
    super(kernelSize, options);
    this.outputSize = outputSize;
  }

  /** The sum of the blocks in x. */
  override forward(x: Tensor): Tensor {
    const { outputSize, kernelSize, dilation, padding, stride } = this;
    return fold(x, outputSize, kernelSize, { dilation, padding, stride });
  }

  override extraRepr(): string {
    return `output_size=${pythonRepr(this.outputSize)}, ${super.extraRepr()}`;
  }
}
