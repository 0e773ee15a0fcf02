import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../tools/serve.mjs';
import { available, TestBrowser, type BrowserName } from './browsers.js';

let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wasmgrad-page-'));
  await writeFile(join(root, 'index.html'), '<!doctype html><title>page</title>');
});

afterAll(() => rm(root, { recursive: true }));

for (const name of ['chromium', 'firefox'] satisfies BrowserName[]) {
  describe.skipIf(!available(name))(`the demo server in ${name}`, () => {
    let browser: TestBrowser;
    beforeAll(async () => {
      browser = await TestBrowser.start(name);
    });
    afterAll(() => browser?.close());

    it.each([true, false])('isolates a page: %s', async (isolation) => {
      const server = await serve({ root, isolation });
      const { page } = await browser.open(server.url);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolation);
      // Shared memory itself is there on every page; only posting it to a worker needs isolation.
      expect(
        await page.evaluate(() => new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true }).buffer.byteLength),
      ).toBe(65536);
      await page.close();
      await server.close();
    });
  });
}
