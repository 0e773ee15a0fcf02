import { ShapeError, formatShape } from '../core/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import { pad } from './functional/pad.js';
import type { PadMode } from './functional/pad.js';
import { Module } from './module.js';
import { pythonRepr } from './repr.js';

/** What is added on every side, or before and after in each dim, the last dim first. Negative sizes take away. */
export type Padding1 = number | readonly [left: number, right: number];
/** What is added on every side, or before and after in each dim, the last dim first. Negative sizes take away. */
export type Padding2 = number | readonly [left: number, right: number, top: number, bottom: number];
/** What is added on every side, or before and after in each dim, the last dim first. Negative sizes take away. */
export type Padding3 =
  number | readonly [left: number, right: number, top: number, bottom: number, front: number, back: number];

/** What the layers that pad have in common. */
abstract class Pad extends Module {
  readonly padding: readonly number[];
  protected readonly mode: PadMode;
  protected readonly spatial: number;

  constructor(mode: PadMode, spatial: number, padding: number | readonly number[]) {
    super();
    const sizes = typeof padding === 'number' ? new Array<number>(2 * spatial).fill(padding) : padding;
    if (!Array.isArray(sizes) || sizes.length !== 2 * spatial || !sizes.every((n) => Number.isInteger(n))) {
      const wanted = `one whole number or ${2 * spatial}`;
      throw new ShapeError(`${new.target.name}: padding must be ${wanted}, got ${String(padding)}`);
    }
    this.padding = sizes as readonly number[];
    this.mode = mode;
    this.spatial = spatial;
  }

  /** What mode `'constant'` adds. */
  protected filling(): number {
    return 0;
  }

  /** The padded input. */
  override forward(x: Tensor): Tensor {
    if (x.ndim !== this.spatial + 1 && x.ndim !== this.spatial + 2) {
      const wanted = `${this.spatial + 1} or ${this.spatial + 2} dims`;
      throw new ShapeError(`${this.typeName()}: input must have ${wanted}, got input ${formatShape(x.shape)}`);
    }
    return pad(x, this.padding, { mode: this.mode, value: this.filling() });
  }

  override extraRepr(): string {
    return pythonRepr(this.padding);
  }
}

/** Padding by one value. */
abstract class ConstantPad extends Pad {
  readonly value: number;

  constructor(spatial: number, padding: number | readonly number[], value: number) {
    super('constant', spatial, padding);
    this.value = value;
  }

  protected override filling(): number {
    return this.value;
  }

  override extraRepr(): string {
    return `padding=${pythonRepr(this.padding)}, value=${this.value}`;
  }
}

/**
 * One value around sequences.
 *
 * Shapes: x [N, C, L] or [C, L] → the same with `padding` more in the last dim
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad1d.html
 */
export class ConstantPad1d extends ConstantPad {
  /** @throws ShapeError where `padding` is not one whole number or 2 */
  constructor(padding: Padding1, value: number) {
    super(1, padding, value);
  }
}

/**
 * One value around planes.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → the same with `padding` more in each of the last 2 dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html
 */
export class ConstantPad2d extends ConstantPad {
  /** @throws ShapeError where `padding` is not one whole number or 4 */
  constructor(padding: Padding2, value: number) {
    super(2, padding, value);
  }
}

/**
 * One value around volumes.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → the same with `padding` more in each of the last 3 dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad3d.html
 */
export class ConstantPad3d extends ConstantPad {
  /** @throws ShapeError where `padding` is not one whole number or 6 */
  constructor(padding: Padding3, value: number) {
    super(3, padding, value);
  }
}

/**
 * Zeros around sequences.
 *
 * Shapes: x [N, C, L] or [C, L] → the same with `padding` more in the last dim
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad1d.html
 */
export class ZeroPad1d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 2 */
  constructor(padding: Padding1) {
    super('constant', 1, padding);
  }
}

/**
 * Zeros around planes.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → the same with `padding` more in each of the last 2 dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html
 */
export class ZeroPad2d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 4 */
  constructor(padding: Padding2) {
    super('constant', 2, padding);
  }
}

/**
 * Zeros around volumes.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → the same with `padding` more in each of the last 3 dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad3d.html
 */
export class ZeroPad3d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 6 */
  constructor(padding: Padding3) {
    super('constant', 3, padding);
  }
}

/**
 * The mirror image of sequences around them, without their edge.
 *
 * Shapes: x [N, C, L] or [C, L] → the same with `padding` more in the last dim
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad1d.html
 */
export class ReflectionPad1d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 2 */
  constructor(padding: Padding1) {
    super('reflect', 1, padding);
  }
}

/**
 * The mirror image of planes around them, without their edge.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → the same with `padding` more in each of the last 2 dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html
 */
export class ReflectionPad2d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 4 */
  constructor(padding: Padding2) {
    super('reflect', 2, padding);
  }
}

/**
 * The mirror image of volumes around them, without their edge.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → the same with `padding` more in each of the last 3 dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad3d.html
 */
export class ReflectionPad3d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 6 */
  constructor(padding: Padding3) {
    super('reflect', 3, padding);
  }
}

/**
 * The edge of sequences around them.
 *
 * Shapes: x [N, C, L] or [C, L] → the same with `padding` more in the last dim
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad1d.html
 */
export class ReplicationPad1d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 2 */
  constructor(padding: Padding1) {
    super('replicate', 1, padding);
  }
}

/**
 * The edge of planes around them.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → the same with `padding` more in each of the last 2 dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html
 */
export class ReplicationPad2d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 4 */
  constructor(padding: Padding2) {
    super('replicate', 2, padding);
  }
}

/**
 * The edge of volumes around them.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → the same with `padding` more in each of the last 3 dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad3d.html
 */
export class ReplicationPad3d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 6 */
  constructor(padding: Padding3) {
    super('replicate', 3, padding);
  }
}

/**
 * The other side of sequences around them.
 *
 * Shapes: x [N, C, L] or [C, L] → the same with `padding` more in the last dim
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.CircularPad1d.html
 */
export class CircularPad1d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 2 */
  constructor(padding: Padding1) {
    super('circular', 1, padding);
  }
}

/**
 * The other side of planes around them.
 *
 * Shapes: x [N, C, H, W] or [C, H, W] → the same with `padding` more in each of the last 2 dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html
 */
export class CircularPad2d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 4 */
  constructor(padding: Padding2) {
    super('circular', 2, padding);
  }
}

/**
 * The other side of volumes around them.
 *
 * Shapes: x [N, C, D, H, W] or [C, D, H, W] → the same with `padding` more in each of the last 3 dims
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.CircularPad3d.html
 */
export class CircularPad3d extends Pad {
  /** @throws ShapeError where `padding` is not one whole number or 6 */
  constructor(padding: Padding3) {
    super('circular', 3, padding);
  }
}
