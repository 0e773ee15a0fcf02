import { peakCopy, peakMultiplyAdd } from './kernels.js';
import { scratch } from './storage.js';

/** What the machine reached at most, on all threads of the library. */
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

function best(run: () => void): number {
  let least = Infinity;
  for (let i = 0; i < TRIES; i++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  // A clock of 100 µs (pages without isolation) may see nothing pass.
  return Math.max(least, 1e-2);
}

/** Measures the peak: about 5 ms, 8 MiB of memory. */
export function measurePeak(): Peak {
  let peak: Peak = { gflops: 0, gbs: 0 };
  scratch(2 * COPY_BYTES, (ptr) => {
    const products = best(() => peakMultiplyAdd(ptr, ROUNDS, 0.999999, UNITS, 1));
    const copy = best(() => peakCopy(ptr + COPY_BYTES, ptr, COPY_BYTES / 64, COPY_BYTES / 64 / 16));
    peak = { gflops: (UNITS * ROUNDS * FLOP_A_ROUND) / products / 1e6, gbs: (2 * COPY_BYTES) / copy / 1e6 };
  });
  return peak;
}
