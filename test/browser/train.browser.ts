import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'puppeteer-core';
import { serve, type Served } from '../../tools/serve.mjs';
import { available, TestBrowser, type BrowserName } from './browsers.js';
import { draw, DIGITS, text, waitForText } from './strokes.js';

/** The step that the page shows. */
async function step(page: Page): Promise<number> {
  return Number.parseInt(await text(page, 'step'), 10);
}

/** How many pixels of a plot have the colour of a curve. */
function curvePixels(page: Page, id: string): Promise<number> {
  return page.$eval(`[data-testid="${id}"] canvas`, (element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    // The accent colour is the only one with much more blue than red.
    for (let i = 0; i < data.length; i += 4) if (data[i + 3]! > 128 && data[i + 2]! - data[i]! > 60) count++;
    return count;
  });
}

/** Measures the times between frames from now on; answers the median and the 95th percentile, in milliseconds. */
async function watchFrames(page: Page): Promise<() => Promise<{ median: number; slow: number }>> {
  await page.evaluate(() => {
    const gaps: number[] = [];
    let last = performance.now();
    const tick = (now: number): void => {
      gaps.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    Object.assign(globalThis, { frameGaps: gaps });
  });
  return async () => {
    const gaps = await page.evaluate(() => [...((globalThis as { frameGaps?: number[] }).frameGaps ?? [])]);
    gaps.sort((a, b) => a - b);
    const at = (share: number): number => gaps[Math.floor(share * gaps.length)] ?? Infinity;
    return { median: at(0.5), slow: at(0.95) };
  };
}

for (const name of ['chromium', 'firefox'] satisfies BrowserName[]) {
  describe.skipIf(!available(name))(`the training page in ${name}`, () => {
    let browser: TestBrowser;
    beforeAll(async () => {
      browser = await TestBrowser.start(name);
    });
    afterAll(() => browser?.close());

    it.each([
      { title: 'isolated, CNN', isolation: true, csp: false, model: 'cnn' },
      { title: 'not isolated, MLP', isolation: false, csp: false, model: 'mlp' },
      { title: 'isolated, with a strict policy, MLP', isolation: true, csp: true, model: 'mlp' },
    ])(
      'trains, pauses, goes on, and then reads digits: $title',
      { timeout: 300_000 },
      async ({ isolation, csp, model }) => {
        const server: Served = await serve({ isolation, csp });
        const { page, problems } = await browser.open(`${server.url}train/`);
        await waitForText(page, 'status', 'Ready');
        const cores = await page.evaluate(() => navigator.hardwareConcurrency);
        expect(await text(page, 'threads')).toBe(String(isolation ? cores : 1));
        if (!isolation) expect(await text(page, 'engine')).toContain('Cross-Origin-Opener-Policy');

        await page.select('[data-testid="model"]', model);
        await page.$eval('[data-testid="epochs"]', (input) => ((input as HTMLInputElement).value = '2'));
        await page.click('[data-testid="start"]');
        await page.waitForFunction(
          () => Number.parseInt(document.querySelector('[data-testid="step"]')?.textContent ?? '', 10) >= 5,
        );
        const frames = await watchFrames(page);

        await page.click('[data-testid="pause"]');
        await waitForText(page, 'status', 'Paused');
        const paused = await step(page);
        await new Promise((resolve) => setTimeout(resolve, 400));
        expect(await step(page)).toBe(paused);
        expect(await text(page, 'pause')).toBe('Resume');
        await page.click('[data-testid="pause"]');

        await waitForText(page, 'status', 'Done', 200_000);
        expect(await step(page)).toBeGreaterThan(paused);
        // A batch takes some 50 ms: a page whose own thread trained would have no frame in between. Single gaps are longer
        // where other processes want the cores.
        const { median, slow } = await frames();
        expect(median).toBeLessThan(40);
        expect(slow).toBeLessThan(250);
        expect(Number.parseFloat(await text(page, 'held-out'))).toBeGreaterThan(90);
        expect(Number.parseFloat(await text(page, 'loss'))).toBeLessThan(0.6);
        expect(await curvePixels(page, 'loss-plot')).toBeGreaterThan(100);
        expect(await curvePixels(page, 'accuracy-plot')).toBeGreaterThan(100);

        let right = 0;
        for (const [digit, strokes] of DIGITS.entries()) {
          await draw(page, strokes);
          await page.waitForFunction(() =>
            /\d/.test(document.querySelector('[data-testid="prediction"]')?.textContent ?? ''),
          );
          await new Promise((resolve) => setTimeout(resolve, 200));
          if ((await text(page, 'prediction')) === String(digit)) right++;
          await page.click('[data-testid="clear"]');
          await page.waitForFunction(() => document.querySelector('[data-testid="prediction"]')?.textContent === '');
        }
        expect(right).toBeGreaterThanOrEqual(7);
        expect(problems).toEqual([]);
        await page.close();
        await server.close();
      },
    );

    it('stops while it trains and while it is paused, and starts anew', async () => {
      const server: Served = await serve();
      const { page, problems } = await browser.open(`${server.url}train/`);
      await waitForText(page, 'status', 'Ready');
      for (const pauseFirst of [false, true]) {
        await page.click('[data-testid="start"]');
        await page.waitForFunction(
          () => Number.parseInt(document.querySelector('[data-testid="step"]')?.textContent ?? '', 10) >= 3,
        );
        if (pauseFirst) {
          await page.click('[data-testid="pause"]');
          await waitForText(page, 'status', 'Paused');
        }
        await page.click('[data-testid="stop"]');
        await waitForText(page, 'status', 'Stopped');
        const stopped = await step(page);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(await step(page)).toBe(stopped);
      }
      expect(problems).toEqual([]);
      await page.close();
      await server.close();
    });
  });
}
