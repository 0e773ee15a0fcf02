import { dtypeBytes } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { OutOfMemoryError, WasmgradError, formatShape } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import { Allocator } from './memory.js';
import type { Block, Home } from './memory.js';
import { recorder } from './recorder.js';

let allocator: Allocator | null = null;
let newest: Storage | null = null;
let epoch = 0;

/** Bytes of the area for the records of captured steps, which is beside the tensors' memory, as that for an eager job is. */
export const recordBytes: number = 1 << 18;
let recordArea: Allocator | null = null;
let recordEnd = 0;

/**
 * Gives storages an allocator (at `init`) or takes it away (at `shutdown`, which frees everything at once).
 *
 * @param records the address of the area for the records of captured steps
 */
export function setAllocator(next: Allocator | null, records = 0): void {
  allocator = next;
  let room = recordBytes;
  recordEnd = records + room;
  recordArea = new Allocator(records, () => {
    const all = room;
    room = 0;
    return all;
  });
  newest = null;
  epoch++;
}

/** The allocator, or an error that says to call `init`. */
export function currentAllocator(): Allocator {
  if (!allocator) throw new WasmgradError('init: call `await init()` before the first operation');
  return allocator;
}

/**
 * Memory for elements, shared by the tensors that look at it and by the tape, and freed with the last of them.
 * Live storages form a list, from which an out-of-memory error names the largest.
 */
export class Storage {
  /** The address of the first element; only a name for it while a step is recorded. */
  ptr: number;
  readonly bytes: number;
  /** Counts the in-place changes, so that backward notices that a saved tensor is no longer what it was. */
  version = 0;
  #uses = 1;
  #block: Block | null;
  #home: Home;
  readonly #epoch = epoch;
  readonly #shape: readonly number[];
  readonly #dtype: DType;
  #older: Storage | null;
  #newer: Storage | null = null;

  /**
   * @param shape the shape it is made for: its size, and its name in messages
   * @throws OutOfMemoryError
   */
  constructor(shape: readonly number[], dtype: DType, source: Source = recorder ?? currentAllocator()) {
    this.bytes = sizeOf(shape) * dtypeBytes[dtype];
    this.#shape = shape;
    this.#dtype = dtype;
    this.#home = source;
    this.#block = allocate(source, this.bytes, shape, dtype);
    this.ptr = this.#block.ptr;
    this.#older = newest;
    if (newest) newest.#newer = this;
    newest = this;
  }

  /** False once freed, or once the memory it was in is gone. */
  get alive(): boolean {
    return this.#block !== null && this.#epoch === epoch;
  }

  /** True where one tensor alone holds it. */
  get exclusive(): boolean {
    return this.#uses === 1;
  }

  /** One more holder. */
  retain(): void {
    this.#uses++;
  }

  /** One holder less; the last one frees it. */
  release(): void {
    if (--this.#uses > 0 || !this.#block) return;
    const block = this.#block;
    this.discard();
    if (this.#epoch === epoch) this.#home.free(block);
  }

  /** Leaves what is in it to be lost: the storage is dead from here on. */
  discard(): void {
    this.#block = null;
    if (this.#epoch !== epoch) return;
    if (this.#older) this.#older.#newer = this.#newer;
    if (this.#newer) this.#newer.#older = this.#older;
    else newest = this.#older;
  }

  /** Another storage of the same shape and dtype. */
  alike(): Storage {
    return new Storage(this.#shape, this.#dtype);
  }

  /** Gives a storage of a recorded step its place in memory, which `home` takes back. */
  settle(block: Block, home: Home): void {
    this.ptr = block.ptr;
    this.#block = block;
    this.#home = home;
  }

  /** All storages alive. */
  static living(): Storage[] {
    const all: Storage[] = [];
    for (let storage = newest; storage; storage = storage.#older) all.push(storage);
    return all;
  }

  /** The largest storages alive, as text. */
  static largest(count: number): string[] {
    const all = Storage.living().sort((a, b) => b.bytes - a.bytes);
    return all.slice(0, count).map((s) => `${s.#dtype} ${formatShape(s.#shape)} ${formatBytes(s.bytes)}`);
  }
}

/** Formats a number of bytes: `12.5 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** What hands out blocks. */
export interface Source extends Home {
  alloc(bytes: number): Block | null;
}

/** Memory for the records of captured steps: the area for them, and once it is full the tensors' memory. */
export const recordSource: Source = {
  alloc: (bytes) => recordArea!.alloc(bytes) ?? currentAllocator().alloc(bytes),
  free: (block) => (block.ptr < recordEnd ? recordArea! : currentAllocator()).free(block),
};

function allocate(source: Source, bytes: number, shape?: readonly number[], dtype?: DType): Block {
  const block = source.alloc(bytes);
  if (block) return block;
  const what = shape ? `a ${dtype} tensor of shape ${formatShape(shape)}` : 'scratch memory';
  const largest = Storage.largest(5);
  const alive = largest.length > 0 ? `; largest alive: ${largest.join(', ')}` : '';
  throw new OutOfMemoryError(
    `init: out of memory for ${what} (${formatBytes(bytes)}), ${formatBytes(currentAllocator().used)} in use${alive}` +
      ' (free tensors with scope(), or raise memory.maximum in init())',
  );
}

/**
 * Lends `bytes` bytes of memory to `fn`.
 *
 * @throws OutOfMemoryError
 */
export function scratch(bytes: number, fn: (ptr: number) => void): void {
  const home = recorder ?? currentAllocator();
  const block = allocate(home, bytes);
  try {
    fn(block.ptr);
  } finally {
    home.free(block);
  }
}
