import type { DType } from '../core/dtypes.js';
import { WasmgradError, notStarted } from '../core/errors.js';
import { F32, F64, I32 } from './heap.js';
import { recorder } from './recorder.js';

/** Words of a job record before its arguments: kernel, units, grain, words to the next record. */
export const HEADER = 4;
/** In the place of a kernel: stop where the word at the address in the first argument is not 0, or where that address is 0. */
export const CHECK = 0;
/** Words of the area in which an eager job is written. */
const AREA = 16384;
/** Byte offset of the number of workers in the control block (assembly/parallel.ts). */
const WORKERS = 196;
/** Bytes of the area in which an eager job is written. */
export const jobAreaBytes: number = 65536;

/** Runs the job records from one address to another. Answers where a check stopped it: the address of the next record; else 0. */
export type Player = (begin: number, end: number) => number;

/** What runs records: null where there are no kernels. */
let player: Player | null = null;
/** What stands around it (runtime/observe.ts). */
let watcher: Player | null = null;
let control = 0;
/** The address of the eager job, in words. */
let area = 0;

const f64 = new Float64Array(1);
const f64Words = new Int32Array(f64.buffer);

/** Gives the launchers what runs records (at `init`, runtime/replay.ts); null takes it away, and launching throws from then on. */
export function connect(next: Player | null, controlBlock: number, jobArea: number): void {
  player = next;
  control = controlBlock;
  area = jobArea >> 2;
}

/** From now on `next` runs records, where there are kernels, and stands around what ran them so far; null ends it. */
export function watchBy(next: Player | null): void {
  watcher = next;
}

/** The threads that share a launch, this one included. */
export function threadCount(): number {
  return I32[(control + WORKERS) >> 2]! + 1;
}

declare const called: unique symbol;

/**
 * A family of kernels as src/runtime/kernels.ts names it: kernels of one form for several dtypes, or (with the dtype null) one that
 * stands for itself. The number is an index into the table, with what `launch` must know of the parameters above it.
 */
export type Kernel<Args extends readonly unknown[], D extends DType | null = DType | null> = number & {
  readonly [called]?: { readonly args: Args; readonly dtype: D };
};

/** Bits of a kernel's number that are the index of its float32 kernel. */
const INDEX = 1023;
/** The bit that says that scalars are doubles whatever the dtype is. */
const DOUBLES = 1024;
/** The place of the bits that say which of the first arguments are scalars. */
const SCALARS = 11;

/**
 * Runs a kernel, on all threads where it has more units than one grain. `args` are the kernel's parameters and then `units` and
 * `grain`, the smallest slice worth a thread (slices are cut at multiples of it).
 */
export function launch<Args extends readonly unknown[], D extends DType | null>(
  kernel: Kernel<Args, D>,
  dtype: NoInfer<D>,
  ...args: readonly [...Args, units: number, grain: number]
): void {
  const count = args.length - 2;
  const units = args[count] as number;
  if (!player) throw notStarted();
  if (units <= 0) return;
  const last = args[count - 1] as number | ArrayLike<number>;
  const list = typeof last === 'object' ? last : null;
  const end = list ? count - 1 : count;
  const isDouble = dtype === 'float64';
  const isFloat = isDouble || dtype === 'float32' || dtype === null;
  let at = area + HEADER;
  let scalars = kernel >>> SCALARS;
  for (let i = 0; i < end; i++) {
    const value = args[i] as number;
    if ((scalars & 1) === 0) {
      I32[at++] = value;
    } else if (isDouble || (kernel & DOUBLES) !== 0) {
      writeF64(at, value);
      at += 2;
    } else if (isFloat) {
      F32[at++] = value;
    } else {
      I32[at++] = value;
    }
    scalars >>>= 1;
  }
  if (list) {
    const { length } = list;
    if (at + length > area + AREA) throw new WasmgradError(`launch: ${length} words of arguments are too many`);
    for (let i = 0; i < length; i++) I32[at + i] = list[i]!;
    at += length;
  }
  I32[area] = (kernel & INDEX) + (isDouble ? 1 : isFloat ? 0 : dtype === 'int32' ? 2 : 3);
  I32[area + 1] = units;
  I32[area + 2] = args[count + 1] as number;
  I32[area + 3] = at - area;
  if (recorder) recorder.job(area, at - area);
  else run(area << 2, at << 2);
}

/** Writes a double as two words. */
function writeF64(at: number, value: number): void {
  if ((at & 1) === 0) {
    F64[at >> 1] = value;
  } else {
    f64[0] = value;
    I32[at] = f64Words[0]!;
    I32[at + 1] = f64Words[1]!;
  }
}

/**
 * Runs job records.
 *
 * @throws WasmgradError before `init`, and where a kernel failed
 */
export function run(begin: number, end: number): number {
  if (!player) throw notStarted();
  return (watcher ?? player)(begin, end);
}
