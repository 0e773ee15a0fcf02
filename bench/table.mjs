import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BEGIN = '<!-- bench -->';
const END = '<!-- end of bench -->';
const PEERS = { tfjs: 'tfjs-wasm', onnx: 'onnxruntime-web' };

const time = (ms) => (ms === undefined ? '–' : ms < 1 ? `${(ms * 1000).toFixed(0)} µs` : `${ms.toFixed(2)} ms`);

/** How much of what the machine can do: arithmetic against the register loop, memory traffic against the copy. */
function share({ flop, bytes, milliseconds }, { peak, wasmgrad }) {
  const ms = milliseconds.wasmgrad;
  if (flop)
    return `${(flop / ms / 1e6).toFixed(1)} GFLOP/s, ${((100 * flop) / ms / 1e6 / (peak.gflops * wasmgrad.threads)).toFixed(0)} %`;
  return `${(bytes / ms / 1e6).toFixed(1)} GB/s, ${((100 * bytes) / ms / 1e6 / peak.gbytes).toFixed(0)} %`;
}

function ratio(milliseconds, peer) {
  return milliseconds[peer] === undefined ? '–' : `${(milliseconds[peer] / milliseconds.wasmgrad).toFixed(2)}×`;
}

/** A report as a Markdown table. */
export function table(report) {
  const { machine, wasmgrad, peak, rounds, rows } = report;
  const peers = Object.keys(PEERS).filter((peer) => rows.some((row) => row.milliseconds[peer] !== undefined));
  const head = ['', 'wasmgrad', 'rate, share of the peak', ...peers.flatMap((p) => [PEERS[p], 'faster than it'])];
  const lines = rows.map(({ id, milliseconds, ...row }) => [
    id,
    time(milliseconds.wasmgrad),
    share({ ...row, milliseconds }, report),
    ...peers.flatMap((p) => [time(milliseconds[p]), ratio(milliseconds, p)]),
  ]);
  const markdown = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return `${machine.cpu}, ${machine.engine}; wasmgrad ${wasmgrad.commit}, ${wasmgrad.build}, ${wasmgrad.threads} thread${wasmgrad.threads > 1 ? 's' : ''}; medians of ${rounds} samples taken in turn in one run. Peak of one thread: ${peak.gflops.toFixed(1)} GFLOP/s (multiply and add in registers), ${peak.gbytes.toFixed(1)} GB/s (copy).\n\n${markdown}`;
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
