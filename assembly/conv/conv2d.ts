/**
 * 2-d convolution and its two gradients as implicit matrix products: only a block of the patch matrix exists at a time,
 * in the scratch slot of the slice at hand. `grain` tells a slice its slot (slices are cut at multiples of the grain), `slot` is
 * the bytes of one. Meta: see geometry.ts.
 *
 *   forward   y[n][k, p]  = Σ_r w[k, r] · P[r, p]        units: image, group, block of positions
 *   input     P'[r, p]    = Σ_k w[k, r] · dy[n][k, p]    units: image, group, block of channels; P' is added back to the planes
 *   weight    dw[k, r]    = Σ_n Σ_p dy[n][k, p] · P[r, p]    units: split of the batch, group, block of channels
 *
 * Units write disjoint memory and the order of every sum is fixed by the shapes, so the bits do not depend on threads.
 */
import { Blocks, block } from '../gemm/block';
import { dotBlock } from '../gemm/dot';
import { ADD, BIAS_ROW } from '../gemm/micro';
import { Geometry } from './geometry';
import { gatherPatches, scatterPatches } from './patches';

/** Bytes from row to row of a block of patches: 64 more than it holds, so that rows do not share cache sets. */
class Pitch {
  @inline static of<T>(positions: i32): usize {
    return (positions as usize) * sizeof<T>() + 64;
  }
}

/** @dtypes f32 f64 */
export function conv2d<T>(
  y: usize,
  x: usize,
  w: usize,
  bias: usize,
  scratch: usize,
  positions: i32,
  tile: i32,
  slot: i32,
  grain: i32,
  flags: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  const groups = Geometry.groups(meta);
  const channels = Geometry.C(meta) / groups;
  const outs = Geometry.K(meta) / groups;
  const plane = Geometry.H(meta) * Geometry.W(meta);
  const total = Geometry.OH(meta) * Geometry.OW(meta);
  const terms = channels * Geometry.KH(meta) * Geometry.KW(meta);
  const blocks = (total + positions - 1) / positions;
  const depth = Blocks.depth(terms);
  const direct = Geometry.pointwise(meta);
  const pitch = direct ? (plane as usize) * size : Pitch.of<T>(positions);
  const patches = scratch + ((begin / grain) as usize) * (slot as usize);
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / blocks;
    const group = matrix % groups;
    const p0 = (unit % blocks) * positions;
    const p1 = min(total, p0 + positions);
    const planes = x + ((matrix * channels * plane) as usize) * size;
    const to = y + ((matrix * outs * total + p0) as usize) * size;
    const from = w + ((group * outs * terms) as usize) * size;
    const row = bias + ((group * outs) as usize) * size;
    for (let r = 0; r < terms; r += depth) {
      const count = min(depth, terms - r);
      let b = patches;
      if (direct) b = planes + ((r * plane + p0) as usize) * size;
      else gatherPatches<T>(patches, pitch, planes, meta, r, r + count, p0, p1);
      let todo = r > 0 ? ADD : 0;
      if (r + count >= terms) todo |= flags & BIAS_ROW;
      block<T>(
        to,
        from + (r as usize) * size,
        b,
        outs,
        p1 - p0,
        count,
        (terms as usize) * size,
        size,
        pitch,
        false,
        (total as usize) * size,
        todo,
        bias,
        row,
        tile,
      );
    }
  }
}

/** @dtypes f32 f64 */
export function conv2dBackwardInput<T>(
  dx: usize,
  dy: usize,
  w: usize,
  scratch: usize,
  channelsPerUnit: i32,
  positions: i32,
  tile: i32,
  slot: i32,
  grain: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  const groups = Geometry.groups(meta);
  const channels = Geometry.C(meta) / groups;
  const outs = Geometry.K(meta) / groups;
  const plane = Geometry.H(meta) * Geometry.W(meta);
  const total = Geometry.OH(meta) * Geometry.OW(meta);
  const taps = Geometry.KH(meta) * Geometry.KW(meta);
  const terms = channels * taps;
  const blocks = (channels + channelsPerUnit - 1) / channelsPerUnit;
  const depth = Blocks.depth(outs);
  const direct = Geometry.pointwise(meta);
  const pitch = direct ? (plane as usize) * size : Pitch.of<T>(positions);
  const patches = scratch + ((begin / grain) as usize) * (slot as usize);
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / blocks;
    const group = matrix % groups;
    const c0 = (unit % blocks) * channelsPerUnit;
    const rows = min(channelsPerUnit, channels - c0) * taps;
    const planes = dx + (((matrix * channels + c0) * plane) as usize) * size;
    const weights = w + ((group * outs * terms + c0 * taps) as usize) * size;
    const from = dy + ((matrix * outs * total) as usize) * size;
    if (!direct) memory.fill(planes, 0, (((rows / taps) * plane) as usize) * size);
    for (let p0 = 0; p0 < total; p0 += positions) {
      const p1 = min(total, p0 + positions);
      const to = direct ? planes + (p0 as usize) * size : patches;
      for (let k = 0; k < outs; k += depth) {
        const count = min(depth, outs - k);
        block<T>(
          to,
          weights + ((k * terms) as usize) * size,
          from + ((k * total + p0) as usize) * size,
          rows,
          p1 - p0,
          count,
          size,
          (terms as usize) * size,
          (total as usize) * size,
          false,
          pitch,
          k > 0 ? ADD : 0,
          0,
          0,
          tile,
        );
      }
      if (!direct) scatterPatches<T>(planes, patches, pitch, meta, 0, rows, p0, p1);
    }
  }
}

/** @dtypes f32 f64 */
export function conv2dBackwardWeight<T>(
  dw: usize,
  dy: usize,
  x: usize,
  scratch: usize,
  N: i32,
  splits: i32,
  channelsPerUnit: i32,
  positions: i32,
  slot: i32,
  grain: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  const groups = Geometry.groups(meta);
  const channels = Geometry.C(meta) / groups;
  const outs = Geometry.K(meta) / groups;
  const plane = Geometry.H(meta) * Geometry.W(meta);
  const total = Geometry.OH(meta) * Geometry.OW(meta);
  const taps = Geometry.KH(meta) * Geometry.KW(meta);
  const terms = channels * taps;
  const blocks = (channels + channelsPerUnit - 1) / channelsPerUnit;
  const direct = Geometry.pointwise(meta);
  const pitch = direct ? (plane as usize) * size : Pitch.of<T>(positions);
  const patches = scratch + ((begin / grain) as usize) * (slot as usize);
  for (let unit = begin; unit < end; ++unit) {
    const split = unit / (blocks * groups);
    const group = (unit / blocks) % groups;
    const c0 = (unit % blocks) * channelsPerUnit;
    const rows = min(channelsPerUnit, channels - c0) * taps;
    const last = (((split + 1) as i64) * (N as i64)) / (splits as i64);
    const to = dw + (((split * groups + group) * outs * terms + c0 * taps) as usize) * size;
    const start = ((split as i64) * (N as i64)) / (splits as i64);
    for (let n = start as i32; n < (last as i32); ++n) {
      const planes = x + ((((n * groups + group) * channels + c0) * plane) as usize) * size;
      const from = dy + (((n * groups + group) * outs * total) as usize) * size;
      for (let p0 = 0; p0 < total; p0 += positions) {
        const p1 = min(total, p0 + positions);
        let b = patches;
        if (direct) b = planes + (p0 as usize) * size;
        else gatherPatches<T>(patches, pitch, planes, meta, 0, rows, p0, p1);
        dotBlock<T>(
          to,
          from + (p0 as usize) * size,
          b,
          outs,
          rows,
          p1 - p0,
          (total as usize) * size,
          pitch,
          (terms as usize) * size,
          n > (start as i32) || p0 > 0 ? ADD : 0,
          0,
          0,
        );
      }
    }
  }
}

/**
 * y = Σ of `splits` partial results, in order. A unit is one element.
 *
 * @dtypes f32 f64
 */
export function conv2dCombine<T>(y: usize, parts: usize, splits: i32, numel: i32, begin: i32, end: i32): void {
  for (let i = begin; i < end; ++i) {
    const at = (i as usize) * sizeof<T>();
    let sum = load<T>(parts + at);
    for (let s = 1; s < splits; ++s) sum += load<T>(parts + at + ((s * numel) as usize) * sizeof<T>());
    store<T>(y + at, sum);
  }
}
