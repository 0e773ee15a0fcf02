import { profile } from 'wasmgrad';

/**
 * What the machine reaches at most on the library's threads: GFLOP/s of multiply and add in registers, GB/s (read and written) of a
 * copy; the best of `rounds` measurements.
 */
export function measurePeak(rounds) {
  const found = Array.from({ length: rounds }, () => profile(() => {}).peak);
  return { gflops: Math.max(...found.map((p) => p.gflops)), gbytes: Math.max(...found.map((p) => p.gbs)) };
}
