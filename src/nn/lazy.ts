import { once } from '../runtime/recorder.js';
import type { Tensor } from '../tensor/tensor.js';
import { Conv1d, Conv2d, Conv3d } from './conv.js';
import type { ConvOptions } from './conv.js';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from './conv-transpose.js';
import type { ConvTransposeOptions } from './conv-transpose.js';
import type { Size1, Size2, Size3 } from './functional/pair.js';
import { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } from './group-norm.js';
import type { InstanceNormLayerOptions } from './group-norm.js';
import { Linear } from './linear.js';
import type { LinearOptions } from './linear.js';
import type { Module } from './module.js';
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from './normalization.js';
import type { BatchNormLayerOptions } from './normalization.js';
import { Parameter } from './parameter.js';

/** How a lazy layer comes to its size. */
interface Waiting<M extends Module> {
  /** The size that an input tells. */
  of(x: Tensor): number;
  /** The tensor of a state dictionary that tells it, and how. */
  readonly stored: readonly string[];
  from(shape: readonly number[]): number;
  /** The layer of that size, for one that waits. */
  make(size: number, waiting: M): M;
}

/**
 * Gives a layer that waits for its size all that another one has, parameters staying the same objects, and its class.
 */
function become(waiting: Module, layer: Module): void {
  const fields = waiting as unknown as Record<string, unknown>;
  const buffers = new Set(layer.namedBuffers('', false).map(([name]) => name));
  for (const [name, value] of Object.entries(layer)) {
    if (value instanceof Parameter) {
      (fields[name] as Parameter).become(value);
      value.dispose();
    } else if (buffers.has(name)) {
      (fields[name] as Tensor).dispose();
      waiting.registerBuffer(name, value as Tensor);
    } else {
      fields[name] = value;
    }
  }
  Object.setPrototypeOf(waiting, Object.getPrototypeOf(layer) as object);
}

/** Lets a layer wait for its first input or for a state dictionary; a step that is recorded does not see it settle. */
function wait<M extends Module>(layer: M, { of, stored, from, make }: Waiting<M>): void {
  const lazy = Object.getPrototypeOf(layer) as object;
  const settle = (module: Module, size: number): void => {
    if (Object.getPrototypeOf(module) === lazy) once(() => become(module, make(size, module as M)));
  };
  layer.registerForwardPreHook((module, [x]) => settle(module, of(x as Tensor)));
  layer.registerLoadStateDictPreHook((module, dict, prefix) => {
    const shape = stored.map((name) => dict[prefix + name]?.shape).find((known) => known !== undefined);
    if (shape) settle(module, from(shape));
  });
}

/**
 * A `Linear` whose number of input features is that of its first input.
 *
 * Parameters are empty until then, but the same objects: optimizers may have them. Weights are drawn with the first input.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyLinear.html
 */
export class LazyLinear extends Linear {
  constructor(outFeatures: number, options: LinearOptions = {}) {
    super(0, outFeatures, options);
    wait<Linear>(this, {
      of: (x) => x.shape[x.ndim - 1]!,
      stored: ['weight'],
      from: (shape) => shape[1]!,
      make: (size, { weight }) => new Linear(size, outFeatures, { ...options, dtype: weight.dtype }),
    });
  }

  /** Draws nothing before the size is known. */
  override resetParameters(): void {
    if (this.inFeatures > 0) super.resetParameters();
  }
}

/**
 * A `Conv1d` whose number of input channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyConv1d.html
 */
export class LazyConv1d extends Conv1d {
  constructor(outChannels: number, kernelSize: Size1, options: ConvOptions<Size1> = {}) {
    super(0, outChannels, kernelSize, options);
    wait<Conv1d>(this, {
      of: (x) => x.shape[x.ndim - 2]!,
      stored: ['weight'],
      from: (shape) => shape[1]! * (options.groups ?? 1),
      make: (size, { weight }) => new Conv1d(size, outChannels, kernelSize, { ...options, dtype: weight.dtype }),
    });
  }

  /** Draws nothing before the size is known. */
  override resetParameters(): void {
    if (this.inChannels > 0) super.resetParameters();
  }
}

/**
 * A `ConvTranspose1d` whose number of input channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyConvTranspose1d.html
 */
export class LazyConvTranspose1d extends ConvTranspose1d {
  constructor(outChannels: number, kernelSize: Size1, options: ConvTransposeOptions<Size1> = {}) {
    super(0, outChannels, kernelSize, options);
    wait<ConvTranspose1d>(this, {
      of: (x) => x.shape[x.ndim - 2]!,
      stored: ['weight'],
      from: (shape) => shape[0]!,
      make: (size, { weight }) =>
        new ConvTranspose1d(size, outChannels, kernelSize, { ...options, dtype: weight.dtype }),
    });
  }

  /** Draws nothing before the size is known. */
  override resetParameters(): void {
    if (this.inChannels > 0) super.resetParameters();
  }
}

/**
 * A `Conv2d` whose number of input channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyConv2d.html
 */
export class LazyConv2d extends Conv2d {
  constructor(outChannels: number, kernelSize: Size2, options: ConvOptions<Size2> = {}) {
    super(0, outChannels, kernelSize, options);
    wait<Conv2d>(this, {
      of: (x) => x.shape[x.ndim - 3]!,
      stored: ['weight'],
      from: (shape) => shape[1]! * (options.groups ?? 1),
      make: (size, { weight }) => new Conv2d(size, outChannels, kernelSize, { ...options, dtype: weight.dtype }),
    });
  }

  /** Draws nothing before the size is known. */
  override resetParameters(): void {
    if (this.inChannels > 0) super.resetParameters();
  }
}

/**
 * A `ConvTranspose2d` whose number of input channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyConvTranspose2d.html
 */
export class LazyConvTranspose2d extends ConvTranspose2d {
  constructor(outChannels: number, kernelSize: Size2, options: ConvTransposeOptions<Size2> = {}) {
    super(0, outChannels, kernelSize, options);
    wait<ConvTranspose2d>(this, {
      of: (x) => x.shape[x.ndim - 3]!,
      stored: ['weight'],
      from: (shape) => shape[0]!,
      make: (size, { weight }) =>
        new ConvTranspose2d(size, outChannels, kernelSize, { ...options, dtype: weight.dtype }),
    });
  }

  /** Draws nothing before the size is known. */
  override resetParameters(): void {
    if (this.inChannels > 0) super.resetParameters();
  }
}

/**
 * A `Conv3d` whose number of input channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyConv3d.html
 */
export class LazyConv3d extends Conv3d {
  constructor(outChannels: number, kernelSize: Size3, options: ConvOptions<Size3> = {}) {
    super(0, outChannels, kernelSize, options);
    wait<Conv3d>(this, {
      of: (x) => x.shape[x.ndim - 4]!,
      stored: ['weight'],
      from: (shape) => shape[1]! * (options.groups ?? 1),
      make: (size, { weight }) => new Conv3d(size, outChannels, kernelSize, { ...options, dtype: weight.dtype }),
    });
  }

  /** Draws nothing before the size is known. */
  override resetParameters(): void {
    if (this.inChannels > 0) super.resetParameters();
  }
}

/**
 * A `ConvTranspose3d` whose number of input channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyConvTranspose3d.html
 */
export class LazyConvTranspose3d extends ConvTranspose3d {
  constructor(outChannels: number, kernelSize: Size3, options: ConvTransposeOptions<Size3> = {}) {
    super(0, outChannels, kernelSize, options);
    wait<ConvTranspose3d>(this, {
      of: (x) => x.shape[x.ndim - 4]!,
      stored: ['weight'],
      from: (shape) => shape[0]!,
      make: (size, { weight }) =>
        new ConvTranspose3d(size, outChannels, kernelSize, { ...options, dtype: weight.dtype }),
    });
  }

  /** Draws nothing before the size is known. */
  override resetParameters(): void {
    if (this.inChannels > 0) super.resetParameters();
  }
}

/** Casts a normalisation as one that waits was. */
function like<M extends Module & { weight: Parameter | null; running_mean: Tensor | null }>(layer: M, waiting: M): M {
  const known = waiting.weight ?? waiting.running_mean;
  return known ? layer.to(known.dtype) : layer;
}

const CHANNELS = { stored: ['weight', 'running_mean'], from: (shape: readonly number[]): number => shape[0]! } as const;

/**
 * A `BatchNorm1d` whose number of channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm1d.html
 */
export class LazyBatchNorm1d extends BatchNorm1d {
  constructor(options: BatchNormLayerOptions = {}) {
    super(0, options);
    wait<BatchNorm1d>(this, {
      ...CHANNELS,
      of: (x) => x.shape[1]!,
      make: (size, waiting) => like(new BatchNorm1d(size, options), waiting),
    });
  }
}

/**
 * A `InstanceNorm1d` whose number of channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyInstanceNorm1d.html
 */
export class LazyInstanceNorm1d extends InstanceNorm1d {
  constructor(options: InstanceNormLayerOptions = {}) {
    super(0, options);
    wait<InstanceNorm1d>(this, {
      ...CHANNELS,
      of: (x) => x.shape[x.ndim - 2]!,
      make: (size, waiting) => like(new InstanceNorm1d(size, options), waiting),
    });
  }
}

/**
 * A `BatchNorm2d` whose number of channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm2d.html
 */
export class LazyBatchNorm2d extends BatchNorm2d {
  constructor(options: BatchNormLayerOptions = {}) {
    super(0, options);
    wait<BatchNorm2d>(this, {
      ...CHANNELS,
      of: (x) => x.shape[1]!,
      make: (size, waiting) => like(new BatchNorm2d(size, options), waiting),
    });
  }
}

/**
 * A `InstanceNorm2d` whose number of channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyInstanceNorm2d.html
 */
export class LazyInstanceNorm2d extends InstanceNorm2d {
  constructor(options: InstanceNormLayerOptions = {}) {
    super(0, options);
    wait<InstanceNorm2d>(this, {
      ...CHANNELS,
      of: (x) => x.shape[x.ndim - 3]!,
      make: (size, waiting) => like(new InstanceNorm2d(size, options), waiting),
    });
  }
}

/**
 * A `BatchNorm3d` whose number of channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm3d.html
 */
export class LazyBatchNorm3d extends BatchNorm3d {
  constructor(options: BatchNormLayerOptions = {}) {
    super(0, options);
    wait<BatchNorm3d>(this, {
      ...CHANNELS,
      of: (x) => x.shape[1]!,
      make: (size, waiting) => like(new BatchNorm3d(size, options), waiting),
    });
  }
}

/**
 * A `InstanceNorm3d` whose number of channels is that of its first input; see `LazyLinear`.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.nn.LazyInstanceNorm3d.html
 */
export class LazyInstanceNorm3d extends InstanceNorm3d {
  constructor(options: InstanceNormLayerOptions = {}) {
    super(0, options);
    wait<InstanceNorm3d>(this, {
      ...CHANNELS,
      of: (x) => x.shape[x.ndim - 4]!,
      make: (size, waiting) => like(new InstanceNorm3d(size, options), waiting),
    });
  }
}
