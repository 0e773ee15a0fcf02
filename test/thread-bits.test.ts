import { expect, it } from 'vitest';
import { info, init, shutdown } from '../src/index.js';
import { rowBits, type Bits } from './harness/bits.js';
import { families } from './ops/index.js';

it('gives the same bits on 1, 2 and 4 threads for every op of the table', { timeout: 120_000 }, async () => {
  const rows = (await Promise.all(Object.values(families).map((load) => load()))).flatMap((family) => family.rows);
  const found: Bits[][] = [];
  for (const threads of [1, 2, 4]) {
    await init({ threads });
    expect(info().threads).toBe(threads);
    found.push(rows.flatMap(rowBits));
    shutdown();
  }
  for (const bits of found.slice(1)) expect(bits).toEqual(found[0]);
});
