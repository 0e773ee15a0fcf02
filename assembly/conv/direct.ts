/**
 * Direct convolution from padded bands of planes (see planes.ts, also for the meta), without patches: a tap is a place in the band. Also
 * the gradient of the input, with turned filters that change their roles.
 */
import { Lane } from '../gemm/micro';
import { Lanes } from '../simd/lanes';
import { Geometry } from './geometry';
import { Band } from './planes';

class Put {
  /** Stores two vectors, or what of them is left of the row: more than one. */
  @inline static two(p: usize, x0: v128, x1: v128, bias: v128, left: i32): void {
    v128.store(p, f32x4.add(x0, bias));
    Put.one(p + 16, x1, bias, left - 4);
  }

  /** Stores a vector, or what of it is left of the row. */
  @inline static one(p: usize, x: v128, bias: v128, left: i32): void {
    x = f32x4.add(x, bias);
    if (left >= 4) v128.store(p, x);
    else Lane.storePart<f32>(p, x, left);
  }
}

/**
 * A row of four channels of y (or the `channels` that are left), two vectors at a time and at its end one where that does, over all taps: their places relative to
 * `s` stand from `places` to `last`, the weights of the four channels side by side in `w`.
 */
function row(
  y: usize,
  s: usize,
  w: usize,
  places: usize,
  last: usize,
  bias: usize,
  OW: i32,
  outPlane: usize,
  channels: i32,
): void {
  let left = OW;
  for (; left > 4; left -= 8) {
    let c00 = f32x4.splat(0);
    let c01 = c00,
      c10 = c00,
      c11 = c00,
      c20 = c00,
      c21 = c00,
      c30 = c00,
      c31 = c00;
    let t = w;
    for (let place = places; place < last; place += 4) {
      const p = s + (load<u32>(place) as usize);
      const x0 = v128.load(p);
      const x1 = v128.load(p, 16);
      let weight = v128.load32_splat(t);
      c00 = Lanes.fma<f32>(weight, x0, c00);
      c01 = Lanes.fma<f32>(weight, x1, c01);
      weight = v128.load32_splat(t, 4);
      c10 = Lanes.fma<f32>(weight, x0, c10);
      c11 = Lanes.fma<f32>(weight, x1, c11);
      weight = v128.load32_splat(t, 8);
      c20 = Lanes.fma<f32>(weight, x0, c20);
      c21 = Lanes.fma<f32>(weight, x1, c21);
      weight = v128.load32_splat(t, 12);
      c30 = Lanes.fma<f32>(weight, x0, c30);
      c31 = Lanes.fma<f32>(weight, x1, c31);
      t += 16;
    }
    let to = y;
    Put.two(to, c00, c01, v128.load32_splat(bias), left);
    to += outPlane;
    if (channels > 1) Put.two(to, c10, c11, v128.load32_splat(bias, 4), left);
    to += outPlane;
    if (channels > 2) Put.two(to, c20, c21, v128.load32_splat(bias, 8), left);
    to += outPlane;
    if (channels > 3) Put.two(to, c30, c31, v128.load32_splat(bias, 12), left);
    y += 32;
    s += 32;
  }
  if (left <= 0) return;
  let c0 = f32x4.splat(0);
  let c1 = c0,
    c2 = c0,
    c3 = c0;
  for (let place = places; place < last; place += 4) {
    const x = v128.load(s + (load<u32>(place) as usize));
    c0 = Lanes.fma<f32>(v128.load32_splat(w), x, c0);
    c1 = Lanes.fma<f32>(v128.load32_splat(w, 4), x, c1);
    c2 = Lanes.fma<f32>(v128.load32_splat(w, 8), x, c2);
    c3 = Lanes.fma<f32>(v128.load32_splat(w, 12), x, c3);
    w += 16;
  }
  Put.one(y, c0, v128.load32_splat(bias), left);
  if (channels > 1) Put.one(y + outPlane, c1, v128.load32_splat(bias, 4), left);
  if (channels > 2) Put.one(y + 2 * outPlane, c2, v128.load32_splat(bias, 8), left);
  if (channels > 3) Put.one(y + 3 * outPlane, c3, v128.load32_splat(bias, 12), left);
}

/**
 * Writes what the tiles of all groups read: the weights, four channels of y side by side, the biases behind (zeros where there are none), and
 * the places of the taps. The weight of channel k of y and channel c of x starts at k·kStep + c·cStep elements of its group.
 */
function prepare(
  d: usize,
  w: usize,
  bias: usize,
  kStep: i32,
  cStep: i32,
  turn: i32,
  channels: i32,
  outs: i32,
  groups: i32,
  bandBytes: usize,
  meta: usize,
): void {
  const taps = Geometry.KH(meta) * Geometry.KW(meta);
  for (let group = 0; group < groups; ++group) {
    const from = w + ((group * outs * channels * taps) as usize) * 4;
    for (let k = 0; k < outs; k += 4) {
      for (let c = 0; c < channels; ++c) {
        for (let t = 0; t < taps; ++t) {
          for (let q = 0; q < 4; ++q) {
            const at = min(k + q, outs - 1) * kStep + c * cStep + (turn ? taps - 1 - t : t);
            store<f32>(d, load<f32>(from + (at as usize) * 4));
            d += 4;
          }
        }
      }
    }
  }
  for (let group = 0; group < groups; ++group) {
    for (let k = 0; k < ((outs + 3) & ~3); ++k) {
      store<f32>(d, bias && k < outs ? load<f32>(bias + ((group * outs + k) as usize) * 4) : 0);
      d += 4;
    }
  }
  Band.places<f32>(d, meta, channels, bandBytes);
}

/** Units: image, group, block of rows. `bandBytes` are those of one channel's band. */
export function conv2dDirect(
  y: usize,
  x: usize,
  w: usize,
  bias: usize,
  scratch: usize,
  groups: i32,
  kStep: i32,
  cStep: i32,
  turn: i32,
  bandBytes: i32,
  slot: i32,
  grain: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const channels = Geometry.C(meta) / groups;
  const outs = Geometry.K(meta) / groups;
  const OH = Geometry.OH(meta),
    OW = Geometry.OW(meta);
  const plane = Geometry.H(meta) * Geometry.W(meta);
  const terms = channels * Geometry.KH(meta) * Geometry.KW(meta);
  const rows = Band.rows(meta);
  const blocks = (OH + rows - 1) / rows;
  const padded = (outs + 3) & ~3;
  const weights = scratch + ((begin / grain) as usize) * (slot as usize);
  const biases = weights + ((groups * padded * terms) as usize) * 4;
  const places = biases + ((groups * padded) as usize) * 4;
  const last = places + (terms as usize) * 4;
  const band = (last + 63) & ~63;
  const down = (Geometry.strideH(meta) as usize) * Band.pitch<f32>(meta);
  const outPlane = ((OH * OW) as usize) * 4;
  prepare(weights, w, bias, kStep, cStep, turn, channels, outs, groups, bandBytes as usize, meta);
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / blocks;
    const group = matrix % groups;
    const oh = (unit - matrix * blocks) * rows;
    const count = min(rows, OH - oh);
    // Bands that hold whole planes have their zeros at the same places for all of them.
    const framed = blocks == 1 && unit > begin;
    for (let c = 0; c < channels; ++c) {
      const from = x + (((matrix * channels + c) * plane) as usize) * 4;
      Band.fill<f32>(band + ((c * bandBytes) as usize), from, meta, oh, count, framed);
    }
    for (let k = 0; k < outs; k += 4) {
      const filter = weights + (((group * padded + k) * terms) as usize) * 4;
      const plus = biases + ((group * padded + k) as usize) * 4;
      let to = y + ((((matrix * outs + k) * OH + oh) * OW) as usize) * 4;
      let s = band;
      for (let r = 0; r < count; ++r) {
        row(to, s, filter, places, last, plus, OW, outPlane, outs - k);
        to += (OW as usize) * 4;
        s += down;
      }
    }
  }
}
