import { WasmgradError } from '../core/errors.js';
import { I32 } from './heap.js';
import { connect } from './launch.js';

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

/** Byte offset of the failed slices' counter in the control block (assembly/parallel.ts). */
const FAILED = 200;
/** What `replay` answers where a check stopped it; the next record's address is then at byte offset STOPPED_AT. */
const STOPPED = -2;
const STOPPED_AT = 212;
/** Byte offset of the caller's patience in the control block. */
const PATIENCE = 208;
/** Far beyond the time of one slice of the largest kernel on a busy machine: only a dead thread takes longer. */
const PATIENCE_MILLISECONDS = 120_000;
let exports: ParallelExports | null = null;
let control = 0;
let onLost: (() => void) | null = null;

/**
 * Points the launchers at an instance.
 * @param lost called where a thread has ended in the middle of a kernel: the others must not be used any more
 */
export function connectKernels(
  instance: ParallelExports,
  controlBlock: number,
  jobArea: number,
  lost: () => void,
): void {
  exports = instance;
  control = controlBlock;
  onLost = lost;
  connect(replay, controlBlock, jobArea);
  setPatience(PATIENCE_MILLISECONDS);
}

/** The kernel of a chain (assembly/parallel.ts): its arguments are the bytes of its jobs' records, and these records. */
export function chainKernel(): number {
  return exports!.chainKernel();
}

/** How long the caller waits for a slice that no thread finishes (tests shorten it). */
export function setPatience(milliseconds: number): void {
  I32[(control + PATIENCE) >> 2] = milliseconds;
}

/**
 * Runs the job records from one address to another.
 *
 * @throws WasmgradError where a kernel failed
 */
export function replay(begin: number, end: number): number {
  let failed = 0;
  try {
    failed = exports!.replay(control, begin, end);
  } catch (error) {
    // A kernel trapped in this thread: its slice counts as finished, and the other threads' slices are waited for.
    exports!.abandon(control);
    if (!exports!.join(control)) onLost?.();
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
