// The words of PyTorch's CPU generator.
//
// A generator is a block of memory, so that captured programs and every thread see the same stream:
//
//   0            2496           4992        4996      5000            5008
//   | 624 words  | 624 words    | position  | cached? | cached normal |
//   | of state   | tempered     | 0 … 624   | 0 or 1  | f64           |
//
// The tempered words are made with the state, four at a time; drawing only reads them.
//
// Source: Matsumoto & Nishimura 1998, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number generator".

const SIZE: u32 = 624;
const TEMPERED: usize = 2496;
const POSITION: usize = 4992;
const CACHED: usize = 4996;
const NORMAL: usize = 5000;

export class Twister {
  /** PyTorch's seeding, from the low 32 bits of a seed. */
  static seed(state: usize, seed: u32): void {
    let word = seed;
    store<u32>(state, word);
    for (let i: u32 = 1; i < SIZE; i++) {
      word = 1812433253 * (word ^ (word >> 30)) + i;
      store<u32>(state + (i << 2), word);
    }
    store<u32>(state, SIZE, POSITION);
    store<u32>(state, 0, CACHED);
    store<f64>(state, 0, NORMAL);
  }

  /** The number of words that can be read before the state is made anew; at least 1. */
  @inline static ready(state: usize): u32 {
    if (load<u32>(state, POSITION) == SIZE) Twister.refresh(state);
    return SIZE - load<u32>(state, POSITION);
  }

  /** The address of the next word. */
  @inline static words(state: usize): usize {
    return state + TEMPERED + ((<usize>load<u32>(state, POSITION)) << 2);
  }

  /** Moves past n words; n is at most what `ready` said. */
  @inline static skip(state: usize, n: u32): void {
    store<u32>(state, load<u32>(state, POSITION) + n, POSITION);
  }

  @inline static next(state: usize): u32 {
    Twister.ready(state);
    const word = load<u32>(Twister.words(state));
    Twister.skip(state, 1);
    return word;
  }

  /** 64 bits: the first word drawn above the second. */
  @inline static next64(state: usize): u64 {
    const high = <u64>Twister.next(state);
    return (high << 32) | (<u64>Twister.next(state));
  }

  /** A uniform f64 in [0, 1) of 53 bits, or f32 of 24 bits. */
  @inline static unit<T>(state: usize): T {
    if (sizeof<T>() == 8) return <T>(<f64>(Twister.next64(state) & 0x1fffffffffffff) * (1.0 / 9007199254740992.0));
    return <T>(<f32>(Twister.next(state) & 0xffffff) * (<f32>1.0 / <f32>16777216.0));
  }

  /** Whether a second normal number is left from the last pair. */
  @inline static hasNormal(state: usize): bool {
    return load<u32>(state, CACHED) != 0;
  }

  @inline static takeNormal(state: usize): f64 {
    store<u32>(state, 0, CACHED);
    return load<f64>(state, NORMAL);
  }

  @inline static leaveNormal(state: usize, x: f64): void {
    store<u32>(state, 1, CACHED);
    store<f64>(state, x, NORMAL);
  }

  /** Word k of the next state from words k (its top bit), k + 1 (the other bits) and k + 397 modulo 624. */
  @inline static twist(u: u32, v: u32, far: u32): u32 {
    return far ^ (((u & 0x80000000) | (v & 0x7fffffff)) >> 1) ^ ((0 - (v & 1)) & 0x9908b0df);
  }

  @inline static twistLanes(u: v128, v: v128, far: v128): v128 {
    const mixed = v128.or(v128.and(u, i32x4.splat(0x80000000)), v128.and(v, i32x4.splat(0x7fffffff)));
    const odd = v128.and(i32x4.neg(v128.and(v, i32x4.splat(1))), i32x4.splat(0x9908b0df));
    return v128.xor(v128.xor(far, i32x4.shr_u(mixed, 1)), odd);
  }

  @inline static temper(x: v128): v128 {
    let y = v128.xor(x, i32x4.shr_u(x, 11));
    y = v128.xor(y, v128.and(i32x4.shl(y, 7), i32x4.splat(0x9d2c5680)));
    y = v128.xor(y, v128.and(i32x4.shl(y, 15), i32x4.splat(0xefc60000)));
    return v128.xor(y, i32x4.shr_u(y, 18));
  }

  /** Stores four words of the next state, and what they give. */
  @inline static put(at: usize, x: v128): void {
    v128.store(at, x);
    v128.store(at, Twister.temper(x), TEMPERED);
  }

  @inline static putOne(at: usize, x: u32): void {
    store<u32>(at, x);
    v128.store32_lane(at, Twister.temper(i32x4.splat(x)), 0, TEMPERED);
  }

  static refresh(state: usize): void {
    let at = state;
    // 227 words look ahead by 397. The last three do not fill a vector: its fourth lane would need the new word 0.
    for (const stop = state + 4 * 224; at < stop; at += 32) {
      const a = Twister.twistLanes(v128.load(at), v128.load(at, 4), v128.load(at, 4 * 397));
      const b = Twister.twistLanes(v128.load(at, 16), v128.load(at, 20), v128.load(at, 4 * 397 + 16));
      Twister.put(at, a);
      Twister.put(at + 16, b);
    }
    for (const stop = state + 4 * 227; at < stop; at += 4) {
      Twister.putOne(at, Twister.twist(load<u32>(at), load<u32>(at, 4), load<u32>(at, 4 * 397)));
    }
    for (const stop = state + 4 * 619; at < stop; at += 32) {
      const a = Twister.twistLanes(v128.load(at), v128.load(at, 4), v128.load(at - 4 * 227));
      const b = Twister.twistLanes(v128.load(at, 16), v128.load(at, 20), v128.load(at + 16 - 4 * 227));
      Twister.put(at, a);
      Twister.put(at + 16, b);
    }
    Twister.put(at, Twister.twistLanes(v128.load(at), v128.load(at, 4), v128.load(at - 4 * 227)));
    at += 16;
    Twister.putOne(at, Twister.twist(load<u32>(at), load<u32>(state), load<u32>(at - 4 * 227)));
    store<u32>(state, 0, POSITION);
  }
}
