// How long a program waits for the library: import and init() in new processes of Node, and in new pages of Chromium. See USAGE.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './measure.mjs';

const USAGE = `Usage: node bench/start.mjs [options]

Prints the medians, and the least, of import and of init() in milliseconds: in Node with one thread, each time in a process of its own
(which has loaded node:worker_threads and compiled nothing), and in Chromium with two threads, each time in a new page of one browser.

  --rounds N     how often (default 20)
  --chromium     in Chromium, too (CHROMIUM names the program)
  --help         this text`;

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs where the library starts; answers { load, init } in milliseconds. */
const START = `async (address, threads) => {
  const begin = performance.now();
  const { init } = await import(address);
  const loaded = performance.now();
  await init({ threads });
  return { load: loaded - begin, init: performance.now() - loaded };
}`;

function inNode() {
  const address = new URL('../dist/index.js', import.meta.url).href;
  const script = `console.log(JSON.stringify(await (${START})(${JSON.stringify(address)}, 1)))`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

function report(where, samples) {
  const line = (of) => {
    const values = samples.map(of);
    return `${median(values).toFixed(1)} (least ${Math.min(...values).toFixed(1)}) ms`;
  };
  console.log(
    `${where}: import ${line((s) => s.load)}, init ${line((s) => s.init)}, both ${line((s) => s.load + s.init)}`,
  );
}

async function inChromium(rounds) {
  const { openChromium, serve } = await import('./chromium.mjs');
  const server = await serve(root);
  const { browser, close } = await openChromium();
  const samples = [];
  // One more, whose code the browser has not seen yet.
  for (let i = 0; i <= rounds; i++) {
    const page = await browser.newPage();
    await page.goto(`${server.url}docs/`, { waitUntil: 'load' });
    samples.push(await page.evaluate(`(${START})('/dist/index.js', 2)`));
    await page.close();
  }
  await close();
  server.close();
  return samples;
}

const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    chromium: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (given.help) {
  console.log(USAGE);
  process.exit();
}
const rounds = Number(given.rounds);
report(`Node ${process.version}, 1 thread`, Array.from({ length: rounds }, inNode));
if (given.chromium) {
  const [first, ...further] = await inChromium(rounds);
  report('Chromium, 2 threads, first page', [first]);
  report('Chromium, 2 threads, further pages', further);
}
