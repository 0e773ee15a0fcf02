// What this machine can do at most in this engine: multiply-add in registers, and copying memory. profile() measures against it.
import { Lanes } from './simd/lanes';

/**
 * 2·4·12 floating point operations a round on 12 independent accumulators, enough to hide the latency of both instructions; the stored
 * sum keeps the loop alive. Units are repetitions of `rounds` rounds.
 */
export function peakMultiplyAdd(y: usize, rounds: i32, factor: f32, begin: i32, end: i32): void {
  const a = f32x4.splat(factor);
  const b = f32x4.splat(1 - factor);
  for (let unit = begin; unit < end; unit++) {
    let c0 = a;
    let c1 = b;
    let c2 = a;
    let c3 = b;
    let c4 = a;
    let c5 = b;
    let c6 = a;
    let c7 = b;
    let c8 = a;
    let c9 = b;
    let c10 = a;
    let c11 = b;
    for (let i = 0; i < rounds; i++) {
      c0 = Lanes.fma<f32>(c0, a, b);
      c1 = Lanes.fma<f32>(c1, a, b);
      c2 = Lanes.fma<f32>(c2, a, b);
      c3 = Lanes.fma<f32>(c3, a, b);
      c4 = Lanes.fma<f32>(c4, a, b);
      c5 = Lanes.fma<f32>(c5, a, b);
      c6 = Lanes.fma<f32>(c6, a, b);
      c7 = Lanes.fma<f32>(c7, a, b);
      c8 = Lanes.fma<f32>(c8, a, b);
      c9 = Lanes.fma<f32>(c9, a, b);
      c10 = Lanes.fma<f32>(c10, a, b);
      c11 = Lanes.fma<f32>(c11, a, b);
    }
    c0 = f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3));
    c4 = f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7));
    c8 = f32x4.add(f32x4.add(c8, c9), f32x4.add(c10, c11));
    v128.store(y + ((unit as usize) << 4), f32x4.add(c0, f32x4.add(c4, c8)));
  }
}

/** y = x, units are lines of 64 bytes. */
export function peakCopy(y: usize, x: usize, begin: i32, end: i32): void {
  const last = (end as usize) << 6;
  for (let i = (begin as usize) << 6; i < last; i += 64) {
    v128.store(y + i, v128.load(x + i));
    v128.store(y + i, v128.load(x + i, 16), 16);
    v128.store(y + i, v128.load(x + i, 32), 32);
    v128.store(y + i, v128.load(x + i, 48), 48);
  }
}
