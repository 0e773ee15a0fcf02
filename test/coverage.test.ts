import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init, shutdown } from '../src/index.js';
import { coverage, publicNames, type Entry } from './harness/coverage.js';
import { optimizers, schedulers } from './optim/table.js';
import { families } from './ops/index.js';

beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

const page = new URL('../docs/coverage.md', import.meta.url);
const rows = (await Promise.all(Object.values(families).map((load) => load()))).flatMap((family) => family.rows);
const entryOf = coverage(rows);
const places = Object.entries(publicNames()).map(
  ([place, names]) => [place, names.map((name) => entryOf(place, name))] as const,
);

function table(entries: readonly Entry[]): string {
  const sorted = [...entries].sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return [
    '| name | fixtures | gradcheck | dtypes |',
    '| --- | --- | --- | --- |',
    ...sorted.map(
      ({ name, fixtures, order, dtypes }) => `| \`${name}\` | ${fixtures} | ${order || '–'} | ${dtypes.join(' ')} |`,
    ),
  ].join('\n');
}

function counts(cases: Readonly<Record<string, readonly unknown[]>>): string {
  const lines = Object.keys(cases)
    .sort()
    .map((name) => `| \`${name}\` | ${cases[name]!.length} |`);
  return ['| name | fixtures |', '| --- | --- |', ...lines].join('\n');
}

function render(): string {
  const total = new Set(rows.flatMap((row) => row.cases)).size;
  const sections = places.map(([place, entries]) => `## ${place}\n\n${table(entries)}`);
  return `# Coverage

Made by \`npm run coverage\` from the tables of the tests (\`test/ops/\`, \`test/optim/\`); a test fails when it is out of date, or when a public name has no row.

Each line counts the inputs for which PyTorch's numbers (in float64; formulas in its place where PyTorch has no such thing) are held against ours, in
value and gradient: ${total} cases in all, and special values and lengths of element-wise ones. "gradcheck" is the highest order of derivative that is held
against finite differences in float64. Random draws run in float32; layers compare outputs, gradients, initial parameters, state and printing.

${sections.join('\n\n')}

## Optimizers

Trajectories of 20 steps, and state on the way.

${counts(optimizers)}

## Schedulers

Rates and momenta step by step.

${counts(schedulers)}
`;
}

describe('docs/coverage.md', () => {
  for (const [place, entries] of places) {
    it(`has a case of PyTorch's for each public name: ${place}`, () => {
      expect(entries.filter(({ fixtures }) => fixtures === 0).map(({ name }) => name)).toEqual([]);
    });
  }

  it('is what the tables say (npm run coverage)', () => {
    const text = render();
    if (process.env['WRITE_COVERAGE']) writeFileSync(page, text);
    expect(existsSync(page) ? readFileSync(page, 'utf8') : '').toBe(text);
  });
});
