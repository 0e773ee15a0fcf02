import * as kernels from '../../runtime/kernels.js';
import { launch } from '../../runtime/launch.js';
import { derive } from '../../runtime/recorder.js';
import { scratch } from '../../runtime/storage.js';
import type { TensorData } from '../../runtime/tensor-data.js';
import { tileRows } from '../../runtime/tile.js';
import { grainOf, roundUp } from './shapes.js';
import type { ConvParams, Shape4 } from './shapes.js';

/** Tiles of a block at most: with 64 channels their points take 300 KB. */
const TILES = 32;
/** Bytes of a block's points that TILES may take. */
const BLOCK_BYTES = 640 << 10;
/** Channels of y that a block makes at a time. */
const OUTS = 32;
/** Slices that scratch memory is laid out for: a slot is large. */
const SLICES = 16;
/** Bytes before the table of tiles: factors and the square of a transform (assembly/conv/winograd.ts). */
const HEAD = 32 + 1024;
const FILTER_SLOT = 1024;
/** Tiles up to which transformed filters, four times as large as the filters, are worth being kept: 2 % of the work. */
const KEPT_TILES = 128;

/** Bytes of a matrix of points. */
function points(floats: number): number {
  return 36 * 4 * (floats + 16);
}

function tilesOf(size: number): number {
  return Math.ceil(size / 4);
}

/**
 * Tells whether Winograd's convolution does less work than the direct sum, with N images, C channels in, K out and planes of
 * OH × OW out: multiply-adds against products of points and the three transforms.
 */
export function winogradPays(N: number, C: number, K: number, OH: number, OW: number): boolean {
  const tiles = N * tilesOf(OH) * tilesOf(OW);
  const direct = N * OH * OW * 9 * C * K;
  return tiles * (36 * C * K + 200 * C + 150 * K) + 100 * C * K < 0.8 * direct;
}

/** Tells whether a convolution is of the kind that Winograd's formula covers, and large enough. */
export function isWinograd(x: TensorData, w: Shape4, y: Shape4, p: ConvParams): boolean {
  const plain = [...p.stride, ...p.dilation, p.groups].every((n) => n === 1);
  return plain && x.dtype === 'float32' && w[2] === 3 && w[3] === 3 && winogradPays(y[0], w[1], w[0], y[2], y[3]);
}

/** The tiles of a block, its places in scratch memory, and the words that kernels read (assembly/conv/tiles.ts). */
function blocks(N: number, C: number, plane: readonly number[], pad: readonly number[], out: readonly number[]) {
  const [rows, columns] = out.map(tilesOf) as [number, number];
  const perImage = rows * columns;
  const total = N * perImage;
  let tiles = TILES;
  while (tiles > 16 && points(C * tiles) > BLOCK_BYTES) tiles /= 2;
  while (tiles > 8 && total < 4 * tiles) tiles /= 2;
  // Images that a block touches at most, and their rows of tiles.
  const images = Math.min(N, Math.ceil((tiles - 1) / perImage) + 1);
  const tileRows = Math.min(images * rows, Math.ceil((tiles - 1) / columns) + images);
  const pitch = 4 * (4 * columns + 4);
  return {
    tiles,
    units: Math.ceil(total / tiles),
    region: (4 * tileRows + 2 * images) * pitch,
    meta: [N, ...plane, ...pad, rows, columns, ...out],
  };
}

/**
 * y = w ⋆ x (+ bias) for filters of 3 × 3 that start `pad` before x. With `flip` the filters are turned by 180° and w [C, K, 3, 3] changes
 * its roles: the gradient of the input.
 */
export function winograd(
  y: TensorData,
  x: TensorData,
  w: TensorData,
  bias: TensorData | null,
  pad: readonly number[],
  flip: boolean,
): void {
  const [N, C, H, W] = x.shape as Shape4;
  const [, K, OH, OW] = y.shape as Shape4;
  const { tiles, units, region, meta } = blocks(N, C, [H, W], pad, [OH, OW]);
  const outs = Math.min(OUTS, K);
  const slot = roundUp(HEAD + 16 * tiles + region + points(C * tiles) + points(outs * tiles), 64);
  const grain = grainOf(units, tiles * 36 * C * K, SLICES);
  const filterGrain = grainOf(K, 50 * C);
  const [rowStep, channelStep] = flip ? [9, 9 * K] : [9 * C, 9];
  const biasPtr = bias ? bias.ptr : 0;
  const turn = flip ? 1 : 0;
  const filters = (u: number): void =>
    scratch(Math.ceil(K / filterGrain) * FILTER_SLOT, (ptr) =>
      launch(
        kernels.conv2dWinogradFilter,
        null,
        u,
        w.ptr,
        ptr,
        K,
        C,
        rowStep,
        channelStep,
        turn,
        FILTER_SLOT,
        filterGrain,
        K,
        filterGrain,
      ),
    );
  scratch(points(K * C), (u) => {
    // Kept in captured steps where it is a share of the work: all tiles together take 36·tiles of 100 + 36·tiles.
    if (units * tiles <= KEPT_TILES) derive(u, w.storage, () => filters(u));
    else filters(u);
    scratch(Math.ceil(units / grain) * slot, (ptr) =>
      launch(
        kernels.conv2dWinograd,
        null,
        y.ptr,
        x.ptr,
        u,
        biasPtr,
        ptr,
        C,
        K,
        outs,
        tiles,
        region,
        tileRows(),
        slot,
        grain,
        meta,
        units,
        grain,
      ),
    );
  });
}

/** Channels of dy that a unit of the weight's gradient takes at most, and bytes of the sums that they may have. */
const OUTS_WEIGHT = 64;
const SUMS_BYTES = 1 << 20;
/** Bytes that a slice of the last step needs: factors and two squares. */
const FINISH_SLOT = 32 + 2 * 576;

/** The gradient of filters of 3 × 3 whose convolution starts `pad` before x. */
export function winogradWeight(dw: TensorData, dy: TensorData, x: TensorData, pad: readonly number[]): void {
  const [N, C, H, W] = x.shape as Shape4;
  const [, K, OH, OW] = dy.shape as Shape4;
  const { tiles, units: all, region, meta } = blocks(N, C, [H, W], pad, [OH, OW]);
  const columns = roundUp(C, 4);
  let outs = Math.min(OUTS_WEIGHT, K);
  while (outs > 16 && points(outs * columns) > SUMS_BYTES) outs /= 2;
  outs = Math.ceil(outs);
  const groups = Math.ceil(K / outs);
  const splits = Math.min(all, Math.ceil(8 / groups));
  const units = splits * groups;
  const slot = roundUp(HEAD + 32 * tiles + 4 * region + points(columns * tiles) + points(outs * tiles), 64);
  const grain = grainOf(units, (all / splits) * tiles * 36 * C * outs, SLICES);
  const finishGrain = grainOf(K, 20 * C * splits);
  const slots = Math.max(Math.ceil(units / grain) * slot, Math.ceil(K / finishGrain) * FINISH_SLOT);
  scratch(splits * points(K * columns) + slots, (sums) => {
    const ptr = sums + splits * points(K * columns);
    launch(
      kernels.conv2dWinogradWeight,
      null,
      sums,
      dy.ptr,
      x.ptr,
      ptr,
      C,
      K,
      outs,
      tiles,
      splits,
      region,
      tileRows(),
      slot,
      grain,
      meta,
      units,
      grain,
    );
    launch(
      kernels.conv2dWinogradWeightFinish,
      null,
      dw.ptr,
      sums,
      ptr,
      C,
      K,
      splits,
      FINISH_SLOT,
      finishGrain,
      K,
      finishGrain,
    );
  });
}
