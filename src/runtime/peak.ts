import { peakCopy, peakMultiplyAdd } from './kernels.js';
import { launch } from './launch.js';
import { scratch } from './storage.js';

/** What the machine reached at most, on all threads of the library; NaN where the clock stands still, as those of tests do. */
export interface Peak {
  /** Multiply and add of float32 vectors in registers, in 10⁹ operations a second. */
  readonly gflops: number;
  /** Reading and writing of a copy of 4 MiB, in 10⁹ bytes a second. */
  readonly gbs: number;
}

/** Of assembly/peak.ts. */
const FLOP_A_ROUND = 96;
const ROUNDS = 4096;
const UNITS = 16;
const COPY_BYTES = 4 << 20;
const TRIES = 8;
/** A time is measured over so many steps of the clock, which are coarse in browsers (5 µs to 1 ms). */
const TICKS = 20;
/** Runs that a time is measured over at most: clocks of browsers that hide the time step by 100 ms. */
const RUNS = 1000;
/** Readings of a clock after which it counts as standing still. */
const PATIENCE = 4_000_000;

/** The least step of the clock that shows, or Infinity. */
function tick(): number {
  const start = performance.now();
  for (let i = 0; i < PATIENCE; i++) {
    const step = performance.now() - start;
    if (step > 0) return step;
  }
  return Infinity;
}

/** The milliseconds of the fastest run, on a clock of such steps. */
function best(step: number, run: () => void): number {
  if (step === Infinity) return NaN;
  const span = TICKS * step;
  let least = Infinity;
  for (let i = 0; i < TRIES; i++) {
    const start = performance.now();
    let now = start;
    let runs = 0;
    do {
      run();
      runs++;
      now = performance.now();
    } while (now - start < span && runs < RUNS);
    if (now > start) least = Math.min(least, (now - start) / runs);
  }
  return least === Infinity ? NaN : least;
}

/** Measures the peak: about 5 ms, 8 MiB of memory. */
export function measurePeak(): Peak {
  let peak: Peak = { gflops: 0, gbs: 0 };
  scratch(2 * COPY_BYTES, (ptr) => {
    const step = tick();
    const products = best(step, () => launch(peakMultiplyAdd, null, ptr, ROUNDS, 0.999999, UNITS, 1));
    const copy = best(step, () => launch(peakCopy, null, ptr + COPY_BYTES, ptr, COPY_BYTES / 64, COPY_BYTES / 64 / 16));
    peak = { gflops: (UNITS * ROUNDS * FLOP_A_ROUND) / products / 1e6, gbs: (2 * COPY_BYTES) / copy / 1e6 };
  });
  return peak;
}
