import type { DType } from '../core/dtypes.js';
import { I32 } from './heap.js';
import { run } from './launch.js';
import { Storage } from './storage.js';
import { TensorData } from './tensor-data.js';

/** Where a value of the step lies. */
export interface Place {
  base: number;
}

/** Jobs with what JavaScript does before them. `begin` counts in words. */
export interface Segment {
  readonly begin: number;
  readonly hooks: (() => void)[];
}

/** A check that JavaScript makes where the replay stops. */
export interface Stop {
  readonly place: Place;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly look: (x: TensorData) => void;
}

/** Jobs, in words, that make memory which is kept from run to run of the elements of `source`. */
export interface Derived {
  readonly source: Storage;
  readonly begin: number;
  readonly end: number;
}

/** Memory that another run has elsewhere: pairs of a word in the records and the offset that its address has. */
export interface Slot {
  readonly place: Place;
  readonly patches: Int32Array;
}

/** What a recording comes to. */
export interface Parts {
  readonly records: Storage;
  readonly arena: Storage | null;
  /** The number of words. */
  readonly end: number;
  readonly segments: readonly Segment[];
  readonly derived: readonly Derived[];
  readonly stops: ReadonlyMap<number, Stop>;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
  readonly externals: ReadonlyMap<Storage, number>;
  readonly kept: readonly Storage[];
}

/** A recorded step: job records in memory, and an arena for what they compute on the way. */
export class Program {
  readonly #parts: Parts;
  readonly #externals: readonly Storage[];
  /** Externals that somebody else held, too, when the step was recorded. */
  readonly #shared: readonly Storage[];
  /** By external: how many in-place changes a run makes. */
  readonly #changes: readonly number[];
  #fresh = true;
  /** By what is derived: the version of its source from which it was made. */
  readonly #madeOf: number[];

  /** Takes over what the parts hold. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.#externals = [...parts.externals.keys()];
    this.#shared = this.#externals.filter((storage) => !storage.exclusive);
    this.#changes = this.#externals.map((storage) => storage.version - parts.externals.get(storage)!);
    this.#madeOf = parts.derived.map(() => -1);
  }

  /** The bytes of the arena and of the records. */
  get bytes(): number {
    return this.#parts.records.bytes + (this.#parts.arena?.bytes ?? 0);
  }

  /** False once `shutdown` has taken the memory, or where nobody else holds any more what the step works on: it was replaced. */
  get valid(): boolean {
    if (!this.#parts.records.alive) return false;
    for (const storage of this.#shared) if (storage.exclusive) return false;
    return true;
  }

  /**
   * Runs the step.
   *
   * @param inputs the addresses of the inputs
   * @param outputs the addresses of memory for the outputs
   * @throws WasmgradError where a kernel fails, and what checks throw
   */
  run(inputs: readonly number[], outputs: readonly Storage[]): void {
    const { records, segments, stops, end } = this.#parts;
    this.#parts.inputs.forEach((slot, i) => patch(records.ptr, slot, inputs[i]!));
    this.#parts.outputs.forEach((slot, i) => patch(records.ptr, slot, outputs[i]!.ptr));
    // The recording has counted the changes of the first run. They count where a check stops the run, too.
    if (!this.#fresh) this.#changes.forEach((count, i) => (this.#externals[i]!.version += count));
    this.#fresh = false;
    for (let i = 0; i < segments.length; i++) {
      for (const hook of segments[i]!.hooks) hook();
      if (i === 0) this.#derive();
      const stop = records.ptr + 4 * (segments[i + 1]?.begin ?? end);
      let at = records.ptr + 4 * segments[i]!.begin;
      while ((at = run(at, stop)) !== 0) look(stops.get(at)!);
    }
  }

  /** Makes anew what is kept, where its source has changed. */
  #derive(): void {
    const { records, derived } = this.#parts;
    for (let i = 0; i < derived.length; i++) {
      const { source, begin, end } = derived[i]!;
      if (this.#madeOf[i] === source.version) continue;
      this.#madeOf[i] = -1;
      run(records.ptr + 4 * begin, records.ptr + 4 * end);
      this.#madeOf[i] = source.version;
    }
  }

  /** Frees the records, and the arena once no tensor looks at it. */
  dispose(): void {
    this.#parts.records.release();
    this.#parts.arena?.release();
    for (const storage of [...this.#externals, ...this.#parts.kept]) storage.release();
  }
}

/** Puts an address into the records. */
function patch(records: number, { place, patches }: Slot, base: number): void {
  if (place.base === base) return;
  place.base = base;
  const words = records >> 2;
  for (let i = 0; i < patches.length; i += 2) I32[words + patches[i]!] = base + patches[i + 1]!;
}

function look({ place, dtype, shape, strides, offset, look }: Stop): void {
  const window = new Storage([0], dtype);
  window.ptr = place.base;
  const x = new TensorData(window, dtype, shape, strides, offset);
  try {
    look(x);
  } finally {
    window.release();
  }
}
