import { I32 } from './heap.js';
import { CHECK, HEADER, watchBy } from './launch.js';
import { chainKernel, replay } from './replay.js';

/** Stands around every job: gets the word address of its record, and runs it by calling `run` once. */
export type JobObserver = (record: number, run: () => void) => void;

let observer: JobObserver | null = null;

/** Lets an observer stand around every job (tests, profiles); null ends it. Answers the one before. */
export function observeJobs(watch: JobObserver | null): JobObserver | null {
  const before = observer;
  observer = watch;
  watchBy(watch && ((begin, end) => playOneByOne(watch, begin, end)));
  return before;
}

function playOneByOne(watch: JobObserver, begin: number, end: number): number {
  for (let at = begin, next = at; at < end; at = next) {
    // The jobs of a chain follow as jobs of their own.
    const chained = I32[at >> 2] === chainKernel();
    next = at + ((chained ? HEADER + 1 : I32[(at >> 2) + 3]!) << 2);
    if (chained) continue;
    let stopped = 0;
    const one = (): void => void (stopped = replay(at, next));
    if (I32[at >> 2] === CHECK) one();
    else watch(at >> 2, one);
    if (stopped) return stopped;
  }
  return 0;
}
