import type { TypedArray } from '../../src/core/dtypes.js';
import type { Row } from '../ops/table.js';
import { evaluate, makeInputs, type Ran } from './evaluate.js';
import { drawInputs, isElementwise, samplesOf, tile, type Drawn } from './samples.js';

/** The bits of one case's results and gradients. */
export interface Bits {
  readonly label: string;
  readonly hash: string;
}

/** Long enough to be split among any number of threads, with a tail everywhere. */
const long = 40_009;

function hashArray(array: TypedArray | null, seed: number): number {
  let h = seed;
  if (!array) return Math.imul(h ^ 0x55, 0x01000193);
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
  for (const word of words) h = Math.imul(h ^ word, 0x01000193) ^ (h >>> 15);
  for (let i = words.length * 4; i < bytes.length; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  return h;
}

function hashRun(ran: Ran): string {
  let h = 0x811c9dc5;
  for (const result of ran.results) h = hashArray(result.data, h);
  for (const name of Object.keys(ran.grads).sort()) h = hashArray(ran.grads[name] ?? null, h);
  return (h >>> 0).toString(16);
}

/** Runs all cases of a row in float32, elementwise ones at a length that is split, and hashes what comes out. */
export function rowBits(row: Row): Bits[] {
  const run = (label: string, source: Row['cases'][number], inputs: readonly Drawn[], tiled: boolean): Bits => {
    const ran = evaluate(source, inputs, () => makeInputs(inputs, 'float32'), { tiled });
    return { label, hash: hashRun(ran) };
  };
  const plain = row.cases.map((source, i) => {
    return run(`${row.name} ${i}: ${source.torch ?? 'large'}`, source, drawInputs(row, source), false);
  });
  const elementwise = row.cases.filter((source) => isElementwise(row, source));
  const tiled = samplesOf({ ...row, cases: elementwise }).filter((sample) => sample.kind === 'tiled');
  const wide = tiled.map((sample, i) => {
    const inputs = tile(sample.inputs, () => [long]);
    return run(`${row.name} ${i}, ${long} elements: ${sample.source.torch}`, sample.source, inputs, true);
  });
  return [...plain, ...wide];
}
