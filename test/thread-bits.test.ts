import { expect, it } from 'vitest';
import { info, init, shutdown } from '../src/index.js';
import { I32 } from '../src/runtime/heap.js';
import { observeJobs } from '../src/runtime/observe.js';
import { rowBits, type Bits } from './harness/bits.js';
import { families } from './ops/index.js';
import type { Row } from './ops/table.js';

/** The bits of rows on so many threads, and the rows with work that was cut among them. */
async function run(rows: readonly Row[], threads: number): Promise<{ bits: Map<Row, Bits[]>; cut: Row[] }> {
  await init({ threads });
  expect(info().threads).toBe(threads);
  const bits = new Map<Row, Bits[]>();
  const cut = new Set<Row>();
  for (const row of rows) {
    const before = observeJobs((record, launch) => {
      // A record begins with the kernel, its units and its grain.
      if (I32[record + 1]! > I32[record + 2]!) cut.add(row);
      if (before) before(record, launch);
      else launch();
    });
    try {
      bits.set(row, rowBits(row));
    } finally {
      observeJobs(before);
    }
  }
  shutdown();
  return { bits, cut: [...cut] };
}

it('gives the same bits on 1, 2 and 4 threads for every op of the table', { timeout: 240_000 }, async () => {
  const rows = (await Promise.all(Object.values(families).map((load) => load()))).flatMap((family) => family.rows);
  const one = await run(rows, 1);
  const two = await run(rows, 2);
  for (const row of rows) expect(two.bits.get(row)).toEqual(one.bits.get(row));
  // What two threads do not share, four do not either.
  const four = await run(two.cut, 4);
  expect(two.cut.length).toBeGreaterThan(rows.length / 8);
  for (const row of two.cut) expect(four.bits.get(row)).toEqual(one.bits.get(row));
});
