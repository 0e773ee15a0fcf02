import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../tools/serve.mjs';
import { available, TestBrowser, type BrowserName } from './browsers.js';
import type { Extent } from '../harness/checks.js';
import type { ChecksPage } from './checks-page.js';
import { HOME, portableFiles } from './page-bundle.js';
import type { FileOutcome } from './vitest-in-page.js';

interface PageGlobals {
  readonly checksPage?: ChecksPage;
  readonly runRegistered?: () => Promise<FileOutcome>;
}

/** Waits until the page has loaded its script, and says why when it does not. */
async function ready(page: Page, name: keyof PageGlobals, problems: readonly string[]): Promise<void> {
  await page
    .waitForFunction((global: string) => global in globalThis, { timeout: 60_000 }, name)
    .catch(() => {
      throw new Error(`the page did not start: ${problems.join('; ')}`);
    });
}

const ISOLATED = { title: 'isolated', isolation: true };
const NOT_ISOLATED = { title: 'not isolated', isolation: false };

/**
 * Registers the checks that run in pages of a browser. Files for two browsers run side by side: one begins with isolated pages, whose engine
 * has a thread for each core, the other with those that have one thread. What formulas give by finite differences depends on no engine and
 * stays in Node. Pages that are not isolated have the same kernels and the same engine on one thread: there the table is compared with
 * PyTorch's values, and those files run whose ways may differ. V8 compares the table with itself (captured, on other
 * numbers of threads) in Node, with both builds of the kernels, so these files run in Firefox alone.
 */
export function registerChecks(name: BrowserName, isolatedFirst: boolean): void {
  const isV8 = name === 'chromium';
  describe.skipIf(!available(name))(`in ${name}`, () => {
    let browser: TestBrowser;
    beforeAll(async () => {
      browser = await TestBrowser.start(name);
    });
    afterAll(() => browser?.close());

    describe.each(isolatedFirst ? [ISOLATED, NOT_ISOLATED] : [NOT_ISOLATED, ISOLATED])(
      '$title',
      ({ title, isolation }) => {
        it('the table of ops gives the numbers of PyTorch', { timeout: 900_000 }, async () => {
          const server = await serve({ root: HOME, isolation });
          const { page, problems } = await browser.open(`${server.url}build/checks/checks-page.html`);
          await ready(page, 'checksPage', problems);
          const started = await page.evaluate(() => (globalThis as PageGlobals).checksPage!.start());
          const cores = await page.evaluate(() => navigator.hardwareConcurrency);
          expect(started.threads, started.reason ?? '').toBe(isolation ? cores : 1);
          const families = await page.evaluate(() => (globalThis as PageGlobals).checksPage!.families);
          const extent: Extent = isolation ? 'no differences' : 'values';
          const failures: string[] = [];
          let passed = 0;
          for (const family of families) {
            const outcome = await page.evaluate(
              (each: string, checks: Extent) => (globalThis as PageGlobals).checksPage!.run(each, checks),
              family,
              extent,
            );
            passed += outcome.passed;
            failures.push(...outcome.failures.map((failure) => `${family}: ${failure.name}: ${failure.message}`));
          }
          const how = `${name}, ${title} (threads: ${started.threads}, ${started.build})`;
          console.log(`${how}: table of ops: ${passed} passed, ${failures.length} failed`);
          expect(failures).toEqual([]);
          expect(passed).toBeGreaterThan(0);
          // A family without samples has no fixture, and the page asks for it in vain.
          expect(problems.filter((problem) => !problem.includes('/test/fixtures/'))).toEqual([]);
          await page.close();
          await server.close();
        });

        it.each(portableFiles().filter(({ inNode, plain }) => (isolation ? !(inNode && isV8) : plain)))(
          '$name',
          { timeout: 300_000 },
          async ({ name: file }) => {
            const server = await serve({ root: HOME, isolation });
            const { page, problems } = await browser.open(`${server.url}build/checks/${file}.html`);
            await ready(page, 'runRegistered', problems);
            const { passed, failures } = await page.evaluate(() => (globalThis as PageGlobals).runRegistered!());
            console.log(`${name}, ${title}: ${file}: ${passed} passed, ${failures.length} failed`);
            expect(failures).toEqual([]);
            expect(passed).toBeGreaterThan(0);
            expect(problems).toEqual([]);
            await page.close();
            await server.close();
          },
        );
      },
    );
  });
}
