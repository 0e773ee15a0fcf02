// Fails when a kernel lost more than 25 % against the recorded ratio to the in-run peak. See USAGE.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { info, init, shutdown } from 'wasmgrad';
import { LOSS } from './compare.mjs';
import { kernelRows } from './kernels.mjs';
import { measurePeak } from './peak.mjs';

const USAGE = `Usage: node bench/check.mjs [options]

Times kernels on one thread beside the machine's peak (multiply and add in registers), by turns, and compares the best of many short
runs with the ratios of bench/baseline.json for this build. Exit code 1 where one lost more than 25 %.

  --record       write the ratios into bench/baseline.json
  --rows TEXT    only rows whose name contains the text
  --help         this text`;

const FILE = new URL('./baseline.json', import.meta.url);
const ROUNDS = 12;
/** A row that seems to have lost is timed again, with more rounds each time: only a loss that stays is one. */
const RETRIES = 3;
const SAMPLE_MILLISECONDS = 4;

function options() {
  try {
    return parseArgs({
      options: {
        record: { type: 'boolean', default: false },
        rows: { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** The best time of one run among those that fit into a few milliseconds. */
function best(run) {
  let least = Infinity;
  for (const end = performance.now() + SAMPLE_MILLISECONDS; performance.now() < end;) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** How fast a row is in units of the peak: 10⁶ runs in the time of 10⁹ peak operations, the best of each taken by turns. */
function ratioOf(run, rounds) {
  let time = Infinity;
  let gflops = 0;
  for (let round = 0; round < rounds; round++) {
    gflops = Math.max(gflops, measurePeak(1).gflops);
    time = Math.min(time, best(run));
  }
  return 1000 / (time * gflops);
}

const { record, rows: filter, help } = options();
if (help) {
  console.log(USAGE);
  process.exit();
}
await init({ threads: 1 });
const { build } = info();
const baseline = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
const expected = baseline[build]?.ratios ?? {};
const ratios = {};
const lost = [];
const rows = Object.entries(kernelRows).filter(([name]) => name.includes(filter));
for (const [name, setUp] of rows) {
  const run = setUp();
  best(run);
  // What is recorded must not have met another program on the same core, which slows the peak more than most kernels.
  let ratio = ratioOf(run, record ? 4 * ROUNDS : ROUNDS);
  const isLost = () => !record && ratio < (1 - LOSS) * expected[name];
  for (let retry = 1; retry <= RETRIES && isLost(); retry++) {
    ratio = Math.max(ratio, ratioOf(run, ROUNDS * 2 ** retry));
  }
  ratios[name] = Number(ratio.toPrecision(4));
  if (record) console.log(`${ratios[name]}  ${name}`);
  else if (expected[name] === undefined) console.log(`new      ${name} (record it)`);
  else console.log(`${(ratio / expected[name]).toFixed(2)}×${isLost() ? ' LOST' : '     '} ${name}`);
  if (isLost()) lost.push(name);
}
shutdown();
if (record) {
  baseline[build] = {
    cpu: cpus()[0]?.model,
    engine: `Node ${process.version}`,
    ratios: { ...(filter ? expected : {}), ...ratios },
  };
  writeFileSync(FILE, `${JSON.stringify(baseline, null, 2)}\n`);
} else if (lost.length > 0) {
  const where = `recorded on ${baseline[build].cpu}, ${baseline[build].engine}`;
  console.error(`${build}: lost more than ${100 * LOSS} % against the ratio ${where}: ${lost.join(', ')}`);
  process.exit(1);
} else console.log(`${build}: no kernel of ${rows.length} lost more than ${100 * LOSS} %`);
