import { dtypeBytes } from '../core/dtypes.js';
import type { DType } from '../core/dtypes.js';
import { formatShape, notStarted } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import { Allocator } from './memory.js';
import type { Block, Home } from './memory.js';
import { recorder } from './recorder.js';

/** Throws for memory that is not there: how many bytes, and for what. */
export type Exhausted = (bytes: number, what: string) => never;

let allocator: Allocator | null = null;
let exhausted: Exhausted | null = null;
let newest: Storage | null = null;
let epoch = 0;

/** Bytes of the area for the records of captured steps, which is beside the tensors' memory, as that for an eager job is. */
export const recordBytes: number = 262144;
let recordArea: Allocator | null = null;
let recordEnd = 0;

/**
 * Gives storages an allocator (at `init`) or takes it away (at `shutdown`, which frees everything at once).
 *
 * @param records the address of the area for the records of captured steps
 * @param onExhausted called where the memory does not suffice
 */
export function setAllocator(next: Allocator | null, records = 0, onExhausted: Exhausted | null = null): void {
  allocator = next;
  exhausted = onExhausted;
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
  if (!allocator) throw notStarted();
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
  /** What it was made for. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** The one made before it, of those alive. */
  older: Storage | null;
  #newer: Storage | null = null;

  /**
   * @param shape the shape it is made for: its size, and its name in messages
   * @throws OutOfMemoryError
   */
  constructor(shape: readonly number[], dtype: DType, source: Source = recorder ?? currentAllocator()) {
    this.bytes = sizeOf(shape) * dtypeBytes[dtype];
    this.shape = shape;
    this.dtype = dtype;
    this.#home = source;
    this.#block = allocate(source, this.bytes, shape, dtype);
    this.ptr = this.#block.ptr;
    this.older = newest;
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
    if (this.older) this.older.#newer = this.#newer;
    if (this.#newer) this.#newer.older = this.older;
    else newest = this.older;
  }

  /** Gives a storage of a recorded step its place in memory, which `home` takes back. */
  settle(block: Block, home: Home): void {
    this.ptr = block.ptr;
    this.#block = block;
    this.#home = home;
  }
}

/** Another storage of the same shape and dtype. */
export function storageLike({ shape, dtype }: Storage): Storage {
  return new Storage(shape, dtype);
}

/** All storages alive, the latest first. */
export function livingStorages(): Storage[] {
  const all: Storage[] = [];
  for (let storage = newest; storage; storage = storage.older) all.push(storage);
  return all;
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
  return (
    source.alloc(bytes) ??
    exhausted!(bytes, shape ? `a ${dtype} tensor of shape ${formatShape(shape)}` : 'scratch memory')
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
