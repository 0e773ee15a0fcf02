import type { DType } from '../core/dtypes.js';
import { WasmgradError } from '../core/errors.js';
import { F32, F64, I32 } from './heap.js';
import { recorder } from './recorder.js';

/** What a module instance offers to the launcher (assembly/parallel.ts). */
export interface ParallelExports {
  heapBase(): number;
  work(control: number): void;
  stop(control: number): void;
  abandon(control: number): void;
  join(control: number): number;
  replay(control: number, begin: number, end: number): number;
  chainKernel(): number;
}

/** Words of a job record before its arguments: kernel, units, grain, words to the next record. */
export const HEADER = 4;
/** In the place of a kernel: stop where the word at the address in the first argument is not 0, or where that address is 0. */
export const CHECK = 0;
/** Words of the area in which an eager job is written. */
const AREA = 16384;
/** Byte offset of the number of workers in the control block (assembly/parallel.ts). */
const WORKERS = 196;
/** Byte offset of the failed slices' counter in the control block (assembly/parallel.ts). */
const FAILED = 200;
/** What `replay` answers where a check stopped it; the next record's address is then at byte offset STOPPED_AT. */
const STOPPED = -2;
const STOPPED_AT = 212;
/** Byte offset of the caller's patience in the control block. */
const PATIENCE = 208;
/** Far beyond the time of one slice of the largest kernel on a busy machine: only a dead thread takes longer. */
const PATIENCE_MILLISECONDS = 120_000;
/** Bytes of the area in which an eager job is written. */
export const jobAreaBytes: number = AREA * 4;

/** The kernel of a chain (assembly/parallel.ts): its arguments are the bytes of its jobs' records, and these records. */
export function chainKernel(): number {
  return exports!.chainKernel();
}

/** Stands around every job: gets the word address of its record, and runs it by calling `run` once. */
export type JobObserver = (record: number, run: () => void) => void;

let exports: ParallelExports | null = null;
let control = 0;
/** The address of the eager job, in words. */
let area = 0;
let onLost: (() => void) | null = null;
let observer: JobObserver | null = null;

const f64 = new Float64Array(1);
const f64Words = new Int32Array(f64.buffer);

/**
 * Points the launchers at an instance; null takes it away, and launching throws from then on.
 * @param lost called where a thread has ended in the middle of a kernel: the others must not be used any more
 */
export function connect(
  instance: ParallelExports | null,
  controlBlock: number,
  jobArea: number,
  lost: (() => void) | null = null,
): void {
  exports = instance;
  control = controlBlock;
  area = jobArea >> 2;
  onLost = lost;
  if (instance) setPatience(PATIENCE_MILLISECONDS);
}

/** The threads that share a launch, this one included. */
export function threadCount(): number {
  return I32[(control + WORKERS) >> 2]! + 1;
}

/** How long the caller waits for a slice that no thread finishes (tests shorten it). */
export function setPatience(milliseconds: number): void {
  I32[(control + PATIENCE) >> 2] = milliseconds;
}

/** Lets an observer stand around every job (tests, profiles); null ends it. Answers the one before. */
export function observeJobs(watch: JobObserver | null): JobObserver | null {
  const before = observer;
  observer = watch;
  return before;
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
  if (!exports) throw new WasmgradError('init: call `await init()` before the first operation');
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
 * Runs the job records from one address to another. Answers where a check stopped it: the address of the next record; else 0.
 *
 * @throws WasmgradError where a kernel failed
 */
export function run(begin: number, end: number): number {
  if (!observer) return replay(begin, end);
  for (let at = begin, next = at; at < end; at = next) {
    // The jobs of a chain follow as jobs of their own.
    const chained = I32[at >> 2] === chainKernel();
    next = at + ((chained ? HEADER + 1 : I32[(at >> 2) + 3]!) << 2);
    if (chained) continue;
    let stopped = 0;
    const one = (): void => void (stopped = replay(at, next));
    if (I32[at >> 2] === CHECK) one();
    else observer(at >> 2, one);
    if (stopped) return stopped;
  }
  return 0;
}

function replay(begin: number, end: number): number {
  if (!exports) throw new WasmgradError('init: call `await init()` before the first operation');
  let failed = 0;
  try {
    failed = exports.replay(control, begin, end);
  } catch (error) {
    // A kernel trapped in this thread: its slice counts as finished, and the other threads' slices are waited for.
    exports.abandon(control);
    if (!exports.join(control)) onLost?.();
    I32[(control + FAILED) >> 2] = 0;
    throw new WasmgradError(`launch: a kernel failed (${String(error)})`, { cause: error });
  }
  if (failed === 0) return 0;
  if (failed === STOPPED) return I32[(control + STOPPED_AT) >> 2]!;
  if (failed < 0) {
    onLost?.();
    throw new WasmgradError(
      'launch: a worker ended in the middle of a kernel, whose result is lost; one thread goes on',
    );
  }
  I32[(control + FAILED) >> 2] = 0;
  throw new WasmgradError('launch: a kernel failed in a worker');
}
