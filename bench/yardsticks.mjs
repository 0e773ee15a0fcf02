import { noGrad, scope, zeros } from 'wasmgrad';
import { measurePeak } from './peak.mjs';

/** Milliseconds that one look at a row or at a yardstick takes. */
const SAMPLE_MILLISECONDS = 4;

/** The best time of one run among those that fit into a few milliseconds. */
export function best(run) {
  let least = Infinity;
  for (const end = performance.now() + SAMPLE_MILLISECONDS; performance.now() < end;) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** Elements of the copy: of the size of the rows that it is held against, so that both live in the same cache. */
const COPIED = 64 * 1024;
const OBJECTS = 5000;

/** Makes small objects, keeps them in a map and reads them again: what an operation's own JavaScript does. */
function objects() {
  const kept = new Map();
  for (let i = 0; i < OBJECTS; i++)
    kept.set(i & 63, { ptr: i, shape: [i & 7, 16], of: kept.get((i + 1) & 63) ?? null });
  let sum = 0;
  for (const { ptr, shape } of kept.values()) sum += ptr + shape[0];
  return sum;
}

/**
 * The in-run peaks, one for each bound: 10⁹ operations a second of multiply and add in registers, 10⁹ bytes a second of a copy within
 * the caches, 10⁶ objects a second of plain JavaScript. What slows a row down without being its fault (a busy neighbour of the
 * core, smaller caches, an engine's compiler that is late) slows its peak down, too.
 */
export function yardsticks() {
  const [from, to] = [zeros([COPIED]).keep(), zeros([COPIED]).keep()];
  const copy = () => scope(() => void noGrad(() => to.copy_(from)));
  return {
    flops: () => measurePeak(1).gflops,
    bytes: () => (8 * COPIED) / best(copy) / 1e6,
    calls: () => OBJECTS / best(objects) / 1e3,
  };
}
