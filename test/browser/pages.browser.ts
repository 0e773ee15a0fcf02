import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../tools/serve.mjs';
import { available, TestBrowser, type BrowserName } from './browsers.js';
import { text, waitForText } from './strokes.js';

/** One folder above the demos: their addresses are relative, so they run below any path. */
const ABOVE = fileURLToPath(new URL('../../build/', import.meta.url));

for (const name of ['chromium', 'firefox'] satisfies BrowserName[]) {
  describe.skipIf(!available(name))(`the pages in ${name}, below a path of a plain static host`, () => {
    let browser: TestBrowser;
    let server: Served;
    beforeAll(async () => {
      browser = await TestBrowser.start(name);
      server = await serve({ root: ABOVE, isolation: false });
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });

    it('are linked from the first one', async () => {
      const { page, problems } = await browser.open(`${server.url}demos/`);
      const links = await page.$$eval('main a', (all) => all.map((link) => link.href));
      expect(links).toEqual([`${server.url}demos/draw/`, `${server.url}demos/train/`, `${server.url}demos/bench/`]);
      expect(problems).toEqual([]);
      await page.close();
    });

    it.each(['', 'draw/', 'train/', 'bench/'])(
      'fit a phone and have names for all that can be used: /%s',
      async (path) => {
        const { page, problems } = await browser.open(`${server.url}demos/${path}`, { width: 320, height: 568 });
        if (path) {
          await waitForText(page, 'status', 'Ready');
          expect(await text(page, 'threads')).toBe('1');
        }
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
        const nameless = await page.$$eval('a, button, input, select, [tabindex], [role="meter"], progress', (all) =>
          all
            .filter((each) => {
              const label =
                each instanceof HTMLInputElement || each instanceof HTMLSelectElement ? each.labels?.[0] : each;
              return !each.getAttribute('aria-label') && !label?.textContent?.trim();
            })
            .map((each) => each.outerHTML),
        );
        expect(nameless).toEqual([]);
        const ids = await page.$$eval('[id]', (all) => all.map((each) => each.id));
        expect(new Set(ids).size).toBe(ids.length);
        expect(problems).toEqual([]);
        await page.close();
      },
    );
  });
}
