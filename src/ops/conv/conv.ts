import { dtypeBytes, isFloat } from '../../core/dtypes.js';
import { DTypeError, ShapeError, fail } from '../../core/errors.js';
import * as kernels from '../../runtime/kernels.js';
import { launch } from '../../runtime/launch.js';
import { scratch } from '../../runtime/storage.js';
import { tileRows } from '../../runtime/tile.js';
import { BIAS_ROW } from '../gemm.js';
import { fillElements } from '../launches.js';
import type { Op, Spec } from '../op.js';
import { depthwise, depthwiseWeight, direct, forwardSums, inputSums, isDirect } from './direct.js';
import { WORK, grainOf, shape4 } from './shapes.js';
import type { ConvBackwardParams, ConvParams, Shape4 } from './shapes.js';
import { isWinograd, winograd, winogradWeight } from './winograd.js';

/** Positions of a block of patches in the forward pass: with up to 384 terms it fits half of an L2 cache of 512 KiB. */
const POSITIONS = 128;
/** Positions of a block in the backward passes, which hold a few channels at a time. */
const POSITIONS_BACKWARD = 512;
/** Rows of patches that a unit of the backward passes holds, at least (then whole channels). */
const ROWS_BACKWARD = 36;

/** The words that kernels read (assembly/conv/geometry.ts). */
function geometry(x: Shape4, w: Shape4, y: Shape4, p: ConvParams): number[] {
  return [x[1], x[2], x[3], w[0], y[2], y[3], w[2], w[3], ...p.stride, ...p.padding, ...p.dilation, p.groups];
}

/** One element a patch: x is its own patch matrix and nothing needs scratch memory. */
function isPointwise(x: Shape4, w: Shape4, y: Shape4, p: ConvParams): boolean {
  const plain = [...w.slice(2), ...p.stride].every((n) => n === 1) && p.padding[0] === 0 && p.padding[1] === 0;
  return plain && x[2] === y[2] && x[3] === y[3];
}

/** One channel of x in a group, or hardly any of y, which fill no tiles of a product. */
function isDepthwise(w: Shape4, p: ConvParams): boolean {
  return (w[1] === 1 && p.groups > 1) || (w[0] / p.groups <= 2 && w[2] * w[3] > 1);
}

/** Gives every slice of a launch its slot of scratch memory. */
function withSlots(units: number, grain: number, slot: number, run: (ptr: number) => void): void {
  if (slot === 0) run(0);
  else scratch(Math.ceil(units / grain) * slot, run);
}

function checkFloats(args: readonly string[], name: string, operands: readonly (Spec | null)[]): void {
  const [x] = operands;
  if (operands.some((o) => o && o.dtype !== x!.dtype)) fail(DTypeError, name, 'dtypes differ', args, operands);
  if (!isFloat(x!.dtype)) fail(DTypeError, name, 'floats wanted', args, operands);
}

/** Cross-correlation of planes: y[n, k] = bias[k] + Σ_c w[k, c] ⋆ x[n, c]; x [N, C, H, W], w [K, C/groups, KH, KW], bias [K]. */
export const conv2d: Op<ConvParams> = {
  name: 'conv2d',
  args: ['input', 'weight', 'bias'],
  infer: ([x, w, bias], p) => {
    const operands: (Spec | null)[] = [x, w, bias];
    const { args } = conv2d;
    const { name, groups } = p;
    if (x.shape.length !== 4) fail(ShapeError, name, 'input must have dims [N, C, H, W] or [C, H, W]', args, operands);
    if (w.shape.length !== 4) fail(ShapeError, name, 'weight must have dims [K, C/groups, KH, KW]', args, operands);
    checkFloats(args, name, operands);
    const [N, C, H, W] = x.shape as Shape4;
    const [K, perGroup, KH, KW] = w.shape as Shape4;
    if (C !== perGroup * groups) {
      const hint = groups === 1 ? '' : ` in ${groups} groups`;
      fail(ShapeError, name, `input has ${C} channels, weight wants ${perGroup * groups}${hint}`, args, operands);
    }
    if (K % groups !== 0)
      fail(ShapeError, name, `${K} output channels do not split into ${groups} groups`, args, operands);
    if (bias && (bias.shape.length !== 1 || bias.shape[0] !== K)) {
      fail(ShapeError, name, `bias must have shape [${K}]`, args, operands);
    }
    const [OH, OW] = [H, W].map((size, i) => {
      const padded = size + 2 * p.padding[i]! + p.paddingBehind[i]!;
      const reach = p.dilation[i]! * ([KH, KW][i]! - 1) + 1;
      if (reach > padded) {
        fail(ShapeError, name, `the kernel reaches over ${reach} of ${padded} (padded) elements`, args, operands);
      }
      return Math.floor((padded - reach) / p.stride[i]!) + 1;
    }) as [number, number];
    return { shape: [N, K, OH, OW], dtype: x.dtype };
  },
  forward: ([y], [x, w, bias], p) => {
    const [xs, ws, ys] = [x, w, y].map(shape4) as [Shape4, Shape4, Shape4];
    if (y.numel === 0) return;
    if (isDepthwise(ws, p)) return depthwise(y, x, w, bias, forwardSums(xs, ws, ys, p), p.groups, false);
    if (isWinograd(x, ws, ys, p)) return winograd(y, x, w, bias, p.padding, false);
    const [N, K, OH, OW] = ys;
    const terms = ws[1] * ws[2] * ws[3];
    const pointwise = isPointwise(xs, ws, ys, p);
    if (!pointwise && isDirect(x, K / p.groups, terms))
      return direct(y, x, w, bias, forwardSums(xs, ws, ys, p), p.groups, false);
    const meta = geometry(xs, ws, ys, p);
    const flags = bias ? BIAS_ROW : 0;
    const biasPtr = bias ? bias.ptr : 0;
    const total = OH * OW;
    const blocks = Math.ceil(total / POSITIONS);
    const positions = Math.ceil(Math.ceil(total / blocks) / 16) * 16;
    const units = N * p.groups * Math.ceil(total / positions);
    const grain = grainOf(units, (positions * terms * K) / p.groups);
    const row = positions * dtypeBytes[x.dtype] + 64;
    const slot = pointwise ? 0 : Math.min(terms, 384) * row;
    withSlots(units, grain, slot, (ptr) =>
      launch(
        kernels.conv2d,
        x.dtype,
        y.ptr,
        x.ptr,
        w.ptr,
        biasPtr,
        ptr,
        positions,
        tileRows(),
        slot,
        grain,
        flags,
        meta,
        units,
        grain,
      ),
    );
  },
  savesInputs: [0, 1],
  backward: (ctx, dy) => {
    const p = ctx.params;
    const dx = ctx.needs[0] ? ctx.apply(conv2dBackwardInput, [dy, ctx.input(1)], { ...p, shape: ctx.shape(0) }) : null;
    const dw = ctx.needs[1] ? ctx.apply(conv2dBackwardWeight, [dy, ctx.input(0)], { ...p, shape: ctx.shape(1) }) : null;
    return [dx, dw, ctx.needs[2] ? dy.sum([0, 2, 3]) : null];
  },
};

/** Channels a unit of the backward passes takes, and positions of its blocks of patches. */
function backwardPlan(x: Shape4, w: Shape4, y: Shape4, p: ConvParams, bytes: number): BackwardPlan {
  const taps = w[2] * w[3];
  const channels = Math.min(w[1], Math.max(1, Math.ceil(ROWS_BACKWARD / taps)));
  const total = y[2] * y[3];
  const positions = Math.ceil(total / Math.ceil(total / POSITIONS_BACKWARD) / 16) * 16;
  const slot = isPointwise(x, w, y, p) ? 0 : channels * taps * (positions * bytes + 64);
  return {
    channels,
    positions,
    slot,
    blocks: Math.ceil(w[1] / channels),
    work: (channels * taps * total * w[0]) / p.groups,
  };
}

interface BackwardPlan {
  readonly channels: number;
  readonly positions: number;
  readonly slot: number;
  readonly blocks: number;
  readonly work: number;
}

/** The gradient of conv2d with respect to its input: dx = Σ_k w[k] scattered by dy[k] (a transposed convolution). */
export const conv2dBackwardInput: Op<ConvBackwardParams> = {
  name: 'conv2dBackwardInput',
  args: ['dy', 'weight'],
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype }),
  forward: ([dx], [dy, w], p) => {
    const [xs, ws, ys] = [dx, w, dy].map(shape4) as [Shape4, Shape4, Shape4];
    if (dx.numel === 0) return;
    if (dy.numel === 0 || w.numel === 0) return fillElements(dx, 0);
    if (isDepthwise(ws, p)) return depthwise(dx, dy, w, null, inputSums(xs, ws, ys, p), p.groups, true);
    if (isWinograd(dx, [ws[1], ws[0], ws[2], ws[3]], xs, p)) {
      return winograd(dx, dy, w, null, [2 - p.padding[0], 2 - p.padding[1]], true);
    }
    const terms = (ws[0] / p.groups) * ws[2] * ws[3];
    // With a stride most of dy would be zeros between.
    if (!isPointwise(xs, ws, ys, p) && p.stride[0] * p.stride[1] === 1 && isDirect(dx, ws[1], terms)) {
      return direct(dx, dy, w, null, inputSums(xs, ws, ys, p), p.groups, true);
    }
    const meta = geometry(xs, ws, ys, p);
    const { channels, positions, slot, blocks, work } = backwardPlan(xs, ws, ys, p, dtypeBytes[dx.dtype]);
    const units = xs[0] * p.groups * blocks;
    const grain = grainOf(units, work);
    withSlots(units, grain, slot, (ptr) =>
      launch(
        kernels.conv2dBackwardInput,
        dx.dtype,
        dx.ptr,
        dy.ptr,
        w.ptr,
        ptr,
        channels,
        positions,
        tileRows(),
        slot,
        grain,
        meta,
        units,
        grain,
      ),
    );
  },
  savesInputs: [0, 1],
  backward: (ctx, g) => {
    const { params } = ctx;
    const ddy = ctx.needs[0] ? ctx.apply(conv2d, [g, ctx.input(1), null], params) : null;
    const dw = ctx.needs[1]
      ? ctx.apply(conv2dBackwardWeight, [ctx.input(0), g], { ...params, shape: ctx.shape(1) })
      : null;
    return [ddy, dw];
  },
};

/** The gradient of conv2d with respect to its weight: dw[k, c] = Σ_n dy[n, k] ⋆ x[n, c]. */
export const conv2dBackwardWeight: Op<ConvBackwardParams> = {
  name: 'conv2dBackwardWeight',
  args: ['dy', 'input'],
  infer: ([dy], { shape }) => ({ shape, dtype: dy.dtype }),
  forward: ([dw], [dy, x], p) => {
    const [xs, ws, ys] = [x, dw, dy].map(shape4) as [Shape4, Shape4, Shape4];
    if (dw.numel === 0) return;
    if (dy.numel === 0 || x.numel === 0) return fillElements(dw, 0);
    if (isDepthwise(ws, p)) return depthwiseWeight(dw, dy, x, forwardSums(xs, ws, ys, p), p.groups);
    if (isWinograd(dw, ws, ys, p)) return winogradWeight(dw, dy, x, p.padding);
    const meta = geometry(xs, ws, ys, p);
    const N = xs[0];
    const bytes = dtypeBytes[dw.dtype];
    const { channels, positions, slot, blocks, work } = backwardPlan(xs, ws, ys, p, bytes);
    // Where channels make too few units, the batch is split too; how often depends on shapes alone.
    const splits = Math.min(N, Math.ceil(8 / (blocks * p.groups)));
    const units = splits * p.groups * blocks;
    const grain = grainOf(units, (work * N) / splits);
    const slots = Math.ceil(units / grain) * slot;
    const parts = splits > 1 ? splits * dw.numel * bytes : 0;
    scratch(Math.max(64, slots + parts), (ptr) => {
      const to = splits > 1 ? ptr + slots : dw.ptr;
      launch(
        kernels.conv2dBackwardWeight,
        dw.dtype,
        to,
        dy.ptr,
        x.ptr,
        ptr,
        N,
        splits,
        channels,
        positions,
        slot,
        grain,
        meta,
        units,
        grain,
      );
      if (splits > 1) launch(kernels.conv2dCombine, dw.dtype, dw.ptr, to, splits, dw.numel, dw.numel, WORK / 4);
    });
  },
  savesInputs: [0, 1],
  backward: (ctx, g) => {
    const { params } = ctx;
    const ddy = ctx.needs[0] ? ctx.apply(conv2d, [ctx.input(1), g, null], params) : null;
    const dx = ctx.needs[1]
      ? ctx.apply(conv2dBackwardInput, [ctx.input(0), g], { ...params, shape: ctx.shape(1) })
      : null;
    return [ddy, dx];
  },
};
