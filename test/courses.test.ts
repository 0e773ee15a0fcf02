import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { init, manualSeed, shutdown } from '../src/index.js';
import { perform, sampleOf, type Program } from './courses/program.js';
import { expectClose } from './harness/compare.js';
import { readFixtures } from './harness/fixtures.js';
import { readFixtureFile } from './harness/loader.js';

// The programs are too small for threads; that bits do not depend on them is tested elsewhere.
beforeAll(() => init({ threads: 1 }));
afterAll(() => shutdown());

const files = readdirSync(new URL('courses', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));

// The programs of a course on neural networks, with PyTorch's numbers: from the same seed the whole curve agrees.
for (const topic of files.filter((file) => file !== 'program').sort()) {
  describe(topic, async () => {
    const { programs } = (await import(`./courses/${topic}.ts`)) as { programs: readonly Program[] };
    const bytes = await readFixtureFile(`courses/${topic}.bin`);
    const [header, numbers] = bytes ? await readFixtures(bytes) : [null, new Float64Array()];
    it.each(programs.map((program) => [program.name, program] as const))('%s', (_, program) => {
      const expected = header?.samples[sampleOf(program).key];
      if (!expected) throw new Error(`no numbers of PyTorch's: run \`npm run fixtures -- ${topic}\``);
      manualSeed(0);
      const { findings, steps } = perform(program, false);
      expect(Object.keys(findings)).toEqual(expected.results.map((result) => result.name));
      for (const { name, at } of expected.results) {
        const found = findings[name!]!;
        const want = numbers.subarray(at, at + found.length);
        expectClose(name!, found, want, { tolerance: program.tolerance });
      }
      if (!steps) return;
      manualSeed(0);
      expect(perform(program, true).findings).toEqual(findings);
    });
  });
}
