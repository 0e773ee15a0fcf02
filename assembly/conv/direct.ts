/**
 * Direct convolution from padded bands of planes (see planes.ts, also for the meta), without patches: a tap is a place in the band. Also
 * the gradient of the input, with turned filters that change their roles.
 */
import { Lane } from '../gemm/micro';
import { Geometry } from './geometry';
import { Band } from './planes';

class Put {
  @inline static row(p: usize, x: v128, bias: v128, left: i32): void {
    x = f32x4.add(x, bias);
    if (left >= 4) v128.store(p, x);
    else if (left > 0) Lane.storePart<f32>(p, x, left);
  }
}

/**
 * Four channels of y by two vectors of a row over `terms` taps of all channels: the taps' places relative to `s` stand in
 * `places`, the weights of the four channels side by side in `w`.
 */
function tile(
  y: usize,
  outPlane: usize,
  s: usize,
  places: usize,
  w: usize,
  terms: i32,
  bias: usize,
  left: i32,
  channels: i32,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00;
  const last = places + ((terms * 4) as usize);
  for (; places < last; places += 4) {
    const p = s + (load<u32>(places) as usize);
    const x0 = v128.load(p);
    const x1 = v128.load(p, 16);
    let weight = v128.load32_splat(w);
    c00 = f32x4.add(c00, f32x4.mul(weight, x0));
    c01 = f32x4.add(c01, f32x4.mul(weight, x1));
    weight = v128.load32_splat(w, 4);
    c10 = f32x4.add(c10, f32x4.mul(weight, x0));
    c11 = f32x4.add(c11, f32x4.mul(weight, x1));
    weight = v128.load32_splat(w, 8);
    c20 = f32x4.add(c20, f32x4.mul(weight, x0));
    c21 = f32x4.add(c21, f32x4.mul(weight, x1));
    weight = v128.load32_splat(w, 12);
    c30 = f32x4.add(c30, f32x4.mul(weight, x0));
    c31 = f32x4.add(c31, f32x4.mul(weight, x1));
    w += 16;
  }
  let plus = v128.load32_splat(bias);
  Put.row(y, c00, plus, left);
  Put.row(y + 16, c01, plus, left - 4);
  if (channels < 2) return;
  y += outPlane;
  plus = v128.load32_splat(bias, 4);
  Put.row(y, c10, plus, left);
  Put.row(y + 16, c11, plus, left - 4);
  if (channels < 3) return;
  y += outPlane;
  plus = v128.load32_splat(bias, 8);
  Put.row(y, c20, plus, left);
  Put.row(y + 16, c21, plus, left - 4);
  if (channels < 4) return;
  y += outPlane;
  plus = v128.load32_splat(bias, 12);
  Put.row(y, c30, plus, left);
  Put.row(y + 16, c31, plus, left - 4);
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
  const band = (places + (terms as usize) * 4 + 63) & ~63;
  const down = (Geometry.strideH(meta) as usize) * Band.pitch<f32>(meta);
  const outPlane = ((OH * OW) as usize) * 4;
  prepare(weights, w, bias, kStep, cStep, turn, channels, outs, groups, bandBytes as usize, meta);
  for (let unit = begin; unit < end; ++unit) {
    const matrix = unit / blocks;
    const group = matrix % groups;
    const oh = (unit - matrix * blocks) * rows;
    const count = min(rows, OH - oh);
    for (let c = 0; c < channels; ++c) {
      const from = x + (((matrix * channels + c) * plane) as usize) * 4;
      Band.fill<f32>(band + ((c * bandBytes) as usize), from, meta, oh, count);
    }
    for (let k = 0; k < outs; k += 4) {
      const filter = weights + (((group * padded + k) * terms) as usize) * 4;
      const plus = biases + ((group * padded + k) as usize) * 4;
      let to = y + ((((matrix * outs + k) * OH + oh) * OW) as usize) * 4;
      let s = band;
      for (let r = 0; r < count; ++r) {
        for (let ow = 0; ow < OW; ow += 8) {
          const at = (ow as usize) * 4;
          tile(to + at, outPlane, s + at, places, filter, terms, plus, OW - ow, outs - k);
        }
        to += (OW as usize) * 4;
        s += down;
      }
    }
  }
}
