/**
 * Convolution of 3 × 3, stride 1, by Winograd's F(4×4, 3×3): 36 products for 16 outputs, where the direct sum takes 144. The gradient of
 * the input is the same with flipped filters that change their roles. See winograd-transform.ts for the formula.
 *
 *   filters   U[p][k, c]   once a call                  units: k
 *   tiles     V[p][c, t] = Bᵀ d B of each channel       units: blocks of tiles
 *             M[p][k, t] = Σ_c U[p][k, c] · V[p][c, t]  36 products a block, channels of y in groups of `outs`
 *             y = Aᵀ M A + bias
 *
 * A block's V and M stay in L2. All sums are in an order fixed by the shapes.
 */
import { Blocks, block } from '../gemm/block';
import { ADD, Lane } from '../gemm/micro';
import { Place, Region, Tiles } from './tiles';
import { Factors, Quad, Square, Step, Transform } from './winograd-transform';

/**
 * U = G g Gᵀ of the filters [outs, channels], whose steps are `outStep` and `channelStep` floats; `flip` turns them by 180°.
 * A unit is a channel of y.
 */
export function conv2dWinogradFilter(
  u: usize,
  w: usize,
  scratch: usize,
  outs: i32,
  channels: i32,
  outStep: i32,
  channelStep: i32,
  flip: i32,
  slot: i32,
  grain: i32,
  begin: i32,
  end: i32,
): void {
  const factors = scratch + ((begin / grain) as usize) * (slot as usize);
  const square = factors + Factors.bytes();
  const vectors = square + 288;
  const step = Step.of(outs * channels);
  const next = (channelStep as usize) * 4;
  Factors.write(factors);
  for (let k = begin; k < end; ++k) {
    for (let c = 0; c < channels; c += 4) {
      const count = min(4, channels - c);
      const g0 = w + ((k * outStep + c * channelStep) as usize) * 4;
      const g1 = count > 1 ? g0 + next : g0;
      const g2 = count > 2 ? g1 + next : g0;
      const g3 = count > 3 ? g2 + next : g0;
      for (let i = 0; i < 3; ++i) {
        const at = ((flip ? 2 - i : i) as usize) * 12;
        const t0 = (flip ? 8 : 0) as usize;
        const t2 = 8 - t0;
        const x0 = Lanes4.load(g0 + at + t0, g1 + at + t0, g2 + at + t0, g3 + at + t0);
        const x1 = Lanes4.load(g0 + at + 4, g1 + at + 4, g2 + at + 4, g3 + at + 4);
        const x2 = Lanes4.load(g0 + at + t2, g1 + at + t2, g2 + at + t2, g3 + at + t2);
        Transform.filter(square + ((i * 96) as usize), 16, factors, false, x0, x1, x2, x2);
      }
      const to = u + ((k * channels + c) as usize) * 4;
      for (let j: usize = 0; j < 6; ++j) {
        const at = square + j * 16;
        Transform.filter(
          vectors + j * 16,
          96,
          factors,
          false,
          v128.load(at),
          v128.load(at, 96),
          v128.load(at, 192),
          v128.load(at),
        );
      }
      for (let p: usize = 0; p < 36; ++p) {
        const x = v128.load(vectors + p * 16);
        if (count == 4) v128.store(to + p * step, x);
        else Lane.storePart<f32>(to + p * step, x, count);
      }
    }
  }
}

class Lanes4 {
  @inline static load(p0: usize, p1: usize, p2: usize, p3: usize): v128 {
    const x = v128.load_lane<u32>(p1, v128.load32_zero(p0), 1);
    return v128.load_lane<u32>(p3, v128.load_lane<u32>(p2, x, 2), 3);
  }
}

/** Writes the outputs of four tiles of one channel from their 36 points, `step` bytes apart. */
class Output {
  static write(
    y: usize,
    image: usize,
    points: usize,
    step: usize,
    square: usize,
    factors: usize,
    table: usize,
    first: i32,
    count: i32,
    meta: usize,
    bias: v128,
  ): void {
    for (let j: usize = 0; j < 6; ++j) {
      Transform.output(square + j * 16, 96, factors, true, points + j * step, 6 * step);
    }
    const OH = Tiles.OH(meta);
    const OW = Tiles.OW(meta);
    const rows = square + 384;
    for (let i: usize = 0; i < 4; ++i) {
      // Four outputs of a row, tiles side by side; then the tiles' own rows.
      Transform.output(rows, 16, factors, true, square + i * 96, 16);
      Square.transpose(rows + 64 + i * 64, rows, bias);
    }
    for (let q = 0; q < 4; ++q) {
      const tile = first + q;
      if (tile >= count) return;
      const row = Place.row(table, tile);
      const column = Place.column(table, tile);
      const to = y + (Place.image(table, tile) as usize) * image + ((row * OW + column) as usize) * 4;
      const from = rows + 64 + ((q * 16) as usize);
      const height = min(4, OH - row);
      const width = OW - column;
      for (let i = 0; i < height; ++i) {
        const x = v128.load(from + ((i * 64) as usize));
        const at = to + ((i * OW) as usize) * 4;
        if (width >= 4) v128.store(at, x);
        else Lane.storePart<f32>(at, x, width);
      }
    }
  }
}

export function conv2dWinograd(
  y: usize,
  x: usize,
  u: usize,
  bias: usize,
  scratch: usize,
  channels: i32,
  outs: i32,
  outsPerBlock: i32,
  tiles: i32,
  region: i32,
  tile: i32,
  slot: i32,
  grain: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const factors = scratch + ((begin / grain) as usize) * (slot as usize);
  const square = factors + Factors.bytes();
  const table = square + 1024;
  const planes = table + ((tiles * 16) as usize);
  const v = planes + (region as usize);
  const vStep = Step.of(channels * tiles);
  const m = v + 36 * vStep;
  const mStep = Step.of(outsPerBlock * tiles);
  const uStep = Step.of(outs * channels);
  const row = (tiles as usize) * 4;
  const pitch = Tiles.pitch(meta);
  const H = Tiles.H(meta);
  const W = Tiles.W(meta);
  const plane = ((H * W) as usize) * 4;
  const outPlane = ((Tiles.OH(meta) * Tiles.OW(meta)) as usize) * 4;
  const total = Tiles.count(meta);
  const depth = Blocks.depth(channels);
  Factors.write(factors);
  for (let unit = begin; unit < end; ++unit) {
    const t0 = unit * tiles;
    const count = min(tiles, total - t0);
    const padded = (count + 3) & ~3;
    Place.write(table, meta, t0, t0 + count, 2);
    memory.fill(planes, 0, region);
    for (let c = 0; c < channels; ++c) {
      Region.copy(
        planes,
        x + (c as usize) * plane,
        (channels as usize) * plane,
        H,
        W,
        Tiles.padH(meta),
        Tiles.padW(meta),
        2,
        meta,
        t0,
        t0 + count,
      );
      for (let i = 0; i < padded; i += 4) {
        Quad.input(
          v + (c as usize) * row + ((i * 4) as usize),
          vStep,
          square,
          factors,
          pitch,
          planes + Place.region(table, i),
          planes + Place.region(table, i + 1),
          planes + Place.region(table, i + 2),
          planes + Place.region(table, i + 3),
        );
      }
    }
    for (let k0 = 0; k0 < outs; k0 += outsPerBlock) {
      const some = min(outsPerBlock, outs - k0);
      for (let p: usize = 0; p < 36; ++p) {
        for (let c = 0; c < channels; c += depth) {
          block<f32>(
            m + p * mStep,
            u + p * uStep + ((k0 * channels + c) as usize) * 4,
            v + p * vStep + (c as usize) * row,
            some,
            padded,
            min(depth, channels - c),
            (channels as usize) * 4,
            4,
            row,
            false,
            row,
            c > 0 ? ADD : 0,
            0,
            0,
            tile,
          );
        }
      }
      for (let k = 0; k < some; ++k) {
        const plus = bias ? v128.load32_splat(bias + ((k0 + k) as usize) * 4) : f32x4.splat(0);
        for (let i = 0; i < padded; i += 4) {
          Output.write(
            y + ((k0 + k) as usize) * outPlane,
            (outs as usize) * outPlane,
            m + (k as usize) * row + ((i * 4) as usize),
            mStep,
            square,
            factors,
            table,
            i,
            count,
            meta,
            plus,
          );
        }
      }
    }
  }
}
