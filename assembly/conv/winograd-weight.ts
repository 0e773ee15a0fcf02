/**
 * The gradient of filters of 3 × 3 by Winograd's F(3×3, 4×4): dw = Aᵀ[Σ_tiles (G dy Gᵀ) ⊙ (Bᵀ x B)]A, with the tiles of the forward pass
 * (see winograd.ts) and 36 products where the direct sum takes 144.
 *
 *   tiles   D[p][k, t] = G dy Gᵀ,  V[p][t, c] = Bᵀ x B      units: split of the blocks of tiles, group of `outs` channels of dy
 *           S[p][k, c] += Σ_t D[p][k, t] · V[p][t, c]
 *   finish  dw = Aᵀ (Σ_splits S) A                          units: channels of dy
 */
import { block } from '../gemm/block';
import { ADD, Lane } from '../gemm/micro';
import { Place, Region, Tiles } from './tiles';
import { Factors, Quad, Step, Transform } from './winograd-transform';

export function conv2dWinogradWeight(
  sums: usize,
  dy: usize,
  x: usize,
  scratch: usize,
  channels: i32,
  outs: i32,
  outsPerUnit: i32,
  tiles: i32,
  splits: i32,
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
  const places = square + 1024;
  const table = places + ((tiles * 16) as usize);
  const planes = table + ((tiles * 16) as usize);
  const columns = (channels + 3) & ~3;
  const v = planes + ((4 * region) as usize);
  const vStep = Step.of(columns * tiles);
  const d = v + 36 * vStep;
  const dStep = Step.of(outsPerUnit * tiles);
  const step = Step.of(outs * columns);
  const row = (tiles as usize) * 4;
  const width = (columns as usize) * 4;
  const pitch = Tiles.pitch(meta);
  const H = Tiles.H(meta);
  const W = Tiles.W(meta);
  const OH = Tiles.OH(meta);
  const OW = Tiles.OW(meta);
  const plane = ((H * W) as usize) * 4;
  const outPlane = ((OH * OW) as usize) * 4;
  const total = Tiles.count(meta);
  const blocks = (total + tiles - 1) / tiles;
  const groups = (outs + outsPerUnit - 1) / outsPerUnit;
  Factors.write(factors);
  for (let unit = begin; unit < end; ++unit) {
    const split = unit / groups;
    const k0 = (unit - split * groups) * outsPerUnit;
    const some = min(outsPerUnit, outs - k0);
    const first = (((split as i64) * (blocks as i64)) / (splits as i64)) as i32;
    const last = ((((split + 1) as i64) * (blocks as i64)) / (splits as i64)) as i32;
    const to = sums + (split as usize) * 36 * step + (k0 as usize) * width;
    for (let b = first; b < last; ++b) {
      const t0 = b * tiles;
      const count = min(tiles, total - t0);
      const t1 = t0 + count;
      Place.write(places, meta, t0, t1, 2);
      Place.write(table, meta, t0, t1, 0);
      memory.fill(planes, 0, 4 * region);
      for (let c = 0; c < columns; c += 4) {
        for (let q = 0; q < 4; ++q) {
          // Channels that fill a vector up are copies: nothing reads their sums.
          const from = x + (min(c + q, channels - 1) as usize) * plane;
          const images = (channels as usize) * plane;
          const padH = Tiles.padH(meta);
          Region.copy(planes + ((q * region) as usize), from, images, H, W, padH, Tiles.padW(meta), 2, meta, t0, t1);
        }
        for (let i = 0; i < count; ++i) {
          const p = planes + Place.region(places, i);
          const next = region as usize;
          const at = v + (i as usize) * width + ((c * 4) as usize);
          Quad.input(at, vStep, square, factors, pitch, p, p + next, p + 2 * next, p + 3 * next);
        }
      }
      memory.fill(planes, 0, region);
      for (let k = 0; k < some; ++k) {
        const from = dy + ((k0 + k) as usize) * outPlane;
        Region.copy(planes, from, (outs as usize) * outPlane, OH, OW, 0, 0, 0, meta, t0, t1);
        for (let i = 0; i < count; i += 4) {
          Quad.gradient(
            d + (k as usize) * row + ((i * 4) as usize),
            dStep,
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
      const todo = b > first ? ADD : 0;
      for (let p: usize = 0; p < 36; ++p) {
        const a = d + p * dStep;
        const c = to + p * step;
        block<f32>(c, a, v + p * vStep, some, columns, count, row, 4, width, false, width, todo, 0, 0, tile);
      }
    }
  }
}

export function conv2dWinogradWeightFinish(
  dw: usize,
  sums: usize,
  scratch: usize,
  channels: i32,
  outs: i32,
  splits: i32,
  slot: i32,
  grain: i32,
  begin: i32,
  end: i32,
): void {
  const factors = scratch + ((begin / grain) as usize) * (slot as usize);
  const points = factors + Factors.bytes();
  const square = points + 576;
  const columns = (channels + 3) & ~3;
  const step = Step.of(outs * columns);
  Factors.write(factors);
  for (let k = begin; k < end; ++k) {
    for (let c = 0; c < channels; c += 4) {
      const from = sums + ((k * columns + c) as usize) * 4;
      for (let p: usize = 0; p < 36; ++p) {
        let sum = v128.load(from + p * step);
        for (let s = 1; s < splits; ++s) sum = f32x4.add(sum, v128.load(from + ((s * 36) as usize) * step + p * step));
        v128.store(points + p * 16, sum);
      }
      for (let j: usize = 0; j < 6; ++j) {
        Transform.output(square + j * 16, 96, factors, false, points + j * 16, 96);
      }
      for (let i: usize = 0; i < 3; ++i) {
        Transform.output(points + i * 48, 16, factors, false, square + i * 96, 16);
      }
      const to = dw + ((k * channels + c) as usize) * 36;
      const count = min(4, channels - c);
      for (let q = 0; q < count; ++q) {
        for (let tap: usize = 0; tap < 9; ++tap) {
          const x = load<f32>(points + tap * 16 + ((q * 4) as usize));
          store<f32>(to + (q as usize) * 36 + tap * 4, x);
        }
      }
    }
  }
}
