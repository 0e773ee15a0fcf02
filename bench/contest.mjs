import { sample } from './inputs.mjs';
import { measure, median } from './measure.mjs';
import { copyOf, own } from './own.mjs';
import { measurePeak } from './peak.mjs';

const TOLERANCE = 1e-3;

/** @throws Error where two samples of results differ by more than 10⁻³ of the largest element */
function checkEqual(row, name, expected, actual) {
  const largest = expected.values.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  const differs = (v, i) => !(Math.abs(v - actual.values[i]) <= TOLERANCE * largest);
  if (actual.length !== expected.length || expected.values.some(differs)) {
    const some = ({ length, values }) => `${length} elements: ${values.slice(0, 4).join(', ')} …`;
    throw new Error(`${row.id}: ${name} computes something else (${some(actual)}; expected ${some(expected)})`);
  }
}

/**
 * Runs a row: sets up wasmgrad and all peers that know it, compares their results with ours, then times them in turn.
 *
 * @param {Record<string, (row: object) => unknown>} peers each answers { run or time, result } or null
 * @returns the row's medians and best times in milliseconds, or null where wasmgrad does not have what it needs
 */
export async function contest(row, peers, rounds) {
  const mine = own(row);
  if (!mine) return null;
  const expected = sample(await mine.wasmgrad.result());
  const contenders = {};
  for (const [name, contender] of Object.entries(mine)) {
    if (name !== 'wasmgrad') checkEqual(row, name, expected, sample(await contender.result()));
    contenders[name] = contender;
  }
  for (const [name, setUp] of Object.entries(peers)) {
    const peer = await setUp(row);
    if (!peer) continue;
    const result = await peer.result();
    checkEqual(row, name, expected, Array.isArray(result?.values) ? result : sample(result));
    contenders[name] = peer;
  }
  if (row.targets?.some(({ than }) => than === 'copy')) contenders.copy = copyOf(row.bytes);
  const before = measurePeak(2);
  const samples = await measure(contenders, rounds);
  const after = measurePeak(2);
  const peak = {
    gflops: Math.max(before.gflops, after.gflops),
    gbytes: Math.max(before.gbytes, after.gbytes),
  };
  const milliseconds = Object.fromEntries(Object.entries(samples).map(([name, s]) => [name, median(s)]));
  const best = Object.fromEntries(Object.entries(samples).map(([name, s]) => [name, Math.min(...s)]));
  return { id: row.id, flop: row.flop ?? null, bytes: row.bytes ?? null, milliseconds, best, peak };
}
