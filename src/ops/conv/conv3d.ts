import { dtypeBytes, isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, fail } from '../../core/errors.js';
import { contiguousStrides, sizeOf } from '../../core/shapes.js';
import * as kernels from '../../runtime/kernels.js';
import { launch } from '../../runtime/launch.js';
import { TensorData } from '../../runtime/tensor-data.js';
import { accumulateElements, copyElements, fillElements } from '../launches.js';
import type { Op, Several, Spec } from '../op.js';
import { ELEMENTWISE_GRAIN, stridedMeta } from '../strided.js';
import { withTemporary } from '../temporary.js';
import { conv2d, conv2dBackwardInput, conv2dBackwardWeight } from './conv.js';
import type { ConvParams } from './shapes.js';

/** The options of a convolution over volumes; triples are [depth, height, width]. */
export interface Conv3dParams {
  readonly stride: readonly number[];
  /** Zeros in front, above and to the left, and as many behind. */
  readonly padding: readonly number[];
  /** Further zeros behind. */
  readonly paddingBehind: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  /** The name in error messages. */
  readonly name: string;
}

/** The options of a gradient of a convolution, which knows the shape that it wants. */
export interface Conv3dBackwardParams extends Conv3dParams {
  readonly shape: readonly number[];
}

/** Bytes of patches at a time, as far as single images allow it. */
const PATCH_BYTES = 64 << 20;

/**
 * A convolution over volumes is one over planes that has the taps along the depth among its channels:
 *
 *   patches[(n, od), (c, kd), h, w] = x[n, c, od·stride + kd·dilation − padding, h, w]    w[k, (c, kd), kh, kw]: the same memory
 *
 * Only the patches of some images exist at a time.
 */
class Volumes {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly y: readonly number[];
  readonly p: Conv3dParams;
  /** Images at a time. */
  readonly images: number;
  readonly planes: ConvParams;

  constructor(x: readonly number[], w: readonly number[], y: readonly number[], p: Conv3dParams, bytes: number) {
    this.x = x;
    this.w = w;
    this.y = y;
    this.p = p;
    const perImage = bytes * x[1]! * w[2]! * y[2]! * x[3]! * x[4]!;
    this.images = Math.max(1, Math.min(x[0]!, Math.floor(PATCH_BYTES / Math.max(1, perImage))));
    const pair = (sizes: readonly number[]): [number, number] => [sizes[1]!, sizes[2]!];
    this.planes = {
      stride: pair(p.stride),
      padding: pair(p.padding),
      paddingBehind: pair(p.paddingBehind),
      dilation: pair(p.dilation),
      groups: p.groups,
      name: p.name,
    };
  }

  /** The filters as those of the convolution over planes. */
  filters(w: TensorData): TensorData {
    const [K, C, KD, KH, KW] = this.w as readonly [number, number, number, number, number];
    return reshaped(w, [K, C * KD, KH, KW]);
  }

  /** Runs `each` with the first image and the number of images of each part of the batch. */
  parts(each: (first: number, count: number) => void): void {
    const N = this.x[0]!;
    for (let first = 0; first < N; first += this.images) each(first, Math.min(this.images, N - first));
  }

  /** Lends room for the patches of some images of x. */
  withPatches(dtype: 'float32' | 'float64', count: number, use: (patches: TensorData) => void): void {
    const shape = [count * this.y[2]!, this.x[1]! * this.w[2]!, this.x[3]!, this.x[4]!];
    withTemporary(shape, dtype, use);
  }

  /** Lends some images of y in the order of planes, [(n, od), k, oh, ow]; `copied` tells which way they are copied. */
  withPlanes(
    y: TensorData,
    first: number,
    count: number,
    copied: 'in' | 'out',
    use: (planes: TensorData) => void,
  ): void {
    const [, K, OD, OH, OW] = this.y as readonly [number, number, number, number, number];
    const images = part(y, first, count);
    // With one plane a volume the order is the same.
    if (OD === 1) return use(reshaped(images, [count, K, OH, OW]));
    withTemporary([count * OD, K, OH, OW], y.dtype, (planes) => {
      const shape = [count, OD, K, OH * OW];
      const inner = K * OD * OH * OW;
      const volumes = { ...located(images), shape, strides: [inner, OH * OW, OD * OH * OW, 1] };
      const turned = { ...located(planes), shape, strides: contiguousStrides(shape) };
      if (copied === 'in') copyElements(turned, volumes);
      use(planes);
      if (copied === 'out') copyElements(volumes, turned);
    });
  }

  /** For each tap along the depth: the elements of x that it reads and their places in the patches, as views. */
  taps(x: TensorData, patches: TensorData, each: (x: Elements, patches: Elements) => void): void {
    const [, C, D, H, W] = this.x as readonly [number, number, number, number, number];
    const [KD, OD] = [this.w[2]!, this.y[2]!];
    const [stride, padding, dilation] = [this.p.stride[0]!, this.p.padding[0]!, this.p.dilation[0]!];
    const plane = H * W;
    for (let kd = 0; kd < KD; kd++) {
      const start = kd * dilation - padding;
      const begin = Math.max(0, Math.ceil(-start / stride));
      const end = Math.min(OD, Math.floor((D - 1 - start) / stride) + 1);
      if (end <= begin) continue;
      const shape = [x.shape[0]!, end - begin, C, plane];
      const numel = sizeOf(shape);
      const from = x.ptr + dtypeBytes[x.dtype] * (start + begin * stride) * plane;
      const to = patches.ptr + dtypeBytes[x.dtype] * (begin * C * KD + kd) * plane;
      each(
        { ptr: from, dtype: x.dtype, numel, shape, strides: [C * D * plane, stride * plane, D * plane, 1] },
        { ptr: to, dtype: x.dtype, numel, shape, strides: [OD * C * KD * plane, C * KD * plane, KD * plane, 1] },
      );
    }
  }

  gather(patches: TensorData, x: TensorData): void {
    // What no tap writes lies in the padding.
    const [padding, behind] = [this.p.padding[0]!, this.p.paddingBehind[0]!];
    if (Math.max(padding, padding + behind) > 0) fillElements(patches, 0);
    this.taps(x, patches, (from, to) => copyElements(to, from));
  }

  scatter(x: TensorData, patches: TensorData): void {
    this.taps(x, patches, (to, from) =>
      launch(
        kernels.add,
        x.dtype,
        to.ptr,
        to.ptr,
        from.ptr,
        1,
        stridedMeta([to, to, from]),
        to.numel,
        ELEMENTWISE_GRAIN,
      ),
    );
  }
}

type Elements = Parameters<typeof copyElements>[0];

function located({ ptr, dtype, numel }: TensorData): { ptr: number; dtype: TensorData['dtype']; numel: number } {
  return { ptr, dtype, numel };
}

/** Contiguous elements under another shape. It holds no use of the storage. */
function reshaped(x: TensorData, shape: readonly number[], offset = 0): TensorData {
  return new TensorData(x.storage, x.dtype, shape, contiguousStrides(shape), x.offset + offset);
}

/** Images `first` … `first + count - 1`. */
function part(x: TensorData, first: number, count: number): TensorData {
  return reshaped(x, [count, ...x.shape.slice(1)], first * sizeOf(x.shape.slice(1)));
}

function run<P>(op: Op<P>, y: TensorData, inputs: readonly (TensorData | null)[], params: P): void {
  op.forward([y] as readonly TensorData[] as Several<TensorData>, inputs as Several<TensorData>, params);
}

type Float = 'float32' | 'float64';

/** The shape of a convolution's result, with the checks of its operands. */
function inferShape(operands: readonly (Spec | null)[], p: Conv3dParams): Spec {
  const args = conv3d.args;
  const { name, groups } = p;
  const [x, w, bias] = operands as [Spec, Spec, Spec | null];
  if (x.shape.length !== 5) {
    fail(ShapeError, name, 'input must have dims [N, C, D, H, W] or [C, D, H, W]', args, operands);
  }
  if (w.shape.length !== 5) fail(ShapeError, name, 'weight must have dims [K, C/groups, KD, KH, KW]', args, operands);
  if (operands.some((o) => o && o.dtype !== x.dtype)) fail(DTypeError, name, 'dtypes differ', args, operands);
  if (!isFloat(x.dtype)) fail(DTypeError, name, 'floats wanted', args, operands);
  const [N, C] = x.shape as [number, number];
  const [K, perGroup] = w.shape as [number, number];
  if (C !== perGroup * groups) {
    const hint = groups === 1 ? '' : ` in ${groups} groups`;
    fail(ShapeError, name, `input has ${C} channels, weight wants ${perGroup * groups}${hint}`, args, operands);
  }
  if (K % groups !== 0)
    fail(ShapeError, name, `${K} output channels do not split into ${groups} groups`, args, operands);
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== K)) {
    fail(ShapeError, name, `bias must have shape [${K}]`, args, operands);
  }
  const spatial = x.shape.slice(2).map((size, i) => {
    const padded = size + 2 * p.padding[i]! + p.paddingBehind[i]!;
    const reach = p.dilation[i]! * (w.shape[2 + i]! - 1) + 1;
    if (reach > padded) {
      fail(ShapeError, name, `the kernel reaches over ${reach} of ${padded} (padded) elements`, args, operands);
    }
    return Math.floor((padded - reach) / p.stride[i]!) + 1;
  });
  return { shape: [N, K, ...spatial], dtype: x.dtype };
}

/** Cross-correlation of volumes: y[n, k] = bias[k] + Σ_c w[k, c] ⋆ x[n, c]; x [N, C, D, H, W], w [K, C/groups, KD, KH, KW], bias [K]. */
export const conv3d: Op<Conv3dParams> = {
  name: 'conv3d',
  args: ['input', 'weight', 'bias'],
  infer: inferShape,
  forward: ([y], [x, w, bias], p) => {
    if (y.numel === 0) return;
    const volumes = new Volumes(x.shape, w.shape, y.shape, p, dtypeBytes[x.dtype]);
    volumes.parts((first, count) =>
      volumes.withPatches(x.dtype as Float, count, (patches) => {
        volumes.gather(patches, part(x, first, count));
        volumes.withPlanes(y, first, count, 'out', (planes) =>
          run(conv2d, planes, [patches, volumes.filters(w), bias], volumes.planes),
        );
      }),
    );
  },
  savesInputs: [0, 1],
  backward: (ctx, dy) => {
    const p = ctx.params;
    const dx = ctx.needs[0] ? ctx.apply(conv3dBackwardInput, [dy, ctx.input(1)], { ...p, shape: ctx.shape(0) }) : null;
    const dw = ctx.needs[1] ? ctx.apply(conv3dBackwardWeight, [dy, ctx.input(0)], { ...p, shape: ctx.shape(1) }) : null;
    return [dx, dw, ctx.needs[2] ? dy.sum([0, 2, 3, 4]) : null];
  },
};

/** The gradient of conv3d with respect to its input: dx = Σ_k w[k] scattered by dy[k] (a transposed convolution). */
export const conv3dBackwardInput: Op<Conv3dBackwardParams> = {
  name: 'conv3dBackwardInput',
  args: ['dy', 'weight'],
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype, zeroed: true }),
  forward: ([dx], [dy, w], p) => {
    if (dx.numel === 0 || dy.numel === 0 || w.numel === 0) return;
    const volumes = new Volumes(dx.shape, w.shape, dy.shape, p, dtypeBytes[dx.dtype]);
    volumes.parts((first, count) =>
      volumes.withPatches(dx.dtype as Float, count, (patches) => {
        volumes.withPlanes(dy, first, count, 'in', (planes) =>
          run(conv2dBackwardInput, patches, [planes, volumes.filters(w)], { ...volumes.planes, shape: patches.shape }),
        );
        volumes.scatter(part(dx, first, count), patches);
      }),
    );
  },
  savesInputs: [0, 1],
  backward: (ctx, g) => {
    const { params } = ctx;
    const ddy = ctx.needs[0] ? ctx.apply(conv3d, [g, ctx.input(1), null], params) : null;
    const dw = ctx.needs[1]
      ? ctx.apply(conv3dBackwardWeight, [ctx.input(0), g], { ...params, shape: ctx.shape(1) })
      : null;
    return [ddy, dw];
  },
};

/** The gradient of conv3d with respect to its weight: dw[k, c] = Σ_n dy[n, k] ⋆ x[n, c]. */
export const conv3dBackwardWeight: Op<Conv3dBackwardParams> = {
  name: 'conv3dBackwardWeight',
  args: ['dy', 'input'],
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype, zeroed: true }),
  forward: ([dw], [dy, x], p) => {
    if (dw.numel === 0 || dy.numel === 0 || x.numel === 0) return;
    const volumes = new Volumes(x.shape, dw.shape, dy.shape, p, dtypeBytes[x.dtype]);
    const { shape } = volumes.filters(dw);
    const gradient = (to: TensorData, first: number, count: number): void =>
      volumes.withPatches(x.dtype as Float, count, (patches) => {
        volumes.gather(patches, part(x, first, count));
        volumes.withPlanes(dy, first, count, 'in', (planes) =>
          run(conv2dBackwardWeight, to, [planes, patches], { ...volumes.planes, shape }),
        );
      });
    volumes.parts((first, count) => {
      if (count === x.shape[0]) return gradient(volumes.filters(dw), first, count);
      withTemporary(shape, dw.dtype, (share) => {
        gradient(share, first, count);
        accumulateElements(volumes.filters(dw), share);
      });
    });
  },
  savesInputs: [0, 1],
  backward: (ctx, g) => {
    const { params } = ctx;
    const ddy = ctx.needs[0] ? ctx.apply(conv3d, [ctx.input(1), g, null], params) : null;
    const dx = ctx.needs[1]
      ? ctx.apply(conv3dBackwardInput, [ctx.input(0), g], { ...params, shape: ctx.shape(1) })
      : null;
    return [ddy, dx];
  },
};
