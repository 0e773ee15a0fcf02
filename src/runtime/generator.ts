import { WasmgradError } from '../core/errors.js';
import { generatorBytes } from './generator-state.js';
import { F64, I32 } from './heap.js';
import * as kernels from './kernels.js';
import { launch } from './launch.js';
import { once, recorder } from './recorder.js';
import { Storage, scratch } from './storage.js';
import { Stream, defaultStream, entropy } from './stream.js';

/** What PyTorch seeds a new generator with. */
const DEFAULT_SEED = 67280421310721n;

/** Places in the state (assembly/mt19937.ts): words come twice, plain and tempered; POSITION in words, NORMAL in doubles. */
const WORDS = 624;
const POSITION = 1248;
const NORMAL = 625;

// The layout of PyTorch's torch.get_rng_state(), little-endian as the memory is:
//
//   0     8     12      16    24            5016       5024      5032        5040   5044 …
//   seed  left  seeded  next  624 words     normal_x   normal_y  normal_rho  valid  float normal
//   u64   i32   i32     u64   u64 each      f64        f64       f64         i32
//
// normal_y is the normal number left from a pair where `valid` is 1; the other normals are not used by its CPU kernels.
const STATE_BYTES = 5056;

let dropped: FinalizationRegistry<Storage> | null = null;

/**
 * A stream of random numbers: PyTorch's CPU generator (mt19937), number for number.
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.Generator.html;
 * Matsumoto & Nishimura 1998, "Mersenne Twister".
 *
 * @example
 * rand([3], { generator: new Generator().manualSeed(42) });
 */
export class Generator {
  readonly #stream: Stream;
  /** The memory it is in; null for the default generator, which has a place of its own. */
  #storage: Storage | null = null;

  /** @param stream @internal */
  constructor(stream?: Stream) {
    this.#stream = stream ?? new Stream(DEFAULT_SEED, () => this.#place());
  }

  /**
   * Starts the stream of a seed: a whole number, of which the low 64 bits count (negative ones from 2⁶⁴ down).
   *
   * @throws WasmgradError when it is no whole number
   */
  manualSeed(seed: number | bigint): this {
    if (typeof seed !== 'bigint' && !Number.isInteger(seed)) {
      throw new WasmgradError(`manualSeed: the seed must be a whole number, got ${String(seed)}`);
    }
    this.#stream.start(BigInt.asUintN(64, BigInt(seed)));
    return this;
  }

  /** Seeds with a number that cannot be foreseen, and answers it. */
  seed(): number {
    this.manualSeed(entropy());
    return Number(this.#stream.seed);
  }

  /** The seed of the stream; a bigint where a number would not hold it. */
  initialSeed(): number | bigint {
    const { seed } = this.#stream;
    return seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : seed;
  }

  /**
   * @internal The address of its state, seeded.
   * @throws WasmgradError before `init`
   */
  get ptr(): number {
    return this.#stream.ptr;
  }

  #place(): number {
    if (!this.#storage?.alive) {
      this.#storage = once(() => new Storage([generatorBytes], 'uint8'));
      dropped ??= new FinalizationRegistry((storage) => storage.release());
      dropped.register(this, this.#storage, this);
    }
    return this.#storage.ptr;
  }

  /** Frees its memory at once; drawing again starts the stream of its seed anew. One that is simply dropped is freed in time. */
  dispose(): void {
    if (!this.#storage) return;
    dropped?.unregister(this);
    this.#storage.release();
    this.#storage = null;
    this.#stream.forget();
  }

  /** The next 32 bits of the stream. */
  random(): number {
    return this.#words(1)[0]!;
  }

  /** The next 64 bits of the stream: two words, the first one above the second. */
  random64(): bigint {
    const [high, low] = this.#words(2);
    return (BigInt(high!) << 32n) | BigInt(low!);
  }

  #words(n: number): number[] {
    if (recorder) throw recorder.notReadable('a draw in JavaScript');
    const { ptr } = this;
    let words: number[] = [];
    scratch(4 * n, (at) => {
      launch(kernels.randomWords, null, at, ptr, n, 1, 1);
      words = Array.from(I32.subarray(at >> 2, (at >> 2) + n), (word) => word >>> 0);
    });
    return words;
  }

  /** Its state, in the layout of PyTorch's `get_state()`. */
  getState(): Uint8Array {
    const at = this.ptr >> 2;
    const state = new Int32Array(STATE_BYTES / 4);
    const position = I32[at + POSITION]!;
    new BigUint64Array(state.buffer)[0] = this.#stream.seed;
    state.set([Math.min(WORDS, WORDS + 1 - position), 1, position], 2);
    for (let i = 0; i < WORDS; i++) state[6 + 2 * i] = I32[at + i]!;
    if ((state[1260] = I32[at + POSITION + 1]!)) new Float64Array(state.buffer)[628] = F64[(at >> 1) + NORMAL]!;
    return new Uint8Array(state.buffer);
  }

  /**
   * Goes back to a state that `getState` gave, here or in PyTorch.
   *
   * @throws WasmgradError when it is no such state
   */
  setState(bytes: Uint8Array): this {
    const known = bytes instanceof Uint8Array && bytes.length === STATE_BYTES;
    const state = new Int32Array(new Uint8Array(known ? bytes : []).buffer);
    const [left, seeded, next, above] = state.subarray(2, 6);
    if (seeded !== 1 || left! < 1 || left! > WORDS || next! >>> 0 > WORDS || above !== 0) {
      throw new WasmgradError('setState: expected the 5056 bytes of a generator state');
    }
    const at = this.ptr >> 2;
    this.#stream.seed = new BigUint64Array(state.buffer)[0]!;
    for (let i = 0; i < WORDS; i++) {
      const word = (I32[at + i] = state[6 + 2 * i]!);
      I32[at + WORDS + i] = tempered(word);
    }
    I32[at + POSITION] = left === 1 ? WORDS : next!;
    I32[at + POSITION + 1] = Number(state[1260] === 1);
    F64[(at >> 1) + NORMAL] = new Float64Array(state.buffer)[628]!;
    return this;
  }
}

/** What is drawn for a word of the state. */
function tempered(word: number): number {
  let y = word ^ (word >>> 11);
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >>> 18);
}

let global: Generator | null = null;

/** The generator that everything draws from that is given no other. */
export function defaultGenerator(): Generator {
  return (global ??= new Generator(defaultStream()));
}

/**
 * Seeds the default generator: what is drawn from now on is what PyTorch draws after `torch.manual_seed(seed)`.
 *
 * @throws WasmgradError when the seed is no whole number
 *
 * Source: https://pytorch.org/docs/stable/generated/torch.manual_seed.html
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator().manualSeed(seed);
}

/** Seeds the default generator with a number that cannot be foreseen, and answers it. */
export function seed(): number {
  return defaultGenerator().seed();
}

/** The seed of the default generator. */
export function initialSeed(): number | bigint {
  return defaultGenerator().initialSeed();
}
