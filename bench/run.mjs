// Times wasmgrad and its peers side by side. See USAGE.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { compare } from './compare.mjs';
import { hosted, native } from './peers/remote.mjs';
import { rows, smokeRows } from './rows.mjs';
import { table } from './table.mjs';

const USAGE = `Usage: npm run bench -- [options]

  --threads N     threads of wasmgrad and of the peers that have them (default 1)
  --chromium      in Chromium instead of Node (CHROMIUM names the program)
  --rows TEXT     only rows whose name contains the text (several: A|B)
  --rounds N      samples of each contender, taken in turn (default 20)
  --peers LIST    of tfjs,onnx,jax,native (default all; native: PyTorch, where PYTHON or python3 has it)
  --no-peers      wasmgrad and the machine's peak only
  --json FILE     save the results
  --compare FILE  print the ratio to saved results, each relative to its run's peak; exit code 1 if a row lost more than 25 %
  --smoke         a few rows, few rounds, without peers: does everything run?
  --help          this text`;

const ALL = 'tfjs,onnx,jax,native';

function options() {
  try {
    const { values } = parseArgs({
      options: {
        threads: { type: 'string', default: '1' },
        chromium: { type: 'boolean', default: false },
        rows: { type: 'string', default: '' },
        rounds: { type: 'string', default: '20' },
        peers: { type: 'string', default: ALL },
        'no-peers': { type: 'boolean', default: false },
        json: { type: 'string' },
        compare: { type: 'string' },
        smoke: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const peers = values.smoke || values['no-peers'] ? [] : values.peers.split(',');
    for (const peer of peers) if (!ALL.split(',').includes(peer)) throw new Error(`--peers: unknown peer '${peer}'`);
    for (const name of ['threads', 'rounds']) {
      if (!(Number(values[name]) >= 1)) throw new Error(`--${name}: not a number from 1 on, got ${values[name]}`);
    }
    const rounds = values.smoke ? 3 : Number(values.rounds);
    return { ...values, peers, threads: Number(values.threads), rounds };
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** Contenders in processes of their own: in Node all peers; native PyTorch, also on one thread; wasmgrad itself on one thread. */
async function startRemotes({ threads, peers, chromium, 'no-peers': alone, smoke }) {
  const remotes = {};
  const inNode = !chromium && !alone && !smoke;
  for (const name of inNode ? peers.filter((each) => each !== 'native') : [])
    remotes[name] = await hosted(name, threads);
  if (peers.includes('native')) {
    remotes.native = await native(threads);
    if (threads > 1) remotes.native1 = await native(1);
    if (!remotes.native) console.error('native: no Python with PyTorch on this machine (PYTHON names another one)');
  }
  if (threads > 1 && inNode) remotes.single = await hosted('wasmgrad', 1);
  return Object.fromEntries(Object.entries(remotes).filter(([, remote]) => remote));
}

const given = options();
if (given.help) {
  console.log(USAGE);
  process.exit();
}
const wanted = given.rows.split('|');
const chosen = rows.filter(({ id }) =>
  given.smoke ? smokeRows.includes(id) : wanted.some((text) => id.includes(text)),
);
const remotes = await startRemotes(given);
const { start } = await import(given.chromium ? './chromium.mjs' : './node.mjs');
const arena = await start({ ...given, remotes });
const results = [];
const skipped = [];
let at = 0;
for (const row of chosen) {
  process.stderr.write(`\r\x1b[K${++at}/${chosen.length} ${row.id}`);
  const result = await arena.contest(row.id, given.rounds);
  if (result) results.push(result);
  else skipped.push(row.id);
}
process.stderr.write('\r\x1b[K');
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const report = {
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, engine: arena.engine },
  wasmgrad: { commit, ...arena.wasmgrad },
  native: remotes.native?.hello ?? null,
  rounds: given.rounds,
  rows: results,
};
await arena.stop();
for (const remote of Object.values(remotes)) remote.stop();
console.log(table(report));
if (skipped.length > 0) console.log(`\nSkipped, for what the library does not have yet: ${skipped.join('; ')}.`);
if (given.json) writeFileSync(given.json, `${JSON.stringify(report, null, 2)}\n`);
const lost = given.compare ? compare(report, JSON.parse(readFileSync(given.compare, 'utf8'))) : [];
process.exit(lost.length > 0 ? 1 : 0);
