import type { WasmgradError } from '../core/errors.js';
import type { Product } from '../ops/gemm.js';
import type { Block, Home } from './memory.js';
import type { Storage } from './storage.js';
import type { TensorData } from './tensor-data.js';

/**
 * Takes down what a step does while its function runs. No kernel runs meanwhile: memory that the step allocates has an address
 * that is only a name, and gets its place when all jobs are known (runtime/program.ts).
 */
export interface Recorder extends Home {
  /** An address for `bytes` bytes; null where none is left. */
  alloc(bytes: number): Block | null;
  /** The job whose record is at a word address. */
  job(at: number, words: number): void;
  /**
   * What JavaScript does each time before the jobs that follow: writes what `owner` (such as rates that kernels read) holds, which may
   * come before jobs that went before; without an owner it comes exactly here.
   */
  hook(owner: object | null, fn: () => void): void;
  /** A check that reads memory each time the step comes here, where the word at address `cell` is not 0 (or `cell` is 0). */
  check(cell: number, x: TensorData, look: (x: TensorData) => void): void;
  /** What must hold for the recording to be replayed. */
  guard(owner: object, holds: () => boolean): void;
  /** A leaf's gradient was read, or (undefined) replaced. */
  gradient(leaf: object, read: Storage | null | undefined): void;
  /**
   * What `fill` launches makes the memory at `ptr` of the elements of `source` alone: a replay does it again only where the source has
   * changed.
   */
  derive(ptr: number, source: Storage, fill: () => void): void;
  /** Keeps what is in a storage until the step ends, for JavaScript that reads it in a hook. */
  keep(storage: Storage): void;
  /** Runs a matrix product whose second operand is a part of `source`, of which the step may keep something. */
  readonly multiply: (p: Product, source: Storage) => void;
  /** Gives contiguous memory that is only a name values that JavaScript has: a constant, copied at each step. */
  write(y: TensorData, values: ArrayLike<number>): void;
  /** As `check`, with a cell of its own, which `kernel` writes. */
  checkCell(x: TensorData, kernel: (cell: number) => void, look: (cell: number, x: TensorData) => void): void;
  /** What reading a value throws. */
  notReadable(who: string): WasmgradError;
  /** What an operation throws whose result has a size that depends on values. */
  noSize(): WasmgradError;
  /** Tells whether a storage's address is only a name. */
  names(storage: Storage): boolean;
}

/** The recording that is under way. */
export let recorder: Recorder | null = null;

/** Begins or ends a recording. */
export function setRecorder(next: Recorder | null): void {
  recorder = next;
}

/** Runs `fn` outside of the recording that may be under way: what it makes is there once, such as the state of an optimizer. */
export function once<T>(fn: () => T): T {
  const paused = recorder;
  recorder = null;
  try {
    return fn();
  } finally {
    recorder = paused;
  }
}

/** Lets JavaScript do something at each step: now, or each time a recorded step comes by. */
export function everyTime(fn: () => void): void {
  if (recorder) recorder.hook(null, fn);
  else fn();
}

/** As `everyTime`, for what only sets memory of `owner` that the kernels after it read: a replay may do that earlier. */
export function prepare(owner: object, fn: () => void): void {
  if (recorder) recorder.hook(owner, fn);
  else fn();
}

/** Lets JavaScript look at the elements of a tensor and throw: now, or each time a recorded step comes by. */
export function inspect(x: TensorData, look: (x: TensorData) => void): void {
  if (recorder) recorder.check(0, x, look);
  else look(x);
}

/** Lets `fill` make the memory at `ptr` of the elements of `source` alone: now, or in a recorded step each time the source has changed. */
export function derive(ptr: number, source: Storage, fill: () => void): void {
  if (recorder) recorder.derive(ptr, source, fill);
  else fill();
}
