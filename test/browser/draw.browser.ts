import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../tools/serve.mjs';
import { available, TestBrowser, type BrowserName } from './browsers.js';
import { draw, DIGITS, text, waitForText } from './strokes.js';

for (const name of ['chromium', 'firefox'] satisfies BrowserName[]) {
  describe.skipIf(!available(name))(`the draw page in ${name}`, () => {
    let browser: TestBrowser;
    beforeAll(async () => {
      browser = await TestBrowser.start(name);
    });
    afterAll(() => browser?.close());

    describe.each([
      { title: 'isolated', isolation: true, csp: false },
      { title: 'not isolated', isolation: false, csp: false },
      { title: 'isolated, with a strict policy', isolation: true, csp: true },
      { title: 'not isolated, with a strict policy', isolation: false, csp: true },
    ])('$title', ({ isolation, csp }) => {
      let server: Served;
      beforeAll(async () => {
        server = await serve({ isolation, csp });
      });
      afterAll(() => server?.close());

      it('says how it runs', async () => {
        const { page, problems } = await browser.open(`${server.url}draw/`);
        await waitForText(page, 'status', 'Ready');
        const cores = await page.evaluate(() => navigator.hardwareConcurrency);
        expect(await text(page, 'threads')).toBe(String(isolation ? cores : 1));
        const status = await text(page, 'status');
        if (isolation) expect(status).not.toContain('because');
        else expect(status).toContain('Cross-Origin-Opener-Policy: same-origin');
        expect(await text(page, 'build')).toMatch(/^(relaxed-)?simd$/);
        expect(problems).toEqual([]);
        await page.close();
      });

      it('recognises digits drawn with the mouse', async () => {
        const { page, problems } = await browser.open(`${server.url}draw/`);
        await waitForText(page, 'status', 'Ready');
        const seen: string[] = [];
        // With a strict policy three digits are enough: it either lets the engine start or not.
        const digits = csp ? DIGITS.slice(0, 3) : DIGITS;
        for (const strokes of digits) {
          await draw(page, strokes);
          await page.waitForFunction(() =>
            /\d/.test(document.querySelector('[data-testid="prediction"]')?.textContent ?? ''),
          );
          // Two frames: the last points are drawn and recognised.
          await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
          seen.push(await text(page, 'prediction'));
          const bars = await page.$$eval('[data-testid^="bar-"]', (all) =>
            all.map((bar) => Number(bar.ariaValueNow ?? bar.getAttribute('aria-valuenow'))),
          );
          expect(bars).toHaveLength(10);
          expect(Math.abs(bars.reduce((a, b) => a + b) - 100)).toBeLessThan(0.6);
          expect(bars.indexOf(Math.max(...bars))).toBe(Number(seen.at(-1)));
          await page.click('[data-testid="clear"]');
          await page.waitForFunction(() => document.querySelector('[data-testid="prediction"]')?.textContent === '');
        }
        expect(seen.join('')).toBe('0123456789'.slice(0, digits.length));
        expect(await text(page, 'latency')).toMatch(/^\d+\.\d\d ms$/);
        expect(problems).toEqual([]);
        await page.close();
      });
    });

    describe('by other means than a mouse', () => {
      let server: Served;
      beforeAll(async () => {
        server = await serve();
      });
      afterAll(() => server?.close());

      it('is drawn on with the keyboard', async () => {
        const { page, problems } = await browser.open(`${server.url}draw/`);
        await waitForText(page, 'status', 'Ready');
        await page.focus('[data-testid="pad"]');
        const press = async (
          key: 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight',
          times: number,
        ): Promise<void> => {
          for (let i = 0; i < times; i++) await page.keyboard.press(key);
        };
        await press('ArrowUp', 9);
        await page.keyboard.press(' ');
        await press('ArrowDown', 18);
        await page.keyboard.press(' ');
        await waitForText(page, 'prediction', '1');
        // What rests is spoken.
        await page.waitForFunction(() => document.getElementById('announcer')?.textContent?.startsWith('Looks like 1'));
        await page.keyboard.press('Delete');
        await page.waitForFunction(() => document.querySelector('[data-testid="prediction"]')?.textContent === '');
        expect(problems).toEqual([]);
        await page.close();
      });

      it('is drawn on with a finger, and the page does not scroll', async () => {
        const { page, problems } = await browser.open(`${server.url}draw/`, { width: 375, height: 667 });
        await waitForText(page, 'status', 'Ready');
        const pad = await page.waitForSelector('[data-testid="pad"]');
        const box = await pad?.boundingBox();
        if (!box) throw new Error('the pad is not to be seen');
        await page.touchscreen.touchStart(box.x + 0.3 * box.width, box.y + 0.2 * box.height);
        for (const [x, y] of [
          [0.5, 0.2],
          [0.72, 0.2],
          [0.62, 0.4],
          [0.54, 0.6],
          [0.47, 0.8],
        ] as const) {
          await page.touchscreen.touchMove(box.x + x * box.width, box.y + y * box.height);
        }
        await page.touchscreen.touchEnd();
        await waitForText(page, 'prediction', '7');
        expect(await page.evaluate(() => scrollY)).toBe(0);
        // Nothing sticks out of a phone's screen.
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
        expect(problems).toEqual([]);
        await page.close();
      });
    });
  });
}
