/** The gradient of the filters of groups of few channels from padded bands of planes (see planes.ts, also for the meta). */
import { Lane } from '../gemm/micro';
import { Geometry } from './geometry';
import { Band } from './planes';

/** The first `left` lanes of x, and zeros. */
class Keep {
  @inline static mask<T>(left: i32): v128 {
    if (sizeof<T>() == 8) return i64x2.replace_lane(i64x2.splat(0), 0, -1);
    return i32x4.gt_s(i32x4.splat(left), i32x4(0, 1, 2, 3));
  }
}

/** Writes nine sums Σ dy · x over `count` rows, those of three taps from each of three rows. */
function nine<T>(
  sums: usize,
  dy: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  tap0: usize,
  tap1: usize,
  tap2: usize,
  down: usize,
  OW: i32,
  count: i32,
): void {
  const lanes = Lane.count<T>();
  const zero = v128.splat<T>(0 as T);
  let c0 = zero,
    c1 = zero,
    c2 = zero,
    c3 = zero,
    c4 = zero,
    c5 = zero,
    c6 = zero,
    c7 = zero,
    c8 = zero;
  const left = OW % lanes;
  const whole = ((OW - left) as usize) * sizeof<T>();
  for (let r = 0; r < count; ++r) {
    for (let at: usize = 0; at < whole; at += 16) {
      const d = v128.load(dy + at);
      let s = s0 + at;
      c0 = v128.add<T>(c0, v128.mul<T>(d, v128.load(s + tap0)));
      c1 = v128.add<T>(c1, v128.mul<T>(d, v128.load(s + tap1)));
      c2 = v128.add<T>(c2, v128.mul<T>(d, v128.load(s + tap2)));
      s = s1 + at;
      c3 = v128.add<T>(c3, v128.mul<T>(d, v128.load(s + tap0)));
      c4 = v128.add<T>(c4, v128.mul<T>(d, v128.load(s + tap1)));
      c5 = v128.add<T>(c5, v128.mul<T>(d, v128.load(s + tap2)));
      s = s2 + at;
      c6 = v128.add<T>(c6, v128.mul<T>(d, v128.load(s + tap0)));
      c7 = v128.add<T>(c7, v128.mul<T>(d, v128.load(s + tap1)));
      c8 = v128.add<T>(c8, v128.mul<T>(d, v128.load(s + tap2)));
    }
    if (left > 0) {
      const mask = Keep.mask<T>(left);
      const d = Lane.loadPart<T>(dy + whole, left);
      let s = s0 + whole;
      c0 = v128.add<T>(c0, v128.mul<T>(d, v128.and(mask, v128.load(s + tap0))));
      c1 = v128.add<T>(c1, v128.mul<T>(d, v128.and(mask, v128.load(s + tap1))));
      c2 = v128.add<T>(c2, v128.mul<T>(d, v128.and(mask, v128.load(s + tap2))));
      s = s1 + whole;
      c3 = v128.add<T>(c3, v128.mul<T>(d, v128.and(mask, v128.load(s + tap0))));
      c4 = v128.add<T>(c4, v128.mul<T>(d, v128.and(mask, v128.load(s + tap1))));
      c5 = v128.add<T>(c5, v128.mul<T>(d, v128.and(mask, v128.load(s + tap2))));
      s = s2 + whole;
      c6 = v128.add<T>(c6, v128.mul<T>(d, v128.and(mask, v128.load(s + tap0))));
      c7 = v128.add<T>(c7, v128.mul<T>(d, v128.and(mask, v128.load(s + tap1))));
      c8 = v128.add<T>(c8, v128.mul<T>(d, v128.and(mask, v128.load(s + tap2))));
    }
    dy += (OW as usize) * sizeof<T>();
    s0 += down;
    s1 += down;
    s2 += down;
  }
  store<T>(sums, Lane.sum<T>(c0));
  store<T>(sums + sizeof<T>(), Lane.sum<T>(c1));
  store<T>(sums + 2 * sizeof<T>(), Lane.sum<T>(c2));
  store<T>(sums + 3 * sizeof<T>(), Lane.sum<T>(c3));
  store<T>(sums + 4 * sizeof<T>(), Lane.sum<T>(c4));
  store<T>(sums + 5 * sizeof<T>(), Lane.sum<T>(c5));
  store<T>(sums + 6 * sizeof<T>(), Lane.sum<T>(c6));
  store<T>(sums + 7 * sizeof<T>(), Lane.sum<T>(c7));
  store<T>(sums + 8 * sizeof<T>(), Lane.sum<T>(c8));
}

/**
 * The gradient of the weight, a tap after the other in squares of three by three: dw[k, c, tap] = Σ dy[k] · x[c] at the tap.
 * Units: split of the batch, channel c of x, whose band serves all channels of dy in its group. The parts of splits are added up afterwards.
 * @dtypes f32 f64
 */
export function depthwiseBackwardWeight<T>(
  dw: usize,
  dy: usize,
  x: usize,
  scratch: usize,
  N: i32,
  splits: i32,
  groups: i32,
  slot: i32,
  grain: i32,
  meta: usize,
  begin: i32,
  end: i32,
): void {
  const size = sizeof<T>();
  const C = Geometry.C(meta),
    K = Geometry.K(meta);
  const OH = Geometry.OH(meta),
    OW = Geometry.OW(meta);
  const KH = Geometry.KH(meta),
    KW = Geometry.KW(meta);
  const plane = Geometry.H(meta) * Geometry.W(meta);
  const rows = Band.rows(meta);
  const pitch = Band.pitch<T>(meta);
  const dilation = (Geometry.dilationH(meta) as usize) * pitch;
  const down = (Geometry.strideH(meta) as usize) * pitch;
  const sums = scratch + ((begin / grain) as usize) * (slot as usize);
  const band = sums + 128;
  const outs = K / groups,
    fan = C / groups;
  const numel = K * fan * KH * KW;
  // A band that holds the whole plane has its zeros at the same places for all planes.
  let framed = false;
  for (let unit = begin; unit < end; ++unit) {
    const split = unit / C;
    const c = unit - split * C;
    const part = dw + ((split * numel) as usize) * size;
    const first = (((split as i64) * (N as i64)) / (splits as i64)) as i32;
    const last = ((((split + 1) as i64) * (N as i64)) / (splits as i64)) as i32;
    for (let n = first; n < last; ++n) {
      for (let oh = 0; oh < OH; oh += rows) {
        const count = min(rows, OH - oh);
        const add = n > first || oh > 0;
        Band.fill<T>(band, x + (((n * C + c) * plane) as usize) * size, meta, oh, count, framed);
        framed = rows >= OH;
        const group = c / fan;
        for (let k = group * outs; k < (group + 1) * outs; ++k) {
          const from = dy + ((((n * K + k) * OH + oh) * OW) as usize) * size;
          const to = part + (((k * fan + (c % fan)) * KH * KW) as usize) * size;
          for (let kh = 0; kh < KH; kh += 3) {
            for (let kw = 0; kw < KW; kw += 3) {
              const s0 = band + (kh as usize) * dilation;
              const s1 = kh + 1 < KH ? s0 + dilation : s0;
              const s2 = kh + 2 < KH ? s1 + dilation : s0;
              const tap0 = Band.tap<T>(meta, kw);
              const tap1 = Band.tap<T>(meta, min(kw + 1, KW - 1));
              const tap2 = Band.tap<T>(meta, min(kw + 2, KW - 1));
              nine<T>(sums, from, s0, s1, s2, tap0, tap1, tap2, down, OW, count);
              for (let i = 0; i < min(3, KH - kh); ++i) {
                for (let j = 0; j < min(3, KW - kw); ++j) {
                  const at = to + (((kh + i) * KW + kw + j) as usize) * size;
                  const sum = load<T>(sums + ((i * 3 + j) as usize) * size);
                  store<T>(at, add ? ((load<T>(at) + sum) as T) : sum);
                }
              }
            }
          }
        }
      }
    }
  }
}
