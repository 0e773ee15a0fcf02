import { WasmgradError } from '../core/errors.js';
import { defaultGeneratorState, generatorBytes, generatorEpoch } from './generator-state.js';
import { decodeState, encodeState, temper } from './generator-bytes.js';
import { F64, I32 } from './heap.js';
import * as kernels from './kernels.js';
import { launch } from './launch.js';
import { everyTime, notReadable, once, prepare, recorder } from './recorder.js';
import { Storage, currentAllocator, scratch } from './storage.js';

/** What PyTorch seeds a new generator with. */
const DEFAULT_SEED = 67280421310721n;

/** Places in the state (assembly/mt19937.ts): words come twice, plain and tempered; POSITION in words, NORMAL in doubles. */
const WORDS = 624;
const POSITION = 1248;
const NORMAL = 625;

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
  #seed: bigint = DEFAULT_SEED;
  /** The memory it is in; null for the default generator, which has a place of its own. */
  #storage: Storage | null = null;
  readonly #isDefault: boolean;
  #seededIn = -1;

  /** @param isDefault @internal */
  constructor(isDefault = false) {
    this.#isDefault = isDefault;
    if (isDefault) this.#seed = entropy();
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
    everyTime(() => {
      this.#seed = BigInt.asUintN(64, BigInt(seed));
      this.#seededIn = -1;
    });
    return this;
  }

  /** Seeds with a number that cannot be foreseen, and answers it. */
  seed(): number {
    this.manualSeed(entropy());
    return Number(this.#seed);
  }

  /** The seed of the stream; a bigint where a number would not hold it. */
  initialSeed(): number | bigint {
    return this.#seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(this.#seed) : this.#seed;
  }

  /**
   * @internal The address of its state, seeded.
   * @throws WasmgradError before `init`
   */
  get ptr(): number {
    prepare(this, () => this.#start());
    return this.#place();
  }

  /** Seeds the state where that has not been done. */
  #start(): void {
    if (this.#seededIn === generatorEpoch()) return;
    launch(kernels.randomSeed, null, this.#place(), Number(BigInt.asIntN(32, this.#seed)), 1, 1);
    this.#seededIn = generatorEpoch();
  }

  #place(): number {
    currentAllocator();
    if (this.#isDefault) return defaultGeneratorState();
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
    this.#seededIn = -1;
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
    if (recorder) throw notReadable('a draw in JavaScript');
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
    return encodeState({
      seed: this.#seed,
      words: Uint32Array.from(I32.subarray(at, at + WORDS)),
      position: I32[at + POSITION]!,
      normal: I32[at + POSITION + 1] === 0 ? null : F64[(at >> 1) + NORMAL]!,
    });
  }

  /**
   * Goes back to a state that `getState` gave, here or in PyTorch.
   *
   * @throws WasmgradError when it is no such state
   */
  setState(state: Uint8Array): this {
    const decoded = state instanceof Uint8Array ? decodeState(state) : null;
    if (!decoded) throw new WasmgradError('setState: expected the 5056 bytes of a generator state');
    this.#seed = decoded.seed;
    const at = this.ptr >> 2;
    I32.set(decoded.words, at);
    I32.set(decoded.words.map(temper), at + WORDS);
    I32[at + POSITION] = decoded.position;
    I32[at + POSITION + 1] = decoded.normal === null ? 0 : 1;
    F64[(at >> 1) + NORMAL] = decoded.normal ?? 0;
    return this;
  }
}

function entropy(): bigint {
  const words = globalThis.crypto.getRandomValues(new Uint32Array(2));
  return (BigInt(words[0]! & 0x1fffff) << 32n) | BigInt(words[1]!);
}

let global: Generator | null = null;

/** The generator that everything draws from that is given no other. */
export function defaultGenerator(): Generator {
  return (global ??= new Generator(true));
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
