import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init, shutdown } from '../src/index.js';
import { rowChecks } from './harness/checks.js';
import { loadFixtures } from './harness/fixtures.js';
import { families } from './ops/index.js';
import type { Row } from './ops/table.js';

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

const files = readdirSync(new URL('ops', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));
const found = files.filter((file) => file !== 'index' && file !== 'table').sort();
/** `FAMILIES=unary,conv npx vitest run test/ops.test.ts` runs these alone. */
const asked = process.env['FAMILIES']?.split(',') ?? found;

for (const family of asked) {
  describe(family, async () => {
    const loaded = (await import(`./ops/${family}.ts`).catch((error: unknown) => error)) as
      { rows: readonly Row[] } | Error;
    if (loaded instanceof Error) return it('can be loaded', () => Promise.reject(loaded));
    const { rows } = loaded;
    const fixtures = await loadFixtures(family);
    it('names each op once', () => {
      const names = rows.map((row) => row.name);
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    });
    for (const row of rows) for (const check of rowChecks(row, fixtures)) it(check.name, () => check.run());
  });
}

it('lists every family in test/ops/index.ts, for the browsers', () => {
  expect(Object.keys(families).sort()).toEqual(found);
});
