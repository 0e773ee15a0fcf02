// Times wasmgrad and its peers side by side. See USAGE.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { info, init, shutdown } from 'wasmgrad';
import { measure } from './measure.mjs';
import { cnnWeights, own } from './own.mjs';
import { measurePeak } from './peak.mjs';
import { rows, smokeRows } from './rows.mjs';
import { table } from './table.mjs';

const USAGE = `Usage: npm run bench -- [options]

  --threads N    threads of wasmgrad and ONNX Runtime Web (default 1; TensorFlow.js has one in Node)
  --rows TEXT    only rows whose name contains the text
  --rounds N     samples of each contender, taken in turn (default 20)
  --json FILE    save the results
  --no-peers     wasmgrad and the machine's peak only
  --smoke        a few rows, few rounds, without peers: does everything run?
  --help         this text`;

const TOLERANCE = 1e-3;

function options() {
  try {
    return parseArgs({
      options: {
        threads: { type: 'string', default: '1' },
        rows: { type: 'string', default: '' },
        rounds: { type: 'string', default: '20' },
        json: { type: 'string' },
        'no-peers': { type: 'boolean', default: false },
        smoke: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const { threads, rows: filter, rounds, json, 'no-peers': noPeers, smoke, help } = options();
if (help) {
  console.log(USAGE);
  process.exit();
}

/** The peers that are installed (bench/ is a package of its own: npm ci --prefix bench). */
async function loadPeers() {
  const peers = {};
  for (const [name, file] of [
    ['tfjs', './peers/tfjs.mjs'],
    ['onnx', './peers/onnx.mjs'],
  ]) {
    const peer = await import(file);
    await peer.start(Number(threads));
    peers[name] = peer.contender;
  }
  return peers;
}

function checkEqual(row, name, expected, actual) {
  const largest = expected.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  const differs = (v, i) => !(Math.abs(v - actual[i]) <= TOLERANCE * largest);
  if (actual.length !== expected.length || expected.some(differs)) {
    throw new Error(
      `${row.id}: ${name} computes something else (${actual.slice(0, 4)} … against ${expected.slice(0, 4)} …)`,
    );
  }
}

await init({ threads: Number(threads) });
const peers = smoke || noPeers ? {} : await loadPeers();
const samples = smoke ? 5 : Number(rounds);
const peak = await measurePeak(samples);
const chosen = rows.filter((row) => (smoke ? smokeRows.includes(row.id) : row.id.includes(filter)));
const results = [];
for (const row of chosen) {
  const mine = own(row);
  const expected = await mine.result();
  const contenders = { wasmgrad: mine.run };
  for (const [name, contender] of Object.entries(peers)) {
    const peer = await contender(row, { cnnWeights });
    if (!peer) continue;
    checkEqual(row, name, expected, await peer.result());
    contenders[name] = peer.run;
  }
  const milliseconds = await measure(contenders, samples);
  results.push({ id: row.id, flop: row.flop ?? null, bytes: row.bytes ?? null, milliseconds });
  process.stderr.write(`\r\x1b[K${results.length}/${chosen.length} ${row.id}`);
}
process.stderr.write('\r\x1b[K');
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const report = {
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    engine: `Node ${process.version}, V8 ${process.versions.v8}`,
  },
  wasmgrad: { commit, build: info().build, threads: info().threads },
  rounds: samples,
  peak,
  rows: results,
};
console.log(table(report));
if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
shutdown();
process.exit(0);
