import { defaultGeneratorState, generatorEpoch } from './generator-state.js';
import * as kernels from './kernels.js';
import { launch } from './launch.js';
import { everyTime, prepare } from './recorder.js';
import { currentAllocator } from './storage.js';

/** Where kernels draw from. */
export interface RandomSource {
  readonly ptr: number;
}

/**
 * A stream of random numbers as kernels need it: a seed, and the place of its state, which is seeded when it is first asked for. What else
 * users can ask of one is the `Generator`'s, so that drawing alone does not bring it into a bundle.
 */
export class Stream implements RandomSource {
  seed: bigint;
  readonly #place: () => number;
  #seededIn = -1;

  constructor(seed: bigint, place: () => number) {
    this.seed = seed;
    this.#place = place;
  }

  /** Starts the stream of a seed; while a step is recorded, at each run of it. */
  start(seed: bigint): void {
    everyTime(() => {
      this.seed = seed;
      this.forget();
    });
  }

  /** Its state is gone: the stream of its seed starts anew. */
  forget(): void {
    this.#seededIn = -1;
  }

  /**
   * The address of its state, seeded.
   * @throws WasmgradError before `init`
   */
  get ptr(): number {
    prepare(this, () => this.#prepare());
    return this.#address();
  }

  #prepare(): void {
    if (this.#seededIn === generatorEpoch()) return;
    launch(kernels.randomSeed, null, this.#address(), Number(BigInt.asIntN(32, this.seed)), 1, 1);
    this.#seededIn = generatorEpoch();
  }

  #address(): number {
    currentAllocator();
    return this.#place();
  }
}

/** A seed that cannot be foreseen. */
export function entropy(): bigint {
  const words = globalThis.crypto.getRandomValues(new Uint32Array(2));
  return (BigInt(words[0]! & 0x1fffff) << 32n) | BigInt(words[1]!);
}

let global: Stream | null = null;

/** What everything draws from that is given no generator. */
export function defaultStream(): Stream {
  return (global ??= new Stream(entropy(), defaultGeneratorState));
}
