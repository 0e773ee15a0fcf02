import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../tools/serve.mjs';
import { available, TestBrowser, type BrowserName } from './browsers.js';
import { text, waitForText } from './strokes.js';

for (const name of ['chromium', 'firefox'] satisfies BrowserName[]) {
  describe.skipIf(!available(name))(`the benchmark page in ${name}`, () => {
    let browser: TestBrowser;
    let server: Served;
    beforeAll(async () => {
      browser = await TestBrowser.start(name);
      server = await serve();
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });

    it('measures a few rows on one thread and on all', async () => {
      const { page, problems } = await browser.open(`${server.url}bench/`, { width: 375, height: 667 });
      await waitForText(page, 'status', 'Ready');
      const threads = Number(await text(page, 'threads'));
      await page.click('[data-testid="start"]');
      await waitForText(page, 'status', 'Done.');
      expect(await text(page, 'status')).toMatch(/Peak of this device: \d+\.\d GFLOP\/s and \d+\.\d GB\/s on 1 thread/);
      const names = await page.$$eval('[data-testid="rows"] h3', (all) => all.map((each) => each.textContent));
      expect(names.length).toBeGreaterThan(5);
      const lines = await page.$$eval('[data-testid="measure"]', (all) =>
        all.map((each) => each.querySelector('.measure-text')?.textContent ?? ''),
      );
      expect(lines).toHaveLength(names.length * (threads > 1 ? 2 : 1));
      for (const line of lines) expect(line).toMatch(/^[\d.]+ (µs|ms)( · [\d.]+ (GFLOP|GB)\/s, \d+ % of the peak)?$/);
      expect(lines.filter((line) => line.includes('GFLOP/s')).length).toBeGreaterThan(3);
      const meters = await page.$$eval('[role="meter"]', (all) =>
        all.map((each) => Number(each.getAttribute('aria-valuenow'))),
      );
      expect(meters.some((share) => share > 0)).toBe(true);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
      expect(problems).toEqual([]);
      await page.close();
    });

    it('stops when it is told to', async () => {
      const { page, problems } = await browser.open(`${server.url}bench/`);
      await waitForText(page, 'status', 'Ready');
      await page.select('[data-testid="length"]', 'all');
      await page.click('[data-testid="start"]');
      await waitForText(page, 'status', '1 of ');
      await page.click('[data-testid="stop"]');
      await waitForText(page, 'status', 'Stopped.');
      expect(problems).toEqual([]);
      await page.close();
    });
  });
}
