// Fails when a kernel lost more than 25 % against the recorded ratio to the in-run peak. See USAGE.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LOSS } from './compare.mjs';
import { kernelRows } from './kernels.mjs';

const USAGE = `Usage: node bench/check.mjs [options]

Times kernels on one thread beside the machine's peak in what bounds them (multiply and add in registers, a copy within the caches,
plain JavaScript), by turns, and compares the best of many short runs with the ratios of bench/baseline.json for this build. A row that
seems to have lost is timed again in new processes. Exit code 1 where one lost more than 25 %.

  --record       write the ratios into bench/baseline.json: the middle of five processes
  --rows TEXT    only rows whose name contains the text
  --help         this text`;

const FILE = new URL('./baseline.json', import.meta.url);
const PASS = fileURLToPath(new URL('./ratios.mjs', import.meta.url));
const RECORDED_PASSES = 5;
/**
 * Rounds of the passes. Where an engine compiles a function anew or lays out its memory differs from process to process and can cost a
 * quarter, so only a loss that stays through all of them is one.
 */
const ROUNDS = [12, 24, 48, 48, 96];

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

/** Times the rows in a new process of this engine. */
function pass(names, rounds) {
  return JSON.parse(execFileSync(process.execPath, [PASS, String(rounds), ...names], { encoding: 'utf8' }));
}

const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** The middle of several passes becomes what later ones are held against. */
function record(names, baseline, selected) {
  const passes = Array.from({ length: RECORDED_PASSES }, () => pass(names, ROUNDS[0]));
  const { cpu, engine, build } = passes[0];
  const ratios = selected ? baseline[build]?.ratios : {};
  for (const name of names) {
    const seen = passes.map((found) => found.ratios[name]);
    ratios[name] = middle(seen);
    console.log(`${ratios[name]}  ${name} (${seen.join(', ')})`);
  }
  baseline[build] = { cpu, engine, ratios };
  writeFileSync(FILE, `${JSON.stringify(baseline, null, 2)}\n`);
}

/** Whether every row keeps what was recorded. */
function check(names, baseline) {
  const { build, ratios } = pass(names, ROUNDS[0]);
  const recorded = baseline[build];
  const isLost = (name) => ratios[name] < (1 - LOSS) * recorded?.ratios[name];
  let lost = names.filter(isLost);
  for (const rounds of ROUNDS.slice(1)) {
    if (lost.length === 0) break;
    const again = pass(lost, rounds).ratios;
    for (const name of lost) ratios[name] = Math.max(ratios[name], again[name]);
    lost = lost.filter(isLost);
  }
  for (const name of names) {
    const before = recorded?.ratios[name];
    if (before === undefined) console.log(`new        ${name} (record it)`);
    else console.log(`${(ratios[name] / before).toFixed(2)}× ${isLost(name) ? 'LOST' : '    '} ${name}`);
  }
  if (lost.length === 0) console.log(`${build}: no kernel of ${names.length} lost more than ${100 * LOSS} %`);
  else {
    const where = `recorded on ${recorded.cpu}, ${recorded.engine}`;
    console.error(`${build}: lost more than ${100 * LOSS} % against the ratio ${where}: ${lost.join(', ')}`);
  }
  return lost.length === 0;
}

const { record: isRecorded, rows: filter, help } = options();
if (help) {
  console.log(USAGE);
  process.exit();
}
const names = Object.keys(kernelRows).filter((name) => name.includes(filter));
if (names.length === 0) {
  console.error(`no row's name contains '${filter}'`);
  process.exit(2);
}
const baseline = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
if (isRecorded) record(names, baseline, filter !== '');
else if (!check(names, baseline)) process.exit(1);
