import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init, shutdown } from '../src/index.js';
import { rowChecks } from './harness/checks.js';
import { loadFixtures } from './harness/fixtures.js';
import { families } from './ops/index.js';

beforeAll(() => init({ threads: 2 }));
afterAll(() => shutdown());

for (const [family, load] of Object.entries(families)) {
  const { rows } = await load();
  const fixtures = await loadFixtures(family);
  describe(family, () => {
    it('names each op once', () => {
      const names = rows.map((row) => row.name);
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    });
    for (const row of rows) for (const check of rowChecks(row, fixtures)) it(check.name, () => check.run());
  });
}

it('lists every family in test/ops/index.ts', () => {
  const files = readdirSync(new URL('ops', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));
  expect(files.filter((file) => file !== 'index' && file !== 'table').sort()).toEqual(Object.keys(families).sort());
});
