import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rows as definitions } from './rows.mjs';

const BEGIN = '<!-- bench -->';
const END = '<!-- end of bench -->';
const PEERS = { tfjs: 'tfjs-wasm', onnx: 'ort-web', jax: 'jax-js', native: 'native', native1: 'native, 1 thread', single: 'own, 1 thread' }; // prettier-ignore
const SCRIPTED = ['tfjs', 'onnx', 'jax'];

const time = (ms) => {
  if (ms === undefined) return '–';
  if (ms < 1) return `${(ms * 1000).toFixed(ms < 0.01 ? 1 : 0)} µs`;
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 2 : 1)} ms` : `${Math.round(ms)} ms`;
};

/** The better of the ways in which wasmgrad runs a row. */
const ours = ({ wasmgrad, captured }) => Math.min(wasmgrad, captured ?? Infinity);

/** How much of what the machine can do: arithmetic against the register loop, memory traffic against the copy; best against best. */
function shareOf({ flop, bytes, best, peak }) {
  const ms = ours(best) * 1e6;
  if (flop) return { rate: `${(flop / ms).toFixed(1)} GFLOP/s`, share: flop / ms / peak.gflops };
  if (bytes) return { rate: `${(bytes / ms).toFixed(1)} GB/s`, share: bytes / ms / peak.gbytes };
  return null;
}

function share(row) {
  const found = shareOf(row);
  return found ? `${found.rate}, ${(100 * found.share).toFixed(0)} %` : '–';
}

/** The time of a contender; `best` is the fastest Wasm or JavaScript peer. */
function timeOf(milliseconds, than) {
  if (than !== 'best') return milliseconds[than];
  const times = SCRIPTED.map((peer) => milliseconds[peer]).filter((ms) => ms !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

const names = { ...PEERS, best: 'the best peer', copy: 'a copy of as many bytes' };

/** A target in words, and whether it is met: null where the run has nothing to judge it by. */
function judge(target, row) {
  const { milliseconds } = row;
  const mine = target.of ? milliseconds[target.of] : ours(milliseconds);
  if (target.microseconds) {
    const text = `≤ ${target.microseconds} µs${target.of === 'captured' ? ' captured' : ' plain'}`;
    return { text, met: mine === undefined ? null : mine * 1000 <= target.microseconds };
  }
  const theirs = timeOf(milliseconds, target.than);
  const text = `≥ ${Number(target.times.toFixed(2))}× ${names[target.than]}`;
  return { text, met: theirs === undefined ? null : theirs / mine >= target.times };
}

function targets(row, threads) {
  const wanted = definitions.find(({ id }) => id === row.id)?.targets ?? [];
  const judged = wanted.filter((t) => (t.threads ?? threads) === threads).map((target) => judge(target, row));
  const marks = judged.map(
    ({ text, met }) => `${text}: ${met === null ? 'not in this run' : met ? 'met' : '**not met**'}`,
  );
  return marks.join('; ') || '–';
}

/** A report as a Markdown table. */
export function table(report) {
  const { machine, wasmgrad, native, rounds, rows } = report;
  const seen = (name) => rows.some((row) => row.milliseconds[name] !== undefined);
  const peers = Object.keys(PEERS).filter(seen);
  const ways = ['wasmgrad', 'captured'].filter(seen);
  const head = ['', ...ways, 'rate, share of the peak', ...peers.map((p) => `× ${PEERS[p]}`), 'target'];
  const lines = rows.map((row) => {
    const { id, milliseconds } = row;
    const ratios = peers.map((p) =>
      milliseconds[p] === undefined ? '–' : (milliseconds[p] / ours(milliseconds)).toFixed(2),
    );
    return [id, ...ways.map((way) => time(milliseconds[way])), share(row), ...ratios, targets(row, wasmgrad.threads)];
  });
  const markdown = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const most = (of) => Math.max(...rows.map(({ peak }) => peak[of])).toFixed(1);
  const torch = native ? ` native: PyTorch ${native.version} with ${native.blas};` : '';
  return `${machine.cpu}, ${machine.engine}; wasmgrad ${wasmgrad.commit}, ${wasmgrad.build}, ${wasmgrad.threads} thread${wasmgrad.threads > 1 ? 's' : ''};${torch} medians of ${rounds} samples taken in turn in one run; “× peer”: how many times faster than it. Peak on these threads: ${most('gflops')} GFLOP/s (multiply and add in registers), ${most('gbytes')} GB/s (a copy of 4 MiB), measured beside each row.\n\n${markdown}`;
}

/** Puts tables between the marks of the README. */
function intoReadme(tables) {
  const file = fileURLToPath(new URL('../README.md', import.meta.url));
  const [before, rest] = readFileSync(file, 'utf8').split(BEGIN);
  const [, after] = rest.split(END);
  writeFileSync(file, `${before}${BEGIN}\n\n${tables}\n\n${END}${after}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const tables = files.map((file) => table(JSON.parse(readFileSync(file, 'utf8')))).join('\n\n');
  if (process.argv.includes('--readme')) intoReadme(tables);
  else console.log(tables);
}
