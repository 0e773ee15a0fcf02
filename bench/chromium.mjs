import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { launch } from 'puppeteer-core';
import { rows } from './rows.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '../build/bench');
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** A row with slow peers takes minutes. */
const PATIENCE = 1_800_000;

function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program)));
  const found = process.env.CHROMIUM ?? paths.find(existsSync);
  if (!found) throw new Error('Chromium is not on this machine (CHROMIUM names another program)');
  return found;
}

/** Starts Chromium without a window, with a profile of its own that goes with it. */
export async function openChromium() {
  const profile = mkdtempSync(join(tmpdir(), 'wasmgrad-bench-'));
  const browser = await launch({
    executablePath: findChromium(),
    headless: true,
    userDataDir: profile,
    protocolTimeout: PATIENCE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-dev-shm-usage',
    ],
  });
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Puts a page with wasmgrad, the peers and their .wasm files into build/bench. */
async function buildPage() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'peers'), { recursive: true });
  cpSync(join(here, '../dist'), join(out, 'wasmgrad'), { recursive: true, filter: (path) => !path.endsWith('types') });
  for (const folder of ['@tensorflow/tfjs-backend-wasm/dist', 'onnxruntime-web/dist']) {
    const from = join(here, 'node_modules', folder);
    const files = readdirSync(from).filter((name) => /^(tfjs-backend-wasm.*\.wasm|ort-wasm-simd-threaded\.(wasm|mjs))$/.test(name)); // prettier-ignore
    for (const name of files) cpSync(join(from, name), join(out, 'peers', name));
  }
  await build({
    entryPoints: [join(here, 'page.mjs')],
    outfile: join(out, 'page.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    // The library stays as it is published, beside its kernels and its worker.
    external: ['wasmgrad'],
    absWorkingDir: here,
    alias: { 'onnxruntime-web': 'onnxruntime-web/wasm' },
    banner: { js: 'globalThis.process ??= { env: {} };' },
  });
  const imports = JSON.stringify({ imports: { wasmgrad: './wasmgrad/index.js' } });
  writeFileSync(
    join(out, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>wasmgrad: benchmark</title><link rel="icon" href="data:,"><script type="importmap">${imports}</script><script type="module" src="page.js"></script>`,
  );
}

/** Serves a folder with the headers that isolate its pages; answers its address and how to end it. */
export async function serve(folder) {
  const script = join(here, '../tools/serve.mjs');
  const child = spawn(process.execPath, [script, '--port', '0', '--root', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  return { url: String(said).match(/http:\S+/)[0], close: () => child.kill() };
}

/** Runs rows in a page of Chromium that is cross-origin isolated; native contenders stay in their processes. */
export async function start({ threads, peers, remotes }) {
  await buildPage();
  const server = await serve(out);
  const { browser, close } = await openChromium();
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.exposeFunction('askRemote', (name, what, argument) =>
    what === 'setUp' ? remotes[name].setUp(rows.find(({ id }) => id === argument)) : remotes[name].time(argument),
  );
  // jax-js takes as many threads as the machine has.
  await page.evaluateOnNewDocument((count) => {
    Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => count });
  }, threads);
  await page.goto(server.url, { waitUntil: 'load' });
  await page.waitForFunction(() => 'runRow' in globalThis);
  const names = peers.filter((name) => name !== 'native');
  const wasmgrad = await page.evaluate((given) => globalThis.startBench(given), {
    threads,
    names,
    remotes: Object.keys(remotes),
  });
  return {
    engine: await browser.version(),
    wasmgrad,
    contest: (id, rounds) => page.evaluate((...given) => globalThis.runRow(...given), id, rounds),
    async stop() {
      await close();
      server.close();
    },
  };
}
