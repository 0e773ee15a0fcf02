// The layout of PyTorch's torch.get_rng_state(), little-endian:
//
//   0     8     12      16    24            5016       5024      5032        5040   5044 …
//   seed  left  seeded  next  624 words     normal_x   normal_y  normal_rho  valid  float normal
//   u64   i32   i32     u64   u64 each      f64        f64       f64         i32
//
// normal_y is the normal number left from a pair where `valid` is 1; the other normals are not used by its CPU kernels.

/** Bytes of a state in PyTorch's layout. */
export const stateBytes: number = 5056;

const WORDS = 624;

/** A generator's state. */
export interface GeneratorState {
  readonly seed: bigint;
  readonly words: Uint32Array;
  /** How many of the words are drawn. */
  readonly position: number;
  /** The normal number left from the last pair. */
  readonly normal: number | null;
}

/** A state in PyTorch's layout. */
export function encodeState({ seed, words, position, normal }: GeneratorState): Uint8Array {
  const bytes = new Uint8Array(stateBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, seed, true);
  view.setInt32(8, Math.min(WORDS, WORDS + 1 - position), true);
  view.setInt32(12, 1, true);
  view.setBigUint64(16, BigInt(position), true);
  for (let i = 0; i < WORDS; i++) view.setUint32(24 + 8 * i, words[i]!, true);
  if (normal !== null) {
    view.setFloat64(5024, normal, true);
    view.setInt32(5040, 1, true);
  }
  return bytes;
}

/** Reads a state in PyTorch's layout; null where it is none. */
export function decodeState(bytes: Uint8Array): GeneratorState | null {
  if (bytes.length !== stateBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const left = view.getInt32(8, true);
  const next = Number(view.getBigUint64(16, true));
  if (view.getInt32(12, true) !== 1 || left < 1 || left > WORDS || next > WORDS) return null;
  return {
    seed: view.getBigUint64(0, true),
    words: Uint32Array.from({ length: WORDS }, (_, i) => view.getUint32(24 + 8 * i, true)),
    position: left === 1 ? WORDS : next,
    normal: view.getInt32(5040, true) === 1 ? view.getFloat64(5024, true) : null,
  };
}

/** What is drawn for a word of the state. */
export function temper(word: number): number {
  let y = word ^ (word >>> 11);
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >>> 18);
}
