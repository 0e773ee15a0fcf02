import { dtypeBytes } from '../../core/dtypes.js';
import * as kernels from '../../runtime/kernels.js';
import { launch } from '../../runtime/launch.js';
import { scratch } from '../../runtime/storage.js';
import type { TensorData } from '../../runtime/tensor-data.js';
import { WORK, grainOf, roundUp } from './shapes.js';
import type { ConvParams, Shape4 } from './shapes.js';

/** Bytes of a band of padded planes: half of an L1 cache of 48 KiB. */
const BAND_BYTES = 24 << 10;
/** Terms of a direct sum at most: the weights of four channels (16 bytes a term) stay in L1 beside the rows. */
const TERMS = 1600;

/** What a direct kernel computes: `y` planes from `x` planes, whose rows and columns lie `up` apart. */
interface Sums {
  readonly x: Shape4;
  readonly y: Shape4;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly up: readonly [number, number];
}

interface Bands {
  /** Bytes of the band of one plane, with a line behind that vectors may read. */
  readonly bytes: number;
  /** Blocks of rows of y. */
  readonly blocks: number;
  /** The words that kernels read (assembly/conv/planes.ts). */
  readonly meta: number[];
}

/** Cuts the rows of y into blocks whose bands of `channels` planes at a time stay in L1, as far as four rows allow it. */
function bandsOf(sums: Sums, channels: number, size: number): Bands {
  const { x, y, kernel, stride, padding, dilation, up } = sums;
  const [, , OH, OW] = y;
  const width = OW + Math.floor(((kernel[1] - 1) * dilation[1]) / stride[1]);
  const pitch = width * stride[1] * size;
  const reach = (kernel[0] - 1) * dilation[0] + 1;
  const most = Math.max(4, Math.floor((BAND_BYTES / (channels * pitch) - reach) / stride[0]) + 1);
  const rows = Math.ceil(OH / Math.ceil(OH / most));
  return {
    bytes: roundUp(((rows - 1) * stride[0] + reach) * pitch + 64, 64),
    blocks: Math.ceil(OH / rows),
    meta: [...x.slice(1), ...y.slice(1), ...kernel, ...stride, ...padding, ...dilation, ...up, width, rows],
  };
}

/** The convolution itself. */
export function forwardSums(x: Shape4, w: Shape4, y: Shape4, p: ConvParams): Sums {
  const { stride, padding, dilation } = p;
  return { x, y, kernel: [w[2], w[3]], stride, padding, dilation, up: [1, 1] };
}

/** The gradient of the input: dx is a convolution of dy, with zeros between where there is a stride, with turned filters. */
export function inputSums(dx: Shape4, w: Shape4, dy: Shape4, p: ConvParams): Sums {
  const [padH, padW] = [0, 1].map((i) => (w[2 + i]! - 1) * p.dilation[i]! - p.padding[i]!) as [number, number];
  const kernel: [number, number] = [w[2], w[3]];
  return { x: dy, y: dx, kernel, stride: [1, 1], padding: [padH, padW], dilation: p.dilation, up: p.stride };
}

/** Tells whether a group's channels of y fill the tiles of `direct` (four channels) and its sums are short enough. */
export function isDirect(x: TensorData, outs: number, terms: number): boolean {
  return x.dtype === 'float32' && outs >= 3 && terms <= TERMS;
}

/** y = w ⋆ x (+ bias) from bands; with `turn` for the gradient of the input, where w [K, C/groups, …] changes its roles. */
export function direct(
  y: TensorData,
  x: TensorData,
  w: TensorData,
  bias: TensorData | null,
  sums: Sums,
  groups: number,
  turn: boolean,
): void {
  const [N, C] = sums.x;
  const [, K, , OW] = sums.y;
  const [channels, outs] = [C / groups, K / groups];
  const taps = sums.kernel[0] * sums.kernel[1];
  const { bytes, blocks, meta } = bandsOf(sums, channels, 4);
  const padded = roundUp(outs, 4) * groups;
  const slot = roundUp(4 * (padded * (channels * taps + 1) + channels * taps) + 64 + channels * bytes, 64);
  const units = N * groups * blocks;
  const grain = grainOf(units, (sums.y[2] / blocks) * OW * outs * channels * taps);
  const [kStep, cStep] = turn ? [taps, outs * taps] : [channels * taps, taps];
  const biasPtr = bias ? bias.ptr : 0;
  scratch(Math.ceil(units / grain) * slot, (ptr) =>
    launch(
      kernels.conv2dDirect,
      null,
      y.ptr,
      x.ptr,
      w.ptr,
      biasPtr,
      ptr,
      groups,
      kStep,
      cStep,
      turn ? 1 : 0,
      bytes,
      slot,
      grain,
      meta,
      units,
      grain,
    ),
  );
}

/** A convolution in groups of few channels, or with `turn` the gradient of its input. */
export function depthwise(
  y: TensorData,
  x: TensorData,
  w: TensorData,
  bias: TensorData | null,
  sums: Sums,
  groups: number,
  turn: boolean,
): void {
  const [N, C] = sums.x;
  const [, K, OH, OW] = sums.y;
  const taps = sums.kernel[0] * sums.kernel[1];
  const { bytes, meta } = bandsOf(sums, 1, dtypeBytes[y.dtype]);
  const slot = roundUp(4 * taps, 64) + bytes;
  const units = N * K;
  const grain = grainOf(units, (OH * OW * (taps + 2) * C) / groups);
  scratch(Math.ceil(units / grain) * slot, (ptr) =>
    launch(
      kernels.depthwise,
      y.dtype,
      y.ptr,
      x.ptr,
      w.ptr,
      bias ? bias.ptr : 0,
      ptr,
      groups,
      turn ? 1 : 0,
      slot,
      grain,
      meta,
      units,
      grain,
    ),
  );
}

/** The gradient of the filters of groups of few channels; the batch is split where channels make too few units, by shape, and the parts are added in order. */
export function depthwiseWeight(dw: TensorData, dy: TensorData, x: TensorData, sums: Sums, groups: number): void {
  const [N, C] = sums.x;
  const [, K, OH, OW] = sums.y;
  const { bytes, meta } = bandsOf(sums, 1, dtypeBytes[dw.dtype]);
  const slot = 128 + bytes;
  const splits = Math.min(N, Math.ceil(8 / C));
  const units = splits * C;
  const grain = grainOf(units, ((N / splits) * OH * OW * sums.kernel[0] * sums.kernel[1] * K) / groups);
  const slots = Math.ceil(units / grain) * slot;
  scratch(slots + (splits > 1 ? splits * dw.numel * dtypeBytes[dw.dtype] : 0), (ptr) => {
    const to = splits > 1 ? ptr + slots : dw.ptr;
    launch(
      kernels.depthwiseBackwardWeight,
      dw.dtype,
      to,
      dy.ptr,
      x.ptr,
      ptr,
      N,
      splits,
      groups,
      slot,
      grain,
      meta,
      units,
      grain,
    );
    if (splits > 1) launch(kernels.conv2dCombine, dw.dtype, dw.ptr, to, splits, dw.numel, dw.numel, WORK / 4);
  });
}
