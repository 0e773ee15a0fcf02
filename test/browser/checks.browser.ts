import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../tools/serve.mjs';
import { available, TestBrowser, type BrowserName } from './browsers.js';
import type { ChecksPage } from './checks-page.js';

const HOME = fileURLToPath(new URL('../..', import.meta.url));

/** As deep as the sources in `src/runtime`, so that what they load by `import.meta.url` is found from here too. */
const OUT = fileURLToPath(new URL('../../build/checks/', import.meta.url));

beforeAll(async () => {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  await writeFile(
    `${OUT}/index.html`,
    '<!doctype html><link rel="icon" href="data:,"><title>checks</title><script type="module" src="checks-page.js"></script>',
  );
  await build({
    entryPoints: [fileURLToPath(new URL('checks-page.ts', import.meta.url))],
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    keepNames: true,
    external: ['node:*'],
    logLevel: 'warning',
  });
});

for (const name of ['chromium', 'firefox'] satisfies BrowserName[]) {
  describe.skipIf(!available(name))(`the table of ops in ${name}`, () => {
    let browser: TestBrowser;
    beforeAll(async () => {
      browser = await TestBrowser.start(name);
    });
    afterAll(() => browser?.close());

    it.each([
      { title: 'isolated', isolation: true },
      { title: 'not isolated', isolation: false },
    ])('gives the numbers of PyTorch: $title', { timeout: 900_000 }, async ({ title, isolation }) => {
      const server = await serve({ root: HOME, isolation });
      try {
        const { page, problems } = await browser.open(`${server.url}build/checks/`);
        await page.waitForFunction(() => 'checksPage' in globalThis);
        const {
          threads,
          build: kernels,
          reason,
        } = await page.evaluate(() => (globalThis as { checksPage?: ChecksPage }).checksPage!.start());
        const cores = await page.evaluate(() => navigator.hardwareConcurrency);
        expect(threads, reason ?? '').toBe(isolation ? cores : 1);
        const families = await page.evaluate(() => (globalThis as { checksPage?: ChecksPage }).checksPage!.families);
        const failures: string[] = [];
        let passed = 0;
        for (const family of families) {
          const outcome = await page.evaluate(
            (each: string) => (globalThis as { checksPage?: ChecksPage }).checksPage!.run(each),
            family,
          );
          passed += outcome.passed;
          failures.push(...outcome.failures.map((failure) => `${family}: ${failure.name}: ${failure.message}`));
        }
        console.log(`${name}, ${title} (${threads} threads, ${kernels}): ${passed} passed, ${failures.length} failed`);
        expect(failures).toEqual([]);
        expect(passed).toBeGreaterThan(0);
        expect(problems).toEqual([]);
        await page.close();
      } finally {
        await server.close();
      }
    });
  });
}
