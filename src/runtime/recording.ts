import { WasmgradError } from '../core/errors.js';
import { extend, findChains, inherit, writeChains } from './chains.js';
import { bringForward } from './derived.js';
import type { Derivation } from './derived.js';
import { I32, U8 } from './heap.js';
import { kernelParameters } from './kernel-names.js';
import { copy1 } from './kernels.js';
import { CHECK, HEADER, launch } from './launch.js';
import type { Chain } from './chains.js';
import { Allocator } from './memory.js';
import type { Block } from './memory.js';
import { planMemory } from './plan.js';
import { Program } from './program.js';
import type { Place, Segment, Stop } from './program.js';
import { once } from './recorder.js';
import type { Recorder } from './recorder.js';
import { chainKernel } from './replay.js';
import { Storage, livingStorages, recordSource } from './storage.js';
import { TensorData, elements } from './tensor-data.js';

/** The end of what a 32-bit address can name. */
const TOP = 2 ** 32 - 65536;
const UNIT = 64;
/** Bytes of a constant that a slice copies at least. */
const COPY_GRAIN = 1 << 17;

/** Memory that the step allocates: its address by name, and the jobs that touch it. */
interface Value {
  readonly ptr: number;
  readonly bytes: number;
  first: number;
  last: number;
  /** Its offset in the arena. */
  at: number;
  place: Place | null;
}

/** A word of a record that is an address, `offset` bytes into a value. */
interface Reference {
  word: number;
  readonly value: Value;
  readonly offset: number;
}

/** What is kept from run to run: the words of the jobs that make it. */
interface DerivedWords {
  readonly source: Storage;
  readonly begin: number;
  readonly end: number;
}

/**
 * A step being recorded. Addresses of what it allocates lie above the memory, so that they cannot be taken for real ones; what
 * they name gets a place when all jobs are known: one in the arena that it shares with what is not in use at the same time.
 */
export class Recording implements Recorder {
  readonly guards: Map<object, () => boolean> = new Map();
  /** Leaves whose gradient the step touches, with the storage of the one it finds: undefined where it does not look. */
  readonly leaves: Map<object, Storage | null | undefined> = new Map();
  /** Memory that was there before the step and that it touches, with the versions that it had. */
  readonly externals: Map<Storage, number> = new Map();
  readonly #versions: ReadonlyMap<Storage, number> = new Map(livingStorages().map((each) => [each, each.version]));
  readonly #names: Allocator;
  readonly #base: number;
  readonly #values: Value[] = [];
  readonly #live: Value[] = [];
  readonly #blocks: Map<Block, Value> = new Map();
  #words: number[] = [];
  /** Where each job begins. */
  #begins: number[] = [];
  readonly #references: Reference[] = [];
  readonly #segments: Segment[] = [{ begin: 0, hooks: [] }];
  readonly #owners: Set<object> = new Set();
  readonly #stops: { word: number; stop: Stop; value: Value | null }[] = [];
  readonly #derivations: (Derivation & { readonly value: Value })[] = [];
  readonly #kept: Storage[] = [];
  /** Storages by address. */
  #real: Storage[] = [];

  readonly multiply: Recorder['multiply'];

  /** @param multiply runs the matrix products of the step */
  constructor(multiply: Recorder['multiply']) {
    this.multiply = multiply;
    // Half of what the memory leaves free: it may grow meanwhile, for what is made once.
    this.#base = Math.ceil((U8.byteLength + TOP) / 2 / UNIT) * UNIT;
    let room = TOP - this.#base;
    this.#names = new Allocator(this.#base, () => {
      const all = room;
      room = 0;
      return all;
    });
  }

  alloc(bytes: number): Block | null {
    // A unit more: an address at the end of one value is not the start of another.
    const block = this.#names.alloc(bytes + UNIT);
    if (!block) return null;
    const size = Math.max(UNIT, Math.ceil(bytes / UNIT) * UNIT);
    const value: Value = { ptr: block.ptr, bytes: size, first: Infinity, last: -1, at: 0, place: null };
    this.#values.push(value);
    this.#live.splice(after(this.#live, value.ptr), 0, value);
    this.#blocks.set(block, value);
    return block;
  }

  free(block: Block): void {
    const value = this.#blocks.get(block)!;
    this.#blocks.delete(block);
    this.#live.splice(this.#live.indexOf(value), 1);
    this.#names.free(block);
  }

  job(at: number, words: number): void {
    const begin = this.#words.length;
    for (let i = 0; i < words; i++) this.#words.push(I32[at + i]!);
    const kernel = I32[at]!;
    this.#refer(begin + HEADER, pointersOf(kernel));
    // The entries of a table (assembly/table.ts) hold pointers, too.
    const entries = tableOf(kernel);
    if (entries > 0) {
      for (let entry = begin + entries + 1; entry < begin + words; entry += ENTRY) this.#refer(entry, ENTRY_POINTERS);
    }
    this.#begins.push(begin);
  }

  /** Notes `count` words that are addresses, or 0. */
  #refer(first: number, count: number): void {
    for (let word = first; word < first + count; word++) {
      const ptr = this.#words[word]! >>> 0;
      if (ptr === 0) continue;
      const value = this.#touch(ptr);
      if (value) this.#references.push({ word, value, offset: ptr - value.ptr });
    }
  }

  hook(owner: object | null, fn: () => void): void {
    let segment = this.#segments[this.#segments.length - 1]!;
    // Hooks come before all jobs of their segment; what one has written must not be overwritten before its jobs have run.
    if ((!owner || this.#owners.has(owner)) && segment.begin < this.#words.length) {
      this.#owners.clear();
      segment = { begin: this.#words.length, hooks: [] };
      this.#segments.push(segment);
    }
    if (owner) this.#owners.add(owner);
    segment.hooks.push(fn);
  }

  check(cell: number, x: TensorData, look: (x: TensorData) => void): void {
    const value = this.#touch(x.storage.ptr);
    this.#begins.push(this.#words.length);
    this.#words.push(CHECK, 0, 0, HEADER + 1, cell);
    const { dtype, shape, strides, offset, storage } = x;
    const stop = { dtype, shape, strides, offset, look, place: { base: storage.ptr } };
    this.#stops.push({ word: this.#words.length, stop, value });
  }

  guard(owner: object, holds: () => boolean): void {
    if (!this.guards.has(owner)) this.guards.set(owner, holds);
  }

  gradient(leaf: object, read: Storage | null | undefined): void {
    if (this.leaves.has(leaf)) return;
    this.leaves.set(leaf, read);
    if (read) this.#touch(read.ptr);
  }

  derive(ptr: number, source: Storage, fill: () => void): void {
    const first = this.#begins.length;
    fill();
    const value = this.#valueAt(ptr)!;
    this.#derivations.push({ source, first, last: this.#begins.length - 1, value });
  }

  keep(storage: Storage): void {
    if (!this.#touch(storage.ptr)) return;
    storage.retain();
    this.#kept.push(storage);
  }

  write(y: TensorData, values: ArrayLike<number>): void {
    const constant = once(() => {
      const x = new TensorData(new Storage(y.shape, y.dtype), y.dtype, y.shape, y.strides, 0);
      elements(x).set(values);
      return x;
    });
    const { bytes } = constant.storage;
    launch(copy1, null, y.ptr, constant.ptr, [1, bytes, 1, 1], bytes, COPY_GRAIN);
    constant.storage.release();
  }

  checkCell(x: TensorData, kernel: (cell: number) => void, look: (cell: number, x: TensorData) => void): void {
    const cell = once(() => new Storage([2], 'int32'));
    kernel(cell.ptr);
    this.check(cell.ptr, x, (at) => look(cell.ptr, at));
    // The recording keeps it.
    cell.release();
  }

  notReadable(who: string): WasmgradError {
    return new WasmgradError(
      `capture: ${who} reads a value in the middle of the step, which is only being recorded ` +
        '(return the tensor from the captured function and read it after the step)',
    );
  }

  noSize(): WasmgradError {
    return new WasmgradError(
      'capture: the size of a result depends on values (nonzero, maskedSelect, an index by a mask), which a captured step cannot have ' +
        '(use where(), or a mask as a factor)',
    );
  }

  names(storage: Storage): boolean {
    return storage.ptr >= this.#base;
  }

  /**
   * Places what the step allocates. What is still alive gets its place in the program's arena for good, but for inputs and
   * outputs, whose addresses come with each run.
   *
   * @throws OutOfMemoryError
   */
  finish(inputs: readonly Storage[], outputs: readonly Storage[]): Program {
    const places = (storages: readonly Storage[]): Place[] =>
      storages.map((storage) => {
        const place = { base: 0 };
        this.#valueAt(storage.ptr)!.place = place;
        return place;
      });
    const [inputPlaces, outputPlaces] = [places(inputs), places(outputs)];
    for (const value of this.#live) {
      value.last = this.#begins.length;
      value.first = Math.min(value.first, this.#begins.length);
    }
    const derived = this.#keepDerived(inputs);
    const used = this.#values.filter((value) => !value.place && value.last >= 0);
    const chains = this.#chains(inputs, derived);
    const hosts = inherit(chains);
    for (const [value, host] of hosts) host.last = Math.max(host.last, value.last);
    const spans = used.filter((value) => !hosts.has(value));
    extend(spans, chains);
    const { written, moved } = writeChains({ words: this.#words, begins: this.#begins }, chains, chainKernel());
    const bytes = planMemory(spans);
    const arena = bytes > 0 ? new Storage([bytes], 'uint8') : null;
    let records: Storage;
    try {
      records = new Storage([4 * written.length], 'uint8', recordSource);
    } catch (error) {
      arena?.release();
      throw error;
    }
    const base = arena?.ptr ?? 0;
    for (const value of used) value.place = { base: base + (hosts.get(value) ?? value).at };
    for (const storage of livingStorages()) {
      const value = this.names(storage) ? this.#valueAt(storage.ptr)! : null;
      if (!value || !used.includes(value)) continue;
      arena!.retain();
      storage.settle({ ptr: value.place!.base, bytes: value.bytes }, { free: () => arena!.release() });
    }
    const patches = new Map<Place, number[]>([...inputPlaces, ...outputPlaces].map((place) => [place, []]));
    for (const { word, value, offset } of this.#references) {
      written[moved[word]!] = value.place!.base + offset;
      patches.get(value.place!)?.push(moved[word]!, offset);
    }
    I32.set(written, records.ptr >> 2);
    const stops = new Map<number, Stop>();
    for (const { word, stop, value } of this.#stops) {
      stops.set(records.ptr + 4 * moved[word]!, value ? { ...stop, place: value.place! } : stop);
    }
    return new Program({
      records,
      arena,
      end: written.length,
      segments: this.#segments.map(({ begin, hooks }) => ({ begin: moved[begin]!, hooks })),
      derived: derived.map(({ source, begin, end }) => ({ source, begin: moved[begin]!, end: moved[end]! })),
      stops,
      inputs: inputPlaces.map((place) => ({ place, patches: Int32Array.from(patches.get(place)!) })),
      outputs: outputPlaces.map((place) => ({ place, patches: Int32Array.from(patches.get(place)!) })),
      externals: this.externals,
      kept: this.#kept,
    });
  }

  /**
   * Puts the jobs that make what is kept from run to run before all others. Nothing is kept of what the step itself changes: neither by its
   * jobs nor by arguments, which may be the source's memory, nor by JavaScript between its jobs.
   */
  #keepDerived(inputs: readonly Storage[]): DerivedWords[] {
    if (this.#segments.length > 1 || inputs.some((storage) => storage.version > 0)) return [];
    const kept = this.#derivations.filter(({ source }) => this.externals.get(source) === source.version);
    if (kept.length === 0) return [];
    const { words, begins, wordAt, jobAt } = bringForward(this.#words, this.#begins, kept);
    const end = (job: number): number => begins[job + 1] ?? words.length;
    const derived = kept.map(({ source, first, last }) => ({
      source,
      begin: begins[jobAt[first]!]!,
      end: end(jobAt[last]!),
    }));
    [this.#words, this.#begins] = [words, begins];
    for (const reference of this.#references) reference.word = wordAt[reference.word]!;
    for (const stop of this.#stops) stop.word = wordAt[stop.word - 1]! + 1;
    for (const value of this.#values) {
      value.first = jobAt[value.first] ?? value.first;
      value.last = jobAt[value.last] ?? value.last;
    }
    // In use before the first job and behind the last one: no other value takes their places.
    for (const { value } of kept) [value.first, value.last] = [-1, begins.length];
    this.#segments[0] = { ...this.#segments[0]!, begin: derived.at(-1)!.end };
    return derived;
  }

  #chains(inputs: readonly Storage[], derived: readonly DerivedWords[]): Chain<Value>[] {
    const targets = new Map(this.#references.map((each) => [each.word, each]));
    return findChains<Value>({
      words: this.#words,
      begins: this.#begins,
      hooked: new Set([...this.#segments, ...derived].map(({ begin }) => begin)),
      inputs: new Set(inputs.map((storage) => this.#valueAt(storage.ptr)!)),
      target: (word) => targets.get(word) ?? { value: null, offset: this.#words[word]! >>> 0 },
    });
  }

  /** Drops what a step that failed to record holds. */
  abandon(): void {
    for (const storage of [...this.externals.keys(), ...this.#kept]) storage.release();
    for (const storage of livingStorages()) if (this.names(storage)) storage.discard();
  }

  /** Notes that the next job touches an address: answers the value there, or keeps the storage there alive. */
  #touch(ptr: number): Value | null {
    if (ptr >= this.#base) {
      const value = this.#valueAt(ptr);
      if (!value) throw new WasmgradError('capture: a job reads memory that the step has freed');
      value.first = Math.min(value.first, this.#begins.length);
      value.last = this.#begins.length;
      return value;
    }
    const storage = this.#storageAt(ptr);
    if (storage && !this.externals.has(storage)) {
      storage.retain();
      this.externals.set(storage, this.#versions.get(storage) ?? storage.version);
    }
    return null;
  }

  #valueAt(ptr: number): Value | null {
    const value = this.#live[after(this.#live, ptr) - 1];
    return value && ptr <= value.ptr + value.bytes ? value : null;
  }

  /** The storage at an address; null for memory that is always there. */
  #storageAt(ptr: number): Storage | null {
    const find = (): Storage | null => {
      const storage = this.#real[after(this.#real, ptr) - 1];
      return storage?.alive && ptr < storage.ptr + Math.max(storage.bytes, 1) ? storage : null;
    };
    const known = find();
    if (known) return known;
    // Sorted so that what lies in an arena comes behind it.
    this.#real = livingStorages()
      .filter((storage) => !this.names(storage))
      .sort((a, b) => a.ptr - b.ptr || b.bytes - a.bytes);
    return find();
  }
}

/** The number of elements whose address is at most `ptr`. They are sorted. */
function after(sorted: readonly { readonly ptr: number }[], ptr: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.ptr <= ptr) low = middle + 1;
    else high = middle;
  }
  return low;
}

const pointers: number[] = [];

/** How many of a kernel's first arguments are pointers. */
function pointersOf(kernel: number): number {
  return (pointers[kernel] ??= kernelParameters[kernel]!.split('*').length - 1);
}

/** Words of an entry of a table, and how many of them are pointers. */
const ENTRY = 8;
const ENTRY_POINTERS = 6;

const tables: number[] = [];

/** At which word of a job's record its table begins; 0 where it has none. */
function tableOf(kernel: number): number {
  return (tables[kernel] ??= tableIn(kernelParameters[kernel]!.split(' ')));
}

function tableIn(parameters: readonly string[]): number {
  if (parameters.at(-1) !== 'table') return 0;
  return HEADER + parameters.slice(0, -1).reduce((words, name) => words + (name.endsWith(':') ? 2 : 1), 0);
}
