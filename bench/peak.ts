// What this machine can do at most in this engine: multiply-add in registers, and copying memory.

/**
 * 2·4·12 floating point operations a round on 12 independent accumulators, enough to hide the latency of both instructions; the sum keeps
 * the loop alive.
 */
export function flops(rounds: i32): f32 {
  const a = f32x4.splat(1.0000001);
  const b = f32x4.splat(0.0000001);
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
    c0 = f32x4.add(f32x4.mul(c0, a), b);
    c1 = f32x4.add(f32x4.mul(c1, a), b);
    c2 = f32x4.add(f32x4.mul(c2, a), b);
    c3 = f32x4.add(f32x4.mul(c3, a), b);
    c4 = f32x4.add(f32x4.mul(c4, a), b);
    c5 = f32x4.add(f32x4.mul(c5, a), b);
    c6 = f32x4.add(f32x4.mul(c6, a), b);
    c7 = f32x4.add(f32x4.mul(c7, a), b);
    c8 = f32x4.add(f32x4.mul(c8, a), b);
    c9 = f32x4.add(f32x4.mul(c9, a), b);
    c10 = f32x4.add(f32x4.mul(c10, a), b);
    c11 = f32x4.add(f32x4.mul(c11, a), b);
  }
  return f32x4.extract_lane(
    f32x4.add(
      f32x4.add(f32x4.add(c0, f32x4.add(c1, c2)), f32x4.add(c3, f32x4.add(c4, c5))),
      f32x4.add(f32x4.add(c6, f32x4.add(c7, c8)), f32x4.add(c9, f32x4.add(c10, c11))),
    ),
    0,
  );
}

/** Copies vectors from the first half of the memory to the second. */
export function copy(bytes: i32): void {
  for (let i = 0; i < bytes; i += 64) {
    v128.store(bytes + i, v128.load(i));
    v128.store(bytes + i, v128.load(i, 16), 16);
    v128.store(bytes + i, v128.load(i, 32), 32);
    v128.store(bytes + i, v128.load(i, 48), 48);
  }
}
